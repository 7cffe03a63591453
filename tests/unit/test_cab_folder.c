/*
 * test_cab_folder - blocks of a folder across cabinets, whole and damaged.
 *
 * Cabinets are made by the test media's writer from a folder whose blocks are cut by hand.
 */
#include <stdlib.h>
#include <string.h>

#include "cabinet.h"
#include "check.h"
#include "folder_maker.h"
#include "media/cabinet/cab.h"
#include "media/cabinet/cab_folder.h"

enum { PARTS_MAX = 4, PIECES_MAX = 24 };

/* A run of CFDATA in one cabinet: pieces of blocks. */
struct piece {
    size_t block;
    size_t start, size; /* bytes of the block's payload */
    bool ends;          /* the block ends here */
};

struct cabinet_set {
    struct made_folder folder;
    size_t part_count;
    struct wcgen_buffer bytes[PARTS_MAX];
    struct wci_source *sources[PARTS_MAX];
    struct wci_container containers[PARTS_MAX];
    struct wci_arena *arena;
    struct wci_cab_part parts[PARTS_MAX];
    uint8_t data_reserve;
    bool cut_between_blocks;
};

static void write_part(struct cabinet_set *set, size_t part, const struct piece *pieces,
                       size_t count)
{
    struct wcgen_block blocks[PIECES_MAX];
    struct wcgen_folder folder = {set->folder.type_compress, blocks, count};
    struct wcgen_entry entry = {.size = 1, .name = "f", .name_length = 1};
    struct wcgen_cabinet cabinet = {.index = (uint16_t)part,
                                    .data_reserve = set->data_reserve,
                                    .folders = &folder,
                                    .folder_count = 1,
                                    .entries = &entry,
                                    .entry_count = 1};
    size_t i;

    for (i = 0; i < count; i++) {
        const struct piece *piece = &pieces[i];
        size_t size = folder_block_size(&set->folder, piece->block);

        blocks[i] =
            (struct wcgen_block){.payload = set->folder.payloads[piece->block] + piece->start,
                                 .size = (uint16_t)piece->size,
                                 .uncompressed = (uint16_t)(piece->ends ? size : 0)};
    }
    wcgen_cabinet_write(&cabinet, &set->bytes[part]);
}

/* Reads the cabinets' headers. */
static void open_parts(struct cabinet_set *set)
{
    struct wci_visitor visitor = {0};
    struct wcab_error err = {0};
    size_t i;

    for (i = 0; i < set->part_count; i++) {
        CHECK_EQ_INT(wci_source_open_memory(set->bytes[i].bytes, set->bytes[i].length,
                                            &set->sources[i], &err),
                     WCAB_OK);
        CHECK_EQ_INT(
            wci_cab_read(set->sources[i], 0, set->arena, &visitor, &set->containers[i], &err),
            WCAB_OK);
        set->parts[i] =
            (struct wci_cab_part){.source = set->sources[i], .cab = set->containers[i].cab};
    }
}

/* Nine blocks over three cabinets: the cuts lie in block 2 and block 5, or before them.  A second
 * cut in block 2 makes the middle cabinet hold nothing but a middle piece when `thin`. */
static void make_set(struct cabinet_set *set, uint16_t type_compress, bool between, bool thin,
                     uint8_t reserve)
{
    size_t cuts[2] = {2, thin ? 2 : 5}, block, part = 0, count = 0;
    struct piece pieces[PIECES_MAX];

    memset(set, 0, sizeof(*set));
    set->arena = wci_arena_new();
    set->part_count = 3;
    set->data_reserve = reserve;
    folder_make(&set->folder, type_compress, CONTENTS_MIXED, 8 * 32768 + 1000, 11, 1);
    for (block = 0; block < 9; block++) {
        size_t size = set->folder.payload_sizes[block], start = 0;

        while (part < 2 && block == cuts[part]) {
            if (!between) {
                pieces[count++] = (struct piece){block, start, size / 3, false};
                start += size / 3;
            }
            write_part(set, part++, pieces, count);
            count = 0;
        }
        pieces[count++] = (struct piece){block, start, size - start, true};
    }
    write_part(set, part, pieces, count);
    open_parts(set);
}

static void free_set(struct cabinet_set *set)
{
    size_t i;

    for (i = 0; i < set->part_count; i++) {
        wci_source_close(set->sources[i]);
        wcgen_buffer_free(&set->bytes[i]);
    }
    wci_arena_free(set->arena);
    folder_free(&set->folder);
}

