/*
 * version - see version.h.  Here: the stream and its ranges, the DOS header, texts.
 */
#include "indexer/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/code_page.h"
#include "core/error.h"
#include "core/text.h"
#include "indexer/version_scan.h"

enum {
    HEAD_BYTES = 64 * 1024,
    RANGE_COUNT = 16,
    DOS_HEADER_BYTES = 0x40,
    /* Each run of a reader answers one more range; none needs as many. */
    RUN_LIMIT = 64,
    COUNTED_BYTES = 256, /* a length byte and what it can count */
    ANSI_CODE_PAGE = 1252
};

/* Bytes that are kept (or to be kept) of the file. */
struct range {
    uint64_t at;
    size_t size; /* wanted */
    size_t have; /* come in so far */
    uint8_t *data;
    size_t capacity; /* of data, kept from file to file */
};

struct wci_version_scan {
    uint64_t size; /* of the file; SIZE_UNKNOWN until it ends */
    uint64_t position;
    struct range head; /* the file's start */
    struct range ranges[RANGE_COUNT];
    size_t range_count;
    uint64_t wake;  /* position at which the reader is to be run again; UINT64_MAX: never */
    unsigned runs;  /* of the reader, for this file */
    bool idle;      /* nothing more is wanted of this file */
    bool final;     /* the file has ended */
    bool no_memory; /* something could not be kept */
    struct wci_arena *arena;
    struct wci_version facts;
};

struct wci_version_scan *wci_version_scan_new(void)
{
    struct wci_version_scan *scan = calloc(1, sizeof(*scan));

    if (scan != NULL)
        wci_version_scan_begin(scan, 0);
    return scan;
}

void wci_version_scan_free(struct wci_version_scan *scan)
{
    size_t i;

    if (scan == NULL)
        return;
    for (i = 0; i < RANGE_COUNT; i++)
        free(scan->ranges[i].data);
    free(scan->head.data);
    free(scan);
}

void wci_version_scan_begin(struct wci_version_scan *scan, uint64_t size)
{
    scan->size = size;
    scan->position = 0;
    scan->head.at = 0;
    scan->head.size = size < HEAD_BYTES ? (size_t)size : HEAD_BYTES;
    scan->head.have = 0;
    scan->range_count = 0;
    scan->wake = size < DOS_HEADER_BYTES ? size : DOS_HEADER_BYTES;
    scan->runs = 0;
    scan->idle = size == 0;
    scan->final = false;
    scan->no_memory = false;
    scan->arena = NULL;
    memset(&scan->facts, 0, sizeof(scan->facts));
}

/* ---- the ranges ---------------------------------------------------------------------------- */

/* Room for `size` bytes; what was there is kept. */
static bool range_reserve(struct range *range, size_t size)
{
    size_t capacity = range->capacity < 4096 ? 4096 : range->capacity;
    uint8_t *data;

    if (size <= range->capacity)
        return true;
    while (capacity < size)
        capacity *= 2;
    data = realloc(range->data, capacity);
    if (data == NULL)
        return false;
    range->data = data;
    range->capacity = capacity;
    return true;
}

/* Takes what the range wants of `data`, the file's bytes from `position` on.  A range never lies
 * before what has come in: its next byte is at or behind the position. */
static bool range_take(struct range *range, uint64_t position, const uint8_t *data, size_t size)
{
    uint64_t next = range->at + range->have;
    size_t skip, take = range->size - range->have;

    if (take == 0 || next < position || next - position >= size)
        return true;
    skip = (size_t)(next - position);
    if (take > size - skip)
        take = size - skip;
    if (!range_reserve(range, range->have + take))
        return false;
    memcpy(range->data + range->have, data + skip, take);
    range->have += take;
    return true;
}

static void take_bytes(struct wci_version_scan *scan, const uint8_t *data, size_t size)
{
    size_t i;

    if (!range_take(&scan->head, scan->position, data, size))
        scan->no_memory = true;
    for (i = 0; i < scan->range_count; i++) {
        if (!range_take(&scan->ranges[i], scan->position, data, size))
            scan->no_memory = true;
    }
}

