/*
 * content_group - see content_group.h.
 */
#include "query/compare/content_group.h"

#include <stdio.h>
#include <string.h>

#include "core/dostime.h"
#include "core/error.h"
#include "core/text.h"
#include "query/answer/answer.h"
#include "query/version_range.h"

struct filling {
    struct wci_arena *arena;
    int code_page;
    bool ok; /* false: out of memory */
};

static const char *text_of(struct filling *filling, struct wci_bytes bytes)
{
    return wci_answer_text(filling->arena, wci_text_name_of(bytes), filling->code_page, NULL,
                           &filling->ok);
}

/* "folder/name" of a loose file. */
static const char *loose_path(struct filling *filling, const struct wci_found *found)
{
    struct wci_buffer path;
    struct wci_bytes text;
    const char *result;

    wci_buffer_init(&path);
    wci_buffer_put(&path, found->path.data, found->path.length);
    if (found->path.length > 0)
        wci_buffer_u8(&path, '/');
    wci_buffer_put(&path, found->entry.name.bytes.data, found->entry.name.bytes.length);
    text.data = (const char *)path.data;
    text.length = path.size;
    filling->ok = filling->ok && path.ok;
    result = text_of(filling, text);
    wci_buffer_free(&path);
    return result;
}

static void fill_place(struct filling *filling, const struct wci_found *found,
                       struct wcab_content_place *place)
{
    const struct wci_known_image *image = found->image;

    filling->code_page = wci_known_image_code_page(image);
    place->name =
        wci_answer_text(filling->arena, found->entry.name, filling->code_page, NULL, &filling->ok);
    place->medium = text_of(filling, image->image.identity.medium);
    if (image->profile != NULL)
        place->title = text_of(filling, image->profile->title);
    place->source = found->contents != NULL ? WCAB_SOURCE_MEDIUM
                    : image->published      ? WCAB_SOURCE_PUBLISHED
                                            : WCAB_SOURCE_INDEXED;
    if (place->source == WCAB_SOURCE_INDEXED)
        place->image = wci_answer_path(filling->arena, image->image.path, &filling->ok);
    if (found->contents != NULL && found->told_disk != NULL && found->told_disk->real != WCI_NONE)
        place->disk = text_of(filling, found->contents->reals[found->told_disk->real].name);
    else if (found->contents == NULL)
        place->disk = text_of(filling, image->image.identity.disk);
    place->cabinet = text_of(filling, found->cabinet);
    place->path =
        found->cabinet.length > 0 ? text_of(filling, found->path) : loose_path(filling, found);
    (void)wci_dostime_format(found->entry.modified, place->modified);
    place->modified_seconds = wci_dostime_seconds(found->entry.modified);
}

static enum wcab_content_state state_of(const struct wci_deep *facts)
{
    if (facts == NULL)
        return WCAB_CONTENT_UNREAD;
    switch (facts->status) {
    case WCI_DEEP_OK:
        return WCAB_CONTENT_WHOLE;
    case WCI_DEEP_DAMAGED:
        return WCAB_CONTENT_DAMAGED;
    case WCI_DEEP_MISSING:
        return WCAB_CONTENT_MISSING;
    case WCI_DEEP_UNSUPPORTED:
        return WCAB_CONTENT_UNSUPPORTED;
    case WCI_DEEP_ENCRYPTED:
        return WCAB_CONTENT_ENCRYPTED;
    default:
        return WCAB_CONTENT_UNREAD;
    }
}

static void fill_facts(struct filling *filling, const struct wci_deep *facts,
                       struct wcab_content *content)
{
    char text[65];
    size_t i;

    content->state = state_of(facts);
    if (content->state != WCAB_CONTENT_WHOLE)
        return;
    if (facts->has_sha256) {
        for (i = 0; i < sizeof(facts->sha256); i++)
            (void)snprintf(text + 2 * i, 3, "%02x", facts->sha256[i]);
        content->sha256 = wci_arena_strdup(filling->arena, text);
        filling->ok = filling->ok && content->sha256 != NULL;
    }
    if (facts->has_version) {
        wci_version_format(facts->file_version, text);
        content->file_version = wci_arena_strdup(filling->arena, text);
        filling->ok = filling->ok && content->file_version != NULL;
    }
}

enum wcab_err wci_content_group_fill(const struct wci_found *const *copies, size_t count,
                                     const struct wci_deep *facts, struct wci_arena *arena,
                                     struct wcab_content *content, struct wcab_error *err)
{
    struct filling filling = {arena, 0, true};
    struct wcab_content_place *places = wci_arena_calloc(arena, count, sizeof(*places));
    uint32_t oldest = 0;
    size_t i;

    if (places == NULL)
        return wci_error_nomem(err);
    memset(content, 0, sizeof(*content));
    fill_facts(&filling, facts, content);
    for (i = 0; i < count; i++) {
        uint32_t modified = copies[i]->entry.modified;

        fill_place(&filling, copies[i], &places[i]);
        if (modified != 0 && (oldest == 0 || modified < oldest))
            oldest = modified;
    }
    content->size = copies[0]->entry.size;
    content->size_known = !(copies[0]->entry.flags & WCI_ENTRY_SIZE_UNKNOWN);
    (void)wci_dostime_format(oldest, content->modified);
    content->modified_seconds = wci_dostime_seconds(oldest);
    content->places = places;
    content->place_count = count;
    content->name = places[0].name;
    return filling.ok ? WCAB_OK : wci_error_nomem(err);
}
