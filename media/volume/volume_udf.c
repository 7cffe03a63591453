/*
 * volume_udf - see volume_udf.h.
 */
#include "media/volume/volume_udf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/mem.h"
#include "core/text.h"
#include "media/bytes/member_path.h"
#include "media/volume/udf_library.h"

enum {
    SECTOR = 2048,
    FIRST_SECTOR = 16, /* of the descriptors that say what a volume is */
    SECTORS_LOOKED_AT = 32,
    ANCHOR = 256,
    ANCHOR_TAG = 2,
    SMALL_BLOCK = 512,
    LIST_START = 8
};

struct udf {
    struct wci_volume base;
    struct wci_source *view;  /* what the library reads; NULL when it is not asked */
    struct wci_source *found; /* what it hands over */
    uint8_t *list;
    size_t size, records; /* of the list; where its records begin */
    struct wci_bytes label;
};

struct record {
    enum wci_udf_what what;
    uint64_t size, start;
    struct wci_bytes path;
};

/* ---- recognition ---------------------------------------------------------------------------- */

/* Whether a sector says so: BEA01 opens what is not of ISO 9660, NSR02 or NSR03 is UDF's. */
static bool has_name(struct wci_source *source, uint64_t sector, const char *name)
{
    uint8_t bytes[6] = {0};

    return wci_source_read_at(source, sector * SECTOR, bytes, sizeof(bytes), NULL) == WCAB_OK &&
           memcmp(bytes + 1, name, strlen(name)) == 0;
}

/* The sector of BEA01; 0 when there is no UDF volume. */
static uint64_t find_start(struct wci_source *source)
{
    uint64_t sector, start = 0;

    for (sector = FIRST_SECTOR; sector < FIRST_SECTOR + SECTORS_LOOKED_AT; sector++) {
        if (start == 0 && has_name(source, sector, "BEA01"))
            start = sector;
        else if (start != 0 && has_name(source, sector, "NSR0"))
            return start;
    }
    return 0;
}

static bool is_anchor(struct wci_source *source, uint64_t at)
{
    uint8_t bytes[2] = {0};

    return wci_source_read_at(source, at, bytes, sizeof(bytes), NULL) == WCAB_OK &&
           bytes[0] == ANCHOR_TAG && bytes[1] == 0;
}

/* ---- without ISO 9660: BEA01 in place of its descriptors ------------------------------------------------------------------------- */

struct view {
    struct wci_source base;
    struct wci_source *whole; /* borrowed */
    uint64_t start;           /* of BEA01 */
};

static enum wcab_err view_read(struct wci_source *source, uint64_t offset, void *buffer,
                               size_t length, size_t *got, struct wcab_error *err)
{
    const uint64_t first = (uint64_t)FIRST_SECTOR * SECTOR;
    struct view *view = (struct view *)source;
    uint64_t stop = offset < first ? first : (offset / SECTOR + 1) * SECTOR;

    if (offset < view->start && length > stop - offset)
        length = (size_t)(stop - offset);
    *got = length;
    if (offset >= first && offset < view->start)
        offset = view->start + offset % SECTOR;
    return wci_source_read_at(view->whole, offset, buffer, length, err);
}

static void view_close(struct wci_source *source)
{
    free(source);
}

static const struct wci_source_ops view_ops = {view_read, view_close};

enum wcab_err wci_volume_udf_view(struct wci_source *source, struct wci_source **made,
                                  struct wcab_error *err)
{
    uint64_t start = find_start(source);
    struct view *view = start == 0 ? NULL : wci_mem_calloc(1, sizeof(*view));