/* The range that holds `at` and, of `size` bytes from there, all or all that has come in. */
static const struct range *find_range(const struct wci_version_scan *scan, uint64_t at, size_t size)
{
    const struct range *head = &scan->head;
    size_t i;

    if (at < head->size && size <= head->size - at)
        return head;
    for (i = 0; i < scan->range_count; i++) {
        const struct range *range = &scan->ranges[i];

        if (at >= range->at && at - range->at < range->size &&
            size <= range->size - (at - range->at))
            return range;
    }
    return NULL;
}

/* A range for bytes that have partly passed begins with those, when another one has kept them. */
static bool copy_passed(const struct wci_version_scan *scan, struct range *range)
{
    size_t passed = (size_t)(scan->position - range->at);
    const struct range *from = find_range(scan, range->at, passed);

    if (from == NULL || from->have < range->at - from->at + passed || !range_reserve(range, passed))
        return false;
    memcpy(range->data, from->data + (range->at - from->at), passed);
    range->have = passed;
    return true;
}

/* A new range, or NULL when it can't be had. */
static const struct range *add_range(struct wci_version_scan *scan, uint64_t at, size_t size)
{
    struct range *range = &scan->ranges[scan->range_count];

    if (scan->final || scan->range_count == RANGE_COUNT)
        return NULL;
    range->at = at;
    range->size = size;
    range->have = 0;
    if (at < scan->position && !copy_passed(scan, range))
        return NULL;
    scan->range_count++;
    return range;
}

struct wci_cursor wci_version_want(struct wci_version_scan *scan, uint64_t at, uint64_t size)
{
    struct wci_cursor cursor = wci_cursor_of(NULL, 0);
    const struct range *range;
    uint64_t end;
    size_t offset, have;

    cursor.ok = false;
    if (size > WCI_VERSION_RANGE)
        size = WCI_VERSION_RANGE;
    if (at >= scan->size || size > scan->size - at) {
        scan->facts.incomplete = true;
        size = at >= scan->size ? 0 : scan->size - at;
    }
    if (size == 0)
        return cursor;
    range = find_range(scan, at, (size_t)size);
    if (range == NULL)
        range = add_range(scan, at, (size_t)size);
    if (range == NULL) {
        scan->facts.incomplete = true;
        return cursor;
    }
    end = at + size;
    offset = (size_t)(at - range->at);
    have = range->have > offset ? range->have - offset : 0;
    if (have < size && !scan->final) {
        if (end < scan->wake)
            scan->wake = end;
        return cursor;
    }
    if (have < size)
        scan->facts.incomplete = true;
    if (have > 0)
        cursor = wci_cursor_of(range->data + offset, have < size ? have : (size_t)size);
    return cursor;
}

void wci_version_keep(struct wci_version_scan *scan, uint64_t at, uint64_t size)
{
    if (size > WCI_VERSION_RANGE)
        size = WCI_VERSION_RANGE;
    if (at < scan->size && size > 0 && find_range(scan, at, (size_t)size) == NULL)
        (void)add_range(scan, at, (size_t)size);
}

/* ---- the run ------------------------------------------------------------------------------- */

bool wci_version_is_final(const struct wci_version_scan *scan)
{
    return scan->final;
}

struct wci_version *wci_version_facts(struct wci_version_scan *scan)
{
    return &scan->facts;
}

/* The newer header's first bytes say which it is. */
static void read_newer(struct wci_version_scan *scan, uint64_t header)
{
    struct wci_cursor cursor = wci_version_want(scan, header, 4);
    uint16_t magic = wci_cursor_u16(&cursor);

    switch (magic) {
    case 0x454E: /* NE */
        wci_version_ne(scan, header);
        return;
    case 0x454C: /* LE */
    case 0x584C: /* LX */
        scan->facts.kind = magic == 0x454C ? WCI_VERSION_LE : WCI_VERSION_LX;
        wci_version_le(scan, header);
        return;
    case 0x4550: /* PE\0\0 */
        if (wci_cursor_u16(&cursor) == 0 && cursor.ok)
            wci_version_pe(scan, header);
        return;
    case 0x3357:
        scan->facts.kind = WCI_VERSION_W3;
        return;
    case 0x3457:
        scan->facts.kind = WCI_VERSION_W4;
        return;
    default:
        return;
    }
}

