/*
 * disc_cue - CUE sheets: a text that names the files of a disc image and the tracks in them.
 *
 * Source: CDRWIN user's guide, appendix A.  Times are minutes:seconds:frames of 75 a second and
 * count from the start of the file.  Where sheets lie: the file has been renamed since, its path is
 * another machine's, sessions are only remarks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/bytes/source_sector.h"
#include "media/disc/disc.h"

enum {
    SHEET_MAX = 256 * 1024,
    FRAMES = 75,
    FIRST_SESSION_GAP = 11400, /* frames of lead-out and lead-in between sessions 1 and 2 */
    SESSION_GAP = 6900,        /* and between later ones */
    WAVE_HEADER = 44
};

/* A sheet being read. */
struct sheet {
    const struct wci_siblings *siblings;
    struct wci_disc *disc;
    struct wci_disc_track *track; /* the one being described; NULL before the first */
    struct wci_source *file;      /* of the tracks that follow; NULL: not opened (audio) */
    bool any_file;
    uint64_t file_lba;       /* disc address of the file's start */
    uint64_t position;       /* byte offset in the file of `position_frame` */
    uint64_t position_frame; /* frames from the file's start */
    uint32_t stride;         /* of the track that reaches up to `position_frame` */
    bool first_of_file;      /* no INDEX seen in this file yet */
    bool audio_file;         /* WAVE and the like: headers, not sectors */
    unsigned session;
    uint64_t begins[WCI_DISC_TRACKS]; /* byte offset in its file of each track's first index */
};

/* ---- words -------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next word of a line, or what stands between quotes; moves `line` behind it. */
static struct wci_bytes next_word(struct wci_bytes *line)
{
    struct wci_bytes word = {NULL, 0};
    bool quoted;

    while (line->length > 0 && is_blank(line->data[0])) {
        line->data++;
        line->length--;
    }
    quoted = line->length > 0 && line->data[0] == '"';
    if (quoted) {
        line->data++;
        line->length--;
    }
    word.data = line->data;
    while (line->length > 0 && (quoted ? line->data[0] != '"' : !is_blank(line->data[0]))) {
        line->data++;
        line->length--;
        word.length++;
    }
    if (quoted && line->length > 0) {
        line->data++;
        line->length--;
    }
    return word;
}

static bool is_word(struct wci_bytes word, const char *text)
{
    size_t i;

    for (i = 0; i < word.length && text[i] != '\0'; i++) {
        char c = word.data[i];

        if ((c >= 'a' && c <= 'z' ? c - 32 : c) != text[i])
            return false;
    }
    return i == word.length && text[i] == '\0';
}

/* A decimal number of at most nine digits at the start of `text`; moves it behind. */
static bool take_number(struct wci_bytes *text, uint32_t *number)
{
    size_t digits = 0;

    *number = 0;
    while (text->length > 0 && text->data[0] >= '0' && text->data[0] <= '9') {
        if (++digits > 9)
            return false;
        *number = *number * 10 + (uint32_t)(text->data[0] - '0');
        text->data++;
        text->length--;
    }
    return digits > 0;
}

static bool take_character(struct wci_bytes *text, char c)
{
    if (text->length == 0 || text->data[0] != c)
        return false;
    text->data++;
    text->length--;
    return true;
}

static bool read_time(struct wci_bytes text, uint64_t *frames)
{
    uint32_t minutes, seconds, rest;

    if (!take_number(&text, &minutes) || !take_character(&text, ':') ||
        !take_number(&text, &seconds) || !take_character(&text, ':') ||
        !take_number(&text, &rest) || text.length != 0 || seconds >= 60 || rest >= FRAMES)
        return false;
    *frames = ((uint64_t)minutes * 60 + seconds) * FRAMES + rest;
    return true;
}

/* "AUDIO", "MODE1/2352" ... */
static bool read_mode(struct wci_bytes word, struct wci_disc_track *track)
{
    uint32_t mode, stride;

    if (is_word(word, "AUDIO"))
        return wci_disc_set_layout(track, 0, WCI_SECTOR_RAW);
    if (is_word(word, "CDG"))
        return wci_disc_set_layout(track, 0, WCI_SECTOR_STRIDE_MAX);
    if (is_word(word, "CDI/2336") || is_word(word, "CDI/2352"))
        return wci_disc_set_layout(track, 2, word.data[6] == '3' ? 2336 : 2352);
    if (word.length < 5)
        return false;
    word.data += 4; /* MODE */
    word.length -= 4;
    return take_number(&word, &mode) && take_character(&word, '/') && take_number(&word, &stride) &&
           word.length == 0 && (mode == 1 || mode == 2) && wci_disc_set_layout(track, mode, stride);
}

