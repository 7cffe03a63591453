/*
 * probe - which volume a source holds, by its content.
 */
#ifndef WCI_PROBE_H
#define WCI_PROBE_H

#include "volume.h"

enum { WCI_PROBE_REASON = WCI_VOLUME_REASON };

/*
 * Tries the readers in order, file systems before anything embedded, and opens the first that knows
 * the bytes.  `reason` (may be NULL) gets a sentence that says by what it was known, such as
 * "ISO 9660: CD001 at byte 32769".  `name_hint` may be NULL; it only orders formats without
 * signature. FORMAT: none knows it, err's text says what was looked for.  Else what the reader
 * says.
 */
enum wcab_err wci_probe_volume(struct wci_source *source, const char *name_hint,
                               struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                               struct wcab_error *err);

#endif