/*
 * The DOS header: e_lfanew at 3Ch.  Whether there is one is not asked of e_lfarlc (18h, 40h in
 * newer files): Windows doesn't ask either.  An offset over the file's end is an old program's code
 * or data.
 */
static void read_file(struct wci_version_scan *scan)
{
    struct wci_cursor cursor =
        wci_version_want(scan, 0, scan->size < DOS_HEADER_BYTES ? scan->size : DOS_HEADER_BYTES);
    uint16_t magic = wci_cursor_u16(&cursor);
    uint32_t header;

    if (magic != 0x5A4D && magic != 0x4D5A) {
        scan->facts.incomplete = false;
        return;
    }
    scan->facts.kind = WCI_VERSION_MZ;
    scan->facts.incomplete = false; /* short ones are whole, too */
    wci_cursor_seek(&cursor, 0x3C);
    header = wci_cursor_u32(&cursor);
    if (magic == 0x5A4D && cursor.ok && header >= 4 && header < scan->size)
        read_newer(scan, header);
    if (scan->facts.kind == WCI_VERSION_MZ)
        scan->facts.incomplete = false;
}

static void run(struct wci_version_scan *scan)
{
    scan->runs++;
    scan->wake = UINT64_MAX;
    memset(&scan->facts, 0, sizeof(scan->facts));
    read_file(scan);
    if (scan->wake == UINT64_MAX || scan->runs >= RUN_LIMIT)
        scan->idle = true;
}

void wci_version_scan_feed(struct wci_version_scan *scan, const uint8_t *data, size_t size)
{
    while (size > 0 && !scan->idle) {
        size_t part = size;

        if (scan->wake > scan->position && scan->wake - scan->position < part)
            part = (size_t)(scan->wake - scan->position);
        take_bytes(scan, data, part);
        scan->position += part;
        data += part;
        size -= part;
        if (scan->position >= scan->wake)
            run(scan);
    }
    scan->position += size;
}

enum wcab_err wci_version_scan_end(struct wci_version_scan *scan, struct wci_arena *arena,
                                   struct wci_version *facts, struct wcab_error *err)
{
    scan->size = scan->position;
    scan->final = true;
    scan->arena = arena;
    run(scan);
    scan->idle = true;
    scan->arena = NULL;
    if (scan->no_memory)
        return wci_error_nomem(err);
    *facts = scan->facts;
    return WCAB_OK;
}

/* ---- texts --------------------------------------------------------------------------------- */

static bool is_blank(uint8_t byte)
{
    return byte <= ' ' || byte == 0x7F;
}

/* Cuts blanks and control characters off both ends, whole characters off beyond the limit, and puts
 * the rest into the arena; frees the buffer. */
static struct wci_bytes finish_text(struct wci_version_scan *scan, struct wci_buffer *buffer,
                                    size_t limit)
{
    struct wci_bytes text = {(const char *)buffer->data, buffer->size};
    struct wci_bytes kept = {NULL, 0};

    if (text.length > limit) {
        text.length = limit;
        while (text.length > 0 && (buffer->data[text.length] & 0xC0) == 0x80)
            text.length--;
        scan->facts.incomplete = true;
    }
    while (text.length > 0 && is_blank((uint8_t)text.data[text.length - 1]))
        text.length--;
    while (text.length > 0 && is_blank((uint8_t)text.data[0])) {
        text.data++;
        text.length--;
    }
    if (text.length > 0)
        kept = wci_arena_bytes(scan->arena, text);
    if (!buffer->ok || (text.length > 0 && kept.data == NULL))
        scan->no_memory = true;
    wci_buffer_free(buffer);
    return kept;
}

struct wci_bytes wci_version_ansi(struct wci_version_scan *scan, struct wci_bytes text,
                                  int code_page, size_t limit)
{
    struct wci_name name = {text, WCI_ENCODING_RAW};
    struct wci_buffer buffer;

    if (!wci_code_page_is_known(code_page))
        code_page = ANSI_CODE_PAGE;
    wci_buffer_init(&buffer);
    (void)wci_text_to_utf8(name, code_page, &buffer);
    return finish_text(scan, &buffer, limit);
}

