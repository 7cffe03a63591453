/*
 * fat_geometry - see fat_geometry.h.
 */
#include "media/volume/fat_geometry.h"

#include <stdio.h>
#include <string.h>

#include "core/cursor.h"
#include "media/volume/fat_check.h"
#include "media/volume/fat_floppy.h"

enum {
    BOOT_BYTES = 512,
    SECTOR_MAX = 4096,
    FAT12_CLUSTERS = 4085, /* this many and more: FAT16 */
    FAT16_CLUSTERS = 65525,
    FAT32_CLUSTERS_MAX = 0x0FFFFFF5
};

/* ---- arithmetic ----------------------------------------------------------------------------- */

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

uint64_t wci_fat_geometry_cluster(const struct wci_fat_geometry *geometry, uint32_t cluster)
{
    return geometry->data_offset + (uint64_t)(cluster - 2) * geometry->cluster_size;
}

/* The number of clusters alone decides between FAT12, FAT16 and FAT32 (fatgen103); but only FAT32
 * has no root folder of fixed size. */
static bool count_clusters(struct wci_fat_geometry *g)
{
    uint64_t clusters, entries;

    if (g->data_offset >= g->size)
        return false;
    clusters = (g->size - g->data_offset) / g->cluster_size;
    if (clusters == 0 || clusters > FAT32_CLUSTERS_MAX)
        return false;
    g->bits = g->root_entries == 0        ? 32
              : clusters < FAT12_CLUSTERS ? 12
              : clusters < FAT16_CLUSTERS ? 16
                                          : 32;
    if (g->bits == 32 && g->root_entries != 0)
        return false;
    entries = g->fat_size * 8 / g->bits;
    if (entries < 3 || entries < clusters / 2)
        return false;
    if (clusters > entries - 2) /* some formatters leave a little too small a table */
        clusters = entries - 2;
    g->clusters = (uint32_t)clusters;
    return true;
}

bool wci_fat_geometry_place_parts(struct wci_fat_geometry *geometry)
{
    struct wci_fat_geometry *g = geometry;
    uint64_t root_size = (uint64_t)g->root_entries * WCI_FAT_ENTRY;

    g->root_offset = g->fat_offset + g->fat_size * g->fat_copies;
    g->data_offset =
        g->root_offset + (root_size + g->sector_size - 1) / g->sector_size * g->sector_size;
    return count_clusters(g);
}

/* ---- BIOS parameter block ------------------------------------------------------------------- */

/* The fields that all versions have; false when they can't be those of a FAT volume. */
static bool read_bpb(const uint8_t *boot, uint64_t source_size, struct wci_fat_geometry *g)
{
    struct wci_cursor cursor = wci_cursor_of(boot, BOOT_BYTES);
    uint32_t sectors_per_cluster, reserved, total, total32, fat_sectors;
    size_t extended = 36;

    wci_cursor_seek(&cursor, 11);
    g->sector_size = wci_cursor_u16(&cursor);
    sectors_per_cluster = wci_cursor_u8(&cursor);
    reserved = wci_cursor_u16(&cursor);
    g->fat_copies = wci_cursor_u8(&cursor);
    g->root_entries = wci_cursor_u16(&cursor);
    total = wci_cursor_u16(&cursor);
    g->media = wci_cursor_u8(&cursor);
    fat_sectors = wci_cursor_u16(&cursor);
    g->sectors_per_track = wci_cursor_u16(&cursor);
    g->heads = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 4); /* hidden sectors */
    total32 = wci_cursor_u32(&cursor);
    if (!is_power_of_two(g->sector_size) || g->sector_size < 128 || g->sector_size > SECTOR_MAX ||
        !is_power_of_two(sectors_per_cluster) || reserved == 0 || g->fat_copies == 0 ||
        g->fat_copies > 4 || (g->media < 0xF8 && g->media != 0xF0))
        return false;
    if (fat_sectors == 0) {
        fat_sectors = wci_cursor_u32(&cursor);
        wci_cursor_skip(&cursor, 4); /* flags, version */
        g->root_cluster = wci_cursor_u32(&cursor);
        extended = 64;
        if (g->root_entries != 0 || fat_sectors == 0)
            return false;
    } else if (g->root_entries == 0) {
        return false;
    }
    g->cluster_size = g->sector_size * sectors_per_cluster;
    g->fat_offset = (uint64_t)reserved * g->sector_size;
    g->fat_size = (uint64_t)fat_sectors * g->sector_size;
    total = total != 0 ? total : total32;
    g->size = total != 0 ? (uint64_t)total * g->sector_size : source_size;
    g->has_bpb = true;
    memcpy(g->oem, boot + 3, WCI_FAT_OEM);
    if (boot[extended + 2] == 0x28 || boot[extended + 2] == 0x29) {
        wci_cursor_seek(&cursor, extended + 3);
        g->serial = wci_cursor_u32(&cursor);
        if (boot[extended + 2] == 0x29)
            memcpy(g->label, boot + extended + 7, WCI_FAT_LABEL);
    }
    return wci_fat_geometry_place_parts(g);
}

/* ---- what lies where the block says --------------------------------------------------------- */

