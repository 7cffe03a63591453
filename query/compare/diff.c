/*
 * diff - wcab_diff: the files of two media side by side.
 *
 * Both media are read into light items, sorted by the name that they are matched by; then the
 * groups of one name are unpacked, matched and handed out one after the other.
 */
#include <stdlib.h>
#include <string.h>

#include "core/dostime.h"
#include "core/error.h"
#include "core/mem.h"
#include "core/sized.h"
#include "query/compare/content_group.h"
#include "query/compare/diff_match.h"
#include "query/compare/side.h"
#include "query/content_filter.h"
#include "query/gather.h"
#include "query/pattern.h"
#include "query/rank.h"

/* Copies of one name that are told from further images of the same; more than these are not. */
enum { IMAGE_CACHE_BYTES = 64 * 1024 * 1024, MOST_TOLD_APART = 64, LEFT = 0, RIGHT = 1, SIDES = 2 };

/* One side with its copies of the current name. */
struct side {
    struct wci_filter *filter; /* owned */
    struct wci_side files;
    size_t at; /* its first file behind the current name's */
    struct wci_gather gather;
    struct wci_diff_copy *copies; /* from name_arena */
    size_t copy_count;
    struct wcab_diff_side *told; /* in the summary */
};

struct wcab_diff {
    struct wcab_catalog *catalog; /* borrowed, as what the options point to */
    struct wcab_diff_options taken;
    const struct wcab_diff_options *options; /* taken */
    struct wci_pattern **patterns;           /* owned; options->name_count of them */
    struct wci_known_images images;
    bool images_open;
    struct wci_arena *arena, *name_arena, *file_arena; /* owned */
    struct side sides[SIDES];
    struct wci_diff_pair *pairs; /* of the current name, from name_arena */
    size_t pair_count, pair;     /* pair: the next one */
    struct wcab_content contents[SIDES];
    struct wcab_diff_file file;
    struct wcab_diff_summary summary;
};

/* ---- opening and closing ------------------------------------------------------------------ */

static enum wcab_err compile_names(struct wcab_diff *diff, struct wcab_error *err)
{
    const struct wcab_diff_options *options = diff->options;
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (options->name_count == 0)
        return WCAB_OK;
    diff->patterns = wci_mem_calloc(options->name_count, sizeof(struct wci_pattern *));
    if (diff->patterns == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < options->name_count; i++) {
        code = wci_pattern_compile(options->names[i], WCAB_MATCH_AUTO, &diff->patterns[i], err);
        if (code == WCAB_OK && wci_pattern_has_folders(diff->patterns[i]))
            code = wci_error_set(err, WCAB_ERR_USAGE,
                                 "'%.100s' names a folder: give the file's name alone",
                                 options->names[i]);
    }
    return code;
}

static enum wcab_err open_memory(struct wcab_diff *diff, struct wcab_error *err)
{
    enum wcab_err code;

    diff->arena = wci_arena_new();
    diff->name_arena = wci_arena_new();
    diff->file_arena = wci_arena_new();
    if (diff->arena == NULL || diff->name_arena == NULL || diff->file_arena == NULL)
        return wci_error_nomem(err);
    code = wci_known_images_open(&diff->images, diff->catalog, err);
    diff->images_open = code == WCAB_OK;
    return code;
}

static enum wcab_err tell_medium(struct wcab_diff *diff, struct side *side, struct wcab_error *err)
{
    struct wci_bytes id = side->files.medium, title;
    const struct wci_profile *profile = NULL;
    enum wcab_err code = WCAB_OK;

    side->told->images = side->files.images;
    if (id.length == 0)
        return WCAB_OK;
    side->told->medium = id.data;
    code = wci_handle_profile(diff->catalog, id, &profile, err);
    if (code != WCAB_OK || profile == NULL)
        return code;
    title = wci_arena_bytes(diff->arena, profile->title);
    side->told->title = title.data;
    return title.data != NULL ? WCAB_OK : wci_error_nomem(err);
}

static enum wcab_err open_side(struct wcab_diff *diff, struct side *side, const char *asked,
                               struct wcab_diff_side *told, struct wcab_error *err)
{
    enum wcab_err code = wci_filter_open(diff->catalog, asked, &side->filter, err);

    side->told = told;
    told->asked = asked;
    side->gather.catalog = diff->catalog;
    side->gather.images = &diff->images;
    side->gather.filter = side->filter;
    side->gather.arena = diff->name_arena;
    if (code == WCAB_OK)
        code = wci_side_read(&diff->images, side->filter, diff->arena, &side->files, err);
    if (code == WCAB_OK && side->files.images + side->files.listings == 0)
        code = wci_error_set(err, WCAB_ERR_NOTFOUND,
                             "nothing of '%.100s' is indexed, and no listing of it was published",
                             asked);
    return code == WCAB_OK ? tell_medium(diff, side, err) : code;
}

