/*
 * text - see text.h.
 */
#include "core/text.h"

#include <string.h>

#include "core/code_page.h"

enum { REPLACEMENT = 0xFFFD };

size_t wci_text_utf8_length(struct wci_bytes text)
{
    /* Smallest code point of a sequence of n bytes: anything below is an overlong form. */
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t *bytes = (const uint8_t *)text.data;
    uint32_t code_point;
    size_t length, i;

    if (text.length == 0)
        return 0;
    if (bytes[0] < 0x80)
        return 1;
    if (bytes[0] < 0xC2 || bytes[0] > 0xF4)
        return 0;
    length = bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    if (text.length < length)
        return 0;
    code_point = bytes[0] & (0xFFU >> (length + 1));
    for (i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 0;
        code_point = code_point << 6 | (bytes[i] & 0x3FU);
    }
    if (code_point < smallest[length] || code_point > 0x10FFFF ||
        (code_point >= 0xD800 && code_point <= 0xDFFF))
        return 0;
    return length;
}

bool wci_text_is_utf8(struct wci_bytes text)
{
    while (text.length > 0) {
        size_t length = wci_text_utf8_length(text);

        if (length == 0)
            return false;
        text.data += length;
        text.length -= length;
    }
    return true;
}

static bool is_ascii(struct wci_bytes text)
{
    size_t i;

    for (i = 0; i < text.length; i++) {
        if ((uint8_t)text.data[i] >= 0x80)
            return false;
    }
    return true;
}

struct wci_name wci_text_name_of(struct wci_bytes bytes)
{
    struct wci_name name = {bytes, wci_text_is_utf8(bytes) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW};

    return name;
}

enum wci_encoding wci_text_oem_encoding(struct wci_bytes bytes)
{
    return is_ascii(bytes) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
}

static uint32_t decode_utf8(const char *data, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)data;
    uint32_t code_point;
    size_t i;

    if (length == 1)
        return bytes[0];
    code_point = bytes[0] & (0xFFU >> (length + 1));
    for (i = 1; i < length; i++)
        code_point = code_point << 6 | (bytes[i] & 0x3FU);
    return code_point;
}

/* Appends one code point (0..10FFFF) as UTF-8. */
static void put_utf8(struct wci_buffer *out, uint32_t code_point)
{
    if (code_point < 0x80) {
        wci_buffer_u8(out, (uint8_t)code_point);
    } else if (code_point < 0x800) {
        wci_buffer_u8(out, (uint8_t)(0xC0 | code_point >> 6));
        wci_buffer_u8(out, (uint8_t)(0x80 | (code_point & 0x3F)));
    } else if (code_point < 0x10000) {
        wci_buffer_u8(out, (uint8_t)(0xE0 | code_point >> 12));
        wci_buffer_u8(out, (uint8_t)(0x80 | (code_point >> 6 & 0x3F)));
        wci_buffer_u8(out, (uint8_t)(0x80 | (code_point & 0x3F)));
    } else {
        wci_buffer_u8(out, (uint8_t)(0xF0 | code_point >> 18));
        wci_buffer_u8(out, (uint8_t)(0x80 | (code_point >> 12 & 0x3F)));
        wci_buffer_u8(out, (uint8_t)(0x80 | (code_point >> 6 & 0x3F)));
        wci_buffer_u8(out, (uint8_t)(0x80 | (code_point & 0x3F)));
    }
}

/* Upper case of the two-byte letters of Latin-1, Latin Extended-A, Greek and Cyrillic.  Others
 * stay: the fold must keep a sequence's length. */
static uint32_t fold_code_point(uint32_t c)
{
    if ((c >= 0xE0 && c <= 0xFE && c != 0xF7) || (c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2) ||
        (c >= 0x430 && c <= 0x44F))
        return c - 0x20;
    if (c >= 0x450 && c <= 0x45F)
        return c - 0x50;
    if ((c >= 0x100 && c <= 0x137 && c != 0x131) || (c >= 0x14A && c <= 0x177))
        return c & ~1U;
    return c;
}

size_t wci_text_fold(struct wci_bytes text, char *out, size_t out_size)
{
    size_t i = 0;

    if (text.length > out_size)
        text.length = out_size;
    while (i < text.length) {
        uint8_t byte = (uint8_t)text.data[i];
        struct wci_bytes rest = {text.data + i, text.length - i};

        if (byte >= 'a' && byte <= 'z') {
            out[i++] = (char)(byte - 32);
        } else if (byte >= 0xC2 && byte < 0xE0 && wci_text_utf8_length(rest) == 2) {
            uint32_t folded = fold_code_point(decode_utf8(rest.data, 2));

            out[i++] = (char)(0xC0 | folded >> 6);
            out[i++] = (char)(0x80 | (folded & 0x3F));
        } else {
            out[i++] = (char)byte;
        }
    }
    return i;
}