/* ---- commands ----------------------------------------------------------------------------- */

static enum wcab_err bad_line(struct wci_bytes line, const char *why, struct wcab_error *err)
{
    return wci_error_set(err, WCAB_ERR_CORRUPT, "CUE sheet: %s: %.*s", why,
                         (int)(line.length < 80 ? line.length : 80), line.data);
}

/* Sectors of the file from the position on. */
static uint64_t sectors_left(const struct sheet *sheet)
{
    uint64_t size = sheet->file == NULL ? 0 : wci_source_size(sheet->file);

    if (sheet->audio_file)
        size = size > WAVE_HEADER ? size - WAVE_HEADER : 0;
    return size > sheet->position && sheet->stride > 0 ? (size - sheet->position) / sheet->stride
                                                       : 0;
}

/* Closes the file that was read up to now: the next one goes on behind it on the disc. */
static void end_file(struct sheet *sheet)
{
    if (sheet->any_file)
        sheet->file_lba += sheet->position_frame + sectors_left(sheet);
    sheet->position = sheet->position_frame = 0;
    sheet->first_of_file = true;
    sheet->track = NULL;
}

static enum wcab_err read_file(struct sheet *sheet, struct wci_bytes line, struct wcab_error *err)
{
    struct wci_bytes name = next_word(&line);
    struct wci_bytes type = next_word(&line);
    enum wcab_err code;

    end_file(sheet);
    sheet->any_file = true;
    sheet->file = NULL;
    sheet->audio_file = !is_word(type, "BINARY") && !is_word(type, "MOTOROLA") && type.length > 0;
    code = wci_siblings_find(sheet->siblings, name, &sheet->file, err);
    if (code == WCAB_OK)
        return wci_nest_keep_take(sheet->disc->nest, sheet->file, err);
    sheet->file = NULL;
    /* music that is missing costs nothing: only addresses behind it, which sectors have themselves
     */
    return sheet->audio_file && code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err read_track(struct sheet *sheet, struct wci_bytes line, struct wcab_error *err)
{
    struct wci_bytes rest = line;
    struct wci_bytes number_word = next_word(&rest);
    uint32_t number;

    if (!sheet->any_file)
        return bad_line(line, "track without a file", err);
    if (!take_number(&number_word, &number) || number == 0 || number > WCI_DISC_TRACKS)
        return bad_line(line, "track number", err);
    sheet->track = wci_disc_add_track(sheet->disc, number);
    if (sheet->track == NULL)
        return bad_line(line, "more than 99 tracks", err);
    if (!read_mode(next_word(&rest), sheet->track))
        return bad_line(line, "mode of track", err);
    sheet->track->session = sheet->session;
    return WCAB_OK;
}

static enum wcab_err read_index(struct sheet *sheet, struct wci_bytes line, struct wcab_error *err)
{
    struct wci_bytes rest = line;
    struct wci_bytes number_word = next_word(&rest);
    struct wci_disc_track *track = sheet->track;
    uint32_t number;
    uint64_t frame;

    if (track == NULL || !take_number(&number_word, &number) ||
        !read_time(next_word(&rest), &frame) || frame < sheet->position_frame)
        return bad_line(line, "index", err);
    if (number > 1)
        return WCAB_OK;
    if (sheet->first_of_file)
        sheet->stride = track->stride;
    /* up to here the file has sectors of the track before, from INDEX 00 on of this one */
    sheet->position += (frame - sheet->position_frame) * sheet->stride;
    sheet->position_frame = frame;
    sheet->stride = track->stride;
    sheet->first_of_file = false;
    if (track->source == NULL) { /* its first index in the sheet */
        sheet->begins[sheet->disc->count - 1] = sheet->position;
        track->source = sheet->file;
    }
    track->offset = sheet->position;
    track->lba = sheet->file_lba + frame;
    return WCAB_OK;
}

/* A gap that is on the disc, but not in the file. */
static enum wcab_err read_gap(struct sheet *sheet, struct wci_bytes line, bool before,
                              struct wcab_error *err)
{
    struct wci_bytes rest = line;
    uint64_t frames;

