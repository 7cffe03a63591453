/*
 * fat_floppy - see fat_floppy.h.
 */
#include "media/volume/fat_floppy.h"

#include <string.h>

#include "media/volume/fat_check.h"

enum { SIZE_MAX_BYTES = 3 * 1024 * 1024, KILOBYTE = 1024 };

struct floppy {
    uint16_t kilobytes, sector_size;
    uint8_t media, sectors_per_cluster, fat_sectors, sectors_per_track, heads;
    uint16_t root_entries;
};

static const struct floppy floppies[] = {
    {160, 512, 0xFE, 1, 1, 8, 1, 64},    {180, 512, 0xFC, 1, 2, 9, 1, 64},
    {320, 512, 0xFF, 2, 1, 8, 2, 112},   {360, 512, 0xFD, 2, 2, 9, 2, 112},
    {320, 512, 0xFA, 2, 1, 8, 1, 112},   {360, 512, 0xF8, 2, 2, 9, 1, 112},
    {640, 512, 0xFB, 2, 2, 8, 2, 112},   {720, 512, 0xF9, 2, 3, 9, 2, 112},
    {1200, 512, 0xF9, 1, 7, 15, 2, 224}, {1232, 1024, 0xFE, 1, 2, 8, 2, 192},
    {1440, 512, 0xF0, 1, 9, 18, 2, 224}, {1680, 512, 0xF0, 4, 3, 21, 2, 16},
    {1680, 512, 0xF0, 2, 5, 21, 2, 16},  {2880, 512, 0xF0, 2, 9, 36, 2, 240}};

/* Beginnings of other files, whatever they hold farther on. */
static bool has_other_beginning(const uint8_t *boot)
{
    static const struct {
        uint8_t length;
        const char *bytes;
    } others[] = {{2, "BM"},
                  {4, "RIFF"},
                  {4, "FORM"},
                  {2, "MZ"},
                  {4, "%PDF"},
                  {4, "%!PS"},
                  {4, "PK\3\4"},
                  {4, "Rar!"},
                  {4, "7z\xBC\xAF"},
                  {4, "GIF8"},
                  {4, "\x89PNG"},
                  {3, "\xFF\xD8\xFF"},
                  {4, "II*\0"},
                  {4, "MM\0*"},
                  {4, "\xD0\xCF\x11\xE0"},
                  {4, "MSCF"},
                  {4, "SZDD"},
                  {4, "KWAJ"},
                  {4, "ISc("},
                  {4, "ITSF"},
                  {4, "?_\3\0"},
                  {5, "{\\rtf"},
                  {4, "\0\0\2\0"},   /* 1-2-3, versions 1 and 2 */
                  {4, "\0\0\x1A\0"}, /* version 3 */
                  {3, "BZh"},
                  {2, "\x1F\x8B"},
                  {4, "\xD7\xCD\xC6\x9A"},
                  {4, "\x7F"
                      "ELF"},
                  {4, "HXCP"}};
    size_t i;

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (memcmp(boot, others[i].bytes, others[i].length) == 0)
            return true;
    }
    return false;
}

/* Boot sectors of before the BIOS parameter block begin with any instruction that is sensible
 * there. */
static bool has_boot_code(const uint8_t *boot)
{
    static const uint8_t first[] = {0xFA, 0xFC, 0x33, 0x31, 0x8C, 0x0E, 0xB8, 0xBC, 0xEA};

    return wci_fat_check_jump(boot) || (boot[510] == 0x55 && boot[511] == 0xAA) ||
           memchr(first, boot[0], sizeof(first)) != NULL;
}

static bool set_geometry(const struct floppy *floppy, struct wci_fat_geometry *g)
{
    memset(g, 0, sizeof(*g));
    g->sector_size = floppy->sector_size;
    g->cluster_size = (uint32_t)floppy->sector_size * floppy->sectors_per_cluster;
    g->fat_offset = floppy->sector_size;
    g->fat_size = (uint64_t)floppy->sector_size * floppy->fat_sectors;
    g->fat_copies = 2;
    g->root_entries = floppy->root_entries;
    g->media = floppy->media;
    g->sectors_per_track = floppy->sectors_per_track;
    g->heads = floppy->heads;
    g->size = (uint64_t)floppy->kilobytes * KILOBYTE;
    return wci_fat_geometry_place_parts(g);
}

static bool table_starts(struct wci_source *source, const struct wci_fat_geometry *g, unsigned copy)
{
    uint8_t bytes[3];

    return wci_source_read_at(source, g->fat_offset + g->fat_size * copy, bytes, sizeof(bytes),
                              NULL) == WCAB_OK &&
           bytes[0] == g->media && wci_fat_check_table_start(bytes);
}

/* An empty floppy has no clusters in use; one that is cut off, or has something behind it, must
 * show more than a whole one. */
static bool is_floppy(struct wci_source *source, const uint8_t *boot, bool exact,
                      const struct wci_fat_geometry *g)
{
    enum wci_fat_root root;
    bool same;

    /* the second table's start shows that the first has the right size */
    if (!table_starts(source, g, 0) || !table_starts(source, g, 1))
        return false;
    root = wci_fat_check_root(source, g, true);
    same = wci_fat_check_copies(source, g);
    if (root == WCI_FAT_ROOT_EMPTY)
        return exact && same && wci_fat_check_table_is_empty(source, g);
    if (root == WCI_FAT_ROOT_BAD)
        return false;
    return exact || (same && has_boot_code(boot));
}

/* Whole ones first, then those cut off or with something behind them. */
bool wci_fat_floppy_find(struct wci_source *source, const uint8_t *boot,
                         struct wci_fat_geometry *geometry)
{
    uint64_t size = wci_source_size(source);
    int exact;
    size_t i;

    if (size > SIZE_MAX_BYTES || has_other_beginning(boot))
        return false;
    for (exact = 1; exact >= 0; exact--) {
        for (i = 0; i < sizeof(floppies) / sizeof(floppies[0]); i++) {
            bool same_size = size == (uint64_t)floppies[i].kilobytes * KILOBYTE;

            if (same_size == (exact == 1) && set_geometry(&floppies[i], geometry) &&
                is_floppy(source, boot, same_size, geometry))
                return true;
        }
    }
    return false;
}

void wci_fat_floppy_correct(struct wci_source *source, struct wci_fat_geometry *geometry)
{
    struct wci_fat_fits told = {0, 0};
    size_t i;

    for (i = 0; i < sizeof(floppies) / sizeof(floppies[0]); i++) {
        struct wci_fat_geometry other;
        struct wci_fat_fits fits;

        if (geometry->bits != 12 || geometry->size != (uint64_t)floppies[i].kilobytes * KILOBYTE ||
            !set_geometry(&floppies[i], &other) ||
            (other.cluster_size == geometry->cluster_size &&
             other.data_offset == geometry->data_offset) ||
            !table_starts(source, &other, 0))
            continue;
        if (told.good + told.bad == 0)
            told = wci_fat_check_fits(source, geometry);
        if (told.bad == 0)
            return;
        fits = wci_fat_check_fits(source, &other);
        if (fits.bad > 0 || fits.good <= told.good)
            continue;
        memcpy(other.oem, geometry->oem, sizeof(other.oem));
        memcpy(other.label, geometry->label, sizeof(other.label));
        other.serial = geometry->serial;
        other.has_signature = geometry->has_signature;
        other.has_bpb = true;
        other.bpb_is_wrong = true;
        *geometry = other;
        return;
    }
}
