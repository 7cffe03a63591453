/*
 * disk_vdi - virtual disks of VirtualBox (VDI), fixed and dynamic.
 */
#ifndef WCI_DISK_VDI_H
#define WCI_DISK_VDI_H

#include "media/volume/volume.h"

/* FORMAT, CORRUPT, UNSUPPORTED (differencing disks), IO, NOMEM. */
enum wcab_err wci_disk_vdi_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err);

#endif
