/*
 * nest - see nest.h.
 */
#include "media/disc/nest.h"

#include <stdio.h>
#include <stdlib.h>

enum { FORMAT_BYTES = 80, NAME_BYTES = 80 };

struct item {
    char name[NAME_BYTES];
    uint64_t offset;
    struct wci_source *source; /* owned */
};

struct wci_nest {
    struct wci_volume base;
    char format[FORMAT_BYTES];
    size_t item_count, kept_count, fault_count, faults_dropped;
    struct item items[WCI_NEST_ITEMS];
    struct wci_source *kept[WCI_NEST_SOURCES]; /* owned */
    struct wcab_error faults[WCI_NEST_FAULTS];
};

static enum wcab_err nest_describe(struct wci_volume *volume, struct wci_arena *arena,
                                   struct wci_container *container, struct wcab_error *err)
{
    const struct wci_nest *nest = (const struct wci_nest *)volume;

    container->kind = WCI_CONTAINER_WRAPPER;
    container->format = wci_arena_bytes(arena, wci_bytes_of(nest->format));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static void tell_faults(const struct wci_nest *nest, const struct wci_visitor *visitor)
{
    struct wcab_error more;
    size_t i;

    for (i = 0; i < nest->fault_count; i++)
        visitor->fault(visitor->context, &nest->faults[i]);
    if (nest->faults_dropped == 0)
        return;
    wci_error_set(&more, WCAB_ERR_CORRUPT, "%zu more faults of the image are not shown",
                  nest->faults_dropped);
    visitor->fault(visitor->context, &more);
}

static enum wcab_err nest_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                               struct wcab_error *err)
{
    const struct wci_nest *nest = (const struct wci_nest *)volume;
    enum wcab_err code = WCAB_OK;
    size_t i;

    tell_faults(nest, visitor);
    for (i = 0; code == WCAB_OK && i < nest->item_count && visitor->nested != NULL; i++) {
        const struct item *item = &nest->items[i];

        code = visitor->nested(visitor->context, item->name, item->offset,
                               wci_source_size(item->source), err);
    }
    return code;
}

static enum wcab_err nest_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                     struct wci_source **source, struct wcab_error *err)
{
    (void)volume;
    (void)entry;
    (void)source;
    return wci_error_set(err, WCAB_ERR_NOTFOUND, "holds volumes, not files");
}

static enum wcab_err nest_open_nested(struct wci_volume *volume, uint64_t offset, uint64_t size,
                                      struct wci_source **source, struct wcab_error *err)
{
    const struct wci_nest *nest = (const struct wci_nest *)volume;
    size_t i;

    for (i = 0; i < nest->item_count; i++) {
        const struct item *item = &nest->items[i];

        if (item->offset == offset && wci_source_size(item->source) == size)
            return wci_source_open_window(item->source, 0, size, source, err);
    }
    return wci_error_set(err, WCAB_ERR_NOTFOUND, "no volume of %llu bytes at byte %llu inside",
                         (unsigned long long)size, (unsigned long long)offset);
}

/* What was kept last rests on what was kept before. */
void wci_nest_free(struct wci_nest *nest)
{
    if (nest == NULL)
        return;
    while (nest->item_count > 0)
        wci_source_close(nest->items[--nest->item_count].source);
    while (nest->kept_count > 0)
        wci_source_close(nest->kept[--nest->kept_count]);
    free(nest);
}

static void nest_close(struct wci_volume *volume)
{
    wci_nest_free((struct wci_nest *)volume);
}

static const struct wci_volume_ops nest_ops = {.describe = nest_describe,
                                               .walk = nest_walk,
                                               .open_entry = nest_open_entry,
                                               .open_nested = nest_open_nested,
                                               .close = nest_close};

enum wcab_err wci_nest_new(struct wci_source *source, const char *format, const char *reason,
                           struct wci_nest **nest, struct wcab_error *err)
{
    struct wci_nest *made = wci_mem_calloc(1, sizeof(*made));

    if (made == NULL)
        return wci_error_nomem(err);
    wci_volume_begin(&made->base, &nest_ops, source, reason);
    (void)snprintf(made->format, sizeof(made->format), "%s", format);
    *nest = made;
    return WCAB_OK;
}

enum wcab_err wci_nest_add_take(struct wci_nest *nest, const char *name, uint64_t offset,
                                struct wci_source *inside, struct wcab_error *err)
{
    struct item *item;

    if (nest->item_count == WCI_NEST_ITEMS) {
        wci_source_close(inside);
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d volumes inside",
                             (int)WCI_NEST_ITEMS);
    }
    item = &nest->items[nest->item_count++];
    (void)snprintf(item->name, sizeof(item->name), "%s", name);
    item->offset = offset;
    item->source = inside;
    return WCAB_OK;
}

enum wcab_err wci_nest_keep_take(struct wci_nest *nest, struct wci_source *source,
                                 struct wcab_error *err)
{
    if (nest->kept_count == WCI_NEST_SOURCES) {
        wci_source_close(source);
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d files belong to the image",
                             (int)WCI_NEST_SOURCES);
    }
    nest->kept[nest->kept_count++] = source;
    return WCAB_OK;
}

void wci_nest_add_fault(struct wci_nest *nest, const struct wcab_error *fault)
{
    if (nest->fault_count < WCI_NEST_FAULTS)
        nest->faults[nest->fault_count++] = *fault;
    else
        nest->faults_dropped++;
}

/* Adds the fault of a file that ends before byte `end`, where what it keeps does; none when it is
 * whole. */
static void tell_cut(struct wci_nest *nest, uint64_t end)
{
    uint64_t there = wci_source_size(nest->base.source);
    struct wcab_error fault;

    if (there >= end)
        return;
    wci_error_set_at(&fault, WCAB_ERR_CORRUPT, there,
                     "image is cut off: the last %llu bytes of what it keeps are missing",
                     (unsigned long long)(end - there));
    wci_nest_add_fault(nest, &fault);
}

struct wci_volume *wci_nest_volume(struct wci_nest *nest)
{
    return &nest->base;
}

enum wcab_err wci_nest_of_disk(const struct wci_nest_disk *disk, struct wci_volume **volume,
                               struct wcab_error *err)
{
    struct wci_nest *nest = NULL;
    enum wcab_err code = wci_nest_new(disk->source, disk->format, disk->reason, &nest, err);

    if (code != WCAB_OK) {
        wci_source_close(disk->inside);
        return code;
    }
    tell_cut(nest, disk->end);
    code = wci_nest_add_take(nest, "disk", 0, disk->inside, err);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}
