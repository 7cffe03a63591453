/* quantum.c: see quantum.h. The matches come from a table with one entry per hash of four bytes:
 * quick rather than thorough, since test contents are made of phrases that come again anyway. */
#include "quantum.h"

#include <stdlib.h>
#include <string.h>

enum { HASH_BITS = 16, LONGEST = 259, LITERALS_AT_ONCE = 24, RAW_RUNS_MAX = WCGEN_FRAME };

/* The arithmetic coder and the bit string of one frame. */
struct coder {
    uint32_t low, high;
    uint32_t pending;   /* shifts of the second sort since the last plain one */
    uint32_t shifts;    /* all shifts, both sorts */
    uint32_t code_bits; /* code bits written */
    uint32_t raw_bits;  /* raw bits noted */
    struct wcgen_quantum_raw *runs;
    size_t run_first, run_count;
    uint64_t bits; /* not yet whole bytes */
    unsigned bit_count;
    struct wcgen_buffer *out;
};

static void model_start(struct wcgen_quantum_model *model, unsigned count)
{
    memset(model, 0, sizeof *model);
    model->count = (uint8_t)count;
    model->until_sort = 4;
    for (unsigned i = 0; i <= count; i++)
        model->cum[i] = (uint16_t)(count - i);
    for (unsigned i = 0; i < count; i++)
        model->symbol_at[i] = model->rank_of[i] = (uint8_t)i;
}

static void model_halve(struct wcgen_quantum_model *model)
{
    for (unsigned i = model->count; i-- > 0;) {
        model->cum[i] /= 2;
        if (model->cum[i] <= model->cum[i + 1])
            model->cum[i] = (uint16_t)(model->cum[i + 1] + 1);
    }
}

/* Halves the frequencies and sorts by them; the order of equals is part of the format. */
static void model_sort(struct wcgen_quantum_model *model)
{
    unsigned n = model->count;
    uint16_t frequency[64] = {0};
    for (unsigned i = 0; i < n; i++)
        frequency[i] = (uint16_t)((model->cum[i] - model->cum[i + 1] + 1) / 2);
    for (unsigned i = 0; i + 1 < n; i++) {
        for (unsigned j = i + 1; j < n; j++) {
            if (frequency[j] > frequency[i]) {
                uint16_t f = frequency[i];
                frequency[i] = frequency[j];
                frequency[j] = f;
                uint8_t s = model->symbol_at[i];
                model->symbol_at[i] = model->symbol_at[j];
                model->symbol_at[j] = s;
            }
        }
    }
    for (unsigned i = n; i-- > 0;) {
        model->cum[i] = (uint16_t)(model->cum[i + 1] + frequency[i]);
        model->rank_of[model->symbol_at[i]] = (uint8_t)i;
    }
}

static void model_update(struct wcgen_quantum_model *model, unsigned rank)
{
    /* In eights, which compilers make one instruction of. */
    static const uint16_t steps[16] = {8, 8, 8, 8, 8, 8, 8, 8};
    uint16_t *cum = model->cum;
    unsigned count = rank + 1;
    for (; count >= 8; count -= 8, cum += 8)
        for (unsigned i = 0; i < 8; i++)
            cum[i] = (uint16_t)(cum[i] + 8);
    for (unsigned i = 0; i < 8; i++)
        cum[i] = (uint16_t)(cum[i] + steps[8 - count + i]);
    if (model->cum[0] <= 3800)
        return;
    if (--model->until_sort) {
        model_halve(model);
    } else {
        model->until_sort = 50;
        model_sort(model);
    }
}

static void put_bits(struct coder *coder, uint32_t value, unsigned count)
{
    coder->bits = coder->bits << count | (value & (uint32_t)((1ull << count) - 1));
    coder->bit_count += count;
    while (coder->bit_count >= 8) {
        coder->bit_count -= 8;
        coder->out->bytes[coder->out->length++] = (uint8_t)(coder->bits >> coder->bit_count);
    }
}

static void put_code_bit(struct coder *coder, unsigned bit)
{
    put_bits(coder, bit, 1);
    coder->code_bits++;
    while (coder->run_first < coder->run_count &&
           coder->runs[coder->run_first].after == coder->code_bits) {
        const struct wcgen_quantum_raw *run = &coder->runs[coder->run_first++];
        put_bits(coder, run->value, run->count);
    }
}

/* Up to 16 code bits, at once where no raw bits go in between. */
static void put_code_bits(struct coder *coder, uint32_t value, unsigned count)
{
    if (coder->run_first == coder->run_count ||
        coder->runs[coder->run_first].after > coder->code_bits + count) {
        put_bits(coder, value, count);
        coder->code_bits += count;
        return;
    }
    while (count--)
        put_code_bit(coder, value >> count & 1);
}

