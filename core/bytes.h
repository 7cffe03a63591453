/*
 * bytes - a borrowed run of bytes, and a growing buffer with little-endian writers.
 */
#ifndef WCI_BYTES_H
#define WCI_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes: not NUL-terminated, any value.  data may be NULL when length is 0. */
struct wci_bytes {
    const char *data;
    size_t length;
};

struct wci_bytes wci_bytes_of(const char *cstring);
bool wci_bytes_equal(struct wci_bytes a, struct wci_bytes b);
/* memcmp order, the shorter first when one is the other's prefix. */
int wci_bytes_compare(struct wci_bytes a, struct wci_bytes b);

/* The part of a host's path up to and with its last '/'; empty when it has none. */
struct wci_bytes wci_bytes_folder(struct wci_bytes path);
/* Whether the byte at `at` cuts a path whose code page is not known: '/', and '\\' but for one
 * behind a byte that is not ASCII, which may be the second half of a character of two bytes. */
bool wci_bytes_is_separator(struct wci_bytes path, size_t at);
/* What stands behind the last separator of a path. */
struct wci_bytes wci_bytes_base_name(struct wci_bytes path);

/* A growing buffer.  A failed growth is sticky: `ok` turns false, later writes do nothing. */
struct wci_buffer {
    uint8_t *data; /* owned */
    size_t size;
    size_t capacity;
    bool ok;
};

void wci_buffer_init(struct wci_buffer *buffer);
void wci_buffer_free(struct wci_buffer *buffer); /* leaves it initialised */
/* What is in it, borrowed until it grows. */
struct wci_bytes wci_buffer_view(const struct wci_buffer *buffer);
void wci_buffer_clear(struct wci_buffer *buffer); /* keeps the memory; ok again */
/* Room for `more` bytes behind size: returns the place to write at, or NULL. */
uint8_t *wci_buffer_reserve(struct wci_buffer *buffer, size_t more);
void wci_buffer_put(struct wci_buffer *buffer, const void *data, size_t length);
void wci_buffer_u8(struct wci_buffer *buffer, uint8_t value);
void wci_buffer_u16(struct wci_buffer *buffer, uint16_t value);
void wci_buffer_u32(struct wci_buffer *buffer, uint32_t value);
void wci_buffer_u64(struct wci_buffer *buffer, uint64_t value);
void wci_buffer_varint(struct wci_buffer *buffer, uint64_t value);
/* varint length, then the bytes */
void wci_buffer_bytes(struct wci_buffer *buffer, struct wci_bytes bytes);

#endif