static enum wcab_err open_all(struct wcab_diff *diff, struct wcab_error *err)
{
    const struct wcab_diff_options *options = diff->options;
    enum wcab_err code = compile_names(diff, err);

    if (code == WCAB_OK)
        code = open_memory(diff, err);
    if (code == WCAB_OK)
        code = open_side(diff, &diff->sides[LEFT], options->left, &diff->summary.left, err);
    if (code == WCAB_OK)
        code = open_side(diff, &diff->sides[RIGHT], options->right, &diff->summary.right, err);
    if (code == WCAB_OK)
        code = wci_side_choose_keys(&diff->sides[LEFT].files, &diff->sides[RIGHT].files, err);
    return code;
}

static enum wcab_err take_options(struct wcab_diff *diff, const struct wcab_diff_options *options,
                                  struct wcab_error *err)
{
    enum wcab_err code = wci_sized_take(&diff->taken, sizeof(diff->taken), options, err);

    diff->options = &diff->taken;
    if (code == WCAB_OK && (diff->taken.left == NULL || diff->taken.right == NULL))
        code = wci_error_set(err, WCAB_ERR_USAGE, "two media are needed");
    return code == WCAB_OK ? wci_sized_check_names(diff->taken.names, diff->taken.name_count, err)
                           : code;
}

enum wcab_err wcab_diff_open(struct wcab_catalog *catalog, const struct wcab_diff_options *options,
                             struct wcab_diff **diff, struct wcab_error *err)
{
    struct wcab_error own;
    struct wcab_diff *made;
    enum wcab_err code;

    if (catalog == NULL || diff == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    made = calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->catalog = catalog;
    code = take_options(made, options, &own);
    if (code == WCAB_OK)
        code = open_all(made, &own);
    if (code == WCAB_OK)
        *diff = made;
    else
        wcab_diff_close(made);
    return wci_error_give(code, &own, err);
}

void wcab_diff_close(struct wcab_diff *diff)
{
    size_t i;

    if (diff == NULL)
        return;
    for (i = 0; diff->patterns != NULL && i < diff->options->name_count; i++)
        wci_pattern_free(diff->patterns[i]);
    free(diff->patterns);
    for (i = 0; i < SIDES; i++) {
        wci_side_free(&diff->sides[i].files);
        wci_gather_free(&diff->sides[i].gather);
        wci_filter_free(diff->sides[i].filter);
    }
    if (diff->images_open)
        wci_known_images_close(&diff->images);
    wci_arena_free(diff->arena);
    wci_arena_free(diff->name_arena);
    wci_arena_free(diff->file_arena);
    free(diff);
}

const struct wcab_diff_summary *wcab_diff_result(const struct wcab_diff *diff)
{
    return diff != NULL ? &diff->summary : NULL;
}

/* ---- the copies of a name ----------------------------------------------------------------- */

/* Whether one of the file's names is asked for. */
static bool fits(const struct wcab_diff *diff, const struct wci_side_file *file)
{
    size_t i;
    uint8_t j;

    if (diff->options->name_count == 0)
        return true;
    for (i = 0; i < diff->options->name_count; i++) {
        for (j = 0; j < file->name_count; j++) {
            if (wci_pattern_fits(diff->patterns[i], file->names[j]))
                return true;
        }
    }
    return false;
}

/* Unpacks the side's files of that key; *fitting turns true when one of them is asked for. */
static enum wcab_err gather_key(struct wcab_diff *diff, struct side *side, struct wci_bytes key,
                                bool *fitting, struct wcab_error *err)
{
    struct wci_gather *gather = &side->gather;
    size_t own_count = 0;
    enum wcab_err code = WCAB_OK;

    gather->count = 0;
    for (; side->at < side->files.count; side->at++) {
        const struct wci_side_file *file = &side->files.files[side->at];

        if (!wci_bytes_equal(file->key, key))
            break;
        code =
            wci_gather_put(gather, file->published, file->image, file->container, file->row, err);
        if (code != WCAB_OK)
            return code;
        gather->found[gather->count - 1].headless = file->headless;
        own_count += !file->published;
        *fitting = *fitting || fits(diff, file);
    }
    if (own_count < gather->count)
        code = wci_gather_drop_covered(gather, own_count, err);
    if (code == WCAB_OK)
        wci_rank_sort(gather->found, gather->count);
    return code;
}

static enum wcab_err read_facts(struct wcab_diff *diff, struct wci_diff_copy *copy,
                                struct wcab_error *err)
{
    copy->read = false;
    return wci_content_filter_facts(diff->catalog, copy->found, &copy->facts, &copy->read, err);
}

/* Adds a copy unless a further image of the same disk has given it; then the one that was read
 * whole counts. */
static enum wcab_err add_copy(struct wcab_diff *diff, struct side *side,
                              const struct wci_found *found, struct wcab_error *err)
{
    struct wci_diff_copy copy = {.found = found};
    size_t i;
    enum wcab_err code = read_facts(diff, &copy, err);

    if (code != WCAB_OK)
        return code;
    for (i = 0; i < side->copy_count && i < MOST_TOLD_APART; i++) {
        struct wci_diff_copy *other = &side->copies[i];

        if (other->found->image == found->image || !wci_rank_is_same(other->found, found))
            continue;
        if (copy.read && copy.facts.has_sha256 && !(other->read && other->facts.has_sha256))
            *other = copy;
        return WCAB_OK;
    }
    side->copies[side->copy_count++] = copy;
    return WCAB_OK;
}

static enum wcab_err make_copies(struct wcab_diff *diff, struct side *side, struct wcab_error *err)
{
    size_t count = side->gather.count, i;
    enum wcab_err code = WCAB_OK;

