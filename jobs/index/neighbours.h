/*
 * neighbours - what was recognised of the images of a run, kept until those beside them are known:
 * they decide what an image is that may be one of several media.
 */
#ifndef WCI_NEIGHBOURS_H
#define WCI_NEIGHBOURS_H

#include "catalog/catalog.h"
#include "indexer/recognise/recognise.h"
#include "profiles/profile.h"

struct wci_neighbours {
    const struct wci_recogniser *recogniser; /* borrowed */
    const struct wci_profile_list *profiles; /* borrowed */
    struct wci_arena *arena;                 /* owned; the caller makes it */
    struct wci_neighbour *items;             /* owned */
    size_t count, capacity;
};

void wci_neighbours_free(struct wci_neighbours *all);

/* Remembers what an image and its parts were recognised as, also that they may be several media. */
enum wcab_err wci_neighbours_remember(struct wci_neighbours *all, const struct wci_image *image,
                                      uint32_t id, struct wcab_error *err);

/* Remembers all images on record, of a run that has read none: what was put by an import was never
 * among others. */
enum wcab_err wci_neighbours_recall(struct wci_neighbours *all, struct wci_writer *writer,
                                    struct wcab_error *err);

/* Lets the images of the same folder decide of those that may be several media. */
enum wcab_err wci_neighbours_decide(struct wci_neighbours *all, struct wci_writer *writer,
                                    struct wcab_error *err);

#endif
