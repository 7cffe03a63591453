/*
 * gather - see gather.h.
 */
#include "query/gather.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/glob.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "query/answer/needs.h"
#include "query/answer/tails.h"
#include "query/told.h"

/* Names of a published disk that are tried to learn whether the disk is indexed. */
enum { MOST_WITNESSES = 16 };

/* A row that has the name. */
struct hit {
    uint32_t listing, row;
};

struct hit_list {
    struct hit *items; /* owned */
    size_t count, capacity;
};

/* One look into one half of the catalog. */
struct look {
    struct wci_gather *gather;
    struct wci_reader *reader;
    bool published;
    const struct wci_rename_source *source; /* that the name comes from; NULL: the name itself */
    struct wci_listing listing;             /* of the current hit */
    struct wci_entry entry;
    struct hit hit;
    bool headless;
    struct wcab_error *err;
};

static enum wcab_err on_hit(void *context, uint32_t listing, uint32_t row)
{
    struct hit_list *hits = context;

    if (!wci_mem_grow(&hits->items, hits->count, &hits->capacity, sizeof(*hits->items)))
        return WCAB_ERR_NOMEM;
    hits->items[hits->count].listing = listing;
    hits->items[hits->count++].row = row;
    return WCAB_OK;
}

/* ---- which rows count --------------------------------------------------------------------- */

/* A row fits a pattern under several of its names: it counts under the first of them only. */
static bool is_first_fit(const struct wci_pattern *pattern, const struct wci_entry *entry,
                         struct wci_bytes name)
{
    struct wci_folded folded;
    struct wci_bytes own = wci_text_fold_name(entry->name.bytes, &folded);
    uint8_t i;

    if (wci_pattern_exact(pattern).length > 0 || wci_bytes_equal(own, name))
        return true;
    if (wci_pattern_fits(pattern, own))
        return false;
    for (i = 0; i < entry->alias_count; i++) {
        own = wci_text_fold_name(entry->alias[i].bytes, &folded);
        if (wci_bytes_equal(own, name))
            return true;
        if (wci_pattern_fits(pattern, own))
            return false;
    }
    return true;
}

/* The same for a file that is found by its name on installation: not when its own name fits. */
static bool fits_itself(const struct wci_pattern *pattern, const struct wci_entry *entry)
{
    struct wci_folded folded;

    return wci_pattern_fits(pattern, wci_text_fold_name(entry->name.bytes, &folded));
}

/* Whether the row is an answer at all; sets look->headless. */
static enum wcab_err weigh_row(struct look *look, struct wci_bytes name, bool *counts)
{
    const struct wci_entry *entry = &look->entry;
    const struct wci_pattern *pattern = look->gather->pattern;
    uint32_t previous;
    enum wcab_err code;

    *counts = false;
    look->headless = false;
    if (entry->flags & WCI_ENTRY_DOUBTFUL || entry->attributes & WCI_ATTRIBUTE_FOLDER)
        return WCAB_OK;
    if (look->source != NULL ? fits_itself(pattern, entry) : !is_first_fit(pattern, entry, name))
        return WCAB_OK;
    if (entry->flags & WCI_ENTRY_CONTINUED) {
        if (look->published) /* listed where it starts as well */
            return WCAB_OK;
        code = wci_reader_previous(look->reader, look->hit.listing, &previous, look->err);
        if (code != WCAB_ERR_NOTFOUND)
            return code;
        look->headless = true;
    }
    *counts = true;
    return WCAB_OK;
}

/* ---- places ------------------------------------------------------------------------------- */

/* Appends a path of the medium, in the code page of its names when there is one. */
static void put_path(struct wci_bytes path, int code_page, struct wci_buffer *out)
{
    if (code_page == 0)
        wci_buffer_put(out, path.data, path.length);
    else
        (void)wci_text_to_utf8(wci_text_name_of(path), code_page, out);
}

/* Whether the folders asked for are the last ones of the path that leads to the file, its bytes as
 * they are or (code_page not 0) converted. */
