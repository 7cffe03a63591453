/*
 * archive_remote - a pass over an archive with libarchive in a process of its own (see
 * media/bytes/child): for formats whose headers make it ask for memory without a bound, or end the
 * process that it runs in.
 */
#ifndef WCI_ARCHIVE_REMOTE_H
#define WCI_ARCHIVE_REMOTE_H

#include "media/archive/archive_reader.h"

struct wci_archive_remote;

/* A piece of the current member; `data` is valid until the next call. */
struct wci_archive_block {
    const void *data;
    size_t length;
    uint64_t offset;
    bool end; /* there is none any more */
};

/* Whether archives of this kind are read so. */
bool wci_archive_remote_is_for(enum wci_wrapper_kind kind);

/* As wci_archive_reader_open. */
enum wcab_err wci_archive_remote_open(struct wci_source *source, enum wci_wrapper_kind kind,
                                      struct wci_budget *budget, struct wci_archive_remote **remote,
                                      struct wcab_error *err);

/* As wci_archive_reader_next; *over: no member comes behind this one. */
enum wcab_err wci_archive_remote_next(struct wci_archive_remote *remote,
                                      struct wci_archive_member *member, bool *more, bool *over,
                                      struct wcab_error *err);

/* As wci_archive_reader_block. */
enum wcab_err wci_archive_remote_block(struct wci_archive_remote *remote,
                                       struct wci_archive_block *block, struct wcab_error *err);

void wci_archive_remote_close(struct wci_archive_remote *remote); /* NULL is fine */

#endif
