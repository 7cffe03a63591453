/*
 * iso_folder - see iso_folder.h; wci_iso_folder_match is in iso_match.c.
 */
#include "media/volume/iso_folder.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/text.h"

enum { SECTOR = 2048 };

/* A folder while its records are read. */
struct reading {
    struct wci_iso_tree *tree;
    struct wci_iso_folder *folder;
    const struct wci_iso_faults *faults;
    uint64_t offset; /* of the folder in the source */
    uint64_t blocks; /* of the source, for choosing between byte orders */
    bool continues;  /* the last record was a part of a file that goes on */
    struct wci_buffer text;
    struct wci_iso_susp_fields susp;
};

static void tell(const struct wci_iso_faults *faults, struct wci_bytes name, struct wcab_error *err)
{
    if (faults != NULL)
        faults->tell(faults->context, name, err);
}

bool wci_iso_folder_offset(const struct wci_iso_tree *tree, uint64_t block, uint64_t *offset)
{
    int64_t at;

    if (block > UINT32_MAX + (uint64_t)UINT8_MAX)
        return false;
    at = tree->origin + (int64_t)(block * tree->block_size);
    if (at < 0 || (uint64_t)at > wci_source_size(tree->source))
        return false;
    *offset = (uint64_t)at;
    return true;
}

uint64_t wci_iso_folder_blocks(const struct wci_iso_tree *tree)
{
    uint64_t end = wci_source_size(tree->source);

    return (tree->origin < 0 ? end + (uint64_t)-tree->origin : end) / tree->block_size;
}

/* ---- bytes -------------------------------------------------------------------------------- */

/* Reads the folder's bytes; bad sectors become zeroes, which hold no records.  Returns false when
 * the first sector is one of them. */
static bool read_bytes(struct reading *reading, size_t size)
{
    static const struct wci_bytes none = {NULL, 0};
    struct wci_source *source = reading->tree->source;
    uint8_t *bytes = reading->folder->bytes;
    struct wcab_error err;
    bool first_is_good = true;
    size_t at;

    if (wci_source_read_at(source, reading->offset, bytes, size, NULL) == WCAB_OK)
        return true;
    for (at = 0; at < size; at += SECTOR) {
        size_t piece = size - at < SECTOR ? size - at : SECTOR;

        if (wci_source_read_at(source, reading->offset + at, bytes + at, piece, &err) == WCAB_OK)
            continue;
        tell(reading->faults, none, &err);
        memset(bytes + at, 0, piece);
        first_is_good = first_is_good && at > 0;
    }
    return first_is_good;
}

static enum wcab_err make_room(struct wci_iso_folder *folder, size_t size, struct wcab_error *err)
{
    if (folder->arena == NULL && (folder->arena = wci_arena_new()) == NULL)
        return wci_error_nomem(err);
    wci_arena_reset(folder->arena);
    folder->count = 0;
    folder->empty = true;
    if (size > folder->bytes_capacity) {
        free(folder->bytes);
        folder->bytes_capacity = 0;
        folder->bytes = malloc(size);
        if (folder->bytes == NULL)
            return wci_error_nomem(err);
        folder->bytes_capacity = size;
    }
    return WCAB_OK;
}

void wci_iso_folder_free(struct wci_iso_folder *folder)
{
    wci_arena_free(folder->arena);
    free(folder->bytes);
    free(folder->items);
    memset(folder, 0, sizeof(*folder));
}

/* ---- names -------------------------------------------------------------------------------- */

static enum wcab_err keep_text(struct reading *reading, const struct wci_buffer *text,
                               struct wci_bytes *kept, struct wcab_error *err)
{
    struct wci_bytes bytes = wci_buffer_view(text);

    if (!text->ok)
        return wci_error_nomem(err);
    *kept = wci_arena_bytes(reading->folder->arena, bytes);
    return kept->data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err joliet_name(struct reading *reading, const struct wci_iso_record *record,
                                 struct wci_iso_item *item, struct wcab_error *err)
{
    enum wcab_err code;

    wci_buffer_clear(&reading->text);
    wci_text_from_utf16((const uint8_t *)record->name.data, record->name.length / 2, true,
                        &reading->text);
    code = keep_text(reading, &reading->text, &item->name.bytes, err);
    item->name.bytes = wci_iso_record_bare_name(item->name.bytes);
    item->name.encoding = WCI_ENCODING_UTF8;
    return code;
}

static enum wcab_err name_item(struct reading *reading, const struct wci_iso_record *record,
                               struct wci_iso_item *item, struct wcab_error *err)
{
    enum wcab_err code;

