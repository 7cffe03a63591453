/*
 * needs - see needs.h.
 */
#include "query/answer/needs.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/parts.h"
#include "core/text.h"
#include "query/answer/needs_run.h"
#include "query/answer/tails.h"
#include "query/media/gaps.h"

/* ---- steps -------------------------------------------------------------------------------- */

struct wci_step *wci_needs_add_step(struct wci_needs_search *search)
{
    struct wci_needs *needs = search->needs;
    struct wci_step *step;

    if (needs->count == search->capacity) {
        size_t larger = search->capacity == 0 ? 4 : search->capacity * 2;
        struct wci_step *steps = wci_arena_calloc(search->arena, larger, sizeof(*steps));

        if (steps == NULL) {
            wci_error_nomem(search->err);
            return NULL;
        }
        if (needs->count > 0)
            memcpy(steps, needs->steps, needs->count * sizeof(*steps));
        needs->steps = steps;
        search->capacity = larger;
    }
    step = &needs->steps[needs->count++];
    memset(step, 0, sizeof(*step));
    step->container = WCI_NONE;
    step->listing = WCI_NONE;
    return step;
}

static struct wci_bytes format_bytes(struct wci_arena *arena, const char *format,
                                     struct wci_bytes what)
{
    struct wci_bytes bytes = {NULL, 0};
    size_t size = strlen(format) + what.length + 1;
    char *text = wci_arena_alloc(arena, size);

    if (text != NULL) {
        int length =
            snprintf(text, size, format, (int)what.length, what.data == NULL ? "" : what.data);

        bytes.data = text;
        bytes.length = length < 0 ? 0 : (size_t)length;
    }
    return bytes;
}

static struct wci_bytes disk_of_title(struct wci_arena *arena, struct wci_bytes title,
                                      struct wci_bytes disk)
{
    static const char between[] = ", disk ";
    struct wci_bytes text = {NULL, title.length + sizeof(between) - 1 + disk.length};
    char *bytes = wci_arena_alloc(arena, text.length);

    if (bytes == NULL)
        return (struct wci_bytes){NULL, 0};
    memcpy(bytes, title.data, title.length);
    memcpy(bytes + title.length, between, sizeof(between) - 1);
    memcpy(bytes + title.length + sizeof(between) - 1, disk.data, disk.length);
    text.data = bytes;
    return text;
}

/* How to ask for the disk `id` of the medium, or for the medium without disks; empty when nothing
 * is known. */
static struct wci_bytes insert_text(struct wci_arena *arena, const struct wci_profile *profile,
                                    struct wci_bytes disk)
{
    static const struct wci_bytes none = {NULL, 0};
    const struct wci_profile_disk *known;

    if (profile == NULL)
        return none;
    if (profile->disk_count == 0 && disk.length > 0) /* in a layout that its profile doesn't list */
        return disk_of_title(arena, profile->title, disk);
    if (profile->disk_count == 0)
        return profile->title;
    known = wci_profile_find_disk(profile, disk);
    return known != NULL ? known->insert : none;
}

void wci_needs_describe_present(struct wci_needs_search *search, struct wci_step *step)
{
    const struct wci_known_image *image = step->image;

    step->disk = image->image.identity.disk;
    step->label = wci_known_image_label(
        image, step->container != WCI_NONE ? step->container : wci_known_image_root(image));
    step->insert = insert_text(search->arena, image->profile, step->disk);
    if (step->insert.length == 0 && step->label.bytes.length > 0)
        step->insert = format_bytes(search->arena, "the disk labelled %.*s", step->label.bytes);
    if (step->insert.length == 0)
        step->insert =
            image->part == WCI_NONE
                ? wci_bytes_base_name(image->image.path)
                : wci_known_image_file_name(image, wci_part_start(&image->image, image->part));
    step->present = !image->published && !image->state.offline;
}

/* The number in a disk's text by the profile's pattern: "Disk 7" by "Disk %" is "7". */
static struct wci_bytes disk_of_text(const struct wci_profile *profile, struct wci_bytes text)
{
    struct wci_bytes pattern = profile->disk_text, disk = {NULL, 0};
    const char *mark = pattern.length == 0 ? NULL : memchr(pattern.data, '%', pattern.length);
    size_t before, after;

