/*
 * set_contents - a set of images held against its own table of contents: which of the disks that
 * the table names are there.
 */
#ifndef WCI_SET_CONTENTS_H
#define WCI_SET_CONTENTS_H

#include "query/media/contents.h"
#include "query/media/sets.h"

struct wci_set_contents {
    const struct wci_contents *contents;  /* the largest table of the set; NULL: it has none */
    const struct wci_known_image *holder; /* the image with it */
    uint32_t *member_real; /* of each member: index of contents->reals that it is; WCI_NONE: it is
                              none, or more than one */
    bool *member_fits;     /* of each member: it has something that the table names */
    bool *disk_present;    /* of each of contents->disks: its cabinet or tag is there */
    bool *real_present;    /* of each of contents->reals: all its disks are there */
    uint32_t reals_present;
    bool countable; /* the table tells real disks, and how to know them */
    struct wci_bytes locale, subversion, setup_version; /* facts that any of its tables tells */
};

/* Everything from `arena`.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_set_contents_find(struct wci_known_images *images,
                                    const struct wci_member *members, size_t count,
                                    struct wci_arena *arena, struct wci_set_contents *set,
                                    struct wcab_error *err);

/* The release that the facts tell, as Windows 95, 98 and Me show it: "4.10.2222 A"; from `arena`, empty when
 * they don't.  *title: the product's name, NULL when it isn't told.  False without memory. */
bool wci_set_contents_release(const struct wci_set_contents *set, struct wci_arena *arena,
                              struct wci_bytes *release, const char **title);

#endif
