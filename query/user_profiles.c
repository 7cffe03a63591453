/*
 * user_profiles - wcab_profile_*: showing the known profiles, keeping the user's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/paths.h"
#include "core/read_file.h"
#include "query/handle.h"
#include "query/known_image.h"

static const char profile_suffix[] = ".profile";
static const char listing_suffix[] = ".tsv";

/* ---- showing ------------------------------------------------------------------------------ */

struct item_walk {
    enum wcab_err (*visit)(void *context, const struct wcab_profile_item *item);
    void *context;
    struct wcab_error *err;
};

/* A NUL-terminated copy of at most `size` - 1 bytes. */
static const char *terminated(struct wci_bytes bytes, char *text, size_t size)
{
    size_t length = bytes.length < size - 1 ? bytes.length : size - 1;

    if (length > 0)
        memcpy(text, bytes.data, length);
    text[length] = '\0';
    return text;
}

static enum wcab_err on_profile(void *context, struct wci_bytes id, struct wci_bytes text,
                                bool user)
{
    const struct item_walk *walk = context;
    struct wci_profile *profile = NULL;
    char texts[3][WCI_PROFILE_LINE_BYTES];
    struct wcab_profile_item item = {.user = user};
    enum wcab_err code = wci_profile_parse(text, &profile, walk->err);

    if (code != WCAB_OK)
        return code;
    item.id = terminated(id, texts[0], sizeof(texts[0]));
    item.title = terminated(profile->title, texts[1], sizeof(texts[1]));
    item.release = profile->release.length > 0
                       ? terminated(profile->release, texts[2], sizeof(texts[2]))
                       : NULL;
    item.kind = wci_profile_kind_name(profile->kind);
    code = walk->visit(walk->context, &item);
    wci_profile_free(profile);
    return code;
}

static enum wcab_err do_profile_each(struct wcab_catalog *catalog,
                                     enum wcab_err (*visit)(void *context,
                                                            const struct wcab_profile_item *item),
                                     void *context, struct wcab_error *err)
{
    struct item_walk walk = {visit, context, err};

    return wci_handle_each_profile(catalog, on_profile, &walk, err);
}

enum wcab_err wcab_profile_each(struct wcab_catalog *catalog,
                                enum wcab_err (*visit)(void *context,
                                                       const struct wcab_profile_item *item),
                                void *context, struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || visit == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_profile_each(catalog, visit, context, &own), &own, err);
}

static enum wcab_err do_profile_show(struct wcab_catalog *catalog, const char *id,
                                     wcab_text_sink *sink, void *context, struct wcab_error *err)
{
    const struct wci_profile *profile = NULL;
    enum wcab_err code = wci_handle_profile(catalog, wci_bytes_of(id), &profile, err);

    if (code != WCAB_OK)
        return code;
    if (profile == NULL)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "no profile has the id '%.100s'", id);
    return sink(context, profile->text.data, profile->text.length);
}

enum wcab_err wcab_profile_show(struct wcab_catalog *catalog, const char *id, wcab_text_sink *sink,
                                void *context, struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || id == NULL || sink == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_profile_show(catalog, id, sink, context, &own), &own, err);
}

/* ---- adding ------------------------------------------------------------------------------- */

/* Writes `folder`/`id``suffix` by way of a temporary file, so that it is whole or not there. */
static enum wcab_err write_file(const char *folder, struct wci_bytes id, const char *suffix,
                                const struct wci_buffer *bytes, struct wcab_error *err)
{
    char path[WCI_LIMIT_PATH], temporary[WCI_LIMIT_PATH + 8];
    FILE *file;
    bool written;

    if (snprintf(path, sizeof(path), "%s/%.*s%s", folder, (int)id.length, id.data, suffix) >=
        (int)sizeof(path))
        return wci_error_set(err, WCAB_ERR_LIMIT, "the path of the user's profiles is too long");
    (void)snprintf(temporary, sizeof(temporary), "%s.new", path);
    file = fopen(temporary, "wbe");
    if (file == NULL)
        return wci_error_set_sys(err, errno, "can't write %.200s", temporary);
    written = fwrite(bytes->data, 1, bytes->size, file) == bytes->size;
    written = fclose(file) == 0 && written;
    if (!written || rename(temporary, path) != 0) {
        int reason = errno;

        (void)unlink(temporary);
        return wci_error_set_sys(err, reason, "can't write %.200s", path);
    }
    return WCAB_OK;
}

