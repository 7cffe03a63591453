/* stack.h: the four Windows 95 media, from their published listings. */
#ifndef WCGEN_STACK_H
#define WCGEN_STACK_H

#include "util.h"

struct wcgen_stack {
    const char *folder;   /* where to write; made if need be */
    const char *profiles; /* the folder of the listings */
    const char *media;    /* ids with commas; NULL: all */
    uint64_t seed;
    unsigned
        edition; /* other than 0: a look-alike, as another language's: other sizes in cabinets */
    bool small;  /* cabinets a quarter of their size, of files that repeat their first bytes */
    unsigned threads; /* media made at the same time */
};

/* Writes the images and manifest.tsv. */
void wcgen_stack_build(const struct wcgen_stack *stack);

#endif
