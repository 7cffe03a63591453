/*
 * glob - names with '*' and '?' in them.
 */
#ifndef WCI_GLOB_H
#define WCI_GLOB_H

#include "core/bytes.h"

/* Whether the whole text fits: '*' is any run of bytes, '?' any byte.  Both are to be folded. */
bool wci_glob_fits(struct wci_bytes pattern, struct wci_bytes text);

/* The same with sets: "[a-z]", "[!0-9]". */
bool wci_glob_fits_sets(struct wci_bytes pattern, struct wci_bytes text);

/* The set that starts at pattern[at] == '[': the index behind its ']', or 0 when it is not closed.
 * A ']' that comes first belongs to the set. */
size_t wci_glob_set_end(struct wci_bytes pattern, size_t at);

#endif
