/*
 * cabinet_files - files of one cabinet, unpacked one after the other to be looked into.
 */
#ifndef WCI_CABINET_FILES_H
#define WCI_CABINET_FILES_H

#include "core/record.h"
#include "media/bytes/source.h"
#include "media/bytes/spool.h"

/*
 * Told of each file: `source` has its bytes, borrowed for the call; or it is NULL, and `err` says
 * why it could not be unpacked.  A code other than WCAB_OK ends the run with it.
 */
struct wci_cabinet_files_visitor {
    struct wci_budget *budget; /* what comes out is held against it */
    void *context;
    enum wcab_err (*visit)(void *context, uint32_t row, struct wci_source *source,
                           struct wcab_error *err);
};

/* Whether all bytes that the entry needs are in this cabinet: neither it nor the folder that it is
 * compressed in goes on from the cabinet before, or reaches into the next one within the file. */
bool wci_cabinet_files_is_whole(const struct wci_container *cabinet, uint32_t row);

/*
 * Unpacks the files `rows` (numbers of entries, each of them whole) of the cabinet that `source`
 * is, and that `cabinet` describes.  Each folder is decoded once, up to its last wanted file.  NOMEM, CANCELLED, and what the visitor returns.
 */
enum wcab_err wci_cabinet_files_open(struct wci_source *source, const struct wci_container *cabinet,
                                     const uint32_t *rows, size_t count,
                                     const struct wci_cabinet_files_visitor *visitor,
                                     struct wcab_error *err);

#endif
