/*
 * export_forms - what is on record in the forms of other programs: SQL, DFXML, Logiqx DAT, NSRL.
 */
#ifndef EXPORT_FORMS_H
#define EXPORT_FORMS_H

#include <stdio.h>

#include "whichcab.h"

enum export_form { EXPORT_SQL, EXPORT_DFXML, EXPORT_DAT, EXPORT_NSRL };

/* Writes every indexed image with its files.  *left_out gets the number of those without the hashes
 * that the form is of.  As wcab_search_next; a failed write is left to who closes the stream. */
enum wcab_err export_forms_write(struct wcab_catalog *catalog, enum export_form form, FILE *out,
                                 uint64_t *left_out, struct wcab_error *err);

#endif
