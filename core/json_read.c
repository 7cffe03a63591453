/*
 * json_read - see json_read.h.
 */
#include "core/json_read.h"

#include <string.h>

struct scan {
    struct wci_bytes text;
    size_t at;
};

static char peek(const struct scan *scan)
{
    return scan->at < scan->text.length ? scan->text.data[scan->at] : '\0';
}

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->text.length && strchr(" \t\r\n", peek(scan)) != NULL &&
           peek(scan) != '\0')
        scan->at++;
}

/* Behind a string; false when it has no end. */
static bool skip_string(struct scan *scan)
{
    if (peek(scan) != '"')
        return false;
    for (scan->at++; scan->at < scan->text.length; scan->at++) {
        if (peek(scan) == '\\')
            scan->at++;
        else if (peek(scan) == '"') {
            scan->at++;
            return true;
        }
    }
    return false;
}

/* Behind a value of any kind.  What it holds is only looked through for its end. */
static bool skip_value(struct scan *scan)
{
    size_t start, depth = 0;

    skip_blanks(scan);
    start = scan->at;
    do {
        char c = peek(scan);

        if (scan->at >= scan->text.length)
            return false;
        if (c == '"') {
            if (!skip_string(scan))
                return false;
            continue;
        }
        if (c == '{' || c == '[') {
            if (++depth > WCI_JSON_DEPTH)
                return false;
        } else if (c == '}' || c == ']') {
            if (depth == 0)
                break; /* of what is around it */
            depth--;
        } else if (depth == 0 && c == ',') {
            break;
        }
        scan->at++;
        if (depth == 0 && (c == '}' || c == ']'))
            break;
    } while (depth > 0 || strchr(",}] \t\r\n", peek(scan)) == NULL);
    return scan->at > start;
}

bool wci_json_next_object(struct wci_bytes text, size_t *at, struct wci_bytes *object)
{
    struct scan scan = {text, *at};

    skip_blanks(&scan);
    while (peek(&scan) == '[' || peek(&scan) == ',' || peek(&scan) == ']') {
        scan.at++;
        skip_blanks(&scan);
    }
    *at = scan.at;
    if (peek(&scan) != '{' || !skip_value(&scan))
        return false;
    *object = (struct wci_bytes){text.data + *at, scan.at - *at};
    *at = scan.at;
    return true;
}

bool wci_json_member(struct wci_bytes object, const char *name, struct wci_bytes *value)
{
    struct scan scan = {object, 1};
    size_t length = strlen(name);

    for (;;) {
        size_t start, name_start, name_length;

        skip_blanks(&scan);
        name_start = scan.at + 1;
        if (!skip_string(&scan))
            return false;
        name_length = scan.at - 1 - name_start;
        skip_blanks(&scan);
        if (peek(&scan) != ':')
            return false;
        scan.at++;
        skip_blanks(&scan);
        start = scan.at;
        if (!skip_value(&scan))
            return false;
        if (name_length == length && memcmp(object.data + name_start, name, length) == 0) {
            *value = (struct wci_bytes){object.data + start, scan.at - start};
            return true;
        }
        skip_blanks(&scan);
        if (peek(&scan) != ',')
            return false;
        scan.at++;
    }
}

/* ---- strings ------------------------------------------------------------------------------ */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The four digits behind \u; false when they are none. */
static bool take_unit(const char *digits, size_t left, uint32_t *unit)
{
    size_t i;

    *unit = 0;
    for (i = 0; i < 4; i++) {
        int digit = i < left ? hex_digit(digits[i]) : -1;

        if (digit < 0)
            return false;
        *unit = *unit * 16 + (uint32_t)digit;
    }
    return true;
}

static void put_utf8(struct wci_buffer *out, uint32_t c)
{
    if (c < 0x80) {
        wci_buffer_u8(out, (uint8_t)c);
        return;
    }
    if (c < 0x800) {
        wci_buffer_u8(out, (uint8_t)(0xC0 | c >> 6));
    } else {
        if (c < 0x10000) {
            wci_buffer_u8(out, (uint8_t)(0xE0 | c >> 12));
        } else {
            wci_buffer_u8(out, (uint8_t)(0xF0 | c >> 18));
            wci_buffer_u8(out, (uint8_t)(0x80 | (c >> 12 & 63)));
        }
        wci_buffer_u8(out, (uint8_t)(0x80 | (c >> 6 & 63)));
    }
    wci_buffer_u8(out, (uint8_t)(0x80 | (c & 63)));
}

/* One escape, at the backslash; returns how long it is, 0 when it is none. */
static size_t put_escape(struct wci_buffer *out, const char *at, size_t left)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *known = left > 1 && at[1] != '\0' ? strchr(from, at[1]) : NULL;
    uint32_t unit, low;

    if (known != NULL) {
        wci_buffer_u8(out, (uint8_t)to[known - from]);
        return 2;
    }
    if (left < 6 || at[1] != 'u' || !take_unit(at + 2, left - 2, &unit))
        return 0;
    if (unit >= 0xD800 && unit < 0xDC00 && left >= 12 && at[6] == '\\' && at[7] == 'u' &&
        take_unit(at + 8, left - 8, &low) && low >= 0xDC00 && low < 0xE000) {
        put_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        return 12;
    }
    put_utf8(out, unit >= 0xD800 && unit < 0xE000 ? 0xFFFD : unit);
    return 6;
}

struct wci_bytes wci_json_member_text(struct wci_bytes object, const char *name,
                                      struct wci_arena *arena)
{
    const struct wci_bytes none = {NULL, 0};
    struct wci_bytes value, text = none;
    struct wci_buffer out;
    size_t i, length = 1;

    if (!wci_json_member(object, name, &value) || value.length < 2 || value.data[0] != '"')
        return none;
    wci_buffer_init(&out);
    for (i = 1; i + 1 < value.length && length > 0; i += length) {
        length = 1;
        if (value.data[i] == '\\')
            length = put_escape(&out, value.data + i, value.length - 1 - i);
        else
            wci_buffer_u8(&out, (uint8_t)value.data[i]);
    }
    if (length > 0 && out.ok)
        text = wci_arena_bytes(arena,
                               out.size > 0 ? wci_buffer_view(&out) : (struct wci_bytes){"", 0});
    wci_buffer_free(&out);
    return text;
}
