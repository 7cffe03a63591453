/*
 * disk_td0 - Teledisk's dumps of floppies (TD0), plain and with its advanced compression.
 *
 * Source: Dave Dunfield's notes on the format (2007, revised by Mark Ogden 2024).
 */
#ifndef WCI_DISK_TD0_H
#define WCI_DISK_TD0_H

#include "media/volume/volume.h"

/* FORMAT, CORRUPT, UNSUPPORTED (the compression of versions before 2), LIMIT, IO, NOMEM. */
enum wcab_err wci_disk_td0_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err);

#endif
