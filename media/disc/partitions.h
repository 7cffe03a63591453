/*
 * partitions - hard disks divided by a master boot record, with logical partitions, or by a GPT.
 *
 * Sources: the PC BIOS's partition table; UEFI specification, chapter 5 (GPT).  The partitions are
 * nested volumes: what is in them, the probe finds out.
 */
#ifndef WCI_PARTITIONS_H
#define WCI_PARTITIONS_H

#include "media/volume/volume.h"

enum { WCI_PARTITIONS_MAX = 128 };

/*
 * FORMAT: no 55 AA at byte 510, or no table of partitions that make sense; IO, NOMEM.  A FAT boot
 * sector has 55 AA, too: it is told apart by its code where the table would be.  A bad chain of
 * logical partitions, or a partition that reaches behind the source's end, is told by the walk.
 */
enum wcab_err wci_partitions_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err);

#endif
