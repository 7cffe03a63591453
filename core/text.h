/*
 * text - names from media as text: code pages, DOS case folding, masking for a terminal.
 */
#ifndef WCI_TEXT_H
#define WCI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/record.h"

/*
 * Folds for comparison: ASCII letters to upper case, and for UTF-8 text the Latin-1, Greek and
 * Cyrillic letters too; any other byte stays.  Writes at most `length` bytes plus what folding adds
 * (never more than 2 x) to out; returns the number written.  out may not overlap.
 */
size_t wci_text_fold(struct wci_bytes text, char *out, size_t out_size);

/* Room for a folded name. */
struct wci_folded {
    char bytes[2 * WCI_LIMIT_NAME];
};

/* A name of a file folded into `room`; empty when it is longer than WCI_LIMIT_NAME, as no name on
 * record is. */
struct wci_bytes wci_text_fold_name(struct wci_bytes name, struct wci_folded *room);

/* What stands behind the last '/' or '\\' of a path in UTF-8. */
const char *wci_text_base_name(const char *path);

/* True when both fold to the same bytes. */
bool wci_text_equal_folded(struct wci_bytes a, struct wci_bytes b);

/* Bytes of unknown origin as a name: UTF-8 when they are valid UTF-8. */
struct wci_name wci_text_name_of(struct wci_bytes bytes);

/* Encoding of a name in an OEM or ANSI code page: plain ASCII is UTF-8 whatever code page was
 * meant. */
enum wci_encoding wci_text_oem_encoding(struct wci_bytes bytes);

/* Length in bytes of the valid UTF-8 sequence at the start of text, 0 when it is not valid
 * (overlong forms and surrogates are not). */
size_t wci_text_utf8_length(struct wci_bytes text);
bool wci_text_is_utf8(struct wci_bytes text);

/*
 * Appends `text` as valid UTF-8: UTF-8 names as they are, raw ones through `code_page` (437, 850,
 * 1252 ...; 0 = 437 as DOS's default), bytes that don't map, or of a page that is not known
 * (core/code_page.h), as U+FFFD.  Returns false when anything
 * was replaced, so that the caller can show the raw bytes beside it.
 */
bool wci_text_to_utf8(struct wci_name text, int code_page, struct wci_buffer *out);

/* UCS-2 (UTF-16) of `units` units to UTF-8, lone surrogates as U+FFFD; big- or little-endian. */
void wci_text_from_utf16(const uint8_t *bytes, size_t units, bool big_endian,
                         struct wci_buffer *out);

/* Appends text with control characters, DEL, C1 controls, bidirectional controls and invalid bytes
 * replaced by '?' so that a terminal can be trusted with it. */
void wci_text_mask(struct wci_bytes text, struct wci_buffer *out);

#endif
