/*
 * folder_parts - see folder_parts.h.
 */
#include "reopen/folder_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"

enum { COPIES_MAX = 32 };

/* The flags of all rows that lie in a folder of a cabinet, joined. */
static enum wcab_err folder_flags(const struct wci_listing *listing, uint32_t folder,
                                  uint32_t folder_count, unsigned *flags, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    *flags = 0;
    if (folder > 0 && folder + 1 < folder_count)
        return WCAB_OK; /* only the first and the last one run through others */
    for (i = 0; code == WCAB_OK && i < listing->row_count; i++) {
        struct wci_entry entry;

        code = wci_listing_row(listing, i, &entry, err);
        if (code == WCAB_OK && entry.cab_folder == folder)
            *flags |= entry.flags;
    }
    return code;
}

/* Adds a part at the end; the folder is the last one when `folder` is WCI_NONE.  Stores the flags
 * of its rows. */
static enum wcab_err add_part(struct wci_reader *reader, uint32_t listing_id, uint32_t folder,
                              struct wci_folder_parts *parts, unsigned *flags,
                              struct wcab_error *err)
{
    struct wci_listing listing;
    struct wci_folder_part *part;
    enum wcab_err code;

    if (parts->count >= WCI_LIMIT_SET_CABINETS)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "links between cabinets run in a circle");
    if (!wci_mem_grow(&parts->parts, parts->count, &parts->capacity, sizeof(*parts->parts)))
        return wci_error_nomem(err);
    part = &parts->parts[parts->count];
    memset(part, 0, sizeof(*part));
    part->listing = listing_id;
    code = wci_reader_listing(reader, listing_id, &listing, err);
    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, parts->arena, &part->cab, err);
    if (code != WCAB_OK)
        return code;
    part->folder = folder == WCI_NONE ? part->cab->folder_count - 1 : folder;
    if (part->cab->folder_count == 0 || part->folder >= part->cab->folder_count)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "cabinet has no folder %u", part->folder);
    code = folder_flags(&listing, part->folder, part->cab->folder_count, flags, err);
    if (code == WCAB_OK)
        parts->count++;
    return code;
}

static bool began_before(const struct wci_folder_part *part, unsigned flags)
{
    return part->folder == 0 && flags & WCI_ENTRY_CONTINUED;
}

static bool goes_on(const struct wci_folder_part *part, unsigned flags)
{
    return part->folder + 1 == part->cab->folder_count && flags & WCI_ENTRY_CONTINUES;
}

static void reverse(struct wci_folder_parts *parts)
{
    size_t i;

    for (i = 0; i < parts->count / 2; i++) {
        struct wci_folder_part swap = parts->parts[i];

        parts->parts[i] = parts->parts[parts->count - 1 - i];
        parts->parts[parts->count - 1 - i] = swap;
    }
}

/* Adds the parts behind the last one. */
static enum wcab_err follow(struct wci_reader *reader, struct wci_folder_parts *parts,
                            unsigned flags, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && goes_on(&parts->parts[parts->count - 1], flags)) {
        uint32_t next;

        code = wci_reader_next(reader, parts->parts[parts->count - 1].listing, &next, err);
        if (code == WCAB_ERR_NOTFOUND) {
            parts->ends = false;
            return WCAB_OK;
        }
        if (code == WCAB_OK)
            code = add_part(reader, next, 0, parts, &flags, err);
    }
    return code;
}

enum wcab_err wci_folder_parts_find(struct wci_reader *reader, uint32_t listing, uint32_t folder,
                                    struct wci_folder_parts *parts, struct wcab_error *err)
{
    unsigned last_flags, flags;
    enum wcab_err code;

    memset(parts, 0, sizeof(*parts));
    parts->begins = parts->ends = true;
    parts->arena = wci_arena_new();
    if (parts->arena == NULL)
        return wci_error_nomem(err);
    code = add_part(reader, listing, folder, parts, &last_flags, err);
    flags = last_flags;
    /* backwards to where the folder begins, then the order is turned round */
    while (code == WCAB_OK && began_before(&parts->parts[parts->count - 1], flags)) {
        uint32_t previous;

        code = wci_reader_previous(reader, parts->parts[parts->count - 1].listing, &previous, err);
        if (code == WCAB_ERR_NOTFOUND) {
            parts->begins = false;
            code = WCAB_OK;
            break;
        }
        if (code == WCAB_OK)
            code = add_part(reader, previous, WCI_NONE, parts, &flags, err);
    }
    if (code != WCAB_OK)
        return code;
    reverse(parts);
    return follow(reader, parts, last_flags, err);
}

enum wcab_err wci_folder_parts_turn(struct wci_reader *reader, uint32_t listing, uint32_t folder,
                                    struct wci_folder_parts *parts, struct wcab_error *err)
{
    /* neither the first folder nor the last, which may run through others */
    bool is_inner = parts->count == 1 && parts->begins && parts->ends &&
                    parts->parts[0].listing == listing && folder > 0 &&
                    folder + 1 < parts->parts[0].cab->folder_count;

