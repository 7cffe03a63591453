/*
 * open_container - see open_container.h.
 */
#include "reopen/open_container.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/url/url.h"
#include "indexer/stamp.h"
#include "media/probe.h"
#include "media/volume/volume_siblings.h"
#include "reopen/cabinet_file.h"
#include "reopen/far_parts.h"

/* One container of the chain.  Closed from the innermost outwards. */
struct level {
    struct wci_source *file;   /* the file of the outer volume that it lies in; may be NULL */
    struct wci_source *window; /* the part of that file, when it is not all of it */
    struct wci_source *source; /* whichever of the two (or of the outer level) holds its bytes */
    struct wci_volume *volume; /* opened when a file in it is wanted */
    uint32_t container;        /* its number in the image */
    struct wci_listing outer;  /* of the volume that `file` lies in; kind 0: in none */
    struct wci_volume_siblings siblings; /* of `file` there */
    struct wci_far_parts *far; /* owned: parts on other images; NULL: there can't be any */
};

struct wci_opened {
    struct wci_arena *arena;
    struct wci_image image;
    struct wci_image_state state;
    uint32_t image_id;
    struct wci_reader *reader;        /* borrowed */
    const struct wcab_cancel *cancel; /* the reader's */
    struct wcab_fetch *fetch;         /* likewise */
    unsigned nesting;
    size_t depth;
    struct level levels[WCI_LIMIT_DEPTH_MOST + 1];
};

void wci_opened_close(struct wci_opened *opened)
{
    if (opened == NULL)
        return;
    while (opened->depth > 0) {
        struct level *level = &opened->levels[--opened->depth];

        wci_volume_close(level->volume);
        wci_source_close(level->window);
        wci_source_close(level->file);
        if (level->far != NULL)
            wci_far_parts_close(level->far);
        free(level->far);
    }
    wci_arena_free(opened->arena);
    free(opened);
}

struct wci_source *wci_opened_source(const struct wci_opened *opened)
{
    return opened->levels[opened->depth - 1].source;
}

/* Holds a file of the host against what was indexed. */
static enum wcab_err check_stamp(const struct wci_image *image, struct wcab_fetch *fetch,
                                 struct wcab_error *err)
{
    struct stat status;
    struct wci_image now = {0};

    if (image->kind == WCI_IMAGE_PUBLISHED)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "published listing: there is no image of it");
    if (wci_url_is(image->path)) {
        struct wci_fetch_facts facts;
        enum wcab_err code = wci_fetch_look(fetch, image->path.data, &facts, err);

        if (code != WCAB_OK)
            return code;
        wci_stamp_of_url(&facts, &now);
        wci_fetch_allow(fetch, image->size); /* as it was when it was indexed */
    } else if (image->kind != WCI_IMAGE_FILE || stat(image->path.data, &status) != 0) {
        return WCAB_OK; /* opening it says what is wrong */
    } else {
        wci_stamp_of(image->path.data, &status, &now);
        now.inode = image->inode; /* which changes with a mount, a copy, a new name */
    }
    if (now.size == image->size && now.mtime_ns == image->mtime_ns && now.inode == image->inode)
        return WCAB_OK;
    return wci_error_set(err, WCAB_ERR_CHANGED,
                         "has changed since it was indexed; run `whichcab index` on it again");
}

static enum wcab_err open_outermost(struct wci_opened *opened, struct wcab_error *err)
{
    struct level *level = &opened->levels[opened->depth++];
    enum wcab_err code = check_stamp(&opened->image, opened->fetch, err);

    if (code != WCAB_OK)
        return code;
    if (opened->image.kind == WCI_IMAGE_DIRECTORY)
        return wci_volume_dir_open(opened->image.path.data, &level->volume, err);
    code = wci_fetch_open(opened->fetch, opened->image.path.data, NULL, &level->file, err);
    level->source = level->file;
    return code;
}

/* The files beside a part of an InstallShield 3 archive, and those on other images. */
static enum wcab_err add_far(struct wci_opened *opened, struct level *level, struct wcab_error *err)
{
    static const char first[] = "InstallShield 3";
    struct wci_bytes format = opened->image.containers[level->container].format;

    if (format.length < sizeof(first) - 1 || memcmp(format.data, first, sizeof(first) - 1) != 0)
        return WCAB_OK;
    level->far = calloc(1, sizeof(*level->far));
    if (level->far == NULL)
        return wci_error_nomem(err);
    level->far->near = &level->siblings.siblings;
    level->far->reader = opened->reader;
    level->far->own = level->source;
    level->far->nesting = opened->nesting;
    wci_far_parts_init(level->far);
    return WCAB_OK;
}

