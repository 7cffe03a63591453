/*
 * packed_name - what a packed single file (MAPI32.DL_, LINK.EX$) is called when unpacked.
 *
 * COMPRESS.EXE puts a mark in the place of a name's last letter, and keeps the letter in the header
 * only when it is asked to.  Where it did not, the letter is concluded from the two before it,
 * which may stand for several: IN_ is INF, IND or INI.
 */
#ifndef WCI_PACKED_NAME_H
#define WCI_PACKED_NAME_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/mem.h"
#include "whichcab.h"

enum { WCI_PACKED_NAMES = 4 };

struct wci_packed_names {
    struct wci_bytes names[WCI_PACKED_NAMES]; /* the likeliest first, at least one; arena */
    size_t count;
    bool probable; /* concluded: none of them is said by the header */
};

/* What a header says of it. */
struct wci_packed_hints {
    char missing;                     /* the letter behind the mark; 0: it isn't kept */
    struct wci_bytes base, extension; /* empty: it isn't kept */
};

/* Whether the name ends in a mark of packed files. */
bool wci_packed_name_has_mark(struct wci_bytes name);

/* The names of what is packed in a file that is stored as `stored`; that itself where nothing else
 * can be concluded.  NOMEM. */
enum wcab_err wci_packed_names_find(struct wci_bytes stored, const struct wci_packed_hints *hints,
                                    struct wci_arena *arena, struct wci_packed_names *names,
                                    struct wcab_error *err);

#endif
