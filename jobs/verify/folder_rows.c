/*
 * folder_rows - see folder_rows.h.
 */
#include "jobs/verify/folder_rows.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/mem.h"

enum wcab_err wci_folder_rows_sort(const struct wci_listing *listing, uint32_t folder_count,
                                   struct wci_arena *arena, struct wci_folder_rows *sorted,
                                   struct wcab_error *err)
{
    uint32_t count = listing->row_count, i;
    uint32_t *folders = wci_mem_calloc((size_t)count + 1, sizeof(*folders));
    enum wcab_err code = WCAB_OK;

    sorted->rows = wci_arena_calloc(arena, (size_t)count + 1, sizeof(*sorted->rows));
    /* one more: while rows are filled in, the next of a folder stands at the start behind it */
    sorted->starts = wci_arena_calloc(arena, (size_t)folder_count + 2, sizeof(*sorted->starts));
    if (folders == NULL || sorted->rows == NULL || sorted->starts == NULL)
        code = wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        struct wci_entry entry;

        code = wci_listing_row(listing, i, &entry, err);
        folders[i] = code == WCAB_OK ? entry.cab_folder : WCI_NONE;
        if (folders[i] < folder_count)
            sorted->starts[folders[i] + 2]++;
    }
    for (i = 2; code == WCAB_OK && i < folder_count + 2; i++)
        sorted->starts[i] += sorted->starts[i - 1];
    for (i = 0; code == WCAB_OK && i < count; i++) {
        if (folders[i] < folder_count)
            sorted->rows[sorted->starts[folders[i] + 1]++] = i;
    }
    free(folders);
    return code;
}
