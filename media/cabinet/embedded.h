/*
 * embedded - cabinets that lie inside executables: self-extracting archives and setup programs.
 */
#ifndef WCI_EMBEDDED_H
#define WCI_EMBEDDED_H

#include "media/bytes/source.h"

enum { WCI_EMBEDDED_MAX = 64 };

/* Where a cabinet lies in a file; what there is of one that the file's end cuts off. */
struct wci_embedded {
    uint64_t offset, size;
};

/*
 * Finds cabinets in an MZ, NE or PE executable without reading all of it: behind the image's end,
 * and as RCDATA resources of a PE file (where WExtract keeps its "CABINET").  Stores at most
 * WCI_EMBEDDED_MAX, in order of offset.  FORMAT when source is no executable; IO, NOMEM.
 */
enum wcab_err wci_embedded_find(struct wci_source *source,
                                struct wci_embedded found[WCI_EMBEDDED_MAX], size_t *count,
                                struct wcab_error *err);

#endif
