/*
 * json - see json.h.
 */
#include "query/output/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

/* Raised when a member changes its meaning or goes; new members may come without. */
enum { FORMAT_VERSION = 1 };

static void put(struct wci_json *json, const char *text)
{
    wci_buffer_put(&json->text, text, strlen(text));
}

/* ---- strings ------------------------------------------------------------------------------ */

static uint32_t code_point_of(const char *data, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)data;
    uint32_t code_point = length == 1 ? bytes[0] : bytes[0] & (0xFFU >> (length + 1));
    size_t i;

    for (i = 1; i < length; i++)
        code_point = code_point << 6 | (bytes[i] & 0x3FU);
    return code_point;
}

/* What JSON wants escaped, and what a terminal must not get. */
static bool is_escaped(uint32_t c)
{
    return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7F && c < 0xA0) || c == 0xAD ||
           c == 0x61C || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

/* All escaped characters are below U+10000, so that one \u does. */
static void put_escaped(struct wci_json *json, uint32_t c)
{
    char text[8];

    if (c == '"' || c == '\\')
        (void)snprintf(text, sizeof(text), "\\%c", (char)c);
    else if (c == '\n')
        (void)snprintf(text, sizeof(text), "\\n");
    else if (c == '\t')
        (void)snprintf(text, sizeof(text), "\\t");
    else
        (void)snprintf(text, sizeof(text), "\\u%04" PRIx32, c & 0xFFFF);
    put(json, text);
}

/* Bytes at the start of text that stand for themselves. */
static size_t plain_length(struct wci_bytes text)
{
    size_t i;

    for (i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\')
            break;
    }
    return i;
}

/* A character that may need care; length 0: a byte that is not UTF-8. */
static void put_other(struct wci_json *json, const char *data, size_t length)
{
    if (length == 0)
        put(json, "\xEF\xBF\xBD");
    else if (is_escaped(code_point_of(data, length)))
        put_escaped(json, code_point_of(data, length));
    else
        wci_buffer_put(&json->text, data, length);
}

static void put_string(struct wci_json *json, const char *text)
{
    struct wci_bytes rest = wci_bytes_of(text);

    put(json, "\"");
    while (rest.length > 0) {
        size_t length = plain_length(rest);

        if (length > 0) {
            wci_buffer_put(&json->text, rest.data, length);
        } else {
            length = wci_text_utf8_length(rest);
            put_other(json, rest.data, length);
            length = length == 0 ? 1 : length;
        }
        rest.data += length;
        rest.length -= length;
    }
    put(json, "\"");
}

/* ---- values ------------------------------------------------------------------------------- */

static void put_key(struct wci_json *json, const char *key)
{
    if (json->comma)
        put(json, ",");
    json->comma = true;
    if (key == NULL)
        return;
    put_string(json, key);
    put(json, ":");
}

void wci_json_begin(struct wci_json *json, const char *key, char bracket)
{
    put_key(json, key);
    wci_buffer_u8(&json->text, (uint8_t)bracket);
    json->comma = false;
}

void wci_json_end(struct wci_json *json, char bracket)
{
    wci_buffer_u8(&json->text, (uint8_t)bracket);
    json->comma = true;
}

void wci_json_text(struct wci_json *json, const char *key, const char *text)
{
    put_key(json, key);
    if (text == NULL)
        put(json, "null");
    else
        put_string(json, text);
}

void wci_json_hex(struct wci_json *json, const char *key, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    size_t i;

    put_key(json, key);
    put(json, "\"");
    for (i = 0; i < length; i++) {
        wci_buffer_u8(&json->text, (uint8_t)digits[bytes[i] >> 4]);
        wci_buffer_u8(&json->text, (uint8_t)digits[bytes[i] & 15]);
    }
    put(json, "\"");
}

void wci_json_raw(struct wci_json *json, const char *key, const uint8_t *bytes, size_t length)
{
    if (!wci_text_is_utf8((struct wci_bytes){(const char *)bytes, length}))
        wci_json_hex(json, key, bytes, length);
}

void wci_json_number(struct wci_json *json, const char *key, uint64_t number)
{
    char text[24];

    put_key(json, key);
    (void)snprintf(text, sizeof(text), "%" PRIu64, number);
    put(json, text);
}

void wci_json_bool(struct wci_json *json, const char *key, bool value)
{
    put_key(json, key);
    put(json, value ? "true" : "false");
}

void wci_json_null(struct wci_json *json, const char *key)
{
    put_key(json, key);
    put(json, "null");
}

/* ---- lines -------------------------------------------------------------------------------- */

void wci_json_open(struct wci_json *json, const char *event)
{
    wci_buffer_init(&json->text);
    json->comma = false;
    wci_json_begin(json, NULL, '{');
    wci_json_number(json, "format_version", FORMAT_VERSION);
    if (event != NULL)
        wci_json_text(json, "event", event);
}

enum wcab_err wci_json_close(struct wci_json *json, wcab_text_sink *sink, void *context)
{
    enum wcab_err code = WCAB_ERR_NOMEM;

    wci_json_end(json, '}');
    put(json, "\n");
    if (json->text.ok)
        code = sink(context, (const char *)json->text.data, json->text.size);
    wci_buffer_free(&json->text);
    return code;
}
