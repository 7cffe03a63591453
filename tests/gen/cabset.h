/* cabset.h: sets of cabinets, cut by Microsoft's rule: a folder goes on in the next cabinet only in
 * the middle of a CFDATA block; every file with a byte in that block is listed in both cabinets;
 * the folder ends with the last of them, and what follows starts a new folder.
 *
 * Here the plan says which files start in which cabinet and how large each cabinet has to become;
 * the encoder is steered until both hold. spec.h cuts by size alone. */
#ifndef WCGEN_CABSET_H
#define WCGEN_CABSET_H

#include "cabinet.h"

/* One file to be put into a set. */
struct wcgen_member {
    const char *name; /* as stored; owned by the caller */
    size_t name_length;
    uint32_t size;
    uint32_t largest; /* what the encoder can make of it if it has to be large, roughly */
    uint16_t date, time, attributes; /* as in CFFILE */
    const void *source;              /* the caller's own, for `fill` */
    size_t ends_in;                  /* result: number of the cabinet that holds its last byte */
};

/* One cabinet to be made. */
struct wcgen_cabinet_plan {
    const char *name;             /* as other cabinets' headers name it */
    const char *disk;             /* as other cabinets' headers name its disk */
    struct wcgen_member *members; /* the files that start here, in order */
    size_t member_count;
    uint32_t size; /* exact bytes; 0: what it takes (then it isn't cut) */
    bool cut;      /* the last file goes on in the next cabinet */
    uint16_t set_id;
    bool names_no_next; /* its header doesn't name the next cabinet, though that names this one */
    size_t crossing;    /* how many of the last files should go on; more may, if it can't be done */
};

struct wcgen_set {
    const char *title;    /* for messages */
    uint16_t first_index; /* iCabinet of the first */
    unsigned window_bits; /* of Quantum; 0: MSZIP, and then no cabinet can be cut */
    struct wcgen_cabinet_plan *plans;
    size_t plan_count;
    /* Writes the file's bytes. */
    void (*fill)(void *context, const struct wcgen_member *member, uint8_t *bytes);
    /* Takes a cabinet that is ready; the bytes are the builder's. */
    void (*take)(void *context, size_t plan, const uint8_t *bytes, size_t count);
    void *context;
};

/* Makes the cabinets of the set, one after the other, each a folder (two, where one came
 * from the cabinet before), and sets every member's ends_in. */
void wcgen_cabset_build(struct wcgen_set *set);

#endif
