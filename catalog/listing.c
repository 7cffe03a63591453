/*
 * listing - see listing.h.
 */
#include "catalog/listing.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/hash.h"
#include "catalog/reader.h"
#include "core/cursor.h"
#include "core/error.h"
#include "core/limits.h"

enum { HAS_DIGEST = 0x01, HAS_CAB = 0x02 };
/* Of a cabinet: bytes before its names, the names, bytes of a folder. */
enum { CAB_FIXED_BYTES = 29, CAB_NAMES = 4, CAB_FOLDER_BYTES = 8 };

/* ---- packing ------------------------------------------------------------------------------ */

struct packing {
    const struct wci_container *container;
    const uint32_t *spellings;
    uint32_t slots;      /* spellings of a row */
    uint32_t *folder_of; /* of each entry, owned */
    struct wci_buffer folder_text, folder_ends;
    uint32_t folder_count; /* without the top, which is 0 */
    uint64_t lowest[WCI_LISTING_COLUMNS], highest[WCI_LISTING_COLUMNS];
    uint8_t widths[WCI_LISTING_COLUMNS];
    uint32_t stride;
};

static void entry_columns(const struct packing *packing, uint32_t row,
                          uint64_t columns[WCI_LISTING_COLUMNS])
{
    struct wci_entry room;
    const struct wci_entry *entry = wci_container_entry(packing->container, row, &room);
    const uint32_t *names = packing->spellings + (size_t)row * packing->slots;
    size_t i;

    columns[WCI_COLUMN_NAME] = names[0];
    columns[WCI_COLUMN_SIZE] = entry->size;
    columns[WCI_COLUMN_MODIFIED] = entry->modified;
    columns[WCI_COLUMN_LOCATOR] = entry->locator;
    columns[WCI_COLUMN_FOLDER] = packing->folder_of[row];
    columns[WCI_COLUMN_CAB_FOLDER] =
        entry->cab_folder == WCI_NONE ? 0 : (uint64_t)entry->cab_folder + 1;
    columns[WCI_COLUMN_ATTRIBUTES] = entry->attributes;
    columns[WCI_COLUMN_FLAGS] = entry->flags;
    columns[WCI_COLUMN_STORED] = entry->stored;
    for (i = 0; i < WCI_ALIAS_MAX; i++)
        columns[WCI_COLUMN_ALIAS_0 + i] = 1 + i < packing->slots ? names[1 + i] : 0;
}

static bool add_folder(struct packing *packing, struct wci_hash_table *known,
                       struct wci_bytes folder, uint64_t *index)
{
    *index = 0;
    if (folder.length == 0 || wci_hash_table_find(known, folder, 0, index))
        return true;
    *index = ++packing->folder_count;
    wci_buffer_put(&packing->folder_text, folder.data, folder.length);
    wci_buffer_u32(&packing->folder_ends, (uint32_t)packing->folder_text.size);
    return packing->folder_text.ok && packing->folder_ends.ok &&
           packing->folder_text.size <= UINT32_MAX && wci_hash_table_add(known, folder, 0, *index);
}

/* Numbers the folder paths in order of appearance.  Entries come folder by folder, so most of them
 * have the folder of the one before. */
static bool number_folders(struct packing *packing)
{
    const struct wci_container *container = packing->container;
    struct wci_hash_table known;
    struct wci_bytes last = {NULL, 0};
    uint64_t index = 0;
    bool ok = true;
    uint32_t i;

    wci_hash_table_init(&known);
    for (i = 0; ok && i < container->entry_count; i++) {
        struct wci_entry room;
        struct wci_bytes folder = wci_container_entry(container, i, &room)->folder;

        if (!wci_bytes_equal(folder, last)) {
            ok = add_folder(packing, &known, folder, &index);
            last = folder;
        }
        packing->folder_of[i] = (uint32_t)index;
    }
    wci_hash_table_free(&known);
    return ok;
}

static uint8_t width_of(uint64_t value)
{
    uint8_t width = 0;

    for (; value > 0; value >>= 8)
        width++;
    return width;
}

