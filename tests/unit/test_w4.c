/*
 * test_w4 - W3 and W4 archives of virtual device drivers: the packed form bit by bit, directories,
 * truncated and absurd ones.
 */
#include <stdlib.h>

#include "check.h"
#include "indexer/walk/w4.h"

static struct wci_arena *arena;

/* ---- a packer ------------------------------------------------------------------------------ */

struct bit_writer {
    struct wci_buffer bytes;
    uint64_t held;
    unsigned count;
};

static void put_bits(struct bit_writer *bits, uint32_t value, unsigned count)
{
    bits->held |= (uint64_t)value << bits->count;
    bits->count += count;
    for (; bits->count >= 8; bits->count -= 8, bits->held >>= 8)
        wci_buffer_u8(&bits->bytes, (uint8_t)bits->held);
}

static void put_byte(struct bit_writer *bits, uint8_t byte)
{
    put_bits(bits, (byte & 0x80) != 0 ? 1 : 2, 2);
    put_bits(bits, byte & 0x7F, 7);
}

static void put_depth(struct bit_writer *bits, uint32_t depth)
{
    if (depth < 64) {
        put_bits(bits, 0, 2);
        put_bits(bits, depth, 6);
    } else if (depth < 320) {
        put_bits(bits, 3, 3);
        put_bits(bits, depth - 64, 8);
    } else {
        put_bits(bits, 7, 3);
        put_bits(bits, depth - 320, 12);
    }
}

static void put_length(struct bit_writer *bits, uint32_t length)
{
    unsigned zeros = 0;

    while ((2U << zeros) < length)
        zeros++;
    put_bits(bits, 0, zeros);
    put_bits(bits, 1, 1);
    put_bits(bits, length - (1U << zeros) - 1, zeros);
}

/* Packs with the longest match at each place, a sector's mark every 512 bytes as DoubleSpace has.
 */
static void pack(const uint8_t *data, size_t size, struct wci_buffer *out)
{
    struct bit_writer bits = {.held = 0};
    size_t at = 0, marked = 0;

    wci_buffer_init(&bits.bytes);
    while (at < size) {
        size_t best = 0, best_depth = 0, depth;

        if (at / 512 > marked) {
            put_depth(&bits, 4415);
            marked = at / 512;
        }
        for (depth = 1; depth <= at && depth < 4415; depth++) {
            size_t length = 0;

            while (length < 512 && at + length < size &&
                   data[at + length] == data[at + length - depth])
                length++;
            if (length > best) {
                best = length;
                best_depth = depth;
            }
        }
        if (best < 2) {
            put_byte(&bits, data[at++]);
            continue;
        }
        put_depth(&bits, (uint32_t)best_depth);
        put_length(&bits, (uint32_t)best);
        at += best;
    }
    put_depth(&bits, 0);
    put_bits(&bits, 0, 7); /* to a whole byte */
    wci_buffer_put(out, bits.bytes.data, bits.bytes.size);
    wci_buffer_free(&bits.bytes);
}

/* ---- archives ------------------------------------------------------------------------------ */

enum { HEADER = 0x80, MEMBERS = 600, W3_SIZE = 30000 };

static void put_at32(struct wci_buffer *buffer, size_t at, uint32_t value)
{
    unsigned i;

    if (at + 4 > buffer->size)
        abort();
    for (i = 0; i < 4; i++)
        buffer->data[at + i] = (uint8_t)(value >> (8 * i));
}

static void put_dos(struct wci_buffer *file)
{
    size_t i;

    wci_buffer_init(file);
    wci_buffer_put(file, "MZ", 2);
    for (i = 2; i < HEADER; i++)
        wci_buffer_u8(file, 0);
    put_at32(file, 0x3C, HEADER);
}

/* 600 members, a directory over two chunks; member 0 is put last. */
static void make_w3(struct wci_buffer *file)
{
    uint32_t random = 1;
    size_t i;

    put_dos(file);
    wci_buffer_put(file, "W3", 2);
    wci_buffer_u16(file, 0x0400);
    wci_buffer_u16(file, MEMBERS);
    for (i = 0; i < 10; i++)
        wci_buffer_u8(file, 0);
    for (i = 0; i < MEMBERS; i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "VXD%-5zu", i);
        wci_buffer_put(file, name, 8);
        wci_buffer_u32(file, i == 0 ? 29000 : (uint32_t)(10000 + i * 30));
        wci_buffer_u32(file, 196);
    }
    while (file->size < W3_SIZE) { /* runs, text, and what can't be packed */
        random = random * 1103515245 + 12345;
        wci_buffer_u8(file, file->size % 4096 < 1000 ? (uint8_t)(random >> 16)
                                                     : (uint8_t)(file->size / 100));
    }
}

