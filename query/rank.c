/*
 * rank - see rank.h.
 */
#include "query/rank.h"

#include <stdlib.h>

#include "core/limits.h"
#include "core/text.h"

/* ---- order -------------------------------------------------------------------------------- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* A copy that nothing is known of is most likely an ordinary one. */
static unsigned preference(enum wci_role role)
{
    switch (role) {
    case WCI_ROLE_SYSTEM:
        return 0;
    case WCI_ROLE_UNKNOWN:
        return 1;
    case WCI_ROLE_SETUP:
        return 2;
    case WCI_ROLE_MINI:
        return 3;
    }
    return 4;
}

/* Published and no disk of the medium indexed. */
static bool only_published(const struct wci_found *found)
{
    return found->image->published && !found->missing;
}

static uint64_t set_of(const struct wci_found *found)
{
    const struct wci_known_image *image = found->twin != NULL ? found->twin : found->image;

    return image->image.identity.group != 0 ? image->image.identity.group : image->id;
}

static int compare_media(const struct wci_found *a, const struct wci_found *b)
{
    struct wci_bytes x = a->image->image.identity.medium, y = b->image->image.identity.medium;
    int order = compare(only_published(a), only_published(b));

    if (order == 0)
        order = compare(x.length == 0, y.length == 0);
    if (order == 0)
        order = wci_bytes_compare(x, y);
    if (order == 0 && x.length == 0)
        order = compare(set_of(a), set_of(b));
    return order;
}

static int compare_copies(const struct wci_found *a, const struct wci_found *b)
{
    int order = compare(preference(a->role), preference(b->role));

    if (order == 0)
        order = compare(a->machine != NULL, b->machine != NULL);
    if (order == 0)
        order = compare(a->headless, b->headless);
    if (order == 0)
        order = compare(a->damaged, b->damaged);
    if (order == 0)
        order = compare(a->image->state.offline, b->image->state.offline);
    if (order == 0)
        order = compare(a->image->published, b->image->published);
    if (order == 0)
        order = compare(a->contents != NULL, b->contents != NULL);
    if (order == 0)
        order = wci_bytes_compare(a->image->image.path, b->image->image.path);
    if (order == 0)
        order = compare(a->container, b->container);
    return order == 0 ? compare(a->row, b->row) : order;
}

static int compare_found(const void *a, const void *b)
{
    int order = compare_media(a, b);

    return order == 0 ? compare_copies(a, b) : order;
}

void wci_rank_sort(struct wci_found *found, size_t count)
{
    if (count > 1)
        qsort(found, count, sizeof(*found), compare_found);
}

static int compare_names(const void *a, const void *b)
{
    const struct wci_found *x = a, *y = b;
    char folded_x[2 * WCI_LIMIT_NAME], folded_y[2 * WCI_LIMIT_NAME];
    struct wci_bytes name_x = {folded_x, 0}, name_y = {folded_y, 0};
    int order;

    name_x.length = wci_text_fold(x->entry.name.bytes, folded_x, sizeof(folded_x));
    name_y.length = wci_text_fold(y->entry.name.bytes, folded_y, sizeof(folded_y));
    order = wci_bytes_compare(name_x, name_y);
    return order == 0 ? compare_found(a, b) : order;
}

void wci_rank_sort_by_name(struct wci_found *found, size_t count)
{
    if (count > 1)
        qsort(found, count, sizeof(*found), compare_names);
}

bool wci_rank_same_medium(const struct wci_found *a, const struct wci_found *b)
{
    return compare_media(a, b) == 0;
}

/* ---- ranks -------------------------------------------------------------------------------- */

/* In the same cabinet, or loose in the same folder. */
static bool same_place(const struct wci_found *a, const struct wci_found *b)
{
    if (!wci_text_equal_folded(a->entry.name.bytes, b->entry.name.bytes) ||
        !wci_text_equal_folded(a->entry.folder, b->entry.folder))
        return false;
    if (a->cabinet.length > 0 || b->cabinet.length > 0)
        return wci_text_equal_folded(a->cabinet, b->cabinet);
    return wci_text_equal_folded(a->path, b->path);
}

bool wci_rank_is_same(const struct wci_found *a, const struct wci_found *b)
{
    return same_place(a, b) && a->entry.size == b->entry.size &&
           a->entry.modified == b->entry.modified;
}

void wci_rank_medium(const struct wci_found *found, size_t count, enum wci_rank *ranks)
{
    size_t different[WCI_RANK_DIFFERENT];
    size_t different_count = 0, i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < different_count; j++) {
            if (wci_rank_is_same(&found[different[j]], &found[i]))
                break;
        }
        if (j < different_count) {
            ranks[i] = WCI_RANK_SAME;
            continue;
        }
        ranks[i] = same_place(&found[0], &found[i]) ? WCI_RANK_ANSWER : WCI_RANK_COPY;
        if (different_count < WCI_RANK_DIFFERENT)
            different[different_count++] = i;
    }
}

/* ---- where nothing tells ------------------------------------------------------------------- */

/* Whether two copies of a name are as good as each other, and not of the same bytes. */
static bool is_rival(const struct wci_found *a, const struct wci_found *b)
{
    return preference(a->role) == preference(b->role) && a->by_rename == b->by_rename &&
           (a->machine != NULL) == (b->machine != NULL) && a->headless == b->headless &&
           a->damaged == b->damaged && !a->image->published && !b->image->published &&
           !a->contents && !b->contents &&
           wci_text_equal_folded(a->entry.name.bytes, b->entry.name.bytes) &&
           (a->entry.size != b->entry.size || a->entry.modified != b->entry.modified);
}

bool wci_rank_is_undecided(const struct wci_found *found, size_t count, const enum wci_rank *ranks)
{
    size_t i;

    for (i = 1; i < count; i++) {
        if (ranks[i] == WCI_RANK_COPY && is_rival(&found[0], &found[i]))
            return true;
    }
    return false;
}

void wci_rank_part(const struct wci_found *found, size_t count, enum wci_rank *ranks)
{
    size_t i;

    if (found[0].image->image.identity.medium.length > 0)
        return;
    for (i = 1; i < count; i++) {
        if (ranks[i] == WCI_RANK_COPY && is_rival(&found[0], &found[i]))
            ranks[i] = WCI_RANK_ANSWER;
    }
}

void wci_rank_add_literal(const struct wci_found *found, size_t count, enum wci_rank *ranks)
{
    size_t i;

    if (!found[0].by_rename)
        return;
    for (i = 1; i < count && found[i].by_rename; i++)
        ;
    if (i < count)
        ranks[i] = WCI_RANK_ANSWER;
}
