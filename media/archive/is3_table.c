/*
 * is3_table - see is3_table.h.
 */
#include "media/archive/is3_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/limits.h"
#include "core/mem.h"

enum {
    HEADER = 63,
    SPLIT = 3, /* flags: files go over the parts' ends, or parts are whole */
    FOLDER_LEAST = 6,
    FILE_LEAST = 30,
    STORED = 0x10,
    DOS_ATTRIBUTES = 0x07 /* read-only, hidden, system */
};

struct header {
    uint16_t flags, file_count, folder_count;
    uint8_t parts, part;
    uint32_t table; /* of folders; that of the files follows it */
};

static enum wcab_err read_header(struct wci_source *source, struct header *header,
                                 struct wcab_error *err)
{
    uint8_t bytes[HEADER] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (got < 4 || memcmp(bytes, "\x13\x5D\x65\x8C", 4) != 0)
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "no InstallShield 3 archive: no 13 5D 65 8C at byte 0");
    wci_cursor_seek(&cursor, 10);
    header->flags = wci_cursor_u16(&cursor);
    header->file_count = wci_cursor_u16(&cursor);
    wci_cursor_seek(&cursor, 30);
    header->parts = wci_cursor_u8(&cursor);
    header->part = wci_cursor_u8(&cursor);
    wci_cursor_seek(&cursor, 41);
    header->table = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 4);
    header->folder_count = wci_cursor_u16(&cursor);
    if (got < HEADER || header->table < WCI_IS3_DATA || header->table > wci_source_size(source))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, 41,
                                "InstallShield 3 archive: its table of files at byte %lu does not "
                                "lie within its %llu bytes",
                                (unsigned long)header->table,
                                (unsigned long long)wci_source_size(source));
    return WCAB_OK;
}

/* One record of the folders: how many files it has, the record's length, its name. */
static bool take_folder(struct wci_cursor *cursor, struct wci_bytes *name, uint16_t *files)
{
    size_t start = cursor->at;
    uint16_t length, record;

    *files = wci_cursor_u16(cursor);
    record = wci_cursor_u16(cursor);
    length = wci_cursor_u16(cursor);
    *name = (struct wci_bytes){(const char *)wci_cursor_bytes(cursor, length), length};
    if (!cursor->ok || record < FOLDER_LEAST + length)
        return false;
    wci_cursor_seek(cursor, start + record);
    return cursor->ok;
}

static bool take_file(struct wci_cursor *cursor, struct wci_is3_file *file)
{
    size_t start = cursor->at;
    uint16_t record, flags;
    uint32_t time;
    uint8_t length;

    memset(file, 0, sizeof(*file));
    file->last_part = wci_cursor_u8(cursor);
    wci_cursor_skip(cursor, 2);
    file->size = wci_cursor_u32(cursor);
    file->packed = wci_cursor_u32(cursor);
    file->offset = wci_cursor_u32(cursor);
    file->modified = wci_cursor_u16(cursor);
    time = wci_cursor_u16(cursor);
    file->modified = file->modified << 16 | time;
    file->attributes = (uint8_t)(wci_cursor_u32(cursor) & DOS_ATTRIBUTES);
    record = wci_cursor_u16(cursor);
    flags = wci_cursor_u16(cursor);
    wci_cursor_skip(cursor, 1);
    file->first_part = wci_cursor_u8(cursor);
    length = wci_cursor_u8(cursor);
    file->name = (struct wci_bytes){(const char *)wci_cursor_bytes(cursor, length), length};
    file->stored = (flags & STORED) != 0;
    if (!cursor->ok || record < FILE_LEAST + length)
        return false;
    wci_cursor_seek(cursor, start + record);
    return cursor->ok;
}

/* The folders' names, each as often as it has files. */
static bool take_folders(struct wci_cursor *cursor, const struct header *header,
                         struct wci_is3_table *table)
{
    size_t next = 0;
    unsigned i;

    for (i = 0; i < header->folder_count; i++) {
        struct wci_bytes name;
        uint16_t files;

        if (!take_folder(cursor, &name, &files))
            return false;
        for (; files > 0 && next < header->file_count; files--)
            table->files[next++].folder = name;
    }
    return true;
}

static enum wcab_err take_table(const uint8_t *bytes, size_t size, const struct header *header,
                                struct wci_is3_table *table, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, size);
    bool whole;

    table->files = calloc((size_t)header->file_count + 1, sizeof(*table->files));
    if (table->files == NULL)
        return wci_error_nomem(err);
    whole = take_folders(&cursor, header, table);
    while (whole && table->count < header->file_count) {
        struct wci_is3_file file;

        whole = take_file(&cursor, &file);
        file.folder = table->files[table->count].folder;
        if (whole)
            table->files[table->count++] = file;
    }
    if (whole)
        return WCAB_OK;
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, header->table + cursor.at,
                            "InstallShield 3 archive: its table has %zu of %u file%s", table->count,
                            header->file_count, header->file_count == 1 ? "" : "s");
}

enum wcab_err wci_is3_table_read(struct wci_source *source, struct wci_is3_table *table,
                                 struct wcab_error *err)
{
    struct header header;
    uint64_t size;
    enum wcab_err code;

    memset(table, 0, sizeof(*table));
    code = read_header(source, &header, err);
    if (code != WCAB_OK)
        return code;
    size = wci_source_size(source) - header.table;
    if (size > WCI_LIMIT_FOLDER_BYTES)
        size = WCI_LIMIT_FOLDER_BYTES;
    table->bytes = malloc((size_t)size + 1);
    if (table->bytes == NULL)
        return wci_error_nomem(err);
    table->part = header.flags & SPLIT ? header.part : 0;
    table->parts = header.flags & SPLIT ? header.parts : 0;
    table->data_end = header.table;
    code = wci_source_read_at(source, header.table, table->bytes, (size_t)size, err);
    return code == WCAB_OK ? take_table(table->bytes, (size_t)size, &header, table, err) : code;
}

void wci_is3_table_free(struct wci_is3_table *table)
{
    free(table->files);
    free(table->bytes);
    memset(table, 0, sizeof(*table));
}

enum wcab_err wci_is3_table_part(struct wci_source *source, unsigned number, uint32_t *data_end,
                                 struct wcab_error *err)
{
    struct header header;
    enum wcab_err code = read_header(source, &header, err);

    if (code == WCAB_ERR_FORMAT || (code == WCAB_OK && header.part != number))
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "what is called so is not part %u of an InstallShield 3 archive",
                             number);
    *data_end = code == WCAB_OK ? header.table : 0;
    return code;
}

static bool is_same_file(const struct wci_is3_file *a, const struct wci_is3_file *b)
{
    return wci_bytes_equal(a->name, b->name) && wci_bytes_equal(a->folder, b->folder) &&
           a->size == b->size && a->packed == b->packed && a->offset == b->offset &&
           a->modified == b->modified && a->first_part == b->first_part &&
           a->last_part == b->last_part;
}

bool wci_is3_table_is_same(const struct wci_is3_table *a, const struct wci_is3_table *b)
{
    size_t i;

    if (a->count != b->count)
        return false;
    for (i = 0; i < a->count; i++) {
        if (!is_same_file(&a->files[i], &b->files[i]))
            return false;
    }
    return true;
}
