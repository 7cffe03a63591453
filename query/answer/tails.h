/*
 * tails - parts of one file on both sides of a missing cabinet.
 *
 * Joining ties neighbours alone.  Where the cabinet between is missing, the entries still tell:
 * both have the file's name, size, date and place in the folder, in cabinets of one set id.
 */
#ifndef WCI_TAILS_H
#define WCI_TAILS_H

#include "query/found.h"

/* The nearest listing behind this one that has a later part of the file; *steps is above 1 by the
 * number of cabinets that are missing between.  NOTFOUND: there is none.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_tails_find(struct wci_reader *reader, uint32_t listing,
                             const struct wci_entry *file, uint32_t *behind, uint32_t *steps,
                             struct wcab_error *err);

/* Takes out of the copies of one name, `count` indexed ones, those that are later parts of another
 * one of them; *kept gets how many stay.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_tails_drop(struct wci_reader *reader, struct wci_found *found, size_t count,
                             size_t *kept, struct wcab_error *err);

#endif
