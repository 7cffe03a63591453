/*
 * version_pe - Portable Executables: header, and the way through the resource tree to RT_VERSION.
 *
 * The tree has three levels (type, name, language), each a directory whose entries lead on; the
 * leaf is a data entry with the resource's address.  Only these are followed, so a tree that runs
 * in circles ends at the third step.
 */
#include "indexer/version/version_scan.h"

enum {
    FILE_HEADER_BYTES = 24, /* signature and COFF header */
    SECTION_BYTES = 40,
    SECTION_LIMIT = 1024, /* Windows takes 96, newer ones more */
    RESOURCE_DIRECTORY = 2,
    RT_VERSION = 16,
    VS_VERSION_INFO = 1, /* the name that version resources have */
    TREE_LEVELS = 3,
    CHOICES = 3,
    LANGUAGE_NEUTRAL = 0,
    LANGUAGE_ENGLISH_US = 0x409,
    DIRECTORY_BYTES = 16,
    ENTRY_BYTES = 8,
    PAGE_BYTES = 4096,
    SECTOR_BYTES = 512
};

#define SUBDIRECTORY 0x80000000U
#define ANY_ID UINT32_MAX

struct image {
    struct wci_version_scan *scan;
    uint64_t optional_at;
    uint16_t optional_size, section_count;
    uint32_t section_alignment, header_size;
    uint32_t resources_rva;
};

/* The optional header.  False when it isn't one, or is still to come. */
static bool read_optional(struct image *image)
{
    struct wci_version *facts = wci_version_facts(image->scan);
    struct wci_cursor cursor =
        wci_version_want(image->scan, image->optional_at, image->optional_size);
    uint16_t magic = wci_cursor_u16(&cursor);
    bool plus = magic == 0x20B;
    uint32_t directories;

    if (!cursor.ok || (!plus && magic != 0x10B))
        return false;
    facts->kind = plus ? WCI_VERSION_PE32_PLUS : WCI_VERSION_PE32;
    facts->linker_major = wci_cursor_u8(&cursor);
    facts->linker_minor = wci_cursor_u8(&cursor);
    facts->has_linker = cursor.ok;
    wci_cursor_seek(&cursor, 32);
    image->section_alignment = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, 60);
    image->header_size = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, plus ? 108 : 92);
    directories = wci_cursor_u32(&cursor);
    if (!cursor.ok || directories <= RESOURCE_DIRECTORY)
        return cursor.ok;
    wci_cursor_skip(&cursor, (size_t)RESOURCE_DIRECTORY * 8);
    image->resources_rva = wci_cursor_u32(&cursor);
    if (!cursor.ok)
        image->resources_rva = 0; /* the header ends before it: there are none */
    return true;
}

/*
 * Where in the file an address is; false: nowhere, or the section table is still to come.  As the
 * loader does, a section's place is rounded down to a sector where sections begin at pages.
 */
static bool file_offset(const struct image *image, uint32_t rva, uint64_t *offset)
{
    uint64_t table = image->optional_at + image->optional_size;
    struct wci_cursor cursor =
        wci_version_want(image->scan, table, (uint64_t)image->section_count * SECTION_BYTES);
    unsigned i;

    if (!cursor.ok)
        return false;
    for (i = 0; i < image->section_count; i++) {
        uint32_t size, address, raw_size, raw_at, extent;

        wci_cursor_seek(&cursor, (size_t)i * SECTION_BYTES + 8);
        size = wci_cursor_u32(&cursor);
        address = wci_cursor_u32(&cursor);
        raw_size = wci_cursor_u32(&cursor);
        raw_at = wci_cursor_u32(&cursor);
        if (!cursor.ok)
            break;
        extent = size < raw_size ? raw_size : size;
        if (rva < address || rva - address >= extent)
            continue;
        if (rva - address >= raw_size)
            break; /* zeros that the file doesn't hold */
        if (image->section_alignment >= PAGE_BYTES)
            raw_at -= raw_at % SECTOR_BYTES;
        *offset = (uint64_t)raw_at + (rva - address);
        return true;
    }
    if (rva < image->header_size) {
        *offset = rva;
        return true;
    }
    wci_version_facts(image->scan)->incomplete = true;
    return false;
}

/* Finds in the directory at `at` the entry with that number, or its first with ANY_ID; stores where
 * it leads.  False: there is none, or the directory is still to come (then *waiting). */
