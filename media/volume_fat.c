/*
 * volume_fat - FAT12, FAT16 and FAT32 volumes: floppies, disks, images of them.
 *
 * Sources: Microsoft's FAT specification (fatgen103); for disks without a BPB (MS-DOS 1.x) the
 * first byte of the FAT tells the medium; for the Distribution Media Format the Knowledge Base
 * (Q129710). Where the format lies: the signature 55 AA is missing on many floppies; BPBs are
 * overwritten by boot managers; the volume label is a root entry that may stand anywhere; chains
 * may run in circles, into each other or outside of the volume.
 */
#include "volume.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "limits.h"
#include "text.h"

enum {
    SECTOR_MAX = 4096,
    ENTRY_BYTES = 32,
    BOOT_BYTES = 512,
    NAME_DELETED = 0xE5,
    NAME_KANJI_E5 = 0x05, /* stands for a first byte E5 */
    ATTRIBUTE_LONG_NAME = 0x0F,
    LONG_NAME_PARTS = 20, /* 20 x 13 characters: 255 and padding */
    LONG_NAME_UNITS = 13,
    FAT12_CLUSTERS = 4085,
    FAT16_CLUSTERS = 65525
};

struct geometry {
    uint32_t sector;       /* bytes */
    uint32_t cluster;      /* bytes */
    uint64_t fat_at;       /* byte offset of the first FAT */
    uint64_t fat_bytes;    /* of one FAT */
    uint64_t root_at;      /* byte offset of the root folder (FAT12, FAT16) */
    uint32_t root_entries; /* of the root folder (FAT12, FAT16) */
    uint32_t root_cluster; /* FAT32 */
    uint64_t data_at;      /* byte offset of cluster 2 */
    uint32_t clusters;     /* number of clusters */
    uint64_t size;         /* bytes of the volume */
    unsigned bits;         /* 12, 16, 32 */
    unsigned sectors_per_track;
    bool has_bpb;
};

struct fat_volume {
    struct wci_volume base;
    struct wci_source *source; /* borrowed */
    struct geometry geometry;
    uint8_t *fat; /* FAT12, FAT16: all of the first FAT that is there */
    size_t fat_size;
    char oem[9];
    char label[12]; /* of the boot sector; raw, without padding */
    uint32_t serial;
};

/* A long name that is being put together from its parts, which precede the short entry. */
struct long_name {
    uint8_t units[LONG_NAME_PARTS * LONG_NAME_UNITS * 2]; /* UTF-16 */
    unsigned parts;                                       /* of the whole name */
    unsigned wanted; /* number of the part that must come next; 0 = complete */
    uint8_t checksum;
};

struct fat_walk {
    struct fat_volume *volume;
    const struct wci_visitor *visitor;
    char path[WCI_LIMIT_PATH];
    size_t path_length;
    unsigned depth;
    uint8_t *visited; /* a bit for each cluster that starts a folder that was read */
    uint32_t entries; /* so far, on the whole volume */
};

/* ---- recognition -------------------------------------------------------------------------- */

