/* lzx.h: an encoder of the LZX method as cabinets use it: docs/lzx.md tells of the stream. It writes
 * every kind of block, repeated distances, codes whose lengths are told as differences and runs,
 * and calls as addresses. */
#ifndef WCGEN_LZX_H
#define WCGEN_LZX_H

#include "util.h"

enum {
    WCGEN_LZX_FRAME = 32768, /* bytes in all but the last frame of a folder */
    WCGEN_LZX_PAYLOAD_MAX = 32768 + 6144,
    WCGEN_LZX_BLOCK = 1 << 18,
    WCGEN_LZX_BLOCK_MAX = (1 << 24) - 1,
    WCGEN_LZX_CALLS = 12000000 /* what Microsoft's encoder says calls are counted from */
};

/* How a folder is written; window_bits alone has to be set. */
struct wcgen_lzx {
    unsigned window_bits; /* 15 to 21 */
    const char *blocks; /* their kinds in turn: v verbatim, a aligned, u uncompressed; NULL: "v" */
    size_t block_size;  /* bytes of contents in each; 0: WCGEN_LZX_BLOCK */
    bool in_frames;     /* blocks end with their frame at the latest */
    uint32_t calls;     /* the size that calls are translated with; 0: they aren't */
};

/* Frames of a folder of `size` bytes. */
size_t wcgen_lzx_frames(size_t size);
/* Encodes the folder data[0 .. size): `frames` has wcgen_lzx_frames(size) empty buffers and gets the
 * payload of each. */
void wcgen_lzx_encode(const struct wcgen_lzx *how, const uint8_t *data, size_t size,
                      struct wcgen_buffer *frames);

#endif
