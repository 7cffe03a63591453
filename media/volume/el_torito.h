/*
 * el_torito - the boot images of a CD: El Torito Bootable CD-ROM Format Specification 1.0 (Phoenix
 * and IBM, 1995).
 */
#ifndef WCI_EL_TORITO_H
#define WCI_EL_TORITO_H

#include "media/bytes/source.h"

enum { WCI_EL_TORITO_IMAGES = 32 };

struct wci_boot_image {
    uint64_t offset, size; /* bytes of the source; size 0: it lies outside of it */
    const char *emulation; /* "1.44 MB floppy", "hard disk", "no emulation" */
};

/*
 * Reads the boot catalog at byte `catalog`; sectors of 2,048 bytes count from byte `origin`.  The
 * size of a floppy image follows from its kind, that of a hard disk from its partition table, else
 * it is the number of sectors to load.  An image that the source's end cuts off is shortened.
 * CORRUPT: no catalog there, or its checksum is wrong.  IO.
 */
enum wcab_err wci_el_torito_read(struct wci_source *source, uint64_t catalog, int64_t origin,
                                 struct wci_boot_image images[WCI_EL_TORITO_IMAGES], size_t *count,
                                 struct wcab_error *err);

#endif