/* The path with its suffix ".profile" replaced; the caller frees it. */
static char *listing_beside(const char *path)
{
    size_t stem = strlen(path) - (sizeof(profile_suffix) - 1);
    char *beside;

    if (asprintf(&beside, "%.*s%s", (int)stem, path, listing_suffix) < 0)
        return NULL;
    return beside;
}

static enum wcab_err check_name(const char *path, const struct wci_profile *profile,
                                struct wcab_error *err)
{
    struct wci_bytes name = wci_bytes_base_name(wci_bytes_of(path));

    if (name.length != profile->id.length + sizeof(profile_suffix) - 1 ||
        memcmp(name.data, profile->id.data, profile->id.length) != 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "its file must be called %.*s%s like its id",
                             (int)profile->id.length, profile->id.data, profile_suffix);
    return WCAB_OK;
}

/* A whole file; an error names it. */
static enum wcab_err read_named(const char *path, size_t limit, struct wci_buffer *bytes,
                                struct wcab_error *err)
{
    enum wcab_err code = wci_read_file(path, limit, bytes, err);

    if (code != WCAB_OK)
        wci_error_push_place(err, path, strlen(path));
    return code;
}

/* Reads and checks both files; *listing_size 0: there is no listing. */
static enum wcab_err read_profile(const char *path, struct wci_buffer *text,
                                  struct wci_buffer *listing, struct wci_profile **profile,
                                  struct wcab_error *err)
{
    char *beside = NULL;
    enum wcab_err code = read_named(path, WCI_PROFILE_TEXT_BYTES, text, err);

    if (code == WCAB_OK)
        code = wci_profile_parse(wci_buffer_view(text), profile, err);
    if (code == WCAB_OK)
        code = check_name(path, *profile, err);
    if (code != WCAB_OK)
        return code;
    beside = listing_beside(path);
    if (beside == NULL)
        return wci_error_nomem(err);
    code = read_named(beside, WCI_PROFILE_LISTING_BYTES, listing, err);
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK;
    else if (code == WCAB_OK)
        code = wci_profile_add_listing(*profile, wci_buffer_view(listing), err);
    free(beside);
    return code;
}

static enum wcab_err do_profile_add(struct wcab_catalog *catalog, const char *path,
                                    struct wcab_error *err)
{
    struct wci_buffer text, listing;
    struct wci_profile *profile = NULL;
    size_t length = strlen(path), suffix = sizeof(profile_suffix) - 1;
    enum wcab_err code;

    if (length <= suffix || strcmp(path + length - suffix, profile_suffix) != 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "a profile's file is called <id>%s",
                             profile_suffix);
    wci_buffer_init(&text);
    wci_buffer_init(&listing);
    code = read_profile(path, &text, &listing, &profile, err);
    if (code == WCAB_OK)
        code = wci_paths_make_folders(catalog->profile_folder, "can't make the folder of profiles",
                                      err);
    if (code == WCAB_OK && listing.size > 0)
        code = write_file(catalog->profile_folder, profile->id, listing_suffix, &listing, err);
    if (code == WCAB_OK)
        code = write_file(catalog->profile_folder, profile->id, profile_suffix, &text, err);
    if (code != WCAB_OK && err != NULL && err->place[0] == '\0')
        wci_error_push_place(err, path, length);
    wci_profile_free(profile);
    wci_buffer_free(&listing);
    wci_buffer_free(&text);
    return code;
}

enum wcab_err wcab_profile_add(struct wcab_catalog *catalog, const char *path,
                               struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || path == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_profile_add(catalog, path, &own), &own, err);
}

static enum wcab_err do_profile_remove(struct wcab_catalog *catalog, const char *id,
                                       struct wcab_error *err)
{
    char path[WCI_LIMIT_PATH];

    if (id[0] == '\0' || strchr(id, '/') != NULL ||
        snprintf(path, sizeof(path), "%s/%s%s", catalog->profile_folder, id, profile_suffix) >=
            (int)sizeof(path))
        return wci_error_set(err, WCAB_ERR_USAGE, "'%.100s' is no profile's id", id);
    if (unlink(path) != 0) {
        if (errno == ENOENT)
            return wci_error_set(err, WCAB_ERR_NOTFOUND, "the user has no profile '%.100s'", id);
        return wci_error_set_sys(err, errno, "can't remove %.200s", path);
    }
    (void)snprintf(path, sizeof(path), "%s/%s%s", catalog->profile_folder, id, listing_suffix);
    (void)unlink(path);
    return WCAB_OK;
}

enum wcab_err wcab_profile_remove(struct wcab_catalog *catalog, const char *id,
                                  struct wcab_error *err)
{
    struct wcab_error own;

    if (catalog == NULL || id == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_profile_remove(catalog, id, &own), &own, err);
}
