/*
 * registry_9x - the registry of Windows 95, 98 and Me.
 *
 * Behind a header ("CREG", version, place of the first data block, and at 16 their number) the tree
 * of keys ("RGKN", its size, place of the root): a key is 28 bytes, with the places of its parent, its
 * first child and its next sibling, and the number and block of its record.  The blocks ("RGDB", size) hold the
 * records: size, number, block, bytes used, length of the name, number of values, the name, and the
 * values: type, 0, lengths of name and data, name, data.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "jobs/check/registry_read.h"

enum {
    TREE_AT = 32,
    TREE_HEADER = 32,
    KEY_BYTES = 28,
    BLOCK_HEADER = 32,
    RECORD_HEADER = 20,
    VALUE_HEADER = 12,
    BLOCKS_MOST = 4096
};
static const uint32_t no_key = 0xFFFFFFFF;

struct record {
    uint32_t number; /* block << 16 | number in the block */
    uint32_t at;     /* in the file */
};

struct registry_9x {
    struct wci_registry_reading *reading;
    struct record *records; /* owned; sorted by number */
    size_t count, capacity;
    uint32_t tree_size;
};

static int compare_records(const void *a, const void *b)
{
    uint32_t x = ((const struct record *)a)->number, y = ((const struct record *)b)->number;

    return x < y ? -1 : x > y;
}

/* Lists the records of the block at `at`; *size becomes that of the block, 0 when it is none. */
static enum wcab_err list_block(struct registry_9x *registry, uint64_t at, uint32_t *size)
{
    struct wci_registry_reading *reading = registry->reading;
    struct wci_cursor cursor = wci_registry_at(reading, at);
    const uint8_t *magic = wci_cursor_bytes(&cursor, 4);
    uint64_t record, end;

    *size = wci_cursor_u32(&cursor);
    if (!cursor.ok || memcmp(magic, "RGDB", 4) != 0 || *size < BLOCK_HEADER) {
        wci_registry_note_damage(reading, at, "a block of the registry's values is damaged");
        *size = 0;
        return WCAB_OK;
    }
    end = at + *size;
    if (end > reading->size) {
        wci_registry_note_damage(reading, reading->size, "the registry is cut off");
        end = reading->size;
    }
    for (record = at + BLOCK_HEADER; record + RECORD_HEADER <= end;) {
        uint32_t bytes, number;

        cursor = wci_registry_at(reading, record);
        bytes = wci_cursor_u32(&cursor);
        number = wci_cursor_u32(&cursor);
        if (bytes < RECORD_HEADER)
            break; /* what is free behind the last one */
        if (!wci_mem_grow(&registry->records, registry->count, &registry->capacity,
                          sizeof(*registry->records)))
            return wci_error_nomem(reading->err);
        registry->records[registry->count++] = (struct record){number, (uint32_t)record};
        record += bytes;
    }
    return WCAB_OK;
}

static enum wcab_err list_records(struct registry_9x *registry, uint64_t at, unsigned blocks)
{
    uint32_t size = 1;
    enum wcab_err code = WCAB_OK;

    if (blocks > BLOCKS_MOST)
        blocks = BLOCKS_MOST;
    for (; code == WCAB_OK && blocks > 0 && size > 0; blocks--, at += size)
        code = list_block(registry, at, &size);
    if (registry->count > 1)
        qsort(registry->records, registry->count, sizeof(*registry->records), compare_records);
    return code;
}

static const struct record *find_record(const struct registry_9x *registry, uint32_t number)
{
    const struct record key = {number, 0};

    return registry->count == 0
               ? NULL
               : bsearch(&key, registry->records, registry->count, sizeof(key), compare_records);
}