    if (mark == NULL)
        return disk;
    before = (size_t)(mark - pattern.data);
    after = pattern.length - before - 1;
    if (text.length <= before + after || memcmp(text.data, pattern.data, before) != 0 ||
        (after > 0 && memcmp(text.data + text.length - after, mark + 1, after) != 0))
        return disk;
    disk.data = text.data + before;
    disk.length = text.length - before - after;
    if (wci_profile_find_disk(profile, disk) == NULL)
        disk.length = 0;
    return disk;
}

enum wcab_err wci_needs_describe_missing(struct wci_needs_search *search, struct wci_step *step,
                                         struct wci_bytes disk_text)
{
    const struct wci_profile *profile = search->found->image->profile;
    const struct wci_known_image *published = NULL;
    const struct wci_profile_disk *disk;
    enum wcab_err code = WCAB_OK;

    if (profile != NULL) {
        code = wci_needs_holder(search->images, true, profile->id, step->cabinet, &published,
                                search->err);
        if (code != WCAB_OK)
            return code;
        step->disk =
            published != NULL ? published->image.identity.disk : disk_of_text(profile, disk_text);
        step->insert = insert_text(search->arena, profile, step->disk);
        disk = wci_profile_find_disk(profile, step->disk);
        if (disk != NULL)
            step->label = wci_text_name_of(disk->label);
    }
    if (step->insert.length == 0 && disk_text.length > 0)
        step->insert = format_bytes(search->arena, "the disk that the set calls '%.*s'", disk_text);
    if (step->insert.length == 0 && step->cabinet.length > 0)
        step->insert = format_bytes(search->arena, "the disk with %.*s", step->cabinet);
    if (step->insert.length == 0)
        step->insert = wci_bytes_of("a disk of the set that nothing names");
    return step->insert.data == NULL ? wci_error_nomem(search->err) : WCAB_OK;
}

static enum wcab_err add_missing(struct wci_needs_search *search, struct wci_bytes cabinet,
                                 struct wci_bytes disk_text)
{
    struct wci_step *step = wci_needs_add_step(search);
    const struct wci_known_image *holder;
    const struct wci_fault *fault;
    enum wcab_err code;

    if (step == NULL)
        return WCAB_ERR_NOMEM;
    step->cabinet = wci_bytes_base_name(cabinet);
    code = wci_gaps_unread_file(search->images, search->found->image, step->cabinet, &holder,
                                &fault, search->err);
    if (code != WCAB_OK || holder == NULL)
        return code != WCAB_OK ? code : wci_needs_describe_missing(search, step, disk_text);
    step->image = holder;
    wci_needs_describe_present(search, step);
    step->damaged = true;
    step->fault = fault == NULL ? wci_bytes_of("it can't be read as a cabinet") : fault->text;
    return WCAB_OK;
}

/* ---- the place of a listing --------------------------------------------------------------- */

struct place_choice {
    struct wci_needs_search *search;
    const struct wci_known_image *best;
    uint32_t container;
    int score;
};

enum { SCORE_MEDIUM = 1, SCORE_FOLDER = 2, SCORE_GROUP = 4, SCORE_ONLINE = 8, SCORE_BEST = 15 };

/* A disk that is at hand before one that is not; then of the same set, of the same folder. */
static int score_of(const struct wci_known_image *image, const struct wci_known_image *beside)
{
    int score = image->state.offline ? 0 : SCORE_ONLINE;

    if (image->image.identity.group != 0 &&
        image->image.identity.group == beside->image.identity.group)
        score += SCORE_GROUP;
    if (wci_bytes_equal(wci_bytes_folder(image->image.path), wci_bytes_folder(beside->image.path)))
        score += SCORE_FOLDER;
    if (wci_bytes_equal(image->image.identity.medium, beside->image.identity.medium))
        score += SCORE_MEDIUM;
    return score;
}

static enum wcab_err weigh_place(void *context, uint32_t id, uint32_t container)
{
    struct place_choice *choice = context;
    struct wci_needs_search *search = choice->search;
    const struct wci_known_image *image;
    enum wcab_err code;
    int score;

    if (choice->score == SCORE_BEST)
        return WCAB_OK;
    code = wci_known_images_get(search->images, search->found->image->published, id, container,
                                &image, search->err);
    if (code != WCAB_OK)
        return code;
    score = score_of(image, search->found->image);
    if (choice->best == NULL || score > choice->score) {
        choice->best = image;
        choice->container = container;
        choice->score = score;
    }
    return WCAB_OK;
}

