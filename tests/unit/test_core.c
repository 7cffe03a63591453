/*
 * Tests of core: cursor, buffer, arena, text, DOS time, error places.
 */
#include <stdlib.h>

#include "check.h"
#include "core/bytes.h"
#include "core/cursor.h"
#include "core/dostime.h"
#include "core/error.h"
#include "core/mem.h"
#include "core/text.h"

static void cursor_reads_and_stays_failed(void)
{
    const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));

    CHECK_EQ_INT(wci_cursor_u16(&cursor), 0x0201);
    CHECK_EQ_INT(wci_cursor_u16(&cursor), 0x0403);
    CHECK_EQ_INT(wci_cursor_u32(&cursor), 0);
    CHECK(!cursor.ok);
    CHECK_EQ_INT(wci_cursor_u8(&cursor), 0); /* sticky although a byte is left */
    CHECK_EQ_INT(wci_cursor_left(&cursor), 0);
}

static void cursor_seek_outside_fails(void)
{
    struct wci_cursor cursor = wci_cursor_of("abc", 3);

    wci_cursor_seek(&cursor, 3);
    CHECK(cursor.ok);
    wci_cursor_seek(&cursor, 4);
    CHECK(!cursor.ok);
}

static void cstring_needs_its_end(void)
{
    struct wci_cursor cursor = wci_cursor_of("ab\0cdef", 7);
    size_t length;

    CHECK_EQ_STR(wci_cursor_cstring(&cursor, 10, &length), "ab");
    CHECK_EQ_INT(length, 2);
    CHECK(wci_cursor_cstring(&cursor, 10, &length) == NULL);
    CHECK(!cursor.ok);
    cursor = wci_cursor_of("abcd", 5);
    CHECK(wci_cursor_cstring(&cursor, 3, &length) == NULL);
    cursor = wci_cursor_of("abcd", 5);
    CHECK(wci_cursor_cstring(&cursor, 4, &length) != NULL);
}

static void varint_round_trip(void)
{
    static const uint64_t values[] = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_MAX};
    struct wci_buffer buffer;
    struct wci_cursor cursor;
    size_t i;

    wci_buffer_init(&buffer);
    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        wci_buffer_varint(&buffer, values[i]);
    CHECK(buffer.ok);
    cursor = wci_cursor_of(buffer.data, buffer.size);
    for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        CHECK(wci_cursor_varint(&cursor) == values[i]);
    CHECK(cursor.ok);
    wci_buffer_free(&buffer);
}

static void varint_too_long_is_refused(void)
{
    const uint8_t bytes[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));

    wci_cursor_varint(&cursor);
    CHECK(!cursor.ok);
}

static void arena_serves_all_sizes(void)
{
    struct wci_arena *arena = wci_arena_new();
    size_t size;

    for (size = 0; size < 3000000; size = size * 3 + 1) {
        uint8_t *place = wci_arena_alloc(arena, size);

        CHECK(place != NULL);
        if (place != NULL)
            memset(place, 1, size);
    }
    CHECK(wci_arena_alloc(arena, SIZE_MAX) == NULL);
    CHECK(wci_arena_calloc(arena, SIZE_MAX / 2, 3) == NULL);
    wci_arena_reset(arena);
    CHECK_EQ_INT(wci_arena_used(arena), 0);
    CHECK_EQ_STR(wci_arena_strdup(arena, "again"), "again");
    wci_arena_free(arena);
    wci_arena_free(NULL);
}

static void folding(void)
{
    char out[64];
    struct wci_bytes text = wci_bytes_of("Mapi32.dll \xC3\xA4\xD0\xB6 \xFF\x81");
    struct wci_bytes folded = {out, wci_text_fold(text, out, sizeof(out))};

    CHECK_EQ_BYTES(folded, "MAPI32.DLL \xC3\x84\xD0\x96 \xFF\x81");
    CHECK(wci_text_equal_folded(wci_bytes_of("abc"), wci_bytes_of("ABC")));
    CHECK(!wci_text_equal_folded(wci_bytes_of("abc"), wci_bytes_of("abcd")));
}

static void utf8_validity(void)
{
    CHECK(wci_text_is_utf8(wci_bytes_of("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80")));
    CHECK(!wci_text_is_utf8(wci_bytes_of("\xC0\x80")));         /* overlong */
    CHECK(!wci_text_is_utf8(wci_bytes_of("\xE0\x80\x80")));     /* overlong */
    CHECK(!wci_text_is_utf8(wci_bytes_of("\xED\xA0\x80")));     /* surrogate */
    CHECK(!wci_text_is_utf8(wci_bytes_of("\xF4\x90\x80\x80"))); /* above 10FFFF */
    CHECK(!wci_text_is_utf8(wci_bytes_of("\xE2\x82")));         /* cut off */
}

