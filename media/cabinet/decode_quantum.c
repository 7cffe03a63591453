/*
 * decode_quantum - see decode_quantum.h.
 *
 * The coder is the usual 16-bit one with low, high and code.  Kept here are low, the range (high -
 * low + 1) and the offset of the code in it: a shift of either sort doubles range and offset and
 * brings one bit into the offset, so that all shifts after a symbol are made at once.
 *
 * After a symbol the range is above 2^14, and totals are below 2^12, so an interval is never empty
 * and no string of bits is invalid as such.  What can go wrong: a match that reaches back before
 * the folder's start or over the end of the frame, and a payload that ends too early.
 *
 * The window is a ring: window_copy.h.
 */
#include "media/cabinet/decode_quantum.h"

#include <stdlib.h>
#include <string.h>

#include "media/cabinet/bit_buffer.h"
#include "media/cabinet/quantum_model.h"
#include "media/cabinet/window_copy.h"

/* WCI_NO_VECTORS: as on machines without SSE2, for the tests. */
#if defined(__SSE2__) && !defined(WCI_NO_VECTORS)
#define USES_SSE2 1
#include <emmintrin.h>
#endif

enum {
    FRAME = WCI_CAB_BLOCK_BYTES,
    INPUT_SLACK = 64, /* zero bytes behind the payload; refills look up to 24 bytes ahead */
    SPARE_BITS = 16,  /* an encoder may leave its last zeroes out */
    RANGE_FULL = 65536,
    STEP = 64, /* what counting a symbol adds to its sum: 8, times 8 */
    SLOTS_3 = 24,
    SLOTS_4 = 36,
    LENGTH_SYMBOLS = 27,
    SELECTORS = 7,
    SELECTOR_MATCH_3 = 4,
    SELECTOR_MATCH_4 = 5
};

struct models {
    struct wci_quantum_model selector, literal[4], slot3, slot4, slot5, length;
};

/* The state of one frame; in registers while decoding. */
struct coder {
    uint32_t low, range, offset;
    struct wci_bit_buffer input;
};

enum frame_end { FRAME_WHOLE, FRAME_INPUT_SHORT, FRAME_MATCH_TOO_FAR, FRAME_MATCH_TOO_LONG };

struct quantum {
    struct wci_block_decoder base;
    struct models models;
    enum frame_end (*decode_frame)(struct quantum *quantum, size_t frame_size, size_t input_size);
    size_t at;      /* where the next frame starts */
    size_t lap_end; /* where the last lap of the ring ended */
    size_t ring_size;
    uint64_t history; /* bytes decoded so far */
    /* of the last frame */
    size_t decoded;
    size_t used_bits;
    uint8_t input[WCI_CAB_PAYLOAD_BYTES + INPUT_SLACK];
    uint8_t window[]; /* ring_size + WCI_WINDOW_SLACK */
};

/* ---- models ------------------------------------------------------------------------------- */

/* Adds STEP to every sum whose product with `range` (over 2^16) is above `value`, and returns how
 * many these are, from the first on.  *upper gets the last of them as it was, *lower the sum behind
 * it. */
static inline __attribute__((always_inline)) unsigned count_above(uint16_t *sums, unsigned vectors,
                                                                  uint32_t range, uint32_t value,
                                                                  uint32_t *lower, uint32_t *upper)
{
    unsigned count = 0, i;
#ifdef USES_SSE2
    uint64_t mask = 0;
    const __m128i ranges = _mm_set1_epi16((short)range);
    const __m128i values = _mm_set1_epi16((short)value);
    const __m128i step = _mm_set1_epi16(STEP);
    __m128i changed[WCI_QUANTUM_SYMBOLS_MAX / WCI_QUANTUM_LANES];
    __m128i above[WCI_QUANTUM_SYMBOLS_MAX / WCI_QUANTUM_LANES];

#pragma GCC unroll 8
    for (i = 0; i < vectors; i++) {
        __m128i sum = _mm_load_si128((const __m128i *)(const void *)sums + i);

        above[i] = _mm_cmpgt_epi16(_mm_mulhi_epu16(sum, ranges), values);
        changed[i] = _mm_add_epi16(sum, _mm_and_si128(above[i], step));
    }
#pragma GCC unroll 4
    for (i = 0; i < vectors; i += 2) {
        __m128i both =
            _mm_packs_epi16(above[i], i + 1 < vectors ? above[i + 1] : _mm_setzero_si128());

        mask |= (uint64_t)(unsigned)_mm_movemask_epi8(both) << (8 * i);
    }
    count = (unsigned)__builtin_popcountll(mask);
    /* read before it is written: the sums just stored would have to be forwarded */
    *upper = sums[(int)count - 1];
    *lower = sums[count];
#pragma GCC unroll 8
    for (i = 0; i < vectors; i++)
        _mm_store_si128((__m128i *)(void *)sums + i, changed[i]);
#else
    for (i = 0; i < vectors * WCI_QUANTUM_LANES; i++) {
        unsigned above = sums[i] * range >> 16 > value;

        count += above;
        sums[i] = (uint16_t)(sums[i] + above * STEP);
    }
    *upper = (uint32_t)sums[(int)count - 1] - (count > 0 ? STEP : 0U);
    *lower = sums[count];
#endif
    return count;
}

