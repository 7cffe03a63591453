/*
 * lha_list - the members of an LHA archive, as the process of its own hands them over in which
 * liblhasa reads them (lha_library.h): one record each, then one that ends the list.
 */
#ifndef WCI_LHA_LIST_H
#define WCI_LHA_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/error.h"

/* What a record begins with. */
enum { WCI_LHA_FILE = 0, WCI_LHA_OTHER = 1, WCI_LHA_END = 2 };

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

void wci_lha_list_free(struct wci_lha_list *list);

/* Finds the members in list->bytes.  NOMEM. */
enum wcab_err wci_lha_list_take_members(struct wci_lha_list *list, struct wcab_error *err);

#endif