static void measure_columns(struct packing *packing)
{
    uint64_t columns[WCI_LISTING_COLUMNS];
    uint32_t row;
    size_t i;

    for (row = 0; row < packing->container->entry_count; row++) {
        entry_columns(packing, row, columns);
        for (i = 0; i < WCI_LISTING_COLUMNS; i++) {
            if (row == 0 || columns[i] < packing->lowest[i])
                packing->lowest[i] = columns[i];
            if (row == 0 || columns[i] > packing->highest[i])
                packing->highest[i] = columns[i];
        }
    }
    for (i = 0; i < WCI_LISTING_COLUMNS; i++) {
        packing->widths[i] = width_of(packing->highest[i] - packing->lowest[i]);
        packing->stride += packing->widths[i];
    }
}

static void put_cab(const struct wci_cab *cab, struct wci_buffer *out)
{
    uint32_t i;

    wci_buffer_u32(out, cab->size);
    wci_buffer_u16(out, cab->version);
    wci_buffer_u16(out, cab->flags);
    wci_buffer_u16(out, cab->set_id);
    wci_buffer_u16(out, cab->index);
    wci_buffer_u8(out, cab->data_reserve);
    wci_buffer_u64(out, cab->joint_previous);
    wci_buffer_u64(out, cab->joint_next);
    wci_buffer_bytes(out, cab->previous_cabinet);
    wci_buffer_bytes(out, cab->previous_disk);
    wci_buffer_bytes(out, cab->next_cabinet);
    wci_buffer_bytes(out, cab->next_disk);
    wci_buffer_varint(out, cab->folder_count);
    for (i = 0; i < cab->folder_count; i++) {
        wci_buffer_u32(out, cab->folders[i].first_block);
        wci_buffer_u16(out, cab->folders[i].block_count);
        wci_buffer_u16(out, cab->folders[i].type_compress);
    }
}

static void put_head(const struct packing *packing, struct wci_buffer *out)
{
    static const uint8_t no_digest[16] = {0};
    const struct wci_container *container = packing->container;
    bool has_digest = memcmp(container->digest, no_digest, sizeof(no_digest)) != 0;
    size_t i;

    wci_buffer_u8(out, (uint8_t)container->kind);
    wci_buffer_u8(
        out, (uint8_t)((has_digest ? HAS_DIGEST : 0) | (container->cab != NULL ? HAS_CAB : 0)));
    wci_buffer_varint(out, container->entry_count);
    if (has_digest)
        wci_buffer_put(out, container->digest, sizeof(container->digest));
    if (container->cab != NULL) {
        struct wci_buffer cab;

        wci_buffer_init(&cab);
        put_cab(container->cab, &cab);
        wci_buffer_bytes(out, wci_buffer_view(&cab));
        out->ok = out->ok && cab.ok;
        wci_buffer_free(&cab);
    }
    for (i = 0; i < WCI_LISTING_COLUMNS; i++) {
        wci_buffer_u8(out, packing->widths[i]);
        wci_buffer_varint(out, packing->lowest[i]);
    }
    wci_buffer_varint(out, packing->folder_count);
    wci_buffer_varint(out, packing->folder_text.size);
    wci_buffer_put(out, packing->folder_ends.data, packing->folder_ends.size);
    wci_buffer_put(out, packing->folder_text.data, packing->folder_text.size);
}

static void put_rows(const struct packing *packing, struct wci_buffer *out)
{
    uint32_t count = packing->container->entry_count;
    size_t size = (size_t)packing->stride * count;
    uint8_t *place = size == 0 ? NULL : wci_buffer_reserve(out, size);
    uint64_t columns[WCI_LISTING_COLUMNS];
    uint32_t row;
    size_t i, byte;

    if (place == NULL)
        return;
    for (row = 0; row < count; row++) {
        entry_columns(packing, row, columns);
        for (i = 0; i < WCI_LISTING_COLUMNS; i++) {
            uint64_t value = columns[i] - packing->lowest[i];

            for (byte = 0; byte < packing->widths[i]; byte++, value >>= 8)
                *place++ = (uint8_t)value;
        }
    }
    out->size += size;
}

