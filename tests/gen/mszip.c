/* mszip.c: see mszip.h. zlib deflates. */
#define ZLIB_CONST /* next_in points to constant bytes */
#include "mszip.h"

#include <zlib.h>

enum { HISTORY = 32768, LEVEL = 6 };

void wcgen_mszip_encode(const uint8_t *folder, size_t offset, size_t count,
                        struct wcgen_buffer *out)
{
    z_stream stream = {0};
    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        wcgen_util_fail("zlib can't start");
    size_t history = offset < HISTORY ? offset : HISTORY;
    if (history && deflateSetDictionary(&stream, folder + offset - history, (uInt)history) != Z_OK)
        wcgen_util_fail("zlib refuses a dictionary");
    wcgen_buffer_append(out, "CK", 2);
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