    if (start == 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no UDF volume");
    if (view == NULL)
        return wci_error_nomem(err);
    view->base.ops = &view_ops;
    view->base.size = wci_source_size(source);
    view->whole = source;
    view->start = start * SECTOR;
    *made = &view->base;
    return WCAB_OK;
}

/* ---- what the library found -------------------------------------------------------------------- */

static enum wcab_err read_list(struct udf *udf, struct wcab_error *err)
{
    uint8_t head[LIST_START] = {0};
    struct wci_cursor cursor = wci_cursor_of(head, sizeof(head));
    uint64_t size;
    enum wcab_err code = wci_source_read_at(udf->found, 0, head, sizeof(head), err);

    if (code != WCAB_OK)
        return code;
    size = wci_cursor_u64(&cursor);
    if (size > WCI_UDF_LIST_MOST)
        return wci_error_set(err, WCAB_ERR_LIMIT, "UDF: list of files of %llu bytes",
                             (unsigned long long)size);
    udf->size = (size_t)size;
    udf->list = malloc(udf->size + 1);
    if (udf->list == NULL)
        return wci_error_nomem(err);
    code = wci_source_read_at(udf->found, 0, udf->list, udf->size, err);
    if (code != WCAB_OK)
        return code;
    cursor = wci_cursor_of(udf->list, udf->size);
    wci_cursor_seek(&cursor, LIST_START);
    udf->label.length = wci_cursor_u16(&cursor);
    udf->label.data = (const char *)wci_cursor_bytes(&cursor, udf->label.length);
    udf->records = cursor.at;
    return cursor.ok ? WCAB_OK
                     : wci_error_set(err, WCAB_ERR_CORRUPT, "UDF: list of files is cut off");
}

/* The record at the cursor; false at the end, or where the list is no list. */
static bool read_record(struct wci_cursor *cursor, struct record *record)
{
    record->what = (enum wci_udf_what)wci_cursor_u8(cursor);
    record->size = wci_cursor_u64(cursor);
    record->start = wci_cursor_u64(cursor);
    record->path.length = wci_cursor_u16(cursor);
    record->path.data = (const char *)wci_cursor_bytes(cursor, record->path.length);
    return cursor->ok;
}

static void tell(const struct wci_visitor *visitor, const struct record *record)
{
    struct wcab_error fault;

    if (record->what == WCI_UDF_TOO_MUCH)
        (void)wci_error_set(
            &fault, WCAB_ERR_LIMIT,
            "UDF: too deep, too many files or too long a name: the rest is left out");
    else
        (void)wci_error_set(&fault, WCAB_ERR_CORRUPT, "UDF: %s can't be read",
                            record->what == WCI_UDF_BAD_FOLDER ? "folder" : "file");
    wci_error_push_place(&fault, record->path.data, record->path.length);
    visitor->fault(visitor->context, &fault);
}

static enum wcab_err visit(const struct record *record, uint64_t locator,
                           const struct wci_visitor *visitor, struct wcab_error *err)
{
    struct wci_entry entry = {.cab_folder = WCI_NONE, .locator = locator};
    struct wci_member_path path;

    wci_member_path_start(&path);
    if ((record->what != WCI_UDF_FILE && record->what != WCI_UDF_EMPTY_FOLDER) ||
        !wci_member_path_add(&path, record->path, "/")) {
        tell(visitor, record);
        return WCAB_OK;
    }
    wci_member_path_end(&path, locator);
    wci_member_path_put(&path, &entry);
    entry.size = record->size;
    if (record->what == WCI_UDF_EMPTY_FOLDER)
        entry.attributes = WCI_ATTRIBUTE_FOLDER;
    return visitor->entry(visitor->context, &entry, err);
}

static enum wcab_err udf_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct udf *udf = (struct udf *)volume;
    struct wci_cursor cursor = wci_cursor_of(udf->list, udf->size);
    enum wcab_err code = WCAB_OK;

    wci_cursor_seek(&cursor, udf->records);
    while (code == WCAB_OK && cursor.at < udf->size) {
        uint64_t locator = cursor.at;
        struct record record;

        if (!read_record(&cursor, &record))
            return wci_error_set(err, WCAB_ERR_CORRUPT, "UDF: list of files is cut off");
        code = visit(&record, locator, visitor, err);
    }
    return code;
}

