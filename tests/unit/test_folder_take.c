/*
 * test_folder_take - files out of a folder: whole, damaged, missing, and what a callback refuses.
 */
#include <stdlib.h>
#include <string.h>

#include "cabinet.h"
#include "check.h"
#include "folder_maker.h"
#include "media/cabinet/cab.h"
#include "media/cabinet/folder_take.h"

enum { BLOCK = 32768, BLOCKS = 4, SIZE = (BLOCKS - 1) * BLOCK + 1000, FILES = 6 };

/* One file's bytes as they come. */
struct out {
    uint8_t bytes[SIZE];
    size_t size, begins, ends;
    enum wcab_err refuse_begin, refuse_put, refuse_end;
};

struct fixture {
    struct made_folder made;
    struct wcgen_buffer bytes;
    struct wci_source *source;
    struct wci_arena *arena;
    struct wci_container container;
    struct wci_cab_part part;
    struct out outs[FILES];
    struct wci_folder_file files[FILES];
    struct wci_folder_take take;
    struct wcab_error err, why;
};

static enum wcab_err on_begin(struct wci_folder_file *file, struct wcab_error *err)
{
    struct out *out = file->context;

    out->begins++;
    out->size = 0;
    return out->refuse_begin == WCAB_OK ? WCAB_OK
                                        : wci_error_set(err, out->refuse_begin, "no begin");
}

static enum wcab_err on_put(struct wci_folder_file *file, const uint8_t *data, size_t size,
                            struct wcab_error *err)
{
    struct out *out = file->context;

    CHECK_EQ_INT(file->done, out->size);
    memcpy(out->bytes + out->size, data, size);
    out->size += size;
    return out->refuse_put == WCAB_OK ? WCAB_OK : wci_error_set(err, out->refuse_put, "no put");
}

static enum wcab_err on_end(struct wci_folder_file *file, struct wcab_error *err)
{
    struct out *out = file->context;

    out->ends++;
    return out->refuse_end == WCAB_OK ? WCAB_OK : wci_error_set(err, out->refuse_end, "no end");
}

/* A cabinet of the folder's first `blocks` blocks. */
static void write_cabinet(struct fixture *t, size_t blocks)
{
    struct wcgen_block made[BLOCKS];
    struct wcgen_folder folder = {t->made.type_compress, made, blocks};
    struct wcgen_entry entry = {.size = 1, .name = "f", .name_length = 1};
    struct wcgen_cabinet cabinet = {
        .folders = &folder, .folder_count = 1, .entries = &entry, .entry_count = 1};
    struct wci_visitor visitor = {0};
    size_t i;

    for (i = 0; i < blocks; i++)
        made[i] = (struct wcgen_block){.payload = t->made.payloads[i],
                                       .size = (uint16_t)t->made.payload_sizes[i],
                                       .uncompressed = (uint16_t)folder_block_size(&t->made, i)};
    wcgen_cabinet_write(&cabinet, &t->bytes);
    CHECK_EQ_INT(wci_source_open_memory(t->bytes.bytes, t->bytes.length, &t->source, &t->err),
                 WCAB_OK);
    CHECK_EQ_INT(wci_cab_read(t->source, 0, t->arena, &visitor, &t->container, &t->err), WCAB_OK);
    t->part = (struct wci_cab_part){
        .source = t->source, .cab = t->container.cab, .name = wci_bytes_of("ONE.CAB")};
}

static struct fixture *start(uint16_t type, size_t blocks)
{
    struct fixture *t = calloc(1, sizeof(*t));

    if (t == NULL)
        exit(2);
    folder_make(&t->made, type, CONTENTS_MIXED, SIZE, 11, 1);
    t->arena = wci_arena_new();
    write_cabinet(t, blocks);
    t->take.files = t->files;
    t->take.begin = on_begin;
    t->take.put = on_put;
    t->take.end = on_end;
    return t;
}

static void want(struct fixture *t, uint64_t from, uint64_t size)
{
    size_t at = t->take.count++;

    t->files[at] = (struct wci_folder_file){.start = from, .size = size, .context = &t->outs[at]};
}

