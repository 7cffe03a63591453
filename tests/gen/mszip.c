/* mszip.c: see mszip.h. zlib deflates. */
#define ZLIB_CONST /* next_in points to constant bytes */
#include "mszip.h"

#include <zlib.h>

enum { HISTORY = 32768, LEVEL = 6 };

/* Appends one deflate stream of folder[offset .. offset + count). */
static void append_deflated(const uint8_t *folder, size_t offset, size_t count,
                            struct wcgen_buffer *out)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        wcgen_util_fail("zlib can't start");
    size_t history = offset < HISTORY ? offset : HISTORY;
    if (history && deflateSetDictionary(&stream, folder + offset - history, (uInt)history) != Z_OK)
        wcgen_util_fail("zlib refuses a dictionary");
    size_t room = deflateBound(&stream, (uLong)count);
    wcgen_buffer_reserve(out, out->length + room);
    stream.next_in = folder + offset;
    stream.avail_in = (uInt)count;
    stream.next_out = out->bytes + out->length;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
        wcgen_util_fail("zlib can't end a block");
    out->length += stream.total_out;
    deflateEnd(&stream);
}

void wcgen_mszip_encode(const uint8_t *folder, size_t offset, size_t count,
                        struct wcgen_buffer *out)
{
    wcgen_buffer_append(out, "CK", 2);
    append_deflated(folder, offset, count, out);
}

/* Appends the payload whose first `stored` bytes are in a block of their own; returns its size. */
static size_t append_mixed(const uint8_t *folder, size_t offset, size_t count, size_t stored,
                           struct wcgen_buffer *out)
{
    size_t before = out->length;
    wcgen_buffer_append(out, "CK", 2);
    if (stored) {
        wcgen_buffer_append_u8(out, 0); /* not the last block, stored */
        wcgen_buffer_append_u16(out, (unsigned)stored);
        wcgen_buffer_append_u16(out, ~(unsigned)stored & 0xFFFF);
        wcgen_buffer_append(out, folder + offset, stored);
    }
    append_deflated(folder, offset + stored, count - stored, out);
    return out->length - before;
}

void wcgen_mszip_encode_to(const uint8_t *folder, size_t offset, size_t count, size_t target,
                           struct wcgen_buffer *out)
{
    size_t before = out->length, low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        size_t size = append_mixed(folder, offset, count, middle, out);
        if (size == target)
            return;
        out->length = before;
        if (size < target)
            low = middle + 1;
        else
            high = middle;
    }
    append_mixed(folder, offset, count, low, out);
}
