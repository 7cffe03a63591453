/*
 * pattern - what a name asked for fits: exact names, globs, regular expressions, substrings, each
 * over folded names (see wci_text_fold), and how far two names are apart.
 *
 * Patterns come from a user, names from media.  Every match is bounded: globs by pattern x name
 * steps, regular expressions by what is accepted of them (no back references, few repetitions).
 */
#ifndef WCI_PATTERN_H
#define WCI_PATTERN_H

#include <stdbool.h>

#include "core/bytes.h"
#include "whichcab.h"

enum {
    WCI_PATTERN_BYTES = 1024,      /* longest pattern */
    WCI_PATTERN_REGEX_BYTES = 256, /* longest regular expression */
    WCI_PATTERN_REGEX_REPEAT = 255 /* product of all {n} of a regular expression */
};

struct wci_pattern;

/*
 * Compiles `text` (UTF-8).  The caller frees *pattern.  USAGE: empty, too long, ends with a
 * separator, not a regular expression or one that may take too long; NOMEM.
 */
enum wcab_err wci_pattern_compile(const char *text, enum wcab_match match,
                                  struct wci_pattern **pattern, struct wcab_error *err);
void wci_pattern_free(struct wci_pattern *pattern);

/* The folded name if only that one fits; else empty. */
struct wci_bytes wci_pattern_exact(const struct wci_pattern *pattern);

/* Folded bytes that every fitting name starts with; may be empty. */
struct wci_bytes wci_pattern_prefix(const struct wci_pattern *pattern);

/* Whether a folded name fits. */
bool wci_pattern_fits(const struct wci_pattern *pattern, struct wci_bytes folded);

/* Whether the pattern names folders too. */
bool wci_pattern_has_folders(const struct wci_pattern *pattern);

/* Whether the pattern's folders are the last parts of `path`, folded and divided by '/' or '\'
 * (true when it names none). */
bool wci_pattern_fits_folders(const struct wci_pattern *pattern, struct wci_bytes path);

/*
 * Edits (a byte put in, taken out, changed, or two neighbours exchanged) that turn a into b; more
 * than `limit` gives limit + 1.  Names longer than 64 bytes are always too far.
 */
unsigned wci_pattern_distance(struct wci_bytes a, struct wci_bytes b, unsigned limit);

#endif
