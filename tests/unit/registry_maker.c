/*
 * registry_maker - see registry_maker.h.
 */
#include "registry_maker.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 256, NAME = 64, NONE = -1, TEXT = 1, NUMBER = 4 };

struct key {
    char name[NAME];
    int parent, child, next; /* indexes; NONE */
    size_t at;               /* where it was written */
};

struct maker {
    struct key keys[KEYS];
    int count;
    const struct registry_value *values;
    size_t value_count;
    uint8_t *file;
    size_t size;
};

static void put(struct maker *maker, const void *data, size_t length)
{
    if (maker->size + length > REGISTRY_MOST)
        abort();
    memcpy(maker->file + maker->size, data, length);
    maker->size += length;
}

static void put_number(struct maker *maker, uint32_t value, unsigned bytes)
{
    uint8_t out[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                      (uint8_t)(value >> 24)};

    put(maker, out, bytes);
}

static void set_number(struct maker *maker, size_t at, uint32_t value)
{
    size_t size = maker->size;

    maker->size = at;
    put_number(maker, value, 4);
    maker->size = size;
}

/* ---- keys --------------------------------------------------------------------------------- */

static int child_of(struct maker *maker, int parent, const char *name, size_t length)
{
    int *link = &maker->keys[parent].child;

    for (; *link != NONE; link = &maker->keys[*link].next) {
        if (strlen(maker->keys[*link].name) == length &&
            memcmp(maker->keys[*link].name, name, length) == 0)
            return *link;
    }
    if (maker->count == KEYS || length >= NAME)
        abort();
    *link = maker->count;
    maker->keys[maker->count] = (struct key){.parent = parent, .child = NONE, .next = NONE};
    memcpy(maker->keys[maker->count].name, name, length);
    return maker->count++;
}

static int key_of(struct maker *maker, const char *path)
{
    int key = 0;

    while (*path != '\0') {
        size_t length = strcspn(path, "\\");

        key = child_of(maker, key, path, length);
        path += length + (path[length] != '\0');
    }
    return key;
}

static bool has_value(struct maker *maker, int key, size_t i)
{
    return key_of(maker, maker->values[i].key) == key;
}

static unsigned value_count(struct maker *maker, int key)
{
    unsigned count = 0;
    size_t i;

    for (i = 0; i < maker->value_count; i++)
        count += has_value(maker, key, i);
    return count;
}

/* ---- Windows 9x --------------------------------------------------------------------------- */

static uint32_t tree_place(int key)
{
    return key == NONE ? 0xFFFFFFFF : 32 + 28 * (uint32_t)key;
}

static void put_tree(struct maker *maker)
{
    int i;

    put(maker, "RGKN", 4);
    put_number(maker, tree_place(maker->count), 4);
    put_number(maker, tree_place(0), 4);
    maker->size = 64;
    for (i = 0; i < maker->count; i++) {
        put_number(maker, 0, 4);
        put_number(maker, 0, 4);
        put_number(maker, 0xFFFFFFFF, 4);
        put_number(maker, tree_place(maker->keys[i].parent), 4);
        put_number(maker, tree_place(maker->keys[i].child), 4);
        put_number(maker, tree_place(maker->keys[i].next), 4);
        put_number(maker, i == 0 ? 0xFFFFFFFF : (uint32_t)i, 4);
    }
}

static void put_value_9x(struct maker *maker, const struct registry_value *value)
{
    bool is_number = value->data[0] == '#';

    put_number(maker, is_number ? 3 : TEXT, 4);
    put_number(maker, 0, 4);
    put_number(maker, (uint32_t)strlen(value->name), 2);
    put_number(maker, is_number ? 4 : (uint32_t)strlen(value->data), 2);
    put(maker, value->name, strlen(value->name));
    if (is_number)
        put_number(maker, (uint32_t)strtoul(value->data + 1, NULL, 10), 4);
    else
        put(maker, value->data, strlen(value->data));
}

static void put_record(struct maker *maker, int key)
{
    size_t at = maker->size, i;
    const char *name = maker->keys[key].name;

    put_number(maker, 0, 4);
    put_number(maker, (uint32_t)key, 4);
    put_number(maker, 0, 4);
    put_number(maker, (uint32_t)strlen(name), 2);
    put_number(maker, value_count(maker, key), 2);
    put_number(maker, 0, 4);
    put(maker, name, strlen(name));
    for (i = 0; i < maker->value_count; i++) {
        if (has_value(maker, key, i))
            put_value_9x(maker, &maker->values[i]);
    }
    set_number(maker, at, (uint32_t)(maker->size - at));
    set_number(maker, at + 8, (uint32_t)(maker->size - at));
}

