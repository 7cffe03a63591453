/*
 * block_check - see block_check.h.
 */
#include "jobs/verify/block_check.h"

#include <string.h>

#include "core/error.h"
#include "media/cabinet/cab_folder.h"
#include "reopen/folder_decode.h"

static void on_block_fault(void *context, const struct wci_cab_fault *fault)
{
    struct wcab_error *first = context;

    if (first->code == WCAB_OK)
        *first = fault->error;
}

enum wcab_err wci_block_check(const struct wci_folder_parts *parts, struct wcab_error *broken,
                              struct wcab_error *err)
{
    struct wci_cab_folder_options options = {
        .salvage = true, .context = broken, .fault = on_block_fault};
    struct wci_cab_folder_reader *reader = NULL;
    struct wci_cab_block block = {.payload = NULL};
    struct wci_block_reader blocks;
    enum wcab_err code = wci_folder_blocks_open(parts, &options, &reader, err);

    if (code != WCAB_OK)
        return code;
    blocks = wci_cab_folder_blocks(reader);
    do {
        memset(&block, 0, sizeof(block));
        code = blocks.next(blocks.context, &block, err);
    } while (code == WCAB_OK && (block.payload != NULL || block.flags != 0));
    wci_cab_folder_close(reader);
    return wci_error_ends_run(code) ? code : WCAB_OK;
}
