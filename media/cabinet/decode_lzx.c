/*
 * decode_lzx - see decode_lzx.h.
 *
 * A frame is what one CFDATA block holds.  Its bits come in 16-bit words, low byte first; the bytes
 * of each word are swapped when a frame is taken in, after which bits come from the top of each
 * byte.  An uncompressed block of LZX is read from the payload as it is; behind one of an odd
 * length words may begin at an odd place, so there is a swapped copy for either case.
 *
 * LZX blocks and frames know nothing of each other: a block goes on over frames, a frame holds the
 * ends of blocks.  Each stretch that lies in one block and one frame is decoded by one loop.
 *
 * The window is a ring: window_copy.h.
 */
#include "media/cabinet/decode_lzx.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "media/cabinet/bit_buffer.h"
#include "media/cabinet/lzx_code.h"
#include "media/cabinet/window_copy.h"

enum {
    FRAME = WCI_CAB_BLOCK_BYTES,
    INPUT_SLACK = 64, /* zero bytes behind the payload; refills look up to 24 bytes ahead */
    MAIN_BITS = 11,
    LENGTH_BITS = 8,
    ALIGNED_BITS = 7, /* the longest word: its length has 3 bits */
    PRETREE_BITS = 6,
    LITERALS = 256,
    LENGTHS = 249,
    ALIGNED = 8,
    PRETREE = 20,
    ZERO_LENGTH = 20, /* stands for the symbols of runs of zeroes */
    SLOTS_MAX = 50,
    LEAST_LENGTH = 2,
    LENGTH_HEADER = 7,       /* of a match: the length's symbol follows */
    E8_FRAMES_END = 1 << 30, /* the first 32768 frames are translated */
    E8_TAIL = 10             /* last bytes of a frame that are not */
};

/* Entries of the main code: a literal and its value, or a match with its slot, the number of its
 * raw bits and its length or the least of it. */
#define ENTRY_LITERAL 0x80000000U
#define ENTRY_REPEATED 0x40000000U
#define ENTRY_LONG_MATCH 0x20000000U
enum {
    ENTRY_VALUE_SHIFT = 8, /* literal; symbol of the other codes */
    ENTRY_EXTRA_SHIFT = 8,
    ENTRY_SLOT_SHIFT = 13,
    ENTRY_LENGTH_SHIFT = 19
};

enum block_type { BLOCK_NONE = 0, BLOCK_VERBATIM = 1, BLOCK_ALIGNED = 2, BLOCK_STORED = 3 };

enum frame_end {
    FRAME_WHOLE,
    FRAME_INPUT_SHORT,
    FRAME_BAD_TYPE,
    FRAME_BAD_CODE,
    FRAME_MATCH_TOO_FAR,
    FRAME_MATCH_TOO_LONG
};

struct lzx {
    struct wci_block_decoder base;
    enum frame_end (*decode_run)(struct lzx *lzx, size_t end);

    /* the frame's input */
    const uint8_t *payload;
    size_t payload_size;
    struct wci_bit_buffer input;
    const uint8_t *input_end; /* where `next` can't be while there are bits of the payload */
    const uint8_t *words;     /* the swapped copy that is being read; NULL: raw bytes are */
    size_t raw_at;            /* place of the next raw byte in the payload */
    bool is_swapped[2];

    /* the block of LZX */
    enum block_type type;
    uint32_t block_size, block_left;
    bool pad_is_due; /* an odd uncompressed block has ended with its frame, before its pad byte */
    bool has_begun;  /* the stream's header is read */
    uint32_t repeated[3];

    /* E8 translation of calls in programs */
    bool e8_is_used;
    int32_t e8_size;

    size_t at;      /* in the window: where the next byte goes */
    size_t lap_end; /* where the last lap of the ring ended */
    size_t ring_size, window_size;
    uint64_t history; /* bytes decoded before this frame */
    size_t frame_at;  /* in the window: the frame's start */
    unsigned slots;

