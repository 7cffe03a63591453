/*
 * text - see text.h.
 */
#include "serve/request/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"

enum { FORMATTED_BYTES = 1024 };

void serve_text_free(struct serve_text *text)
{
    free(text->data);
    memset(text, 0, sizeof(*text));
}

void serve_text_put(struct serve_text *text, const char *data, size_t length)
{
    if (!text->failed && length >= text->capacity - text->used) {
        size_t larger = text->capacity < 1024 ? 1024 : text->capacity;
        char *grown = NULL;

        while (larger - text->used <= length && larger < SIZE_MAX / 2)
            larger *= 2;
        if (larger - text->used > length)
            grown = realloc(text->data, larger);
        if (grown == NULL) {
            text->failed = true;
            return;
        }
        text->data = grown;
        text->capacity = larger;
    }
    if (text->failed)
        return;
    memcpy(text->data + text->used, data, length);
    text->used += length;
    text->data[text->used] = '\0';
}

void serve_text_puts(struct serve_text *text, const char *data)
{
    serve_text_put(text, data, strlen(data));
}

void serve_text_printf(struct serve_text *text, const char *format, ...)
{
    char formatted[FORMATTED_BYTES];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(formatted, sizeof(formatted), format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    serve_text_put(text, formatted,
                   (size_t)length < sizeof(formatted) ? (size_t)length : sizeof(formatted) - 1);
}

void serve_text_json(struct serve_text *text, const char *value)
{
    char *made = NULL;
    size_t size = 0;
    FILE *out;

    if (value == NULL) {
        serve_text_puts(text, "null");
        return;
    }
    out = open_memstream(&made, &size);
    if (out == NULL) {
        text->failed = true;
        return;
    }
    output_json(out, value);
    if (fclose(out) == 0)
        serve_text_put(text, made, size);
    else
        text->failed = true;
    free(made);
}

enum wcab_err serve_text_sink(void *context, const char *data, size_t length)
{
    struct serve_text *text = context;

    serve_text_put(text, data, length);
    return text->failed ? WCAB_ERR_NOMEM : WCAB_OK;
}
