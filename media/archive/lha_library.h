/*
 * lha_library - what liblhasa does with an LHA archive, in a process of its own (child.h): it reads
 * all that LHarc, LHA and PMarc ever wrote, but was not made for hostile files.
 */
#ifndef WCI_LHA_LIBRARY_H
#define WCI_LHA_LIBRARY_H

#include "media/archive/lha_list.h"
#include "media/bytes/named_files.h"
#include "media/bytes/spool.h"

/* Lists the archive whose copy is the first of `files`.  CORRUPT: no member can be read.  LIMIT,
 * IO, NOMEM, CANCELLED. */
enum wcab_err wci_lha_library_list(const struct wci_named_files *files,
                                   const struct wci_budget *budget, struct wci_lha_list *list,
                                   struct wcab_error *err);

/* Unpacks a member into the spool.  UNSUPPORTED: its method is not known.  CORRUPT: it does not
 * unpack, or its checksum is another one. */
enum wcab_err wci_lha_library_save(const struct wci_named_files *files, size_t number,
                                   struct wci_spool *spool, struct wcab_error *err);

#endif
