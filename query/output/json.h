/*
 * json - writing one JSON object a line: valid UTF-8 JSON whatever bytes a text has.
 */
#ifndef WCI_JSON_H
#define WCI_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "whichcab.h"

struct wci_json {
    struct wci_buffer text; /* owned */
    bool comma;             /* a value came before on this level */
};

/* Begins a line: an object with the format's version, and (NULL: without) its event. */
void wci_json_open(struct wci_json *json, const char *event);
/* Ends the object and frees the writer after its line was handed to the sink.  NOMEM, or what the sink returned. */
enum wcab_err wci_json_close(struct wci_json *json, wcab_text_sink *sink, void *context);

/* In an object `key` is the member's name, in an array and at the top it is NULL. */
void wci_json_begin(struct wci_json *json, const char *key, char bracket);
void wci_json_end(struct wci_json *json, char bracket);
/* NULL gives null.  Bytes that are not UTF-8 become U+FFFD; control characters, also C1 and those
 * that change the direction of text, are escaped. */
void wci_json_text(struct wci_json *json, const char *key, const char *text);
void wci_json_hex(struct wci_json *json, const char *key, const uint8_t *bytes, size_t length);
/* The bytes as hexadecimal digits when they are no valid UTF-8, so that the text beside them is not
 * all of it; else nothing. */
void wci_json_raw(struct wci_json *json, const char *key, const uint8_t *bytes, size_t length);
void wci_json_number(struct wci_json *json, const char *key, uint64_t number);
void wci_json_bool(struct wci_json *json, const char *key, bool value);
void wci_json_null(struct wci_json *json, const char *key);

#endif
