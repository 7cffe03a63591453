/*
 * profile_index - see profile_index.h.
 */
#include "indexer/recognise/profile_index.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

/* First byte under every hash, so that keys of different kinds never meet. */
enum { KIND_CABINET = 1, KIND_FILE = 2, KIND_SHORT = 3, KIND_NAME = 4 };

/* FNV-1a with 64 bits, finished by a multiply and shift so that the top bits are good too. */
static const uint64_t hash_start = 0xCBF29CE484222325ULL;
static const uint64_t hash_prime = 0x100000001B3ULL;

static uint64_t hash_byte(uint64_t hash, uint8_t byte)
{
    return (hash ^ byte) * hash_prime;
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
    int i;

    for (i = 0; i < 8; i++)
        hash = hash_byte(hash, (uint8_t)(number >> (8 * i)));
    return hash;
}

static uint64_t hash_folded(uint64_t hash, struct wci_bytes name)
{
    struct wci_folded folded;
    size_t i;

    if (name.length > WCI_LIMIT_NAME)
        name.length = WCI_LIMIT_NAME;
    name = wci_text_fold_name(name, &folded);
    for (i = 0; i < name.length; i++)
        hash = hash_byte(hash, (uint8_t)name.data[i]);
    return hash;
}

static uint64_t finish(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15ULL;
    return hash ^ hash >> 29;
}

uint64_t wci_index_cabinet_key(struct wci_bytes cabinet)
{
    return cabinet.length == 0 ? 0
                               : finish(hash_folded(hash_byte(hash_start, KIND_CABINET), cabinet));
}

uint64_t wci_index_file_key(uint64_t cabinet_key, struct wci_bytes name, uint64_t size)
{
    uint64_t hash = hash_number(hash_byte(hash_start, KIND_FILE), cabinet_key);

    return finish(hash_folded(hash_number(hash, size), name));
}

uint64_t wci_index_short_key(uint64_t cabinet_key, struct wci_bytes name, uint64_t size)
{
    uint64_t hash = hash_number(hash_byte(hash_start, KIND_SHORT), cabinet_key);
    struct wci_bytes extension = {name.data + name.length, 0};

    while (extension.length < 4 && extension.length < name.length && extension.data[0] != '.') {
        extension.data--;
        extension.length++;
    }
    return finish(hash_folded(hash_number(hash, size), extension));
}

uint64_t wci_index_name_key(struct wci_bytes name)
{
    return finish(hash_folded(hash_byte(hash_start, KIND_NAME), name));
}

/* Whether a listing and a medium may have this name in different forms. */
static bool may_be_shortened(const struct wci_profile_row *row)
{
    const char *dot;
    size_t stem;

    if (row->long_name.length > 0 || memchr(row->name.data, '~', row->name.length) != NULL ||
        memchr(row->name.data, ' ', row->name.length) != NULL)
        return true;
    dot = memchr(row->name.data, '.', row->name.length);
    stem = dot == NULL ? row->name.length : (size_t)(dot - row->name.data);
    return row->cabinet.length > 0 && stem > 8 &&
           memchr(row->name.data, '\\', row->name.length) == NULL;
}

/* ---- building ----------------------------------------------------------------------------- */

struct builder {
    struct wci_profile_index *index;
    size_t group_capacity, ref_capacity;
    struct wcab_error *err;
};

/* The group that a row belongs to, made when it is the first; UINT32_MAX without memory.  Rows of a
 * group stand together, so looking backwards from the last group finds it soon. */
static uint32_t group_of(struct builder *builder, uint32_t profile,
                         const struct wci_profile_row *row)
{
    struct wci_profile_index *index = builder->index;
    struct wci_row_group *group;
    uint32_t i;

    for (i = index->group_count; i > 0 && index->groups[i - 1].profile == profile; i--) {
        group = &index->groups[i - 1];
        if (wci_bytes_equal(group->disk, row->disk) &&
            (wci_bytes_equal(group->cabinet, row->cabinet) ||
             wci_text_equal_folded(group->cabinet, row->cabinet)))
            return i - 1;
    }
    if (!wci_mem_grow(&index->groups, index->group_count, &builder->group_capacity,
                      sizeof(*index->groups)))
        return UINT32_MAX;
    group = &index->groups[index->group_count];
    memset(group, 0, sizeof(*group));
    group->profile = profile;
    group->loose = row->cabinet.length == 0;
    group->cabinet = row->cabinet;
    group->disk = row->disk;
    group->cabinet_key = wci_index_cabinet_key(row->cabinet);
    return index->group_count++;
}