/* ---- reading ------------------------------------------------------------------------------ */

struct outcome {
    enum wcab_err code;
    struct wcab_error err;
    struct kept_bytes kept;
    struct wci_cab_place place;
    size_t fault_count, damage_count;
    struct wci_cab_fault faults[16];
    struct wci_damage damages[16];
};

static void note_fault(void *context, const struct wci_cab_fault *fault)
{
    struct outcome *outcome = context;

    if (outcome->fault_count < 16)
        outcome->faults[outcome->fault_count] = *fault;
    outcome->fault_count++;
}

static void note_damage(void *context, const struct wci_damage *damage)
{
    struct outcome *outcome = context;

    if (outcome->damage_count < 16)
        outcome->damages[outcome->damage_count] = *damage;
    outcome->damage_count++;
}

static void read_set(const struct cabinet_set *set, bool salvage, struct outcome *outcome)
{
    struct wci_cab_folder_options options = {
        .salvage = salvage, .context = outcome, .fault = note_fault};
    struct wci_cab_folder_reader *reader = NULL;
    struct wci_block_reader blocks;
    struct wci_byte_sink sink;
    struct wci_damage_sink damages = {outcome, note_damage};

    memset(outcome, 0, sizeof(*outcome));
    sink = kept_sink(&outcome->kept);
    CHECK_EQ_INT(wci_cab_folder_open(set->parts, set->part_count, &options, &reader, &outcome->err),
                 WCAB_OK);
    CHECK_EQ_INT(wci_cab_folder_type(reader), set->folder.type_compress);
    blocks = wci_cab_folder_blocks(reader);
    outcome->code = salvage ? wci_decode_folder_salvage(set->folder.type_compress, WCI_DECODER_BEST,
                                                        &blocks, &sink, &damages, &outcome->err)
                            : wci_decode_folder(set->folder.type_compress, WCI_DECODER_BEST,
                                                &blocks, &sink, &outcome->err);
    wci_cab_folder_place(reader, &outcome->place);
    wci_cab_folder_close(reader);
}

static void check_prefix(const struct cabinet_set *set, const struct outcome *outcome, size_t size)
{
    CHECK(outcome->kept.size >= size);
    if (outcome->kept.size >= size && size > 0)
        CHECK_EQ_MEM(outcome->kept.data, set->folder.data, size);
}

static void check_whole(const struct cabinet_set *set)
{
    struct outcome outcome;
    int salvage;

    for (salvage = 0; salvage < 2; salvage++) {
        read_set(set, salvage, &outcome);
        CHECK_EQ_INT(outcome.code, WCAB_OK);
        CHECK_EQ_STR(outcome.err.text, "");
        CHECK_EQ_INT(outcome.fault_count, 0);
        CHECK_EQ_INT(outcome.damage_count, 0);
        CHECK_EQ_INT(outcome.kept.size, set->folder.size);
        check_prefix(set, &outcome, set->folder.size);
        kept_free(&outcome.kept);
    }
}

static const uint16_t types[] = {TYPE_STORED, TYPE_MSZIP, TYPE_QUANTUM | 21 << 8,
                                 TYPE_LZX | 21 << 8};
enum { TYPES = 4 };

static void test_whole_sets(void)
{
    size_t type;
    int variant;

    for (type = 0; type < TYPES; type++) {
        for (variant = 0; variant < 8; variant++) {
            struct cabinet_set set;

            make_set(&set, types[type], variant & 1, variant & 2, variant & 4 ? 7 : 0);
            check_whole(&set);
            free_set(&set);
        }
    }
}

/* Decodes up to the join of the last part given, and judges it. */
static void test_last_join(void)
{
    size_t type, parts;

    for (type = 1; type < TYPES - 1; type++) {
        struct cabinet_set set;

        make_set(&set, types[type], false, false, 0);
        for (parts = 1; parts <= 3; parts++) {
            struct wci_cab_folder_options options = {.up_to_last_join = true};
            struct wci_cab_folder_reader *reader = NULL;
            struct wci_block_reader blocks;
            struct wci_cab_place place;
            enum wci_block_fit fit = WCI_BLOCK_FIT_UNKNOWN;
            struct wcab_error err = {0};

            CHECK_EQ_INT(wci_cab_folder_open(set.parts, parts, &options, &reader, &err), WCAB_OK);
            blocks = wci_cab_folder_blocks(reader);
            CHECK_EQ_INT(wci_decode_last_block_fits(types[type], &blocks, &fit, &err), WCAB_OK);
            CHECK_EQ_INT(fit, WCI_BLOCK_FIT_YES);
            wci_cab_folder_place(reader, &place);
            CHECK_EQ_INT(place.block, parts == 1 ? 0 : parts == 2 ? 2 : 5);
            CHECK_EQ_INT(place.part, parts < 2 ? 0 : parts - 2);
            wci_cab_folder_close(reader);
        }
        free_set(&set);
    }
}