static bool is_power_of_two(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static void finish_geometry(struct geometry *g, uint64_t total_sectors, uint64_t fat_sectors,
                            uint64_t reserved, unsigned fats)
{
    g->size = total_sectors * g->sector;
    g->fat_at = reserved * g->sector;
    g->fat_bytes = fat_sectors * g->sector;
    g->root_at = g->fat_at + g->fat_bytes * fats;
    g->data_at = g->root_at +
                 ((uint64_t)g->root_entries * ENTRY_BYTES + g->sector - 1) / g->sector * g->sector;
}

/* The number of clusters decides between FAT12, FAT16 and FAT32. */
static bool count_clusters(struct geometry *g)
{
    uint64_t clusters;

    if (g->data_at >= g->size)
        return false;
    clusters = (g->size - g->data_at) / g->cluster;
    if (clusters == 0 || clusters > 0x0FFFFFF5)
        return false;
    g->clusters = (uint32_t)clusters;
    g->bits = clusters < FAT12_CLUSTERS ? 12 : clusters < FAT16_CLUSTERS ? 16 : 32;
    if (g->root_entries == 0)
        g->bits = 32;
    return true;
}

/* Reads a BIOS parameter block; false when its values are not those of a FAT volume. */
static bool read_bpb(const uint8_t *boot, size_t size, struct fat_volume *volume)
{
    struct wci_cursor cursor = wci_cursor_of(boot, size);
    struct geometry *g = &volume->geometry;
    uint32_t reserved, fats, total, media, fat_sectors, total32, sectors_per_cluster, extended;

    wci_cursor_skip(&cursor, 11);
    g->sector = wci_cursor_u16(&cursor);
    sectors_per_cluster = wci_cursor_u8(&cursor);
    reserved = wci_cursor_u16(&cursor);
    fats = wci_cursor_u8(&cursor);
    g->root_entries = wci_cursor_u16(&cursor);
    total = wci_cursor_u16(&cursor);
    media = wci_cursor_u8(&cursor);
    fat_sectors = wci_cursor_u16(&cursor);
    g->sectors_per_track = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 6);
    total32 = wci_cursor_u32(&cursor);
    if (!cursor.ok || !is_power_of_two(g->sector) || g->sector < 128 || g->sector > SECTOR_MAX ||
        !is_power_of_two(sectors_per_cluster) || reserved == 0 || fats == 0 || fats > 2 ||
        (media < 0xF8 && media != 0xF0))
        return false;
    extended = 36;
    if (fat_sectors == 0) { /* FAT32 */
        fat_sectors = wci_cursor_u32(&cursor);
        wci_cursor_skip(&cursor, 4);
        g->root_cluster = wci_cursor_u32(&cursor);
        extended = 64;
        if (g->root_entries != 0 || fat_sectors == 0)
            return false;
    } else if (g->root_entries == 0) {
        return false;
    }
    g->cluster = g->sector * sectors_per_cluster;
    finish_geometry(g, total != 0 ? total : total32, fat_sectors, reserved, fats);
    if (!count_clusters(g))
        return false;
    wci_cursor_seek(&cursor, extended + 2);
    if (boot[extended + 2] == 0x29) { /* extended boot signature: serial and label follow */
        wci_cursor_skip(&cursor, 1);
        volume->serial = wci_cursor_u32(&cursor);
        memcpy(volume->label, boot + extended + 7, 11);
    }
    g->has_bpb = true;
    return true;
}

/* Floppies without a BPB: size of the image and the FAT's first byte tell the geometry. */
static bool guess_geometry(uint64_t size, uint8_t media, struct fat_volume *volume)
{
    static const struct {
        uint32_t kilobytes;
        uint8_t media, sectors_per_cluster, fat_sectors, sectors_per_track;
        uint16_t root_entries;
    } floppies[] = {
        {160, 0xFE, 1, 1, 8, 64},    {180, 0xFC, 1, 2, 9, 64},   {320, 0xFF, 2, 1, 8, 112},
        {360, 0xFD, 2, 2, 9, 112},   {720, 0xF9, 2, 3, 9, 112},  {1200, 0xF9, 1, 7, 15, 224},
        {1440, 0xF0, 1, 9, 18, 224}, {1680, 0xF0, 4, 3, 21, 16}, {1680, 0xF0, 2, 5, 21, 16},
        {2880, 0xF0, 2, 9, 36, 240},
    };
    struct geometry *g = &volume->geometry;
    size_t i;

    for (i = 0; i < sizeof(floppies) / sizeof(floppies[0]); i++) {
        if (size != (uint64_t)floppies[i].kilobytes * 1024 || media != floppies[i].media)
            continue;
        memset(g, 0, sizeof(*g));
        g->sector = 512;
        g->cluster = 512U * floppies[i].sectors_per_cluster;
        g->root_entries = floppies[i].root_entries;
        g->sectors_per_track = floppies[i].sectors_per_track;
        finish_geometry(g, size / 512, floppies[i].fat_sectors, 1, 2);
        return count_clusters(g);
    }
    return false;
}

/* The FAT begins with the media byte and bits that are all set. */
static bool fat_starts_well(const struct geometry *g, const uint8_t *fat, size_t size)
{
    if (size < 4 || (fat[0] < 0xF8 && fat[0] != 0xF0))
        return false;
    if (fat[1] != 0xFF)
        return false;
    return g->bits == 12 || fat[2] == 0xFF || g->bits == 16;
}

/* The first entries of the root folder are what a folder holds. */
static bool root_looks_sane(const uint8_t *entries, size_t size)
{
    size_t at;

    for (at = 0; at + ENTRY_BYTES <= size; at += ENTRY_BYTES) {
        const uint8_t *entry = entries + at;
        size_t i;

        if (entry[0] == 0)
            return true;
        if (entry[11] == ATTRIBUTE_LONG_NAME || entry[0] == NAME_DELETED)
            continue;
        if (entry[11] & 0xC0)
            return false;
        for (i = 0; i < 11; i++) {
            if (entry[i] < 0x20 && !(i == 0 && entry[i] == NAME_KANJI_E5))
                return false;
        }
    }
    return true;
}

