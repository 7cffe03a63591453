/*
 * imports - see imports.h.
 */
#include "jobs/check/imports.h"

#include <string.h>

#include "core/cursor.h"
#include "core/error.h"
#include "core/text.h"

enum {
    DOS_HEADER = 64,
    NE_HEADER = 64,
    LE_HEADER = 192,
    PE_HEADER = 24,
    PE_OPTIONAL = 240,
    SECTION_BYTES = 40,
    SECTIONS_MOST = 96, /* the loader's limit */
    IMPORT_BYTES = 20,
    DELAY_BYTES = 32,
    TABLE_MOST = 64 * 1024,
    PE32_PLUS = 0x20B,
    SUBSYSTEM_AT = 68, /* in the optional header */
    SUBSYSTEM_NATIVE = 1,
    DELAY_BY_RVA = 1
};

struct section {
    uint32_t rva, size, offset;
};

struct reading {
    struct wci_source *source;
    struct wci_arena *arena;
    struct wci_imports *imports;
    struct wcab_error *err;
    uint8_t *buffer; /* TABLE_MOST bytes, arena */
    struct section sections[SECTIONS_MOST];
    size_t section_count;
};

/* `length` bytes at `at` as a cursor, good until the next call; fewer when the file ends before,
 * which is noted. */
static enum wcab_err take(struct reading *reading, uint64_t at, size_t length,
                          struct wci_cursor *cursor)
{
    uint64_t size = wci_source_size(reading->source);
    size_t room = length < TABLE_MOST ? length : TABLE_MOST;
    enum wcab_err code;

    *cursor = wci_cursor_of(reading->buffer, 0);
    if (at >= size) {
        reading->imports->cut = true;
        return WCAB_OK;
    }
    if (size - at < room) {
        room = (size_t)(size - at);
        reading->imports->cut = true;
    }
    code = wci_source_read_at(reading->source, at, reading->buffer, room, reading->err);
    if (code == WCAB_OK)
        *cursor = wci_cursor_of(reading->buffer, room);
    return code;
}

static void note_end(struct wci_imports *imports, uint64_t end)
{
    if (end > imports->end)
        imports->end = end;
}

static enum wcab_err add_name(struct reading *reading, const char *name, size_t length)
{
    struct wci_imports *imports = reading->imports;
    struct wci_bytes bytes = {name, length};
    size_t i;

    if (length == 0 || imports->count == WCI_IMPORTS_MOST)
        return WCAB_OK;
    for (i = 0; i < imports->count; i++) {
        if (wci_text_equal_folded(imports->names[i], bytes))
            return WCAB_OK;
    }
    bytes = wci_arena_bytes(reading->arena, bytes);
    if (bytes.data == NULL)
        return wci_error_nomem(reading->err);
    imports->names[imports->count++] = bytes;
    return WCAB_OK;
}

/* A name with its length in front; NULL data when it is not there. */
static struct wci_bytes counted(struct wci_cursor *cursor)
{
    size_t length = wci_cursor_u8(cursor);
    const uint8_t *text = wci_cursor_bytes(cursor, length);

    return (struct wci_bytes){(const char *)text, text == NULL ? 0 : length};
}

/* The first of the resident names is the module's own. */
static enum wcab_err read_module(struct reading *reading, uint64_t at)
{
    struct wci_cursor cursor;
    uint8_t copy[WCI_IMPORT_NAME + 1];
    struct wci_bytes name;
    bool was_cut = reading->imports->cut;
    enum wcab_err code = take(reading, at, sizeof(copy), &cursor);

    if (code != WCAB_OK)
        return code;
    reading->imports->cut = was_cut; /* more was asked for than the name needs */
    name = counted(&cursor);
    if (name.data == NULL) {
        reading->imports->cut = true;
        return WCAB_OK;
    }
    if (name.length > 0)
        name = wci_arena_bytes(reading->arena, name);
    reading->imports->module = name;
    return name.data == NULL ? wci_error_nomem(reading->err) : WCAB_OK;
}

