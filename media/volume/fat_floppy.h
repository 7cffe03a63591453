/*
 * fat_floppy - the floppies that DOS knows by their media byte, without a BIOS parameter block.
 *
 * Sources: the MS-DOS Programmer's Reference for the media byte; Knowledge Base Q129710 for the
 * Distribution Media Format; NEC's PC-9800 series for 1,024-byte sectors (2HD, media byte FE).
 * A media byte is three bytes of evidence, which a picture or a sheet may have as well: size, both
 * tables and the root folder have to agree with it.
 */
#ifndef WCI_FAT_FLOPPY_H
#define WCI_FAT_FLOPPY_H

#include "media/volume/fat_geometry.h"

/* Finds the floppy that the source is; `boot` is its first sector.  False: none. */
bool wci_fat_floppy_find(struct wci_source *source, const uint8_t *boot,
                         struct wci_fat_geometry *geometry);

/* Replaces a geometry that a BIOS parameter block told and the floppy's files contradict by that of
 * the media byte, which DOS went by, when all files lie where that says. */
void wci_fat_floppy_correct(struct wci_source *source, struct wci_fat_geometry *geometry);

#endif
