/*
 * volume_fat - FAT12, FAT16 and FAT32 volumes: floppies, disks, and images of them.
 *
 * What they hold; where it lies is in fat_geometry and fat_table, what it is called in fat_name.
 * Where the format lies: 55 AA and the BIOS parameter block may be missing; the label entry may
 * stand anywhere in the root folder, and differs from the boot sector's; chains of clusters run in
 * circles, into each other, or out of the volume; folders may contain themselves.
 */
#include "media/volume/volume.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/limits.h"
#include "core/text.h"
#include "media/volume/fat_check.h"
#include "media/volume/fat_geometry.h"
#include "media/volume/fat_name.h"
#include "media/volume/fat_table.h"

enum {
    ENTRY = WCI_FAT_ENTRY,
    ENTRY_DELETED = 0xE5,
    ATTRIBUTES_AT = 11,
    FOLDER_BYTES_MAX = 65536 * WCI_FAT_ENTRY /* fatgen103: at most 65,536 entries */
};

struct fat_volume {
    struct wci_volume base;
    struct wci_fat_geometry geometry;
    struct wci_fat_table *table;
};

/* What the fixed part of a short entry says. */
struct short_entry {
    uint64_t offset; /* of the entry on the volume */
    uint8_t attributes;
    uint32_t modified, cluster, size;
};

/* A file or subfolder, while its folder is listed. */
struct item {
    struct short_entry entry;
    struct wci_name name, alias; /* alias: 8.3 when the name is long; else empty */
};

/* A folder being listed, one for each depth. */
struct level {
    struct wci_arena *arena; /* of the names */
    struct wci_fat_chain chain;
    uint8_t *bytes;
    size_t size; /* of bytes */
    struct item *items;
    size_t count, capacity;
    bool empty; /* nothing but "." and ".." */
};

struct fat_walk {
    struct fat_volume *fat;
    const struct wci_visitor *visitor;
    struct level *levels[WCI_LIMIT_FOLDER_DEPTH]; /* made when first reached */
    struct wci_fat_marks files, folders;
    char path[WCI_LIMIT_PATH];
    size_t path_length;
    unsigned depth;
    uint32_t entries; /* so far, on the whole volume */
};

/* ---- entries ------------------------------------------------------------------------------ */

static void read_short_entry(const struct wci_fat_geometry *g, const uint8_t *bytes,
                             uint64_t offset, struct short_entry *entry)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, ENTRY);
    uint16_t high, time, date, low;

    entry->offset = offset;
    entry->attributes = bytes[ATTRIBUTES_AT] & 0x3F;
    wci_cursor_seek(&cursor, 20);
    high = wci_cursor_u16(&cursor);
    time = wci_cursor_u16(&cursor);
    date = wci_cursor_u16(&cursor);
    low = wci_cursor_u16(&cursor);
    entry->modified = (uint32_t)date << 16 | time;
    entry->cluster = g->bits == 32 ? (uint32_t)high << 16 | low : low;
    entry->size = wci_cursor_u32(&cursor);
}

/* ---- faults ------------------------------------------------------------------------------- */

static void tell_fault(const struct fat_walk *walk, struct wci_bytes name, struct wcab_error *err)
{
    char path[sizeof(err->place)];
    size_t length = walk->path_length < sizeof(path) ? walk->path_length : 0;

    memcpy(path, walk->path, length);
    if (length > 0 && name.length > 0 && length + 1 < sizeof(path))
        path[length++] = '/';
    if (name.length > sizeof(path) - length)
        name.length = sizeof(path) - length;
    if (name.length > 0)
        memcpy(path + length, name.data, name.length);
    length += name.length;
    if (length > 0)
        wci_error_push_place(err, path, length);
    walk->visitor->fault(walk->visitor->context, err);
}

static void tell_folder_fault(const struct fat_walk *walk, struct wcab_error *err)
{
    struct wci_bytes none = {NULL, 0};

    tell_fault(walk, none, err);
}

/* ---- the bytes of a folder ---------------------------------------------------------------- */

/* Finds where a folder lies.  cluster 0: the root folder of FAT12 and FAT16. */
static enum wcab_err find_folder(struct fat_volume *fat, uint32_t cluster,
                                 struct wci_fat_marks *marks, struct wci_fat_chain *chain,
                                 struct wcab_error *err)
{
    const struct wci_fat_geometry *g = &fat->geometry;

