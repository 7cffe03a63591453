/*
 * zip_directory - see zip_directory.h.
 */
#include "media/archive/zip_directory.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/cursor.h"
#include "core/limits.h"
#include "media/archive/zip_scan.h"

enum {
    END_SIZE = 22,
    COMMENT_MOST = 65535,
    LOCATOR_SIZE = 20,
    END64_SIZE = 56,
    CENTRAL_SIZE = 46,
    LOCAL_SIZE = 30,
    EXTRA_ZIP64 = 0x0001,
    EXTRA_PATH = 0x7075
};

/* What the record at the archive's end says. */
struct end {
    uint64_t at; /* of the record, or of ZIP64's */
    uint64_t count, size, offset;
    uint32_t disk;
};

/* ---- the end ------------------------------------------------------------------------------- */

/* Finds the last record of an end whose comment fits into what is behind it. */
static bool find_end(const uint8_t *bytes, size_t size, size_t *found)
{
    size_t at;

    for (at = size; at-- > 0;) {
        if (bytes[at] == 'P' && size - at >= END_SIZE && memcmp(bytes + at, "PK\5\6", 4) == 0 &&
            (bytes[at + 20] | (size_t)bytes[at + 21] << 8) <= size - at - END_SIZE) {
            *found = at;
            return true;
        }
    }
    return false;
}

/* ZIP64 keeps what is too large for the record in one of its own, which a third one points to. */
static void read_end64(struct wci_source *source, struct end *end)
{
    uint8_t bytes[END64_SIZE] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));
    uint64_t at;

    if (end->at < LOCATOR_SIZE ||
        wci_source_read_at(source, end->at - LOCATOR_SIZE, bytes, LOCATOR_SIZE, NULL) != WCAB_OK ||
        memcmp(bytes, "PK\6\7", 4) != 0)
        return;
    wci_cursor_seek(&cursor, 8);
    at = wci_cursor_u64(&cursor);
    if (wci_source_read_at(source, at, bytes, END64_SIZE, NULL) != WCAB_OK ||
        memcmp(bytes, "PK\6\6", 4) != 0)
        return;
    wci_cursor_seek(&cursor, 16);
    end->disk = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, 32);
    end->count = wci_cursor_u64(&cursor);
    end->size = wci_cursor_u64(&cursor);
    end->offset = wci_cursor_u64(&cursor);
    end->at = at;
}

/* NOTFOUND: there is no such record. */
static enum wcab_err read_end(struct wci_source *source, struct end *end, struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    size_t length = size < END_SIZE + COMMENT_MOST ? (size_t)size : END_SIZE + COMMENT_MOST;
    size_t at = 0;
    uint8_t *bytes = malloc(length + 1);
    struct wci_cursor cursor;
    enum wcab_err code;

    if (bytes == NULL)
        return wci_error_nomem(err);
    code = wci_source_read_at(source, size - length, bytes, length, err);
    if (code == WCAB_OK && !find_end(bytes, length, &at))
        code =
            wci_error_set_at(err, WCAB_ERR_NOTFOUND, size, "ZIP: cut off, no directory at its end");
    if (code == WCAB_OK) {
        cursor = wci_cursor_of(bytes + at, length - at);
        wci_cursor_skip(&cursor, 4);
        end->disk = wci_cursor_u16(&cursor);
        wci_cursor_skip(&cursor, 4);
        end->count = wci_cursor_u16(&cursor);
        end->size = wci_cursor_u32(&cursor);
        end->offset = wci_cursor_u32(&cursor);
        end->at = size - length + at;
        read_end64(source, end);
        if (end->disk != 0 && end->disk != 0xFFFF)
            code = wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                                 "the last of %lu parts of a ZIP archive cut into several files: "
                                 "join them with `zip -s 0`",
                                 (unsigned long)end->disk + 1);
    }
    free(bytes);
    return code;
}

/* ---- members ------------------------------------------------------------------------------- */

