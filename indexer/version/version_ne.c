/*
 * version_ne - 16-bit New Executables: names, and RT_VERSION through the resource table (Q65260).
 */
#include "indexer/version/version_scan.h"

enum {
    HEADER_BYTES = 64,
    NAME_BYTES = 256, /* a length byte and what it can count */
    TYPE_BYTES = 8,
    RESOURCE_BYTES = 12,
    RT_VERSION = 0x8010, /* the top bit says that it is a number */
    SHIFT_LIMIT = 16,
    TARGET_OS2 = 1
};

struct header {
    uint16_t names_size, resources_at, residents_at;
    uint32_t names_at;
    uint8_t target;
};

/* The first of the resident names is the module's, of the non-resident ones the description
 * (DESCRIPTION of the module definition file). */
static void read_names(struct wci_version_scan *scan, uint64_t base, const struct header *header)
{
    struct wci_version *facts = wci_version_facts(scan);
    uint64_t resident = header->residents_at == 0 ? 0 : base + header->residents_at;

    facts->module = wci_version_counted(scan, resident, NAME_BYTES);
    facts->description = wci_version_counted(scan, header->names_at, header->names_size);
}

/* The resource table: the shift of its offsets, then for each type its number and how many there
 * are, then those.  Finds the first version. */
static bool find_version(struct wci_cursor *cursor, uint64_t *at, uint64_t *size)
{
    uint16_t shift = wci_cursor_u16(cursor);

    while (cursor->ok && shift < SHIFT_LIMIT) {
        uint16_t type = wci_cursor_u16(cursor);
        uint16_t count = wci_cursor_u16(cursor);

        wci_cursor_skip(cursor, 4);
        if (type == 0 || !cursor->ok)
            return false;
        if (type == RT_VERSION && count > 0) {
            *at = (uint64_t)wci_cursor_u16(cursor) << shift;
            *size = (uint64_t)wci_cursor_u16(cursor) << shift;
            return cursor->ok;
        }
        wci_cursor_skip(cursor, (size_t)count * RESOURCE_BYTES);
    }
    return false;
}

/* OS/2 has another table there; one that begins where the resident names do is none. */
static void read_resources(struct wci_version_scan *scan, uint64_t base,
                           const struct header *header)
{
    struct wci_cursor cursor;
    uint64_t at, size;

    if (header->target == TARGET_OS2 || header->resources_at == 0 ||
        header->resources_at >= header->residents_at)
        return;
    cursor = wci_version_want(scan, base + header->resources_at,
                              (uint64_t)header->residents_at - header->resources_at);
    if (!find_version(&cursor, &at, &size))
        return;
    cursor = wci_version_want(scan, at, size);
    if (wci_version_is_final(scan) && cursor.ok)
        wci_version_info(scan, cursor);
}

void wci_version_ne(struct wci_version_scan *scan, uint64_t header)
{
    struct wci_version *facts = wci_version_facts(scan);
    struct wci_cursor cursor = wci_version_want(scan, header, HEADER_BYTES);
    struct header fields = {0};

    facts->kind = WCI_VERSION_NE;
    wci_cursor_skip(&cursor, 2);
    facts->linker_major = wci_cursor_u8(&cursor);
    facts->linker_minor = wci_cursor_u8(&cursor);
    facts->has_linker = cursor.ok;
    wci_cursor_seek(&cursor, 32);
    fields.names_size = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 2);
    fields.resources_at = wci_cursor_u16(&cursor);
    fields.residents_at = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 4);
    fields.names_at = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, 54);
    fields.target = wci_cursor_u8(&cursor);
    if (!cursor.ok)
        return;
    read_names(scan, header, &fields);
    read_resources(scan, header, &fields);
}