    if (cluster != 0)
        return wci_fat_table_follow(fat->table,
                                    &(struct wci_fat_wish){.first = cluster,
                                                           .size = WCI_FAT_WHOLE_CHAIN,
                                                           .limit = FOLDER_BYTES_MAX,
                                                           .marks = marks},
                                    chain, err);
    if (!wci_mem_grow(&chain->extents, 0, &chain->capacity, sizeof(*chain->extents)))
        return wci_error_nomem(err);
    chain->size = (uint64_t)g->root_entries * ENTRY;
    chain->extents[0] = (struct wci_extent){g->root_offset, chain->size};
    chain->count = 1;
    return WCAB_OK;
}

/* Reads one run of a folder, sector by sector when it can't be read at once: what can't becomes
 * deleted entries.  Returns the first error. */
static enum wcab_err read_run(struct fat_volume *fat, const struct wci_extent *run, uint8_t *bytes,
                              struct wcab_error *err)
{
    struct wci_source *source = fat->base.source;
    size_t sector = fat->geometry.sector_size, at;
    enum wcab_err first = wci_source_read_at(source, run->offset, bytes, (size_t)run->size, err);

    if (first == WCAB_OK)
        return first;
    for (at = 0; at < run->size; at += sector) {
        size_t piece = run->size - at < sector ? (size_t)(run->size - at) : sector;

        if (wci_source_read_at(source, run->offset + at, bytes + at, piece, NULL) != WCAB_OK)
            memset(bytes + at, ENTRY_DELETED, piece);
    }
    return first;
}

/* Reads the folder that level->chain tells of; level->bytes is owned by the level.  Returns the
 * first error, NOMEM before any other; level->size is set unless NOMEM. */
static enum wcab_err read_folder(struct fat_volume *fat, struct level *level,
                                 struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t at = 0, i;

    free(level->bytes);
    level->size = 0;
    level->bytes = malloc((size_t)level->chain.size + 1); /* <= FOLDER_BYTES_MAX and a cluster */
    if (level->bytes == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < level->chain.count; i++) {
        enum wcab_err one = read_run(fat, &level->chain.extents[i], level->bytes + at,
                                     code == WCAB_OK ? err : NULL);

        code = code == WCAB_OK ? one : code;
        at += (size_t)level->chain.extents[i].size;
    }
    level->size = at;
    return code;
}

/* Where on the volume a byte of the folder lies. */
static uint64_t offset_of(const struct level *level, size_t at)
{
    size_t i;

    for (i = 0; i + 1 < level->chain.count && at >= level->chain.extents[i].size; i++)
        at -= (size_t)level->chain.extents[i].size;
    return level->chain.extents[i].offset + at;
}

/* ---- listing ------------------------------------------------------------------------------ */

