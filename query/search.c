/*
 * search - wcab_search: from names and patterns to answers.
 *
 * A pattern is run over the dictionaries first; then each name is dealt with by itself: its copies
 * are gathered, ranked, and handed out one by one.  So memory is bounded by the copies of a single
 * name, however many names fit.
 */
#include "query/search.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/sized.h"
#include "core/text.h"
#include "query/answer/answer.h"
#include "query/content_filter.h"
#include "query/file_id.h"
#include "query/filter.h"
#include "query/gather.h"
#include "query/names.h"
#include "query/pattern.h"
#include "query/rank.h"
#include "query/same_image.h"

/* Each suggestion costs a walk over the dictionaries: a long list of misses gets some only. */
enum { IMAGE_CACHE_BYTES = 64 * 1024 * 1024, MOST_SUGGESTIONS = 20 };

struct query {
    struct wci_pattern *pattern; /* owned */
    bool answered;
};

struct wcab_search {
    struct wcab_catalog *catalog; /* borrowed, as what the options point to */
    struct wcab_search_options taken;
    const struct wcab_search_options *options; /* taken */
    struct wci_dos_options dos;                /* of the options, with drives as DOS wants them */
    char floppy_drive[WCI_DOS_DRIVE], cd_drive[WCI_DOS_DRIVE];
    struct query *queries;     /* owned */
    size_t query_count;        /* of the names; 1 without names, for the hash */
    struct wci_filter *filter; /* owned */
    struct wci_content_filter contents;
    struct wci_bytes no_name; /* stands for the hash or the id among the names */
    struct wci_file_id file;  /* of options->id */
    uint64_t unread_copies, unread_images;
    struct wci_known_images images;
    struct wci_renames renames;
    struct wci_arena *query_arena, *name_arena, *answer_arena, *suggestion_arena; /* owned */
    struct wci_names names; /* of the current query, from query_arena */
    size_t query, name;     /* the current ones; name counts those begun */
    bool query_begun;
    struct wci_gather gather; /* copies of the current name */
    enum wci_rank *ranks;     /* owned */
    size_t rank_capacity;
    size_t at;         /* next copy to look at */
    size_t medium_end; /* of the run of copies of one medium that `at` is in */
    struct wci_needs needs;
    struct wcab_answer answer;
    const struct wci_found *current;
    struct wcab_suggestion *suggestions; /* from suggestion_arena; NULL until asked for */
    size_t suggestion_count;
    bool suggestions_made;
    bool want_literal; /* wci_search_want_literal */
    bool undecided;    /* of the medium at hand: nothing tells its copies from each other */
};

/* ---- opening and closing ------------------------------------------------------------------ */

static enum wcab_err check_options(const struct wcab_search_options *options,
                                   struct wcab_error *err)
{
    if (options->id != NULL && (options->name_count > 0 || options->hash != NULL))
        return wci_error_set(err, WCAB_ERR_USAGE, "an id stands for one file: no name or hash");
    if (options->name_count == 0 && options->hash == NULL && options->id == NULL)
        return wci_error_set(err, WCAB_ERR_USAGE, "no name to look for");
    return wci_sized_check_names(options->names, options->name_count, err);
}

static enum wcab_err open_arenas(struct wcab_search *search, struct wcab_error *err)
{
    search->query_arena = wci_arena_new();
    search->name_arena = wci_arena_new();
    search->answer_arena = wci_arena_new();
    search->suggestion_arena = wci_arena_new();
    if (search->query_arena == NULL || search->name_arena == NULL || search->answer_arena == NULL ||
        search->suggestion_arena == NULL)
        return wci_error_nomem(err);
    if (wci_renames_open(&search->renames, search->catalog, err) != WCAB_OK)
        return WCAB_ERR_NOMEM;
    return wci_known_images_open(&search->images, search->catalog, err);
}

static enum wcab_err compile_names(struct wcab_search *search, struct wcab_error *err)
{
    const struct wcab_search_options *options = search->options;
    enum wcab_err code = WCAB_OK;
    size_t i;

    search->query_count = options->name_count > 0 ? options->name_count : 1;
    search->queries = wci_mem_calloc(search->query_count, sizeof(*search->queries));
    if (search->queries == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < options->name_count; i++)
        code = wci_pattern_compile(options->names[i], options->match, &search->queries[i].pattern,
                                   err);
    return code;
}

