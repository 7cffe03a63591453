/*
 * layout - text for people: masked, wrapped, in columns.
 */
#ifndef WCI_LAYOUT_H
#define WCI_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"

enum { WCI_LAYOUT_WIDTH = 80, WCI_LAYOUT_NUMBER = 32 };

/* Columns that text takes on a terminal: its code points. */
size_t wci_layout_width(const char *text);

/* Appends text with what a terminal must not get replaced by '?' (see wci_text_mask). */
void wci_layout_put(struct wci_buffer *out, const char *text);

/* The same, filled up with blanks to `width` columns; right-aligned when `right`. */
void wci_layout_pad(struct wci_buffer *out, const char *text, size_t width, bool right);

/* Appends "label text" as lines of at most WCI_LAYOUT_WIDTH columns, broken at blanks: the first
 * indented by `indent`, further ones by two columns more. */
void wci_layout_wrap(struct wci_buffer *out, size_t indent, const char *text);

/* "1,234,567" */
void wci_layout_number(char text[WCI_LAYOUT_NUMBER], uint64_t number);

/* Appends a path in at most `width` columns where its last part allows: parts at its start are
 * left out and shown as "...". */
void wci_layout_path(struct wci_buffer *out, const char *path, size_t width);

#endif
