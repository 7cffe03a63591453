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

#include "whichcab.h"

/* One table of LMDB's, as a meta page or a named table's record describes it. */
struct wci_datafile_tree {
    uint32_t value_size; /* of DUPFIXED tables */
    uint16_t flags, depth;
    uint64_t branch_pages, leaf_pages, overflow_pages, entries;
    uint64_t root; /* page number, WCI_DATAFILE_NO_PAGE when empty */
};
#define WCI_DATAFILE_NO_PAGE UINT64_MAX

struct wci_datafile {
    uint64_t size;      /* of the file, bytes */
    uint32_t page_size; /* bytes */
    uint64_t last_page; /* highest page number in use */
    uint64_t transaction;
    struct wci_datafile_tree free_tree, main_tree;
};

/*
 * Reads the meta pages of the data file `path` and describes the newest.  NOTFOUND: no file, or an
 * empty one (a catalog whose making was interrupted). CORRUPT: not LMDB's, or its meta pages
 * contradict each other or the file's size. VERSION: of another format of LMDB's. IO.
 */
enum wcab_err wci_datafile_inspect(const char *path, struct wci_datafile *datafile,
                                   struct wcab_error *err);

#endif
