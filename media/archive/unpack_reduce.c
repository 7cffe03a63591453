/*
 * unpack_reduce - ZIP's methods 2 to 5 (PKZIP 0.9): repeated bytes as marks in a run of bytes, each
 * of which is coded by its place among those that often follow the one before.
 *
 * Source: PKWARE's APPNOTE.TXT, "Expanding - Methods 2-5".
 */
#include "media/archive/unpack.h"

enum { MARK = 144, FOLLOWERS = 32, COUNT_BITS = 6, LEAST_LENGTH = 3 };

/* What often follows each byte. */
struct followers {
    uint8_t count[256];
    uint8_t bits[256]; /* that tell one of them */
    uint8_t bytes[256][FOLLOWERS];
};

static bool read_followers(struct wci_unpack *unpack, struct followers *sets)
{
    unsigned byte, i;

    for (byte = 256; byte-- > 0;) {
        unsigned count = wci_unpack_bits(unpack, COUNT_BITS), bits = 1;

        if (count > FOLLOWERS) {
            wci_unpack_fail(unpack, "too many bytes that follow one");
            return false;
        }
        while (1U << bits < count)
            bits++;
        sets->count[byte] = (uint8_t)count;
        sets->bits[byte] = (uint8_t)bits;
        for (i = 0; i < count; i++)
            sets->bytes[byte][i] = (uint8_t)wci_unpack_bits(unpack, 8);
    }
    return unpack->fault.code == WCAB_OK;
}

static uint8_t next_byte(struct wci_unpack *unpack, const struct followers *sets, uint8_t *last)
{
    unsigned count = sets->count[*last];

    if (count == 0 || wci_unpack_bits(unpack, 1) != 0) {
        *last = (uint8_t)wci_unpack_bits(unpack, 8);
    } else {
        unsigned i = wci_unpack_bits(unpack, sets->bits[*last]);

        if (i >= count)
            wci_unpack_fail(unpack, "no such byte follows");
        *last = i < count ? sets->bytes[*last][i] : 0;
    }
    return *last;
}

void wci_unpack_reduce(struct wci_unpack *unpack, unsigned factor)
{
    unsigned length_bits = 8 - factor, most = (1U << length_bits) - 1;
    struct followers sets;
    uint8_t last = 0;

    if (!read_followers(unpack, &sets))
        return;
    while (wci_unpack_goes_on(unpack)) {
        uint8_t byte = next_byte(unpack, &sets, &last), value;
        uint32_t length, distance;

        if (byte != MARK) {
            wci_unpack_byte(unpack, byte);
            continue;
        }
        value = next_byte(unpack, &sets, &last);
        if (value == 0) {
            wci_unpack_byte(unpack, MARK);
            continue;
        }
        length = value & most;
        if (length == most)
            length += next_byte(unpack, &sets, &last);
        distance = ((uint32_t)value >> length_bits) * 256;
        distance += next_byte(unpack, &sets, &last) + 1U;
        wci_unpack_copy(unpack, distance, length + LEAST_LENGTH);
    }
}
