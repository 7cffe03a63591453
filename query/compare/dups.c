/*
 * dups - wcab_dups_each: bytes that more than one file has.
 *
 * The catalog's hashes are walked in their order, so equal ones follow each other and only the
 * copies of one content are ever held.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/sized.h"
#include "core/text.h"
#include "query/compare/content_group.h"
#include "query/content_filter.h"
#include "query/filter.h"
#include "query/gather.h"
#include "query/pattern.h"
#include "query/rank.h"

enum { IMAGE_CACHE_BYTES = 64 * 1024 * 1024 };

struct place {
    uint32_t image, container, row;
};

struct dups {
    struct wcab_catalog *catalog; /* borrowed */
    const struct wcab_dups_options *options;
    struct wci_pattern **patterns; /* owned; options->name_count of them */
    struct wci_filter **filters;   /* owned; options->medium_count of them */
    struct wci_filter *any;        /* owned: lets everything pass */
    struct wci_known_images images;
    bool images_open;
    struct wci_arena *arena; /* owned */
    struct wci_gather gather;
    struct place *places; /* owned: of the current hash */
    size_t place_count, place_capacity;
    uint8_t sha256[32];
    bool any_content; /* one was shown */
    enum wcab_err (*visit)(void *context, const struct wcab_content *content);
    void *context;
    struct wcab_error *err;
};

/* ---- opening and closing ------------------------------------------------------------------ */

static enum wcab_err compile_names(struct dups *dups)
{
    const struct wcab_dups_options *options = dups->options;
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (options->name_count == 0)
        return WCAB_OK;
    dups->patterns = wci_mem_calloc(options->name_count, sizeof(struct wci_pattern *));
    if (dups->patterns == NULL)
        return wci_error_nomem(dups->err);
    for (i = 0; code == WCAB_OK && i < options->name_count; i++) {
        code =
            wci_pattern_compile(options->names[i], WCAB_MATCH_AUTO, &dups->patterns[i], dups->err);
        if (code == WCAB_OK && wci_pattern_has_folders(dups->patterns[i]))
            code = wci_error_set(dups->err, WCAB_ERR_USAGE,
                                 "'%.100s' names a folder: give the file's name alone",
                                 options->names[i]);
    }
    return code;
}

static enum wcab_err open_filters(struct dups *dups)
{
    const struct wcab_dups_options *options = dups->options;
    enum wcab_err code = wci_filter_open(dups->catalog, NULL, &dups->any, dups->err);
    size_t i;

    if (code != WCAB_OK || options->medium_count == 0)
        return code;
    dups->filters = wci_mem_calloc(options->medium_count, sizeof(struct wci_filter *));
    if (dups->filters == NULL)
        return wci_error_nomem(dups->err);
    for (i = 0; code == WCAB_OK && i < options->medium_count; i++)
        code = wci_filter_open(dups->catalog, options->media[i], &dups->filters[i], dups->err);
    return code;
}

static enum wcab_err open_all(struct dups *dups)
{
    enum wcab_err code = compile_names(dups);

    if (code == WCAB_OK)
        code = open_filters(dups);
    if (code == WCAB_OK)
        code = wci_content_filter_need_facts(dups->catalog, dups->err);
    if (code != WCAB_OK)
        return code;
    dups->arena = wci_arena_new();
    if (dups->arena == NULL)
        return wci_error_nomem(dups->err);
    code = wci_known_images_open(&dups->images, dups->catalog, dups->err);
    dups->images_open = code == WCAB_OK;
    dups->gather.catalog = dups->catalog;
    dups->gather.images = &dups->images;
    dups->gather.filter = dups->any;
    dups->gather.arena = dups->arena;
    return code;
}

static void close_all(struct dups *dups)
{
    size_t i;

    for (i = 0; dups->patterns != NULL && i < dups->options->name_count; i++)
        wci_pattern_free(dups->patterns[i]);
    for (i = 0; dups->filters != NULL && i < dups->options->medium_count; i++)
        wci_filter_free(dups->filters[i]);
    free(dups->patterns);
    free(dups->filters);
    wci_filter_free(dups->any);
    wci_gather_free(&dups->gather);
    if (dups->images_open)
        wci_known_images_close(&dups->images);
    wci_arena_free(dups->arena);
    free(dups->places);
}

/* ---- which copies count ------------------------------------------------------------------- */

static bool fits_name(const struct wci_pattern *pattern, struct wci_name name)
{
    struct wci_folded folded;
    struct wci_bytes key;

    if (name.bytes.length > WCI_LIMIT_NAME)
        return false;
    key = wci_text_fold_name(name.bytes, &folded);
    return wci_pattern_fits(pattern, key);
}

static bool fits_entry(const struct dups *dups, const struct wci_entry *entry)
{
    size_t i;
    uint8_t j;

    for (i = 0; i < dups->options->name_count; i++) {
        if (fits_name(dups->patterns[i], entry->name))
            return true;
        for (j = 0; j < entry->alias_count; j++) {
            if (fits_name(dups->patterns[i], entry->alias[j]))
                return true;
        }
    }
    return dups->options->name_count == 0;
}

static bool is_on_some_medium(const struct dups *dups, const struct wci_found *found)
{
    size_t i;

    for (i = 0; i < dups->options->medium_count; i++) {
        if (wci_filter_passes(dups->filters[i], found->image))
            return true;
    }
    return dups->options->medium_count == 0;
}

