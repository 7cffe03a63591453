/*
 * hash - see hash.h.
 */
#include "catalog/hash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/mem.h"

/* Odd constants without structure (the fractions of square roots of small primes). */
#define MIX_1 UINT64_C(0x6A09E667F3BCC909)
#define MIX_2 UINT64_C(0xBB67AE8584CAA73B)
#define MIX_3 UINT64_C(0x3C6EF372FE94F82B)

struct wci_hash_slot {
    uint64_t value;
    uint32_t hash; /* upper half; 0 = free */
    uint32_t at;   /* in text */
    uint32_t length;
    uint8_t tag;
};

static uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static uint64_t read_word(const uint8_t *data, size_t count)
{
    uint64_t word = 0;
    size_t i;

    for (i = 0; i < count; i++)
        word |= (uint64_t)data[i] << (8 * i);
    return word;
}

uint64_t wci_hash_bytes(struct wci_bytes bytes, uint64_t seed)
{
    const uint8_t *data = (const uint8_t *)bytes.data;
    size_t left = bytes.length;
    uint64_t hash = seed ^ (uint64_t)bytes.length * MIX_3;

    for (; left >= 8; left -= 8, data += 8)
        hash = rotate(hash ^ rotate(read_word(data, 8) * MIX_1, 31) * MIX_2, 27) * MIX_1 + MIX_3;
    if (left > 0)
        hash = rotate(hash ^ rotate(read_word(data, left) * MIX_1, 31) * MIX_2, 27) * MIX_1 + MIX_3;
    hash = (hash ^ hash >> 32) * MIX_2;
    hash = (hash ^ hash >> 29) * MIX_1;
    return hash ^ hash >> 32;
}

void wci_hash_table_init(struct wci_hash_table *table)
{
    memset(table, 0, sizeof(*table));
    wci_buffer_init(&table->text);
    if (getrandom(&table->seed, sizeof(table->seed), GRND_NONBLOCK) != sizeof(table->seed))
        table->seed = (uint64_t)(uintptr_t)table * MIX_1; /* early boot: addresses are random too */
}

void wci_hash_table_free(struct wci_hash_table *table)
{
    free(table->slots);
    table->slots = NULL;
    table->capacity = 0;
    table->count = 0;
    wci_buffer_free(&table->text);
}

void wci_hash_table_clear(struct wci_hash_table *table)
{
    if (table->capacity > 0)
        memset(table->slots, 0, table->capacity * sizeof(*table->slots));
    table->count = 0;
    wci_buffer_clear(&table->text);
}

static uint32_t slot_hash(const struct wci_hash_table *table, struct wci_bytes key, uint8_t tag)
{
    uint32_t hash = (uint32_t)(wci_hash_bytes(key, table->seed + tag) >> 32);

    return hash == 0 ? 1 : hash;
}

static bool slot_matches(const struct wci_hash_table *table, const struct wci_hash_slot *slot,
                         struct wci_bytes key, uint32_t hash, uint8_t tag)
{
    return slot->hash == hash && slot->tag == tag && slot->length == key.length &&
           (key.length == 0 || memcmp(table->text.data + slot->at, key.data, key.length) == 0);
}

bool wci_hash_table_find(const struct wci_hash_table *table, struct wci_bytes key, uint8_t tag,
                         uint64_t *value)
{
    uint32_t hash;
    size_t i;

    if (table->capacity == 0)
        return false;
    hash = slot_hash(table, key, tag);
    for (i = hash & (table->capacity - 1); table->slots[i].hash != 0;
         i = (i + 1) & (table->capacity - 1)) {
        if (slot_matches(table, &table->slots[i], key, hash, tag)) {
            *value = table->slots[i].value;
            return true;
        }
    }
    return false;
}

static void place(struct wci_hash_slot *slots, size_t capacity, const struct wci_hash_slot *slot)
{
    size_t i = slot->hash & (capacity - 1);

    while (slots[i].hash != 0)
        i = (i + 1) & (capacity - 1);
    slots[i] = *slot;
}

static bool enlarge(struct wci_hash_table *table)
{
    size_t capacity = table->capacity == 0 ? 64 : table->capacity * 2;
    struct wci_hash_slot *slots = wci_mem_calloc(capacity, sizeof(*slots));
    size_t i;

    if (slots == NULL)
        return false;
    for (i = 0; i < table->capacity; i++) {
        if (table->slots[i].hash != 0)
            place(slots, capacity, &table->slots[i]);
    }
    free(table->slots);
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

bool wci_hash_table_add(struct wci_hash_table *table, struct wci_bytes key, uint8_t tag,
                        uint64_t value)
{
    struct wci_hash_slot slot;

    /* Kept at most three quarters full. */
    if (table->count + 1 > table->capacity - table->capacity / 4 && !enlarge(table))
        return false;
    if (key.length > UINT32_MAX - table->text.size)
        return false;
    slot.value = value;
    slot.hash = slot_hash(table, key, tag);
    slot.at = (uint32_t)table->text.size;
    slot.length = (uint32_t)key.length;
    slot.tag = tag;
    wci_buffer_put(&table->text, key.data, key.length);
    if (!table->text.ok) {
        table->text.ok = true; /* what is in it stays good */
        return false;
    }
    place(table->slots, table->capacity, &slot);
    table->count++;
    return true;
}
