/* oldpack.c: see oldpack.h. */
#include "oldpack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* ---- bits ---------------------------------------------------------------------------------- */

struct bits {
    struct wcgen_buffer out;
    uint32_t value;
    unsigned count;
};

static void put(struct bits *bits, uint32_t value, unsigned count)
{
    bits->value |= value << bits->count;
    bits->count += count;
    while (bits->count >= 8) {
        wcgen_buffer_append_u8(&bits->out, bits->value & 255);
        bits->value >>= 8;
        bits->count -= 8;
    }
}

static struct wcgen_buffer end(struct bits *bits)
{
    if (bits->count > 0)
        put(bits, 0, 8 - bits->count);
    return bits->out;
}

/* ---- shrinking ----------------------------------------------------------------------------- */

enum { CODES = 8192, CONTROL = 256, FREE = -1 };

struct dictionary {
    int parent[CODES]; /* FREE */
    uint8_t last[CODES];
    int child[CODES], sibling[CODES]; /* -1: none */
};

static void relink(struct dictionary *dictionary)
{
    for (int i = 0; i < CODES; i++)
        dictionary->child[i] = dictionary->sibling[i] = -1;
    for (int i = CONTROL + 1; i < CODES; i++) {
        int parent = dictionary->parent[i];
        if (parent == FREE)
            continue;
        dictionary->sibling[i] = dictionary->child[parent];
        dictionary->child[parent] = i;
    }
}

static int find_child(const struct dictionary *dictionary, int code, uint8_t byte)
{
    int child = dictionary->child[code];
    while (child >= 0 && dictionary->last[child] != byte)
        child = dictionary->sibling[child];
    return child;
}

static int find_free(const struct dictionary *dictionary)
{
    int code = CONTROL + 1;
    while (code < CODES && dictionary->parent[code] != FREE)
        code++;
    return code;
}

static void clear_leaves(struct dictionary *dictionary)
{
    bool is_parent[CODES] = {false};
    for (int i = CONTROL + 1; i < CODES; i++) {
        if (dictionary->parent[i] != FREE)
            is_parent[dictionary->parent[i]] = true;
    }
    for (int i = CONTROL + 1; i < CODES; i++) {
        if (!is_parent[i])
            dictionary->parent[i] = FREE;
    }
    relink(dictionary);
}

/* Gives a code to `code` and `byte`, after freeing some where none is left. */
static void add_code(struct dictionary *dictionary, struct bits *bits, unsigned width, int code,
                     uint8_t byte)
{
    int next = find_free(dictionary);
    if (next == CODES) {
        put(bits, CONTROL, width);
        put(bits, 2, width);
        clear_leaves(dictionary);
        next = find_free(dictionary);
    }
    dictionary->parent[next] = code;
    dictionary->last[next] = byte;
    dictionary->sibling[next] = dictionary->child[code];
    dictionary->child[code] = next;
}

struct wcgen_buffer wcgen_oldpack_shrink(const uint8_t *bytes, size_t count)
{
    struct dictionary *dictionary = wcgen_util_alloc(1, sizeof(*dictionary));
    struct bits bits = {0};
    unsigned width = 9;
    for (int i = 0; i < CODES; i++)
        dictionary->parent[i] = FREE;
    relink(dictionary);
    for (size_t at = 0; at < count;) {
        int code = bytes[at++], next;
        while (at < count && (next = find_child(dictionary, code, bytes[at])) >= 0) {
            code = next;
            at++;
        }
        while (code >= 1 << width) {
            put(&bits, CONTROL, width);
            put(&bits, 1, width);
            width++;
        }
        put(&bits, (uint32_t)code, width);
        if (at < count)
            add_code(dictionary, &bits, width, code, bytes[at]);
    }
    free(dictionary);
    return end(&bits);
}

/* ---- matches ------------------------------------------------------------------------------- */

struct match {
    size_t length, distance;
};

/* The longest match of up to `longest` bytes not farther than `window` back; some places are left
 * out, so that it ends soon. */
