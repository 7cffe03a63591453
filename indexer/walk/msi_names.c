/*
 * msi_names - see msi_names.h.
 *
 * The string pool has a length and a count of uses for each string, whose bytes stand one after the
 * other in a stream of their own.  A table is stored column by column; columns of text hold a
 * string's number in two bytes, or three when there are many.
 */
#include "indexer/walk/msi_names.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/limits.h"

enum {
    POOL_ENTRY = 4,
    WIDE_REFERENCES = 0x8000,
    TEXTS = 5,       /* columns of text: File, Component_, FileName, Version, Language */
    NUMBERS = 4 + 2, /* FileSize, Attributes; then Sequence, of 2 or 4 bytes */
    NAME_COLUMN = 2
};

struct strings {
    struct wci_bytes *texts; /* owned; by number */
    size_t count;
    unsigned reference; /* bytes of a string's number in a table */
};

/* A string of more than 64 KB has its length's upper half in an entry before it. */
static bool read_strings(const struct wci_msi_tables *tables, struct strings *strings)
{
    struct wci_cursor pool = wci_cursor_of(tables->pool.data, tables->pool.length);
    struct wci_cursor data = wci_cursor_of(tables->data.data, tables->data.length);
    size_t entries = tables->pool.length / POOL_ENTRY, upper = 0, i;

    strings->texts = calloc(entries + 1, sizeof(*strings->texts));
    if (strings->texts == NULL)
        return false;
    wci_cursor_skip(&pool, 2);
    strings->reference = wci_cursor_u16(&pool) & WIDE_REFERENCES ? 3 : 2;
    strings->count = 1; /* number 0 is no string */
    for (i = 1; i < entries; i++) {
        size_t length = wci_cursor_u16(&pool) + upper;
        uint16_t uses = wci_cursor_u16(&pool);

        if (length == 0 && uses != 0) {
            upper = (size_t)uses << 16;
            continue;
        }
        upper = 0;
        strings->texts[strings->count].data = (const char *)wci_cursor_bytes(&data, length);
        strings->texts[strings->count].length = length;
        if (!data.ok)
            return strings->count > 1;
        strings->count++;
    }
    return pool.ok;
}

static struct wci_bytes text_at(const struct strings *strings, const struct wci_bytes *table,
                                size_t at)
{
    struct wci_cursor cursor = wci_cursor_of(table->data, table->length);
    size_t number;

    wci_cursor_seek(&cursor, at);
    number = wci_cursor_u16(&cursor);
    if (strings->reference == 3)
        number |= (size_t)wci_cursor_u8(&cursor) << 16;
    return cursor.ok && number < strings->count ? strings->texts[number]
                                                : (struct wci_bytes){"", 0};
}

/* Whether rows of this many bytes make sense: every one has a key and a name. */
static bool fits(const struct strings *strings, const struct wci_bytes *table, size_t row_size)
{
    size_t count = table->length / row_size, i;

    if (count * row_size != table->length)
        return false;
    for (i = 0; i < count; i++) {
        size_t name = (NAME_COLUMN * count + i) * strings->reference;

        if (text_at(strings, table, i * strings->reference).length == 0 ||
            text_at(strings, table, name).length == 0)
            return false;
    }
    return true;
}

/* "SHORT.EXT|Long name.ext", or one of both. */
static struct wci_bytes long_name(struct wci_bytes name)
{
    const char *bar = name.length > 0 ? memchr(name.data, '|', name.length) : NULL;

    if (bar != NULL) {
        name.length -= (size_t)(bar + 1 - name.data);
        name.data = bar + 1;
    }
    return name;
}

void wci_msi_names_each(const struct wci_msi_tables *tables, void *context,
                        void (*tell)(void *context, struct wci_bytes key, struct wci_bytes name))
{
    struct strings strings = {NULL, 0, 2};
    size_t row_size = 0, count = 0, i;

    if (read_strings(tables, &strings)) {
        row_size = TEXTS * strings.reference + NUMBERS + 2;
        if (!fits(&strings, &tables->files, row_size))
            row_size += 2;
        if (fits(&strings, &tables->files, row_size))
            count = tables->files.length / row_size;
    }
    for (i = 0; i < count; i++) {
        struct wci_bytes key = text_at(&strings, &tables->files, i * strings.reference);
        struct wci_bytes name =
            text_at(&strings, &tables->files, (NAME_COLUMN * count + i) * strings.reference);

        name = long_name(name);
        if (name.length > 0 && name.length <= WCI_LIMIT_NAME)
            tell(context, key, name);
    }
    free(strings.texts);
}
