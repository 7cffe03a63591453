/*
 * profile_listing - reads the published listing of a medium; see profile.h and docs/profiles.md.
 */
#include <string.h>

#include "core/dostime.h"
#include "core/error.h"
#include "profiles/profile.h"

enum column {
    COLUMN_DISK,
    COLUMN_PATH,
    COLUMN_CABINET,
    COLUMN_NAME,
    COLUMN_SIZE,
    COLUMN_MODIFIED,
    COLUMN_LONG_NAME,
    COLUMN_STATUS,
    COLUMN_NOTE,
    COLUMN_SOURCE,
    COLUMN_CONTINUES_IN,
    COLUMN_VERSION,
    COLUMN_SHA256,
    COLUMN_COUNT
};

/* The ten columns every listing has; those behind them may be left out. */
enum { COLUMNS_NEEDED = COLUMN_CONTINUES_IN };

static const char header[] =
    "disk\tpath\tcabinet\tname\tsize\tmodified\tlong_name\tstatus\tnote\tsource";

struct place {
    size_t line;
    uint64_t offset;
    struct wcab_error *err;
};

static enum wcab_err fail(const struct place *place, const char *what)
{
    return wci_error_set_at(place->err, WCAB_ERR_CORRUPT, place->offset, "line %zu: %s",
                            place->line, what);
}

/* The line at *at without its LF; moves *at behind it. */
static struct wci_bytes next_line(struct wci_bytes text, size_t *at)
{
    const char *start = text.data + *at;
    const char *end = memchr(start, '\n', text.length - *at);
    struct wci_bytes line = {start, end == NULL ? text.length - *at : (size_t)(end - start)};

    *at += line.length + (end != NULL);
    return line;
}

/* Splits at tabs into at most COLUMN_COUNT columns; the number of columns, or 0 for too many. */
static size_t split(struct wci_bytes line, struct wci_bytes columns[COLUMN_COUNT])
{
    size_t count = 0;

    for (;;) {
        const char *tab = memchr(line.data, '\t', line.length);
        size_t length = tab == NULL ? line.length : (size_t)(tab - line.data);

        if (count == COLUMN_COUNT)
            return 0;
        columns[count].data = line.data;
        columns[count].length = length;
        count++;
        if (tab == NULL)
            return count;
        line.data += length + 1;
        line.length -= length + 1;
    }
}

static bool parse_size(struct wci_bytes text, uint64_t *size)
{
    uint64_t value = 0;
    size_t i;

    if (text.length == 1 && text.data[0] == '-') {
        *size = WCI_ROW_SIZE_UNKNOWN;
        return true;
    }
    if (text.length == 0 || text.length > 18)
        return false;
    for (i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    }
    *size = value;
    return true;
}

static bool parse_modified(struct wci_bytes text, struct wci_profile_row *row)
{
    char date[24];

    if (text.length == 0)
        return true;
    if (text.length >= sizeof(date))
        return false;
    memcpy(date, text.data, text.length);
    date[text.length] = '\0';
    row->modified = wci_dostime_parse(date);
    row->has_time = text.length > sizeof("1995-07-11") - 1;
    return row->modified != 0;
}

static bool parse_status(struct wci_bytes text, enum wci_row_status *status)
{
    static const char *const names[] = {"", "added", "corrected", "doubtful"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (wci_bytes_equal(text, wci_bytes_of(names[i]))) {
            *status = (enum wci_row_status)i;
            return true;
        }
    }
    return false;
}

/* "4.0.0.950"; nothing for an empty text. */
static bool parse_version(struct wci_bytes text, struct wci_profile_row *row)
{
    uint64_t part = 0;
    unsigned parts = 0;
    bool digit = false;
    size_t i;

    if (text.length == 0)
        return true;
    for (i = 0; i <= text.length; i++) {
        if (i < text.length && text.data[i] >= '0' && text.data[i] <= '9') {
            part = part * 10 + (uint64_t)(text.data[i] - '0');
            digit = true;
            if (part > UINT16_MAX)
                return false;
            continue;
        }
        if (!digit || (i < text.length && text.data[i] != '.'))
            return false;
        row->version = row->version << 16 | part;
        part = 0;
        digit = false;
        parts++;
    }
    row->has_version = parts == 4;
    return row->has_version;
}

