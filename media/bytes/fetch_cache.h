/*
 * fetch_cache - blocks of files that were fetched, up to so many; those that were not asked for for
 * the longest time go first.
 */
#ifndef WCI_FETCH_CACHE_H
#define WCI_FETCH_CACHE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WCI_FETCH_BLOCK = 16 * 1024,
    WCI_FETCH_SETS = 128, /* in each, blocks compete for a place */
    WCI_FETCH_WAYS = 8
};

struct wci_fetch_cache {
    pthread_mutex_t lock;
    uint64_t clock;
    struct wci_fetch_slot {
        uint64_t file, block, used; /* used 0: empty */
        size_t length;
        uint8_t *bytes; /* owned, WCI_FETCH_BLOCK; NULL: none yet */
    } slots[WCI_FETCH_SETS][WCI_FETCH_WAYS];
};

void wci_fetch_cache_init(struct wci_fetch_cache *cache);
void wci_fetch_cache_free(struct wci_fetch_cache *cache);

/* Copies up to `length` bytes of the block from `start` on; 0: it is not there. */
size_t wci_fetch_cache_get(struct wci_fetch_cache *cache, uint64_t file, uint64_t block,
                           size_t start, void *bytes, size_t length);
bool wci_fetch_cache_has(struct wci_fetch_cache *cache, uint64_t file, uint64_t block);
/* Keeps a block, shorter than others only at the end of its file; without memory it is not kept. */
void wci_fetch_cache_put(struct wci_fetch_cache *cache, uint64_t file, uint64_t block,
                         const void *bytes, size_t length);

#endif
