/*
 * embedded - see embedded.h.
 *
 * An executable says where its own image ends: MZ by its page count, PE by its sections, NE by its
 * segment and resource tables (its MZ page count covers them in practice).  What lies behind is an
 * overlay, where self-extractors put their archive: at its start, or anywhere in it, one cabinet
 * behind the other.  Others keep cabinets in resources or in a section of their own.  (PE format:
 * Microsoft PE/COFF specification.)
 */
#include "media/cabinet/embedded.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/error.h"
#include "media/bytes/wrapper.h"
#include "media/cabinet/cab.h"

enum {
    MZ_HEADER_BYTES = 64,
    PE_HEADER_BYTES = 24,
    SECTION_BYTES = 40,
    SECTIONS_MAX = 96,
    HEADER_READ = 512,
    ARCHIVE_SEARCH = 65536, /* archives begin near the overlay's start, cabinets anywhere */
    PIECE = 65536,
    SIGNATURE = 64, /* bytes that a signature and its header may need */
    RESOURCE_ENTRIES_MAX = 4096,
    RESOURCE_TYPE_RCDATA = 10,
    RESOURCE_TYPE_LAST = 24, /* of those that Windows knows, none but RCDATA holds cabinets */
    DIRECTORY_RESOURCE = 2
};

struct section {
    char name[8];
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
    uint64_t start, next;    /* of the range that is searched, and where its search goes on */
    uint64_t resources;      /* where the tree of resources begins */
    unsigned resources_left; /* how many entries of it are looked at over all of it */
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

        const uint8_t *name = wci_cursor_bytes(&cursor, sizeof(section.name));

        wci_cursor_skip(&cursor, 4); /* size in memory */
        section.address = wci_cursor_u32(&cursor);
        section.raw_size = wci_cursor_u32(&cursor);
        section.raw_offset = wci_cursor_u32(&cursor);
        wci_cursor_skip(&cursor, 16);
        if (!cursor.ok || name == NULL)
            break;
        memcpy(section.name, name, sizeof(section.name));
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

/* ---- searching ------------------------------------------------------------------------------ */

/* Archives that self-extractors have behind their program.  The header's first bytes are looked at,
 * because two letters alone are found in any program. */
static bool is_archive(const uint8_t *bytes, size_t size)
{
    struct wci_wrapper wrapper;

    if (size < SIGNATURE / 2)
        return false;
    if (bytes[0] == 0x60 && bytes[1] == 0xEA) /* ARJ: its header's size, and a main header */
        return bytes[3] < 0x0B && bytes[4] >= 30 && bytes[10] == 2;
    if (bytes[0] != 'P' && bytes[0] != '7' && bytes[0] != 'R' && bytes[2] != '-')
        return false;
    return wci_wrapper_of_head(bytes, size, &wrapper) &&
           (wrapper.kind == WCI_WRAPPER_ZIP || wrapper.kind == WCI_WRAPPER_7ZIP ||
            wrapper.kind == WCI_WRAPPER_RAR || wrapper.kind == WCI_WRAPPER_RAR5 ||
            wrapper.kind == WCI_WRAPPER_LHA);
}

/* What the bytes at `at` begin: adds it, and says where the search goes on. */
static enum wcab_err look_at(const struct executable *exe, struct finds *finds, uint64_t at,
                             const uint8_t *bytes, size_t size, struct wcab_error *err)
{
    size_t before = finds->count;
    enum wcab_err code = WCAB_OK;

    finds->next = at + 1;
    if (bytes[0] == 'M' && size >= 4 && memcmp(bytes, "MSCF", 4) == 0) {
        code = add_if_cabinet(finds, exe->source, at, err);
        if (finds->count > before && finds->found[before].size > 1)
            finds->next = at + finds->found[before].size;
    } else if (at - finds->start < ARCHIVE_SEARCH && finds->start == exe->image_end &&
               finds->count == 0 && is_archive(bytes, size)) {
        finds->found[finds->count].offset = at;
        finds->found[finds->count].size = wci_source_size(exe->source) - at;
        finds->count++;
        finds->next = wci_source_size(exe->source); /* it reaches to the file's end */
    }
    return code;
}

/* Looks for cabinets from start to end, and for an archive where an overlay begins. */
static enum wcab_err search_range(const struct executable *exe, struct finds *finds, uint64_t start,
                                  uint64_t end, struct wcab_error *err)
{
    uint8_t *bytes = malloc(PIECE + SIGNATURE);
    uint64_t at = start;
    enum wcab_err code = bytes == NULL ? wci_error_nomem(err) : WCAB_OK;

    while (code == WCAB_OK && at < end && finds->count < WCI_EMBEDDED_MAX) {
        uint64_t piece = at;
        size_t got, i;

        finds->start = start;
        finds->next = at + PIECE;
        code = wci_source_read_some(exe->source, piece, bytes, PIECE + SIGNATURE, &got, err);
        for (i = 0; code == WCAB_OK && i < PIECE && i + 4 <= got && piece + i < end; i++) {
            /* far from the start only cabinets are looked for */
            if (piece + i - start >= ARCHIVE_SEARCH) {
                const uint8_t *found = memchr(bytes + i, 'M', got - i);

                i = found == NULL ? PIECE : (size_t)(found - bytes);
                if (i >= PIECE || i + 4 > got || piece + i >= end)
                    break;
            }
            code = look_at(exe, finds, piece + i, bytes + i, got - i, err);
            if (finds->next != piece + i + 1)
                break;
            finds->next = piece + PIECE;
        }
        at = finds->next;
    }
    free(bytes);
    return code;
}

static enum wcab_err search_overlay(const struct executable *exe, struct finds *finds,
                                    struct wcab_error *err)
{
    return search_range(exe, finds, exe->image_end, wci_source_size(exe->source), err);
}

/* Sections that linkers make hold code and data of the program. */
static bool is_common_section(const struct section *section)
{
    static const char *const names[] = {".text",  ".data",  ".rdata", ".rsrc",  ".reloc", ".bss",
                                        ".idata", ".edata", ".tls",   ".pdata", ".debug", "CODE",
                                        "DATA",   "BSS",    ".orpc",  ".CRT",   ".stab",  "INIT"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strncmp(section->name, names[i], sizeof(section->name)) == 0)
            return true;
    }
    return section->name[0] == '\0';
}