static struct match find_match(const uint8_t *bytes, size_t at, size_t count, size_t window,
                               size_t longest)
{
    struct match best = {0, 0};
    size_t farthest = at < window ? at : window;
    if (longest > count - at)
        longest = count - at;
    for (size_t distance = 1; distance <= farthest && best.length < longest;
         distance += distance < 600 ? 1 : 7) {
        size_t length = 0;
        while (length < longest && bytes[at + length] == bytes[at + length - distance])
            length++;
        if (length > best.length)
            best = (struct match){length, distance};
    }
    return best;
}

/* ---- reducing ------------------------------------------------------------------------------ */

enum { MARK = 144, FOLLOWERS = 32 };

static struct wcgen_buffer mark_runs(const uint8_t *bytes, size_t count, unsigned factor)
{
    struct wcgen_buffer out = {0};
    size_t most = (1U << (8 - factor)) - 1;
    for (size_t at = 0; at < count;) {
        struct match match = find_match(bytes, at, count, (size_t)256 << factor, most + 255 + 3);
        size_t far = (match.distance - 1) >> 8, length = match.length - 3;
        if (match.length < 3 || (far == 0 && length == 0)) {
            wcgen_buffer_append_u8(&out, bytes[at]);
            if (bytes[at++] == MARK)
                wcgen_buffer_append_u8(&out, 0);
            continue;
        }
        wcgen_buffer_append_u8(&out, MARK);
        wcgen_buffer_append_u8(&out,
                               (unsigned)(far << (8 - factor) | (length < most ? length : most)));
        if (length >= most)
            wcgen_buffer_append_u8(&out, (unsigned)(length - most));
        wcgen_buffer_append_u8(&out, (unsigned)(match.distance - 1) & 255);
        at += match.length;
    }
    return out;
}

struct follower_sets {
    uint32_t often[256][256];
    uint8_t bytes[256][FOLLOWERS];
    unsigned count[256];
};

/* Those that follow a byte most often, as many as are worth it. */
static void choose_followers(struct follower_sets *sets, const struct wcgen_buffer *marked)
{
    uint8_t last = 0;
    for (size_t i = 0; i < marked->length; i++) {
        sets->often[last][marked->bytes[i]]++;
        last = marked->bytes[i];
    }
    for (unsigned byte = 0; byte < 256; byte++) {
        while (sets->count[byte] < FOLLOWERS) {
            unsigned best = 0;
            for (unsigned i = 1; i < 256; i++) {
                if (sets->often[byte][i] > sets->often[byte][best])
                    best = i;
            }
            if (sets->often[byte][best] == 0)
                break;
            sets->bytes[byte][sets->count[byte]++] = (uint8_t)best;
            sets->often[byte][best] = 0;
        }
    }
}

static void put_reduced(struct bits *bits, const struct follower_sets *sets, uint8_t last,
                        uint8_t byte)
{
    unsigned count = sets->count[last], width = 1, i = 0;
    while (1U << width < count)
        width++;
    while (i < count && sets->bytes[last][i] != byte)
        i++;
    if (count > 0)
        put(bits, i == count, 1);
    if (i < count)
        put(bits, i, width);
    else
        put(bits, byte, 8);
}

struct wcgen_buffer wcgen_oldpack_reduce(const uint8_t *bytes, size_t count, unsigned factor)
{
    struct wcgen_buffer marked = mark_runs(bytes, count, factor);
    struct follower_sets *sets = wcgen_util_alloc(1, sizeof(*sets));
    struct bits bits = {0};
    uint8_t last = 0;
    choose_followers(sets, &marked);
    for (unsigned byte = 256; byte-- > 0;) {
        put(&bits, sets->count[byte], 6);
        for (unsigned i = 0; i < sets->count[byte]; i++)
            put(&bits, sets->bytes[byte][i], 8);
    }
    for (size_t i = 0; i < marked.length; i++) {
        put_reduced(&bits, sets, last, marked.bytes[i]);
        last = marked.bytes[i];
    }
    wcgen_buffer_free(&marked);
    free(sets);
    return end(&bits);
}