/* As count_above for the seven selectors, which every symbol of the format begins with: few enough
 * for exact products, which are ready earlier than a vector's answer. */
static inline __attribute__((always_inline)) unsigned
count_selectors_above(uint16_t *sums, uint32_t range, uint32_t value, uint32_t *lower,
                      uint32_t *upper)
{
    static const _Alignas(16) uint16_t steps[SELECTORS + 1][WCI_QUANTUM_LANES] = {
        {0},
        {STEP},
        {STEP, STEP},
        {STEP, STEP, STEP},
        {STEP, STEP, STEP, STEP},
        {STEP, STEP, STEP, STEP, STEP},
        {STEP, STEP, STEP, STEP, STEP, STEP},
        {STEP, STEP, STEP, STEP, STEP, STEP, STEP}};
    unsigned count = 1, i; /* the total times the range is above the value in any case */

#pragma GCC unroll 8
    for (i = 1; i < SELECTORS; i++)
        count += sums[i] * range > value;
    *upper = sums[count - 1];
    *lower = sums[count];
#pragma GCC unroll 8
    for (i = 0; i < WCI_QUANTUM_LANES; i++)
        sums[i] = (uint16_t)(sums[i] + steps[count][i]);
    return count;
}

/* All shifts after a symbol: first those where the top bits of low and high are equal, then those
 * where low goes on with 1 and high with 0. */
static inline __attribute__((always_inline)) void normalise(struct coder *coder)
{
    uint32_t high = coder->low + coder->range - 1;
    unsigned equal = (unsigned)__builtin_clz(coder->low ^ high) - 16;
    uint32_t near = (coder->low & ~high) << (equal + 17);
    unsigned shifts = equal + (unsigned)__builtin_clz(~near);

    coder->range <<= shifts;
    coder->low = coder->low << shifts & 0x7FFF;
    coder->offset = coder->offset << shifts | wci_bit_buffer_take(&coder->input, shifts);
}

/* Decodes one symbol and counts it.  `vectors` holds all of the model's symbols. */
static inline __attribute__((always_inline)) unsigned
decode_symbol(struct coder *coder, struct wci_quantum_model *model, unsigned vectors)
{
    uint16_t *sums = wci_quantum_model_sums(model);
    uint32_t total = sums[0], lower, upper;
    /* The rank is the last whose sum * range is above this value.  The multiplication in the search
     * drops the lower 16 bits, so that at an equal upper half it may miss that a sum is above. */
    uint32_t value = (coder->offset + 1) * total - 8;
    uint64_t unit = coder->range * model->scale; /* range / total, times 2^40 */
    unsigned count =
        vectors == 1 ? count_selectors_above(sums, coder->range, value, &lower, &upper)
                     : count_above(sums, vectors, coder->range - 1, value >> 16, &lower, &upper);
    uint32_t lower_offset = (uint32_t)(lower * unit >> 43);
    uint32_t upper_offset;

    while (__builtin_expect(coder->offset < lower_offset, 0)) {
        upper = lower;
        sums[count] = (uint16_t)(sums[count] + STEP);
        lower = sums[++count];
        lower_offset = (uint32_t)(lower * unit >> 43);
    }
    upper_offset = (uint32_t)(upper * unit >> 43);
    coder->low += lower_offset;
    coder->range = upper_offset - lower_offset;
    coder->offset -= lower_offset;
    normalise(coder);
    unsigned symbol = model->symbol_at[count - 1];
    total += STEP;
    if (__builtin_expect(total > 8 * WCI_QUANTUM_TOTAL_MAX, 0))
        wci_quantum_model_rescale(model);
    else
        model->scale = wci_quantum_model_scale(total);
    return symbol;
}

