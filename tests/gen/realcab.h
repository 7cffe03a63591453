/* realcab.h: the cabinets of a real medium, rebuilt from facts: the same folders with the same
 * number of blocks, cut in the same places, the same links, numbers and set IDs, and so the same
 * files in each of them. Only the packed bytes are other ones, and fewer: the rest of each cabinet
 * is zeroes.
 *
 * real/ID.tsv has a row for each folder: cabinet; size, index, set_id, previous, previous_disk,
 * next, next_disk and reserve of the cabinet, with its first folder; method (typeCompress), blocks,
 * packed, files, and "cut" when the last block is only the first part of one. */
#ifndef WCGEN_REALCAB_H
#define WCGEN_REALCAB_H

#include "cabinet.h"
#include "cabset.h"

/* A folder, or the part of one that lies in this cabinet. */
struct wcgen_real_part {
    uint16_t method;
    size_t blocks; /* parts of blocks included */
    size_t files;  /* entries */
    bool cut;      /* the last block goes on in the next cabinet */
};

struct wcgen_real_cabinet {
    const char *name;
    const char *previous, *previous_disk, *next, *next_disk; /* NULL: its header names none */
    uint32_t size;
    uint16_t index, set_id, reserve;
    struct wcgen_real_part *parts;
    size_t part_count;
    struct wcgen_member *members; /* the files that start here, in order: the caller's */
    size_t member_count;
    struct wcgen_buffer bytes; /* result */
};

struct wcgen_real_set {
    char *text; /* what names point into */
    struct wcgen_real_cabinet *cabinets;
    size_t count;
    bool first_parts_unchecked; /* the first part of a cut block has no checksum: Windows 95 */
    bool exact;                 /* every folder must have as many files as the facts say */
    void (*fill)(void *context, const struct wcgen_member *member, uint8_t *bytes);
    void *context;
};

void wcgen_realcab_read(struct wcgen_real_set *set, const char *path);
/* Makes the bytes of every cabinet and each member's ends_in, a number in set->cabinets. */
void wcgen_realcab_build(struct wcgen_real_set *set);
void wcgen_realcab_free(struct wcgen_real_set *set);

#endif
