/*
 * disk_td0 - see disk_td0.h.
 *
 * The records of tracks say how the floppy is laid out, not a boot sector: floppies without a BIOS
 * parameter block are dumped, too.
 */
#include "media/disc/disk_td0.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "media/disc/floppy_layout.h"
#include "media/disc/lzhuf.h"

enum {
    FILE_MAX = 16 * 1024 * 1024,
    HEADER = 12,
    VERSION_AT = 4,
    STEPPING_AT = 7,
    HAS_COMMENT = 0x80,
    VERSION_OLD = 20, /* below: another compression */
    COMMENT_REST = 6, /* date and time */
    TRACKS_END = 255,
    HEAD_MASK = 0x7F, /* bit 7: single density */
    FLAG_BAD = 0x02,
    FLAG_DELETED = 0x04,
    FLAG_SKIPPED = 0x10, /* free by DOS' table, so not copied */
    FLAG_NO_DATA = 0x20,
    SECTOR_MAX = 8192
};

/* The tracks, unpacked. */
struct dump_file {
    uint8_t *bytes; /* owned */
    size_t size, tracks_at;
};

struct track {
    unsigned count, cylinder, head;
};

/* ---- a sector's data ------------------------------------------------------------------------ */

/* `data` repeated until `count` times are in the sector; false when they don't fit. */
static bool repeat(uint8_t *sector, size_t size, size_t *filled, const uint8_t *data, size_t length,
                   size_t count)
{
    for (; count > 0; count--) {
        if (data == NULL || length > size - *filled)
            return false;
        memcpy(sector + *filled, data, length);
        *filled += length;
    }
    return true;
}

/* Runs: a literal one is 0, its length and bytes; else half the length of a pattern, how often it
 * comes, and the pattern. */
static bool unpack_runs(struct wci_cursor *cursor, uint8_t *sector, size_t size)
{
    size_t filled = 0;

    while (filled < size && wci_cursor_left(cursor) > 0) {
        size_t length = (size_t)wci_cursor_u8(cursor) * 2, count = wci_cursor_u8(cursor);

        if (length == 0) {
            length = count;
            count = 1;
        }
        if (!repeat(sector, size, &filled, wci_cursor_bytes(cursor, length), length, count))
            return false;
        if (length == 0 && count == 0)
            return false;
    }
    return filled == size;
}

/* Unpacks the block of data at the cursor, which stands behind it afterwards. */
static bool unpack(struct wci_cursor *cursor, uint8_t *sector, size_t size)
{
    size_t length = wci_cursor_u16(cursor), filled = 0, count;
    const uint8_t *block = wci_cursor_bytes(cursor, length);
    struct wci_cursor inside;

    if (block == NULL || length == 0)
        return false;
    inside = wci_cursor_of(block, length);
    switch (wci_cursor_u8(&inside)) {
    case 0:
        return repeat(sector, size, &filled, wci_cursor_bytes(&inside, size), size, 1);
    case 1:
        count = wci_cursor_u16(&inside);
        return repeat(sector, size, &filled, wci_cursor_bytes(&inside, 2), 2, count) &&
               filled == size;
    case 2:
        return unpack_runs(&inside, sector, size);
    default:
        return false;
    }
}

/* Reads the sector at the cursor into `bytes`; false when the dump is cut off or no dump. */
static bool read_sector(struct wci_cursor *cursor, struct wci_floppy_sector *sector,
                        uint8_t bytes[SECTOR_MAX])
{
    uint8_t flags;

    wci_cursor_skip(cursor, 2); /* cylinder and head of its address mark */
    sector->number = wci_cursor_u8(cursor);
    sector->size_code = wci_cursor_u8(cursor);
    flags = wci_cursor_u8(cursor);
    wci_cursor_skip(cursor, 1); /* checksum */
    if (!cursor->ok || sector->size_code >= WCI_FLOPPY_SIZE_CODES)
        return false;
    sector->fill = 0;
    sector->data = NULL;
    sector->state = flags & FLAG_NO_DATA ? WCI_FLOPPY_MISSING : WCI_FLOPPY_GOOD;
    if (flags & (FLAG_SKIPPED | FLAG_NO_DATA))
        return true;
    sector->data = bytes;
    if (flags & FLAG_DELETED)
        sector->state = WCI_FLOPPY_DELETED;
    if (flags & FLAG_BAD)
        sector->state = WCI_FLOPPY_BAD;
    if (!unpack(cursor, bytes, (size_t)128 << sector->size_code)) {
        sector->data = NULL;
        sector->state = WCI_FLOPPY_BAD;
    }
    return cursor->ok;
}

/* ---- tracks --------------------------------------------------------------------------------- */

static bool read_track(struct wci_cursor *cursor, struct track *track)
{
    track->count = wci_cursor_u8(cursor);
    track->cylinder = wci_cursor_u8(cursor);
    track->head = wci_cursor_u8(cursor) & HEAD_MASK;
    wci_cursor_skip(cursor, 1); /* checksum */
    return track->count != TRACKS_END && cursor->ok;
}