/* ---- prefix codes -------------------------------------------------------------------------- */

struct code {
    uint8_t length[256];
    uint16_t bits[256]; /* the first one highest, as they are written */
};

/* Shorter codes first, then lower symbols, from all ones down. */
static void make_code(struct code *code, unsigned symbols)
{
    uint32_t next = 0;
    for (unsigned length = 1; length <= 16; length++) {
        next <<= 1;
        for (unsigned i = 0; i < symbols; i++) {
            if (code->length[i] == length)
                code->bits[i] = (uint16_t)(~next++ & ((1U << length) - 1));
        }
    }
}

static void put_symbol(struct bits *bits, const struct code *code, unsigned symbol)
{
    for (unsigned i = code->length[symbol]; i-- > 0;)
        put(bits, code->bits[symbol] >> i & 1, 1);
}

/* Runs of equal lengths, as both formats describe a code. */
static void make_by_runs(struct code *code, const uint8_t *runs, size_t run_count)
{
    unsigned symbols = 0;
    for (size_t i = 0; i < run_count; i++) {
        for (unsigned k = 0; k <= (unsigned)runs[i] >> 4; k++)
            code->length[symbols++] = runs[i] & 15;
    }
    make_code(code, symbols);
}

/* ---- imploding ----------------------------------------------------------------------------- */

/* Each run of equal lengths in a byte: how many less one, length less one. */
static void put_lengths(struct bits *bits, const struct code *code, unsigned symbols)
{
    struct wcgen_buffer runs = {0};
    for (unsigned i = 0; i < symbols;) {
        unsigned count = 1;
        while (count < 16 && i + count < symbols && code->length[i + count] == code->length[i])
            count++;
        wcgen_buffer_append_u8(&runs, (count - 1) << 4 | (code->length[i] - 1U));
        i += count;
    }
    put(bits, (uint32_t)runs.length - 1, 8);
    for (size_t i = 0; i < runs.length; i++)
        put(bits, runs.bytes[i], 8);
    wcgen_buffer_free(&runs);
}

/* The first symbols have codes of one length, the next of another ...; all add up to one. */
static void set_lengths(struct code *code, const uint8_t (*parts)[2])
{
    unsigned symbols = 0;
    for (; (*parts)[0] > 0; parts++) {
        for (unsigned i = 0; i < (*parts)[0]; i++)
            code->length[symbols++] = (*parts)[1];
    }
    make_code(code, symbols);
}

struct wcgen_buffer wcgen_oldpack_implode(const uint8_t *bytes, size_t count, bool large,
                                          bool coded)
{
    static const uint8_t literal_parts[][2] = {{32, 8}, {96, 9}, {32, 6}, {96, 9}, {0, 0}};
    static const uint8_t length_parts[][2] = {{2, 2}, {1, 3}, {35, 7}, {26, 8}, {0, 0}};
    static const uint8_t distance_parts[][2] = {{8, 4}, {16, 6}, {24, 7}, {16, 8}, {0, 0}};
    struct code literals = {0}, lengths = {0}, distances = {0};
    unsigned low_bits = large ? 7 : 6;
    size_t least = coded ? 3 : 2;
    struct bits bits = {0};
    set_lengths(&literals, literal_parts);
    set_lengths(&lengths, length_parts);
    set_lengths(&distances, distance_parts);
    if (coded)
        put_lengths(&bits, &literals, 256);
    put_lengths(&bits, &lengths, 64);
    put_lengths(&bits, &distances, 64);
    for (size_t at = 0; at < count;) {
        struct match match = find_match(bytes, at, count, (size_t)64 << low_bits, least + 63 + 255);
        if (match.length < least + 1) {
            put(&bits, 1, 1);
            if (coded)
                put_symbol(&bits, &literals, bytes[at]);
            else
                put(&bits, bytes[at], 8);
            at++;
            continue;
        }
        size_t length = match.length - least, distance = match.distance - 1;
        put(&bits, 0, 1);
        put(&bits, (uint32_t)distance & ((1U << low_bits) - 1), low_bits);
        put_symbol(&bits, &distances, (unsigned)(distance >> low_bits));
        put_symbol(&bits, &lengths, length < 63 ? (unsigned)length : 63);
        if (length >= 63)
            put(&bits, (uint32_t)(length - 63), 8);
        at += match.length;
    }
    return end(&bits);
}