/* The first copy that begins as it must.  A copy that can't be read is passed over. */
static bool find_table(struct wci_source *source, struct wci_fat_geometry *g)
{
    uint8_t bytes[4];
    unsigned copy;

    for (copy = 0; copy < g->fat_copies; copy++) {
        if (wci_source_read_at(source, g->fat_offset + g->fat_size * copy, bytes, sizeof(bytes),
                               NULL) == WCAB_OK &&
            wci_fat_check_table_start(bytes)) {
            g->fat_copy = copy;
            return true;
        }
    }
    g->fat_copy = 0;
    return false;
}

/* The volume that a BIOS parameter block tells of.  CORRUPT: all that is there of it is the block.
 */
static enum wcab_err try_bpb(struct wci_source *source, const uint8_t *boot,
                             struct wci_fat_geometry *g, struct wcab_error *err)
{
    bool jump = wci_fat_check_jump(boot);
    enum wci_fat_root root;

    memset(g, 0, sizeof(*g));
    if (!read_bpb(boot, wci_source_size(source), g))
        return WCAB_ERR_FORMAT;
    root = wci_fat_check_root(source, g, false);
    g->has_signature = boot[510] == 0x55 && boot[511] == 0xAA;
    if (find_table(source, g))
        return root != WCI_FAT_ROOT_BAD || (g->has_signature && jump) ? WCAB_OK : WCAB_ERR_FORMAT;
    g->table_is_damaged = true;
    if (jump && wci_fat_check_root(source, g, true) == WCI_FAT_ROOT_FILLED)
        return WCAB_OK;
    if (!jump || g->size != wci_source_size(source))
        return WCAB_ERR_FORMAT;
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, g->fat_offset,
                            "FAT%u: a BIOS parameter block and nothing behind it: no allocation "
                            "table at byte %llu and no root folder at byte %llu",
                            g->bits, (unsigned long long)g->fat_offset,
                            (unsigned long long)g->root_offset);
}

enum wcab_err wci_fat_geometry_find(struct wci_source *source, struct wci_fat_geometry *geometry,
                                    struct wcab_error *err)
{
    struct wci_fat_geometry found;
    struct wcab_error nonsense;
    uint8_t boot[BOOT_BYTES] = {0};
    size_t got;
    enum wcab_err code = wci_source_read_some(source, 0, boot, sizeof(boot), &got, err), bpb;

    if (code == WCAB_OK && got < sizeof(boot))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no FAT volume: shorter than a sector");
    bpb = code == WCAB_OK ? try_bpb(source, boot, &found, &nonsense) : WCAB_ERR_FORMAT;
    if (bpb == WCAB_OK)
        wci_fat_floppy_correct(source, &found);
    /* A bad boot sector leaves the media byte to go by. */
    if (bpb != WCAB_OK && !wci_fat_floppy_find(source, boot, &found)) {
        if (code != WCAB_OK)
            return code;
        if (bpb == WCAB_ERR_CORRUPT) {
            if (err != NULL)
                *err = nonsense;
            return bpb;
        }
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "no FAT volume: neither a BIOS parameter block at byte 11 nor "
                             "allocation tables behind the first sector");
    }
    *geometry = found;
    return WCAB_OK;
}

/* ---- texts ---------------------------------------------------------------------------------- */

void wci_fat_geometry_format(const struct wci_fat_geometry *geometry, char *text, size_t size)
{
    static const struct {
        uint16_t kilobytes;
        const char *name;
    } sizes[] = {{160, "160 KB"},   {180, "180 KB"},   {320, "320 KB"},   {360, "360 KB"},
                 {640, "640 KB"},   {720, "720 KB"},   {1200, "1.2 MB"},  {1232, "1.25 MB"},
                 {1440, "1.44 MB"}, {1722, "1.72 MB"}, {1840, "1.84 MB"}, {2880, "2.88 MB"}};
    const char *no_bpb = geometry->has_bpb ? "" : ", no BPB";
    size_t i;

    if (geometry->size == 1680ULL * 1024 && geometry->bits == 12) {
        (void)snprintf(text, size, "FAT12 (DMF)%s", no_bpb);
        return;
    }
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        if (geometry->size / 1024 == sizes[i].kilobytes && geometry->bits == 12) {
            (void)snprintf(text, size, "FAT12, %s%s", sizes[i].name, no_bpb);
            return;
        }
    }
    (void)snprintf(text, size, "FAT%u%s", geometry->bits, no_bpb);
}

void wci_fat_geometry_reason(const struct wci_fat_geometry *geometry, char *text, size_t size)
{
    char oem[WCI_FAT_OEM + 1];
    size_t i;

    if (!geometry->has_bpb) {
        (void)snprintf(text, size, "FAT%u: no BIOS parameter block, media byte %02X at byte %u",
                       geometry->bits, geometry->media, geometry->sector_size);
        return;
    }
    if (geometry->bpb_is_wrong) {
        (void)snprintf(text, size,
                       "FAT%u: media byte %02X at byte %u; the BIOS parameter block tells of other "
                       "clusters than the files lie in",
                       geometry->bits, geometry->media, geometry->sector_size);
        return;
    }
    for (i = 0; i < WCI_FAT_OEM; i++) {
        bool printable = geometry->oem[i] >= 0x20 && geometry->oem[i] < 0x7F;

        oem[i] = '?';
        if (printable)
            oem[i] = geometry->oem[i];
    }
    oem[WCI_FAT_OEM] = '\0';
    (void)snprintf(text, size, "FAT%u: BIOS parameter block, OEM id \"%s\", media byte %02X%s",
                   geometry->bits, oem, geometry->media,
                   geometry->has_signature ? "" : ", no 55 AA at byte 510");
}