/* The place of the listing that goes best with the found file's image. */
static enum wcab_err choose_place(struct wci_needs_search *search, uint32_t listing,
                                  struct wci_step *step)
{
    const struct wci_known_image *beside = search->found->image;
    struct place_choice choice = {.search = search, .score = -1};
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; choice.best == NULL && i < beside->image.container_count; i++) {
        if (beside->state.listings[i] != listing || beside->state.offline)
            continue;
        code = wci_known_images_get(search->images, beside->published, beside->id, i, &choice.best,
                                    search->err);
        if (code != WCAB_OK)
            return code;
        choice.container = i;
    }
    if (choice.best == NULL)
        code = wci_reader_each_place(search->reader, listing, weigh_place, &choice, search->err);
    if (code != WCAB_OK)
        return code;
    step->image = choice.best;
    step->container = choice.best == NULL ? WCI_NONE : choice.container;
    return WCAB_OK;
}

static enum wcab_err add_listing(struct wci_needs_search *search, uint32_t listing,
                                 const struct wci_bytes *cabinet)
{
    struct wci_step *step = wci_needs_add_step(search);
    enum wcab_err code;

    if (step == NULL)
        return WCAB_ERR_NOMEM;
    step->listing = listing;
    code = choose_place(search, listing, step);
    if (code != WCAB_OK)
        return code;
    if (step->image == NULL) /* a listing without a place: only what the neighbour says of it */
        return wci_needs_describe_missing(search, step, (struct wci_bytes){NULL, 0});
    step->cabinet =
        cabinet != NULL ? *cabinet : wci_known_image_file_name(step->image, step->container);
    wci_needs_describe_present(search, step);
    if (step->insert.data == NULL)
        return wci_error_nomem(search->err);
    return wci_needs_is_damaged(search->images, step->image, step->container, &step->damaged,
                                search->err);
}

enum wcab_err wci_needs_is_damaged(struct wci_known_images *images,
                                   const struct wci_known_image *image, uint32_t container,
                                   bool *damaged, struct wcab_error *err)
{
    const struct wci_container *inner = &image->image.containers[container];
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_entry entry;
    enum wcab_err code;

    /* A fault on a volume is one of some file there, which is marked itself. */
    *damaged = inner->partial && !wci_known_image_is_volume(inner->kind);
    if (*damaged || inner->parent == WCI_NONE || inner->parent_entry == WCI_NONE)
        return WCAB_OK;
    code = wci_handle_reader(images->catalog, image->published, &reader, err);
    if (code == WCAB_OK)
        code = wci_reader_listing(reader, image->state.listings[inner->parent], &listing, err);
    if (code == WCAB_OK && inner->parent_entry >= listing.row_count)
        code = wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: a container has no entry %u around it",
                             inner->parent_entry);
    if (code == WCAB_OK)
        code = wci_listing_row(&listing, inner->parent_entry, &entry, err);
    if (code == WCAB_OK)
        *damaged = entry.flags & WCI_ENTRY_DAMAGED;
    return code;
}

/* ---- walking a chain of cabinets ---------------------------------------------------------- */

/* Whether the first folder of a cabinet began in the cabinet before: an entry says so, or its first
 * bytes are not there (sets that cut a folder between two files). */
static enum wcab_err first_folder_began_before(struct wci_needs_search *search, uint32_t listing_id,
                                               bool *began, uint32_t *folder_count,
                                               struct wci_cab **cab)
{
    struct wci_listing listing;
    struct wci_entry entry;
    enum wcab_err code = wci_reader_listing(search->reader, listing_id, &listing, search->err);
    uint64_t lowest = UINT64_MAX;
    uint32_t i;

    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, search->arena, cab, search->err);
    if (code != WCAB_OK)
        return code;
    *folder_count = (*cab)->folder_count;
    *began = false;
    for (i = 0; i < listing.row_count; i++) {
        code = wci_listing_row(&listing, i, &entry, search->err);
        if (code != WCAB_OK)
            return code;
        if (entry.cab_folder != 0)
            continue;
        if (entry.locator < lowest)
            lowest = entry.locator;
        if (lowest == 0 || entry.flags & WCI_ENTRY_CONTINUED)
            break;
    }
    if (i < listing.row_count)
        *began = entry.flags & WCI_ENTRY_CONTINUED;
    else
        *began = lowest != UINT64_MAX && (*cab)->flags & WCI_CAB_HAS_PREVIOUS;
    return WCAB_OK;
}

