/*
 * split - an image or archive that was cut into several files: NAME.001, NAME.002 ..., NAME.i00, NAME.i01
 * ..., NAMEaa, NAMEab ... (split -b).
 */
#ifndef WCI_SPLIT_H
#define WCI_SPLIT_H

#include "media/bytes/siblings.h"
#include "media/volume/volume.h"

/* Whether a file of that name may be the first of several. */
bool wci_split_is_first_name(const char *name);

/*
 * Joins the first part with those beside it: all but the last have its size, and the second does
 * not begin as a file of its own.  FORMAT: it is no part, or alone.  What readers of siblings say.
 */
enum wcab_err wci_split_open(struct wci_source *source, const struct wci_siblings *siblings,
                             struct wci_volume **volume, struct wcab_error *err);

/* Of a source that no reader knows.  UNSUPPORTED: it is called as a later part of a cut file, whose
 * first part is not beside it.  FORMAT: it is nothing of the kind.  Never WCAB_OK. */
enum wcab_err wci_split_tell(struct wci_source *source, const struct wci_siblings *siblings,
                             struct wcab_error *err);

#endif
