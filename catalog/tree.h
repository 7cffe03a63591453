/*
 * tree - reading one table: a key's value, the keys in order, the values of a key.
 *
 * All of the catalog's reading goes through these calls, which ask whether it is to end
 * (CANCELLED).  Found bytes are borrowed from the transaction.  NOTFOUND comes without a text in err: what is missing is the caller's to say.
 */
#ifndef WCI_TREE_H
#define WCI_TREE_H

#include "catalog/pages.h"
#include "catalog/store.h"

/* A view of the catalog at one moment: what was committed is read page by page (pages.h), what a
 * writer is about to commit, and only LMDB knows, through LMDB. */
struct wci_tree {
    struct wci_store *store;
    MDB_txn *transaction;
    const struct wci_pages *pages; /* NULL: the transaction is a writer's */
};

/* The value of a key, the first in tables with several.  NOTFOUND, CORRUPT. */
enum wcab_err wci_tree_get(const struct wci_tree *tree, enum wci_table table, const void *key,
                           size_t key_size, struct wci_bytes *value, struct wcab_error *err);

/* True in *has when the key of a table with several values has this one. */
enum wcab_err wci_tree_has(const struct wci_tree *tree, enum wci_table table, const void *key,
                           size_t key_size, const void *value, bool *has, struct wcab_error *err);

/* Number of values in a table, and its size in bytes. */
enum wcab_err wci_tree_count(const struct wci_tree *tree, enum wci_table table, uint64_t *entries,
                             uint64_t *bytes, struct wcab_error *err);

struct wci_tree_cursor {
    struct wci_bytes key, value; /* where it stands; the first value of the key */
    size_t value_size;
    /* private: */
    const struct wcab_cancel *cancel;
    MDB_cursor *cursor; /* NULL: `pages` does it */
    bool started;       /* a run was given out since it came here */
    struct wci_bytes first_run;
    struct wci_pages_cursor pages;
};
enum wcab_err wci_tree_cursor_open(const struct wci_tree *tree, enum wci_table table,
                                   struct wci_tree_cursor *cursor, struct wcab_error *err);
void wci_tree_cursor_close(struct wci_tree_cursor *cursor);

/* To the first key that is not below `key`.  NOTFOUND: there is none. */
enum wcab_err wci_tree_cursor_seek(struct wci_tree_cursor *cursor, const void *key, size_t key_size,
                                   struct wcab_error *err);
/* To the next key.  NOTFOUND: that was the last. */
enum wcab_err wci_tree_cursor_next(struct wci_tree_cursor *cursor, struct wcab_error *err);
/* The next values of the present key in ascending order, one behind the other: a whole number of
 * the table's value_size.  NOTFOUND: there are no more. */
enum wcab_err wci_tree_cursor_run(struct wci_tree_cursor *cursor, struct wci_bytes *run,
                                  struct wcab_error *err);

#endif
