/*
 * volume_iso - ISO 9660 volumes with Joliet and Rock Ridge names side by side, and High Sierra.
 *
 * Sources: ECMA-119; Joliet specification (Microsoft, 1995); High Sierra working paper (1986).  The
 * primary tree and Joliet's are walked together, folder by folder, so that every file has the
 * longest name the volume gives it and its 8.3 name besides; what only one tree has (because it was
 * hidden in the other, or a folder of the other is damaged) is listed from that one.  Where the
 * format lies: extents behind the end of a cut image, folders that contain themselves, numbers that
 * differ between the two byte orders, moved folders that stand in two places.
 */
#include "media/volume/volume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/text.h"
#include "media/volume/el_torito.h"
#include "media/volume/iso_folder.h"
#include "media/volume/iso_session.h"
#include "media/volume/iso_udf.h"
#include "media/volume/iso_volume.h"
#include "media/volume/volume_udf.h"

#define LOOK_AHEAD_BYTES (16ULL << 20)
#define UDF_SIDE 0 /* offset that stands for it as a volume inside */

/* ---- the walk ----------------------------------------------------------------------------- */

/* Blocks of folders that have been read: a set with open addressing. */
struct block_set {
    uint64_t *slots; /* block + 1; 0 = free */
    size_t size, count;
};

/* The folders of both trees at one depth. */
struct level {
    struct wci_iso_folder folders[WCI_ISO_TREES];
};

struct iso_walk {
    struct wci_iso_volume *iso;
    const struct wci_visitor *visitor;
    struct level *levels[WCI_LIMIT_FOLDER_DEPTH]; /* made when first reached */
    struct block_set visited[WCI_ISO_TREES];
    char path[WCI_LIMIT_PATH];
    size_t path_length;
    unsigned depth; /* of the folder being listed; 0 = root */
};

/* The same folder in both trees; NULL or not present in one of them. */
struct folder_pair {
    const struct wci_iso_item *items[WCI_ISO_TREES];
};

static bool set_insert(struct block_set *set, uint64_t block)
{
    size_t at = (size_t)((block * 0x9E3779B97F4A7C15ULL) >> 32) & (set->size - 1);

    while (set->slots[at] != 0) {
        if (set->slots[at] == block + 1)
            return false;
        at = (at + 1) & (set->size - 1);
    }
    set->slots[at] = block + 1;
    set->count++;
    return true;
}

static enum wcab_err set_grow(struct block_set *set, struct wcab_error *err)
{
    struct block_set larger = {NULL, set->size == 0 ? 64 : set->size * 2, 0};
    size_t i;

    larger.slots = wci_mem_calloc(larger.size, sizeof(*larger.slots));
    if (larger.slots == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < set->size; i++) {
        if (set->slots[i] != 0)
            (void)set_insert(&larger, set->slots[i] - 1);
    }
    free(set->slots);
    *set = larger;
    return WCAB_OK;
}

/* Marks a folder as read.  CORRUPT when it has been read before: a circle. */
static enum wcab_err mark_visited(struct block_set *set, uint64_t block, struct wcab_error *err)
{
    if (set->count * 2 >= set->size) {
        enum wcab_err code = set_grow(set, err);

        if (code != WCAB_OK)
            return code;
    }
    if (!set_insert(set, block))
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "folder at block %llu has been listed before: folders run in a circle",
                             (unsigned long long)block);
    return WCAB_OK;
}

/* Puts the path of `name` in the folder being read in front of err's place. */
static void push_path(const struct iso_walk *walk, struct wci_bytes name, struct wcab_error *err)
{
    char path[sizeof(err->place)];
    size_t room = sizeof(path), length = 0;

    if (walk->path_length > 0 && walk->path_length < room) {
        memcpy(path, walk->path, walk->path_length);
        length = walk->path_length;
        if (name.length > 0 && length + 1 < room)
            path[length++] = '/';
    }
    if (name.length > room - length)
        name.length = room - length;
    if (name.length > 0)
        memcpy(path + length, name.data, name.length);
    length += name.length;
    if (length > 0)
        wci_error_push_place(err, path, length);
}

static void tell_fault(void *context, struct wci_bytes name, struct wcab_error *err)
{
    struct iso_walk *walk = context;

    push_path(walk, name, err);
    walk->visitor->fault(walk->visitor->context, err);
}

