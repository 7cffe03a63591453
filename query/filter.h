/*
 * filter - which medium a question is about: "-m win95-dmf", "-m 'Plus!'", "-m /images/disk7.img".
 */
#ifndef WCI_FILTER_H
#define WCI_FILTER_H

#include "query/known_image.h"

struct wci_filter;

/*
 * Understands `medium` as, in this order: a profile's id; the path of an indexed image or of a
 * folder with indexed images, or one that leads into an image; the start of a single id; a part of titles (any case; several may
 * fit); the end of an image's path, or of a folder's with images, that no other has; the name of image files, a volume label, a note as
 * "box=B3", or its text ('*' and '?' as in names; several images may be called so).  NULL lets everything pass.  The caller frees *filter.
 * NOTFOUND: nothing of that name.  USAGE: the start of several ids and no part of a title. CORRUPT,
 * IO, NOMEM.
 */
enum wcab_err wci_filter_open(struct wcab_catalog *catalog, const char *medium,
                              struct wci_filter **filter, struct wcab_error *err);
void wci_filter_free(struct wci_filter *filter);

bool wci_filter_passes(const struct wci_filter *filter, const struct wci_known_image *image);

/* Whether a file in a container of an image that passes is what was asked for: anything, unless the
 * medium is a path that leads into the image ("cds/WIN95/WIN95_10.CAB").  NOMEM. */
enum wcab_err wci_filter_holds(const struct wci_filter *filter, const struct wci_known_image *image,
                               uint32_t container, const struct wci_entry *entry, bool *holds,
                               struct wcab_error *err);

/* Cuts `path` to that of the indexed image that it leads into, the innermost; *found is false when there is
 * none, or the file that it leads to is not there.  CORRUPT, IO. */
enum wcab_err wci_filter_find_around(struct wci_reader *reader, char *path, bool *found,
                                     struct wcab_error *err);

/* Every image of one half that passes, without reading more images than these.  CORRUPT, IO, and
 * what the visitor returns. */
enum wcab_err wci_filter_each_image(const struct wci_filter *filter, struct wci_reader *reader,
                                    wci_image_visitor *visit, void *context,
                                    struct wcab_error *err);

#endif