/* A drive in `drive`, or NULL in *chosen where none is given. */
static enum wcab_err choose_drive(const char *given, char drive[WCI_DOS_DRIVE], const char **chosen,
                                  struct wcab_error *err)
{
    if (given == NULL)
        return WCAB_OK;
    if (!wci_dos_command_drive(given, drive))
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "'%.40s' is no drive: a letter is wanted, such as A: or B:", given);
    *chosen = drive;
    return WCAB_OK;
}

static enum wcab_err choose_drives(struct wcab_search *search, struct wcab_error *err)
{
    enum wcab_err code = choose_drive(search->options->floppy_drive, search->floppy_drive,
                                      &search->dos.floppy_drive, err);

    if (code == WCAB_OK)
        code =
            choose_drive(search->options->cd_drive, search->cd_drive, &search->dos.cd_drive, err);
    search->dos.target_folder = search->options->target_folder;
    return code;
}

static enum wcab_err open_all(struct wcab_search *made, struct wcab_error *err)
{
    const struct wcab_search_options *options = made->options;
    enum wcab_err code = check_options(options, err);

    if (code == WCAB_OK)
        code = open_arenas(made, err);
    if (code == WCAB_OK)
        code = choose_drives(made, err);
    if (code == WCAB_OK && options->id != NULL)
        code = wci_file_id_parse(options->id, &made->file, err);
    if (code == WCAB_OK)
        code = compile_names(made, err);
    if (code == WCAB_OK)
        code = wci_filter_open(made->catalog, options->medium, &made->filter, err);
    if (code == WCAB_OK && (options->hash != NULL || options->file_version != NULL))
        code = wci_content_filter_open(made->catalog, options->hash, options->file_version,
                                       &made->contents, err);
    if (code != WCAB_OK)
        return code;
    made->gather.catalog = made->catalog;
    made->gather.images = &made->images;
    made->gather.filter = made->filter;
    made->gather.renames = &made->renames;
    made->gather.arena = made->name_arena;
    return WCAB_OK;
}

enum wcab_err wcab_search_open(struct wcab_catalog *catalog,
                               const struct wcab_search_options *options,
                               struct wcab_search **search, struct wcab_error *err)
{
    struct wcab_error own;
    struct wcab_search *made;
    enum wcab_err code;

    if (catalog == NULL || search == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    made = calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->catalog = catalog;
    made->options = &made->taken;
    code = wci_sized_take(&made->taken, sizeof(made->taken), options, &own);
    if (code == WCAB_OK)
        code = open_all(made, &own);
    if (code == WCAB_OK)
        *search = made;
    else
        wcab_search_close(made);
    return wci_error_give(code, &own, err);
}

void wcab_search_close(struct wcab_search *search)
{
    size_t i;

    if (search == NULL)
        return;
    for (i = 0; search->queries != NULL && i < search->query_count; i++)
        wci_pattern_free(search->queries[i].pattern);
    free(search->queries);
    free(search->ranks);
    wci_gather_free(&search->gather);
    wci_filter_free(search->filter);
    wci_known_images_close(&search->images);
    wci_renames_close(&search->renames);
    wci_arena_free(search->query_arena);
    wci_arena_free(search->name_arena);
    wci_arena_free(search->answer_arena);
    wci_arena_free(search->suggestion_arena);
    free(search);
}

/* ---- contents ----------------------------------------------------------------------------- */

/* Without names: the hash, or the id, is what is looked for. */
static bool is_by_hash(const struct wcab_search *search)
{
    return search->options->name_count == 0;
}

static const char *query_text(const struct wcab_search *search, size_t query)
{
    if (!is_by_hash(search))
        return search->options->names[query];
    return search->options->id != NULL ? search->options->id : search->options->hash;
}

/* A row that has the hash. */
struct hash_context {
    struct wci_gather *gather;
    struct wcab_error *err;
};

static enum wcab_err on_hash_row(void *context, uint32_t image, uint32_t container, uint32_t row)
{
    struct hash_context *found = context;

    return wci_gather_put(found->gather, false, image, container, row, found->err);
}

static enum wcab_err gather_hash(struct wcab_search *search, struct wcab_error *err)
{
    struct hash_context context = {&search->gather, err};
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(search->catalog, false, &reader, err);

