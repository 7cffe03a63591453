/*
 * probable - see probable.h.
 */
#include "query/media/probable.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/parts.h"
#include "core/text.h"
#include "query/handle.h"
#include "query/media/sums.h"
#include "query/same_image.h"

/* No product came on more disks: longer rows are numbered collections. */
enum { MOST_DISKS = 60, MOST_DIGITS = 2, MOST_START = 2 };

/* What ties images together: those with one folder and stem, each with a number of its own.  In the
 * order in which they are believed. */
enum kind { SAME, CHAIN, LABEL, NAME };

static const char *const evidence_of[] = {"copies", "cabinets", "labels", "names"};

struct key {
    enum kind kind;
    struct wci_bytes folder;
    struct wci_bytes stem;
    uint32_t number;
    size_t member;
};

struct probing {
    struct wci_known_images *images;
    struct wci_member *members;
    size_t count;
    size_t *parents;  /* owned: trees of images of one set */
    struct key *keys; /* owned */
    size_t key_count, key_capacity;
    struct wci_arena *arena; /* owned: stems */
    struct wcab_error *err;
};

/* ---- sets while they grow ------------------------------------------------------------------ */

static size_t root_of(struct probing *probing, size_t member)
{
    while (probing->parents[member] != member) {
        probing->parents[member] = probing->parents[probing->parents[member]];
        member = probing->parents[member];
    }
    return member;
}

/* The first that was found, but that an image has a copy ties it to nothing else. */
static void note_evidence(struct wci_member *member, enum kind kind)
{
    if (member->evidence == NULL || member->evidence == evidence_of[SAME])
        member->evidence = evidence_of[kind];
}

static void tie(struct probing *probing, size_t a, size_t b, enum kind kind)
{
    size_t x = root_of(probing, a), y = root_of(probing, b);

    if (x < y)
        probing->parents[y] = x;
    else
        probing->parents[x] = y;
    note_evidence(&probing->members[a], kind);
    note_evidence(&probing->members[b], kind);
}

/* ---- numbers in names ----------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "3 of 7": the number before the last one counts. */
static size_t before_total(struct wci_bytes text, size_t at)
{
    size_t i = at;

    while (i > 0 && (text.data[i - 1] == ' ' || text.data[i - 1] == '_' || text.data[i - 1] == '-'))
        i--;
    if (i > 0 && text.data[i - 1] == '/')
        i--;
    else if (i > 1 && (text.data[i - 1] | 0x20) == 'f' && (text.data[i - 2] | 0x20) == 'o')
        i -= 2;
    else
        return 0;
    while (i > 0 && (text.data[i - 1] == ' ' || text.data[i - 1] == '_' || text.data[i - 1] == '-'))
        i--;
    return i > 0 && is_digit(text.data[i - 1]) ? i : 0;
}

bool wci_probable_number(struct wci_bytes text, uint32_t *number, size_t *at, size_t *length)
{
    size_t end = text.length, start, i;

    while (end > 0 && !is_digit(text.data[end - 1]))
        end--;
    for (start = end; start > 0 && is_digit(text.data[start - 1]); start--)
        ;
    if (end == 0)
        return false;
    i = before_total(text, start);
    if (i > 0) {
        end = i;
        for (start = end; start > 0 && is_digit(text.data[start - 1]); start--)
            ;
    }
    while (end - start > MOST_DIGITS && text.data[start] == '0')
        start++;
    if (end - start > MOST_DIGITS)
        return false;
    *number = 0;
    for (i = start; i < end; i++)
        *number = *number * 10 + (uint32_t)(text.data[i] - '0');
    *at = start;
    *length = end - start;
    return *number <= MOST_DISKS;
}

/* ---- keys ---------------------------------------------------------------------------------- */

static enum wcab_err add_key(struct probing *probing, struct key key)
{
    if (key.stem.data == NULL)
        return wci_error_nomem(probing->err);
    if (!wci_mem_grow(&probing->keys, probing->key_count, &probing->key_capacity,
                      sizeof(*probing->keys)))
        return wci_error_nomem(probing->err);
    probing->keys[probing->key_count++] = key;
    return WCAB_OK;
}

/* The text before the number, folded and without zeros and blanks at its end, and that behind it. */
static struct wci_bytes stem_of(struct probing *probing, struct wci_bytes text, size_t at,
                                size_t length)
{
    char folded[2 * WCI_LIMIT_NAME];
    struct wci_bytes before = {text.data, at};
    struct wci_bytes behind = {text.data + at + length, text.length - at - length};
    struct wci_bytes stem = {folded, 0};

    while (before.length > 0 &&
           (before.data[before.length - 1] == '0' || before.data[before.length - 1] == ' '))
        before.length--;
    stem.length = wci_text_fold(before, folded, sizeof(folded) / 2);
    if (stem.length < sizeof(folded) / 2)
        folded[stem.length++] = '\1'; /* where the number stands */
    stem.length += wci_text_fold(behind, folded + stem.length, sizeof(folded) / 2 - 1);
    return wci_arena_bytes(probing->arena, stem);
}

