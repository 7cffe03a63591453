/*
 * join - see join.h.
 */
#include "indexer/join.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"

/* Pairs of one cut that need no allocation. */
enum { PAIRS_ON_STACK = 128 };

struct pair {
    size_t before, after; /* indexes of parts */
    int score;
};

static uint64_t blocks_of_size(uint64_t size)
{
    return (size + WCI_CAB_BLOCK_BYTES - 1) / WCI_CAB_BLOCK_BYTES;
}

void wci_join_describe(const struct wci_cab *cab, const struct wci_entry *entries, uint32_t count,
                       struct wci_join_part *part)
{
    uint32_t last = cab->folder_count > 0 ? cab->folder_count - 1 : 0;
    bool continued = false;
    uint32_t i;

    part->joint_previous = cab->joint_previous;
    part->joint_next = cab->joint_next;
    part->next = WCI_NONE;
    part->next_begins_here = true;
    part->previous_ends_here = true;
    part->previous_end = 0;
    part->next_blocks = cab->folder_count > 0 ? cab->folders[last].block_count : 0;
    part->previous_blocks = cab->folder_count > 0 ? cab->folders[0].block_count : 0;
    for (i = 0; i < count; i++) {
        const struct wci_entry *entry = &entries[i];

        if (entry->flags & WCI_ENTRY_CONTINUED && entry->cab_folder == last)
            part->next_begins_here = false;
        if (entry->cab_folder != 0)
            continue;
        if (entry->flags & WCI_ENTRY_CONTINUED)
            continued = true;
        if (entry->flags & WCI_ENTRY_CONTINUES)
            part->previous_ends_here = false;
        if (entry->locator + entry->size > part->previous_end)
            part->previous_end = entry->locator + entry->size;
    }
    if (!continued) /* no file crosses: the first folder is not known to come from before */
        part->previous_end = 0;
}

/* Whether the blocks on both sides of the cut add up.  In mid-block (Microsoft's rule) the cut
 * block is counted on both sides; some writers cut at a block's end. */
static bool blocks_agree(const struct wci_join_part *before, const struct wci_join_part *after)
{
    uint64_t sum, whole;

    if (!before->next_begins_here || !after->previous_ends_here || after->previous_end == 0)
        return true; /* the folder's whole length is not known from these two */
    sum = (uint64_t)before->next_blocks + after->previous_blocks;
    whole = blocks_of_size(after->previous_end);
    return sum == whole + 1 || sum == whole;
}

static int by_joint_next(const void *a, const void *b)
{
    const struct wci_join_part *x = *(const struct wci_join_part *const *)a;
    const struct wci_join_part *y = *(const struct wci_join_part *const *)b;

    if (x->joint_next != y->joint_next)
        return x->joint_next < y->joint_next ? -1 : 1;
    return (x->listing > y->listing) - (x->listing < y->listing);
}

static int by_joint_previous(const void *a, const void *b)
{
    const struct wci_join_part *x = *(const struct wci_join_part *const *)a;
    const struct wci_join_part *y = *(const struct wci_join_part *const *)b;

    if (x->joint_previous != y->joint_previous)
        return x->joint_previous < y->joint_previous ? -1 : 1;
    return (x->listing > y->listing) - (x->listing < y->listing);
}

static int by_score(const void *a, const void *b)
{
    const struct pair *x = a;
    const struct pair *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->before != y->before)
        return x->before < y->before ? -1 : 1;
    return (x->after > y->after) - (x->after < y->after);
}

static int score_of(const struct wci_join_part *before, const struct wci_join_part *after,
                    bool ambiguous, const struct wci_join_evidence *evidence)
{
    int content;

    if (before->listing == after->listing || !blocks_agree(before, after))
        return 0;
    if (!ambiguous)
        return 1;
    content = evidence->content(evidence->context, before->listing, after->listing);
    if (content == WCI_JOIN_NO)
        return 0;
    return content + evidence->nearness(evidence->context, before->listing, after->listing);
}

