/*
 * test_decode - the decoders against the encoders of the test media and against libmspack.
 *
 * The Quantum and MSZIP encoders share no code with the decoders; libmspack is the second opinion
 * on every stream that it can read.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "folder_maker.h"

enum { WINDOW_SHIFT = 8 };

/* Decodes the whole folder and holds it against what it was made of. */
static void check_decodes(const struct made_folder *folder, enum wci_decoder_choice choice)
{
    struct folder_feed feed;
    struct kept_bytes kept;
    struct wci_block_reader reader = folder_feed(&feed, folder);
    struct wci_byte_sink sink = kept_sink(&kept);
    struct wcab_error err = {0};

    CHECK_EQ_INT(wci_decode_folder(folder->type_compress, choice, &reader, &sink, &err), WCAB_OK);
    CHECK_EQ_STR(err.text, "");
    CHECK_EQ_INT(kept.size, folder->size);
    if (kept.size == folder->size && kept.size > 0)
        CHECK_EQ_MEM(kept.data, folder->data, kept.size);
    kept_free(&kept);
}

static const size_t sizes[] = {1, 2, 32767, 32768, 32769, 5 * 32768 + 4711};

static void test_stored(void)
{
    struct made_folder folder;
    size_t i;

    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        folder_make(&folder, TYPE_STORED, CONTENTS_MIXED, sizes[i], 1, 1);
        check_decodes(&folder, WCI_DECODER_BEST);
        check_decodes(&folder, WCI_DECODER_LIBMSPACK);
        folder_free(&folder);
    }
}

static void check_both(uint16_t type_compress)
{
    struct made_folder folder;
    size_t i;
    int contents;

    for (contents = 0; contents < CONTENTS_COUNT; contents++) {
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            folder_make(&folder, type_compress, (enum contents)contents, sizes[i], (uint32_t)i, 1);
            check_decodes(&folder, WCI_DECODER_BEST);
            check_decodes(&folder, WCI_DECODER_LIBMSPACK);
            folder_free(&folder);
        }
    }
}

static void test_mszip(void)
{
    check_both(TYPE_MSZIP);
}

static void test_quantum(void)
{
    unsigned window;

    for (window = 10; window <= 21; window++)
        check_both((uint16_t)(TYPE_QUANTUM | window << WINDOW_SHIFT));
}

static void test_lzx(void)
{
    unsigned window;

    for (window = 15; window <= 21; window++)
        check_both((uint16_t)(TYPE_LZX | window << WINDOW_SHIFT));
}

/* Every kind of block and window, blocks that end in, with and behind frames, calls that are
 * translated. */
static void test_lzx_blocks(void)
{
    static const char *const kinds[] = {"v", "a", "u", "vau", "uva"};
    static const size_t block_sizes[] = {1000, 4711, 32768, 50001, 0};
    static const uint32_t calls[] = {0, 1, 70000, WCGEN_LZX_CALLS, INT32_MAX};
    struct made_folder folder;
    unsigned round;

    for (round = 0; round < 140; round++) {
        struct wcgen_lzx how = {.window_bits = 15 + round % 7,
                                .blocks = kinds[round % 5],
                                .block_size = block_sizes[round / 5 % 5],
                                .calls = calls[round / 2 % 5]};

        folder_make_lzx(&folder, &how, CONTENTS_MIXED, sizes[round % 6], round);
        check_decodes(&folder, WCI_DECODER_BEST);
        check_decodes(&folder, WCI_DECODER_LIBMSPACK);
        folder_free(&folder);
    }
}

/* Folders several times as long as the window: the ring goes round, matches reach over its seam. */
static void test_quantum_long(void)
{
    struct made_folder folder;
    unsigned window;

    for (window = 10; window <= 21; window++) {
        uint16_t type = (uint16_t)(TYPE_QUANTUM | window << WINDOW_SHIFT);
        size_t size = ((size_t)5 << window) / 2 + 9 * 32768;

        folder_make(&folder, type, CONTENTS_MIXED, size, window, 0);
        check_decodes(&folder, WCI_DECODER_BEST);
        folder_free(&folder);
    }
}

