/*
 * quantum_model - the adaptive models of Quantum, laid out so that finding a symbol and counting it
 * are one pass without branches.
 *
 * A model of n symbols keeps, in order of rank, the sums of the frequencies of a rank and all ranks
 * behind it: they fall strictly, end in a zero, and the first is the total.  Decoding looks for the
 * last sum above a value and then adds 8 to it and all before it.  Both touch the same sums, and
 * all of them fit into a few vectors, so every sum is compared and, where it was above, increased.
 *
 * Sums are kept times 8: products with the coder's range then fit exactly into the upper half of a
 * 16 x 16 bit multiplication, and stay below 2^15 (3808 * 8), where signed comparison serves.
 */
#ifndef WCI_QUANTUM_MODEL_H
#define WCI_QUANTUM_MODEL_H

#include <stdint.h>

enum {
    WCI_QUANTUM_SYMBOLS_MAX = 64,
    WCI_QUANTUM_LANES = 8,       /* sums in a vector */
    WCI_QUANTUM_TOTAL_MAX = 3800 /* above it frequencies are scaled down */
};

struct wci_quantum_model {
    /* One vector before the sums: its last lane is never counted or changed and stands for "above
     * the first rank".  One behind: the zero after the last rank. */
    _Alignas(16) uint16_t slots[WCI_QUANTUM_LANES + WCI_QUANTUM_SYMBOLS_MAX + WCI_QUANTUM_LANES];
    uint64_t scale;  /* 2^40 / total, rounded up to the next whole number */
    uint8_t symbols; /* n */
    uint8_t until_sort;
    uint8_t symbol_at[WCI_QUANTUM_SYMBOLS_MAX]; /* by rank */
};

/* The sums of rank 0 and up: sums_of(model)[n] is 0. */
static inline uint16_t *wci_quantum_model_sums(struct wci_quantum_model *model)
{
    return model->slots + WCI_QUANTUM_LANES;
}

/* The scale for `slots[0]`, 8 times the total.  A double holds the quotient exactly enough: it is
 * below 2^38, and what is behind its point is at least 1/3808 away from the next whole number. */
static inline uint64_t wci_quantum_model_scale(uint32_t total_by_8)
{
    return (uint64_t)(int64_t)(0x1p43 / (double)total_by_8) + 1;
}

void wci_quantum_model_start(struct wci_quantum_model *model, unsigned symbols);

/* Scales the frequencies down, and sorts the ranks when it is time for it: to be called when the
 * total is above WCI_QUANTUM_TOTAL_MAX. */
void wci_quantum_model_rescale(struct wci_quantum_model *model);

#endif
