/*
 * neighbours - see neighbours.h.
 */
#include "jobs/index/neighbours.h"

#include <stdlib.h>

#include "catalog/load.h"
#include "core/error.h"
#include "core/mem.h"
#include "indexer/recognise/recognise_parts.h"

struct wci_neighbour {
    uint32_t image, part;             /* WCI_NONE: the image itself */
    struct wci_bytes folder;          /* of the host */
    const struct wci_profile *medium; /* NULL when it is not known */
    struct wci_bytes disk;            /* of it; from the arena */
    bool several;
};

void wci_neighbours_free(struct wci_neighbours *all)
{
    free(all->items);
    wci_arena_free(all->arena);
}

/* Adds a slot for an image in `folder`, or for a part, whose neighbours are the image's others. */
static enum wcab_err add_recognised(struct wci_neighbours *all, struct wci_bytes folder,
                                    uint32_t id, uint32_t part, struct wci_neighbour **added,
                                    struct wcab_error *err)
{
    struct wci_neighbour *slot;

    if (!wci_mem_grow(&all->items, all->count, &all->capacity, sizeof(*all->items)))
        return wci_error_nomem(err);
    slot = &all->items[all->count];
    slot->image = id;
    slot->part = part;
    slot->medium = NULL;
    slot->disk = (struct wci_bytes){NULL, 0};
    slot->folder = all->count > 0 && wci_bytes_equal(all->items[all->count - 1].folder, folder)
                       ? all->items[all->count - 1].folder
                       : wci_arena_bytes(all->arena, folder);
    if (slot->folder.data == NULL)
        return wci_error_nomem(err);
    *added = slot;
    all->count++;
    return WCAB_OK;
}

/* Which disk of its medium it is. */
static enum wcab_err keep_disk(struct wci_neighbours *all, struct wci_neighbour *slot,
                               struct wci_bytes disk, struct wcab_error *err)
{
    slot->disk = wci_arena_bytes(all->arena, disk);
    return slot->disk.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

/* The medium of an image, or the one that all its parts are of; NULL when there is none. */
static const struct wci_profile *medium_of(const struct wci_neighbours *all,
                                           const struct wci_image *image)
{
    struct wci_bytes medium = image->identity.medium;
    uint32_t i;

    if (medium.length == 0 && image->part_count > 0)
        medium = image->parts[0].identity.medium;
    for (i = 1; image->identity.medium.length == 0 && i < image->part_count; i++) {
        if (!wci_bytes_equal(image->parts[i].identity.medium, medium) &&
            !image->parts[i].identity.several)
            return NULL;
    }
    return wci_profile_list_find(all->profiles, medium);
}

/* Remembers what an image and its parts were recognised as, also that they may be several media. */
enum wcab_err wci_neighbours_remember(struct wci_neighbours *all, const struct wci_image *image,
                                      uint32_t id, struct wcab_error *err)
{
    struct wci_neighbour *slot = NULL;
    enum wcab_err code =
        add_recognised(all, wci_bytes_folder(image->path), id, WCI_NONE, &slot, err);
    uint32_t i;

    if (code != WCAB_OK)
        return code;
    slot->several = image->identity.several;
    slot->medium = medium_of(all, image);
    code = keep_disk(all, slot, image->identity.disk, err);
    for (i = 0; code == WCAB_OK && i < image->part_count; i++) {
        code = add_recognised(all, image->path, id, i, &slot, err);
        if (code != WCAB_OK)
            return code;
        slot->several = image->parts[i].identity.several;
        slot->medium = wci_profile_list_find(all->profiles, image->parts[i].identity.medium);
        code = keep_disk(all, slot, image->parts[i].identity.disk, err);
    }
    return code;
}

/* Matches an image on record, or a part of it, again. */
static enum wcab_err match_again(struct wci_neighbours *all, struct wci_reader *reader,
                                 const struct wci_neighbour *open, struct wci_match *match,
                                 struct wcab_error *err)
{
    struct wci_image *image = wci_image_new();
    enum wcab_err code =
        image == NULL ? wci_error_nomem(err) : wci_load_image(reader, open->image, image, err);