static enum wcab_err keep_name(struct level *level, struct wci_bytes bytes, struct wci_name *name,
                               struct wcab_error *err)
{
    name->bytes = wci_arena_bytes(level->arena, bytes);
    name->encoding = wci_text_oem_encoding(bytes);
    return name->bytes.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

/* Adds a live short entry, with its long name when it has one. */
static enum wcab_err add_item(struct fat_walk *walk, struct level *level, size_t at,
                              const struct wci_buffer *long_name, struct wcab_error *err)
{
    const uint8_t *bytes = level->bytes + at;
    char name[WCI_FAT_SHORT_NAME];
    struct wci_bytes short_bytes = {name, wci_fat_name_short(bytes, name)};
    struct item *item;
    enum wcab_err code;

    if (short_bytes.length == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return WCAB_OK;
    level->empty = false;
    if (++walk->entries > WCI_LIMIT_ENTRIES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d files", (int)WCI_LIMIT_ENTRIES);
    if (!wci_mem_grow(&level->items, level->count, &level->capacity, sizeof(*level->items)))
        return wci_error_nomem(err);
    item = &level->items[level->count];
    memset(item, 0, sizeof(*item));
    read_short_entry(&walk->fat->geometry, bytes, offset_of(level, at), &item->entry);
    code = keep_name(level, short_bytes, &item->name, err);
    if (code == WCAB_OK && long_name->size > 0) {
        struct wci_bytes long_bytes = wci_buffer_view(long_name);

        item->alias = item->name;
        code = keep_name(level, long_bytes, &item->name, err);
        item->name.encoding = WCI_ENCODING_UTF8;
    }
    if (code == WCAB_OK)
        level->count++;
    return code;
}

static enum wcab_err read_items(struct fat_walk *walk, struct level *level, struct wcab_error *err)
{
    struct wci_fat_long_name parts = {.parts = 0};
    struct wci_buffer text;
    enum wcab_err code = WCAB_OK;
    size_t at;

    wci_buffer_init(&text);
    for (at = 0; code == WCAB_OK && at + ENTRY <= level->size && level->bytes[at] != 0;
         at += ENTRY) {
        const uint8_t *entry = level->bytes + at;

        if (entry[0] == ENTRY_DELETED) {
            parts.parts = 0;
        } else if (wci_fat_name_is_part(entry)) {
            wci_fat_name_add_part(&parts, entry);
        } else {
            wci_buffer_clear(&text);
            if (!wci_fat_name_take(&parts, entry, &text))
                text.size = 0;
            if (!text.ok)
                code = wci_error_nomem(err);
            else if (!(entry[ATTRIBUTES_AT] & WCI_ATTRIBUTE_LABEL))
                code = add_item(walk, level, at, &text, err);
        }
    }
    wci_buffer_free(&text);
    return code;
}

static void fill_entry(const struct fat_walk *walk, const struct item *item,
                       struct wci_entry *entry)
{
    memset(entry, 0, sizeof(*entry));
    entry->folder.data = walk->path;
    entry->folder.length = walk->path_length;
    entry->name = item->name;
    if (item->alias.bytes.length > 0 && !wci_text_equal_folded(item->alias.bytes, item->name.bytes))
        entry->alias[entry->alias_count++] = item->alias;
    entry->attributes = item->entry.attributes;
    entry->modified = item->entry.modified;
    entry->size = item->entry.size;
    entry->cab_folder = WCI_NONE;
    entry->locator = item->entry.offset;
    if (item->entry.cluster >= 2)
        entry->data = wci_fat_geometry_cluster(&walk->fat->geometry, item->entry.cluster);
}

/* Follows a file's chain so that a damaged one is known without reading it. */
static enum wcab_err visit_file(struct fat_walk *walk, const struct item *item,
                                struct wcab_error *err)
{
    struct wci_fat_chain chain = {NULL, 0, 0, 0};
    struct wci_entry entry;
    struct wcab_error fault;
    const struct wci_fat_wish wish = {.first = item->entry.cluster,
                                      .size = item->entry.size,
                                      .marks = &walk->files,
                                      .others = &walk->folders};
    enum wcab_err code = wci_fat_table_follow(walk->fat->table, &wish, &chain, &fault);

    wci_fat_chain_free(&chain);
    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(err);
    fill_entry(walk, item, &entry);
    if (code != WCAB_OK) {
        entry.flags = WCI_ENTRY_DAMAGED;
        tell_fault(walk, item->name.bytes, &fault);
    }
    return walk->visitor->entry(walk->visitor->context, &entry, err);
}

static enum wcab_err list_folder(struct fat_walk *walk, uint32_t cluster, bool *empty,
                                 struct wcab_error *err);

static enum wcab_err visit_folder(struct fat_walk *walk, const struct item *item,
                                  struct wcab_error *err)
{
    size_t before = walk->path_length, length = item->name.bytes.length;
    struct wcab_error fault;
    struct wci_entry entry;
    bool empty = false;
    enum wcab_err code;

    if (walk->depth + 1 >= WCI_LIMIT_FOLDER_DEPTH || before + 1 + length > sizeof(walk->path)) {
        wci_error_set_at(&fault, WCAB_ERR_LIMIT, item->entry.offset, "folders are nested too deep");
        tell_fault(walk, item->name.bytes, &fault);
        return WCAB_OK;
    }
    if (item->entry.cluster == 0) {
        wci_error_set_at(&fault, WCAB_ERR_CORRUPT, item->entry.offset, "folder without clusters");
        tell_fault(walk, item->name.bytes, &fault);
        return WCAB_OK;
    }
    if (before > 0)
        walk->path[walk->path_length++] = '/';
    memcpy(walk->path + walk->path_length, item->name.bytes.data, length);
    walk->path_length += length;
    walk->depth++;
    code = list_folder(walk, item->entry.cluster, &empty, err);
    walk->depth--;
    walk->path_length = before;
    if (code != WCAB_OK || !empty)
        return code;
    fill_entry(walk, item, &entry);
    entry.size = 0;
    return walk->visitor->entry(walk->visitor->context, &entry, err);
}

/* Files first, then subfolders, each in the folder's order. */
static enum wcab_err visit_items(struct fat_walk *walk, const struct level *level,
                                 struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < level->count; i++) {
        if (!(level->items[i].entry.attributes & WCI_ATTRIBUTE_FOLDER))
            code = visit_file(walk, &level->items[i], err);
    }
    for (i = 0; code == WCAB_OK && i < level->count; i++) {
        if (level->items[i].entry.attributes & WCI_ATTRIBUTE_FOLDER)
            code = visit_folder(walk, &level->items[i], err);
    }
    return code;
}

static enum wcab_err need_level(struct fat_walk *walk, struct level **level, struct wcab_error *err)
{
    struct level **slot = &walk->levels[walk->depth];

    if (*slot == NULL)
        *slot = wci_mem_calloc(1, sizeof(**slot));
    if (*slot != NULL && (*slot)->arena == NULL)
        (*slot)->arena = wci_arena_new();
    if (*slot == NULL || (*slot)->arena == NULL)
        return wci_error_nomem(err);
    wci_arena_reset((*slot)->arena);
    wci_fat_chain_free(&(*slot)->chain);
    (*slot)->count = 0;
    (*slot)->empty = true;
    *level = *slot;
    return WCAB_OK;
}

/* Whether what was read is a folder; if not, its bytes are left out. */
static bool is_folder(struct level *level, uint32_t cluster, const struct wci_fat_geometry *g)
{
    if (cluster == 0 || cluster == g->root_cluster || level->size < (size_t)2 * ENTRY ||
        wci_fat_check_folder_start(level->bytes))
        return true;
    level->size = 0;
    return false;
}

/* Lists a folder; a bad chain or sector costs what lies there. */
static enum wcab_err list_folder(struct fat_walk *walk, uint32_t cluster, bool *empty,
                                 struct wcab_error *err)
{
    struct level *level = NULL;
    struct wcab_error fault;
    enum wcab_err code = need_level(walk, &level, err);

    if (code != WCAB_OK)
        return code;
    code = find_folder(walk->fat, cluster, &walk->folders, &level->chain, &fault);
    if (code != WCAB_OK && code != WCAB_ERR_NOMEM) {
        tell_folder_fault(walk, &fault);
        level->empty = false; /* not known */
        code = WCAB_OK;
    }
    if (code == WCAB_OK)
        code = read_folder(walk->fat, level, &fault);
    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(err);
    if (code == WCAB_OK && !is_folder(level, cluster, &walk->fat->geometry))
        code = wci_error_set_at(&fault, WCAB_ERR_CORRUPT,
                                wci_fat_geometry_cluster(&walk->fat->geometry, cluster),
                                "no folder at cluster %lu: what is there does not begin with \".\" "
                                "and \"..\"",
                                (unsigned long)cluster);
    if (code != WCAB_OK) {
        tell_folder_fault(walk, &fault);
        level->empty = false;
    }
    code = read_items(walk, level, err);
    if (code == WCAB_OK)
        code = visit_items(walk, level, err);
    *empty = level->empty;
    return code;
}

static void free_level(struct level *level)
{
    wci_arena_free(level->arena);
    wci_fat_chain_free(&level->chain);
    free(level->bytes);
    free(level->items);
    free(level);
}

static void free_walk(struct fat_walk *walk)
{
    unsigned i;

    for (i = 0; i < WCI_LIMIT_FOLDER_DEPTH && walk->levels[i] != NULL; i++)
        free_level(walk->levels[i]);
    wci_fat_marks_free(&walk->files);
    wci_fat_marks_free(&walk->folders);
    free(walk);
}

static enum wcab_err fat_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct fat_volume *fat = (struct fat_volume *)volume;
    struct fat_walk *walk = wci_mem_calloc(1, sizeof(*walk));
    struct wcab_error fault;
    bool empty;
    enum wcab_err code;

    if (walk == NULL)
        return wci_error_nomem(err);
    walk->fat = fat;
    walk->visitor = visitor;
    if (fat->geometry.table_is_damaged) {
        wci_error_set_at(&fault, WCAB_ERR_CORRUPT, fat->geometry.fat_offset,
                         "no copy of the allocation table begins as it must");
        visitor->fault(visitor->context, &fault);
    }
    wci_volume_tell_cut(volume, fat->geometry.size, visitor);
    code = wci_fat_marks_init(&walk->files, fat->table, err);
    if (code == WCAB_OK)
        code = wci_fat_marks_init(&walk->folders, fat->table, err);
    if (code == WCAB_OK)
        code = list_folder(walk, fat->geometry.root_cluster, &empty, err);
    free_walk(walk);
    return code;
}

/* ---- opening a file ----------------------------------------------------------------------- */

/* Reads the short entry that the locator names and holds it against what was listed. */
static enum wcab_err find_again(struct fat_volume *fat, const struct wci_entry *entry,
                                struct short_entry *found, struct wcab_error *err)
{
    uint8_t bytes[ENTRY];
    char name[WCI_FAT_SHORT_NAME];
    struct wci_bytes short_bytes = {name, 0};
    bool any_size = entry->flags & (WCI_ENTRY_PACKED | WCI_ENTRY_SIZE_UNKNOWN);
    enum wcab_err code =
        wci_source_read_at(fat->base.source, entry->locator, bytes, sizeof(bytes), err);

