/*
 * disc_nrg - Nero images: the tracks first, then chunks that describe them, found by a footer.
 *
 * The format is not published; chunks as other free readers (libmirage, cdemu) describe them.
 * Version 1 ends in "NERO" and has 32-bit offsets, version 2 in "NER5" and 64-bit ones.  All
 * numbers are big-endian.  A session's tracks come as a DAO chunk (disc at once) or as ETN chunks
 * (track at once), its end as SINF.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "media/disc/disc.h"

enum {
    CHUNK_HEADER = 8,
    CHUNK_MAX = 1024 * 1024,
    CHUNKS_MAX = 1024,
    DAO_HEADER = 22,
    CUE_ENTRY = 8,
    LEADOUT = 0xAA
};

struct nero {
    struct wci_source *source;
    struct wci_disc disc;
    bool wide;         /* version 2 */
    unsigned session;  /* of the tracks being read */
    uint64_t next_lba; /* where the next track is when nothing says so */
    bool has_lba[WCI_DISC_TRACKS + 1];
    uint32_t lba[WCI_DISC_TRACKS + 1]; /* of INDEX 01, by track number (cue chunk) */
};

/* ---- track modes -------------------------------------------------------------------------- */

struct mode {
    uint8_t code, mode;
    uint16_t stride;
};

static const struct mode modes[] = {{0x00, 1, 2048}, {0x02, 2, 2048}, {0x03, 2, 2336},
                                    {0x05, 1, 2352}, {0x06, 2, 2352}, {0x07, 0, 2352},
                                    {0x0F, 1, 2448}, {0x10, 0, 2448}, {0x11, 2, 2448}};

static const struct mode *find_mode(uint32_t code)
{
    size_t i;

    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        if (modes[i].code == code)
            return &modes[i];
    }
    return NULL;
}

static uint64_t read_offset(const struct nero *nero, struct wci_cursor *cursor)
{
    return nero->wide ? wci_cursor_be64(cursor) : wci_cursor_be32(cursor);
}

static enum wcab_err cut_off(const char *chunk, struct wcab_error *err)
{
    return wci_error_set(err, WCAB_ERR_CORRUPT, "Nero image: chunk %.4s is cut off", chunk);
}

static enum wcab_err add_track(struct nero *nero, unsigned number, uint32_t code, uint64_t offset,
                               uint64_t size, struct wcab_error *err)
{
    const struct mode *mode = find_mode(code);
    struct wci_disc_track *track;

    if (mode == NULL)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED, "Nero image: track mode %02lX",
                             (unsigned long)code);
    track = wci_disc_add_track(&nero->disc, number);
    if (track == NULL)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "Nero image: more than 99 tracks");
    (void)wci_disc_set_layout(track, mode->mode, mode->stride);
    track->session = nero->session;
    track->source = nero->source;
    track->offset = offset;
    track->count = size / mode->stride;
    track->lba =
        number <= WCI_DISC_TRACKS && nero->has_lba[number] ? nero->lba[number] : nero->next_lba;
    nero->next_lba = track->lba + track->count;
    return WCAB_OK;
}

/* ---- chunks ------------------------------------------------------------------------------- */

static unsigned from_bcd(uint8_t byte)
{
    return (byte >> 4) * 10U + (byte & 15U);
}

/* CUEX: control, track, index, 0, address. */
static enum wcab_err read_cue(struct nero *nero, struct wci_cursor *cursor, struct wcab_error *err)
{
    (void)err;
    while (wci_cursor_left(cursor) >= CUE_ENTRY) {
        uint8_t track, index;
        uint32_t lba;

        wci_cursor_skip(cursor, 1);
        track = wci_cursor_u8(cursor);
        index = wci_cursor_u8(cursor);
        wci_cursor_skip(cursor, 1);
        lba = wci_cursor_be32(cursor);
        if (track != LEADOUT && index == 1 && from_bcd(track) <= WCI_DISC_TRACKS &&
            lba <= INT32_MAX) {
            nero->has_lba[from_bcd(track)] = true;
            nero->lba[from_bcd(track)] = lba;
        }
    }
    return WCAB_OK;
}

/* DAOI, DAOX: a header, then each track with three offsets: pregap, start, end. */
static enum wcab_err read_dao(struct nero *nero, struct wci_cursor *cursor, struct wcab_error *err)
{
    size_t track_bytes = 18 + (nero->wide ? 24U : 12U);
    enum wcab_err code = WCAB_OK;
    unsigned number;

    wci_cursor_skip(cursor, DAO_HEADER - 2);
    number = wci_cursor_u8(cursor);
    wci_cursor_skip(cursor, 1);
    if (!cursor->ok)
        return cut_off("DAO", err);
    while (code == WCAB_OK && wci_cursor_left(cursor) >= track_bytes) {
        uint8_t mode;
        uint64_t start, end;

        wci_cursor_skip(cursor, 14); /* ISRC, sector size (the mode has it, too) */
        mode = wci_cursor_u8(cursor);
        wci_cursor_skip(cursor, 3);
        (void)read_offset(nero, cursor);
        start = read_offset(nero, cursor);
        end = read_offset(nero, cursor);
        if (end < start)
            return wci_error_set(err, WCAB_ERR_CORRUPT,
                                 "Nero image: track %u ends before it starts", number);
        code = add_track(nero, number++, mode, start, end - start, err);
    }
    return code;
}