enum wcab_err wci_zip_scan_add(struct wci_zip_directory *directory,
                               const struct wci_zip_member *member, struct wcab_error *err)
{
    struct wci_bytes name;

    if (directory->count >= WCI_LIMIT_ENTRIES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d members", (int)WCI_LIMIT_ENTRIES);
    if (!wci_mem_grow(&directory->members, directory->count, &directory->capacity,
                      sizeof(*directory->members)))
        return wci_error_nomem(err);
    name = wci_arena_bytes(directory->names, member->name);
    if (name.data == NULL)
        return wci_error_nomem(err);
    directory->members[directory->count] = *member;
    directory->members[directory->count++].name = name;
    return WCAB_OK;
}

/* The fields that local and central headers share, from the flags to the unpacked size. */
void wci_zip_scan_fields(struct wci_cursor *cursor, struct wci_zip_member *member)
{
    uint32_t time;

    member->flags = wci_cursor_u16(cursor);
    member->method = wci_cursor_u16(cursor);
    time = wci_cursor_u16(cursor);
    member->modified = (uint32_t)wci_cursor_u16(cursor) << 16 | time;
    member->crc = wci_cursor_u32(cursor);
    member->packed = wci_cursor_u32(cursor);
    member->size = wci_cursor_u32(cursor);
}

/* What is 0xFFFFFFFF in the header stands in ZIP64's field, in this order. */
static void take_wide_sizes(struct wci_cursor *field, struct wci_zip_member *member)
{
    if (member->size == UINT32_MAX)
        member->size = wci_cursor_u64(field);
    if (member->packed == UINT32_MAX)
        member->packed = wci_cursor_u64(field);
    if (member->header == UINT32_MAX)
        member->header = wci_cursor_u64(field);
}

/* A path in UTF-8 for the one in the header, if it still is for that one. */
static void take_path(struct wci_cursor *field, struct wci_zip_member *member)
{
    uint8_t version = wci_cursor_u8(field);
    uint32_t crc = wci_cursor_u32(field);
    size_t length = wci_cursor_left(field);
    const uint8_t *path = wci_cursor_bytes(field, length);

    if (path != NULL && version == 1 && length > 0 &&
        crc == crc32_z(0, (const uint8_t *)member->name.data, member->name.length))
        member->name = (struct wci_bytes){(const char *)path, length};
}

void wci_zip_scan_extra(struct wci_cursor *cursor, size_t length, struct wci_zip_member *member)
{
    const uint8_t *bytes = wci_cursor_bytes(cursor, length);
    struct wci_cursor fields = wci_cursor_of(bytes, bytes == NULL ? 0 : length);

    while (wci_cursor_left(&fields) >= 4) {
        uint16_t id = wci_cursor_u16(&fields), size = wci_cursor_u16(&fields);
        const uint8_t *data = wci_cursor_bytes(&fields, size);
        struct wci_cursor field = wci_cursor_of(data, data == NULL ? 0 : size);

        if (data == NULL)
            return; /* padding, or damage that costs nothing */
        if (id == EXTRA_ZIP64)
            take_wide_sizes(&field, member);
        else if (id == EXTRA_PATH)
            take_path(&field, member);
    }
}

/* ---- the directory ------------------------------------------------------------------------- */

/* Reads one central header; false when there is no whole one. */
static bool take_central(struct wci_cursor *cursor, struct wci_zip_member *member)
{
    size_t name, extra, comment;

    memset(member, 0, sizeof(*member));
    if (wci_cursor_left(cursor) < CENTRAL_SIZE || wci_cursor_u32(cursor) != 0x02014B50)
        return false;
    wci_cursor_skip(cursor, 1);
    member->system = wci_cursor_u8(cursor);
    wci_cursor_skip(cursor, 2);
    wci_zip_scan_fields(cursor, member);
    name = wci_cursor_u16(cursor);
    extra = wci_cursor_u16(cursor);
    comment = wci_cursor_u16(cursor);
    wci_cursor_skip(cursor, 4);
    member->attributes = wci_cursor_u32(cursor);
    member->header = wci_cursor_u32(cursor);
    member->name = (struct wci_bytes){(const char *)wci_cursor_bytes(cursor, name), name};
    wci_zip_scan_extra(cursor, extra, member);
    wci_cursor_skip(cursor, comment);
    return cursor->ok;
}

/* Adds the members of the directory at `bytes`; what lies in front of the archive moves all. */
static enum wcab_err take_directory(const uint8_t *bytes, const struct end *end, uint64_t shift,
                                    struct wci_zip_directory *directory, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, (size_t)end->size);
    struct wci_zip_member member;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && take_central(&cursor, &member)) {
        if (__builtin_add_overflow(member.header, shift, &member.header))
            break;
        code = wci_zip_scan_add(directory, &member, err);
    }
    if (code == WCAB_OK &&
        (directory->count != end->count && (directory->count & 0xFFFF) != end->count))
        code = wci_error_set_at(&directory->fault, WCAB_ERR_CORRUPT, end->at,
                                "ZIP: its directory has %zu of %llu member%s", directory->count,
                                (unsigned long long)end->count, end->count == 1 ? "" : "s");
    return code;
}