    if (code != WCAB_OK)
        return code;
    short_bytes.length = wci_fat_name_short(bytes, name);
    read_short_entry(&fat->geometry, bytes, entry->locator, found);
    if (bytes[0] == ENTRY_DELETED || found->attributes & WCI_ATTRIBUTE_FOLDER ||
        found->attributes & WCI_ATTRIBUTE_LABEL || !wci_entry_is_called(entry, short_bytes) ||
        (!any_size && found->size != entry->size))
        return wci_error_set_at(err, WCAB_ERR_CHANGED, entry->locator,
                                "another file is there than the one that was listed");
    return WCAB_OK;
}

/* The file's chain; `chain` must be empty and is the caller's to free, whatever comes of it. */
static enum wcab_err follow_entry(struct fat_volume *fat, const struct wci_entry *entry,
                                  struct wci_fat_chain *chain, struct wcab_error *err)
{
    struct wci_fat_marks marks = {NULL}; /* a circle must not pass for data */
    struct short_entry found;
    enum wcab_err code;

    if (entry->attributes & WCI_ATTRIBUTE_FOLDER)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "is a folder");
    code = find_again(fat, entry, &found, err);
    if (code == WCAB_OK)
        code = wci_fat_marks_init(&marks, fat->table, err);
    if (code == WCAB_OK)
        code = wci_fat_table_follow(
            fat->table,
            &(struct wci_fat_wish){.first = found.cluster, .size = found.size, .marks = &marks},
            chain, err);
    wci_fat_marks_free(&marks);
    return code;
}

