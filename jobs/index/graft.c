/*
 * graft - see graft.h.
 */
#include "jobs/index/graft.h"

#include <stdlib.h>
#include <string.h>

#include "core/chain.h"
#include "core/error.h"
#include "core/mem.h"

void wci_grafts_clear(struct wci_grafts *grafts)
{
    size_t i;

    for (i = 0; i < grafts->count; i++)
        wci_image_free(grafts->items[i].found);
    free(grafts->items);
    memset(grafts, 0, sizeof(*grafts));
}

enum wcab_err wci_grafts_add_take(struct wci_grafts *grafts, uint32_t container, uint32_t row,
                                  struct wci_image *found, struct wcab_error *err)
{
    if (!wci_mem_grow(&grafts->items, grafts->count, &grafts->capacity, sizeof(*grafts->items))) {
        wci_image_free(found);
        return wci_error_nomem(err);
    }
    grafts->items[grafts->count++] = (struct wci_graft){container, row, found};
    return WCAB_OK;
}

void wci_graft_result_free(struct wci_graft_result *result)
{
    free(result->moved);
    free(result->added);
    memset(result, 0, sizeof(*result));
}

/* ---- the new record ----------------------------------------------------------------------- */

struct grafting {
    struct wci_arena *arena;
    struct wci_image image, grafted; /* before and after */
    struct wci_image_state state;
    uint32_t *known;         /* listing of each container of `grafted`, 0 for the new ones; arena */
    struct wci_deep **facts; /* of each old container's rows; arena */
    uint32_t *bases;         /* of each graft: the number of its first container; arena */
    struct wci_graft_result *result;
};

static enum wcab_err allocate(struct grafting *grafting, const struct wci_grafts *grafts,
                              struct wcab_error *err)
{
    struct wci_graft_result *result = grafting->result;
    size_t containers = grafting->image.container_count, added = 0;
    size_t faults = grafting->image.fault_count, i;

    for (i = 0; i < grafts->count; i++) {
        added += grafts->items[i].found->container_count - 1;
        faults += grafts->items[i].found->fault_count;
    }
    if (containers + added >= WCI_NONE || faults >= WCI_NONE)
        return wci_error_set(err, WCAB_ERR_LIMIT, "too much is in the files of one image");
    grafting->grafted = grafting->image;
    grafting->grafted.containers = wci_arena_calloc(grafting->arena, containers + added,
                                                    sizeof(*grafting->grafted.containers));
    grafting->grafted.faults =
        wci_arena_calloc(grafting->arena, faults + 1, sizeof(*grafting->grafted.faults));
    grafting->known =
        wci_arena_calloc(grafting->arena, containers + added, sizeof(*grafting->known));
    grafting->bases =
        wci_arena_calloc(grafting->arena, grafts->count + 1, sizeof(*grafting->bases));
    result->moved = wci_mem_calloc(containers + 1, sizeof(*result->moved));
    result->added = wci_mem_calloc(added + 1, sizeof(*result->added));
    if (grafting->grafted.containers == NULL || grafting->grafted.faults == NULL ||
        grafting->known == NULL || grafting->bases == NULL || result->moved == NULL ||
        result->added == NULL)
        return wci_error_nomem(err);
    grafting->grafted.container_count = 0;
    return WCAB_OK;
}

/* Puts a graft's containers behind its cabinet. */
static void put_graft(struct grafting *grafting, const struct wci_graft *graft, uint32_t cabinet)
{
    struct wci_image *grafted = &grafting->grafted;
    struct wci_graft_result *result = grafting->result;
    uint32_t base = grafted->container_count, i;

    for (i = 1; i < graft->found->container_count; i++) {
        struct wci_container *container = &grafted->containers[grafted->container_count];

        *container = graft->found->containers[i];
        if (container->parent == 0) {
            container->parent = cabinet;
            container->parent_entry = container->parent_entry == WCI_NONE ? WCI_NONE : graft->row;
        } else {
            container->parent += base - 1;
        }
        if (container->cab != NULL &&
            (container->cab->joint_next != 0 || container->cab->joint_previous != 0))
            result->joints = true;
        result->added[result->added_count++] = grafted->container_count++;
    }
    if (graft->found->containers[0].partial)
        grafted->containers[cabinet].partial = true;
}

static void put_containers(struct grafting *grafting, const struct wci_grafts *grafts)
{
    const struct wci_image *image = &grafting->image;
    struct wci_image *grafted = &grafting->grafted;
    uint32_t *moved = grafting->result->moved, i;
    size_t next = 0;

    for (i = 0; i < image->container_count; i++) {
        struct wci_container *container = &grafted->containers[grafted->container_count];

        *container = image->containers[i];
        if (container->parent != WCI_NONE)
            container->parent = moved[container->parent];
        grafting->known[grafted->container_count] = grafting->state.listings[i];
        moved[i] = grafted->container_count++;
        for (; next < grafts->count && grafts->items[next].container == i; next++) {
            grafting->bases[next] = grafted->container_count;
            put_graft(grafting, &grafts->items[next], moved[i]);
        }
    }
}

/* A fault's place goes from below the image on; what the graft knows of it begins in the cabinet.
 */