static bool find_entry(const struct image *image, uint64_t at, uint32_t id, uint32_t *leads_to,
                       bool *waiting)
{
    struct wci_cursor cursor = wci_version_want(image->scan, at, DIRECTORY_BYTES);
    uint32_t count, named;
    uint32_t i;

    *waiting = !cursor.ok;
    wci_cursor_seek(&cursor, 12);
    named = wci_cursor_u16(&cursor);
    count = named + wci_cursor_u16(&cursor);
    if (!cursor.ok || count == 0)
        return false;
    cursor = wci_version_want(image->scan, at + DIRECTORY_BYTES, (uint64_t)count * ENTRY_BYTES);
    *waiting = !cursor.ok;
    for (i = 0; i < count && cursor.ok; i++) {
        uint32_t number = wci_cursor_u32(&cursor);
        uint32_t target = wci_cursor_u32(&cursor);

        if (cursor.ok && (id == ANY_ID || number == id)) {
            *leads_to = target;
            return true;
        }
    }
    return false;
}

/* The entry to follow on a level: of the type; of the name 1, else the first; of no language, else
 * of American English, else the first.  False as
 * find_entry. */
static bool choose_entry(const struct image *image, uint64_t at, unsigned level, uint32_t *target,
                         bool *waiting)
{
    static const uint32_t ids[TREE_LEVELS][CHOICES] = {
        {RT_VERSION, RT_VERSION, RT_VERSION},
        {VS_VERSION_INFO, ANY_ID, ANY_ID},
        {LANGUAGE_NEUTRAL, LANGUAGE_ENGLISH_US, ANY_ID},
    };
    unsigned i;

    for (i = 0; i < CHOICES; i++) {
        if (find_entry(image, at, ids[level][i], target, waiting))
            return true;
        if (*waiting)
            return false;
    }
    return false;
}

/* Follows the three levels to the data entry. */
static bool find_leaf(const struct image *image, uint64_t root, uint64_t *leaf)
{
    uint64_t at = root;
    unsigned level;

    for (level = 0; level < TREE_LEVELS; level++) {
        uint32_t target = 0;
        bool waiting = false;

        if (!choose_entry(image, at, level, &target, &waiting))
            return false;
        at = root + (target & ~SUBDIRECTORY);
        if ((target & SUBDIRECTORY) == 0) {
            *leaf = at;
            return true;
        }
    }
    wci_version_facts(image->scan)->incomplete = true;
    return false;
}

static void read_resources(const struct image *image)
{
    struct wci_cursor cursor;
    uint64_t root, leaf, at;
    uint32_t rva, size;

    if (!file_offset(image, image->resources_rva, &root))
        return;
    wci_version_keep(image->scan, root, WCI_VERSION_RANGE); /* an entry may lead backwards */
    if (!find_leaf(image, root, &leaf))
        return;
    cursor = wci_version_want(image->scan, leaf, DIRECTORY_BYTES);
    rva = wci_cursor_u32(&cursor);
    size = wci_cursor_u32(&cursor);
    if (!cursor.ok || !file_offset(image, rva, &at))
        return;
    cursor = wci_version_want(image->scan, at, size);
    if (wci_version_is_final(image->scan) && cursor.ok)
        wci_version_info(image->scan, cursor);
}

void wci_version_pe(struct wci_version_scan *scan, uint64_t header)
{
    struct wci_version *facts = wci_version_facts(scan);
    struct wci_cursor cursor = wci_version_want(scan, header, FILE_HEADER_BYTES);
    struct image image = {.scan = scan, .optional_at = header + FILE_HEADER_BYTES};

    facts->kind = WCI_VERSION_PE32;
    wci_cursor_seek(&cursor, 4);
    facts->machine = wci_cursor_u16(&cursor);
    image.section_count = wci_cursor_u16(&cursor);
    facts->timestamp = wci_cursor_u32(&cursor);
    facts->has_timestamp = cursor.ok && facts->timestamp != 0;
    wci_cursor_skip(&cursor, 8);
    image.optional_size = wci_cursor_u16(&cursor);
    if (!cursor.ok)
        return;
    if (image.section_count > SECTION_LIMIT) {
        image.section_count = SECTION_LIMIT;
        facts->incomplete = true;
    }
    if (read_optional(&image) && image.resources_rva != 0)
        read_resources(&image);
}