static void add_alias(struct wci_entry *entry, struct wci_name alias)
{
    uint8_t i;

    if (alias.bytes.length == 0 || entry->alias_count == WCI_ALIAS_MAX ||
        wci_text_equal_folded(alias.bytes, entry->name.bytes))
        return;
    for (i = 0; i < entry->alias_count; i++) {
        if (wci_text_equal_folded(alias.bytes, entry->alias[i].bytes))
            return;
    }
    entry->alias[entry->alias_count++] = alias;
}

/* The name by which an item is listed: Rock Ridge's, then Joliet's, then ISO's. */
static struct wci_name best_name(const struct folder_pair *pair)
{
    const struct wci_iso_item *primary = pair->items[WCI_ISO_TREE_PRIMARY];
    const struct wci_iso_item *joliet = pair->items[WCI_ISO_TREE_JOLIET];

    if (primary != NULL && (primary->plain.bytes.length > 0 || joliet == NULL))
        return primary->name;
    return joliet->name;
}

static void fill_entry(const struct iso_walk *walk, const struct folder_pair *pair,
                       struct wci_entry *entry)
{
    const struct wci_iso_item *primary = pair->items[WCI_ISO_TREE_PRIMARY];
    const struct wci_iso_item *joliet = pair->items[WCI_ISO_TREE_JOLIET];
    const struct wci_iso_item *main = primary != NULL ? primary : joliet;
    const struct wci_iso_tree *tree =
        &walk->iso->trees[primary != NULL ? WCI_ISO_TREE_PRIMARY : WCI_ISO_TREE_JOLIET];
    int64_t data = walk->iso->origin + (int64_t)(main->block * tree->block_size);

    memset(entry, 0, sizeof(*entry));
    entry->folder.data = walk->path;
    entry->folder.length = walk->path_length;
    entry->name = best_name(pair);
    if (primary != NULL) {
        add_alias(entry, primary->plain);
        add_alias(entry, primary->name);
    }
    if (joliet != NULL)
        add_alias(entry, joliet->name);
    entry->flags = main->damaged ? WCI_ENTRY_DAMAGED : 0;
    entry->attributes = main->flags & WCI_ISO_HIDDEN ? WCI_ATTRIBUTE_HIDDEN : 0;
    entry->modified = main->modified;
    entry->size = main->size;
    entry->cab_folder = WCI_NONE;
    entry->locator = main->locator;
    if (!main->damaged && data > 0)
        entry->data = (uint64_t)data;
}

/* An item of either tree with its partner in the other one. */
static struct folder_pair pair_of(const struct level *level, int tree, size_t index)
{
    const struct wci_iso_item *item = &level->folders[tree].items[index];
    struct folder_pair pair = {{NULL, NULL}};

    pair.items[tree] = item;
    if (item->partner != WCI_NONE)
        pair.items[1 - tree] = &level->folders[1 - tree].items[item->partner];
    return pair;
}

/* Calls `visit` for the files (or folders) of a level: the primary tree's in order, then what only
 * Joliet's has. */
static enum wcab_err visit_items(struct iso_walk *walk, const struct level *level, bool folders,
                                 enum wcab_err (*visit)(struct iso_walk *walk,
                                                        const struct folder_pair *pair,
                                                        struct wcab_error *err),
                                 struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    int tree;
    size_t i;

    for (tree = 0; tree < WCI_ISO_TREES; tree++) {
        const struct wci_iso_folder *folder = &level->folders[tree];

        for (i = 0; code == WCAB_OK && i < folder->count; i++) {
            bool is_folder = folder->items[i].flags & WCI_ISO_FOLDER;

            if (is_folder == folders &&
                (tree == WCI_ISO_TREE_PRIMARY || folder->items[i].partner == WCI_NONE)) {
                struct folder_pair pair = pair_of(level, tree, i);

                code = visit(walk, &pair, err);
            }
        }
    }
    return code;
}

static enum wcab_err visit_file(struct iso_walk *walk, const struct folder_pair *pair,
                                struct wcab_error *err)
{
    struct wci_entry entry;

    fill_entry(walk, pair, &entry);
    return walk->visitor->entry(walk->visitor->context, &entry, err);
}

static enum wcab_err need_level(struct iso_walk *walk, unsigned depth, struct wcab_error *err)
{
    if (walk->levels[depth] == NULL)
        walk->levels[depth] = wci_mem_calloc(1, sizeof(*walk->levels[depth]));
    return walk->levels[depth] == NULL ? wci_error_nomem(err) : WCAB_OK;
}

