/*
 * names - see names.h.
 */
#include "query/names.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/text.h"

/* Walks both dictionaries and the installed names. */
static enum wcab_err each_known_name(struct wci_renames *renames, struct wci_bytes prefix,
                                     wci_name_visitor *visit, void *context, struct wcab_error *err)
{
    struct wci_reader *own = NULL, *published = NULL;
    enum wcab_err code = wci_handle_reader(renames->catalog, false, &own, err);

    if (code == WCAB_OK)
        code = wci_handle_reader(renames->catalog, true, &published, err);
    if (code == WCAB_OK && own != NULL)
        code = wci_reader_each_name(own, prefix, visit, context, err);
    if (code == WCAB_OK && published != NULL)
        code = wci_reader_each_name(published, prefix, visit, context, err);
    if (code == WCAB_OK)
        code = wci_renames_each_installed(renames, visit, context, err);
    return code;
}

/* ---- names that fit ----------------------------------------------------------------------- */

struct expansion {
    const struct wci_pattern *pattern;
    struct wci_arena *arena;
    struct wci_bytes *items; /* malloced while it grows */
    size_t count, capacity;
};

static enum wcab_err add_name(struct expansion *expansion, struct wci_bytes name)
{
    struct wci_bytes copy = wci_arena_bytes(expansion->arena, name);

    if (copy.data == NULL || !wci_mem_grow(&expansion->items, expansion->count,
                                           &expansion->capacity, sizeof(*expansion->items)))
        return WCAB_ERR_NOMEM;
    expansion->items[expansion->count++] = copy;
    return WCAB_OK;
}

static enum wcab_err keep_fitting(void *context, struct wci_bytes name)
{
    struct expansion *expansion = context;

    return wci_pattern_fits(expansion->pattern, name) ? add_name(expansion, name) : WCAB_OK;
}

static int compare_names(const void *a, const void *b)
{
    return wci_bytes_compare(*(const struct wci_bytes *)a, *(const struct wci_bytes *)b);
}

/* Sorts and drops doubles; the result lies in the arena. */
static enum wcab_err settle(struct expansion *expansion, struct wci_names *names,
                            struct wcab_error *err)
{
    struct wci_bytes *settled;
    size_t count = 0, i;

    names->items = NULL;
    names->count = 0;
    if (expansion->count == 0)
        return WCAB_OK;
    qsort(expansion->items, expansion->count, sizeof(*expansion->items), compare_names);
    settled = wci_arena_calloc(expansion->arena, expansion->count, sizeof(*settled));
    if (settled == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < expansion->count; i++) {
        if (count == 0 || !wci_bytes_equal(settled[count - 1], expansion->items[i]))
            settled[count++] = expansion->items[i];
    }
    names->items = settled;
    names->count = count;
    return WCAB_OK;
}

enum wcab_err wci_names_expand(struct wci_renames *renames, const struct wci_pattern *pattern,
                               struct wci_arena *arena, struct wci_names *names,
                               struct wcab_error *err)
{
    struct expansion expansion = {.pattern = pattern, .arena = arena};
    enum wcab_err code;

    if (wci_pattern_exact(pattern).length > 0)
        code = add_name(&expansion, wci_pattern_exact(pattern));
    else
        code = each_known_name(renames, wci_pattern_prefix(pattern), keep_fitting, &expansion, err);
    if (code == WCAB_ERR_NOMEM)
        wci_error_nomem(err);
    if (code == WCAB_OK)
        code = settle(&expansion, names, err);
    free(expansion.items);
    return code;
}

/* ---- the nearest names -------------------------------------------------------------------- */

struct nearest_search {
    struct wci_bytes name;
    bool lacks_extension; /* there is no dot in it */
    struct wci_arena *arena;
    unsigned limit;
    struct wci_bytes items[WCI_NAMES_NEAREST];
    unsigned distances[WCI_NAMES_NEAREST]; /* twice the letters; a missing extension: 1 or 2 */
    size_t count;
    bool known;
};

/* How much is missing when the name lacks nothing but its extension: 1 for what Windows asks for
 * by name, more for others; 0 when that is not so. */
static unsigned missing_extension(const struct nearest_search *search, struct wci_bytes known)
{
    static const char *const likely[] = {".DLL", ".EXE", ".VXD", ".DRV", ".SYS", ".OCX"};
    const size_t length = search->name.length;
    struct wci_bytes rest;
    size_t i;

    if (!search->lacks_extension || known.length <= length || known.data[length] != '.' ||
        memcmp(known.data, search->name.data, length) != 0)
        return 0;
    rest.data = known.data + length;
    rest.length = known.length - length;
    for (i = 0; i < sizeof(likely) / sizeof(likely[0]); i++) {
        if (wci_text_equal_folded(rest, wci_bytes_of(likely[i])))
            return 1;
    }
    return 2;
}

/* Letters that may differ: a third of the name without its extension, which says little. */
static unsigned letters_allowed(struct wci_bytes name)
{
    size_t stem = name.length;

    while (stem > 0 && name.data[stem - 1] != '.')
        stem--;
    stem = stem > 1 ? stem - 1 : name.length;
    return stem <= 4 ? 1 : stem <= 7 ? 2 : 3;
}

static enum wcab_err weigh_name(void *context, struct wci_bytes name)
{
    struct nearest_search *search = context;
    unsigned missing = missing_extension(search, name);
    unsigned distance =
        missing > 0 ? missing : wci_pattern_distance(search->name, name, search->limit) * 2;
    struct wci_bytes copy;
    size_t at, i;

    if (distance == 0)
        search->known = true;
    if (distance == 0 || (missing == 0 && distance > 2 * search->limit))
        return WCAB_OK;
    for (i = 0; i < search->count; i++) {
        if (wci_bytes_equal(search->items[i], name))
            return WCAB_OK;
    }
    for (at = 0; at < search->count && search->distances[at] <= distance; at++)
        ;
    if (at == WCI_NAMES_NEAREST)
        return WCAB_OK;
    copy = wci_arena_bytes(search->arena, name);
    if (copy.data == NULL)
        return WCAB_ERR_NOMEM;
    if (search->count < WCI_NAMES_NEAREST)
        search->count++;
    for (i = search->count - 1; i > at; i--) {
        search->items[i] = search->items[i - 1];
        search->distances[i] = search->distances[i - 1];
    }
    search->items[at] = copy;
    search->distances[at] = distance;
    if (search->count == WCI_NAMES_NEAREST) /* only nearer ones are of use from here on */
        search->limit = (search->distances[WCI_NAMES_NEAREST - 1] + 1) / 2;
    return WCAB_OK;
}

enum wcab_err wci_names_nearest(struct wci_renames *renames, struct wci_bytes name,
                                struct wci_arena *arena, struct wci_names *nearest, bool *known,
                                struct wcab_error *err)
{
    static const struct wci_bytes none = {NULL, 0};
    struct nearest_search search = {.name = name, .arena = arena};
    enum wcab_err code;

    search.limit = letters_allowed(name);
    search.lacks_extension = memchr(name.data, '.', name.length) == NULL;
    code = each_known_name(renames, none, weigh_name, &search, err);
    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(err);
    if (code != WCAB_OK)
        return code;
    nearest->items = NULL;
    nearest->count = search.count;
    if (search.count > 0) {
        nearest->items = wci_arena_calloc(arena, search.count, sizeof(*nearest->items));
        if (nearest->items == NULL)
            return wci_error_nomem(err);
        memcpy(nearest->items, search.items, search.count * sizeof(*nearest->items));
    }
    *known = search.known;
    return WCAB_OK;
}
