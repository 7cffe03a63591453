/*
 * diff_match - see diff_match.h.
 */
#include "query/compare/diff_match.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* What has to be equal in a step. */
enum { KEY_BYTES = 1, KEY_FACTS = 2, KEY_PLACE = 4, KEY_ROLE = 8 };

static const unsigned steps[] = {KEY_BYTES | KEY_PLACE,
                                 KEY_BYTES | KEY_ROLE,
                                 KEY_BYTES,
                                 KEY_FACTS | KEY_PLACE,
                                 KEY_FACTS | KEY_ROLE,
                                 KEY_FACTS,
                                 KEY_PLACE | KEY_ROLE,
                                 KEY_PLACE,
                                 KEY_ROLE,
                                 0};

/* ---- order -------------------------------------------------------------------------------- */

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_folded(struct wci_bytes a, struct wci_bytes b)
{
    size_t i;

    for (i = 0; i < a.length && i < b.length; i++) {
        unsigned char x = (unsigned char)a.data[i], y = (unsigned char)b.data[i];

        x = (unsigned char)(x >= 'a' && x <= 'z' ? x - 'a' + 'A' : x);
        y = (unsigned char)(y >= 'a' && y <= 'z' ? y - 'a' + 'A' : y);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return compare_numbers(a.length, b.length);
}

static int compare_places(const struct wci_found *a, const struct wci_found *b)
{
    int order = compare_folded(a->cabinet, b->cabinet);

    if (order == 0 && a->cabinet.length == 0)
        order = compare_folded(a->path, b->path);
    return order != 0 ? order : compare_folded(a->entry.folder, b->entry.folder);
}

/* By the keys of the step alone; a DOS date without its seconds, which listings do not print. */
static int compare_keys(const struct wci_diff_copy *a, const struct wci_diff_copy *b)
{
    const struct wci_entry *x = &a->found->entry;
    const struct wci_entry *y = &b->found->entry;
    int order = 0;

    if (a->keys & KEY_BYTES)
        order = memcmp(a->facts.sha256, b->facts.sha256, sizeof(a->facts.sha256));
    if (order == 0 && a->keys & KEY_FACTS)
        order = compare_numbers(x->size, y->size);
    if (order == 0 && a->keys & KEY_FACTS)
        order = compare_numbers(x->modified >> 5, y->modified >> 5);
    if (order == 0 && a->keys & KEY_PLACE)
        order = compare_places(a->found, b->found);
    if (order == 0 && a->keys & KEY_ROLE)
        order = compare_numbers(a->found->role, b->found->role);
    return order;
}

static int compare_copies(const void *a, const void *b)
{
    const struct wci_diff_copy *x = *(struct wci_diff_copy *const *)a;
    const struct wci_diff_copy *y = *(struct wci_diff_copy *const *)b;
    int order = compare_keys(x, y);

    return order != 0 ? order : compare_numbers(x->order, y->order);
}

/* ---- steps -------------------------------------------------------------------------------- */

static bool has_keys(const struct wci_diff_copy *copy, unsigned keys)
{
    if (keys & KEY_BYTES && !(copy->read && copy->facts.has_sha256))
        return false;
    return !(keys & KEY_FACTS && copy->found->entry.flags & WCI_ENTRY_SIZE_UNKNOWN);
}

/* The copies that the step is about, sorted by its keys. */
static size_t choose(struct wci_diff_copy *copies, size_t count, unsigned keys,
                     struct wci_diff_copy **chosen)
{
    size_t used = 0, i;

    for (i = 0; i < count; i++) {
        if (copies[i].matched || !has_keys(&copies[i], keys))
            continue;
        copies[i].keys = keys;
        chosen[used++] = &copies[i];
    }
    if (used > 1)
        qsort(chosen, used, sizeof(struct wci_diff_copy *), compare_copies);
    return used;
}

static size_t match_step(struct wci_diff_copy **left, size_t left_count,
                         struct wci_diff_copy **right, size_t right_count,
                         struct wci_diff_pair *pairs)
{
    size_t count = 0, i = 0, j = 0;

    while (i < left_count && j < right_count) {
        int order = compare_keys(left[i], right[j]);

        if (order < 0) {
            i++;
        } else if (order > 0) {
            j++;
        } else {
            left[i]->matched = right[j]->matched = true;
            pairs[count].left = left[i++]->order;
            pairs[count++].right = right[j++]->order;
        }
    }
    return count;
}

static void begin(struct wci_diff_copy *copies, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        copies[i].matched = false;
        copies[i].order = i;
    }
}

static int by_left(const void *a, const void *b)
{
    const struct wci_diff_pair *x = a;
    const struct wci_diff_pair *y = b;

    return compare_numbers(x->left, y->left);
}

size_t wci_diff_match(struct wci_diff_copy *left, size_t left_count, struct wci_diff_copy *right,
                      size_t right_count, struct wci_diff_copy **work, struct wci_diff_pair *pairs)
{
    size_t count = 0, i;

    begin(left, left_count);
    begin(right, right_count);
    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        size_t lefts, rights;

        if (count == left_count || count == right_count)
            break;
        lefts = choose(left, left_count, steps[i], work);
        rights = choose(right, right_count, steps[i], work + lefts);
        count += match_step(work, lefts, work + lefts, rights, pairs + count);
    }
    if (count > 1)
        qsort(pairs, count, sizeof(*pairs), by_left);
    for (i = 0; i < left_count; i++) {
        if (!left[i].matched)
            pairs[count++] = (struct wci_diff_pair){i, WCI_DIFF_NO_COPY};
    }
    for (i = 0; i < right_count; i++) {
        if (!right[i].matched)
            pairs[count++] = (struct wci_diff_pair){WCI_DIFF_NO_COPY, i};
    }
    return count;
}
