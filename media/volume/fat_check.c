/*
 * fat_check - see fat_check.h.
 */
#include "media/volume/fat_check.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/mem.h"
#include "media/volume/fat_table.h"

enum {
    FIRST_BYTES = 512,
    ROOT_BYTES_MAX = 65536 * WCI_FAT_ENTRY,
    COPY_BYTES_MAX = 64 * 1024, /* floppies' tables; of larger ones the start is compared */
    ATTRIBUTE_LABEL = 0x08,
    ATTRIBUTE_FOLDER = 0x10,
    ATTRIBUTE_LONG_NAME = 0x0F,
    ENTRY_DELETED = 0xE5,
    ENTRY_KANJI_E5 = 0x05, /* stands for a name that begins with E5 */
    FAT12_BAD = 0xFF7
};

/* What an entry says of where its file lies. */
struct place {
    uint8_t attributes;
    uint32_t cluster, size;
};

/* ---- tables --------------------------------------------------------------------------------- */

bool wci_fat_check_table_start(const uint8_t *bytes)
{
    return (bytes[0] >= 0xF8 || bytes[0] == 0xF0) && bytes[1] == 0xFF && (bytes[2] | 0x0F) == 0xFF;
}

bool wci_fat_check_jump(const uint8_t *boot)
{
    return boot[0] == 0xE9 || (boot[0] == 0xEB && boot[1] >= 0x1C);
}

bool wci_fat_check_folder_start(const uint8_t *bytes)
{
    return memcmp(bytes, ".          ", 11) == 0 &&
           memcmp(bytes + WCI_FAT_ENTRY, "..         ", 11) == 0;
}

