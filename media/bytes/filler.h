/*
 * filler - sectors that a disk reader could not read and filled with a text instead.
 *
 * Floppy imaging tools leave "-=[BAD SECTOR]=-", repeated over the whole sector, where the drive
 * gave up.  A file system sees nothing wrong with such an image, and a CFDATA block without a
 * checksum neither.
 */
#ifndef WCI_FILLER_H
#define WCI_FILLER_H

#include <stddef.h>
#include <stdint.h>

#define WCI_FILLER_TEXT "-=[BAD SECTOR]=-"

/*
 * The first byte of `data` that is such filler, or `size` when none is.  `offset` is where data
 * lies: bytes from a place that is at the start of a sector of 512 bytes.  A sector counts when all
 * that data has of it is filler, and that is 16 bytes or more.
 */
size_t wci_filler_find(const uint8_t *data, size_t size, uint64_t offset);

#endif