static enum wcab_err fits_path(const struct look *look, const struct wci_known_image *image,
                               uint32_t container, int code_page, bool *fits)
{
    struct wci_buffer chain, path, folded;
    uint8_t *room;
    enum wcab_err code = WCAB_OK;

    wci_buffer_init(&chain);
    wci_buffer_init(&path);
    wci_buffer_init(&folded);
    wci_known_image_put_chain(image, container, &chain);
    put_path(wci_buffer_view(&chain), code_page, &path);
    if (look->entry.folder.length > 0) {
        wci_buffer_u8(&path, '/');
        put_path(look->entry.folder, code_page, &path);
    }
    room = path.ok && chain.ok ? wci_buffer_reserve(&folded, 2 * path.size + 1) : NULL;
    if (room == NULL) {
        code = wci_error_nomem(look->err);
    } else {
        struct wci_bytes text = {(const char *)path.data, path.size}, key = {(char *)room, 0};

        key.length = wci_text_fold(text, (char *)room, 2 * path.size + 1);
        *fits = wci_pattern_fits_folders(look->gather->pattern, key);
    }
    wci_buffer_free(&folded);
    wci_buffer_free(&path);
    wci_buffer_free(&chain);
    return code;
}

static enum wcab_err fits_folders(const struct look *look, const struct wci_known_image *image,
                                  uint32_t container, bool *fits)
{
    int code_page = wci_known_image_code_page(image);
    enum wcab_err code;

    *fits = true;
    if (look->gather->pattern == NULL || !wci_pattern_has_folders(look->gather->pattern))
        return WCAB_OK;
    code = fits_path(look, image, container, 0, fits);
    if (code == WCAB_OK && !*fits && code_page != 0)
        code = fits_path(look, image, container, code_page, fits);
    return code;
}

/* What the copy is for, by the medium's profile or, when that doesn't say, by its structure. */
static void describe_role(struct wci_found *found)
{
    const struct wci_known_image *image = found->image;
    struct wci_bytes name = found->entry.name.bytes;

    if (image->profile != NULL)
        found->role = wci_profile_role(image->profile, found->cabinet, name, &found->purpose);
    if (found->role == WCI_ROLE_UNKNOWN && image->rules != NULL && found->cabinet.length > 0)
        found->role = wci_profile_role(image->rules, found->cabinet, name, &found->purpose);
    /* a copy that gets its name on installation is no helper of Setup's */
    if (found->role == WCI_ROLE_SETUP &&
        wci_family_installed_as(image, found->cabinet, name) != NULL)
        found->role = WCI_ROLE_SYSTEM;
}

/* For which kind of machine it is: by its header when its bytes were read, else by its folder.  Media of
 * Windows 95, 98 and Me are for a PC alone. */
static void describe_machine(const struct look *look, struct wci_found *found)
{
    struct wci_deep deep;

    found->machine = wci_family_machine(found->path);
    if (!look->published && found->contents == NULL &&
        found->image->family != WCI_FAMILY_WINDOWS_9X &&
        wci_reader_deep(look->reader, found->image->id, found->container, found->row, &deep,
                        NULL) == WCAB_OK)
        (void)wci_family_machine_told(deep.version_text, &found->machine);
}

static void describe(const struct look *look, struct wci_found *found)
{
    const struct wci_known_image *image = found->image;
    const struct wci_container *container = &image->image.containers[found->container];

    if (container->kind == WCI_CONTAINER_CABINET)
        found->cabinet = wci_known_image_file_name(image, found->container);
    if (wci_known_image_is_volume(container->kind))
        found->path = found->entry.folder;
    else if (found->contents == NULL)
        found->path = wci_known_image_path(image, found->container);
    describe_machine(look, found);
    describe_role(found);
    found->rename = look->source != NULL
                        ? look->source->rename
                        : wci_family_installed_as(image, found->cabinet, found->entry.name.bytes);
}

