/*
 * el_torito - see el_torito.h.
 */
#include "media/volume/el_torito.h"

#include <stdbool.h>

#include "core/cursor.h"

enum {
    SECTOR = 2048,
    LOAD_SECTOR = 512,
    ENTRY = 32,
    CATALOG_MAX = 2 * SECTOR,
    BOOTABLE = 0x88,
    SECTION = 0x90,
    LAST_SECTION = 0x91,
    EXTENSION = 0x44,
    PARTITION_TABLE = 446,
    PARTITIONS = 4
};

/* Words of the validation entry add up to 0. */
static bool is_valid(const uint8_t *bytes, size_t size)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, size);
    uint16_t sum = 0;
    int i;

    if (size < ENTRY || bytes[0] != 1 || bytes[30] != 0x55 || bytes[31] != 0xAA)
        return false;
    for (i = 0; i < ENTRY / 2; i++)
        sum = (uint16_t)(sum + wci_cursor_u16(&cursor));
    return sum == 0;
}

/* Where the last partition of an emulated hard disk ends, or the sectors to load when there is no
 * partition table. */
static uint64_t hard_disk_size(struct wci_source *source, uint64_t offset, uint64_t loaded)
{
    uint8_t sector[LOAD_SECTOR] = {0};
    struct wci_cursor cursor = wci_cursor_of(sector, sizeof(sector));
    uint64_t end = 0;
    int i;

    if (wci_source_read_at(source, offset, sector, sizeof(sector), NULL) != WCAB_OK ||
        sector[510] != 0x55 || sector[511] != 0xAA)
        return loaded;
    for (i = 0; i < PARTITIONS; i++) {
        uint64_t partition_end;

        wci_cursor_seek(&cursor, PARTITION_TABLE + 16U * (unsigned)i + 8);
        partition_end = (uint64_t)wci_cursor_u32(&cursor);
        partition_end += wci_cursor_u32(&cursor);
        end = partition_end > end ? partition_end : end;
    }
    return end > 0 ? end * LOAD_SECTOR : loaded;
}

static void measure(struct wci_source *source, uint8_t kind, uint16_t sectors,
                    struct wci_boot_image *image)
{
    image->size = (uint64_t)sectors * LOAD_SECTOR;
    switch (kind & 15) {
    case 1:
        image->emulation = "1.2 MB floppy";
        image->size = 1200ULL * 1024;
        break;
    case 2:
        image->emulation = "1.44 MB floppy";
        image->size = 1440ULL * 1024;
        break;
    case 3:
        image->emulation = "2.88 MB floppy";
        image->size = 2880ULL * 1024;
        break;
    case 4:
        image->emulation = "hard disk";
        image->size = hard_disk_size(source, image->offset, image->size);
        break;
    default:
        image->emulation = "no emulation";
        break;
    }
}

static void read_entry(struct wci_source *source, const uint8_t *bytes, int64_t origin,
                       struct wci_boot_image *image)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, ENTRY);
    uint64_t end = wci_source_size(source);
    uint16_t sectors;
    int64_t offset;

    wci_cursor_seek(&cursor, 6);
    sectors = wci_cursor_u16(&cursor);
    offset = origin + (int64_t)wci_cursor_u32(&cursor) * SECTOR;
    image->offset = offset < 0 || (uint64_t)offset > end ? end : (uint64_t)offset;
    measure(source, bytes[1], sectors, image);
    if (image->size > end - image->offset)
        image->size = end - image->offset;
}

struct catalog {
    struct wci_source *source;
    int64_t origin;
    uint8_t bytes[CATALOG_MAX];
    size_t size;
    struct wci_boot_image *images; /* WCI_EL_TORITO_IMAGES */
    size_t count;
};

/* The entries of one section, or the initial entry; returns where the next header stands. */
static size_t read_entries(struct catalog *catalog, size_t at, uint16_t entries)
{
    for (; entries > 0 && at + ENTRY <= catalog->size; entries--) {
        if (catalog->bytes[at] == BOOTABLE && catalog->count < WCI_EL_TORITO_IMAGES)
            read_entry(catalog->source, catalog->bytes + at, catalog->origin,
                       &catalog->images[catalog->count++]);
        at += ENTRY;
        while (at + ENTRY <= catalog->size && catalog->bytes[at] == EXTENSION)
            at += ENTRY;
    }
    return at;
}

enum wcab_err wci_el_torito_read(struct wci_source *source, uint64_t catalog, int64_t origin,
                                 struct wci_boot_image images[WCI_EL_TORITO_IMAGES], size_t *count,
                                 struct wcab_error *err)
{
    struct catalog read = {.source = source, .origin = origin, .images = images};
    size_t at;
    bool last = false;
    enum wcab_err code =
        wci_source_read_some(source, catalog, read.bytes, sizeof(read.bytes), &read.size, err);

    if (code != WCAB_OK)
        return code;
    if (!is_valid(read.bytes, read.size))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, catalog,
                                "no boot catalog at byte %llu, or a damaged one",
                                (unsigned long long)catalog);
    at = read_entries(&read, ENTRY, 1);
    while (!last && at + ENTRY <= read.size &&
           (read.bytes[at] == SECTION || read.bytes[at] == LAST_SECTION)) {
        struct wci_cursor cursor = wci_cursor_of(read.bytes + at, ENTRY);

        last = read.bytes[at] == LAST_SECTION;
        wci_cursor_skip(&cursor, 2);
        at = read_entries(&read, at + ENTRY, wci_cursor_u16(&cursor));
    }
    *count = read.count;
    return WCAB_OK;
}