static enum wcab_err tell_values(struct registry_9x *registry, struct wci_cursor cursor,
                                 unsigned count)
{
    struct wci_registry_reading *reading = registry->reading;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && count-- > 0) {
        uint64_t at = cursor.at;
        uint32_t type = wci_cursor_u32(&cursor);
        struct wci_bytes name, data;

        wci_cursor_skip(&cursor, 4);
        name.length = wci_cursor_u16(&cursor);
        data.length = wci_cursor_u16(&cursor);
        name.data = (const char *)wci_cursor_bytes(&cursor, name.length);
        data.data = (const char *)wci_cursor_bytes(&cursor, data.length);
        if (!cursor.ok || reading->values == 0) {
            wci_registry_note_damage(reading, at, "a value of the registry is cut off");
            break;
        }
        reading->values--;
        code = wci_registry_tell(reading, name, type, data, false);
    }
    return code;
}

/* The values of a key, whose name is put on the path until *length is left. */
static enum wcab_err tell_record(struct registry_9x *registry, uint32_t number, size_t *length,
                                 bool *entered)
{
    struct wci_registry_reading *reading = registry->reading;
    const struct record *record = find_record(registry, number);
    struct wci_cursor cursor;
    struct wci_bytes name;
    unsigned values;

    *length = reading->path.size;
    *entered = true;
    if (record == NULL)
        return WCAB_OK; /* the root has none */
    cursor = wci_registry_at(reading, record->at);
    wci_cursor_skip(&cursor, 12);
    name.length = wci_cursor_u16(&cursor);
    values = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 4);
    name.data = (const char *)wci_cursor_bytes(&cursor, name.length);
    if (!cursor.ok) {
        wci_registry_note_damage(reading, record->at, "a key of the registry is cut off");
        return WCAB_OK;
    }
    *entered = wci_registry_enter(reading, name, length);
    return *entered ? tell_values(registry, cursor, values) : WCAB_OK;
}

/* A key, what is below it, and its siblings. */
static enum wcab_err tell_keys(struct registry_9x *registry, uint32_t key, unsigned depth)
{
    struct wci_registry_reading *reading = registry->reading;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && key != no_key) {
        struct wci_cursor cursor = wci_registry_at(reading, (uint64_t)TREE_AT + key);
        uint32_t child, next, number;
        size_t length;
        bool entered;

        wci_cursor_skip(&cursor, 16);
        child = wci_cursor_u32(&cursor);
        next = wci_cursor_u32(&cursor);
        number = wci_cursor_u32(&cursor);
        if (!cursor.ok || key < TREE_HEADER || key >= registry->tree_size ||
            depth > WCI_REGISTRY_DEPTH || reading->budget == 0) {
            wci_registry_note_damage(reading, (uint64_t)TREE_AT + key,
                                     "the registry's tree of keys is damaged");
            return WCAB_OK;
        }
        reading->budget--;
        code = tell_record(registry, number, &length, &entered);
        if (code == WCAB_OK && entered && child != no_key)
            code = tell_keys(registry, child, depth + 1);
        wci_registry_leave(reading, length);
        key = next;
    }
    return code;
}

enum wcab_err wci_registry_9x_read(struct wci_registry_reading *reading)
{
    struct registry_9x registry = {.reading = reading};
    struct wci_cursor cursor = wci_registry_at(reading, 8);
    uint32_t data_at = wci_cursor_u32(&cursor), root;
    const uint8_t *magic;
    unsigned blocks;
    enum wcab_err code;

    wci_cursor_skip(&cursor, 4);
    blocks = wci_cursor_u16(&cursor);
    wci_cursor_seek(&cursor, TREE_AT);
    magic = wci_cursor_bytes(&cursor, 4);
    registry.tree_size = wci_cursor_u32(&cursor);
    root = wci_cursor_u32(&cursor);
    if (!cursor.ok || memcmp(magic, "RGKN", 4) != 0) {
        wci_registry_note_damage(reading, TREE_AT, "the registry has no tree of keys");
        return WCAB_OK;
    }
    code = list_records(&registry, data_at, blocks);
    if (code == WCAB_OK)
        code = tell_keys(&registry, root, 0);
    free(registry.records);
    return code;
}
