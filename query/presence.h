/*
 * presence - whether an image on record is where it was: asked of the host, for an answer that names
 * it must not send anybody to a path that is gone.
 */
#ifndef WCI_PRESENCE_H
#define WCI_PRESENCE_H

#include "catalog/catalog.h"

/* Whether the image is not at its path.  Of one that was never seen on a host (a listing, a record
 * without device and inode) what is on record counts, and so it does where the host can't tell. */
bool wci_presence_is_gone(const struct wci_image *image, bool on_record);

/* The same for a path with its stamp. */
bool wci_presence_stamp_is_gone(struct wci_bytes path, const struct wci_image_stamp *stamp);

#endif
