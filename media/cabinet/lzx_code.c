/*
 * lzx_code - see lzx_code.h.
 */
#include "media/cabinet/lzx_code.h"

#include <string.h>

enum { WHOLE = 1 << WCI_LZX_WORD_BITS };

/* Sorts the symbols by length, then number, and finds where each length's words end. */
static bool sort_symbols(struct wci_lzx_code *code, const uint8_t *lengths, size_t count)
{
    uint16_t counts[WCI_LZX_WORD_BITS + 1] = {0}, at[WCI_LZX_WORD_BITS + 2];
    uint32_t end = 0;
    unsigned length;
    size_t i;

    for (i = 0; i < count; i++)
        counts[lengths[i]]++;
    counts[0] = 0;
    at[1] = 0;
    for (length = 1; length <= WCI_LZX_WORD_BITS; length++) {
        /* words of this length begin where those of the last end */
        code->sorted_at[length] =
            (int32_t)at[length] - (int32_t)(end >> (WCI_LZX_WORD_BITS - length));
        end += (uint32_t)counts[length] << (WCI_LZX_WORD_BITS - length);
        code->ends[length] = end;
        at[length + 1] = (uint16_t)(at[length] + counts[length]);
    }
    for (i = 0; i < count; i++) {
        if (lengths[i] > 0)
            code->sorted[at[lengths[i]]++] = (uint16_t)i;
    }
    code->is_empty = end == 0;
    return end == WHOLE || end == 0;
}

bool wci_lzx_code_build(struct wci_lzx_code *code, const uint8_t *lengths, size_t count)
{
    uint32_t *entry = code->table, *end = entry + ((size_t)1 << code->table_bits);
    const uint16_t *symbol = code->sorted;

    if (!sort_symbols(code, lengths, count))
        return false;
    while (!code->is_empty && entry < end) {
        unsigned length = lengths[*symbol];
        uint32_t meaning;
        size_t run;

        if (length > code->table_bits)
            break;
        meaning = code->meanings[*symbol++] | length;
        for (run = (size_t)1 << (code->table_bits - length); run > 0; run--)
            *entry++ = meaning;
    }
    while (entry < end)
        *entry++ = WCI_LZX_ENTRY_LONG;
    return true;
}

uint32_t wci_lzx_code_long(const struct wci_lzx_code *code, uint32_t bits)
{
    unsigned length = code->table_bits + 1;
    uint16_t symbol;

    while (length < WCI_LZX_WORD_BITS && bits >= code->ends[length])
        length++;
    symbol =
        code->sorted[(int32_t)(bits >> (WCI_LZX_WORD_BITS - length)) + code->sorted_at[length]];
    return code->meanings[symbol] | length;
}
