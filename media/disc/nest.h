/*
 * nest - a volume that holds no files but other volumes, which its image keeps in a form of its
 * own: tracks of sectors with headers, a floppy dump, a virtual disk.
 *
 * The readers of such images open what is inside as sources and put them together here.
 */
#ifndef WCI_NEST_H
#define WCI_NEST_H

#include "media/volume/volume.h"

enum { WCI_NEST_ITEMS = 128, WCI_NEST_SOURCES = 128, WCI_NEST_FAULTS = 64 };

struct wci_nest;

/* `format` is the container's exact variant ("BIN/CUE"), `reason` by what it was known; both are
 * copied.  `source` is the image's own file, borrowed. */
enum wcab_err wci_nest_new(struct wci_source *source, const char *format, const char *reason,
                           struct wci_nest **nest, struct wcab_error *err);
void wci_nest_free(struct wci_nest *nest); /* NULL is fine; frees what was taken */

/* Adds a volume inside, known by `offset` (where it begins in the file; no two may have the same
 * offset and size).  Takes `inside` over, also on error.  LIMIT: too many. */
enum wcab_err wci_nest_add_take(struct wci_nest *nest, const char *name, uint64_t offset,
                                struct wci_source *inside, struct wcab_error *err);

/* Takes over a source that others rest on, also on error: closed after them.  LIMIT. */
enum wcab_err wci_nest_keep_take(struct wci_nest *nest, struct wci_source *source,
                                 struct wcab_error *err);

/* A fault for the walk to tell; those beyond WCI_NEST_FAULTS are counted. */
void wci_nest_add_fault(struct wci_nest *nest, const struct wcab_error *fault);

/* The nest as a volume: closing that frees it. */
struct wci_volume *wci_nest_volume(struct wci_nest *nest);

/* A virtual disk: a nest with one thing in it. */
struct wci_nest_disk {
    struct wci_source *source; /* the image's own file, borrowed */
    const char *format, *reason;
    struct wci_source *inside; /* the disk's sectors */
    uint64_t end;              /* of what the file should keep; 0: nothing to tell */
};

/* Takes disk->inside over, also on error. */
enum wcab_err wci_nest_of_disk(const struct wci_nest_disk *disk, struct wci_volume **volume,
                               struct wcab_error *err);

#endif
