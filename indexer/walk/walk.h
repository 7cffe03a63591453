/*
 * walk - one image to one record: its volumes, cabinets and archives, and every file in them.
 */
#ifndef WCI_WALK_H
#define WCI_WALK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/record.h"
#include "indexer/toc/unpack_once.h"
#include "media/bytes/source.h"
#include "whichcab.h"

/*
 * Whether the medium's own tables of contents are to be read, which may cost unpacking a part of a
 * cabinet: asked when one was found, with the record as far as it is read.  Thread-safe.
 */
struct wci_walk_tables {
    void *context;
    bool (*wanted)(void *context, const struct wci_image *so_far);
    bool all;                    /* also what only confirms the others */
    struct wci_toc_cache *cache; /* what was unpacked for other images of the run; may be NULL */
};

struct wci_walk_options {
    const struct wci_walk_tables *tables; /* NULL: they are not read */
    _Atomic uint64_t *bytes_read;    /* increased by what is read from the image; may be NULL */
    const struct wci_limits *limits; /* NULL: wci_limits_default */
    bool top_only;                   /* a folder of the host: only the files directly in it */
    struct wcab_fetch *fetch;        /* for images behind HTTP; may be NULL */
    /* cancelled when this turns true; may be NULL */
    const struct wcab_cancel *cancel;
};

/*
 * Reads the directory of everything inside the file, drive or folder `path` into a new image record
 * (path, kind and stamp fields set from the file itself).  What can't be read inside is recorded as
 * a fault and the walk goes on. FORMAT: nothing in it is known (err's text says what was looked
 * for).  NOTFOUND, IO, NOMEM, CANCELLED, LIMIT.  Free the result with wci_image_free.  Thread-safe.
 */
enum wcab_err wci_walk_image(const char *path, const struct wci_walk_options *options,
                             struct wci_image **image, struct wcab_error *err);

/* A file of a cabinet that has been unpacked already. */
struct wci_walk_unpacked {
    struct wci_source *source; /* its bytes; NULL: `why` not */
    const struct wcab_error *why;
    const struct wci_entry *entry; /* what the cabinet says of it */
    unsigned depth;                /* containers around the cabinet */
    bool anywhere; /* also cabinets that begin somewhere in a file of no format that is known */
};

/*
 * Reads what is in such a file.  The
 * new image record has container 0 in the cabinet's place, with `entry` as its only one, and in it
 * what was found; *image is NULL when there was nothing and no fault.  Without `source` the record
 * has only the fault `why`.  NOMEM, CANCELLED.  Free the result with wci_image_free.  Thread-safe.
 */
enum wcab_err wci_walk_inside(const struct wci_walk_unpacked *file,
                              const struct wci_walk_options *options, struct wci_image **image,
                              struct wcab_error *err);

#endif