/* Adds the cabinet that the one added last, or found's own, goes on from; with those between that
 * its header passes over. */
static enum wcab_err add_missing_previous(struct wci_needs_search *search,
                                          const struct wci_cab *cab)
{
    static const struct wci_bytes none = {NULL, 0};
    const struct wci_needs *needs = search->needs;
    struct wci_bytes own =
        needs->count > 0 ? needs->steps[needs->count - 1].cabinet : search->found->cabinet;
    unsigned skipped = wci_gaps_steps_between(wci_bytes_base_name(cab->previous_cabinet), own), i;
    enum wcab_err code = WCAB_OK;

    for (i = 1; code == WCAB_OK && i < skipped; i++)
        code = add_missing(search, wci_gaps_numbered_name(search->arena, own, -(int)i), none);
    return code == WCAB_OK ? add_missing(search, cab->previous_cabinet, cab->previous_disk) : code;
}

/* The cabinets before found's, from the folder's start on; leaves the steps in reverse order. */
static enum wcab_err walk_back(struct wci_needs_search *search)
{
    uint32_t listing = search->found->listing, previous, folder_count, steps = 0;
    enum wcab_err code = WCAB_OK;
    struct wci_cab *cab;
    bool began;

    if (search->found->entry.cab_folder != 0)
        return WCAB_OK;
    for (;;) {
        code = first_folder_began_before(search, listing, &began, &folder_count, &cab);
        if (code != WCAB_OK || !began || (listing != search->found->listing && folder_count > 1))
            return code;
        if (++steps > WCI_LIMIT_SET_CABINETS)
            return wci_error_set(search->err, WCAB_ERR_LIMIT, "more than %d cabinets in a chain",
                                 (int)WCI_LIMIT_SET_CABINETS);
        code = wci_reader_previous(search->reader, listing, &previous, search->err);
        if (code == WCAB_ERR_NOTFOUND)
            return add_missing_previous(search, cab);
        if (code == WCAB_OK)
            code = add_listing(search, previous, NULL);
        if (code != WCAB_OK)
            return code;
        listing = previous;
    }
}

static void reverse_steps(struct wci_needs *needs)
{
    size_t i, j;

    for (i = 0, j = needs->count; i + 1 < j; i++) {
        struct wci_step swap = needs->steps[i];

        needs->steps[i] = needs->steps[--j];
        needs->steps[j] = swap;
    }
}

/* Whether found's file, which comes into this cabinet, leaves it again. */
static enum wcab_err goes_on(struct wci_needs_search *search, uint32_t listing_id, bool *on)
{
    const struct wci_entry *file = &search->found->entry;
    struct wci_listing listing;
    struct wci_entry entry;
    enum wcab_err code = wci_reader_listing(search->reader, listing_id, &listing, search->err);
    uint32_t i;

    *on = false;
    for (i = 0; code == WCAB_OK && i < listing.row_count; i++) {
        code = wci_listing_row(&listing, i, &entry, search->err);
        if (code == WCAB_OK && entry.flags & WCI_ENTRY_CONTINUED && entry.size == file->size &&
            wci_text_equal_folded(entry.name.bytes, file->name.bytes)) {
            *on = entry.flags & WCI_ENTRY_CONTINUES;
            break;
        }
    }
    return code;
}

/* Adds the cabinets that are missing behind this one, up to the next that has a part of the file
 * again: *next, or WCI_NONE. */
static enum wcab_err add_missing_next(struct wci_needs_search *search, uint32_t listing_id,
                                      uint32_t *next)
{
    static const struct wci_bytes none = {NULL, 0};
    struct wci_listing listing;
    struct wci_cab *cab;
    uint32_t steps = 0, i;
    enum wcab_err code = wci_reader_listing(search->reader, listing_id, &listing, search->err);

    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, search->arena, &cab, search->err);
    if (code == WCAB_OK)
        code = add_missing(search, cab->next_cabinet, cab->next_disk);
    if (code != WCAB_OK)
        return code;
    *next = WCI_NONE;
    code = wci_tails_find(search->reader, listing_id, &search->found->entry, next, &steps,
                          search->err);
    if (code == WCAB_ERR_NOTFOUND)
        return WCAB_OK;
    for (i = 2; code == WCAB_OK && i < steps; i++)
        code = add_missing(
            search, wci_gaps_numbered_name(search->arena, cab->next_cabinet, (int)i - 1), none);
    return code;
}