enum wcab_err wci_listing_pack(const struct wci_container *container, const uint32_t *spellings,
                               uint32_t slots, struct wci_buffer *out, struct wcab_error *err)
{
    struct packing packing;
    enum wcab_err code = WCAB_OK;

    memset(&packing, 0, sizeof(packing));
    packing.container = container;
    packing.spellings = spellings;
    packing.slots = slots;
    wci_buffer_init(&packing.folder_text);
    wci_buffer_init(&packing.folder_ends);
    if (container->entry_count > 0) {
        packing.folder_of = wci_mem_calloc(container->entry_count, sizeof(*packing.folder_of));
        if (packing.folder_of == NULL || !number_folders(&packing)) {
            code = wci_error_nomem(err);
            goto out;
        }
    }
    measure_columns(&packing);
    put_head(&packing, out);
    put_rows(&packing, out);
    if (!out->ok)
        code = wci_error_nomem(err);
out:
    free(packing.folder_of);
    wci_buffer_free(&packing.folder_text);
    wci_buffer_free(&packing.folder_ends);
    return code;
}

/* ---- taking apart ------------------------------------------------------------------------- */

static struct wci_bytes take(struct wci_cursor *cursor, uint64_t length)
{
    struct wci_bytes bytes = {NULL, 0};

    if (length > wci_cursor_left(cursor)) {
        cursor->ok = false;
        return bytes;
    }
    bytes.data = (const char *)wci_cursor_bytes(cursor, (size_t)length);
    bytes.length = (size_t)length;
    return bytes;
}

static enum wcab_err corrupt(uint32_t id, size_t offset, struct wcab_error *err)
{
    return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset,
                            "listing %u of the catalog is damaged: its parts don't fit its size",
                            id);
}

static void parse_head(struct wci_cursor *cursor, struct wci_listing *listing)
{
    uint8_t kind = wci_cursor_u8(cursor);
    uint8_t parts = wci_cursor_u8(cursor);
    uint64_t rows = wci_cursor_varint(cursor);
    size_t i;

    cursor->ok = cursor->ok && kind >= WCI_CONTAINER_DIRECTORY && kind <= WCI_CONTAINER_LAST &&
                 (parts & ~(HAS_DIGEST | HAS_CAB)) == 0 && rows <= WCI_LIMIT_ENTRIES;
    listing->kind = (enum wci_container_kind)kind;
    listing->row_count = (uint32_t)rows;
    if ((parts & HAS_DIGEST) != 0) {
        const uint8_t *digest = wci_cursor_bytes(cursor, sizeof(listing->digest));

        listing->has_digest = true;
        if (digest != NULL)
            memcpy(listing->digest, digest, sizeof(listing->digest));
    }
    if ((parts & HAS_CAB) != 0)
        listing->cab = take(cursor, wci_cursor_varint(cursor));
    for (i = 0; i < WCI_LISTING_COLUMNS; i++) {
        listing->widths[i] = wci_cursor_u8(cursor);
        listing->bases[i] = wci_cursor_varint(cursor);
        cursor->ok = cursor->ok && listing->widths[i] <= 8;
        listing->stride += listing->widths[i];
    }
}

enum wcab_err wci_listing_parse(struct wci_bytes packed, uint32_t id, struct wci_listing *listing,
                                struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(packed.data, packed.length);
    struct wci_listing parsed;
    uint64_t folders, text;

    memset(&parsed, 0, sizeof(parsed));
    parsed.id = id;
    parse_head(&cursor, &parsed);
    folders = wci_cursor_varint(&cursor);
    text = wci_cursor_varint(&cursor);
    cursor.ok = cursor.ok && folders <= parsed.row_count;
    parsed.folder_count = (uint32_t)folders;
    parsed.folder_ends = take(&cursor, folders * 4);
    parsed.folders = take(&cursor, text);
    parsed.rows = take(&cursor, (uint64_t)parsed.stride * parsed.row_count);
    if (!cursor.ok || wci_cursor_left(&cursor) != 0)
        return corrupt(id, cursor.at, err);
    *listing = parsed;
    return WCAB_OK;
}

