/*
 * pages_node - nodes and walks, shared by pages.c and pages_check.c only.
 */
#ifndef WCI_PAGES_NODE_H
#define WCI_PAGES_NODE_H

#include "catalog/pages.h"

/* LMDB's flags of pages, nodes and trees (mdb.c: P_*, F_*; lmdb.h: MDB_*). */
enum {
    WCI_PAGE_BRANCH = 0x01,
    WCI_PAGE_LEAF = 0x02,
    WCI_PAGE_OVERFLOW = 0x04,
    WCI_PAGE_LEAF2 = 0x20,
    WCI_PAGE_KINDS = 0x6F, /* those, meta pages and pages inside nodes; not "dirty" and the like */
    WCI_NODE_BIG = 0x01,
    WCI_NODE_TREE = 0x02,
    WCI_NODE_VALUES = 0x04,
    WCI_NODE_HEADER = 8,
    WCI_TREE_SORTED_VALUES = 0x04,
    WCI_TREE_FIXED_VALUES = 0x10
};

struct wci_pages_node {
    uint32_t number; /* size of the value, or the lower part of a page number */
    uint16_t flags;
    struct wci_bytes key;
    const uint8_t *data;
    size_t room; /* bytes from data to the page's end */
};

/* A leaf node's key and values. */
struct wci_pages_found {
    struct wci_bytes key;
    bool is_tree;
    struct wci_datafile_tree tree; /* of values, when is_tree */
    struct wci_bytes values;       /* else: the value, or the values end to end */
};

/* The page's bytes, or NULL when it is outside the map or a meta page. */
const uint8_t *wci_pages_at(const struct wci_pages *pages, uint64_t number);

/* Makes `level` stand at the first node of a page; false when it is no such page, or its header is
 * wrong.  Nodes are not looked at. */
bool wci_pages_enter(const struct wci_pages *pages, uint64_t number, bool branch,
                     uint32_t value_size, struct wci_pages_level *level);

/* A node of a branch or leaf; false when it lies outside the page.  index < level->count. */
bool wci_pages_node(const struct wci_pages *pages, const struct wci_pages_level *level,
                    unsigned index, struct wci_pages_node *node);
/* The page that a branch's node leads to. */
uint64_t wci_pages_child(const struct wci_pages_node *node);

/* What the leaf's node at level->index holds, in a table with `value_size`. */
enum wcab_err wci_pages_value(const struct wci_pages *pages, const struct wci_pages_level *level,
                              uint32_t value_size, struct wci_pages_found *found,
                              struct wcab_error *err);

/* The values of the LEAF2 page that the walk stands on. */
static inline struct wci_bytes wci_pages_leaf_values(const struct wci_pages_walk *walk)
{
    const struct wci_pages_level *leaf = &walk->levels[walk->depth - 1];
    struct wci_bytes values = {(const char *)leaf->page + WCI_DATAFILE_HEADER,
                               (size_t)leaf->count * walk->value_size};

    return values;
}

#endif
