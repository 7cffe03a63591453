/*
 * pages_check - every page of a catalog's file held against every other (pages.h).
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "catalog/pages_node.h"
#include "core/cancel.h"
#include "core/error.h"
#include "core/mem.h"

enum {
    MOST_REPORTS = 100,
    MOST_UNWRITTEN = 1 << 20, /* pages given out behind the file's end and never written */
    LARGEST_PAGE = 65536,
    NUMBER_KEYS = 0x08,                                  /* MDB_INTEGERKEY */
    PAGE_IN_NODE = WCI_PAGE_LEAF | WCI_PAGE_LEAF2 | 0x40 /* P_SUBP */
};

struct page_check {
    const struct wci_pages *pages;
    const struct wcab_cancel *cancel;
    wci_check_report *report;
    void *context;
    uint64_t faults;
    uint8_t *claimed; /* owned; a bit for each page up to last_page */
    bool cancelled;
};

/* One tree under inspection. */
struct tree_check {
    struct page_check *check;
    const char *name;
    struct wci_datafile_tree tree;
    uint32_t value_size; /* of the values of its keys; 0 when each has one of any size */
    uint32_t leaf2_size; /* of the values that it consists of; 0 for a tree of keys */
    bool numbers;        /* keys are native words (the tree of free pages) */
    uint64_t branch_pages, leaf_pages, overflow_pages, entries;
    struct wci_bytes last; /* the key met last */
};

static void __attribute__((format(printf, 2, 3)))
fault(struct page_check *check, const char *format, ...)
{
    char text[200];
    va_list arguments;

    check->faults++;
    if (check->faults > MOST_REPORTS)
        return;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    check->report(check->context, text);
}

/* On disk a page has its kind and no other flag: LMDB would take the page for one of memory. */
static void check_flags(struct page_check *check, uint64_t number)
{
    const uint8_t *page = wci_pages_at(check->pages, number);
    unsigned flags = page != NULL ? wci_datafile_u16(page + WCI_DATAFILE_FLAGS) : 0;

    if ((flags & ~(unsigned)WCI_PAGE_KINDS) != 0)
        fault(check, "page %" PRIu64 " has flags 0x%x", number, flags);
}

/* Notes that these pages are used; false when one is outside the file or used already. */
static bool claim(struct page_check *check, uint64_t first, uint64_t count)
{
    uint64_t number;

    if (first < 2 || first > check->pages->datafile.last_page ||
        count > check->pages->datafile.last_page - first + 1) {
        fault(check, "page %" PRIu64 " is not in the file", first);
        return false;
    }
    for (number = first; number < first + count; number++) {
        uint8_t bit = (uint8_t)(1U << (number & 7));

        if ((check->claimed[number >> 3] & bit) != 0) {
            fault(check, "page %" PRIu64 " is used twice", number);
            return false;
        }
        check->claimed[number >> 3] |= bit;
    }
    return true;
}

/* ---- order -------------------------------------------------------------------------------- */

static int compare_keys(const struct tree_check *tree, struct wci_bytes a, struct wci_bytes b)
{
    if (tree->numbers && a.length == WCI_DATAFILE_WORD && b.length == WCI_DATAFILE_WORD) {
        uint64_t x = wci_datafile_word((const uint8_t *)a.data);
        uint64_t y = wci_datafile_word((const uint8_t *)b.data);

        return (x > y) - (x < y);
    }
    return wci_bytes_compare(a, b);
}

/* Keys of leaves must ascend over the whole tree, and stay within the bounds of their branch. */
static void note_key(struct tree_check *tree, uint64_t page, struct wci_bytes key,
                     struct wci_bytes low, struct wci_bytes high)
{
    if ((tree->entries > 0 && compare_keys(tree, tree->last, key) >= 0) ||
        (low.data != NULL && compare_keys(tree, key, low) < 0) ||
        (high.data != NULL && compare_keys(tree, key, high) >= 0))
        fault(tree->check, "table '%s': a key of page %" PRIu64 " is out of order", tree->name,
              page);
    tree->last = key;
}

/* ---- trees -------------------------------------------------------------------------------- */

static void check_tree(struct tree_check *tree);

