/*
 * sums - see sums.h.
 */
#include "query/media/sums.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/text.h"
#include "query/media/gaps.h"

/* A cabinet of a set. */
struct part {
    uint32_t listing;
    struct wci_bytes name; /* of its file */
    const struct wci_cab *cab;
    size_t member;
};

struct parts {
    struct wci_reader *reader;
    struct wci_arena *arena;
    struct part *parts; /* owned; by set id, number, listing; one of each listing */
    size_t count, capacity;
    size_t member; /* whose cabinets are being added */
    struct wcab_error *err;
};

/* ---- the cabinets --------------------------------------------------------------------------- */

static enum wcab_err add_part(struct parts *parts, const struct wci_known_image *image, uint32_t i)
{
    struct part part = {.listing = image->state.listings[i],
                        .name = wci_known_image_file_name(image, i),
                        .member = parts->member};
    struct wci_listing listing;
    struct wci_cab *cab;
    enum wcab_err code = wci_reader_listing(parts->reader, part.listing, &listing, parts->err);

    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, parts->arena, &cab, parts->err);
    if (code != WCAB_OK || (cab->flags & (WCI_CAB_HAS_PREVIOUS | WCI_CAB_HAS_NEXT)) == 0)
        return code;
    part.cab = cab;
    if (!wci_mem_grow(&parts->parts, parts->count, &parts->capacity, sizeof(*parts->parts)))
        return wci_error_nomem(parts->err);
    parts->parts[parts->count++] = part;
    return WCAB_OK;
}

static enum wcab_err add_image(struct parts *parts, const struct wci_known_image *image)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->image.container_count; i++) {
        if (image->image.containers[i].kind == WCI_CONTAINER_CABINET &&
            !image->image.containers[i].partial && wci_known_image_holds(image, i))
            code = add_part(parts, image, i);
    }
    return code;
}

static int by_number(const void *a, const void *b)
{
    const struct part *x = a, *y = b;

    int order = wci_gaps_cab_order(x->cab, y->cab);

    return order != 0 ? order : (x->listing > y->listing) - (x->listing < y->listing);
}

static void sort(struct parts *parts)
{
    size_t kept = 0, i;

    if (parts->count > 1)
        qsort(parts->parts, parts->count, sizeof(*parts->parts), by_number);
    for (i = 0; i < parts->count; i++) {
        if (kept == 0 || parts->parts[kept - 1].listing != parts->parts[i].listing)
            parts->parts[kept++] = parts->parts[i];
    }
    parts->count = kept;
}

/* ---- a set ---------------------------------------------------------------------------------- */

/* Whether the parts from `first` to before `end` are all cabinets of a set, each once. */
static bool is_whole(const struct parts *parts, size_t first, size_t end)
{
    size_t i;

    for (i = first + 1; i < end; i++) {
        if (parts->parts[i].cab->index != parts->parts[i - 1].cab->index + 1U)
            return false;
    }
    return (parts->parts[end - 1].cab->flags & WCI_CAB_HAS_NEXT) == 0;
}

static uint16_t sum_bytes(struct wci_bytes text)
{
    uint16_t sum = 0;
    size_t i;

    for (i = 0; i < text.length; i++)
        sum = (uint16_t)(sum + (uint8_t)text.data[i]);
    return sum;
}

/* As it is spelled in the cabinet, also where that is packed once more and has another name inside. */
static struct wci_bytes stored_name(const struct wci_entry *entry)
{
    return entry->stored == 0 ? entry->name.bytes : entry->alias[entry->stored - 1].bytes;
}

