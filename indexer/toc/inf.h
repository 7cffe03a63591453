/*
 * inf - lines of an information file: sections, keys, fields.
 *
 * The common ground of Windows 3.x's, MSSETUP's, NT's and Windows 9x's INF, SIF, LST and CIF files:
 * `[section]`, then `key = field, field, ...` or fields alone; quotes around what holds commas; `;`
 * (and in NT 3.1's `#` at the start of a line) begins a comment; %NAME% stands for a text of
 * [Strings].
 */
#ifndef WCI_INF_H
#define WCI_INF_H

#include "core/bytes.h"
#include "core/mem.h"

enum { WCI_INF_FIELDS = 24, WCI_INF_STRINGS = 2000 };

struct wci_inf_string {
    struct wci_bytes key, value;
};

struct wci_inf {
    struct wci_bytes text; /* borrowed */
    size_t at;
    struct wci_bytes section; /* of the line at hand */
    struct wci_inf_string *strings;
    size_t string_count;
};

struct wci_inf_line {
    struct wci_bytes section;
    struct wci_bytes key; /* in front of '='; empty without */
    size_t count;         /* of fields; further ones than WCI_INF_FIELDS are left out */
    struct wci_bytes fields[WCI_INF_FIELDS];
};

/* Begins to read; texts of [Strings] are looked up in the arena.  Without memory there are none. */
void wci_inf_open(struct wci_inf *inf, struct wci_bytes text, struct wci_arena *arena);

/* The next line that is no comment, section or blank; false at the end. */
bool wci_inf_next(struct wci_inf *inf, struct wci_inf_line *line);

/* What a field says: the text that %NAME% stands for, else the field itself. */
struct wci_bytes wci_inf_resolve(const struct wci_inf *inf, struct wci_bytes field);

/* Field by its number, from 0; empty when there are fewer. */
struct wci_bytes wci_inf_field(const struct wci_inf_line *line, size_t number);

/* Whether the line lies in this section, in any letter case. */
bool wci_inf_in(const struct wci_inf_line *line, const char *section);

/* A decimal number without anything behind it. */
bool wci_inf_number(struct wci_bytes text, uint64_t *number);

/* "4.70.0.1055" as four 16-bit numbers; 0 when it is none. */
uint64_t wci_inf_version(struct wci_bytes text);

#endif
