/*
 * settle - see settle.h.
 */
#include "jobs/index/settle.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/parts.h"
#include "indexer/join.h"
#include "indexer/recognise/recognise.h"
#include "jobs/index/set_evidence.h"
#include "profiles/profile.h"

/* Images of one medium in one folder that are compared with each other. */
enum { NEIGHBOURS_MAX = 1024 };

/* A listing on one side of a cut. */
struct side {
    uint64_t joint;
    int side;
    uint32_t listing;
};

struct settling {
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct wci_set_evidence *evidence;
    uint32_t settled; /* listings up to this id have been joined before */
    struct side *sides;
    size_t side_count, side_capacity;
    struct wci_join_part *parts;
    size_t part_count;
};

/* An image, or one of its parts, in the union of groups. */
struct member {
    uint32_t image, part; /* part: WCI_NONE for the image itself */
    uint32_t container;   /* that the part begins with, 0 for the image */
    /* of an image with parts: for each container, how far behind this member that of its part is */
    uint32_t *steps; /* arena; NULL for others */
    uint32_t step_count;
    uint32_t leader; /* index of another member, or its own */
    bool linked;
    struct wci_bytes folder, medium, disk; /* arena */
    struct wci_bytes label_disk;           /* number in the volume label */
    uint64_t group_before;
};

struct grouping {
    struct wci_reader *reader;
    struct wci_arena *arena;
    struct member *members; /* by ascending image id; an image before its parts */
    size_t count, capacity;
};

/* ---- joining ------------------------------------------------------------------------------ */

static enum wcab_err on_joint(void *context, uint64_t joint, int side, uint32_t listing)
{
    struct settling *settling = context;

    if (!wci_mem_grow(&settling->sides, settling->side_count, &settling->side_capacity,
                      sizeof(*settling->sides)))
        return WCAB_ERR_NOMEM;
    settling->sides[settling->side_count++] = (struct side){joint, side, listing};
    return WCAB_OK;
}

/* Keeps only the cuts that have a new listing; sides come sorted by cut. */
static void drop_settled_cuts(struct settling *settling)
{
    size_t kept = 0, i = 0;

    while (i < settling->side_count) {
        size_t end = i, k;
        bool has_new = false;

        while (end < settling->side_count && settling->sides[end].joint == settling->sides[i].joint)
            has_new = settling->sides[end++].listing > settling->settled || has_new;
        for (k = i; has_new && k < end; k++)
            settling->sides[kept++] = settling->sides[k];
        i = end;
    }
    settling->side_count = kept;
}

static int by_listing(const void *a, const void *b)
{
    const struct side *x = a;
    const struct side *y = b;

    if (x->listing != y->listing)
        return x->listing < y->listing ? -1 : 1;
    return (x->side > y->side) - (x->side < y->side);
}

static enum wcab_err describe_part(struct settling *settling, uint32_t listing_id,
                                   struct wci_join_part *part, struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_listing listing;
    struct wci_entry *rows = NULL;
    struct wci_cab *cab;
    enum wcab_err code;
    uint32_t i;

    if (arena == NULL)
        return wci_error_nomem(err);
    code = wci_reader_listing(settling->reader, listing_id, &listing, err);
    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, arena, &cab, err);
    if (code != WCAB_OK)
        goto out;
    if (listing.row_count > 0) {
        rows = wci_arena_calloc(arena, listing.row_count, sizeof(*rows));
        if (rows == NULL) {
            code = wci_error_nomem(err);
            goto out;
        }
    }
    for (i = 0; code == WCAB_OK && i < listing.row_count; i++)
        code = wci_listing_row(&listing, i, &rows[i], err);
    if (code != WCAB_OK)
        goto out;
    part->listing = listing_id;
    wci_join_describe(cab, rows, listing.row_count, part);
out:
    wci_arena_free(arena);
    return code;
}

