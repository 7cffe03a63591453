/*
 * writer_image - images: put, replaced, removed, changed.  See catalog.h.
 *
 * Reference counting is done by the places: a listing exists as long as it has one.
 */
#include "catalog/writer.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/parts.h"

static enum wcab_err check_name(struct wci_name name, const char *what, struct wcab_error *err)
{
    if (name.bytes.length > WCI_LIMIT_NAME)
        return wci_error_set(err, WCAB_ERR_LIMIT, "%s of %zu bytes; at most %d are stored", what,
                             name.bytes.length, WCI_LIMIT_NAME);
    if (name.encoding != WCI_ENCODING_UTF8 && name.encoding != WCI_ENCODING_RAW)
        return wci_error_set(err, WCAB_ERR_USAGE, "%s of unknown encoding", what);
    return WCAB_OK;
}

static enum wcab_err check_container(const struct wci_image *image, uint32_t index,
                                     struct wcab_error *err)
{
    const struct wci_container *container = &image->containers[index];
    enum wcab_err code;
    uint32_t i;

    if (container->kind < WCI_CONTAINER_DIRECTORY || container->kind > WCI_CONTAINER_LAST ||
        (container->parent != WCI_NONE && container->parent >= index))
        return wci_error_set(err, WCAB_ERR_USAGE, "container %u of an image is wrong", index);
    if (container->parent_entry != WCI_NONE &&
        (container->parent == WCI_NONE ||
         container->parent_entry >= image->containers[container->parent].entry_count))
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "container %u of an image is an entry that its parent does not have",
                             index);
    if (container->entry_count > WCI_LIMIT_ENTRIES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "a container with %u entries; at most %d",
                             container->entry_count, WCI_LIMIT_ENTRIES);
    code = check_name(container->label, "a volume label", err);
    for (i = 0; code == WCAB_OK && (container->entries != NULL || container->packed != NULL) &&
                i < container->entry_count;
         i++) {
        struct wci_entry room;
        const struct wci_entry *entry = wci_container_entry(container, i, &room);
        uint8_t alias;

        if (entry->alias_count > WCI_ALIAS_MAX)
            return wci_error_set(err, WCAB_ERR_USAGE, "an entry with %u aliases",
                                 entry->alias_count);
        code = check_name(entry->name, "a file name", err);
        for (alias = 0; code == WCAB_OK && alias < entry->alias_count; alias++)
            code = check_name(entry->alias[alias], "an alias", err);
    }
    return code;
}

enum wcab_err wci_writer_accepts(const struct wci_image *image, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    if (image->path.length == 0 || image->path.length > UINT16_MAX ||
        image->kind < WCI_IMAGE_FILE || image->kind > WCI_IMAGE_PUBLISHED)
        return wci_error_set(err, WCAB_ERR_USAGE, "an image without a path or of unknown kind");
    if (image->container_count > WCI_LIMIT_CONTAINERS)
        return wci_error_set(err, WCAB_ERR_LIMIT, "%u containers in one image; at most %d",
                             image->container_count, WCI_LIMIT_CONTAINERS);
    for (i = 0; code == WCAB_OK && i < image->container_count; i++)
        code = check_container(image, i, err);
    for (i = 0; code == WCAB_OK && i < image->part_count; i++) {
        if (image->parts[i].container >= image->container_count ||
            (i > 0 && image->parts[i].container <= image->parts[i - 1].container))
            code = wci_error_set(err, WCAB_ERR_USAGE, "parts that are not in order of containers");
    }
    if (code == WCAB_OK && !wci_notes_are_valid(image->notes, image->note_count))
        code = wci_error_set(err, WCAB_ERR_USAGE, "notes that can't be kept");
    return code;
}

enum wcab_err wci_writer_put_stamp(struct wci_writer *writer, struct wci_bytes path,
                                   const struct wci_image_stamp *stamp, struct wcab_error *err)
{
    wci_buffer_clear(&writer->value);
    wci_schema_put_stamp(stamp, &writer->value);
    if (!writer->value.ok)
        return wci_error_nomem(err);
    return wci_writer_long_put(writer, WCI_TABLE_PATHS, path, wci_buffer_view(&writer->value), err);
}

