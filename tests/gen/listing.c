/* listing.c: see listing.h. */
#include "listing.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 16 };

enum column {
    DISK,
    PATH,
    CABINET,
    NAME,
    SIZE,
    MODIFIED,
    STATUS,
    CONTINUES_IN,
    NOTE,
    VERSION,
    SHA256,
    COLUMN_COUNT
};

static const char *const column_names[COLUMN_COUNT] = {
    "disk",   "path",         "cabinet", "name",    "size",  "modified",
    "status", "continues_in", "note",    "version", "sha256"};

/* Cuts the line into its fields, in place. */
static size_t split_line(char *line, char *fields[COLUMNS_MAX])
{
    size_t count = 0;
    while (count < COLUMNS_MAX) {
        fields[count++] = line;
        line = strchr(line, '\t');
        if (!line)
            break;
        *line++ = 0;
    }
    return count;
}

static void add_row(struct wcgen_listing *listing, char *line, const size_t place[COLUMN_COUNT])
{
    char *fields[COLUMNS_MAX];
    size_t count = split_line(line, fields);
    const char *value[COLUMN_COUNT];
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        value[i] = place[i] < count ? fields[place[i]] : "";
    if (strcmp(value[STATUS], "doubtful") == 0)
        return;
    listing->rows = wcgen_util_grow(listing->rows, listing->count + 1, sizeof *listing->rows);
    listing->rows[listing->count++] = (struct wcgen_row){
        .disk = value[DISK],
        .path = value[PATH],
        .cabinet = value[CABINET],
        .name = value[NAME],
        .modified = value[MODIFIED],
        .continues_in = value[CONTINUES_IN],
        .note = value[NOTE],
        .version = value[VERSION],
        .sha256 = value[SHA256],
        .size = strcmp(value[SIZE], "-") == 0 ? -1 : strtoll(value[SIZE], NULL, 10)};
}

void wcgen_listing_read(struct wcgen_listing *listing, const char *path)
{
    struct wcgen_buffer content = wcgen_file_read(path);
    wcgen_buffer_append_u8(&content, 0);
    *listing = (struct wcgen_listing){.text = (char *)content.bytes};
    size_t place[COLUMN_COUNT];
    bool is_header = true;
    for (char *line = listing->text, *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = 0;
        if (!is_header) {
            add_row(listing, line, place);
            continue;
        }
        char *fields[COLUMNS_MAX];
        size_t count = split_line(line, fields);
        for (size_t i = 0; i < COLUMN_COUNT; i++) {
            place[i] = SIZE_MAX;
            for (size_t f = 0; f < count; f++)
                if (strcmp(fields[f], column_names[i]) == 0)
                    place[i] = f;
        }
        if (place[NAME] == SIZE_MAX || place[SIZE] == SIZE_MAX)
            wcgen_util_fail("%s has no columns name and size", path);
        is_header = false;
    }
}

void wcgen_listing_free(struct wcgen_listing *listing)
{
    free(listing->text);
    free(listing->rows);
    *listing = (struct wcgen_listing){0};
}
