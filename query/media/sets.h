/*
 * sets - which of the indexed images belong together as the disks of one set.
 *
 * Sets of cabinets were joined by content when the images were indexed: such images are of one
 * group.  Disks that no file ties to another (a Boot disk, or the parts of a set with a disk
 * missing in between) go to a set of their medium that lacks just them.
 */
#ifndef WCI_SETS_H
#define WCI_SETS_H

#include "query/filter.h"
#include "query/known_image.h"

struct wci_member {
    const struct wci_known_image *image; /* or a part of one */
    size_t set;                          /* index of its set */
    bool duplicate; /* equals another member of the set, which is as good or better */
    bool foreign;   /* another disk of that number than the set's */
    /* Of those that no profile knows (query/probable): */
    const char *evidence; /* what tells that it is one of several: "labels"; NULL: nothing does */
    uint32_t number;      /* of the disk; WCI_NONE: nothing tells */
};

struct wci_sets {
    struct wci_member *members; /* owned; by set, within it by disk in the profile's order */
    size_t member_count;
    size_t set_count;
};

/* Sorts all indexed images that pass the filter into sets: by medium id, those not recognised last.
 * `images` keeps them (don't trim it).  CORRUPT, IO, NOMEM. */
enum wcab_err wci_sets_find(struct wci_known_images *images, const struct wci_filter *filter,
                            struct wci_sets *sets, struct wcab_error *err);
void wci_sets_free(struct wci_sets *sets);

#endif
