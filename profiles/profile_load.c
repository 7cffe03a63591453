/*
 * profile_load - a folder of profiles and their listings, read into a list.  See profile.h.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/parallel.h"
#include "core/read_file.h"
#include "profiles/profile.h"

static const char profile_suffix[] = ".profile";
static const char listing_suffix[] = ".tsv";

/* The stem of "x.profile", or empty. */
static struct wci_bytes profile_stem(const char *name)
{
    struct wci_bytes stem = wci_bytes_of(name);
    size_t suffix = sizeof(profile_suffix) - 1;

    if (stem.length <= suffix || name[0] == '.' ||
        memcmp(name + stem.length - suffix, profile_suffix, suffix) != 0)
        stem.length = 0;
    else
        stem.length -= suffix;
    return stem;
}

static enum wcab_err load_listing(const char *path, struct wci_profile *profile,
                                  struct wcab_error *err)
{
    struct wci_buffer buffer;
    enum wcab_err code;

    wci_buffer_init(&buffer);
    code = wci_read_file(path, WCI_PROFILE_LISTING_BYTES, &buffer, err);
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK; /* a profile without a listing */
    else if (code == WCAB_OK)
        code = wci_profile_add_listing(profile, wci_buffer_view(&buffer), err);
    if (code != WCAB_OK)
        wci_error_push_place(err, path, strlen(path));
    wci_buffer_free(&buffer);
    return code;
}

static enum wcab_err load_profile(const char *folder, struct wci_bytes stem,
                                  struct wci_profile **profile, struct wcab_error *err)
{
    char path[WCI_LIMIT_PATH];
    struct wci_profile *loaded = NULL;
    struct wci_buffer buffer;
    enum wcab_err code;

    if (strlen(folder) + stem.length + sizeof(profile_suffix) + 1 > sizeof(path))
        return wci_error_set(err, WCAB_ERR_LIMIT, "path of a profile too long");
    snprintf(path, sizeof(path), "%s/%.*s%s", folder, (int)stem.length, stem.data, profile_suffix);
    wci_buffer_init(&buffer);
    code = wci_read_file(path, WCI_PROFILE_TEXT_BYTES, &buffer, err);
    if (code == WCAB_OK)
        code = wci_profile_parse(wci_buffer_view(&buffer), &loaded, err);
    if (code == WCAB_OK && !wci_bytes_equal(loaded->id, stem))
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "the id in it is not the file's name");
    if (code != WCAB_OK) {
        wci_error_push_place(err, path, strlen(path));
    } else {
        snprintf(path, sizeof(path), "%s/%.*s%s", folder, (int)stem.length, stem.data,
                 listing_suffix);
        code = load_listing(path, loaded, err);
    }
    wci_buffer_free(&buffer);
    if (code == WCAB_OK)
        *profile = loaded;
    else
        wci_profile_free(loaded);
    return code;
}

static int compare_profiles(const void *a, const void *b)
{
    const struct wci_profile *const *left = a;
    const struct wci_profile *const *right = b;

    return wci_bytes_compare((*left)->id, (*right)->id);
}

/* Both lists as one, of new entries those with an id that both have; frees the replaced ones. */
static enum wcab_err merge(struct wci_profile_list *list, struct wci_profile_list *fresh,
                           struct wcab_error *err)
{
    size_t total = list->count + fresh->count, count = 0, i;
    struct wci_profile **merged;

    if (total == 0)
        return WCAB_OK;
    merged = wci_mem_calloc(total, sizeof(*merged));
    if (merged == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < list->count; i++) {
        if (wci_profile_list_find(fresh, list->profiles[i]->id) != NULL)
            wci_profile_free(list->profiles[i]);
        else
            merged[count++] = list->profiles[i];
    }
    for (i = 0; i < fresh->count; i++)
        merged[count++] = fresh->profiles[i];
    qsort(merged, count, sizeof(*merged), compare_profiles);
    free(list->profiles);
    free(fresh->profiles);
    list->profiles = merged;
    list->count = count;
    fresh->profiles = NULL;
    fresh->count = 0;
    return WCAB_OK;
}

