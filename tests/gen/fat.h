/* fat.h: FAT12, FAT16 and FAT32 images of a tree: floppies (plain and DMF) and volumes. */
#ifndef WCGEN_FAT_H
#define WCGEN_FAT_H

#include "tree.h"

struct wcgen_fat_format {
    const char *oem_id; /* 8 characters */
    unsigned fat_bits;  /* 12, 16, 32 */
    unsigned sector_size, sectors_per_cluster, reserved_sectors, fats, root_entries;
    uint32_t sectors;
    unsigned media_byte, sectors_per_fat, sectors_per_track, heads;
    bool no_signature; /* without 55 AA at 510 */
    bool no_bpb;       /* as DOS 1 made them: a boot sector without description */
    uint32_t serial;
    const char *label; /* root entry, put behind all others; NULL: none */
    uint16_t label_date, label_time;
};

/* Known formats: "dmf", "1440", "720", "1200", "360", "320", "180", "160", "2880"; NULL otherwise.
 */
const struct wcgen_fat_format *wcgen_fat_known(const char *name);

/* A FAT16 or FAT32 volume of so many sectors of 512 bytes. */
struct wcgen_fat_format wcgen_fat_volume(unsigned fat_bits, uint32_t sectors);

/* The image; fails when the tree doesn't fit. The caller frees it. `used`: gets the bytes after
 * which only zeroes follow; may be NULL. */
struct wcgen_buffer wcgen_fat_write(const struct wcgen_fat_format *format, struct wcgen_node *root,
                                    size_t *used);

/* For damaging an image: the byte offset of cluster n, and a way to change a FAT entry (in all
 * copies) of a finished image. */
size_t wcgen_fat_cluster_offset(const struct wcgen_fat_format *format, uint32_t cluster);
void wcgen_fat_set_entry(const struct wcgen_fat_format *format, struct wcgen_buffer *image,
                         uint32_t cluster, uint32_t value);

#endif