/* The sum of the names of files that begin in the cabinet; *crosses when one comes from before. */
static enum wcab_err sum_names(const struct parts *parts, const struct part *part, uint16_t *sum,
                               bool *crosses)
{
    struct wci_listing listing;
    struct wci_entry entry;
    enum wcab_err code = wci_reader_listing(parts->reader, part->listing, &listing, parts->err);
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < listing.row_count; i++) {
        code = wci_listing_row(&listing, i, &entry, parts->err);
        if (code != WCAB_OK)
            break;
        if ((entry.flags & WCI_ENTRY_CONTINUED) != 0) {
            *crosses = true;
            continue;
        }
        *sum = (uint16_t)(*sum + sum_bytes(entry.folder) + sum_bytes(stored_name(&entry)) +
                          (entry.folder.length > 0 ? '\\' : 0));
    }
    return code;
}

/* The end of the set that the cabinet, the first of a set whose names have this sum, means as the one
 * before; NULL when there is none, or several and nothing tells which. */
static const struct part *part_before(const struct parts *parts, const struct part *first,
                                      uint16_t sum)
{
    struct wci_bytes name = wci_bytes_base_name(first->cab->previous_cabinet);
    const struct part *best = NULL;
    unsigned best_score = 0, equals = 0;
    size_t i;

    for (i = 0; i < parts->count; i++) {
        const struct part *part = &parts->parts[i];
        unsigned score = 1;

        if (part->cab->index + 1U != first->cab->index || part->cab->set_id == first->cab->set_id ||
            (part->cab->flags & WCI_CAB_HAS_NEXT) != 0)
            continue;
        score += (uint16_t)(part->cab->set_id + sum) == first->cab->set_id ? 4 : 0;
        score += wci_text_equal_folded(part->name, name) ? 2 : 0;
        score += part->member == first->member;
        equals = score > best_score ? 0 : equals + (score == best_score);
        if (score > best_score) {
            best_score = score;
            best = part;
        }
    }
    return equals == 0 ? best : NULL;
}

/* Tells of the set from `first` to before `end` when it follows another one. */
static enum wcab_err tell_set(const struct parts *parts, size_t first, size_t end,
                              enum wcab_err (*visit)(void *context, const struct wci_sum *sum),
                              void *context)
{
    const struct part *head = &parts->parts[first], *before;
    struct wci_sum sum = {.first = head->name,
                          .last = parts->parts[end - 1].name,
                          .set_id = head->cab->set_id,
                          .member = head->member};
    enum wcab_err code = WCAB_OK;
    bool crosses = false, ignored = false;
    size_t i;

    if ((head->cab->flags & WCI_CAB_HAS_PREVIOUS) == 0 || !is_whole(parts, first, end))
        return WCAB_OK;
    for (i = first; code == WCAB_OK && i < end; i++)
        code = sum_names(parts, &parts->parts[i], &sum.found, i == first ? &crosses : &ignored);
    if (code != WCAB_OK || crosses)
        return code;
    before = part_before(parts, head, sum.found);
    if (before == NULL)
        return WCAB_OK;
    sum.before = before->cab->set_id;
    sum.wanted = (uint16_t)(sum.set_id - sum.before);
    sum.member_before = before->member;
    return visit(context, &sum);
}

enum wcab_err wci_sums_each(struct wci_reader *reader, const struct wci_member *members,
                            size_t member_count,
                            enum wcab_err (*visit)(void *context, const struct wci_sum *sum),
                            void *context, struct wcab_error *err)
{
    struct parts parts = {.reader = reader, .arena = wci_arena_new(), .err = err};
    enum wcab_err code = parts.arena == NULL ? wci_error_nomem(err) : WCAB_OK;
    size_t first, end;

    for (; code == WCAB_OK && parts.member < member_count; parts.member++) {
        if (!members[parts.member].duplicate && !members[parts.member].foreign)
            code = add_image(&parts, members[parts.member].image);
    }
    sort(&parts);
    for (first = 0; code == WCAB_OK && first < parts.count; first = end) {
        for (end = first + 1;
             end < parts.count && parts.parts[end].cab->set_id == parts.parts[first].cab->set_id;
             end++)
            ;
        code = tell_set(&parts, first, end, visit, context);
    }
    free(parts.parts);
    wci_arena_free(parts.arena);
    return code;
}
