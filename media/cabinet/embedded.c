/*
 * embedded - see embedded.h.
 *
 * An executable says where its own image ends: MZ by its page count, PE by its sections, NE by its
 * segment and resource tables (its MZ page count covers them in practice).  What lies behind is an
 * overlay, where self-extractors put their archive.  (PE format: Microsoft PE/COFF specification.)
 */
#include "media/cabinet/embedded.h"

#include <string.h>

#include "core/cursor.h"
#include "media/cabinet/cab.h"

enum {
    MZ_HEADER_BYTES = 64,
    PE_HEADER_BYTES = 24,
    SECTION_BYTES = 40,
    SECTIONS_MAX = 96,
    HEADER_READ = 512,
    OVERLAY_SEARCH = 65536, /* archives begin near the overlay's start */
    RESOURCE_ENTRIES_MAX = 1024,
    RESOURCE_TYPE_RCDATA = 10,
    DIRECTORY_RESOURCE = 2
};

struct section {
    uint32_t address, raw_offset, raw_size;
};

struct executable {
    struct wci_source *source;
    uint64_t image_end;
    size_t section_count;
    struct section sections[SECTIONS_MAX];
    uint32_t resource_address;
};

struct finds {
    struct wci_embedded *found;
    size_t count;
};

static enum wcab_err add_if_cabinet(struct finds *finds, struct wci_source *source, uint64_t offset,
                                    struct wcab_error *err)
{
    uint8_t header[36];
    uint64_t room = wci_source_size(source) - offset;
    enum wcab_err code;
    size_t got, i;

    if (finds->count == WCI_EMBEDDED_MAX || offset >= wci_source_size(source))
        return WCAB_OK;
    code = wci_source_read_some(source, offset, header, sizeof(header), &got, err);
    if (code != WCAB_OK || !wci_cab_is_header(header, got, room))
        return code;
    for (i = 0; i < finds->count; i++) {
        if (finds->found[i].offset == offset)
            return WCAB_OK;
    }
    finds->found[finds->count].offset = offset;
    finds->found[finds->count].size = (uint64_t)header[8] | (uint64_t)header[9] << 8 |
                                      (uint64_t)header[10] << 16 | (uint64_t)header[11] << 24;
    if (finds->found[finds->count].size > room)
        finds->found[finds->count].size = room;
    finds->count++;
    return WCAB_OK;
}

static enum wcab_err read_sections(struct executable *exe, uint64_t at, uint16_t count,
                                   struct wcab_error *err)
{
    uint8_t bytes[SECTION_BYTES * SECTIONS_MAX];
    struct wci_cursor cursor;
    enum wcab_err code;
    size_t got, i;

    if (count > SECTIONS_MAX)
        count = SECTIONS_MAX;
    code = wci_source_read_some(exe->source, at, bytes, (size_t)count * SECTION_BYTES, &got, err);
    if (code != WCAB_OK)
        return code;
    cursor = wci_cursor_of(bytes, got);
    for (i = 0; i < count; i++) {
        struct section section;

        wci_cursor_skip(&cursor, 12);
        section.address = wci_cursor_u32(&cursor);
        section.raw_size = wci_cursor_u32(&cursor);
        section.raw_offset = wci_cursor_u32(&cursor);
        wci_cursor_skip(&cursor, 16);
        if (!cursor.ok)
            break;
        exe->sections[exe->section_count++] = section;
        if ((uint64_t)section.raw_offset + section.raw_size > exe->image_end)
            exe->image_end = (uint64_t)section.raw_offset + section.raw_size;
    }
    return WCAB_OK;
}

static enum wcab_err read_pe(struct executable *exe, uint32_t at, struct wcab_error *err)
{
    uint8_t bytes[HEADER_READ];
    struct wci_cursor cursor;
    uint16_t section_count, optional_size, magic;
    enum wcab_err code;
    size_t got;

    code = wci_source_read_some(exe->source, at, bytes, sizeof(bytes), &got, err);
    if (code != WCAB_OK || got < PE_HEADER_BYTES || memcmp(bytes, "PE\0\0", 4) != 0)
        return code;
    cursor = wci_cursor_of(bytes, got);
    wci_cursor_skip(&cursor, 6);
    section_count = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 12);
    optional_size = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 2);
    magic = wci_cursor_u16(&cursor);
    /* data directories follow 96 bytes (PE32) or 112 bytes (PE32+) of optional header */
    wci_cursor_skip(&cursor, (magic == 0x20B ? 112U : 96U) - 2 + 8 * DIRECTORY_RESOURCE);
    exe->resource_address = wci_cursor_u32(&cursor);
    if (!cursor.ok)
        exe->resource_address = 0;
    return read_sections(exe, (uint64_t)at + PE_HEADER_BYTES + optional_size, section_count, err);
}

static enum wcab_err read_headers(struct executable *exe, struct wcab_error *err)
{
    uint8_t bytes[MZ_HEADER_BYTES];
    struct wci_cursor cursor;
    uint32_t last_page, pages, new_header;
    enum wcab_err code;
    size_t got;

