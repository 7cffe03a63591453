/*
 * version_scan - see version_scan.h: the ranges kept of a stream, and texts out of them.
 */
#include "indexer/version/version_scan.h"

#include <stdlib.h>
#include <string.h>

#include "core/code_page.h"
#include "core/text.h"

enum {
    HEAD_BYTES = 64 * 1024,
    COUNTED_BYTES = 256, /* a length byte and what it can count */
    ANSI_CODE_PAGE = 1252
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
    for (i = 0; i < WCI_VERSION_RANGES; i++)
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
    scan->wake = size < WCI_VERSION_DOS_HEADER ? size : WCI_VERSION_DOS_HEADER;
    scan->runs = 0;
    scan->idle = size == 0;
    scan->final = false;
    scan->no_memory = false;
    scan->arena = NULL;
    memset(&scan->facts, 0, sizeof(scan->facts));
}

/* ---- the ranges ---------------------------------------------------------------------------- */

/* Room for `size` bytes; what was there is kept. */
static bool range_reserve(struct wci_version_range *range, size_t size)
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
static bool range_take(struct wci_version_range *range, uint64_t position, const uint8_t *data,
                       size_t size)
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

void wci_version_take(struct wci_version_scan *scan, const uint8_t *data, size_t size)
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
static const struct wci_version_range *find_range(const struct wci_version_scan *scan, uint64_t at,
                                                  size_t size)
{
    const struct wci_version_range *head = &scan->head;
    size_t i;

    if (at < head->size && size <= head->size - at)
        return head;
    for (i = 0; i < scan->range_count; i++) {
        const struct wci_version_range *range = &scan->ranges[i];

        if (at >= range->at && at - range->at < range->size &&
            size <= range->size - (at - range->at))
            return range;
    }
    return NULL;
}

/* A range for bytes that have partly passed begins with those, when another one has kept them. */
static bool copy_passed(const struct wci_version_scan *scan, struct wci_version_range *range)
{
    size_t passed = (size_t)(scan->position - range->at);
    const struct wci_version_range *from = find_range(scan, range->at, passed);

    if (from == NULL || from->have < range->at - from->at + passed || !range_reserve(range, passed))
        return false;
    memcpy(range->data, from->data + (range->at - from->at), passed);
    range->have = passed;
    return true;
}

/* A new range, or NULL when it can't be had. */
static const struct wci_version_range *add_range(struct wci_version_scan *scan, uint64_t at,
                                                 size_t size)
{
    struct wci_version_range *range = &scan->ranges[scan->range_count];

    if (scan->final || scan->range_count == WCI_VERSION_RANGES)
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
    const struct wci_version_range *range;
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
    struct wci_bytes text = wci_buffer_view(buffer);
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
