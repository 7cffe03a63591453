/*
 * code_page_guess - which code page names are in, by what they look like in each.
 *
 * Names of DOS and Windows are words: letters of one script, of one case or with a capital at the
 * start.  In a wrong page they get frames, fractions, letters of another script or a capital in the
 * middle.  Each page has a score, the sum over all names; a higher one is likelier.  Nothing but
 * the names decides, and their order does not.
 */
#ifndef WCI_CODE_PAGE_GUESS_H
#define WCI_CODE_PAGE_GUESS_H

#include "core/bytes.h"

/* Pages that are weighed, in order of preference: of equal scores the earlier page is taken. */
enum { WCI_GUESS_PAGES = 12 };

struct wci_guess {
    int64_t scores[WCI_GUESS_PAGES];
    uint32_t names;
};

/* Adds what a name (ASCII ones are no evidence) says of each page. */
void wci_guess_add(struct wci_guess *guess, struct wci_bytes name);

/* The likeliest page, and the next one behind it.  Without names the first of the list. */
int wci_guess_best(const struct wci_guess *guess, int *next);
/* The score of a page of the list. */
int64_t wci_guess_score(const struct wci_guess *guess, int page);

#endif
