/*
 * parts - the several media that one image may hold (struct wci_part).
 *
 * A ZIP with thirteen floppies is one image with thirteen parts.  `part` is an index of
 * image->parts, or WCI_NONE for the image itself: what is in none of its parts.
 */
#ifndef WCI_PARTS_H
#define WCI_PARTS_H

#include "core/record.h"

/* The part that a container belongs to: the nearest one around it. */
uint32_t wci_part_of(const struct wci_image *image, uint32_t container);

/* What the part, or the image itself, was recognised as. */
const struct wci_identity *wci_part_identity(const struct wci_image *image, uint32_t part);
/* The same, to be changed. */
struct wci_identity *wci_part_own(struct wci_image *image, uint32_t part);

/* The container that the part begins with: 0 for the image itself. */
uint32_t wci_part_start(const struct wci_image *image, uint32_t part);

/*
 * The container that stands for the medium: the volume, when only archives and compressed files are
 * around it and nothing else of the part lies beside it; else where the part begins.  So a floppy
 * in a gz file is compared as the floppy.  0 for an image without containers.
 */
uint32_t wci_part_root(const struct wci_image *image, uint32_t part);

/* The container behind the last one in `container`: they come depth-first. */
uint32_t wci_part_end(const struct wci_image *image, uint32_t container);

/* Finds the volumes that may be media of their own: files in archives or on other volumes.  Marks
 * the container that such a one begins with in `starts` (one flag each), and counts them: all, and
 * those that lie on no other volume. */
void wci_part_candidates(const struct wci_image *image, bool *starts, uint32_t *count,
                         uint32_t *outer_count);

/* Whether `container` lies on a volume. */
bool wci_part_is_on_volume(const struct wci_image *image, uint32_t container);

#endif
