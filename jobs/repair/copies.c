/*
 * copies - see copies.h.
 */
#include "jobs/repair/copies.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/dostime.h"
#include "core/error.h"

enum { COPIES_MOST = 4096, NAME_MOST = 256, SHA256_TEXT = 65 };

/* What the right copy is like; nothing of it is borrowed. */
struct reference {
    char name[NAME_MOST], modified[sizeof(((struct wcab_answer *)NULL)->modified)];
    char sha256[SHA256_TEXT]; /* empty: not known */
    uint64_t size;
    bool is_known, size_known;
};

struct finding {
    const struct wci_copies_query *query;
    struct wci_arena *arena;
    struct wci_copies *copies;
    struct reference reference;
    struct wcab_error *err;
};

static bool is_system(const struct wcab_answer *answer)
{
    return !answer->undecided && (answer->role == NULL || strcmp(answer->role, "system") == 0);
}

static struct wcab_search_options options_of(const struct wci_copies_query *query,
                                             const char *const *names)
{
    return (struct wcab_search_options){.sizeof_options = sizeof(struct wcab_search_options),
                                        .names = names,
                                        .name_count = 1,
                                        .match = WCAB_MATCH_EXACT,
                                        .all = true,
                                        .floppy_drive = query->floppy_drive,
                                        .cd_drive = query->cd_drive,
                                        .target_folder = query->folder};
}

/* ---- the right one ------------------------------------------------------------------------ */

static void take_reference(struct reference *reference, const struct wcab_answer *answer)
{
    reference->is_known = strlen(answer->name) < NAME_MOST;
    if (!reference->is_known)
        return;
    memcpy(reference->name, answer->name, strlen(answer->name) + 1);
    memcpy(reference->modified, answer->modified, sizeof(reference->modified));
    if (answer->sha256 != NULL && strlen(answer->sha256) < SHA256_TEXT)
        memcpy(reference->sha256, answer->sha256, strlen(answer->sha256) + 1);
    reference->size = answer->size;
    reference->size_known = answer->size_known;
}

/* The best answer of the medium that it is held against. */
static enum wcab_err find_reference(struct wcab_catalog *catalog, struct finding *finding)
{
    const char *names[] = {finding->query->name};
    struct wcab_search_options options = options_of(finding->query, names);
    struct wcab_search *search = NULL;
    const struct wcab_answer *answer = NULL;
    enum wcab_err code;

    options.all = false;
    options.medium = finding->query->medium;
    code = wcab_search_open(catalog, &options, &search, finding->err);
    while (code == WCAB_OK && !finding->reference.is_known) {
        code = wcab_search_next(search, &answer, finding->err);
        if (code != WCAB_OK || answer == NULL)
            break;
        if (is_system(answer))
            take_reference(&finding->reference, answer);
    }
    wcab_search_close(search);
    if (code == WCAB_OK && !finding->reference.is_known)
        code = wci_error_set(finding->err, WCAB_ERR_NOTFOUND, "its medium has no such file");
    return code;
}

static bool is_same(const struct reference *reference, const struct wcab_answer *answer)
{
    if (!is_system(answer) || strcasecmp(reference->name, answer->name) != 0 ||
        !reference->size_known || !answer->size_known || reference->size != answer->size ||
        strcmp(reference->modified, answer->modified) != 0)
        return false;
    return reference->sha256[0] == '\0' || answer->sha256 == NULL ||
           strcmp(reference->sha256, answer->sha256) == 0;
}

/* ---- all of them -------------------------------------------------------------------------- */

static const char *keep(struct finding *finding, const char *text, bool *ok)
{
    const char *kept = text == NULL ? NULL : wci_arena_strdup(finding->arena, text);

    *ok = *ok && (text == NULL || kept != NULL);
    return kept;
}

static void keep_inserts(struct finding *finding, const struct wcab_answer *answer,
                         struct wci_copy *copy, bool *ok)
{
    size_t i;