/* Opens a file of a volume that may belong together with others beside it. */
static enum wcab_err open_among_siblings(struct wci_opened *opened, struct level *level,
                                         struct wcab_error *err)
{
    level->siblings.row_count = level->outer.row_count;
    wci_volume_siblings_init(&level->siblings,
                             opened->image.containers[level->container].name.data);
    if (add_far(opened, level, err) != WCAB_OK)
        return WCAB_ERR_NOMEM;
    return wci_probe_volume_beside(
        level->source, level->far != NULL ? &level->far->siblings : &level->siblings.siblings,
        &level->volume, NULL, err);
}

/* Opens the volume of the innermost level when that has not been done. */
static enum wcab_err need_volume(struct wci_opened *opened, struct wcab_error *err)
{
    struct level *level = &opened->levels[opened->depth - 1];
    char reason[WCI_PROBE_REASON];
    enum wcab_err code;

    if (level->volume != NULL)
        return WCAB_OK;
    if (opened->depth == 1)
        code = wci_probe_file(
            level->source, &(struct wci_probe_place){opened->image.path.data, opened->fetch, NULL},
            &level->volume, reason, err);
    else if (level->outer.kind == 0 || level->source != level->file)
        code = wci_probe_volume(level->source, NULL, &level->volume, reason, err);
    else
        code = open_among_siblings(opened, level, err);
    if (code != WCAB_OK)
        return code;
    level->volume->limits = &opened->image.limits;
    level->volume->cancel = opened->cancel;
    return WCAB_OK;
}

void wci_opened_salvage(struct wci_opened *opened)
{
    struct wcab_error ignored;

    if (need_volume(opened, &ignored) == WCAB_OK)
        opened->levels[opened->depth - 1].volume->salvage = true;
}

enum wcab_err wci_opened_file(struct wci_opened *opened, const struct wci_entry *entry,
                              struct wci_source **source, struct wcab_error *err)
{
    const struct wci_container *container =
        &opened->image.containers[opened->levels[opened->depth - 1].container];
    enum wcab_err code;

    if (container->kind == WCI_CONTAINER_W4)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "a driver that Windows loads as a part of %.*s, not a file: take that "
                             "one as a whole",
                             (int)container->name.length, container->name.data);
    code = need_volume(opened, err);
    if (code != WCAB_OK)
        return code;
    return wci_volume_open_entry(opened->levels[opened->depth - 1].volume, entry, source, err);
}

/* The row of the parent's listing that the container is. */
static enum wcab_err parent_row(struct wci_reader *reader, const struct wci_opened *opened,
                                const struct wci_container *container, struct wci_entry *entry,
                                struct wcab_error *err)
{
    struct wci_listing listing;
    enum wcab_err code =
        wci_reader_listing(reader, opened->state.listings[container->parent], &listing, err);

    if (code == WCAB_OK)
        code = wci_listing_row(&listing, container->parent_entry, entry, err);
    return code;
}

/* A container that is no file of the outer volume: only that volume knows how its bytes are kept.
 */
static enum wcab_err open_nested(struct wci_opened *opened, const struct wci_container *container,
                                 struct wcab_error *err)
{
    struct level *level = &opened->levels[opened->depth];
    enum wcab_err code = need_volume(opened, err);

    if (code == WCAB_OK)
        code = wci_volume_open_nested(opened->levels[opened->depth - 1].volume, container->offset,
                                      container->size, &level->file, err);
    if (code != WCAB_OK)
        return code;
    level->source = level->file;
    opened->depth++;
    return WCAB_OK;
}

/* A container that is a file of the innermost level, as far as it is there: its own reader tells
 * what lies behind the damage. */
static enum wcab_err open_volume_file(struct wci_opened *opened, const struct wci_entry *entry,
                                      struct wci_source **source, struct wcab_error *err)
{
    struct level *level = &opened->levels[opened->depth - 1];
    enum wcab_err code = need_volume(opened, err);

    if (code != WCAB_OK)
        return code;
    level->volume->salvage = entry->flags & WCI_ENTRY_DAMAGED;
    code = wci_opened_file(opened, entry, source, err);
    level->volume->salvage = false;
    return code;
}

static enum wcab_err entry_of_row(void *context, uint32_t row, struct wci_entry *entry,
                                  struct wcab_error *err)
{
    return wci_listing_row(context, row, entry, err);
}

/* Of the level to come: the files beside the one that it is. */
static enum wcab_err note_siblings(struct wci_reader *reader, struct wci_opened *opened,
                                   const struct wci_container *container, struct wcab_error *err)
{
    struct level *level = &opened->levels[opened->depth];

    level->siblings = (struct wci_volume_siblings){.volume = level[-1].volume,
                                                   .row = container->parent_entry,
                                                   .context = &level->outer,
                                                   .entry = entry_of_row};
    return wci_reader_listing(reader, opened->state.listings[container->parent], &level->outer,
                              err);
}