static bool add_ref(struct builder *builder, uint64_t key, uint32_t group, uint32_t row)
{
    struct wci_profile_index *index = builder->index;
    struct wci_row_ref *ref;

    if (!wci_mem_grow(&index->refs, index->ref_count, &builder->ref_capacity, sizeof(*index->refs)))
        return false;
    ref = &index->refs[index->ref_count++];
    ref->key = key;
    ref->group = group;
    ref->row = row;
    ref->opened = false;
    return true;
}

static bool add_row(struct builder *builder, uint32_t profile, uint32_t number)
{
    const struct wci_profile_row *row = &builder->index->profiles[profile]->rows[number];
    uint32_t at = group_of(builder, profile, row);
    struct wci_row_group *group;
    uint64_t cabinet_key;
    bool ok = true;

    if (at == UINT32_MAX)
        return false;
    group = &builder->index->groups[at];
    cabinet_key = group->cabinet_key;
    if (group->loose)
        ok = add_ref(builder, wci_index_name_key(row->name), at, number);
    if (row->size == WCI_ROW_SIZE_UNKNOWN) {
        group->sizeless += row->status != WCI_ROW_DOUBTFUL;
        return ok;
    }
    group->listed += row->status != WCI_ROW_DOUBTFUL;
    ok = ok && add_ref(builder, wci_index_file_key(cabinet_key, row->name, row->size), at, number);
    if (ok && row->long_name.length > 0)
        ok = add_ref(builder, wci_index_file_key(cabinet_key, row->long_name, row->size), at,
                     number);
    if (ok && may_be_shortened(row))
        ok = add_ref(builder, wci_index_short_key(cabinet_key, row->name, row->size), at, number);
    return ok;
}

/* Order of refs of one bucket: by key, and as the listings have them where keys are equal. */
static bool is_behind(const struct wci_row_ref *a, const struct wci_row_ref *b)
{
    if (a->key != b->key)
        return a->key > b->key;
    return a->group != b->group ? a->group > b->group : a->row > b->row;
}

static void sort_bucket(struct wci_row_ref *refs, size_t count)
{
    size_t i, j;

    for (i = 1; i < count; i++) {
        struct wci_row_ref ref = refs[i];

        for (j = i; j > 0 && is_behind(&refs[j - 1], &ref); j--)
            refs[j] = refs[j - 1];
        refs[j] = ref;
    }
}

/* The refs sorted: dealt out to as many buckets as there are refs, by the top bits of their keys,
 * so that a bucket has one or two of them.  (Equal keys of many rows make a long bucket; they come
 * in order already, so that sorting it is one pass.) */
static bool index_refs(struct wci_profile_index *index)
{
    size_t buckets = 256, at = 0, i;
    struct wci_row_ref *sorted;
    unsigned bits = 8;

    while (buckets < index->ref_count && bits < 24) {
        buckets *= 2;
        bits++;
    }
    index->shift = 64 - bits;
    index->starts = wci_mem_calloc(buckets + 2, sizeof(*index->starts));
    sorted = wci_mem_calloc(index->ref_count + 1, sizeof(*sorted));
    if (index->starts == NULL || sorted == NULL) {
        free(sorted);
        return false;
    }
    for (i = 0; i < index->ref_count; i++)
        index->starts[(index->refs[i].key >> index->shift) + 2]++;
    for (i = 2; i < buckets + 2; i++)
        index->starts[i] += index->starts[i - 1];
    /* starts[b + 1] is where bucket b's next ref goes; when all are dealt it is where b + 1 begins
     */
    for (i = 0; i < index->ref_count; i++)
        sorted[index->starts[(index->refs[i].key >> index->shift) + 1]++] = index->refs[i];
    for (i = 0; i < buckets; i++) {
        sort_bucket(sorted + at, index->starts[i + 1] - at);
        at = index->starts[i + 1];
    }
    free(index->refs);
    index->refs = sorted;
    return true;
}