/* ---- matches ------------------------------------------------------------------------------ */

/* The slot's distance; takes up to 19 raw bits. */
static inline __attribute__((always_inline)) uint32_t take_distance(struct coder *coder,
                                                                    unsigned slot)
{
    unsigned extra;

    if (slot < 4)
        return slot + 1;
    extra = slot / 2 - 1;
    return ((2 + (slot & 1)) << extra) + wci_bit_buffer_take(&coder->input, extra) + 1;
}

/* The length of a match of 5 bytes and more; takes up to 5 raw bits. */
static inline __attribute__((always_inline)) uint32_t take_length(struct coder *coder,
                                                                  unsigned symbol)
{
    unsigned extra;

    if (symbol < 6)
        return symbol + 5;
    if (symbol == LENGTH_SYMBOLS - 1)
        return 259;
    extra = (symbol - 2) / 4;
    return ((4 + ((symbol - 2) & 3)) << extra) + wci_bit_buffer_take(&coder->input, extra) + 3;
}

/* A match's length and distance, behind its selector. */
static inline __attribute__((always_inline)) uint32_t
decode_match(struct coder *coder, struct models *models, unsigned selector, uint32_t *distance)
{
    uint32_t length;

    if (selector == SELECTOR_MATCH_3) {
        *distance = take_distance(coder, decode_symbol(coder, &models->slot3, 3));
        return 3;
    }
    if (selector == SELECTOR_MATCH_4) {
        *distance = take_distance(coder, decode_symbol(coder, &models->slot4, 5));
        return 4;
    }
    length = take_length(coder, decode_symbol(coder, &models->length, 4));
    wci_bit_buffer_refill(&coder->input);
    *distance = take_distance(coder, decode_symbol(coder, &models->slot5, 6));
    return length;
}

/* ---- frames ------------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) enum frame_end
decode_frame(struct quantum *quantum, size_t frame_size, size_t input_size)
{
    struct models *models = &quantum->models;
    struct coder coder = {0, RANGE_FULL, 0, {0, 0, quantum->input}};
    const uint8_t *input_end =
        quantum->input + input_size + (SPARE_BITS + WCI_BIT_BUFFER_READY) / 8;
    size_t at = quantum->at, end = at + frame_size;
    enum frame_end result = FRAME_WHOLE;

    wci_bit_buffer_refill(&coder.input);
    coder.offset = wci_bit_buffer_take(&coder.input, 16);
    while (at < end) {
        unsigned selector;

        wci_bit_buffer_refill(&coder.input);
        if (__builtin_expect(coder.input.next > input_end, 0)) {
            result = FRAME_INPUT_SHORT;
            break;
        }
        selector = decode_symbol(&coder, &models->selector, 1);
        if (selector < SELECTOR_MATCH_3) {
            unsigned low = decode_symbol(&coder, &models->literal[selector], 8);

            quantum->window[at++] = (uint8_t)(selector << 6 | low);
        } else {
            uint32_t distance, length = decode_match(&coder, models, selector, &distance);

            if (__builtin_expect(length > end - at, 0)) {
                if (frame_size == FRAME) {
                    result = FRAME_MATCH_TOO_LONG;
                    break;
                }
                length = (uint32_t)(end - at); /* what ends early is a folder's last frame */
            }
            if (__builtin_expect(distance > at, 0)) {
                if (distance > quantum->history + (at - quantum->at)) {
                    result = FRAME_MATCH_TOO_FAR;
                    break;
                }
                wci_window_copy_far(quantum->window, quantum->lap_end, at, distance, length);
            } else {
                wci_window_copy_near(quantum->window + at, distance, length);
            }
            at += length;
        }
    }
    quantum->decoded = at - quantum->at;
    quantum->used_bits = (size_t)(coder.input.next - quantum->input) * 8 - coder.input.count;
    return result;
}

