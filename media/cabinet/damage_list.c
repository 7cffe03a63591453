/*
 * damage_list - see damage_list.h.
 */
#include "media/cabinet/damage_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static void on_damage(void *context, const struct wci_damage *damage)
{
    struct wci_damage_list *list = context;

    if (!wci_mem_grow(&list->damages, list->count, &list->capacity, sizeof(*list->damages)))
        list->nomem = true;
    else
        list->damages[list->count++] = *damage;
}

struct wci_damage_sink wci_damage_list_sink(struct wci_damage_list *list)
{
    struct wci_damage_sink sink = {list, on_damage};

    return sink;
}

static bool overlaps(const struct wci_damage *damage, uint64_t start, uint64_t size)
{
    return size > 0 && damage->offset < start + size && damage->offset + damage->size > start;
}

const struct wci_damage *wci_damage_list_find(const struct wci_damage_list *list, uint64_t start,
                                              uint64_t size)
{
    size_t i;

    for (i = 0; i < list->count; i++) {
        if (overlaps(&list->damages[i], start, size))
            return &list->damages[i];
    }
    return NULL;
}

uint64_t wci_damage_list_lost(const struct wci_damage_list *list, uint64_t start, uint64_t size)
{
    uint64_t lost = 0;
    size_t i;

    for (i = 0; i < list->count; i++) {
        const struct wci_damage *damage = &list->damages[i];
        uint64_t from = damage->offset, end = damage->offset + damage->size;

        if (damage->kind == WCI_DAMAGE_CONTENT)
            from += damage->intact;
        else if (damage->kind != WCI_DAMAGE_LOST)
            continue;
        from = from > start ? from : start;
        end = end < start + size ? end : start + size;
        lost += end > from ? end - from : 0;
    }
    return lost;
}

struct range_list {
    struct wcab_damaged_range *ranges; /* owned */
    size_t count, capacity;
    uint64_t start, end; /* of what is asked for */
    bool nomem;
};

/* Adds bytes from .. end of the folder.  What is told later of a block is the truth of it. */
static void add_range(struct range_list *list, uint64_t from, uint64_t end, bool lost)
{
    struct wcab_damaged_range *last;

    from = from > list->start ? from : list->start;
    end = end < list->end ? end : list->end;
    if (from >= end)
        return;
    from -= list->start;
    end -= list->start;
    while (list->count > 0) {
        last = &list->ranges[list->count - 1];
        if (last->start + last->size > from)
            last->size = last->start < from ? from - last->start : 0;
        if (last->size > 0)
            break;
        list->count--;
    }
    last = list->count > 0 ? &list->ranges[list->count - 1] : NULL;
    if (last != NULL && last->lost == lost && last->start + last->size == from) {
        last->size += end - from;
        return;
    }
    if (!wci_mem_grow(&list->ranges, list->count, &list->capacity, sizeof(*list->ranges))) {
        list->nomem = true;
        return;
    }
    list->ranges[list->count].start = from;
    list->ranges[list->count].size = end - from;
    list->ranges[list->count].lost = lost;
    list->count++;
}

enum wcab_err wci_damage_list_ranges(const struct wci_damage_list *list, uint64_t start,
                                     uint64_t size, struct wcab_damaged_range **ranges,
                                     size_t *count, struct wcab_error *err)
{
    struct range_list all = {.start = start, .end = start + size};
    size_t i;

    for (i = 0; i < list->count && !all.nomem; i++) {
        const struct wci_damage *damage = &list->damages[i];
        uint64_t end = damage->offset + damage->size;

        if (damage->kind == WCI_DAMAGE_CONTENT) {
            add_range(&all, damage->offset, damage->offset + damage->intact, false);
            add_range(&all, damage->offset + damage->intact, end, true);
        } else {
            add_range(&all, damage->offset, end, damage->kind == WCI_DAMAGE_LOST);
        }
    }
    if (all.nomem) {
        free(all.ranges);
        return wci_error_nomem(err);
    }
    *ranges = all.ranges;
    *count = all.count;
    return WCAB_OK;
}

void wci_damage_list_error(const struct wci_damage *damage, struct wcab_error *err)
{
    if (damage->error.code != WCAB_OK)
        wci_error_set_at(err, damage->error.code, damage->offset, "block %u of its folder: %.200s",
                         damage->block, damage->error.text);
    else if (damage->kind == WCI_DAMAGE_HISTORY)
        wci_error_set_at(err, WCAB_ERR_CORRUPT, damage->offset,
                         "block %u of its folder may have copied damaged bytes", damage->block);
    else
        wci_error_set_at(err, WCAB_ERR_CORRUPT, damage->offset, "block %u of its folder is damaged",
                         damage->block);
}

void wci_damage_list_free(struct wci_damage_list *list)
{
    free(list->damages);
    memset(list, 0, sizeof(*list));
}