    search->gather.count = 0;
    search->gather.pattern = NULL;
    if (code == WCAB_OK)
        code = wci_content_filter_unread(&search->images, search->filter, &search->contents,
                                         &search->unread_images, err);
    if (code == WCAB_OK && reader != NULL && search->contents.hash_size == 32 &&
        search->contents.hash_digits < 64)
        code = wci_reader_find_sha256(reader, search->contents.hash, search->contents.hash_digits,
                                      on_hash_row, &context, err);
    else if (code == WCAB_OK && reader != NULL)
        code = wci_reader_find_hash(reader, search->contents.hash, search->contents.hash_size,
                                    on_hash_row, &context, err);
    return code;
}

/* The one row that the id stands for. */
static enum wcab_err gather_id(struct wcab_search *search, struct wcab_error *err)
{
    const struct wci_file_id *id = &search->file;
    struct wci_file_place place;
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(search->catalog, false, &reader, err);

    search->gather.count = 0;
    search->gather.pattern = NULL;
    if (code == WCAB_OK)
        code = wci_file_id_find(reader, id, search->name_arena, &place, err);
    return code == WCAB_OK
               ? wci_gather_put(&search->gather, false, id->image, id->container, id->row, err)
               : code;
}

/* Leaves only the copies with the contents asked for. */
static enum wcab_err filter_contents(struct wcab_search *search, struct wcab_error *err)
{
    struct wci_gather *gather = &search->gather;
    size_t kept = 0, i;
    enum wcab_err code = WCAB_OK;

    for (i = 0; code == WCAB_OK && i < gather->count; i++) {
        struct wci_deep facts;
        bool known = false;

        code = wci_content_filter_facts(search->catalog, &gather->found[i], &facts, &known, err);
        search->unread_copies +=
            code == WCAB_OK && !gather->found[i].image->published &&
            !(known && wci_content_filter_can_judge(&search->contents, &facts));
        if (known && wci_content_filter_passes(&search->contents, &facts))
            gather->found[kept++] = gather->found[i];
    }
    gather->count = kept;
    return code;
}

void wcab_search_unread(const struct wcab_search *search, uint64_t *copies, uint64_t *images)
{
    if (copies != NULL)
        *copies = search != NULL ? search->unread_copies : 0;
    if (images != NULL)
        *images = search != NULL ? search->unread_images : 0;
}

/* ---- from name to name -------------------------------------------------------------------- */

/* The names of the current query; a hash stands for one. */
static enum wcab_err expand_query(struct wcab_search *search, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    wci_arena_reset(search->query_arena);
    search->names = (struct wci_names){&search->no_name, 1};
    if (!is_by_hash(search))
        code = wci_names_expand(&search->renames, search->queries[search->query].pattern,
                                search->query_arena, &search->names, err);
    search->name = 0;
    search->query_begun = code == WCAB_OK;
    return code;
}

static enum wcab_err gather_copies(struct wcab_search *search, struct wcab_error *err)
{
    enum wcab_err code;

    if (search->options->id != NULL) {
        code = gather_id(search, err);
    } else if (is_by_hash(search)) {
        code = gather_hash(search, err);
    } else {
        search->gather.pattern = search->queries[search->query].pattern;
        code = wci_gather_name(&search->gather, search->names.items[search->name], err);
    }
    if (code == WCAB_OK && wci_content_filter_asks(&search->contents))
        code = filter_contents(search, err);
    return code;
}

/* Sets up the next name of the current query; false when there is none. */
static enum wcab_err begin_name(struct wcab_search *search, bool *begun, struct wcab_error *err)
{
    enum wcab_err code = search->query_begun ? WCAB_OK : expand_query(search, err);

