/*
 * gaps - see gaps.h.
 */
#include "query/media/gaps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

/* Numbers in names that are taken for those of cabinets; steps between two neighbours. */
enum { MOST_DIGITS = 4, MOST_STEP = 8 };

/* A cabinet of the set. */
struct part {
    uint32_t listing;
    struct wci_bytes name; /* of its file */
    struct wci_cab *cab;
    bool linked[2];  /* the cabinet before, behind is joined with it */
    bool crosses[2]; /* a file comes in, goes on */
};

enum { BEFORE = 0, BEHIND = 1 };

struct search {
    struct wci_reader *reader;
    struct wci_arena *arena;
    struct part *parts; /* owned; by set id, number, listing */
    size_t count, capacity;
    struct wci_gap *gaps; /* owned until handed out */
    size_t gap_count, gap_capacity;
    struct wcab_error *err;
};

/* ---- names -------------------------------------------------------------------------------- */

/* The last run of digits before the extension: *at and *length; false when there is none. */
static bool find_number(struct wci_bytes name, size_t *at, size_t *length, unsigned *number)
{
    size_t end = name.length, i;

    for (i = name.length; i > 0; i--) {
        if (name.data[i - 1] == '.') {
            end = i - 1;
            break;
        }
    }
    for (i = end; i > 0 && name.data[i - 1] >= '0' && name.data[i - 1] <= '9'; i--)
        ;
    *at = i;
    *length = end - i;
    *number = 0;
    if (*length == 0 || *length > MOST_DIGITS)
        return false;
    for (; i < end; i++)
        *number = *number * 10 + (unsigned)(name.data[i] - '0');
    return true;
}

struct wci_bytes wci_gaps_numbered_name(struct wci_arena *arena, struct wci_bytes name, int step)
{
    static const struct wci_bytes none = {NULL, 0};
    char text[2 * WCI_LIMIT_NAME];
    size_t at, length;
    unsigned number;
    long wanted;
    int used;

    if (name.length > WCI_LIMIT_NAME || !find_number(name, &at, &length, &number))
        return none;
    wanted = (long)number + step;
    if (wanted < 0)
        return none;
    used = snprintf(text, sizeof(text), "%.*s%0*ld%.*s", (int)at, name.data, (int)length, wanted,
                    (int)(name.length - at - length), name.data + at + length);
    return used < 0 ? none : wci_arena_bytes(arena, (struct wci_bytes){text, (size_t)used});
}

unsigned wci_gaps_steps_between(struct wci_bytes lower, struct wci_bytes higher)
{
    size_t at_low, at_high, low_length, high_length;
    unsigned low, high;

    if (!find_number(lower, &at_low, &low_length, &low) ||
        !find_number(higher, &at_high, &high_length, &high) || at_low != at_high || high <= low ||
        high - low > MOST_STEP)
        return 0;
    return wci_text_equal_folded((struct wci_bytes){lower.data, at_low},
                                 (struct wci_bytes){higher.data, at_high})
               ? high - low
               : 0;
}

/* ---- the cabinets that are there ----------------------------------------------------------- */

static enum wcab_err look_at_files(struct search *search, const struct wci_listing *listing,
                                   struct part *part)
{
    enum wcab_err code = WCAB_OK;
    struct wci_entry entry;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < listing->row_count; i++) {
        code = wci_listing_row(listing, i, &entry, search->err);
        if (code != WCAB_OK)
            break;
        part->crosses[BEFORE] = part->crosses[BEFORE] || entry.flags & WCI_ENTRY_CONTINUED;
        part->crosses[BEHIND] = part->crosses[BEHIND] || entry.flags & WCI_ENTRY_CONTINUES;
    }
    return code;
}

static enum wcab_err find_links(struct search *search, struct part *part)
{
    uint32_t neighbour;
    enum wcab_err code =
        wci_reader_previous(search->reader, part->listing, &neighbour, search->err);

