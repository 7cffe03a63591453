/*
 * unpack_implode - ZIP's method 6 (PKZIP 1.x): bytes and matches in a window of 4 or 8 KB, with two
 * or three prefix codes that stand before them.
 *
 * Source: PKWARE's APPNOTE.TXT, "Exploding - Method 6".
 */
#include "media/archive/unpack.h"

enum { LENGTHS = 64, DISTANCES = 64, LONG_LENGTH = 63 };

/* A code is told by runs of equal lengths. */
static bool read_code(struct wci_unpack *unpack, unsigned symbols, struct wci_unpack_code *code)
{
    uint8_t lengths[WCI_UNPACK_SYMBOLS];
    unsigned runs = wci_unpack_bits(unpack, 8) + 1, count = 0, i, k;

    for (i = 0; i < runs; i++) {
        uint8_t length = (uint8_t)(wci_unpack_bits(unpack, 4) + 1);
        unsigned repeat = wci_unpack_bits(unpack, 4) + 1;

        for (k = 0; k < repeat && count < symbols; k++)
            lengths[count++] = length;
        if (k < repeat)
            break;
    }
    if (i < runs || count < symbols || !wci_unpack_code_make(code, lengths, count)) {
        wci_unpack_fail(unpack, "a table of codes that holds together in no way");
        return false;
    }
    return unpack->fault.code == WCAB_OK;
}

void wci_unpack_implode(struct wci_unpack *unpack, const struct wci_implode *how)
{
    struct wci_unpack_code literals, lengths, distances;
    unsigned low_bits = how->large_window ? 7 : 6;

    if ((how->coded && !read_code(unpack, WCI_UNPACK_SYMBOLS, &literals)) ||
        !read_code(unpack, LENGTHS, &lengths) || !read_code(unpack, DISTANCES, &distances))
        return;
    while (wci_unpack_goes_on(unpack)) {
        uint32_t distance, length;

        if (wci_unpack_bits(unpack, 1) != 0) {
            wci_unpack_byte(unpack, how->coded ? wci_unpack_symbol(unpack, &literals)
                                               : (uint8_t)wci_unpack_bits(unpack, 8));
            continue;
        }
        distance = wci_unpack_bits(unpack, low_bits);
        distance |= (uint32_t)wci_unpack_symbol(unpack, &distances) << low_bits;
        length = wci_unpack_symbol(unpack, &lengths);
        if (length == LONG_LENGTH)
            length += wci_unpack_bits(unpack, 8);
        wci_unpack_copy(unpack, distance + 1, length + how->least);
    }
}
