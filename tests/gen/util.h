/* util.h: what every part of the test media builder shares: growing buffers, a reproducible random
 * source, little-endian fields, whole files. The builder is a test program: when it can't go on
 * (out of memory, a file can't be written, an impossible request) it says why and exits with 2. */
#ifndef WCGEN_UTIL_H
#define WCGEN_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A growing byte buffer; all zero is an empty one. */
struct wcgen_buffer {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
};

/* Prints "media-gen: MESSAGE" on stderr and exits with status 2. */
void wcgen_util_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Zeroed memory for `count` items of `size` bytes; never NULL. The caller frees it. */
void *wcgen_util_alloc(size_t count, size_t size);
/* An array grown to hold `count` items of `size` bytes; never NULL; what is new isn't zeroed. */
void *wcgen_util_grow(void *array, size_t count, size_t size);
/* A formatted string, which the caller frees. */
char *wcgen_util_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A copy of `text`, which the caller frees. */
char *wcgen_util_copy(const char *text);

void wcgen_buffer_reserve(struct wcgen_buffer *buffer, size_t capacity);
void wcgen_buffer_append(struct wcgen_buffer *buffer, const void *bytes, size_t count);
void wcgen_buffer_append_zeros(struct wcgen_buffer *buffer, size_t count);
void wcgen_buffer_append_u8(struct wcgen_buffer *buffer, unsigned value);
void wcgen_buffer_append_u16(struct wcgen_buffer *buffer, unsigned value);
void wcgen_buffer_append_u32(struct wcgen_buffer *buffer, uint32_t value);
/* The text and its terminating zero byte. */
void wcgen_buffer_append_text(struct wcgen_buffer *buffer, const char *text);
void wcgen_buffer_append_format(struct wcgen_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void wcgen_buffer_free(struct wcgen_buffer *buffer);

/* Little-endian and big-endian fields in place. */
void wcgen_put_u16(uint8_t *at, unsigned value);
void wcgen_put_u32(uint8_t *at, uint32_t value);
void wcgen_put_u16_big(uint8_t *at, unsigned value);
void wcgen_put_u32_big(uint8_t *at, uint32_t value);
uint16_t wcgen_get_u16(const uint8_t *at);
uint32_t wcgen_get_u32(const uint8_t *at);

/* A random source (SplitMix64): the same start gives the same numbers everywhere. */
struct wcgen_random {
    uint64_t state;
};
uint64_t wcgen_random_next(struct wcgen_random *random);
/* A number from 0 to limit - 1; limit is at least 1. */
uint32_t wcgen_random_below(struct wcgen_random *random, uint32_t limit);
/* Mixes a text into a 64-bit hash, to derive a start from names. */
uint64_t wcgen_hash_text(uint64_t hash, const char *text);

/* The whole file; fails when it can't be read. */
struct wcgen_buffer wcgen_file_read(const char *path);
/* Writes bytes where the file stands; zeroes at their end are left a hole: whoever closes the file
 * gives it its length. */
void wcgen_file_append(FILE *file, const void *bytes, size_t count);
/* Writes or replaces a whole file; fails when it can't. */
void wcgen_file_write(const char *path, const void *bytes, size_t count);
/* Makes the folder unless it exists. */
void wcgen_folder_make(const char *path);

/* The lower-case hexadecimal SHA-256 of the bytes: 64 characters and a zero. */
void wcgen_sha256_hex(const void *bytes, size_t count, char hex[65]);

#endif
