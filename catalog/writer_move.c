/*
 * writer_move - images that are known again: at another path, as a copy, or as they were.  See
 * catalog.h.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog/writer.h"
#include "core/error.h"

/* ---- new paths ---------------------------------------------------------------------------- */

/* Takes an image off its path, so that another can have it. */
static enum wcab_err take_path(struct wci_writer *writer, struct wci_move *move,
                               struct wcab_error *err)
{
    struct wci_writer_record record;
    enum wcab_err code = wci_writer_open_record(writer, move->id, &record, err);

    if (code == WCAB_OK)
        code = wci_reader_get_stamp(&writer->view.tree, record.image.path, &move->stamp, err);
    if (code == WCAB_ERR_NOTFOUND || (code == WCAB_OK && move->stamp.id != move->id))
        code = wci_reader_damaged(err, "image %u and its path don't lead to each other", move->id);
    if (code == WCAB_OK)
        code = wci_writer_long_take(writer, WCI_TABLE_PATHS, record.image.path, err);
    wci_writer_close_record(&record);
    return code;
}

/* Whoever stands at the new path and is not moved himself is no longer there: forgets him. */
static enum wcab_err clear_path(struct wci_writer *writer, struct wci_bytes path,
                                struct wcab_error *err)
{
    struct wci_image_stamp stamp;
    enum wcab_err code = wci_reader_get_stamp(&writer->view.tree, path, &stamp, err);

    if (code == WCAB_ERR_NOTFOUND)
        return WCAB_OK;
    return code == WCAB_OK ? wci_writer_remove_image(writer, stamp.id, err) : code;
}

static enum wcab_err put_path(struct wci_writer *writer, const struct wci_move *move,
                              struct wcab_error *err)
{
    struct wci_writer_record record;
    enum wcab_err code = wci_writer_open_record(writer, move->id, &record, err);

    if (code == WCAB_OK) {
        wci_image_set_path(&record.image, move->path);
        code = wci_writer_put_record(writer, move->id, &record.image, &record.state, err);
    }
    if (code == WCAB_OK)
        code = wci_writer_put_stamp(writer, move->path, &move->stamp, err);
    wci_writer_close_record(&record);
    return code;
}

enum wcab_err wci_writer_move_images(struct wci_writer *writer, struct wci_move *moves,
                                     size_t count, struct wcab_error *err)
{
    enum wcab_err code = wci_writer_begin(writer, err);
    size_t i;

    if (code != WCAB_OK)
        return code;
    for (i = 0; code == WCAB_OK && i < count; i++) {
        if (moves[i].path.length == 0 || moves[i].path.length > UINT16_MAX)
            code = wci_error_set(err, WCAB_ERR_USAGE, "an image's path has %zu bytes",
                                 moves[i].path.length);
        else
            code = take_path(writer, &moves[i], err);
    }
    for (i = 0; code == WCAB_OK && i < count; i++)
        code = clear_path(writer, moves[i].path, err);
    for (i = 0; code == WCAB_OK && i < count; i++)
        code = put_path(writer, &moves[i], err);
    return wci_writer_end(writer, code);
}

/* ---- copies ------------------------------------------------------------------------------- */

/* What stands in the record `from`, for the image that `as` names. */
static enum wcab_err copy_record(struct wci_writer *writer, uint32_t from,
                                 const struct wci_image *as, struct wci_writer_record *record,
                                 struct wcab_error *err)
{
    struct wci_image *image = &record->image;
    struct wci_image_stamp stamp;
    enum wcab_err code =
        wci_reader_image(&writer->view, from, record->arena, image, &record->state, err);
    uint32_t i;

    if (code != WCAB_OK)
        return code;
    wci_image_set_path(image, as->path);
    wci_writer_copy_stamp(as, &stamp);
    wci_reader_put_stamp(&stamp, image);
    image->identity.group = 0; /* which set a copy belongs to is settled anew */
    for (i = 0; i < image->part_count; i++)
        image->parts[i].identity.group = 0;
    return WCAB_OK;
}

enum wcab_err wci_writer_copy_image(struct wci_writer *writer, uint32_t from,
                                    const struct wci_image *as, uint32_t *id,
                                    struct wcab_error *err)
{
    struct wci_writer_record record;
    struct wci_image_stamp stamp = {0};
    enum wcab_err code = wci_writer_open_record(writer, from, &record, err);
    uint32_t i;

    if (record.arena == NULL)
        return code;
    if (code == WCAB_OK)
        code = wci_reader_get_stamp(&writer->view.tree, record.image.path, &stamp, err);
    if (code == WCAB_OK)
        code = copy_record(writer, from, as, &record, err);
    if (code == WCAB_OK)
        code = wci_writer_put_known(writer, &record.image, record.state.listings, id, NULL, err);
    for (i = 0; code == WCAB_OK && i < record.image.container_count; i++)
        code = wci_writer_share_deep(writer, from, *id, i, err);
    if (code == WCAB_OK && stamp.deep)
        code = wci_writer_set_deep(writer, *id, true, err);
    wci_writer_close_record(&record);
    return wci_writer_end(writer, code);
}

/* ---- as they were ------------------------------------------------------------------------- */

/* Whether what was read now stands in the record, in the same order.  What the record has beside it
 * was found when files were unpacked. */
static bool has_all(const uint32_t *now, uint32_t count, const uint32_t *before,
                    uint32_t before_count)
{
    uint32_t i, at = 0;

    for (i = 0; i < count; i++, at++) {
        while (at < before_count && before[at] != now[i])
            at++;
        if (at == before_count)
            return false;
    }
    return count > 0 || before_count == 0;
}

static enum wcab_err keep_listings(struct wci_writer *writer, const struct wci_image *image,
                                   uint32_t *listings, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++)
        code = wci_writer_keep_listing(writer, &image->containers[i], &listings[i], err);
    return code;
}

enum wcab_err wci_writer_put_again(struct wci_writer *writer, const struct wci_image *image,
                                   bool *kept, uint32_t *id, struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image before;
    struct wci_image_state state;
    struct wci_image_stamp stamp;
    uint32_t *listings;
    enum wcab_err code;

    *kept = false;
    if (arena == NULL)
        return wci_error_nomem(err);
    listings = wci_arena_calloc(arena, (size_t)image->container_count + 1, sizeof(*listings));
    code = listings == NULL ? wci_error_nomem(err) : wci_writer_begin(writer, err);
    if (code == WCAB_OK)
        code = wci_reader_get_stamp(&writer->view.tree, image->path, &stamp, err);
    if (code == WCAB_OK)
        code = wci_writer_read_image(writer, stamp.id, arena, &before, &state, err);
    if (code == WCAB_OK)
        code = wci_writer_end(writer, keep_listings(writer, image, listings, err));
    if (code == WCAB_OK) {
        *kept = has_all(listings, image->container_count, state.listings, before.container_count);
        *id = stamp.id;
        code = *kept ? wci_writer_renew_stamp(writer, stamp.id, image, err)
                     : wci_writer_put_known(writer, image, listings, id, NULL, err);
    } else if (code == WCAB_ERR_NOTFOUND) {
        code = wci_writer_put_image(writer, image, id, err);
    }
    wci_arena_free(arena);
    return code;
}
