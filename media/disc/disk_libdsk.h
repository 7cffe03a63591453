/*
 * disk_libdsk - floppy dumps that libdsk reads: Teledisk (TD0), CopyQM, CFI, extended DSK.
 */
#ifndef WCI_DISK_LIBDSK_H
#define WCI_DISK_LIBDSK_H

#include "media/volume/volume.h"

/*
 * A volume with the plain floppy inside.  FORMAT: none of these by its signature (CFI has none: its
 * first track must unpack).  UNSUPPORTED: built without libdsk; err's text names the command that
 * converts it.  CORRUPT: libdsk can't read it; LIMIT, IO, NOMEM.
 */
enum wcab_err wci_disk_libdsk_open(struct wci_source *source, struct wci_volume **volume,
                                   struct wcab_error *err);

#endif