/* One part for each listing among the sides; a joint that is settled is none. */
static enum wcab_err make_parts(struct settling *settling, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i = 0;

    if (settling->side_count == 0)
        return WCAB_OK;
    qsort(settling->sides, settling->side_count, sizeof(*settling->sides), by_listing);
    settling->parts = wci_mem_calloc(settling->side_count, sizeof(*settling->parts));
    if (settling->parts == NULL)
        return wci_error_nomem(err);
    while (code == WCAB_OK && i < settling->side_count) {
        struct wci_join_part *part = &settling->parts[settling->part_count];
        uint32_t listing = settling->sides[i].listing;

        code = describe_part(settling, listing, part, err);
        part->joint_previous = 0;
        part->joint_next = 0;
        for (; i < settling->side_count && settling->sides[i].listing == listing; i++) {
            if (settling->sides[i].side == 0)
                part->joint_next = settling->sides[i].joint;
            else
                part->joint_previous = settling->sides[i].joint;
        }
        settling->part_count++;
    }
    return code;
}

static enum wcab_err store_links(struct settling *settling, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < settling->part_count; i++) {
        const struct wci_join_part *part = &settling->parts[i];

        if (part->joint_next != 0)
            code = wci_writer_set_next(settling->writer, part->listing, part->next, err);
    }
    return code;
}

static enum wcab_err join_sets(struct settling *settling, struct wcab_error *err)
{
    struct wci_join_evidence evidence = {settling->evidence, wci_set_evidence_content,
                                         wci_set_evidence_nearness};
    enum wcab_err code = wci_reader_each_joint(settling->reader, on_joint, settling, err);

    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(err);
    if (code != WCAB_OK)
        return code;
    drop_settled_cuts(settling);
    code = make_parts(settling, err);
    if (code == WCAB_OK)
        code = wci_join_parts(settling->parts, settling->part_count, &evidence, err);
    if (code == WCAB_OK)
        code = store_links(settling, err);
    return code;
}

/* ---- grouping ----------------------------------------------------------------------------- */

/* The member that a container belongs to; NULL when there is none. */
static struct member *find_member(const struct grouping *grouping, uint32_t image,
                                  uint32_t container)
{
    size_t low = 0, high = grouping->count;
    struct member *found;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (grouping->members[middle].image < image)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == grouping->count || grouping->members[low].image != image)
        return NULL;
    found = &grouping->members[low];
    return found->steps != NULL && container < found->step_count ? found + found->steps[container]
                                                                 : found;
}

static uint32_t leader_of(const struct grouping *grouping, uint32_t index)
{
    while (grouping->members[index].leader != index) {
        struct member *member = &grouping->members[index];

        member->leader = grouping->members[member->leader].leader; /* shorten the way */
        index = member->leader;
    }
    return index;
}

/* The smaller index leads, so that a group's leader is its first image. */
static void unite(const struct grouping *grouping, const struct member *a, const struct member *b)
{
    uint32_t x = leader_of(grouping, (uint32_t)(a - grouping->members));
    uint32_t y = leader_of(grouping, (uint32_t)(b - grouping->members));

    if (x < y)
        grouping->members[y].leader = x;
    else
        grouping->members[x].leader = y;
}

/* Adds the image itself (WCI_NONE) or one of its parts. */
static enum wcab_err add_one(struct grouping *grouping, uint32_t id, uint32_t number,
                             const struct wci_image *image)
{
    const struct wci_identity *identity = wci_part_identity(image, number);
    struct wci_arena *arena = grouping->arena;
    struct member *member;

    if (!wci_mem_grow(&grouping->members, grouping->count, &grouping->capacity,
                      sizeof(*grouping->members)))
        return WCAB_ERR_NOMEM;
    member = &grouping->members[grouping->count];
    memset(member, 0, sizeof(*member));
    member->image = id;
    member->part = number;
    member->container = wci_part_start(image, number);
    member->leader = (uint32_t)grouping->count;
    member->group_before = identity->group;
    member->folder = wci_arena_bytes(arena, wci_bytes_folder(image->path));
    member->medium = wci_arena_bytes(arena, identity->medium);
    member->disk = wci_arena_bytes(arena, identity->disk);
    if (image->container_count > 0)
        member->label_disk = wci_arena_bytes(
            arena, wci_recognise_disk_of_label(
                       image->containers[wci_part_root(image, number)].label.bytes));
    if (member->folder.data == NULL || member->medium.data == NULL || member->disk.data == NULL)
        return WCAB_ERR_NOMEM;
    grouping->count++;
    return WCAB_OK;
}