struct keyed_group {
    uint64_t key;
    uint32_t group;
};

static int compare_keyed_groups(const void *a, const void *b)
{
    const struct keyed_group *left = a;
    const struct keyed_group *right = b;

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->group < right->group ? -1 : left->group > right->group;
}

static bool index_cabinets(struct wci_profile_index *index)
{
    struct keyed_group *sorted;
    uint32_t i, count = 0;

    if (index->group_count == 0)
        return true;
    sorted = wci_mem_calloc(index->group_count, sizeof(*sorted));
    index->by_cabinet = wci_mem_calloc(index->group_count, sizeof(*index->by_cabinet));
    if (sorted == NULL || index->by_cabinet == NULL) {
        free(sorted);
        return false;
    }
    for (i = 0; i < index->group_count; i++) {
        if (index->groups[i].loose)
            continue;
        sorted[count].key = index->groups[i].cabinet_key;
        sorted[count++].group = i;
    }
    if (count > 1)
        qsort(sorted, count, sizeof(*sorted), compare_keyed_groups);
    for (i = 0; i < count; i++)
        index->by_cabinet[i] = sorted[i].group;
    index->by_cabinet_count = count;
    free(sorted);
    return true;
}

/* Notes which loose rows are cabinets whose contents are listed as well. */
static void mark_opened(struct wci_profile_index *index)
{
    size_t i, j, count;

    for (i = 0; i < index->ref_count; i++) {
        struct wci_row_ref *ref = &index->refs[i];
        const struct wci_row_group *group = &index->groups[ref->group];
        const uint32_t *same;

        if (!group->loose)
            continue;
        same = wci_index_find_cabinet(
            index, wci_index_cabinet_key(index->profiles[group->profile]->rows[ref->row].name),
            &count);
        for (j = 0; j < count; j++)
            ref->opened = ref->opened || index->groups[same[j]].profile == group->profile;
    }
}

enum wcab_err wci_index_build(const struct wci_profile *const *profiles, size_t count,
                              struct wci_profile_index *index, struct wcab_error *err)
{
    struct wci_profile_index built = {.profiles = profiles, .profile_count = (uint32_t)count};
    struct builder builder = {.index = &built, .err = err};
    uint32_t profile;
    size_t row;
    bool ok = true;

    if (count > UINT16_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d profiles", (int)UINT16_MAX);
    for (profile = 0; ok && profile < count; profile++) {
        for (row = 0; ok && row < profiles[profile]->row_count; row++)
            ok = add_row(&builder, profile, (uint32_t)row);
    }
    ok = ok && index_refs(&built) && index_cabinets(&built);
    if (!ok) {
        wci_index_free(&built);
        return wci_error_nomem(err);
    }
    mark_opened(&built);
    *index = built;
    return WCAB_OK;
}

void wci_index_free(struct wci_profile_index *index)
{
    free(index->groups);
    free(index->by_cabinet);
    free(index->refs);
    free(index->starts);
    memset(index, 0, sizeof(*index));
}

/* ---- looking up --------------------------------------------------------------------------- */

const struct wci_row_ref *wci_index_find(const struct wci_profile_index *index, uint64_t key,
                                         size_t *count)
{
    size_t bucket = (size_t)(key >> index->shift);
    size_t at = index->starts[bucket], end = index->starts[bucket + 1], first;

    while (at < end && index->refs[at].key < key)
        at++;
    first = at;
    while (at < end && index->refs[at].key == key)
        at++;
    *count = at - first;
    return *count == 0 ? NULL : &index->refs[first];
}

const uint32_t *wci_index_find_cabinet(const struct wci_profile_index *index, uint64_t cabinet_key,
                                       size_t *count)
{
    size_t low = 0, high = index->by_cabinet_count, end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (index->groups[index->by_cabinet[middle]].cabinet_key < cabinet_key)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < index->by_cabinet_count; end++) {
        if (index->groups[index->by_cabinet[end]].cabinet_key != cabinet_key)
            break;
    }
    *count = end - low;
    return *count == 0 ? NULL : &index->by_cabinet[low];
}