    side->copy_count = 0;
    side->copies = wci_arena_calloc(diff->name_arena, count + 1, sizeof(*side->copies));
    if (side->copies == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < count; i++)
        code = add_copy(diff, side, &side->gather.found[i], err);
    return code;
}

static void count_side(struct side *side)
{
    size_t i;

    for (i = 0; i < side->copy_count; i++) {
        const struct wci_diff_copy *copy = &side->copies[i];

        side->told->files++;
        side->told->published += copy->found->image->published;
        side->told->unread += !(copy->read && copy->facts.has_sha256);
    }
}

static enum wcab_err match_copies(struct wcab_diff *diff, struct wcab_error *err)
{
    struct side *left = &diff->sides[LEFT], *right = &diff->sides[RIGHT];
    size_t count = left->copy_count + right->copy_count;
    struct wci_diff_copy **work =
        wci_arena_calloc(diff->name_arena, count + 1, sizeof(struct wci_diff_copy *));

    diff->pairs = wci_arena_calloc(diff->name_arena, count + 1, sizeof(*diff->pairs));
    if (work == NULL || diff->pairs == NULL)
        return wci_error_nomem(err);
    diff->pair_count = wci_diff_match(left->copies, left->copy_count, right->copies,
                                      right->copy_count, work, diff->pairs);
    count_side(left);
    count_side(right);
    return WCAB_OK;
}

/* The smaller of the keys that the sides come to next; false at the end of both. */
static bool next_key(const struct wcab_diff *diff, struct wci_bytes *key)
{
    const struct side *left = &diff->sides[LEFT], *right = &diff->sides[RIGHT];
    bool has_left = left->at < left->files.count, has_right = right->at < right->files.count;

    if (has_left)
        *key = left->files.files[left->at].key;
    if (has_right && (!has_left || wci_bytes_compare(right->files.files[right->at].key, *key) < 0))
        *key = right->files.files[right->at].key;
    return has_left || has_right;
}

/* Sets up the pairs of the next name that is asked for; none at the end. */
static enum wcab_err begin_name(struct wcab_diff *diff, struct wcab_error *err)
{
    struct wci_bytes key;
    bool fitting = false;
    enum wcab_err code = WCAB_OK;
    size_t i;