    if (reading->tree->variant == WCI_ISO_JOLIET)
        return joliet_name(reading, record, item, err);
    item->name.bytes = wci_iso_record_bare_name(record->name);
    item->name.encoding = wci_text_oem_encoding(item->name.bytes);
    if (reading->susp.name.size == 0 && reading->susp.name.ok)
        return WCAB_OK;
    item->plain = item->name;
    code = keep_text(reading, &reading->susp.name, &item->name.bytes, err);
    if (code == WCAB_OK)
        item->name.encoding =
            wci_text_is_utf8(item->name.bytes) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
    return code;
}

/* ---- records ------------------------------------------------------------------------------ */

/* Notes what keeps a file's bytes from being read. */
static void check_extent(struct reading *reading, const struct wci_iso_record *record,
                         struct wci_iso_item *item)
{
    uint64_t end = wci_source_size(reading->tree->source);
    uint64_t offset;
    struct wcab_error err;

    if (record->flags & WCI_ISO_FOLDER || item->damaged)
        return;
    if (record->interleaved) {
        item->damaged = true;
        wci_error_set_at(&err, WCAB_ERR_UNSUPPORTED, item->locator,
                         "file is interleaved with others, which is not read");
        tell(reading->faults, item->name.bytes, &err);
    } else if (record->size > 0 && (!wci_iso_folder_offset(reading->tree, record->block, &offset) ||
                                    record->size > end - offset)) {
        item->damaged = true;
        wci_error_set_at(&err, WCAB_ERR_CORRUPT, item->locator,
                         "%lu bytes at block %llu do not lie within the image (%llu bytes)",
                         (unsigned long)record->size, (unsigned long long)record->block,
                         (unsigned long long)end);
        tell(reading->faults, item->name.bytes, &err);
    }
}

/* A further part of the file of the last record. */
static void add_extent(struct reading *reading, const struct wci_iso_record *record)
{
    struct wci_iso_item *item = &reading->folder->items[reading->folder->count - 1];

    item->size += record->size;
    check_extent(reading, record, item);
    reading->continues = record->flags & WCI_ISO_MULTI_EXTENT;
}

static enum wcab_err add_item(struct reading *reading, const struct wci_iso_record *record,
                              uint64_t locator, struct wcab_error *err)
{
    struct wci_iso_folder *folder = reading->folder;
    struct wci_iso_item *item;
    enum wcab_err code;

    if (reading->tree->items_left == 0)
        return wci_error_set_at(err, WCAB_ERR_LIMIT, locator, "more than %d files",
                                (int)WCI_LIMIT_ENTRIES);
    if (!wci_mem_grow(&folder->items, folder->count, &folder->capacity, sizeof(*folder->items)))
        return wci_error_nomem(err);
    reading->tree->items_left--;
    item = &folder->items[folder->count];
    memset(item, 0, sizeof(*item));
    item->locator = locator;
    item->block = record->block;
    item->size = record->size;
    item->modified = record->modified;
    item->partner = WCI_NONE;
    item->flags = record->flags & (WCI_ISO_HIDDEN | WCI_ISO_FOLDER);
    code = name_item(reading, record, item, err);
    if (code != WCAB_OK)
        return code;
    if (reading->susp.has_child) { /* the folder was moved; its own "." record has its size */
        item->flags |= WCI_ISO_FOLDER;
        item->block = reading->susp.child;
        item->size = 0;
    } else {
        check_extent(reading, record, item);
    }
    folder->count++;
    reading->continues = record->flags & WCI_ISO_MULTI_EXTENT && !(record->flags & WCI_ISO_FOLDER);
    return WCAB_OK;
}

static enum wcab_err take_record(struct reading *reading, const struct wci_iso_record *record,
                                 uint64_t locator, struct wcab_error *err)
{
    if (wci_iso_record_is_dot(record))
        return WCAB_OK;
    reading->folder->empty = false;
    if (record->flags & WCI_ISO_ASSOCIATED)
        return WCAB_OK;
    if (reading->continues) {
        add_extent(reading, record);
        return WCAB_OK;
    }
    reading->susp.has_child = reading->susp.moved = reading->susp.special = false;
    wci_buffer_clear(&reading->susp.name);
    if (reading->tree->rock_ridge)
        wci_iso_susp_read(&reading->tree->susp, record->susp, &reading->susp);
    if (reading->susp.moved || (reading->susp.special && !reading->susp.has_child))
        return WCAB_OK;
    return add_item(reading, record, locator, err);
}

static enum wcab_err read_records(struct reading *reading, size_t size, struct wcab_error *err)
{
    static const struct wci_bytes none = {NULL, 0};
    const uint8_t *bytes = reading->folder->bytes;
    size_t block = reading->tree->block_size;
    enum wcab_err code = WCAB_OK;
    size_t at = 0;