/* Notes which member each container of an image with parts belongs to. */
static enum wcab_err note_steps(struct grouping *grouping, size_t first,
                                const struct wci_image *image)
{
    struct member *member = &grouping->members[first];
    uint32_t i;

    if (image->part_count == 0)
        return WCAB_OK;
    member->steps =
        wci_arena_calloc(grouping->arena, image->container_count, sizeof(*member->steps));
    if (member->steps == NULL)
        return WCAB_ERR_NOMEM;
    member->step_count = image->container_count;
    for (i = 0; i < image->container_count; i++)
        member->steps[i] = wci_part_of(image, i) + 1U; /* WCI_NONE wraps to 0 */
    return WCAB_OK;
}

static enum wcab_err add_members(void *context, uint32_t id)
{
    struct grouping *grouping = context;
    struct wci_arena *scratch = wci_arena_new();
    size_t first = grouping->count;
    struct wci_image image = {.part_count = 0};
    struct wci_image_state state;
    enum wcab_err code = WCAB_ERR_NOMEM;
    uint32_t i;

    if (scratch != NULL)
        code = wci_reader_image(grouping->reader, id, scratch, &image, &state, NULL);
    if (code == WCAB_OK)
        code = add_one(grouping, id, WCI_NONE, &image);
    for (i = 0; code == WCAB_OK && i < image.part_count; i++)
        code = add_one(grouping, id, i, &image);
    if (code == WCAB_OK)
        code = note_steps(grouping, first, &image);
    wci_arena_free(scratch);
    return code;
}

/* The images that hold two linked listings. */
struct link_walk {
    struct grouping *grouping;
    struct member *first;
};

static enum wcab_err on_place(void *context, uint32_t image, uint32_t container)
{
    struct link_walk *walk = context;
    struct member *member = find_member(walk->grouping, image, container);

    if (member == NULL)
        return WCAB_OK;
    member->linked = true;
    if (walk->first == NULL)
        walk->first = member;
    else
        unite(walk->grouping, walk->first, member);
    return WCAB_OK;
}

static enum wcab_err unite_linked(void *context, uint64_t joint, int side, uint32_t listing)
{
    struct grouping *grouping = context;
    struct link_walk walk = {grouping, NULL};
    uint32_t next;
    enum wcab_err code;

    (void)joint;
    if (side != 0)
        return WCAB_OK;
    code = wci_reader_next(grouping->reader, listing, &next, NULL);
    if (code != WCAB_OK)
        return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
    code = wci_reader_each_place(grouping->reader, listing, on_place, &walk, NULL);
    if (code == WCAB_OK)
        code = wci_reader_each_place(grouping->reader, next, on_place, &walk, NULL);
    return code;
}

/* ---- one medium --------------------------------------------------------------------------- */

/* Whether the id is that of a release in a layout that no profile lists. */
static bool is_other_layout(struct wci_bytes medium)
{
    return wci_profile_release_id(medium).length < medium.length;
}

static int by_leader(const void *a, const void *b)
{
    const struct member *x = *(const struct member *const *)a;
    const struct member *y = *(const struct member *const *)b;

    if (x->leader != y->leader)
        return x->leader < y->leader ? -1 : 1;
    return (x > y) - (x < y);
}