static enum wcab_err walk_forward(struct wci_needs_search *search)
{
    uint32_t listing = search->found->listing, next, steps = 0;
    bool on = search->found->entry.flags & WCI_ENTRY_CONTINUES;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && on) {
        if (++steps > WCI_LIMIT_SET_CABINETS)
            return wci_error_set(search->err, WCAB_ERR_LIMIT, "more than %d cabinets in a chain",
                                 (int)WCI_LIMIT_SET_CABINETS);
        code = wci_reader_next(search->reader, listing, &next, search->err);
        if (code == WCAB_ERR_NOTFOUND) {
            code = add_missing_next(search, listing, &next);
            if (code != WCAB_OK || next == WCI_NONE)
                return code;
        }
        if (code == WCAB_OK)
            code = add_listing(search, next, NULL);
        if (code == WCAB_OK)
            code = goes_on(search, next, &on);
        listing = next;
    }
    return code;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static enum wcab_err find_loose(struct wci_needs_search *search)
{
    const struct wci_found *found = search->found;
    struct wci_step *step;

    if (found->image->published)
        return wci_needs_add_published(search, found->cabinet, found->entry.name.bytes);
    step = wci_needs_add_step(search);
    if (step == NULL)
        return WCAB_ERR_NOMEM;
    step->image = found->image;
    step->container = found->container;
    step->listing = found->listing;
    wci_needs_describe_present(search, step);
    if (step->insert.data == NULL)
        return wci_error_nomem(search->err);
    return wci_needs_is_damaged(search->images, found->image, found->container, &step->damaged,
                                search->err);
}

static enum wcab_err find_in_cabinet(struct wci_needs_search *search)
{
    struct wci_needs *needs = search->needs;
    const struct wci_found *found = search->found;
    enum wcab_err code;

    if (found->image->published) {
        code = wci_needs_add_published(search, found->cabinet, found->cabinet);
        return code == WCAB_OK ? wci_needs_walk_published(search) : code;
    }
    code = walk_back(search);
    if (code != WCAB_OK)
        return code;
    reverse_steps(needs);
    needs->start = found->headless ? 0 : needs->count; /* all before a later part is missing */
    code = add_listing(search, found->listing, &found->cabinet);
    return code == WCAB_OK ? walk_forward(search) : code;
}

/* A file that only the medium's table of contents tells of: its disk, in the table's own words. */
static enum wcab_err find_told(struct wci_needs_search *search)
{
    const struct wci_found *found = search->found;
    const struct wci_contents_disk *disk = found->told_disk;
    struct wci_step *step = wci_needs_add_step(search);

    if (step == NULL)
        return WCAB_ERR_NOMEM;
    step->cabinet = found->cabinet;
    if (disk != NULL && disk->real != WCI_NONE) {
        step->disk = found->contents->reals[disk->real].name;
        step->insert = found->contents->reals[disk->real].title;
    }
    if (step->insert.length > 0)
        return WCAB_OK;
    return wci_needs_describe_missing(search, step, step->disk);
}

enum wcab_err wci_needs_find(struct wci_known_images *images, const struct wci_found *found,
                             struct wci_arena *arena, struct wci_needs *needs,
                             struct wcab_error *err)
{
    struct wci_needs made = {.complete = true};
    struct wci_needs_search search = {
        .images = images, .found = found, .arena = arena, .needs = &made, .err = err};
    enum wcab_err code =
        wci_handle_reader(images->catalog, found->image->published, &search.reader, err);
    size_t i;

    if (code == WCAB_OK)
        code = found->contents != NULL     ? find_told(&search)
               : found->cabinet.length > 0 ? find_in_cabinet(&search)
                                           : find_loose(&search);
    if (code != WCAB_OK)
        return code;
    if (found->cabinet.length > 0) {
        made.starts_in = made.steps[made.start].cabinet;
        made.ends_in = made.steps[made.count - 1].cabinet;
    }
    for (i = 0; i < made.count; i++)
        made.complete = made.complete && made.steps[i].present && !made.steps[i].damaged;
    *needs = made;
    return WCAB_OK;
}