/* Reads one tree's side of a folder.  A failure costs that side only. */
static enum wcab_err read_side(struct iso_walk *walk, struct level *level, int which,
                               const struct wci_iso_item *item, struct wcab_error *err)
{
    struct wci_iso_faults faults = {walk, tell_fault};
    struct wci_iso_tree *tree = &walk->iso->trees[which];
    struct wci_iso_folder *folder = &level->folders[which];
    struct wci_bytes none = {NULL, 0};
    struct wcab_error fault;
    enum wcab_err code;

    folder->count = 0;
    folder->empty = true;
    if (item == NULL)
        return WCAB_OK;
    code = mark_visited(&walk->visited[which], item->block, &fault);
    if (code == WCAB_OK)
        code = wci_iso_folder_read(tree, item->block, item->size, &faults, folder, &fault);
    if (code == WCAB_OK)
        return code;
    folder->empty = false; /* not known */
    if (code == WCAB_ERR_NOMEM || (code == WCAB_ERR_LIMIT && tree->items_left == 0)) {
        if (err != NULL)
            *err = fault;
        return code;
    }
    tell_fault(walk, none, &fault);
    return WCAB_OK;
}

static bool is_empty(const struct level *level, const struct folder_pair *pair)
{
    return (pair->items[WCI_ISO_TREE_PRIMARY] == NULL ||
            level->folders[WCI_ISO_TREE_PRIMARY].empty) &&
           (pair->items[WCI_ISO_TREE_JOLIET] == NULL || level->folders[WCI_ISO_TREE_JOLIET].empty);
}

/* Appends the folder's name to the path; false when that gets too long. */
static bool enter(struct iso_walk *walk, struct wci_bytes name)
{
    if (walk->path_length + 1 + name.length > sizeof(walk->path))
        return false;
    if (walk->path_length > 0)
        walk->path[walk->path_length++] = '/';
    memcpy(walk->path + walk->path_length, name.data, name.length);
    walk->path_length += name.length;
    return true;
}

static enum wcab_err visit_folder(struct iso_walk *walk, const struct folder_pair *pair,
                                  struct wcab_error *err);

/* Reads a folder in both trees and lists it.  The walk's path is its path already. */
static enum wcab_err list_folder(struct iso_walk *walk, const struct folder_pair *pair, bool *empty,
                                 struct wcab_error *err)
{
    struct wci_iso_volume *iso = walk->iso;
    struct level *level;
    enum wcab_err code = need_level(walk, walk->depth, err);
    int tree;

    if (code != WCAB_OK)
        return code;
    level = walk->levels[walk->depth];
    for (tree = 0; code == WCAB_OK && tree < WCI_ISO_TREES; tree++)
        code = read_side(walk, level, tree, pair->items[tree], err);
    if (code == WCAB_OK)
        code = wci_iso_folder_match(
            &iso->trees[WCI_ISO_TREE_PRIMARY], &level->folders[WCI_ISO_TREE_PRIMARY],
            &iso->trees[WCI_ISO_TREE_JOLIET], &level->folders[WCI_ISO_TREE_JOLIET], err);
    if (code == WCAB_OK)
        code = visit_items(walk, level, false, visit_file, err);
    if (code == WCAB_OK)
        code = visit_items(walk, level, true, visit_folder, err);
    *empty = is_empty(level, pair);
    return code;
}

static enum wcab_err visit_folder(struct iso_walk *walk, const struct folder_pair *pair,
                                  struct wcab_error *err)
{
    struct wci_bytes name = best_name(pair).bytes;
    size_t before = walk->path_length;
    struct wcab_error fault;
    bool empty = false;
    enum wcab_err code;

    if (walk->depth + 1 >= WCI_LIMIT_FOLDER_DEPTH || !enter(walk, name)) {
        wci_error_set(&fault, WCAB_ERR_LIMIT, "folders are nested too deep");
        tell_fault(walk, name, &fault);
        return WCAB_OK;
    }
    walk->depth++;
    code = list_folder(walk, pair, &empty, err);
    walk->depth--;
    walk->path_length = before;
    if (code == WCAB_OK && empty) {
        struct wci_entry entry;

        fill_entry(walk, pair, &entry);
        entry.attributes |= WCI_ATTRIBUTE_FOLDER;
        entry.size = 0;
        code = walk->visitor->entry(walk->visitor->context, &entry, err);
    }
    return code;
}

static enum wcab_err walk_boot_images(struct iso_walk *walk, struct wcab_error *err)
{
    struct wci_iso_volume *iso = walk->iso;
    struct wci_boot_image images[WCI_EL_TORITO_IMAGES];
    struct wcab_error fault;
    size_t count = 0, i;
    enum wcab_err code = wci_el_torito_read(iso->base.source, iso->boot_catalog, iso->origin,
                                            images, &count, &fault);