/* ---- PKWARE's library ---------------------------------------------------------------------- */

static const uint16_t dcl_base[] = {3, 2, 4, 5, 6, 7, 8, 9, 10, 12, 16, 24, 40, 72, 136, 264};
static const uint8_t dcl_extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};

static void put_dcl_length(struct bits *bits, const struct code *lengths, size_t length)
{
    unsigned symbol = 1;
    if (length != 2)
        for (symbol = 0; symbol < 16; symbol++) {
            if (symbol != 1 && length >= dcl_base[symbol] &&
                length < dcl_base[symbol] + (1U << dcl_extra[symbol]))
                break;
        }
    put_symbol(bits, lengths, symbol);
    put(bits, (uint32_t)length - dcl_base[symbol], dcl_extra[symbol]);
}

struct wcgen_buffer wcgen_oldpack_explode(const uint8_t *bytes, size_t count, unsigned window_bits,
                                          bool coded)
{
    static const uint8_t literal_runs[] = {
        11, 124, 8,   7,   28,  7,   188, 13, 76, 4,  10, 8,  12, 10, 12, 10, 8,  23, 8,  9,
        7,  6,   7,   8,   7,   6,   55,  8,  23, 24, 12, 11, 7,  9,  11, 12, 6,  7,  22, 5,
        7,  24,  6,   11,  9,   6,   7,   22, 7,  11, 38, 7,  9,  8,  25, 11, 8,  11, 9,  12,
        8,  12,  5,   38,  5,   38,  5,   11, 7,  5,  6,  21, 6,  10, 53, 8,  7,  24, 10, 27,
        44, 253, 253, 253, 252, 252, 252, 13, 12, 45, 12, 45, 12, 61, 12, 45, 44, 173};
    static const uint8_t length_runs[] = {2, 35, 36, 53, 38, 23};
    static const uint8_t distance_runs[] = {2, 20, 53, 230, 247, 151, 248};
    struct code literals = {0}, lengths = {0}, distances = {0};
    struct bits bits = {0};
    make_by_runs(&literals, literal_runs, sizeof(literal_runs));
    make_by_runs(&lengths, length_runs, sizeof(length_runs));
    make_by_runs(&distances, distance_runs, sizeof(distance_runs));
    put(&bits, coded, 8);
    put(&bits, window_bits, 8);
    for (size_t at = 0; at < count;) {
        struct match match = find_match(bytes, at, count, (size_t)64 << window_bits, 518);
        unsigned low_bits = match.length == 2 ? 2 : window_bits;
        if (match.length < 2 || (match.length == 2 && match.distance > 256)) {
            put(&bits, 0, 1);
            if (coded)
                put_symbol(&bits, &literals, bytes[at]);
            else
                put(&bits, bytes[at], 8);
            at++;
            continue;
        }
        put(&bits, 1, 1);
        put_dcl_length(&bits, &lengths, match.length);
        put_symbol(&bits, &distances, (unsigned)((match.distance - 1) >> low_bits));
        put(&bits, (uint32_t)(match.distance - 1) & ((1U << low_bits) - 1), low_bits);
        at += match.length;
    }
    put(&bits, 1, 1);
    put_dcl_length(&bits, &lengths, 519);
    return end(&bits);
}

/* ---- archives ------------------------------------------------------------------------------ */

struct zip {
    struct wcgen_buffer out, central;
    unsigned count;
};

