/*
 * lha_library - what liblhasa does with an LHA archive, in a process of its own (child.h): it reads
 * all that LHarc, LHA and PMarc ever wrote, but was not made for hostile files.
 */
#ifndef WCI_LHA_LIBRARY_H
#define WCI_LHA_LIBRARY_H

#include <stdbool.h>

#include "core/bytes.h"
#include "media/bytes/named_files.h"
#include "media/bytes/spool.h"

enum { WCI_LHA_METHOD = 5 };

struct wci_lha_member {
    uint32_t size;
    uint32_t time; /* Unix */
    bool is_file;  /* no folder, no symbolic link */
    bool size_known;
    bool has_path;                   /* `name` is a path of DOS; else it has no separators */
    char method[WCI_LHA_METHOD + 1]; /* "-lh5-" */
    struct wci_bytes folder, name;   /* as stored, any bytes; borrowed */
};

/* All members, packed. */
struct wci_lha_list {
    struct wci_buffer bytes;
    struct wci_lha_member *members; /* owned */
    size_t count;
    uint64_t end;      /* where reading ended, and ... */
    bool whole, broke; /* ... whether the child came to it, and the archive goes on there */
};

/* Lists the archive whose copy is the first of `files`.  CORRUPT: no member can be read.  LIMIT,
 * IO, NOMEM, CANCELLED. */
enum wcab_err wci_lha_library_list(const struct wci_named_files *files,
                                   const struct wci_budget *budget, struct wci_lha_list *list,
                                   struct wcab_error *err);
void wci_lha_list_free(struct wci_lha_list *list);

/* Unpacks a member into the spool.  UNSUPPORTED: its method is not known.  CORRUPT: it does not
 * unpack, or its checksum is another one. */
enum wcab_err wci_lha_library_save(const struct wci_named_files *files, size_t number,
                                   struct wci_spool *spool, struct wcab_error *err);

#endif
