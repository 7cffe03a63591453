/*
 * mem - see mem.h.
 */
#include "core/mem.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_FIRST_BLOCK = 8192, ARENA_LARGEST_BLOCK = 1024 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    alignas(max_align_t) uint8_t data[];
};

struct wci_arena {
    struct arena_block *blocks; /* all of them, the current one first */
    size_t next_size;
    size_t used;
};

void *wci_mem_calloc(size_t count, size_t size)
{
    if (count == 0 || size == 0)
        return NULL;
    return calloc(count, size);
}

bool wci_mem_grow(void *array, size_t count, size_t *capacity, size_t element_size)
{
    void *old;
    void *grown;
    size_t larger;

    if (count < *capacity)
        return true;
    larger = *capacity < 8 ? 8 : *capacity + *capacity / 2;
    if (larger > SIZE_MAX / 2 / element_size)
        return false;
    memcpy(&old, array, sizeof(old));
    grown = realloc(old, larger * element_size);
    if (grown == NULL)
        return false;
    memcpy(array, &grown, sizeof(grown));
    *capacity = larger;
    return true;
}

struct wci_arena *wci_arena_new(void)
{
    struct wci_arena *arena = calloc(1, sizeof(*arena));

    if (arena != NULL)
        arena->next_size = ARENA_FIRST_BLOCK;
    return arena;
}

static void free_blocks(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;

        free(block);
        block = next;
    }
}

void wci_arena_free(struct wci_arena *arena)
{
    if (arena == NULL)
        return;
    free_blocks(arena->blocks);
    free(arena);
}

void wci_arena_reset(struct wci_arena *arena)
{
    if (arena->blocks != NULL) { /* keep the newest, which is the largest */
        free_blocks(arena->blocks->next);
        arena->blocks->next = NULL;
        arena->blocks->used = 0;
    }
    arena->used = 0;
}

static struct arena_block *add_block(struct wci_arena *arena, size_t size)
{
    size_t room = size > arena->next_size ? size : arena->next_size;
    struct arena_block *block = malloc(sizeof(*block) + room);

    if (block == NULL)
        return NULL;
    block->size = room;
    block->used = 0;
    block->next = arena->blocks;
    arena->blocks = block;
    if (arena->next_size < ARENA_LARGEST_BLOCK)
        arena->next_size *= 2;
    return block;
}

void *wci_arena_alloc(struct wci_arena *arena, size_t size)
{
    const size_t unit = alignof(max_align_t);
    struct arena_block *block = arena->blocks;
    size_t rounded;
    void *place;

    if (size > SIZE_MAX / 4)
        return NULL;
    rounded = (size + unit - 1) / unit * unit;
    if (rounded == 0)
        rounded = unit;
    if (block == NULL || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
        if (block == NULL)
            return NULL;
    }
    place = block->data + block->used;
    block->used += rounded;
    arena->used += rounded;
    return place;
}

void *wci_arena_calloc(struct wci_arena *arena, size_t count, size_t size)
{
    void *place;

    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    place = wci_arena_alloc(arena, count * size);
    if (place != NULL)
        memset(place, 0, count * size);
    return place;
}

struct wci_bytes wci_arena_bytes(struct wci_arena *arena, struct wci_bytes bytes)
{
    struct wci_bytes copy = {NULL, 0};
    char *place = wci_arena_alloc(arena, bytes.length + 1);

    if (place == NULL)
        return copy;
    if (bytes.length > 0)
        memcpy(place, bytes.data, bytes.length);
    place[bytes.length] = '\0';
    copy.data = place;
    copy.length = bytes.length;
    return copy;
}

char *wci_arena_strdup(struct wci_arena *arena, const char *string)
{
    size_t size = strlen(string) + 1;
    char *place = wci_arena_alloc(arena, size);

    if (place != NULL)
        memcpy(place, string, size);
    return place;
}

size_t wci_arena_used(const struct wci_arena *arena)
{
    return arena->used;
}