struct wci_bytes wci_text_fold_name(struct wci_bytes name, struct wci_folded *room)
{
    struct wci_bytes folded = {room->bytes, 0};

    if (name.length <= WCI_LIMIT_NAME)
        folded.length = wci_text_fold(name, room->bytes, sizeof(room->bytes));
    return folded;
}

const char *wci_text_base_name(const char *path)
{
    const char *at;

    for (at = path; *at != '\0'; at++) {
        if (*at == '/' || *at == '\\')
            path = at + 1;
    }
    return path;
}

bool wci_text_equal_folded(struct wci_bytes a, struct wci_bytes b)
{
    char folded_a[512], folded_b[512];

    if (a.length != b.length)
        return false;
    while (a.length > 0) {
        /* Runs of the same length fold to the same length; a letter cut in two stays as it is in
         * both, so that equality is never claimed wrongly. */
        size_t run = a.length < sizeof(folded_a) ? a.length : sizeof(folded_a);
        struct wci_bytes run_a = {a.data, run}, run_b = {b.data, run};

        wci_text_fold(run_a, folded_a, sizeof(folded_a));
        wci_text_fold(run_b, folded_b, sizeof(folded_b));
        if (memcmp(folded_a, folded_b, run) != 0)
            return false;
        a.data += run;
        b.data += run;
        a.length -= run;
    }
    return true;
}

static bool copy_utf8(struct wci_bytes text, struct wci_buffer *out)
{
    bool whole = true;

    while (text.length > 0) {
        size_t length = wci_text_utf8_length(text);

        if (length > 0) {
            wci_buffer_put(out, text.data, length);
        } else {
            put_utf8(out, REPLACEMENT);
            whole = false;
            length = 1;
        }
        text.data += length;
        text.length -= length;
    }
    return whole;
}

bool wci_text_to_utf8(struct wci_name text, int code_page, struct wci_buffer *out)
{
    struct wci_bytes left = text.bytes;
    bool whole = true;

    if (is_ascii(text.bytes)) {
        wci_buffer_put(out, text.bytes.data, text.bytes.length);
        return true;
    }
    if (text.encoding == WCI_ENCODING_UTF8)
        return copy_utf8(text.bytes, out);
    if (code_page <= 0)
        code_page = WCI_CODE_PAGE_DEFAULT;
    while (left.length > 0) {
        uint32_t code_point;
        size_t length = wci_code_page_next(code_page, left, &code_point);

        put_utf8(out, code_point != 0 ? code_point : (uint32_t)REPLACEMENT);
        whole = whole && code_point != 0;
        left.data += length;
        left.length -= length;
    }
    return whole;
}

void wci_text_from_utf16(const uint8_t *bytes, size_t units, bool big_endian,
                         struct wci_buffer *out)
{
    size_t i;

    for (i = 0; i < units; i++) {
        uint32_t first = big_endian ? (uint32_t)(bytes[2 * i] << 8 | bytes[2 * i + 1])
                                    : (uint32_t)(bytes[2 * i + 1] << 8 | bytes[2 * i]);
        uint32_t second = 0;

        if (first >= 0xD800 && first <= 0xDBFF && i + 1 < units) {
            const uint8_t *next = bytes + 2 * (i + 1);

            second = big_endian ? (uint32_t)(next[0] << 8 | next[1])
                                : (uint32_t)(next[1] << 8 | next[0]);
        }
        if (second >= 0xDC00 && second <= 0xDFFF) {
            put_utf8(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            i++;
        } else if (first >= 0xD800 && first <= 0xDFFF) {
            put_utf8(out, REPLACEMENT);
        } else {
            put_utf8(out, first);
        }
    }
}

/* Controls, and characters that turn the direction of what follows: a name must not be able to
 * move the cursor or to look like another name. */
static bool is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || c == 0x061C ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void wci_text_mask(struct wci_bytes text, struct wci_buffer *out)
{
    while (text.length > 0) {
        size_t length = wci_text_utf8_length(text);

        if (length == 0 || is_unsafe(decode_utf8(text.data, length)))
            wci_buffer_u8(out, '?');
        else
            wci_buffer_put(out, text.data, length);
        length = length == 0 ? 1 : length;
        text.data += length;
        text.length -= length;
    }
}