static enum wcab_err check_structures(struct fat_volume *volume, struct wcab_error *err)
{
    const struct geometry *g = &volume->geometry;
    uint8_t bytes[512];
    size_t got;
    enum wcab_err code = wci_source_read_some(volume->source, g->fat_at, bytes, 4, &got, err);

    if (code != WCAB_OK)
        return code;
    if (!fat_starts_well(g, bytes, got))
        return wci_error_set_at(err, WCAB_ERR_FORMAT, g->fat_at,
                                "no FAT volume: no allocation table at byte %llu",
                                (unsigned long long)g->fat_at);
    if (g->bits == 32)
        return WCAB_OK;
    code = wci_source_read_some(volume->source, g->root_at, bytes, sizeof(bytes), &got, err);
    if (code == WCAB_OK && !root_looks_sane(bytes, got))
        return wci_error_set_at(err, WCAB_ERR_FORMAT, g->root_at,
                                "no FAT volume: no folder at byte %llu",
                                (unsigned long long)g->root_at);
    return code;
}

static enum wcab_err find_geometry(struct fat_volume *volume, struct wcab_error *err)
{
    uint8_t boot[BOOT_BYTES + 4];
    size_t got;
    enum wcab_err code = wci_source_read_some(volume->source, 0, boot, sizeof(boot), &got, err);

    if (code != WCAB_OK)
        return code;
    if (got < BOOT_BYTES)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no FAT volume: shorter than a sector");
    if (read_bpb(boot, BOOT_BYTES, volume)) {
        memcpy(volume->oem, boot + 3, 8);
        code = check_structures(volume, err);
        if (code != WCAB_ERR_FORMAT)
            return code;
    }
    memset(&volume->geometry, 0, sizeof(volume->geometry));
    volume->serial = 0;
    memset(volume->label, 0, sizeof(volume->label));
    memset(volume->oem, 0, sizeof(volume->oem));
    if (got == sizeof(boot) &&
        guess_geometry(wci_source_size(volume->source), boot[BOOT_BYTES], volume))
        return check_structures(volume, err);
    return wci_error_set(err, WCAB_ERR_FORMAT, "no FAT volume: no BIOS parameter block");
}

/* ---- the allocation table ----------------------------------------------------------------- */

/* A floppy's FAT is read whole; a disk's only where it is asked. */
static enum wcab_err load_fat(struct fat_volume *volume, struct wcab_error *err)
{
    const struct geometry *g = &volume->geometry;
    uint64_t needed = ((uint64_t)g->clusters + 2) * g->bits / 8 + 2;
    uint64_t size = needed < g->fat_bytes ? needed : g->fat_bytes;

    if (g->bits == 32)
        return WCAB_OK;
    volume->fat = malloc((size_t)size);
    if (volume->fat == NULL)
        return wci_error_nomem(err);
    return wci_source_read_some(volume->source, g->fat_at, volume->fat, (size_t)size,
                                &volume->fat_size, err);
}

/* The cluster after `cluster`; 0 = free, larger than every cluster = end or bad. */
static enum wcab_err next_cluster(struct fat_volume *volume, uint32_t cluster, uint32_t *next,
                                  struct wcab_error *err)
{
    const struct geometry *g = &volume->geometry;
    uint8_t bytes[4] = {0};
    uint64_t at = (uint64_t)cluster * g->bits / 8;
    size_t width = g->bits == 32 ? 4 : 2;
    uint32_t value;

    if (g->bits == 32) {
        enum wcab_err code = wci_source_read_at(volume->source, g->fat_at + at, bytes, width, err);

        if (code != WCAB_OK)
            return code;
    } else {
        if (at + width > volume->fat_size)
            return wci_error_set_at(err, WCAB_ERR_CORRUPT, g->fat_at + at,
                                    "allocation table is cut off before cluster %u", cluster);
        memcpy(bytes, volume->fat + at, width);
    }
    value = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
            (uint32_t)bytes[3] << 24;
    if (g->bits == 12)
        value = cluster & 1 ? value >> 4 : value & 0xFFF;
    *next = value & (g->bits == 12 ? 0xFFFU : g->bits == 16 ? 0xFFFFU : 0x0FFFFFFFU);
    return WCAB_OK;
}

static bool is_cluster(const struct geometry *g, uint32_t cluster)
{
    return cluster >= 2 && cluster < g->clusters + 2;
}