/* The medium that more of the members were recognised as than any other; empty when none is. */
static struct wci_bytes most_frequent(struct member **run, size_t count)
{
    struct wci_bytes best = {NULL, 0};
    size_t most = 0, i, k;

    for (i = 0; i < count; i++) {
        size_t here = 0;

        if (run[i]->medium.length == 0 || wci_bytes_equal(run[i]->medium, best))
            continue;
        for (k = 0; k < count; k++)
            here += wci_bytes_equal(run[k]->medium, run[i]->medium);
        if (here == most)
            best.length = 0; /* no majority */
        if (here > most) {
            most = here;
            best = run[i]->medium;
        }
    }
    return best;
}

/* Disks that files tie together are one set.  Some disks of a foreign language have the very files
 * of the English one; others have nothing to recognise them by. */
static enum wcab_err agree_on_medium(struct wci_writer *writer, struct member **run, size_t count,
                                     struct wcab_error *err)
{
    static const char reason[] = "its cabinets go on in those of other disks that are";
    struct wci_bytes medium = count < 2 || count > NEIGHBOURS_MAX ? (struct wci_bytes){NULL, 0}
                                                                  : most_frequent(run, count);
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && is_other_layout(medium) && i < count; i++) {
        if (wci_bytes_equal(run[i]->medium, medium))
            continue;
        if (run[i]->disk.length == 0)
            run[i]->disk = run[i]->label_disk;
        run[i]->medium = medium;
        code = wci_writer_set_medium(writer, run[i]->image, run[i]->part,
                                     &(struct wci_identity){.medium = medium,
                                                            .disk = run[i]->disk,
                                                            .reason = wci_bytes_of(reason)},
                                     err);
    }
    return code;
}

static enum wcab_err agree_on_media(const struct grouping *grouping, struct wci_writer *writer,
                                    struct wcab_error *err)
{
    struct member **linked = wci_mem_calloc(grouping->count + 1, sizeof(*linked));
    size_t count = 0, i, end;
    enum wcab_err code = WCAB_OK;

    if (linked == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < grouping->count; i++) {
        if (!grouping->members[i].linked)
            continue;
        grouping->members[i].leader = leader_of(grouping, (uint32_t)i);
        linked[count++] = &grouping->members[i];
    }
    qsort(linked, count, sizeof(*linked), by_leader);
    for (i = 0; code == WCAB_OK && i < count; i = end) {
        for (end = i + 1; end < count && linked[end]->leader == linked[i]->leader; end++)
            ;
        code = agree_on_medium(writer, linked + i, end - i, err);
    }
    free(linked);
    return code;
}

static int by_folder_and_medium(const void *a, const void *b)
{
    const struct member *x = *(const struct member *const *)a;
    const struct member *y = *(const struct member *const *)b;
    int order = wci_bytes_compare(x->folder, y->folder);

    if (order == 0)
        order = wci_bytes_compare(x->medium, y->medium);
    if (order == 0)
        order = (x->image > y->image) - (x->image < y->image);
    return order == 0 ? (x > y) - (x < y) : order;
}

/* Whether the set that `set` belongs to has this disk among the images of the run. */
static bool has_disk(const struct grouping *grouping, struct member **run, size_t count,
                     const struct member *set, struct wci_bytes disk)
{
    uint32_t leader = leader_of(grouping, (uint32_t)(set - grouping->members));
    size_t i;

    for (i = 0; i < count; i++) {
        if (wci_bytes_equal(run[i]->disk, disk) &&
            leader_of(grouping, (uint32_t)(run[i] - grouping->members)) == leader)
            return true;
    }
    return false;
}

/* Images of one folder of the host and one medium: those without a link to others (a boot disk) go
 * with a set of linked ones, first with one that has no such disk yet. */
