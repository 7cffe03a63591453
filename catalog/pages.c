/*
 * pages - see pages.h.  The checks of a whole file: pages_check.c.
 */
#include "catalog/pages.h"

#include <string.h>
#include <unistd.h>

#include "catalog/pages_node.h"
#include "core/error.h"

static enum wcab_err damaged(uint64_t page, const char *what, struct wcab_error *err)
{
    (void)wci_error_set(err, WCAB_ERR_CORRUPT, "the catalog is damaged: page %llu %s",
                        (unsigned long long)page, what);
    return WCAB_ERR_CORRUPT;
}

/* ---- pages and nodes ---------------------------------------------------------------------- */

const uint8_t *wci_pages_at(const struct wci_pages *pages, uint64_t number)
{
    if (number < 2 || number >= pages->map_size / pages->page_size)
        return NULL;
    return pages->map + (size_t)number * pages->page_size;
}

bool wci_pages_node(const struct wci_pages *pages, const struct wci_pages_level *level,
                    unsigned index, struct wci_pages_node *node)
{
    size_t offsets = WCI_DATAFILE_HEADER + 2 * (size_t)level->count;
    size_t at = wci_datafile_u16(level->page + WCI_DATAFILE_HEADER + 2 * (size_t)index);

    if (at < offsets || at + WCI_NODE_HEADER > pages->page_size)
        return false;
    node->number = wci_datafile_u32(level->page + at);
    node->flags = wci_datafile_u16(level->page + at + 4);
    node->key.length = wci_datafile_u16(level->page + at + 6);
    node->key.data = (const char *)level->page + at + WCI_NODE_HEADER;
    at += WCI_NODE_HEADER + node->key.length;
    if (at > pages->page_size)
        return false;
    node->data = level->page + at;
    node->room = pages->page_size - at;
    return true;
}

uint64_t wci_pages_child(const struct wci_pages_node *node)
{
    return sizeof(size_t) > 4 ? (uint64_t)node->flags << 32 | node->number : node->number;
}

bool wci_pages_enter(const struct wci_pages *pages, uint64_t number, bool branch,
                     uint32_t value_size, struct wci_pages_level *level)
{
    const uint8_t *page = wci_pages_at(pages, number);
    unsigned flags, expected = branch           ? WCI_PAGE_BRANCH
                               : value_size > 0 ? WCI_PAGE_LEAF | WCI_PAGE_LEAF2
                                                : WCI_PAGE_LEAF;
    size_t lower, upper;

    if (page == NULL || wci_datafile_word(page) != number)
        return false;
    flags = wci_datafile_u16(page + WCI_DATAFILE_FLAGS) & WCI_PAGE_KINDS;
    lower = wci_datafile_u16(page + WCI_DATAFILE_LOWER);
    upper = wci_datafile_u16(page + WCI_DATAFILE_UPPER);
    if (flags != expected || lower <= WCI_DATAFILE_HEADER || lower > upper ||
        upper > pages->page_size)
        return false;
    level->page = page;
    level->index = 0;
    level->count = (uint16_t)((lower - WCI_DATAFILE_HEADER) / 2);
    return branch || value_size == 0 ||
           (wci_datafile_u16(page + WCI_DATAFILE_PAD) == value_size &&
            (size_t)level->count * value_size <= pages->page_size - WCI_DATAFILE_HEADER);
}

/* ---- walking ------------------------------------------------------------------------------ */

static enum wcab_err go_to(struct wci_pages_walk *walk, uint64_t number, unsigned level,
                           struct wcab_error *err)
{
    bool branch = level + 1 < walk->depth;

    if (++walk->visited > walk->pages->map_size / walk->pages->page_size)
        return damaged(number, "is reached in circles", err);
    if (!wci_pages_enter(walk->pages, number, branch, walk->value_size, &walk->levels[level]))
        return damaged(number, branch ? "is no branch of its tree" : "is no leaf of its tree", err);
    return WCAB_OK;
}

static enum wcab_err go_down(struct wci_pages_walk *walk, unsigned level, struct wcab_error *err)
{
    struct wci_pages_node node;

    if (!wci_pages_node(walk->pages, &walk->levels[level], walk->levels[level].index, &node))
        return damaged(wci_datafile_word(walk->levels[level].page), "has a node outside of it",
                       err);
    return go_to(walk, wci_pages_child(&node), level + 1, err);
}

