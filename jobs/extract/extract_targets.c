/*
 * extract_targets - which files are taken out: the best copy of each name that was asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/text.h"
#include "jobs/extract/extract_run.h"
#include "query/search.h"

enum { RECENT_TARGETS = 8 };

/* The first disk needed that is not there, and how it was looked for. */
static const char *missing_text(const struct wci_extraction *run, const struct wcab_answer *answer)
{
    char text[600], label[80] = "";
    char lacking[80];
    size_t i;

    for (i = 0; i < answer->need_count && answer->needs[i].present; i++)
        ;
    if (i == answer->need_count)
        return NULL;
    if (run->images == 1)
        (void)snprintf(lacking, sizeof(lacking), "the one image on record lacks it");
    else
        (void)snprintf(lacking, sizeof(lacking), "none of the %llu images on record has it",
                       (unsigned long long)run->images);
    if (answer->needs[i].volume_label != NULL)
        (void)snprintf(label, sizeof(label), ", volume label %.40s", answer->needs[i].volume_label);
    if (answer->needs[i].image != NULL)
        (void)snprintf(text, sizeof(text),
                       "insert %.120s, cabinet %.80s%s: its image %.200s is gone",
                       answer->needs[i].insert,
                       answer->needs[i].cabinet != NULL ? answer->needs[i].cabinet : "none", label,
                       answer->needs[i].image);
    else
        (void)snprintf(text, sizeof(text), "insert %.120s, cabinet %.80s%s: %s",
                       answer->needs[i].insert,
                       answer->needs[i].cabinet != NULL ? answer->needs[i].cabinet : "unknown",
                       label, lacking);
    return wci_arena_strdup(run->arena, text);
}

static enum wcab_err keep_target(struct wci_extraction *run, const struct wci_found *found,
                                 const struct wcab_answer *answer, struct wcab_error *err)
{
    struct wci_target *target;
    bool ok;

    if (!wci_mem_grow(&run->targets, run->count, &run->capacity, sizeof(*run->targets)))
        return wci_error_nomem(err);
    target = &run->targets[run->count];
    memset(target, 0, sizeof(*target));
    target->run = run;
    target->image = found->image->id;
    target->container = found->container;
    target->listing = found->listing;
    target->row = found->row;
    target->entry = found->entry;
    target->entry.name.bytes = wci_arena_bytes(run->arena, found->entry.name.bytes);
    target->entry.folder = wci_arena_bytes(run->arena, found->entry.folder);
    ok = target->entry.name.bytes.data != NULL && target->entry.folder.data != NULL;
    if (found->entry.alias_count > 0) {
        uint8_t i;

        for (i = 0; i < found->entry.alias_count; i++) {
            target->entry.alias[i].bytes = wci_arena_bytes(run->arena, found->entry.alias[i].bytes);
            ok = ok && target->entry.alias[i].bytes.data != NULL;
        }
    }
    target->folder = answer->cabinet != NULL && found->entry.cab_folder != WCI_NONE
                         ? found->entry.cab_folder
                         : WCI_NONE;
    target->name = wci_arena_strdup(run->arena, answer->name);
    target->image_path = wci_arena_strdup(run->arena, answer->image);
    target->below.fd = -1;
    target->folders = run->options->paths ? wci_extract_folders(run->arena, answer) : "";
    target->missing = missing_text(run, answer);
    target->complete = answer->complete;
    if (answer->installed_as != NULL) {
        target->installed_as = wci_arena_strdup(run->arena, answer->installed_as);
        target->installed_as_probable = answer->installed_as_probable;
        ok = ok && target->installed_as != NULL;
    }
    target->cabinet =
        answer->cabinet == NULL ? NULL : wci_arena_strdup(run->arena, answer->cabinet);
    if (!ok || target->name == NULL || target->image_path == NULL || target->folders == NULL)
        return wci_error_nomem(err);
    run->count++;
    return WCAB_OK;
}

/* The file of this name among those found last: the copies of a name come together. */
static struct wci_target *find_kept(const struct wci_extraction *run, const char *name)
{
    size_t i;

    for (i = run->count; i > 0 && run->count - i < RECENT_TARGETS; i--) {
        if (wci_text_equal_folded(wci_bytes_of(run->targets[i - 1].name), wci_bytes_of(name)))
            return &run->targets[i - 1];
    }
    return NULL;
}

/* Says that a name stands for different files, once. */
static void tell_undecided(struct wci_extraction *run, const struct wcab_answer *answer)
{
    const struct wcab_extract_options *options = run->options;
    struct wcab_error told;
    struct wcab_extract_event event = {
        .kind = WCAB_EXTRACT_UNDECIDED, .name = answer->query, .error = &told};

    if (answer->query == NULL ||
        (run->undecided != NULL && strcmp(run->undecided, answer->query) == 0))
        return;
    run->undecided = answer->query;
    run->result->undecided++;
    if (options->on_event == NULL)
        return;
    wci_error_set(
        &told, WCAB_ERR_USAGE,
        "different files are called that, and nothing tells which is meant: name one with "
        "its folder, choose a medium with -m, or take all with --all");
    options->on_event(options->context, &event);
}