/* The names of a folder's profiles, then what was loaded. */
struct loading {
    const char *path;
    char **names; /* owned, as the names in it */
    size_t count, capacity;
    struct wci_profile_list fresh; /* room for as many */
};

struct loaded {
    struct wci_profile *profile;
    enum wcab_err code;
    struct wcab_error err;
};

static enum wcab_err list_names(struct loading *loading, struct wcab_error *err)
{
    DIR *directory = opendir(loading->path);
    const struct dirent *entry;
    enum wcab_err code = WCAB_OK;

    if (directory == NULL)
        return wci_error_set_sys(err, errno, "can't open the folder of profiles %s", loading->path);
    while (code == WCAB_OK && (entry = readdir(directory)) != NULL) {
        if (profile_stem(entry->d_name).length == 0)
            continue;
        if (loading->count >= WCI_PROFILE_ITEMS)
            code = wci_error_set(err, WCAB_ERR_LIMIT, "more than %d profiles in %s",
                                 (int)WCI_PROFILE_ITEMS, loading->path);
        else if (!wci_mem_grow(&loading->names, loading->count, &loading->capacity,
                               sizeof(*loading->names)) ||
                 (loading->names[loading->count] = strdup(entry->d_name)) == NULL)
            code = wci_error_nomem(err);
        else
            loading->count++;
    }
    (void)closedir(directory);
    return code;
}

/* NULL without memory. */
static void *load_one(void *context, unsigned thread, size_t index)
{
    const struct loading *loading = context;
    struct loaded *loaded = wci_mem_calloc(1, sizeof(*loaded));

    (void)thread;
    if (loaded != NULL)
        loaded->code = load_profile(loading->path, profile_stem(loading->names[index]),
                                    &loaded->profile, &loaded->err);
    return loaded;
}

static enum wcab_err take_one(void *context, size_t index, void *result, struct wcab_error *err)
{
    struct loading *loading = context;
    struct loaded *loaded = result;
    enum wcab_err code;

    (void)index;
    if (loaded == NULL)
        return wci_error_nomem(err);
    code = loaded->code;
    if (code == WCAB_OK)
        loading->fresh.profiles[loading->fresh.count++] = loaded->profile;
    else
        (void)wci_error_copy(err, &loaded->err);
    free(loaded);
    return code;
}

static void discard_one(void *context, void *result)
{
    struct loaded *loaded = result;

    (void)context;
    if (loaded != NULL && loaded->code == WCAB_OK)
        wci_profile_free(loaded->profile);
    free(loaded);
}

static enum wcab_err load_all(struct loading *loading, unsigned threads, struct wcab_error *err)
{
    const struct wci_parallel parallel = {threads, loading, load_one, take_one, discard_one};

    if (loading->count == 0)
        return WCAB_OK;
    loading->fresh.profiles = wci_mem_calloc(loading->count, sizeof(*loading->fresh.profiles));
    if (loading->fresh.profiles == NULL)
        return wci_error_nomem(err);
    return wci_parallel_run(&parallel, loading->count, err);
}

enum wcab_err wci_profile_load_folder_with(const char *path, unsigned threads,
                                           struct wci_profile_list *list, struct wcab_error *err)
{
    struct loading loading = {.path = path};
    enum wcab_err code = list_names(&loading, err);
    size_t i;

    if (code == WCAB_OK)
        code = load_all(&loading, threads, err);
    if (code == WCAB_OK) {
        if (loading.fresh.count > 1)
            qsort(loading.fresh.profiles, loading.fresh.count, sizeof(struct wci_profile *),
                  compare_profiles);
        code = merge(list, &loading.fresh, err);
    }
    for (i = 0; i < loading.count; i++)
        free(loading.names[i]);
    free(loading.names);
    wci_profile_list_free(&loading.fresh);
    return code;
}

enum wcab_err wci_profile_load_folder(const char *path, struct wci_profile_list *list,
                                      struct wcab_error *err)
{
    return wci_profile_load_folder_with(path, 1, list, err);
}
