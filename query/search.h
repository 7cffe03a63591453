/*
 * search - struct wcab_search from inside: what an answer was made from, for those who read the
 * file itself.
 */
#ifndef WCI_SEARCH_H
#define WCI_SEARCH_H

#include "found.h"
#include "needs.h"
#include "whichcab.h"

/* What the last answer of wcab_search_next is about: borrowed until the next call.  NULL before the
 * first answer and after the last. */
const struct wci_found *wci_search_found(const struct wcab_search *search);
/* The disks and cabinets it takes, with the images that have them. */
const struct wci_needs *wci_search_needs(const struct wcab_search *search);

#endif