static void finish(struct fixture *t)
{
    wci_folder_take_free(&t->take);
    wci_source_close(t->source);
    wci_arena_free(t->arena);
    free(t->bytes.bytes);
    folder_free(&t->made);
    free(t);
}

static enum wcab_err run(struct fixture *t)
{
    return wci_folder_take_run(&t->take, &t->part, 1, &t->err);
}

static enum wci_taken outcome(struct fixture *t, size_t file)
{
    return wci_folder_take_outcome(&t->take, &t->files[file], &t->why);
}

/* The file that starts there has come by once, with the folder's bytes. */
static void check_bytes(const struct fixture *t, const struct wci_folder_file *file)
{
    const struct out *out = file->context;

    CHECK_EQ_INT(out->begins, 1);
    CHECK_EQ_INT(out->ends, 1);
    CHECK_EQ_INT(out->size, file->size);
    CHECK_EQ_MEM(out->bytes, t->made.data + file->start, file->size);
}

static void whole_files(void)
{
    static const uint16_t types[] = {TYPE_STORED, TYPE_MSZIP, TYPE_QUANTUM | 18 << 8,
                                     TYPE_LZX | 18 << 8};
    size_t i, k;
    int variant;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        for (variant = 0; variant < 4; variant++) {
            struct fixture *t = start(types[i], BLOCKS);

            t->take.salvage = variant & 1;
            t->take.decoder = variant & 2 ? WCI_DECODER_LIBMSPACK : WCI_DECODER_BEST;
            want(t, BLOCK - 10, BLOCK + 20); /* not in order, across blocks, two over each other */
            want(t, 0, 100);
            want(t, BLOCK, 5);
            want(t, 50, 0);
            CHECK_EQ_INT(run(t), WCAB_OK);
            for (k = 0; k < t->take.count; k++) {
                check_bytes(t, &t->files[k]);
                CHECK_EQ_INT(outcome(t, k), WCI_TAKEN_WHOLE);
            }
            CHECK_EQ_INT(t->take.at, 3 * BLOCK); /* the last block is not asked for */
            finish(t);
        }
    }
}

/* They need nothing of the folder: beyond its end, and though it can't be decoded at all. */
static void empty_files(void)
{
    struct fixture *t = start(TYPE_MSZIP, 1);

    want(t, 5 * BLOCK, 0);
    want(t, 100, 0);
    CHECK_EQ_INT(run(t), WCAB_OK);
    CHECK_EQ_INT(outcome(t, 0) + outcome(t, 1), 2 * WCI_TAKEN_WHOLE);
    CHECK_EQ_INT(wci_folder_take_run(&t->take, NULL, 0, &t->err), WCAB_OK);
    CHECK_EQ_INT(outcome(t, 0) + outcome(t, 1), 2 * WCI_TAKEN_WHOLE);
    CHECK_EQ_INT(t->outs[0].ends, 2);
    t->made.type_compress = 7;
    t->container.cab->folders[0].type_compress = 7;
    CHECK_EQ_INT(run(t), WCAB_ERR_UNSUPPORTED);
    CHECK_EQ_INT(outcome(t, 0) + outcome(t, 1), 2 * WCI_TAKEN_WHOLE);
    finish(t);
}

