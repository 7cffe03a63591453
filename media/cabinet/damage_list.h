/*
 * damage_list - the damaged blocks of a folder while it is decoded.
 */
#ifndef WCI_DAMAGE_LIST_H
#define WCI_DAMAGE_LIST_H

#include "media/cabinet/decode.h"

struct wci_damage_list {
    struct wci_damage *damages; /* owned */
    size_t count, capacity;
    bool nomem; /* one was told that could not be kept */
};

/* For wci_decode_folder_salvage. */
struct wci_damage_sink wci_damage_list_sink(struct wci_damage_list *list);

/* The first damage that bytes start..start+size of the folder lie in, or NULL. */
const struct wci_damage *wci_damage_list_find(const struct wci_damage_list *list, uint64_t start,
                                              uint64_t size);

/* How many of those bytes are zeroes in place of what was lost (decoded with doubt counts not). */
uint64_t wci_damage_list_lost(const struct wci_damage_list *list, uint64_t start, uint64_t size);

/*
 * The damaged ranges of those bytes, counted from `start`: in order, apart from each other, told
 * apart by whether they are lost.  To be freed with free().  NOMEM.
 */
enum wcab_err wci_damage_list_ranges(const struct wci_damage_list *list, uint64_t start,
                                     uint64_t size, struct wcab_damaged_range **ranges,
                                     size_t *count, struct wcab_error *err);

/* The damage as an error: the block's number, and why. */
void wci_damage_list_error(const struct wci_damage *damage, struct wcab_error *err);

void wci_damage_list_free(struct wci_damage_list *list);

#endif