static void test_unsupported(void)
{
    static const uint16_t types[] = {0x0004,
                                     0x000F,
                                     TYPE_QUANTUM | 9 << 8,
                                     TYPE_QUANTUM | 22 << 8,
                                     TYPE_QUANTUM,
                                     TYPE_LZX | 14 << 8,
                                     TYPE_LZX | 22 << 8};
    size_t i;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct wci_block_reader reader = {NULL, NULL};
        struct wci_byte_sink sink = {NULL, NULL};
        struct wci_block_decoder *decoder;
        struct wcab_error err = {0};

        CHECK_EQ_INT(wci_decode_folder(types[i], WCI_DECODER_BEST, &reader, &sink, &err),
                     WCAB_ERR_UNSUPPORTED);
        CHECK(err.text[0] != '\0');
        CHECK_EQ_INT(wci_decode_open(types[i], &decoder, &err), WCAB_ERR_UNSUPPORTED);
    }
    CHECK_EQ_STR(wci_decode_method_name(0x1572), "quantum");
    CHECK_EQ_STR(wci_decode_method_name(0x0000), "stored");
    CHECK_EQ_STR(wci_decode_method_name(0x0001), "mszip");
    CHECK_EQ_STR(wci_decode_method_name(0x1503), "lzx");
    CHECK_EQ_STR(wci_decode_method_name(0x0005), "unknown");
}

static const uint16_t all_types[] = {TYPE_STORED, TYPE_MSZIP, TYPE_QUANTUM | 21 << 8,
                                     TYPE_LZX | 18 << 8};
enum { TYPES = 4 };

/* The sink may stop at any place, the reader may fail behind any block: what was decoded before has
 * come out. */
static void test_stops(void)
{
    struct made_folder folder;
    size_t i;
    int choice;

    for (i = 0; i < TYPES; i++) {
        folder_make(&folder, all_types[i], CONTENTS_MIXED, 6 * 32768 + 5, 7, 1);
        for (choice = WCI_DECODER_BEST; choice <= WCI_DECODER_LIBMSPACK; choice++) {
            struct folder_feed feed;
            struct kept_bytes kept;
            struct wci_block_reader reader = folder_feed(&feed, &folder);
            struct wci_byte_sink sink = kept_sink(&kept);
            struct wcab_error err = {0};

            kept.enough = 2 * 32768;
            CHECK_EQ_INT(wci_decode_folder(all_types[i], (enum wci_decoder_choice)choice, &reader,
                                           &sink, &err),
                         WCAB_ERR_CANCELLED);
            CHECK_EQ_STR(err.text, "enough");
            CHECK_EQ_INT(kept.size, 2 * 32768);
            kept_free(&kept);

            reader = folder_feed(&feed, &folder);
            sink = kept_sink(&kept);
            feed.end = 3;
            feed.failing = WCAB_ERR_IO;
            CHECK_EQ_INT(wci_decode_folder(all_types[i], (enum wci_decoder_choice)choice, &reader,
                                           &sink, &err),
                         WCAB_ERR_IO);
            CHECK_EQ_STR(err.text, "the reader's own");
            CHECK_EQ_INT(kept.size, 3 * 32768);
            CHECK_EQ_MEM(kept.data, folder.data, 3 * 32768);
            kept_free(&kept);
        }
        folder_free(&folder);
    }
}

/* A block cut short is an error at that block, and all before it comes out. */
static void test_cut_payload(void)
{
    struct made_folder folder;
    size_t i, cut;
    int choice;

    for (i = 0; i < TYPES; i++) {
        folder_make(&folder, all_types[i], CONTENTS_MIXED, 4 * 32768, 9, 1);
        cut = folder.payload_sizes[2] / 2;
        folder.payload_sizes[2] -= cut;
        for (choice = WCI_DECODER_BEST; choice <= WCI_DECODER_LIBMSPACK; choice++) {
            struct folder_feed feed;
            struct kept_bytes kept;
            struct wci_block_reader reader = folder_feed(&feed, &folder);
            struct wci_byte_sink sink = kept_sink(&kept);
            struct wcab_error err = {0};

            feed.end = 3;
            CHECK_EQ_INT(wci_decode_folder(all_types[i], (enum wci_decoder_choice)choice, &reader,
                                           &sink, &err),
                         WCAB_ERR_CORRUPT);
            CHECK_EQ_INT(err.offset, 2 * 32768);
            CHECK(strstr(err.text, "block 2: ") == err.text);
            CHECK(kept.size >= 2 * 32768 && kept.size < 3 * 32768);
            CHECK_EQ_MEM(kept.data, folder.data, 2 * 32768);
            kept_free(&kept);
        }
        folder.payload_sizes[2] += cut;
        folder_free(&folder);
    }
}

