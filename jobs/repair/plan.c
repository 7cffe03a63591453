/*
 * plan - see plan.h.
 */
#include "jobs/repair/plan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/error.h"

enum { MEDIA_MOST = 512 };

/* The disks of a medium that are to be inserted, each once. */
struct disks {
    const char *names[WCI_PLAN_DISKS];
    size_t count;
};

/* A medium that may be the one. */
struct medium {
    const char *name, *title;
    bool is_indexed, is_held;
    size_t files; /* that it has */
    size_t disks; /* that it takes */
};

struct planning {
    const struct wci_copies *files;
    size_t count;
    const struct wci_copy **chosen; /* of the medium at hand */
    struct disks disks;             /* of it */
};

static bool has_disk(const struct disks *disks, const char *name)
{
    size_t i;

    for (i = 0; i < disks->count; i++) {
        if (strcmp(disks->names[i], name) == 0)
            return true;
    }
    return false;
}

static void add_disks(struct disks *disks, const struct wci_copy *copy)
{
    size_t i;

    for (i = 0; i < copy->insert_count; i++) {
        if (disks->count < WCI_PLAN_DISKS && !has_disk(disks, copy->inserts[i]))
            disks->names[disks->count++] = copy->inserts[i];
    }
}

/* Disks of the copy that are not among those, nor `further` (may be NULL). */
static size_t new_disks(const struct disks *disks, const struct wci_copy *copy, const char *further)
{
    size_t count = 0, i;

    for (i = 0; i < copy->insert_count; i++)
        count += !has_disk(disks, copy->inserts[i]) &&
                 (further == NULL || strcmp(copy->inserts[i], further) != 0);
    return count;
}

static bool is_of(const struct wci_copy *copy, const struct medium *medium)
{
    return copy->is_reached && strcasecmp(copy->medium, medium->name) == 0;
}

/* ---- disks of one medium ------------------------------------------------------------------ */

/* A file's copy on the medium that takes the fewest disks beside those and `further`; NULL: it has none. */
static const struct wci_copy *cheapest(const struct planning *planning, size_t file,
                                       const struct medium *medium, const char *further,
                                       size_t *disks)
{
    const struct wci_copies *copies = &planning->files[file];
    const struct wci_copy *best = NULL;
    size_t i;

    for (i = 0; i < copies->count; i++) {
        const struct wci_copy *copy = &copies->items[i];
        size_t count = is_of(copy, medium) ? new_disks(&planning->disks, copy, further) : SIZE_MAX;

        if (count < SIZE_MAX && (best == NULL || count < *disks)) {
            best = copy;
            *disks = count;
        }
    }
    return best;
}

static void choose(struct planning *planning, size_t file, const struct wci_copy *copy)
{
    planning->chosen[file] = copy;
    add_disks(&planning->disks, copy);
}

/* Files that the medium has but once leave no choice. */
static void choose_single(struct planning *planning, const struct medium *medium)
{
    size_t file, i;

    for (file = 0; file < planning->count; file++) {
        const struct wci_copies *copies = &planning->files[file];
        const struct wci_copy *only = NULL;
        size_t found = 0;

        for (i = 0; i < copies->count; i++) {
            if (is_of(&copies->items[i], medium)) {
                only = &copies->items[i];
                found++;
            }
        }
        if (found == 1)
            choose(planning, file, only);
    }
}

/* Files that are not chosen yet and lie on the disks at hand and `further`. */
static size_t count_served(const struct planning *planning, const struct medium *medium,
                           const char *further)
{
    size_t served = 0, file, disks = 0;

    for (file = 0; file < planning->count; file++)
        served += planning->chosen[file] == NULL &&
                  cheapest(planning, file, medium, further, &disks) != NULL && disks == 0;
    return served;
}

/* The next disk: the one that serves most of the files that are left. NULL: none serves any alone. */
static const char *best_disk(const struct planning *planning, const struct medium *medium)
{
    struct disks tried = {.count = 0};
    const char *best = NULL;
    size_t most = 0, file, i, j;

    for (file = 0; file < planning->count; file++) {
        const struct wci_copies *copies = &planning->files[file];

        for (i = 0; planning->chosen[file] == NULL && i < copies->count; i++) {
            for (j = 0; is_of(&copies->items[i], medium) && j < copies->items[i].insert_count;
                 j++) {
                const char *disk = copies->items[i].inserts[j];
                size_t served;

                if (has_disk(&tried, disk) || has_disk(&planning->disks, disk) ||
                    tried.count == WCI_PLAN_DISKS)
                    continue;
                tried.names[tried.count++] = disk;
                served = count_served(planning, medium, disk);
                if (served > most) {
                    most = served;
                    best = disk;
                }
            }
        }
    }
    return best;
}

/* Chooses those that need no more disks than `most`. */
static bool choose_served(struct planning *planning, const struct medium *medium, size_t most)
{
    bool any = false;
    size_t file, disks = 0;

    for (file = 0; file < planning->count; file++) {
        const struct wci_copy *copy =
            planning->chosen[file] == NULL ? cheapest(planning, file, medium, NULL, &disks) : NULL;

        if (copy != NULL && disks <= most) {
            choose(planning, file, copy);
            any = true;
        }
    }
    return any;
}

