/* mszip.h: the MSZIP method: each frame is "CK" and one deflate stream that ends there; the 32 KiB
 * before it in the folder serve as its dictionary. */
#ifndef WCGEN_MSZIP_H
#define WCGEN_MSZIP_H

#include "util.h"

/* Compresses the frame folder[offset .. offset + count) and appends its payload to `out`. */
void wcgen_mszip_encode(const uint8_t *folder, size_t offset, size_t count,
                        struct wcgen_buffer *out);

#endif
