/*
 * volume_is3 - InstallShield 3 archives (_SETUP.1, _SETUP.2 ..., DATA.Z, _SETUP.LIB) as volumes.
 */
#ifndef WCI_VOLUME_IS3_H
#define WCI_VOLUME_IS3_H

#include "media/bytes/siblings.h"
#include "media/volume/volume.h"

/*
 * The source is an archive of one part, or one of several; `siblings` (may be NULL) finds the
 * others.  A part lists the files that begin in it.  FORMAT, CORRUPT, IO, NOMEM.  locator: number
 * of the file in the table.  open_entry: NOTFOUND with the name of the part that is missing;
 * CORRUPT, LIMIT.
 */
enum wcab_err wci_volume_is3_open(struct wci_source *source, const struct wci_siblings *siblings,
                                  struct wci_volume **volume, struct wcab_error *err);

/* A file of the table that begins in a part which is not beside this one.  Texts are borrowed from the
 * volume. */
struct wci_is3_away {
    struct wci_bytes folder, name; /* folder with '\' */
    uint32_t size;
    unsigned part;
    char archive[300]; /* name of that part's file */
};

/* The next such file from number *at on, which moves behind it; false: there is no further one, or the
 * volume is no InstallShield 3 archive of several parts. */
bool wci_volume_is3_next_away(const struct wci_volume *volume, size_t *at,
                              struct wci_is3_away *file);

#endif
