/*
 * unpack_once - the tables of contents in a cabinet, unpacked once a run however many images have
 * the same cabinet.
 */
#ifndef WCI_TOC_UNPACK_ONCE_H
#define WCI_TOC_UNPACK_ONCE_H

#include "indexer/toc/toc.h"
#include "media/bytes/source.h"
#include "media/bytes/spool.h"

/* What was unpacked in this run; threads share it. */
struct wci_toc_cache;

/* NULL without memory. */
struct wci_toc_cache *wci_toc_cache_new(void);
void wci_toc_cache_free(struct wci_toc_cache *cache); /* NULL is fine */

/* A cabinet and the rows of it that hold its tables (wci_toc_cabinet_rows). */
struct wci_toc_cabinet {
    struct wci_source *source;
    const struct wci_container *container;
    const uint32_t *rows;
    size_t row_count;
    struct wci_budget *budget; /* what is unpacked is held against it */
};

/*
 * Adds what the rows say.  Of a cabinet with the same bytes that another image had in this run the
 * texts are taken from the cache (NULL: there is none); while another thread unpacks it, this one
 * waits.  What can't be unpacked adds nothing.  NOMEM, CANCELLED.
 */
enum wcab_err wci_toc_unpack_once(struct wci_toc_cache *cache, struct wci_toc *toc,
                                  const struct wci_toc_cabinet *cabinet, struct wcab_error *err);

#endif
