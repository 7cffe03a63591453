/*
 * diff_match - which copies of one name on two media belong together.
 *
 * A medium may have several files of a name: USER.EXE for the system and for Setup's mini-Windows.
 * Copies of the same bytes are matched first, then those of the same size and date, then those in
 * the same place, then by what they are for, and last in the order of ranks; each step prefers
 * those in the same place, and then those for the same purpose.
 */
#ifndef WCI_DIFF_MATCH_H
#define WCI_DIFF_MATCH_H

#include "query/found.h"

/* One copy; the caller fills the first three. */
struct wci_diff_copy {
    const struct wci_found *found;
    bool read; /* facts are known */
    struct wci_deep facts;
    unsigned keys; /* private: what it is sorted by */
    size_t order;  /* private: its place among the ranks */
    bool matched;  /* private */
};

/* left or right is WCI_DIFF_NO_COPY for a file that the other side has alone. */
#define WCI_DIFF_NO_COPY SIZE_MAX
struct wci_diff_pair {
    size_t left, right; /* copies */
};

/*
 * Pairs the copies, each side in the order of ranks.  `pairs` has room for left_count +
 * right_count; returns how many there are: those of both sides in the left one's order, then the
 * left one's own, then the right one's.  `work` has room for left_count + right_count pointers.
 */
size_t wci_diff_match(struct wci_diff_copy *left, size_t left_count, struct wci_diff_copy *right,
                      size_t right_count, struct wci_diff_copy **work, struct wci_diff_pair *pairs);

#endif