/* Where the neighbours of an image lie: its folder, or the image that it is a part of. */
static struct wci_bytes folder_of(const struct wci_known_image *image)
{
    return image->part == WCI_NONE ? wci_bytes_folder(image->image.path) : image->image.path;
}

static struct wci_bytes name_of(const struct wci_known_image *image)
{
    return image->part == WCI_NONE
               ? wci_bytes_base_name(image->image.path)
               : wci_known_image_file_name(image, wci_part_start(&image->image, image->part));
}

static enum wcab_err add_numbered(struct probing *probing, size_t member, enum kind kind,
                                  struct wci_bytes text)
{
    struct key key = {.kind = kind, .member = member};
    size_t at, length;

    if (text.length == 0 || text.length > WCI_LIMIT_NAME / 4 ||
        !wci_probable_number(text, &key.number, &at, &length))
        return WCAB_OK;
    key.folder = folder_of(probing->members[member].image);
    key.stem = stem_of(probing, text, at, length);
    return add_key(probing, key);
}

/* Linked cabinets of one set id, whose numbers count over the set. */
static enum wcab_err add_cabinet(struct probing *probing, size_t member, uint32_t listing_id)
{
    struct key key = {.kind = CHAIN, .member = member};
    struct wci_reader *reader = NULL;
    struct wci_listing listing;
    struct wci_cab *cab;
    enum wcab_err code = wci_handle_reader(probing->images->catalog, false, &reader, probing->err);

    if (code == WCAB_OK)
        code = wci_reader_listing(reader, listing_id, &listing, probing->err);
    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, probing->arena, &cab, probing->err);
    if (code != WCAB_OK || (cab->flags & (WCI_CAB_HAS_PREVIOUS | WCI_CAB_HAS_NEXT)) == 0)
        return code;
    key.folder = folder_of(probing->members[member].image);
    key.number = cab->index;
    key.stem = wci_arena_bytes(probing->arena,
                               (struct wci_bytes){(const char *)&cab->set_id, sizeof(cab->set_id)});
    return add_key(probing, key);
}

static enum wcab_err add_keys(struct probing *probing, size_t member)
{
    const struct wci_known_image *image = probing->members[member].image;
    struct key same = {.kind = SAME, .member = member};
    enum wcab_err code;
    uint32_t i;

    same.stem = (struct wci_bytes){(const char *)image->image.quick, sizeof(image->image.quick)};
    same.number = image->part;
    code = add_key(probing, same);
    for (i = 0; code == WCAB_OK && i < image->image.container_count; i++) {
        if (image->image.containers[i].kind == WCI_CONTAINER_CABINET &&
            wci_known_image_holds(image, i))
            code = add_cabinet(probing, member, image->state.listings[i]);
    }
    if (image->image.kind != WCI_IMAGE_FILE || image->image.container_count == 0 ||
        image->image.containers[wci_known_image_root(image)].kind != WCI_CONTAINER_FAT)
        return code; /* what is no floppy isn't counted */
    if (code == WCAB_OK)
        code = add_numbered(probing, member, LABEL,
                            wci_known_image_label(image, wci_known_image_root(image)).bytes);
    return code == WCAB_OK ? add_numbered(probing, member, NAME, name_of(image)) : code;
}

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = (x->kind > y->kind) - (x->kind < y->kind);

    if (order == 0)
        order = wci_bytes_compare(x->folder, y->folder);
    if (order == 0)
        order = wci_bytes_compare(x->stem, y->stem);
    if (order == 0)
        order = (x->number > y->number) - (x->number < y->number);
    return order == 0 ? (x->member > y->member) - (x->member < y->member) : order;
}

/* ---- from keys to sets --------------------------------------------------------------------- */

static const struct wci_known_image *image_of(const struct probing *probing, const struct key *key)
{
    return probing->members[key->member].image;
}

/* Images with one digest: those that are the same are tied to the first of them. */
static void tie_same(struct probing *probing, const struct key *keys, size_t count)
{
    size_t i, k;

    for (i = 1; i < count; i++) {
        struct wci_member *member = &probing->members[keys[i].member];

        for (k = i; k-- > 0 && !member->duplicate && i - k < MOST_DISKS;) {
            if (probing->members[keys[k].member].duplicate ||
                !wci_same_image(image_of(probing, &keys[k]), member->image))
                continue;
            member->duplicate = true;
            tie(probing, keys[k].member, keys[i].member, SAME);
        }
    }
}

