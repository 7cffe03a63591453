/*
 * disk_headed - floppies whose sectors lie in order behind a header.
 *
 * FDI: Anex86, an emulator of the PC-9800 series. SaveDskF: IBM's LOADDSKF.EXE and SAVEDSKF.EXE
 * (OS/2, PC DOS), which leave out what lies behind the last cluster in use.
 */
#ifndef WCI_DISK_HEADED_H
#define WCI_DISK_HEADED_H

#include "media/volume/volume.h"

enum { WCI_DISK_FDI_HEADER = 32 };

/* Whether the bytes are the header of an FDI image in a file of so many bytes. */
bool wci_disk_fdi_is_header(const uint8_t *bytes, size_t size, uint64_t file_size);

/* FORMAT, IO, NOMEM. */
enum wcab_err wci_disk_fdi_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err);

/* FORMAT, CORRUPT, UNSUPPORTED (the compressed kind), IO, NOMEM. */
enum wcab_err wci_disk_savedskf_open(struct wci_source *source, struct wci_volume **volume,
                                     struct wcab_error *err);

#endif