    struct wci_lzx_code main, length, aligned, pretree;
    uint8_t main_lengths[LITERALS + 8 * SLOTS_MAX], length_lengths[LENGTHS];
    uint32_t base_distance[SLOTS_MAX]; /* by slot */
    uint32_t main_meanings[LITERALS + 8 * SLOTS_MAX], meanings[LENGTHS];
    uint32_t main_table[1 << MAIN_BITS], length_table[1 << LENGTH_BITS];
    uint32_t aligned_table[1 << ALIGNED_BITS], pretree_table[1 << PRETREE_BITS];
    uint8_t swapped[2][WCI_CAB_PAYLOAD_BYTES + INPUT_SLACK];
    uint8_t translated[FRAME];
    uint8_t window[]; /* ring_size + WCI_WINDOW_SLACK */
};

/* ---- input -------------------------------------------------------------------------------- */

/* The copy whose words begin at even or odd places, made when it is first asked for. */
static const uint8_t *swapped_words(struct lzx *lzx, unsigned odd)
{
    uint8_t *words = lzx->swapped[odd];
    size_t i;

    if (lzx->is_swapped[odd])
        return words;
    for (i = odd; i + 7 < lzx->payload_size; i += 8) {
        uint64_t four;

        memcpy(&four, lzx->payload + i, sizeof(four));
        four = (four & 0x00FF00FF00FF00FF) << 8 | (four >> 8 & 0x00FF00FF00FF00FF);
        memcpy(words + i, &four, sizeof(four));
    }
    for (; i + 1 < lzx->payload_size; i += 2) {
        words[i] = lzx->payload[i + 1];
        words[i + 1] = lzx->payload[i];
    }
    memset(words + i, 0, INPUT_SLACK);
    if (i < lzx->payload_size)
        words[i + 1] = lzx->payload[i];
    lzx->is_swapped[odd] = true;
    return words;
}

/* Bits from byte `at` of the payload on. */
static void start_bits(struct lzx *lzx, size_t at)
{
    if (at > lzx->payload_size)
        at = lzx->payload_size;
    lzx->words = swapped_words(lzx, at & 1);
    lzx->input = (struct wci_bit_buffer){0, 0, lzx->words + at};
    lzx->input_end = lzx->words + lzx->payload_size + (WCI_BIT_BUFFER_READY + 8) / 8;
}

static size_t bits_used(const struct lzx *lzx)
{
    return (size_t)(lzx->input.next - lzx->words) * 8 - lzx->input.count;
}

/* Whether more was taken than the payload has. */
static bool is_beyond(const struct lzx *lzx)
{
    return bits_used(lzx) > (lzx->payload_size + 1) * 8;
}

/* Up to 24 bits. */
static uint32_t read_bits(struct lzx *lzx, unsigned count)
{
    if (lzx->input.next > lzx->input_end)
        return 0; /* is_beyond then tells */
    wci_bit_buffer_refill(&lzx->input);
    return wci_bit_buffer_take(&lzx->input, count);
}

/* The entry of the next word, which stays where it is.  16 bits have to be there. */
static inline __attribute__((always_inline)) uint32_t peek(const struct wci_lzx_code *code,
                                                           const uint32_t *table,
                                                           unsigned table_bits,
                                                           const struct wci_bit_buffer *input)
{
    uint32_t entry = table[input->bits >> (64 - table_bits)];

    if (__builtin_expect(entry & WCI_LZX_ENTRY_LONG, 0))
        entry = wci_lzx_code_long(code, (uint32_t)(input->bits >> 48));
    return entry;
}

static inline __attribute__((always_inline)) uint32_t take_symbol(const struct wci_lzx_code *code,
                                                                  const uint32_t *table,
                                                                  unsigned table_bits,
                                                                  struct wci_bit_buffer *input)
{
    uint32_t entry = peek(code, table, table_bits, input);

    wci_bit_buffer_drop(input, entry & WCI_LZX_ENTRY_LENGTH);
    return entry >> ENTRY_VALUE_SHIFT;
}

/* ---- the header of a block ---------------------------------------------------------------- */

static uint32_t read_pretree_symbol(struct lzx *lzx)
{
    if (lzx->input.next > lzx->input_end)
        return 0;
    wci_bit_buffer_refill(&lzx->input);
    return take_symbol(&lzx->pretree, lzx->pretree_table, PRETREE_BITS, &lzx->input);
}

