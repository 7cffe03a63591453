/*
 * columns - text for people: masked, wrapped, in columns.
 */
#ifndef WCI_COLUMNS_H
#define WCI_COLUMNS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"

enum { WCI_COLUMNS_WIDTH = 80, WCI_COLUMNS_NUMBER = 32 };

/* Colours of a terminal. */
enum wci_colour {
    WCI_COLOUR_NONE = 0,
    WCI_COLOUR_BOLD = 1,
    WCI_COLOUR_DIM = 2,
    WCI_COLOUR_RED = 31
};

/* What follows is of this colour, up to WCI_COLOUR_NONE; nothing happens unless `wanted`. */
void wci_columns_colour(struct wci_buffer *out, bool wanted, enum wci_colour colour);

/* Columns that text takes on a terminal: its code points. */
size_t wci_columns_width(const char *text);

/* Appends text with what a terminal must not get replaced by '?' (see wci_text_mask). */
void wci_columns_put(struct wci_buffer *out, const char *text);

/* The same, filled up with blanks to `width` columns; right-aligned when `right`. */
void wci_columns_pad(struct wci_buffer *out, const char *text, size_t width, bool right);

/* Appends "label text" as lines of at most WCI_COLUMNS_WIDTH columns, broken at blanks: the first
 * indented by `indent`, further ones by two columns more. */
void wci_columns_wrap(struct wci_buffer *out, size_t indent, const char *text);
/* The same for a terminal of so many columns. */
void wci_columns_wrap_to(struct wci_buffer *out, size_t columns, size_t indent, const char *text);

/* What a noun ends in for so many: "1 file", "2 files". */
const char *wci_columns_s(uint64_t count);

/* "1,234,567" */
void wci_columns_number(char text[WCI_COLUMNS_NUMBER], uint64_t number);

#endif
