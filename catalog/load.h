/*
 * load - an image on record with all its rows, as the indexer made it.
 */
#ifndef WCI_LOAD_H
#define WCI_LOAD_H

#include "catalog/catalog.h"

/* Fills `image` (fresh from wci_image_new) with containers, entries and cabinet facts.  NOTFOUND,
 * CORRUPT, NOMEM. */
enum wcab_err wci_load_image(struct wci_reader *reader, uint32_t id, struct wci_image *image,
                             struct wcab_error *err);

/* Fills the containers of an image's record with their entries and cabinet facts; the memory comes
 * from the image's arena.  CORRUPT, NOMEM. */
enum wcab_err wci_load_rows(struct wci_reader *reader, struct wci_image *image,
                            const struct wci_image_state *state, struct wcab_error *err);

#endif