    part->linked[BEFORE] = code == WCAB_OK;
    if (code == WCAB_OK || code == WCAB_ERR_NOTFOUND)
        code = wci_reader_next(search->reader, part->listing, &neighbour, search->err);
    part->linked[BEHIND] = code == WCAB_OK;
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err add_part(struct search *search, uint32_t listing_id, struct wci_bytes name)
{
    struct wci_listing listing;
    struct part *part;
    enum wcab_err code = wci_reader_listing(search->reader, listing_id, &listing, search->err);

    if (code != WCAB_OK)
        return code;
    if (!wci_mem_grow(&search->parts, search->count, &search->capacity, sizeof(*search->parts)))
        return wci_error_nomem(search->err);
    part = &search->parts[search->count];
    memset(part, 0, sizeof(*part));
    part->listing = listing_id;
    part->name = name;
    code = wci_listing_cab(&listing, search->arena, &part->cab, search->err);
    if (code != WCAB_OK)
        return code;
    if ((part->cab->flags & (WCI_CAB_HAS_PREVIOUS | WCI_CAB_HAS_NEXT)) != 0) {
        code = find_links(search, part);
        if (code == WCAB_OK)
            code = look_at_files(search, &listing, part);
    }
    search->count += code == WCAB_OK;
    return code;
}

static enum wcab_err add_parts(struct search *search, const struct wci_known_image *image)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->image.container_count; i++) {
        if (image->image.containers[i].kind == WCI_CONTAINER_CABINET &&
            wci_known_image_holds(image, i))
            code = add_part(search, image->state.listings[i], wci_known_image_file_name(image, i));
    }
    return code;
}

int wci_gaps_cab_order(const struct wci_cab *x, const struct wci_cab *y)
{
    if (x->set_id != y->set_id)
        return x->set_id < y->set_id ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int by_number(const void *a, const void *b)
{
    const struct part *x = a, *y = b;

    int order = wci_gaps_cab_order(x->cab, y->cab);

    return order != 0 ? order : (x->listing > y->listing) - (x->listing < y->listing);
}

static bool has_number(const struct search *search, uint32_t set_id, uint32_t index)
{
    size_t i;

    for (i = 0; i < search->count; i++) {
        if (search->parts[i].cab->set_id == set_id && search->parts[i].cab->index == index)
            return true;
    }
    return false;
}

/* The nearest cabinet before this one that has the name which it gives the one before. */
static const struct part *named_before(const struct search *search, const struct part *part)
{
    const struct part *best = NULL;
    size_t i;

    for (i = 0; i < search->count; i++) {
        const struct part *other = &search->parts[i];

        if (other->cab->index < part->cab->index &&
            wci_text_equal_folded(other->name, wci_bytes_base_name(part->cab->previous_cabinet)) &&
            (best == NULL || other->cab->index > best->cab->index))
            best = other;
    }
    return best;
}

/* Whether a cabinet is there that a link over which no file goes can mean: of the name that it
 * gives or, when files were renamed, the end of a set of another id. */
static bool is_there(const struct search *search, const struct part *part, int side)
{
    const struct wci_cab *cab = part->cab;
    uint32_t wanted = side == BEFORE ? cab->index - 1U : cab->index + 1U;
    struct wci_bytes name =
        wci_bytes_base_name(side == BEFORE ? cab->previous_cabinet : cab->next_cabinet);
    uint16_t back = side == BEFORE ? WCI_CAB_HAS_NEXT : WCI_CAB_HAS_PREVIOUS;
    size_t i;

    for (i = 0; i < search->count; i++) {
        const struct part *other = &search->parts[i];

        if (other->cab->index == wanted &&
            (wci_text_equal_folded(other->name, name) ||
             (other->cab->set_id != cab->set_id && (other->cab->flags & back) == 0)))
            return true;
    }
    return false;
}

/* ---- what is not -------------------------------------------------------------------------- */

/* Adds a gap, or what is new of one that is known already. */
static enum wcab_err add_gap(struct search *search, uint32_t set_id, uint32_t index,
                             struct wci_bytes name, struct wci_bytes disk_text)
{
    struct wci_gap *gap = NULL;
    size_t i;

    if (has_number(search, set_id, index) && name.length == 0)
        return WCAB_OK;
    for (i = 0; i < search->gap_count && gap == NULL; i++) {
        struct wci_gap *known = &search->gaps[i];

        if (known->index == index &&
            (known->set_id == set_id ||
             (name.length > 0 && wci_text_equal_folded(known->cabinet, name))))
            gap = known;
    }
    if (gap == NULL) {
        if (!wci_mem_grow(&search->gaps, search->gap_count, &search->gap_capacity,
                          sizeof(*search->gaps)))
            return wci_error_nomem(search->err);
        gap = &search->gaps[search->gap_count++];
        memset(gap, 0, sizeof(*gap));
        gap->set_id = set_id;
        gap->index = index;
    }
    if (gap->cabinet.length == 0)
        gap->cabinet = name;
    if (gap->disk_text.length == 0)
        gap->disk_text = disk_text;
    return WCAB_OK;
}

/* Everything between two numbers of a set that is not there; named by the cabinet behind, when its
 * name counts with the numbers. */
static enum wcab_err add_between(struct search *search, uint32_t from, const struct part *behind)
{
    static const struct wci_bytes none = {NULL, 0};
    const struct wci_cab *cab = behind->cab;
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = from; code == WCAB_OK && i < cab->index; i++) {
        if (!has_number(search, cab->set_id, i))
            code = add_gap(
                search, cab->set_id, i,
                wci_gaps_numbered_name(search->arena, behind->name, (int)i - (int)cab->index),
                none);
    }
    return code;
}