    while (code == WCAB_OK && at < size) {
        size_t to_block_end = block - at % block; /* what is left of a block is padding */
        struct wci_iso_record record;
        struct wcab_error fault;

        if (bytes[at] == 0) {
            at += to_block_end;
        } else if (wci_iso_record_read(bytes + at, size - at, reading->tree->variant,
                                       reading->blocks, &record)) {
            code = take_record(reading, &record, reading->offset + at, err);
            at += record.length;
        } else {
            wci_error_set_at(&fault, WCAB_ERR_CORRUPT, reading->offset + at,
                             "bad directory record at byte %zu of the folder", at);
            tell(reading->faults, none, &fault);
            reading->folder->empty = false;
            at += to_block_end;
        }
    }
    return code;
}

/* ---- the folder --------------------------------------------------------------------------- */

/* A folder whose size is not known: its first record is itself. */
static enum wcab_err own_size(struct wci_iso_tree *tree, uint64_t offset, uint64_t blocks,
                              uint64_t *size, struct wcab_error *err)
{
    struct wci_iso_record record;
    uint8_t bytes[SECTOR];
    size_t got;
    enum wcab_err code =
        wci_source_read_some(tree->source, offset, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (!wci_iso_record_read(bytes, got, tree->variant, blocks, &record) ||
        !(record.flags & WCI_ISO_FOLDER))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset, "no folder there");
    *size = record.size;
    return WCAB_OK;
}

/* Bounds the folder's size by what is there. */
static enum wcab_err bound_size(struct reading *reading, uint64_t block, uint64_t *size,
                                struct wcab_error *err)
{
    struct wci_iso_tree *tree = reading->tree;
    uint64_t end = wci_source_size(tree->source);
    enum wcab_err code = WCAB_OK;

    if (!wci_iso_folder_offset(tree, block, &reading->offset))
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "folder at block %llu does not lie within the image (%llu bytes)",
                             (unsigned long long)block, (unsigned long long)end);
    reading->blocks = wci_iso_folder_blocks(tree);
    if (*size == 0)
        code = own_size(tree, reading->offset, reading->blocks, size, err);
    if (code != WCAB_OK)
        return code;
    if (*size > WCI_LIMIT_FOLDER_BYTES || *size > tree->bytes_left)
        return wci_error_set_at(err, WCAB_ERR_LIMIT, reading->offset,
                                "folder claims %llu bytes, more than is believed",
                                (unsigned long long)*size);
    if (*size > end - reading->offset) {
        struct wci_bytes none = {NULL, 0};
        struct wcab_error fault;

        wci_error_set_at(&fault, WCAB_ERR_CORRUPT, end,
                         "folder is cut off by the end of the image");
        tell(reading->faults, none, &fault);
        *size = end - reading->offset;
    }
    tree->bytes_left -= *size;
    return WCAB_OK;
}

/* The first record of a folder is the folder itself; anything else is some other data. */
static bool starts_like_folder(const struct reading *reading, size_t size)
{
    struct wci_iso_record record;

    return size > 0 &&
           wci_iso_record_read(reading->folder->bytes, size < SECTOR ? size : SECTOR,
                               reading->tree->variant, reading->blocks, &record) &&
           record.name.length == 1 && record.name.data[0] == 0;
}

enum wcab_err wci_iso_folder_read(struct wci_iso_tree *tree, uint64_t block, uint64_t size,
                                  const struct wci_iso_faults *faults,
                                  struct wci_iso_folder *folder, struct wcab_error *err)
{
    struct reading reading = {.tree = tree, .folder = folder, .faults = faults};
    enum wcab_err code = bound_size(&reading, block, &size, err);

    folder->count = 0;
    if (code != WCAB_OK)
        return code;
    code = make_room(folder, (size_t)size, err);
    if (code != WCAB_OK)
        return code;
    wci_buffer_init(&reading.text);
    wci_buffer_init(&reading.susp.name);
    if (read_bytes(&reading, (size_t)size) && !starts_like_folder(&reading, (size_t)size))
        code = wci_error_set_at(err, WCAB_ERR_CORRUPT, reading.offset,
                                "no folder at block %llu: its first record is not its own",
                                (unsigned long long)block);
    if (code == WCAB_OK)
        code = read_records(&reading, (size_t)size, err);
    wci_buffer_free(&reading.text);
    wci_buffer_free(&reading.susp.name);
    return code;
}