/* Whether the rename that the look is for is one of this file. */
static bool fits_source(const struct look *look, const struct wci_known_image *image,
                        uint32_t container)
{
    struct wci_folded folded;
    struct wci_bytes cabinet = {NULL, 0};

    if (look->source == NULL)
        return true;
    if (image->image.containers[container].kind == WCI_CONTAINER_CABINET)
        cabinet = wci_known_image_file_name(image, container);
    if (look->source->profile == image->rules && image->rules != NULL) {
        /* the profile's own word comes before what holds for the whole family */
        if (cabinet.length == 0 ||
            (image->profile != NULL &&
             wci_profile_installed_as(image->profile, cabinet, look->entry.name.bytes) != NULL))
            return false;
    } else if (image->profile == NULL || look->source->profile == NULL ||
               !wci_bytes_equal(wci_profile_release_id(image->image.identity.medium),
                                look->source->profile->id)) {
        return false;
    }
    return wci_glob_fits(look->source->rename->place.cabinet, wci_text_fold_name(cabinet, &folded));
}

static enum wcab_err on_place(void *context, uint32_t id, uint32_t container)
{
    struct look *look = context;
    struct wci_gather *gather = look->gather;
    const struct wci_known_image *image;
    struct wci_found *found;
    bool fits = false;
    enum wcab_err code =
        wci_known_images_get(gather->images, look->published, id, container, &image, look->err);

    if (code != WCAB_OK)
        return code;
    if (!wci_filter_passes(gather->filter, image) || !fits_source(look, image, container))
        return WCAB_OK;
    code = wci_filter_holds(gather->filter, image, container, &look->entry, &fits, look->err);
    if (code == WCAB_OK && fits)
        code = fits_folders(look, image, container, &fits);
    if (code != WCAB_OK || !fits)
        return code;
    if (!wci_mem_grow(&gather->found, gather->count, &gather->capacity, sizeof(*gather->found)))
        return wci_error_nomem(look->err);
    found = &gather->found[gather->count];
    memset(found, 0, sizeof(*found));
    found->image = image;
    found->container = container;
    found->listing = look->hit.listing;
    found->row = look->hit.row;
    found->entry = look->entry;
    found->headless = look->headless;
    found->by_rename = look->source != NULL;
    if (image->image.containers[container].kind == WCI_CONTAINER_CONTENTS)
        code = wci_told_describe(gather->images, gather->arena, found, look->err);
    describe(look, found);
    if (code == WCAB_OK)
        code = wci_needs_is_damaged(gather->images, image, container, &found->damaged, look->err);
    found->damaged = found->damaged || look->entry.flags & WCI_ENTRY_DAMAGED;
    if (code == WCAB_OK)
        gather->count++;
    return code;
}

/* ---- one half ----------------------------------------------------------------------------- */

static enum wcab_err take_hit(struct look *look, struct wci_bytes name)
{
    bool counts = false;
    enum wcab_err code = WCAB_OK;

    if (look->listing.reader == NULL || look->listing.id != look->hit.listing)
        code = wci_reader_listing(look->reader, look->hit.listing, &look->listing, look->err);
    if (code == WCAB_OK)
        code = wci_listing_row(&look->listing, look->hit.row, &look->entry, look->err);
    if (code == WCAB_OK)
        code = weigh_row(look, name, &counts);
    if (code == WCAB_OK && counts)
        code = wci_reader_each_place(look->reader, look->hit.listing, on_place, look, look->err);
    return code;
}

/* Adds all places of the rows with this folded name in one half. */
static enum wcab_err look_for(struct wci_gather *gather, bool published, struct wci_bytes name,
                              const struct wci_rename_source *source, struct wcab_error *err)
{
    struct look look = {.gather = gather, .published = published, .source = source, .err = err};
    struct hit_list hits = {NULL, 0, 0};
    size_t i;
    enum wcab_err code = wci_handle_reader(gather->catalog, published, &look.reader, err);

    if (code != WCAB_OK || look.reader == NULL)
        return code;
    code = wci_reader_find(look.reader, name, on_hit, &hits, err);
    if (code == WCAB_ERR_NOMEM)
        wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < hits.count; i++) {
        look.hit = hits.items[i];
        code = take_hit(&look, name);
    }
    free(hits.items);
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err look_by_all_names(struct wci_gather *gather, bool published,
                                       struct wci_bytes name,
                                       const struct wci_rename_source *sources, size_t count,
                                       struct wcab_error *err)
{
    enum wcab_err code = look_for(gather, published, name, NULL, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < count; i++)
        code = look_for(gather, published, sources[i].rename->place.name, &sources[i], err);
    return code;
}

