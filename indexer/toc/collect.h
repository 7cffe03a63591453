/*
 * collect - from files of a container that are tables of contents to a container with their rows.
 */
#ifndef WCI_TOC_COLLECT_H
#define WCI_TOC_COLLECT_H

#include "core/record.h"
#include "indexer/toc/toc.h"
#include "media/bytes/source.h"

/* Tables of other kinds than the well-known ones that are read on one volume. */
enum { WCI_TOC_OTHERS = 64 };

/* Whether the file may be a table of contents where it lies: in a container of this kind. */
bool wci_toc_is_candidate(enum wci_container_kind kind, const struct wci_entry *entry);

/* Of a cabinet's rows, those that hold its tables: appends to rows, which has room for `room` ones,
 * and returns how many.  `all`: also what is dear to unpack (SETUPX.DLL) where it isn't passed over
 * anyhow and only confirms what the time of day of the files tells. */
size_t wci_toc_cabinet_rows(const struct wci_container *cabinet, bool all, uint32_t *rows,
                            size_t room);

/* Adds what the file says, which may be packed (SZDD, KWAJ).  A file that is no table, or does not
 * unpack, adds nothing.  NOMEM, CANCELLED. */
enum wcab_err wci_toc_collect(struct wci_toc *toc, const struct wci_entry *entry,
                              struct wci_source *source, struct wcab_error *err);

/* Whether it says anything. */
bool wci_toc_is_empty(const struct wci_toc *toc);

/* Fills the entries of a container of kind WCI_CONTAINER_CONTENTS (see core/record.h).  NOMEM. */
enum wcab_err wci_toc_record(const struct wci_toc *toc, struct wci_arena *arena,
                             struct wci_container *container, struct wcab_error *err);

#endif
