/* lzx.c: see lzx.h. A block's tokens are found first, then its codes are made from how often they
 * occur, then both are written; a token ends with its block and its frame. */
#include "lzx.h"
#include "prefix.h"

#include <stdlib.h>
#include <string.h>

enum {
    LITERALS = 256,
    LENGTHS = 249,
    SLOTS_MAX = 50,
    ALIGNED = 8,
    PRETREE = 20,
    MAIN_MAX = LITERALS + 8 * SLOTS_MAX,
    WORD_MAX = 16,    /* bits of the main and the length code */
    ALIGNED_MAX = 7,  /* of the aligned code */
    PRETREE_MAX = 15, /* of the code that lengths are told in */
    BLOCK_VERBATIM = 1,
    BLOCK_ALIGNED = 2,
    BLOCK_STORED = 3,
    LONGEST = 257,
    SHORTEST_NEW = 3, /* match at a distance that isn't one of the last three */
    HASH_BITS = 15,
    TRIALS = 8,
    NONE = 0xFFFF,
    CALL_TAIL = 10 /* the last bytes of a frame, where no call is translated */
};

/* A canonical prefix code and how often its symbols occur in the block. */
struct code {
    uint32_t frequency[MAIN_MAX];
    uint8_t length[MAIN_MAX], before[MAIN_MAX]; /* before: of the block before */
    uint16_t word[MAIN_MAX];
};

struct token {
    uint16_t main, length; /* symbols; length NONE: the main one tells all */
    uint16_t aligned;      /* symbol of the distance's lowest bits, or NONE */
    uint16_t advance;      /* bytes that it stands for */
    uint32_t extra;        /* raw bits of the distance */
    unsigned extra_bits;
};

/* 16-bit little-endian words, filled from the top. */
struct writer {
    struct wcgen_buffer *out;
    uint32_t word;
    unsigned count;
};

struct encoder {
    const struct wcgen_lzx *how;
    const uint8_t *data;
    size_t size;
    struct wcgen_buffer *frames;
    struct writer writer;
    struct code main, lengths, aligned;
    unsigned slots;
    uint32_t base[SLOTS_MAX + 1]; /* by slot, in distances + 2 */
    unsigned extra[SLOTS_MAX];
    uint32_t repeated[3];
    struct token *tokens;
    size_t token_count;
    uint32_t heads[1 << HASH_BITS]; /* place + 1 */
    uint32_t *chain;                /* by place: the one before with the same hash, + 1 */
};

/* --- Bits ------------------------------------------------------------------------------------- */

static void put(struct writer *writer, uint32_t value, unsigned count)
{
    while (count) {
        unsigned room = 16 - writer->count, take = count < room ? count : room;
        count -= take;
        writer->word = writer->word << take | (value >> count & ((1U << take) - 1));
        writer->count += take;
        if (writer->count == 16) {
            wcgen_buffer_append_u16(writer->out, writer->word & 0xFFFF);
            writer->word = writer->count = 0;
        }
    }
}

static void align(struct writer *writer)
{
    if (writer->count)
        put(writer, 0, 16 - writer->count);
}

static void put_symbol(struct writer *writer, const struct code *code, unsigned symbol)
{
    put(writer, code->word[symbol], code->length[symbol]);
}

/* --- Tokens ----------------------------------------------------------------------------------- */

static unsigned match_length(const struct encoder *encoder, size_t at, size_t end, size_t distance)
{
    unsigned length = 0;
    while (length < LONGEST && at + length < end &&
           encoder->data[at + length - distance] == encoder->data[at + length])
        length++;
    return length;
}

/* The longest of a few matches whose bytes have the same hash, the last ones first. */
static unsigned find_new(struct encoder *encoder, size_t at, size_t end, size_t *distance)
{
    uint32_t key, *head;
    unsigned best = 0;
    if (end - at < 4)
        return 0;
    memcpy(&key, encoder->data + at, 4);
    head = &encoder->heads[key * 2654435761U >> (32 - HASH_BITS)];
    size_t place = *head;
    for (int i = 0; i < TRIALS && place && best < LONGEST; i++) {
        size_t back = at - (place - 1);
        if (back > (1U << encoder->how->window_bits) - 3)
            break;
        unsigned length = match_length(encoder, at, end, back);
        if (length > best) {
            best = length;
            *distance = back;
        }
        place = encoder->chain[place - 1];
    }
    encoder->chain[at] = *head;
    *head = (uint32_t)at + 1;
    return best;
}