/* ---- NE ----------------------------------------------------------------------------------- */

/* Segments: where each lies in units of 2^shift, how long, flags, memory. */
static enum wcab_err read_segments(struct reading *reading, uint64_t at, uint16_t count,
                                   uint16_t shift)
{
    struct wci_cursor cursor;
    enum wcab_err code = take(reading, at, (size_t)count * 8, &cursor);

    if (code != WCAB_OK || shift > 15)
        return code;
    while (count-- > 0 && wci_cursor_left(&cursor) >= 8) {
        uint64_t start = (uint64_t)wci_cursor_u16(&cursor) << shift;
        uint32_t length = wci_cursor_u16(&cursor);

        wci_cursor_skip(&cursor, 4); /* flags, memory */
        if (start != 0)
            note_end(reading->imports, start + (length == 0 ? 65536 : length));
    }
    return WCAB_OK;
}

/* The module references are offsets into the imported names. */
static enum wcab_err read_ne_imports(struct reading *reading, uint64_t references, uint16_t count,
                                     uint64_t names)
{
    size_t i;

    for (i = 0; i < count && i < WCI_IMPORTS_MOST; i++) {
        struct wci_cursor cursor;
        struct wci_bytes name;
        bool was_cut = reading->imports->cut;
        enum wcab_err code = take(reading, references + 2 * i, 2, &cursor);
        uint16_t at = wci_cursor_u16(&cursor);

        if (code == WCAB_OK && cursor.ok)
            code = take(reading, names + at, WCI_IMPORT_NAME + 1, &cursor);
        if (code != WCAB_OK)
            return code;
        name = counted(&cursor);
        reading->imports->cut = was_cut || name.data == NULL;
        code = add_name(reading, name.data, name.length);
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

static enum wcab_err read_ne(struct reading *reading, uint64_t base)
{
    struct wci_cursor cursor;
    uint16_t segments, modules, segments_at, residents_at, modules_at, imported_at, shift;
    enum wcab_err code = take(reading, base, NE_HEADER, &cursor);

    if (code != WCAB_OK)
        return code;
    reading->imports->kind = WCI_PROGRAM_NE;
    wci_cursor_seek(&cursor, 28);
    segments = wci_cursor_u16(&cursor);
    modules = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 2); /* size of the non-resident names */
    segments_at = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 2); /* resources */
    residents_at = wci_cursor_u16(&cursor);
    modules_at = wci_cursor_u16(&cursor);
    imported_at = wci_cursor_u16(&cursor);
    wci_cursor_seek(&cursor, 50);
    shift = wci_cursor_u16(&cursor);
    if (!cursor.ok)
        return WCAB_OK;
    code = read_module(reading, base + residents_at);
    if (code == WCAB_OK)
        code = read_segments(reading, base + segments_at, segments, shift == 0 ? 9 : shift);
    if (code == WCAB_OK)
        code = read_ne_imports(reading, base + modules_at, modules, base + imported_at);
    return code;
}

/* ---- LE ----------------------------------------------------------------------------------- */

static enum wcab_err read_le(struct reading *reading, uint64_t base)
{
    struct wci_cursor cursor;
    uint32_t residents_at, imported_at, procedures_at, count, data_at, pages, page_size, last_page;
    enum wcab_err code = take(reading, base, LE_HEADER, &cursor);

    if (code != WCAB_OK)
        return code;
    reading->imports->kind = WCI_PROGRAM_LE;
    wci_cursor_seek(&cursor, 20);
    pages = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, 40);
    page_size = wci_cursor_u32(&cursor);
    last_page = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, 88);
    residents_at = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, 112);
    imported_at = wci_cursor_u32(&cursor);
    count = wci_cursor_u32(&cursor);
    procedures_at = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 4); /* checksums of pages */
    data_at = wci_cursor_u32(&cursor);
    if (!cursor.ok)
        return WCAB_OK;
    if (pages > 0 && page_size <= 65536 && data_at != 0)
        note_end(reading->imports, data_at + (uint64_t)(pages - 1) * page_size + last_page);
    code = read_module(reading, base + residents_at);
    if (code != WCAB_OK || count == 0 || procedures_at < imported_at)
        return code;
    code = take(reading, base + imported_at, procedures_at - imported_at, &cursor);
    while (code == WCAB_OK && count-- > 0 && wci_cursor_left(&cursor) > 0) {
        struct wci_bytes name = counted(&cursor);

        if (name.data == NULL)
            break;
        code = add_name(reading, name.data, name.length);
    }
    return code;
}