/* The start of a copy of the table, malloc'ed; NULL: can't be read. */
static uint8_t *read_table(struct wci_source *source, const struct wci_fat_geometry *g,
                           unsigned copy, size_t size)
{
    uint8_t *bytes = malloc(size);

    if (bytes != NULL && wci_source_read_at(source, g->fat_offset + g->fat_size * copy, bytes, size,
                                            NULL) != WCAB_OK) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

static size_t table_bytes(const struct wci_fat_geometry *g)
{
    return g->fat_size < COPY_BYTES_MAX ? (size_t)g->fat_size : COPY_BYTES_MAX;
}

bool wci_fat_check_copies(struct wci_source *source, const struct wci_fat_geometry *geometry)
{
    size_t size = table_bytes(geometry);
    uint8_t *first = read_table(source, geometry, 0, size);
    bool same = first != NULL;
    unsigned copy;

    for (copy = 1; same && copy < geometry->fat_copies; copy++) {
        uint8_t *other = read_table(source, geometry, copy, size);

        same = other != NULL && memcmp(first, other, size) == 0;
        free(other);
    }
    free(first);
    return same;
}

bool wci_fat_check_table_is_empty(struct wci_source *source,
                                  const struct wci_fat_geometry *geometry)
{
    size_t size = table_bytes(geometry);
    uint8_t *bytes = read_table(source, geometry, 0, size);
    bool empty = bytes != NULL;
    uint32_t cluster;

    for (cluster = 2; empty && cluster < geometry->clusters + 2 && cluster * 3 / 2 + 2 <= size;
         cluster++) {
        const uint8_t *at = bytes + (size_t)cluster * 3 / 2;
        unsigned value = (unsigned)at[0] | (unsigned)at[1] << 8;

        value = cluster & 1 ? value >> 4 : value & 0xFFF;
        empty = value == 0 || value == FAT12_BAD;
    }
    free(bytes);
    return empty;
}

/* ---- the root folder ------------------------------------------------------------------------ */

static struct place read_place(const struct wci_fat_geometry *g, const uint8_t *entry)
{
    struct wci_cursor cursor = wci_cursor_of(entry, WCI_FAT_ENTRY);
    struct place place = {entry[11], 0, 0};

    wci_cursor_seek(&cursor, 20);
    if (g->bits == 32)
        place.cluster = (uint32_t)wci_cursor_u16(&cursor) << 16;
    wci_cursor_seek(&cursor, 26);
    place.cluster |= wci_cursor_u16(&cursor);
    place.size = wci_cursor_u32(&cursor);
    return place;
}

static bool is_name_character(uint8_t c)
{
    return c >= 0x20 && strchr("\"*+,/:;<=>?[\\]|", c) == NULL && c != 0x7F;
}

static bool is_sane_entry(const struct wci_fat_geometry *g, const uint8_t *entry)
{
    struct place place = read_place(g, entry);
    size_t i;

    if (place.attributes == ATTRIBUTE_LONG_NAME)
        return true;
    if (place.attributes & 0xC0 || entry[0] == ' ')
        return false;
    if (place.attributes & ATTRIBUTE_LABEL) /* has any characters */
        return true;
    for (i = 0; i < 11; i++) {
        bool is_dot = i < 2 && entry[i] == '.'; /* "." and ".." */

        if (!is_name_character(entry[i]) && !is_dot && !(i == 0 && entry[i] == ENTRY_KANJI_E5))
            return false;
    }
    return g->bits == 32 || (place.cluster < g->clusters + 2 &&
                             place.size <= (uint64_t)g->clusters * g->cluster_size &&
                             (place.size == 0 || place.cluster >= 2));
}

/* Reads what there is of the root folder, up to `limit` bytes; malloc'ed.  NULL: nothing. */
static uint8_t *read_root(struct wci_source *source, const struct wci_fat_geometry *g, size_t limit,
                          size_t *size)
{
    uint64_t offset = g->bits == 32 ? wci_fat_geometry_cluster(g, g->root_cluster) : g->root_offset;
    uint64_t whole = g->bits == 32 ? FIRST_BYTES : (uint64_t)g->root_entries * WCI_FAT_ENTRY;
    size_t wanted = whole < limit ? (size_t)whole : limit;
    uint8_t *bytes = malloc(wanted > 0 ? wanted : 1);

    if (bytes != NULL &&
        (wci_source_read_some(source, offset, bytes, wanted, size, NULL) != WCAB_OK ||
         *size < wanted)) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

enum wci_fat_root wci_fat_check_root(struct wci_source *source,
                                     const struct wci_fat_geometry *geometry, bool all)
{
    unsigned used = 0, bad = 0;
    size_t size = 0, at;
    uint8_t *bytes;

    if (geometry->bits == 32 &&
        (geometry->root_cluster < 2 || geometry->root_cluster >= geometry->clusters + 2))
        return WCI_FAT_ROOT_BAD;
    bytes = read_root(source, geometry, all ? ROOT_BYTES_MAX : FIRST_BYTES, &size);
    if (bytes == NULL)
        return WCI_FAT_ROOT_BAD;
    for (at = 0; at + WCI_FAT_ENTRY <= size && bytes[at] != 0; at += WCI_FAT_ENTRY) {
        if (bytes[at] == ENTRY_DELETED)
            continue;
        used++;
        bad += !is_sane_entry(geometry, bytes + at);
    }
    free(bytes);
    if (bad * 4 > used)
        return WCI_FAT_ROOT_BAD;
    return used > 0 ? WCI_FAT_ROOT_FILLED : WCI_FAT_ROOT_EMPTY;
}

/* ---- entries held against tables and data --------------------------------------------------- */

static bool file_fits(struct wci_fat_table *table, const struct wci_fat_geometry *g,
                      const struct place *place)
{
    uint64_t whole =
        ((uint64_t)place->size + g->cluster_size - 1) / g->cluster_size * g->cluster_size;
    struct wci_fat_chain chain = {NULL, 0, 0, 0};
    enum wcab_err code = wci_fat_table_follow(
        table,
        &(struct wci_fat_wish){
            .first = place->cluster, .size = WCI_FAT_WHOLE_CHAIN, .limit = whole + g->cluster_size},
        &chain, NULL);
    bool fits = code == WCAB_OK && chain.size == whole;

    wci_fat_chain_free(&chain);
    return fits;
}

static bool folder_fits(struct wci_source *source, const struct wci_fat_geometry *g,
                        uint32_t cluster)
{
    uint8_t bytes[2 * WCI_FAT_ENTRY];

    return cluster >= 2 && cluster < g->clusters + 2 &&
           wci_source_read_at(source, wci_fat_geometry_cluster(g, cluster), bytes, sizeof(bytes),
                              NULL) == WCAB_OK &&
           wci_fat_check_folder_start(bytes);
}

struct wci_fat_fits wci_fat_check_fits(struct wci_source *source,
                                       const struct wci_fat_geometry *geometry)
{
    struct wci_fat_fits fits = {0, 0};
    struct wci_fat_table *table = NULL;
    size_t size = 0, at;
    uint8_t *bytes = read_root(source, geometry, ROOT_BYTES_MAX, &size);

    if (bytes == NULL || wci_fat_table_new(source, geometry, &table, NULL) != WCAB_OK)
        size = 0;
    for (at = 0; at + WCI_FAT_ENTRY <= size && bytes[at] != 0; at += WCI_FAT_ENTRY) {
        struct place place = read_place(geometry, bytes + at);
        bool fit;

        if (bytes[at] == ENTRY_DELETED || place.attributes & ATTRIBUTE_LABEL ||
            (place.size == 0 && !(place.attributes & ATTRIBUTE_FOLDER)))
            continue;
        fit = place.attributes & ATTRIBUTE_FOLDER ? folder_fits(source, geometry, place.cluster)
                                                  : file_fits(table, geometry, &place);
        fits.good += fit;
        fits.bad += !fit;
    }
    wci_fat_table_free(table);
    free(bytes);
    return fits;
}
