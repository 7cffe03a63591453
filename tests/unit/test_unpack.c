/*
 * Tests of the decoders of old archives, over what the test media's encoders write, which unzip and
 * 7z read, too (tests/cli/pkzip.sh), and over damage.
 */
#include <stdlib.h>

#include "check.h"
#include "core/bytes.h"
#include "media/archive/unpack.h"
#include "oldpack.h"

enum {
    SHRINK,
    REDUCE1,
    REDUCE4 = REDUCE1 + 3,
    IMPLODE,
    EXPLODE = IMPLODE + 4,
    KINDS = EXPLODE + 6
};

/* Text-like, then runs, then noise, then the first again: more than any window. */
static struct wcgen_buffer make_plain(size_t size)
{
    struct wcgen_random random = {7};
    struct wcgen_buffer plain = {0};

    while (plain.length < size) {
        size_t phase = plain.length / 3000 % 4;

        if (phase == 1)
            wcgen_buffer_append_u8(&plain, plain.length / 700 % 3 == 0 ? 144 : 7);
        else if (phase == 2)
            wcgen_buffer_append_u8(&plain, wcgen_random_below(&random, 256));
        else
            wcgen_buffer_append_format(&plain, "word%u, ", wcgen_random_below(&random, 40));
    }
    plain.length = size;
    return plain;
}

static struct wcgen_buffer pack(int kind, const struct wcgen_buffer *plain)
{
    unsigned way;

    if (kind == SHRINK)
        return wcgen_oldpack_shrink(plain->bytes, plain->length);
    if (kind < IMPLODE)
        return wcgen_oldpack_reduce(plain->bytes, plain->length, (unsigned)(kind - REDUCE1 + 1));
    way = (unsigned)(kind < EXPLODE ? kind - IMPLODE : kind - EXPLODE);
    if (kind < EXPLODE)
        return wcgen_oldpack_implode(plain->bytes, plain->length, way & 1, way & 2);
    return wcgen_oldpack_explode(plain->bytes, plain->length, 4 + way / 2, way & 1);
}

static void decode(struct wci_unpack *unpack, int kind)
{
    unsigned way = (unsigned)(kind - IMPLODE);
    struct wci_implode how = {way & 1, way & 2, way & 2 ? 3 : 2};

    if (kind == SHRINK)
        wci_unpack_shrink(unpack);
    else if (kind < IMPLODE)
        wci_unpack_reduce(unpack, (unsigned)(kind - REDUCE1 + 1));
    else if (kind < EXPLODE)
        wci_unpack_implode(unpack, &how);
    else
        wci_unpack_explode(unpack);
}

/* Unpacks; the result is stored when it went well. */
static enum wcab_err unpack(int kind, const struct wcgen_buffer *packed, size_t size,
                            struct wci_source **bytes, struct wcab_error *err)
{
    struct wci_unpack *state = malloc(sizeof(*state));
    struct wci_source *source = NULL;
    struct wci_budget budget;
    struct wci_spool spool;
    enum wcab_err code;

    wci_budget_init(&budget, &wci_limits_default, 1 << 20, NULL);
    wci_spool_init(&spool, &budget, packed->length);
    (void)wci_source_open_memory(packed->bytes, packed->length, &source, NULL);
    wci_unpack_start(state, source, 0, packed->length, &spool, size);
    decode(state, kind);
    code = wci_unpack_finish(state, err);
    if (code == WCAB_OK)
        code = wci_spool_finish(&spool, bytes, err);
    wci_spool_discard(&spool);
    wci_source_close(source);
    free(state);
    return code;
}

static void check_same(int kind, size_t size)
{
    struct wcgen_buffer plain = make_plain(size), packed = pack(kind, &plain);
    struct wci_source *bytes = NULL;
    struct wcab_error err;
    uint8_t *read = malloc(size + 1);

    CHECK_EQ_INT(unpack(kind, &packed, size, &bytes, &err), WCAB_OK);
    if (bytes != NULL) {
        CHECK_EQ_INT(wci_source_size(bytes), size);
        CHECK_EQ_INT(wci_source_read_at(bytes, 0, read, size, &err), WCAB_OK);
        CHECK(size == 0 || memcmp(read, plain.bytes, size) == 0);
    }
    wci_source_close(bytes);
    free(read);
    wcgen_buffer_free(&plain);
    wcgen_buffer_free(&packed);
}

static void what_is_packed_comes_out_again(void)
{
    static const size_t sizes[] = {0, 1, 2, 5, 8192, 70001};
    size_t i;
    int kind;

    for (kind = 0; kind < KINDS; kind++) {
        for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
            check_same(kind, sizes[i]);
    }
}

/* The example that comes with zlib's reader of this format. */
static void a_known_example_is_read(void)
{
    uint8_t bytes[] = {0x00, 0x04, 0x82, 0x24, 0x25, 0x8F, 0x80, 0x7F};
    struct wcgen_buffer packed = {bytes, sizeof(bytes), sizeof(bytes)};
    struct wci_source *source = NULL;
    char text[14] = "";

    CHECK_EQ_INT(unpack(EXPLODE, &packed, 13, &source, NULL), WCAB_OK);
    if (source != NULL)
        (void)wci_source_read_at(source, 0, text, 13, NULL);
    CHECK_EQ_STR(text, "AIAIAIAIAIAIA");
    wci_source_close(source);
}

static void data_that_end_too_early_are_told(void)
{
    struct wcgen_buffer plain = make_plain(5000);
    int kind;

    for (kind = 0; kind < KINDS; kind++) {
        struct wcgen_buffer packed = pack(kind, &plain);
        struct wci_source *bytes = NULL;
        struct wcab_error err;
        size_t whole = packed.length;

        packed.length = whole / 2;
        CHECK_EQ_INT(unpack(kind, &packed, 5000, &bytes, &err), WCAB_ERR_CORRUPT);
        CHECK_EQ_INT(err.offset, whole / 2);
        packed.length = 0;
        CHECK_EQ_INT(unpack(kind, &packed, 5000, &bytes, &err), WCAB_ERR_CORRUPT);
        packed.length = whole;
        wcgen_buffer_free(&packed);
    }
    wcgen_buffer_free(&plain);
}

static void damage_never_gives_more_than_was_asked_for(void)
{
    struct wcgen_buffer plain = make_plain(20000);
    struct wcgen_random random = {11};
    int kind;
    unsigned round;

    for (kind = 0; kind < KINDS; kind++) {
        struct wcgen_buffer packed = pack(kind, &plain);

        for (round = 0; round < 200; round++) {
            uint32_t at = wcgen_random_below(&random, (uint32_t)packed.length);
            uint8_t before = packed.bytes[at];
            struct wci_source *bytes = NULL;
            struct wcab_error err = {.code = WCAB_OK};

            packed.bytes[at] = (uint8_t)wcgen_random_below(&random, 256);
            if (unpack(kind, &packed, 20000, &bytes, &err) == WCAB_OK)
                CHECK(wci_source_size(bytes) <= 20000);
            else
                CHECK_EQ_INT(err.code, WCAB_ERR_CORRUPT);
            packed.bytes[at] = before;
            wci_source_close(bytes);
        }
        wcgen_buffer_free(&packed);
    }
    wcgen_buffer_free(&plain);
}

int main(void)
{
    RUN(what_is_packed_comes_out_again);
    RUN(a_known_example_is_read);
    RUN(data_that_end_too_early_are_told);
    RUN(damage_never_gives_more_than_was_asked_for);
    return check_report();
}