static enum wcab_err look_before(struct search *search, const struct part *part)
{
    const struct wci_cab *cab = part->cab;
    struct wci_bytes name = wci_bytes_base_name(cab->previous_cabinet);
    const struct part *before = named_before(search, part);
    unsigned steps = wci_gaps_steps_between(name, part->name);

    if ((cab->flags & WCI_CAB_HAS_PREVIOUS) == 0 || part->linked[BEFORE] || cab->index == 0 ||
        (!part->crosses[BEFORE] && is_there(search, part, BEFORE)))
        return WCAB_OK;
    if (before != NULL && before->cab->set_id == cab->set_id &&
        before->cab->index + 1U < cab->index)
        return add_between(search, before->cab->index + 1U, part);
    if (part->crosses[BEFORE] && steps > 1 && steps <= cab->index) {
        enum wcab_err code =
            add_gap(search, cab->set_id, cab->index - steps, name, cab->previous_disk);

        return code == WCAB_OK ? add_between(search, cab->index - steps + 1U, part) : code;
    }
    return add_gap(search, cab->set_id, cab->index - 1U, name, cab->previous_disk);
}

static enum wcab_err look_behind(struct search *search, const struct part *part)
{
    const struct wci_cab *cab = part->cab;

    if ((cab->flags & WCI_CAB_HAS_NEXT) == 0 || part->linked[BEHIND] ||
        (!part->crosses[BEHIND] && is_there(search, part, BEHIND)))
        return WCAB_OK;
    return add_gap(search, cab->set_id, cab->index + 1U, wci_bytes_base_name(cab->next_cabinet),
                   cab->next_disk);
}

/* A set that goes on from one cabinet and comes to the next one that is there has all between. */
static enum wcab_err look_between(struct search *search, const struct part *before,
                                  const struct part *behind)
{
    if (before->cab->set_id != behind->cab->set_id ||
        (before->cab->flags & WCI_CAB_HAS_NEXT) == 0 ||
        (behind->cab->flags & WCI_CAB_HAS_PREVIOUS) == 0 ||
        behind->cab->index - before->cab->index > WCI_LIMIT_SET_CABINETS)
        return WCAB_OK;
    return add_between(search, before->cab->index + 1U, behind);
}

static int gap_order(const void *a, const void *b)
{
    const struct wci_gap *x = a, *y = b;

    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    return (x->set_id > y->set_id) - (x->set_id < y->set_id);
}

/* The names that neighbours give come before those that are concluded from numbers. */
static enum wcab_err find_all(struct search *search)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < search->count; i++)
        code = look_behind(search, &search->parts[i]);
    for (i = 0; code == WCAB_OK && i < search->count; i++)
        code = look_before(search, &search->parts[i]);
    for (i = 1; code == WCAB_OK && i < search->count; i++)
        code = look_between(search, &search->parts[i - 1], &search->parts[i]);
    if (code == WCAB_OK && search->gap_count > 1)
        qsort(search->gaps, search->gap_count, sizeof(*search->gaps), gap_order);
    return code;
}

enum wcab_err wci_gaps_find(struct wci_reader *reader, const struct wci_member *members,
                            size_t member_count, struct wci_arena *arena, struct wci_gap_list *list,
                            struct wcab_error *err)
{
    struct search search = {.reader = reader, .arena = arena, .err = err};
    enum wcab_err code = WCAB_OK;
    size_t i;

    *list = (struct wci_gap_list){NULL, 0};
    for (i = 0; code == WCAB_OK && i < member_count; i++)
        code = add_parts(&search, members[i].image);
    if (code == WCAB_OK && search.count > 0) {
        qsort(search.parts, search.count, sizeof(*search.parts), by_number);
        code = find_all(&search);
    }
    if (code == WCAB_OK && search.gap_count > 0) {
        list->gaps = wci_arena_calloc(arena, search.gap_count, sizeof(*list->gaps));
        if (list->gaps == NULL) {
            code = wci_error_nomem(err);
        } else {
            memcpy(list->gaps, search.gaps, search.gap_count * sizeof(*list->gaps));
            list->count = search.gap_count;
        }
    }
    free(search.parts);
    free(search.gaps);
    return code;
}
