/*
 * handle - see handle.h.
 */
#include "query/handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/paths.h"
#include "core/sized.h"

static const char profile_folder[] = "profiles";

/* ---- opening and closing ------------------------------------------------------------------ */

static enum wcab_err choose_paths(struct wcab_catalog *catalog, const char *path,
                                  const struct wcab_catalog_options *options,
                                  struct wcab_error *err)
{
    const char *published = options != NULL ? options->published : NULL;
    const char *profiles = options != NULL ? options->profiles : NULL;
    bool without = options != NULL && options->without_published;

    catalog->path = wci_paths_catalog(path);
    if (catalog->path == NULL)
        return wci_error_nomem(err);
    if (!without)
        catalog->published_path = wci_paths_published(published);
    catalog->profile_folder =
        profiles != NULL ? strdup(profiles) : wci_paths_join(catalog->path, profile_folder);
    if (catalog->profile_folder == NULL || (!without && catalog->published_path == NULL))
        return wci_error_nomem(err);
    return WCAB_OK;
}

static enum wcab_err do_catalog_open(const char *path, const struct wcab_catalog_options *options,
                                     struct wcab_catalog **catalog, struct wcab_error *err)
{
    struct wcab_catalog *made;
    enum wcab_err code;

    made = calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->published.published = true;
    made->arena = wci_arena_new();
    code = made->arena == NULL ? wci_error_nomem(err) : choose_paths(made, path, options, err);
    if (code != WCAB_OK) {
        wcab_catalog_close(made);
        return code;
    }
    *catalog = made;
    return WCAB_OK;
}

enum wcab_err wcab_catalog_open(const char *path, const struct wcab_catalog_options *options,
                                struct wcab_catalog **catalog, struct wcab_error *err)
{
    struct wcab_catalog_options taken;
    struct wcab_error own;
    enum wcab_err code = WCAB_OK;

    if (catalog == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    if (options != NULL)
        code = wci_sized_take(&taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = do_catalog_open(path, options != NULL ? &taken : NULL, catalog, &own);
    return wci_error_give(code, &own, err);
}

static void close_half(struct wci_half *half)
{
    wci_reader_close(half->reader);
    wci_store_close(half->store);
    half->reader = NULL;
    half->store = NULL;
    half->tried = false;
}

void wci_handle_refresh(struct wcab_catalog *catalog)
{
    close_half(&catalog->own);
    catalog->media_count = 0;
    catalog->media_known = false;
}

void wcab_catalog_close(struct wcab_catalog *catalog)
{
    size_t i;

    if (catalog == NULL)
        return;
    for (i = 0; i < catalog->profile_count; i++)
        wci_profile_free(catalog->profiles[i].profile);
    free(catalog->profiles);
    free(catalog->media);
    wci_profile_list_free(&catalog->user_profiles);
    wci_profile_free(catalog->family_rules);
    close_half(&catalog->own);
    close_half(&catalog->published);
    wci_arena_free(catalog->arena);
    free(catalog->path);
    free(catalog->published_path);
    free(catalog->profile_folder);
    free(catalog);
}

void wcab_catalog_set_cancel(struct wcab_catalog *catalog, const struct wcab_cancel *cancel)
{
    static const struct wcab_cancel nothing = {NULL, NULL};

    if (catalog != NULL)
        catalog->cancel = cancel != NULL ? *cancel : nothing;
}

void wcab_catalog_set_fetch(struct wcab_catalog *catalog, struct wcab_fetch *fetch)
{
    if (catalog == NULL)
        return;
    catalog->fetch = fetch;
    if (catalog->own.store != NULL)
        wci_store_set_fetch(catalog->own.store, fetch);
}

const char *wcab_catalog_path(const struct wcab_catalog *catalog)
{
    return catalog != NULL ? catalog->path : NULL;
}

enum wcab_err wci_handle_reader(struct wcab_catalog *catalog, bool published,
                                struct wci_reader **reader, struct wcab_error *err)
{
    struct wci_half *half = published ? &catalog->published : &catalog->own;
    const char *path = published ? catalog->published_path : catalog->path;
    enum wcab_err code = WCAB_OK;

    if (!half->tried && path != NULL) {
        struct wcab_error own_err = {.code = WCAB_OK};

        if (half->store == NULL)
            code = wci_store_open(path, WCI_STORE_READ, &half->store, &own_err);
        if (code == WCAB_OK) {
            wci_store_set_cancel(half->store, &catalog->cancel);
            wci_store_set_fetch(half->store, catalog->fetch);
            code = wci_reader_open(half->store, &half->reader, &own_err);
        }
        if (code != WCAB_OK && code != WCAB_ERR_NOTFOUND) {
            close_half(half);
            if (own_err.place[0] == '\0')
                wci_error_push_place(&own_err, path, strlen(path));
            if (err != NULL)
                *err = own_err;
            return code;
        }
    }
    half->tried = true;
    *reader = half->reader;
    return WCAB_OK;
}

/* ---- over a long time --------------------------------------------------------------------- */

static void forget_profiles(struct wcab_catalog *catalog)
{
    size_t i;

    for (i = 0; i < catalog->profile_count; i++)
        wci_profile_free(catalog->profiles[i].profile);
    catalog->profile_count = 0;
}

void wcab_catalog_refresh(struct wcab_catalog *catalog)
{
    struct wci_half *own;

    if (catalog == NULL)
        return;
    own = &catalog->own;
    wci_reader_close(own->reader);
    own->reader = NULL;
    own->tried = false;
    if (own->store != NULL && !wci_store_is_current(own->store))
        close_half(own);
    catalog->media_count = 0;
    catalog->media_known = false;
    wci_profile_list_free(&catalog->user_profiles);
    catalog->user_profiles_read = false;
    forget_profiles(catalog);
    wci_arena_reset(catalog->arena);
}

static enum wcab_err do_catalog_moment(struct wcab_catalog *catalog, uint64_t *moment,
                                       struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = WCAB_OK;

    if (catalog->own.store == NULL || !wci_store_is_current(catalog->own.store)) {
        wcab_catalog_refresh(catalog);
        code = wci_handle_reader(catalog, false, &reader, err);
    }
    if (code == WCAB_OK)
        *moment = catalog->own.store != NULL ? wci_store_moment(catalog->own.store) : 0;
    return code;
}

enum wcab_err wcab_catalog_moment(struct wcab_catalog *catalog, uint64_t *moment,
                                  struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || moment == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_catalog_moment(catalog, moment, &own), &own, err);
}

static enum wcab_err do_catalog_exists(struct wcab_catalog *catalog, bool *exists,
                                       struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(catalog, false, &reader, err);

    if (code == WCAB_OK)
        *exists = reader != NULL;
    return code;
}

enum wcab_err wcab_catalog_exists(struct wcab_catalog *catalog, bool *exists,
                                  struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || exists == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_catalog_exists(catalog, exists, &own), &own, err);
}

