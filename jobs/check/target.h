/*
 * target - the disk of a PC that is to be checked: its file systems and the files in them, for
 * reading only.
 *
 * A target is an image of a hard disk in any form that an image is read in, a drive, or a folder of
 * the host: a mounted disk or a copy of one.
 */
#ifndef WCI_TARGET_H
#define WCI_TARGET_H

#include "core/mem.h"
#include "core/record.h"
#include "media/bytes/source.h"
#include "media/volume/volume.h"

enum {
    WCI_TARGET_DEPTH = 6,      /* wrappers, partitions, file system */
    WCI_TARGET_VOLUMES = 64,   /* of one target */
    WCI_TARGET_FILES = 2000000 /* of one target */
};

/* One file system. */
struct wci_target_volume {
    struct wci_volume *volume;
    struct wci_bytes name;   /* "partition 1"; empty when the target has no more than this one */
    struct wci_entry *files; /* files and empty folders, in on-medium order */
    size_t count, capacity;
};

struct wci_target;

/* What could not be read of a target; it is read on. */
struct wci_target_faults {
    void *context;
    void (*fault)(void *context, const struct wcab_error *err);
};

/*
 * Opens the image, drive or folder `path` and lists its files.  FORMAT: no file system that is
 * known; NOTFOUND, IO, LIMIT, CANCELLED, NOMEM, and what opening an image says.
 */
enum wcab_err wci_target_open(const char *path, const struct wci_target_faults *faults,
                              const struct wcab_cancel *cancel, struct wci_target **target,
                              struct wcab_error *err);
void wci_target_close(struct wci_target *target); /* NULL is fine */

size_t wci_target_volume_count(const struct wci_target *target);
/* By its number; borrowed from the target. */
struct wci_target_volume *wci_target_volume(struct wci_target *target, size_t number);

#endif