void wci_listing_columns(const struct wci_listing *listing, uint32_t row,
                         uint64_t columns[WCI_LISTING_COLUMNS])
{
    /* wci_listing_parse has held the size of `rows` against count and stride. */
    const uint8_t *at = (const uint8_t *)listing->rows.data;
    size_t i, byte;

    if (listing->stride > 0)
        at += (size_t)row * listing->stride;
    for (i = 0; i < WCI_LISTING_COLUMNS; i++) {
        uint64_t value = 0;

        for (byte = 0; byte < listing->widths[i]; byte++)
            value |= (uint64_t)*at++ << (8 * byte);
        columns[i] = listing->bases[i] + value;
    }
}

/* A folder path by its index; false when the listing does not have it. */
static bool get_folder(const struct wci_listing *listing, uint64_t index, struct wci_bytes *folder)
{
    struct wci_cursor ends = wci_cursor_of(listing->folder_ends.data, listing->folder_ends.length);
    uint32_t start = 0, end;

    if (index == 0) {
        folder->data = NULL;
        folder->length = 0;
        return true;
    }
    if (index > listing->folder_count)
        return false;
    if (index > 1) {
        wci_cursor_seek(&ends, ((size_t)index - 2) * 4);
        start = wci_cursor_u32(&ends);
    }
    end = wci_cursor_u32(&ends);
    if (!ends.ok || start > end || end > listing->folders.length)
        return false;
    folder->data = listing->folders.data + start;
    folder->length = end - start;
    return true;
}

static enum wcab_err fill_names(const struct wci_listing *listing,
                                const uint64_t columns[WCI_LISTING_COLUMNS],
                                struct wci_entry *entry, struct wcab_error *err)
{
    enum wcab_err code =
        wci_reader_spelling(listing->reader, columns[WCI_COLUMN_NAME], &entry->name, err);
    size_t i;

    entry->alias_count = 0;
    for (i = 0; code == WCAB_OK && i < WCI_ALIAS_MAX; i++) {
        if (columns[WCI_COLUMN_ALIAS_0 + i] != 0)
            code = wci_reader_spelling(listing->reader, columns[WCI_COLUMN_ALIAS_0 + i],
                                       &entry->alias[entry->alias_count++], err);
    }
    return code;
}

enum wcab_err wci_listing_row(const struct wci_listing *listing, uint32_t row,
                              struct wci_entry *entry, struct wcab_error *err)
{
    uint64_t columns[WCI_LISTING_COLUMNS];
    struct wci_entry filled;
    enum wcab_err code;

    if (row >= listing->row_count)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "listing %u of the catalog has no row %u",
                             listing->id, row);
    memset(&filled, 0, sizeof(filled));
    wci_listing_columns(listing, row, columns);
    code = fill_names(listing, columns, &filled, err);
    if (code != WCAB_OK)
        return code;
    if (!get_folder(listing, columns[WCI_COLUMN_FOLDER], &filled.folder) ||
        columns[WCI_COLUMN_MODIFIED] > UINT32_MAX || columns[WCI_COLUMN_CAB_FOLDER] > UINT32_MAX ||
        columns[WCI_COLUMN_ATTRIBUTES] > UINT8_MAX || columns[WCI_COLUMN_FLAGS] > UINT16_MAX ||
        columns[WCI_COLUMN_STORED] > filled.alias_count)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "row %u of listing %u of the catalog is damaged", row, listing->id);
    filled.size = columns[WCI_COLUMN_SIZE];
    filled.modified = (uint32_t)columns[WCI_COLUMN_MODIFIED];
    filled.locator = columns[WCI_COLUMN_LOCATOR];
    /* 0 (none) wraps to WCI_NONE. */
    filled.cab_folder = (uint32_t)columns[WCI_COLUMN_CAB_FOLDER] - 1U;
    filled.attributes = (uint8_t)columns[WCI_COLUMN_ATTRIBUTES];
    filled.flags = (uint16_t)columns[WCI_COLUMN_FLAGS];
    filled.stored = (uint8_t)columns[WCI_COLUMN_STORED];
    *entry = filled;
    return WCAB_OK;
}

static struct wci_bytes copy_bytes(struct wci_cursor *cursor, struct wci_arena *arena,
                                   bool *no_memory)
{
    struct wci_bytes bytes = take(cursor, wci_cursor_varint(cursor));
    struct wci_bytes copy = {NULL, 0};

    if (!cursor->ok)
        return copy;
    copy = wci_arena_bytes(arena, bytes);
    *no_memory = *no_memory || copy.data == NULL;
    return copy;
}

