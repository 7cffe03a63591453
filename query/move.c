/*
 * move - wcab_catalog_move: new paths for images that lie elsewhere now.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/paths.h"
#include "core/sized.h"
#include "query/handle.h"

/* What is below the old path, or is it, while it is gathered. */
struct moving {
    struct wci_reader *reader; /* of the writer */
    struct wci_arena *arena;
    struct wci_bytes from, to;
    struct wci_move *moves; /* owned */
    size_t move_count, move_capacity;
    uint32_t *dropped; /* owned: records that another is better than */
    size_t drop_count, drop_capacity;
    uint64_t left;
    struct wcab_error *err;
};

/* Whether a path is `folder` or lies below it. */
static bool is_below(struct wci_bytes path, struct wci_bytes folder)
{
    return path.length >= folder.length && memcmp(path.data, folder.data, folder.length) == 0 &&
           (path.length == folder.length || path.data[folder.length] == '/' ||
            folder.data[folder.length - 1] == '/');
}

static struct wci_bytes new_path(const struct moving *moving, struct wci_bytes path)
{
    struct wci_bytes rest = {path.data + moving->from.length, path.length - moving->from.length};
    struct wci_bytes head = moving->to;
    char *text;

    while (rest.length > 0 && rest.data[0] == '/') {
        rest.data++;
        rest.length--;
    }
    if (head.data[head.length - 1] == '/') /* the root */
        head.length--;
    text = wci_arena_alloc(moving->arena, head.length + rest.length + 2);
    if (text == NULL)
        return (struct wci_bytes){NULL, 0};
    memcpy(text, head.data, head.length);
    text[head.length] = '/';
    memcpy(text + head.length + 1, rest.data, rest.length);
    return (struct wci_bytes){text, rest.length == 0 ? (head.length > 0 ? head.length : 1)
                                                     : head.length + 1 + rest.length};
}

/* Whether both records are most likely of the same bytes. */
static bool is_same_image(const struct wci_image_stamp *a, const struct wci_image_stamp *b)
{
    static const uint8_t unknown[WCI_QUICK_BYTES] = {0};

    if (a->size != b->size)
        return false;
    if (memcmp(a->quick, unknown, sizeof(unknown)) == 0 ||
        memcmp(b->quick, unknown, sizeof(unknown)) == 0)
        return a->mtime_ns == b->mtime_ns;
    return memcmp(a->quick, b->quick, sizeof(a->quick)) == 0;
}

static enum wcab_err drop(struct moving *moving, uint32_t id)
{
    if (!wci_mem_grow(&moving->dropped, moving->drop_count, &moving->drop_capacity,
                      sizeof(*moving->dropped)))
        return wci_error_nomem(moving->err);
    moving->dropped[moving->drop_count++] = id;
    return WCAB_OK;
}

static enum wcab_err add_move(struct moving *moving, uint32_t id, struct wci_bytes path)
{
    if (!wci_mem_grow(&moving->moves, moving->move_count, &moving->move_capacity,
                      sizeof(*moving->moves)))
        return wci_error_nomem(moving->err);
    moving->moves[moving->move_count++] = (struct wci_move){.id = id, .path = path};
    return WCAB_OK;
}

static enum wcab_err choose(void *context, struct wci_bytes path,
                            const struct wci_image_stamp *stamp)
{
    struct moving *moving = context;
    struct wci_image_stamp there;
    struct wci_bytes to;
    enum wcab_err code;

    if (!is_below(path, moving->from))
        return WCAB_OK;
    to = new_path(moving, path);
    if (to.data == NULL)
        return wci_error_nomem(moving->err);
    code = is_below(to, moving->from) ? WCAB_ERR_NOTFOUND
                                      : wci_reader_stamp(moving->reader, to, &there, moving->err);
    if (code == WCAB_ERR_NOTFOUND)
        return add_move(moving, stamp->id, to);
    if (code != WCAB_OK)
        return code;
    if (!there.unread && !is_same_image(stamp, &there)) {
        moving->left++;
        return WCAB_OK;
    }
    if (there.deep && !stamp->deep)
        return drop(moving, stamp->id);
    return add_move(moving, stamp->id, to);
}

static enum wcab_err move_below(struct wci_writer *writer, struct moving *moving)
{
    enum wcab_err code = wci_writer_reader(writer, &moving->reader, moving->err);
    size_t i;

    if (code == WCAB_OK)
        code = wci_reader_each_stamp(moving->reader, moving->from, choose, moving, moving->err);
    if (code == WCAB_OK && moving->move_count + moving->drop_count + moving->left == 0)
        return wci_error_set(moving->err, WCAB_ERR_NOTFOUND, "no such image is in the catalog");
    for (i = 0; code == WCAB_OK && i < moving->drop_count; i++)
        code = wci_writer_remove_image(writer, moving->dropped[i], moving->err);
    if (code == WCAB_OK && moving->move_count > 0)
        code = wci_writer_move_images(writer, moving->moves, moving->move_count, moving->err);
    return code == WCAB_OK ? wci_writer_commit(writer, moving->err) : code;
}

static enum wcab_err do_catalog_move(struct wcab_catalog *catalog, const char *from, const char *to,
                                     struct wcab_move_result *result, struct wcab_error *err)
{
    struct moving moving = {.arena = wci_arena_new(), .err = err};
    char *old_path = wci_paths_absolute(from), *path = wci_paths_absolute(to);
    struct wci_store *store = NULL;
    struct wci_writer *writer = NULL;
    enum wcab_err code = WCAB_OK;

    if (moving.arena == NULL || old_path == NULL || path == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    moving.from = wci_bytes_of(old_path);
    moving.to = wci_bytes_of(path);
    code = wci_handle_write(catalog, true, &store, &writer, err);
    if (code == WCAB_OK)
        code = move_below(writer, &moving);
    if (code == WCAB_OK) {
        result->moved = moving.move_count + moving.drop_count;
        result->left = moving.left;
    }
    wci_writer_close(writer);
    wci_store_close(store);
out:
    free(moving.moves);
    free(moving.dropped);
    wci_arena_free(moving.arena);
    free(old_path);
    free(path);
    return code;
}

enum wcab_err wcab_catalog_move(struct wcab_catalog *catalog, const char *from, const char *to,
                                struct wcab_move_result *result, struct wcab_error *err)
{
    struct wcab_move_result made = {.moved = 0};
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL || from == NULL || to == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_check(result, &own);
    if (code == WCAB_OK)
        code = do_catalog_move(catalog, from, to, &made, &own);
    if (code == WCAB_OK)
        wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
