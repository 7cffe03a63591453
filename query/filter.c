/*
 * filter - see filter.h.
 */
#include "query/filter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/paths.h"
#include "core/text.h"
#include "profiles/profile.h"
#include "query/filter_words.h"
#include "query/media/image_tails.h"

struct wci_filter {
    struct wci_arena *arena; /* owned */
    bool any;
    char *path;   /* owned: of an image, or of a folder; NULL when by id */
    char *inside; /* owned: a path that leads into the image at `path`; NULL: all of that */
    struct wci_bytes *ids; /* owned array, strings in the arena */
    size_t id_count, id_capacity;
    struct wci_called_image *called; /* owned: by ascending ids; NULL when by something else */
    size_t called_count;
};

/* ---- by id and title ---------------------------------------------------------------------- */

struct profile_match {
    struct wci_filter *filter;
    struct wci_bytes wanted;
    bool by_title;
    enum wcab_err code;
};

static bool starts_with(struct wci_bytes text, struct wci_bytes start)
{
    struct wci_bytes head = {text.data, start.length};

    return text.length >= start.length && wci_text_equal_folded(head, start);
}

static bool contains(struct wci_bytes text, struct wci_bytes part)
{
    while (text.length >= part.length) {
        if (starts_with(text, part))
            return true;
        text.data++;
        text.length--;
    }
    return false;
}

/* Value of the line "title = ..." in a profile's text, without parsing all of it. */
static struct wci_bytes title_of(struct wci_bytes text)
{
    static const char key[] = "title";
    struct wci_bytes title = {NULL, 0};

    while (text.length > 0) {
        const char *end = memchr(text.data, '\n', text.length);
        size_t length = end == NULL ? text.length : (size_t)(end - text.data);

        if (length > sizeof(key) && memcmp(text.data, key, sizeof(key) - 1) == 0) {
            const char *equals = memchr(text.data, '=', length);

            if (equals != NULL) {
                title.data = equals + 1;
                title.length = length - (size_t)(title.data - text.data);
                return title;
            }
        }
        if (end == NULL)
            break;
        text.data += length + 1;
        text.length -= length + 1;
    }
    return title;
}

static enum wcab_err on_profile(void *context, struct wci_bytes id, struct wci_bytes text,
                                bool user)
{
    struct profile_match *match = context;
    struct wci_filter *filter = match->filter;
    struct wci_bytes copy;

    (void)user;
    if (!(match->by_title ? contains(title_of(text), match->wanted)
                          : starts_with(id, match->wanted)))
        return WCAB_OK;
    copy = wci_arena_bytes(filter->arena, id);
    if (copy.data == NULL ||
        !wci_mem_grow(&filter->ids, filter->id_count, &filter->id_capacity, sizeof(*filter->ids)))
        match->code = WCAB_ERR_NOMEM;
    else
        filter->ids[filter->id_count++] = copy;
    return match->code;
}

static enum wcab_err match_profiles(struct wcab_catalog *catalog, struct wci_filter *filter,
                                    const char *medium, bool by_title, struct wcab_error *err)
{
    struct profile_match match = {filter, wci_bytes_of(medium), by_title, WCAB_OK};
    enum wcab_err code;

    filter->id_count = 0;
    code = wci_handle_each_profile(catalog, on_profile, &match, err);
    return match.code == WCAB_ERR_NOMEM ? wci_error_nomem(err) : code;
}

static enum wcab_err take_id(struct wci_filter *filter, struct wci_bytes id, struct wcab_error *err)
{
    struct wci_bytes copy = wci_arena_bytes(filter->arena, id);

    if (copy.data == NULL ||
        !wci_mem_grow(&filter->ids, filter->id_count, &filter->id_capacity, sizeof(*filter->ids)))
        return wci_error_nomem(err);
    filter->ids[filter->id_count++] = copy;
    return WCAB_OK;
}

static enum wcab_err complain_ambiguous(const struct wci_filter *filter, const char *medium,
                                        struct wcab_error *err)
{
    char list[160] = "";
    size_t used = 0, i;