/* ---- published, and indexed as well? ------------------------------------------------------- */

/* What the images found so far tell. */
struct indexed_copies {
    bool medium;  /* the medium is indexed */
    bool covered; /* the published row's disk is, or the file itself */
};

/* Whether an image of the medium is the disk, or all of them copied into one place. */
static bool has_disk(const struct wci_image *indexed, struct wci_bytes disk)
{
    return indexed->identity.disk.length == 0 || wci_bytes_equal(indexed->identity.disk, disk);
}

static void compare_with_indexed(const struct wci_found *found, size_t count,
                                 const struct wci_found *published, struct indexed_copies *copies)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (!wci_bytes_equal(found[i].image->image.identity.medium,
                             published->image->image.identity.medium))
            continue;
        copies->medium = true;
        if (!wci_text_equal_folded(found[i].entry.name.bytes, published->entry.name.bytes))
            continue;
        if (wci_text_equal_folded(found[i].cabinet, published->cabinet) &&
            (published->cabinet.length > 0 ||
             has_disk(&found[i].image->image, published->image->image.identity.disk)))
            copies->covered = true;
        /* the later part of a file whose first disk is missing: the same file */
        if (found[i].headless && (published->entry.flags & WCI_ENTRY_SIZE_UNKNOWN ||
                                  found[i].entry.size == published->entry.size))
            copies->covered = true;
    }
}

/* Whether the disk of a published loose file is indexed: it is, when one of the files that were
 * published with it is found on an image of that disk. */
static enum wcab_err is_disk_indexed(struct wci_gather *gather, const struct wci_found *published,
                                     bool *indexed, struct wcab_error *err)
{
    const struct wci_image *image = &published->image->image;
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_entry entry;
    enum wcab_err code = wci_handle_reader(gather->catalog, true, &reader, err);
    uint32_t i;

    *indexed = false;
    if (code == WCAB_OK)
        code = wci_reader_listing(reader, published->image->state.listings[0], &listing, err);
    for (i = 0; code == WCAB_OK && !*indexed && i < listing.row_count && i < MOST_WITNESSES; i++) {
        const struct wci_known_image *holder = NULL;

        code = wci_listing_row(&listing, i, &entry, err);
        if (code == WCAB_OK)
            code = wci_needs_holder(gather->images, false, image->identity.medium, entry.name.bytes,
                                    &holder, err);
        if (code == WCAB_OK && holder != NULL)
            *indexed = has_disk(&holder->image, image->identity.disk);
    }
    return code;
}

/* Decides on a published copy: an answer, because its medium or only its disk is not indexed, or
 * none. */
static enum wcab_err weigh_published(struct wci_gather *gather, size_t own_count,
                                     struct wci_found *published, bool *keep,
                                     struct wcab_error *err)
{
    struct wci_bytes medium = published->image->image.identity.medium;
    struct indexed_copies copies = {false, false};
    const struct wci_known_image *holder = NULL;
    struct wci_reader *own = NULL;
    enum wcab_err code = wci_handle_reader(gather->catalog, false, &own, err);

    *keep = true;
    if (code != WCAB_OK || own == NULL)
        return code;
    compare_with_indexed(gather->found, own_count, published, &copies);
    if (!copies.covered && !copies.medium)
        code = wci_handle_has_medium(gather->catalog, medium, &copies.medium, err);
    if (code != WCAB_OK || (!copies.medium && !copies.covered))
        return code;
    if (!copies.covered && published->cabinet.length > 0) {
        code = wci_needs_holder(gather->images, false, medium, published->cabinet, &holder, err);
        copies.covered = holder != NULL;
    } else if (!copies.covered) {
        code = published->image->image.identity.disk.length == 0
                   ? WCAB_OK
                   : is_disk_indexed(gather, published, &copies.covered, err);
        copies.covered = copies.covered || published->image->image.identity.disk.length == 0;
    }
    *keep = !copies.covered;
    published->missing = !copies.covered;
    return code;
}

enum wcab_err wci_gather_drop_covered(struct wci_gather *gather, size_t own_count,
                                      struct wcab_error *err)
{
    size_t kept = own_count, i;
    enum wcab_err code = WCAB_OK;

