/*
 * source_sector - the data of a CD's sectors, addressed as the disc addresses them.
 *
 * Images keep sectors of 2,352 bytes and other sizes, with synchronisation, headers, error
 * correction and subchannels around the data, and leave out the gaps between sessions.  Here they
 * are sectors of 2,048 bytes again, each at its own number (LBA): what a file system's extents
 * count in.  Sources: ECMA-130 (sectors, modes 0 to 2), CD-ROM XA (forms of mode 2).
 */
#ifndef WCI_SOURCE_SECTOR_H
#define WCI_SOURCE_SECTOR_H

#include <stdbool.h>

#include "media/bytes/source.h"

enum { WCI_SECTOR_DATA = 2048, WCI_SECTOR_RAW = 2352, WCI_SECTOR_STRIDE_MAX = 2448 };

/* Sectors that follow each other in an image. */
struct wci_sector_run {
    uint64_t lba, count;
    struct wci_source *source; /* borrowed */
    uint64_t offset;           /* of the first sector in the source, bytes */
    uint32_t stride;           /* bytes from one sector to the next, at most 2,448 */
    uint32_t skip;             /* bytes before the data, when sectors have no headers to tell */
};

/* Sectors `from`, `from` + 1 ... are shown in place of `at`, `at` + 1 ...: the volume descriptors
 * of a later session where readers look for those of the first. */
struct wci_sector_overlay {
    uint64_t at, from, count;
};

/*
 * A source of all sectors up to the last run's end.  `runs` are copied; they must be in order of
 * their numbers and not overlap, else CORRUPT.  Sectors of no run read as zeroes; raw sectors that
 * have lost their synchronisation are an error (CORRUPT with the image's offset), as on a disc.
 * Reads use a buffer of the source's own: one thread at a time.
 */
enum wcab_err wci_source_open_sectors(const struct wci_sector_run *runs, size_t count,
                                      const struct wci_sector_overlay *overlay,
                                      struct wci_source **source, struct wcab_error *err);

/* What a raw sector's first 16 bytes say. */
struct wci_sector_header {
    uint8_t mode; /* 0, 1 or 2 */
    bool has_lba; /* the address makes sense */
    uint64_t lba;
};

/* False when the bytes don't begin with a sector's synchronisation. */
bool wci_sector_read_header(const uint8_t bytes[16], struct wci_sector_header *header);

#endif
