/*
 * disc_mds - media descriptors of Alcohol 120% (MDS): sessions and tracks in binary tables, the
 * sectors in the MDF beside it.
 *
 * The format is not published; fields as other free readers (libmirage) describe them.  Version 1
 * only: version 2 (MDX) is encrypted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/text.h"
#include "media/disc/disc.h"

enum {
    HEADER = 88,
    SESSION_BLOCK = 24,
    TRACK_BLOCK = 80,
    FOOTER_BLOCK = 16,
    EXTRA_BLOCK = 8,
    FILE_MAX = 1024 * 1024,
    NAME_MAX_BYTES = 512
};

/* Track modes: the low three bits. */
enum { MODE_AUDIO = 1, MODE_1 = 2, MODE_2 = 3, MODE_2_FORM_1 = 4, MODE_2_FORM_2 = 5 };

struct descriptor {
    uint8_t *bytes; /* owned: the whole file */
    size_t size;
    struct wci_source *image; /* the MDF; the nest's */
    struct wci_disc disc;
};

static struct wci_cursor cursor_at(const struct descriptor *mds, uint64_t at)
{
    struct wci_cursor cursor = wci_cursor_of(mds->bytes, mds->size);

    wci_cursor_seek(&cursor, at > mds->size ? mds->size + 1 : (size_t)at);
    return cursor;
}

static enum wcab_err cut_off(uint64_t at, struct wcab_error *err)
{
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, at, "media descriptor is cut off at byte %llu",
                            (unsigned long long)at);
}

/* ---- the image's name --------------------------------------------------------------------- */

/* Copies the name at `at`, one or two bytes a character, as UTF-8. */
static bool read_name(const struct descriptor *mds, uint32_t at, bool wide, struct wci_buffer *name)
{
    struct wci_cursor cursor = cursor_at(mds, at);
    const uint8_t *start = mds->bytes + at;
    size_t units = 0;

    while (cursor.ok && units < NAME_MAX_BYTES) {
        uint16_t unit = wide ? wci_cursor_u16(&cursor) : wci_cursor_u8(&cursor);

        if (unit == 0)
            break;
        units++;
    }
    if (!cursor.ok || units == 0)
        return false;
    if (wide)
        wci_text_from_utf16(start, units, false, name);
    else
        wci_buffer_put(name, start, units);
    return name->ok;
}

/* Opens the MDF that the track's footer names; "*.mdf" is the descriptor's own name. */
static enum wcab_err open_image(struct descriptor *mds, const struct wci_siblings *siblings,
                                uint32_t footer, struct wcab_error *err)
{
    struct wci_cursor cursor = cursor_at(mds, footer);
    uint32_t name_at = wci_cursor_u32(&cursor);
    bool wide = wci_cursor_u32(&cursor) != 0;
    struct wci_buffer name;
    struct wci_bytes bytes;
    enum wcab_err code;

    wci_buffer_init(&name);
    if (footer == 0 || !cursor.ok || !read_name(mds, name_at, wide, &name) || name.data[0] == '*') {
        code = wci_siblings_with_extension(siblings, "mdf", &mds->image, err);
    } else {
        bytes = wci_buffer_view(&name);
        code = wci_siblings_find(siblings, bytes, &mds->image, err);
    }
    wci_buffer_free(&name);
    if (code == WCAB_OK)
        code = wci_nest_keep_take(mds->disc.nest, mds->image, err);
    return code;
}

/* ---- tracks ------------------------------------------------------------------------------- */

/* Sectors of a track: in its extra block; a DVD's track has none and ends with its session. */
static uint64_t track_length(const struct descriptor *mds, uint32_t extra, int64_t start,
                             int64_t session_end)
{
    struct wci_cursor cursor = cursor_at(mds, extra);

    wci_cursor_skip(&cursor, 4); /* pregap */
    if (extra != 0 && cursor.ok) {
        uint32_t length = wci_cursor_u32(&cursor);

        if (cursor.ok && length > 0)
            return length;
    }
    return session_end > start ? (uint64_t)(session_end - start) : UINT64_MAX;
}

static unsigned mode_of(uint8_t mode)
{
    switch (mode & 7) {
    case MODE_1:
        return 1;
    case MODE_2:
    case MODE_2_FORM_1:
    case MODE_2_FORM_2:
        return 2;
    default:
        return 0;
    }
}

static enum wcab_err read_track(struct descriptor *mds, const struct wci_siblings *siblings,
                                uint64_t at, unsigned session, int64_t session_end,
                                struct wcab_error *err)
{
    struct wci_cursor cursor = cursor_at(mds, at);
    struct wci_disc_track *track;
    uint8_t mode = wci_cursor_u8(&cursor), point;
    uint32_t extra, start, files, footer;
    uint64_t offset;
    uint16_t stride;

