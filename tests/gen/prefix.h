/* prefix.h: lengths of a Huffman code's words from how often its symbols occur, not longer than a
 * given limit, and the words themselves in canonical order. */
#ifndef WCGEN_PREFIX_H
#define WCGEN_PREFIX_H

#include <stdint.h>

enum { WCGEN_PREFIX_SYMBOLS = 1024 };

/* Sets lengths[0 .. count); 0 for a symbol that doesn't occur. The code is whole: where fewer than
 * two symbols occur, others get words that nobody uses; where none does, `lengths` are all 0. count is
 * at most WCGEN_PREFIX_SYMBOLS and at least 2, limit at most 16. */
void wcgen_prefix_lengths(const uint32_t *frequencies, unsigned count, unsigned limit,
                          uint8_t *lengths);
/* The words of these lengths: shorter ones first, then by symbol. */
void wcgen_prefix_words(const uint8_t *lengths, unsigned count, uint16_t *words);

#endif
