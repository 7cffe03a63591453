/*
 * load - see load.h.
 */
#include "catalog/load.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"

static enum wcab_err load_rows(struct wci_reader *reader, uint32_t listing_id,
                               struct wci_arena *arena, struct wci_container *container,
                               struct wcab_error *err)
{
    struct wci_listing listing;
    enum wcab_err code = wci_reader_listing(reader, listing_id, &listing, err);
    uint32_t i;

    if (code != WCAB_OK)
        return code;
    if (listing.kind != container->kind)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: listing %u is of another kind than its "
                             "container",
                             listing_id);
    memcpy(container->digest, listing.digest, sizeof(container->digest));
    container->entry_count = listing.row_count;
    if (listing.row_count > 0) {
        container->entries = wci_arena_calloc(arena, listing.row_count, sizeof(struct wci_entry));
        if (container->entries == NULL)
            return wci_error_nomem(err);
    }
    for (i = 0; code == WCAB_OK && i < listing.row_count; i++)
        code = wci_listing_row(&listing, i, &container->entries[i], err);
    if (code == WCAB_OK && container->kind == WCI_CONTAINER_CABINET)
        code = wci_listing_cab(&listing, arena, &container->cab, err);
    return code;
}

enum wcab_err wci_load_rows(struct wci_reader *reader, struct wci_image *image,
                            const struct wci_image_state *state, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++)
        code = load_rows(reader, state->listings[i], image->arena, &image->containers[i], err);
    return code;
}

enum wcab_err wci_load_image(struct wci_reader *reader, uint32_t id, struct wci_image *image,
                             struct wcab_error *err)
{
    struct wci_arena *arena = image->arena;
    struct wci_image_state state;
    enum wcab_err code = wci_reader_image(reader, id, arena, image, &state, err);

    image->arena = arena;
    return code == WCAB_OK ? wci_load_rows(reader, image, &state, err) : code;
}