static void put_fields(struct wcgen_buffer *out, unsigned flags, unsigned method, uint32_t crc,
                       size_t packed, size_t size, size_t name)
{
    wcgen_buffer_append_u16(out, 10);
    wcgen_buffer_append_u16(out, flags);
    wcgen_buffer_append_u16(out, method);
    wcgen_buffer_append_u16(out, 0x4E40); /* 09:50:00 */
    wcgen_buffer_append_u16(out, 0x16EB); /* 1991-07-11 */
    wcgen_buffer_append_u32(out, crc);
    wcgen_buffer_append_u32(out, (uint32_t)packed);
    wcgen_buffer_append_u32(out, (uint32_t)size);
    wcgen_buffer_append_u16(out, (unsigned)name);
    wcgen_buffer_append_u16(out, 0);
}

/* Imploded files take the four kinds in turn. */
static struct wcgen_buffer pack(unsigned method, unsigned turn, const struct wcgen_buffer *plain,
                                unsigned *flags)
{
    struct wcgen_buffer copy = {0};
    *flags = method == 6 ? (turn & 1) << 1 | (turn & 2) << 1 : 0;
    if (method == 1)
        return wcgen_oldpack_shrink(plain->bytes, plain->length);
    if (method >= 2 && method <= 5)
        return wcgen_oldpack_reduce(plain->bytes, plain->length, method - 1);
    if (method == 6)
        return wcgen_oldpack_implode(plain->bytes, plain->length, turn & 1, turn & 2);
    wcgen_buffer_append(&copy, plain->bytes, plain->length);
    return copy;
}

static void add_file(struct zip *zip, unsigned method, const char *path)
{
    struct wcgen_buffer plain = wcgen_file_read(path), packed;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    uint32_t at = (uint32_t)zip->out.length;
    uint32_t crc = (uint32_t)crc32_z(0, plain.bytes, plain.length);
    unsigned flags;
    packed = pack(method, zip->count, &plain, &flags);
    wcgen_buffer_append_u32(&zip->out, 0x04034B50);
    put_fields(&zip->out, flags, method, crc, packed.length, plain.length, strlen(name));
    wcgen_buffer_append(&zip->out, name, strlen(name));
    wcgen_buffer_append(&zip->out, packed.bytes, packed.length);
    wcgen_buffer_append_u32(&zip->central, 0x02014B50);
    wcgen_buffer_append_u16(&zip->central, 10);
    put_fields(&zip->central, flags, method, crc, packed.length, plain.length, strlen(name));
    wcgen_buffer_append_zeros(&zip->central, 6);
    wcgen_buffer_append_u32(&zip->central, 0x20);
    wcgen_buffer_append_u32(&zip->central, at);
    wcgen_buffer_append(&zip->central, name, strlen(name));
    zip->count++;
    wcgen_buffer_free(&plain);
    wcgen_buffer_free(&packed);
}

void wcgen_oldpack_zip(unsigned method, const char *archive, char *const *paths, size_t count)
{
    struct zip zip = {0};
    uint32_t at;
    for (size_t i = 0; i < count; i++)
        add_file(&zip, method, paths[i]);
    at = (uint32_t)zip.out.length;
    wcgen_buffer_append(&zip.out, zip.central.bytes, zip.central.length);
    wcgen_buffer_append_u32(&zip.out, 0x06054B50);
    wcgen_buffer_append_u32(&zip.out, 0);
    wcgen_buffer_append_u16(&zip.out, zip.count);
    wcgen_buffer_append_u16(&zip.out, zip.count);
    wcgen_buffer_append_u32(&zip.out, (uint32_t)zip.central.length);
    wcgen_buffer_append_u32(&zip.out, at);
    wcgen_buffer_append_u16(&zip.out, 0);
    wcgen_file_write(archive, zip.out.bytes, zip.out.length);
    wcgen_buffer_free(&zip.out);
    wcgen_buffer_free(&zip.central);
}
