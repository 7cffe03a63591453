/*
 * side - see side.h.
 */
#include "query/compare/side.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

struct reading {
    struct wci_known_images *images;
    const struct wci_filter *filter;
    struct wci_arena *arena;
    struct wci_side *side;
    struct wci_reader *reader;
    bool published;
    struct wcab_error *err;
};

/* ---- names -------------------------------------------------------------------------------- */

enum { NAMES_MOST = 2 + WCI_ALIAS_MAX };

/* Adds the folded name unless it is there already. */
static bool add_name(struct wci_arena *arena, struct wci_bytes name,
                     struct wci_bytes names[NAMES_MOST], uint8_t *count)
{
    struct wci_folded folded;
    struct wci_bytes key;
    uint8_t i;

    if (name.length > WCI_LIMIT_NAME)
        name.length = WCI_LIMIT_NAME;
    key = wci_text_fold_name(name, &folded);
    for (i = 0; i < *count; i++) {
        if (wci_bytes_equal(names[i], key))
            return true;
    }
    key = wci_arena_bytes(arena, key);
    if (key.data == NULL)
        return false;
    names[(*count)++] = key;
    return true;
}

/* Collects the names that a file goes by. */
static enum wcab_err put_names(struct reading *reading, const struct wci_known_image *image,
                               uint32_t container, const struct wci_entry *entry,
                               struct wci_side_file *file)
{
    struct wci_bytes names[NAMES_MOST], cabinet = {NULL, 0};
    const struct wci_profile_rename *rename = NULL;
    struct wci_bytes *kept;
    uint8_t count = 0, i;
    bool ok = add_name(reading->arena, entry->name.bytes, names, &count);

    for (i = 0; ok && i < entry->alias_count && i < WCI_ALIAS_MAX; i++)
        ok = add_name(reading->arena, entry->alias[i].bytes, names, &count);
    if (image->image.containers[container].kind == WCI_CONTAINER_CABINET)
        cabinet = wci_known_image_file_name(image, container);
    if (image->profile != NULL)
        rename = wci_profile_installed_as(image->profile, cabinet, entry->name.bytes);
    if (ok && rename != NULL)
        ok = add_name(reading->arena, rename->installed, names, &count);
    kept = ok ? wci_arena_alloc(reading->arena, count * sizeof(*kept)) : NULL;
    if (kept == NULL)
        return wci_error_nomem(reading->err);
    memcpy(kept, names, count * sizeof(*kept));
    file->names = kept;
    file->name_count = count;
    file->key = kept[0];
    return WCAB_OK;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Which containers lie in which: for each its first child, and the next child of the same parent.
 */
struct children {
    uint32_t *first, *next; /* owned; WCI_NONE at the end */
};

static void free_children(struct children *children)
{
    free(children->first);
    free(children->next);
}

/* Only those that are the whole of a row: then what is in them counts, not the row. */
static enum wcab_err find_children(const struct wci_image *image, struct children *children,
                                   struct wcab_error *err)
{
    uint32_t count = image->container_count, i;

