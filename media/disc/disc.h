/*
 * disc - an optical disc as a table of tracks, which the readers of disc images fill in.
 *
 * What comes out is a volume (a nest) with the data of the newest session inside: all data
 * tracks at their own sector numbers, because a later session's folders point into earlier ones.
 */
#ifndef WCI_DISC_H
#define WCI_DISC_H

#include "media/bytes/siblings.h"
#include "media/disc/nest.h"

enum { WCI_DISC_TRACKS = 99 };

struct wci_disc_track {
    unsigned number, session; /* from 1 */
    bool data;
    uint64_t lba;              /* of the track's first sector, behind its pregap */
    uint64_t count;            /* sectors; UINT64_MAX: to the end of its file */
    struct wci_source *source; /* borrowed; NULL when an audio track's file was not opened */
    uint64_t offset;           /* of the first sector, bytes */
    uint32_t stride, skip;     /* bytes from sector to sector, and before the data */
};

struct wci_disc {
    struct wci_nest *nest; /* owned */
    size_t count;
    struct wci_disc_track tracks[WCI_DISC_TRACKS];
};

/* A disc without tracks; the texts are those of wci_nest_new. */
enum wcab_err wci_disc_init(struct wci_disc *disc, struct wci_source *source, const char *format,
                            const char *reason, struct wcab_error *err);
void wci_disc_free(struct wci_disc *disc);

/* A further track, zeroed but for its number; NULL when there are 99. */
struct wci_disc_track *wci_disc_add_track(struct wci_disc *disc, unsigned number);

/* Sets stride and skip for a track of `mode` (0 audio, 1, 2) whose sectors have `stride` bytes.
 * False when there is no such sector. */
bool wci_disc_set_layout(struct wci_disc_track *track, unsigned mode, uint32_t stride);

/*
 * Holds the tracks against their sectors' headers and makes the volume, which owns all the disc
 * held; the disc is empty then.  CORRUPT: no data tracks, or they overlap; UNSUPPORTED, IO, NOMEM.
 */
enum wcab_err wci_disc_finish(struct wci_disc *disc, struct wci_volume **volume,
                              struct wcab_error *err);

/*
 * The readers.  Each returns FORMAT when the bytes are not its own; then, as the volume readers do,
 * CORRUPT, UNSUPPORTED, IO, NOMEM, and what wci_siblings_find returns.  `siblings` may be NULL.
 */

/* Bare sectors of 2,336, 2,352, 2,368 or 2,448 bytes ("BIN", "IMG"). */
enum wcab_err wci_disc_raw_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err);
/* CUE sheets (CDRWIN user's guide, appendix A). */
enum wcab_err wci_disc_cue_open(struct wci_source *source, const struct wci_siblings *siblings,
                                struct wci_volume **volume, struct wcab_error *err);
/* CloneCD control files; the sectors are in the IMG beside them. */
enum wcab_err wci_disc_ccd_open(struct wci_source *source, const struct wci_siblings *siblings,
                                struct wci_volume **volume, struct wcab_error *err);
/* Alcohol 120% media descriptors, version 1; the sectors are in the MDF beside them. */
enum wcab_err wci_disc_mds_open(struct wci_source *source, const struct wci_siblings *siblings,
                                struct wci_volume **volume, struct wcab_error *err);
/* Nero images, versions 1 (NERO) and 2 (NER5). */
enum wcab_err wci_disc_nrg_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err);

#endif
