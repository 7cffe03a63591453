/*
 * gather - every copy of the files that have one name.
 *
 * A name leads to rows of listings, a listing to places.  What is gathered: rows of indexed images
 * with that name or alias; files that get the name on installation; and rows of published listings,
 * as far as the disk that they tell of is not indexed.
 */
#ifndef WCI_GATHER_H
#define WCI_GATHER_H

#include "query/compare/renames.h"
#include "query/filter.h"
#include "query/found.h"
#include "query/pattern.h"

struct wci_gather {
    struct wcab_catalog *catalog; /* borrowed, as the next four */
    struct wci_known_images *images;
    const struct wci_filter *filter;
    struct wci_renames *renames;
    /* That the name fits; decides on folders and doubles.  NULL: rows are put by their place. */
    const struct wci_pattern *pattern;
    struct wci_arena *arena; /* borrowed: what `found` points to beside the readers */
    struct wci_found *found; /* owned */
    size_t count, capacity;
};

/*
 * Replaces gather->found by all copies of the folded `name`, in no particular order.  A file whose
 * parts lie in several cabinets is there once, at the cabinet where it starts (or, when that is
 * missing, at the first one that is there).  CORRUPT, IO, NOMEM.
 */
enum wcab_err wci_gather_name(struct wci_gather *gather, struct wci_bytes name,
                              struct wcab_error *err);

/* Adds a copy by its place in an image of one half, when its medium passes the filter.  CORRUPT,
 * IO, NOMEM. */
enum wcab_err wci_gather_put(struct wci_gather *gather, bool published, uint32_t image,
                             uint32_t container, uint32_t row, struct wcab_error *err);

/* Of copies of one name, `own_count` indexed ones and behind them published ones, takes out those
 * published ones whose disk is indexed, and marks those whose disk alone is missing.  CORRUPT, IO,
 * NOMEM. */
enum wcab_err wci_gather_drop_covered(struct wci_gather *gather, size_t own_count,
                                      struct wcab_error *err);
void wci_gather_free(struct wci_gather *gather);

#endif
