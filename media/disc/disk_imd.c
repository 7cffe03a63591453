/*
 * disk_imd - see disk_imd.h.
 */
#include "media/disc/disk_imd.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "media/disc/floppy_layout.h"

enum {
    FILE_MAX = 64 * 1024 * 1024,
    COMMENT_END = 0x1A,
    HEAD_CYLINDER_MAP = 0x80,
    HEAD_HEAD_MAP = 0x40,
    HEAD_MASK = 0x0F,
    SIZE_CODE_MAX = 6, /* 128 << 6 = 8192 bytes */
    DATA_MAX = 8       /* types of sector data */
};

/* A track's header; its maps and data lie in the file. */
struct track {
    unsigned cylinder, head, count, size_code;
    const uint8_t *numbers;   /* of its sectors */
    const uint8_t *cylinders; /* that its sectors say they lie on; NULL: as the track */
    const uint8_t *heads;     /* the same */
    size_t data;              /* offset of the first sector's data in the file */
};

struct dump_file {
    uint8_t *bytes; /* owned */
    size_t size, tracks_at;
};

static unsigned bytes_of(unsigned size_code)
{
    return 128U << size_code;
}

static enum wcab_err bad_track(size_t at, const char *why, struct wcab_error *err)
{
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, at, "IMD: track at byte %zu %s", at, why);
}

/* Types of data: 0 none; odd: all bytes; even: one byte that fills the sector. */
static void skip_data(struct wci_cursor *cursor, const struct track *track)
{
    unsigned i;

    for (i = 0; i < track->count && cursor->ok; i++) {
        uint8_t type = wci_cursor_u8(cursor);

        if (type > DATA_MAX)
            cursor->ok = false;
        else if (type != 0)
            wci_cursor_skip(cursor, type & 1 ? bytes_of(track->size_code) : 1);
    }
}

/* Reads the track at the cursor, which stands behind its data afterwards. */
static enum wcab_err read_track(struct wci_cursor *cursor, struct track *track,
                                struct wcab_error *err)
{
    size_t start = cursor->at;
    uint8_t head;

    wci_cursor_skip(cursor, 1); /* recording mode */
    track->cylinder = wci_cursor_u8(cursor);
    head = wci_cursor_u8(cursor);
    track->head = head & HEAD_MASK;
    track->count = wci_cursor_u8(cursor);
    track->size_code = wci_cursor_u8(cursor);
    if (track->size_code > SIZE_CODE_MAX)
        return wci_error_set_at(err, WCAB_ERR_UNSUPPORTED, start,
                                "IMD: track at byte %zu has sectors of several sizes", start);
    track->numbers = wci_cursor_bytes(cursor, track->count);
    track->cylinders = head & HEAD_CYLINDER_MAP ? wci_cursor_bytes(cursor, track->count) : NULL;
    track->heads = head & HEAD_HEAD_MAP ? wci_cursor_bytes(cursor, track->count) : NULL;
    track->data = cursor->at;
    skip_data(cursor, track);
    return cursor->ok ? WCAB_OK : bad_track(start, "is cut off or has unknown data", err);
}

static struct wci_cursor first_track(const struct dump_file *file)
{
    struct wci_cursor cursor = wci_cursor_of(file->bytes, file->size);

    wci_cursor_seek(&cursor, file->tracks_at);
    return cursor;
}

/* Where a sector of the track lies, by its own word. A head map that names no side (a copy
 * protection, or the second side of a floppy formatted as two) is not followed. */
static unsigned cylinder_of(const struct track *track, unsigned i)
{
    return track->cylinders != NULL ? track->cylinders[i] : track->cylinder;
}

static unsigned head_of(const struct track *track, unsigned i)
{
    return track->heads != NULL && track->heads[i] < WCI_FLOPPY_HEADS ? track->heads[i]
                                                                      : track->head;
}

/* A file that is cut off counts as far as it goes. */
static enum wcab_err find_layout(const struct dump_file *file, struct wci_floppy_layout *layout,
                                 struct wcab_error *err)
{
    struct wci_floppy_votes votes;
    struct wci_cursor cursor = first_track(file);
    struct track track;