static bool is_chain_end(const struct geometry *g, uint32_t value)
{
    return value >= (g->bits == 12 ? 0xFF8U : g->bits == 16 ? 0xFFF8U : 0x0FFFFFF8U);
}

static uint64_t cluster_offset(const struct geometry *g, uint32_t cluster)
{
    return g->data_at + (uint64_t)(cluster - 2) * g->cluster;
}

/* What is wrong with a chain at a value that is neither a cluster nor the end. */
static enum wcab_err bad_chain(const struct geometry *g, uint32_t from, uint32_t value,
                               struct wcab_error *err)
{
    const char *what = "leaves the volume";

    if (value == 0)
        what = "runs into a free cluster";
    else if (value == (g->bits == 12 ? 0xFF7U : g->bits == 16 ? 0xFFF7U : 0x0FFFFFF7U))
        what = "runs into a cluster marked bad";
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, g->fat_at + (uint64_t)from * g->bits / 8,
                            "cluster chain %s behind cluster %u (value %X)", what, from, value);
}

/* Collects a chain as runs of bytes, for `size` bytes (UINT64_MAX: to its end).  Bounded: a chain
 * longer than the volume has clusters runs in a circle. */
static enum wcab_err follow_chain(struct fat_volume *volume, uint32_t first, uint64_t size,
                                  struct wci_extent **extents, size_t *count,
                                  struct wcab_error *err)
{
    const struct geometry *g = &volume->geometry;
    struct wci_extent *runs = NULL;
    size_t used = 0, capacity = 0;
    uint32_t cluster = first, previous = first, steps;
    enum wcab_err code = WCAB_OK;

    for (steps = 0; size > 0; steps++) {
        uint64_t piece = size < g->cluster ? size : g->cluster;

        if (steps > g->clusters) {
            code =
                wci_error_set_at(err, WCAB_ERR_CORRUPT, g->fat_at + (uint64_t)first * g->bits / 8,
                                 "cluster chain from cluster %u runs in a circle", first);
            break;
        }
        if (!is_cluster(g, cluster)) {
            if (is_chain_end(g, cluster) && size == UINT64_MAX)
                break;
            code = is_chain_end(g, cluster)
                       ? wci_error_set_at(
                             err, WCAB_ERR_CORRUPT, g->fat_at + (uint64_t)previous * g->bits / 8,
                             "cluster chain ends %llu bytes early", (unsigned long long)size)
                       : bad_chain(g, previous, cluster, err);
            break;
        }
        if (used > 0 && runs[used - 1].offset + runs[used - 1].size == cluster_offset(g, cluster)) {
            runs[used - 1].size += piece;
        } else {
            if (!wci_mem_grow(&runs, used, &capacity, sizeof(*runs))) {
                code = wci_error_nomem(err);
                break;
            }
            runs[used++] = (struct wci_extent){cluster_offset(g, cluster), piece};
        }
        if (size != UINT64_MAX)
            size -= piece;
        if (size == 0)
            break;
        previous = cluster;
        code = next_cluster(volume, cluster, &cluster, err);
        if (code != WCAB_OK)
            break;
    }
    if (code != WCAB_OK) {
        free(runs);
        return code;
    }
    *extents = runs;
    *count = used;
    return WCAB_OK;
}

/* ---- names -------------------------------------------------------------------------------- */

/* "NAME.EXT" of the eleven bytes, with the lower-case bits that Windows NT keeps at byte 12. */
static size_t short_name(const uint8_t *entry, char name[13])
{
    size_t base = 8, extension = 3, length = 0, i;

    while (base > 0 && entry[base - 1] == ' ')
        base--;
    while (extension > 0 && entry[8 + extension - 1] == ' ')
        extension--;
    for (i = 0; i < base; i++)
        name[length++] = (char)(entry[i] == NAME_KANJI_E5 && i == 0 ? NAME_DELETED : entry[i]);
    if (extension > 0)
        name[length++] = '.';
    for (i = 0; i < extension; i++)
        name[length++] = (char)entry[8 + i];
    name[length] = '\0';
    return length;
}

/* The checksum by which long-name parts belong to their short entry. */
static uint8_t short_name_checksum(const uint8_t *entry)
{
    unsigned sum = 0;
    size_t i;

    for (i = 0; i < 11; i++)
        sum = (((sum & 1) << 7) + (sum >> 1) + entry[i]) & 0xFF;
    return (uint8_t)sum;
}

