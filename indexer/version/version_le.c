/*
 * version_le - Linear Executables: names, and for virtual device drivers the version resource that
 * the Windows 95 DDK's header points to (e32_winresoff at B8h, e32_winreslen at BCh).
 */
#include "indexer/version/version_scan.h"

enum {
    HEADER_BYTES = 0xC4, /* with the DDK's fields */
    NAME_BYTES = 256,
    TARGET_WINDOWS_386 = 4,
    BY_NUMBER = 0xFF /* in front of a resource's type or name: a number follows */
};

struct header {
    uint16_t target;
    uint32_t residents_at; /* from the header's start */
    uint32_t names_at;     /* in the file */
    uint32_t names_size;
    uint32_t resource_at, resource_size; /* in the file */
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

/* One part of the resource's heading: FFh and a number, or a NUL-terminated text. */
static void skip_heading(struct wci_cursor *cursor)
{
    if (wci_cursor_u8(cursor) == BY_NUMBER) {
        wci_cursor_skip(cursor, 2);
        return;
    }
    while (cursor->ok && wci_cursor_u8(cursor) != 0)
        continue;
}

/* The resource stands there as in a 16-bit .RES file: type, name, flags, length, data. */
static void read_resource(struct wci_version_scan *scan, const struct header *header)
{
    struct wci_cursor cursor = wci_version_want(scan, header->resource_at, header->resource_size);
    const uint8_t *data;
    uint32_t length;
    size_t left;

    if (!wci_version_is_final(scan) || !cursor.ok)
        return;
    skip_heading(&cursor);
    skip_heading(&cursor);
    wci_cursor_skip(&cursor, 2);
    length = wci_cursor_u32(&cursor);
    left = cursor.ok ? wci_cursor_left(&cursor) : 0;
    if (length > left)
        length = (uint32_t)left;
    data = wci_cursor_bytes(&cursor, length);
    if (data != NULL && length > 0)
        wci_version_info(scan, wci_cursor_of(data, length));
    else
        wci_version_facts(scan)->incomplete = true;
}

void wci_version_le(struct wci_version_scan *scan, uint64_t header)
{
    struct wci_cursor cursor = wci_version_want(scan, header, HEADER_BYTES);
    bool is_le = wci_version_facts(scan)->kind == WCI_VERSION_LE;
    struct header fields = {0};

    wci_cursor_seek(&cursor, 10);
    fields.target = wci_cursor_u16(&cursor);
    wci_cursor_seek(&cursor, 88);
    fields.residents_at = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, 136);
    fields.names_at = wci_cursor_u32(&cursor);
    fields.names_size = wci_cursor_u32(&cursor);
    if (!cursor.ok)
        return;
    read_names(scan, header, &fields);
    wci_cursor_seek(&cursor, 0xB8);
    fields.resource_at = wci_cursor_u32(&cursor);
    fields.resource_size = wci_cursor_u32(&cursor);
    if (is_le && cursor.ok && fields.target == TARGET_WINDOWS_386 && fields.resource_at != 0 &&
        fields.resource_size != 0)
        read_resource(scan, &fields);
}