/* Votes with `votes`, else copies; false when the tracks don't end as they must. */
static bool each_track(const struct dump_file *file, struct wci_floppy_votes *votes,
                       const struct wci_floppy_layout *layout, struct wci_floppy_dump *dump)
{
    struct wci_cursor cursor = wci_cursor_of(file->bytes, file->size);
    uint8_t bytes[SECTOR_MAX];
    struct track track;

    wci_cursor_seek(&cursor, file->tracks_at);
    while (read_track(&cursor, &track)) {
        struct wci_floppy_sector sector = {.cylinder = track.cylinder, .head = track.head};
        unsigned i;

        for (i = 0; i < track.count && read_sector(&cursor, &sector, bytes); i++) {
            if (votes != NULL && i == 0)
                wci_floppy_votes_add(votes, track.cylinder, track.head, track.count,
                                     sector.size_code);
            if (layout != NULL && dump != NULL)
                wci_floppy_layout_put(layout, dump, &sector);
        }
        if (i < track.count)
            return false;
    }
    return track.count == TRACKS_END;
}

/* ---- the file ------------------------------------------------------------------------------- */

static enum wcab_err unpack_tracks(struct dump_file *file, struct wcab_error *err)
{
    uint8_t *tracks = NULL;
    size_t size = 0;
    enum wcab_err code;

    if (file->bytes[VERSION_AT] < VERSION_OLD)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "Teledisk dump with the compression of version 1: write it to a "
                             "floppy with Teledisk, or convert it with td02imd");
    code =
        wci_lzhuf_decode(file->bytes + HEADER, file->size - HEADER, FILE_MAX, &tracks, &size, err);
    if (code != WCAB_OK)
        return code;
    free(file->bytes);
    file->bytes = tracks;
    file->size = size;
    file->tracks_at = 0;
    return WCAB_OK;
}

static void skip_comment(struct dump_file *file)
{
    struct wci_cursor cursor = wci_cursor_of(file->bytes, file->size);
    size_t length;

    wci_cursor_seek(&cursor, file->tracks_at + 2); /* checksum */
    length = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, COMMENT_REST);
    wci_cursor_skip(&cursor, length);
    file->tracks_at = cursor.ok ? cursor.at : file->size;
}

static enum wcab_err load(struct wci_source *source, struct dump_file *file, struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    uint8_t head[HEADER] = {0};
    size_t got = 0;
    bool packed;
    enum wcab_err code = wci_source_read_some(source, 0, head, sizeof(head), &got, err);

    if (code != WCAB_OK)
        return code;
    packed = memcmp(head, "td\0", 3) == 0;
    if ((!packed && memcmp(head, "TD\0", 3) != 0) || got < HEADER || size > FILE_MAX)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no Teledisk dump: no \"TD\" at byte 0");
    file->bytes = malloc((size_t)size);
    if (file->bytes == NULL)
        return wci_error_nomem(err);
    file->size = (size_t)size;
    file->tracks_at = HEADER;
    code = wci_source_read_at(source, 0, file->bytes, file->size, err);
    if (code == WCAB_OK && packed)
        code = unpack_tracks(file, err);
    if (code == WCAB_OK && head[STEPPING_AT] & HAS_COMMENT)
        skip_comment(file);
    return code;
}

/* Reads the tracks into *dump. */
static enum wcab_err read_tracks(const struct dump_file *file, struct wci_floppy_dump **dump,
                                 bool *whole, struct wcab_error *err)
{
    struct wci_floppy_votes votes;
    struct wci_floppy_layout layout;
    enum wcab_err code;

    memset(&votes, 0, sizeof(votes));
    *whole = each_track(file, &votes, NULL, NULL);
    if (!wci_floppy_votes_decide(&votes, &layout))
        return wci_error_set(err, WCAB_ERR_CORRUPT, "Teledisk: no track with sectors in the dump");
    code = wci_floppy_layout_new(&layout, dump, err);
    if (code == WCAB_OK)
        (void)each_track(file, NULL, &layout, *dump);
    return code;
}

static enum wcab_err make_volume(struct wci_source *source, bool packed,
                                 struct wci_floppy_dump *dump, bool whole,
                                 struct wci_volume **volume, struct wcab_error *err)
{
    struct wci_nest *nest = NULL;
    struct wcab_error cut;
    enum wcab_err code = wci_nest_new(
        source, packed ? "Teledisk, advanced compression" : "Teledisk",
        packed ? "Teledisk floppy dump: td at byte 0" : "Teledisk floppy dump: TD at byte 0", &nest,
        err);

    if (code != WCAB_OK) {
        wci_floppy_dump_free(dump);
        return code;
    }
    if (!whole) {
        wci_error_set(&cut, WCAB_ERR_CORRUPT, "Teledisk: the dump is cut off or damaged");
        wci_nest_add_fault(nest, &cut);
    }
    code = wci_floppy_dump_add_take(dump, nest, "floppy", 0, err);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}

enum wcab_err wci_disk_td0_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err)
{
    struct dump_file file = {NULL, 0, 0};
    struct wci_floppy_dump *dump = NULL;
    uint8_t first = 0;
    bool whole = true;
    enum wcab_err code = load(source, &file, err);

    if (code == WCAB_OK)
        code = wci_source_read_at(source, 0, &first, 1, err);
    if (code == WCAB_OK)
        code = read_tracks(&file, &dump, &whole, err);
    if (code == WCAB_OK)
        code = make_volume(source, first == 't', dump, whole, volume, err);
    free(file.bytes);
    return code;
}
