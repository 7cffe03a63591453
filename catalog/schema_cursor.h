/*
 * schema_cursor - reading the catalog's values: what schema.c and schema_image.c share.
 */
#ifndef WCI_SCHEMA_CURSOR_H
#define WCI_SCHEMA_CURSOR_H

#include "core/cursor.h"

/* A varint that must not exceed 32 bits. */
static inline uint32_t wci_schema_varint32(struct wci_cursor *cursor)
{
    uint64_t value = wci_cursor_varint(cursor);

    if (value > UINT32_MAX)
        cursor->ok = false;
    return (uint32_t)value;
}

static inline struct wci_cursor wci_schema_cursor(struct wci_bytes value)
{
    return wci_cursor_of(value.data, value.length);
}

static inline bool wci_schema_at_end(const struct wci_cursor *cursor)
{
    return cursor->ok && wci_cursor_left(cursor) == 0;
}

/* The next varint length and as many bytes, in place. */
static inline struct wci_bytes wci_schema_bytes(struct wci_cursor *cursor)
{
    struct wci_bytes bytes = {NULL, 0};
    uint64_t length = wci_cursor_varint(cursor);

    if (length > wci_cursor_left(cursor)) {
        cursor->ok = false;
        return bytes;
    }
    bytes.data = (const char *)wci_cursor_bytes(cursor, (size_t)length);
    bytes.length = (size_t)length;
    return bytes;
}

#endif