/* Prepares a walk; first, then leaf by leaf.  NOTFOUND: an empty tree, the last leaf. */
static void start_walk(const struct wci_pages *pages, const struct wci_datafile_tree *tree,
                       uint32_t value_size, struct wci_pages_walk *walk)
{
    walk->pages = pages;
    walk->root = tree->root;
    walk->visited = 0;
    walk->value_size = value_size;
    walk->depth = tree->root == WCI_DATAFILE_NO_PAGE ? 0 : tree->depth;
    if (walk->depth > WCI_PAGES_DEPTH)
        walk->depth = WCI_PAGES_DEPTH; /* no leaf will be there */
}

/* From the node that `level` stands on to the first leaf below it. */
static enum wcab_err descend_first(struct wci_pages_walk *walk, unsigned level,
                                   struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    for (; code == WCAB_OK && level + 1 < walk->depth; level++)
        code = go_down(walk, level, err);
    return code;
}

static enum wcab_err first_leaf(struct wci_pages_walk *walk, struct wcab_error *err)
{
    enum wcab_err code;

    if (walk->depth == 0)
        return WCAB_ERR_NOTFOUND;
    code = go_to(walk, walk->root, 0, err);
    return code != WCAB_OK ? code : descend_first(walk, 0, err);
}

static enum wcab_err next_leaf(struct wci_pages_walk *walk, struct wcab_error *err)
{
    unsigned level = walk->depth - 1;

    while (level > 0) {
        struct wci_pages_level *at = &walk->levels[--level];

        if (at->index + 1U < at->count) {
            at->index++;
            return descend_first(walk, level, err);
        }
    }
    return WCAB_ERR_NOTFOUND;
}

