/*
 * disc - see disc.h.
 */
#include "media/disc/disc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/bytes/source_sector.h"
#include "media/disc/disc_sessions.h"

enum { FIRST_DESCRIPTOR = 16, DESCRIPTORS_MAX = 8, DESCRIPTOR_TERMINATOR = 255 };

enum wcab_err wci_disc_init(struct wci_disc *disc, struct wci_source *source, const char *format,
                            const char *reason, struct wcab_error *err)
{
    memset(disc, 0, sizeof(*disc));
    return wci_nest_new(source, format, reason, &disc->nest, err);
}

void wci_disc_free(struct wci_disc *disc)
{
    wci_nest_free(disc->nest);
    memset(disc, 0, sizeof(*disc));
}

struct wci_disc_track *wci_disc_add_track(struct wci_disc *disc, unsigned number)
{
    struct wci_disc_track *track = &disc->tracks[disc->count];

    if (disc->count == WCI_DISC_TRACKS)
        return NULL;
    memset(track, 0, sizeof(*track));
    track->number = number;
    track->session = 1;
    track->count = UINT64_MAX;
    disc->count++;
    return track;
}

bool wci_disc_set_layout(struct wci_disc_track *track, unsigned mode, uint32_t stride)
{
    track->data = mode != 0;
    track->stride = stride;
    track->skip = 0;
    if ((mode == 2 && stride == 2336) || (mode != 0 && stride == 2056))
        track->skip = 8; /* the subheader; sectors of form 2 have no file system */
    else if (stride >= WCI_SECTOR_RAW)
        track->skip = mode == 2 ? 24 : 16;
    return stride >= WCI_SECTOR_DATA && stride <= WCI_SECTOR_STRIDE_MAX &&
           (mode == 0 || track->skip + WCI_SECTOR_DATA <= stride);
}

/* ---- tracks held against their sectors ---------------------------------------------------- */

/* Bounds the track by its file, and believes the first sector's own address when it has one behind
 * the tracks before (`least`): a sheet may count from the file's start, or leave out gaps. */
static void check_track(struct wci_disc_track *track, uint64_t least)
{
    uint64_t size = wci_source_size(track->source);
    uint64_t there = track->offset < size ? (size - track->offset) / track->stride : 0;
    struct wci_sector_header header;
    uint8_t bytes[16];

    /* the last sector may lack its subchannel */
    if (track->stride > WCI_SECTOR_RAW && track->offset < size &&
        (size - track->offset) % track->stride >= WCI_SECTOR_RAW)
        there++;
    if (track->count > there)
        track->count = there;
    if (track->stride >= WCI_SECTOR_RAW && track->count > 0 &&
        wci_source_read_at(track->source, track->offset, bytes, sizeof(bytes), NULL) == WCAB_OK &&
        wci_sector_read_header(bytes, &header) && header.has_lba && header.lba >= least)
        track->lba = header.lba;
}

static int by_lba(const void *a, const void *b)
{
    const struct wci_sector_run *x = a;
    const struct wci_sector_run *y = b;

    return x->lba < y->lba ? -1 : x->lba > y->lba;
}

/* The data tracks as runs, in order; one that overlaps the next is cut, as pregaps are counted in
 * by some. */
static size_t make_runs(const struct wci_disc *disc, struct wci_sector_run runs[WCI_DISC_TRACKS])
{
    size_t count = 0, i;

    for (i = 0; i < disc->count; i++) {
        const struct wci_disc_track *track = &disc->tracks[i];

        if (track->data && track->source != NULL && track->count > 0)
            runs[count++] = (struct wci_sector_run){track->lba,    track->count,  track->source,
                                                    track->offset, track->stride, track->skip};
    }
    qsort(runs, count, sizeof(*runs), by_lba);
    for (i = 0; i + 1 < count; i++) {
        if (runs[i].lba + runs[i].count > runs[i + 1].lba)
            runs[i].count = runs[i + 1].lba - runs[i].lba;
    }
    return count;
}

/* ---- the newest session ------------------------------------------------------------------- */

/* Volume descriptors at the start of a track; 0 when there are none. */
static uint64_t count_descriptors(struct wci_source *sectors, uint64_t lba)
{
    uint8_t bytes[16];
    uint64_t count = 0;

    while (count < DESCRIPTORS_MAX &&
           wci_source_read_at(sectors, (lba + FIRST_DESCRIPTOR + count) * WCI_SECTOR_DATA, bytes,
                              sizeof(bytes), NULL) == WCAB_OK &&
           (memcmp(bytes + 1, "CD001", 5) == 0 || memcmp(bytes + 9, "CDROM", 5) == 0)) {
        count++;
        if (bytes[0] == DESCRIPTOR_TERMINATOR)
            break;
    }
    return count;
}

/* Opens the disc's sectors with the descriptors of `track` in place. */
static enum wcab_err open_session(const struct wci_disc_track *track,
                                  const struct wci_sector_run *runs, size_t count,
                                  uint64_t descriptors, struct wci_source **sectors,
                                  struct wcab_error *err)
{
    struct wci_sector_overlay overlay = {FIRST_DESCRIPTOR, track->lba + FIRST_DESCRIPTOR,
                                         descriptors};

