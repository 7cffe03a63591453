/*
 * disk_libyal - virtual disks and forensic images that Joachim Metz' libraries read: QCOW, VMDK,
 * VHDX and EnCase (E01), each in a process of its own.
 *
 * Each function returns FORMAT when the bytes are not its own, then CORRUPT, UNSUPPORTED (built
 * without the library), LIMIT, IO, NOMEM.
 */
#ifndef WCI_DISK_LIBYAL_H
#define WCI_DISK_LIBYAL_H

#include "media/bytes/siblings.h"
#include "media/volume/volume.h"

enum wcab_err wci_disk_qcow_open(struct wci_source *source, struct wci_volume **volume,
                                 struct wcab_error *err);
enum wcab_err wci_disk_vmdk_open(struct wci_source *source, struct wci_volume **volume,
                                 struct wcab_error *err);
enum wcab_err wci_disk_vhdx_open(struct wci_source *source, struct wci_volume **volume,
                                 struct wcab_error *err);
/* With the segments beside it. */
enum wcab_err wci_disk_ewf_open(struct wci_source *source, const struct wci_siblings *siblings,
                                struct wci_volume **volume, struct wcab_error *err);

#endif