static unsigned find_repeated(const struct encoder *encoder, size_t at, size_t end, unsigned *which)
{
    unsigned best = 0;
    for (unsigned i = 0; i < 3; i++) {
        unsigned length =
            encoder->repeated[i] <= at ? match_length(encoder, at, end, encoder->repeated[i]) : 0;
        if (length > best) {
            best = length;
            *which = i;
        }
    }
    return best;
}

static void set_length(struct token *token, unsigned slot, unsigned length)
{
    unsigned header = length - 2 < 7 ? length - 2 : 7;
    token->main = (uint16_t)(LITERALS + 8 * slot + header);
    token->length = header == 7 ? (uint16_t)(length - 9) : NONE;
    token->advance = (uint16_t)length;
}

static void set_distance(struct encoder *encoder, struct token *token, size_t distance,
                         unsigned length, bool aligned)
{
    unsigned slot = 3;
    while (encoder->base[slot + 1] <= distance + 2)
        slot++;
    set_length(token, slot, length);
    token->extra = (uint32_t)(distance + 2 - encoder->base[slot]);
    token->extra_bits = encoder->extra[slot];
    if (aligned && token->extra_bits >= 3) {
        token->aligned = (uint16_t)(token->extra & 7);
        token->extra >>= 3;
        token->extra_bits -= 3;
    }
    encoder->repeated[2] = encoder->repeated[1];
    encoder->repeated[1] = encoder->repeated[0];
    encoder->repeated[0] = (uint32_t)distance;
}

static struct token next_token(struct encoder *encoder, size_t at, size_t end, bool aligned)
{
    struct token token = {.length = NONE, .aligned = NONE, .advance = 1};
    unsigned which = 0;
    size_t distance = 0;
    unsigned length = find_new(encoder, at, end, &distance);
    unsigned again = find_repeated(encoder, at, end, &which);
    if (again >= 2 && again + 1 >= length) {
        uint32_t taken = encoder->repeated[which];
        encoder->repeated[which] = encoder->repeated[0];
        encoder->repeated[0] = taken;
        set_length(&token, which, again);
    } else if (length >= SHORTEST_NEW) {
        set_distance(encoder, &token, distance, length, aligned);
    } else {
        token.main = encoder->data[at];
    }
    return token;
}

static size_t frame_end(const struct encoder *encoder, size_t at)
{
    size_t end = (at / WCGEN_LZX_FRAME + 1) * WCGEN_LZX_FRAME;
    return end < encoder->size ? end : encoder->size;
}

static void find_tokens(struct encoder *encoder, size_t at, size_t end, bool aligned)
{
    encoder->token_count = 0;
    encoder->tokens = wcgen_util_grow(encoder->tokens, end - at, sizeof *encoder->tokens);
    while (at < end) {
        size_t stop = frame_end(encoder, at);
        struct token token = next_token(encoder, at, stop < end ? stop : end, aligned);
        encoder->tokens[encoder->token_count++] = token;
        at += token.advance;
    }
}

/* --- Codes ------------------------------------------------------------------------------------ */

static void make_code(struct code *code, unsigned count, unsigned limit)
{
    memcpy(code->before, code->length, sizeof code->before);
    wcgen_prefix_lengths(code->frequency, count, limit, code->length);
    wcgen_prefix_words(code->length, count, code->word);
}

static void make_codes(struct encoder *encoder)
{
    memset(encoder->main.frequency, 0, sizeof encoder->main.frequency);
    memset(encoder->lengths.frequency, 0, sizeof encoder->lengths.frequency);
    memset(encoder->aligned.frequency, 0, sizeof encoder->aligned.frequency);
    for (size_t i = 0; i < encoder->token_count; i++) {
        const struct token *token = &encoder->tokens[i];
        encoder->main.frequency[token->main]++;
        if (token->length != NONE)
            encoder->lengths.frequency[token->length]++;
        if (token->aligned != NONE)
            encoder->aligned.frequency[token->aligned]++;
    }
    encoder->aligned.frequency[0] += !encoder->aligned.frequency[0]; /* it is never empty */
    make_code(&encoder->main, LITERALS + 8 * encoder->slots, WORD_MAX);
    make_code(&encoder->lengths, LENGTHS, WORD_MAX);
    make_code(&encoder->aligned, ALIGNED, ALIGNED_MAX);
}

