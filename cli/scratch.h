/*
 * scratch - a catalog for one run: of images that were named together with the files wanted of them.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

#include "whichcab.h"

struct scratch {
    struct wcab_catalog *catalog;
    char *folder;        /* owned: of the catalog */
    const char **images; /* owned array: of each operand */
    const char **names;  /* owned array; borrowed from the operands */
    size_t count;
};

/* Whether an operand is IMAGE:NAME, IMAGE being a file or folder of the host, or an address. */
bool scratch_names_images(char **operands, int count);

/* Divides the operands in place and indexes their images into a new catalog in the folder for temporary
 * files, which the sandbox leaves to the program.  USAGE: an operand names no image; and as wcab_index.
 * To be closed after a failure, too. */
enum wcab_err scratch_open(struct scratch *scratch, char **operands, int count,
                           struct wcab_fetch *fetch, struct wcab_error *err);
void scratch_close(struct scratch *scratch);

#endif