/* A settled bit, and the opposite ones that were pending. */
static void put_settled_bit(struct coder *coder, unsigned bit)
{
    put_code_bits(coder, bit, 1);
    while (coder->pending) {
        unsigned count = coder->pending < 16 ? coder->pending : 16;
        put_code_bits(coder, bit ? 0 : (1u << count) - 1, count);
        coder->pending -= count;
    }
}

/* Notes raw bits; they belong 16 code bits behind the place that the decoder's code reached. */
static void put_raw(struct coder *coder, uint32_t value, unsigned count)
{
    if (!count)
        return;
    coder->runs[coder->run_count++] =
        (struct wcgen_quantum_raw){.after = coder->shifts + 16, .value = value, .count = count};
    coder->raw_bits += count;
}

/* Shifts out the bits in which low and high agree, then takes the pending ones together. */
static void settle(struct coder *coder)
{
    uint32_t differ = coder->low ^ coder->high;
    unsigned equal = differ ? (unsigned)__builtin_clz(differ) - 16 : 16;
    if (equal) {
        put_settled_bit(coder, coder->low >> 15);
        put_code_bits(coder, coder->low >> (16 - equal) & ((1u << (equal - 1)) - 1), equal - 1);
        coder->low = coder->low << equal & 0xFFFF;
        coder->high = (coder->high << equal | ((1u << equal) - 1)) & 0xFFFF;
    }
    /* After the first bit: low has ones where high has zeroes. */
    uint32_t apart = ~(coder->low & ~coder->high) << 17 | 1u << 16;
    unsigned close = (unsigned)__builtin_clz(apart);
    if (close) {
        coder->low = coder->low << close & 0x7FFF;
        coder->high = ((coder->high << close | ((1u << close) - 1)) & 0x7FFF) | 0x8000;
        coder->pending += close;
    }
    coder->shifts += equal + close;
}

static void put_symbol(struct coder *coder, struct wcgen_quantum_model *model, unsigned symbol)
{
    unsigned rank = model->rank_of[symbol];
    uint32_t range = coder->high - coder->low + 1;
    uint32_t total = model->cum[0];
    uint32_t low = coder->low;
    coder->high = low + model->cum[rank] * range / total - 1;
    coder->low = low + model->cum[rank + 1] * range / total;
    model_update(model, rank);
    settle(coder);
}

static void put_literal(struct coder *coder, struct wcgen_quantum_models *models, uint8_t byte)
{
    put_symbol(coder, &models->selector, byte >> 6);
    put_symbol(coder, &models->literal[byte >> 6], byte & 63);
}

/* The slot of a distance and its raw bits. */
static void put_distance(struct coder *coder, struct wcgen_quantum_model *model, uint32_t distance)
{
    uint32_t value = distance - 1;
    if (value < 4) {
        put_symbol(coder, model, value);
        return;
    }
    unsigned top = 31u - (unsigned)__builtin_clz(value);
    unsigned extra = top - 1;
    put_symbol(coder, model, 2 * top + (value >> extra & 1));
    put_raw(coder, value & ((1u << extra) - 1), extra);
}

static void put_length(struct coder *coder, struct wcgen_quantum_model *model, uint32_t length)
{
    if (length < 11) {
        put_symbol(coder, model, length - 5);
    } else if (length == LONGEST) {
        put_symbol(coder, model, 26);
    } else {
        uint32_t value = length - 3;
        unsigned extra = 31u - (unsigned)__builtin_clz(value) - 2;
        put_symbol(coder, model, 4 * extra + 2 + (value >> extra & 3));
        put_raw(coder, value & ((1u << extra) - 1), extra);
    }
}

static void put_match(struct coder *coder, struct wcgen_quantum_models *models, uint32_t distance,
                      uint32_t length)
{
    if (length == 3) {
        put_symbol(coder, &models->selector, 4);
        put_distance(coder, &models->slot3, distance);
    } else if (length == 4) {
        put_symbol(coder, &models->selector, 5);
        put_distance(coder, &models->slot4, distance);
    } else {
        put_symbol(coder, &models->selector, 6);
        put_length(coder, &models->length, length);
        put_distance(coder, &models->slot5, distance);
    }
}

/* Two bits that put the value within low..high, then zeroes as far as a decoder looks ahead. */
static void end_frame(struct coder *coder)
{
    coder->pending++;
    put_settled_bit(coder, coder->low >> 14 & 1);
    for (unsigned i = 0; i < 16; i++)
        put_code_bit(coder, 0);
    if (coder->bit_count)
        put_bits(coder, 0, 8 - coder->bit_count);
}

static uint32_t hash_at(const uint8_t *bytes)
{
    return wcgen_get_u32(bytes) * 2654435761u >> (32 - HASH_BITS);
}

