/* quantum.h: an encoder of the Quantum method as cabinets use it: adaptive models, a 16-bit
 * arithmetic coder, a window of 2^10 to 2^21 bytes, frames of 32,768 bytes. */
#ifndef WCGEN_QUANTUM_H
#define WCGEN_QUANTUM_H

#include "util.h"

enum {
    WCGEN_FRAME = 32768,             /* bytes in all but the last frame of a folder */
    WCGEN_PAYLOAD_MAX = 32768 + 6144 /* the largest payload of one CFDATA block */
};

/* One adaptive model; cum[rank] sums the frequencies of this rank and all behind it. */
struct wcgen_quantum_model {
    uint16_t cum[72]; /* 65 at most, in whole eights */
    uint8_t symbol_at[64];
    uint8_t rank_of[64];
    uint8_t count;
    uint8_t until_sort;
};

/* What runs through a folder; small, so that a trial can copy it and go back. */
struct wcgen_quantum_models {
    struct wcgen_quantum_model selector, literal[4], slot3, slot4, slot5, length;
};

/* Raw bits, to be put in after the code bit number `after`. */
struct wcgen_quantum_raw {
    uint32_t after;
    uint32_t value;
    uint32_t count;
};

struct wcgen_quantum {
    struct wcgen_quantum_models models;
    unsigned window_bits;
    bool may_wrap; /* matches may cross the end of the window, which libmspack 0.11 can't read */
    unsigned
        literals_at_once; /* bytes of a match that go as literals when the target asks for it */
    struct wcgen_quantum_raw *raw; /* room for the raw bits of one frame */
    uint32_t *heads;               /* position + 1 of the last occurrence of a hash of four bytes */
};

/* Starts a folder. window_bits is 10 to 21. */
void wcgen_quantum_start(struct wcgen_quantum *encoder, unsigned window_bits, bool may_wrap);
/* Makes `to`, which is all zero or was started before, a copy of `from`. */
void wcgen_quantum_copy(struct wcgen_quantum *to, const struct wcgen_quantum *from);
void wcgen_quantum_free(struct wcgen_quantum *encoder);

/* Encodes the frame folder[offset .. offset + count) and appends its payload to `out`.
 * target: the size in bytes that the payload should come near. The encoder writes literals instead
 * of matches as long as it lies below the line that leads to the target; 0 asks for the smallest.
 * Everything before `offset` must be what was encoded before. */
void wcgen_quantum_encode(struct wcgen_quantum *encoder, const uint8_t *folder, size_t offset,
                          size_t count, size_t target, struct wcgen_buffer *out);

#endif