static enum wcab_err read_directory(struct wci_source *source, const struct end *end,
                                    struct wci_zip_directory *directory, struct wcab_error *err)
{
    uint8_t *bytes;
    enum wcab_err code;

    if (end->size > end->at || end->size > WCI_LIMIT_FOLDER_BYTES)
        return wci_error_set_at(&directory->fault, WCAB_ERR_CORRUPT, end->at,
                                "ZIP: a directory of %llu bytes does not lie before its end",
                                (unsigned long long)end->size);
    bytes = malloc((size_t)end->size + 1);
    if (bytes == NULL)
        return wci_error_nomem(err);
    code = wci_source_read_at(source, end->at - end->size, bytes, (size_t)end->size, err);
    if (code == WCAB_OK) {
        uint64_t place = end->at - end->size;

        code = take_directory(bytes, end, place >= end->offset ? place - end->offset : 0, directory,
                              err);
    }
    free(bytes);
    return code;
}

static int by_place(const void *a, const void *b)
{
    const struct wci_zip_member *one = a, *other = b;

    return one->header < other->header ? -1 : one->header > other->header;
}

/* The members' own headers tell what the directory does not; its fault stays told. */
static enum wcab_err read_members(struct wci_source *source, const struct wci_budget *budget,
                                  struct wci_zip_directory *directory, struct wcab_error *err)
{
    struct wci_zip_directory found = {.names = directory->names};
    enum wcab_err code = wci_zip_scan(source, budget, &found, err);

    if (code == WCAB_OK && found.count >= directory->count) {
        free(directory->members);
        directory->members = found.members;
        directory->count = found.count;
        directory->capacity = found.capacity;
        return WCAB_OK;
    }
    free(found.members);
    return code;
}

enum wcab_err wci_zip_directory_read(struct wci_source *source, const struct wci_budget *budget,
                                     struct wci_zip_directory *directory, struct wcab_error *err)
{
    struct end end = {.at = 0};
    enum wcab_err code;

    memset(directory, 0, sizeof(*directory));
    directory->names = wci_arena_new();
    if (directory->names == NULL)
        return wci_error_nomem(err);
    code = read_end(source, &end, err);
    if (code == WCAB_OK)
        code = read_directory(source, &end, directory, err);
    else if (code == WCAB_ERR_NOTFOUND)
        code = wci_error_set_at(&directory->fault, WCAB_ERR_CORRUPT, wci_source_size(source),
                                "ZIP: cut off, no directory at its end");
    if (directory->fault.code != WCAB_OK && (code == WCAB_OK || code == WCAB_ERR_CORRUPT))
        code = read_members(source, budget, directory, err);
    if (code == WCAB_OK && directory->count > 0)
        qsort(directory->members, directory->count, sizeof(*directory->members), by_place);
    return code;
}

void wci_zip_directory_free(struct wci_zip_directory *directory)
{
    free(directory->members);
    wci_arena_free(directory->names);
    memset(directory, 0, sizeof(*directory));
}

enum wcab_err wci_zip_directory_data(struct wci_source *source, const struct wci_zip_member *member,
                                     uint64_t *data, struct wcab_error *err)
{
    uint8_t bytes[LOCAL_SIZE];
    uint64_t size = wci_source_size(source), lengths;
    enum wcab_err code = WCAB_ERR_CORRUPT;

    if (member->header < size && size - member->header >= LOCAL_SIZE)
        code = wci_source_read_at(source, member->header, bytes, sizeof(bytes), err);
    if (code != WCAB_OK && code != WCAB_ERR_CORRUPT)
        return code;
    if (code != WCAB_OK || memcmp(bytes, "PK\3\4", 4) != 0)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, member->header,
                                "ZIP: no header of the member where the directory says");
    lengths = (bytes[26] | (uint64_t)bytes[27] << 8) + (bytes[28] | (uint64_t)bytes[29] << 8);
    *data = member->header + LOCAL_SIZE + lengths;
    if (*data > size || member->packed > size - *data)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, size,
                                "cut off: %llu of %llu packed bytes are there",
                                (unsigned long long)(*data > size ? 0 : size - *data),
                                (unsigned long long)member->packed);
    return WCAB_OK;
}
