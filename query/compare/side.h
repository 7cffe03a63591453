/*
 * side - every file of one medium, for comparing it with another: light items that lead to rows.
 */
#ifndef WCI_SIDE_H
#define WCI_SIDE_H

#include "query/filter.h"
#include "query/known_image.h"

/* A row of an image, with the names that it goes by. */
struct wci_side_file {
    struct wci_bytes key;          /* the one of `names` that it is matched by */
    const struct wci_bytes *names; /* folded: its own, its other names, that on installation */
    uint8_t name_count;
    bool published;
    bool headless; /* it began in a cabinet that is not in the catalog */
    uint32_t image, container, row;
};

struct wci_side {
    struct wci_side_file *files; /* owned; names in the arena that was given */
    size_t count, capacity;
    uint64_t images, listings; /* indexed images, and published listings, that it was read from */
    struct wci_bytes medium;   /* the id of all of them; empty when they have none or several */
};

/*
 * Reads the files of all that passes the filter, indexed and published ones, into an empty side.  A
 * file that runs through several cabinets is there once.  Cabinets, archives and images that were
 * opened are not there themselves, only what is in them; nor are rows that errata doubt.  CORRUPT,
 * IO, NOMEM.
 */
enum wcab_err wci_side_read(struct wci_known_images *images, const struct wci_filter *filter,
                            struct wci_arena *arena, struct wci_side *side, struct wcab_error *err);
void wci_side_free(struct wci_side *side);

/*
 * Chooses each file's key and sorts both sides by it: its own name, or, when the other side has no
 * file of that name, another of its names that the other side has.  NOMEM.
 */
enum wcab_err wci_side_choose_keys(struct wci_side *left, struct wci_side *right,
                                   struct wcab_error *err);

#endif
