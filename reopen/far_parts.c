/*
 * far_parts - see far_parts.h.
 */
#include "reopen/far_parts.h"

#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/text.h"
#include "media/archive/is3_table.h"

/* Files of the name that are looked into: sets of different products have parts of one name. */
enum { TRIED_MOST = 64 };

struct looking {
    struct wci_far_parts *parts;
    struct wci_arena *arena;
    const struct wci_is3_table *own;
    uint32_t listing, row; /* of the hit */
    unsigned tried;
    struct wci_source *found;
};

/* Whether the file is of the same set; its bytes are *source then, and stay open with `parts`. */
static bool take(struct looking *looking, uint32_t image, uint32_t container,
                 const struct wci_entry *entry)
{
    struct wci_far_parts *parts = looking->parts;
    struct wci_opened *opened = NULL;
    struct wci_source *source = NULL;
    struct wci_is3_table table;
    bool same = false;

    if (wci_open_container_nested(parts->reader, image, container, parts->nesting + 1, &opened,
                                  NULL) != WCAB_OK)
        return false;
    if (wci_opened_file(opened, entry, &source, NULL) == WCAB_OK) {
        same = wci_is3_table_read(source, &table, NULL) == WCAB_OK &&
               wci_is3_table_is_same(looking->own, &table);
        wci_is3_table_free(&table);
    }
    if (!same) {
        wci_source_close(source);
        wci_opened_close(opened);
        return false;
    }
    parts->opened[parts->count++] = opened;
    looking->found = source;
    return true;
}

static enum wcab_err on_place(void *context, uint32_t image_id, uint32_t container)
{
    struct looking *looking = context;
    struct wci_image image;
    struct wci_image_state state;
    struct wci_listing listing;
    struct wci_entry entry;

    if (looking->found != NULL || looking->tried == TRIED_MOST)
        return WCAB_ERR_LIMIT; /* ends the walk */
    wci_arena_reset(looking->arena);
    if (wci_reader_image(looking->parts->reader, image_id, looking->arena, &image, &state, NULL) !=
            WCAB_OK ||
        image.kind == WCI_IMAGE_PUBLISHED || state.offline || container >= image.container_count ||
        !wci_container_is_volume(image.containers[container].kind))
        return WCAB_OK;
    if (wci_reader_listing(looking->parts->reader, looking->listing, &listing, NULL) != WCAB_OK ||
        wci_listing_row(&listing, looking->row, &entry, NULL) != WCAB_OK ||
        (entry.flags & WCI_ENTRY_DAMAGED) != 0)
        return WCAB_OK;
    looking->tried++;
    return take(looking, image_id, container, &entry) ? WCAB_ERR_LIMIT : WCAB_OK;
}

static enum wcab_err on_hit(void *context, uint32_t listing, uint32_t row)
{
    struct looking *looking = context;

    looking->listing = listing;
    looking->row = row;
    return wci_reader_each_place(looking->parts->reader, listing, on_place, looking, NULL);
}

static enum wcab_err look(struct wci_far_parts *parts, const char *name, struct wci_source **source,
                          struct wcab_error *err)
{
    struct looking looking = {.parts = parts, .arena = wci_arena_new()};
    struct wci_is3_table own;
    struct wci_folded folded;
    enum wcab_err code;

    if (looking.arena == NULL)
        return wci_error_nomem(err);
    code = wci_is3_table_read(parts->own, &own, NULL);
    if (code == WCAB_OK) {
        looking.own = &own;
        (void)wci_reader_find(parts->reader, wci_text_fold_name(wci_bytes_of(name), &folded),
                              on_hit, &looking, NULL);
    }
    wci_is3_table_free(&own);
    wci_arena_free(looking.arena);
    *source = looking.found;
    return looking.found != NULL
               ? WCAB_OK
               : wci_error_set(err, WCAB_ERR_NOTFOUND, "file \"%s\" is missing", name);
}

static enum wcab_err open_far(void *context, const char *name, struct wci_source **source,
                              struct wcab_error *err)
{
    struct wci_far_parts *parts = context;
    enum wcab_err code = parts->near->open(parts->near->context, name, source, err);

    if (code != WCAB_ERR_NOTFOUND || parts->count == WCI_FAR_PARTS_MOST || parts->nesting > 0 ||
        strlen(name) > WCI_LIMIT_NAME)
        return code;
    return look(parts, name, source, err);
}

void wci_far_parts_init(struct wci_far_parts *parts)
{
    parts->siblings.own_name = parts->near->own_name;
    parts->siblings.context = parts;
    parts->siblings.open = open_far;
    parts->count = 0;
}

void wci_far_parts_close(struct wci_far_parts *parts)
{
    while (parts->count > 0)
        wci_opened_close(parts->opened[--parts->count]);
}
