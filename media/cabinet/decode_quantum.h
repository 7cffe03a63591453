/*
 * decode_quantum - the Quantum method of cabinets, decoded block by block.
 *
 * The format: docs/quantum.md.
 */
#ifndef WCI_DECODE_QUANTUM_H
#define WCI_DECODE_QUANTUM_H

#include "media/cabinet/block_decoder.h"

enum { WCI_QUANTUM_WINDOW_MIN = 10, WCI_QUANTUM_WINDOW_MAX = 21 };

/* A decoder at the start of a folder with a window of 2^window_bits bytes (10 to 21, which the
 * caller has checked).  NOMEM. */
enum wcab_err wci_decode_quantum_new(unsigned window_bits, struct wci_block_decoder **decoder,
                                     struct wcab_error *err);

#endif