static void parse_cab_folders(struct wci_cursor *cursor, struct wci_arena *arena,
                              struct wci_cab *cab, bool *no_memory)
{
    uint64_t count = wci_cursor_varint(cursor);
    uint32_t i;

    if (!cursor->ok || count > wci_cursor_left(cursor) / 8) {
        cursor->ok = false;
        return;
    }
    cab->folders = wci_arena_calloc(arena, (size_t)count, sizeof(*cab->folders));
    if (cab->folders == NULL) {
        *no_memory = true;
        return;
    }
    cab->folder_count = (uint32_t)count;
    for (i = 0; i < cab->folder_count; i++) {
        cab->folders[i].first_block = wci_cursor_u32(cursor);
        cab->folders[i].block_count = wci_cursor_u16(cursor);
        cab->folders[i].type_compress = wci_cursor_u16(cursor);
    }
}

enum wcab_err wci_listing_cab(const struct wci_listing *listing, struct wci_arena *arena,
                              struct wci_cab **cab, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(listing->cab.data, listing->cab.length);
    struct wci_cab *filled;
    bool no_memory = false;

    if (listing->cab.data == NULL)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "listing %u is of no cabinet", listing->id);
    filled = wci_arena_calloc(arena, 1, sizeof(*filled));
    if (filled == NULL)
        return wci_error_nomem(err);
    filled->size = wci_cursor_u32(&cursor);
    filled->version = wci_cursor_u16(&cursor);
    filled->flags = wci_cursor_u16(&cursor);
    filled->set_id = wci_cursor_u16(&cursor);
    filled->index = wci_cursor_u16(&cursor);
    filled->data_reserve = wci_cursor_u8(&cursor);
    filled->joint_previous = wci_cursor_u64(&cursor);
    filled->joint_next = wci_cursor_u64(&cursor);
    filled->previous_cabinet = copy_bytes(&cursor, arena, &no_memory);
    filled->previous_disk = copy_bytes(&cursor, arena, &no_memory);
    filled->next_cabinet = copy_bytes(&cursor, arena, &no_memory);
    filled->next_disk = copy_bytes(&cursor, arena, &no_memory);
    parse_cab_folders(&cursor, arena, filled, &no_memory);
    if (no_memory)
        return wci_error_nomem(err);
    if (!cursor.ok || wci_cursor_left(&cursor) != 0)
        return corrupt(listing->id, cursor.at, err);
    *cab = filled;
    return WCAB_OK;
}

enum wcab_err wci_listing_method(const struct wci_listing *listing, uint32_t folder,
                                 uint16_t *type_compress, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(listing->cab.data, listing->cab.length);
    uint64_t count;
    int i;

    wci_cursor_skip(&cursor, CAB_FIXED_BYTES);
    for (i = 0; i < CAB_NAMES; i++)
        (void)take(&cursor, wci_cursor_varint(&cursor));
    count = wci_cursor_varint(&cursor);
    if (cursor.ok && folder >= count)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "the cabinet has no folder %u", folder);
    wci_cursor_skip(&cursor, (size_t)folder * CAB_FOLDER_BYTES + 6);
    *type_compress = wci_cursor_u16(&cursor);
    return cursor.ok ? WCAB_OK : corrupt(listing->id, cursor.at, err);
}

enum wcab_err wci_listing_joints(const struct wci_listing *listing, uint64_t *previous,
                                 uint64_t *next, struct wcab_error *err)
{
    struct wci_arena *arena;
    struct wci_cab *cab;
    enum wcab_err code;

    *previous = *next = 0;
    if (listing->cab.data == NULL)
        return WCAB_OK;
    arena = wci_arena_new();
    if (arena == NULL)
        return wci_error_nomem(err);
    code = wci_listing_cab(listing, arena, &cab, err);
    if (code == WCAB_OK) {
        *previous = cab->joint_previous;
        *next = cab->joint_next;
    }
    wci_arena_free(arena);
    return code;
}