static void folder_ends_before(void)
{
    struct fixture *t = start(TYPE_MSZIP, 2);

    want(t, 0, 10);
    want(t, 2 * BLOCK - 5, 10);
    want(t, UINT64_MAX - 5, 10); /* wraps around */
    CHECK_EQ_INT(run(t), WCAB_OK);
    CHECK_EQ_INT(outcome(t, 0), WCI_TAKEN_WHOLE);
    CHECK_EQ_INT(outcome(t, 1), WCI_TAKEN_DAMAGED);
    CHECK_EQ_STR(t->why.text, "its folder ends at byte 65536, before the file's end");
    CHECK_EQ_INT(t->why.code, WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(outcome(t, 2), WCI_TAKEN_DAMAGED);
    CHECK_EQ_INT(t->outs[1].ends + t->outs[2].ends, 0);
    wci_error_set(&t->take.missing, WCAB_ERR_NOTFOUND, "the next cabinet is missing");
    CHECK_EQ_INT(outcome(t, 0), WCI_TAKEN_WHOLE);
    CHECK_EQ_INT(outcome(t, 1), WCI_TAKEN_MISSING);
    CHECK_EQ_STR(t->why.text, "the next cabinet is missing");
    finish(t);
}

/* In the second block a byte is wrong. */
static void damaged_block(void)
{
    struct fixture *t = start(TYPE_STORED, BLOCKS);
    struct wcab_damaged_range *ranges = NULL;
    size_t count = 0;

    t->bytes.bytes[t->bytes.length - 1008 - (BLOCK + 8) - 100] ^= 1;
    want(t, 0, 10);
    want(t, BLOCK - 5, 10);
    want(t, 3 * BLOCK, 10);
    t->take.salvage = true;
    CHECK_EQ_INT(run(t), WCAB_OK);
    CHECK_EQ_INT(outcome(t, 0), WCI_TAKEN_WHOLE);
    CHECK_EQ_INT(outcome(t, 1), WCI_TAKEN_DAMAGED);
    CHECK(strstr(t->why.text, "block 1 of its folder: ONE.CAB, byte ") != NULL);
    CHECK_EQ_INT(outcome(t, 2), WCI_TAKEN_WHOLE);
    CHECK_EQ_INT(t->outs[1].ends, 1);
    CHECK_EQ_INT(wci_damage_list_ranges(&t->take.damages, BLOCK - 5, 10, &ranges, &count, NULL),
                 WCAB_OK);
    CHECK_EQ_INT(count, 1);
    CHECK_EQ_INT(ranges[0].start, 5);
    CHECK_EQ_INT(ranges[0].size, 5);
    free(ranges);
    wci_folder_take_free(&t->take);
    t->take.salvage = false;
    CHECK_EQ_INT(run(t), WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(outcome(t, 0), WCI_TAKEN_WHOLE);
    CHECK_EQ_INT(outcome(t, 1), WCI_TAKEN_DAMAGED);
    CHECK_EQ_STR(t->why.text, t->err.text);
    CHECK_EQ_INT(outcome(t, 2), WCI_TAKEN_DAMAGED);
    finish(t);
}

/* What a callback returns ends the run with it: also CANCELLED for the last bytes of the last
 * file, where everything that is wanted has come by. */
static void refusals(void)
{
    int variant;

    for (variant = 0; variant < 6; variant++) {
        struct fixture *t = start(TYPE_MSZIP, BLOCKS);
        enum wcab_err code = variant & 1 ? WCAB_ERR_IO : WCAB_ERR_CANCELLED;
        struct out *last = &t->outs[1];

        want(t, 0, 10);
        want(t, 100, 10);
        want(t, 200, 0);
        last->refuse_begin = variant / 2 == 0 ? code : WCAB_OK;
        last->refuse_put = variant / 2 == 1 ? code : WCAB_OK;
        last->refuse_end = variant / 2 == 2 ? code : WCAB_OK;
        t->take.salvage = true;
        CHECK_EQ_INT(run(t), code);
        CHECK(strncmp(t->err.text, "no ", 3) == 0);
        CHECK_EQ_INT(outcome(t, 0), WCI_TAKEN_WHOLE);
        CHECK_EQ_INT(outcome(t, 1), WCI_TAKEN_DAMAGED);
        CHECK_EQ_INT(t->why.code, code);
        CHECK_EQ_INT(t->outs[2].begins, 0); /* after that none is begun */
        finish(t);
    }
}

/* Then nothing is decoded. */
static void nothing_wanted(void)
{
    struct fixture *t = start(TYPE_MSZIP, BLOCKS);

    CHECK_EQ_INT(run(t), WCAB_OK);
    CHECK_EQ_INT(t->take.at, 0);
    finish(t);
}

int main(void)
{
    RUN(whole_files);
    RUN(empty_files);
    RUN(folder_ends_before);
    RUN(damaged_block);
    RUN(refusals);
    RUN(nothing_wanted);
    return check_report();
}
