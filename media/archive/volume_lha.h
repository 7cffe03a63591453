/*
 * volume_lha - LHA archives (LHarc, LHA, LArc, PMarc) as volumes, by liblhasa.
 */
#ifndef WCI_VOLUME_LHA_H
#define WCI_VOLUME_LHA_H

#include "media/volume/volume.h"

/* As wci_volume_zip_open: the list is read when the volume is walked.  locator: ordinal. */
enum wcab_err wci_volume_lha_open(struct wci_source *source, const char *reason,
                                  struct wci_volume **volume, struct wcab_error *err);

#endif
