/*
 * mem - checked allocation: sizes that can't overflow, growing arrays, and an arena.
 */
#ifndef WCI_MEM_H
#define WCI_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"

/* count * size bytes, zeroed; NULL on overflow, on count 0 or without memory. */
void *wci_mem_calloc(size_t count, size_t size);

/* Makes room for one more element: *capacity grows by half when count reaches it.  Returns false
 * and leaves all as it was without memory.  `array` is the address of the array pointer. */
bool wci_mem_grow(void *array, size_t count, size_t *capacity, size_t element_size);

/* An arena: many small allocations, one free.  Not thread-safe. */
struct wci_arena;
struct wci_arena *wci_arena_new(void); /* NULL without memory */
void wci_arena_free(struct wci_arena *arena);
/* Forgets all allocations, keeps the first blocks for reuse. */
void wci_arena_reset(struct wci_arena *arena);
/* Aligned for any type, not zeroed; NULL without memory. */
void *wci_arena_alloc(struct wci_arena *arena, size_t size);
void *wci_arena_calloc(struct wci_arena *arena, size_t count, size_t size);
/* A copy that is NUL-terminated too; {NULL, 0} without memory. */
struct wci_bytes wci_arena_bytes(struct wci_arena *arena, struct wci_bytes bytes);
char *wci_arena_strdup(struct wci_arena *arena, const char *string);
/* Bytes handed out since the last reset. */
size_t wci_arena_used(const struct wci_arena *arena);

#endif
