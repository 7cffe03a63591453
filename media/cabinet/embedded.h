/*
 * embedded - cabinets and archives that lie inside executables: self-extracting archives and setup
 * programs.
 */
#ifndef WCI_EMBEDDED_H
#define WCI_EMBEDDED_H

#include "media/bytes/source.h"

enum { WCI_EMBEDDED_MAX = 64 };

/* Where a cabinet or archive lies in a file; what there is of one that the file's end cuts off. */
struct wci_embedded {
    uint64_t offset, size;
};

/*
 * Finds the cabinets in an MZ, NE or PE executable: behind the image's end, wherever there; in
 * sections of a PE file that linkers don't make; as its resources of types that Windows doesn't
 * know, and RCDATA (where WExtract keeps its "CABINET").  And the archive that a self-extractor has
 * behind its program: ZIP, 7z, RAR, LHA, ARJ.  Stores at most WCI_EMBEDDED_MAX.  FORMAT when source
 * is no executable; IO, NOMEM.
 */
enum wcab_err wci_embedded_find(struct wci_source *source,
                                struct wci_embedded found[WCI_EMBEDDED_MAX], size_t *count,
                                struct wcab_error *err);

/* Finds the cabinets anywhere in a file, whatever it is, one behind the other.  IO, NOMEM. */
enum wcab_err wci_embedded_search(struct wci_source *source,
                                  struct wci_embedded found[WCI_EMBEDDED_MAX], size_t *count,
                                  struct wcab_error *err);

#endif