enum wcab_err wci_writer_stamp(struct wci_writer *writer, struct wci_bytes path,
                               struct wci_image_stamp *stamp, struct wcab_error *err)
{
    enum wcab_err code = wci_writer_begin(writer, err);

    return code == WCAB_OK ? wci_reader_get_stamp(&writer->view.tree, path, stamp, err) : code;
}

enum wcab_err wci_writer_put_record(struct wci_writer *writer, uint32_t id,
                                    const struct wci_image *image,
                                    const struct wci_image_state *state, struct wcab_error *err)
{
    uint8_t key[4];

    wci_buffer_clear(&writer->value);
    wci_schema_put_image(image, state, &writer->value);
    if (!writer->value.ok)
        return wci_error_nomem(err);
    wci_schema_put32(key, id);
    return wci_writer_put(writer, WCI_TABLE_IMAGES, key, sizeof(key), writer->value.data,
                          writer->value.size, err);
}

/* Removes or adds "container `container` of image `id` has this listing". */
static enum wcab_err put_place(struct wci_writer *writer, uint32_t listing, uint32_t id,
                               uint32_t container, bool add, struct wcab_error *err)
{
    uint8_t key[4], value[8];

    wci_schema_put32(key, listing);
    wci_schema_put32(value, id);
    wci_schema_put32(value + 4, container);
    if (add)
        return wci_writer_put(writer, WCI_TABLE_PLACES, key, sizeof(key), value, sizeof(value),
                              err);
    return wci_writer_take(writer, WCI_TABLE_PLACES, key, sizeof(key), value, sizeof(value), err);
}

enum wcab_err wci_writer_read_image(struct wci_writer *writer, uint32_t id, struct wci_arena *arena,
                                    struct wci_image *image, struct wci_image_state *state,
                                    struct wcab_error *err)
{
    uint8_t key[4];
    struct wci_bytes value;
    enum wcab_err code;

    wci_schema_put32(key, id);
    code = wci_tree_get(&writer->view.tree, WCI_TABLE_IMAGES, key, sizeof(key), &value, err);
    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "there is no image %u in the catalog", id);
    return code != WCAB_OK ? code : wci_schema_get_image(value, id, arena, image, state, err);
}

enum wcab_err wci_writer_open_record(struct wci_writer *writer, uint32_t id,
                                     struct wci_writer_record *record, struct wcab_error *err)
{
    enum wcab_err code = wci_writer_begin(writer, err);

    record->arena = NULL;
    if (code != WCAB_OK)
        return code;
    record->arena = wci_arena_new();
    if (record->arena == NULL)
        return wci_error_nomem(err);
    return wci_writer_read_image(writer, id, record->arena, &record->image, &record->state, err);
}

void wci_writer_close_record(struct wci_writer_record *record)
{
    wci_arena_free(record->arena);
}

/* First step of dropping an image's containers: their deep facts and places. */
static enum wcab_err drop_places(struct wci_writer *writer, uint32_t id,
                                 const struct wci_image *image, const struct wci_image_state *state,
                                 struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        code = wci_writer_drop_deep(writer, id, i, err);
        if (code == WCAB_OK)
            code = put_place(writer, state->listings[i], id, i, false, err);
    }
    writer->counters.containers -= image->container_count;
    return code;
}

/* Last step: the listings that nobody has any more. */
static enum wcab_err drop_unused(struct wci_writer *writer, const struct wci_image *image,
                                 const struct wci_image_state *state, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    struct wci_bytes value;
    uint32_t i, j;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        uint32_t listing = state->listings[i];
        uint8_t key[4];
        bool seen = false;

        wci_schema_put32(key, listing);
        code = wci_tree_get(&writer->view.tree, WCI_TABLE_PLACES, key, sizeof(key), &value, err);
        if (code != WCAB_ERR_NOTFOUND)
            continue;
        /* One image may have had it several times. */
        code = wci_tree_get(&writer->view.tree, WCI_TABLE_LISTINGS, key, sizeof(key), &value, err);
        if (code == WCAB_ERR_NOTFOUND) {
            for (j = 0; j < i && !seen; j++)
                seen = state->listings[j] == listing;
            code = seen ? WCAB_OK : wci_reader_damaged(err, "there is no listing %u", listing);
        } else if (code == WCAB_OK) {
            code = wci_writer_drop_listing(writer, listing, err);
        }
    }
    return code;
}

