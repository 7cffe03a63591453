/*
 * open_container - from a container on record to its bytes: through the image on the host and every
 * container around it.
 */
#ifndef WCI_OPEN_CONTAINER_H
#define WCI_OPEN_CONTAINER_H

#include "catalog/catalog.h"
#include "media/bytes/source.h"
#include "media/volume/volume.h"

/* A container that is open: its source, and all that the source rests on. */
struct wci_opened;

/*
 * Opens container `container` of the image `image_id` on record.  The image must still have the
 * size and time that it was indexed with, and each file on the way its name and size. NOTFOUND: the
 * image is gone.  CHANGED: it is another one now.  CORRUPT, UNSUPPORTED, LIMIT, IO, NOMEM.  err's
 * place names the image and the containers up to the one that failed.
 */
enum wcab_err wci_open_container(struct wci_reader *reader, uint32_t image_id, uint32_t container,
                                 struct wci_opened **opened, struct wcab_error *err);

/* As wci_open_container, for the opening of a file in a cabinet (see cabinet_file.h). */
enum wcab_err wci_open_container_nested(struct wci_reader *reader, uint32_t image_id,
                                        uint32_t container, unsigned nesting,
                                        struct wci_opened **opened, struct wcab_error *err);
void wci_opened_close(struct wci_opened *opened);

/* The container's bytes; borrowed.  NULL for a folder of the host, which has only files. */
struct wci_source *wci_opened_source(const struct wci_opened *opened);

/* From now on files of the container open as far as they are there, though chains or extents are
 * broken (wci_volume.salvage). */
void wci_opened_salvage(struct wci_opened *opened);

/* A file of the container, which must be a volume (not a cabinet); borrows from `opened`.
 * UNSUPPORTED for a driver in a W3 or W4 archive: it is no file there, but loaded with it. */
enum wcab_err wci_opened_file(struct wci_opened *opened, const struct wci_entry *entry,
                              struct wci_source **source, struct wcab_error *err);

#endif