/* Leaves the copies on the media asked for. */
static void drop_other_media(struct dups *dups)
{
    struct wci_gather *gather = &dups->gather;
    size_t kept = 0, i;

    for (i = 0; i < gather->count; i++) {
        if (is_on_some_medium(dups, &gather->found[i]))
            gather->found[kept++] = gather->found[i];
    }
    gather->count = kept;
}

/* Whether the copies are what was asked for: enough, large enough, of a name, on every medium. */
static bool counts(const struct dups *dups)
{
    const struct wci_gather *gather = &dups->gather;
    bool named = false;
    size_t i, j;

    if (gather->count < 2 || gather->found[0].entry.size < dups->options->least_size)
        return false;
    for (i = 0; !named && i < gather->count; i++)
        named = fits_entry(dups, &gather->found[i].entry);
    for (i = 0; named && i < dups->options->medium_count; i++) {
        for (j = 0; j < gather->count; j++) {
            if (wci_filter_passes(dups->filters[i], gather->found[j].image))
                break;
        }
        named = j < gather->count;
    }
    return named;
}

/* ---- one content -------------------------------------------------------------------------- */

static enum wcab_err show(struct dups *dups)
{
    const struct wci_gather *gather = &dups->gather;
    const struct wci_found **copies =
        wci_arena_calloc(dups->arena, gather->count, sizeof(const struct wci_found *));
    struct wcab_content content;
    struct wci_deep facts;
    bool known = false;
    enum wcab_err code;
    size_t i;

    if (copies == NULL)
        return wci_error_nomem(dups->err);
    for (i = 0; i < gather->count; i++)
        copies[i] = &gather->found[i];
    code = wci_content_filter_facts(dups->catalog, copies[0], &facts, &known, dups->err);
    if (code == WCAB_OK)
        code = wci_content_group_fill(copies, gather->count, known ? &facts : NULL, dups->arena,
                                      &content, dups->err);
    if (code != WCAB_OK)
        return code;
    content.first = !dups->any_content;
    dups->any_content = true;
    return dups->visit(dups->context, &content);
}

/* Deals with the places of the hash that has been walked over. */
static enum wcab_err end_hash(struct dups *dups)
{
    enum wcab_err code = WCAB_OK;
    size_t count = dups->place_count, i;

    dups->place_count = 0;
    if (count < 2)
        return WCAB_OK;
    dups->gather.count = 0;
    wci_known_images_trim(&dups->images, IMAGE_CACHE_BYTES);
    wci_arena_reset(dups->arena);
    for (i = 0; code == WCAB_OK && i < count; i++)
        code = wci_gather_put(&dups->gather, false, dups->places[i].image,
                              dups->places[i].container, dups->places[i].row, dups->err);
    if (code != WCAB_OK)
        return code;
    drop_other_media(dups);
    if (!counts(dups))
        return WCAB_OK;
    wci_rank_sort(dups->gather.found, dups->gather.count);
    return show(dups);
}

static enum wcab_err on_hash(void *context, const uint8_t sha256[32], uint32_t image,
                             uint32_t container, uint32_t row)
{
    struct dups *dups = context;

    if (dups->place_count > 0 && memcmp(dups->sha256, sha256, sizeof(dups->sha256)) != 0) {
        enum wcab_err code = end_hash(dups);

        if (code != WCAB_OK)
            return code;
    }
    if (!wci_mem_grow(&dups->places, dups->place_count, &dups->place_capacity,
                      sizeof(*dups->places)))
        return wci_error_nomem(dups->err);
    memcpy(dups->sha256, sha256, sizeof(dups->sha256));
    dups->places[dups->place_count++] = (struct place){image, container, row};
    return WCAB_OK;
}

static enum wcab_err
do_dups_each(struct wcab_catalog *catalog, const struct wcab_dups_options *options,
             enum wcab_err (*visit)(void *context, const struct wcab_content *content),
             void *context, uint64_t *unread, struct wcab_error *err)
{
    struct dups dups = {
        .catalog = catalog, .options = options, .visit = visit, .context = context, .err = err};
    struct wci_reader *reader = NULL;
    enum wcab_err code;

    code = open_all(&dups);
    if (code == WCAB_OK)
        code = wci_handle_reader(catalog, false, &reader, err);
    if (code == WCAB_OK && reader != NULL)
        code = wci_reader_each_hash(reader, on_hash, &dups, err);
    if (code == WCAB_OK)
        code = end_hash(&dups);
    if (code == WCAB_OK)
        code = wci_content_filter_unread(&dups.images, dups.any, NULL, unread, err);
    close_all(&dups);
    return code;
}

enum wcab_err wcab_dups_each(struct wcab_catalog *catalog, const struct wcab_dups_options *options,
                             enum wcab_err (*visit)(void *context,
                                                    const struct wcab_content *content),
                             void *context, uint64_t *unread, struct wcab_error *err)
{
    struct wcab_dups_options taken;
    struct wcab_error own;
    uint64_t not_read = 0;
    enum wcab_err code;

    if (catalog == NULL || visit == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_take(&taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = wci_sized_check_names(taken.names, taken.name_count, &own);
    if (code == WCAB_OK)
        code = wci_sized_check_names(taken.media, taken.medium_count, &own);
    if (code == WCAB_OK)
        code = do_dups_each(catalog, &taken, visit, context, &not_read, &own);
    if (code == WCAB_OK && unread != NULL)
        *unread = not_read;
    return wci_error_give(code, &own, err);
}
