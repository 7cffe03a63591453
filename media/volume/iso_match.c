/*
 * iso_match - which item of the primary tree is which of Joliet's; see iso_folder.h.
 *
 * Both trees name the same extents, so a file is known by where it lies.  Folders have extents of
 * their own in each tree: equal names make a pair, else the first file in them does.  What is left
 * is paired in order, which both trees keep by name.
 */
#include "media/volume/iso_folder.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

enum {
    GROUP_PRODUCT = 65536,    /* name comparisons spent on one group of equal keys */
    FOLDERS_LOOKED_INTO = 64, /* for the first file in them, on each side */
    LOOK_DEPTH = 4
};

/* An item's place in the order by which the two sides are merged. */
struct key {
    uint64_t block, size; /* 0, 0 for folders, and block 0 for empty files */
    uint32_t index;
    bool is_folder, paired;
};

/* Keys at one place, or all, of a folder. */
struct group {
    struct wci_iso_tree *tree;
    struct wci_iso_folder *folder;
    struct key *keys;
    size_t count;
};

static int by_place(const void *a, const void *b)
{
    const struct key *x = a;
    const struct key *y = b;

    if (x->is_folder != y->is_folder)
        return x->is_folder ? 1 : -1;
    if (x->block != y->block)
        return x->block < y->block ? -1 : 1;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static bool same_place(const struct key *a, const struct key *b)
{
    return a->is_folder == b->is_folder && a->block == b->block && a->size == b->size;
}

static struct key *make_keys(const struct wci_iso_folder *folder)
{
    struct key *keys = wci_mem_calloc(folder->count, sizeof(*keys));
    size_t i;

    if (keys == NULL)
        return NULL;
    for (i = 0; i < folder->count; i++) {
        const struct wci_iso_item *item = &folder->items[i];

        keys[i].index = (uint32_t)i;
        keys[i].is_folder = item->flags & WCI_ISO_FOLDER;
        keys[i].size = keys[i].is_folder ? 0 : item->size;
        keys[i].block = keys[i].size == 0 ? 0 : item->block;
    }
    qsort(keys, folder->count, sizeof(*keys), by_place);
    return keys;
}

static void pair(const struct group *x, struct key *a, const struct group *y, struct key *b)
{
    x->folder->items[a->index].partner = b->index;
    y->folder->items[b->index].partner = a->index;
    a->paired = b->paired = true;
}

static bool same_name(const struct wci_iso_item *a, const struct wci_iso_item *b)
{
    return wci_text_equal_folded(a->name.bytes, b->name.bytes) ||
           (a->plain.bytes.length > 0 && wci_text_equal_folded(a->plain.bytes, b->name.bytes));
}

static void pair_same_names(struct group x, struct group y)
{
    size_t i, k;

    if (x.count > GROUP_PRODUCT / y.count)
        return;
    for (i = 0; i < x.count; i++) {
        for (k = 0; k < y.count; k++) {
            if (!y.keys[k].paired &&
                same_name(&x.folder->items[x.keys[i].index], &y.folder->items[y.keys[k].index])) {
                pair(&x, &x.keys[i], &y, &y.keys[k]);
                break;
            }
        }
    }
}

static void pair_in_order(struct group x, struct group y)
{
    size_t i = 0, k = 0;

    for (;;) {
        while (i < x.count && x.keys[i].paired)
            i++;
        while (k < y.count && y.keys[k].paired)
            k++;
        if (i == x.count || k == y.count)
            return;
        pair(&x, &x.keys[i], &y, &y.keys[k]);
    }
}

/* ---- folders of different names ----------------------------------------------------------- */

/* The file with the lowest block in the folder, or in its subfolders when it has none itself.
 * Leaves key's block and size 0 when there is none. */
static enum wcab_err first_file(struct wci_iso_tree *tree, uint64_t block, uint64_t size,
                                unsigned depth, struct key *key, struct wcab_error *err)
{
    struct wci_iso_folder folder = {0};
    enum wcab_err code = wci_iso_folder_read(tree, block, size, NULL, &folder, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < folder.count; i++) {
        const struct wci_iso_item *item = &folder.items[i];

        if (!(item->flags & WCI_ISO_FOLDER) && item->size > 0 &&
            (key->size == 0 || item->block < key->block)) {
            key->block = item->block;
            key->size = item->size;
        }
    }
    for (i = 0; code == WCAB_OK && key->size == 0 && depth > 0 && i < folder.count; i++) {
        const struct wci_iso_item *item = &folder.items[i];

        if (item->flags & WCI_ISO_FOLDER)
            code = first_file(tree, item->block, item->size, depth - 1, key, err);
    }
    wci_iso_folder_free(&folder);
    return code == WCAB_ERR_NOMEM ? code : WCAB_OK; /* a bad folder is told when it is walked */
}

/* Reads folders that the walk will read again: from a budget of its own. */
static enum wcab_err look_into(struct group group, struct wcab_error *err)
{
    struct wci_iso_tree *tree = group.tree;
    uint64_t bytes_left = tree->bytes_left, items_left = tree->items_left;
    enum wcab_err code = WCAB_OK;
    size_t i, looked = 0;

    tree->bytes_left = tree->look_bytes_left;
    for (i = 0; code == WCAB_OK && i < group.count && looked < FOLDERS_LOOKED_INTO; i++) {
        const struct wci_iso_item *item = &group.folder->items[group.keys[i].index];

        if (group.keys[i].paired)
            continue;
        looked++;
        code = first_file(tree, item->block, item->size, LOOK_DEPTH, &group.keys[i], err);
    }
    tree->look_bytes_left = tree->bytes_left;
    tree->bytes_left = bytes_left;
    tree->items_left = items_left;
    return code;
}

static void pair_same_files(struct group x, struct group y)
{
    size_t i, k;

    for (i = 0; i < x.count; i++) {
        if (x.keys[i].paired || x.keys[i].size == 0)
            continue;
        for (k = 0; k < y.count; k++) {
            if (!y.keys[k].paired && same_place(&x.keys[i], &y.keys[k])) {
                pair(&x, &x.keys[i], &y, &y.keys[k]);
                break;
            }
        }
    }
}

static bool any_unpaired(struct group group)
{
    size_t i;

    for (i = 0; i < group.count; i++) {
        if (!group.keys[i].paired)
            return true;
    }
    return false;
}

static enum wcab_err match_folders(struct group x, struct group y, struct wcab_error *err)
{
    enum wcab_err code;

    pair_same_names(x, y);
    if (!any_unpaired(x) || !any_unpaired(y))
        return WCAB_OK;
    code = look_into(x, err);
    if (code == WCAB_OK)
        code = look_into(y, err);
    if (code != WCAB_OK)
        return code;
    if (x.count <= GROUP_PRODUCT / y.count)
        pair_same_files(x, y);
    pair_in_order(x, y);
    return WCAB_OK;
}

/* ---- both sides --------------------------------------------------------------------------- */

/* The keys from `at` on that are at the same place. */
static struct group group_at(struct group all, size_t at)
{
    struct group group = all;

    group.keys += at;
    group.count = 1;
    while (at + group.count < all.count && same_place(&group.keys[0], &group.keys[group.count]))
        group.count++;
    return group;
}

static int compare_places(const struct key *a, const struct key *b)
{
    struct key x = *a, y = *b;

    x.index = y.index = 0;
    return by_place(&x, &y);
}

static enum wcab_err match_keys(struct group x, struct group y, struct wcab_error *err)
{
    size_t i = 0, k = 0;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && i < x.count && k < y.count) {
        int order = compare_places(&x.keys[i], &y.keys[k]);
        struct group left, right;

        if (order != 0) {
            *(order < 0 ? &i : &k) += 1;
            continue;
        }
        left = group_at(x, i);
        right = group_at(y, k);
        i += left.count;
        k += right.count;
        if (left.keys->is_folder) {
            code = match_folders(left, right, err);
        } else {
            if (left.count > 1 || right.count > 1)
                pair_same_names(left, right);
            pair_in_order(left, right);
        }
    }
    return code;
}

enum wcab_err wci_iso_folder_match(struct wci_iso_tree *primary, struct wci_iso_folder *a,
                                   struct wci_iso_tree *joliet, struct wci_iso_folder *b,
                                   struct wcab_error *err)
{
    struct group x = {.tree = primary, .folder = a, .count = a->count};
    struct group y = {.tree = joliet, .folder = b, .count = b->count};
    enum wcab_err code;

    if (a->count == 0 || b->count == 0)
        return WCAB_OK;
    x.keys = make_keys(a);
    y.keys = make_keys(b);
    if (x.keys == NULL || y.keys == NULL)
        code = wci_error_nomem(err);
    else
        code = match_keys(x, y, err);
    free(x.keys);
    free(y.keys);
    return code;
}