/* ---- PE ----------------------------------------------------------------------------------- */

/* The file's offset of what is loaded at `rva`; false when no section holds it. */
static bool offset_of(const struct reading *reading, uint32_t rva, uint64_t *offset)
{
    size_t i;

    for (i = 0; i < reading->section_count; i++) {
        const struct section *section = &reading->sections[i];

        if (rva >= section->rva && rva - section->rva < section->size) {
            *offset = (uint64_t)section->offset + (rva - section->rva);
            return true;
        }
    }
    return false;
}

static enum wcab_err add_pe_name(struct reading *reading, uint32_t rva)
{
    struct wci_cursor cursor;
    bool was_cut = reading->imports->cut;
    const char *name;
    uint64_t at;
    size_t length;
    enum wcab_err code;

    if (!offset_of(reading, rva, &at)) {
        reading->imports->cut = true;
        return WCAB_OK;
    }
    code = take(reading, at, WCI_IMPORT_NAME + 1, &cursor);
    if (code != WCAB_OK)
        return code;
    name = wci_cursor_cstring(&cursor, WCI_IMPORT_NAME, &length);
    reading->imports->cut = was_cut || name == NULL;
    return name == NULL ? WCAB_OK : add_name(reading, name, length);
}

/* Import descriptors, or those of delayed loading, up to the one that is all zeroes. */
static enum wcab_err read_directory(struct reading *reading, uint32_t rva, bool delayed)
{
    size_t bytes = delayed ? DELAY_BYTES : IMPORT_BYTES, i;
    uint64_t at;

