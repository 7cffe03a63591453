/*
 * told - files that a medium's own table of contents tells of, whose disk is not at hand.
 */
#ifndef WCI_TOLD_H
#define WCI_TOLD_H

#include "query/gather.h"

/* Fills what the table says of a row of it: cabinet, path, disk.  From `arena`, or borrowed.
 * CORRUPT, IO, NOMEM. */
enum wcab_err wci_told_describe(struct wci_known_images *images, struct wci_arena *arena,
                                struct wci_found *found, struct wcab_error *err);

/*
 * Of the first *count copies found, all of indexed images, takes out those that a table only tells
 * of and whose disk or cabinet is indexed: what is there speaks for itself.  A packed file that is
 * there under its packed name alone becomes the answer, with the real name that the table has.
 * CORRUPT, IO, NOMEM.
 */
enum wcab_err wci_told_drop_covered(struct wci_gather *gather, size_t *count,
                                    struct wcab_error *err);

#endif
