/*
 * identify_match - see identify_match.h.
 */
#include "jobs/identify/identify_match.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/dostime.h"
#include "core/error.h"
#include "core/text.h"
#include "jobs/identify/identify_judge.h"
#include "query/compare/content_group.h"
#include "query/content_filter.h"
#include "query/gather.h"
#include "query/names.h"
#include "query/rank.h"

/* Copies of one content that are listed at most: a shelf holds the same CD many times. */
enum { IMAGE_CACHE_BYTES = 64 * 1024 * 1024, MOST_COPIES = 4096 };

struct wci_matcher {
    struct wcab_catalog *catalog; /* borrowed */
    struct wci_filter *filter;    /* owned */
    struct wci_known_images images;
    bool images_open, in_published; /* which half is being looked into */
    struct wci_renames renames;
    bool renames_open;
    bool has_facts;
    struct wci_arena *arena; /* owned: of the current file */
    struct wci_gather gather;
    struct wci_found *found; /* owned: copies of the current file's names */
    size_t found_count, found_capacity;
    struct wcab_error *err; /* of the call at hand */
};

/* ---- names -------------------------------------------------------------------------------- */

bool wci_matcher_is_called(const struct wci_found *found, struct wci_bytes name)
{
    const struct wci_entry *entry = &found->entry;
    uint8_t i;

    if (wci_text_equal_folded(entry->name.bytes, name))
        return true;
    for (i = 0; i < entry->alias_count && i < WCI_ALIAS_MAX; i++) {
        if (wci_text_equal_folded(entry->alias[i].bytes, name))
            return true;
    }
    return found->rename != NULL && wci_text_equal_folded(found->rename->installed, name);
}

/* The same for either name of a packed file. */
static bool has_name(const struct wci_matched *matched, const struct wci_found *found)
{
    return wci_matcher_is_called(found, matched->name) ||
           (matched->file.packed && wci_matcher_is_called(found, matched->file.unpacked_name));
}

/* ---- by the bytes ------------------------------------------------------------------------- */

static enum wcab_err on_hash_row(void *context, uint32_t image, uint32_t container, uint32_t row)
{
    struct wci_matcher *matcher = context;

    if (matcher->gather.count >= MOST_COPIES)
        return WCAB_OK;
    return wci_gather_put(&matcher->gather, matcher->in_published, image, container, row,
                          matcher->err);
}

static void put_known_version(struct wci_matched *matched, const struct wci_deep *facts)
{
    matched->has_known_version = facts != NULL && facts->has_version;
    matched->known_version = matched->has_known_version ? facts->file_version : 0;
}

/* Makes the match of all copies that were gathered: those of the same name first. */
static enum wcab_err match_bytes(struct wci_matcher *matcher, struct wci_matched *matched)
{
    struct wci_gather *gather = &matcher->gather;
    const struct wci_found **copies =
        wci_arena_calloc(matcher->arena, gather->count, sizeof(struct wci_found *));
    size_t used = 0, i;
    struct wci_deep facts;
    bool known = false;
    enum wcab_err code;

    if (copies == NULL)
        return wci_error_nomem(matcher->err);
    wci_rank_sort(gather->found, gather->count);
    for (i = 0; i < gather->count; i++) {
        if (has_name(matched, &gather->found[i]))
            copies[used++] = &gather->found[i];
    }
    matched->told.same_name = used > 0;
    for (i = 0; i < gather->count; i++) {
        if (!has_name(matched, &gather->found[i]))
            copies[used++] = &gather->found[i];
    }
    code = wci_content_filter_facts(matcher->catalog, copies[0], &facts, &known, matcher->err);
    if (code == WCAB_OK)
        put_known_version(matched, known ? &facts : NULL);
    if (code == WCAB_OK)
        code = wci_content_group_fill(copies, used, known ? &facts : NULL, matcher->arena,
                                      &matched->match, matcher->err);
    if (code != WCAB_OK)
        return code;
    matched->told.identity = WCAB_IDENTITY_INTACT;
    matched->told.match = &matched->match;
    matched->best = copies[0];
    matched->copies = copies;
    matched->copy_count = used;
    matched->told.same_size = true;
    matched->told.same_date = wci_identify_dates(matched->modified, copies[0]->entry.modified,
                                                 copies[0]->image->published);
    return WCAB_OK;
}