    code = wci_source_read_some(exe->source, 0, bytes, sizeof(bytes), &got, err);
    if (code != WCAB_OK)
        return code;
    if (got < sizeof(bytes) || memcmp(bytes, "MZ", 2) != 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no executable: it does not begin with MZ");
    cursor = wci_cursor_of(bytes, got);
    wci_cursor_skip(&cursor, 2);
    last_page = wci_cursor_u16(&cursor);
    pages = wci_cursor_u16(&cursor);
    wci_cursor_seek(&cursor, 60);
    new_header = wci_cursor_u32(&cursor);
    exe->image_end = (uint64_t)pages * 512;
    if (last_page > 0 && last_page < 512 && pages > 0)
        exe->image_end -= 512 - last_page;
    if (new_header >= MZ_HEADER_BYTES && new_header < wci_source_size(exe->source))
        return read_pe(exe, new_header, err);
    return WCAB_OK;
}

/* Looks for cabinet headers in the first part of the overlay. */
static enum wcab_err search_overlay(const struct executable *exe, struct finds *finds,
                                    struct wcab_error *err)
{
    uint8_t bytes[4096 + 3];
    uint64_t at = exe->image_end;
    uint64_t end = at + OVERLAY_SEARCH;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && at < end && at < wci_source_size(exe->source)) {
        size_t got, i;

        code = wci_source_read_some(exe->source, at, bytes, sizeof(bytes), &got, err);
        for (i = 0; code == WCAB_OK && i + 4 <= got; i++) {
            if (memcmp(bytes + i, "MSCF", 4) == 0) {
                size_t before = finds->count;

                code = add_if_cabinet(finds, exe->source, at + i, err);
                if (finds->count > before) /* go on behind it */
                    return code;
            }
        }
        at += 4096;
    }
    return code;
}

static uint64_t raw_of_address(const struct executable *exe, uint32_t address)
{
    size_t i;

    for (i = 0; i < exe->section_count; i++) {
        const struct section *section = &exe->sections[i];

        if (address >= section->address && address - section->address < section->raw_size)
            return (uint64_t)section->raw_offset + (address - section->address);
    }
    return UINT64_MAX;
}

/* Follows one level of the resource tree: calls itself for subfolders, looks at leaves.  The tree
 * has three levels (type, name, language); `budget` bounds the entries looked at over all of it. */
static enum wcab_err search_resources(const struct executable *exe, uint64_t base, uint32_t folder,
                                      unsigned level, unsigned *budget, struct finds *finds,
                                      struct wcab_error *err)
{
    uint8_t bytes[16];
    struct wci_cursor cursor;
    uint32_t count, i;
    enum wcab_err code;
    size_t got;

    code = wci_source_read_some(exe->source, base + folder, bytes, sizeof(bytes), &got, err);
    if (code != WCAB_OK || got < sizeof(bytes))
        return code;
    cursor = wci_cursor_of(bytes, got);
    wci_cursor_skip(&cursor, 12);
    count = wci_cursor_u16(&cursor);
    count += wci_cursor_u16(&cursor);
    for (i = 0; code == WCAB_OK && i<count && * budget> 0; i++, (*budget)--) {
        uint32_t id, child;
        uint64_t raw;

        code = wci_source_read_some(exe->source, base + folder + 16 + (uint64_t)i * 8, bytes, 8,
                                    &got, err);
        if (code != WCAB_OK || got < 8)
            break;
        cursor = wci_cursor_of(bytes, got);
        id = wci_cursor_u32(&cursor);
        child = wci_cursor_u32(&cursor);
        if (level == 0 && id != RESOURCE_TYPE_RCDATA)
            continue;
        if (child >> 31) {
            if (level < 2)
                code =
                    search_resources(exe, base, child & 0x7FFFFFFF, level + 1, budget, finds, err);
            continue;
        }
        code = wci_source_read_some(exe->source, base + child, bytes, 8, &got, err);
        if (code != WCAB_OK || got < 8)
            break;
        cursor = wci_cursor_of(bytes, got);
        raw = raw_of_address(exe, wci_cursor_u32(&cursor));
        if (raw != UINT64_MAX)
            code = add_if_cabinet(finds, exe->source, raw, err);
    }
    return code;
}

enum wcab_err wci_embedded_find(struct wci_source *source,
                                struct wci_embedded found[WCI_EMBEDDED_MAX], size_t *count,
                                struct wcab_error *err)
{
    struct executable exe = {.source = source};
    struct finds finds = {.found = found};
    unsigned budget = RESOURCE_ENTRIES_MAX;
    uint64_t resources;
    enum wcab_err code = read_headers(&exe, err);

    if (code != WCAB_OK)
        return code;
    resources = raw_of_address(&exe, exe.resource_address);
    if (exe.resource_address != 0 && resources != UINT64_MAX)
        code = search_resources(&exe, resources, 0, 0, &budget, &finds, err);
    if (code == WCAB_OK)
        code = search_overlay(&exe, &finds, err);
    if (code == WCAB_OK)
        *count = finds.count;
    return code;
}
