/*
 * fat_geometry - recognising FAT volumes and finding out where their parts lie.
 *
 * Sources: Microsoft's FAT specification (fatgen103) for the BIOS parameter block; the MS-DOS
 * Programmer's Reference for the media byte, which is all that disks of MS-DOS 1.x have; Knowledge
 * Base Q129710 for the Distribution Media Format.
 */
#ifndef WCI_FAT_GEOMETRY_H
#define WCI_FAT_GEOMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "media/bytes/source.h"

enum { WCI_FAT_OEM = 8, WCI_FAT_LABEL = 11, WCI_FAT_ENTRY = 32 };

/* Offsets are bytes from the volume's start. */
struct wci_fat_geometry {
    uint32_t sector_size, cluster_size; /* bytes */
    uint64_t fat_offset, fat_size;      /* of the first copy; copies follow each other */
    unsigned fat_copies, fat_copy;      /* how many there are; the one to begin with */
    uint64_t root_offset;               /* FAT12, FAT16 */
    uint32_t root_entries;              /* FAT12, FAT16 */
    uint32_t root_cluster;              /* FAT32; else 0 */
    uint64_t data_offset;               /* of cluster 2 */
    uint32_t clusters;                  /* their numbers are 2 .. clusters + 1 */
    uint64_t size;                      /* bytes of the volume */
    unsigned bits;                      /* 12, 16 or 32 */
    unsigned sectors_per_track, heads;  /* 0 when the volume doesn't say */
    uint8_t media;
    bool has_bpb;
    bool bpb_is_wrong;         /* the geometry is the media byte's */
    bool has_signature;        /* 55 AA at byte 510 */
    bool table_is_damaged;     /* no copy of the FAT begins as it must */
    char oem[WCI_FAT_OEM];     /* raw; zeroes without a BPB */
    char label[WCI_FAT_LABEL]; /* of the boot sector, raw; zeroes when there is none */
    uint32_t serial;           /* 0 when there is none */
};

/*
 * Recognises the volume at the start of the source: a plausible BIOS parameter block with an
 * allocation table and a root folder where it says, or, without one, two allocation tables that
 * begin with a media byte and a root folder where disks of that kind have them.  FORMAT when it is
 * none; IO.
 */
enum wcab_err wci_fat_geometry_find(struct wci_source *source, struct wci_fat_geometry *geometry,
                                    struct wcab_error *err);

/* Sets root, data and clusters by what is set before them; false when that is no volume. */
bool wci_fat_geometry_place_parts(struct wci_fat_geometry *geometry);

/* "FAT12 (DMF)", "FAT12, 1.44 MB", "FAT32", "FAT12, 360 KB, no BPB". */
void wci_fat_geometry_format(const struct wci_fat_geometry *geometry, char *text, size_t size);

/* By what the volume was known: a sentence. */
void wci_fat_geometry_reason(const struct wci_fat_geometry *geometry, char *text, size_t size);

/* Byte offset of a cluster, which must be 2 .. clusters + 1. */
uint64_t wci_fat_geometry_cluster(const struct wci_fat_geometry *geometry, uint32_t cluster);

#endif
