/*
 * shard - which images are those of one share of several that index a shelf together.
 */
#ifndef WCI_SHARD_H
#define WCI_SHARD_H

#include "indexer/items.h"

/*
 * Keeps the items of share `number` (1 to `count`), in their order; with a count of 0 all.  The
 * share hangs on the path alone, on each machine and in every version the same: images that are
 * added later move no others.  Floppies of one folder stay together, for a set of cabinets may go
 * over all of them.
 */
void wci_shard_keep(struct wci_items *items, unsigned number, unsigned count);

#endif