    for (i = 0; i < filter->id_count && used + 40 < sizeof(list); i++) {
        size_t length = filter->ids[i].length < 32 ? filter->ids[i].length : 32;

        if (i > 0) {
            memcpy(list + used, ", ", 2);
            used += 2;
        }
        memcpy(list + used, filter->ids[i].data, length);
        used += length;
    }
    list[used] = '\0';
    return wci_error_set(err, WCAB_ERR_USAGE, "'%.40s' is the start of several media: %s%s", medium,
                         list, i < filter->id_count ? " ..." : "");
}

/* ---- by path ------------------------------------------------------------------------------ */

static enum wcab_err on_stamp(void *context, struct wci_bytes path,
                              const struct wci_image_stamp *stamp)
{
    bool *found = context;

    (void)path;
    (void)stamp;
    *found = true;
    return WCAB_ERR_CANCELLED; /* one is enough */
}

/* The path with a '/' behind it, malloc'ed; NULL without memory. */
static char *below_of(const char *path)
{
    size_t length = strlen(path);
    char *below = malloc(length + 2);

    if (below == NULL)
        return NULL;
    memcpy(below, path, length);
    if (length == 0 || below[length - 1] != '/')
        below[length++] = '/';
    below[length] = '\0';
    return below;
}

/* Whether an image with this path, or below this folder, is indexed. */
static enum wcab_err find_path(struct wcab_catalog *catalog, const char *path, bool *found,
                               struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    struct wci_image_stamp stamp;
    char *below;
    enum wcab_err code = wci_handle_reader(catalog, false, &reader, err);

    *found = false;
    if (code != WCAB_OK || reader == NULL)
        return code;
    code = wci_reader_stamp(reader, wci_bytes_of(path), &stamp, err);
    *found = code == WCAB_OK;
    if (code != WCAB_ERR_NOTFOUND)
        return code;
    below = below_of(path);
    if (below == NULL)
        return wci_error_nomem(err);
    code = wci_reader_each_stamp(reader, wci_bytes_of(below), on_stamp, found, err);
    free(below);
    return *found && code == WCAB_ERR_CANCELLED ? WCAB_OK : code;
}

enum wcab_err wci_filter_find_around(struct wci_reader *reader, char *path, bool *found,
                                     struct wcab_error *err)
{
    struct wci_image_stamp stamp;
    char *slash = path;
    enum wcab_err code = WCAB_OK;

    *found = false;
    if (access(path, F_OK) != 0)
        return WCAB_OK;
    while (code == WCAB_OK && !*found && (slash = strrchr(path, '/')) != NULL && slash != path) {
        *slash = '\0';
        code = wci_reader_stamp(reader, wci_bytes_of(path), &stamp, err);
        *found = code == WCAB_OK;
        if (code == WCAB_ERR_NOTFOUND)
            code = WCAB_OK;
    }
    return code;
}

/* A file or folder below a folder that is indexed as one medium. */
static enum wcab_err try_inside(struct wcab_catalog *catalog, struct wci_filter *filter,
                                const char *absolute, struct wcab_error *err)
{
    char *image = strdup(absolute), *inside = strdup(absolute);
    struct wci_reader *reader = NULL;
    bool found = false;
    enum wcab_err code = image == NULL || inside == NULL
                             ? wci_error_nomem(err)
                             : wci_handle_reader(catalog, false, &reader, err);

    if (code == WCAB_OK && reader != NULL)
        code = wci_filter_find_around(reader, image, &found, err);
    if (code == WCAB_OK && found) {
        filter->path = image;
        filter->inside = inside;
        return WCAB_OK;
    }
    free(image);
    free(inside);
    return code;
}

static enum wcab_err try_path(struct wcab_catalog *catalog, struct wci_filter *filter,
                              const char *medium, struct wcab_error *err)
{
    char *absolute = wci_paths_absolute(medium);
    bool found = false;
    enum wcab_err code;

    if (absolute == NULL)
        return wci_error_nomem(err);
    code = find_path(catalog, absolute, &found, err);
    if (code == WCAB_OK && found) {
        filter->path = absolute;
        absolute = NULL;
    } else if (code == WCAB_OK) {
        code = try_inside(catalog, filter, absolute, err);
    }
    free(absolute);
    return code;
}