/* Looks for the bytes among what is indexed, or among published media whose bytes are known. */
static enum wcab_err look_for_bytes(struct wci_matcher *matcher, struct wci_matched *matched,
                                    const struct wci_host_content *content, bool published)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(matcher->catalog, published, &reader, matcher->err);

    matcher->gather.count = 0;
    matcher->gather.pattern = NULL;
    matcher->in_published = published;
    if (code != WCAB_OK || reader == NULL)
        return code;
    code = wci_reader_find_hash(reader, content->sha256, sizeof(content->sha256), on_hash_row,
                                matcher, matcher->err);
    if (code == WCAB_OK && matcher->gather.count > 0)
        code = match_bytes(matcher, matched);
    return code;
}

static enum wcab_err find_bytes(struct wci_matcher *matcher, struct wci_matched *matched,
                                const struct wci_host_content *content)
{
    enum wcab_err code = look_for_bytes(matcher, matched, content, false);

    if (code == WCAB_OK && matched->told.match == NULL)
        code = look_for_bytes(matcher, matched, content, true);
    if (code == WCAB_OK && matched->told.match != NULL) {
        matched->told.by_unpacked = content == &matched->file.unpacked;
        matched->told.same_version = content->has_version;
    }
    return code;
}

/* ---- by the name -------------------------------------------------------------------------- */

static enum wcab_err keep_found(struct wci_matcher *matcher)
{
    size_t i;

    for (i = 0; i < matcher->gather.count; i++) {
        if (!wci_mem_grow(&matcher->found, matcher->found_count, &matcher->found_capacity,
                          sizeof(*matcher->found)))
            return wci_error_nomem(matcher->err);
        matcher->found[matcher->found_count++] = matcher->gather.found[i];
    }
    return WCAB_OK;
}

/* Adds all copies of a name; a name that no medium can have has none. */
static enum wcab_err gather_name(struct wci_matcher *matcher, struct wci_bytes name)
{
    struct wci_pattern *pattern = NULL;
    struct wci_names names = {NULL, 0};
    struct wci_bytes text = wci_arena_bytes(matcher->arena, name);
    struct wcab_error err;
    size_t i;
    enum wcab_err code;

    if (text.data == NULL)
        return wci_error_nomem(matcher->err);
    code = wci_pattern_compile(text.data, WCAB_MATCH_EXACT, &pattern, &err);
    if (code == WCAB_ERR_USAGE)
        return WCAB_OK;
    if (code != WCAB_OK)
        return wci_error_nomem(matcher->err);
    matcher->gather.pattern = pattern;
    code = wci_names_expand(&matcher->renames, pattern, matcher->arena, &names, matcher->err);
    for (i = 0; code == WCAB_OK && i < names.count; i++) {
        code = wci_gather_name(&matcher->gather, names.items[i], matcher->err);
        if (code == WCAB_OK)
            code = keep_found(matcher);
    }
    matcher->gather.pattern = NULL;
    wci_pattern_free(pattern);
    return code;
}

static bool is_same_row(const struct wci_found *a, const struct wci_found *b)
{
    return a->image == b->image && a->container == b->container && a->row == b->row;
}

/* A copy that has both names of a packed file was found twice; equal ones are neighbours. */
static void drop_doubles(struct wci_matcher *matcher)
{
    size_t kept = 0, i;

    wci_rank_sort(matcher->found, matcher->found_count);
    for (i = 0; i < matcher->found_count; i++) {
        if (kept == 0 || !is_same_row(&matcher->found[kept - 1], &matcher->found[i]))
            matcher->found[kept++] = matcher->found[i];
    }
    matcher->found_count = kept;
}

/* What a packed file holds is held against a copy that is not packed, or is known unpacked. */
static const struct wci_host_content *side_of(const struct wci_matched *matched,
                                              const struct wci_found *found)
{
    bool unpacked = matched->file.packed && (found->entry.flags & WCI_ENTRY_PACKED ||
                                             !wci_matcher_is_called(found, matched->name));

    return unpacked ? &matched->file.unpacked : &matched->file.plain;
}