/* ---- damage ------------------------------------------------------------------------------- */

/* Where the CFDATA `data` of a part lies. */
static uint64_t data_offset(const struct cabinet_set *set, size_t part, uint32_t data)
{
    uint64_t at = set->containers[part].cab->folders[0].first_block;

    while (data-- > 0)
        at += 8 + (uint64_t)set->data_reserve + wcgen_get_u16(set->bytes[part].bytes + at + 4);
    return at;
}

/* CFDATA 1 of the second cabinet (block 3) has a wrong checksum; its payload is right. */
static void test_wrong_checksum(void)
{
    size_t type;

    for (type = 0; type < TYPES; type++) {
        struct cabinet_set set;
        struct outcome outcome;
        uint64_t at;

        make_set(&set, types[type], false, false, 0);
        at = data_offset(&set, 1, 1);
        set.bytes[1].bytes[at] ^= 1;
        read_set(&set, false, &outcome);
        CHECK_EQ_INT(outcome.code, WCAB_ERR_CORRUPT);
        CHECK_EQ_STR(outcome.err.text, "CFDATA 1: wrong checksum");
        CHECK_EQ_INT(outcome.err.offset, at);
        CHECK_EQ_INT(outcome.place.part, 1);
        CHECK_EQ_INT(outcome.place.block, 3);
        CHECK_EQ_INT(outcome.place.decoded, 3 * 32768);
        CHECK_EQ_INT(outcome.kept.size, 3 * 32768);
        check_prefix(&set, &outcome, 3 * 32768);
        kept_free(&outcome.kept);

        read_set(&set, true, &outcome);
        CHECK_EQ_INT(outcome.code, WCAB_OK);
        CHECK_EQ_INT(outcome.fault_count, 1);
        CHECK_EQ_INT(outcome.faults[0].place.part, 1);
        CHECK_EQ_INT(outcome.faults[0].place.data, 1);
        CHECK_EQ_INT(outcome.faults[0].place.block, 3);
        CHECK_EQ_INT(outcome.faults[0].place.offset, at);
        CHECK_EQ_INT(outcome.damages[0].kind, WCI_DAMAGE_CHECKSUM);
        CHECK_EQ_INT(outcome.damages[0].block, 3);
        check_prefix(&set, &outcome, set.folder.size);
        kept_free(&outcome.kept);
        free_set(&set);
    }
}

/* A checksum of 0 stands for none. */
static void test_no_checksum(void)
{
    struct cabinet_set set;
    uint64_t at;

    make_set(&set, TYPE_MSZIP, false, false, 0);
    at = data_offset(&set, 1, 1);
    memset(set.bytes[1].bytes + at, 0, 4);
    check_whole(&set);
    free_set(&set);
}

/* What the cabinet reader says of a header with other sizes in it. */
static void check_absurd(uint16_t payload_size, uint16_t size, const char *text)
{
    struct cabinet_set set;
    struct outcome outcome;
    uint64_t at;
    size_t i;

    make_set(&set, TYPE_STORED, false, false, 0);
    at = data_offset(&set, 1, 2);
    wcgen_put_u16(set.bytes[1].bytes + at + 4, payload_size);
    wcgen_put_u16(set.bytes[1].bytes + at + 6, size);
    read_set(&set, false, &outcome);
    CHECK_EQ_INT(outcome.code, WCAB_ERR_CORRUPT);
    CHECK(strstr(outcome.err.text, text) != NULL);
    CHECK_EQ_INT(outcome.err.offset, at);
    CHECK_EQ_INT(outcome.kept.size, 4 * 32768);
    kept_free(&outcome.kept);

    /* blocks 4 and the cut 5 are lost, 6 and on are there, at their places */
    read_set(&set, true, &outcome);
    CHECK_EQ_INT(outcome.code, WCAB_OK);
    CHECK_EQ_INT(outcome.fault_count, 1);
    CHECK_EQ_INT(outcome.damage_count, 2);
    for (i = 0; i < 2; i++) {
        CHECK_EQ_INT(outcome.damages[i].kind, WCI_DAMAGE_LOST);
        CHECK_EQ_INT(outcome.damages[i].block, 4 + i);
    }
    CHECK_EQ_INT(outcome.kept.size, set.folder.size);
    if (outcome.kept.size == set.folder.size)
        CHECK_EQ_MEM(outcome.kept.data + 6 * 32768, set.folder.data + 6 * 32768,
                     set.folder.size - 6 * 32768);
    check_prefix(&set, &outcome, 4 * 32768);
    kept_free(&outcome.kept);
    free_set(&set);
}