/* What a table calls an image: the end of its path. */
static enum wcab_err try_tail(struct wcab_catalog *catalog, struct wci_filter *filter,
                              const char *medium, struct wcab_error *err)
{
    struct wcab_image_names *tails = NULL;
    enum wcab_err code = wcab_image_names_open(catalog, &tails, err);

    if (code == WCAB_OK)
        code = wci_image_tails_find(tails, medium, &filter->path, err);
    wcab_image_names_close(tails);
    return code;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static enum wcab_err understand(struct wcab_catalog *catalog, struct wci_filter *filter,
                                const char *medium, struct wcab_error *err)
{
    const struct wci_profile *profile = NULL;
    size_t starts;
    enum wcab_err code = wci_handle_profile(catalog, wci_bytes_of(medium), &profile, err);

    if (code != WCAB_OK)
        return code;
    if (profile != NULL)
        return take_id(filter, profile->id, err);
    code = try_path(catalog, filter, medium, err);
    if (code != WCAB_OK || filter->path != NULL)
        return code;
    code = match_profiles(catalog, filter, medium, false, err);
    starts = filter->id_count;
    if (code != WCAB_OK || starts == 1)
        return code;
    code = match_profiles(catalog, filter, medium, true, err);
    if (code != WCAB_OK || filter->id_count > 0)
        return code;
    code = try_tail(catalog, filter, medium, err);
    if (code != WCAB_OK || filter->path != NULL)
        return code;
    code = wci_filter_words_find(catalog, medium, &filter->called, &filter->called_count, err);
    if (code != WCAB_OK || filter->called != NULL)
        return code;
    if (starts == 0)
        return wci_error_set(err, WCAB_ERR_NOTFOUND,
                             "no medium or image is called '%.100s' ('whichcab profile list' shows "
                             "the known media, 'whichcab media' the indexed ones)",
                             medium);
    code = match_profiles(catalog, filter, medium, false, err);
    return code == WCAB_OK ? complain_ambiguous(filter, medium, err) : code;
}

enum wcab_err wci_filter_open(struct wcab_catalog *catalog, const char *medium,
                              struct wci_filter **filter, struct wcab_error *err)
{
    struct wci_filter *made = calloc(1, sizeof(*made));
    enum wcab_err code = WCAB_OK;

    if (made == NULL)
        return wci_error_nomem(err);
    made->any = medium == NULL;
    if (medium != NULL) {
        made->arena = wci_arena_new();
        code = made->arena == NULL ? wci_error_nomem(err) : understand(catalog, made, medium, err);
    }
    if (code != WCAB_OK) {
        wci_filter_free(made);
        return code;
    }
    *filter = made;
    return WCAB_OK;
}

void wci_filter_free(struct wci_filter *filter)
{
    if (filter == NULL)
        return;
    wci_arena_free(filter->arena);
    free(filter->path);
    free(filter->inside);
    free(filter->ids);
    free(filter->called);
    free(filter);
}

static bool has_id(const struct wci_filter *filter, struct wci_bytes medium)
{
    size_t i;

    for (i = 0; i < filter->id_count; i++) {
        if (wci_profile_is_medium(filter->ids[i], medium))
            return true;
    }
    return false;
}

/* Whether the image, or the part of one, goes by the word. */
static bool is_called(const struct wci_filter *filter, const struct wci_known_image *image)
{
    size_t low = 0, high = filter->called_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (filter->called[middle].id < image->id)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < filter->called_count && filter->called[low].id == image->id; low++) {
        if (filter->called[low].all_parts || filter->called[low].part == image->part)
            return !image->published;
    }
    return false;
}

