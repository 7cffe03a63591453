/*
 * lzx - a small LZX encoder for tests, as cabinets use the method ([MS-PATCH] and the
 * cabinet SDK's LZX paper).  One block for the whole folder, stored or verbatim with fixed code
 * lengths, no repeated offsets, no E8 translation: enough to give a decoder every part of its work
 * but those.
 */
#ifndef LZX_H
#define LZX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LZX_FRAME = 32768, LZX_PAYLOAD_MAX = 32768 + 6144, LZX_SIZE_MAX = (1 << 24) - 1 };

/* Encodes data[0 .. size) for a window of 2^window_bits bytes (15 to 21).  `payloads` gets one
 * malloc'ed payload for each frame, `sizes` their sizes; there are (size + 32767) / 32768.  size is
 * at most LZX_SIZE_MAX.
 * `verbatim` chooses the kind of block.  False without memory. */
bool lzx_encode(const uint8_t *data, size_t size, unsigned window_bits, bool verbatim,
                uint8_t **payloads, size_t *sizes);

#endif
