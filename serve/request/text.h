/*
 * text - text that grows: bodies of answers.
 */
#ifndef SERVE_TEXT_H
#define SERVE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "whichcab.h"

struct serve_text {
    char *data; /* owned, with a NUL behind it; NULL while empty */
    size_t used, capacity;
    bool failed; /* there was no memory: sticky */
};

void serve_text_free(struct serve_text *text);
void serve_text_put(struct serve_text *text, const char *data, size_t length);
void serve_text_puts(struct serve_text *text, const char *data);
void serve_text_printf(struct serve_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* As a string of JSON (output_json). */
void serve_text_json(struct serve_text *text, const char *value);

/* For the library to write objects with: `context` is a struct serve_text.  NOMEM. */
enum wcab_err serve_text_sink(void *context, const char *data, size_t length);

#endif
