/*
 * disk_imd - floppy dumps of Dave Dunfield's ImageDisk (IMD).
 *
 * Source: ImageDisk manual, appendix on the image file format.
 */
#ifndef WCI_DISK_IMD_H
#define WCI_DISK_IMD_H

#include "media/volume/volume.h"

/*
 * A volume with the plain floppy inside, sectors in order of their numbers.  FORMAT: does not begin
 * with "IMD ".  CORRUPT: a track is cut off or contradicts itself; LIMIT, IO, NOMEM.  Tracks that
 * are formatted otherwise than most are told as faults and passed over.
 */
enum wcab_err wci_disk_imd_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err);

#endif