/* What tells the lengths from `i` on: a symbol of the pretree and what follows it. */
struct told {
    unsigned symbol, count;
    unsigned raw, raw_bits;
    unsigned difference; /* NONE, or the symbol behind a run */
};

static unsigned run_of(const uint8_t *lengths, unsigned count)
{
    unsigned run = 1;
    while (run < count && lengths[run] == lengths[0])
        run++;
    return run;
}

static struct told tell(const uint8_t *lengths, const uint8_t *before, unsigned count)
{
    unsigned run = run_of(lengths, count), difference = (17U + before[0] - lengths[0]) % 17;
    if (!lengths[0] && run >= 20) {
        run = run < 51 ? run : 51;
        return (struct told){18, run, run - 20, 5, NONE};
    }
    if (!lengths[0] && run >= 4)
        return (struct told){17, run, run - 4, 4, NONE};
    if (run >= 4) {
        run = run < 5 ? run : 5;
        return (struct told){19, run, run - 4, 1, difference};
    }
    return (struct told){difference, 1, 0, 0, NONE};
}

/* Lengths as differences to those of the block before, in a code of their own. */
static void put_lengths(struct writer *writer, const uint8_t *lengths, const uint8_t *before,
                        unsigned count)
{
    struct code pretree = {0};
    struct told told;
    for (unsigned i = 0; i < count; i += told.count) {
        told = tell(lengths + i, before + i, count - i);
        pretree.frequency[told.symbol]++;
        if (told.difference != NONE)
            pretree.frequency[told.difference]++;
    }
    make_code(&pretree, PRETREE, PRETREE_MAX);
    for (unsigned i = 0; i < PRETREE; i++)
        put(writer, pretree.length[i], 4);
    for (unsigned i = 0; i < count; i += told.count) {
        told = tell(lengths + i, before + i, count - i);
        put_symbol(writer, &pretree, told.symbol);
        put(writer, told.raw, told.raw_bits);
        if (told.difference != NONE)
            put_symbol(writer, &pretree, told.difference);
    }
}

/* --- Blocks ----------------------------------------------------------------------------------- */

static void put_codes(struct encoder *encoder, bool aligned)
{
    struct writer *writer = &encoder->writer;
    unsigned matches = 8 * encoder->slots;
    if (aligned)
        for (unsigned i = 0; i < ALIGNED; i++)
            put(writer, encoder->aligned.length[i], 3);
    put_lengths(writer, encoder->main.length, encoder->main.before, LITERALS);
    put_lengths(writer, encoder->main.length + LITERALS, encoder->main.before + LITERALS, matches);
    put_lengths(writer, encoder->lengths.length, encoder->lengths.before, LENGTHS);
}

static void put_token(struct encoder *encoder, const struct token *token)
{
    put_symbol(&encoder->writer, &encoder->main, token->main);
    if (token->length != NONE)
        put_symbol(&encoder->writer, &encoder->lengths, token->length);
    put(&encoder->writer, token->extra, token->extra_bits);
    if (token->aligned != NONE)
        put_symbol(&encoder->writer, &encoder->aligned, token->aligned);
}

/* The frame of place `at` gets what is written from here on. */
static void enter_frame(struct encoder *encoder, size_t at)
{
    align(&encoder->writer);
    if (at < encoder->size)
        encoder->writer.out = &encoder->frames[at / WCGEN_LZX_FRAME];
}

static void write_packed(struct encoder *encoder, size_t at, size_t end, bool aligned)
{
    find_tokens(encoder, at, end, aligned);
    make_codes(encoder);
    put_codes(encoder, aligned);
    for (size_t i = 0; i < encoder->token_count; i++) {
        put_token(encoder, &encoder->tokens[i]);
        at += encoder->tokens[i].advance;
        if (at == frame_end(encoder, at - 1))
            enter_frame(encoder, at);
    }
}

/* Behind 1 to 16 bits up to a word: distances, bytes, and one more behind an odd number of them. */
static void write_stored(struct encoder *encoder, size_t at, size_t end)
{
    size_t size = end - at;
    put(&encoder->writer, 0, 16 - encoder->writer.count);
    for (int i = 0; i < 3; i++)
        wcgen_buffer_append_u32(encoder->writer.out, encoder->repeated[i]);
    while (at < end) {
        size_t stop = frame_end(encoder, at) < end ? frame_end(encoder, at) : end;
        wcgen_buffer_append(encoder->writer.out, encoder->data + at, stop - at);
        at = stop;
        if (at == end && size % 2)
            wcgen_buffer_append_u8(encoder->writer.out, 0);
        if (at == frame_end(encoder, at - 1))
            enter_frame(encoder, at);
    }
}

