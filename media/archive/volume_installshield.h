/*
 * volume_installshield - InstallShield 5+ cabinets (data1.hdr, data1.cab, data2.cab ...) as
 * volumes.
 */
#ifndef WCI_VOLUME_INSTALLSHIELD_H
#define WCI_VOLUME_INSTALLSHIELD_H

#include "media/bytes/siblings.h"
#include "media/volume/volume.h"

/*
 * The source is one of the cabinet's files, `siblings` finds the others.  What is listed hangs on
 * the first volume, data1.cab, or on the header, data1.hdr, where that volume is missing.  FORMAT:
 * none of them, or another one of the set shows the list.  NOTFOUND: the header is missing.
 * UNSUPPORTED: built without libunshield.  CORRUPT, LIMIT, IO, NOMEM.  locator: number of the file.
 * open_entry: NOTFOUND with the name of the volume that is missing.
 */
enum wcab_err wci_volume_installshield_open(struct wci_source *source,
                                            const struct wci_siblings *siblings,
                                            struct wci_volume **volume, struct wcab_error *err);

#endif