static enum wcab_err fat_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct fat_volume *fat = (struct fat_volume *)volume;
    struct wci_fat_chain chain = {NULL, 0, 0, 0};
    enum wcab_err code = follow_entry(fat, entry, &chain, err);

    if (code == WCAB_ERR_CORRUPT && volume->salvage && chain.count > 0)
        code = WCAB_OK;
    if (code == WCAB_OK)
        code = wci_source_open_extents(fat->base.source, chain.extents, chain.count, source, err);
    wci_fat_chain_free(&chain);
    return code;
}

/* Adds the clusters of a run of the image's bytes, which lies within the data. */
static void add_clusters(const struct wci_fat_geometry *g, uint64_t offset, uint64_t size,
                         struct wci_cluster_list *list)
{
    uint32_t first = (uint32_t)((offset - g->data_offset) / g->cluster_size) + 2;
    uint32_t last = (uint32_t)((offset + size - 1 - g->data_offset) / g->cluster_size) + 2;

    list->more = list->more || list->count == WCI_CLUSTER_RUNS;
    if (!list->more)
        list->runs[list->count++] = (struct wci_cluster_run){first, last};
}

static enum wcab_err fat_clusters(struct wci_volume *volume, const struct wci_entry *entry,
                                  struct wci_cluster_list *list, struct wcab_error *err)
{
    struct fat_volume *fat = (struct fat_volume *)volume;
    struct wci_fat_chain chain = {NULL, 0, 0, 0};
    enum wcab_err code = follow_entry(fat, entry, &chain, err);
    uint64_t at = 0, end = list->offset + list->size;
    size_t i;