static void write_block(struct encoder *encoder, size_t at, size_t end, char kind)
{
    put(&encoder->writer,
        kind == 'u'   ? BLOCK_STORED
        : kind == 'a' ? BLOCK_ALIGNED
                      : BLOCK_VERBATIM,
        3);
    put(&encoder->writer, (uint32_t)(end - at), 24);
    if (kind == 'u')
        write_stored(encoder, at, end);
    else
        write_packed(encoder, at, end, kind == 'a');
}

/* --- The folder ------------------------------------------------------------------------------- */

size_t wcgen_lzx_frames(size_t size)
{
    return (size + WCGEN_LZX_FRAME - 1) / WCGEN_LZX_FRAME;
}

/* Calls get the address that they go to instead of the way there. */
static void translate_calls(uint8_t *data, size_t size, int32_t calls)
{
    for (size_t frame = 0; frame < size; frame += WCGEN_LZX_FRAME) {
        size_t end = frame + WCGEN_LZX_FRAME < size ? frame + WCGEN_LZX_FRAME : size;
        for (size_t i = frame; i + CALL_TAIL < end; i++) {
            if (data[i] != 0xE8)
                continue;
            int32_t way = (int32_t)wcgen_get_u32(data + i + 1), place = (int32_t)i;
            if (way >= -place && way < calls - place)
                wcgen_put_u32(data + i + 1, (uint32_t)(way + place));
            else if (way >= calls - place && way < calls)
                wcgen_put_u32(data + i + 1, (uint32_t)(way - calls));
            i += 4;
        }
    }
}

static void start_slots(struct encoder *encoder)
{
    static const unsigned slots[] = {30, 32, 34, 36, 38, 42, 50};
    uint32_t base = 0;
    unsigned i;
    encoder->slots = slots[encoder->how->window_bits - 15];
    for (i = 0; i < encoder->slots; i++) {
        unsigned extra = i < 4 ? 0 : i / 2 - 1;
        encoder->extra[i] = extra > 17 ? 17 : extra;
        encoder->base[i] = base;
        base += 1U << encoder->extra[i];
    }
    encoder->base[i] = base;
}

static void start(struct encoder *encoder, const struct wcgen_lzx *how, size_t size)
{
    encoder->how = how;
    encoder->size = size;
    encoder->chain = wcgen_util_alloc(size, sizeof *encoder->chain);
    start_slots(encoder);
    for (int i = 0; i < 3; i++)
        encoder->repeated[i] = 1;
    encoder->writer.out = encoder->frames;
    put(&encoder->writer, how->calls > 0, 1);
    put(&encoder->writer, how->calls >> 16, how->calls ? 16 : 0);
    put(&encoder->writer, how->calls & 0xFFFF, how->calls ? 16 : 0);
}

void wcgen_lzx_encode(const struct wcgen_lzx *how, const uint8_t *data, size_t size,
                      struct wcgen_buffer *frames)
{
    if (!size)
        return;
    struct encoder *encoder = wcgen_util_alloc(1, sizeof *encoder);
    const char *kinds = how->blocks ? how->blocks : "v";
    size_t block_size = how->block_size ? how->block_size : WCGEN_LZX_BLOCK, at = 0;
    uint8_t *copy = wcgen_util_alloc(size, 1);
    memcpy(copy, data, size);
    if (how->calls)
        translate_calls(copy, size, (int32_t)how->calls);
    encoder->data = copy;
    encoder->frames = frames;
    start(encoder, how, size);
    for (size_t n = 0; at < size; n++) {
        size_t end = size - at < block_size ? size : at + block_size;
        if (how->in_frames && end > frame_end(encoder, at))
            end = frame_end(encoder, at);
        write_block(encoder, at, end, kinds[n % strlen(kinds)]);
        at = end;
    }
    for (size_t i = 0; i < wcgen_lzx_frames(size); i++)
        if (frames[i].length > WCGEN_LZX_PAYLOAD_MAX)
            wcgen_util_fail("LZX: frame %zu takes %zu bytes, more than a block of a cabinet", i,
                            frames[i].length);
    free(encoder->tokens);
    free(encoder->chain);
    free(encoder);
    free(copy);
}