    copy->inserts = wci_arena_calloc(finding->arena, answer->need_count + 1, sizeof(char *));
    *ok = *ok && copy->inserts != NULL;
    for (i = 0; *ok && i < answer->need_count; i++) {
        if (i == 0 || strcmp(answer->needs[i].insert, answer->needs[i - 1].insert) != 0)
            copy->inserts[copy->insert_count++] = keep(finding, answer->needs[i].insert, ok);
    }
}

static enum wcab_err add_copy(struct finding *finding, const struct wcab_answer *answer,
                              size_t ordinal)
{
    struct wci_copies *copies = finding->copies;
    const char *held = finding->query->medium;
    struct wci_copy copy = {.ordinal = ordinal, .is_profile = answer->medium != NULL};
    bool ok = true;

    copy.id = keep(finding, answer->id, &ok);
    copy.medium = keep(finding, copy.is_profile ? answer->medium : answer->image, &ok);
    copy.title = keep(finding, answer->title, &ok);
    copy.cabinet = keep(finding, answer->cabinet, &ok);
    copy.disk = keep(
        finding,
        answer->need_count > 0 && answer->needs[0].disk != NULL ? answer->needs[0].disk : "", &ok);
    copy.modified = wci_dostime_parse(answer->modified);
    copy.is_reached = answer->command_count > 0 && answer->need_count > 0;
    copy.is_held = held != NULL && copy.medium != NULL && strcasecmp(copy.medium, held) == 0;
    keep_inserts(finding, answer, &copy, &ok);
    if (!ok ||
        !wci_mem_grow(&copies->items, copies->count, &copies->capacity, sizeof(*copies->items)))
        return wci_error_nomem(finding->err);
    if (copy.medium != NULL)
        copies->items[copies->count++] = copy;
    return WCAB_OK;
}

enum wcab_err wci_copies_find(struct wcab_catalog *catalog, const struct wci_copies_query *query,
                              struct wci_arena *arena, struct wci_copies *copies,
                              struct wcab_error *err)
{
    const char *names[] = {query->name};
    const struct wcab_search_options options = options_of(query, names);
    struct finding finding = {.query = query, .arena = arena, .copies = copies, .err = err};
    struct wcab_search *search = NULL;
    const struct wcab_answer *answer = NULL;
    size_t ordinal = 0;
    enum wcab_err code = find_reference(catalog, &finding);

    if (code == WCAB_OK)
        code = wcab_search_open(catalog, &options, &search, err);
    while (code == WCAB_OK && copies->count < COPIES_MOST) {
        code = wcab_search_next(search, &answer, err);
        if (code != WCAB_OK || answer == NULL)
            break;
        if (is_same(&finding.reference, answer))
            code = add_copy(&finding, answer, ordinal);
        ordinal++;
    }
    wcab_search_close(search);
    if (code == WCAB_OK && copies->count == 0)
        code = wci_error_set(err, WCAB_ERR_NOTFOUND, "no medium tells where it is");
    return code;
}

enum wcab_err wci_copies_add_commands(struct wcab_catalog *catalog,
                                      const struct wci_copies_query *query,
                                      const struct wci_copy *copy, struct wcab_batch *batch,
                                      struct wcab_error *err)
{
    const char *names[] = {query->name};
    const struct wcab_search_options options = options_of(query, names);
    struct wcab_search *search = NULL;
    const struct wcab_answer *answer = NULL;
    size_t i;
    enum wcab_err code = wcab_search_open(catalog, &options, &search, err);

    for (i = 0; code == WCAB_OK && i <= copy->ordinal; i++) {
        code = wcab_search_next(search, &answer, err);
        if (code == WCAB_OK && answer == NULL)
            code = wci_error_set(err, WCAB_ERR_CHANGED, "the catalog has changed meanwhile");
    }
    if (code == WCAB_OK)
        code = wcab_batch_add(batch, answer, err);
    wcab_search_close(search);
    return code;
}

void wci_copies_free(struct wci_copies *copies)
{
    free(copies->items);
    *copies = (struct wci_copies){NULL, 0, 0};
}