static void add_long_part(struct long_name *name, const uint8_t *entry)
{
    static const uint8_t places[LONG_NAME_UNITS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    unsigned part = entry[0] & 0x3F;
    size_t i;

    if (entry[0] & 0x40) { /* the last part comes first */
        name->parts = part;
        name->wanted = part;
        name->checksum = entry[13];
    }
    if (part == 0 || part > LONG_NAME_PARTS || part != name->wanted ||
        entry[13] != name->checksum) {
        name->parts = 0;
        return;
    }
    for (i = 0; i < LONG_NAME_UNITS; i++)
        memcpy(name->units + ((part - 1) * LONG_NAME_UNITS + i) * 2, entry + places[i], 2);
    name->wanted = part - 1;
}

/* Appends the complete long name as UTF-8; false when there is none for this short entry. */
static bool take_long_name(struct long_name *name, const uint8_t *entry, struct wci_buffer *out)
{
    size_t units = (size_t)name->parts * LONG_NAME_UNITS, length = 0;
    bool valid =
        name->parts > 0 && name->wanted == 0 && name->checksum == short_name_checksum(entry);

    name->parts = 0;
    if (!valid)
        return false;
    while (length < units && (name->units[2 * length] | name->units[2 * length + 1]) != 0)
        length++;
    if (length == 0)
        return false;
    wci_text_from_utf16(name->units, length, false, out);
    return out->ok;
}

/* ---- folders ------------------------------------------------------------------------------ */

static enum wcab_err walk_folder(struct fat_walk *walk, const struct wci_extent *extents,
                                 size_t count, struct wcab_error *err);

static void tell_fault(const struct fat_walk *walk, const char *name, size_t length,
                       struct wcab_error *err)
{
    if (length > 0)
        wci_error_push_place(err, name, length);
    if (walk->path_length > 0)
        wci_error_push_place(err, walk->path, walk->path_length);
    walk->visitor->fault(walk->visitor->context, err);
}

static uint32_t first_cluster(const struct geometry *g, const uint8_t *entry)
{
    uint32_t low = (uint32_t)entry[26] | (uint32_t)entry[27] << 8;
    uint32_t high = (uint32_t)entry[20] | (uint32_t)entry[21] << 8;

    return g->bits == 32 ? (high << 16 | low) & 0x0FFFFFFF : low;
}

static void fill_entry(const uint8_t *bytes, uint64_t at, struct wci_entry *entry)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, ENTRY_BYTES);
    uint32_t time, date;

    memset(entry, 0, sizeof(*entry));
    wci_cursor_seek(&cursor, 22);
    time = wci_cursor_u16(&cursor);
    date = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 2);
    entry->size = wci_cursor_u32(&cursor);
    entry->modified = date << 16 | time;
    entry->attributes = bytes[11] & 0x3F;
    entry->locator = at;
    entry->cab_folder = WCI_NONE;
}

static bool is_visited(struct fat_walk *walk, uint32_t cluster)
{
    uint8_t bit = (uint8_t)(1U << (cluster & 7));
    bool seen = walk->visited[cluster / 8] & bit;

    walk->visited[cluster / 8] |= bit;
    return seen;
}

static enum wcab_err walk_subfolder(struct fat_walk *walk, const uint8_t *bytes,
                                    struct wci_bytes name, struct wcab_error *err)
{
    const struct geometry *g = &walk->volume->geometry;
    uint32_t cluster = first_cluster(g, bytes);
    struct wci_extent *extents = NULL;
    size_t count = 0, before = walk->path_length;
    enum wcab_err code;

    if (!is_cluster(g, cluster) || walk->depth + 1 >= WCI_LIMIT_FOLDER_DEPTH ||
        before + 1 + name.length >= sizeof(walk->path)) {
        code = wci_error_set(err, WCAB_ERR_CORRUPT,
                             is_cluster(g, cluster) ? "folders are nested too deep"
                                                    : "folder has no valid cluster");
    } else if (is_visited(walk, cluster)) {
        code = wci_error_set_at(err, WCAB_ERR_CORRUPT, cluster_offset(g, cluster),
                                "folder at cluster %u is linked twice: a circle", cluster);
    } else {
        code = follow_chain(walk->volume, cluster, UINT64_MAX, &extents, &count, err);
    }
    if (code == WCAB_ERR_NOMEM)
        return code;
    if (code != WCAB_OK) {
        tell_fault(walk, name.data, name.length, err);
        return WCAB_OK;
    }
    if (before > 0)
        walk->path[walk->path_length++] = '/';
    memcpy(walk->path + walk->path_length, name.data, name.length);
    walk->path_length += name.length;
    walk->depth++;
    code = walk_folder(walk, extents, count, err);
    walk->depth--;
    walk->path_length = before;
    free(extents);
    return code;
}