static void make_w4(const struct wci_buffer *w3, struct wci_buffer *file)
{
    size_t size = w3->size - HEADER, at, i, count = (size + 8191) / 8192;

    put_dos(file);
    wci_buffer_put(file, "W4", 2);
    wci_buffer_u16(file, 0x0400);
    wci_buffer_u16(file, 8192);
    wci_buffer_u16(file, (uint16_t)count);
    wci_buffer_put(file, "DS\0\0\0\0\0\0", 8);
    for (i = 0; i < count; i++)
        wci_buffer_u32(file, 0);
    for (i = 0, at = 0; i < count; i++, at += 8192) {
        put_at32(file, HEADER + 16 + i * 4, (uint32_t)file->size);
        if (i == 1) /* stored */
            wci_buffer_put(file, w3->data + HEADER + at, 8192);
        else
            pack(w3->data + HEADER + at, size - at < 8192 ? size - at : 8192, file);
    }
}

static enum wcab_err list_bytes(const uint8_t *data, size_t size, struct wci_w4_archive *archive)
{
    struct wci_source *source = NULL;
    uint8_t *copy = malloc(size > 0 ? size : 1); /* of the very size, for AddressSanitizer */
    struct wcab_error err;
    enum wcab_err code;

    if (copy == NULL)
        abort();
    if (size > 0)
        memcpy(copy, data, size);
    if (wci_source_open_memory(copy, size, &source, &err) != WCAB_OK)
        abort();
    code = wci_w4_list(source, arena, archive, &err);
    wci_source_close(source);
    free(copy);
    return code;
}

static void check_members(const struct wci_w4_archive *archive)
{
    CHECK_EQ_INT(archive->version, 0x0400);
    CHECK_EQ_INT(archive->size, W3_SIZE);
    CHECK_EQ_INT(archive->count, MEMBERS);
    if (archive->count != MEMBERS)
        return;
    CHECK_EQ_BYTES(archive->members[0].name, "VXD0");
    CHECK_EQ_INT(archive->members[0].offset, 29000);
    CHECK_EQ_INT(archive->members[0].size, 1000);
    CHECK_EQ_INT(archive->members[0].header_size, 196);
    CHECK_EQ_BYTES(archive->members[599].name, "VXD599");
    CHECK_EQ_INT(archive->members[599].offset, 27970);
    CHECK_EQ_INT(archive->members[599].size, 1030);
    CHECK_EQ_INT(archive->members[300].size, 30);
}

static void test_w3(void)
{
    struct wci_w4_archive archive;
    struct wci_buffer file;

    make_w3(&file);
    CHECK_EQ_INT(list_bytes(file.data, file.size, &archive), WCAB_OK);
    CHECK(!archive.compressed);
    check_members(&archive);
    wci_buffer_free(&file);
}

static void test_w4(void)
{
    struct wci_w4_archive archive;
    struct wci_buffer w3, file;

    make_w3(&w3);
    make_w4(&w3, &file);
    CHECK(file.size < w3.size);
    CHECK_EQ_INT(list_bytes(file.data, file.size, &archive), WCAB_OK);
    CHECK(archive.compressed);
    check_members(&archive);
    wci_buffer_free(&w3);
    wci_buffer_free(&file);
}

/* Written out bit by bit: two bytes, two back for three, a sector's mark, the end. */
static void test_unpack_by_hand(void)
{
    static const char bits[] = "01"
                               "1000001" /* 41h */
                               "10"
                               "1000001" /* C1h */
                               "00"
                               "010000" /* 2 back */
                               "010"    /* 3 bytes */
                               "111"
                               "111111111111" /* mark */
                               "00"
                               "000000"; /* end */
    char packed[8] = {0};
    uint8_t out[WCI_W4_CHUNK_BYTES];
    size_t i, size = 0;

    for (i = 0; bits[i] != '\0'; i++)
        packed[i / 8] = (char)(packed[i / 8] | (bits[i] - '0') << (i % 8));
    CHECK(wci_w4_unpack((struct wci_bytes){packed, sizeof(packed)}, out, &size));
    CHECK_EQ_INT(size, 5);
    CHECK_EQ_MEM(out,
                 "A\xC1"
                 "A\xC1"
                 "A",
                 5);
    CHECK(!wci_w4_unpack((struct wci_bytes){packed, 5}, out, &size)); /* no end */
    packed[0] = 0x08; /* two back, where nothing is yet */
    CHECK(!wci_w4_unpack((struct wci_bytes){packed, sizeof(packed)}, out, &size));
}

