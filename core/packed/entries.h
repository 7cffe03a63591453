/*
 * entries - the entries of one container, packed: about a fifth of what an array of struct wci_entry
 * takes.  A disc may have a million of them.
 */
#ifndef WCI_ENTRIES_H
#define WCI_ENTRIES_H

#include "core/record.h"

/* A list that grows; all but what finds them lies in an arena. */
struct wci_entries {
    struct wci_arena *arena;
    uint32_t count;
    uint32_t *places;          /* block and offset of each; owned */
    uint8_t **blocks;          /* of the arena, as all that follows */
    struct wci_bytes *folders; /* each run of entries of one folder shares one */
    size_t place_capacity, block_count, block_capacity, folder_count, folder_capacity;
    size_t used, room; /* bytes of the last block */
};

void wci_entries_init(struct wci_entries *entries, struct wci_arena *arena);
void wci_entries_free(struct wci_entries *entries); /* leaves it initialised; the arena stays */

/* Appends a copy with all that it points to.  False without memory. */
bool wci_entries_add(struct wci_entries *entries, const struct wci_entry *entry);
/* Puts another entry in the place of one that there is.  What was got of it before stays valid. */
bool wci_entries_set(struct wci_entries *entries, uint32_t row, const struct wci_entry *entry);
/* Unpacks one that there is.  What it points to lies in the arena, names with a NUL behind them. */
void wci_entries_get(const struct wci_entries *entries, uint32_t row, struct wci_entry *entry);

/* Gives all of them to the container: as an array when they are few, else packed, as a list that
 * lies in the arena.  The list is empty then.  False without memory. */
bool wci_entries_give(struct wci_entries *entries, struct wci_container *container);

#endif