/* Checks the chain of a file, so that a damaged one is known without reading it. */
static enum wcab_err check_file(struct fat_walk *walk, const uint8_t *bytes,
                                struct wci_entry *entry, struct wcab_error *err)
{
    struct fat_volume *volume = walk->volume;
    struct wci_extent *extents = NULL;
    size_t count = 0;
    enum wcab_err code = follow_chain(volume, first_cluster(&volume->geometry, bytes), entry->size,
                                      &extents, &count, err);

    if (code == WCAB_OK && count > 0 &&
        extents[count - 1].offset + extents[count - 1].size > wci_source_size(volume->source))
        code = wci_error_set_at(err, WCAB_ERR_CORRUPT, extents[count - 1].offset,
                                "file reaches behind the end of the image (%llu bytes)",
                                (unsigned long long)wci_source_size(volume->source));
    free(extents);
    if (code == WCAB_OK || code == WCAB_ERR_NOMEM)
        return code;
    entry->flags |= WCI_ENTRY_DAMAGED;
    tell_fault(walk, entry->name.bytes.data, entry->name.bytes.length, err);
    return WCAB_OK;
}

/* One live entry that is no label and no part of a long name. */
static enum wcab_err visit_entry(struct fat_walk *walk, const uint8_t *bytes, uint64_t at,
                                 struct wci_bytes long_name, struct wcab_error *err)
{
    char name[13];
    struct wci_entry entry;
    struct wci_bytes short_bytes = {name, short_name(bytes, name)};
    enum wcab_err code = WCAB_OK;

    if (short_bytes.length == 0 || name[0] == '.')
        return WCAB_OK; /* "." and ".." */
    fill_entry(bytes, at, &entry);
    entry.folder.data = walk->path;
    entry.folder.length = walk->path_length;
    entry.name.bytes = short_bytes;
    entry.name.encoding = WCI_ENCODING_RAW;
    if (long_name.length > 0) {
        if (!wci_text_equal_folded(long_name, short_bytes))
            entry.alias[entry.alias_count++] = entry.name;
        entry.name.bytes = long_name;
        entry.name.encoding = WCI_ENCODING_UTF8;
    }
    if (entry.attributes & WCI_ATTRIBUTE_FOLDER)
        return walk_subfolder(walk, bytes, entry.name.bytes, err);
    if (++walk->entries > WCI_LIMIT_ENTRIES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d files", (int)WCI_LIMIT_ENTRIES);
    code = check_file(walk, bytes, &entry, err);
    if (code == WCAB_OK)
        code = walk->visitor->entry(walk->visitor->context, &entry, err);
    return code;
}

/* The entries of one run of a folder's bytes.  *end is set at the entry that ends the folder. */
static enum wcab_err walk_entries(struct fat_walk *walk, const uint8_t *bytes, size_t size,
                                  uint64_t at, struct long_name *long_name, bool *end,
                                  struct wcab_error *err)
{
    struct wci_buffer text;
    enum wcab_err code = WCAB_OK;
    size_t i;