/* Lengths of words, told as differences to those of the block before and as runs. */
static enum frame_end read_lengths(struct lzx *lzx, uint8_t *lengths, size_t count)
{
    uint8_t pretree_lengths[PRETREE];
    size_t i;

    for (i = 0; i < PRETREE; i++)
        pretree_lengths[i] = (uint8_t)read_bits(lzx, 4);
    if (!wci_lzx_code_build(&lzx->pretree, pretree_lengths, PRETREE) || lzx->pretree.is_empty)
        return is_beyond(lzx) ? FRAME_INPUT_SHORT : FRAME_BAD_CODE;
    i = 0;
    while (i < count) {
        uint32_t symbol = read_pretree_symbol(lzx), run = 1;
        uint8_t length = 0;

        if (symbol == 17)
            run = 4 + read_bits(lzx, 4);
        else if (symbol == 18)
            run = 20 + read_bits(lzx, 5);
        else if (symbol == 19)
            run = 4 + read_bits(lzx, 1);
        if (symbol == 19)
            symbol = read_pretree_symbol(lzx);
        else if (symbol > 16)
            symbol = ZERO_LENGTH;
        if (is_beyond(lzx))
            return FRAME_INPUT_SHORT;
        if (run > count - i || symbol > ZERO_LENGTH || (symbol > 16 && symbol < ZERO_LENGTH))
            return FRAME_BAD_CODE;
        if (symbol != ZERO_LENGTH)
            length = (uint8_t)((lengths[i] + 17U - symbol) % 17U);
        memset(lengths + i, length, run);
        i += run;
    }
    return FRAME_WHOLE;
}

static enum frame_end read_aligned(struct lzx *lzx)
{
    uint8_t lengths[ALIGNED];
    unsigned i;

    for (i = 0; i < ALIGNED; i++)
        lengths[i] = (uint8_t)read_bits(lzx, 3);
    return wci_lzx_code_build(&lzx->aligned, lengths, ALIGNED) && !lzx->aligned.is_empty
               ? FRAME_WHOLE
               : FRAME_BAD_CODE;
}

static enum frame_end read_codes(struct lzx *lzx)
{
    size_t symbols = LITERALS + 8U * lzx->slots;
    enum frame_end end = FRAME_WHOLE;

    if (lzx->type == BLOCK_ALIGNED)
        end = read_aligned(lzx);
    if (end == FRAME_WHOLE)
        end = read_lengths(lzx, lzx->main_lengths, LITERALS);
    if (end == FRAME_WHOLE)
        end = read_lengths(lzx, lzx->main_lengths + LITERALS, symbols - LITERALS);
    if (end == FRAME_WHOLE)
        end = read_lengths(lzx, lzx->length_lengths, LENGTHS);
    if (end != FRAME_WHOLE)
        return end;
    if (!wci_lzx_code_build(&lzx->main, lzx->main_lengths, symbols) || lzx->main.is_empty ||
        !wci_lzx_code_build(&lzx->length, lzx->length_lengths, LENGTHS))
        return FRAME_BAD_CODE;
    if (lzx->main_lengths[0xE8] != 0)
        lzx->e8_is_used = true;
    return FRAME_WHOLE;
}

/* Behind the header of an uncompressed block come 1 to 16 bits up to a word, and three distances.
 */
static enum frame_end read_stored(struct lzx *lzx)
{
    size_t odd = lzx->words == lzx->swapped[1] ? 1 : 0; /* where words begin */
    size_t at = ((bits_used(lzx) - odd * 8) / 16 + 1) * 2 + odd, i;
    struct wci_cursor cursor = wci_cursor_of(lzx->payload, lzx->payload_size);

    lzx->e8_is_used = true; /* nothing says otherwise */
    wci_cursor_seek(&cursor, at);
    for (i = 0; i < 3; i++)
        lzx->repeated[i] = wci_cursor_u32(&cursor);
    lzx->words = NULL;
    lzx->raw_at = at + 12;
    return cursor.ok ? FRAME_WHOLE : FRAME_INPUT_SHORT;
}

