/*
 * round - what is done with one damaged sample, and how the answers are judged.
 */
#ifndef MUTATE_ROUND_H
#define MUTATE_ROUND_H

#include "damage.h"
#include "sample.h"

/* What became of the files of a sample, in memory that parent and child share. */
struct round_result {
    enum damage_kind kind;
    char text[160];     /* what was done */
    bool finished;      /* the child came to its end */
    unsigned files;     /* of the sample */
    unsigned untouched; /* nothing that they need was damaged */
    unsigned answered;  /* found by name */
    unsigned whole;     /* extracted with the right bytes */
    unsigned refused;   /* answered, and extraction says what is wrong */
    unsigned wrong;     /* extracted with other bytes, where no checksum could tell */
    unsigned expected;  /* number of demands that were made */
    char failure[512];  /* the first demand that was not met; "" when all were */
};

/* Writes the sample with its damage and the witness to `folder` (empty), indexes, checks, asks,
 * extracts and verifies.  Fills `result`. */
void round_run(const struct samples *samples, const struct sample *sample,
               const struct damage *damage, const char *folder, bool salvage,
               struct round_result *result);

#endif