    for (i = own_count; code == WCAB_OK && i < gather->count; i++) {
        bool keep = false;

        code = weigh_published(gather, own_count, &gather->found[i], &keep, err);
        if (keep)
            gather->found[kept++] = gather->found[i];
    }
    gather->count = kept;
    return code;
}

/* ---- all of it ---------------------------------------------------------------------------- */

/* Where a cabinet between is missing, a file's later part is no copy of its own. */
static enum wcab_err drop_tails(struct wci_gather *gather, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(gather->catalog, false, &reader, err);

    if (code == WCAB_OK && reader != NULL)
        code = wci_tails_drop(reader, gather->found, gather->count, &gather->count, err);
    return code;
}

/* Whether a copy is what comes out of a single packed file, which a cabinet has as it is. */
static bool is_unpacked(const struct wci_found *found)
{
    const struct wci_container *container = &found->image->image.containers[found->container];

    return container->kind == WCI_CONTAINER_WRAPPER && container->parent != WCI_NONE &&
           (wci_bytes_equal(container->format, wci_bytes_of("SZDD")) ||
            wci_bytes_equal(container->format, wci_bytes_of("SZ")) ||
            wci_bytes_equal(container->format, wci_bytes_of("KWAJ")));
}

static bool is_packed_form(const struct wci_gather *gather, const struct wci_found *outer)
{
    size_t i;

    for (i = 0; i < gather->count; i++) {
        const struct wci_found *inner = &gather->found[i];
        const struct wci_container *container = &inner->image->image.containers[inner->container];

        if (is_unpacked(inner) && inner->image == outer->image &&
            container->parent == outer->container && container->parent_entry == outer->row)
            return true;
    }
    return false;
}

/* A packed file with its real name has the name of what comes out of it: that is the file. */
static void drop_packed(struct wci_gather *gather)
{
    size_t i = 0, kept = 0;

    while (i < gather->count && !is_unpacked(&gather->found[i]))
        i++;
    if (i == gather->count)
        return;
    for (i = 0; i < gather->count; i++) {
        if (!is_packed_form(gather, &gather->found[i]))
            gather->found[kept++] = gather->found[i];
    }
    gather->count = kept;
}

enum wcab_err wci_gather_name(struct wci_gather *gather, struct wci_bytes name,
                              struct wcab_error *err)
{
    struct wci_rename_source *sources = NULL;
    size_t source_count = 0, own_count;
    enum wcab_err code =
        wci_renames_find(gather->renames, name, gather->arena, &sources, &source_count, err);

    gather->count = 0;
    if (code == WCAB_OK)
        code = look_by_all_names(gather, false, name, sources, source_count, err);
    if (code == WCAB_OK)
        code = drop_tails(gather, err);
    drop_packed(gather);
    own_count = gather->count;
    if (code == WCAB_OK)
        code = wci_told_drop_covered(gather, &own_count, err);
    if (code == WCAB_OK)
        code = look_by_all_names(gather, true, name, sources, source_count, err);
    if (code == WCAB_OK)
        code = wci_gather_drop_covered(gather, own_count, err);
    return code;
}

enum wcab_err wci_gather_put(struct wci_gather *gather, bool published, uint32_t image,
                             uint32_t container, uint32_t row, struct wcab_error *err)
{
    struct look look = {.gather = gather, .published = published, .hit = {.row = row}, .err = err};
    const struct wci_known_image *known = NULL;
    enum wcab_err code = wci_handle_reader(gather->catalog, published, &look.reader, err);

    if (code == WCAB_OK)
        code = wci_known_images_get(gather->images, published, image, container, &known, err);
    if (code != WCAB_OK)
        return code;
    look.hit.listing = known->state.listings[container];
    code = wci_reader_listing(look.reader, look.hit.listing, &look.listing, err);
    if (code == WCAB_OK)
        code = wci_listing_row(&look.listing, row, &look.entry, err);
    return code == WCAB_OK ? on_place(&look, image, container) : code;
}

void wci_gather_free(struct wci_gather *gather)
{
    free(gather->found);
    gather->found = NULL;
    gather->count = 0;
    gather->capacity = 0;
}