bool wci_filter_passes(const struct wci_filter *filter, const struct wci_known_image *image)
{
    struct wci_bytes path = image->image.path;

    if (filter->any)
        return true;
    if (filter->path != NULL) {
        size_t length = strlen(filter->path);

        return path.length >= length && memcmp(path.data, filter->path, length) == 0 &&
               (path.length == length || path.data[length] == '/' ||
                (length > 0 && filter->path[length - 1] == '/'));
    }
    return filter->called != NULL ? is_called(filter, image)
                                  : has_id(filter, image->image.identity.medium);
}

/* Whether `path` is `inside` or below it, in any letter case. */
static bool leads_below(struct wci_bytes path, const char *inside)
{
    size_t length = strlen(inside);

    return path.length >= length &&
           wci_text_equal_folded((struct wci_bytes){path.data, length}, wci_bytes_of(inside)) &&
           (path.length == length || path.data[length] == '/');
}

enum wcab_err wci_filter_holds(const struct wci_filter *filter, const struct wci_known_image *image,
                               uint32_t container, const struct wci_entry *entry, bool *holds,
                               struct wcab_error *err)
{
    struct wci_buffer path;
    size_t skip = 0;
    enum wcab_err code = WCAB_OK;

    *holds = true;
    if (filter->inside == NULL)
        return WCAB_OK;
    wci_buffer_init(&path);
    wci_known_image_put_chain(image, container, &path);
    wci_buffer_u8(&path, '/');
    wci_entry_put_path(entry, &path);
    /* a folder of the host is called by its path itself */
    if (wci_bytes_equal(image->image.containers[0].name, image->image.path))
        skip = image->image.path.length + 1;
    if (path.ok)
        *holds = leads_below((struct wci_bytes){(const char *)path.data + skip, path.size - skip},
                             filter->inside);
    else
        code = wci_error_nomem(err);
    wci_buffer_free(&path);
    return code;
}

/* ---- the images that pass ------------------------------------------------------------------- */

struct passing {
    const struct wci_filter *filter;
    bool any;      /* an image was visited: */
    uint32_t last; /* an image with several parts comes once only */
    wci_image_visitor *visit;
    void *context;
};

static enum wcab_err on_passing_path(void *context, struct wci_bytes path,
                                     const struct wci_image_stamp *stamp)
{
    struct passing *passing = context;

    (void)path;
    return passing->visit(passing->context, stamp->id);
}

static enum wcab_err on_medium(void *context, uint32_t image, struct wci_bytes medium)
{
    struct passing *passing = context;

    if (!has_id(passing->filter, medium) || (passing->any && passing->last == image))
        return WCAB_OK;
    passing->any = true;
    passing->last = image;
    return passing->visit(passing->context, image);
}

static enum wcab_err each_path(struct passing *passing, struct wci_reader *reader,
                               struct wcab_error *err)
{
    struct wci_image_stamp stamp;
    char *below;
    enum wcab_err code = wci_reader_stamp(reader, wci_bytes_of(passing->filter->path), &stamp, err);

    if (code == WCAB_OK)
        code = passing->visit(passing->context, stamp.id);
    else if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK;
    if (code != WCAB_OK)
        return code;
    below = below_of(passing->filter->path);
    if (below == NULL)
        return wci_error_nomem(err);
    code = wci_reader_each_stamp(reader, wci_bytes_of(below), on_passing_path, passing, err);
    free(below);
    return code;
}

/* They are of the own catalog: published listings have neither names of files nor notes. */
static enum wcab_err each_called(const struct wci_filter *filter, wci_image_visitor *visit,
                                 void *context)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < filter->called_count; i++) {
        if (i == 0 || filter->called[i].id != filter->called[i - 1].id)
            code = visit(context, filter->called[i].id);
    }
    return code;
}

enum wcab_err wci_filter_each_image(const struct wci_filter *filter, struct wci_reader *reader,
                                    wci_image_visitor *visit, void *context, struct wcab_error *err)
{
    struct passing passing = {.filter = filter, .visit = visit, .context = context};

    if (filter->any)
        return wci_reader_each_image(reader, visit, context, err);
    if (filter->path != NULL)
        return each_path(&passing, reader, err);
    if (filter->called != NULL)
        return each_called(filter, visit, context);
    return wci_reader_each_medium(reader, on_medium, &passing, err);
}