/* A listing that an importer says the container has. */
static enum wcab_err check_known(struct wci_writer *writer, const struct wci_container *container,
                                 uint32_t id, struct wcab_error *err)
{
    struct wci_listing listing;
    enum wcab_err code = wci_reader_listing(&writer->view, id, &listing, err);

    if (code == WCAB_OK &&
        (listing.kind != container->kind || listing.row_count != container->entry_count))
        return wci_error_set(err, WCAB_ERR_USAGE, "listing %u is not that of its container", id);
    return code;
}

static enum wcab_err add_places(struct wci_writer *writer, uint32_t id,
                                const struct wci_image *image, const uint32_t *known,
                                uint32_t *listings, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        listings[i] = known != NULL ? known[i] : 0;
        if (listings[i] == 0)
            code = wci_writer_keep_listing(writer, &image->containers[i], &listings[i], err);
        else
            code = check_known(writer, &image->containers[i], listings[i], err);
        if (code == WCAB_OK)
            code = put_place(writer, listings[i], id, i, true, err);
    }
    writer->counters.containers += image->container_count;
    return code;
}

static enum wcab_err new_image_id(struct wci_writer *writer, uint32_t *id, struct wcab_error *err)
{
    if (writer->counters.image == UINT32_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "the catalog can take no more images");
    *id = ++writer->counters.image;
    return WCAB_OK;
}

void wci_writer_copy_stamp(const struct wci_image *image, struct wci_image_stamp *stamp)
{
    stamp->size = image->size;
    stamp->mtime_ns = image->mtime_ns;
    stamp->inode = image->inode;
    stamp->device = image->device;
    stamp->changed_ns = image->changed_ns;
    memcpy(stamp->quick, image->quick, sizeof(stamp->quick));
}

/* Notes stay with an image, unless it brings its own; but what a list calls other bytes does not. */
static void take_notes(struct wci_image *image, const struct wci_image *old)
{
    bool same = memcmp(image->quick, old->quick, sizeof(old->quick)) == 0;
    uint32_t i;

    if (image->note_count > 0)
        return;
    image->notes = old->notes;
    for (i = 0; i < old->note_count; i++) {
        if (same || !wci_bytes_equal(old->notes[i].key, wci_bytes_of("known")))
            image->notes[image->note_count++] = old->notes[i];
    }
}

/* The new listings are put before the old ones are dropped, so that what both have is kept. */
static enum wcab_err replace_image(struct wci_writer *writer, const struct wci_image *image,
                                   const uint32_t *known, uint32_t *listings, uint32_t *id,
                                   struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image_state state = {.listings = listings};
    struct wci_image_stamp stamp;
    struct wci_image old, put;
    struct wci_image_state old_state;
    enum wcab_err code;

    if (arena == NULL)
        return wci_error_nomem(err);
    memset(&old, 0, sizeof(old));
    code = wci_reader_get_stamp(&writer->view.tree, image->path, &stamp, err);
    if (code == WCAB_ERR_NOTFOUND) {
        code = new_image_id(writer, &stamp.id, err);
    } else if (code == WCAB_OK) {
        code = wci_writer_read_image(writer, stamp.id, arena, &old, &old_state, err);
        if (code == WCAB_OK)
            code = drop_places(writer, stamp.id, &old, &old_state, err);
    }
    if (code == WCAB_OK)
        code = add_places(writer, stamp.id, image, known, listings, err);
    if (code == WCAB_OK && old.container_count > 0)
        code = drop_unused(writer, &old, &old_state, err);
    if (code != WCAB_OK)
        goto out;
    wci_writer_copy_stamp(image, &stamp);
    stamp.deep = false;
    stamp.offline = false;
    stamp.unread = image->container_count == 0;
    put = *image;
    take_notes(&put, &old);
    code = wci_writer_put_record(writer, stamp.id, &put, &state, err);
    if (code == WCAB_OK)
        code = wci_writer_put_stamp(writer, image->path, &stamp, err);
    if (code == WCAB_OK)
        *id = stamp.id;
out:
    wci_arena_free(arena);
    return code;
}

