/*
 * damage_list - see damage_list.h.
 */
#include "damage_list.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

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

void wci_damage_list_error(const struct wci_damage *damage, struct wcab_error *err)
{
    switch (damage->kind) {
    case WCI_DAMAGE_CHECKSUM:
        wci_error_set_at(err, WCAB_ERR_CORRUPT, damage->offset,
                         "block %u of its folder has a wrong checksum", damage->block);
        break;
    case WCI_DAMAGE_HISTORY:
        wci_error_set_at(err, WCAB_ERR_CORRUPT, damage->offset,
                         "block %u of its folder may have copied damaged bytes", damage->block);
        break;
    default:
        wci_error_set_at(err, damage->error.code == WCAB_OK ? WCAB_ERR_CORRUPT : damage->error.code,
                         damage->offset, "block %u of its folder: %.180s", damage->block,
                         damage->error.text);
        break;
    }
}

void wci_damage_list_free(struct wci_damage_list *list)
{
    free(list->damages);
    memset(list, 0, sizeof(*list));
}