static enum wcab_err make_copies(struct wci_matcher *matcher, const struct wci_matched *matched,
                                 struct wci_identify_copy **copies)
{
    struct wci_identify_copy *made =
        wci_arena_calloc(matcher->arena, matcher->found_count, sizeof(*made));
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (made == NULL)
        return wci_error_nomem(matcher->err);
    for (i = 0; code == WCAB_OK && i < matcher->found_count; i++) {
        made[i].found = &matcher->found[i];
        made[i].file = side_of(matched, made[i].found);
        code = wci_content_filter_facts(matcher->catalog, made[i].found, &made[i].facts,
                                        &made[i].read, matcher->err);
    }
    *copies = made;
    return code;
}

/* Makes the match of the copies that are the same file as the best one. */
static enum wcab_err match_name(struct wci_matcher *matcher, struct wci_matched *matched,
                                const struct wci_identify_copy *copies, size_t best)
{
    struct wcab_identified *told = &matched->told;
    const struct wci_identify_copy *most = &copies[best];
    const struct wci_found **same =
        wci_arena_calloc(matcher->arena, matcher->found_count, sizeof(struct wci_found *));
    size_t used = 0, i;
    enum wcab_err code;

    if (same == NULL)
        return wci_error_nomem(matcher->err);
    same[used++] = most->found;
    for (i = 0; i < matcher->found_count && used < MOST_COPIES; i++) {
        if (i != best && wci_identify_is_same(most, &copies[i]))
            same[used++] = copies[i].found;
    }
    put_known_version(matched, most->read ? &most->facts : NULL);
    code = wci_content_group_fill(same, used, most->read ? &most->facts : NULL, matcher->arena,
                                  &matched->match, matcher->err);
    if (code != WCAB_OK)
        return code;
    told->match = &matched->match;
    matched->best = most->found;
    matched->copies = same;
    matched->copy_count = used;
    told->identity = most->identity;
    told->by_unpacked = most->file == &matched->file.unpacked;
    told->same_name = true;
    told->same_size = most->same_size;
    told->same_version = most->same_version;
    told->same_date = most->same_date;
    return WCAB_OK;
}

static enum wcab_err find_name(struct wci_matcher *matcher, struct wci_matched *matched)
{
    struct wci_identify_copy *copies = NULL;
    enum wcab_err code;

    matcher->found_count = 0;
    code = gather_name(matcher, matched->name);
    if (code == WCAB_OK && matched->file.packed &&
        !wci_text_equal_folded(matched->name, matched->file.unpacked_name))
        code = gather_name(matcher, matched->file.unpacked_name);
    if (code != WCAB_OK || matcher->found_count == 0)
        return code;
    drop_doubles(matcher);
    code = make_copies(matcher, matched, &copies);
    if (code != WCAB_OK)
        return code;
    return match_name(matcher, matched, copies,
                      wci_identify_judge(matched->modified, copies, matcher->found_count));
}

/* ---- the file's own facts ------------------------------------------------------------------------- */

static void put_content(const struct wci_host_content *content, char sha256[65],
                        char version[WCI_VERSION_TEXT], const char **sha256_text,
                        const char **version_text)
{
    size_t i;

    for (i = 0; i < sizeof(content->sha256); i++)
        (void)snprintf(sha256 + 2 * i, 3, "%02x", content->sha256[i]);
    *sha256_text = sha256;
    *version_text = NULL;
    if (content->has_version) {
        wci_version_format(content->version, version);
        *version_text = version;
    }
}

static enum wcab_err put_facts(struct wci_matcher *matcher, struct wci_matched *matched)
{
    struct wcab_identified *told = &matched->told;
    struct wci_buffer name;
    struct wci_bytes text;

    told->size = matched->file.plain.size;
    put_content(&matched->file.plain, matched->sha256, matched->version, &told->sha256,
                &told->file_version);
    if (!matched->file.packed)
        return WCAB_OK;
    told->unpacked_size = matched->file.unpacked.size;
    put_content(&matched->file.unpacked, matched->unpacked_sha256, matched->unpacked_version,
                &told->unpacked_sha256, &told->unpacked_version);
    wci_buffer_init(&name);
    (void)wci_text_to_utf8(wci_text_name_of(matched->file.unpacked_name), 0, &name);
    text = wci_arena_bytes(matcher->arena, wci_buffer_view(&name));
    told->unpacked_name = name.ok ? text.data : NULL;
    wci_buffer_free(&name);
    return told->unpacked_name != NULL ? WCAB_OK : wci_error_nomem(matcher->err);
}

