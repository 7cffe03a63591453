/*
 * folder_decode - see folder_decode.h.
 */
#include "reopen/folder_decode.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/mem.h"

/* The opened parts as the folder's reader takes them; to be freed.  NULL: out of memory. */
static struct wci_cab_part *cab_parts(const struct wci_folder_parts *parts)
{
    struct wci_cab_part *made = wci_mem_calloc(parts->opened + 1, sizeof(*made));
    size_t i;

    for (i = 0; made != NULL && i < parts->opened; i++) {
        made[i].source = wci_opened_source(parts->parts[i].opened);
        made[i].cab = parts->parts[i].cab;
        made[i].folder = parts->parts[i].folder;
        made[i].name = parts->parts[i].name;
    }
    return made;
}

enum wcab_err wci_folder_blocks_open(const struct wci_folder_parts *parts,
                                     const struct wci_cab_folder_options *options,
                                     struct wci_cab_folder_reader **reader, struct wcab_error *err)
{
    struct wci_cab_part *opened;
    enum wcab_err code;

    if (parts->opened == 0)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "no cabinet of the folder is at hand");
    opened = cab_parts(parts);
    if (opened == NULL)
        return wci_error_nomem(err);
    code = wci_cab_folder_open(opened, parts->opened, options, reader, err);
    free(opened);
    return code;
}

enum wcab_err wci_folder_decode(const struct wci_folder_parts *parts, struct wci_folder_take *take,
                                struct wcab_error *err)
{
    struct wci_cab_part *opened = cab_parts(parts);
    enum wcab_err code;

    if (opened == NULL)
        return wci_error_nomem(err);
    code = wci_folder_take_run(take, opened, parts->begins ? parts->opened : 0, err);
    free(opened);
    return code;
}
