/*
 * probable - images that no profile knows and that are probably disks of one set: their cabinets go
 * on in each other, their labels or file names count, a table of contents on one of them names the
 * others, or they are the same bytes.
 */
#ifndef WCI_PROBABLE_H
#define WCI_PROBABLE_H

#include "query/media/sets.h"

/* Gives each of the members, none of which is recognised, its set, counted on from *set_count, and
 * where it is one of several: number, evidence, duplicate.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_probable_find(struct wci_known_images *images, struct wci_member *members,
                                size_t count, size_t *set_count, struct wcab_error *err);

/* The last number in a text that can be that of a disk, as "DISK 3" or "Setup (3 of 7)": *number and
 * where it stands; false when there is none. */
bool wci_probable_number(struct wci_bytes text, uint32_t *number, size_t *at, size_t *length);

#endif