    wci_buffer_init(&text);
    for (i = 0; code == WCAB_OK && i + ENTRY_BYTES <= size; i += ENTRY_BYTES) {
        const uint8_t *entry = bytes + i;
        struct wci_bytes name = {NULL, 0};

        if (entry[0] == 0) {
            *end = true;
            break;
        }
        if (entry[0] == NAME_DELETED) {
            long_name->parts = 0;
            continue;
        }
        if ((entry[11] & 0x3F) == ATTRIBUTE_LONG_NAME) {
            add_long_part(long_name, entry);
            continue;
        }
        wci_buffer_clear(&text);
        if (take_long_name(long_name, entry, &text)) {
            name.data = (const char *)text.data;
            name.length = text.size;
        }
        if (entry[11] & WCI_ATTRIBUTE_LABEL)
            continue;
        code = visit_entry(walk, entry, at + i, name, err);
    }
    wci_buffer_free(&text);
    return code;
}

static enum wcab_err walk_folder(struct fat_walk *walk, const struct wci_extent *extents,
                                 size_t count, struct wcab_error *err)
{
    struct long_name long_name = {.parts = 0};
    uint64_t left = WCI_LIMIT_FOLDER_BYTES;
    enum wcab_err code = WCAB_OK;
    bool end = false;
    size_t i;

    for (i = 0; code == WCAB_OK && !end && i < count; i++) {
        size_t size = (size_t)(extents[i].size < left ? extents[i].size : left);
        uint8_t *bytes = malloc(size > 0 ? size : 1);
        size_t got = 0;

        if (bytes == NULL)
            return wci_error_nomem(err);
        code =
            wci_source_read_some(walk->volume->source, extents[i].offset, bytes, size, &got, err);
        if (code == WCAB_OK)
            code = walk_entries(walk, bytes, got, extents[i].offset, &long_name, &end, err);
        else if (code == WCAB_ERR_IO || code == WCAB_ERR_CORRUPT) {
            tell_fault(walk, NULL, 0, err);
            code = WCAB_OK;
        }
        if (code == WCAB_OK && got < size && !end) {
            wci_error_set_at(err, WCAB_ERR_CORRUPT, extents[i].offset + got,
                             "folder is cut off by the end of the image");
            tell_fault(walk, NULL, 0, err);
            end = true;
        }
        left -= size;
        free(bytes);
    }
    return code;
}

static enum wcab_err fat_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct fat_volume *fat = (struct fat_volume *)volume;
    const struct geometry *g = &fat->geometry;
    struct fat_walk walk = {.volume = fat, .visitor = visitor};
    struct wci_extent fixed = {g->root_at, (uint64_t)g->root_entries * ENTRY_BYTES};
    struct wci_extent *extents = &fixed;
    struct wcab_error fault;
    size_t count = 1;
    enum wcab_err code = WCAB_OK;

    walk.visited = calloc(1, ((size_t)g->clusters + 2) / 8 + 1);
    if (walk.visited == NULL)
        return wci_error_nomem(err);
    if (g->size > wci_source_size(fat->source)) {
        wci_error_set_at(&fault, WCAB_ERR_CORRUPT, wci_source_size(fat->source),
                         "image is truncated: the volume has %llu bytes, %llu are there",
                         (unsigned long long)g->size,
                         (unsigned long long)wci_source_size(fat->source));
        visitor->fault(visitor->context, &fault);
    }
    if (g->bits == 32) {
        extents = NULL;
        code = follow_chain(fat, g->root_cluster, UINT64_MAX, &extents, &count, err);
    }
    if (code == WCAB_OK)
        code = walk_folder(&walk, extents, count, err);
    if (extents != &fixed)
        free(extents);
    free(walk.visited);
    return code;
}

/* ---- the rest ----------------------------------------------------------------------------- */

static enum wcab_err read_entry_bytes(struct fat_volume *fat, const struct wci_entry *entry,
                                      uint8_t bytes[ENTRY_BYTES], struct wcab_error *err)
{
    char name[13];
    struct wci_entry now;
    struct wci_bytes found = {name, 0};
    const struct wci_name *expected =
        entry->alias_count > 0 ? &entry->alias[entry->alias_count - 1] : &entry->name;
    enum wcab_err code = wci_source_read_at(fat->source, entry->locator, bytes, ENTRY_BYTES, err);

    if (code != WCAB_OK)
        return code;
    found.length = short_name(bytes, name);
    fill_entry(bytes, entry->locator, &now);
    if (bytes[0] == NAME_DELETED || bytes[11] & (WCI_ATTRIBUTE_LABEL | WCI_ATTRIBUTE_FOLDER) ||
        (expected->encoding == WCI_ENCODING_RAW && !(entry->flags & WCI_ENTRY_PACKED) &&
         !wci_text_equal_folded(found, expected->bytes)) ||
        (!(entry->flags & WCI_ENTRY_PACKED) && now.size != entry->size))
        return wci_error_set_at(err, WCAB_ERR_CHANGED, entry->locator, "another file is there now");
    return WCAB_OK;
}

static enum wcab_err fat_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct fat_volume *fat = (struct fat_volume *)volume;
    struct wci_extent *extents = NULL;
    uint8_t bytes[ENTRY_BYTES];
    struct wci_entry now;
    size_t count = 0, i;
    enum wcab_err code = read_entry_bytes(fat, entry, bytes, err);

    if (code != WCAB_OK)
        return code;
    fill_entry(bytes, entry->locator, &now);
    code = follow_chain(fat, first_cluster(&fat->geometry, bytes), now.size, &extents, &count, err);
    if (code != WCAB_OK)
        return code;
    /* what lies behind the image's end is cut off: the file is as long as it is there */
    for (i = 0; i < count; i++) {
        uint64_t end = wci_source_size(fat->source);

        if (extents[i].offset >= end)
            count = i;
        else if (extents[i].size > end - extents[i].offset)
            extents[i].size = end - extents[i].offset;
    }
    code = wci_source_open_extents(fat->source, extents, count, source, err);
    free(extents);
    return code;
}

