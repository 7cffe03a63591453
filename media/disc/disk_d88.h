/*
 * disk_d88 - floppies of NEC's and Sharp's computers as their emulators keep them (D88, D77, 88D).
 *
 * A file may hold several floppies, one after the other: a header of 0x20 bytes, a table of 164
 * tracks' offsets, then for each sector 16 bytes and its data.
 */
#ifndef WCI_DISK_D88_H
#define WCI_DISK_D88_H

#include <stdbool.h>

#include "media/volume/volume.h"

enum { WCI_DISK_D88_HEADER = 0x24 };

/* Whether the bytes are a floppy's header in a file of so many bytes. */
bool wci_disk_d88_is_header(const uint8_t *bytes, size_t size, uint64_t file_size);

/* FORMAT, CORRUPT, LIMIT, IO, NOMEM. */
enum wcab_err wci_disk_d88_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err);

#endif
