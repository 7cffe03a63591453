/*
 * target_path - see target_path.h.
 */
#include "jobs/check/target_path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/text.h"

bool wci_target_path_split(const char *name, struct wci_target_path *split)
{
    const char *colon;
    struct stat status;

    *split = (struct wci_target_path){NULL, NULL};
    if (lstat(name, &status) == 0)
        return false;
    for (colon = strrchr(name, ':'); colon != NULL && colon > name;) {
        char *image = strndup(name, (size_t)(colon - name));

        if (image == NULL)
            return false;
        if (stat(image, &status) == 0 && !S_ISDIR(status.st_mode)) {
            split->image = image;
            split->below = colon + 1;
            while (*split->below == '/' || *split->below == '\\')
                split->below++;
            return true;
        }
        colon = strrchr(image, ':');
        colon = colon == NULL ? NULL : name + (colon - image);
        free(image);
    }
    return false;
}

/* What is left of *below behind one part of a path; false when it begins with another. */
static bool skip_parts(const char **below, struct wci_bytes parts)
{
    size_t i;
    const char *at = *below;

    for (i = 0; i < parts.length; i++, at++) {
        bool both_cut = (*at == '/' || *at == '\\') && parts.data[i] == '/';

        if (*at == '\0' ||
            (!both_cut && !wci_text_equal_folded((struct wci_bytes){at, 1},
                                                 (struct wci_bytes){parts.data + i, 1})))
            return false;
    }
    if (*at != '\0' && *at != '/' && *at != '\\' && parts.length > 0)
        return false;
    *below = at + (*at != '\0' && parts.length > 0);
    return true;
}

static enum wci_target_place place_of(const struct wci_entry *entry, const char *below)
{
    const char *rest = below;

    if (*below == '\0')
        return WCI_TARGET_BELOW;
    if (skip_parts(&rest, entry->folder) && *rest != '\0')
        return wci_entry_is_called(entry, wci_bytes_of(rest)) ? WCI_TARGET_IS
                                                              : WCI_TARGET_ELSEWHERE;
    /* the entry's folder may go on where `below` ends */
    if (entry->folder.length >= strlen(below)) {
        struct wci_bytes head = {entry->folder.data, strlen(below)};

        rest = below;
        if (skip_parts(&rest, head) && *rest == '\0' &&
            (entry->folder.length == head.length || entry->folder.data[head.length] == '/'))
            return WCI_TARGET_BELOW;
    }
    return WCI_TARGET_ELSEWHERE;
}

enum wci_target_place wci_target_path_place(const struct wci_target_volume *volume,
                                            const struct wci_entry *entry, const char *below)
{
    enum wci_target_place place = place_of(entry, below);

    if (place == WCI_TARGET_ELSEWHERE && volume->name.length > 0 &&
        skip_parts(&below, volume->name))
        place = place_of(entry, below);
    return place;
}

void wci_target_path_put(const char *image, const struct wci_target_volume *volume,
                         const struct wci_entry *entry, struct wci_buffer *path)
{
    wci_buffer_put(path, image, strlen(image));
    wci_buffer_put(path, ":/", 2);
    wci_buffer_put(path, volume->name.data, volume->name.length);
    if (volume->name.length > 0)
        wci_buffer_u8(path, '/');
    wci_entry_put_path(entry, path);
}
