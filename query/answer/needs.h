/*
 * needs - the disks and cabinets that it takes to get a file out, in order.
 *
 * A folder (one compression stream) may run through several cabinets, and a file can only be
 * decoded from its folder's start.  So the parts needed are all cabinets from the folder's start to
 * the file's end, not just those that the file itself lies in.
 */
#ifndef WCI_NEEDS_H
#define WCI_NEEDS_H

#include "query/found.h"

/* One cabinet of the chain, or the disk of a loose file. */
struct wci_step {
    struct wci_bytes cabinet;            /* file name; empty for a loose file */
    const struct wci_known_image *image; /* that has it; NULL when none does */
    uint32_t container, listing;         /* in that image; WCI_NONE without */
    struct wci_bytes disk;               /* "7"; empty when unknown or not a set of disks */
    struct wci_name label;               /* volume label; empty when unknown */
    struct wci_bytes insert;             /* how to ask for the disk */
    bool present; /* there is an image of it, which was there when last looked for */
    bool damaged;
    struct wci_bytes fault; /* what is wrong with a cabinet that could not be read; else empty */
};

struct wci_needs {
    struct wci_step *steps; /* from the arena */
    size_t count;
    size_t start;                        /* the step that the file itself starts in */
    struct wci_bytes starts_in, ends_in; /* cabinets; empty for a loose file */
    bool complete;                       /* every step is present and whole */
};

/*
 * Finds what `found` needs; everything from `arena`, or borrowed as what `found` has. CORRUPT, IO,
 * NOMEM; LIMIT: a chain longer than any set.
 */
enum wcab_err wci_needs_find(struct wci_known_images *images, const struct wci_found *found,
                             struct wci_arena *arena, struct wci_needs *needs,
                             struct wcab_error *err);

/* The image of `medium` in one half of the catalog with the file `name` on a volume: the cabinet's
 * or a loose one.  Those that were there when last looked for come first; NULL when none has it. */
enum wcab_err wci_needs_holder(struct wci_known_images *images, bool published,
                               struct wci_bytes medium, struct wci_bytes name,
                               const struct wci_known_image **image, struct wcab_error *err);

/* What is wrong with the container itself: a fault kept part of it from being read, or its file
 * on the volume is damaged. */
enum wcab_err wci_needs_is_damaged(struct wci_known_images *images,
                                   const struct wci_known_image *image, uint32_t container,
                                   bool *damaged, struct wcab_error *err);

#endif