/* ---- profiles ----------------------------------------------------------------------------- */

static enum wcab_err read_user_profiles(struct wcab_catalog *catalog, struct wcab_error *err)
{
    enum wcab_err code;

    if (catalog->user_profiles_read)
        return WCAB_OK;
    code = wci_profile_load_folder(catalog->profile_folder, &catalog->user_profiles, err);
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK; /* the user has none */
    catalog->user_profiles_read = code == WCAB_OK;
    return code;
}

/* A profile itself, or that of its release in another layout. */
static enum wcab_err parse_either(struct wci_bytes text, struct wci_bytes id,
                                  struct wci_profile **profile, struct wcab_error *err)
{
    return wci_profile_release_id(id).length == id.length
               ? wci_profile_parse(text, profile, err)
               : wci_profile_parse_layout(text, id, profile, err);
}

/* Parses a profile of the published catalog; *profile stays NULL when it has none of that id. */
static enum wcab_err parse_published(struct wcab_catalog *catalog, struct wci_bytes id,
                                     struct wci_profile **profile, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    struct wci_bytes text;
    enum wcab_err code = wci_handle_reader(catalog, true, &reader, err);

    if (code != WCAB_OK || reader == NULL)
        return code;
    code = wci_reader_profile(reader, wci_profile_release_id(id), &text, err);
    if (code == WCAB_OK)
        code = parse_either(text, id, profile, err);
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* Another layout of a user's own profile; *profile stays NULL when there is none. */
static enum wcab_err parse_users(const struct wcab_catalog *catalog, struct wci_bytes id,
                                 struct wci_profile **profile, struct wcab_error *err)
{
    const struct wci_profile *base =
        wci_profile_list_find(&catalog->user_profiles, wci_profile_release_id(id));
    enum wcab_err code = base == NULL ? WCAB_OK : parse_either(base->text, id, profile, err);

    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

enum wcab_err wci_handle_profile(struct wcab_catalog *catalog, struct wci_bytes id,
                                 const struct wci_profile **profile, struct wcab_error *err)
{
    struct wci_known_profile *known;
    struct wci_profile *parsed = NULL;
    enum wcab_err code;
    size_t i;

    if (id.length == 0) {
        *profile = NULL;
        return WCAB_OK;
    }
    code = read_user_profiles(catalog, err);
    if (code != WCAB_OK)
        return code;
    *profile = wci_profile_list_find(&catalog->user_profiles, id);
    if (*profile != NULL)
        return WCAB_OK;
    for (i = 0; i < catalog->profile_count; i++) {
        if (wci_bytes_equal(catalog->profiles[i].id, id)) {
            *profile = catalog->profiles[i].profile;
            return WCAB_OK;
        }
    }
    if (!wci_mem_grow(&catalog->profiles, catalog->profile_count, &catalog->profile_capacity,
                      sizeof(*catalog->profiles)))
        return wci_error_nomem(err);
    code = parse_users(catalog, id, &parsed, err);
    if (code == WCAB_OK && parsed == NULL)
        code = parse_published(catalog, id, &parsed, err);
    if (code != WCAB_OK)
        return code;
    known = &catalog->profiles[catalog->profile_count];
    known->id = wci_arena_bytes(catalog->arena, id);
    known->profile = parsed;
    if (known->id.data == NULL) {
        wci_profile_free(parsed);
        return wci_error_nomem(err);
    }
    catalog->profile_count++;
    *profile = parsed;
    return WCAB_OK;
}

struct profile_walk {
    const struct wci_profile_list *users;
    size_t next_user;
    wci_profile_text_visitor *visit;
    void *context;
};

/* Visits the user's profiles that come before `id`; *same tells that one has this id. */
static enum wcab_err visit_users(struct profile_walk *walk, const struct wci_bytes *id, bool *same)
{
    enum wcab_err code = WCAB_OK;

    *same = false;
    while (code == WCAB_OK && !*same && walk->next_user < walk->users->count) {
        const struct wci_profile *profile = walk->users->profiles[walk->next_user];
        int order = id == NULL ? -1 : wci_bytes_compare(profile->id, *id);

        if (order > 0)
            break;
        *same = order == 0;
        walk->next_user++;
        code = walk->visit(walk->context, profile->id, profile->text, true);
    }
    return code;
}

static enum wcab_err on_profile(void *context, struct wci_bytes id, struct wci_bytes text)
{
    struct profile_walk *walk = context;
    bool same;
    enum wcab_err code = visit_users(walk, &id, &same);

    return code != WCAB_OK || same ? code : walk->visit(walk->context, id, text, false);
}

enum wcab_err wci_handle_each_profile(struct wcab_catalog *catalog, wci_profile_text_visitor *visit,
                                      void *context, struct wcab_error *err)
{
    struct profile_walk walk = {&catalog->user_profiles, 0, visit, context};
    struct wci_reader *reader = NULL;
    bool same;
    enum wcab_err code = read_user_profiles(catalog, err);

    if (code == WCAB_OK)
        code = wci_handle_reader(catalog, true, &reader, err);
    if (code == WCAB_OK && reader != NULL)
        code = wci_reader_each_profile(reader, on_profile, &walk, err);
    return code == WCAB_OK ? visit_users(&walk, NULL, &same) : code;
}

/* ---- media -------------------------------------------------------------------------------- */

static bool has_medium(const struct wcab_catalog *catalog, struct wci_bytes medium)
{
    size_t i;

    for (i = 0; i < catalog->media_count; i++) {
        if (wci_bytes_equal(catalog->media[i], medium))
            return true;
    }
    return false;
}

static enum wcab_err note_medium(void *context, uint32_t image, struct wci_bytes medium)
{
    struct wcab_catalog *catalog = context;
    struct wci_bytes copy;

    (void)image;
    if (medium.length == 0 || has_medium(catalog, medium))
        return WCAB_OK;
    copy = wci_arena_bytes(catalog->arena, medium);
    if (copy.data == NULL || !wci_mem_grow(&catalog->media, catalog->media_count,
                                           &catalog->media_capacity, sizeof(*catalog->media)))
        return WCAB_ERR_NOMEM;
    catalog->media[catalog->media_count++] = copy;
    return WCAB_OK;
}

enum wcab_err wci_handle_has_medium(struct wcab_catalog *catalog, struct wci_bytes medium,
                                    bool *has, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = WCAB_OK;

    if (!catalog->media_known) {
        code = wci_handle_reader(catalog, false, &reader, err);
        if (code == WCAB_OK && reader != NULL)
            code = wci_reader_each_medium(reader, note_medium, catalog, err);
        if (code == WCAB_ERR_NOMEM)
            wci_error_nomem(err);
        catalog->media_known = code == WCAB_OK;
    }
    if (code == WCAB_OK)
        *has = has_medium(catalog, medium);
    return code;
}

enum wcab_err wci_handle_existing(struct wcab_catalog *catalog, struct wci_reader **reader,
                                  struct wcab_error *err)
{
    enum wcab_err code = wci_handle_reader(catalog, false, reader, err);

    if (code == WCAB_OK && *reader == NULL) {
        code = wci_error_set(err, WCAB_ERR_NOTFOUND, "there is no catalog");
        wci_error_push_place(err, catalog->path, strlen(catalog->path));
    }
    return code;
}

enum wcab_err wci_handle_write(struct wcab_catalog *catalog, bool must_exist,
                               struct wci_store **store, struct wci_writer **writer,
                               struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = WCAB_OK;

    if (must_exist)
        code = wci_handle_existing(catalog, &reader, err);
    if (code != WCAB_OK)
        return code;
    wci_handle_refresh(catalog); /* a process has one store of a catalog */
    code = wci_store_open(catalog->path, WCI_STORE_WRITE, store, err);
    if (code == WCAB_OK) {
        wci_store_set_cancel(*store, &catalog->cancel);
        wci_store_set_fetch(*store, catalog->fetch);
        code = wci_writer_open(*store, false, &catalog->cancel, writer, err);
    }
    if (code != WCAB_OK && err != NULL && err->place[0] == '\0')
        wci_error_push_place(err, catalog->path, strlen(catalog->path));
    return code;
}