    if (rva == 0)
        return WCAB_OK;
    if (!offset_of(reading, rva, &at)) {
        reading->imports->cut = true;
        return WCAB_OK;
    }
    for (i = 0; i < WCI_IMPORTS_MOST; i++) {
        struct wci_cursor cursor;
        uint32_t attributes, name;
        enum wcab_err code = take(reading, at + i * bytes, bytes, &cursor);

        if (code != WCAB_OK)
            return code;
        attributes = wci_cursor_u32(&cursor);
        if (!delayed)
            wci_cursor_skip(&cursor, 8); /* time stamp, forwarders */
        name = wci_cursor_u32(&cursor);
        if (!cursor.ok || name == 0 || (delayed && !(attributes & DELAY_BY_RVA)))
            return WCAB_OK;
        code = add_pe_name(reading, name);
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

static enum wcab_err read_sections(struct reading *reading, uint64_t at, uint16_t count)
{
    struct wci_cursor cursor;
    enum wcab_err code = take(reading, at, (size_t)count * SECTION_BYTES, &cursor);

    while (code == WCAB_OK && count-- > 0 && reading->section_count < SECTIONS_MOST &&
           wci_cursor_left(&cursor) >= SECTION_BYTES) {
        struct section *section = &reading->sections[reading->section_count];
        uint32_t in_memory;

        wci_cursor_skip(&cursor, 8); /* name */
        in_memory = wci_cursor_u32(&cursor);
        section->rva = wci_cursor_u32(&cursor);
        section->size = wci_cursor_u32(&cursor);
        section->offset = wci_cursor_u32(&cursor);
        wci_cursor_skip(&cursor, 16); /* relocations, line numbers, flags */
        if (section->size != 0 && section->offset != 0)
            note_end(reading->imports, (uint64_t)section->offset + section->size);
        if (in_memory != 0 && in_memory < section->size)
            section->size = in_memory;
        reading->section_count++;
    }
    return code;
}

static enum wcab_err read_pe(struct reading *reading, uint64_t base)
{
    struct wci_cursor cursor;
    uint16_t sections, optional, magic;
    uint32_t directories, imports = 0, delayed = 0;
    size_t first;
    enum wcab_err code = take(reading, base, PE_HEADER, &cursor);

    if (code != WCAB_OK)
        return code;
    reading->imports->kind = WCI_PROGRAM_PE;
    wci_cursor_seek(&cursor, 6);
    sections = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 12); /* time stamp, symbols */
    optional = wci_cursor_u16(&cursor);
    if (!cursor.ok)
        return WCAB_OK;
    code =
        take(reading, base + PE_HEADER, optional < PE_OPTIONAL ? optional : PE_OPTIONAL, &cursor);
    if (code != WCAB_OK)
        return code;
    magic = wci_cursor_u16(&cursor);
    first = magic == PE32_PLUS ? 112 : 96;
    wci_cursor_seek(&cursor, SUBSYSTEM_AT);
    reading->imports->native = wci_cursor_u16(&cursor) == SUBSYSTEM_NATIVE;
    wci_cursor_seek(&cursor, first - 4);
    directories = wci_cursor_u32(&cursor);
    if (directories > 1) {
        wci_cursor_seek(&cursor, first + 8);
        imports = wci_cursor_u32(&cursor);
    }
    if (directories > 13) {
        wci_cursor_seek(&cursor, first + 13 * 8);
        delayed = wci_cursor_u32(&cursor);
    }
    code = read_sections(reading, base + PE_HEADER + optional, sections);
    if (code == WCAB_OK)
        code = read_directory(reading, imports, false);
    if (code == WCAB_OK)
        code = read_directory(reading, delayed, true);
    return code;
}

/* ---- all of them -------------------------------------------------------------------------- */

static enum wcab_err read_newer(struct reading *reading, uint64_t base)
{
    struct wci_cursor cursor;
    const uint8_t *magic;
    enum wcab_err code = take(reading, base, 4, &cursor);

    if (code != WCAB_OK)
        return code;
    magic = wci_cursor_bytes(&cursor, 4);
    if (magic == NULL)
        return WCAB_OK;
    if (memcmp(magic, "PE\0\0", 4) == 0)
        return read_pe(reading, base);
    if (memcmp(magic, "NE", 2) == 0)
        return read_ne(reading, base);
    if (memcmp(magic, "LE", 2) == 0 || memcmp(magic, "LX", 2) == 0)
        return read_le(reading, base);
    if (memcmp(magic, "W3", 2) == 0 || memcmp(magic, "W4", 2) == 0)
        reading->imports->kind = WCI_PROGRAM_DRIVERS;
    return WCAB_OK;
}

enum wcab_err wci_imports_read(struct wci_source *source, struct wci_arena *arena,
                               struct wci_imports *imports, struct wcab_error *err)
{
    struct reading reading = {.source = source, .arena = arena, .imports = imports, .err = err};
    struct wci_cursor cursor;
    uint32_t base;
    enum wcab_err code;

    *imports = (struct wci_imports){.kind = WCI_PROGRAM_NONE};
    if (wci_source_size(source) < DOS_HEADER)
        return WCAB_OK;
    reading.buffer = wci_arena_alloc(arena, TABLE_MOST);
    imports->names = wci_arena_calloc(arena, WCI_IMPORTS_MOST, sizeof(*imports->names));
    if (reading.buffer == NULL || imports->names == NULL)
        return wci_error_nomem(err);
    code = take(&reading, 0, DOS_HEADER, &cursor);
    if (code != WCAB_OK || wci_cursor_u16(&cursor) != 0x5A4D /* MZ */)
        return code;
    wci_cursor_seek(&cursor, 60);
    base = wci_cursor_u32(&cursor);
    if (base < DOS_HEADER)
        return WCAB_OK;
    code = read_newer(&reading, base);
    if (imports->end > wci_source_size(source))
        imports->cut = true;
    return code;
}
