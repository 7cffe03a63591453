/*
 * pages - reading LMDB's trees with every offset checked.
 *
 * LMDB believes what stands in its pages: one flipped bit can make it read outside the file, or
 * for ever.  A catalog lies on somebody's disk for years, so what only reads does not go through
 * LMDB's own tree code but through this: it follows the same format (datafile.c, and below), holds
 * every page number, offset, size and depth against the file, and returns CORRUPT instead.  LMDB's
 * part in reading is to keep the pages of the moment that is read from being used again.
 *
 *   branch page  header, u16 offsets of nodes; node: page number (u32, top 16 bits in flags),
 *                flags u16, key size u16, key.  The key of node 0 stands for "below all".
 *   leaf page    the same; node: value size u32, flags u16, key size u16, key, value
 *   value        as it is | BIGDATA: number of the first overflow page | SUBDATA: a tree |
 *                DUPDATA: a page inside the node (LEAF2) | DUPDATA + SUBDATA: a tree of values
 *   LEAF2 page   header, values of one size, sorted
 */
#ifndef WCI_PAGES_H
#define WCI_PAGES_H

#include "catalog/datafile.h"
#include "catalog/schema.h"

enum { WCI_PAGES_DEPTH = 32 };

/* The pages of one moment: borrowed from a map that the opener keeps. */
struct wci_pages {
    const uint8_t *map;
    size_t map_size; /* bytes: a whole number of pages */
    uint32_t page_size;
    struct wci_datafile datafile;
    uint32_t format; /* the catalog's version */
    struct wci_datafile_tree tables[WCI_TABLE_COUNT];
};

/* A way from the root of a tree to a leaf. */
struct wci_pages_walk {
    const struct wci_pages *pages;
    uint64_t root, visited; /* pages met: more than the file has means a circle */
    unsigned depth;
    uint32_t value_size; /* of LEAF2 pages, 0 in trees of keys */
    struct wci_pages_level {
        const uint8_t *page;
        uint16_t count, index;
    } levels[WCI_PAGES_DEPTH];
};

/*
 * Describes the pages of transaction `transaction` in a map of the data file, and finds the tables
 * in its main tree.  BUSY: the transaction is no longer one of the two newest (try again with a new
 * one).  NOTFOUND: it has no tables at all.  VERSION: the catalog's format is another. CORRUPT.
 */
enum wcab_err wci_pages_open(const uint8_t *map, size_t map_size, uint64_t transaction,
                             struct wci_pages *pages, struct wcab_error *err);

/*
 * The same for a damaged file that nobody writes to: by the meta page that leads to more tables, or
 * to newer ones.  Tables that can't be found are empty.  CORRUPT: none can.  VERSION.
 */
enum wcab_err wci_pages_salvage(const uint8_t *map, size_t map_size, struct wci_pages *pages,
                                struct wcab_error *err);

/* As the functions of tree.h, which see. Where the cursor stands, `value` is the first run of
 * values of the key; wci_pages_cursor_run gives those behind it. */
enum wcab_err wci_pages_get(const struct wci_pages *pages, enum wci_table table, const void *key,
                            size_t key_size, struct wci_bytes *value, struct wcab_error *err);
enum wcab_err wci_pages_has(const struct wci_pages *pages, enum wci_table table, const void *key,
                            size_t key_size, const void *value, bool *has, struct wcab_error *err);

struct wci_pages_cursor {
    struct wci_pages_walk keys, values; /* values: of the present key, when they form a tree */
    bool values_are_tree;
    uint32_t value_size;
};
void wci_pages_cursor_open(const struct wci_pages *pages, enum wci_table table,
                           struct wci_pages_cursor *cursor);
enum wcab_err wci_pages_cursor_seek(struct wci_pages_cursor *cursor, const void *key,
                                    size_t key_size, struct wci_bytes *found,
                                    struct wci_bytes *value, struct wcab_error *err);
enum wcab_err wci_pages_cursor_next(struct wci_pages_cursor *cursor, struct wci_bytes *found,
                                    struct wci_bytes *value, struct wcab_error *err);
enum wcab_err wci_pages_cursor_run(struct wci_pages_cursor *cursor, struct wci_bytes *run,
                                   struct wcab_error *err);

/*
 * Looks at every page of every tree, the list of free pages among them: each must be sound, hold
 * its keys in order, and belong to one place only.  Each fault is told to `report`; *faults counts
 * them.  CANCELLED, NOMEM.
 */
enum wcab_err wci_pages_check(const struct wci_pages *pages, const struct wcab_cancel *cancel,
                              wci_check_report *report, void *context, uint64_t *faults,
                              struct wcab_error *err);

#endif
