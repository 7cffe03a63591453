/*
 * versions - wcab_versions: every version of a file over all media, oldest first.
 *
 * The search gathers the copies of one name; here they are put together by their bytes.  What was
 * never read has only its size and date to tell by.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/sized.h"
#include "core/text.h"
#include "query/answer/answer.h"
#include "query/compare/content_group.h"
#include "query/content_filter.h"
#include "query/search.h"

/* A copy and what is known of its bytes. */
struct copy {
    const struct wci_found *found;
    struct wci_deep facts;
    bool known; /* it was read */
};

/* Copies of the same bytes: a run of the sorted ones. */
struct group {
    const struct copy *first;
    size_t count;
    uint32_t oldest;
};

struct wcab_versions {
    struct wcab_catalog *catalog; /* borrowed */
    struct wcab_search *search;   /* owned */
    struct wci_arena *arena;      /* owned: of the current content */
    struct copy *copies;          /* owned: of the current name */
    struct group *groups;         /* owned */
    size_t copy_count, group_count, at;
    const char *query;
    struct wci_name name; /* heading of the current name; borrowed */
    int code_page;
    struct wcab_content content;
};

enum wcab_err wcab_versions_open(struct wcab_catalog *catalog,
                                 const struct wcab_search_options *options,
                                 struct wcab_versions **versions, struct wcab_error *err)
{
    struct wcab_search_options taken;
    struct wcab_versions *made;
    enum wcab_err code;

    if (catalog == NULL || versions == NULL)
        return wci_error_null(err);
    code = wci_sized_take(&taken, sizeof(taken), options, err);
    if (code != WCAB_OK)
        return code;
    if (taken.name_count == 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "no name to look for");
    made = calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->catalog = catalog;
    made->arena = wci_arena_new();
    code = made->arena == NULL ? wci_error_nomem(err)
                               : wcab_search_open(catalog, options, &made->search, err);
    if (code != WCAB_OK) {
        wcab_versions_close(made);
        return code;
    }
    *versions = made;
    return WCAB_OK;
}

void wcab_versions_close(struct wcab_versions *versions)
{
    if (versions == NULL)
        return;
    wcab_search_close(versions->search);
    wci_arena_free(versions->arena);
    free(versions->copies);
    free(versions->groups);
    free(versions);
}

/* ---- order -------------------------------------------------------------------------------- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* The same bytes, or, as far as that is unknown, the same size and date. */
static int compare_contents(const struct copy *a, const struct copy *b)
{
    unsigned x = a->known ? a->facts.status : WCI_DEEP_NONE;
    unsigned y = b->known ? b->facts.status : WCI_DEEP_NONE;
    int order = compare(x, y);

    if (order != 0)
        return order;
    if (x == WCI_DEEP_OK)
        return memcmp(a->facts.sha256, b->facts.sha256, sizeof(a->facts.sha256));
    order = compare(a->found->entry.size, b->found->entry.size);
    return order == 0 ? compare(a->found->entry.modified, b->found->entry.modified) : order;
}

static int compare_copies(const void *a, const void *b)
{
    const struct copy *x = a, *y = b;
    int order = compare_contents(x, y);

    /* the search has ranked them */
    return order == 0 ? (x->found > y->found) - (x->found < y->found) : order;
}

static bool has_version(const struct group *group)
{
    return group->first->known && group->first->facts.status == WCI_DEEP_OK &&
           group->first->facts.has_version;
}

static int compare_groups(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    int order = compare(has_version(y), has_version(x));

    if (order == 0 && has_version(x))
        order = compare(x->first->facts.file_version, y->first->facts.file_version);
    if (order == 0)
        order = compare(x->oldest, y->oldest);
    if (order == 0)
        order = compare(x->first->found->entry.size, y->first->found->entry.size);
    return order == 0 ? compare_contents(x->first, y->first) : order;
}

/* ---- a name ------------------------------------------------------------------------------- */

static enum wcab_err read_facts(struct wcab_versions *versions, const struct wci_found *found,
                                size_t count, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    versions->copies = wci_mem_calloc(count, sizeof(*versions->copies));
    versions->groups = wci_mem_calloc(count, sizeof(*versions->groups));
    if (versions->copies == NULL || versions->groups == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        struct copy *copy = &versions->copies[i];

        copy->found = &found[i];
        code = wci_content_filter_facts(versions->catalog, copy->found, &copy->facts, &copy->known,
                                        err);
        copy->known = copy->known && (copy->facts.status != WCI_DEEP_OK || copy->facts.has_sha256);
    }
    versions->copy_count = count;
    return code;
}