struct wci_bytes wci_version_counted(struct wci_version_scan *scan, uint64_t at, size_t size)
{
    const struct wci_bytes none = {NULL, 0};
    bool incomplete = scan->facts.incomplete;
    struct wci_cursor cursor;
    struct wci_bytes name;

    if (at == 0 || size == 0)
        return none;
    cursor = wci_version_want(scan, at, size < COUNTED_BYTES ? size : COUNTED_BYTES);
    if (!scan->final)
        return none;
    scan->facts.incomplete = incomplete; /* the file may well end before the longest name would */
    name.length = wci_cursor_u8(&cursor);
    name.data = (const char *)wci_cursor_bytes(&cursor, name.length);
    if (!cursor.ok)
        scan->facts.incomplete = true;
    if (name.data == NULL || name.length == 0)
        return none;
    return wci_version_ansi(scan, name, 0, (size_t)COUNTED_BYTES * 3);
}

struct wci_bytes wci_version_wide(struct wci_version_scan *scan, const uint8_t *text, size_t units,
                                  size_t limit)
{
    struct wci_buffer buffer;

    wci_buffer_init(&buffer);
    wci_text_from_utf16(text, units, false, &buffer);
    return finish_text(scan, &buffer, limit);
}

/* ---- the stored form ----------------------------------------------------------------------- */

const char *wci_version_kind_name(enum wci_version_kind kind)
{
    switch (kind) {
    case WCI_VERSION_NONE:
        return "";
    case WCI_VERSION_MZ:
        return "MZ";
    case WCI_VERSION_NE:
        return "NE";
    case WCI_VERSION_LE:
        return "LE";
    case WCI_VERSION_LX:
        return "LX";
    case WCI_VERSION_PE32:
        return "PE32";
    case WCI_VERSION_PE32_PLUS:
        return "PE32+";
    case WCI_VERSION_W3:
        return "W3";
    case WCI_VERSION_W4:
        return "W4";
    }
    return "";
}

static void put_pair(struct wci_buffer *out, struct wci_bytes key, struct wci_bytes value)
{
    wci_buffer_put(out, key.data, key.length);
    wci_buffer_u8(out, 0);
    wci_buffer_put(out, value.data, value.length);
    wci_buffer_u8(out, 0);
}

static void put_fact(struct wci_buffer *out, const char *key, const char *value)
{
    put_pair(out, wci_bytes_of(key), wci_bytes_of(value));
}

static void put_timestamp(struct wci_buffer *out, uint32_t timestamp)
{
    time_t when = (time_t)timestamp;
    struct tm parts;
    char text[32];

    if (gmtime_r(&when, &parts) == NULL || strftime(text, sizeof(text), "%FT%TZ", &parts) == 0)
        return;
    put_fact(out, "timestamp", text);
}

static void put_facts(const struct wci_version *facts, struct wci_buffer *out)
{
    char text[32];

    put_fact(out, "kind", wci_version_kind_name(facts->kind));
    if (facts->has_linker) {
        (void)snprintf(text, sizeof(text), "%u.%02u", facts->linker_major, facts->linker_minor);
        put_fact(out, "linker", text);
    }
    if (facts->has_timestamp)
        put_timestamp(out, facts->timestamp);
    if (facts->has_language) {
        (void)snprintf(text, sizeof(text), "%04X", facts->language);
        put_fact(out, "language", text);
        (void)snprintf(text, sizeof(text), "%u", facts->code_page);
        put_fact(out, "codepage", text);
    }
    if (facts->module.length > 0)
        put_pair(out, wci_bytes_of("module"), facts->module);
    if (facts->description.length > 0)
        put_pair(out, wci_bytes_of("description"), facts->description);
    if (facts->incomplete)
        put_fact(out, "incomplete", "yes");
}

void wci_version_text(const struct wci_version *facts, struct wci_buffer *out)
{
    size_t i;

    if (facts->kind == WCI_VERSION_NONE)
        return;
    put_facts(facts, out);
    for (i = 0; i < facts->string_count; i++)
        put_pair(out, facts->strings[i].key, facts->strings[i].value);
}
