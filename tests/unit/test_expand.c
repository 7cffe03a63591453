/*
 * test_expand - single packed files: their names, their contents, and damaged ones.
 */
#include <string.h>

#include "check.h"
#include "folder_maker.h"
#include "media/cabinet/expand.h"
#include "packed.h"

enum { CONTENT_SIZE = 70000, HEADER_SIZE_AT = 10, NO_LIMIT = 1 << 30 };

static enum wcab_err decode(const struct wcgen_buffer *packed, size_t size, uint64_t limit,
                            struct kept_bytes *kept, struct wcab_error *err)
{
    struct wci_source *source = NULL;
    struct wci_byte_sink sink = kept_sink(kept);
    enum wcab_err code;

    memset(err, 0, sizeof(*err));
    CHECK_EQ_INT(wci_source_open_memory(packed->bytes, size, &source, err), WCAB_OK);
    code = wci_expand_decode(source, limit, &sink, err);
    wci_source_close(source);
    return code;
}

/* Every form, empty to several buffers long, comes out as it went in; a limit just below stops it.
 */
static void check_form(int form, size_t size) /* form -1: SZDD */
{
    struct made_folder folder;
    struct wcgen_buffer packed;
    struct kept_bytes kept;
    struct wcab_error err;

    folder_make(&folder, TYPE_STORED, CONTENTS_MIXED, size, 77, 1);
    packed = form < 0
                 ? wcgen_packed_szdd(folder.data, size, 'l')
                 : wcgen_packed_kwaj((enum wcgen_kwaj_method)form, folder.data, size, "REAL.NAM");
    CHECK_EQ_INT(decode(&packed, packed.length, size, &kept, &err), WCAB_OK);
    CHECK_EQ_STR(err.text, "");
    CHECK_EQ_INT(kept.size, size);
    if (kept.size == size && size > 0)
        CHECK_EQ_MEM(kept.data, folder.data, size);
    kept_free(&kept);
    if (size > 0) {
        CHECK_EQ_INT(decode(&packed, packed.length, size - 1, &kept, &err), WCAB_ERR_LIMIT);
        CHECK(kept.size < size);
        kept_free(&kept);
        CHECK(decode(&packed, packed.length - (packed.length - 20) / 2, NO_LIMIT, &kept, &err) ==
              WCAB_ERR_CORRUPT);
        CHECK(kept.size < size);
        if (kept.size > 0)
            CHECK_EQ_MEM(kept.data, folder.data, kept.size);
        kept_free(&kept);
    }
    wcgen_buffer_free(&packed);
    folder_free(&folder);
}

static void test_contents(void)
{
    static const int forms[] = {-1, WCGEN_KWAJ_STORED, WCGEN_KWAJ_INVERTED, WCGEN_KWAJ_LZSS,
                                WCGEN_KWAJ_MSZIP};
    size_t i;

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        check_form(forms[i], 300);
        check_form(forms[i], CONTENT_SIZE);
    }
}

/* The header promises another size than comes out. */
static void test_wrong_size(void)
{
    struct made_folder folder;
    struct wcgen_buffer packed;
    struct kept_bytes kept;
    struct wcab_error err;

    folder_make(&folder, TYPE_STORED, CONTENTS_MIXED, 1000, 5, 1);
    packed = wcgen_packed_szdd(folder.data, 1000, 'l');
    wcgen_put_u32(packed.bytes + HEADER_SIZE_AT, 1001);
    CHECK_EQ_INT(decode(&packed, packed.length, NO_LIMIT, &kept, &err), WCAB_ERR_CORRUPT);
    CHECK_EQ_STR(err.text, "packed file unpacks to 1000 bytes, its header says 1001");
    kept_free(&kept);
    wcgen_put_u32(packed.bytes + HEADER_SIZE_AT, UINT32_MAX);
    CHECK_EQ_INT(decode(&packed, packed.length, NO_LIMIT, &kept, &err), WCAB_ERR_LIMIT);
    CHECK_EQ_INT(kept.size, 0);
    kept_free(&kept);
    wcgen_buffer_free(&packed);
    folder_free(&folder);
}

static void test_not_packed(void)
{
    struct wcgen_buffer text = {0};
    struct kept_bytes kept;
    struct wcab_error err;
    size_t size;

    wcgen_buffer_append_text(&text, "SZDX, which is no magic of a packed file");
    for (size = 0; size < text.length; size += 7) {
        CHECK_EQ_INT(decode(&text, size, NO_LIMIT, &kept, &err) == WCAB_OK, 0);
        CHECK_EQ_INT(kept.size, 0);
        kept_free(&kept);
    }
    CHECK_EQ_INT(err.code, WCAB_ERR_FORMAT);
    wcgen_buffer_free(&text);
}