static void choose_of(struct planning *planning, struct medium *medium)
{
    const char *disk;
    size_t file;

    memset(planning->chosen, 0, (planning->count + 1) * sizeof(*planning->chosen));
    planning->disks.count = 0;
    choose_single(planning, medium);
    (void)choose_served(planning, medium, 0);
    while (planning->disks.count < WCI_PLAN_DISKS && (disk = best_disk(planning, medium)) != NULL) {
        planning->disks.names[planning->disks.count++] = disk;
        (void)choose_served(planning, medium, 0);
    }
    (void)choose_served(planning, medium, SIZE_MAX - 1); /* those that go on on further disks */
    medium->files = 0;
    for (file = 0; file < planning->count; file++)
        medium->files += planning->chosen[file] != NULL;
    medium->disks = planning->disks.count;
}

/* ---- the medium --------------------------------------------------------------------------- */

static size_t list_media(const struct planning *planning, struct medium *media)
{
    size_t count = 0, file, i, j;

    for (file = 0; file < planning->count; file++) {
        for (i = 0; i < planning->files[file].count; i++) {
            const struct wci_copy *copy = &planning->files[file].items[i];

            if (!copy->is_reached)
                continue;
            for (j = 0; j < count && strcasecmp(media[j].name, copy->medium) != 0;)
                j++;
            if (j == MEDIA_MOST)
                continue;
            if (j == count)
                media[count++] = (struct medium){.name = copy->medium, .title = copy->title};
            media[j].is_indexed = media[j].is_indexed || copy->id != NULL;
            media[j].is_held = media[j].is_held || copy->is_held;
        }
    }
    return count;
}

static bool is_better(const struct medium *a, const struct medium *b)
{
    if (a->is_indexed != b->is_indexed)
        return a->is_indexed;
    if (a->files != b->files)
        return a->files > b->files;
    if (a->disks != b->disks)
        return a->disks < b->disks;
    return a->is_held && !b->is_held;
}

/* ---- the order ---------------------------------------------------------------------------- */

/* A file in the order of insertion. */
struct place {
    const struct wci_copy *copy;
    size_t file;
};

/* As a batch file has them: by disk, the boot disk first; what goes on on another disk last, as that stays in the drive. */
static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    unsigned long first = strtoul(x->copy->disk, NULL, 10),
                  second = strtoul(y->copy->disk, NULL, 10);
    int order =
        first != second ? (first > second ? 1 : -1) : strcasecmp(x->copy->disk, y->copy->disk);

    if (order == 0)
        order = (x->copy->insert_count > 1) - (y->copy->insert_count > 1);
    if (order == 0)
        order = strcmp(x->copy->cabinet != NULL ? x->copy->cabinet : "",
                       y->copy->cabinet != NULL ? y->copy->cabinet : "");
    return order != 0 ? order : (x->file > y->file) - (x->file < y->file);
}

static void add_step(struct wci_plan *plan, const char *insert)
{
    if (plan->insert_count < WCI_PLAN_DISKS &&
        (plan->insert_count == 0 || strcmp(plan->inserts[plan->insert_count - 1], insert) != 0))
        plan->inserts[plan->insert_count++] = insert;
}

static enum wcab_err put_in_order(size_t count, struct wci_arena *arena, struct wci_plan *plan,
                                  struct wcab_error *err)
{
    struct place *places = wci_arena_calloc(arena, count + 1, sizeof(*places));
    size_t file, i, j;

    if (places == NULL)
        return wci_error_nomem(err);
    for (file = 0; file < count; file++) {
        if (plan->chosen[file] != NULL)
            places[plan->count++] = (struct place){plan->chosen[file], file};
    }
    if (plan->count > 1)
        qsort(places, plan->count, sizeof(*places), compare_places);
    for (i = 0; i < plan->count; i++) {
        for (j = 0; j < places[i].copy->insert_count; j++) {
            add_step(plan, places[i].copy->inserts[j]);
            if (j == 0)
                plan->step[places[i].file] = plan->insert_count;
        }
        plan->order[i] = places[i].file;
    }
    return WCAB_OK;
}

enum wcab_err wci_plan_make(const struct wci_copies *files, size_t count, struct wci_arena *arena,
                            struct wci_plan *plan, struct wcab_error *err)
{
    struct planning planning = {
        files, count, wci_arena_calloc(arena, count + 1, sizeof(*planning.chosen)), {.count = 0}};
    struct medium *media = wci_arena_calloc(arena, MEDIA_MOST, sizeof(*media)), *best = NULL;
    size_t media_count, i;

    *plan = (struct wci_plan){.chosen = planning.chosen};
    plan->step = wci_arena_calloc(arena, count + 1, sizeof(*plan->step));
    plan->order = wci_arena_calloc(arena, count + 1, sizeof(*plan->order));
    if (planning.chosen == NULL || media == NULL || plan->step == NULL || plan->order == NULL)
        return wci_error_nomem(err);
    media_count = list_media(&planning, media);
    for (i = 0; i < media_count; i++) {
        choose_of(&planning, &media[i]);
        if (best == NULL || is_better(&media[i], best))
            best = &media[i];
    }
    if (best == NULL)
        return WCAB_OK;
    choose_of(&planning, best);
    plan->medium = best->name;
    plan->title = best->title;
    return put_in_order(count, arena, plan, err);
}