/* The length of the match at `position` with the last place of the same hash; 0: none. `end` is
 * the end of the frame. */
static uint32_t find_match(struct wcgen_quantum *encoder, const uint8_t *folder, size_t position,
                           size_t end, uint32_t *distance)
{
    if (end - position < 4)
        return 0;
    uint32_t *head = &encoder->heads[hash_at(folder + position)];
    size_t candidate = *head;
    *head = (uint32_t)position + 1;
    if (!candidate || candidate > position ||
        position - (candidate - 1) > (size_t)1 << encoder->window_bits)
        return 0;
    candidate--;
    size_t limit = end - position;
    size_t to_wrap = ((size_t)1 << encoder->window_bits) -
                     (position & (((size_t)1 << encoder->window_bits) - 1));
    if (!encoder->may_wrap && limit > to_wrap)
        limit = to_wrap;
    if (limit > LONGEST)
        limit = LONGEST;
    size_t length = 0;
    while (length < limit && folder[candidate + length] == folder[position + length])
        length++;
    *distance = (uint32_t)(position - candidate);
    return (uint32_t)length;
}

/* Matches of 3 and 4 bytes have slots for near distances only. */
static bool is_usable(uint32_t length, uint32_t distance)
{
    return length >= 5 || (length == 4 && distance <= 262144) || (length == 3 && distance <= 4096);
}

static void allocate(struct wcgen_quantum *encoder)
{
    if (!encoder->heads)
        encoder->heads = wcgen_util_alloc((size_t)1 << HASH_BITS, sizeof *encoder->heads);
    if (!encoder->raw)
        encoder->raw = wcgen_util_alloc(RAW_RUNS_MAX, sizeof *encoder->raw);
}

void wcgen_quantum_copy(struct wcgen_quantum *to, const struct wcgen_quantum *from)
{
    allocate(to);
    to->models = from->models;
    to->window_bits = from->window_bits;
    to->literals_at_once = from->literals_at_once;
    to->may_wrap = from->may_wrap;
    memcpy(to->heads, from->heads, sizeof *to->heads << HASH_BITS);
}

void wcgen_quantum_start(struct wcgen_quantum *encoder, unsigned window_bits, bool may_wrap)
{
    if (window_bits < 10 || window_bits > 21)
        wcgen_util_fail("a Quantum window of 2^%u bytes doesn't exist", window_bits);
    unsigned slots = 2 * window_bits;
    struct wcgen_quantum_models *models = &encoder->models;
    model_start(&models->selector, 7);
    for (unsigned i = 0; i < 4; i++)
        model_start(&models->literal[i], 64);
    model_start(&models->slot3, slots < 24 ? slots : 24);
    model_start(&models->slot4, slots < 36 ? slots : 36);
    model_start(&models->slot5, slots);
    model_start(&models->length, 27);
    encoder->window_bits = window_bits;
    encoder->literals_at_once = LITERALS_AT_ONCE;
    encoder->may_wrap = may_wrap || window_bits >= 15;
    allocate(encoder);
    memset(encoder->heads, 0, sizeof *encoder->heads << HASH_BITS);
}

void wcgen_quantum_free(struct wcgen_quantum *encoder)
{
    free(encoder->heads);
    free(encoder->raw);
    encoder->heads = NULL;
    encoder->raw = NULL;
}

/* Bits of the payload so far, the coder's own look-ahead included. */
static size_t bits_made(const struct coder *coder)
{
    return (size_t)coder->shifts + coder->raw_bits;
}

void wcgen_quantum_encode(struct wcgen_quantum *encoder, const uint8_t *folder, size_t offset,
                          size_t count, size_t target, struct wcgen_buffer *out)
{
    struct coder coder = {.high = 0xFFFF, .out = out, .runs = encoder->raw};
    wcgen_buffer_reserve(out, out->length + 2 * WCGEN_PAYLOAD_MAX);
    struct wcgen_quantum_models *models = &encoder->models;
    size_t end = offset + count;
    size_t goal = target > 2 ? 8 * (target - 2) : 0;
    for (size_t at = offset; at < end;) {
        uint32_t distance = 0;
        uint32_t length = find_match(encoder, folder, at, end, &distance);
        /* Below the line to the goal a match would be too short: its bytes go as literals. */
        bool below = bits_made(&coder) * count < goal * (at - offset);
        if (length == 4 && distance <= 4096 && (at & 1))
            length = 3;
        if (!below && is_usable(length, distance)) {
            put_match(&coder, models, distance, length);
        } else {
            length = !below || length < 4                 ? 1
                     : length > encoder->literals_at_once ? encoder->literals_at_once
                                                          : length;
            for (uint32_t i = 0; i < length; i++)
                put_literal(&coder, models, folder[at + i]);
        }
        at += length;
    }
    end_frame(&coder);
}
