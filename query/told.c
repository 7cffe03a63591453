/*
 * told - see told.h.
 */
#include "query/told.h"

#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"

/* ---- what the table says ------------------------------------------------------------------ */

/* "folder/name", or what there is of it. */
static struct wci_bytes join(struct wci_arena *arena, struct wci_bytes folder,
                             struct wci_bytes name)
{
    struct wci_bytes path = {NULL, 0};
    char *text;

    if (folder.length == 0)
        return name;
    if (name.length == 0)
        return folder;
    text = wci_arena_alloc(arena, folder.length + name.length + 2);
    if (text == NULL)
        return path;
    memcpy(text, folder.data, folder.length);
    text[folder.length] = '/';
    memcpy(text + folder.length + 1, name.data, name.length);
    path.data = text;
    path.length = folder.length + 1 + name.length;
    text[path.length] = '\0';
    return path;
}

/* The folder that the table was found in, or that the cabinet with it lies in. */
static struct wci_bytes home_of(const struct wci_found *found)
{
    const struct wci_container *table = &found->image->image.containers[found->container];
    struct wci_bytes path = wci_known_image_path(found->image, table->parent), folder;

    if (wci_known_image_is_volume(found->image->image.containers[table->parent].kind))
        path = table->name;
    folder = wci_bytes_folder(path);
    if (folder.length > 0)
        folder.length--;
    return folder;
}

enum wcab_err wci_told_describe(struct wci_known_images *images, struct wci_arena *arena,
                                struct wci_found *found, struct wcab_error *err)
{
    const struct wci_contents_disk *disk;
    struct wci_bytes folder;
    enum wcab_err code = wci_contents_get(images, found->listing, &found->contents, err);

    if (code != WCAB_OK)
        return code;
    disk = wci_contents_disk(found->contents, &found->entry);
    found->told_disk = disk;
    folder = disk == NULL || disk->folder.length == 0 ? home_of(found) : disk->folder;
    if (disk != NULL && disk->cabinet.length > 0) {
        found->cabinet = disk->cabinet;
        found->path = join(arena, folder, disk->cabinet);
    } else {
        found->path = join(arena, folder, found->entry.folder);
    }
    return folder.length > 0 && found->path.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

/* ---- is it there after all ---------------------------------------------------------------- */

/* Whether two images are of one set, as far as is known: joined by their cabinets, of one medium,
 * or, where nothing is known of either, neighbours in one folder. */
static bool same_set(const struct wci_known_image *a, const struct wci_known_image *b)
{
    if (a->id == b->id && a->part == b->part)
        return true;
    if (a->image.identity.group != 0 && a->image.identity.group == b->image.identity.group)
        return true;
    if (a->image.identity.medium.length > 0 || b->image.identity.medium.length > 0)
        return wci_bytes_equal(a->image.identity.medium, b->image.identity.medium);
    return a->image.kind == WCI_IMAGE_FILE && b->image.kind == WCI_IMAGE_FILE &&
           wci_bytes_equal(wci_bytes_folder(a->image.path), wci_bytes_folder(b->image.path));
}

/* A look for a file by its own name in the images of one set. */
struct look {
    struct wci_gather *gather;
    struct wci_reader *reader;
    const struct wci_found *told;
    uint32_t listing, row; /* of the hit */
    bool found;
    uint32_t image, container, found_row; /* where */
    struct wcab_error *err;
};

static enum wcab_err on_place(void *context, uint32_t id, uint32_t container)
{
    struct look *look = context;
    const struct wci_known_image *image = NULL;
    enum wcab_err code;

    if (look->found)
        return WCAB_OK;
    code = wci_known_images_get(look->gather->images, false, id, container, &image, look->err);
    if (code != WCAB_OK || !same_set(look->told->image, image) ||
        !wci_known_image_is_volume(image->image.containers[container].kind))
        return code;
    look->found = true;
    look->image = id;
    look->container = container;
    look->found_row = look->row;
    return WCAB_OK;
}

static enum wcab_err on_hit(void *context, uint32_t listing, uint32_t row)
{
    struct look *look = context;

