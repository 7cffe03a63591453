/*
 * same_image - whether two indexed images are the same bytes.
 */
#ifndef WCI_SAME_IMAGE_H
#define WCI_SAME_IMAGE_H

#include "query/found.h"
#include "query/known_image.h"

/* Whether all that is known of both, from the volume on, is the same: every listing in it. */
bool wci_same_image_lists(const struct wci_known_image *a, const struct wci_known_image *b);

/* The same: one size, one quick digest, one listing of everything.  Two floppies that are at hand are
 * also compared byte by byte; of larger images a difference that no directory shows and no sample
 * meets stays unseen. */
bool wci_same_image(const struct wci_known_image *a, const struct wci_known_image *b);

/* Gives copies on images that are the same, and of no known medium, one twin. */
void wci_same_image_find_twins(struct wci_found *found, size_t count);

#endif
