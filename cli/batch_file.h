/*
 * batch_file - whichcab extract --batch: the batch file for the old machine.
 */
#ifndef BATCH_FILE_H
#define BATCH_FILE_H

#include <stdbool.h>

#include "whichcab.h"

struct batch_options {
    const char *file;                             /* to write; "-": standard output */
    const char *floppy_drive, *cd_drive, *target; /* of the old machine; NULL: the usual ones */
};

/* Finds the files of `search` and writes the batch file; `replace`: over one that is there.
 * Returns the exit status. */
int batch_file_make(struct wcab_catalog *catalog, const struct wcab_search_options *search,
                    const struct batch_options *options, bool replace);

#endif