/* How many of `others` a part could be joined with, by what costs no reading. */
static size_t partners_of(const struct wci_join_part *part, bool is_before,
                          struct wci_join_part **others, size_t count)
{
    size_t partners = 0, i;

    for (i = 0; i < count; i++)
        partners += blocks_agree(is_before ? part : others[i], is_before ? others[i] : part);
    return partners;
}

/* True when some part of the cut has more than one possible partner. */
static bool is_ambiguous(struct wci_join_part **before, size_t before_count,
                         struct wci_join_part **after, size_t after_count)
{
    size_t i;

    for (i = 0; i < before_count; i++) {
        if (partners_of(before[i], true, after, after_count) > 1)
            return true;
    }
    for (i = 0; i < after_count; i++) {
        if (partners_of(after[i], false, before, before_count) > 1)
            return true;
    }
    return false;
}

/* Pairs up the parts of one cut: best pairs first, each part once. */
static enum wcab_err join_cut(struct wci_join_part **before, size_t before_count,
                              struct wci_join_part **after, size_t after_count,
                              const struct wci_join_evidence *evidence, struct wcab_error *err)
{
    struct pair pairs[PAIRS_ON_STACK];
    struct pair *all = pairs;
    size_t count = 0, i, j;
    bool ambiguous = is_ambiguous(before, before_count, after, after_count);
    uint8_t *taken = wci_mem_calloc(before_count + after_count, 1);

    if (taken == NULL)
        return wci_error_nomem(err);
    if (before_count * after_count > sizeof(pairs) / sizeof(pairs[0])) {
        all = wci_mem_calloc(before_count * after_count, sizeof(*all));
        if (all == NULL) {
            free(taken);
            return wci_error_nomem(err);
        }
    }
    for (i = 0; i < before_count; i++) {
        for (j = 0; j < after_count; j++) {
            int score = score_of(before[i], after[j], ambiguous, evidence);

            if (score > 0)
                all[count++] = (struct pair){i, j, score};
        }
    }
    if (count > 0)
        qsort(all, count, sizeof(*all), by_score);
    for (i = 0; i < count; i++) {
        if (taken[all[i].before] || taken[before_count + all[i].after])
            continue;
        taken[all[i].before] = 1;
        taken[before_count + all[i].after] = 1;
        before[all[i].before]->next = after[all[i].after]->listing;
    }
    if (all != pairs)
        free(all);
    free(taken);
    return WCAB_OK;
}

enum wcab_err wci_join_parts(struct wci_join_part *parts, size_t count,
                             const struct wci_join_evidence *evidence, struct wcab_error *err)
{
    struct wci_join_part **before = wci_mem_calloc(count, sizeof(*before));
    struct wci_join_part **after = wci_mem_calloc(count, sizeof(*after));
    enum wcab_err code = WCAB_OK;
    size_t i, a = 0;

    if (count == 0)
        goto out;
    if (before == NULL || after == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    for (i = 0; i < count; i++) {
        parts[i].next = WCI_NONE;
        before[i] = after[i] = &parts[i];
    }
    qsort(before, count, sizeof(struct wci_join_part *), by_joint_next);
    qsort(after, count, sizeof(struct wci_join_part *), by_joint_previous);
    for (i = 0; code == WCAB_OK && i < count;) {
        uint64_t joint = before[i]->joint_next;
        size_t end = i, after_end;

        while (end < count && before[end]->joint_next == joint)
            end++;
        while (a < count && after[a]->joint_previous < joint)
            a++;
        for (after_end = a; after_end < count && after[after_end]->joint_previous == joint;)
            after_end++;
        if (joint != 0 && after_end > a)
            code = join_cut(before + i, end - i, after + a, after_end - a, evidence, err);
        i = end;
    }
out:
    free(before);
    free(after);
    return code;
}