static enum frame_end start_block(struct lzx *lzx)
{
    if (!lzx->has_begun) {
        lzx->has_begun = true;
        if (read_bits(lzx, 1) != 0) {
            uint32_t high = read_bits(lzx, 16);

            lzx->e8_size = (int32_t)(high << 16 | read_bits(lzx, 16));
        }
    }
    lzx->type = (enum block_type)read_bits(lzx, 3);
    lzx->block_size = read_bits(lzx, 24);
    lzx->block_left = lzx->block_size;
    if (is_beyond(lzx))
        return FRAME_INPUT_SHORT;
    switch (lzx->type) {
    case BLOCK_VERBATIM:
    case BLOCK_ALIGNED:
        return read_codes(lzx);
    case BLOCK_STORED:
        return read_stored(lzx);
    case BLOCK_NONE:
        break;
    }
    return FRAME_BAD_TYPE;
}

/* ---- the stretches of blocks -------------------------------------------------------------- */

/* The distance of a match, and what it does to those that may be repeated. */
static inline __attribute__((always_inline)) uint32_t take_distance(const struct lzx *lzx,
                                                                    struct wci_bit_buffer *input,
                                                                    uint32_t entry, bool aligned,
                                                                    uint32_t repeated[3])
{
    unsigned slot = entry >> ENTRY_SLOT_SHIFT & 63, extra = entry >> ENTRY_EXTRA_SHIFT & 31;
    uint32_t distance;

    if (entry & ENTRY_REPEATED) {
        distance = slot == 0 ? repeated[0] : slot == 1 ? repeated[1] : repeated[2];
        repeated[2] = slot == 2 ? repeated[0] : repeated[2];
        repeated[1] = slot == 1 ? repeated[0] : repeated[1];
        repeated[0] = distance;
        return distance;
    }
    distance = lzx->base_distance[slot];
    if (aligned && extra >= 3) {
        distance += wci_bit_buffer_take(input, extra - 3) << 3;
        distance += take_symbol(&lzx->aligned, lzx->aligned_table, ALIGNED_BITS, input);
    } else {
        distance += wci_bit_buffer_take(input, extra);
    }
    repeated[2] = repeated[1];
    repeated[1] = repeated[0];
    repeated[0] = distance;
    return distance;
}

/* A match of which the main word was taken.  FRAME_WHOLE when it is sound. */
static inline __attribute__((always_inline)) enum frame_end
take_match(const struct lzx *lzx, struct wci_bit_buffer *input, uint32_t entry, bool aligned,
           uint32_t repeated[3], uint32_t *length, uint32_t *distance)
{
    *length = entry >> ENTRY_LENGTH_SHIFT & 15;
    if (entry & ENTRY_LONG_MATCH) {
        if (__builtin_expect(lzx->length.is_empty, 0))
            return FRAME_BAD_CODE;
        *length += take_symbol(&lzx->length, lzx->length_table, LENGTH_BITS, input);
    }
    *distance = take_distance(lzx, input, entry, aligned, repeated);
    return FRAME_WHOLE;
}

/* Copies a match that ends before `end`. */
static inline __attribute__((always_inline)) enum frame_end
copy_match(struct lzx *lzx, size_t at, uint32_t distance, uint32_t length, size_t end)
{
    if (__builtin_expect(length > end - at, 0))
        return FRAME_MATCH_TOO_LONG;
    if (__builtin_expect(distance - 1 >= at, 0)) {
        if (distance - 1 >= lzx->window_size || distance > lzx->history + (at - lzx->frame_at))
            return FRAME_MATCH_TOO_FAR;
        wci_window_copy_far(lzx->window, lzx->lap_end, at, distance, length);
    } else {
        wci_window_copy_near(lzx->window + at, distance, length);
    }
    return FRAME_WHOLE;
}

/*
 * Decodes up to `end` in the window, which lies in the block and in the frame.  A word has at most
 * 16 bits, so of the 56 that a refill brings three literals can be taken; or a match, with at most
 * 16 + 16 bits of words and 17 raw ones, or 14 and 7 of an aligned word.  The word behind a match
 * is looked up before the match is copied: the two don't wait for each other.
 */