    look->row = row;
    return look->found ? WCAB_OK
                       : wci_reader_each_place(look->reader, listing, on_place, look, look->err);
}

/* Looks for a file on the volumes of the told copy's set. */
static enum wcab_err look_in_set(struct wci_gather *gather, const struct wci_found *told,
                                 struct wci_bytes name, struct look *look, struct wcab_error *err)
{
    struct wci_folded folded;
    struct wci_bytes key;
    enum wcab_err code;

    memset(look, 0, sizeof(*look));
    look->gather = gather;
    look->told = told;
    look->err = err;
    if (name.length == 0 || name.length > WCI_LIMIT_NAME)
        return WCAB_OK;
    key = wci_text_fold_name(name, &folded);
    code = wci_handle_reader(gather->catalog, false, &look->reader, err);
    if (code == WCAB_OK)
        code = wci_reader_find(look->reader, key, on_hit, look, err);
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* Whether another copy that was found is the file that the table means.  A packed one whose real
 * name was only concluded gets the name that the table has. */
static bool is_among(const struct wci_gather *gather, size_t count, const struct wci_found *told)
{
    bool among = false;
    size_t i;

    for (i = 0; i < count; i++) {
        struct wci_found *other = &gather->found[i];

        if (other->contents != NULL || !same_set(other->image, told->image) ||
            !wci_text_equal_folded(other->cabinet, told->cabinet))
            continue;
        among = true;
        if (told->cabinet.length == 0 && told->entry.alias_count > 0 &&
            wci_entry_is_called(&other->entry, told->entry.alias[0].bytes) &&
            !wci_text_equal_folded(other->entry.name.bytes, told->entry.name.bytes))
            other->entry.name = told->entry.name;
    }
    return among;
}

/* Puts the file of the packed name in the told one's place. */
static enum wcab_err take_packed(struct wci_gather *gather, size_t at, const struct look *look,
                                 struct wcab_error *err)
{
    const struct wci_found told = gather->found[at];
    size_t before = gather->count;
    struct wci_found *found;
    enum wcab_err code =
        wci_gather_put(gather, false, look->image, look->container, look->found_row, err);

    if (code != WCAB_OK || gather->count == before)
        return code;
    found = &gather->found[--gather->count];
    found->entry.alias[0] = found->entry.name;
    found->entry.alias_count = 1;
    found->entry.name = told.entry.name;
    if (found->entry.flags & WCI_ENTRY_SIZE_UNKNOWN &&
        !(told.entry.flags & WCI_ENTRY_SIZE_UNKNOWN) &&
        !(told.entry.attributes & WCI_CONTENTS_ROUNDED)) {
        found->entry.size = told.entry.size;
        found->entry.flags &= (uint8_t)~WCI_ENTRY_SIZE_UNKNOWN;
    }
    gather->found[at] = *found;
    return WCAB_OK;
}

static enum wcab_err weigh(struct wci_gather *gather, size_t count, size_t at, bool *keep,
                           struct wcab_error *err)
{
    const struct wci_found *told = &gather->found[at];
    struct look look;
    enum wcab_err code;

    *keep = false;
    if (is_among(gather, count, told))
        return WCAB_OK;
    if (told->cabinet.length > 0) {
        code = look_in_set(gather, told, told->cabinet, &look, err);
        *keep = !look.found;
        return code;
    }
    code = look_in_set(gather, told,
                       told->entry.alias_count > 0 ? told->entry.alias[0].bytes
                                                   : told->entry.name.bytes,
                       &look, err);
    *keep = true;
    return code == WCAB_OK && look.found ? take_packed(gather, at, &look, err) : code;
}

enum wcab_err wci_told_drop_covered(struct wci_gather *gather, size_t *count,
                                    struct wcab_error *err)
{
    size_t kept = 0, i;
    enum wcab_err code = WCAB_OK;

    for (i = 0; code == WCAB_OK && i < *count; i++) {
        bool keep = true;

        if (gather->found[i].contents != NULL)
            code = weigh(gather, *count, i, &keep, err);
        if (keep)
            gather->found[kept++] = gather->found[i];
    }
    *count = kept;
    gather->count = kept;
    return code;
}
