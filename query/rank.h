/*
 * rank - which copy of a file is the right one, and which only a further copy.
 *
 * The copy that an installed system uses comes before one of Setup's, and that before one of the
 * mini-Windows in MINI.CAB, which is never right (Q192832); a whole one before a damaged one.
 */
#ifndef WCI_RANK_H
#define WCI_RANK_H

#include <stddef.h>

#include "query/found.h"

/* Different copies of one medium that are told from each other; further ones count as different. */
enum { WCI_RANK_DIFFERENT = 64 };

/* What became of a copy. */
enum wci_rank {
    WCI_RANK_ANSWER = 1, /* the best of its medium, or as good in another set of the medium */
    WCI_RANK_COPY = 2,   /* another copy of the medium */
    WCI_RANK_SAME = 3    /* the very same copy on another image */
};

/* Sorts by medium (indexed before published, recognised before unknown ones, by id), within a
 * medium the best copy first. */
void wci_rank_sort(struct wci_found *found, size_t count);

/* The same by folded name first. */
void wci_rank_sort_by_name(struct wci_found *found, size_t count);

/* Whether two copies belong to the same medium: of one profile, or, not recognised, of one set or
 * image. */
bool wci_rank_same_medium(const struct wci_found *a, const struct wci_found *b);

/* Ranks the copies of one medium, sorted, the first of which is the best; ranks has `count`. */
void wci_rank_medium(const struct wci_found *found, size_t count, enum wci_rank *ranks);

/* Whether another copy of the medium, ranked, is as likely to be the right one as the first and has
 * other bytes: nothing tells which to take. */
bool wci_rank_is_undecided(const struct wci_found *found, size_t count, const enum wci_rank *ranks);

/* Makes such copies answers of their own where no profile says how the medium's parts belong
 * together: products side by side. */
void wci_rank_part(const struct wci_found *found, size_t count, enum wci_rank *ranks);

/* Makes the best copy that has the name itself an answer beside a best one that only gets it on
 * installation. */
void wci_rank_add_literal(const struct wci_found *found, size_t count, enum wci_rank *ranks);

/* Same name, size, date and place on the medium. */
bool wci_rank_is_same(const struct wci_found *a, const struct wci_found *b);

#endif
