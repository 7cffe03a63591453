/* packed.c: see packed.h. LZSS: a ring of 4,096 blanks; flag bytes from the lowest bit, 1 for a
 * literal; a match is 12 bits of ring position and 4 bits of length less 3. SZDD starts to write at
 * ring position 4,080, KWAJ at 4,078. */
#include "packed.h"
#include "mszip.h"

#include <string.h>

enum {
    RING = 4096,
    SZDD_START = 4080,
    KWAJ_START = 4078,
    SHORTEST = 3,
    LONGEST = 18,
    MSZIP_BLOCK = 32768
};
enum { KWAJ_HAS_SIZE = 1, KWAJ_HAS_NAME = 8, KWAJ_HAS_TYPE = 16 };

/* The longest match of what follows `at` with what lies before it; the ring position, too. */
static size_t find_match(const uint8_t *bytes, size_t count, size_t at, size_t start,
                         size_t *position)
{
    size_t best = 0;
    size_t limit = count - at < LONGEST ? count - at : LONGEST;
    size_t reach = at < RING - LONGEST ? at : RING - LONGEST;
    for (size_t back = 1; back <= reach && best < limit; back++) {
        size_t length = 0;
        while (length < limit && bytes[at - back + length] == bytes[at + length])
            length++;
        if (length > best) {
            best = length;
            *position = (start + at - back) % RING;
        }
    }
    return best;
}

static void append_lzss(struct wcgen_buffer *out, const uint8_t *bytes, size_t count, size_t start)
{
    size_t at = 0;
    while (at < count) {
        size_t flags_at = out->length;
        unsigned flags = 0;
        wcgen_buffer_append_u8(out, 0);
        for (unsigned i = 0; i < 8 && at < count; i++) {
            size_t position = 0;
            size_t length = find_match(bytes, count, at, start, &position);
            if (length < SHORTEST) {
                flags |= 1u << i;
                wcgen_buffer_append_u8(out, bytes[at++]);
                continue;
            }
            wcgen_buffer_append_u8(out, position & 0xFF);
            wcgen_buffer_append_u8(out, (unsigned)(position >> 4 & 0xF0) |
                                            (unsigned)(length - SHORTEST));
            at += length;
        }
        out->bytes[flags_at] = (uint8_t)flags;
    }
}

struct wcgen_buffer wcgen_packed_szdd(const uint8_t *bytes, size_t count, char missing)
{
    struct wcgen_buffer out = {0};
    wcgen_buffer_append(&out,
                        "SZDD\x88\xF0\x27\x33"
                        "A",
                        9);
    wcgen_buffer_append_u8(&out, (uint8_t)missing);
    wcgen_buffer_append_u32(&out, (uint32_t)count);
    append_lzss(&out, bytes, count, SZDD_START);
    return out;
}

static void append_mszip(struct wcgen_buffer *out, const uint8_t *bytes, size_t count)
{
    for (size_t at = 0; at < count; at += MSZIP_BLOCK) {
        size_t length_at = out->length;
        wcgen_buffer_append_u16(out, 0);
        wcgen_mszip_encode(bytes, at, count - at < MSZIP_BLOCK ? count - at : MSZIP_BLOCK, out);
        wcgen_put_u16(out->bytes + length_at, (unsigned)(out->length - length_at - 2));
    }
    wcgen_buffer_append_u16(out, 0);
}

struct wcgen_buffer wcgen_packed_kwaj(enum wcgen_kwaj_method method, const uint8_t *bytes,
                                      size_t count, const char *name)
{
    struct wcgen_buffer out = {0};
    const char *dot = name ? strchr(name, '.') : NULL;
    wcgen_buffer_append(&out, "KWAJ\x88\xF0\x27\xD1", 8);
    wcgen_buffer_append_u16(&out, method);
    wcgen_buffer_append_u16(&out, 0); /* where the data start */
    wcgen_buffer_append_u16(&out, KWAJ_HAS_SIZE | (name ? (unsigned)KWAJ_HAS_NAME : 0) |
                                      (dot ? (unsigned)KWAJ_HAS_TYPE : 0));
    wcgen_buffer_append_u32(&out, (uint32_t)count);
    if (name) {
        wcgen_buffer_append(&out, name, dot ? (size_t)(dot - name) : strlen(name));
        wcgen_buffer_append_u8(&out, 0);
    }
    if (dot)
        wcgen_buffer_append_text(&out, dot + 1);
    wcgen_put_u16(out.bytes + 10, (unsigned)out.length);
    switch (method) {
    case WCGEN_KWAJ_STORED:
        wcgen_buffer_append(&out, bytes, count);
        break;
    case WCGEN_KWAJ_INVERTED:
        for (size_t i = 0; i < count; i++)
            wcgen_buffer_append_u8(&out, bytes[i] ^ 0xFFu);
        break;
    case WCGEN_KWAJ_LZSS:
        append_lzss(&out, bytes, count, KWAJ_START);
        break;
    case WCGEN_KWAJ_MSZIP:
        append_mszip(&out, bytes, count);
        break;
    }
    return out;
}