    diff->pair = diff->pair_count = 0;
    while (!fitting && next_key(diff, &key)) {
        wci_arena_reset(diff->name_arena);
        wci_known_images_trim(&diff->images, IMAGE_CACHE_BYTES);
        for (i = 0; code == WCAB_OK && i < SIDES; i++)
            code = gather_key(diff, &diff->sides[i], key, &fitting, err);
        if (code != WCAB_OK)
            return code;
    }
    for (i = 0; fitting && code == WCAB_OK && i < SIDES; i++)
        code = make_copies(diff, &diff->sides[i], err);
    return fitting && code == WCAB_OK ? match_copies(diff, err) : code;
}

/* ---- one pair ----------------------------------------------------------------------------- */

static bool same_date(const struct wci_found *a, const struct wci_found *b)
{
    uint32_t x = a->entry.modified, y = b->entry.modified;

    if (x == 0 || y == 0 || x == y)
        return true;
    return (a->image->published && wci_dostime_as_printed(x, y)) ||
           (b->image->published && wci_dostime_as_printed(y, x));
}

static bool has_status(const struct wci_diff_copy *copy, enum wci_deep_status status)
{
    return copy->read && copy->facts.status == status;
}

static unsigned differs(const struct wci_diff_copy *left, const struct wci_diff_copy *right,
                        bool *bytes_compared)
{
    const struct wci_entry *a = &left->found->entry;
    const struct wci_entry *b = &right->found->entry;
    unsigned found = 0;

    *bytes_compared =
        left->read && right->read && left->facts.has_sha256 && right->facts.has_sha256;
    if (!((a->flags | b->flags) & WCI_ENTRY_SIZE_UNKNOWN) && a->size != b->size)
        found |= WCAB_DIFFERS_SIZE;
    if (!same_date(left->found, right->found))
        found |= WCAB_DIFFERS_DATE;
    if (left->read && right->read && left->facts.has_version && right->facts.has_version &&
        left->facts.file_version != right->facts.file_version)
        found |= WCAB_DIFFERS_VERSION;
    if (*bytes_compared &&
        memcmp(left->facts.sha256, right->facts.sha256, sizeof(left->facts.sha256)) != 0)
        found |= WCAB_DIFFERS_BYTES;
    if ((has_status(left, WCI_DEEP_DAMAGED) && has_status(right, WCI_DEEP_OK)) ||
        (has_status(left, WCI_DEEP_OK) && has_status(right, WCI_DEEP_DAMAGED)))
        found |= WCAB_DIFFERS_SOUNDNESS;
    return found;
}

static const struct wci_diff_copy *copy_of(const struct side *side, size_t copy)
{
    return copy == WCI_DIFF_NO_COPY ? NULL : &side->copies[copy];
}

/* Judges the pair and counts it. */
static void judge(struct wcab_diff *diff, const struct wci_diff_copy *left,
                  const struct wci_diff_copy *right)
{
    struct wcab_diff_file *file = &diff->file;
    struct wcab_diff_summary *summary = &diff->summary;

    memset(file, 0, sizeof(*file));
    if (right == NULL) {
        file->difference = WCAB_DIFFERENCE_LEFT;
        summary->only_left++;
        return;
    }
    if (left == NULL) {
        file->difference = WCAB_DIFFERENCE_RIGHT;
        summary->only_right++;
        return;
    }
    file->differs = differs(left, right, &file->bytes_compared);
    if (diff->options->ignore_date && file->differs == WCAB_DIFFERS_DATE)
        file->differs = 0;
    file->difference = file->differs != 0 ? WCAB_DIFFERENCE_CHANGED : WCAB_DIFFERENCE_SAME;
    summary->same += file->differs == 0;
    summary->changed += file->differs != 0;
    summary->bytes_compared += file->bytes_compared;
}

static enum wcab_err fill_content(struct wcab_diff *diff, const struct wci_diff_copy *copy,
                                  struct wcab_content *content, const struct wcab_content **filled,
                                  struct wcab_error *err)
{
    enum wcab_err code;

    *filled = NULL;
    if (copy == NULL)
        return WCAB_OK;
    code = wci_content_group_fill(&copy->found, 1, copy->read ? &copy->facts : NULL,
                                  diff->file_arena, content, err);
    if (code == WCAB_OK)
        *filled = content;
    return code;
}

static enum wcab_err fill_file(struct wcab_diff *diff, const struct wci_diff_copy *left,
                               const struct wci_diff_copy *right, struct wcab_error *err)
{
    struct wcab_diff_file *file = &diff->file;
    enum wcab_err code;

    wci_arena_reset(diff->file_arena);
    code = fill_content(diff, left, &diff->contents[LEFT], &file->left, err);
    if (code == WCAB_OK)
        code = fill_content(diff, right, &diff->contents[RIGHT], &file->right, err);
    if (code == WCAB_OK)
        file->name = file->left != NULL ? file->left->name : file->right->name;
    if (code == WCAB_OK && file->name == NULL) /* a medium may hold a file without a name */
        file->name = "";
    return code;
}

static enum wcab_err do_diff_next(struct wcab_diff *diff, const struct wcab_diff_file **file,
                                  struct wcab_error *err)
{
    for (;;) {
        const struct wci_diff_copy *left, *right;
        enum wcab_err code = WCAB_OK;

        if (diff->pair == diff->pair_count)
            code = begin_name(diff, err);
        if (code != WCAB_OK)
            return code;
        if (diff->pair == diff->pair_count) {
            /* a name all of whose files were covered is no end */
            struct wci_bytes key;

            if (next_key(diff, &key))
                continue;
            *file = NULL;
            return WCAB_OK;
        }
        left = copy_of(&diff->sides[LEFT], diff->pairs[diff->pair].left);
        right = copy_of(&diff->sides[RIGHT], diff->pairs[diff->pair].right);
        diff->pair++;
        judge(diff, left, right);
        if (!(diff->options->show & diff->file.difference))
            continue;
        code = fill_file(diff, left, right, err);
        if (code == WCAB_OK)
            *file = &diff->file;
        return code;
    }
}

enum wcab_err wcab_diff_next(struct wcab_diff *diff, const struct wcab_diff_file **file,
                             struct wcab_error *err)
{
    struct wcab_error own;

    if (diff == NULL || file == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_diff_next(diff, file, &own), &own, err);
}
