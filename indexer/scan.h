/*
 * scan - walks many images with several threads and hands the records over in order.
 */
#ifndef WCI_SCAN_H
#define WCI_SCAN_H

#include <stdatomic.h>

#include "core/record.h"
#include "indexer/items.h"
#include "indexer/walk/walk.h"

struct wci_scan_options {
    unsigned threads;                     /* 1 and up */
    _Atomic uint64_t *bytes_read;         /* may be NULL */
    const struct wci_limits *limits;      /* of each image; NULL: wci_limits_default */
    const struct wci_walk_tables *tables; /* as of the walk; may be NULL */
    const struct wcab_cancel *cancel;     /* may be NULL */
    struct wcab_fetch *fetch;             /* for addresses; may be NULL */
    void *context;
    /* Done in the worker's thread with each record, e.g. recognition; must be thread-safe. */
    enum wcab_err (*refine)(void *context, struct wci_image *image, struct wcab_error *err);
    /* Called in the caller's thread in the items' order, whatever the number of threads.  `take`
     * owns the image; another code than WCAB_OK ends the scan with it.  `failed`: the item could
     * not be read at all; its code likewise. */
    enum wcab_err (*take)(void *context, const struct wci_item *item, struct wci_image *image,
                          struct wcab_error *err);
    enum wcab_err (*failed)(void *context, const struct wci_item *item,
                            const struct wcab_error *why, struct wcab_error *err);
};

/* Walks the items that are NEW or TOUCHED.  NOMEM, CANCELLED (what was finished in order before
 * has been handed over), or what `take` returned. */
enum wcab_err wci_scan(const struct wci_item *items, size_t count,
                       const struct wci_scan_options *options, struct wcab_error *err);

#endif