static enum frame_end decode_frame_plain(struct quantum *quantum, size_t frame_size,
                                         size_t input_size)
{
    return decode_frame(quantum, frame_size, input_size);
}

#if defined(__x86_64__)
/* The same, with the instructions for counting bits that processors since 2013 have. */
__attribute__((target("avx,popcnt,lzcnt,bmi,bmi2"))) static enum frame_end
decode_frame_counting(struct quantum *quantum, size_t frame_size, size_t input_size)
{
    return decode_frame(quantum, frame_size, input_size);
}
#endif

/* ---- the decoder -------------------------------------------------------------------------- */

static enum wcab_err frame_error(enum frame_end end, const struct quantum *quantum,
                                 const struct wci_cab_block *block, struct wcab_error *err)
{
    static const char *const reasons[] = {
        [FRAME_INPUT_SHORT] = "its compressed data end too early",
        [FRAME_MATCH_TOO_FAR] = "a match reaches back before the folder's start",
        [FRAME_MATCH_TOO_LONG] = "a match crosses its end",
    };

    return wci_error_set(err, WCAB_ERR_CORRUPT, "Quantum data: %s, at byte %zu of %zu",
                         reasons[end], quantum->decoded, block->size);
}

static enum wcab_err quantum_decode(struct wci_block_decoder *decoder,
                                    const struct wci_cab_block *block,
                                    struct wci_decoded_block *decoded, struct wcab_error *err)
{
    struct quantum *quantum = (struct quantum *)decoder;
    enum frame_end end;

    if (quantum->at + FRAME > quantum->ring_size) {
        quantum->lap_end = quantum->at;
        quantum->at = 0;
    }
    memcpy(quantum->input, block->payload, block->payload_size);
    memset(quantum->input + block->payload_size, 0, INPUT_SLACK);
    end = quantum->decode_frame(quantum, block->size, block->payload_size);
    if (end == FRAME_WHOLE && quantum->used_bits > block->payload_size * 8 + SPARE_BITS)
        end = FRAME_INPUT_SHORT;
    decoded->data = quantum->window + quantum->at;
    decoded->size = quantum->decoded;
    decoded->used_bits = quantum->used_bits;
    if (end != FRAME_WHOLE)
        return frame_error(end, quantum, block, err);
    quantum->at += block->size;
    quantum->history += block->size;
    return WCAB_OK;
}

/* The models depend on all symbols before: without them nothing can be decoded any more. */
static bool quantum_lose(struct wci_block_decoder *decoder, size_t size)
{
    (void)decoder;
    (void)size;
    return false;
}

static void quantum_free(struct wci_block_decoder *decoder)
{
    free(decoder);
}

static const struct wci_block_decoder_ops quantum_ops = {quantum_decode, quantum_lose,
                                                         quantum_free};

static unsigned slots(unsigned window_bits, unsigned most)
{
    return 2 * window_bits < most ? 2 * window_bits : most;
}

enum wcab_err wci_decode_quantum_new(unsigned window_bits, struct wci_block_decoder **decoder,
                                     struct wcab_error *err)
{
    size_t ring_size = ((size_t)1 << window_bits) + 2 * (size_t)FRAME;
    struct quantum *quantum = malloc(sizeof(*quantum) + ring_size + WCI_WINDOW_SLACK);
    struct models *models;
    unsigned i;

    if (quantum == NULL)
        return wci_error_nomem(err);
    memset(quantum, 0, sizeof(*quantum));
    quantum->base.ops = &quantum_ops;
    quantum->decode_frame = decode_frame_plain;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx") && __builtin_cpu_supports("popcnt") &&
        __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
        quantum->decode_frame = decode_frame_counting;
#endif
    quantum->ring_size = ring_size;
    models = &quantum->models;
    wci_quantum_model_start(&models->selector, SELECTORS);
    for (i = 0; i < 4; i++)
        wci_quantum_model_start(&models->literal[i], 64);
    wci_quantum_model_start(&models->slot3, slots(window_bits, SLOTS_3));
    wci_quantum_model_start(&models->slot4, slots(window_bits, SLOTS_4));
    wci_quantum_model_start(&models->slot5, 2 * window_bits);
    wci_quantum_model_start(&models->length, LENGTH_SYMBOLS);
    *decoder = &quantum->base;
    return WCAB_OK;
}