    if (is_inner) {
        parts->parts[0].folder = folder;
        return WCAB_OK;
    }
    wci_folder_parts_free(parts);
    return wci_folder_parts_find(reader, listing, folder, parts, err);
}

/* Copies of a cabinet, and how near each lies. */
struct copies {
    struct wci_reader *reader;
    struct wci_arena *arena; /* scratch */
    uint32_t near_image;
    uint64_t near_group;
    struct wci_bytes near_folder;
    size_t count;
    struct {
        uint32_t image, container;
        int nearness;
    } copy[COPIES_MAX];
};

static enum wcab_err add_copy(void *context, uint32_t image_id, uint32_t container)
{
    struct copies *copies = context;
    struct wci_image image;
    struct wci_image_state state;
    int nearness = 0;
    size_t i;
    enum wcab_err code;

    if (copies->count == COPIES_MAX)
        return WCAB_OK;
    code = wci_reader_image(copies->reader, image_id, copies->arena, &image, &state, NULL);
    if (code != WCAB_OK)
        return code;
    if (image_id == copies->near_image)
        nearness = 4;
    else if (image.identity.group != 0 && image.identity.group == copies->near_group)
        nearness = 3;
    else if (wci_bytes_equal(wci_bytes_folder(image.path), copies->near_folder))
        nearness = 2;
    if (state.offline)
        nearness -= 10;
    for (i = copies->count; i > 0 && copies->copy[i - 1].nearness < nearness; i--)
        copies->copy[i] = copies->copy[i - 1];
    copies->copy[i].image = image_id;
    copies->copy[i].container = container;
    copies->copy[i].nearness = nearness;
    copies->count++;
    return WCAB_OK;
}

enum wcab_err wci_folder_parts_check(const struct wci_folder_parts *parts, struct wcab_error *err)
{
    if (parts->begins && parts->ends)
        return WCAB_OK;
    return wci_error_set(err, WCAB_ERR_NOTFOUND, "the %s cabinet of its folder is missing",
                         parts->begins ? "next" : "first");
}

/* The file name of the cabinet that was opened. */
static enum wcab_err name_part(struct copies *copies, struct wci_arena *arena,
                               struct wci_folder_part *part, struct wcab_error *err)
{
    struct wci_image image;
    struct wci_image_state state;
    struct wci_bytes path;
    enum wcab_err code =
        wci_reader_image(copies->reader, part->image, copies->arena, &image, &state, err);

    if (code != WCAB_OK)
        return code;
    path = image.containers[part->container].name;
    part->name = wci_arena_bytes(arena, wci_bytes_base_name(path.length > 0 ? path : image.path));
    return part->name.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err open_part(struct copies *copies, struct wci_arena *arena, unsigned nesting,
                               struct wci_folder_part *part, struct wcab_error *err)
{
    enum wcab_err code;
    size_t i;

    copies->count = 0;
    code = wci_reader_each_place(copies->reader, part->listing, add_copy, copies, err);
    if (code == WCAB_OK && copies->count == 0)
        code = wci_error_set(err, WCAB_ERR_NOTFOUND, "no image on record has this cabinet");
    for (i = 0; i < copies->count; i++) {
        code = wci_open_container_nested(copies->reader, copies->copy[i].image,
                                         copies->copy[i].container, nesting, &part->opened, err);
        if (code == WCAB_OK) {
            part->image = copies->copy[i].image;
            part->container = copies->copy[i].container;
            break;
        }
        if (code == WCAB_ERR_NOMEM)
            break;
    }
    return code == WCAB_OK ? name_part(copies, arena, part, err) : code;
}

enum wcab_err wci_folder_parts_open(struct wci_reader *reader, uint32_t near_image,
                                    struct wci_folder_parts *parts, struct wcab_error *err)
{
    struct copies copies = {.reader = reader, .near_image = near_image};
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;
    size_t i;

    if (parts->count > 0 && parts->opened == parts->count)
        return WCAB_OK; /* for the folder before */
    copies.arena = wci_arena_new();
    if (copies.arena == NULL)
        return wci_error_nomem(err);
    code = wci_reader_image(reader, near_image, copies.arena, &image, &state, err);
    if (code == WCAB_OK) {
        copies.near_group = image.identity.group;
        copies.near_folder = wci_bytes_folder(image.path);
    }
    for (i = 0; code == WCAB_OK && i < parts->count; i++) {
        code = open_part(&copies, parts->arena, parts->nesting, &parts->parts[i], err);
        if (code == WCAB_OK)
            parts->opened = i + 1;
    }
    wci_arena_free(copies.arena);
    return code;
}

void wci_folder_parts_free(struct wci_folder_parts *parts)
{
    size_t i;

    for (i = 0; i < parts->count; i++)
        wci_opened_close(parts->parts[i].opened);
    free(parts->parts);
    wci_arena_free(parts->arena);
    memset(parts, 0, sizeof(*parts));
}
