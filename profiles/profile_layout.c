/*
 * profile_layout - the profile of a known release in a layout that no profile describes.
 */
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "profiles/profile.h"

struct wci_bytes wci_profile_release_id(struct wci_bytes id)
{
    const char *mark = id.length == 0 ? NULL : memchr(id.data, WCI_PROFILE_LAYOUT_MARK, id.length);

    if (mark != NULL)
        id.length = (size_t)(mark - id.data);
    return id;
}

bool wci_profile_is_medium(struct wci_bytes id, struct wci_bytes medium)
{
    return wci_bytes_equal(id, medium) || wci_bytes_equal(id, wci_profile_release_id(medium));
}

static enum wci_profile_kind kind_of(struct wci_bytes id)
{
    struct wci_bytes release = wci_profile_release_id(id), kind;
    int i;

    if (release.length == id.length)
        return 0;
    kind = (struct wci_bytes){id.data + release.length + 1, id.length - release.length - 1};
    for (i = WCI_PROFILE_CD; i <= WCI_PROFILE_FOLDER; i++) {
        if (wci_bytes_equal(kind, wci_bytes_of(wci_profile_kind_name((enum wci_profile_kind)i))))
            return (enum wci_profile_kind)i;
    }
    return 0;
}

/* "Windows 95 OSR2 (CD-ROM)" to "Windows 95 OSR2 (floppies)". */
static struct wci_bytes title_of(struct wci_profile *profile, enum wci_profile_kind kind)
{
    static const char *const layouts[] = {"", "another CD", "floppies", "download", "other layout"};
    struct wci_bytes title = profile->title;
    char text[256];
    size_t i;
    int used;

    for (i = title.length; i > 0; i--) {
        if (title.data[i - 1] == '(') {
            title.length = i - 1;
            break;
        }
    }
    while (title.length > 0 && title.data[title.length - 1] == ' ')
        title.length--;
    used = snprintf(text, sizeof(text), "%.*s (%s)", (int)title.length, title.data, layouts[kind]);
    if (used < 0 || (size_t)used >= sizeof(text))
        return profile->title;
    return wci_arena_bytes(profile->arena, (struct wci_bytes){text, (size_t)used});
}

enum wcab_err wci_profile_parse_layout(struct wci_bytes text, struct wci_bytes id,
                                       struct wci_profile **profile, struct wcab_error *err)
{
    static const struct wci_bytes none = {NULL, 0};
    enum wci_profile_kind kind = kind_of(id);
    struct wci_profile *made = NULL;
    enum wcab_err code = kind == 0 ? WCAB_ERR_NOTFOUND : wci_profile_parse(text, &made, err);

    if (code != WCAB_OK)
        return code;
    made->id = wci_arena_bytes(made->arena, id);
    made->title = title_of(made, kind);
    if (made->id.data == NULL || made->title.data == NULL) {
        wci_profile_free(made);
        return wci_error_nomem(err);
    }
    if (kind != made->kind && kind != WCI_PROFILE_CD)
        made->folder = none;
    made->kind = kind;
    made->extract_path = none;
    made->extract_disk = none;
    made->disk_text = none;
    made->disk_count = 0;
    made->digest_count = 0;
    *profile = made;
    return WCAB_OK;
}
