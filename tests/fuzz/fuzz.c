/*
 * fuzz - see fuzz.h.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/mem.h"
#include "media/probe.h"

enum { FILES_OPENED = 32, NESTED_MAX = 4 };

struct fuzz_guarded fuzz_guard(const uint8_t *data, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t body = (size + page - 1) / page * page;
    struct fuzz_guarded guarded = {.size = size, .mapping_size = body + page};

    guarded.mapping = mmap(NULL, guarded.mapping_size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (guarded.mapping == MAP_FAILED)
        abort();
    if (mprotect((uint8_t *)guarded.mapping + body, page, PROT_NONE) != 0)
        abort();
    guarded.data = (uint8_t *)guarded.mapping + body - size;
    if (size > 0)
        memcpy(guarded.data, data, size);
    return guarded;
}

void fuzz_unguard(struct fuzz_guarded *guarded)
{
    (void)munmap(guarded->mapping, guarded->mapping_size);
}

struct wci_source *fuzz_source(const struct fuzz_guarded *guarded)
{
    struct wci_source *source = NULL;

    if (wci_source_open_memory(guarded->data, guarded->size, &source, NULL) != WCAB_OK)
        abort();
    return source;
}

struct seen {
    struct wci_volume *volume;
    struct wci_arena *arena;
    struct wci_entry entries[FILES_OPENED];
    size_t count;
    uint64_t sum; /* of all bytes told, so that each is looked at */
};

static void look_at(struct seen *seen, struct wci_bytes bytes)
{
    size_t i;

    for (i = 0; i < bytes.length; i++)
        seen->sum += (uint8_t)bytes.data[i];
}

static enum wcab_err on_entry(void *context, const struct wci_entry *entry, struct wcab_error *err)
{
    struct seen *seen = context;
    struct wci_entry *copy = &seen->entries[seen->count];
    uint8_t i;

    (void)err;
    look_at(seen, entry->folder);
    look_at(seen, entry->name.bytes);
    for (i = 0; i < entry->alias_count; i++)
        look_at(seen, entry->alias[i].bytes);
    if (seen->count == FILES_OPENED)
        return WCAB_OK;
    *copy = *entry;
    copy->folder = wci_arena_bytes(seen->arena, entry->folder);
    copy->name.bytes = wci_arena_bytes(seen->arena, entry->name.bytes);
    for (i = 0; i < entry->alias_count; i++)
        copy->alias[i].bytes = wci_arena_bytes(seen->arena, entry->alias[i].bytes);
    seen->count++;
    return WCAB_OK;
}

static enum wcab_err on_nested(void *context, const char *name, uint64_t offset, uint64_t size,
                               struct wcab_error *err)
{
    struct seen *seen = context;

    (void)err;
    look_at(seen, wci_bytes_of(name));
    seen->sum += offset + size;
    return WCAB_OK;
}

static void on_fault(void *context, const struct wcab_error *err)
{
    struct seen *seen = context;

    look_at(seen, wci_bytes_of(err->place));
    look_at(seen, wci_bytes_of(err->text));
}

static void read_ends(struct wci_source *source)
{
    uint8_t bytes[64];
    size_t got;
    uint64_t size = wci_source_size(source);

    (void)wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, NULL);
    if (size > sizeof(bytes))
        (void)wci_source_read_at(source, size - sizeof(bytes), bytes, sizeof(bytes), NULL);
}

void fuzz_volume(struct wci_volume *volume)
{
    struct seen *seen = calloc(1, sizeof(*seen));
    struct wci_visitor visitor = {seen, on_entry, on_nested, on_fault};
    struct wci_container container = {0};
    struct wcab_error err;
    size_t i;

    if (seen == NULL)
        abort();
    seen->volume = volume;
    seen->arena = wci_arena_new();
    (void)wci_volume_describe(volume, seen->arena, &container, &err);
    (void)wci_volume_walk(volume, &visitor, &err);
    for (i = 0; i < seen->count; i++) {
        struct wci_source *source = NULL;

        if (wci_volume_open_entry(volume, &seen->entries[i], &source, &err) == WCAB_OK)
            read_ends(source);
        wci_source_close(source);
    }
    wci_arena_free(seen->arena);
    free(seen);
}

struct nested {
    uint64_t offset[NESTED_MAX], size[NESTED_MAX];
    size_t count;
};

static enum wcab_err pass_entry(void *context, const struct wci_entry *entry,
                                struct wcab_error *err)
{
    (void)context;
    (void)entry;
    (void)err;
    return WCAB_OK;
}

static enum wcab_err keep_nested(void *context, const char *name, uint64_t offset, uint64_t size,
                                 struct wcab_error *err)
{
    struct nested *nested = context;

    (void)name;
    (void)err;
    if (nested->count < NESTED_MAX) {
        nested->offset[nested->count] = offset;
        nested->size[nested->count++] = size;
    }
    return WCAB_OK;
}

static void pass_fault(void *context, const struct wcab_error *err)
{
    (void)context;
    (void)err;
}

void fuzz_nest(struct wci_volume *volume)
{
    struct nested nested = {.count = 0};
    struct wci_visitor visitor = {&nested, pass_entry, keep_nested, pass_fault};
    size_t i;

    (void)wci_volume_walk(volume, &visitor, NULL);
    for (i = 0; i < nested.count; i++) {
        struct wci_source *source = NULL;
        struct wci_volume *inside = NULL;

        if (wci_volume_open_nested(volume, nested.offset[i], nested.size[i], &source, NULL) ==
            WCAB_OK) {
            read_ends(source);
            if (wci_probe_volume(source, NULL, &inside, NULL, NULL) == WCAB_OK)
                fuzz_volume(inside);
        }
        wci_volume_close(inside);
        wci_source_close(source);
    }
}
