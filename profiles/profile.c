/*
 * profile - see profile.h.  Here: looking things up, and reading a folder of profiles.
 */
#include "profiles/profile.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"

static const char profile_suffix[] = ".profile";
static const char listing_suffix[] = ".tsv";

void wci_profile_free(struct wci_profile *profile)
{
    if (profile != NULL)
        wci_arena_free(profile->arena);
}

const char *wci_role_name(enum wci_role role)
{
    static const char *const names[] = {NULL, "system", "setup", "mini"};

    return (size_t)role < sizeof(names) / sizeof(names[0]) ? names[role] : NULL;
}

const char *wci_profile_kind_name(enum wci_profile_kind kind)
{
    static const char *const names[] = {"", "cd", "floppies", "download", "folder"};

    return (size_t)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "";
}

bool wci_profile_glob(struct wci_bytes pattern, struct wci_bytes text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, retry = 0;

    while (t < text.length) {
        if (p < pattern.length && pattern.data[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.length &&
                   (pattern.data[p] == '?' || pattern.data[p] == text.data[t])) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.length && pattern.data[p] == '*')
        p++;
    return p == pattern.length;
}

/* A name folded into a fixed buffer; longer names than any medium has are cut. */
struct folded {
    char buffer[2 * WCI_LIMIT_NAME];
    struct wci_bytes bytes;
};

static void fold(struct folded *folded, struct wci_bytes text)
{
    if (text.length > WCI_LIMIT_NAME)
        text.length = WCI_LIMIT_NAME;
    folded->bytes.data = folded->buffer;
    folded->bytes.length = wci_text_fold(text, folded->buffer, sizeof(folded->buffer));
}

static bool place_matches(const struct wci_profile_place *place, const struct folded *cabinet,
                          const struct folded *name)
{
    return wci_profile_glob(place->cabinet, cabinet->bytes) &&
           wci_profile_glob(place->name, name->bytes);
}

enum wci_role wci_profile_role(const struct wci_profile *profile, struct wci_bytes cabinet,
                               struct wci_bytes name, struct wci_bytes *text)
{
    struct folded folded_cabinet, folded_name;
    size_t i;

    fold(&folded_cabinet, cabinet);
    fold(&folded_name, name);
    for (i = 0; i < profile->role_count; i++) {
        const struct wci_profile_role *role = &profile->roles[i];

        if (!place_matches(&role->place, &folded_cabinet, &folded_name))
            continue;
        if (text != NULL)
            *text = role->text;
        return role->role;
    }
    if (text != NULL) {
        text->data = NULL;
        text->length = 0;
    }
    return WCI_ROLE_UNKNOWN;
}

const struct wci_profile_rename *wci_profile_installed_as(const struct wci_profile *profile,
                                                          struct wci_bytes cabinet,
                                                          struct wci_bytes name)
{
    struct folded folded_cabinet, folded_name;
    size_t i;

    fold(&folded_cabinet, cabinet);
    fold(&folded_name, name);
    for (i = 0; i < profile->rename_count; i++) {
        if (place_matches(&profile->renames[i].place, &folded_cabinet, &folded_name))
            return &profile->renames[i];
    }
    return NULL;
}

const struct wci_profile_rename *wci_profile_next_source(const struct wci_profile *profile,
                                                         struct wci_bytes installed, size_t *at)
{
    while (*at < profile->rename_count) {
        const struct wci_profile_rename *rename = &profile->renames[(*at)++];

        if (wci_text_equal_folded(rename->installed, installed))
            return rename;
    }
    return NULL;
}

const struct wci_profile_disk *wci_profile_find_disk(const struct wci_profile *profile,
                                                     struct wci_bytes id)
{
    size_t i;

    for (i = 0; i < profile->disk_count; i++) {
        if (wci_bytes_equal(profile->disks[i].id, id))
            return &profile->disks[i];
    }
    return NULL;
}

const struct wci_profile_row *wci_profile_find_cabinet(const struct wci_profile *profile,
                                                       struct wci_bytes cabinet)
{
    const struct wci_profile_row *inside = NULL;
    size_t i;

    for (i = 0; i < profile->row_count; i++) {
        const struct wci_profile_row *row = &profile->rows[i];

        if (row->status == WCI_ROW_DOUBTFUL)
            continue;
        if (row->cabinet.length == 0 && wci_text_equal_folded(row->name, cabinet))
            return row;
        if (inside == NULL && wci_text_equal_folded(row->cabinet, cabinet))
            inside = row;
    }
    return inside;
}

/* ---- folders of profiles ------------------------------------------------------------------ */

/* Reads a whole regular file of at most `limit` bytes; the caller frees buffer. */
static enum wcab_err read_file(const char *path, size_t limit, struct wci_buffer *buffer,
                               struct wcab_error *err)
{
    FILE *file = fopen(path, "rbe");
    enum wcab_err code = WCAB_OK;

    if (file == NULL)
        return wci_error_set_sys(err, errno, "can't open it");
    while (code == WCAB_OK && !feof(file)) {
        uint8_t chunk[16384];
        size_t got = fread(chunk, 1, sizeof(chunk), file);

        wci_buffer_put(buffer, chunk, got);
        if (ferror(file))
            code = wci_error_set_sys(err, errno, "can't read it");
        else if (!buffer->ok)
            code = wci_error_nomem(err);
        else if (buffer->size > limit)
            code = wci_error_set(err, WCAB_ERR_LIMIT, "larger than %zu bytes", limit);
    }
    fclose(file);
    return code;
}

static struct wci_bytes buffer_bytes(const struct wci_buffer *buffer)
{
    struct wci_bytes bytes = {(const char *)buffer->data, buffer->size};

    return bytes;
}

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
    code = read_file(path, WCI_PROFILE_LISTING_BYTES, &buffer, err);
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK; /* a profile without a listing */
    else if (code == WCAB_OK)
        code = wci_profile_add_listing(profile, buffer_bytes(&buffer), err);
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
    code = read_file(path, WCI_PROFILE_TEXT_BYTES, &buffer, err);
    if (code == WCAB_OK)
        code = wci_profile_parse(buffer_bytes(&buffer), &loaded, err);
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

static enum wcab_err load_entries(DIR *directory, const char *path, struct wci_profile_list *fresh,
                                  struct wcab_error *err)
{
    size_t capacity = 0;
    struct dirent *entry;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && (entry = readdir(directory)) != NULL) {
        struct wci_bytes stem = profile_stem(entry->d_name);

        if (stem.length == 0)
            continue;
        if (fresh->count >= WCI_PROFILE_ITEMS)
            return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d profiles in %s",
                                 (int)WCI_PROFILE_ITEMS, path);
        if (!wci_mem_grow(&fresh->profiles, fresh->count, &capacity, sizeof(*fresh->profiles)))
            return wci_error_nomem(err);
        code = load_profile(path, stem, &fresh->profiles[fresh->count], err);
        fresh->count += code == WCAB_OK;
    }
    return code;
}

enum wcab_err wci_profile_load_folder(const char *path, struct wci_profile_list *list,
                                      struct wcab_error *err)
{
    struct wci_profile_list fresh = {NULL, 0};
    DIR *directory = opendir(path);
    enum wcab_err code;

    if (directory == NULL)
        return wci_error_set_sys(err, errno, "can't open the folder of profiles %s", path);
    code = load_entries(directory, path, &fresh, err);
    closedir(directory);
    if (code == WCAB_OK) {
        if (fresh.count > 1)
            qsort(fresh.profiles, fresh.count, sizeof(struct wci_profile *), compare_profiles);
        code = merge(list, &fresh, err);
    }
    wci_profile_list_free(&fresh);
    return code;
}

void wci_profile_list_free(struct wci_profile_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        wci_profile_free(list->profiles[i]);
    free(list->profiles);
    list->profiles = NULL;
    list->count = 0;
}

const struct wci_profile *wci_profile_list_find(const struct wci_profile_list *list,
                                                struct wci_bytes id)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = wci_bytes_compare(list->profiles[middle]->id, id);

        if (order == 0)
            return list->profiles[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
