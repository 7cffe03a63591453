/*
 * graft - adds to an image on record what was found in files of its cabinets when they were
 * unpacked.
 */
#ifndef WCI_GRAFT_H
#define WCI_GRAFT_H

#include "catalog/catalog.h"

struct wci_graft {
    uint32_t container;      /* the cabinet, by its number in the image on record */
    uint32_t row;            /* its file */
    struct wci_image *found; /* owned; as wci_walk_inside makes it */
};

struct wci_grafts {
    struct wci_graft *items; /* owned; by ascending container */
    size_t count, capacity;
};

/* What became of the containers. */
struct wci_graft_result {
    uint32_t old_count, new_count;
    uint32_t *moved; /* owned: for each old container its number now */
    uint32_t *added; /* owned: the numbers of those added, ascending */
    uint32_t added_count;
    bool joints; /* cabinets are among them that belong to sets */
};

/* Takes over `found`, also on error (NOMEM). */
enum wcab_err wci_grafts_add_take(struct wci_grafts *grafts, uint32_t container, uint32_t row,
                                  struct wci_image *found, struct wcab_error *err);
/* Drops them all. */
void wci_grafts_clear(struct wci_grafts *grafts);

/*
 * Stores the image `image_id` anew with the grafts in it.  A container follows its parent, so that
 * later ones move to other numbers; the facts on record of their rows move with them. Nothing is
 * committed.  NOMEM, LIMIT (more containers than an image may have), and what the writer returns.
 * Free the result with wci_graft_result_free, also on error.
 */
enum wcab_err wci_graft_store(struct wci_writer *writer, uint32_t image_id,
                              const struct wci_grafts *grafts, struct wci_graft_result *result,
                              struct wcab_error *err);
void wci_graft_result_free(struct wci_graft_result *result);

#endif
