/*
 * folder_rows - the rows of a cabinet in order of their folders, sorted once for all folders.
 */
#ifndef WCI_FOLDER_ROWS_H
#define WCI_FOLDER_ROWS_H

#include "catalog/catalog.h"

struct wci_folder_rows {
    uint32_t *rows;   /* those of folder n are rows[starts[n]] up to rows[starts[n + 1]] */
    uint32_t *starts; /* one more than there are folders */
};

/* Rows that name no folder of the cabinet's are left out.  The memory is the arena's.  CORRUPT,
 * NOMEM. */
enum wcab_err wci_folder_rows_sort(const struct wci_listing *listing, uint32_t folder_count,
                                   struct wci_arena *arena, struct wci_folder_rows *sorted,
                                   struct wcab_error *err);

#endif