    *begun = false;
    if (code != WCAB_OK || search->name == search->names.count)
        return code;
    wci_arena_reset(search->name_arena);
    wci_known_images_trim(&search->images, IMAGE_CACHE_BYTES);
    code = gather_copies(search, err);
    if (code != WCAB_OK)
        return code;
    search->name++;
    search->at = 0;
    search->medium_end = 0;
    if (is_by_hash(search)) {
        wci_rank_sort_by_name(search->gather.found, search->gather.count);
    } else {
        wci_same_image_find_twins(search->gather.found, search->gather.count);
        wci_rank_sort(search->gather.found, search->gather.count);
    }
    *begun = true;
    return WCAB_OK;
}

/* Moves on until there is a copy at search->at; false at the end of all. */
static enum wcab_err find_copy(struct wcab_search *search, bool *found, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    while (search->at == search->gather.count) {
        bool begun = false;

        if (search->query == search->query_count) {
            *found = false;
            return WCAB_OK;
        }
        code = begin_name(search, &begun, err);
        if (code != WCAB_OK)
            return code;
        if (!begun) {
            search->query++;
            search->query_begun = false;
        }
    }
    *found = true;
    return WCAB_OK;
}

/* ---- ranking a medium ---------------------------------------------------------------------- */

static bool grow_ranks(struct wcab_search *search, size_t count)
{
    enum wci_rank *grown;

    if (count <= search->rank_capacity)
        return true;
    if (count > SIZE_MAX / 2 / sizeof(*grown))
        return false;
    grown = realloc(search->ranks, 2 * count * sizeof(*grown));
    if (grown == NULL)
        return false;
    search->ranks = grown;
    search->rank_capacity = 2 * count;
    return true;
}

/* Whether one name is asked for, not all that fit a pattern, and no folder of it. */
static bool is_exact(const struct wcab_search *search)
{
    const struct wci_pattern *pattern = search->queries[search->query].pattern;

    return !is_by_hash(search) && wci_pattern_exact(pattern).length > 0;
}

void wci_search_want_literal(struct wcab_search *search)
{
    search->want_literal = true;
}

/* Ranks the copies of the medium that starts at search->at. */
static enum wcab_err begin_medium(struct wcab_search *search, struct wcab_error *err)
{
    const struct wci_found *found = search->gather.found;
    size_t count = search->gather.count, start = search->at, end = start + 1, i;

    if (!grow_ranks(search, count))
        return wci_error_nomem(err);
    while (end < count && wci_rank_same_medium(&found[start], &found[end]))
        end++;
    search->medium_end = end;
    if (!search->options->all && !is_by_hash(search)) {
        wci_rank_medium(found + start, end - start, search->ranks + start);
        search->undecided = is_exact(search) && wci_rank_is_undecided(found + start, end - start,
                                                                      search->ranks + start);
        wci_rank_part(found + start, end - start, search->ranks + start);
        if (search->want_literal && is_exact(search))
            wci_rank_add_literal(found + start, end - start, search->ranks + start);
    } else {
        for (i = start; i < end; i++)
            search->ranks[i] = WCI_RANK_ANSWER;
        search->undecided = false;
    }
    return WCAB_OK;
}

/* Adds what was left out of the medium to its best copy's answer. */
static enum wcab_err add_left_out(struct wcab_search *search,
                                  const struct wci_answer_context *context, struct wcab_error *err)
{
    const struct wci_found *copies[WCI_RANK_DIFFERENT];
    const struct wci_found *found = search->gather.found;
    size_t count = 0, i;

    for (i = search->at + 1; i < search->medium_end; i++) {
        if (search->ranks[i] == WCI_RANK_SAME)
            search->answer.same_elsewhere += wci_rank_is_same(&found[search->at], &found[i]);
        else if (search->ranks[i] == WCI_RANK_COPY && count < WCI_RANK_DIFFERENT)
            copies[count++] = &found[i];
        else if (search->ranks[i] == WCI_RANK_COPY)
            search->answer.copies_unlisted++;
    }
    return wci_answer_add_copies(context, copies, count, &search->answer, err);
}

static enum wcab_err make_answer(struct wcab_search *search, bool best, struct wcab_error *err)
{
    const struct wcab_search_options *options = search->options;
    struct wci_answer_context context = {.images = &search->images,
                                         .arena = search->answer_arena,
                                         .dos = search->dos,
                                         .query = query_text(search, search->query)};
    const struct wci_found *found = &search->gather.found[search->at];
    enum wcab_err code;

    wci_arena_reset(search->answer_arena);
    code = wci_answer_fill(&context, found, &search->needs, &search->answer, err);
    if (code == WCAB_OK && best && !options->all && !is_by_hash(search))
        code = add_left_out(search, &context, err);
    if (code == WCAB_OK) {
        search->current = found;
        search->answer.undecided = search->undecided && !found->by_rename;
        search->answer.machine = found->machine;
    }
    return code;
}

static enum wcab_err do_search_next(struct wcab_search *search, const struct wcab_answer **answer,
                                    struct wcab_error *err)
{
    bool found = true;
    enum wcab_err code = WCAB_OK;