static void test_absurd_blocks(void)
{
    static uint8_t payload[WCI_CAB_PAYLOAD_BYTES + 1];
    size_t i;

    for (i = 0; i < 3; i++) {
        struct wci_block_decoder *decoder = NULL;
        struct wci_decoded_block decoded;
        struct wci_cab_block none = {payload, 10, 0, 0}, large = {payload, 10, 32769, 0},
                             wide = {payload, sizeof(payload), 32768, 0},
                             empty = {payload, 0, 100, 0};
        struct wcab_error err = {0};

        CHECK_EQ_INT(wci_decode_open(all_types[i], &decoder, &err), WCAB_OK);
        CHECK_EQ_INT(wci_decode_block(decoder, &none, &decoded, &err), WCAB_ERR_CORRUPT);
        CHECK_EQ_INT(wci_decode_block(decoder, &large, &decoded, &err), WCAB_ERR_CORRUPT);
        CHECK_EQ_INT(wci_decode_block(decoder, &wide, &decoded, &err), WCAB_ERR_CORRUPT);
        CHECK_EQ_INT(wci_decode_block(decoder, &empty, &decoded, &err), WCAB_ERR_CORRUPT);
        CHECK_EQ_INT(decoded.size < 100, 1);
        wci_decode_close(decoder);
    }
    wci_decode_close(NULL);
}

/* Without the blocks before it a match would reach back before the folder's start. */
static void test_quantum_without_history(void)
{
    struct made_folder folder;
    struct wci_block_decoder *decoder = NULL;
    struct wci_decoded_block decoded;
    struct wci_cab_block block;
    struct wcab_error err = {0};

    folder_make(&folder, TYPE_QUANTUM | 16 << 8, CONTENTS_ZEROES, 3 * 32768, 1, 1);
    CHECK_EQ_INT(wci_decode_open(folder.type_compress, &decoder, &err), WCAB_OK);
    block = (struct wci_cab_block){folder.payloads[2], folder.payload_sizes[2], 32768, 0};
    CHECK_EQ_INT(wci_decode_block(decoder, &block, &decoded, &err), WCAB_ERR_CORRUPT);
    CHECK(strstr(err.text, "Quantum data: ") == err.text);
    wci_decode_close(decoder);
    folder_free(&folder);
}

/* An encoder's last match may run on behind the folder's end; libmspack drops what is too much. */
static void test_quantum_over_the_end(void)
{
    struct made_folder folder;

    folder_make(&folder, TYPE_QUANTUM | 16 << 8, CONTENTS_ZEROES, 32768 + 20000, 1, 1);
    folder.size -= 5;
    check_decodes(&folder, WCI_DECODER_BEST);
    check_decodes(&folder, WCI_DECODER_LIBMSPACK);
    folder.size -= 19000;
    check_decodes(&folder, WCI_DECODER_BEST);
    folder_free(&folder);
}

/* How much of the payload was used: all of it but the filling of the last byte and what an encoder
 * adds. */
static void test_used_bits(void)
{
    struct made_folder folder;
    size_t i, k, extra;

    for (i = 0; i < 3; i++) {
        struct wci_block_decoder *decoder = NULL;
        struct wcab_error err = {0};

        folder_make(&folder, all_types[i], CONTENTS_MIXED, 5 * 32768 + 77, 3, 1);
        CHECK_EQ_INT(wci_decode_open(folder.type_compress, &decoder, &err), WCAB_OK);
        for (k = 0; k < folder.count; k++) {
            uint8_t payload[WCI_CAB_PAYLOAD_BYTES] = {0};
            struct wci_cab_block block = {payload, folder.payload_sizes[k],
                                          folder_block_size(&folder, k), 0};
            struct wci_decoded_block decoded;

            extra = all_types[i] == TYPE_STORED ? 0 : k;
            memcpy(payload, folder.payloads[k], block.payload_size);
            block.payload_size += extra; /* zero bytes at the end change nothing */
            CHECK_EQ_INT(wci_decode_block(decoder, &block, &decoded, &err), WCAB_OK);
            CHECK_EQ_INT(decoded.size, block.size);
            CHECK_EQ_MEM(decoded.data, folder.data + k * 32768, block.size);
            CHECK(decoded.used_bits <= 8 * folder.payload_sizes[k]);
            CHECK(decoded.used_bits + 10 > 8 * folder.payload_sizes[k]);
        }
        wci_decode_close(decoder);
        folder_free(&folder);
    }
}