static void raw_names_go_through_their_code_page(void)
{
    struct wci_name name = {wci_bytes_of("M\x81LLER"), WCI_ENCODING_RAW};
    struct wci_buffer out;

    wci_buffer_init(&out);
    CHECK(wci_text_to_utf8(name, 437, &out));
    wci_buffer_u8(&out, 0);
    CHECK_EQ_STR((const char *)out.data, "M\xC3\xBCLLER");
    wci_buffer_clear(&out);
    CHECK(!wci_text_to_utf8(name, 1252, &out)); /* 0x81 is not in code page 1252 */
    wci_buffer_u8(&out, 0);
    CHECK_EQ_STR((const char *)out.data, "M\xEF\xBF\xBDLLER");
    wci_buffer_free(&out);
}

static void long_raw_names_convert_whole(void)
{
    char bytes[1000];
    struct wci_name name = {{bytes, sizeof(bytes)}, WCI_ENCODING_RAW};
    struct wci_buffer out;

    memset(bytes, 0x81, sizeof(bytes));
    wci_buffer_init(&out);
    CHECK(wci_text_to_utf8(name, 437, &out));
    CHECK_EQ_INT(out.size, 2000);
    wci_buffer_free(&out);
}

static void utf16_with_surrogates(void)
{
    const uint8_t big[] = {0, 'A', 0xD8, 0x3D, 0xDE, 0x00, 0xDC, 0x00};
    struct wci_buffer out;

    wci_buffer_init(&out);
    wci_text_from_utf16(big, 4, true, &out);
    wci_buffer_u8(&out, 0);
    CHECK_EQ_STR((const char *)out.data, "A\xF0\x9F\x98\x80\xEF\xBF\xBD");
    wci_buffer_free(&out);
}

static void masking(void)
{
    struct wci_buffer out;

    wci_buffer_init(&out);
    wci_text_mask(wci_bytes_of("a\033[2J\x7F\xC2\x9B\xE2\x80\xAE\xFFz\xC3\xA9"), &out);
    wci_buffer_u8(&out, 0);
    CHECK_EQ_STR((const char *)out.data, "a?[2J????z\xC3\xA9");
    wci_buffer_free(&out);
}

static void dos_times(void)
{
    char text[WCI_DOSTIME_TEXT];
    uint32_t time = wci_dostime_parse("1995-07-11 09:50");

    CHECK(time != 0);
    CHECK(wci_dostime_format(time, text));
    CHECK_EQ_STR(text, "1995-07-11T09:50:00");
    CHECK(wci_dostime_parse("1995-07-11T09:50:02") == time + 1);
    CHECK_EQ_INT(wci_dostime_parse("1995-02-29"), 0);
    CHECK_EQ_INT(wci_dostime_parse("1979-01-01"), 0);
    CHECK_EQ_INT(wci_dostime_parse("1995-07-11 09:50x"), 0);
    CHECK(!wci_dostime_format(0, text));
    CHECK_EQ_STR(text, "");
    CHECK(!wci_dostime_format(0xFFFFFFFF, text));
}

static void error_places_nest(void)
{
    struct wcab_error err;
    char name[600];
    int i;

    wci_error_set_at(&err, WCAB_ERR_CORRUPT, 7, "bad %s", "chain");
    wci_error_push_place(&err, "mapi32.dll", 10);
    wci_error_push_place(&err, "A.CAB", 5);
    CHECK_EQ_STR(err.place, "A.CAB > mapi32.dll");
    CHECK_EQ_STR(err.text, "bad chain");
    CHECK_EQ_INT(err.offset, 7);
    memset(name, 'x', sizeof(name));
    for (i = 0; i < 3; i++)
        wci_error_push_place(&err, name, sizeof(name));
    CHECK(strlen(err.place) < sizeof(err.place));
    CHECK(strstr(err.place, "mapi32.dll") != NULL);
}

static void every_code_has_a_text(void)
{
    int code;

    for (code = 0; code <= WCAB_ERR_CANCELLED; code++)
        CHECK(strlen(wcab_err_text((enum wcab_err)code)) > 0);
    CHECK_EQ_STR(wcab_err_text((enum wcab_err)999), "unknown error");
}

int main(void)
{
    RUN(cursor_reads_and_stays_failed);
    RUN(cursor_seek_outside_fails);
    RUN(cstring_needs_its_end);
    RUN(varint_round_trip);
    RUN(varint_too_long_is_refused);
    RUN(arena_serves_all_sizes);
    RUN(folding);
    RUN(utf8_validity);
    RUN(raw_names_go_through_their_code_page);
    RUN(long_raw_names_convert_whole);
    RUN(utf16_with_surrogates);
    RUN(masking);
    RUN(dos_times);
    RUN(error_places_nest);
    RUN(every_code_has_a_text);
    return check_report();
}