static void unite_neighbours(const struct grouping *grouping, struct member **run, size_t count)
{
    size_t i, k;

    if (run[0]->medium.length == 0 || count > NEIGHBOURS_MAX)
        return;
    for (i = 0; i < count; i++) {
        const struct member *home = NULL;

        if (run[i]->linked)
            continue;
        for (k = 0; k < count; k++) {
            if (!run[k]->linked)
                continue;
            if (home == NULL)
                home = run[k];
            if (!has_disk(grouping, run, count, run[k], run[i]->disk)) {
                home = run[k];
                break;
            }
        }
        if (home != NULL)
            unite(grouping, home, run[i]);
    }
}

static enum wcab_err unite_folders(struct grouping *grouping)
{
    struct member **sorted = wci_mem_calloc(grouping->count, sizeof(*sorted));
    size_t i, end;

    if (grouping->count == 0)
        return WCAB_OK;
    if (sorted == NULL)
        return WCAB_ERR_NOMEM;
    for (i = 0; i < grouping->count; i++)
        sorted[i] = &grouping->members[i];
    qsort(sorted, grouping->count, sizeof(struct member *), by_folder_and_medium);
    for (i = 0; i < grouping->count; i = end) {
        for (end = i + 1; end < grouping->count; end++) {
            if (!wci_bytes_equal(sorted[i]->folder, sorted[end]->folder) ||
                !wci_bytes_equal(sorted[i]->medium, sorted[end]->medium))
                break;
        }
        unite_neighbours(grouping, sorted + i, end - i);
    }
    free(sorted);
    return WCAB_OK;
}

static enum wcab_err store_groups(const struct grouping *grouping, struct wci_writer *writer,
                                  struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < grouping->count; i++) {
        const struct member *member = &grouping->members[i];
        const struct member *leader = &grouping->members[leader_of(grouping, i)];
        uint64_t group = (uint64_t)leader->container << 32 | leader->image;

        if (group != member->group_before)
            code = wci_writer_set_group(writer, member->image, member->part, group, err);
    }
    return code;
}

static enum wcab_err group_images(struct wci_writer *writer, struct wcab_error *err)
{
    struct grouping grouping = {.arena = wci_arena_new()};
    enum wcab_err code;

    if (grouping.arena == NULL)
        return wci_error_nomem(err);
    code = wci_writer_reader(writer, &grouping.reader, err);
    if (code == WCAB_OK)
        code = wci_reader_each_image(grouping.reader, add_members, &grouping, err);
    if (code == WCAB_OK)
        code = wci_reader_each_joint(grouping.reader, unite_linked, &grouping, err);
    if (code == WCAB_OK)
        code = agree_on_media(&grouping, writer, err);
    if (code == WCAB_OK)
        code = unite_folders(&grouping);
    if (code == WCAB_ERR_NOMEM)
        wci_error_nomem(err);
    if (code == WCAB_OK)
        code = store_groups(&grouping, writer, err);
    free(grouping.members);
    wci_arena_free(grouping.arena);
    return code;
}

/* ---- both --------------------------------------------------------------------------------- */

enum wcab_err wci_settle_sets(struct wci_writer *writer, const struct wcab_cancel *cancel,
                              struct wcab_error *err)
{
    struct settling settling = {.writer = writer};
    uint32_t newest = 0;
    enum wcab_err code = wci_writer_reader(writer, &settling.reader, err);

    if (code == WCAB_OK)
        code = wci_reader_settled(settling.reader, &settling.settled, &newest, err);
    if (code == WCAB_OK)
        code = wci_set_evidence_new(settling.reader, cancel, &settling.evidence, err);
    if (code == WCAB_OK)
        code = join_sets(&settling, err);
    if (code == WCAB_OK)
        code = group_images(writer, err);
    if (code == WCAB_OK)
        code = wci_writer_set_settled(writer, newest, err);
    wci_set_evidence_free(settling.evidence);
    free(settling.parts);
    free(settling.sides);
    return code;
}
