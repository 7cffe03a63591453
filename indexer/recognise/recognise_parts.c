/*
 * recognise_parts - see recognise_parts.h.
 */
#include "indexer/recognise/recognise_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/parts.h"

/* Copies the containers of one part, from its volume on, as an image of their own.  The entries
 * stay where they are; free the view's containers. */
static enum wcab_err make_view(const struct wci_image *image, uint32_t part, struct wci_image *view,
                               struct wcab_error *err)
{
    uint32_t root = wci_part_root(image, part), end, count = 0, i;
    uint32_t *places;

    *view = *image;
    view->part_count = 0;
    view->container_count = 0;
    if (image->container_count == 0)
        return WCAB_OK;
    end = wci_part_end(image, root);
    view->containers = wci_mem_calloc(end - root, sizeof(*view->containers));
    places = wci_mem_calloc(end - root, sizeof(*places));
    if (view->containers == NULL || places == NULL) {
        free(view->containers);
        free(places);
        return wci_error_nomem(err);
    }
    for (i = root; i < end; i++) {
        struct wci_container *copy = &view->containers[count];

        if (wci_part_of(image, i) != part)
            continue;
        *copy = image->containers[i];
        copy->parent = i == root ? WCI_NONE : places[copy->parent - root];
        copy->parent_entry = i == root ? WCI_NONE : copy->parent_entry;
        places[i - root] = count++;
    }
    free(places);
    view->container_count = count;
    return WCAB_OK;
}

enum wcab_err wci_recognise_part(const struct wci_recogniser *recogniser,
                                 const struct wci_image *image, uint32_t part,
                                 struct wci_match *match, struct wcab_error *err)
{
    struct wci_image view;
    enum wcab_err code = make_view(image, part, &view, err);

    if (code != WCAB_OK)
        return code;
    code = wci_recognise_image(recogniser, &view, match, err);
    if (image->container_count > 0)
        free(view.containers);
    return code;
}

/* Whether a volume that is a file on another one is a medium of its own. */
static bool stands_alone(const struct wci_match *match)
{
    return match->medium != NULL || match->match == WCI_MATCH_SEVERAL;
}

/* Makes a part of each container that is marked, to be recognised. */
static enum wcab_err make_parts(struct wci_image *image, const bool *starts, uint32_t count,
                                struct wcab_error *err)
{
    uint32_t i;

    image->part_count = 0;
    image->parts = wci_arena_calloc(image->arena, count, sizeof(*image->parts));
    if (image->parts == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < image->container_count; i++) {
        if (starts[i])
            image->parts[image->part_count++].container = i;
    }
    return WCAB_OK;
}

/* Recognises the parts and drops those that are none after all.  From the last on: what lies
 * deeper comes first, and a part that is dropped becomes one with what it lies on. */
static enum wcab_err settle_parts(const struct wci_recogniser *recogniser, struct wci_image *image,
                                  bool outer_stay, struct wcab_error *err)
{
    uint32_t i;

    for (i = image->part_count; i > 0; i--) {
        struct wci_part *part = &image->parts[i - 1];
        bool stays = outer_stay && !wci_part_is_on_volume(image, part->container);
        struct wci_match match;
        enum wcab_err code = wci_recognise_part(recogniser, image, i - 1, &match, err);

        if (code == WCAB_OK && (stays || stands_alone(&match))) {
            code = wci_recognise_record(image, i - 1, &match, err);
        } else if (code == WCAB_OK) {
            memmove(part, part + 1, (image->part_count - i) * sizeof(*part));
            image->part_count--;
        }
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

/* Says of an image that is nothing itself what it is for. */
static void describe_whole(const struct wci_image *image, struct wci_match *match)
{
    if (image->part_count > 0 && match->reason[0] == '\0')
        (void)snprintf(match->reason, sizeof(match->reason),
                       "%u disks or discs in it, each recognised for itself",
                       (unsigned)image->part_count);
}

enum wcab_err wci_recognise_parts(const struct wci_recogniser *recogniser, struct wci_image *image,
                                  struct wcab_error *err)
{
    bool *starts = wci_mem_calloc((size_t)image->container_count + 1, sizeof(*starts));
    uint32_t count = 0, outer = 0, i;
    struct wci_match match;
    enum wcab_err code = WCAB_OK;

    if (starts == NULL)
        return wci_error_nomem(err);
    image->part_count = 0;
    wci_part_candidates(image, starts, &count, &outer);
    for (i = 0; outer == 1 && i < image->container_count; i++) {
        if (starts[i] && !wci_part_is_on_volume(image, i)) {
            starts[i] = false; /* the image's own medium, in a wrapper */
            count--;
            break;
        }
    }
    if (count > 0)
        code = make_parts(image, starts, count, err);
    free(starts);
    if (code == WCAB_OK)
        code = settle_parts(recogniser, image, outer > 1, err);
    if (code == WCAB_OK)
        code = wci_recognise_part(recogniser, image, WCI_NONE, &match, err);
    if (code != WCAB_OK)
        return code;
    describe_whole(image, &match);
    return wci_recognise_record(image, WCI_NONE, &match, err);
}
