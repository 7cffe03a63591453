/*
 * iso_session - see iso_session.h.
 */
#include "media/volume/iso_session.h"

#include <stdlib.h>

enum { SECTOR = 2048, PIECE = 64 * SECTOR, SEARCHED = 16 * 1024 * 1024 };

/* Whether the bytes are the root folder's start, by its own word. */
static bool is_root(const struct wci_iso_tree *tree, const uint8_t *bytes, size_t size)
{
    struct wci_iso_record record;

    return wci_iso_record_read(bytes, size, tree->variant, UINT32_MAX, &record) &&
           record.name.length == 1 && record.name.data[0] == 0 &&
           record.block == tree->root_block && record.size == tree->root_size;
}

static bool is_in_place(const struct wci_iso_tree *tree)
{
    uint8_t bytes[SECTOR];
    uint64_t offset;
    size_t got;

    if (!wci_iso_folder_offset(tree, tree->root_block, &offset))
        return false;
    /* what can't be read may well be it */
    return wci_source_read_some(tree->source, offset, bytes, sizeof(bytes), &got, NULL) !=
               WCAB_OK ||
           is_root(tree, bytes, got);
}

bool wci_iso_session_find(const struct wci_iso_tree *tree, int64_t *origin)
{
    uint64_t wanted = tree->root_block * tree->block_size, size, at;
    uint8_t *bytes;
    bool found = false;

    if (!tree->present || is_in_place(tree))
        return false;
    size = wci_source_size(tree->source);
    bytes = malloc(PIECE);
    for (at = 0; bytes != NULL && !found && at < SEARCHED && at < size; at += PIECE) {
        size_t got = 0, sector;

        if (wci_source_read_some(tree->source, at, bytes, PIECE, &got, NULL) != WCAB_OK)
            continue;
        for (sector = 0; !found && sector + SECTOR <= got; sector += SECTOR) {
            found = at + sector < wanted && is_root(tree, bytes + sector, SECTOR);
            if (found)
                *origin = (int64_t)(at + sector) - (int64_t)wanted;
        }
    }
    free(bytes);
    return found;
}