static void check_free_list(struct tree_check *tree, struct wci_bytes list)
{
    const uint8_t *words = (const uint8_t *)list.data;
    uint64_t count = list.length < WCI_DATAFILE_WORD ? 0 : wci_datafile_word(words), i;

    if (list.length < WCI_DATAFILE_WORD || count > list.length / WCI_DATAFILE_WORD - 1) {
        fault(tree->check, "a list of free pages is longer than its value");
        return;
    }
    for (i = 1; i <= count; i++) {
        uint64_t number = wci_datafile_word(words + i * WCI_DATAFILE_WORD);

        (void)claim(tree->check, number, 1);
        if (i > 1 && number >= wci_datafile_word(words + (i - 1) * WCI_DATAFILE_WORD))
            fault(tree->check, "a list of free pages is out of order");
    }
}

static void check_run(struct tree_check *tree, uint64_t page, struct wci_bytes run, uint32_t size)
{
    size_t at;

    for (at = size; at < run.length; at += size) {
        if (memcmp(run.data + at - size, run.data + at, size) >= 0) {
            fault(tree->check, "table '%s': values of page %" PRIu64 " are out of order",
                  tree->name, page);
            return;
        }
    }
}

/* Where values of one size are, `size` bytes for all of them: LMDB counts what is free from both
 * ends. */
static void check_free_space(struct tree_check *tree, uint64_t number, const uint8_t *page,
                             size_t size, uint32_t value_size)
{
    size_t lower = wci_datafile_u16(page + WCI_DATAFILE_LOWER);
    size_t upper = wci_datafile_u16(page + WCI_DATAFILE_UPPER);
    size_t count = (lower - WCI_DATAFILE_HEADER) / 2;

    if (lower != WCI_DATAFILE_HEADER + 2 * count || upper + count * (value_size - 2) != size)
        fault(tree->check, "table '%s': page %" PRIu64 " has miscounted its free space", tree->name,
              number);
}

static size_t node_size(const struct wci_pages_node *node, bool branch)
{
    size_t size = WCI_NODE_HEADER + node->key.length;

    if (!branch)
        size += (node->flags & WCI_NODE_BIG) != 0 ? (size_t)WCI_DATAFILE_WORD : node->number;
    return (size + 1) & ~(size_t)1;
}

/* The nodes of a page fill it from `upper` to its end without gap or overlap. */
static bool is_filled(const struct wci_pages *pages, struct wci_pages_level level, bool branch)
{
    size_t upper = wci_datafile_u16(level.page + WCI_DATAFILE_UPPER), filled = 0;
    uint8_t used[LARGEST_PAGE / 16] = {0}; /* a bit for each two bytes */
    struct wci_pages_node node;

    for (; level.index < level.count; level.index++) {
        size_t at, size;

        if (!wci_pages_node(pages, &level, level.index, &node))
            return false;
        at = (size_t)(node.data - level.page) - node.key.length - WCI_NODE_HEADER;
        size = node_size(&node, branch);
        if (at < upper || (at & 1) != 0 || size > pages->page_size - at)
            return false;
        filled += size;
        for (; size > 0; size -= 2, at += 2) {
            if ((used[at >> 4] >> (at >> 1 & 7) & 1) != 0)
                return false;
            used[at >> 4] = (uint8_t)(used[at >> 4] | 1U << (at >> 1 & 7));
        }
    }
    return upper + filled == pages->page_size;
}

static void check_values_tree(struct tree_check *tree, const struct wci_datafile_tree *values)
{
    struct tree_check below = {
        .check = tree->check, .name = tree->name, .tree = *values, .leaf2_size = tree->value_size};

    if (values->flags != WCI_TREE_FIXED_VALUES || values->root == WCI_DATAFILE_NO_PAGE)
        fault(tree->check, "table '%s': a tree of values has flags 0x%x", tree->name,
              values->flags);
    check_tree(&below);
    tree->entries += below.entries;
}

/* A record of a table inside the main tree: what it leads to is checked from wci_pages. */
static bool is_table_record(const struct tree_check *tree, const struct wci_pages_level *level)
{
    struct wci_pages_node node;

    return tree->tree.root == tree->check->pages->datafile.main_tree.root &&
           wci_pages_node(tree->check->pages, level, level->index, &node) &&
           node.flags == WCI_NODE_TREE;
}