/* Whether the numbers are those of disks: each stands for one image and none contradicts what is
 * known already. */
static bool counts_disks(struct probing *probing, const struct key *keys, size_t count)
{
    size_t i, numbers = 1;

    for (i = 0; i < count; i++) {
        const struct wci_member *member = &probing->members[keys[i].member];

        if (member->number != WCI_NONE && member->number != keys[i].number)
            return false;
        if (i == 0)
            continue;
        if (keys[i].number != keys[i - 1].number)
            numbers++;
        else if (root_of(probing, keys[i].member) != root_of(probing, keys[i - 1].member))
            return false;
    }
    return numbers > 1 && (keys[0].kind != NAME || keys[0].number <= MOST_START);
}

static void tie_numbered(struct probing *probing, const struct key *keys, size_t count)
{
    size_t i;

    if (!counts_disks(probing, keys, count))
        return;
    for (i = 0; i < count; i++) {
        probing->members[keys[i].member].number = keys[i].number;
        if (i > 0)
            tie(probing, keys[i - 1].member, keys[i].member, keys[i].kind);
    }
}

/* Cabinets of one set with different numbers, on whatever images; two of one number: who knows. */
static void tie_chain(struct probing *probing, const struct key *keys, size_t count)
{
    size_t i;

    for (i = 1; i < count; i++) {
        if (keys[i].number == keys[i - 1].number &&
            root_of(probing, keys[i].member) != root_of(probing, keys[i - 1].member))
            return;
    }
    for (i = 1; i < count; i++) {
        if (keys[i].member != keys[i - 1].member)
            tie(probing, keys[i - 1].member, keys[i].member, CHAIN);
    }
}

/* A set whose names are what its ID is above that of another one belongs to it. */
static enum wcab_err on_sum(void *context, const struct wci_sum *sum)
{
    struct probing *probing = context;

    if (sum->found == sum->wanted && sum->member != sum->member_before)
        tie(probing, sum->member, sum->member_before, CHAIN);
    return WCAB_OK;
}

static enum wcab_err tie_sums(struct probing *probing)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(probing->images->catalog, false, &reader, probing->err);

    return code != WCAB_OK ? code
                           : wci_sums_each(reader, probing->members, probing->count, on_sum,
                                           probing, probing->err);
}

static void tie_keys(struct probing *probing)
{
    size_t first, end;

    for (first = 0; first < probing->key_count; first = end) {
        const struct key *key = &probing->keys[first];

        for (end = first + 1; end < probing->key_count; end++) {
            if (probing->keys[end].kind != key->kind ||
                !wci_bytes_equal(probing->keys[end].folder, key->folder) ||
                !wci_bytes_equal(probing->keys[end].stem, key->stem))
                break;
        }
        if (key->kind == SAME)
            tie_same(probing, key, end - first);
        else if (key->kind == CHAIN)
            tie_chain(probing, key, end - first);
        else
            tie_numbered(probing, key, end - first);
    }
}

/* Images of one group have cabinets that go on in each other. */
static void tie_groups(struct probing *probing)
{
    size_t i;

    for (i = 1; i < probing->count; i++) {
        uint64_t group = probing->members[i].image->image.identity.group;

        if (group != 0 && group == probing->members[i - 1].image->image.identity.group)
            tie(probing, i - 1, i, CHAIN);
    }
}

/* ---- results ------------------------------------------------------------------------------- */

/* Numbers the sets in the order of their first members, and says of single images nothing. */
static void hand_out(struct probing *probing, size_t *set_count)
{
    size_t i;

    for (i = 0; i < probing->count; i++) {
        struct wci_member *member = &probing->members[i];
        size_t root = root_of(probing, i);

        member->set = root == i ? (*set_count)++ : probing->members[root].set;
    }
}

enum wcab_err wci_probable_find(struct wci_known_images *images, struct wci_member *members,
                                size_t count, size_t *set_count, struct wcab_error *err)
{
    struct probing probing = {.images = images, .members = members, .count = count, .err = err};
    enum wcab_err code = WCAB_OK;
    size_t i;

    probing.parents = wci_mem_calloc(count, sizeof(*probing.parents));
    probing.arena = wci_arena_new();
    if (probing.parents == NULL || probing.arena == NULL)
        code = wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        probing.parents[i] = i;
        code = add_keys(&probing, i);
    }
    if (code == WCAB_OK) {
        if (probing.key_count > 0)
            qsort(probing.keys, probing.key_count, sizeof(*probing.keys), compare_keys);
        tie_groups(&probing);
        tie_keys(&probing);
        code = tie_sums(&probing);
        hand_out(&probing, set_count);
    }
    free(probing.keys);
    free(probing.parents);
    wci_arena_free(probing.arena);
    return code;
}