    children->first = wci_mem_calloc(count, sizeof(*children->first));
    children->next = wci_mem_calloc(count, sizeof(*children->next));
    if (count > 0 && (children->first == NULL || children->next == NULL))
        return wci_error_nomem(err);
    for (i = 0; i < count; i++)
        children->first[i] = children->next[i] = WCI_NONE;
    for (i = 0; i < count; i++) {
        const struct wci_container *inner = &image->containers[i];

        if (inner->parent >= count || inner->parent_entry == WCI_NONE || inner->offset != 0 ||
            inner->kind == WCI_CONTAINER_W4)
            continue;
        children->next[i] = children->first[inner->parent];
        children->first[inner->parent] = i;
    }
    return WCAB_OK;
}

/* Marks the rows of a container that were opened.  *opened is malloc'ed, NULL when there are none.
 */
static enum wcab_err find_opened(const struct wci_known_image *image,
                                 const struct children *children, uint32_t container,
                                 uint32_t row_count, bool **opened, struct wcab_error *err)
{
    uint32_t child = children->first[container];

    *opened = NULL;
    if (child == WCI_NONE || row_count == 0)
        return WCAB_OK;
    *opened = wci_mem_calloc(row_count, sizeof(**opened));
    if (*opened == NULL)
        return wci_error_nomem(err);
    for (; child != WCI_NONE; child = children->next[child]) {
        uint32_t row = image->image.containers[child].parent_entry;

        if (row < row_count)
            (*opened)[row] = true;
    }
    return WCAB_OK;
}

/* Whether a row is a file that counts; *headless as in struct wci_side_file. */
static enum wcab_err weigh_row(struct reading *reading, uint32_t listing,
                               const struct wci_entry *entry, bool *counts, bool *headless)
{
    uint32_t previous;
    enum wcab_err code;

    *headless = false;
    *counts = !(entry->flags & WCI_ENTRY_DOUBTFUL) && !(entry->attributes & WCI_ATTRIBUTE_FOLDER);
    if (!*counts || !(entry->flags & WCI_ENTRY_CONTINUED))
        return WCAB_OK;
    *counts = false;
    if (reading->published)
        return WCAB_OK;
    code = wci_reader_previous(reading->reader, listing, &previous, reading->err);
    *headless = *counts = code == WCAB_ERR_NOTFOUND;
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err read_row(struct reading *reading, const struct wci_known_image *image,
                              uint32_t container, const struct wci_listing *listing, uint32_t row)
{
    struct wci_side *side = reading->side;
    struct wci_side_file *file;
    struct wci_entry entry;
    bool counts = false, headless = false;
    enum wcab_err code = wci_listing_row(listing, row, &entry, reading->err);

    if (code == WCAB_OK)
        code = weigh_row(reading, listing->id, &entry, &counts, &headless);
    if (code != WCAB_OK || !counts)
        return code;
    if (!wci_mem_grow(&side->files, side->count, &side->capacity, sizeof(*side->files)))
        return wci_error_nomem(reading->err);
    file = &side->files[side->count];
    file->published = reading->published;
    file->headless = headless;
    file->image = image->id;
    file->container = container;
    file->row = row;
    code = put_names(reading, image, container, &entry, file);
    if (code == WCAB_OK)
        side->count++;
    return code;
}

static enum wcab_err read_container(struct reading *reading, const struct wci_known_image *image,
                                    const struct children *children, uint32_t container)
{
    struct wci_listing listing;
    bool *opened = NULL;
    uint32_t row;
    enum wcab_err code = wci_reader_listing(reading->reader, image->state.listings[container],
                                            &listing, reading->err);

    if (code == WCAB_OK)
        code = find_opened(image, children, container, listing.row_count, &opened, reading->err);
    for (row = 0; code == WCAB_OK && row < listing.row_count; row++) {
        if (opened == NULL || !opened[row])
            code = read_row(reading, image, container, &listing, row);
    }
    free(opened);
    return code;
}

/* ---- images ------------------------------------------------------------------------------- */

static void note_medium(struct reading *reading, const struct wci_known_image *image)
{
    struct wci_side *side = reading->side;
    struct wci_bytes none = {NULL, 0};

    if (side->images + side->listings == 0)
        side->medium = wci_arena_bytes(reading->arena, image->image.identity.medium);
    else if (!wci_bytes_equal(side->medium, image->image.identity.medium))
        side->medium = none;
    side->images += !reading->published;
    side->listings += reading->published;
}

static enum wcab_err on_part(void *context, const struct wci_known_image *image)
{
    struct reading *reading = context;
    struct children children = {NULL, NULL};
    uint32_t container;
    enum wcab_err code;

    if (!wci_filter_passes(reading->filter, image))
        return WCAB_OK;
    note_medium(reading, image);
    code = find_children(&image->image, &children, reading->err);
    for (container = 0; code == WCAB_OK && container < image->image.container_count; container++) {
        if (wci_known_image_holds(image, container))
            code = read_container(reading, image, &children, container);
    }
    free_children(&children);
    return code;
}

static enum wcab_err on_image(void *context, uint32_t id)
{
    struct reading *reading = context;

    return wci_known_images_each_part(reading->images, reading->published, id, on_part, reading,
                                      reading->err);
}

enum wcab_err wci_side_read(struct wci_known_images *images, const struct wci_filter *filter,
                            struct wci_arena *arena, struct wci_side *side, struct wcab_error *err)
{
    struct reading reading = {
        .images = images, .filter = filter, .arena = arena, .side = side, .err = err};
    enum wcab_err code = WCAB_OK;
    int half;

    for (half = 0; code == WCAB_OK && half < 2; half++) {
        reading.published = half == 1;
        code = wci_handle_reader(images->catalog, reading.published, &reading.reader, err);
        if (code == WCAB_OK && reading.reader != NULL)
            code = wci_filter_each_image(filter, reading.reader, on_image, &reading, err);
        if (code == WCAB_ERR_NOMEM)
            wci_error_nomem(err);
    }
    return code;
}

void wci_side_free(struct wci_side *side)
{
    free(side->files);
    side->files = NULL;
    side->count = side->capacity = 0;
}

/* ---- keys --------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    return wci_bytes_compare(*(const struct wci_bytes *)a, *(const struct wci_bytes *)b);
}

static int by_key(const void *a, const void *b)
{
    const struct wci_side_file *x = a;
    const struct wci_side_file *y = b;
    int order = wci_bytes_compare(x->key, y->key);

    if (order == 0)
        order = x->published - y->published;
    if (order == 0)
        order = (x->image > y->image) - (x->image < y->image);
    if (order == 0)
        order = (x->container > y->container) - (x->container < y->container);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* All names of a side, sorted, malloc'ed; *count 0 gives NULL. */
static enum wcab_err all_names(const struct wci_side *side, struct wci_bytes **names, size_t *count,
                               struct wcab_error *err)
{
    size_t i, used = 0;
    uint8_t j;

    *count = 0;
    *names = NULL;
    for (i = 0; i < side->count; i++)
        *count += side->files[i].name_count;
    if (*count == 0)
        return WCAB_OK;
    *names = wci_mem_calloc(*count, sizeof(**names));
    if (*names == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < side->count; i++) {
        for (j = 0; j < side->files[i].name_count; j++)
            (*names)[used++] = side->files[i].names[j];
    }
    qsort(*names, *count, sizeof(**names), by_bytes);
    return WCAB_OK;
}

static void choose(struct wci_side *side, const struct wci_bytes *names, size_t count)
{
    size_t i;
    uint8_t j;

    for (i = 0; i < side->count; i++) {
        struct wci_side_file *file = &side->files[i];

        for (j = 0; count > 0 && j < file->name_count; j++) {
            if (bsearch(&file->names[j], names, count, sizeof(*names), by_bytes) != NULL) {
                file->key = file->names[j];
                break;
            }
        }
    }
    if (side->count > 1)
        qsort(side->files, side->count, sizeof(*side->files), by_key);
}

enum wcab_err wci_side_choose_keys(struct wci_side *left, struct wci_side *right,
                                   struct wcab_error *err)
{
    struct wci_bytes *left_names = NULL, *right_names = NULL;
    size_t left_count = 0, right_count = 0;
    enum wcab_err code = all_names(left, &left_names, &left_count, err);

    if (code == WCAB_OK)
        code = all_names(right, &right_names, &right_count, err);
    if (code == WCAB_OK) {
        choose(left, right_names, right_count);
        choose(right, left_names, left_count);
    }
    free(left_names);
    free(right_names);
    return code;
}