    for (i = 0; code == WCAB_OK && i < chain.count; i++) {
        uint64_t from = at > list->offset ? at : list->offset;
        uint64_t to = at + chain.extents[i].size < end ? at + chain.extents[i].size : end;

        if (from < to)
            add_clusters(&fat->geometry, chain.extents[i].offset + from - at, to - from, list);
        at += chain.extents[i].size;
    }
    wci_fat_chain_free(&chain);
    return code;
}

/* ---- the volume --------------------------------------------------------------------------- */

static size_t trimmed(const char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0'))
        length--;
    return length;
}

/* The label entry of the root folder, which is the true one.  `level` has the folder's bytes. */
static bool find_label(const struct fat_volume *fat, const struct level *level,
                       struct short_entry *entry, struct wci_bytes *label)
{
    size_t at;

    for (at = 0; at + ENTRY <= level->size && level->bytes[at] != 0; at += ENTRY) {
        const uint8_t *bytes = level->bytes + at;

        if (bytes[0] == ENTRY_DELETED || wci_fat_name_is_part(bytes) ||
            !(bytes[ATTRIBUTES_AT] & WCI_ATTRIBUTE_LABEL))
            continue;
        read_short_entry(&fat->geometry, bytes, at, entry);
        label->data = (const char *)bytes;
        label->length = trimmed(label->data, WCI_FAT_LABEL);
        return label->length > 0;
    }
    return false;
}

/* DOS goes by the root folder alone; the boot sector's label stands in where that can't be read. */
static enum wcab_err put_label(struct fat_volume *fat, struct wci_arena *arena,
                               struct wci_container *container, struct wcab_error *err)
{
    struct level root = {.arena = NULL};
    struct wci_bytes label = {NULL, 0};
    struct short_entry entry = {.modified = 0};
    enum wcab_err code;

    /* what can't be read is told by the walk */
    code = find_folder(fat, fat->geometry.root_cluster, NULL, &root.chain, NULL);
    if (code != WCAB_ERR_NOMEM)
        code = read_folder(fat, &root, NULL);
    if (code != WCAB_ERR_NOMEM) {
        label.data = fat->geometry.label;
        if (code != WCAB_OK && memcmp(label.data, "NO NAME    ", WCI_FAT_LABEL) != 0)
            label.length = trimmed(label.data, WCI_FAT_LABEL);
        if (find_label(fat, &root, &entry, &label))
            container->created = entry.modified;
        container->label.bytes = wci_arena_bytes(arena, label);
        container->label.encoding = wci_text_oem_encoding(label);
        code = container->label.bytes.data == NULL ? WCAB_ERR_NOMEM : WCAB_OK;
    }
    wci_fat_chain_free(&root.chain);
    free(root.bytes);
    return code == WCAB_ERR_NOMEM ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err fat_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    struct fat_volume *fat = (struct fat_volume *)volume;
    char format[64];

    wci_fat_geometry_format(&fat->geometry, format, sizeof(format));
    container->kind = WCI_CONTAINER_FAT;
    container->serial = fat->geometry.serial;
    container->format = wci_arena_bytes(arena, wci_bytes_of(format));
    if (container->format.data == NULL)
        return wci_error_nomem(err);
    return put_label(fat, arena, container, err);
}

static void fat_close(struct wci_volume *volume)
{
    struct fat_volume *fat = (struct fat_volume *)volume;

    wci_fat_table_free(fat->table);
    free(fat);
}

static const struct wci_volume_ops fat_ops = {.describe = fat_describe,
                                              .walk = fat_walk,
                                              .open_entry = fat_open_entry,
                                              .close = fat_close,
                                              .clusters = fat_clusters};

enum wcab_err wci_volume_fat_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err)
{
    struct fat_volume *fat = wci_mem_calloc(1, sizeof(*fat));
    enum wcab_err code;

    if (fat == NULL)
        return wci_error_nomem(err);
    fat->base.ops = &fat_ops;
    fat->base.source = source;
    code = wci_fat_geometry_find(source, &fat->geometry, err);
    if (code == WCAB_OK)
        code = wci_fat_table_new(source, &fat->geometry, &fat->table, err);
    if (code != WCAB_OK) {
        fat_close(&fat->base);
        return code;
    }
    wci_fat_geometry_reason(&fat->geometry, fat->base.reason, sizeof(fat->base.reason));
    *volume = &fat->base;
    return WCAB_OK;
}
