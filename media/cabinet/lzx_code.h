/*
 * lzx_code - the prefix codes of LZX: canonical, at most 16 bits, given by the lengths of their
 * words.
 *
 * Short words are looked up by the next bits at once.  Longer ones are rare: their value is
 * compared with where the words of each length end.
 */
#ifndef WCI_LZX_CODE_H
#define WCI_LZX_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WCI_LZX_WORD_BITS = 16,
    WCI_LZX_SYMBOLS_MAX = 256 + 8 * 50,
    /* In an entry of a table: the word's length, or that it is longer than the table looks. */
    WCI_LZX_ENTRY_LENGTH = 0x1F,
    WCI_LZX_ENTRY_LONG = 0x20
};

struct wci_lzx_code {
    unsigned table_bits;
    uint32_t *table;          /* 2^table_bits entries, the caller's */
    const uint32_t *meanings; /* by symbol: its entry without the length, the caller's */
    bool is_empty;            /* no symbol has a word */
    uint32_t ends[WCI_LZX_WORD_BITS + 2];     /* by length: behind its last word, in 16 bits */
    int32_t sorted_at[WCI_LZX_WORD_BITS + 2]; /* by length: from a word to its place in `sorted` */
    uint16_t sorted[WCI_LZX_SYMBOLS_MAX];     /* symbols in order of their words */
};

/* Makes the code of `count` symbols from the lengths of their words, 0 to 16; 0: no word.  False
 * when these are not a whole code: words are missing or too many.  No word at all is an empty code.
 */
bool wci_lzx_code_build(struct wci_lzx_code *code, const uint8_t *lengths, size_t count);

/* The entry of a word longer than the table looks, whose first 16 bits are `bits`. */
uint32_t wci_lzx_code_long(const struct wci_lzx_code *code, uint32_t bits);

#endif
