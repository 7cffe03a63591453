/*
 * cursor - a bounded little-endian reader over bytes in memory.
 *
 * The error is sticky: after a read past the end every getter returns 0 or NULL and `ok` stays
 * false, so that a header is read field by field and checked once at its end.  All untrusted bytes
 * (media, catalog values, profiles in binary form) are read through here.
 */
#ifndef WCI_CURSOR_H
#define WCI_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wci_cursor {
    const uint8_t *data; /* borrowed */
    size_t size;
    size_t at;
    bool ok;
};

struct wci_cursor wci_cursor_of(const void *data, size_t size);

uint8_t wci_cursor_u8(struct wci_cursor *cursor);
uint16_t wci_cursor_u16(struct wci_cursor *cursor);
uint32_t wci_cursor_u32(struct wci_cursor *cursor);
uint64_t wci_cursor_u64(struct wci_cursor *cursor);
uint32_t wci_cursor_be32(struct wci_cursor *cursor);
uint64_t wci_cursor_be64(struct wci_cursor *cursor);

/* LEB128, at most 10 bytes; a longer or overflowing one makes the cursor not ok. */
uint64_t wci_cursor_varint(struct wci_cursor *cursor);

/* The next `length` bytes in place (borrowed from the cursor's data), or NULL. */
const uint8_t *wci_cursor_bytes(struct wci_cursor *cursor, size_t length);

/* A NUL-terminated string of at most `limit` bytes without its NUL: returns its start and stores
 * its length; NULL and not ok when there is no NUL within limit + 1 bytes or the data's end. */
const char *wci_cursor_cstring(struct wci_cursor *cursor, size_t limit, size_t *length);

void wci_cursor_skip(struct wci_cursor *cursor, size_t length);
void wci_cursor_seek(struct wci_cursor *cursor, size_t at);
size_t wci_cursor_left(const struct wci_cursor *cursor);

#endif
