/*
 * cabinet_file - one file of a cabinet on record as a source: for what lies in an archive or image
 * that itself lies in a cabinet.
 */
#ifndef WCI_CABINET_FILE_H
#define WCI_CABINET_FILE_H

#include "catalog/catalog.h"
#include "media/bytes/source.h"

/* How far openings may lean on each other: the folder of such a file may run through several
 * cabinets, which are opened for it, but none of these may again need others. */
enum { WCI_CABINET_FILE_NESTING = 1 };

struct wci_cabinet_file {
    uint32_t image, listing;    /* of the cabinet */
    struct wci_source *cabinet; /* its bytes, borrowed for the call */
    const struct wci_entry *entry;
    const struct wci_limits *limits; /* of the image */
    unsigned nesting;                /* 0, or more when this is already done for such an opening */
};

/*
 * Unpacks the file; the source has its bytes and nothing of the cabinet is needed any more.  It
 * must come out whole and sound: CORRUPT, IO, NOTFOUND (a cabinet of its folder is missing),
 * UNSUPPORTED (also nested too deep), LIMIT, NOMEM.
 */
enum wcab_err wci_cabinet_file_open(struct wci_reader *reader, const struct wci_cabinet_file *file,
                                    struct wci_source **source, struct wcab_error *err);

#endif
