/*
 * lzx - see lzx.h.
 */
#include "lzx.h"

#include <stdlib.h>
#include <string.h>

enum {
    LITERALS = 256,
    LENGTHS = 249,
    SLOTS_MAX = 50,
    BLOCK_VERBATIM = 1,
    BLOCK_STORED = 3,
    LONGEST = 257,
    HASH_BITS = 15,
    PRETREE = 20
};

/* A canonical prefix code. */
struct code {
    uint8_t length[LITERALS + 8 * SLOTS_MAX];
    uint16_t bits[LITERALS + 8 * SLOTS_MAX];
};

/* 16-bit little-endian words, filled from the top. */
struct writer {
    uint8_t *bytes;
    size_t size;
    uint32_t word;
    unsigned count;
};

struct encoder {
    struct writer out;
    struct code main, lengths;
    unsigned slots;
    uint32_t base[SLOTS_MAX + 1];
    uint8_t extra[SLOTS_MAX];
    uint32_t heads[1 << HASH_BITS]; /* place + 1 */
};

static void put(struct writer *writer, uint32_t value, unsigned count)
{
    while (count-- > 0) {
        writer->word = writer->word << 1 | (value >> count & 1);
        if (++writer->count == 16) {
            writer->bytes[writer->size++] = (uint8_t)writer->word;
            writer->bytes[writer->size++] = (uint8_t)(writer->word >> 8);
            writer->word = 0;
            writer->count = 0;
        }
    }
}

static void align(struct writer *writer)
{
    if (writer->count > 0)
        put(writer, 0, 16 - writer->count);
}

static void set_bits(struct code *code, unsigned symbols)
{
    unsigned length, symbol, next = 0;

    for (length = 1; length <= 16; length++) {
        for (symbol = 0; symbol < symbols; symbol++) {
            if (code->length[symbol] == length)
                code->bits[symbol] = (uint16_t)next++;
        }
        next <<= 1;
    }
}

/* Lengths that make a complete code of `count` symbols out of a share of 2^-share: the first ones
 * a bit shorter. */
static void set_lengths(uint8_t *lengths, unsigned count, unsigned share)
{
    unsigned bits = 1, i;

    while (1U << bits < count)
        bits++;
    for (i = 0; i < count; i++)
        lengths[i] = (uint8_t)(share + bits - (i < (1U << bits) - count ? 1 : 0));
}

static void put_symbol(struct writer *writer, const struct code *code, unsigned symbol)
{
    put(writer, code->bits[symbol], code->length[symbol]);
}

/* Code lengths as differences to the block before (0 everywhere), with a pretree of 5-bit codes. */
static void put_lengths(struct writer *writer, const uint8_t *lengths, unsigned count)
{
    static const uint8_t pretree_lengths[PRETREE] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
                                                     4, 4, 5, 5, 5, 5, 5, 5, 5, 5};
    struct code pretree = {0};
    unsigned i;

    memcpy(pretree.length, pretree_lengths, PRETREE);
    set_bits(&pretree, PRETREE);
    for (i = 0; i < PRETREE; i++)
        put(writer, pretree_lengths[i], 4);
    for (i = 0; i < count; i++)
        put_symbol(writer, &pretree, (17U - lengths[i]) % 17);
}

static void start_slots(struct encoder *encoder, unsigned window_bits)
{
    static const unsigned slots[] = {30, 32, 34, 36, 38, 42, 50};
    uint32_t base = 0;
    unsigned i;

    encoder->slots = slots[window_bits - 15];
    for (i = 0; i < encoder->slots; i++) {
        unsigned extra = i < 4 ? 0 : i / 2 - 1;

        encoder->extra[i] = (uint8_t)(extra > 17 ? 17 : extra);
        encoder->base[i] = base;
        base += 1U << encoder->extra[i];
    }
    encoder->base[i] = base;
}

