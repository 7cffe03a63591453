/*
 * contents - what a medium's own table of contents says (core/record.h: WCI_CONTAINER_CONTENTS).
 *
 * Rows of files are found by name as all others are; here is what is around them: the disks that
 * the table names, which of them are one and the same real disk, and facts of the release.
 */
#ifndef WCI_CONTENTS_H
#define WCI_CONTENTS_H

#include "query/known_image.h"

/* A disk as the table numbers them: on Windows 95's and 98's media one for each cabinet. */
struct wci_contents_disk {
    struct wci_bytes id, title, cabinet, tag, folder;
    uint32_t real; /* index into `reals`; WCI_NONE: the table doesn't say which */
};

/* A disk that can be put into a drive: those above with one title. */
struct wci_contents_real {
    struct wci_bytes name;  /* "7"; empty when there is only one, or nothing numbers them */
    struct wci_bytes title; /* how Setup asks for it */
    struct wci_bytes tag;
};

struct wci_contents {
    uint32_t listing;
    struct wci_contents_disk *disks;
    uint32_t disk_count;
    struct wci_contents_real *reals;
    uint32_t real_count;
    struct wci_bytes locale, subversion, setup_version; /* facts; empty when not told */
    uint32_t file_count;
    struct wci_contents *next; /* private */
};

/* The table with this listing of the own catalog, read once; kept as the images are, or borrowed as
 * rows are.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_contents_get(struct wci_known_images *images, uint32_t listing,
                               const struct wci_contents **contents, struct wcab_error *err);

/* The largest table of an indexed image or part; NULL when it has none. */
enum wcab_err wci_contents_of(struct wci_known_images *images, const struct wci_known_image *image,
                              const struct wci_contents **contents, struct wcab_error *err);

/* The disk of a row: NULL when the row names none. */
const struct wci_contents_disk *wci_contents_disk(const struct wci_contents *contents,
                                                  const struct wci_entry *row);

#endif
