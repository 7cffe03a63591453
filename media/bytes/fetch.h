/*
 * fetch - images that lie behind HTTP, as sources of bytes.
 *
 * What reads images has no network.  A process of its own, whichcab-fetch, has one, and no files: it
 * is asked for ranges through pipes (see fetch_wire.h).  It starts with the first question.  What it
 * brings is kept in blocks, so that little is fetched and nothing twice; a file is held to the size
 * and the validators (ETag, Last-Modified) that it had when it was first asked for.
 */
#ifndef WCI_FETCH_H
#define WCI_FETCH_H

#include <stdatomic.h>
#include <stdbool.h>

#include "media/bytes/source.h"

/* What tells that a file on a server is still the same. */
struct wci_fetch_facts {
    uint64_t size;
    int64_t mtime_ns;     /* 0: not known */
    uint64_t tag;         /* a number made of the ETag; 0: it has none */
    const char *moved_to; /* address that the server sent us on to; NULL: none */
};

/* Gets ready to fetch with the program `program` (NULL: nothing from servers); see wcab_fetch_open. */
enum wcab_err wci_fetch_start(const struct wcab_fetch_options *options, const char *program,
                              struct wcab_fetch **fetch, struct wcab_error *err);
void wci_fetch_finish(struct wcab_fetch *fetch); /* sources must be closed before; NULL is fine */
/* Requests that were made so far, and bytes of their answers. */
void wci_fetch_figures(const struct wcab_fetch *fetch, uint64_t *requests, uint64_t *received);

/* All of these may be called by several threads at once; `fetch` NULL: UNSUPPORTED, nothing is
 * fetched here. */

/* Asks the server once for each address.  NOTFOUND: it has no such file; IO: it does not answer, or
 * refuses; CORRUPT, LIMIT, UNSUPPORTED, CANCELLED, NOMEM. */
enum wcab_err wci_fetch_look(struct wcab_fetch *fetch, const char *url,
                             struct wci_fetch_facts *facts, struct wcab_error *err);

/* Asks for all that are addresses among the paths, several at once; what came of it is told by
 * wci_fetch_look.  NOMEM. */
enum wcab_err wci_fetch_look_all(struct wcab_fetch *fetch, const char *const *paths, size_t count,
                                 struct wcab_error *err);

/*
 * A file or drive of the host, or what lies behind an address; see wci_source_open_file.  Of a
 * server that gives no ranges, a file that is small enough is fetched as a whole.  CHANGED, also
 * from reading: it is not the file any more that was asked for first.  The source may be read by
 * several threads at once.
 */
enum wcab_err wci_fetch_open(struct wcab_fetch *fetch, const char *path, _Atomic uint64_t *counter,
                             struct wci_source **source, struct wcab_error *err);

/* The same for a file that belongs to the one at the address `owner`. */
enum wcab_err wci_fetch_open_beside(struct wcab_fetch *fetch, const char *owner, const char *url,
                                    _Atomic uint64_t *counter, struct wci_source **source,
                                    struct wcab_error *err);

/*
 * Whether all that was read of the file and of those that belong to it was brought.  Once something
 * was not, it is not asked for again in the run, and this is why: what was made of the rest would be
 * a part of an image, or of two.
 */
enum wcab_err wci_fetch_check(struct wcab_fetch *fetch, const char *url, struct wcab_error *err);

/* A file of that size may be fetched as a whole, as it was before. */
void wci_fetch_allow(struct wcab_fetch *fetch, uint64_t size);

#endif
