/*
 * disc_ccd - CloneCD control files: the table of contents as an INI text, the raw sectors in the
 * IMG beside it.
 *
 * Each [Entry n] is one entry of the disc's own table: points 1 to 99 are tracks, A2 is the
 * lead-out, PLBA the address.  The IMG leaves out the gaps between sessions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/bytes/source_sector.h"
#include "media/disc/disc.h"

enum { TEXT_MAX = 256 * 1024, ENTRIES_MAX = 512, POINT_LEADOUT = 0xA2, CONTROL_DATA = 4 };

struct toc_entry {
    long session, point, control, lba;
};

struct control_file {
    size_t count;
    struct toc_entry entries[ENTRIES_MAX];
};

/* ---- text --------------------------------------------------------------------------------- */

static void take_value(struct toc_entry *entry, const char *line)
{
    static const struct {
        const char *key;
        size_t place;
    } keys[] = {{"Session=", offsetof(struct toc_entry, session)},
                {"Point=", offsetof(struct toc_entry, point)},
                {"Control=", offsetof(struct toc_entry, control)},
                {"PLBA=", offsetof(struct toc_entry, lba)}};
    size_t i;

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        size_t length = strlen(keys[i].key);

        if (strncmp(line, keys[i].key, length) == 0) {
            long value = strtol(line + length, NULL, 0);

            memcpy((char *)entry + keys[i].place, &value, sizeof(value));
        }
    }
}

/* `text` is NUL-terminated and is cut into lines. */
static void read_entries(char *text, struct control_file *control)
{
    struct toc_entry *entry = NULL;
    char *rest = text, *line;

    while ((line = strsep(&rest, "\r\n")) != NULL) {
        if (line[0] == '[') {
            entry = NULL;
            if (strncmp(line, "[Entry ", 7) == 0 && control->count < ENTRIES_MAX)
                entry = &control->entries[control->count++];
        } else if (entry != NULL) {
            take_value(entry, line);
        }
    }
}

static enum wcab_err load_text(struct wci_source *source, char *text, struct wcab_error *err)
{
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, text, TEXT_MAX - 1, &got, err);

    if (code != WCAB_OK)
        return code;
    text[got] = '\0';
    if (strncmp(text, "[CloneCD]", 9) != 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no CloneCD control file: no [CloneCD]");
    return WCAB_OK;
}

/* ---- tracks ------------------------------------------------------------------------------- */

static int by_point(const void *a, const void *b)
{
    const struct toc_entry *x = a;
    const struct toc_entry *y = b;

    if (x->session != y->session)
        return x->session < y->session ? -1 : 1;
    return x->point < y->point ? -1 : x->point > y->point;
}

/* Where the track's session or the next track of it begins to be something else. */
static long end_of(const struct control_file *control, size_t index)
{
    const struct toc_entry *entry = &control->entries[index];
    size_t i;

    for (i = index + 1; i < control->count && control->entries[i].session == entry->session; i++) {
        if (control->entries[i].lba > entry->lba && (control->entries[i].point <= WCI_DISC_TRACKS ||
                                                     control->entries[i].point == POINT_LEADOUT))
            return control->entries[i].lba;
    }
    return -1;
}

/* True when the image has the sector `lba` at its sector `at`. */
static bool is_at(struct wci_source *image, uint64_t lba, uint64_t at)
{
    struct wci_sector_header header;
    uint8_t bytes[16];

    return wci_source_read_at(image, at * WCI_SECTOR_RAW, bytes, sizeof(bytes), NULL) == WCAB_OK &&
           wci_sector_read_header(bytes, &header) && header.has_lba && header.lba == lba;
}

/* Adds the tracks in order; in the image they follow each other without the gaps. */
static enum wcab_err add_tracks(struct wci_disc *disc, struct control_file *control,
                                struct wci_source *image, struct wcab_error *err)
{
    uint64_t at = 0;
    size_t i;

    qsort(control->entries, control->count, sizeof(control->entries[0]), by_point);
    for (i = 0; i < control->count; i++) {
        const struct toc_entry *entry = &control->entries[i];
        struct wci_disc_track *track;
        long end = end_of(control, i);

        if (entry->point < 1 || entry->point > WCI_DISC_TRACKS || entry->lba < 0 ||
            entry->session < 1 || entry->session > WCI_DISC_TRACKS)
            continue;
        track = wci_disc_add_track(disc, (unsigned)entry->point);
        if (track == NULL)
            return wci_error_set(err, WCAB_ERR_CORRUPT, "more than 99 tracks");
        track->session = (unsigned)entry->session;
        (void)wci_disc_set_layout(track, entry->control & CONTROL_DATA ? 1 : 0, WCI_SECTOR_RAW);
        track->lba = (uint64_t)entry->lba;
        track->source = image;
        if (disc->count == 1 || is_at(image, track->lba, track->lba))
            at = track->lba;
        track->offset = at * WCI_SECTOR_RAW;
        if (end > entry->lba)
            track->count = (uint64_t)(end - entry->lba);
        at += end > entry->lba ? track->count : 0;
    }
    return WCAB_OK;
}

enum wcab_err wci_disc_ccd_open(struct wci_source *source, const struct wci_siblings *siblings,
                                struct wci_volume **volume, struct wcab_error *err)
{
    struct control_file *control = wci_mem_calloc(1, sizeof(*control));
    struct wci_disc disc = {.nest = NULL};
    struct wci_source *image = NULL;
    char *text = malloc(TEXT_MAX);
    enum wcab_err code = WCAB_OK;

    if (control == NULL || text == NULL)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        code = load_text(source, text, err);
    if (code == WCAB_OK) {
        read_entries(text, control);
        code = wci_disc_init(&disc, source, "CloneCD", "CloneCD control file: [CloneCD]", err);
    }
    if (code == WCAB_OK)
        code = wci_siblings_with_extension(siblings, "img", &image, err);
    if (code == WCAB_OK)
        code = wci_nest_keep_take(disc.nest, image, err);
    if (code == WCAB_OK)
        code = add_tracks(&disc, control, image, err);
    if (code == WCAB_OK)
        code = wci_disc_finish(&disc, volume, err);
    wci_disc_free(&disc);
    free(control);
    free(text);
    return code;
}