static bool is_entry(const struct record *record, const struct wci_entry *entry)
{
    struct wci_member_path path;

    wci_member_path_start(&path);
    if (record->what != WCI_UDF_FILE || !wci_member_path_add(&path, record->path, "/"))
        return false;
    wci_member_path_end(&path, entry->locator);
    return wci_member_path_is(&path, record->size, entry);
}

static enum wcab_err udf_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct udf *udf = (struct udf *)volume;
    struct wci_cursor cursor = wci_cursor_of(udf->list, udf->size);
    struct record record = {0};

    if (entry->locator < udf->records || entry->locator >= udf->size)
        return wci_error_set(err, WCAB_ERR_CHANGED, "the UDF volume has another list of files");
    wci_cursor_seek(&cursor, (size_t)entry->locator);
    if (!read_record(&cursor, &record) || !is_entry(&record, entry))
        return wci_error_set(err, WCAB_ERR_CHANGED, "another file is in its place");
    return wci_source_open_window(udf->found, udf->size + record.start, record.size, source, err);
}

static enum wcab_err udf_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    struct udf *udf = (struct udf *)volume;

    container->kind = WCI_CONTAINER_ISO9660; /* a disc, as that is */
    container->format = wci_arena_bytes(arena, wci_bytes_of("UDF"));
    container->label.bytes = wci_arena_bytes(arena, udf->label);
    container->label.encoding = wci_text_is_utf8(udf->label) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
    return container->format.data == NULL || container->label.bytes.data == NULL
               ? wci_error_nomem(err)
               : WCAB_OK;
}

static void udf_close(struct wci_volume *volume)
{
    struct udf *udf = (struct udf *)volume;

    wci_source_close(udf->found);
    wci_source_close(udf->view);
    free(udf->list);
    free(udf);
}

static const struct wci_volume_ops udf_ops = {
    .describe = udf_describe, .walk = udf_walk, .open_entry = udf_open_entry, .close = udf_close};

enum wcab_err wci_volume_udf_open_found_take(struct wci_source *found, struct wci_volume **volume,
                                             struct wcab_error *err)
{
    struct udf *udf = wci_mem_calloc(1, sizeof(*udf));
    enum wcab_err code;

    if (udf == NULL) {
        wci_source_close(found);
        return wci_error_nomem(err);
    }
    udf->base.ops = &udf_ops;
    udf->found = found;
    code = read_list(udf, err);
    if (code != WCAB_OK) {
        udf_close(&udf->base);
        return code;
    }
    *volume = &udf->base;
    return WCAB_OK;
}

enum wcab_err wci_volume_udf_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err)
{
    uint64_t start = find_start(source);
    struct wci_source *view = NULL, *found = NULL;
    enum wcab_err code;

    if (start == 0)
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "no UDF: no BEA01 and NSR02 or NSR03 from byte "
                             "32769 on");
    if (!is_anchor(source, (uint64_t)ANCHOR * SECTOR) &&
        is_anchor(source, (uint64_t)ANCHOR * SMALL_BLOCK))
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "UDF volume in blocks of 512 bytes: copy its files: mount -t udf");
    code = wci_volume_udf_view(source, &view, err);
    if (code == WCAB_OK)
        code = wci_udf_library_open(view, &found, err);
    if (code == WCAB_OK)
        code = wci_volume_udf_open_found_take(found, volume, err);
    if (code != WCAB_OK) {
        wci_source_close(view);
        return code;
    }
    ((struct udf *)*volume)->view = view;
    (*volume)->source = source;
    (void)snprintf((*volume)->reason, sizeof((*volume)->reason), "UDF: BEA01 at byte %llu",
                   (unsigned long long)start * SECTOR + 1);
    return WCAB_OK;
}