static inline __attribute__((always_inline)) enum frame_end decode_run(struct lzx *lzx, size_t end,
                                                                       bool aligned)
{
    struct wci_bit_buffer input = lzx->input;
    const uint8_t *input_end = lzx->input_end;
    uint8_t *window = lzx->window;
    uint32_t repeated[3] = {lzx->repeated[0], lzx->repeated[1], lzx->repeated[2]};
    uint32_t entry, length, distance;
    size_t at = lzx->at;
    enum frame_end result = FRAME_WHOLE;

    wci_bit_buffer_refill(&input);
    entry = peek(&lzx->main, lzx->main_table, MAIN_BITS, &input);
    while (at < end) {
        if (__builtin_expect(input.next > input_end, 0)) {
            result = FRAME_INPUT_SHORT;
            break;
        }
        wci_bit_buffer_drop(&input, entry & WCI_LZX_ENTRY_LENGTH);
        if (entry & ENTRY_LITERAL) {
            window[at++] = (uint8_t)(entry >> ENTRY_VALUE_SHIFT);
            entry = peek(&lzx->main, lzx->main_table, MAIN_BITS, &input);
            if (entry & ENTRY_LITERAL && at < end) {
                wci_bit_buffer_drop(&input, entry & WCI_LZX_ENTRY_LENGTH);
                window[at++] = (uint8_t)(entry >> ENTRY_VALUE_SHIFT);
                entry = peek(&lzx->main, lzx->main_table, MAIN_BITS, &input);
            }
            wci_bit_buffer_refill(&input);
            continue;
        }
        result = take_match(lzx, &input, entry, aligned, repeated, &length, &distance);
        if (__builtin_expect(result != FRAME_WHOLE, 0))
            break;
        wci_bit_buffer_refill(&input);
        entry = peek(&lzx->main, lzx->main_table, MAIN_BITS, &input);
        result = copy_match(lzx, at, distance, length, end);
        if (__builtin_expect(result != FRAME_WHOLE, 0))
            break;
        at += length;
    }
    memcpy(lzx->repeated, repeated, sizeof(repeated));
    lzx->input = input;
    lzx->at = at;
    return result;
}

static enum frame_end decode_run_plain(struct lzx *lzx, size_t end)
{
    return lzx->type == BLOCK_ALIGNED ? decode_run(lzx, end, true) : decode_run(lzx, end, false);
}

#if defined(__x86_64__)
/* The same, with the shifts that processors since 2013 have. */
__attribute__((target("avx,bmi,bmi2"))) static enum frame_end decode_run_shifting(struct lzx *lzx,
                                                                                  size_t end)
{
    return lzx->type == BLOCK_ALIGNED ? decode_run(lzx, end, true) : decode_run(lzx, end, false);
}
#endif

/* Behind a block of odd length there is a byte more, in this payload or in the next one. */
static void end_stored(struct lzx *lzx)
{
    if (lzx->block_size % 2 == 0)
        return;
    if (lzx->raw_at < lzx->payload_size)
        lzx->raw_at++;
    else
        lzx->pad_is_due = true;
}

static enum frame_end copy_stored(struct lzx *lzx, size_t end)
{
    size_t there = lzx->raw_at < lzx->payload_size ? lzx->payload_size - lzx->raw_at : 0;
    size_t size = end - lzx->at < there ? end - lzx->at : there;

    if (size > 0)
        memcpy(lzx->window + lzx->at, lzx->payload + lzx->raw_at, size);
    lzx->at += size;
    lzx->raw_at += size;
    return lzx->at == end ? FRAME_WHOLE : FRAME_INPUT_SHORT;
}

/* One stretch, which ends with the block or with the frame. */
static enum frame_end decode_stretch(struct lzx *lzx, size_t frame_end)
{
    size_t size = frame_end - lzx->at, at = lzx->at;
    enum frame_end end;

    if (size > lzx->block_left)
        size = lzx->block_left;
    if (lzx->type == BLOCK_STORED)
        end = copy_stored(lzx, at + size);
    else
        end = lzx->decode_run(lzx, at + size);
    lzx->block_left -= (uint32_t)(lzx->at - at);
    if (end == FRAME_WHOLE && lzx->block_left == 0 && lzx->type == BLOCK_STORED)
        end_stored(lzx);
    return end;
}

