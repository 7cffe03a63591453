/* util.c: see util.h. */
#include "util.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void wcgen_util_fail(const char *format, ...)
{
    va_list args;
    fputs("media-gen: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

void *wcgen_util_alloc(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        wcgen_util_fail("out of memory for %zu items of %zu bytes", count, size);
    return memory;
}

void *wcgen_util_grow(void *array, size_t count, size_t size)
{
    if (!count || !size || count > SIZE_MAX / size)
        wcgen_util_fail("an array can't have %zu items of %zu bytes", count, size);
    void *grown = realloc(array, count * size);
    if (!grown)
        wcgen_util_fail("out of memory for %zu items of %zu bytes", count, size);
    return grown;
}

static char *format_arguments(const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        wcgen_util_fail("can't format a text");
    char *text = wcgen_util_alloc((size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, args);
    return text;
}

char *wcgen_util_format(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_arguments(format, args);
    va_end(args);
    return text;
}

char *wcgen_util_copy(const char *text)
{
    return wcgen_util_format("%s", text);
}

void wcgen_buffer_reserve(struct wcgen_buffer *buffer, size_t capacity)
{
    if (capacity <= buffer->capacity)
        return;
    size_t grown = buffer->capacity + buffer->capacity / 2;
    if (grown < capacity)
        grown = capacity;
    buffer->bytes = wcgen_util_grow(buffer->bytes, grown, 1);
    buffer->capacity = grown;
}

void wcgen_buffer_append(struct wcgen_buffer *buffer, const void *bytes, size_t count)
{
    if (!count)
        return;
    wcgen_buffer_reserve(buffer, buffer->length + count);
    memcpy(buffer->bytes + buffer->length, bytes, count);
    buffer->length += count;
}

void wcgen_buffer_append_zeros(struct wcgen_buffer *buffer, size_t count)
{
    if (!count)
        return;
    wcgen_buffer_reserve(buffer, buffer->length + count);
    memset(buffer->bytes + buffer->length, 0, count);
    buffer->length += count;
}

void wcgen_buffer_append_u8(struct wcgen_buffer *buffer, unsigned value)
{
    uint8_t byte = (uint8_t)value;
    wcgen_buffer_append(buffer, &byte, 1);
}

void wcgen_buffer_append_u16(struct wcgen_buffer *buffer, unsigned value)
{
    uint8_t bytes[2];
    wcgen_put_u16(bytes, value);
    wcgen_buffer_append(buffer, bytes, sizeof bytes);
}

void wcgen_buffer_append_u32(struct wcgen_buffer *buffer, uint32_t value)
{
    uint8_t bytes[4];
    wcgen_put_u32(bytes, value);
    wcgen_buffer_append(buffer, bytes, sizeof bytes);
}

void wcgen_buffer_append_text(struct wcgen_buffer *buffer, const char *text)
{
    wcgen_buffer_append(buffer, text, strlen(text) + 1);
}

void wcgen_buffer_append_format(struct wcgen_buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_arguments(format, args);
    va_end(args);
    wcgen_buffer_append(buffer, text, strlen(text));
    free(text);
}

void wcgen_buffer_free(struct wcgen_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct wcgen_buffer){0};
}

void wcgen_put_u16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

void wcgen_put_u32(uint8_t *at, uint32_t value)
{
    wcgen_put_u16(at, value & 0xFFFF);
    wcgen_put_u16(at + 2, value >> 16);
}

void wcgen_put_u16_big(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void wcgen_put_u32_big(uint8_t *at, uint32_t value)
{
    wcgen_put_u16_big(at, value >> 16);
    wcgen_put_u16_big(at + 2, value & 0xFFFF);
}

uint16_t wcgen_get_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t wcgen_get_u32(const uint8_t *at)
{
    return wcgen_get_u16(at) | (uint32_t)wcgen_get_u16(at + 2) << 16;
}

uint64_t wcgen_random_next(struct wcgen_random *random)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

uint32_t wcgen_random_below(struct wcgen_random *random, uint32_t limit)
{
    return (uint32_t)((wcgen_random_next(random) >> 32) * limit >> 32);
}

uint64_t wcgen_hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 0x100000001B3u;
    struct wcgen_random mix = {hash};
    return wcgen_random_next(&mix);
}

struct wcgen_buffer wcgen_file_read(const char *path)
{
    struct wcgen_buffer content = {0};
    FILE *file = fopen(path, "rb");
    if (!file)
        wcgen_util_fail("can't open %s: %s", path, strerror(errno));
    for (;;) {
        wcgen_buffer_reserve(&content, content.length + 65536);
        size_t got = fread(content.bytes + content.length, 1, 65536, file);
        content.length += got;
        if (got < 65536)
            break;
    }
    if (ferror(file))
        wcgen_util_fail("can't read %s", path);
    fclose(file);
    return content;
}

void wcgen_file_append(FILE *file, const void *bytes, size_t count)
{
    const uint8_t *start = bytes;
    size_t used = count;
    while (used >= 4096 && !start[used - 1] &&
           memcmp(start + used - 4096, start + used - 4095, 4095) == 0)
        used -= 4096;
    fwrite(bytes, 1, used, file);
    if (used < count && fseeko(file, (off_t)(count - used), SEEK_CUR) != 0)
        wcgen_util_fail("can't leave a hole in a file");
}

void wcgen_file_write(const char *path, const void *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        wcgen_util_fail("can't make %s: %s", path, strerror(errno));
    wcgen_file_append(file, bytes, count);
    bool written = !ferror(file) && fflush(file) == 0 && ftruncate(fileno(file), (off_t)count) == 0;
    bool closed = fclose(file) == 0;
    if (!written || !closed)
        wcgen_util_fail("can't write %s: %s", path, strerror(errno));
}

void wcgen_folder_make(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        wcgen_util_fail("can't make the folder %s: %s", path, strerror(errno));
}

void wcgen_sha256_hex(const void *bytes, size_t count, char hex[65])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!EVP_Digest(bytes, count, digest, &length, EVP_sha256(), NULL) || length != 32)
        wcgen_util_fail("SHA-256 isn't available");
    for (unsigned i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
