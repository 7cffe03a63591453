/*
 * shard - see shard.h.
 */
#include "jobs/index/shard.h"

#include <string.h>

#include "core/text.h"

enum { FLOPPY_BYTES = 4 * 1024 * 1024 }; /* the largest have 2.88 MB, and a dump's headers */

/* FNV-1a with 64 bits, its bits mixed.  Never to be changed: shares that were begun with one
 * version are finished with another. */
static uint64_t hash_of(struct wci_bytes text)
{
    uint64_t hash = 0xCBF29CE484222325U;
    size_t i;

    for (i = 0; i < text.length; i++)
        hash = (hash ^ (uint8_t)text.data[i]) * 0x100000001B3U;
    hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15U;
    return hash >> 32;
}

void wci_shard_keep(struct wci_items *items, unsigned number, unsigned count)
{
    size_t i, kept = 0;

    if (count == 0)
        return;
    for (i = 0; i < items->count; i++) {
        const struct wci_item *item = &items->items[i];
        struct wci_bytes key = wci_bytes_of(item->path);

        if (!item->is_directory && item->stamp.size <= FLOPPY_BYTES)
            key = wci_bytes_folder(key);
        if (hash_of(key) % count == number - 1)
            items->items[kept++] = *item;
    }
    items->count = kept;
}
