/* mszip.h: the MSZIP method: each frame is "CK" and one deflate stream that ends there; the 32 KiB
 * before it in the folder serve as its dictionary. */
#ifndef WCGEN_MSZIP_H
#define WCGEN_MSZIP_H

#include "util.h"

/* Compresses the frame folder[offset .. offset + count) and appends its payload to `out`. */
void wcgen_mszip_encode(const uint8_t *folder, size_t offset, size_t count,
                        struct wcgen_buffer *out);

/* The same, so that the payload comes near `target` bytes: as many of the first bytes as it takes are
 * stored, the rest is deflated. */
void wcgen_mszip_encode_to(const uint8_t *folder, size_t offset, size_t count, size_t target,
                           struct wcgen_buffer *out);

#endif