    if (code == WCAB_OK)
        code = wci_recognise_part(all->recogniser, image, open->part, match, err);
    wci_image_free(image);
    return code;
}

struct recall {
    struct wci_neighbours *all;
    struct wci_reader *reader;
    struct wci_arena *arena; /* of the image at hand */
    struct wcab_error *err;
};

/* That an image may be several media is not on record: where nothing was recognised, it is looked
 * at again. */
static enum wcab_err recall_several(struct recall *recall, uint32_t id, uint32_t part,
                                    struct wci_identity *identity)
{
    const struct wci_neighbour open = {.image = id, .part = part};
    struct wci_match match;
    enum wcab_err code = WCAB_OK;

    identity->several = false;
    if (identity->medium.length > 0)
        return WCAB_OK;
    code = match_again(recall->all, recall->reader, &open, &match, recall->err);
    identity->several = code == WCAB_OK && match.match == WCI_MATCH_SEVERAL;
    return code;
}

static enum wcab_err recall_image(void *context, uint32_t id)
{
    struct recall *recall = context;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;
    uint32_t i;

    wci_arena_reset(recall->arena);
    code = wci_reader_image(recall->reader, id, recall->arena, &image, &state, recall->err);
    if (code == WCAB_OK)
        code = recall_several(recall, id, WCI_NONE, &image.identity);
    for (i = 0; code == WCAB_OK && i < image.part_count; i++)
        code = recall_several(recall, id, i, &image.parts[i].identity);
    return code == WCAB_OK ? wci_neighbours_remember(recall->all, &image, id, recall->err) : code;
}

enum wcab_err wci_neighbours_recall(struct wci_neighbours *all, struct wci_writer *writer,
                                    struct wcab_error *err)
{
    struct recall recall = {.all = all, .arena = wci_arena_new(), .err = err};
    enum wcab_err code = recall.arena == NULL ? wci_error_nomem(err)
                                              : wci_writer_reader(writer, &recall.reader, err);

    if (code == WCAB_OK)
        code = wci_reader_each_image(recall.reader, recall_image, &recall, err);
    wci_arena_free(recall.arena);
    return code;
}

static bool is_neighbour(const struct wci_neighbour *other, const struct wci_neighbour *open)
{
    return other->medium != NULL && wci_bytes_equal(other->folder, open->folder);
}

/* Lets the images of the same folder decide what an image is that may be several media. */
static enum wcab_err decide(struct wci_neighbours *all, struct wci_writer *writer,
                            struct wci_neighbour *open, struct wcab_error *err)
{
    struct wci_match match, *around = NULL;
    const struct wci_match **neighbours = NULL;
    size_t count = 0, i;
    struct wci_reader *reader;
    enum wcab_err code = wci_writer_reader(writer, &reader, err);

    if (code == WCAB_OK)
        code = match_again(all, reader, open, &match, err);
    if (code != WCAB_OK || match.match != WCI_MATCH_SEVERAL)
        return code;
    for (i = 0; i < all->count; i++)
        count += is_neighbour(&all->items[i], open);
    if (count == 0)
        return WCAB_OK;
    around = wci_mem_calloc(count, sizeof(*around));
    neighbours = wci_mem_calloc(count, sizeof(*neighbours));
    if (around == NULL || neighbours == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    count = 0;
    for (i = 0; i < all->count; i++) {
        if (!is_neighbour(&all->items[i], open))
            continue;
        around[count].match = WCI_MATCH_EXACT;
        around[count].medium = all->items[i].medium;
        around[count].disk = all->items[i].disk;
        neighbours[count] = &around[count];
        count++;
    }
    if (wci_recognise_settle(&match, neighbours, count)) {
        open->medium = match.medium; /* the next one of them fills another gap */
        code = keep_disk(all, open, match.disk, err);
        if (code == WCAB_OK)
            code =
                wci_writer_set_medium(writer, open->image, open->part,
                                      &(struct wci_identity){.medium = match.medium->id,
                                                             .disk = match.disk,
                                                             .reason = wci_bytes_of(match.reason)},
                                      err);
    }
out:
    free(around);
    free((void *)neighbours);
    return code;
}

enum wcab_err wci_neighbours_decide(struct wci_neighbours *all, struct wci_writer *writer,
                                    struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < all->count; i++) {
        if (all->items[i].several)
            code = decide(all, writer, &all->items[i], err);
    }
    return code;
}
