/*
 * plan - which medium's disks to take files from, and in which order to insert them, with the fewest changes.
 */
#ifndef WCI_PLAN_H
#define WCI_PLAN_H

#include "core/mem.h"
#include "jobs/repair/copies.h"

enum { WCI_PLAN_DISKS = 256 };

struct wci_plan {
    const char *medium; /* of all of it; NULL: no medium is reached */
    const char *title;
    const struct wci_copy **chosen; /* for each file; NULL: the medium has none */
    /* Disks in the order of their insertion. */
    const char *inserts[WCI_PLAN_DISKS];
    size_t insert_count;
    size_t *step;  /* for each file: the number of its first disk */
    size_t *order; /* files that are chosen, in the order that they are taken in */
    size_t count;
};

/*
 * Chooses, for `count` files with their copies, the medium that has most of them, one that is indexed before others, then
 * the one with the fewest disks. Where it has a file on several disks, that one is taken which others are needed of.
 * All from the arena.  NOMEM.
 */
enum wcab_err wci_plan_make(const struct wci_copies *files, size_t count, struct wci_arena *arena,
                            struct wci_plan *plan, struct wcab_error *err);

#endif
