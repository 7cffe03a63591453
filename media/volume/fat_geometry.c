/*
 * fat_geometry - see fat_geometry.h.
 */
#include "media/volume/fat_geometry.h"

#include <stdio.h>
#include <string.h>

#include "core/cursor.h"

enum {
    BOOT_BYTES = 512,
    SECTOR_MAX = 4096,
    FAT12_CLUSTERS = 4085, /* this many and more: FAT16 */
    FAT16_CLUSTERS = 65525,
    FAT32_CLUSTERS_MAX = 0x0FFFFFF5,
    ROOT_CHECK_BYTES = 512,
    ATTRIBUTE_LONG_NAME = 0x0F,
    ENTRY_DELETED = 0xE5,
    ENTRY_KANJI_E5 = 0x05 /* stands for a name that begins with E5 */
};

/* ---- the floppies that the media byte tells of ---------------------------------------------- */

struct floppy {
    uint16_t kilobytes;
    uint8_t media, sectors_per_cluster, fat_sectors, sectors_per_track, heads;
    uint16_t root_entries;
};

static const struct floppy floppies[] = {
    {160, 0xFE, 1, 1, 8, 1, 64},    {180, 0xFC, 1, 2, 9, 1, 64},   {320, 0xFF, 2, 1, 8, 2, 112},
    {360, 0xFD, 2, 2, 9, 2, 112},   {320, 0xFA, 2, 1, 8, 1, 112},  {360, 0xF8, 2, 2, 9, 1, 112},
    {640, 0xFB, 2, 2, 8, 2, 112},   {720, 0xF9, 2, 3, 9, 2, 112},  {1200, 0xF9, 1, 7, 15, 2, 224},
    {1440, 0xF0, 1, 9, 18, 2, 224}, {1680, 0xF0, 4, 3, 21, 2, 16}, {1680, 0xF0, 2, 5, 21, 2, 16},
    {2880, 0xF0, 2, 9, 36, 2, 240}};

/* ---- arithmetic ----------------------------------------------------------------------------- */

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

uint64_t wci_fat_geometry_cluster(const struct wci_fat_geometry *geometry, uint32_t cluster)
{
    return geometry->data_offset + (uint64_t)(cluster - 2) * geometry->cluster_size;
}

/* Root and data follow from what is set already. */
static void place_parts(struct wci_fat_geometry *g)
{
    uint64_t root_size = (uint64_t)g->root_entries * WCI_FAT_ENTRY;

    g->root_offset = g->fat_offset + g->fat_size * g->fat_copies;
    g->data_offset =
        g->root_offset + (root_size + g->sector_size - 1) / g->sector_size * g->sector_size;
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
    place_parts(g);
    return count_clusters(g);
}

/* ---- what lies where the block says --------------------------------------------------------- */

/* An allocation table begins with the media byte and bits that are set. */
static bool table_begins_well(const uint8_t *bytes)
{
    return (bytes[0] >= 0xF8 || bytes[0] == 0xF0) && bytes[1] == 0xFF && (bytes[2] | 0x0F) == 0xFF;
}

/* The first copy that begins as it must.  A copy that can't be read is passed over. */
static bool find_table(struct wci_source *source, struct wci_fat_geometry *g)
{
    uint8_t bytes[4];
    unsigned copy;

    for (copy = 0; copy < g->fat_copies; copy++) {
        if (wci_source_read_at(source, g->fat_offset + g->fat_size * copy, bytes, sizeof(bytes),
                               NULL) == WCAB_OK &&
            table_begins_well(bytes)) {
            g->fat_copy = copy;
            return true;
        }
    }
    g->fat_copy = 0;
    return false;
}

static bool is_name_character(uint8_t c)
{
    return c >= 0x20 && strchr("\"*+,/:;<=>?[\\]|", c) == NULL && c != 0x7F;
}

static bool is_sane_entry(const struct wci_fat_geometry *g, const uint8_t *entry)
{
    struct wci_cursor cursor = wci_cursor_of(entry, WCI_FAT_ENTRY);
    uint32_t cluster;
    size_t i;

    if (entry[11] == ATTRIBUTE_LONG_NAME)
        return true;
    if (entry[11] & 0xC0 || entry[0] == ' ')
        return false;
    for (i = 0; i < 11; i++) {
        bool is_dot = i < 2 && entry[i] == '.'; /* "." and ".." */

        if (!is_name_character(entry[i]) && !is_dot && !(i == 0 && entry[i] == ENTRY_KANJI_E5) &&
            !(entry[11] & 0x08)) /* labels have any characters */
            return false;
    }
    wci_cursor_seek(&cursor, 26);
    cluster = wci_cursor_u16(&cursor);
    return g->bits == 32 || entry[11] & 0x08 || cluster < g->clusters + 2;
}

/* How the first entries of the root folder look. */
enum root_looks { ROOT_BAD, ROOT_EMPTY, ROOT_FILLED };

