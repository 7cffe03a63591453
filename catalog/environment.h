/*
 * environment - the LMDB environments that this process has open, one for each catalog's file.
 * Private to this folder.
 *
 * LMDB forbids a second environment for a file in one process: closing either of them drops the
 * process's locks on it and takes the table of readers away from the other.  So all stores of a
 * catalog share one, which is found by the file's device and inode and closed behind the last of
 * them.  This table is the only state that the library keeps for a process; a mutex guards it.
 */
#ifndef WCI_ENVIRONMENT_H
#define WCI_ENVIRONMENT_H

#include <lmdb.h>
#include <stdbool.h>

#include "catalog/catalog.h"

struct wci_environment;

/* The environment of the catalog in `folder`, or of the single file `data_path` where folder is
 * NULL. Give it back with wci_environment_close.  Thread-safe. BUSY: it is to be written, and this
 * process has it open where it may only be read.  IO: also without room for the table of readers,
 * which LMDB would otherwise die of.  What wci_store_error says. */
enum wcab_err wci_environment_open(const char *folder, const char *data_path,
                                   enum wci_store_mode mode, struct wci_environment **environment,
                                   struct wcab_error *err);
void wci_environment_close(struct wci_environment *environment); /* NULL is fine */

/* LMDB's own; borrowed. */
MDB_env *wci_environment_env(const struct wci_environment *environment);

/* Whether the file that was opened is still the one of that name: compaction replaces it. */
bool wci_environment_is_current(const struct wci_environment *environment, const char *data_path);
/* A number that is another one, never 0, after each commit and for each file. */
uint64_t wci_environment_moment(const struct wci_environment *environment);

/*
 * Takes the pages of the data file that were looked at out of this process's memory: what maps it
 * reads them again when it needs them.  They would add up to all of the file, several times when
 * several readers have a map of it.  Of a small file nothing is done.
 */
void wci_environment_relax(const struct wci_environment *environment);

/* Tables of an environment are opened by one thread at a time: between these two. */
void wci_environment_begin_tables(void);
void wci_environment_end_tables(void);

#endif
