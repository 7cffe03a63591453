/*
 * unpack_explode - what PKWARE's Data Compression Library writes ("implode" there, "explode" back),
 * as InstallShield 3 has it: bytes and matches in a window of 1 to 4 KB, prefix codes that are
 * always the same.
 *
 * Source: the description that Ben Rudiak-Gould posted to comp.compression on 13 August 2001, and
 * the tables that all readers since then share.
 */
#include "media/archive/unpack.h"

enum {
    LENGTHS = 16,
    DISTANCES = 64,
    LEAST_BITS = 4, /* of a distance, without a code: tells the window */
    MOST_BITS = 6,
    SHORT_LENGTH = 2, /* whose distance has fewer bits */
    SHORT_BITS = 2,
    END = 519 /* a length: of no match, but the end */
};

/* Lengths of codes, as runs: the number of symbols less one << 4 | length. */
static const uint8_t literal_runs[] = {
    11, 124, 8,   7,   28,  7,   188, 13, 76, 4,  10, 8,  12, 10, 12, 10, 8,  23, 8,  9,
    7,  6,   7,   8,   7,   6,   55,  8,  23, 24, 12, 11, 7,  9,  11, 12, 6,  7,  22, 5,
    7,  24,  6,   11,  9,   6,   7,   22, 7,  11, 38, 7,  9,  8,  25, 11, 8,  11, 9,  12,
    8,  12,  5,   38,  5,   38,  5,   11, 7,  5,  6,  21, 6,  10, 53, 8,  7,  24, 10, 27,
    44, 253, 253, 253, 252, 252, 252, 13, 12, 45, 12, 45, 12, 61, 12, 45, 44, 173};
static const uint8_t length_runs[] = {2, 35, 36, 53, 38, 23};
static const uint8_t distance_runs[] = {2, 20, 53, 230, 247, 151, 248};

/* What a symbol of the lengths begins at, and how many bits follow it. */
static const uint16_t length_base[LENGTHS] = {3,  2,  4,  5,  6,  7,  8,   9,
                                              10, 12, 16, 24, 40, 72, 136, 264};
static const uint8_t length_bits[LENGTHS] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};

static void make(struct wci_unpack_code *code, const uint8_t *runs, size_t run_count)
{
    uint8_t lengths[WCI_UNPACK_SYMBOLS];
    size_t count = 0, i;
    unsigned k;

    for (i = 0; i < run_count; i++) {
        for (k = 0; k <= (unsigned)runs[i] >> 4 && count < WCI_UNPACK_SYMBOLS; k++)
            lengths[count++] = runs[i] & 15;
    }
    (void)wci_unpack_code_make(code, lengths, count);
}

void wci_unpack_explode(struct wci_unpack *unpack)
{
    unsigned coded = wci_unpack_bits(unpack, 8), low_bits = wci_unpack_bits(unpack, 8);
    struct wci_unpack_code literals, lengths, distances;

    if (coded > 1 || low_bits < LEAST_BITS || low_bits > MOST_BITS)
        wci_unpack_fail(unpack, "does not begin as packed data do");
    make(&literals, literal_runs, sizeof(literal_runs));
    make(&lengths, length_runs, sizeof(length_runs));
    make(&distances, distance_runs, sizeof(distance_runs));
    while (unpack->fault.code == WCAB_OK) {
        uint32_t length, distance;
        unsigned bits, symbol;

        if (wci_unpack_bits(unpack, 1) == 0) {
            uint8_t byte =
                coded ? wci_unpack_symbol(unpack, &literals) : (uint8_t)wci_unpack_bits(unpack, 8);

            if (unpack->done == unpack->size)
                wci_unpack_fail(unpack, "unpacks to more bytes than it claims");
            wci_unpack_byte(unpack, byte);
            continue;
        }
        symbol = wci_unpack_symbol(unpack, &lengths);
        length = length_base[symbol] + wci_unpack_bits(unpack, length_bits[symbol]);
        if (length == END)
            return;
        bits = length == SHORT_LENGTH ? SHORT_BITS : low_bits;
        distance = (uint32_t)wci_unpack_symbol(unpack, &distances) << bits;
        distance += wci_unpack_bits(unpack, bits) + 1;
        if (distance > unpack->done || length > unpack->size - unpack->done)
            wci_unpack_fail(unpack, distance > unpack->done ? "a match before the start"
                                                            : "unpacks to more than it claims");
        wci_unpack_copy(unpack, distance, length);
    }
}
