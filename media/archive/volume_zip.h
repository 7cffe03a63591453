/*
 * volume_zip - ZIP archives as volumes.
 */
#ifndef WCI_VOLUME_ZIP_H
#define WCI_VOLUME_ZIP_H

#include "media/volume/volume.h"

/*
 * `reason` says by what it was known.  The list is read when the volume is walked.  Errors of walk
 * and open_entry: as of other archives.  locator: ordinal of the member, by its place.  NOMEM.
 */
enum wcab_err wci_volume_zip_open(struct wci_source *source, const char *reason,
                                  struct wci_volume **volume, struct wcab_error *err);

#endif
