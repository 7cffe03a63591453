/*
 * segments - the files of an EnCase image (.E01, .E02 ...) as one source.
 *
 * It begins with a table of 64-bit numbers, little-endian: how many segments there are, and the
 * size of each; then they come, one behind the other.
 */
#ifndef WCI_SEGMENTS_H
#define WCI_SEGMENTS_H

#include "media/bytes/siblings.h"
#include "media/disc/nest.h"

enum { WCI_SEGMENTS_MAX = 99 };

/*
 * Joins `first` and the segments beside it; `nest` keeps what that takes.  `siblings` may be NULL.
 * UNSUPPORTED: one is not there, which err's text names; FORMAT: `first` is a later segment whose
 * first one is beside it; CORRUPT, IO, NOMEM, LIMIT.
 */
enum wcab_err wci_segments_open(struct wci_source *first, const struct wci_siblings *siblings,
                                struct wci_nest *nest, struct wci_source **joined,
                                struct wcab_error *err);

/* Whether the bytes (at least 13) are the start of an EnCase segment, and of which. */
bool wci_segments_is_header(const uint8_t *bytes, unsigned *number);

#endif