enum wcab_err wci_writer_put_known(struct wci_writer *writer, const struct wci_image *image,
                                   const uint32_t *known, uint32_t *id, uint32_t *listings,
                                   struct wcab_error *err)
{
    uint32_t *own = NULL;
    enum wcab_err code = wci_writer_accepts(image, err);

    if (code == WCAB_OK)
        code = wci_writer_begin(writer, err);
    if (code != WCAB_OK)
        return code;
    if (listings == NULL) {
        /* One more, so that an image without containers has an array too. */
        own = wci_mem_calloc((size_t)image->container_count + 1, sizeof(*own));
        if (own == NULL)
            return wci_error_nomem(err);
    }
    code = replace_image(writer, image, known, own != NULL ? own : listings, id, err);
    free(own);
    return wci_writer_end(writer, code);
}

static enum wcab_err put_in_pieces(struct wci_writer *writer, const struct wci_image *image,
                                   uint32_t *id, struct wcab_error *err)
{
    struct wci_large large = {.count = 0};
    uint32_t *known = NULL;
    enum wcab_err code = wci_writer_accepts(image, err);

    if (code == WCAB_OK)
        code = wci_writer_begin(writer, err);
    if (code != WCAB_OK)
        return code;
    code = wci_writer_large_begin(writer, image, &large, err);
    if (code == WCAB_OK && large.count > 0) {
        known = wci_mem_calloc(image->container_count, sizeof(*known));
        code = known == NULL ? wci_error_nomem(err)
                             : wci_writer_large_store(writer, image, &large, known, err);
    }
    wci_writer_large_free(&large);
    code = wci_writer_end(writer, code);
    if (code == WCAB_OK)
        code = wci_writer_put_known(writer, image, known, id, NULL, err);
    free(known);
    return code;
}

enum wcab_err wci_writer_put_image(struct wci_writer *writer, const struct wci_image *image,
                                   uint32_t *id, struct wcab_error *err)
{
    return writer->in_pieces > 0 ? put_in_pieces(writer, image, id, err)
                                 : wci_writer_put_known(writer, image, NULL, id, NULL, err);
}

static enum wcab_err remove_image(struct wci_writer *writer, uint32_t id,
                                  const struct wci_image *image,
                                  const struct wci_image_state *state, struct wcab_error *err)
{
    uint8_t key[4];
    enum wcab_err code = drop_places(writer, id, image, state, err);

    if (code == WCAB_OK)
        code = drop_unused(writer, image, state, err);
    if (code == WCAB_OK)
        code = wci_writer_long_take(writer, WCI_TABLE_PATHS, image->path, err);
    wci_schema_put32(key, id);
    return code != WCAB_OK
               ? code
               : wci_writer_take(writer, WCI_TABLE_IMAGES, key, sizeof(key), NULL, 0, err);
}

enum wcab_err wci_writer_remove_image(struct wci_writer *writer, uint32_t id,
                                      struct wcab_error *err)
{
    struct wci_writer_record record;
    enum wcab_err code = wci_writer_open_record(writer, id, &record, err);

    if (code == WCAB_OK)
        code = wci_writer_end(writer, remove_image(writer, id, &record.image, &record.state, err));
    wci_writer_close_record(&record);
    return code;
}

/* What may be changed in an image's stamp; NULL: left as it is. */
struct stamp_change {
    const struct wci_image *now; /* what the file itself is now */
    const bool *offline, *deep;
};

