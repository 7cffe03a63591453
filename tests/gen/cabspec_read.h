/* cabspec_read.h: what a description of cabinets says. The language is described in README.md. */
#ifndef WCGEN_CABSPEC_READ_H
#define WCGEN_CABSPEC_READ_H

#include "cabinet.h"
#include "lzx.h"
#include "spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CABINETS_MAX = 200, QUANTUM = 2, LZX = 3, QUANTUM_LEVEL = 7, NOT_STARTED = -1 };

enum cut_style {
    CUT_BY_RULE,  /* in mid-block; the folder ends with the last file that crosses */
    CUT_AT_BLOCK, /* between two blocks */
    CUT_RUNNING   /* in mid-block; the folder goes on with files of the next cabinet */
};

struct item {
    struct wcgen_buffer content;
    const char *name;
    uint16_t date, time, attributes;
    int starts_in, ends_in; /* cabinets */
};

/* Files that the description puts into one folder. */
struct group {
    uint16_t method;
    bool may_wrap;
    struct wcgen_lzx lzx;
    bool new_cabinet; /* starts in a new cabinet */
    size_t first, count;
};

/* What the description says about one cabinet. */
struct wish {
    char *name;
    const char *called, *previous, *previous_disk, *next, *next_disk;
    char *disk;
    size_t size;
    bool empty, missing;
};

/* What a description says. */
struct description {
    struct wcgen_spec spec;
    struct wcgen_content content;
    struct item *items;
    size_t item_count;
    struct group *groups;
    size_t group_count;
    struct wish wishes[CABINETS_MAX];
    enum cut_style style;
    struct wcgen_cabinet model; /* set id, reserves, checksums */
};

/* Reads the file; ends the program where it is wrong. */
void wcgen_cabspec_read(struct description *said, const char *path);
void wcgen_cabspec_free(struct description *said);

#endif