    if (code != WCAB_OK) {
        walk->visitor->fault(walk->visitor->context, &fault);
        return WCAB_OK;
    }
    for (i = 0; code == WCAB_OK && i < count; i++) {
        char name[80];

        if (i == 0)
            (void)snprintf(name, sizeof(name), "El Torito boot image (%s)", images[i].emulation);
        else
            (void)snprintf(name, sizeof(name), "El Torito boot image %zu (%s)", i + 1,
                           images[i].emulation);
        if (images[i].size > 0) {
            code = walk->visitor->nested(walk->visitor->context, name, images[i].offset,
                                         images[i].size, err);
        } else {
            wci_error_set_at(&fault, WCAB_ERR_CORRUPT, iso->boot_catalog,
                             "%s does not lie within the image", name);
            walk->visitor->fault(walk->visitor->context, &fault);
        }
    }
    return code;
}

static void free_walk(struct iso_walk *walk)
{
    unsigned i;
    int tree;

    for (i = 0; i < WCI_LIMIT_FOLDER_DEPTH && walk->levels[i] != NULL; i++) {
        for (tree = 0; tree < WCI_ISO_TREES; tree++)
            wci_iso_folder_free(&walk->levels[i]->folders[tree]);
        free(walk->levels[i]);
    }
    for (tree = 0; tree < WCI_ISO_TREES; tree++)
        free(walk->visited[tree].slots);
    free(walk);
}

/* A UDF file system may hold what the ISO 9660 side leaves out: it is a volume inside then. */
static enum wcab_err walk_udf(const struct wci_iso_volume *iso, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    uint64_t items, listed = 0;
    int tree;

    if (!wci_iso_udf_count(iso->base.source, &items))
        return WCAB_OK;
    for (tree = 0; tree < WCI_ISO_TREES; tree++) {
        uint64_t of_tree = WCI_LIMIT_ENTRIES - iso->trees[tree].items_left;

        if (iso->trees[tree].present && of_tree > listed)
            listed = of_tree;
    }
    if (items <= listed || visitor->nested == NULL)
        return WCAB_OK;
    return visitor->nested(visitor->context, "UDF", UDF_SIDE, wci_source_size(iso->base.source),
                           err);
}

static enum wcab_err iso_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct wci_iso_volume *iso = (struct wci_iso_volume *)volume;
    struct wci_iso_item roots[WCI_ISO_TREES] = {{0}, {0}};
    struct folder_pair pair = {{NULL, NULL}};
    struct iso_walk *walk = wci_mem_calloc(1, sizeof(*walk));
    bool empty;
    int64_t stated;
    enum wcab_err code;
    int tree;

    if (walk == NULL)
        return wci_error_nomem(err);
    walk->iso = iso;
    walk->visitor = visitor;
    for (tree = 0; tree < WCI_ISO_TREES; tree++) {
        struct wci_iso_tree *root = &iso->trees[tree];

        root->bytes_left = wci_source_size(iso->base.source);
        root->look_bytes_left = LOOK_AHEAD_BYTES;
        root->items_left = WCI_LIMIT_ENTRIES;
        roots[tree].block = root->root_block;
        roots[tree].size = root->root_size;
        pair.items[tree] = root->present ? &roots[tree] : NULL;
    }
    stated = iso->origin + (int64_t)iso->stated;
    wci_volume_tell_cut(volume, stated > 0 ? (uint64_t)stated : 0, visitor);
    code = list_folder(walk, &pair, &empty, err);
    if (code == WCAB_OK)
        code = walk_udf(iso, visitor, err);
    if (code == WCAB_OK && iso->bootable && visitor->nested != NULL)
        code = walk_boot_images(walk, err);
    free_walk(walk);
    return code;
}

/* ---- the volume --------------------------------------------------------------------------- */

static size_t trimmed(const uint8_t *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\0'))
        length--;
    return length;
}

/* The label without padding: Joliet's when it says more than the primary one. */
static enum wcab_err put_label(const struct wci_iso_volume *iso, struct wci_arena *arena,
                               struct wci_name *label, struct wcab_error *err)
{
    const uint8_t *primary = iso->labels[WCI_ISO_TREE_PRIMARY];
    size_t length = trimmed(primary, WCI_ISO_LABEL_BYTES);
    struct wci_bytes bytes = {(const char *)primary, length};
    struct wci_buffer joliet;
    enum wcab_err code = WCAB_OK;

