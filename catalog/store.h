/*
 * store - one open catalog: the LMDB environment and its tables.  Private to this folder.
 */
#ifndef WCI_STORE_H
#define WCI_STORE_H

#include <lmdb.h>

#include "catalog/environment.h"
#include "catalog/schema.h"

struct wci_store {
    struct wci_environment *environment; /* given back when the store is closed */
    MDB_env *env;                        /* the environment's */
    MDB_dbi tables[WCI_TABLE_COUNT];
    char *folder;    /* owned; NULL for a single file */
    char *data_path; /* owned */
    enum wci_store_mode mode;
    const struct wcab_cancel *cancel; /* asked by all that is read through it; borrowed, or NULL */
    struct wcab_fetch *fetch;         /* borrowed, or NULL */
};

/* The code and text for a result of LMDB; `doing` says what failed, "reading the catalog". */
enum wcab_err wci_store_error(int result, const char *doing, struct wcab_error *err);
#ifdef __clang_analyzer__ /* see core/error.h */
#define wci_store_error(result, doing, err) (wci_store_error(result, doing, err), WCAB_ERR_IO)
#endif

/* As wci_store_error for what came of writing, with the catalog's file as place.  LMDB calls a
 * write that was cut short EIO, also on a full disk: whether that is the reason is asked of the
 * file system. */
enum wcab_err wci_store_write_error(const struct wci_store *store, int result, const char *doing,
                                    struct wcab_error *err);

/* Opens the catalog's file anew where it has been replaced by another since.  For a store that
 * nothing else uses yet. */
enum wcab_err wci_store_renew(struct wci_store *store, struct wcab_error *err);

/* UNSUPPORTED when the magic number (statfs, f_type) is a network file system's. */
enum wcab_err wci_store_accept_file_system(unsigned long magic, struct wcab_error *err);

/*
 * The writer lock: an open file description lock on `folder`/writer.lock, which a process loses
 * with its last breath.  The holder's process id stands in the file.  BUSY: held, the text names
 * the process; with `wait` it waits instead, until *cancel (may be NULL) turns true: CANCELLED. IO.
 */
enum wcab_err wci_store_lock(const struct wci_store *store, bool wait,
                             const struct wcab_cancel *cancel, int *lock, struct wcab_error *err);
void wci_store_unlock(int lock);

/* ---- copy.c ------------------------------------------------------------------------------- */

/* Gives `file` the owner, group and mode of the catalog's data file. */
enum wcab_err wci_copy_keep_rights(const struct wci_store *store, int file, struct wcab_error *err);
/* Puts the file `compact` in the place of the catalog's, of which the writer lock is held. */
enum wcab_err wci_copy_replace_data(const struct wci_store *store, const char *compact,
                                    struct wcab_error *err);
/* Makes the data file compact when more than half of it is free; whatever keeps from that, it stays
 * as it is. */
struct wci_writer;
void wci_copy_keep_small(struct wci_writer *writer);

#endif