static void start_block(struct encoder *encoder, size_t size, bool verbatim)
{
    struct writer *out = &encoder->out;
    unsigned symbols = LITERALS + 8 * encoder->slots;

    put(out, 0, 1); /* no E8 translation */
    put(out, verbatim ? BLOCK_VERBATIM : BLOCK_STORED, 3);
    put(out, (uint32_t)size, 24);
    if (!verbatim) {
        static const uint8_t repeated[12] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};

        align(out);
        memcpy(out->bytes + out->size, repeated, sizeof(repeated));
        out->size += sizeof(repeated);
        return;
    }
    set_lengths(encoder->main.length, LITERALS, 1);
    set_lengths(encoder->main.length + LITERALS, symbols - LITERALS, 1);
    set_lengths(encoder->lengths.length, LENGTHS, 0);
    set_bits(&encoder->main, symbols);
    set_bits(&encoder->lengths, LENGTHS);
    put_lengths(out, encoder->main.length, LITERALS);
    put_lengths(out, encoder->main.length + LITERALS, symbols - LITERALS);
    put_lengths(out, encoder->lengths.length, LENGTHS);
}

static void put_match(struct encoder *encoder, uint32_t distance, uint32_t length)
{
    uint32_t formatted = distance + 2, header = length - 2 < 7 ? length - 2 : 7;
    unsigned slot = 3;

    while (encoder->base[slot + 1] <= formatted)
        slot++;
    put_symbol(&encoder->out, &encoder->main, LITERALS + 8 * slot + header);
    if (header == 7)
        put_symbol(&encoder->out, &encoder->lengths, length - 9);
    put(&encoder->out, formatted - encoder->base[slot], encoder->extra[slot]);
}

static void encode_frame(struct encoder *encoder, const uint8_t *data, size_t at, size_t end,
                         unsigned window_bits)
{
    while (at < end) {
        uint32_t length = 0, distance = 0;

        if (end - at >= 4) {
            uint32_t key, *head;

            memcpy(&key, data + at, 4);
            head = &encoder->heads[key * 2654435761U >> (32 - HASH_BITS)];
            distance = *head > 0 ? (uint32_t)(at - (*head - 1)) : 0;
            *head = (uint32_t)at + 1;
            if (distance > 0 && distance <= (1U << window_bits) - 3) {
                while (length < LONGEST && at + length < end &&
                       data[at + length - distance] == data[at + length])
                    length++;
            }
        }
        if (length >= 3) {
            put_match(encoder, distance, length);
            at += length;
        } else {
            put_symbol(&encoder->out, &encoder->main, data[at++]);
        }
    }
    align(&encoder->out);
}

bool lzx_encode(const uint8_t *data, size_t size, unsigned window_bits, bool verbatim,
                uint8_t **payloads, size_t *sizes)
{
    struct encoder *encoder = calloc(1, sizeof(*encoder));
    size_t at, frame = 0;

    if (encoder == NULL || size > LZX_SIZE_MAX) {
        free(encoder);
        return false;
    }
    start_slots(encoder, window_bits);
    for (at = 0; at < size; at += LZX_FRAME, frame++) {
        size_t end = size - at < LZX_FRAME ? size : at + LZX_FRAME;

        encoder->out = (struct writer){.bytes = malloc(2 * LZX_PAYLOAD_MAX)};
        if (encoder->out.bytes == NULL) {
            free(encoder);
            return false;
        }
        if (at == 0)
            start_block(encoder, size, verbatim);
        if (verbatim) {
            encode_frame(encoder, data, at, end, window_bits);
        } else {
            memcpy(encoder->out.bytes + encoder->out.size, data + at, end - at);
            encoder->out.size += end - at;
            if (end == size && size % 2 > 0)
                encoder->out.bytes[encoder->out.size++] = 0;
        }
        payloads[frame] = encoder->out.bytes;
        sizes[frame] = encoder->out.size;
    }
    free(encoder);
    return true;
}