/* ---- halves of a cut block ---------------------------------------------------------------- */

static enum wci_block_fit judge(const struct made_folder *folder, size_t blocks)
{
    struct folder_feed feed;
    struct wci_block_reader reader = folder_feed(&feed, folder);
    enum wci_block_fit fit = WCI_BLOCK_FIT_UNKNOWN;
    struct wcab_error err = {0};

    feed.end = blocks;
    CHECK_EQ_INT(wci_decode_last_block_fits(folder->type_compress, &reader, &fit, &err), WCAB_OK);
    return fit;
}

/* Replaces the second half of a block by that of the same block of another folder. */
static void swap_half(struct made_folder *folder, const struct made_folder *other, size_t block)
{
    size_t half = folder->payload_sizes[block] / 2, tail = other->payload_sizes[block] / 2;
    uint8_t *joined = malloc(half + tail);

    memcpy(joined, folder->payloads[block], half);
    memcpy(joined + half, other->payloads[block] + other->payload_sizes[block] - tail, tail);
    free(folder->payloads[block]);
    folder->payloads[block] = joined;
    folder->payload_sizes[block] = half + tail;
}

static void test_halves(void)
{
    size_t i;
    uint32_t seed;

    for (i = 0; i < TYPES; i++) {
        bool stored = all_types[i] == TYPE_STORED;

        for (seed = 1; seed < 20; seed++) {
            struct made_folder folder, other;
            size_t block = seed % 3;

            folder_make(&folder, all_types[i], CONTENTS_MIXED, 4 * 32768, seed, 1);
            folder_make(&other, all_types[i], CONTENTS_MIXED, 4 * 32768, seed + 100, 1);
            CHECK_EQ_INT(judge(&folder, block + 1),
                         stored ? WCI_BLOCK_FIT_UNKNOWN : WCI_BLOCK_FIT_YES);
            swap_half(&folder, &other, block);
            if (!stored)
                CHECK_EQ_INT(judge(&folder, block + 1), WCI_BLOCK_FIT_NO);
            folder_free(&folder);
            folder_free(&other);
        }
    }
}

static void test_halves_behind_damage(void)
{
    size_t i;

    for (i = 1; i < TYPES; i++) {
        struct made_folder folder;
        struct folder_feed feed;
        struct wci_block_reader reader;
        enum wci_block_fit fit;
        struct wcab_error err = {0};

        folder_make(&folder, all_types[i], CONTENTS_MIXED, 4 * 32768, 5, 1);
        reader = folder_feed(&feed, &folder);
        feed.end = 0;
        CHECK_EQ_INT(wci_decode_last_block_fits(folder.type_compress, &reader, &fit, &err),
                     WCAB_ERR_USAGE);
        reader = folder_feed(&feed, &folder);
        memset(folder.payloads[1] + 10, 0x55, folder.payload_sizes[1] - 10);
        CHECK_EQ_INT(wci_decode_last_block_fits(folder.type_compress, &reader, &fit, &err),
                     WCAB_ERR_CORRUPT);
        folder_free(&folder);
    }
}

/* ---- salvage ------------------------------------------------------------------------------ */

enum { DAMAGES_MAX = 16 };

struct damage_list {
    size_t count;
    struct wci_damage list[DAMAGES_MAX];
};

static void note_damage(void *context, const struct wci_damage *damage)
{
    struct damage_list *damages = context;

    if (damages->count < DAMAGES_MAX)
        damages->list[damages->count] = *damage;
    damages->count++;
}

