/*
 * sets - see sets.h.
 */
#include "query/media/sets.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "query/media/probable.h"
#include "query/same_image.h"

/* Images that surely belong together: of one group. */
struct cluster {
    size_t first, count; /* among the members */
    size_t disks;        /* different ones */
};

struct finding {
    struct wci_known_images *images;
    const struct wci_filter *filter;
    struct wci_member *members; /* owned until handed out */
    size_t count, capacity;
    size_t set_count;
    struct wcab_error *err;
};

/* ---- order -------------------------------------------------------------------------------- */

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static uint64_t group_of(const struct wci_known_image *image)
{
    return image->image.identity.group;
}

/* Disks of a layout that nobody lists go by their numbers. */
static size_t number_of_disk(struct wci_bytes id)
{
    size_t number = 0, i;

    for (i = 0; i < id.length && i < 4 && id.data[i] >= '0' && id.data[i] <= '9'; i++)
        number = number * 10 + (size_t)(id.data[i] - '0');
    return i == id.length && i > 0 ? number : SIZE_MAX;
}

static size_t place_of_disk(const struct wci_known_image *image)
{
    const struct wci_profile *profile = image->profile;
    size_t i;

    if (profile != NULL && profile->disk_count == 0)
        return number_of_disk(image->image.identity.disk);

    for (i = 0; profile != NULL && i < profile->disk_count; i++) {
        if (wci_bytes_equal(profile->disks[i].id, image->image.identity.disk))
            return i;
    }
    return SIZE_MAX;
}

static int compare_media(const struct wci_known_image *a, const struct wci_known_image *b)
{
    int order =
        compare_numbers(a->image.identity.medium.length == 0, b->image.identity.medium.length == 0);

    return order == 0 ? wci_bytes_compare(a->image.identity.medium, b->image.identity.medium)
                      : order;
}

/* By path, then from first to last in the image. */
static int compare_places(const struct wci_known_image *a, const struct wci_known_image *b)
{
    int order = wci_bytes_compare(a->image.path, b->image.path);

    return order == 0 ? compare_numbers(a->part + 1U, b->part + 1U) : order;
}

/* By medium, then group (those without one last), then path. */
static int compare_members(const void *a, const void *b)
{
    const struct wci_known_image *x = ((const struct wci_member *)a)->image;
    const struct wci_known_image *y = ((const struct wci_member *)b)->image;
    int order = compare_media(x, y);

    if (order == 0)
        order = compare_numbers(group_of(x) - 1U, group_of(y) - 1U);
    return order == 0 ? compare_places(x, y) : order;
}

static uint32_t count_faults(const struct wci_known_image *image)
{
    uint32_t count = 0;

    (void)wci_known_image_first_fault(image, &count, NULL);
    return count;
}

/* By set, then disk; an image that is at hand and whole before others of the same disk. */
static int compare_settled(const void *a, const void *b)
{
    const struct wci_member *x = a, *y = b;
    int order = compare_numbers(x->set, y->set);

    if (order == 0)
        order = compare_numbers(x->foreign, y->foreign);
    if (order == 0)
        order = compare_numbers(x->duplicate, y->duplicate);
    if (order == 0)
        order = compare_numbers(place_of_disk(x->image), place_of_disk(y->image));
    if (order == 0)
        order = compare_numbers(x->number, y->number);
    if (order == 0)
        order = compare_numbers(x->image->state.offline, y->image->state.offline);
    if (order == 0)
        order = compare_numbers(count_faults(x->image), count_faults(y->image));
    return order == 0 ? compare_places(x->image, y->image) : order;
}

/* ---- comparing disks ---------------------------------------------------------------------- */

static bool same_disk(const struct wci_known_image *a, const struct wci_known_image *b)
{
    /* floppies of a layout that nobody lists, whose numbers are not known */
    if (a->image.identity.disk.length == 0 && a->profile != NULL && a->profile->disk_count == 0 &&
        a->profile->kind == WCI_PROFILE_FLOPPIES)
        return wci_same_image_lists(a, b);
    return wci_bytes_equal(a->image.identity.disk, b->image.identity.disk);
}

/* How well a cluster goes into a set: 0 not at all, because it has another disk of the same number;
 * more when they lie in the same folder of the host. */
static unsigned fit(const struct finding *finding, size_t set, size_t from,
                    const struct cluster *cluster)
{
    unsigned score = 1;
    size_t i, j;

    for (i = from; i < finding->count; i++) {
        const struct wci_member *member = &finding->members[i];

        if (member->set != set || member->foreign)
            continue;
        for (j = cluster->first; j < cluster->first + cluster->count; j++) {
            const struct wci_known_image *image = finding->members[j].image;

            if (same_disk(member->image, image) && !wci_same_image_lists(member->image, image))
                return 0;
            if (wci_bytes_equal(wci_bytes_folder(member->image->image.path),
                                wci_bytes_folder(image->image.path)))
                score = 2;
        }
    }
    return score;
}

/* ---- sets of one medium ------------------------------------------------------------------- */

static void put_into(const struct finding *finding, const struct cluster *cluster, size_t set,
                     bool foreign)
{
    size_t i;

    for (i = cluster->first; i < cluster->first + cluster->count; i++) {
        finding->members[i].set = set;
        finding->members[i].foreign = foreign;
    }
}

static int compare_clusters(const void *a, const void *b)
{
    const struct cluster *x = a, *y = b;
    int order = compare_numbers(y->disks, x->disks);

    return order == 0 ? compare_numbers(x->first, y->first) : order;
}