static void group_copies(struct wcab_versions *versions)
{
    struct group *group = NULL;
    size_t i;

    versions->group_count = 0;
    qsort(versions->copies, versions->copy_count, sizeof(*versions->copies), compare_copies);
    for (i = 0; i < versions->copy_count; i++) {
        const struct copy *copy = &versions->copies[i];
        uint32_t modified = copy->found->entry.modified;

        if (group == NULL || compare_contents(group->first, copy) != 0) {
            group = &versions->groups[versions->group_count++];
            group->first = copy;
        }
        group->count++;
        if (modified != 0 && (group->oldest == 0 || modified < group->oldest))
            group->oldest = modified;
    }
    qsort(versions->groups, versions->group_count, sizeof(*versions->groups), compare_groups);
}

/* The name as a copy has it; when all get it on installation only, as it was asked for. */
static void choose_name(struct wcab_versions *versions, const struct wci_found *found, size_t count)
{
    size_t i;

    versions->name = wci_text_name_of(wci_bytes_base_name(wci_bytes_of(versions->query)));
    versions->code_page = 0;
    for (i = 0; i < count; i++) {
        if (!found[i].by_rename) {
            versions->name = found[i].entry.name;
            versions->code_page = wci_known_image_code_page(found[i].image);
            return;
        }
    }
}

/* Groups the copies of the next name; none at the end of all. */
static enum wcab_err begin_name(struct wcab_versions *versions, struct wcab_error *err)
{
    const struct wci_found *found = NULL;
    size_t count = 0;
    enum wcab_err code;

    free(versions->copies);
    free(versions->groups);
    versions->copies = NULL;
    versions->groups = NULL;
    versions->group_count = 0;
    versions->at = 0;
    code = wci_search_next_name(versions->search, &found, &count, &versions->query, err);
    if (code != WCAB_OK || found == NULL)
        return code;
    code = read_facts(versions, found, count, err);
    if (code == WCAB_OK) {
        group_copies(versions);
        choose_name(versions, found, count);
    }
    return code;
}

static enum wcab_err fill(struct wcab_versions *versions, const struct group *group,
                          struct wcab_error *err)
{
    struct wcab_content *content = &versions->content;
    const struct copy *first = group->first;
    const struct wci_found **copies;
    enum wcab_err code;
    bool ok = true;
    size_t i;

    wci_arena_reset(versions->arena);
    copies = wci_arena_calloc(versions->arena, group->count, sizeof(const struct wci_found *));
    if (copies == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < group->count; i++)
        copies[i] = first[i].found;
    code = wci_content_group_fill(copies, group->count, first->known ? &first->facts : NULL,
                                  versions->arena, content, err);
    if (code != WCAB_OK)
        return code;
    content->query = versions->query;
    content->name =
        wci_answer_text(versions->arena, versions->name, versions->code_page, NULL, &ok);
    content->first = versions->at == 0;
    return ok ? WCAB_OK : wci_error_nomem(err);
}

static enum wcab_err do_versions_next(struct wcab_versions *versions,
                                      const struct wcab_content **content, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    if (versions->at == versions->group_count)
        code = begin_name(versions, err);
    if (code == WCAB_OK && versions->group_count == 0) {
        *content = NULL;
        return WCAB_OK;
    }
    if (code == WCAB_OK)
        code = fill(versions, &versions->groups[versions->at], err);
    if (code == WCAB_OK) {
        versions->at++;
        *content = &versions->content;
    }
    return code;
}

enum wcab_err wcab_versions_next(struct wcab_versions *versions,
                                 const struct wcab_content **content, struct wcab_error *err)
{
    struct wcab_error own;

    if (versions == NULL || content == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_versions_next(versions, content, &own), &own, err);
}

static enum wcab_err do_versions_suggestions(struct wcab_versions *versions,
                                             const struct wcab_suggestion **suggestions,
                                             size_t *count, struct wcab_error *err)
{
    return wcab_search_suggestions(versions->search, suggestions, count, err);
}

enum wcab_err wcab_versions_suggestions(struct wcab_versions *versions,
                                        const struct wcab_suggestion **suggestions, size_t *count,
                                        struct wcab_error *err)
{
    struct wcab_error own;

    if (versions == NULL || suggestions == NULL || count == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(do_versions_suggestions(versions, suggestions, count, &own), &own, err);
}