static void make_9x(struct maker *maker)
{
    size_t block;
    int i;

    put(maker, "CREG", 4);
    put_number(maker, 0x10000, 4);
    put_number(maker, 0, 4);
    put_number(maker, 0, 4);
    put_number(maker, 1, 2);
    maker->size = 32;
    put_tree(maker);
    block = maker->size;
    set_number(maker, 8, (uint32_t)block);
    put(maker, "RGDB", 4);
    maker->size = block + 32;
    for (i = 1; i < maker->count; i++)
        put_record(maker, i);
    set_number(maker, block + 4, (uint32_t)(maker->size - block));
}

/* ---- Windows NT --------------------------------------------------------------------------- */

enum { NT_HEADER = 4096 };

/* Begins a cell; its place is returned. */
static size_t begin_cell(struct maker *maker)
{
    size_t at = maker->size;

    put_number(maker, 0, 4);
    return at;
}

static uint32_t end_cell(struct maker *maker, size_t at)
{
    while ((maker->size - at) % 8 != 0)
        put_number(maker, 0, 1);
    set_number(maker, at, 0 - (uint32_t)(maker->size - at));
    return (uint32_t)(at - NT_HEADER);
}

static uint32_t put_value_nt(struct maker *maker, const struct registry_value *value)
{
    bool is_number = value->data[0] == '#';
    size_t at = begin_cell(maker), i;
    uint32_t data = (uint32_t)strtoul(value->data + 1, NULL, 10);

    if (!is_number) {
        for (i = 0; i <= strlen(value->data); i++)
            put_number(maker, (uint8_t)value->data[i], 2);
        data = end_cell(maker, at);
        at = begin_cell(maker);
    }
    put(maker, "vk", 2);
    put_number(maker, (uint32_t)strlen(value->name), 2);
    put_number(maker, is_number ? 0x80000004 : 2 * (uint32_t)strlen(value->data) + 2, 4);
    put_number(maker, data, 4);
    put_number(maker, is_number ? NUMBER : TEXT, 4);
    put_number(maker, 1, 2);
    put_number(maker, 0, 2);
    put(maker, value->name, strlen(value->name));
    return end_cell(maker, at);
}

static uint32_t put_key(struct maker *maker, int key)
{
    uint32_t values[KEYS], keys[KEYS], values_at = 0xFFFFFFFF, keys_at = 0xFFFFFFFF;
    const char *name = key == 0 ? "$$$PROTO.HIV" : maker->keys[key].name;
    unsigned value_number = 0, key_number = 0, i;
    size_t at, j;
    int child;

    for (j = 0; j < maker->value_count; j++) {
        if (has_value(maker, key, j))
            values[value_number++] = put_value_nt(maker, &maker->values[j]);
    }
    for (child = maker->keys[key].child; child != NONE; child = maker->keys[child].next)
        keys[key_number++] = put_key(maker, child);
    if (value_number > 0) {
        at = begin_cell(maker);
        for (i = 0; i < value_number; i++)
            put_number(maker, values[i], 4);
        values_at = end_cell(maker, at);
    }
    if (key_number > 0) {
        at = begin_cell(maker);
        put(maker, "lf", 2);
        put_number(maker, key_number, 2);
        for (i = 0; i < key_number; i++) {
            put_number(maker, keys[i], 4);
            put_number(maker, 0, 4);
        }
        keys_at = end_cell(maker, at);
    }
    at = begin_cell(maker);
    put(maker, "nk", 2);
    put_number(maker, 0x20, 2);
    for (i = 0; i < 4; i++)
        put_number(maker, 0, 4); /* time, -, parent */
    put_number(maker, key_number, 4);
    put_number(maker, 0, 4);
    put_number(maker, keys_at, 4);
    put_number(maker, 0xFFFFFFFF, 4);
    put_number(maker, value_number, 4);
    put_number(maker, values_at, 4);
    for (i = 0; i < 7; i++)
        put_number(maker, 0, 4); /* security, class, lengths */
    put_number(maker, (uint32_t)strlen(name), 2);
    put_number(maker, 0, 2);
    put(maker, name, strlen(name));
    return end_cell(maker, at);
}

static void make_nt(struct maker *maker)
{
    uint32_t root;

    put(maker, "regf", 4);
    maker->size = NT_HEADER + 32; /* the first bin's header */
    root = put_key(maker, 0);
    set_number(maker, 36, root);
}

size_t registry_make(enum registry_form form, const struct registry_value *values, size_t count,
                     uint8_t *file)
{
    static struct maker maker;
    size_t i;

    memset(&maker, 0, sizeof(maker));
    memset(file, 0, REGISTRY_MOST);
    maker.keys[0] = (struct key){.parent = NONE, .child = NONE, .next = NONE};
    maker.count = 1;
    maker.values = values;
    maker.value_count = count;
    maker.file = file;
    for (i = 0; i < count; i++)
        (void)key_of(&maker, values[i].key);
    if (form == REGISTRY_9X)
        make_9x(&maker);
    else
        make_nt(&maker);
    return maker.size;
}