    memset(&votes, 0, sizeof(votes));
    while (wci_cursor_left(&cursor) > 0 && read_track(&cursor, &track, err) == WCAB_OK) {
        if (track.count > 0)
            wci_floppy_votes_add(&votes, cylinder_of(&track, 0), head_of(&track, 0), track.count,
                                 track.size_code);
    }
    if (!wci_floppy_votes_decide(&votes, layout))
        return bad_track(file->tracks_at, "is no track", err);
    return WCAB_OK;
}

/* ---- sectors ------------------------------------------------------------------------------ */

static enum wci_floppy_state state_of(uint8_t type)
{
    switch (type) {
    case 0:
        return WCI_FLOPPY_MISSING;
    case 1:
    case 2:
        return WCI_FLOPPY_GOOD;
    case 3:
    case 4:
        return WCI_FLOPPY_DELETED;
    default:
        return WCI_FLOPPY_BAD;
    }
}

static void copy_track(const struct dump_file *file, const struct track *track,
                       const struct wci_floppy_layout *layout, struct wci_floppy_dump *dump)
{
    struct wci_cursor cursor = wci_cursor_of(file->bytes, file->size);
    unsigned i;

    wci_cursor_seek(&cursor, track->data);
    for (i = 0; i < track->count; i++) {
        struct wci_floppy_sector sector = {.cylinder = cylinder_of(track, i),
                                           .head = head_of(track, i),
                                           .number = track->numbers[i],
                                           .size_code = track->size_code};
        uint8_t type = wci_cursor_u8(&cursor);

        if (type != 0 && type & 1)
            sector.data = wci_cursor_bytes(&cursor, bytes_of(track->size_code));
        else if (type != 0)
            sector.fill = wci_cursor_u8(&cursor);
        sector.state = state_of(type);
        wci_floppy_layout_put(layout, dump, &sector);
    }
}

static void copy_tracks(const struct dump_file *file, const struct wci_floppy_layout *layout,
                        struct wci_floppy_dump *dump)
{
    struct wci_cursor cursor = first_track(file);
    struct track track;

    while (wci_cursor_left(&cursor) > 0 && read_track(&cursor, &track, NULL) == WCAB_OK)
        copy_track(file, &track, layout, dump);
}

/* ---- the file ----------------------------------------------------------------------------- */

static enum wcab_err load(struct wci_source *source, struct dump_file *file, struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    uint8_t head[4] = {0};
    const uint8_t *end;
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, head, sizeof(head), &got, err);

    if (code != WCAB_OK)
        return code;
    if (memcmp(head, "IMD ", 4) != 0 || size > FILE_MAX)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no ImageDisk dump: no \"IMD \" at byte 0");
    file->bytes = malloc((size_t)size);
    if (file->bytes == NULL)
        return wci_error_nomem(err);
    file->size = (size_t)size;
    code = wci_source_read_at(source, 0, file->bytes, file->size, err);
    if (code != WCAB_OK)
        return code;
    end = memchr(file->bytes, COMMENT_END, file->size);
    if (end == NULL)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "IMD: the comment has no end");
    file->tracks_at = (size_t)(end - file->bytes) + 1;
    return WCAB_OK;
}

enum wcab_err wci_disk_imd_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err)
{
    struct dump_file file = {NULL, 0, 0};
    struct wci_floppy_dump *dump = NULL;
    struct wci_floppy_layout layout;
    enum wcab_err code = load(source, &file, err);

    if (code == WCAB_OK)
        code = find_layout(&file, &layout, err);
    if (code == WCAB_OK)
        code = wci_floppy_layout_new(&layout, &dump, err);
    if (code == WCAB_OK) {
        copy_tracks(&file, &layout, dump);
        code = wci_floppy_dump_finish_take(dump, source, "IMD", "ImageDisk dump: IMD at byte 0",
                                           volume, err);
    }
    free(file.bytes);
    return code;
}