static int digit_of(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

static bool parse_sha256(struct wci_bytes text, struct wci_profile_row *row)
{
    size_t i;

    if (text.length == 0)
        return true;
    if (text.length != 2 * sizeof(row->sha256))
        return false;
    for (i = 0; i < sizeof(row->sha256); i++) {
        int high = digit_of(text.data[2 * i]), low = digit_of(text.data[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        row->sha256[i] = (uint8_t)(high << 4 | low);
    }
    row->has_sha256 = true;
    return true;
}

static enum wcab_err parse_row(const struct place *place, struct wci_bytes line,
                               struct wci_profile_row *row)
{
    struct wci_bytes columns[COLUMN_COUNT];
    size_t count = split(line, columns);

    memset(row, 0, sizeof(*row));
    if (count < COLUMNS_NEEDED)
        return fail(place, "not 10 to 13 columns");
    if (columns[COLUMN_NAME].length == 0)
        return fail(place, "no name");
    if (!parse_size(columns[COLUMN_SIZE], &row->size))
        return fail(place, "size is a number of bytes or -");
    if (!parse_modified(columns[COLUMN_MODIFIED], row))
        return fail(place, "modified is YYYY-MM-DD HH:MM[:SS], a date, or empty");
    if (!parse_status(columns[COLUMN_STATUS], &row->status))
        return fail(place, "status is empty, added, corrected or doubtful");
    if (count > COLUMN_VERSION && !parse_version(columns[COLUMN_VERSION], row))
        return fail(place, "version is four numbers with dots between, or empty");
    if (count > COLUMN_SHA256 && !parse_sha256(columns[COLUMN_SHA256], row))
        return fail(place, "sha256 is 64 lower-case hexadecimal digits, or empty");
    row->disk = columns[COLUMN_DISK];
    row->path = columns[COLUMN_PATH];
    row->cabinet = columns[COLUMN_CABINET];
    row->name = columns[COLUMN_NAME];
    row->long_name = columns[COLUMN_LONG_NAME];
    row->note = columns[COLUMN_NOTE];
    row->source = columns[COLUMN_SOURCE];
    if (count > COLUMN_CONTINUES_IN)
        row->continues_in = columns[COLUMN_CONTINUES_IN];
    return WCAB_OK;
}

/* Rows name the profile's disks or none; empty ids are never disks. */
static bool knows_disk(const struct wci_profile *profile, struct wci_bytes id)
{
    return id.length == 0 || wci_profile_find_disk(profile, id) != NULL;
}

/* Rows of a cabinet stand together; this bounds what later searches cost. */
static enum wcab_err check_cabinets(const struct wci_profile_row *rows, size_t count,
                                    struct wcab_error *err)
{
    size_t turns = 0, continued = 0, i;

    for (i = 0; i < count; i++) {
        turns += i == 0 || !wci_bytes_equal(rows[i].cabinet, rows[i - 1].cabinet);
        continued += rows[i].continues_in.length > 0;
    }
    if (turns > WCI_PROFILE_CABINETS || continued > WCI_PROFILE_CABINETS)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "a listing turns at most %d times to another cabinet",
                             (int)WCI_PROFILE_CABINETS);
    return WCAB_OK;
}

static size_t count_lines(struct wci_bytes text)
{
    size_t count = 0, at = 0;

    while (at < text.length) {
        next_line(text, &at);
        count++;
    }
    return count;
}

enum wcab_err wci_profile_add_listing(struct wci_profile *profile, struct wci_bytes text,
                                      struct wcab_error *err)
{
    struct place place = {1, 0, err};
    struct wci_profile_row *rows;
    struct wci_bytes line, copy;
    size_t at = 0, count = 0, lines = count_lines(text);

    if (profile->row_count > 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "the profile has a listing already");
    if (text.length > WCI_PROFILE_LISTING_BYTES || lines > WCI_PROFILE_LISTING_ROWS)
        return wci_error_set(err, WCAB_ERR_LIMIT, "a listing has at most %d bytes and %d rows",
                             (int)WCI_PROFILE_LISTING_BYTES, (int)WCI_PROFILE_LISTING_ROWS);
    if (lines < 2)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "the listing has no rows");
    copy = wci_arena_bytes(profile->arena, text);
    rows = wci_arena_calloc(profile->arena, lines - 1, sizeof(*rows));
    if (copy.data == NULL || rows == NULL)
        return wci_error_nomem(err);
    line = next_line(copy, &at);
    if (line.length < sizeof(header) - 1 || memcmp(line.data, header, sizeof(header) - 1) != 0)
        return fail(&place, "not the header of a listing");
    while (at < copy.length) {
        enum wcab_err code;

        place.line++;
        place.offset = at;
        line = next_line(copy, &at);
        code = parse_row(&place, line, &rows[count]);
        if (code != WCAB_OK)
            return code;
        if (!knows_disk(profile, rows[count].disk))
            return fail(&place, "the profile has no such disk");
        count++;
    }
    if (check_cabinets(rows, count, err) != WCAB_OK)
        return WCAB_ERR_LIMIT;
    profile->rows = rows;
    profile->row_count = count;
    return WCAB_OK;
}