/* A value has as many overflow pages as it needs. */
static void check_overflow(struct tree_check *tree, uint64_t number, uint64_t count)
{
    const uint8_t *page = wci_pages_at(tree->check->pages, number);

    if (page != NULL && wci_datafile_u32(page + WCI_DATAFILE_LOWER) != count)
        fault(tree->check, "table '%s': overflow page %" PRIu64 " is one of %u, not of %" PRIu64,
              tree->name, number, wci_datafile_u32(page + WCI_DATAFILE_LOWER), count);
}

static void check_leaf_node(struct tree_check *tree, uint64_t page,
                            const struct wci_pages_level *level, struct wci_bytes low,
                            struct wci_bytes high)
{
    struct wci_pages_found found;
    struct wci_pages_node node;
    struct wcab_error err;

    if (!wci_pages_node(tree->check->pages, level, level->index, &node)) {
        fault(tree->check, "table '%s': a node of page %" PRIu64 " lies outside of it", tree->name,
              page);
        return;
    }
    note_key(tree, page, node.key, low, high);
    if ((node.flags & ~(unsigned)(WCI_NODE_BIG | WCI_NODE_TREE | WCI_NODE_VALUES)) != 0)
        fault(tree->check, "table '%s': a node of page %" PRIu64 " has flags 0x%x", tree->name,
              page, node.flags);
    if (is_table_record(tree, level)) {
        tree->entries++;
        return;
    }
    if (wci_pages_value(tree->check->pages, level, tree->value_size, &found, &err) != WCAB_OK) {
        fault(tree->check, "table '%s': %s", tree->name, err.text);
        tree->entries++;
        return;
    }
    if ((node.flags & WCI_NODE_BIG) != 0) {
        uint64_t size = (uint64_t)found.values.length + WCI_DATAFILE_HEADER;
        uint64_t count = (size + tree->check->pages->page_size - 1) / tree->check->pages->page_size;

        tree->overflow_pages += count;
        (void)claim(tree->check, wci_datafile_word(node.data), count);
        check_flags(tree->check, wci_datafile_word(node.data));
        check_overflow(tree, wci_datafile_word(node.data), count);
    }
    if (found.is_tree) {
        check_values_tree(tree, &found.tree);
        return;
    }
    if (tree->value_size > 0)
        check_run(tree, page, found.values, tree->value_size);
    if ((node.flags & WCI_NODE_VALUES) != 0 &&
        (wci_datafile_u16(node.data + WCI_DATAFILE_FLAGS) & WCI_PAGE_KINDS) != PAGE_IN_NODE)
        fault(tree->check, "table '%s': values of page %" PRIu64 " are in no page of theirs",
              tree->name, page);
    if ((node.flags & WCI_NODE_VALUES) != 0)
        check_free_space(tree, page, node.data, node.number, tree->value_size);
    tree->entries += tree->value_size > 0 ? found.values.length / tree->value_size : 1;
    if (tree->numbers)
        check_free_list(tree, found.values);
}

static void check_leaf2(struct tree_check *tree, uint64_t page, const struct wci_pages_level *level,
                        struct wci_bytes low, struct wci_bytes high)
{
    struct wci_bytes run = {(const char *)level->page + WCI_DATAFILE_HEADER,
                            (size_t)level->count * tree->leaf2_size};
    struct wci_bytes first = {run.data, tree->leaf2_size};

    check_free_space(tree, page, level->page, tree->check->pages->page_size, tree->leaf2_size);
    note_key(tree, page, first, low, high);
    check_run(tree, page, run, tree->leaf2_size);
    tree->entries += level->count;
    tree->last.data = run.data + run.length - tree->leaf2_size;
    tree->last.length = tree->leaf2_size;
    if (high.data != NULL && compare_keys(tree, tree->last, high) >= 0)
        fault(tree->check, "table '%s': a value of page %" PRIu64 " is out of order", tree->name,
              page);
}

/* `low` and `high` (without data: none) bound the keys below this page.  Goes at most as deep as
 * the tree says it is, which is at most WCI_PAGES_DEPTH. */
static void check_page(struct tree_check *tree, uint64_t number, unsigned depth,
                       struct wci_bytes low, struct wci_bytes high)
{
    bool branch = depth + 1 < tree->tree.depth;
    struct wci_pages_level level;