static enum root_looks look_at_root(struct wci_source *source, const struct wci_fat_geometry *g)
{
    uint64_t offset = g->bits == 32 ? wci_fat_geometry_cluster(g, g->root_cluster) : g->root_offset;
    uint8_t bytes[ROOT_CHECK_BYTES];
    unsigned used = 0, bad = 0;
    size_t got, at;

    if (g->bits == 32 && (g->root_cluster < 2 || g->root_cluster >= g->clusters + 2))
        return ROOT_BAD;
    if (wci_source_read_some(source, offset, bytes, sizeof(bytes), &got, NULL) != WCAB_OK ||
        got < sizeof(bytes))
        return ROOT_BAD;
    for (at = 0; at < sizeof(bytes) && bytes[at] != 0; at += WCI_FAT_ENTRY) {
        if (bytes[at] == ENTRY_DELETED)
            continue;
        used++;
        if (!is_sane_entry(g, bytes + at))
            bad++;
    }
    if (bad > 0)
        return bad * 4 > used ? ROOT_BAD : ROOT_FILLED;
    return used > 0 ? ROOT_FILLED : ROOT_EMPTY;
}

static bool is_jump(const uint8_t *boot)
{
    return boot[0] == 0xE9 || (boot[0] == 0xEB && boot[1] >= 0x1C);
}

static bool try_bpb(struct wci_source *source, const uint8_t *boot, struct wci_fat_geometry *g)
{
    enum root_looks root;

    memset(g, 0, sizeof(*g));
    if (!read_bpb(boot, wci_source_size(source), g))
        return false;
    root = look_at_root(source, g);
    g->has_signature = boot[510] == 0x55 && boot[511] == 0xAA;
    if (find_table(source, g))
        return root != ROOT_BAD || (g->has_signature && is_jump(boot));
    g->table_is_damaged = true;
    return root == ROOT_FILLED && is_jump(boot);
}

static bool try_floppy(struct wci_source *source, const struct floppy *floppy,
                       struct wci_fat_geometry *g)
{
    uint8_t second[3];

    memset(g, 0, sizeof(*g));
    g->sector_size = 512;
    g->cluster_size = 512U * floppy->sectors_per_cluster;
    g->fat_offset = 512;
    g->fat_size = 512ULL * floppy->fat_sectors;
    g->fat_copies = 2;
    g->root_entries = floppy->root_entries;
    g->media = floppy->media;
    g->sectors_per_track = floppy->sectors_per_track;
    g->heads = floppy->heads;
    g->size = (uint64_t)floppy->kilobytes * 1024;
    place_parts(g);
    /* the second table's start shows that the first has the right size */
    return count_clusters(g) &&
           wci_source_read_at(source, g->fat_offset + g->fat_size, second, sizeof(second), NULL) ==
               WCAB_OK &&
           second[0] == floppy->media && table_begins_well(second) &&
           look_at_root(source, g) != ROOT_BAD;
}

/* Floppies without a BPB, whole ones first, then those cut off or with something behind them. */
static bool try_media_byte(struct wci_source *source, struct wci_fat_geometry *g)
{
    uint64_t size = wci_source_size(source);
    uint8_t first[3];
    int exact;
    size_t i;

    if (wci_source_read_at(source, 512, first, sizeof(first), NULL) != WCAB_OK ||
        !table_begins_well(first) || size > 3ULL * 1024 * 1024)
        return false;
    for (exact = 1; exact >= 0; exact--) {
        for (i = 0; i < sizeof(floppies) / sizeof(floppies[0]); i++) {
            bool same_size = size == (uint64_t)floppies[i].kilobytes * 1024;

            if (floppies[i].media == first[0] && same_size == (exact == 1) &&
                try_floppy(source, &floppies[i], g))
                return true;
        }
    }
    return false;
}

enum wcab_err wci_fat_geometry_find(struct wci_source *source, struct wci_fat_geometry *geometry,
                                    struct wcab_error *err)
{
    struct wci_fat_geometry found;
    uint8_t boot[BOOT_BYTES] = {0};
    size_t got;
    enum wcab_err code = wci_source_read_some(source, 0, boot, sizeof(boot), &got, err);

    if (code == WCAB_OK && got < sizeof(boot))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no FAT volume: shorter than a sector");
    /* A bad boot sector leaves the media byte to go by. */
    if (!(code == WCAB_OK && try_bpb(source, boot, &found)) && !try_media_byte(source, &found)) {
        if (code != WCAB_OK)
            return code;
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "no FAT volume: neither a BIOS parameter block at byte 11 nor "
                             "allocation tables from byte 512 on");
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
    } sizes[] = {{160, "160 KB"},   {180, "180 KB"},   {320, "320 KB"},  {360, "360 KB"},
                 {640, "640 KB"},   {720, "720 KB"},   {1200, "1.2 MB"}, {1440, "1.44 MB"},
                 {1722, "1.72 MB"}, {1840, "1.84 MB"}, {2880, "2.88 MB"}};
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
        (void)snprintf(text, size, "FAT%u: no BIOS parameter block, media byte %02X at byte 512",
                       geometry->bits, geometry->media);
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