/* Packing and unpacking give the same bytes, for each kind of content. */
static void test_unpack_any(void)
{
    static uint8_t data[WCI_W4_CHUNK_BYTES], out[WCI_W4_CHUNK_BYTES];
    uint32_t random = 7;
    unsigned kind;
    size_t i, size;

    for (kind = 0; kind < 4; kind++) {
        struct wci_buffer packed;

        for (i = 0; i < sizeof(data); i++) {
            random = random * 1103515245 + 12345;
            data[i] = kind == 0   ? 0
                      : kind == 1 ? (uint8_t)(random >> 16)
                      : kind == 2 ? (uint8_t)(i % 4414 == 0 ? random >> 20 : i % 4414 * 7 / 3)
                                  : (uint8_t)((random >> 16) % 3 + 'a');
        }
        wci_buffer_init(&packed);
        pack(data, sizeof(data), &packed);
        CHECK(
            wci_w4_unpack((struct wci_bytes){(const char *)packed.data, packed.size}, out, &size));
        CHECK_EQ_INT(size, sizeof(data));
        CHECK_EQ_MEM(out, data, sizeof(data));
        wci_buffer_free(&packed);
    }
}

/* A prefix is an error, never another listing; but for a W3, whose last member it only shortens. */
static void test_truncated(void)
{
    struct wci_w4_archive archive;
    struct wci_buffer w3, w4;
    size_t size;

    make_w3(&w3);
    make_w4(&w3, &w4);
    for (size = 0; size < w4.size; size++) {
        CHECK(list_bytes(w4.data, size, &archive) != WCAB_OK);
        if (size <= 29000)
            CHECK(list_bytes(w3.data, size, &archive) != WCAB_OK);
        if (size % 256 == 0)
            wci_arena_reset(arena);
    }
    wci_buffer_free(&w3);
    wci_buffer_free(&w4);
}

static void test_absurd(void)
{
    static const uint8_t values[] = {0xFF, 0x80, 0x7F, 1, 0};
    struct wci_w4_archive archive;
    struct wci_buffer w3, w4;
    size_t at, i;

    make_w3(&w3);
    make_w4(&w3, &w4);
    for (at = 0; at < HEADER + 200; at++) {
        uint8_t saved = w4.data[at];

        for (i = 0; i < sizeof(values); i++) {
            enum wcab_err code;

            w4.data[at] = values[i];
            code = list_bytes(w4.data, w4.size, &archive);
            CHECK(code == WCAB_OK || code == WCAB_ERR_CORRUPT || code == WCAB_ERR_FORMAT ||
                  code == WCAB_ERR_UNSUPPORTED);
        }
        w4.data[at] = saved;
        wci_arena_reset(arena);
    }
    w4.data[HEADER + 8] = 'J'; /* another method */
    CHECK_EQ_INT(list_bytes(w4.data, w4.size, &archive), WCAB_ERR_UNSUPPORTED);
    w4.data[HEADER] = 'N';
    CHECK_EQ_INT(list_bytes(w4.data, w4.size, &archive), WCAB_ERR_FORMAT);
    w3.data[HEADER + 5] = 0xFF; /* more members than the file has bytes for */
    CHECK_EQ_INT(list_bytes(w3.data, w3.size, &archive), WCAB_ERR_CORRUPT);
    wci_buffer_free(&w3);
    wci_buffer_free(&w4);
}

int main(void)
{
    arena = wci_arena_new();
    if (arena == NULL)
        return 1;
    RUN(test_w3);
    RUN(test_w4);
    RUN(test_unpack_by_hand);
    RUN(test_unpack_any);
    RUN(test_truncated);
    RUN(test_absurd);
    wci_arena_free(arena);
    return check_report();
}