static void test_absurd_headers(void)
{
    check_absurd(32768, 32769, "claims 32769 bytes uncompressed");
    check_absurd(65535, 32768, "claims 65535 bytes compressed");
    check_absurd(32768, 0, "goes on in the next cabinet, but more blocks follow");
}

/* The same where the folder goes on between two blocks: the count of lost ones is right as well. */
static void test_absurd_header_between(void)
{
    struct cabinet_set set;
    struct outcome outcome;
    uint64_t at;

    make_set(&set, TYPE_STORED, true, false, 0);
    at = data_offset(&set, 1, 1); /* block 3 */
    wcgen_put_u16(set.bytes[1].bytes + at + 6, 65535);
    read_set(&set, true, &outcome);
    CHECK_EQ_INT(outcome.code, WCAB_OK);
    CHECK_EQ_INT(outcome.damage_count, 2); /* 3 and 4 */
    CHECK_EQ_INT(outcome.kept.size, set.folder.size);
    if (outcome.kept.size == set.folder.size)
        CHECK_EQ_MEM(outcome.kept.data + 5 * 32768, set.folder.data + 5 * 32768,
                     set.folder.size - 5 * 32768);
    kept_free(&outcome.kept);
    free_set(&set);
}

/* A cabinet file cut off in its last block. */
static void test_truncated(void)
{
    struct cabinet_set set;
    struct outcome outcome;

    make_set(&set, TYPE_MSZIP, false, false, 0);
    wci_source_close(set.sources[2]);
    wci_source_open_memory(set.bytes[2].bytes, set.bytes[2].length - 1, &set.sources[2], NULL);
    set.parts[2].source = set.sources[2];
    read_set(&set, false, &outcome);
    CHECK_EQ_INT(outcome.code, WCAB_ERR_CORRUPT);
    CHECK(strstr(outcome.err.text, "outside of the cabinet file") != NULL);
    CHECK_EQ_INT(outcome.place.part, 2);
    CHECK_EQ_INT(outcome.place.block, 8);
    check_prefix(&set, &outcome, 8 * 32768);
    kept_free(&outcome.kept);
    free_set(&set);
}

/* The first cabinet alone: all whole blocks come, and half of the cut one in salvage. */
static void test_lone_cabinet(void)
{
    size_t type;

    for (type = 0; type < TYPES; type++) {
        struct cabinet_set set;
        struct outcome outcome;

        make_set(&set, types[type], false, false, 0);
        set.part_count = 1;
        read_set(&set, false, &outcome);
        CHECK_EQ_INT(outcome.code, WCAB_ERR_NOTFOUND);
        CHECK_EQ_STR(outcome.err.text, "block 2 goes on in a cabinet that is not there");
        CHECK_EQ_INT(outcome.kept.size, 2 * 32768);
        check_prefix(&set, &outcome, 2 * 32768);
        kept_free(&outcome.kept);

        read_set(&set, true, &outcome);
        CHECK_EQ_INT(outcome.code, WCAB_OK);
        CHECK_EQ_INT(outcome.fault_count, 1);
        CHECK_EQ_INT(outcome.faults[0].error.code, WCAB_ERR_NOTFOUND);
        CHECK_EQ_INT(outcome.kept.size, 3 * 32768);
        if (type == 0)
            check_prefix(&set, &outcome, 2 * 32768 + 32768 / 3);
        kept_free(&outcome.kept);
        set.part_count = 3;
        free_set(&set);
    }
}

/* The middle cabinet is missing: blocks 2 (cut), 3, 4, 5 (cut) are lost, the rest keeps its place.
 */