/* ---- frames ------------------------------------------------------------------------------- */

static enum frame_end decode_frame(struct lzx *lzx, size_t size)
{
    size_t frame_end = lzx->at + size;
    enum frame_end end = FRAME_WHOLE;

    lzx->is_swapped[0] = lzx->is_swapped[1] = false;
    lzx->words = NULL;
    lzx->raw_at = lzx->pad_is_due ? 1 : 0;
    lzx->pad_is_due = false;
    if (lzx->block_left > 0 && lzx->type != BLOCK_STORED)
        start_bits(lzx, 0);
    while (end == FRAME_WHOLE && lzx->at < frame_end) {
        if (lzx->block_left == 0) {
            if (lzx->words == NULL)
                start_bits(lzx, lzx->raw_at);
            end = start_block(lzx);
        }
        if (end == FRAME_WHOLE && lzx->block_left > 0)
            end = decode_stretch(lzx, frame_end);
    }
    return end;
}

/* How far the frame came in its payload: bits end with their word. */
static size_t frame_bits(const struct lzx *lzx)
{
    size_t odd = lzx->words == lzx->swapped[1] ? 8 : 0;

    if (lzx->words == NULL)
        return lzx->raw_at * 8;
    return (bits_used(lzx) - odd + 15) / 16 * 16 + odd;
}

/*
 * Calls in programs have the address that they go to instead of the distance from where they are
 * (docs/lzx.md).  `there`: how much of the frame of `size` bytes was decoded.  Returns how much of
 * it is right.
 */
static size_t translate(struct lzx *lzx, size_t size, size_t there)
{
    uint8_t *data = lzx->translated, *end;
    size_t known = there == size ? size : there > 4 ? there - 4 : 0;

    memcpy(data, lzx->window + lzx->frame_at, there);
    end = data + (size - E8_TAIL < known ? size - E8_TAIL : known);
    while (data < end && (data = memchr(data, 0xE8, (size_t)(end - data))) != NULL) {
        int32_t place = (int32_t)((int64_t)lzx->history + (data - lzx->translated)), target;
        uint32_t stored = (uint32_t)data[1] | (uint32_t)data[2] << 8 | (uint32_t)data[3] << 16 |
                          (uint32_t)data[4] << 24;

        target = (int32_t)stored;
        if (target >= -place && target < lzx->e8_size) {
            stored = target >= 0 ? stored - (uint32_t)place : stored + (uint32_t)lzx->e8_size;
            data[1] = (uint8_t)stored;
            data[2] = (uint8_t)(stored >> 8);
            data[3] = (uint8_t)(stored >> 16);
            data[4] = (uint8_t)(stored >> 24);
        }
        data += 5;
    }
    return known;
}

static enum wcab_err frame_error(enum frame_end end, const struct wci_decoded_block *decoded,
                                 const struct wci_cab_block *block, struct wcab_error *err)
{
    static const char *const reasons[] = {
        [FRAME_INPUT_SHORT] = "its compressed data end too early",
        [FRAME_BAD_TYPE] = "a block of unknown type",
        [FRAME_BAD_CODE] = "the lengths of a prefix code's words don't make a whole code",
        [FRAME_MATCH_TOO_FAR] = "a match reaches back before the folder's start or the window",
        [FRAME_MATCH_TOO_LONG] = "a match crosses the end of its block or frame",
    };

    return wci_error_set(err, WCAB_ERR_CORRUPT, "LZX data: %s, at byte %zu of %zu", reasons[end],
                         decoded->size, block->size);
}

static enum wcab_err lzx_decode(struct wci_block_decoder *decoder,
                                const struct wci_cab_block *block,
                                struct wci_decoded_block *decoded, struct wcab_error *err)
{
    struct lzx *lzx = (struct lzx *)decoder;
    enum frame_end end;