    if (!read_time(next_word(&rest), &frames))
        return bad_line(line, "gap", err);
    /* that of the first track is the disc's own two seconds, before address 0 */
    if (!before || sheet->disc->count != 1)
        sheet->file_lba += frames;
    return WCAB_OK;
}

/* "SESSION nn", as several programs put it. */
static void read_remark(struct sheet *sheet, struct wci_bytes line)
{
    struct wci_bytes word = next_word(&line);
    uint32_t number;

    if (!is_word(word, "SESSION"))
        return;
    word = next_word(&line);
    if (!take_number(&word, &number) || number <= sheet->session || number > WCI_DISC_TRACKS)
        return;
    sheet->file_lba += sheet->session == 1 ? FIRST_SESSION_GAP : SESSION_GAP;
    sheet->session = number;
}

static enum wcab_err read_line(struct sheet *sheet, struct wci_bytes line, struct wcab_error *err)
{
    struct wci_bytes command = next_word(&line);

    if (is_word(command, "FILE"))
        return read_file(sheet, line, err);
    if (is_word(command, "TRACK"))
        return read_track(sheet, line, err);
    if (is_word(command, "INDEX"))
        return read_index(sheet, line, err);
    if (is_word(command, "PREGAP"))
        return read_gap(sheet, line, true, err);
    if (is_word(command, "POSTGAP"))
        return read_gap(sheet, line, false, err);
    if (is_word(command, "REM"))
        read_remark(sheet, line);
    return WCAB_OK; /* titles, codes and what else players want to know */
}

/* The next line of the text without its end; moves `text` behind it. */
static struct wci_bytes next_line(struct wci_bytes *text)
{
    struct wci_bytes line = {text->data, 0};

    while (line.length < text->length && line.data[line.length] != '\n' &&
           line.data[line.length] != '\r')
        line.length++;
    text->data += line.length;
    text->length -= line.length;
    if (text->length > 0) {
        text->data++;
        text->length--;
    }
    return line;
}

/* ---- the sheet ---------------------------------------------------------------------------- */

/* A text with a FILE and, behind it, a TRACK line. */
static bool is_sheet(struct wci_bytes text)
{
    bool file = false;

    if (memchr(text.data, '\0', text.length) != NULL)
        return false;
    while (text.length > 0) {
        struct wci_bytes line = next_line(&text);
        struct wci_bytes command = next_word(&line);

        if (is_word(command, "FILE"))
            file = true;
        else if (file && is_word(command, "TRACK"))
            return true;
    }
    return false;
}

/* A track ends where the next one in its file begins. */
static void measure_tracks(struct sheet *sheet)
{
    struct wci_disc *disc = sheet->disc;
    size_t i;

    for (i = 0; i + 1 < disc->count; i++) {
        struct wci_disc_track *track = &disc->tracks[i];

        if (track->source == disc->tracks[i + 1].source && sheet->begins[i + 1] >= track->offset)
            track->count = (sheet->begins[i + 1] - track->offset) / track->stride;
    }
}

static enum wcab_err read_sheet(struct wci_bytes text, struct sheet *sheet, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && text.length > 0)
        code = read_line(sheet, next_line(&text), err);
    if (code == WCAB_OK)
        measure_tracks(sheet);
    return code;
}

static enum wcab_err load_sheet(struct wci_source *source, char *text, struct wci_bytes *bytes,
                                struct wcab_error *err)
{
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, text, SHEET_MAX, &got, err);

    if (code != WCAB_OK)
        return code;
    bytes->data = text;
    bytes->length = got;
    if (got >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* the byte order mark of UTF-8 */
        bytes->data += 3;
        bytes->length -= 3;
    }
    if (wci_source_size(source) > SHEET_MAX || !is_sheet(*bytes))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no CUE sheet: no FILE and TRACK lines");
    return WCAB_OK;
}

enum wcab_err wci_disc_cue_open(struct wci_source *source, const struct wci_siblings *siblings,
                                struct wci_volume **volume, struct wcab_error *err)
{
    struct sheet sheet = {.siblings = siblings, .session = 1};
    struct wci_disc disc = {.nest = NULL};
    struct wci_bytes bytes = {NULL, 0};
    char *text = NULL;
    enum wcab_err code;

    if (wci_source_size(source) > SHEET_MAX)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no CUE sheet: too large");
    text = malloc(SHEET_MAX);
    code = text == NULL ? wci_error_nomem(err) : load_sheet(source, text, &bytes, err);
    if (code == WCAB_OK)
        code = wci_disc_init(&disc, source, "BIN/CUE", "CUE sheet: FILE and TRACK lines", err);
    sheet.disc = &disc;
    if (code == WCAB_OK)
        code = read_sheet(bytes, &sheet, err);
    if (code == WCAB_OK)
        code = wci_disc_finish(&disc, volume, err);
    wci_disc_free(&disc);
    free(text);
    return code;
}