static bool apply_stamp_change(const struct stamp_change *change, struct wci_image_stamp *stamp)
{
    bool differs = change->now != NULL ||
                   (change->offline != NULL && stamp->offline != *change->offline) ||
                   (change->deep != NULL && stamp->deep != *change->deep);

    if (change->now != NULL)
        wci_writer_copy_stamp(change->now, stamp);
    if (change->offline != NULL)
        stamp->offline = *change->offline;
    if (change->deep != NULL)
        stamp->deep = *change->deep;
    return differs;
}

static enum wcab_err change_stamp(struct wci_writer *writer, uint32_t id,
                                  const struct stamp_change *change, struct wcab_error *err)
{
    struct wci_writer_record record;
    struct wci_image_stamp stamp;
    enum wcab_err code = wci_writer_open_record(writer, id, &record, err);

    if (code == WCAB_OK)
        code = wci_reader_get_stamp(&writer->view.tree, record.image.path, &stamp, err);
    if (code == WCAB_OK && apply_stamp_change(change, &stamp))
        code = wci_writer_end(writer, wci_writer_put_stamp(writer, record.image.path, &stamp, err));
    wci_writer_close_record(&record);
    return code;
}

enum wcab_err wci_writer_set_offline(struct wci_writer *writer, uint32_t id, bool offline,
                                     struct wcab_error *err)
{
    return change_stamp(writer, id, &(struct stamp_change){.offline = &offline}, err);
}

enum wcab_err wci_writer_set_deep(struct wci_writer *writer, uint32_t id, bool deep,
                                  struct wcab_error *err)
{
    return change_stamp(writer, id, &(struct stamp_change){.deep = &deep}, err);
}

enum wcab_err wci_writer_renew_stamp(struct wci_writer *writer, uint32_t id,
                                     const struct wci_image *now, struct wcab_error *err)
{
    const bool offline = false;

    return change_stamp(writer, id, &(struct stamp_change){.now = now, .offline = &offline}, err);
}

/* Takes over what is not NULL: the group, or the identity's medium, disk and reason. */
static enum wcab_err change_record(struct wci_writer *writer, uint32_t id, uint32_t part,
                                   const uint64_t *group, const struct wci_identity *medium,
                                   struct wcab_error *err)
{
    struct wci_writer_record record;
    struct wci_identity *identity;
    enum wcab_err code = wci_writer_open_record(writer, id, &record, err);

    if (code == WCAB_OK && part != WCI_NONE && part >= record.image.part_count)
        code = wci_error_set(err, WCAB_ERR_USAGE, "image %u has no part %u", id, part);
    if (code != WCAB_OK)
        goto out;
    identity = wci_part_own(&record.image, part);
    if (group != NULL)
        identity->group = *group;
    if (medium != NULL) {
        identity->medium = medium->medium;
        identity->disk = medium->disk;
        identity->reason = medium->reason;
    }
    code = wci_writer_end(writer,
                          wci_writer_put_record(writer, id, &record.image, &record.state, err));
out:
    wci_writer_close_record(&record);
    return code;
}

enum wcab_err wci_writer_set_group(struct wci_writer *writer, uint32_t id, uint32_t part,
                                   uint64_t group, struct wcab_error *err)
{
    return change_record(writer, id, part, &group, NULL, err);
}

enum wcab_err wci_writer_set_medium(struct wci_writer *writer, uint32_t id, uint32_t part,
                                    const struct wci_identity *medium, struct wcab_error *err)
{
    return change_record(writer, id, part, NULL, medium, err);
}

enum wcab_err wci_writer_set_notes(struct wci_writer *writer, uint32_t id,
                                   const struct wci_note *notes, uint32_t count,
                                   struct wcab_error *err)
{
    struct wci_writer_record record;
    enum wcab_err code;

    if (!wci_notes_are_valid(notes, count))
        return wci_error_set(err, WCAB_ERR_USAGE, "notes that can't be kept");
    code = wci_writer_open_record(writer, id, &record, err);
    if (code == WCAB_OK) {
        /* only read while the record is written */
        record.image.notes = (struct wci_note *)(uintptr_t)notes;
        record.image.note_count = count;
        code = wci_writer_end(writer,
                              wci_writer_put_record(writer, id, &record.image, &record.state, err));
    }
    wci_writer_close_record(&record);
    return code;
}