    if (lzx->at + FRAME > lzx->ring_size) {
        lzx->lap_end = lzx->at;
        lzx->at = 0;
    }
    lzx->frame_at = lzx->at;
    lzx->payload = block->payload;
    lzx->payload_size = block->payload_size;
    end = decode_frame(lzx, block->size);
    decoded->used_bits = frame_bits(lzx);
    if (end == FRAME_WHOLE && decoded->used_bits > (block->payload_size + 1) / 2 * 16)
        end = FRAME_INPUT_SHORT;
    decoded->data = lzx->window + lzx->frame_at;
    decoded->size = lzx->at - lzx->frame_at;
    if (lzx->e8_is_used && lzx->e8_size != 0 && lzx->history < E8_FRAMES_END &&
        block->size > E8_TAIL) {
        decoded->size = translate(lzx, block->size, decoded->size);
        decoded->data = lzx->translated;
    }
    if (end != FRAME_WHOLE)
        return frame_error(end, decoded, block, err);
    lzx->history += block->size;
    return WCAB_OK;
}

/* Codes and repeated distances depend on all blocks before. */
static bool lzx_lose(struct wci_block_decoder *decoder, size_t size)
{
    (void)decoder;
    (void)size;
    return false;
}

static void lzx_free(struct wci_block_decoder *decoder)
{
    free(decoder);
}

/* ---- the decoder -------------------------------------------------------------------------- */

static unsigned raw_bits_of(unsigned slot)
{
    unsigned extra = slot < 4 ? 0 : slot / 2 - 1;

    return extra > 17 ? 17 : extra;
}

static void start_meanings(struct lzx *lzx)
{
    uint32_t place = 0;
    unsigned slot, header, i;

    for (i = 0; i < LENGTHS; i++)
        lzx->meanings[i] = i << ENTRY_VALUE_SHIFT;
    for (i = 0; i < LITERALS; i++)
        lzx->main_meanings[i] = ENTRY_LITERAL | i << ENTRY_VALUE_SHIFT;
    for (slot = 0; slot < SLOTS_MAX; slot++) {
        for (header = 0; header <= LENGTH_HEADER; header++, i++)
            lzx->main_meanings[i] =
                (slot < 3 ? ENTRY_REPEATED : 0) | (header == LENGTH_HEADER ? ENTRY_LONG_MATCH : 0) |
                raw_bits_of(slot) << ENTRY_EXTRA_SHIFT | slot << ENTRY_SLOT_SHIFT |
                (header + LEAST_LENGTH) << ENTRY_LENGTH_SHIFT;
        lzx->base_distance[slot] = place - 2; /* of slots from 3 on */
        place += 1U << raw_bits_of(slot);
    }
}

static void start_code(struct wci_lzx_code *code, unsigned table_bits, uint32_t *table,
                       const uint32_t *meanings)
{
    code->table_bits = table_bits;
    code->table = table;
    code->meanings = meanings;
}

static const struct wci_block_decoder_ops lzx_ops = {lzx_decode, lzx_lose, lzx_free};

enum wcab_err wci_decode_lzx_new(unsigned window_bits, struct wci_block_decoder **decoder,
                                 struct wcab_error *err)
{
    static const uint8_t slots[] = {30, 32, 34, 36, 38, 42, 50};
    size_t window_size = (size_t)1 << window_bits, ring_size = window_size + 2 * (size_t)FRAME;
    struct lzx *lzx = malloc(sizeof(*lzx) + ring_size + WCI_WINDOW_SLACK);

    if (lzx == NULL)
        return wci_error_nomem(err);
    memset(lzx, 0, sizeof(*lzx));
    lzx->base.ops = &lzx_ops;
    lzx->decode_run = decode_run_plain;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2"))
        lzx->decode_run = decode_run_shifting;
#endif
    lzx->window_size = window_size;
    lzx->ring_size = ring_size;
    lzx->slots = slots[window_bits - WCI_LZX_WINDOW_MIN];
    lzx->repeated[0] = lzx->repeated[1] = lzx->repeated[2] = 1;
    start_meanings(lzx);
    start_code(&lzx->main, MAIN_BITS, lzx->main_table, lzx->main_meanings);
    start_code(&lzx->length, LENGTH_BITS, lzx->length_table, lzx->meanings);
    start_code(&lzx->aligned, ALIGNED_BITS, lzx->aligned_table, lzx->meanings);
    start_code(&lzx->pretree, PRETREE_BITS, lzx->pretree_table, lzx->meanings);
    *decoder = &lzx->base;
    return WCAB_OK;
}
