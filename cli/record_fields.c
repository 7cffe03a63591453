/*
 * record_fields - see record_fields.h.
 */
#include "cli/record_fields.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 16 };

struct text {
    char *data; /* owned, with a NUL */
    size_t size, capacity;
};

struct parser {
    const char *at;
    struct record_fields *fields;
    unsigned depth;
};

static bool put(struct text *text, const char *data, size_t length)
{
    if (text->data == NULL || text->size + length + 1 > text->capacity) {
        size_t larger = 2 * (text->size + length) + 32;
        char *grown = realloc(text->data, larger);

        if (grown == NULL)
            return false;
        text->data = grown;
        text->capacity = larger;
    }
    memcpy(text->data + text->size, data, length);
    text->size += length;
    text->data[text->size] = '\0';
    return true;
}

static bool add_field(struct record_fields *fields, const char *name, char *value, bool is_number,
                      bool is_list)
{
    char *copy = strdup(name);

    if (fields->count == fields->capacity) {
        size_t larger = fields->capacity == 0 ? 32 : 2 * fields->capacity;
        struct record_field *grown = realloc(fields->items, larger * sizeof(*grown));

        if (grown != NULL) {
            fields->items = grown;
            fields->capacity = larger;
        }
    }
    if (copy == NULL || value == NULL || fields->count == fields->capacity) {
        free(copy);
        free(value);
        return false;
    }
    fields->items[fields->count++] = (struct record_field){copy, value, is_number, is_list};
    /* cppcheck-suppress memleak ; the field has it */
    return true;
}

/* ---- strings ------------------------------------------------------------------------------ */

static bool put_code_point(struct text *text, unsigned long c)
{
    char bytes[3];

    if (c < 0x80) {
        bytes[0] = (char)c;
        return put(text, bytes, 1);
    }
    if (c < 0x800) {
        bytes[0] = (char)(0xC0 | c >> 6);
        bytes[1] = (char)(0x80 | (c & 0x3F));
        return put(text, bytes, 2);
    }
    bytes[0] = (char)(0xE0 | c >> 12);
    bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
    bytes[2] = (char)(0x80 | (c & 0x3F));
    return put(text, bytes, 3);
}

/* Behind a backslash; what is beyond U+FFFF is never escaped. */
static bool parse_escape(struct parser *parser, struct text *text)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *known = strchr(from, *parser->at);
    char digits[5] = "", *end;
    unsigned long code;

    if (*parser->at == '\0')
        return false;
    if (known != NULL) {
        parser->at++;
        return put(text, to + (known - from), 1);
    }
    if (*parser->at != 'u' || strlen(parser->at) < 5)
        return false;
    memcpy(digits, parser->at + 1, 4);
    code = strtoul(digits, &end, 16);
    parser->at += 5;
    return end == digits + 4 && put_code_point(text, code);
}

static bool parse_string(struct parser *parser, struct text *text)
{
    if (*parser->at++ != '"' || !put(text, "", 0))
        return false;
    while (*parser->at != '"') {
        size_t length = strcspn(parser->at, "\"\\");

        if (!put(text, parser->at, length))
            return false;
        parser->at += length;
        if (*parser->at == '\0' ||
            (*parser->at == '\\' && (parser->at++, !parse_escape(parser, text))))
            return false;
    }
    parser->at++;
    return true;
}

/* ---- values ------------------------------------------------------------------------------- */

/* Steps over a value of any kind. */
static bool skip_value(struct parser *parser)
{
    unsigned depth = 0;

    do {
        if (*parser->at == '"') {
            struct text unused = {NULL, 0, 0};
            bool ok = parse_string(parser, &unused);

            free(unused.data);
            if (!ok)
                return false;
            continue;
        }
        if (*parser->at == '\0')
            return false;
        if (*parser->at == '{' || *parser->at == '[')
            depth++;
        if (*parser->at == '}' || *parser->at == ']')
            depth--;
        parser->at++;
    } while (depth > 0 || strchr(",]}", *parser->at) == NULL);
    return true;
}

static bool parse_scalar(struct parser *parser, struct text *text, bool *is_number)
{
    size_t length;

    *is_number = false;
    if (*parser->at == '"')
        return parse_string(parser, text);
    length = strcspn(parser->at, ",]}");
    *is_number = *parser->at >= '0' && *parser->at <= '9';
    if (!put(text, parser->at, strncmp(parser->at, "null", 4) == 0 ? 0 : length))
        return false;
    parser->at += length;
    return length > 0;
}

/* Items that are no objects, with "; " between them; objects stay as they are. */
static bool parse_list(struct parser *parser, struct text *text)
{
    bool first = true, is_number;

    parser->at++;
    if (!put(text, "", 0))
        return false;
    while (*parser->at != ']') {
        const char *start;

        if (!first && (*parser->at++ != ',' || !put(text, "; ", 2)))
            return false;
        first = false;
        start = parser->at;
        if (*start == '{' || *start == '[') {
            if (!skip_value(parser) || !put(text, start, (size_t)(parser->at - start)))
                return false;
        } else if (!parse_scalar(parser, text, &is_number)) {
            return false;
        }
    }
    parser->at++;
    return true;
}

static bool parse_object(struct parser *parser, const char *prefix);

static bool parse_member(struct parser *parser, const char *name)
{
    struct text value = {NULL, 0, 0};
    bool is_number = false, is_list = *parser->at == '[';

    if (*parser->at == '{') {
        char prefix[256];

        (void)snprintf(prefix, sizeof(prefix), "%s.", name);
        return parse_object(parser, prefix);
    }
    if (!(is_list ? parse_list(parser, &value) : parse_scalar(parser, &value, &is_number))) {
        free(value.data);
        return false;
    }
    return add_field(parser->fields, name, value.data, is_number, is_list);
}

static bool parse_object(struct parser *parser, const char *prefix)
{
    bool ok = parser->depth++ < DEEPEST && *parser->at++ == '{';

    while (ok && *parser->at != '}') {
        struct text name = {NULL, 0, 0};

        parser->at += *parser->at == ',';
        ok = put(&name, prefix, strlen(prefix)) && parse_string(parser, &name) &&
             *parser->at++ == ':' && parse_member(parser, name.data);
        free(name.data);
    }
    parser->depth--;
    parser->at += ok ? 1 : 0;
    return ok;
}

bool record_fields_parse(const char *line, struct record_fields *fields)
{
    struct parser parser = {.at = line, .fields = fields};

    return parse_object(&parser, "");
}

void record_fields_free(struct record_fields *fields)
{
    size_t i;

    for (i = 0; i < fields->count; i++) {
        free(fields->items[i].name);
        free(fields->items[i].value);
    }
    free(fields->items);
    memset(fields, 0, sizeof(*fields));
}

const struct record_field *record_fields_find(const struct record_fields *fields, const char *name,
                                              size_t length)
{
    size_t i;

    for (i = 0; i < fields->count; i++) {
        if (strlen(fields->items[i].name) == length &&
            memcmp(fields->items[i].name, name, length) == 0)
            return &fields->items[i];
    }
    return NULL;
}