/* memcmp order, the shorter first.  Ids and the first letters of names decide most comparisons. */
static int compare(struct wci_bytes a, struct wci_bytes b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order;

    if (a.length == 4 && b.length == 4) {
        uint32_t x = wci_schema_get32((const uint8_t *)a.data);
        uint32_t y = wci_schema_get32((const uint8_t *)b.data);

        return (x > y) - (x < y);
    }
    if (common > 0 && a.data[0] != b.data[0])
        return (uint8_t)a.data[0] < (uint8_t)b.data[0] ? -1 : 1;
    order = memcmp(a.data, b.data, common);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* The index of the first node at or behind `key`, from index `low` on; *exact when it is equal. */
static bool search_nodes(const struct wci_pages *pages, const struct wci_pages_level *level,
                         unsigned low, struct wci_bytes key, unsigned *index, bool *exact)
{
    unsigned high = level->count;
    struct wci_pages_node node = {.number = 0};

    *exact = false;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        int order;

        if (!wci_pages_node(pages, level, middle, &node))
            return false;
        order = compare(node.key, key);
        if (order == 0)
            *exact = true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return true;
}

/* The same among values of one size, laid end to end. */
static unsigned search_values(const uint8_t *values, unsigned count, size_t size,
                              const uint8_t *value, bool *exact)
{
    unsigned low = 0, high = count;

    *exact = false;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        int order = memcmp(values + middle * size, value, size);

        if (order == 0)
            *exact = true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* To the leaf where `key` is or would be; the leaf's index may be its count. */
static enum wcab_err find_leaf(struct wci_pages_walk *walk, struct wci_bytes key, bool *exact,
                               struct wcab_error *err)
{
    struct wci_pages_level *leaf;
    enum wcab_err code;
    unsigned level, index = 0;

    *exact = false;
    if (walk->depth == 0)
        return WCAB_ERR_NOTFOUND;
    code = go_to(walk, walk->root, 0, err);
    for (level = 0; code == WCAB_OK && level + 1 < walk->depth; level++) {
        struct wci_pages_level *at = &walk->levels[level];

        /* Node 0 takes all keys below node 1's. */
        if (!search_nodes(walk->pages, at, 1, key, &index, exact))
            return damaged(wci_datafile_word(at->page), "has a node outside of it", err);
        at->index = (uint16_t)(*exact ? index : index - 1);
        code = go_down(walk, level, err);
    }
    if (code != WCAB_OK)
        return code;
    leaf = &walk->levels[walk->depth - 1];
    if (walk->value_size > 0)
        index = search_values(leaf->page + WCI_DATAFILE_HEADER, leaf->count, walk->value_size,
                              (const uint8_t *)key.data, exact);
    else if (!search_nodes(walk->pages, leaf, 0, key, &index, exact))
        return damaged(wci_datafile_word(leaf->page), "has a node outside of it", err);
    leaf->index = (uint16_t)index;
    return WCAB_OK;
}

/* ---- values ------------------------------------------------------------------------------- */

static enum wcab_err overflow_value(const struct wci_pages *pages,
                                    const struct wci_pages_node *node, struct wci_bytes *value,
                                    struct wcab_error *err)
{
    uint64_t number = 0, count;
    const uint8_t *page = NULL;

    if (node->room >= WCI_DATAFILE_WORD) {
        number = wci_datafile_word(node->data);
        page = wci_pages_at(pages, number);
    }
    if (page == NULL || wci_datafile_word(page) != number ||
        (wci_datafile_u16(page + WCI_DATAFILE_FLAGS) & WCI_PAGE_KINDS) != WCI_PAGE_OVERFLOW)
        return damaged(number, "is no overflow page", err);
    count = wci_datafile_u32(page + WCI_DATAFILE_LOWER);
    if (count > pages->map_size / pages->page_size - number ||
        (uint64_t)node->number + WCI_DATAFILE_HEADER > count * pages->page_size)
        return damaged(number, "holds less than its value's size", err);
    value->data = (const char *)page + WCI_DATAFILE_HEADER;
    value->length = node->number;
    return WCAB_OK;
}

enum wcab_err wci_pages_value(const struct wci_pages *pages, const struct wci_pages_level *level,
                              uint32_t value_size, struct wci_pages_found *found,
                              struct wcab_error *err)
{
    struct wci_pages_node node;
    unsigned kind;

    found->is_tree = false;
    if (!wci_pages_node(pages, level, level->index, &node))
        return damaged(wci_datafile_word(level->page), "has a node outside of it", err);
    found->key = node.key;
    kind = node.flags & (WCI_NODE_BIG | WCI_NODE_TREE | WCI_NODE_VALUES);
    if (kind == WCI_NODE_BIG && value_size == 0)
        return overflow_value(pages, &node, &found->values, err);
    if (kind == (WCI_NODE_TREE | WCI_NODE_VALUES) && value_size > 0 &&
        node.room >= WCI_DATAFILE_TREE) {
        found->is_tree = true;
        wci_datafile_tree(node.data, &found->tree);
        if (found->tree.value_size == value_size && found->tree.depth > 0 &&
            found->tree.depth <= WCI_PAGES_DEPTH)
            return WCAB_OK;
    }
    if ((kind == 0 || kind == WCI_NODE_VALUES) && node.number <= node.room) {
        found->values.data = (const char *)node.data;
        found->values.length = node.number;
        if (value_size == 0 && kind == 0)
            return WCAB_OK;
        if (value_size == node.number && kind == 0)
            return WCAB_OK;
        if (value_size > 0 && kind == WCI_NODE_VALUES && node.number >= WCI_DATAFILE_HEADER) {
            size_t lower = wci_datafile_u16(node.data + WCI_DATAFILE_LOWER);
            size_t bytes =
                lower <= WCI_DATAFILE_HEADER ? 0 : (lower - WCI_DATAFILE_HEADER) / 2 * value_size;

            found->values.data += WCI_DATAFILE_HEADER;
            found->values.length = bytes;
            if (bytes > 0 && bytes <= node.number - WCI_DATAFILE_HEADER &&
                wci_datafile_u16(node.data + WCI_DATAFILE_PAD) == value_size)
                return WCAB_OK;
        }
    }
    return damaged(wci_datafile_word(level->page), "has a value of the wrong form", err);
}

/* The first run of the values that were found. */
static enum wcab_err first_run(const struct wci_pages *pages, const struct wci_pages_found *found,
                               uint32_t value_size, struct wci_pages_walk *walk,
                               struct wci_bytes *run, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    if (found->is_tree) {
        start_walk(pages, &found->tree, value_size, walk);
        code = first_leaf(walk, err);
        if (code == WCAB_ERR_NOTFOUND)
            return damaged(walk->root, "is the root of no values", err);
        if (code == WCAB_OK)
            *run = wci_pages_leaf_values(walk);
    } else {
        *run = found->values;
    }
    return code;
}

enum wcab_err wci_pages_get(const struct wci_pages *pages, enum wci_table table, const void *key,
                            size_t key_size, struct wci_bytes *value, struct wcab_error *err)
{
    const struct wci_bytes wanted = {key, key_size};
    uint32_t value_size = wci_schema_tables[table].value_size;
    struct wci_pages_walk walk, values;
    struct wci_pages_found found;
    struct wci_bytes run = {NULL, 0};
    enum wcab_err code;
    bool exact;

    start_walk(pages, &pages->tables[table], 0, &walk);
    code = find_leaf(&walk, wanted, &exact, err);
    if (code == WCAB_OK && !exact)
        return WCAB_ERR_NOTFOUND;
    if (code == WCAB_OK)
        code = wci_pages_value(pages, &walk.levels[walk.depth - 1], value_size, &found, err);
    if (code == WCAB_OK)
        code = first_run(pages, &found, value_size, &values, &run, err);
    if (code != WCAB_OK)
        return code;
    if (value_size > 0)
        run.length = value_size;
    *value = run;
    return WCAB_OK;
}

enum wcab_err wci_pages_has(const struct wci_pages *pages, enum wci_table table, const void *key,
                            size_t key_size, const void *value, bool *has, struct wcab_error *err)
{
    const struct wci_bytes wanted = {key, key_size};
    uint32_t value_size = wci_schema_tables[table].value_size;
    struct wci_pages_walk walk, values;
    struct wci_pages_found found;
    enum wcab_err code;
    bool exact;

    *has = false;
    start_walk(pages, &pages->tables[table], 0, &walk);
    code = find_leaf(&walk, wanted, &exact, err);
    if (code == WCAB_ERR_NOTFOUND || (code == WCAB_OK && !exact))
        return WCAB_OK;
    if (code == WCAB_OK)
        code = wci_pages_value(pages, &walk.levels[walk.depth - 1], value_size, &found, err);
    if (code != WCAB_OK)
        return code;
    if (!found.is_tree) {
        (void)search_values((const uint8_t *)found.values.data,
                            (unsigned)(found.values.length / value_size), value_size, value, has);
        return WCAB_OK;
    }
    start_walk(pages, &found.tree, value_size, &values);
    code = find_leaf(&values, (struct wci_bytes){value, value_size}, has, err);
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* ---- cursors ------------------------------------------------------------------------------ */

void wci_pages_cursor_open(const struct wci_pages *pages, enum wci_table table,
                           struct wci_pages_cursor *cursor)
{
    cursor->value_size = wci_schema_tables[table].value_size;
    cursor->values_are_tree = false;
    start_walk(pages, &pages->tables[table], 0, &cursor->keys);
}

/* What stands at the leaf's index. */
static enum wcab_err show(struct wci_pages_cursor *cursor, struct wci_bytes *key,
                          struct wci_bytes *value, struct wcab_error *err)
{
    const struct wci_pages_level *leaf = &cursor->keys.levels[cursor->keys.depth - 1];
    struct wci_pages_found found;
    enum wcab_err code = wci_pages_value(cursor->keys.pages, leaf, cursor->value_size, &found, err);

    if (code == WCAB_OK)
        code =
            first_run(cursor->keys.pages, &found, cursor->value_size, &cursor->values, value, err);
    if (code != WCAB_OK)
        return code;
    cursor->values_are_tree = found.is_tree;
    *key = found.key;
    return WCAB_OK;
}

enum wcab_err wci_pages_cursor_seek(struct wci_pages_cursor *cursor, const void *key,
                                    size_t key_size, struct wci_bytes *found,
                                    struct wci_bytes *value, struct wcab_error *err)
{
    const struct wci_bytes wanted = {key, key_size};
    const struct wci_pages_level *leaf;
    enum wcab_err code;
    bool exact;

    cursor->keys.visited = 0;
    code = key_size == 0 ? first_leaf(&cursor->keys, err)
                         : find_leaf(&cursor->keys, wanted, &exact, err);
    if (code != WCAB_OK)
        return code;
    leaf = &cursor->keys.levels[cursor->keys.depth - 1];
    if (leaf->index >= leaf->count)
        code = next_leaf(&cursor->keys, err);
    return code != WCAB_OK ? code : show(cursor, found, value, err);
}

enum wcab_err wci_pages_cursor_next(struct wci_pages_cursor *cursor, struct wci_bytes *found,
                                    struct wci_bytes *value, struct wcab_error *err)
{
    struct wci_pages_level *leaf = &cursor->keys.levels[cursor->keys.depth - 1];
    enum wcab_err code = WCAB_OK;

    if (leaf->index + 1U < leaf->count)
        leaf->index++;
    else
        code = next_leaf(&cursor->keys, err);
    return code != WCAB_OK ? code : show(cursor, found, value, err);
}

enum wcab_err wci_pages_cursor_run(struct wci_pages_cursor *cursor, struct wci_bytes *run,
                                   struct wcab_error *err)
{
    enum wcab_err code;

    if (!cursor->values_are_tree)
        return WCAB_ERR_NOTFOUND;
    code = next_leaf(&cursor->values, err);
    if (code == WCAB_OK)
        *run = wci_pages_leaf_values(&cursor->values);
    return code;
}

/* ---- opening ------------------------------------------------------------------------------ */

/* The meta page that a transaction's number leads to; NULL when the map is too small for it. */
static const uint8_t *meta_of(const uint8_t *map, size_t map_size, uint64_t transaction)
{
    struct wci_datafile first;
    size_t offset = 0;

    if (map_size < WCI_DATAFILE_META)
        return NULL;
    if ((transaction & 1) != 0) {
        /* Only the page size is needed of the other one, which may be being written. */
        wci_datafile_tree(map + WCI_DATAFILE_META - 2 * (size_t)WCI_DATAFILE_WORD -
                              2 * (size_t)WCI_DATAFILE_TREE,
                          &first.free_tree);
        offset = first.free_tree.value_size;
        if (offset < WCI_DATAFILE_META || offset > map_size - WCI_DATAFILE_META)
            return NULL;
    }
    return map + offset;
}

/* A table's record stands in the main tree under its name. */
static enum wcab_err find_table(const struct wci_pages *pages,
                                const struct wci_datafile_tree *main_tree, enum wci_table table,
                                struct wci_datafile_tree *found, struct wcab_error *err)
{
    const struct wci_bytes name = wci_bytes_of(wci_schema_tables[table].name);
    bool several = wci_schema_tables[table].value_size > 0;
    unsigned forms = WCI_TREE_SORTED_VALUES | WCI_TREE_FIXED_VALUES;
    struct wci_pages_walk walk;
    struct wci_pages_node node;
    enum wcab_err code;
    bool exact;

    start_walk(pages, main_tree, 0, &walk);
    code = find_leaf(&walk, name, &exact, err);
    if (code == WCAB_OK && !exact)
        code = WCAB_ERR_NOTFOUND;
    if (code != WCAB_OK)
        return code;
    if (!wci_pages_node(pages, &walk.levels[walk.depth - 1], walk.levels[walk.depth - 1].index,
                        &node) ||
        node.flags != WCI_NODE_TREE || node.number != WCI_DATAFILE_TREE ||
        node.room < WCI_DATAFILE_TREE)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: its table '%s' is none", name.data);
    wci_datafile_tree(node.data, found);
    if (found->flags != (several ? forms : 0) ||
        (found->root == WCI_DATAFILE_NO_PAGE) != (found->depth == 0) ||
        found->depth > WCI_PAGES_DEPTH)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: its table '%s' has the wrong form",
                             name.data);
    return WCAB_OK;
}

/* Other versions may have other tables: this comes before the rest is looked for. */
static enum wcab_err check_format(struct wci_pages *pages,
                                  const struct wci_datafile_tree *main_tree, struct wcab_error *err)
{
    struct wci_bytes value = {NULL, 0};
    uint32_t version = 0;
    enum wcab_err code =
        find_table(pages, main_tree, WCI_TABLE_META, &pages->tables[WCI_TABLE_META], err);

    if (code == WCAB_ERR_NOTFOUND && main_tree->entries == 0)
        return wci_error_set(err, code, "the catalog is empty");
    if (code == WCAB_OK)
        code = wci_pages_get(pages, WCI_TABLE_META, "format", 6, &value, err);
    if (code == WCAB_ERR_NOTFOUND || (code == WCAB_OK && !wci_schema_get_format(value, &version)))
        return wci_error_set(err, WCAB_ERR_CORRUPT, "this is no catalog");
    pages->format = version;
    return code != WCAB_OK ? code : wci_schema_accept_version(version, err);
}

static enum wcab_err open_tables(struct wci_pages *pages, struct wcab_error *err)
{
    const struct wci_datafile_tree *main_tree = &pages->datafile.main_tree;
    enum wcab_err code = check_format(pages, main_tree, err);
    unsigned i;

    for (i = 0; code == WCAB_OK && i < WCI_TABLE_COUNT; i++) {
        code = find_table(pages, main_tree, (enum wci_table)i, &pages->tables[i], err);
        if (code == WCAB_ERR_NOTFOUND)
            code = wci_error_set(err, WCAB_ERR_CORRUPT,
                                 "the catalog is damaged: its table '%s' is not there",
                                 wci_schema_tables[i].name);
    }
    return code;
}

enum wcab_err wci_pages_open(const uint8_t *map, size_t map_size, uint64_t transaction,
                             struct wci_pages *pages, struct wcab_error *err)
{
    const uint8_t *meta = meta_of(map, map_size, transaction);
    uint8_t copy[WCI_DATAFILE_META];
    enum wcab_err code;

    if (meta == NULL)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "the catalog is damaged: it has %zu bytes",
                             map_size);
    memcpy(copy, meta, sizeof(copy));
    code = wci_datafile_meta(copy, (unsigned)(transaction & 1), map_size, &pages->datafile, err);
    if (code == WCAB_OK) {
        pages->map = map;
        pages->page_size = pages->datafile.page_size;
        pages->map_size = map_size / pages->page_size * pages->page_size;
        code = open_tables(pages, err);
    }
    /* What was read is only this transaction's if nobody has written over it meanwhile. */
    if (wci_datafile_word(copy + sizeof(copy) - WCI_DATAFILE_WORD) != transaction ||
        memcmp(copy, meta, sizeof(copy)) != 0)
        return wci_error_set(err, WCAB_ERR_BUSY, "the catalog is being written to");
    return code;
}

/* ---- what is left of a damaged file ------------------------------------------------------- */

/* Describes the file by one of its meta pages; a table that can't be found is an empty one.  The
 * number of tables that were found. */
static unsigned salvage_by(struct wci_pages *pages, const uint8_t *map, size_t map_size,
                           unsigned number, size_t page_size)
{
    static const struct wci_datafile_tree empty = {.root = WCI_DATAFILE_NO_PAGE};
    unsigned found = 0, i;

    memset(pages, 0, sizeof(*pages));
    if (map_size < WCI_DATAFILE_META || page_size * number > map_size - WCI_DATAFILE_META ||
        wci_datafile_meta(map + page_size * number, number, map_size, &pages->datafile, NULL) !=
            WCAB_OK)
        return 0;
    pages->map = map;
    pages->page_size = pages->datafile.page_size;
    pages->map_size = map_size / pages->page_size * pages->page_size;
    for (i = 0; i < WCI_TABLE_COUNT; i++) {
        if (find_table(pages, &pages->datafile.main_tree, (enum wci_table)i, &pages->tables[i],
                       NULL) == WCAB_OK)
            found++;
        else
            pages->tables[i] = empty;
    }
    return found;
}

enum wcab_err wci_pages_salvage(const uint8_t *map, size_t map_size, struct wci_pages *pages,
                                struct wcab_error *err)
{
    struct wci_pages other;
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    struct wci_bytes value;
    unsigned found = salvage_by(pages, map, map_size, 0, page_size), more;
    uint32_t version;

    if (found > 0)
        page_size = pages->page_size;
    more = salvage_by(&other, map, map_size, 1, page_size);
    if (more > found || (more == found && other.datafile.transaction > pages->datafile.transaction))
        *pages = other;
    if (found == 0 && more == 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "nothing of the catalog can be read");
    if (wci_pages_get(pages, WCI_TABLE_META, "format", 6, &value, NULL) != WCAB_OK)
        return WCAB_OK;
    if (!wci_schema_get_format(value, &version))
        return wci_error_set(err, WCAB_ERR_CORRUPT, "this is no catalog");
    return wci_schema_accept_version(version, err);
}