static void salvage(const struct made_folder *folder, size_t flagged, uint8_t flags,
                    struct kept_bytes *kept, struct damage_list *damages)
{
    struct folder_feed feed;
    struct wci_block_reader reader = folder_feed(&feed, folder);
    struct wci_byte_sink sink = kept_sink(kept);
    struct wci_damage_sink damage_sink = {damages, note_damage};
    struct wcab_error err = {0};

    feed.flagged = flagged;
    feed.lost = flags;
    damages->count = 0;
    CHECK_EQ_INT(wci_decode_folder_salvage(folder->type_compress, WCI_DECODER_BEST, &reader, &sink,
                                           &damage_sink, &err),
                 WCAB_OK);
    CHECK_EQ_INT(kept->size, folder->size);
}

static void check_damage(const struct wci_damage *damage, enum wci_damage_kind kind, uint32_t block,
                         size_t size)
{
    CHECK_EQ_INT(damage->kind, kind);
    CHECK_EQ_INT(damage->block, block);
    CHECK_EQ_INT(damage->offset, (uint64_t)block * 32768);
    CHECK_EQ_INT(damage->size, size);
}

static void check_zeroes(const uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < size && data[i] == 0; i++)
        continue;
    CHECK_EQ_INT(i, size);
}

/* An intact folder has no damage. */
static void test_salvage_intact(void)
{
    size_t i;

    for (i = 0; i < TYPES; i++) {
        struct made_folder folder;
        struct kept_bytes kept;
        struct damage_list damages;

        folder_make(&folder, all_types[i], CONTENTS_MIXED, 4 * 32768 + 100, 5, 1);
        salvage(&folder, SIZE_MAX, 0, &kept, &damages);
        CHECK_EQ_INT(damages.count, 0);
        CHECK_EQ_MEM(kept.data, folder.data, folder.size);
        kept_free(&kept);
        folder_free(&folder);
    }
}

/* Block 1 of 5 is lost: stored loses just it, MSZIP it and what copied from it, the others all that
 * follows. */
static void test_salvage_lost(void)
{
    size_t i, k;

    for (i = 0; i < TYPES; i++) {
        struct made_folder folder;
        struct kept_bytes kept;
        struct damage_list damages;
        int method = all_types[i] & 15;

        folder_make(&folder, all_types[i], CONTENTS_MIXED, 4 * 32768 + 100, 5, 1);
        salvage(&folder, 1, WCI_BLOCK_LOST, &kept, &damages);
        CHECK_EQ_INT(damages.count, method == 0 ? 1 : 4);
        check_damage(&damages.list[0], WCI_DAMAGE_LOST, 1, 32768);
        CHECK_EQ_MEM(kept.data, folder.data, 32768);
        check_zeroes(kept.data + 32768, 32768);
        for (k = 1; k < damages.count && k < 4; k++) {
            check_damage(&damages.list[k], method == 1 ? WCI_DAMAGE_HISTORY : WCI_DAMAGE_LOST,
                         (uint32_t)k + 1, k == 3 ? 100 : 32768);
            if (method != 1)
                check_zeroes(kept.data + (k + 1) * 32768, k == 3 ? 100 : 32768);
        }
        if (method == 0)
            CHECK_EQ_MEM(kept.data + 65536, folder.data + 65536, folder.size - 65536);
        kept_free(&kept);
        folder_free(&folder);
    }
}

/* Block 2 of 5 does not decode to its end. */
static void test_salvage_broken(void)
{
    size_t i;

    for (i = 1; i < TYPES; i++) {
        struct made_folder folder;
        struct kept_bytes kept;
        struct damage_list damages;
        size_t cut;

        folder_make(&folder, all_types[i], CONTENTS_MIXED, 4 * 32768 + 100, 5, 1);
        cut = folder.payload_sizes[2] / 4;
        memset(folder.payloads[2] + folder.payload_sizes[2] - cut, 0xFF, cut);
        salvage(&folder, SIZE_MAX, 0, &kept, &damages);
        CHECK(damages.count >= 1);
        if ((all_types[i] & 15) != 3) { /* libmspack may take such a block for whole */
            check_damage(&damages.list[0], WCI_DAMAGE_CONTENT, 2, 32768);
            CHECK(damages.list[0].intact > 32768 / 4 && damages.list[0].intact <= 32768);
            CHECK_EQ_INT(damages.list[0].error.code, WCAB_ERR_CORRUPT);
            CHECK_EQ_MEM(kept.data, folder.data, 65536 + 32768 / 4);
        }
        CHECK_EQ_MEM(kept.data, folder.data, 65536);
        kept_free(&kept);
        folder_free(&folder);
    }
}