static size_t count_disks(const struct finding *finding, const struct cluster *cluster)
{
    size_t count = 0, i, j;

    for (i = 0; i < cluster->count; i++) {
        for (j = 0; j < i; j++) {
            if (same_disk(finding->members[cluster->first + i].image,
                          finding->members[cluster->first + j].image))
                break;
        }
        count += j == i;
    }
    return count;
}

/* Cuts the members of a medium into clusters, the largest first; *clusters is the caller's. */
static bool make_clusters(const struct finding *finding, size_t first, size_t end,
                          struct cluster **clusters, size_t *count)
{
    struct cluster *made = wci_mem_calloc(end - first, sizeof(*made));
    size_t made_count = 0, i;

    if (made == NULL)
        return false;
    for (i = first; i < end; i++) {
        uint64_t group = group_of(finding->members[i].image);

        if (i > first && group != 0 && group == group_of(finding->members[i - 1].image)) {
            made[made_count - 1].count++;
            continue;
        }
        made[made_count].first = i;
        made[made_count++].count = 1;
    }
    for (i = 0; i < made_count; i++)
        made[i].disks = count_disks(finding, &made[i]);
    qsort(made, made_count, sizeof(*made), compare_clusters);
    *clusters = made;
    *count = made_count;
    return true;
}

/* The members from `first` to `end` are of one medium. */
static enum wcab_err settle_medium(struct finding *finding, size_t first, size_t end)
{
    size_t first_set = finding->set_count, count = 0, i, set;
    bool has_disks = finding->members[first].image->profile != NULL &&
                     finding->members[first].image->profile->disk_count > 0;
    struct cluster *clusters = NULL;

    if (!make_clusters(finding, first, end, &clusters, &count))
        return wci_error_nomem(finding->err);
    for (i = 0; i < count; i++) {
        size_t best = SIZE_MAX;
        unsigned best_fit = 0;

        for (set = first_set; set < finding->set_count; set++) {
            unsigned here = fit(finding, set, first, &clusters[i]);

            if (here > best_fit) {
                best_fit = here;
                best = set;
            }
        }
        /* One odd disk is no set of its own. */
        if (best == SIZE_MAX && has_disks && clusters[i].disks == 1 &&
            finding->set_count > first_set)
            put_into(finding, &clusters[i], first_set, true);
        else
            put_into(finding, &clusters[i], best == SIZE_MAX ? finding->set_count++ : best, false);
    }
    free(clusters);
    return WCAB_OK;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static enum wcab_err on_part(void *context, const struct wci_known_image *image)
{
    struct finding *finding = context;

    if (!wci_filter_passes(finding->filter, image))
        return WCAB_OK;
    if (!wci_mem_grow(&finding->members, finding->count, &finding->capacity,
                      sizeof(*finding->members)))
        return wci_error_nomem(finding->err);
    memset(&finding->members[finding->count], 0, sizeof(*finding->members));
    finding->members[finding->count].set = SIZE_MAX; /* in none yet */
    finding->members[finding->count].number = WCI_NONE;
    finding->members[finding->count++].image = image;
    return WCAB_OK;
}

static enum wcab_err on_image(void *context, uint32_t id)
{
    struct finding *finding = context;

    return wci_known_images_each_part(finding->images, false, id, on_part, finding, finding->err);
}

static enum wcab_err settle(struct finding *finding)
{
    size_t first, end;
    enum wcab_err code = WCAB_OK;

    for (first = 0; code == WCAB_OK && first < finding->count; first = end) {
        for (end = first + 1; end < finding->count; end++) {
            if (compare_media(finding->members[first].image, finding->members[end].image) != 0)
                break;
        }
        if (finding->members[first].image->image.identity.medium.length == 0)
            code = wci_probable_find(finding->images, &finding->members[first], end - first,
                                     &finding->set_count, finding->err);
        else
            code = settle_medium(finding, first, end);
    }
    return code;
}

static void mark_duplicates(struct finding *finding)
{
    size_t i;

    for (i = 1; i < finding->count; i++) {
        struct wci_member *member = &finding->members[i];
        const struct wci_member *before = &finding->members[i - 1];

        member->duplicate = member->duplicate || (!member->foreign && before->set == member->set &&
                                                  member->image->image.identity.medium.length > 0 &&
                                                  same_disk(before->image, member->image));
    }
}

enum wcab_err wci_sets_find(struct wci_known_images *images, const struct wci_filter *filter,
                            struct wci_sets *sets, struct wcab_error *err)
{
    struct finding finding = {.images = images, .filter = filter, .err = err};
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(images->catalog, false, &reader, err);

    if (code == WCAB_OK && reader != NULL)
        code = wci_reader_each_image(reader, on_image, &finding, err);
    if (code == WCAB_OK && finding.count > 0) {
        qsort(finding.members, finding.count, sizeof(*finding.members), compare_members);
        code = settle(&finding);
        qsort(finding.members, finding.count, sizeof(*finding.members), compare_settled);
        mark_duplicates(&finding);
    }
    if (code != WCAB_OK) {
        free(finding.members);
        return code;
    }
    sets->members = finding.members;
    sets->member_count = finding.count;
    sets->set_count = finding.set_count;
    return WCAB_OK;
}

void wci_sets_free(struct wci_sets *sets)
{
    free(sets->members);
    sets->members = NULL;
    sets->member_count = 0;
}