    return wci_source_open_sectors(runs, count, &overlay, sectors, err);
}

/* Adds the volume that begins with `track`; one of an older session only when it has files that
 * those of `newer` (may be NULL) don't have. Takes `sectors` over, also on error. */
static enum wcab_err add_volume(struct wci_disc *disc, const struct wci_disc_track *track,
                                struct wci_source *sectors, struct wci_source *newer,
                                bool several_sessions, struct wcab_error *err)
{
    /* what lies inside is told apart by its offset: sessions may be files that begin at 0 each */
    uint64_t offset = newer != NULL ? track->offset + track->session : track->offset;
    char name[60];

    if (newer != NULL && !wci_disc_session_adds(newer, sectors)) {
        wci_source_close(sectors);
        return WCAB_OK;
    }
    if (several_sessions)
        (void)snprintf(name, sizeof(name), "session %u, track %u", track->session, track->number);
    else
        (void)snprintf(name, sizeof(name), "track %u", track->number);
    return wci_nest_add_take(disc->nest, name, offset, sectors, err);
}

/* What was found of the sessions of a disc. */
struct sessions {
    uint64_t descriptors[WCI_DISC_TRACKS]; /* of the volume that each track begins, 0: none */
    unsigned newest, last;                 /* newest: with a volume; 0: there is none */
};

/* Adds the volumes of the newest session, then those of older ones that it did not take over. */
static enum wcab_err add_sessions(struct wci_disc *disc, const struct wci_sector_run *runs,
                                  size_t run_count, const struct sessions *sessions,
                                  struct wcab_error *err)
{
    struct wci_source *newer = NULL, *sectors = NULL;
    unsigned session;
    size_t i;
    enum wcab_err code = WCAB_OK;

    for (session = sessions->newest; code == WCAB_OK && session > 0; session--) {
        for (i = 0; code == WCAB_OK && i < disc->count; i++) {
            if (disc->tracks[i].session != session || sessions->descriptors[i] == 0)
                continue;
            code = open_session(&disc->tracks[i], runs, run_count, sessions->descriptors[i],
                                &sectors, err);
            if (code == WCAB_OK)
                code =
                    add_volume(disc, &disc->tracks[i], sectors,
                               session == sessions->newest ? NULL : newer, sessions->last > 1, err);
            if (code == WCAB_OK && session == sessions->newest)
                newer = sectors;
        }
    }
    return code;
}

/* Of the tracks that begin a volume those of the newest session, and of older ones what they alone
 * have; without any, the first data track, so that the probe can say what it is. */
static enum wcab_err add_newest(struct wci_disc *disc, const struct wci_sector_run *runs,
                                size_t run_count, struct wcab_error *err)
{
    static const struct wci_sector_overlay no_overlay = {0, 0, 0};
    struct sessions found = {.newest = 0};
    const struct wci_disc_track *first = NULL;
    struct wci_source *sectors = NULL;
    size_t i;
    enum wcab_err code = wci_source_open_sectors(runs, run_count, &no_overlay, &sectors, err);

    if (code != WCAB_OK)
        return code;
    for (i = 0; i < disc->count; i++) {
        const struct wci_disc_track *track = &disc->tracks[i];
        bool readable = track->data && track->source != NULL && track->count > 0;

        found.descriptors[i] = readable ? count_descriptors(sectors, track->lba) : 0;
        if (found.descriptors[i] > 0 && track->session > found.newest)
            found.newest = track->session;
        if (track->session > found.last)
            found.last = track->session;
        if (readable && first == NULL)
            first = track;
    }
    wci_source_close(sectors);
    if (found.newest == 0 && first != NULL) {
        code = open_session(first, runs, run_count, 0, &sectors, err);
        return code == WCAB_OK ? add_volume(disc, first, sectors, NULL, found.last > 1, err) : code;
    }
    return add_sessions(disc, runs, run_count, &found, err);
}

static bool is_sound(const struct wci_disc *disc)
{
    size_t i;

    for (i = 0; i < disc->count && !disc->tracks[i].data; i++)
        ;
    return disc->count > 0 && i == disc->count;
}

enum wcab_err wci_disc_finish(struct wci_disc *disc, struct wci_volume **volume,
                              struct wcab_error *err)
{
    struct wci_sector_run runs[WCI_DISC_TRACKS];
    uint64_t end = 0;
    size_t run_count, i;
    enum wcab_err code;

    for (i = 0; i < disc->count; i++) {
        struct wci_disc_track *track = &disc->tracks[i];

        if (!track->data || track->source == NULL)
            continue;
        check_track(track, end);
        end = track->lba + track->count;
    }
    run_count = make_runs(disc, runs);
    if (run_count == 0)
        return is_sound(disc)
                   ? wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                                   "a disc of sound alone: it has no files")
                   : wci_error_set(err, WCAB_ERR_CORRUPT, "disc image without a data track");
    code = add_newest(disc, runs, run_count, err);
    if (code != WCAB_OK)
        return code;
    *volume = wci_nest_volume(disc->nest);
    disc->nest = NULL; /* now the volume's */
    return WCAB_OK;
}
