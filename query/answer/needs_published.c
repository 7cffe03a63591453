/*
 * needs_published - what a file needs as published listings tell it: the disks of its medium.
 */

#include "core/limits.h"
#include "core/text.h"
#include "query/answer/needs.h"
#include "query/answer/needs_run.h"

struct holder_search {
    struct wci_known_images *images;
    struct wci_reader *reader;
    bool published;
    struct wci_bytes medium;
    const struct wci_known_image *best;
    struct wcab_error *err;
};

static enum wcab_err weigh_holder(void *context, uint32_t id, uint32_t container)
{
    struct holder_search *search = context;
    const struct wci_known_image *image;
    enum wcab_err code;

    if (search->best != NULL && !search->best->state.offline)
        return WCAB_OK;
    code =
        wci_known_images_get(search->images, search->published, id, container, &image, search->err);
    if (code != WCAB_OK)
        return code;
    if (wci_known_image_is_volume(image->image.containers[container].kind) &&
        wci_bytes_equal(image->image.identity.medium, search->medium))
        search->best = image;
    return WCAB_OK;
}

static enum wcab_err on_holder_hit(void *context, uint32_t listing, uint32_t row)
{
    struct holder_search *search = context;

    (void)row;
    if (search->best != NULL && !search->best->state.offline)
        return WCAB_OK;
    return wci_reader_each_place(search->reader, listing, weigh_holder, search, search->err);
}

enum wcab_err wci_needs_holder(struct wci_known_images *images, bool published,
                               struct wci_bytes medium, struct wci_bytes name,
                               const struct wci_known_image **image, struct wcab_error *err)
{
    struct holder_search search = {
        .images = images, .published = published, .medium = medium, .err = err};
    struct wci_folded folded;
    struct wci_bytes key;
    enum wcab_err code = wci_handle_reader(images->catalog, published, &search.reader, err);

    if (code == WCAB_OK && search.reader != NULL && name.length > 0 &&
        name.length <= WCI_LIMIT_NAME) {
        key = wci_text_fold_name(name, &folded);
        code = wci_reader_find(search.reader, key, on_holder_hit, &search, err);
    }
    if (code != WCAB_OK && code != WCAB_ERR_NOTFOUND)
        return code;
    *image = search.best;
    return WCAB_OK;
}

enum wcab_err wci_needs_add_published(struct wci_needs_search *search, struct wci_bytes cabinet,
                                      struct wci_bytes file)
{
    struct wci_bytes medium = search->found->image->image.identity.medium;
    const struct wci_known_image *holder = NULL;
    struct wci_step *step = wci_needs_add_step(search);
    enum wcab_err code = WCAB_OK;

    if (step == NULL)
        return WCAB_ERR_NOMEM;
    step->cabinet = cabinet;
    if (search->found->missing && cabinet.length > 0)
        code = wci_needs_holder(search->images, false, medium, file, &holder, search->err);
    if (code != WCAB_OK)
        return code;
    if (holder != NULL) {
        step->image = holder;
        wci_needs_describe_present(search, step);
        return WCAB_OK;
    }
    if (cabinet.length > 0)
        return wci_needs_describe_missing(search, step, (struct wci_bytes){NULL, 0});
    step->image = search->found->image;
    wci_needs_describe_present(search, step);
    step->image = NULL;
    return WCAB_OK;
}

/* The published listing of the cabinet `name` of the found file's medium, on whatever disk. */
struct cabinet_search {
    struct wci_needs_search *search;
    struct wci_bytes name;
    uint32_t listing;
    uint16_t flags; /* of the file's row there */
};

struct published_hit {
    struct cabinet_search *cabinet;
    uint32_t listing;
    uint16_t flags;
};

static enum wcab_err on_published_place(void *context, uint32_t id, uint32_t container)
{
    const struct published_hit *hit = context;
    struct wci_needs_search *search = hit->cabinet->search;
    const struct wci_known_image *image;
    enum wcab_err code =
        wci_known_images_get(search->images, true, id, container, &image, search->err);

    if (code == WCAB_OK &&
        wci_bytes_equal(image->image.identity.medium,
                        search->found->image->image.identity.medium) &&
        wci_text_equal_folded(wci_known_image_file_name(image, container), hit->cabinet->name)) {
        hit->cabinet->listing = hit->listing;
        hit->cabinet->flags = hit->flags;
    }
    return code;
}

static enum wcab_err on_published_hit(void *context, uint32_t listing_id, uint32_t row)
{
    struct cabinet_search *cabinet = context;
    struct wci_needs_search *search = cabinet->search;
    struct published_hit hit = {cabinet, listing_id, 0};
    struct wci_listing listing;
    struct wci_entry entry;
    enum wcab_err code = wci_reader_listing(search->reader, listing_id, &listing, search->err);

    if (code == WCAB_OK)
        code = wci_listing_row(&listing, row, &entry, search->err);
    if (code != WCAB_OK || !(entry.flags & WCI_ENTRY_CONTINUED))
        return code;
    hit.flags = entry.flags;
    return wci_reader_each_place(search->reader, listing_id, on_published_place, &hit, search->err);
}

enum wcab_err wci_needs_walk_published(struct wci_needs_search *search)
{
    struct wci_folded folded;
    struct wci_bytes name = search->found->entry.name.bytes, key;
    struct cabinet_search cabinet = {
        search, {NULL, 0}, search->found->listing, search->found->entry.flags};
    enum wcab_err code = WCAB_OK;
    uint32_t steps = 0;

    if (name.length > WCI_LIMIT_NAME)
        return WCAB_OK;
    key = wci_text_fold_name(name, &folded);
    while (code == WCAB_OK && cabinet.flags & WCI_ENTRY_CONTINUES &&
           steps++ < WCI_LIMIT_FOLDER_DEPTH) {
        struct wci_listing listing;
        struct wci_cab *cab;

        code = wci_reader_listing(search->reader, cabinet.listing, &listing, search->err);
        if (code == WCAB_OK)
            code = wci_listing_cab(&listing, search->arena, &cab, search->err);
        if (code != WCAB_OK || cab->next_cabinet.length == 0)
            return code;
        cabinet.name = cab->next_cabinet;
        cabinet.flags = 0;
        code = wci_needs_add_published(search, cabinet.name, cabinet.name);
        if (code == WCAB_OK)
            code = wci_reader_find(search->reader, key, on_published_hit, &cabinet, search->err);
    }
    return code;
}
