/*
 * source - random access to bytes, wherever they lie: a file or drive, memory, a window of another
 * source, a list of extents, sectors with headers around them, a spooled member of an archive.
 *
 * All media are read through `wci_source_read_at`; nothing is mapped into memory, so that a bad
 * sector is an error with an offset and never a signal.  A source over a file or memory may be read
 * by several threads at once; others say so where they are made.
 */
#ifndef WCI_SOURCE_H
#define WCI_SOURCE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

struct wci_source;

/* What a kind of source provides. */
struct wci_source_ops {
    /* Reads 1..length bytes at offset (both already within size), stores how many in *got. */
    enum wcab_err (*read)(struct wci_source *source, uint64_t offset, void *buffer, size_t length,
                          size_t *got, struct wcab_error *err);
    void (*close)(struct wci_source *source); /* frees the source itself too */
};

/* Embedded as first member by each kind. */
struct wci_source {
    const struct wci_source_ops *ops;
    uint64_t size; /* bytes */
};

/* Reads exactly `length` bytes.  WCAB_ERR_IO (with errno and offset), WCAB_ERR_CORRUPT when the
 * range does not lie within the source ("truncated"), or what a decoding source reports. */
enum wcab_err wci_source_read_at(struct wci_source *source, uint64_t offset, void *buffer,
                                 size_t length, struct wcab_error *err);

/* Reads up to `length` bytes, fewer only at the end; stores how many. */
enum wcab_err wci_source_read_some(struct wci_source *source, uint64_t offset, void *buffer,
                                   size_t length, size_t *got, struct wcab_error *err);

uint64_t wci_source_size(const struct wci_source *source);
void wci_source_close(struct wci_source *source); /* NULL is fine */

/* A file, block device or optical drive by its path, read-only, without readahead
 * (POSIX_FADV_RANDOM: readahead would drag in megabytes per touch).  A drive's size is asked from
 * the system.  IO, NOTFOUND, NOMEM; FORMAT when path is a directory, FIFO or socket.
 * `counter` (may be NULL) is increased by the bytes read. */
enum wcab_err wci_source_open_file(const char *path, _Atomic uint64_t *counter,
                                   struct wci_source **source, struct wcab_error *err);

/* As wci_source_open_file for an open descriptor; takes fd over, also on error. */
enum wcab_err wci_source_open_fd_take(int fd, _Atomic uint64_t *counter, struct wci_source **source,
                                      struct wcab_error *err);

/* Borrowed bytes in memory. */
enum wcab_err wci_source_open_memory(const void *data, size_t size, struct wci_source **source,
                                     struct wcab_error *err);
/* As wci_source_open_memory; takes malloc'ed data over, also on error. */
enum wcab_err wci_source_open_memory_take(void *data, size_t size, struct wci_source **source,
                                          struct wcab_error *err);

/* Bytes offset .. offset+size of `parent`, which must outlive it.  CORRUPT when outside of it. */
enum wcab_err wci_source_open_window(struct wci_source *parent, uint64_t offset, uint64_t size,
                                     struct wci_source **source, struct wcab_error *err);

/* Runs of bytes of `parent` one after the other; `extents` is copied.  A run whose offset is
 * UINT64_MAX reads as zeroes.  CORRUPT when a run lies outside of the parent. */
struct wci_extent {
    uint64_t offset, size;
};
enum wcab_err wci_source_open_extents(struct wci_source *parent, const struct wci_extent *extents,
                                      size_t count, struct wci_source **source,
                                      struct wcab_error *err);

#endif