/* Opens the file of the innermost level that a container is, whatever that level is. */
static enum wcab_err open_parent_file(struct wci_reader *reader, struct wci_opened *opened,
                                      const struct wci_container *container,
                                      struct wci_source **source, struct wcab_error *err)
{
    struct wci_entry entry;
    struct wci_cabinet_file file = {.image = opened->image_id,
                                    .listing = opened->state.listings[container->parent],
                                    .cabinet = wci_opened_source(opened),
                                    .entry = &entry,
                                    .limits = &opened->image.limits,
                                    .nesting = opened->nesting};
    enum wcab_err code = parent_row(reader, opened, container, &entry, err);

    if (code != WCAB_OK)
        return code;
    if (opened->image.containers[container->parent].kind == WCI_CONTAINER_CABINET)
        return wci_cabinet_file_open(reader, &file, source, err);
    code = open_volume_file(opened, &entry, source, err);
    return code == WCAB_OK ? note_siblings(reader, opened, container, err) : code;
}

/* Opens a container inside the innermost level and makes it the innermost. */
static enum wcab_err open_inner(struct wci_reader *reader, struct wci_opened *opened,
                                const struct wci_container *container, struct wcab_error *err)
{
    struct level *level = &opened->levels[opened->depth];
    uint64_t room = 0;
    enum wcab_err code;

    level->container = (uint32_t)(container - opened->image.containers);
    if (container->parent_entry == WCI_NONE)
        return open_nested(opened, container, err);
    code = open_parent_file(reader, opened, container, &level->file, err);
    if (code != WCAB_OK)
        return code;
    opened->depth++;
    level->source = level->file;
    if (container->offset == 0)
        return WCAB_OK;
    /* a cabinet's size is what its header says, more than there is when it is cut off */
    if (container->offset < wci_source_size(level->file))
        room = wci_source_size(level->file) - container->offset;
    code = wci_source_open_window(level->file, container->offset,
                                  container->size < room ? container->size : room, &level->window,
                                  err);
    level->source = level->window;
    return code;
}

static enum wcab_err open_chain(struct wci_reader *reader, struct wci_opened *opened,
                                uint32_t container, struct wcab_error *err)
{
    uint32_t chain[WCI_LIMIT_DEPTH_MOST];
    size_t length = 0;
    enum wcab_err code;

    if (container >= opened->image.container_count)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "no such container on record");
    while (opened->image.containers[container].parent != WCI_NONE) {
        uint32_t parent = opened->image.containers[container].parent;

        if (length == WCI_LIMIT_DEPTH_MOST || parent >= container)
            return wci_error_set(err, WCAB_ERR_CORRUPT, "containers on record are not nested");
        chain[length++] = container;
        container = parent;
    }
    opened->levels[0].container = container;
    code = open_outermost(opened, err);
    while (code == WCAB_OK && length > 0) {
        const struct wci_container *inner = &opened->image.containers[chain[--length]];

        code = open_inner(reader, opened, inner, err);
        if (code != WCAB_OK)
            wci_error_push_place(err, inner->name.data, inner->name.length);
    }
    return code;
}

enum wcab_err wci_open_container_nested(struct wci_reader *reader, uint32_t image_id,
                                        uint32_t container, unsigned nesting,
                                        struct wci_opened **opened, struct wcab_error *err)
{
    struct wci_opened *made = calloc(1, sizeof(*made));
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    made->arena = wci_arena_new();
    if (made->arena == NULL) {
        free(made);
        return wci_error_nomem(err);
    }
    made->reader = reader;
    made->image_id = image_id;
    made->nesting = nesting;
    made->cancel = wci_reader_cancel(reader);
    made->fetch = wci_reader_fetch(reader);
    code = wci_reader_image(reader, image_id, made->arena, &made->image, &made->state, err);
    if (code == WCAB_OK) {
        code = open_chain(reader, made, container, err);
        if (code != WCAB_OK)
            wci_error_push_place(err, made->image.path.data, made->image.path.length);
    }
    if (code != WCAB_OK) {
        wci_opened_close(made);
        return code;
    }
    *opened = made;
    return WCAB_OK;
}

enum wcab_err wci_open_container(struct wci_reader *reader, uint32_t image_id, uint32_t container,
                                 struct wci_opened **opened, struct wcab_error *err)
{
    return wci_open_container_nested(reader, image_id, container, 0, opened, err);
}
