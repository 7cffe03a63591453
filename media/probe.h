/*
 * probe - which volume a source holds, by its content.
 */
#ifndef WCI_PROBE_H
#define WCI_PROBE_H

#include "media/bytes/siblings.h"
#include "media/volume/volume.h"

enum { WCI_PROBE_REASON = WCI_VOLUME_REASON };

/*
 * Tries the readers in order, file systems before what only wraps them, and opens the first that
 * knows the bytes.  `reason` (may be NULL) gets a sentence that says by what it was known, such as
 * "ISO 9660: CD001 at byte 32769".  `name_hint` may be NULL; the name of what a compressed file
 * holds comes from it, and whether an ISO 9660 volume behind other data is searched for.  FORMAT:
 * none knows it, err's text says what was looked for. UNSUPPORTED: it is known, and is not read;
 * err's text says how to convert it.  Else what the reader says.
 */
enum wcab_err wci_probe_volume(struct wci_source *source, const char *name_hint,
                               struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                               struct wcab_error *err);

/* As wci_probe_volume for an image that may name files beside it (CUE, CCD, MDS); `siblings` is
 * only used during the call and may be NULL. */
enum wcab_err wci_probe_volume_beside(struct wci_source *source,
                                      const struct wci_siblings *siblings,
                                      struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                                      struct wcab_error *err);

/* Where an image lies that is not inside of another one. */
struct wci_probe_place {
    const char *path;          /* of the host, or an address */
    struct wcab_fetch *fetch;  /* for addresses; may be NULL */
    _Atomic uint64_t *counter; /* increased by what is read from the files beside it; may be NULL */
};

/* As wci_probe_volume_beside for the image there, which `source` is. */
enum wcab_err wci_probe_file(struct wci_source *source, const struct wci_probe_place *place,
                             struct wci_volume **volume, char reason[WCI_PROBE_REASON],
                             struct wcab_error *err);

/* Tells the names of the files beside an image that belong to it, such as the BIN of a CUE:
 * they are no images of their own.  What wci_probe_file returns; then nothing is told. */
enum wcab_err wci_probe_companions(const struct wci_probe_place *place, void *context,
                                   void (*tell)(void *context, const char *name),
                                   struct wcab_error *err);

#endif
