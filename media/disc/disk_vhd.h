/*
 * disk_vhd - virtual hard disks of Microsoft Virtual PC (VHD), fixed and dynamic.
 *
 * Source: Virtual Hard Disk Image Format Specification, version 1.0 (Microsoft, 2006).
 */
#ifndef WCI_DISK_VHD_H
#define WCI_DISK_VHD_H

#include "media/volume/volume.h"

/*
 * A volume with the disk inside, named "disk".  FORMAT: no "conectix" footer.  UNSUPPORTED:
 * differencing disk.  CORRUPT: header or block table contradict the file.  IO, NOMEM.
 */
enum wcab_err wci_disk_vhd_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err);

#endif
