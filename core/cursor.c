/*
 * cursor - see cursor.h.
 */
#include "core/cursor.h"

#include <string.h>

struct wci_cursor wci_cursor_of(const void *data, size_t size)
{
    struct wci_cursor cursor = {.data = data, .size = size, .at = 0, .ok = true};

    return cursor;
}

const uint8_t *wci_cursor_bytes(struct wci_cursor *cursor, size_t length)
{
    const uint8_t *start;

    if (!cursor->ok || cursor->size - cursor->at < length) {
        cursor->ok = false;
        return NULL;
    }
    start = cursor->data + cursor->at;
    cursor->at += length;
    return start;
}

uint8_t wci_cursor_u8(struct wci_cursor *cursor)
{
    const uint8_t *bytes = wci_cursor_bytes(cursor, 1);

    return bytes == NULL ? 0 : bytes[0];
}

static uint64_t little_endian(struct wci_cursor *cursor, size_t width)
{
    const uint8_t *bytes = wci_cursor_bytes(cursor, width);
    uint64_t value = 0;
    size_t i;

    if (bytes == NULL)
        return 0;
    for (i = width; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

static uint64_t big_endian(struct wci_cursor *cursor, size_t width)
{
    const uint8_t *bytes = wci_cursor_bytes(cursor, width);
    uint64_t value = 0;
    size_t i;

    if (bytes == NULL)
        return 0;
    for (i = 0; i < width; i++)
        value = value << 8 | bytes[i];
    return value;
}

uint16_t wci_cursor_u16(struct wci_cursor *cursor)
{
    return (uint16_t)little_endian(cursor, 2);
}

uint32_t wci_cursor_u32(struct wci_cursor *cursor)
{
    return (uint32_t)little_endian(cursor, 4);
}

uint64_t wci_cursor_u64(struct wci_cursor *cursor)
{
    return little_endian(cursor, 8);
}

uint32_t wci_cursor_be32(struct wci_cursor *cursor)
{
    return (uint32_t)big_endian(cursor, 4);
}

uint64_t wci_cursor_be64(struct wci_cursor *cursor)
{
    return big_endian(cursor, 8);
}

uint64_t wci_cursor_varint(struct wci_cursor *cursor)
{
    uint64_t value = 0;
    unsigned shift;

    for (shift = 0; shift < 64; shift += 7) {
        uint8_t byte = wci_cursor_u8(cursor);

        if (shift == 63 && byte > 1)
            break;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0)
            return cursor->ok ? value : 0;
    }
    cursor->ok = false;
    return 0;
}

const char *wci_cursor_cstring(struct wci_cursor *cursor, size_t limit, size_t *length)
{
    size_t left = wci_cursor_left(cursor);
    const uint8_t *start;
    const uint8_t *end;

    *length = 0;
    if (!cursor->ok || left == 0) {
        cursor->ok = false;
        return NULL;
    }
    start = cursor->data + cursor->at;
    end = memchr(start, 0, left > limit ? limit + 1 : left);
    if (end == NULL) {
        cursor->ok = false;
        return NULL;
    }
    *length = (size_t)(end - start);
    cursor->at += *length + 1;
    return (const char *)start;
}

void wci_cursor_skip(struct wci_cursor *cursor, size_t length)
{
    (void)wci_cursor_bytes(cursor, length);
}

void wci_cursor_seek(struct wci_cursor *cursor, size_t at)
{
    if (at > cursor->size)
        cursor->ok = false;
    else
        cursor->at = at;
}

size_t wci_cursor_left(const struct wci_cursor *cursor)
{
    return cursor->ok ? cursor->size - cursor->at : 0;
}
