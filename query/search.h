/*
 * search - struct wcab_search from inside: what an answer was made from, for those who read the
 * file itself.
 */
#ifndef WCI_SEARCH_H
#define WCI_SEARCH_H

#include "query/answer/needs.h"
#include "query/found.h"
#include "whichcab.h"

/* What the last answer of wcab_search_next is about: borrowed until the next call.  NULL before the
 * first answer and after the last. */
const struct wci_found *wci_search_found(const struct wcab_search *search);

/* Where the best copy only gets the name asked for on installation, the copy that is called so is
 * an answer as well. */
void wci_search_want_literal(struct wcab_search *search);

/*
 * Instead of wcab_search_next: all copies of the next name that has any, in the order of ranks;
 * *found NULL at the end.  *query: which of the search's names it answers.  They live until the
 * next call.  CORRUPT, IO, NOMEM.
 */
enum wcab_err wci_search_next_name(struct wcab_search *search, const struct wci_found **found,
                                   size_t *count, const char **query, struct wcab_error *err);

#endif