static enum wcab_err put_fault(struct grafting *grafting, const struct wci_graft *graft,
                               uint32_t base, const struct wci_fault *found, struct wcab_error *err)
{
    struct wci_image *grafted = &grafting->grafted;
    struct wci_fault *fault = &grafted->faults[grafted->fault_count];
    struct wci_buffer place;
    enum wcab_err code = WCAB_OK;

    wci_buffer_init(&place);
    wci_chain_put(&grafting->image, graft->container, 0, &place);
    if (place.size > 0 && found->place.length > 0)
        wci_buffer_put(&place, " > ", 3);
    wci_buffer_put(&place, found->place.data, found->place.length);
    *fault = *found;
    fault->container = found->container == 0 || found->container == WCI_NONE
                           ? grafting->result->moved[graft->container]
                           : base + found->container - 1;
    fault->place = wci_arena_bytes(grafting->arena, wci_buffer_view(&place));
    if (!place.ok || fault->place.data == NULL)
        code = wci_error_nomem(err);
    else
        grafted->fault_count++;
    wci_buffer_free(&place);
    return code;
}

static enum wcab_err put_faults(struct grafting *grafting, const struct wci_grafts *grafts,
                                struct wcab_error *err)
{
    const struct wci_image *image = &grafting->image;
    enum wcab_err code = WCAB_OK;
    uint32_t i;
    size_t g;

    for (i = 0; i < image->fault_count; i++) {
        struct wci_fault *fault = &grafting->grafted.faults[i];

        *fault = image->faults[i];
        if (fault->container < image->container_count)
            fault->container = grafting->result->moved[fault->container];
    }
    for (g = 0; code == WCAB_OK && g < grafts->count; g++) {
        const struct wci_graft *graft = &grafts->items[g];

        for (i = 0; code == WCAB_OK && i < graft->found->fault_count; i++)
            code = put_fault(grafting, graft, grafting->bases[g], &graft->found->faults[i], err);
        grafting->grafted.faults_dropped += graft->found->faults_dropped;
    }
    return code;
}

static enum wcab_err put_parts(struct grafting *grafting, struct wcab_error *err)
{
    struct wci_image *grafted = &grafting->grafted;
    struct wci_part *parts =
        wci_arena_calloc(grafting->arena, (size_t)grafted->part_count + 1, sizeof(*parts));
    uint32_t i;

    if (parts == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < grafted->part_count; i++) {
        parts[i] = grafted->parts[i];
        parts[i].container = grafting->result->moved[parts[i].container];
    }
    grafted->parts = parts;
    return WCAB_OK;
}

/* ---- facts -------------------------------------------------------------------------------- */

static enum wcab_err read_facts(struct grafting *grafting, struct wci_reader *reader, uint32_t id,
                                uint32_t container, struct wcab_error *err)
{
    uint32_t count = grafting->image.containers[container].entry_count, i;
    struct wci_deep *rows = wci_arena_calloc(grafting->arena, (size_t)count + 1, sizeof(*rows));
    enum wcab_err code = WCAB_OK;

    if (rows == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        code = wci_reader_deep(reader, id, container, i, &rows[i], err);
        if (code == WCAB_ERR_NOTFOUND) /* this container has none */
            return WCAB_OK;
        rows[i].version_text = wci_arena_bytes(grafting->arena, rows[i].version_text);
        rows[i].text = wci_arena_bytes(grafting->arena, rows[i].text);
        if (rows[i].version_text.data == NULL || rows[i].text.data == NULL)
            code = wci_error_nomem(err);
    }
    if (code == WCAB_OK)
        grafting->facts[container] = rows;
    return code;
}

static enum wcab_err read_record(struct grafting *grafting, struct wci_writer *writer, uint32_t id,
                                 struct wcab_error *err)
{
    struct wci_reader *view;
    enum wcab_err code = wci_writer_reader(writer, &view, err);
    uint32_t i;

    if (code == WCAB_OK)
        code = wci_reader_image(view, id, grafting->arena, &grafting->image, &grafting->state, err);
    if (code != WCAB_OK)
        return code;
    grafting->result->old_count = grafting->image.container_count;
    grafting->facts = wci_arena_calloc(grafting->arena, (size_t)grafting->image.container_count + 1,
                                       sizeof(*grafting->facts));
    if (grafting->facts == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < grafting->image.container_count; i++)
        code = read_facts(grafting, view, id, i, err);
    return code;
}

static enum wcab_err write_record(struct grafting *grafting, struct wci_writer *writer, uint32_t id,
                                  struct wcab_error *err)
{
    uint32_t stored = id, i;
    enum wcab_err code =
        wci_writer_put_known(writer, &grafting->grafted, grafting->known, &stored, NULL, err);

    for (i = 0; code == WCAB_OK && i < grafting->image.container_count; i++) {
        if (grafting->facts[i] != NULL)
            code = wci_writer_put_deep(writer, id, grafting->result->moved[i], grafting->facts[i],
                                       grafting->image.containers[i].entry_count, err);
    }
    return code;
}

enum wcab_err wci_graft_store(struct wci_writer *writer, uint32_t image_id,
                              const struct wci_grafts *grafts, struct wci_graft_result *result,
                              struct wcab_error *err)
{
    struct grafting grafting = {.arena = wci_arena_new(), .result = result};
    enum wcab_err code;

    memset(result, 0, sizeof(*result));
    if (grafting.arena == NULL)
        return wci_error_nomem(err);
    code = read_record(&grafting, writer, image_id, err);
    if (code == WCAB_OK)
        code = allocate(&grafting, grafts, err);
    if (code == WCAB_OK) {
        put_containers(&grafting, grafts);
        result->new_count = grafting.grafted.container_count;
        code = put_faults(&grafting, grafts, err);
    }
    if (code == WCAB_OK)
        code = put_parts(&grafting, err);
    if (code == WCAB_OK)
        code = write_record(&grafting, writer, image_id, err);
    wci_arena_free(grafting.arena);
    return code;
}