    wci_buffer_init(&joliet);
    if (iso->trees[WCI_ISO_TREE_JOLIET].present)
        wci_text_from_utf16(iso->labels[WCI_ISO_TREE_JOLIET], WCI_ISO_LABEL_BYTES / 2, true,
                            &joliet);
    joliet.size = trimmed(joliet.data, joliet.size);
    if (joliet.size > length)
        bytes = wci_buffer_view(&joliet);
    label->bytes = wci_arena_bytes(arena, bytes);
    label->encoding = wci_text_is_utf8(bytes) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
    if (!joliet.ok || label->bytes.data == NULL)
        code = wci_error_nomem(err);
    wci_buffer_free(&joliet);
    return code;
}

static enum wcab_err iso_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    struct wci_iso_volume *iso = (struct wci_iso_volume *)volume;
    const struct wci_iso_tree *primary = &iso->trees[WCI_ISO_TREE_PRIMARY];
    bool high_sierra = primary->present && primary->variant == WCI_ISO_HIGH_SIERRA;
    char format[64];

    (void)snprintf(format, sizeof(format), "%s%s%s", high_sierra ? "High Sierra" : "ISO 9660",
                   iso->trees[WCI_ISO_TREE_JOLIET].present ? " + Joliet" : "",
                   primary->rock_ridge ? " + Rock Ridge" : "");
    container->kind = WCI_CONTAINER_ISO9660;
    container->created = iso->created;
    container->format = wci_arena_bytes(arena, wci_bytes_of(format));
    if (container->format.data == NULL)
        return wci_error_nomem(err);
    return put_label(iso, arena, &container->label, err);
}

/* No boot image begins where the volume does: that stands for its UDF side. */
static enum wcab_err iso_open_nested(struct wci_volume *volume, uint64_t offset, uint64_t size,
                                     struct wci_source **source, struct wcab_error *err)
{
    return offset == UDF_SIDE ? wci_volume_udf_view(volume->source, source, err)
                              : wci_source_open_window(volume->source, offset, size, source, err);
}

static void iso_close(struct wci_volume *volume)
{
    free(volume);
}

static const struct wci_volume_ops iso_ops = {.describe = iso_describe,
                                              .walk = iso_walk,
                                              .open_entry = wci_iso_open_entry,
                                              .open_nested = iso_open_nested,
                                              .close = iso_close};

static void put_reason(struct wci_iso_volume *iso, uint64_t descriptors)
{
    const struct wci_iso_tree *primary = &iso->trees[WCI_ISO_TREE_PRIMARY];
    bool high_sierra = primary->present && primary->variant == WCI_ISO_HIGH_SIERRA;

    char session[60] = "";

    if (iso->origin < 0)
        (void)snprintf(session, sizeof(session), "; a session that begins at block %lld",
                       (long long)-iso->origin / WCI_ISO_SECTOR);
    (void)snprintf(iso->base.reason, sizeof(iso->base.reason), "%s: %s at byte %llu%s",
                   high_sierra ? "High Sierra" : "ISO 9660", high_sierra ? "CDROM" : "CD001",
                   (unsigned long long)descriptors + (high_sierra ? 9 : 1), session);
}

enum wcab_err wci_volume_iso_open_at(struct wci_source *source, uint64_t descriptors,
                                     int64_t origin, struct wci_volume **volume,
                                     struct wcab_error *err)
{
    struct wci_iso_volume *iso = wci_mem_calloc(1, sizeof(*iso));
    enum wcab_err code;

    if (iso == NULL)
        return wci_error_nomem(err);
    iso->base.ops = &iso_ops;
    iso->base.source = source;
    iso->origin = origin;
    code = wci_iso_read_descriptors(iso, descriptors, err);
    if (code != WCAB_OK) {
        free(iso);
        return code;
    }
    wci_iso_detect_rock_ridge(&iso->trees[WCI_ISO_TREE_PRIMARY]);
    put_reason(iso, descriptors);
    *volume = &iso->base;
    return WCAB_OK;
}

enum wcab_err wci_volume_iso_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err)
{
    const uint64_t descriptors = (uint64_t)WCI_ISO_FIRST_DESCRIPTOR * WCI_ISO_SECTOR;
    enum wcab_err code = wci_volume_iso_open_at(source, descriptors, 0, volume, err);
    struct wci_iso_volume *iso;
    int64_t origin = 0;

    if (code != WCAB_OK)
        return code;
    iso = (struct wci_iso_volume *)*volume;
    if (!wci_iso_session_find(&iso->trees[WCI_ISO_TREE_PRIMARY], &origin))
        return WCAB_OK;
    wci_volume_close(*volume);
    return wci_volume_iso_open_at(source, descriptors, origin, volume, err);
}