static void test_missing_middle(void)
{
    struct cabinet_set set;
    struct outcome outcome;

    make_set(&set, TYPE_STORED, false, false, 0);
    set.parts[1].source = NULL;
    set.parts[1].cab = NULL;
    set.parts[1].missing_blocks = 2;
    read_set(&set, false, &outcome);
    CHECK_EQ_INT(outcome.code, WCAB_ERR_NOTFOUND);
    kept_free(&outcome.kept);
    read_set(&set, true, &outcome);
    CHECK_EQ_INT(outcome.code, WCAB_OK);
    CHECK_EQ_INT(outcome.kept.size, set.folder.size);
    CHECK_EQ_INT(outcome.damage_count, 4);
    CHECK_EQ_INT(outcome.damages[0].kind, WCI_DAMAGE_CONTENT);
    CHECK_EQ_INT(outcome.damages[0].intact, 32768 / 3);
    CHECK_EQ_INT(outcome.damages[3].kind, WCI_DAMAGE_LOST);
    CHECK_EQ_INT(outcome.damages[3].block, 5);
    check_prefix(&set, &outcome, 2 * 32768 + 32768 / 3);
    if (outcome.kept.size == set.folder.size)
        CHECK_EQ_MEM(outcome.kept.data + 6 * 32768, set.folder.data + 6 * 32768,
                     set.folder.size - 6 * 32768);
    kept_free(&outcome.kept);

    /* the beginning is missing, too */
    set.parts[0].source = NULL;
    set.parts[0].cab = NULL;
    set.parts[0].missing_blocks = 3; /* 0, 1, 2 */
    read_set(&set, true, &outcome);
    CHECK_EQ_INT(outcome.kept.size, set.folder.size);
    CHECK_EQ_INT(outcome.damage_count, 6);
    kept_free(&outcome.kept);
    free_set(&set);
}

/* ---- bad sectors -------------------------------------------------------------------------- */

/* A source that fails with EIO between two bytes. */
struct failing_source {
    struct wci_source base;
    const uint8_t *bytes;
    uint64_t bad_start, bad_end;
};

static enum wcab_err failing_read(struct wci_source *source, uint64_t offset, void *buffer,
                                  size_t length, size_t *got, struct wcab_error *err)
{
    struct failing_source *failing = (struct failing_source *)source;

    if (offset < failing->bad_end && offset + length > failing->bad_start)
        return wci_error_set_sys(err, 5, "bad sector");
    memcpy(buffer, failing->bytes + offset, length);
    *got = length;
    return WCAB_OK;
}

static void failing_close(struct wci_source *source)
{
    (void)source;
}

static void test_bad_sector(void)
{
    static const struct wci_source_ops ops = {failing_read, failing_close};
    struct cabinet_set set;
    struct outcome outcome;
    struct failing_source failing = {.base = {&ops, 0}};
    size_t i, wrong = 0;

    make_set(&set, TYPE_STORED, false, false, 0);
    failing.base.size = set.bytes[1].length;
    failing.bytes = set.bytes[1].bytes;
    failing.bad_start = (data_offset(&set, 1, 1) + 4000) / 2048 * 2048; /* in block 3 */
    failing.bad_end = failing.bad_start + 2048;
    set.parts[1].source = &failing.base;
    read_set(&set, false, &outcome);
    CHECK_EQ_INT(outcome.code, WCAB_ERR_IO);
    CHECK_EQ_INT(outcome.err.sys, 5);
    CHECK_EQ_INT(outcome.err.offset, data_offset(&set, 1, 1));
    CHECK_EQ_INT(outcome.kept.size, 3 * 32768);
    kept_free(&outcome.kept);

    read_set(&set, true, &outcome);
    CHECK_EQ_INT(outcome.code, WCAB_OK);
    CHECK_EQ_INT(outcome.fault_count, 1);
    CHECK_EQ_INT(outcome.faults[0].error.code, WCAB_ERR_IO);
    CHECK_EQ_INT(outcome.damage_count, 1);
    CHECK_EQ_INT(outcome.damages[0].block, 3);
    CHECK_EQ_INT(outcome.kept.size, set.folder.size);
    for (i = 0; i < outcome.kept.size && i < set.folder.size; i++)
        wrong += outcome.kept.data[i] != set.folder.data[i];
    CHECK(wrong > 0 && wrong <= 2048);
    kept_free(&outcome.kept);
    free_set(&set);
}

/* ---- openings ----------------------------------------------------------------------------- */