static size_t trimmed(const char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0'))
        length--;
    return length;
}

/* The label entry of the root folder, which is the true one; looks at one run of it only. */
static size_t root_label(struct fat_volume *fat, char label[11], uint32_t *created)
{
    const struct geometry *g = &fat->geometry;
    uint64_t at = g->bits == 32 && is_cluster(g, g->root_cluster)
                      ? cluster_offset(g, g->root_cluster)
                      : g->root_at;
    size_t size = g->bits == 32 ? g->cluster : (size_t)g->root_entries * ENTRY_BYTES;
    uint8_t *bytes = malloc(size > 0 ? size : 1);
    size_t got = 0, length = 0, i;

    if (bytes != NULL && wci_source_read_some(fat->source, at, bytes, size, &got, NULL) != WCAB_OK)
        got = 0;
    for (i = 0; i + ENTRY_BYTES <= got && bytes[i] != 0; i += ENTRY_BYTES) {
        struct wci_entry entry;

        if (bytes[i] == NAME_DELETED || (bytes[i + 11] & 0x3F) == ATTRIBUTE_LONG_NAME ||
            !(bytes[i + 11] & WCI_ATTRIBUTE_LABEL))
            continue;
        fill_entry(bytes + i, 0, &entry);
        *created = entry.modified;
        memcpy(label, bytes + i, 11);
        length = trimmed(label, 11);
        break;
    }
    free(bytes);
    return length;
}

static void format_text(const struct geometry *g, char *text, size_t size)
{
    uint64_t kilobytes = g->size / 1024;

    if (g->bits == 12 && g->sectors_per_track == 21 && kilobytes == 1680)
        (void)snprintf(text, size, "FAT12 (DMF)");
    else if (g->bits == 12 && kilobytes == 1440)
        (void)snprintf(text, size, "FAT12 (1.44 MB)");
    else if (g->bits == 12 && kilobytes == 2880)
        (void)snprintf(text, size, "FAT12 (2.88 MB)");
    else if (g->bits == 12 && kilobytes == 1200)
        (void)snprintf(text, size, "FAT12 (1.2 MB)");
    else if (g->bits == 12 && kilobytes < 1000)
        (void)snprintf(text, size, "FAT12 (%llu KB)", (unsigned long long)kilobytes);
    else
        (void)snprintf(text, size, "FAT%u", g->bits);
    if (!g->has_bpb) {
        size_t used = strlen(text);

        (void)snprintf(text + used, size - used, ", no BPB");
    }
}

static enum wcab_err fat_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    struct fat_volume *fat = (struct fat_volume *)volume;
    char format[48], label[12];
    uint32_t created = 0;
    struct wci_bytes text = {label, root_label(fat, label, &created)};

    if (text.length == 0 && memcmp(fat->label, "NO NAME    ", 11) != 0) {
        memcpy(label, fat->label, 11);
        text.length = trimmed(label, 11);
    }
    format_text(&fat->geometry, format, sizeof(format));
    container->kind = WCI_CONTAINER_FAT;
    container->serial = fat->serial;
    container->created = created;
    container->format = wci_arena_bytes(arena, wci_bytes_of(format));
    container->label.encoding = WCI_ENCODING_RAW;
    container->label.bytes = wci_arena_bytes(arena, text);
    if (container->format.data == NULL || container->label.bytes.data == NULL)
        return wci_error_nomem(err);
    return WCAB_OK;
}

static void fat_close(struct wci_volume *volume)
{
    struct fat_volume *fat = (struct fat_volume *)volume;

    free(fat->fat);
    free(fat);
}

static const struct wci_volume_ops fat_ops = {fat_describe, fat_walk, fat_open_entry, NULL,
                                              fat_close};

enum wcab_err wci_volume_fat_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err)
{
    struct fat_volume *fat = calloc(1, sizeof(*fat));
    enum wcab_err code;

    if (fat == NULL)
        return wci_error_nomem(err);
    fat->base.ops = &fat_ops;
    fat->source = source;
    code = find_geometry(fat, err);
    if (code == WCAB_OK)
        code = load_fat(fat, err);
    if (code != WCAB_OK) {
        fat_close(&fat->base);
        return code;
    }
    *volume = &fat->base;
    return WCAB_OK;
}
