/*
 * bytes - see bytes.h.
 */
#include "core/bytes.h"

#include <stdlib.h>
#include <string.h>

struct wci_bytes wci_bytes_of(const char *cstring)
{
    struct wci_bytes bytes = {.data = cstring, .length = strlen(cstring)};

    return bytes;
}

bool wci_bytes_equal(struct wci_bytes a, struct wci_bytes b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

int wci_bytes_compare(struct wci_bytes a, struct wci_bytes b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common > 0 ? memcmp(a.data, b.data, common) : 0;

    if (order != 0)
        return order;
    return (a.length > b.length) - (a.length < b.length);
}

struct wci_bytes wci_bytes_folder(struct wci_bytes path)
{
    while (path.length > 0 && path.data[path.length - 1] != '/')
        path.length--;
    return path;
}

bool wci_bytes_is_separator(struct wci_bytes path, size_t at)
{
    if (path.data[at] == '/')
        return true;
    return path.data[at] == '\\' && (at == 0 || (uint8_t)path.data[at - 1] < 0x80);
}

struct wci_bytes wci_bytes_base_name(struct wci_bytes path)
{
    size_t i;

    for (i = path.length; i > 0; i--) {
        if (wci_bytes_is_separator(path, i - 1)) {
            path.data += i;
            path.length -= i;
            break;
        }
    }
    return path;
}

struct wci_bytes wci_buffer_view(const struct wci_buffer *buffer)
{
    struct wci_bytes bytes = {(const char *)buffer->data, buffer->size};

    return bytes;
}

void wci_buffer_init(struct wci_buffer *buffer)
{
    buffer->data = NULL;
    buffer->size = 0;
    buffer->capacity = 0;
    buffer->ok = true;
}

void wci_buffer_free(struct wci_buffer *buffer)
{
    free(buffer->data);
    wci_buffer_init(buffer);
}

void wci_buffer_clear(struct wci_buffer *buffer)
{
    buffer->size = 0;
    buffer->ok = true;
}

static bool enlarge(struct wci_buffer *buffer, size_t more)
{
    size_t capacity = buffer->capacity < 64 ? 64 : buffer->capacity;
    uint8_t *data;

    if (more > SIZE_MAX / 2 - buffer->size)
        return false;
    while (capacity < buffer->size + more)
        capacity += capacity / 2;
    data = realloc(buffer->data, capacity);
    if (data == NULL)
        return false;
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

uint8_t *wci_buffer_reserve(struct wci_buffer *buffer, size_t more)
{
    if (!buffer->ok)
        return NULL;
    if (buffer->data == NULL || buffer->capacity - buffer->size < more) {
        if (!enlarge(buffer, more)) {
            buffer->ok = false;
            return NULL;
        }
    }
    return buffer->data + buffer->size;
}

void wci_buffer_put(struct wci_buffer *buffer, const void *data, size_t length)
{
    uint8_t *place = wci_buffer_reserve(buffer, length);

    if (place == NULL || length == 0)
        return;
    memcpy(place, data, length);
    buffer->size += length;
}

static void put_little_endian(struct wci_buffer *buffer, uint64_t value, size_t width)
{
    uint8_t bytes[8];
    size_t i;

    for (i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    wci_buffer_put(buffer, bytes, width);
}

void wci_buffer_u8(struct wci_buffer *buffer, uint8_t value)
{
    wci_buffer_put(buffer, &value, 1);
}

void wci_buffer_u16(struct wci_buffer *buffer, uint16_t value)
{
    put_little_endian(buffer, value, 2);
}

void wci_buffer_u32(struct wci_buffer *buffer, uint32_t value)
{
    put_little_endian(buffer, value, 4);
}

void wci_buffer_u64(struct wci_buffer *buffer, uint64_t value)
{
    put_little_endian(buffer, value, 8);
}

void wci_buffer_varint(struct wci_buffer *buffer, uint64_t value)
{
    uint8_t bytes[10];
    size_t count = 0;

    while (value >= 0x80) {
        bytes[count++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[count++] = (uint8_t)value;
    wci_buffer_put(buffer, bytes, count);
}

void wci_buffer_bytes(struct wci_buffer *buffer, struct wci_bytes bytes)
{
    wci_buffer_varint(buffer, bytes.length);
    wci_buffer_put(buffer, bytes.data, bytes.length);
}
