/*
 * walk_record - what a walk finds, put on record: faults, entries, containers.
 */
#include <string.h>

#include "core/cancel.h"
#include "core/limits.h"
#include "indexer/walk/walk_run.h"

bool wci_walk_is_too_deep(const struct wci_walk_place *place)
{
    return place->depth + 1 >= place->walk->image->limits.depth;
}

bool wci_walk_is_cancelled(const struct wci_walk *walk)
{
    return wci_cancel_is_set(walk->options->cancel);
}

/* ---- faults ------------------------------------------------------------------------------- */

/* Puts the names of the containers around `container` in front of err's place; the outermost is the
 * image itself, which every reader of the fault knows. */
static void complete_place(const struct wci_walk *walk, uint32_t container, struct wcab_error *err)
{
    while (container != WCI_NONE && walk->image->containers[container].parent != WCI_NONE) {
        struct wci_bytes name = walk->image->containers[container].name;

        wci_error_push_place(err, name.data, name.length);
        container = walk->image->containers[container].parent;
    }
}

/* Whether more of the container than one file in it may be wrong, or not known. */
static bool makes_partial(const struct wci_container *container, bool of_entry, enum wcab_err code)
{
    if (wci_error_is_unread(code))
        return false; /* nothing is wrong with what was read */
    return !of_entry || code == WCAB_ERR_LIMIT || container->kind == WCI_CONTAINER_CABINET;
}

void wci_walk_add_fault(struct wci_walk *walk, uint32_t container, bool of_entry,
                        struct wcab_error *err)
{
    struct wci_image *image = walk->image;
    struct wci_fault *fault;

    complete_place(walk, container, err);
    if (container != WCI_NONE && makes_partial(&image->containers[container], of_entry, err->code))
        image->containers[container].partial = true;
    if (image->fault_count >= WCI_LIMIT_FAULTS ||
        !wci_mem_grow(&image->faults, image->fault_count, &walk->fault_capacity,
                      sizeof(*image->faults))) {
        image->faults_dropped++;
        return;
    }
    fault = &image->faults[image->fault_count];
    memset(fault, 0, sizeof(*fault));
    fault->container = container;
    fault->code = (int)err->code;
    fault->offset = err->offset;
    fault->place = wci_arena_bytes(image->arena, wci_bytes_of(err->place));
    fault->text = wci_arena_bytes(image->arena, wci_bytes_of(err->text));
    if (fault->place.data == NULL || fault->text.data == NULL)
        image->faults_dropped++;
    else
        image->fault_count++;
}

void wci_walk_on_fault(void *context, const struct wcab_error *err)
{
    struct wci_walk_place *place = context;
    struct wcab_error copy = *err;

    wci_walk_add_fault(place->walk, place->container, false, &copy);
}

/* ---- entries ------------------------------------------------------------------------------ */

enum wcab_err wci_walk_on_entry(void *context, const struct wci_entry *entry,
                                struct wcab_error *err)
{
    struct wci_walk_place *place = context;

    if (wci_walk_is_cancelled(place->walk))
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    if (place->walk->options->top_only && place->depth == 0 && entry->folder.length > 0)
        return WCAB_OK;
    if (place->entries.count >= place->walk->image->limits.entries)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "more than %u files (see index --limit entries=N)",
                             place->walk->image->limits.entries);
    return wci_entries_add(&place->entries, entry) ? WCAB_OK : wci_error_nomem(err);
}

enum wcab_err wci_walk_keep_entries(struct wci_walk_place *place, struct wcab_error *err)
{
    struct wci_container *container = &place->walk->image->containers[place->container];

    return wci_entries_give(&place->entries, container) ? WCAB_OK : wci_error_nomem(err);
}

enum wcab_err wci_walk_add_container(struct wci_walk *walk, struct wci_bytes name, uint32_t parent,
                                     uint32_t parent_entry, uint32_t *index, struct wcab_error *err)
{
    struct wci_image *image = walk->image;
    struct wci_container *container;

    if (image->container_count >= image->limits.containers)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "more than %u containers (see index --limit containers=N)",
                             image->limits.containers);
    if (!wci_mem_grow(&image->containers, image->container_count, &walk->container_capacity,
                      sizeof(*image->containers)))
        return wci_error_nomem(err);
    container = &image->containers[image->container_count];
    memset(container, 0, sizeof(*container));
    container->parent = parent;
    container->parent_entry = parent_entry;
    container->name = wci_arena_bytes(image->arena, name);
    if (container->name.data == NULL)
        return wci_error_nomem(err);
    *index = image->container_count++;
    return WCAB_OK;
}

struct wci_bytes wci_walk_entry_path(struct wci_arena *arena, const struct wci_entry *entry)
{
    struct wci_bytes path = {NULL, 0};
    size_t folder = entry->folder.length;
    char *text;

    if (folder == 0)
        return entry->name.bytes;
    text = wci_arena_alloc(arena, folder + 1 + entry->name.bytes.length + 1);
    if (text == NULL)
        return path;
    memcpy(text, entry->folder.data, folder);
    text[folder] = '/';
    memcpy(text + folder + 1, entry->name.bytes.data, entry->name.bytes.length);
    path.data = text;
    path.length = folder + 1 + entry->name.bytes.length;
    text[path.length] = '\0';
    return path;
}
