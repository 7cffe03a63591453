/*
 * settle - what only several images together tell: sets of cabinets, sets of disks.
 */
#ifndef WCI_SETTLE_H
#define WCI_SETTLE_H

#include "catalog/catalog.h"
#include "whichcab.h"

/*
 * Settles what can only be said of images together: which cabinet follows which, which images form
 * a group (one set of disks).  Works on what `writer` has put; only cuts with a listing that was
 * not there at the last settling are weighed anew.  Contents are read from the images on the host
 * where names and numbers leave a choice.  NOMEM, IO, CORRUPT, CANCELLED.
 */
enum wcab_err wci_settle_sets(struct wci_writer *writer, const struct wcab_cancel *cancel,
                              struct wcab_error *err);

#endif
