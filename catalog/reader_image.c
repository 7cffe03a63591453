/*
 * reader_image - reading the records of images and media.
 */
#include <string.h>
#include <sys/mman.h>

#include "catalog/reader.h"
#include "core/error.h"

enum wcab_err wci_reader_get_stamp(const struct wci_tree *tree, struct wci_bytes path,
                                   struct wci_image_stamp *stamp, struct wcab_error *err)
{
    struct wci_bytes value;
    enum wcab_err code = wci_reader_long_get(tree, WCI_TABLE_PATHS, path, &value, err);

    if (code == WCAB_OK && !wci_schema_get_stamp(value, stamp))
        return wci_reader_damaged(err, "a path's stamp");
    return code;
}

void wci_reader_put_stamp(const struct wci_image_stamp *stamp, struct wci_image *image)
{
    image->size = stamp->size;
    image->mtime_ns = stamp->mtime_ns;
    image->inode = stamp->inode;
    image->device = stamp->device;
    image->changed_ns = stamp->changed_ns;
    memcpy(image->quick, stamp->quick, sizeof(image->quick));
}

enum wcab_err wci_reader_stamp(struct wci_reader *reader, struct wci_bytes path,
                               struct wci_image_stamp *stamp, struct wcab_error *err)
{
    enum wcab_err code = wci_reader_get_stamp(&reader->tree, path, stamp, err);

    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "not in the catalog");
    return code;
}

struct stamp_call {
    wci_stamp_visitor *visit;
    void *context;
};

static enum wcab_err visit_stamp(void *context, struct wci_bytes text, struct wci_bytes value,
                                 struct wcab_error *err)
{
    const struct stamp_call *call = context;
    struct wci_image_stamp stamp;

    if (!wci_schema_get_stamp(value, &stamp))
        return wci_reader_damaged(err, "a path's stamp");
    return call->visit(call->context, text, &stamp);
}

enum wcab_err wci_reader_each_stamp(struct wci_reader *reader, struct wci_bytes prefix,
                                    wci_stamp_visitor *visit, void *context, struct wcab_error *err)
{
    struct stamp_call call = {visit, context};

    return wci_reader_each_long(&reader->tree, WCI_TABLE_PATHS, prefix, visit_stamp, &call, err);
}

/* What stands in the listings of an image's containers. */
static enum wcab_err fill_from_listings(struct wci_reader *reader, struct wci_image *image,
                                        const struct wci_image_state *state, struct wcab_error *err)
{
    struct wci_listing listing = {.id = 0};
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        struct wci_container *container = &image->containers[i];

        code = wci_reader_listing(reader, state->listings[i], &listing, err);
        if (code != WCAB_OK)
            break;
        if (listing.kind != container->kind)
            return wci_reader_damaged(err, "listing %u is of another kind than its container",
                                      listing.id);
        container->entry_count = listing.row_count;
        memcpy(container->digest, listing.digest, sizeof(container->digest));
    }
    return code;
}

enum wcab_err wci_reader_image(struct wci_reader *reader, uint32_t id, struct wci_arena *arena,
                               struct wci_image *image, struct wci_image_state *state,
                               struct wcab_error *err)
{
    struct wci_image found;
    struct wci_image_state found_state;
    struct wci_image_stamp stamp;
    struct wci_bytes value;
    uint8_t key[4];
    enum wcab_err code;

    wci_schema_put32(key, id);
    code = wci_tree_get(&reader->tree, WCI_TABLE_IMAGES, key, sizeof(key), &value, err);
    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "there is no image %u in the catalog", id);
    if (code == WCAB_OK)
        code = wci_schema_get_image(value, id, arena, &found, &found_state, err);
    if (code == WCAB_OK)
        code = wci_reader_get_stamp(&reader->tree, found.path, &stamp, err);
    if (code == WCAB_ERR_NOTFOUND || (code == WCAB_OK && stamp.id != id))
        return wci_reader_damaged(err, "image %u and its path don't lead to each other", id);
    if (code == WCAB_OK)
        code = fill_from_listings(reader, &found, &found_state, err);
    if (code != WCAB_OK)
        return code;
    wci_reader_put_stamp(&stamp, &found);
    found_state.offline = stamp.offline;
    *image = found;
    *state = found_state;
    return WCAB_OK;
}

/* One of the visitors, and what it is called with. */
struct image_call {
    wci_image_visitor *visit;
    wci_medium_visitor *visit_medium;
    void *context;
};

static enum wcab_err visit_record(const struct wci_tree_cursor *cursor,
                                  const struct image_call *call, struct wcab_error *err)
{
    struct wci_schema_media media;
    struct wci_bytes medium;
    enum wcab_err code = WCAB_OK;
    uint32_t id;

    if (cursor->key.length != 4)
        return wci_reader_damaged(err, "an image's key has %zu bytes", cursor->key.length);
    id = wci_schema_get32((const uint8_t *)cursor->key.data);
    if (call->visit != NULL)
        return call->visit(call->context, id);
    wci_schema_media_begin(cursor->value, &media);
    while (code == WCAB_OK && wci_schema_media_next(&media, &medium))
        code = call->visit_medium(call->context, id, medium);
    return code == WCAB_OK && !media.cursor.ok ? wci_reader_damaged(err, "an image's record")
                                               : code;
}

static enum wcab_err each_record(struct wci_reader *reader, const struct image_call *call,
                                 struct wcab_error *err)
{
    struct wci_tree_cursor cursor;
    enum wcab_err code = wci_tree_cursor_open(&reader->tree, WCI_TABLE_IMAGES, &cursor, err);

    if (code != WCAB_OK)
        return code;
    code = wci_tree_cursor_seek(&cursor, NULL, 0, err);
    while (code == WCAB_OK) {
        code = visit_record(&cursor, call, err);
        if (code != WCAB_OK) /* the visitor's own end, NOTFOUND perhaps */
            goto out;
        code = wci_tree_cursor_next(&cursor, err);
    }
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK;
out:
    wci_tree_cursor_close(&cursor);
    return code;
}

enum wcab_err wci_reader_each_image(struct wci_reader *reader, wci_image_visitor *visit,
                                    void *context, struct wcab_error *err)
{
    struct image_call call = {.visit = visit, .context = context};

    return each_record(reader, &call, err);
}

enum wcab_err wci_reader_each_medium(struct wci_reader *reader, wci_medium_visitor *visit,
                                     void *context, struct wcab_error *err)
{
    struct image_call call = {.visit_medium = visit, .context = context};

    return each_record(reader, &call, err);
}