static void test_bad_parts(void)
{
    struct cabinet_set set, other;
    struct wci_cab_folder_options options = {0};
    struct wci_cab_folder_reader *reader = NULL;
    struct wci_cab_part parts[2];
    struct wcab_error err = {0};

    make_set(&set, TYPE_MSZIP, false, false, 0);
    make_set(&other, TYPE_STORED, false, false, 0);
    CHECK_EQ_INT(wci_cab_folder_open(set.parts, 0, &options, &reader, &err), WCAB_ERR_USAGE);
    parts[0] = set.parts[0];
    parts[1] = other.parts[1];
    CHECK_EQ_INT(wci_cab_folder_open(parts, 2, &options, &reader, &err), WCAB_ERR_CORRUPT);
    parts[0].folder = 1;
    CHECK_EQ_INT(wci_cab_folder_open(parts, 1, &options, &reader, &err), WCAB_ERR_USAGE);
    wci_cab_folder_close(NULL);
    free_set(&set);
    free_set(&other);
}

/* The checksum of the CFDATA example in the specification's terms: words, a rest, the sizes. */
static void test_checksum(void)
{
    static const uint8_t bytes[39] = {1, 2, 3, 4, 0x10, 0x20, 0x30, 0x40, [36] = 0xA1, 0xB2, 0xC3};

    CHECK_EQ_INT(wci_cab_folder_checksum(bytes, 4, 0, NULL, 0), 0x04030201 ^ 4);
    CHECK_EQ_INT(wci_cab_folder_checksum(bytes, 8, 0x8000, NULL, 0),
                 0x04030201 ^ 0x40302010 ^ 0x80000008);
    CHECK_EQ_INT(wci_cab_folder_checksum(bytes, 39, 0, NULL, 0),
                 0x04030201 ^ 0x40302010 ^ 0x00A1B2C3 ^ 39);
    CHECK_EQ_INT(wci_cab_folder_checksum(bytes, 38, 0, NULL, 0),
                 0x04030201 ^ 0x40302010 ^ 0x0000A1B2 ^ 38);
    CHECK_EQ_INT(wci_cab_folder_checksum(bytes, 37, 0, bytes, 4), 0x40302010 ^ 0x000000A1 ^ 37);
}

/* A folder of 4 GiB, the most that offsets in it can count, and one of a block more: the same
 * cabinet several times over, for the reader does not look into the blocks. */
static void test_limit(void)
{
    const size_t most = (size_t)(WCI_CAB_FOLDER_BYTES / WCI_CAB_BLOCK_BYTES), count = most / 4;
    struct cabinet_set set = {.part_count = 1, .arena = wci_arena_new()};
    struct wcgen_block *blocks = calloc(count, sizeof(*blocks));
    struct wcgen_folder folder = {1, blocks, count};
    struct wcgen_entry entry = {.size = 1, .name = "f", .name_length = 1};
    struct wcgen_cabinet cabinet = {
        .folders = &folder, .folder_count = 1, .entries = &entry, .entry_count = 1};
    struct wci_cab_folder_options options = {.salvage = false};
    struct wci_cab_part parts[5];
    size_t part_count, i;

    if (blocks == NULL)
        abort();
    for (i = 0; i < count; i++)
        blocks[i] = (struct wcgen_block){
            .payload = (const uint8_t *)"CK", .size = 2, .uncompressed = WCI_CAB_BLOCK_BYTES};
    wcgen_cabinet_write(&cabinet, &set.bytes[0]);
    open_parts(&set);
    for (i = 0; i < 5; i++)
        parts[i] = set.parts[0];
    for (part_count = 4; part_count <= 5; part_count++) {
        struct wci_cab_folder_reader *reader = NULL;
        struct wci_block_reader source;
        struct wci_cab_block block;
        struct wcab_error err = {.code = WCAB_OK};
        enum wcab_err code;

        CHECK_EQ_INT(wci_cab_folder_open(parts, part_count, &options, &reader, &err), WCAB_OK);
        source = wci_cab_folder_blocks(reader);
        for (i = 0;; i++) {
            memset(&block, 0, sizeof(block));
            code = source.next(source.context, &block, &err);
            if (code != WCAB_OK || block.payload == NULL)
                break;
        }
        CHECK_EQ_INT(i, most);
        CHECK_EQ_INT(code, part_count == 4 ? WCAB_OK : WCAB_ERR_LIMIT);
        wci_cab_folder_close(reader);
    }
    free(blocks);
    free_set(&set);
}

int main(void)
{
    RUN(test_whole_sets);
    RUN(test_last_join);
    RUN(test_wrong_checksum);
    RUN(test_no_checksum);
    RUN(test_absurd_headers);
    RUN(test_absurd_header_between);
    RUN(test_truncated);
    RUN(test_lone_cabinet);
    RUN(test_missing_middle);
    RUN(test_bad_sector);
    RUN(test_bad_parts);
    RUN(test_checksum);
    RUN(test_limit);
    return check_report();
}
