/*
 * damage - one image of a sample, damaged in a way that a number decides.
 */
#ifndef MUTATE_DAMAGE_H
#define MUTATE_DAMAGE_H

#include "sample.h"

enum damage_kind {
    DAMAGE_NONE,
    DAMAGE_BITS,     /* 1 to 8 bits are others */
    DAMAGE_CUT,      /* the end is missing */
    DAMAGE_SECTORS,  /* 1 to 4 sectors hold one byte, noise, or what floppy readers leave */
    DAMAGE_SWAPPED,  /* two sectors are in each other's place */
    DAMAGE_REPEATED, /* a sector is there a second time, over another */
    DAMAGE_INSERTED, /* some bytes too many; all behind them is elsewhere */
    DAMAGE_FIELDS,   /* 1 to 3 numbers that parsers go by are others */
    DAMAGE_KINDS
};

struct damage {
    enum damage_kind kind;
    const struct sample_image *image;
    struct bytes bytes;  /* what stands for the image; malloc'ed */
    uint64_t touched;    /* regions with other bytes, or the same at another place */
    uint64_t undetected; /* of these, CFDATA blocks whose checksum can't tell */
    char text[160];      /* what was done, for people */
};

const char *damage_kind_name(enum damage_kind kind);

/* The damage number `seed`; with `none`, none of it. */
void damage_make(const struct sample *sample, uint64_t seed, bool none, struct damage *damage);
void damage_free(struct damage *damage);

/* A number for a seed and what it is for. */
uint64_t damage_number(uint64_t seed, uint64_t purpose);

#endif
