/*
 * entries - see entries.h.
 */
#include "core/packed/entries.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_BITS = 18, /* of a place: the offset in its block; the others number the block */
    FIRST_BLOCK = 1024,
    LARGEST_BLOCK = 1 << BLOCK_BITS,
    BLOCKS_MOST = 1 << (32 - BLOCK_BITS),
    FIXED_BYTES = 8,   /* aliases, attributes, flags, date */
    VARINT_BYTES = 10, /* of the largest number */
    NUMBERS = 5,       /* size, folder of the cabinet, data, locator, folder */
    MANY = 20000       /* entries that are kept packed */
};

void wci_entries_init(struct wci_entries *entries, struct wci_arena *arena)
{
    memset(entries, 0, sizeof(*entries));
    entries->arena = arena;
}

void wci_entries_free(struct wci_entries *entries)
{
    free(entries->places);
    wci_entries_init(entries, entries->arena);
}

/* ---- packing ------------------------------------------------------------------------------ */

/* As wci_mem_grow, in the arena: a list that was given away may still grow. */
static bool grow(struct wci_arena *arena, void *array, size_t count, size_t *capacity, size_t size)
{
    size_t larger = *capacity < 8 ? 8 : *capacity * 2;
    void *old, *grown;

    if (count < *capacity)
        return true;
    grown = wci_arena_calloc(arena, larger, size);
    if (grown == NULL)
        return false;
    memcpy(&old, array, sizeof(old));
    if (count > 0)
        memcpy(grown, old, count * size);
    memcpy(array, &grown, sizeof(grown));
    *capacity = larger;
    return true;
}

static uint8_t *put_number(uint8_t *at, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    return at;
}

static uint8_t *put_name(uint8_t *at, const struct wci_name *name)
{
    size_t length = name->bytes.length;

    at = put_number(at, (uint64_t)length << 1 | (name->encoding == WCI_ENCODING_RAW));
    if (length > 0)
        memcpy(at, name->bytes.data, length);
    at[length] = 0;
    return at + length + 1;
}

static uint8_t alias_count(const struct wci_entry *entry)
{
    return entry->alias_count < WCI_ALIAS_MAX ? entry->alias_count : WCI_ALIAS_MAX;
}

/* At least the bytes that the entry takes. */
static size_t most_bytes(const struct wci_entry *entry)
{
    size_t bytes = FIXED_BYTES + (size_t)NUMBERS * VARINT_BYTES, i;

    bytes += entry->name.bytes.length + VARINT_BYTES + 1;
    for (i = 0; i < alias_count(entry); i++)
        bytes += entry->alias[i].bytes.length + VARINT_BYTES + 1;
    return bytes;
}

/* The number of the entry's folder, counted from 1; 0 without memory. */
static size_t folder_number(struct wci_entries *entries, struct wci_bytes folder)
{
    size_t count = entries->folder_count;
    struct wci_bytes copy;

    if (count > 0 && wci_bytes_equal(entries->folders[count - 1], folder))
        return count;
    copy = wci_arena_bytes(entries->arena, folder);
    if (copy.data == NULL ||
        !grow(entries->arena, &entries->folders, count, &entries->folder_capacity, sizeof(copy)))
        return 0;
    entries->folders[count] = copy;
    entries->folder_count++;
    return count + 1;
}

/* Room for `bytes` in the last block, or in a new one. */
static bool reserve(struct wci_entries *entries, size_t bytes)
{
    size_t size = (size_t)FIRST_BLOCK << (entries->block_count < 8 ? entries->block_count : 8);
    uint8_t *block;

    if (entries->room - entries->used >= bytes && entries->used < LARGEST_BLOCK)
        return true;
    if (size < bytes)
        size = bytes;
    block = entries->block_count < BLOCKS_MOST ? wci_arena_alloc(entries->arena, size) : NULL;
    if (block == NULL || !grow(entries->arena, &entries->blocks, entries->block_count,
                               &entries->block_capacity, sizeof(*entries->blocks)))
        return false;
    entries->blocks[entries->block_count++] = block;
    entries->used = 0;
    entries->room = size;
    return true;
}

static bool pack(struct wci_entries *entries, const struct wci_entry *entry, uint32_t *place)
{
    size_t folder = folder_number(entries, entry->folder), i;
    uint8_t *start, *at;

    if (folder == 0 || !reserve(entries, most_bytes(entry)))
        return false;
    start = at = entries->blocks[entries->block_count - 1] + entries->used;
    *at++ = (uint8_t)(alias_count(entry) | entry->stored << 4);
    *at++ = entry->attributes;
    memcpy(at, &entry->flags, sizeof(entry->flags));
    at += sizeof(entry->flags);
    memcpy(at, &entry->modified, sizeof(entry->modified));
    at += sizeof(entry->modified);
    at = put_number(at, entry->size);
    at = put_number(at, (uint32_t)(entry->cab_folder + 1));
    at = put_number(at, entry->data);
    at = put_number(at, entry->locator);
    at = put_number(at, folder - 1);
    at = put_name(at, &entry->name);
    for (i = 0; i < alias_count(entry); i++)
        at = put_name(at, &entry->alias[i]);
    *place = (uint32_t)((entries->block_count - 1) << BLOCK_BITS | entries->used);
    entries->used += (size_t)(at - start);
    return true;
}

