/*
 * profile - see profile.h.  Here: looking things up in a profile and in a list of them.
 */
#include "profiles/profile.h"

#include <stdlib.h>
#include <string.h>

#include "core/glob.h"
#include "core/limits.h"
#include "core/text.h"

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

/* A folded name with its room; a longer name than any medium has is cut. */
struct folded {
    struct wci_folded room;
    struct wci_bytes bytes;
};

static void fold(struct folded *folded, struct wci_bytes text)
{
    if (text.length > WCI_LIMIT_NAME)
        text.length = WCI_LIMIT_NAME;
    folded->bytes = wci_text_fold_name(text, &folded->room);
}

static bool place_matches(const struct wci_profile_place *place, const struct folded *cabinet,
                          const struct folded *name)
{
    return wci_glob_fits(place->cabinet, cabinet->bytes) && wci_glob_fits(place->name, name->bytes);
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

/* ---- lists ----------------------------------------------------------------------------------- */

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
