/*
 * volume - see volume.h: hands each call to the reader behind the volume.
 */
#include "media/volume/volume.h"

#include <stdio.h>

#include "media/bytes/spool.h"

enum wcab_err wci_volume_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    return volume->ops->describe(volume, arena, container, err);
}

enum wcab_err wci_volume_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    return volume->ops->walk(volume, visitor, err);
}

enum wcab_err wci_volume_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    return volume->ops->open_entry(volume, entry, source, err);
}

enum wcab_err wci_volume_clusters(struct wci_volume *volume, const struct wci_entry *entry,
                                  struct wci_cluster_list *list, struct wcab_error *err)
{
    list->count = 0;
    list->more = false;
    return volume->ops->clusters == NULL ? WCAB_OK
                                         : volume->ops->clusters(volume, entry, list, err);
}

enum wcab_err wci_volume_open_nested(struct wci_volume *volume, uint64_t offset, uint64_t size,
                                     struct wci_source **source, struct wcab_error *err)
{
    if (volume->ops->open_nested != NULL)
        return volume->ops->open_nested(volume, offset, size, source, err);
    if (volume->source == NULL)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "nothing is nested in it");
    return wci_source_open_window(volume->source, offset, size, source, err);
}

void wci_volume_close(struct wci_volume *volume)
{
    if (volume != NULL)
        volume->ops->close(volume);
}

struct wci_budget *wci_volume_start_budget(struct wci_volume *volume, struct wci_budget *own)
{
    if (volume->budget != NULL)
        return volume->budget;
    wci_budget_init(own, volume->limits != NULL ? volume->limits : &wci_limits_default,
                    wci_source_size(volume->source), volume->cancel);
    return own;
}

void wci_volume_tell_cut(const struct wci_volume *volume, uint64_t stated,
                         const struct wci_visitor *visitor)
{
    uint64_t there = wci_source_size(volume->source);
    struct wcab_error fault;

    if (there >= stated)
        return;
    wci_error_set_at(&fault, WCAB_ERR_CORRUPT, there,
                     "image is cut off: the last %llu of the volume's %llu bytes are missing",
                     (unsigned long long)(stated - there), (unsigned long long)stated);
    visitor->fault(visitor->context, &fault);
}

void wci_volume_begin(struct wci_volume *volume, const struct wci_volume_ops *ops,
                      struct wci_source *source, const char *reason)
{
    volume->ops = ops;
    volume->source = source;
    (void)snprintf(volume->reason, sizeof(volume->reason), "%s", reason);
}

enum wcab_err wci_volume_say_format(struct wci_arena *arena, struct wci_container *container,
                                    enum wci_container_kind kind, const char *format,
                                    struct wcab_error *err)
{
    container->kind = kind;
    container->format = wci_arena_bytes(arena, wci_bytes_of(format));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}
