/*
 * names - what the dictionaries know: the names that a pattern fits, and those nearest to a miss.
 */
#ifndef WCI_NAMES_H
#define WCI_NAMES_H

#include "query/compare/renames.h"
#include "query/handle.h"
#include "query/pattern.h"

/* Folded names in byte order, each once; all from the arena that was given. */
struct wci_names {
    struct wci_bytes *items;
    size_t count;
};

/* Every known name (indexed, published, or given on installation) that fits; for an exact pattern
 * that name itself, known or not, and, when it is more than ASCII, its bytes in the code pages that
 * media have their names in.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_names_expand(struct wci_renames *renames, const struct wci_pattern *pattern,
                               struct wci_arena *arena, struct wci_names *names,
                               struct wcab_error *err);

enum { WCI_NAMES_NEAREST = 5 };

/* The known names nearest to the folded `name`, at most WCI_NAMES_NEAREST, nearest first; *known
 * tells that it is a known name itself (and not among them).  CORRUPT, IO, NOMEM. */
enum wcab_err wci_names_nearest(struct wci_renames *renames, struct wci_bytes name,
                                struct wci_arena *arena, struct wci_names *nearest, bool *known,
                                struct wcab_error *err);

#endif
