/*
 * datafile - what can be known of a catalog's data file before LMDB maps it.
 *
 * LMDB trusts its file: a wrong magic number it reports, a short file kills the process.  So its
 * two meta pages are read here first, and held against the file's size.
 */
#ifndef WCI_DATAFILE_H
#define WCI_DATAFILE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "whichcab.h"

/* One table of LMDB's, as a meta page or a named table's record describes it. */
struct wci_datafile_tree {
    uint32_t value_size; /* of DUPFIXED tables */
    uint16_t flags, depth;
    uint64_t branch_pages, leaf_pages, overflow_pages, entries;
    uint64_t root; /* page number, WCI_DATAFILE_NO_PAGE when empty */
};
#define WCI_DATAFILE_NO_PAGE UINT64_MAX
#define WCI_DATAFILE_MOST_PAGES (UINT64_C(1) << 48) /* what a node can point at */

struct wci_datafile {
    uint64_t size;      /* of the file, bytes */
    uint32_t page_size; /* bytes */
    uint64_t last_page; /* highest page number given out; that page may not be written yet */
    uint64_t transaction;
    struct wci_datafile_tree free_tree, main_tree;
};

/*
 * LMDB 0.9's file format, from its source (mdb.c: MDB_page, MDB_meta, MDB_db).  Everything is in
 * the machine's own byte order, and page numbers and counters have the size of a size_t: a data
 * file belongs to one kind of machine, export and import carry a catalog to another.
 *
 *   page header   number (word), pad u16, flags u16, lower u16, upper u16; of overflow pages the
 *                 last two are their count u32
 *   meta page     header, magic u32, version u32, address (word), map size (word), tree of free
 *                 pages, main tree, last page (word), transaction (word)
 *   tree          pad u32, flags u16, depth u16, branch pages, leaf pages, overflow pages, entries,
 *                 root (words)
 */
enum {
    WCI_DATAFILE_WORD = sizeof(size_t),
    WCI_DATAFILE_HEADER = WCI_DATAFILE_WORD + 8, /* bytes of a page's header */
    WCI_DATAFILE_PAD = WCI_DATAFILE_WORD,        /* offsets in it */
    WCI_DATAFILE_FLAGS = WCI_DATAFILE_WORD + 2,
    WCI_DATAFILE_LOWER = WCI_DATAFILE_WORD + 4,
    WCI_DATAFILE_UPPER = WCI_DATAFILE_WORD + 6,
    WCI_DATAFILE_TREE = 8 + 5 * WCI_DATAFILE_WORD, /* bytes of a tree's record */
    WCI_DATAFILE_META = WCI_DATAFILE_HEADER + 8 + 4 * WCI_DATAFILE_WORD + 2 * WCI_DATAFILE_TREE
};

static inline uint16_t wci_datafile_u16(const uint8_t *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

static inline uint32_t wci_datafile_u32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof(value));
    return value;
}

/* All ones stay all ones. */
static inline uint64_t wci_datafile_word(const uint8_t *at)
{
    size_t value;

    memcpy(&value, at, sizeof(value));
    return value == SIZE_MAX ? UINT64_MAX : value;
}

/* The record of a tree, WCI_DATAFILE_TREE bytes. */
void wci_datafile_tree(const uint8_t *record, struct wci_datafile_tree *tree);

/* Describes one meta page (number 0 or 1), of which WCI_DATAFILE_META bytes are at hand, in a file
 * of `size` bytes.  CORRUPT, VERSION as below. */
enum wcab_err wci_datafile_meta(const uint8_t *meta, unsigned number, uint64_t size,
                                struct wci_datafile *datafile, struct wcab_error *err);

/*
 * Reads the meta pages of the data file `path` and describes the newest.  NOTFOUND: no file, or an
 * empty one (a catalog whose making was interrupted). CORRUPT: not LMDB's, or its meta pages
 * contradict each other or the file's size. VERSION: of another format of LMDB's. IO.
 */
enum wcab_err wci_datafile_inspect(const char *path, struct wci_datafile *datafile,
                                   struct wcab_error *err);

#endif