    search->current = NULL;
    for (;;) {
        bool best;

        code = find_copy(search, &found, err);
        if (code != WCAB_OK || !found)
            break;
        best = search->at >= search->medium_end;
        if (best)
            code = begin_medium(search, err);
        if (code != WCAB_OK)
            break;
        if (search->ranks[search->at] == WCI_RANK_ANSWER) {
            code = make_answer(search, best, err);
            search->at++;
            break;
        }
        search->at++;
    }
    if (code != WCAB_OK)
        return code;
    if (found)
        search->queries[search->query].answered = true;
    *answer = found ? &search->answer : NULL;
    return WCAB_OK;
}

enum wcab_err wcab_search_next(struct wcab_search *search, const struct wcab_answer **answer,
                               struct wcab_error *err)
{
    struct wcab_error own;

    if (search == NULL || answer == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_search_next(search, answer, &own), &own, err);
}

enum wcab_err wci_search_next_name(struct wcab_search *search, const struct wci_found **found,
                                   size_t *count, const char **query, struct wcab_error *err)
{
    bool any = false;
    enum wcab_err code = find_copy(search, &any, err);

    if (code != WCAB_OK)
        return code;
    *found = any ? search->gather.found : NULL;
    *count = any ? search->gather.count : 0;
    if (any) {
        *query = query_text(search, search->query);
        search->queries[search->query].answered = true;
        search->at = search->gather.count;
    }
    return WCAB_OK;
}

const struct wci_found *wci_search_found(const struct wcab_search *search)
{
    return search->current;
}

/* ---- suggestions -------------------------------------------------------------------------- */

/* Folded names are shown in the case that files have. */
static const char *shown_name(struct wci_arena *arena, struct wci_bytes name)
{
    bool ok = true;

    return wci_answer_text(arena, wci_text_name_of(name), 0, NULL, &ok);
}

static enum wcab_err suggest_for(struct wcab_search *search, size_t query,
                                 struct wcab_suggestion *suggestion, struct wcab_error *err)
{
    struct wci_arena *arena = search->suggestion_arena;
    struct wci_bytes name = {NULL, 0};
    struct wci_names nearest = {NULL, 0};
    const char **names;
    enum wcab_err code;
    size_t i;

    suggestion->query = query_text(search, query);
    if (!is_by_hash(search))
        name = wci_pattern_exact(search->queries[query].pattern);
    if (!search->options->suggest || name.length == 0 ||
        search->suggestion_count >= MOST_SUGGESTIONS)
        return WCAB_OK;
    code = wci_names_nearest(&search->renames, name, arena, &nearest, &suggestion->elsewhere, err);
    if (code != WCAB_OK || nearest.count == 0)
        return code;
    names = wci_arena_calloc(arena, nearest.count, sizeof(*names));
    if (names == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < nearest.count; i++) {
        names[i] = shown_name(arena, nearest.items[i]);
        if (names[i] == NULL)
            return wci_error_nomem(err);
    }
    suggestion->names = names;
    suggestion->name_count = nearest.count;
    return WCAB_OK;
}

static enum wcab_err make_suggestions(struct wcab_search *search, struct wcab_error *err)
{
    size_t count = 0, i;
    enum wcab_err code = WCAB_OK;

    for (i = 0; i < search->query_count; i++)
        count += !search->queries[i].answered;
    search->suggestion_count = 0;
    if (count == 0)
        return WCAB_OK;
    search->suggestions =
        wci_arena_calloc(search->suggestion_arena, count, sizeof(*search->suggestions));
    if (search->suggestions == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < search->query_count; i++) {
        if (search->queries[i].answered)
            continue;
        code = suggest_for(search, i, &search->suggestions[search->suggestion_count], err);
        search->suggestion_count++;
    }
    return code;
}

static enum wcab_err do_search_suggestions(struct wcab_search *search,
                                           const struct wcab_suggestion **suggestions,
                                           size_t *count, struct wcab_error *err)
{
    if (!search->suggestions_made) {
        enum wcab_err code = make_suggestions(search, err);

        if (code != WCAB_OK)
            return code;
        search->suggestions_made = true;
    }
    *suggestions = search->suggestions;
    *count = search->suggestion_count;
    return WCAB_OK;
}

enum wcab_err wcab_search_suggestions(struct wcab_search *search,
                                      const struct wcab_suggestion **suggestions, size_t *count,
                                      struct wcab_error *err)
{
    struct wcab_error own;

    if (search == NULL || suggestions == NULL || count == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_search_suggestions(search, suggestions, count, &own), &own, err);
}