/* ---- the matcher -------------------------------------------------------------------------- */

static enum wcab_err open_parts(struct wci_matcher *matcher, const char *medium,
                                struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(matcher->catalog, false, &reader, err);

    if (code == WCAB_OK)
        code = wci_filter_open(matcher->catalog, medium, &matcher->filter, err);
    if (code == WCAB_OK) {
        code = wci_known_images_open(&matcher->images, matcher->catalog, err);
        matcher->images_open = code == WCAB_OK;
    }
    if (code == WCAB_OK) {
        code = wci_renames_open(&matcher->renames, matcher->catalog, err);
        matcher->renames_open = code == WCAB_OK;
    }
    if (code != WCAB_OK)
        return code;
    code = wci_content_filter_need_facts(matcher->catalog, err);
    matcher->has_facts = code == WCAB_OK;
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

enum wcab_err wci_matcher_open(struct wcab_catalog *catalog, const char *medium,
                               struct wci_matcher **matcher, struct wcab_error *err)
{
    struct wci_matcher *made = calloc(1, sizeof(*made));
    enum wcab_err code;

    if (made == NULL)
        return wci_error_nomem(err);
    made->catalog = catalog;
    made->arena = wci_arena_new();
    code = made->arena == NULL ? wci_error_nomem(err) : open_parts(made, medium, err);
    if (code != WCAB_OK) {
        wci_matcher_close(made);
        return code;
    }
    made->gather = (struct wci_gather){.catalog = catalog,
                                       .images = &made->images,
                                       .filter = made->filter,
                                       .renames = &made->renames,
                                       .arena = made->arena};
    *matcher = made;
    return WCAB_OK;
}

void wci_matcher_close(struct wci_matcher *matcher)
{
    if (matcher == NULL)
        return;
    wci_gather_free(&matcher->gather);
    free(matcher->found);
    if (matcher->renames_open)
        wci_renames_close(&matcher->renames);
    if (matcher->images_open)
        wci_known_images_close(&matcher->images);
    wci_arena_free(matcher->arena);
    wci_filter_free(matcher->filter);
    free(matcher);
}

bool wci_matcher_has_facts(const struct wci_matcher *matcher)
{
    return matcher->has_facts;
}

/* Forgets what the last call found. */
static void begin(struct wci_matcher *matcher, struct wcab_error *err)
{
    wci_arena_reset(matcher->arena);
    wci_known_images_trim(&matcher->images, IMAGE_CACHE_BYTES);
    matcher->found_count = 0;
    matcher->err = err;
}

enum wcab_err wci_matcher_copies(struct wci_matcher *matcher, struct wci_bytes name,
                                 const struct wci_found **found, size_t *count,
                                 struct wcab_error *err)
{
    enum wcab_err code;

    begin(matcher, err);
    code = gather_name(matcher, name);
    drop_doubles(matcher);
    *found = matcher->found;
    *count = matcher->found_count;
    return code;
}

enum wcab_err wci_matcher_match(struct wci_matcher *matcher, struct wci_matched *matched,
                                struct wcab_error *err)
{
    enum wcab_err code;

    begin(matcher, err);
    matched->best = NULL;
    matched->told =
        (struct wcab_identified){.path = matched->path, .identity = WCAB_IDENTITY_UNKNOWN};
    (void)wci_dostime_format(matched->modified, matched->told.modified);
    matched->told.modified_seconds = wci_dostime_seconds(matched->modified);
    code = put_facts(matcher, matched);
    if (code == WCAB_OK)
        code = find_bytes(matcher, matched, &matched->file.plain);
    if (code == WCAB_OK && matched->told.match == NULL && matched->file.packed)
        code = find_bytes(matcher, matched, &matched->file.unpacked);
    if (code == WCAB_OK && matched->told.match == NULL)
        code = find_name(matcher, matched);
    return code;
}