/* Cut off within its header, at every place. */
static void test_cut_headers(void)
{
    static const uint8_t content[] = "a few bytes";
    struct wcgen_buffer packed[] = {
        wcgen_packed_szdd(content, sizeof(content), 'l'),
        wcgen_packed_kwaj(WCGEN_KWAJ_STORED, content, sizeof(content), "REAL.NAM")};
    struct kept_bytes kept;
    struct wcab_error err;
    size_t i, size;

    for (i = 0; i < 2; i++) {
        for (size = 0; size < packed[i].length; size++) {
            CHECK(decode(&packed[i], size, NO_LIMIT, &kept, &err) != WCAB_OK);
            CHECK(kept.size < sizeof(content));
            kept_free(&kept);
        }
        wcgen_buffer_free(&packed[i]);
    }
}

/* The sink's own code comes through. */
static void test_sink_stops(void)
{
    struct made_folder folder;
    struct wcgen_buffer packed;
    struct wci_source *source = NULL;
    struct kept_bytes kept;
    struct wci_byte_sink sink = kept_sink(&kept);
    struct wcab_error err = {0};

    folder_make(&folder, TYPE_STORED, CONTENTS_MIXED, CONTENT_SIZE, 5, 1);
    packed = wcgen_packed_szdd(folder.data, CONTENT_SIZE, 'l');
    CHECK_EQ_INT(wci_source_open_memory(packed.bytes, packed.length, &source, &err), WCAB_OK);
    kept.enough = 5000;
    CHECK_EQ_INT(wci_expand_decode(source, NO_LIMIT, &sink, &err), WCAB_ERR_CANCELLED);
    CHECK(kept.size >= 5000 && kept.size < CONTENT_SIZE);
    CHECK_EQ_MEM(kept.data, folder.data, kept.size);
    wci_source_close(source);
    kept_free(&kept);
    wcgen_buffer_free(&packed);
    folder_free(&folder);
}

/* ---- names -------------------------------------------------------------------------------- */

static void check_name(const struct wcgen_buffer *packed, const char *packed_name,
                       const char *format, const char *name, uint64_t size)
{
    struct wci_source *source = NULL;
    struct wci_arena *arena = wci_arena_new();
    struct wci_expand_info info = {0};
    struct wcab_error err = {0};

    CHECK_EQ_INT(wci_source_open_memory(packed->bytes, packed->length, &source, &err), WCAB_OK);
    CHECK_EQ_INT(wci_expand_probe(source, wci_bytes_of(packed_name), arena, &info, &err), WCAB_OK);
    CHECK_EQ_STR(info.format, format);
    CHECK_EQ_BYTES(info.names.names[0], name);
    CHECK(info.size_known);
    CHECK_EQ_INT(info.size, size);
    wci_source_close(source);
    wci_arena_free(arena);
}

static void test_names(void)
{
    static const uint8_t content[] = "a few bytes";
    struct wcgen_buffer packed = wcgen_packed_szdd(content, sizeof(content), 'l');

    check_name(&packed, "MAPI32.DL_", "SZDD", "MAPI32.DLL", sizeof(content));
    check_name(&packed, "mapi32.dl_", "SZDD", "mapi32.dll", sizeof(content));
    check_name(&packed, "MAPI32.DLL", "SZDD", "MAPI32.DLL", sizeof(content));
    wcgen_buffer_free(&packed);
    packed = wcgen_packed_szdd(content, sizeof(content), 0); /* nothing was there */
    check_name(&packed, "NETWORKS._", "SZDD", "NETWORKS", sizeof(content));
    wcgen_buffer_free(&packed);
    packed = wcgen_packed_kwaj(WCGEN_KWAJ_LZSS, content, sizeof(content), "REAL.NAM");
    check_name(&packed, "SOME.FI_", "KWAJ", "REAL.NAM", sizeof(content));
    wcgen_buffer_free(&packed);
}

int main(void)
{
    RUN(test_contents);
    RUN(test_wrong_size);
    RUN(test_not_packed);
    RUN(test_cut_headers);
    RUN(test_sink_stops);
    RUN(test_names);
    return check_report();
}