    wci_cursor_skip(&cursor, 3);
    point = wci_cursor_u8(&cursor);
    wci_cursor_skip(&cursor, 7);
    extra = wci_cursor_u32(&cursor);
    stride = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 18);
    start = wci_cursor_u32(&cursor);
    offset = wci_cursor_u64(&cursor);
    files = wci_cursor_u32(&cursor);
    footer = wci_cursor_u32(&cursor);
    if (!cursor.ok)
        return cut_off(at, err);
    if (point < 1 || point > WCI_DISC_TRACKS)
        return WCAB_OK; /* lead-in */
    if (files > 1)
        return wci_error_set_at(err, WCAB_ERR_UNSUPPORTED, at,
                                "image is divided into %lu files; join them first: "
                                "cat x.mdf x.md1 ... > whole.mdf",
                                (unsigned long)files);
    if (mds->image == NULL) {
        enum wcab_err code = open_image(mds, siblings, footer, err);

        if (code != WCAB_OK)
            return code;
    }
    track = wci_disc_add_track(&mds->disc, point);
    if (track == NULL || !wci_disc_set_layout(track, mode_of(mode), stride))
        return wci_error_set_at(err, WCAB_ERR_UNSUPPORTED, at,
                                "track %u has sectors of %u bytes, mode %02X", (unsigned)point,
                                (unsigned)stride, (unsigned)mode);
    track->session = session;
    track->lba = start;
    track->source = mds->image;
    track->offset = offset;
    track->count = track_length(mds, extra, (int64_t)start, session_end);
    return WCAB_OK;
}

static enum wcab_err read_session(struct descriptor *mds, const struct wci_siblings *siblings,
                                  uint64_t at, struct wcab_error *err)
{
    struct wci_cursor cursor = cursor_at(mds, at);
    enum wcab_err code = WCAB_OK;
    uint32_t end, tracks;
    uint16_t number;
    uint8_t count, i;

    wci_cursor_skip(&cursor, 4); /* start, below 0 by the pregap */
    end = wci_cursor_u32(&cursor);
    number = wci_cursor_u16(&cursor);
    count = wci_cursor_u8(&cursor);
    wci_cursor_skip(&cursor, 9);
    tracks = wci_cursor_u32(&cursor);
    if (!cursor.ok)
        return cut_off(at, err);
    for (i = 0; code == WCAB_OK && i < count; i++)
        code = read_track(mds, siblings, tracks + (uint64_t)i * TRACK_BLOCK, number,
                          end > INT32_MAX ? 0 : (int64_t)end, err);
    return code;
}

static enum wcab_err read_sessions(struct descriptor *mds, const struct wci_siblings *siblings,
                                   struct wcab_error *err)
{
    struct wci_cursor cursor = cursor_at(mds, 20);
    enum wcab_err code = WCAB_OK;
    uint16_t count = wci_cursor_u16(&cursor), i;
    uint32_t blocks;

    wci_cursor_seek(&cursor, 80);
    blocks = wci_cursor_u32(&cursor);
    if (!cursor.ok)
        return cut_off(80, err);
    for (i = 0; code == WCAB_OK && i < count && i < WCI_DISC_TRACKS; i++)
        code = read_session(mds, siblings, blocks + (uint64_t)i * SESSION_BLOCK, err);
    return code;
}

/* ---- the file ----------------------------------------------------------------------------- */

static enum wcab_err load(struct wci_source *source, struct descriptor *mds, struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    uint8_t head[18] = {0};
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, head, sizeof(head), &got, err);

    if (code != WCAB_OK)
        return code;
    if (memcmp(head, "MEDIA DESCRIPTOR", 16) != 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no media descriptor at byte 0");
    if (head[16] > 1)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "media descriptor of version %u (MDX, encrypted); convert it on "
                             "Windows with Daemon Tools or save it as ISO",
                             (unsigned)head[16]);
    if (size < HEADER || size > FILE_MAX)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "media descriptor of %llu bytes",
                             (unsigned long long)size);
    mds->bytes = malloc((size_t)size);
    if (mds->bytes == NULL)
        return wci_error_nomem(err);
    mds->size = (size_t)size;
    return wci_source_read_at(source, 0, mds->bytes, mds->size, err);
}

enum wcab_err wci_disc_mds_open(struct wci_source *source, const struct wci_siblings *siblings,
                                struct wci_volume **volume, struct wcab_error *err)
{
    struct descriptor *mds = wci_mem_calloc(1, sizeof(*mds));
    enum wcab_err code = mds == NULL ? wci_error_nomem(err) : load(source, mds, err);

    if (code == WCAB_OK)
        code = wci_disc_init(&mds->disc, source, "MDS/MDF",
                             "Alcohol media descriptor: MEDIA DESCRIPTOR at byte 0", err);
    if (code == WCAB_OK)
        code = read_sessions(mds, siblings, err);
    if (code == WCAB_OK)
        code = wci_disc_finish(&mds->disc, volume, err);
    if (mds != NULL) {
        wci_disc_free(&mds->disc);
        free(mds->bytes);
    }
    free(mds);
    return code;
}
