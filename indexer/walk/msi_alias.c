/*
 * msi_alias - see msi_alias.h.
 */
#include "indexer/walk/msi_alias.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "indexer/walk/msi_names.h"

enum { TABLE_MOST = 16 * 1024 * 1024 };

struct row {
    struct wci_bytes key, name; /* borrowed */
};

struct rows {
    struct row *rows; /* owned */
    size_t count, capacity;
    bool failed;
};

static void keep(void *context, struct wci_bytes key, struct wci_bytes name)
{
    struct rows *rows = context;

    if (!wci_mem_grow(&rows->rows, rows->count, &rows->capacity, sizeof(*rows->rows)))
        rows->failed = true;
    else
        rows->rows[rows->count++] = (struct row){key, name};
}

static int by_key(const void *a, const void *b)
{
    return wci_bytes_compare(((const struct row *)a)->key, ((const struct row *)b)->key);
}

/* Reads a whole stream; false when there is none that is small enough. */
static bool read_stream(const struct wci_container *package, struct wci_volume *volume,
                        const char *name, struct wci_bytes *bytes)
{
    struct wci_source *source = NULL;
    uint8_t *read = NULL;
    bool whole = false;
    uint32_t i;

    for (i = 0; i < package->entry_count; i++) {
        struct wci_entry room;
        const struct wci_entry *entry = wci_container_entry(package, i, &room);

        if (entry->folder.length == 0 && wci_bytes_equal(entry->name.bytes, wci_bytes_of(name)) &&
            entry->size <= TABLE_MOST &&
            wci_volume_open_entry(volume, entry, &source, NULL) == WCAB_OK)
            break;
    }
    if (source != NULL) {
        size_t size = (size_t)wci_source_size(source);

        read = malloc(size + 1);
        whole = read != NULL && wci_source_read_at(source, 0, read, size, NULL) == WCAB_OK;
        *bytes = (struct wci_bytes){(const char *)read, size};
    }
    wci_source_close(source);
    if (!whole) {
        free(read);
        *bytes = (struct wci_bytes){NULL, 0};
    }
    return whole;
}

/* A listing with other names is another listing. */
static void mark(struct wci_container *cabinet, struct wci_bytes name, uint32_t row)
{
    uint32_t hash = 2166136261U ^ row;
    size_t i;

    for (i = 0; i < name.length; i++)
        hash = (hash ^ (uint8_t)name.data[i]) * 16777619U;
    for (i = 0; i < sizeof(hash); i++)
        cabinet->digest[i] ^= (uint8_t)(hash >> (8 * i));
}

static bool name_files(struct wci_arena *arena, struct wci_container *cabinet,
                       const struct rows *rows)
{
    uint32_t i;

    for (i = 0; i < cabinet->entry_count; i++) {
        struct wci_entry *entry = &cabinet->entries[i];
        struct row wanted = {entry->name.bytes, {NULL, 0}};
        const struct row *row =
            bsearch(&wanted, rows->rows, rows->count, sizeof(*rows->rows), by_key);
        struct wci_name *alias = &entry->alias[entry->alias_count];

        if (row == NULL || entry->alias_count == WCI_ALIAS_MAX ||
            wci_entry_is_called(entry, row->name))
            continue;
        alias->bytes = wci_arena_bytes(arena, row->name);
        if (alias->bytes.data == NULL)
            return false;
        alias->encoding = wci_text_is_utf8(row->name) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
        entry->alias_count++;
        mark(cabinet, row->name, i);
    }
    return true;
}

enum wcab_err wci_msi_alias_add(struct wci_image *image, uint32_t package,
                                struct wci_volume *volume, struct wcab_error *err)
{
    const struct wci_container *container = &image->containers[package];
    struct wci_msi_tables tables = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    struct rows rows = {NULL, 0, 0, false};
    bool named = true;
    uint32_t i;

    if (container->kind == WCI_CONTAINER_OLE &&
        read_stream(container, volume, "!File", &tables.files) &&
        read_stream(container, volume, "!_StringPool", &tables.pool) &&
        read_stream(container, volume, "!_StringData", &tables.data))
        wci_msi_names_each(&tables, &rows, keep);
    if (rows.count > 0)
        qsort(rows.rows, rows.count, sizeof(*rows.rows), by_key);
    for (i = package + 1; named && rows.count > 0 && i < image->container_count; i++) {
        if (image->containers[i].parent == package &&
            image->containers[i].kind == WCI_CONTAINER_CABINET)
            named = name_files(image->arena, &image->containers[i], &rows);
    }
    free((void *)(uintptr_t)tables.files.data);
    free((void *)(uintptr_t)tables.pool.data);
    free((void *)(uintptr_t)tables.data.data);
    free(rows.rows);
    return named && !rows.failed ? WCAB_OK : wci_error_nomem(err);
}