static enum wcab_err search_sections(const struct executable *exe, struct finds *finds,
                                     struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < exe->section_count; i++) {
        const struct section *section = &exe->sections[i];

        if (!is_common_section(section))
            code = search_range(exe, finds, section->raw_offset,
                                (uint64_t)section->raw_offset + section->raw_size, err);
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
 * has three levels (type, name, language). */
static enum wcab_err search_resources(const struct executable *exe, struct finds *finds,
                                      uint32_t folder, unsigned level, struct wcab_error *err)
{
    uint64_t base = finds->resources;
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
    for (i = 0; code == WCAB_OK && i < count && finds->resources_left > 0;
         i++, finds->resources_left--) {
        uint32_t id, child;
        uint64_t raw;

        code = wci_source_read_some(exe->source, base + folder + 16 + (uint64_t)i * 8, bytes, 8,
                                    &got, err);
        if (code != WCAB_OK || got < 8)
            break;
        cursor = wci_cursor_of(bytes, got);
        id = wci_cursor_u32(&cursor);
        child = wci_cursor_u32(&cursor);
        if (level == 0 && id <= RESOURCE_TYPE_LAST && id != RESOURCE_TYPE_RCDATA)
            continue;
        if (child >> 31) {
            if (level < 2)
                code = search_resources(exe, finds, child & 0x7FFFFFFF, level + 1, err);
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
    struct finds finds = {.found = found, .resources_left = RESOURCE_ENTRIES_MAX};
    enum wcab_err code = read_headers(&exe, err);

    if (code != WCAB_OK)
        return code;
    finds.resources = raw_of_address(&exe, exe.resource_address);
    if (exe.resource_address != 0 && finds.resources != UINT64_MAX)
        code = search_resources(&exe, &finds, 0, 0, err);
    if (code == WCAB_OK)
        code = search_sections(&exe, &finds, err);
    if (code == WCAB_OK)
        code = search_overlay(&exe, &finds, err);
    if (code == WCAB_OK)
        *count = finds.count;
    return code;
}

enum wcab_err wci_embedded_search(struct wci_source *source,
                                  struct wci_embedded found[WCI_EMBEDDED_MAX], size_t *count,
                                  struct wcab_error *err)
{
    struct executable exe = {.source = source,
                             .image_end = UINT64_MAX}; /* archives are not looked for */
    struct finds finds = {.found = found};
    enum wcab_err code = search_range(&exe, &finds, 0, wci_source_size(source), err);

    *count = finds.count;
    return code;
}