/* A block with a wrong checksum that decodes all the same. */
static void test_salvage_checksum(void)
{
    size_t i;

    for (i = 0; i < TYPES; i++) {
        struct made_folder folder;
        struct kept_bytes kept;
        struct damage_list damages;

        folder_make(&folder, all_types[i], CONTENTS_MIXED, 3 * 32768, 5, 1);
        salvage(&folder, 1, WCI_BLOCK_DAMAGED, &kept, &damages);
        CHECK_EQ_INT(damages.count, i == 0 ? 1 : 2);
        check_damage(&damages.list[0], WCI_DAMAGE_CHECKSUM, 1, 32768);
        if (i > 0)
            check_damage(&damages.list[1], WCI_DAMAGE_HISTORY, 2, 32768);
        CHECK_EQ_MEM(kept.data, folder.data, folder.size);
        kept_free(&kept);
        folder_free(&folder);
    }
}

/* ---- damaged streams ---------------------------------------------------------------------- */

/* Flips bits in payloads: nothing may be read or written out of bounds (sanitizers watch), and what
 * both decoders take for whole must be the same bytes.  Of LZX up to the first block that was hit: where
 * a frame ends before its payload does, libmspack reads the next frame from there. */
static void test_flipped_bits(void)
{
    size_t i;
    uint32_t seed, state = 12345;

    for (i = 1; i < TYPES; i++) {
        for (seed = 0; seed < 60; seed++) {
            struct made_folder folder;
            struct kept_bytes kept[2];
            enum wcab_err codes[2];
            size_t first = 2;
            int choice, flips;

            folder_make(&folder, all_types[i], CONTENTS_MIXED, 3 * 32768, seed, 1);
            for (flips = 0; flips < 3; flips++) {
                size_t block, at;

                state = state * 1664525U + 1013904223U;
                block = (state >> 8) % 3;
                first = block < first ? block : first;
                state = state * 1664525U + 1013904223U;
                at = (state >> 8) % folder.payload_sizes[block];
                folder.payloads[block][at] ^= (uint8_t)(1U << (state >> 28 & 7));
            }
            for (choice = 0; choice < 2; choice++) {
                struct folder_feed feed;
                struct wci_block_reader reader = folder_feed(&feed, &folder);
                struct wci_byte_sink sink = kept_sink(&kept[choice]);

                codes[choice] = wci_decode_folder(
                    folder.type_compress, (enum wci_decoder_choice)choice, &reader, &sink, NULL);
                CHECK(codes[choice] == WCAB_OK || codes[choice] == WCAB_ERR_CORRUPT);
                CHECK(kept[choice].size <= folder.size);
            }
            if (codes[0] == WCAB_OK && codes[1] == WCAB_OK)
                CHECK_EQ_MEM(kept[0].data, kept[1].data,
                             (all_types[i] & 15) == TYPE_LZX ? (first + 1) * 32768 : folder.size);
            kept_free(&kept[0]);
            kept_free(&kept[1]);
            folder_free(&folder);
        }
    }
}

int main(void)
{
    RUN(test_stored);
    RUN(test_mszip);
    RUN(test_quantum);
    RUN(test_lzx);
    RUN(test_lzx_blocks);
    RUN(test_quantum_long);
    RUN(test_unsupported);
    RUN(test_stops);
    RUN(test_cut_payload);
    RUN(test_absurd_blocks);
    RUN(test_quantum_without_history);
    RUN(test_quantum_over_the_end);
    RUN(test_used_bits);
    RUN(test_halves);
    RUN(test_halves_behind_damage);
    RUN(test_salvage_intact);
    RUN(test_salvage_lost);
    RUN(test_salvage_broken);
    RUN(test_salvage_checksum);
    RUN(test_flipped_bits);
    return check_report();
}
