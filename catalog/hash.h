/*
 * hash - a fast 64-bit hash of bytes, and a table from bytes to a number that is built on it.
 *
 * The hash is no cryptographic one: whatever is found by it is confirmed by its bytes.
 */
#ifndef WCI_HASH_H
#define WCI_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"

/* The same bytes and seed give the same hash on every machine. */
uint64_t wci_hash_bytes(struct wci_bytes bytes, uint64_t seed);

/*
 * Bytes with a tag -> value.  The table copies the bytes.  It is seeded at random, so that names
 * on a medium can't be chosen to collide in it.
 */
struct wci_hash_table {
    struct wci_hash_slot *slots; /* owned; capacity is a power of two, 0 at first */
    size_t capacity, count;
    struct wci_buffer text; /* the keys' bytes, one behind the other */
    uint64_t seed;
};

void wci_hash_table_init(struct wci_hash_table *table);
void wci_hash_table_free(struct wci_hash_table *table);  /* leaves it initialised */
void wci_hash_table_clear(struct wci_hash_table *table); /* keeps the memory */
/* False when it has no such key. */
bool wci_hash_table_find(const struct wci_hash_table *table, struct wci_bytes key, uint8_t tag,
                         uint64_t *value);
/* The key must not be there yet.  False without memory, or with more than 4 GiB of keys. */
bool wci_hash_table_add(struct wci_hash_table *table, struct wci_bytes key, uint8_t tag,
                        uint64_t value);

#endif