/* Without `all` one copy of each name: the first whose parts are all there, else the first. */
static enum wcab_err keep_best(struct wci_extraction *run, const struct wci_found *found,
                               const struct wcab_answer *answer, struct wcab_error *err)
{
    struct wci_target *kept = run->options->search->all ? NULL : find_kept(run, answer->name);

    if (kept != NULL) {
        if (kept->complete || !answer->complete)
            return WCAB_OK;
        memmove(kept, kept + 1, (run->count - (size_t)(kept - run->targets) - 1) * sizeof(*kept));
        run->count--;
    } else if (answer->undecided) {
        tell_undecided(run, answer);
        return WCAB_OK;
    } else if (run->undecided != NULL && answer->query != NULL &&
               strcmp(run->undecided, answer->query) == 0) {
        return WCAB_OK; /* the choice is the user's */
    }
    return keep_target(run, found, answer, err);
}

/* Tells of one of the names, with what may be meant by it. */
static void tell_not_found(struct wci_extraction *run, const char *query, const char *why,
                           const struct wcab_suggestion *suggestion)
{
    const struct wcab_extract_options *options = run->options;
    struct wcab_error told;
    struct wcab_extract_event event = {
        .kind = WCAB_EXTRACT_NOTFOUND, .name = query, .error = &told};
    size_t used, i;

    run->result->not_found++;
    if (options->on_event == NULL)
        return;
    wci_error_set(&told, WCAB_ERR_NOTFOUND, "%s", why);
    for (i = 0; suggestion != NULL && i < suggestion->name_count; i++) {
        used = strlen(told.text);
        (void)snprintf(told.text + used, sizeof(told.text) - used, "%s%s",
                       i == 0 ? "; is one of these meant? " : ", ", suggestion->names[i]);
    }
    options->on_event(options->context, &event);
}

/* Names without an answer, and (`have` false) those that only published listings know. */
static enum wcab_err tell_misses(struct wci_extraction *run, struct wcab_search *search,
                                 const bool *have, struct wcab_error *err)
{
    const struct wcab_search_options *options = run->options->search;
    const struct wcab_suggestion *suggestions = NULL;
    size_t count = 0, i, next = 0;
    enum wcab_err code = wcab_search_suggestions(search, &suggestions, &count, err);

    for (i = 0; code == WCAB_OK && i < options->name_count; i++) {
        const struct wcab_suggestion *miss = NULL;

        if (next < count && strcmp(suggestions[next].query, options->names[i]) == 0)
            miss = &suggestions[next++];
        if (miss != NULL)
            tell_not_found(run, options->names[i],
                           miss->elsewhere ? "not there; the name is known in other places"
                                           : "not found",
                           miss);
        else if (!have[i])
            tell_not_found(run, options->names[i],
                           "known from published listings only; no indexed image has it", NULL);
    }
    return code;
}

/* Which of the names an answer is for; answers come in their order. */
static void note_query(const struct wcab_search_options *options, const char *query, size_t *at,
                       bool *have)
{
    size_t i;

    for (i = 0; i < options->name_count; i++) {
        if (strcmp(options->names[*at], query) == 0) {
            have[*at] = true;
            return;
        }
        *at = (*at + 1) % options->name_count;
    }
}

static int by_place(const void *a, const void *b)
{
    const struct wci_target *x = a;
    const struct wci_target *y = b;

    if (x->image != y->image)
        return x->image < y->image ? -1 : 1;
    if (x->container != y->container)
        return x->container < y->container ? -1 : 1;
    if (x->folder != y->folder)
        return x->folder < y->folder ? -1 : 1;
    if (x->entry.locator != y->entry.locator)
        return x->entry.locator < y->entry.locator ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Puts the targets in the order of reading; a file that was asked for twice is one target. */
static void sort_targets(struct wci_extraction *run)
{
    size_t kept = 0, i;

    if (run->count > 1)
        qsort(run->targets, run->count, sizeof(*run->targets), by_place);
    for (i = 0; i < run->count; i++) {
        if (kept == 0 || by_place(&run->targets[kept - 1], &run->targets[i]) != 0)
            run->targets[kept++] = run->targets[i];
    }
    run->count = kept;
}

enum wcab_err wci_extract_find_targets(struct wci_extraction *run, struct wcab_error *err)
{
    const struct wcab_search_options *options = run->options->search;
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    bool *have;
    size_t at = 0;
    enum wcab_err code = wcab_search_open(run->catalog, options, &search, err);

    have = wci_mem_calloc(options->name_count + 1, sizeof(*have));
    if (code == WCAB_OK && have == NULL)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        wci_search_want_literal(search);
    while (code == WCAB_OK) {
        code = wcab_search_next(search, &answer, err);
        if (code != WCAB_OK || answer == NULL)
            break;
        if (answer->source != WCAB_SOURCE_INDEXED)
            continue;
        if (answer->query != NULL)
            note_query(options, answer->query, &at, have);
        code = keep_best(run, wci_search_found(search), answer, err);
    }
    if (code == WCAB_OK)
        code = tell_misses(run, search, have, err);
    wcab_search_close(search);
    free(have);
    if (code == WCAB_OK && run->count == 0 && run->result->undecided == 0)
        code = wci_error_set(err, WCAB_ERR_NOTFOUND, "not found on any indexed image");
    sort_targets(run);
    if (code == WCAB_OK && run->options->paths)
        code = wci_extract_divide(run, err);
    return code;
}