/* ETNF, ETN2: offset, size, mode, address, unused, for each track. */
static enum wcab_err read_etn(struct nero *nero, struct wci_cursor *cursor, struct wcab_error *err)
{
    size_t track_bytes = nero->wide ? 32 : 20;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && wci_cursor_left(cursor) >= track_bytes) {
        uint64_t offset = read_offset(nero, cursor);
        uint64_t size = read_offset(nero, cursor);
        uint32_t mode = wci_cursor_be32(cursor);
        uint32_t lba = wci_cursor_be32(cursor);
        unsigned number = (unsigned)nero->disc.count + 1;

        wci_cursor_skip(cursor, nero->wide ? 8 : 4);
        nero->next_lba = lba;
        code = add_track(nero, number, mode, offset, size, err);
    }
    return code;
}

/* SINF: the session has so many tracks; those that follow are the next session's. */
static enum wcab_err read_session_end(struct nero *nero, struct wci_cursor *cursor,
                                      struct wcab_error *err)
{
    (void)cursor;
    (void)err;
    nero->session++;
    return WCAB_OK;
}

static const struct {
    char id[5];
    enum wcab_err (*read)(struct nero *nero, struct wci_cursor *cursor, struct wcab_error *err);
} chunk_readers[] = {{"CUEX", read_cue}, {"DAOI", read_dao}, {"DAOX", read_dao},
                     {"ETNF", read_etn}, {"ETN2", read_etn}, {"SINF", read_session_end}};

static enum wcab_err read_chunk(struct nero *nero, const char *id, uint64_t at, uint32_t size,
                                struct wcab_error *err)
{
    struct wci_cursor cursor;
    enum wcab_err code = WCAB_OK;
    uint8_t *bytes;
    size_t i, count = sizeof(chunk_readers) / sizeof(chunk_readers[0]);

    for (i = 0; i < count && memcmp(chunk_readers[i].id, id, 4) != 0; i++)
        ;
    if (i == count || size == 0)
        return WCAB_OK;
    if (size > CHUNK_MAX || size > wci_source_size(nero->source))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at, "Nero image: chunk %.4s of %lu bytes",
                                id, (unsigned long)size);
    bytes = malloc(size);
    if (bytes == NULL)
        return wci_error_nomem(err);
    code = wci_source_read_at(nero->source, at, bytes, size, err);
    cursor = wci_cursor_of(bytes, size);
    if (code == WCAB_OK)
        code = chunk_readers[i].read(nero, &cursor, err);
    free(bytes);
    return code;
}

static enum wcab_err read_chunks(struct nero *nero, uint64_t at, struct wcab_error *err)
{
    unsigned i;

    for (i = 0; i < CHUNKS_MAX; i++) {
        uint8_t header[CHUNK_HEADER] = {0};
        struct wci_cursor cursor = wci_cursor_of(header + 4, 4);
        uint32_t size;
        enum wcab_err code = wci_source_read_at(nero->source, at, header, sizeof(header), err);

        if (code != WCAB_OK)
            return code;
        size = wci_cursor_be32(&cursor);
        if (memcmp(header, "END!", 4) == 0)
            return WCAB_OK;
        code = read_chunk(nero, (const char *)header, at + CHUNK_HEADER, size, err);
        if (code != WCAB_OK)
            return code;
        at += CHUNK_HEADER + (uint64_t)size;
    }
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, at, "Nero image: more than %d chunks",
                            (int)CHUNKS_MAX);
}

/* ---- the file ----------------------------------------------------------------------------- */

/* True when one of the chunks that come first is there: the footer alone could be chance. */
static bool is_first_chunk(struct wci_source *source, uint64_t at)
{
    static const char ids[][5] = {"CUES", "CUEX", "DAOI", "DAOX", "ETNF", "ETN2", "SINF"};
    uint8_t id[4];
    size_t i;

    if (wci_source_read_at(source, at, id, sizeof(id), NULL) != WCAB_OK)
        return false;
    for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        if (memcmp(id, ids[i], 4) == 0)
            return true;
    }
    return false;
}

/* Finds where the chunks begin; false when there is no footer. */
static bool find_chunks(struct wci_source *source, bool *wide, uint64_t *at)
{
    uint64_t size = wci_source_size(source);
    uint8_t footer[12] = {0};
    struct wci_cursor cursor;

    if (size < sizeof(footer) ||
        wci_source_read_at(source, size - sizeof(footer), footer, sizeof(footer), NULL) != WCAB_OK)
        return false;
    cursor = wci_cursor_of(footer + 4, 8);
    if (memcmp(footer, "NER5", 4) == 0) {
        *wide = true;
        *at = wci_cursor_be64(&cursor);
        return is_first_chunk(source, *at);
    }
    wci_cursor_skip(&cursor, 4);
    *wide = false;
    *at = wci_cursor_be32(&cursor);
    return memcmp(footer + 4, "NERO", 4) == 0 && is_first_chunk(source, *at);
}

enum wcab_err wci_disc_nrg_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err)
{
    struct nero nero = {.source = source, .session = 1};
    uint64_t at = 0;
    enum wcab_err code;

    if (!find_chunks(source, &nero.wide, &at))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no Nero image: no NERO or NER5 at its end");
    code = wci_disc_init(&nero.disc, source, nero.wide ? "NRG, version 2" : "NRG, version 1",
                         nero.wide ? "Nero image: NER5 twelve bytes before the end"
                                   : "Nero image: NERO eight bytes before the end",
                         err);
    if (code == WCAB_OK)
        code = read_chunks(&nero, at, err);
    if (code == WCAB_OK)
        code = wci_disc_finish(&nero.disc, volume, err);
    wci_disc_free(&nero.disc);
    return code;
}