    tree->check->cancelled |= wci_cancel_is_set(tree->check->cancel);
    if (tree->check->cancelled || !claim(tree->check, number, 1))
        return;
    if (!wci_pages_enter(tree->check->pages, number, branch, tree->leaf2_size, &level)) {
        fault(tree->check, "table '%s': page %" PRIu64 " is no %s of it", tree->name, number,
              branch ? "branch" : "leaf");
        return;
    }
    check_flags(tree->check, number);
    if ((branch || tree->leaf2_size == 0) && !is_filled(tree->check->pages, level, branch)) {
        fault(tree->check, "table '%s': nodes of page %" PRIu64 " overlap or leave it", tree->name,
              number);
        return;
    }
    if (!branch) {
        tree->leaf_pages++;
        if (tree->leaf2_size > 0)
            check_leaf2(tree, number, &level, low, high);
        for (; tree->leaf2_size == 0 && level.index < level.count; level.index++)
            check_leaf_node(tree, number, &level, low, high);
        return;
    }
    tree->branch_pages++;
    for (; level.index < level.count; level.index++) {
        struct wci_pages_node node, next;
        bool last = level.index + 1U == level.count;

        if (!wci_pages_node(tree->check->pages, &level, level.index, &node) ||
            (!last && !wci_pages_node(tree->check->pages, &level, level.index + 1U, &next))) {
            fault(tree->check, "table '%s': a node of page %" PRIu64 " lies outside of it",
                  tree->name, number);
            return;
        }
        check_page(tree, wci_pages_child(&node), depth + 1, level.index == 0 ? low : node.key,
                   last ? high : next.key);
    }
}

static void check_tree(struct tree_check *tree)
{
    const struct wci_bytes unbounded = {NULL, 0};

    if (tree->tree.root != WCI_DATAFILE_NO_PAGE)
        check_page(tree, tree->tree.root, 0, unbounded, unbounded);
    if (tree->branch_pages != tree->tree.branch_pages ||
        tree->leaf_pages != tree->tree.leaf_pages ||
        tree->overflow_pages != tree->tree.overflow_pages || tree->entries != tree->tree.entries)
        fault(tree->check,
              "table '%s' has %" PRIu64 " entries on %" PRIu64 " pages, its record says %" PRIu64
              " on %" PRIu64,
              tree->name, tree->entries,
              tree->branch_pages + tree->leaf_pages + tree->overflow_pages, tree->tree.entries,
              tree->tree.branch_pages + tree->tree.leaf_pages + tree->tree.overflow_pages);
}

static void check_all_trees(struct page_check *check)
{
    const struct wci_pages *pages = check->pages;
    struct tree_check tree = {.check = check, .name = "main", .tree = pages->datafile.main_tree};
    unsigned i;

    if (tree.tree.flags != 0 || pages->datafile.free_tree.flags != NUMBER_KEYS)
        fault(check, "the trees of free pages and of tables have flags 0x%x and 0x%x",
              pages->datafile.free_tree.flags, tree.tree.flags);
    check_tree(&tree);
    tree = (struct tree_check){
        .check = check, .name = "free", .tree = pages->datafile.free_tree, .numbers = true};
    check_tree(&tree);
    for (i = 0; i < WCI_TABLE_COUNT; i++) {
        tree = (struct tree_check){.check = check,
                                   .name = wci_schema_tables[i].name,
                                   .tree = pages->tables[i],
                                   .value_size = wci_schema_tables[i].value_size};
        check_tree(&tree);
    }
}

enum wcab_err wci_pages_check(const struct wci_pages *pages, const struct wcab_cancel *cancel,
                              wci_check_report *report, void *context, uint64_t *faults,
                              struct wcab_error *err)
{
    struct page_check check = {
        .pages = pages, .cancel = cancel, .report = report, .context = context};
    uint64_t last = pages->datafile.last_page;

    if (last > pages->map_size / pages->page_size + MOST_UNWRITTEN) {
        fault(&check, "its last page, %" PRIu64 ", lies far behind its end", last);
        *faults = check.faults;
        return WCAB_OK;
    }
    check.claimed = wci_mem_calloc((size_t)(last / 8) + 1, 1);
    if (check.claimed == NULL)
        return wci_error_nomem(err);
    check_all_trees(&check);
    if (check.cancelled) {
        free(check.claimed);
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    }
    if (check.faults > MOST_REPORTS) {
        char text[64];

        (void)snprintf(text, sizeof(text), "and %" PRIu64 " more",
                       check.faults - (uint64_t)MOST_REPORTS);
        report(context, text);
    }
    free(check.claimed);
    *faults = check.faults;
    return WCAB_OK;
}