bool wci_entries_add(struct wci_entries *entries, const struct wci_entry *entry)
{
    if (!wci_mem_grow(&entries->places, entries->count, &entries->place_capacity,
                      sizeof(*entries->places)) ||
        !pack(entries, entry, &entries->places[entries->count]))
        return false;
    entries->count++;
    return true;
}

bool wci_entries_set(struct wci_entries *entries, uint32_t row, const struct wci_entry *entry)
{
    return pack(entries, entry, &entries->places[row]);
}

/* ---- unpacking ---------------------------------------------------------------------------- */

/* What is read here was packed above: these bytes are no medium's. */
static uint64_t get_number(const uint8_t **at)
{
    uint64_t value = 0;
    unsigned shift = 0;

    for (; **at & 0x80; shift += 7)
        value |= (uint64_t)(*(*at)++ & 0x7F) << shift;
    return value | (uint64_t) * (*at)++ << shift;
}

static void get_name(const uint8_t **at, struct wci_name *name)
{
    uint64_t head = get_number(at);

    name->encoding = head & 1 ? WCI_ENCODING_RAW : WCI_ENCODING_UTF8;
    name->bytes = (struct wci_bytes){(const char *)*at, (size_t)(head >> 1)};
    *at += name->bytes.length + 1;
}

void wci_entries_get(const struct wci_entries *entries, uint32_t row, struct wci_entry *entry)
{
    uint32_t place = entries->places[row];
    const uint8_t *at = entries->blocks[place >> BLOCK_BITS] + (place & (LARGEST_BLOCK - 1));
    size_t i;

    memset(entry, 0, sizeof(*entry));
    entry->alias_count = *at & 0x0F;
    entry->stored = *at++ >> 4;
    entry->attributes = *at++;
    memcpy(&entry->flags, at, sizeof(entry->flags));
    at += sizeof(entry->flags);
    memcpy(&entry->modified, at, sizeof(entry->modified));
    at += sizeof(entry->modified);
    entry->size = get_number(&at);
    entry->cab_folder = (uint32_t)get_number(&at) - 1U; /* WCI_NONE went round to 0 */
    entry->data = get_number(&at);
    entry->locator = get_number(&at);
    entry->folder = entries->folders[get_number(&at)];
    get_name(&at, &entry->name);
    for (i = 0; i < entry->alias_count; i++)
        get_name(&at, &entry->alias[i]);
}

/* ---- giving ------------------------------------------------------------------------------- */

static bool give_array(const struct wci_entries *entries, struct wci_container *container)
{
    uint32_t i;

    container->entries =
        wci_arena_calloc(entries->arena, entries->count, sizeof(*container->entries));
    for (i = 0; container->entries != NULL && i < entries->count; i++)
        wci_entries_get(entries, i, &container->entries[i]);
    return container->entries != NULL;
}

static bool give_packed(const struct wci_entries *entries, struct wci_container *container)
{
    struct wci_entries *kept = wci_arena_alloc(entries->arena, sizeof(*kept));

    if (kept == NULL)
        return false;
    *kept = *entries;
    kept->places = wci_arena_calloc(entries->arena, entries->count, sizeof(*kept->places));
    if (kept->places == NULL)
        return false;
    memcpy(kept->places, entries->places, entries->count * sizeof(*kept->places));
    container->packed = kept;
    return true;
}

bool wci_entries_give(struct wci_entries *entries, struct wci_container *container)
{
    bool given = entries->count == 0      ? true
                 : entries->count <= MANY ? give_array(entries, container)
                                          : give_packed(entries, container);

    container->entry_count = given ? entries->count : 0;
    wci_entries_free(entries);
    return given;
}

/* ---- of a container ----------------------------------------------------------------------- */

const struct wci_entry *wci_container_entry(const struct wci_container *container, uint32_t row,
                                            struct wci_entry *room)
{
    if (container->packed == NULL)
        return &container->entries[row];
    wci_entries_get(container->packed, row, room);
    return room;
}

bool wci_container_set_entry(struct wci_container *container, uint32_t row,
                             const struct wci_entry *entry)
{
    if (container->packed != NULL)
        return wci_entries_set(container->packed, row, entry);
    container->entries[row] = *entry;
    return true;
}
