/*
 * bit_buffer - bits of a payload from the top of each byte, for decoders that look up whole
 * symbols.
 *
 * A refill reads eight bytes at once, so the payload must be followed by as many bytes of slack as
 * the decoder can look ahead of its own end: the decoder compares `next` with its end now and then.
 */
#ifndef WCI_BIT_BUFFER_H
#define WCI_BIT_BUFFER_H

#include <stdint.h>
#include <string.h>

enum { WCI_BIT_BUFFER_READY = 56 }; /* bits that are there behind a refill, at least */

struct wci_bit_buffer {
    uint64_t bits; /* the next bits, from the top */
    unsigned count;
    const uint8_t *next; /* of the payload */
};

static inline __attribute__((always_inline)) void
wci_bit_buffer_refill(struct wci_bit_buffer *buffer)
{
    uint64_t word;

    memcpy(&word, buffer->next, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    buffer->bits |= word >> buffer->count;
    buffer->next += (63 - buffer->count) >> 3;
    buffer->count |= WCI_BIT_BUFFER_READY;
}

/* Drops 0 to 63 bits. */
static inline __attribute__((always_inline)) void wci_bit_buffer_drop(struct wci_bit_buffer *buffer,
                                                                      unsigned count)
{
    buffer->bits <<= count;
    buffer->count -= count;
}

/* Takes 0 to 31 bits. */
static inline __attribute__((always_inline)) uint32_t
wci_bit_buffer_take(struct wci_bit_buffer *buffer, unsigned count)
{
    uint32_t value = (uint32_t)(buffer->bits >> 1 >> (63 - count));

    wci_bit_buffer_drop(buffer, count);
    return value;
}

#endif
