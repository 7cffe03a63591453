/*
 * fetch_cache - see fetch_cache.h.
 */
#include "media/bytes/fetch_cache.h"

#include <stdlib.h>
#include <string.h>

void wci_fetch_cache_init(struct wci_fetch_cache *cache)
{
    memset(cache, 0, sizeof(*cache));
    (void)pthread_mutex_init(&cache->lock, NULL);
}

void wci_fetch_cache_free(struct wci_fetch_cache *cache)
{
    size_t set, way;

    for (set = 0; set < WCI_FETCH_SETS; set++) {
        for (way = 0; way < WCI_FETCH_WAYS; way++)
            free(cache->slots[set][way].bytes);
    }
    (void)pthread_mutex_destroy(&cache->lock);
}

/* Blocks that follow each other lie in different sets. */
static struct wci_fetch_slot *set_of(struct wci_fetch_cache *cache, uint64_t file, uint64_t block)
{
    return cache->slots[(file * 37 + block) % WCI_FETCH_SETS];
}

static struct wci_fetch_slot *find(struct wci_fetch_cache *cache, uint64_t file, uint64_t block)
{
    struct wci_fetch_slot *set = set_of(cache, file, block);
    size_t way;

    for (way = 0; way < WCI_FETCH_WAYS; way++) {
        if (set[way].used != 0 && set[way].file == file && set[way].block == block)
            return &set[way];
    }
    return NULL;
}

size_t wci_fetch_cache_get(struct wci_fetch_cache *cache, uint64_t file, uint64_t block,
                           size_t start, void *bytes, size_t length)
{
    struct wci_fetch_slot *slot;
    size_t copied = 0;

    (void)pthread_mutex_lock(&cache->lock);
    slot = find(cache, file, block);
    if (slot != NULL && start < slot->length) {
        copied = length < slot->length - start ? length : slot->length - start;
        memcpy(bytes, slot->bytes + start, copied);
        slot->used = ++cache->clock;
    }
    (void)pthread_mutex_unlock(&cache->lock);
    return copied;
}

bool wci_fetch_cache_has(struct wci_fetch_cache *cache, uint64_t file, uint64_t block)
{
    bool has;

    (void)pthread_mutex_lock(&cache->lock);
    has = find(cache, file, block) != NULL;
    (void)pthread_mutex_unlock(&cache->lock);
    return has;
}

void wci_fetch_cache_put(struct wci_fetch_cache *cache, uint64_t file, uint64_t block,
                         const void *bytes, size_t length)
{
    struct wci_fetch_slot *set, *slot;
    size_t way;

    if (length > WCI_FETCH_BLOCK)
        return;
    (void)pthread_mutex_lock(&cache->lock);
    set = set_of(cache, file, block);
    slot = find(cache, file, block);
    if (slot == NULL) {
        slot = &set[0];
        for (way = 1; way < WCI_FETCH_WAYS; way++) {
            if (set[way].used < slot->used)
                slot = &set[way];
        }
    }
    if (slot->bytes == NULL)
        slot->bytes = malloc(WCI_FETCH_BLOCK);
    if (slot->bytes != NULL) {
        slot->file = file;
        slot->block = block;
        slot->used = ++cache->clock;
        slot->length = length;
        memcpy(slot->bytes, bytes, length);
    }
    (void)pthread_mutex_unlock(&cache->lock);
}
