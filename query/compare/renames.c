/*
 * renames - see renames.h.
 *
 * Parsing every profile would cost more than the rest of a lookup.  So the texts' [renames]
 * sections are skimmed once, and only a profile that has the name is parsed.
 */
#include "query/compare/renames.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

/* ---- skimming ----------------------------------------------------------------------------- */

/* The lines of the section [renames]; empty when there is none. */
static struct wci_bytes section_of(struct wci_bytes text)
{
    static const char heading[] = "\n[renames]";
    struct wci_bytes section = {NULL, 0};
    const char *start =
        text.length == 0 ? NULL : memmem(text.data, text.length, heading, sizeof(heading) - 1);
    const char *end;

    if (start == NULL)
        return section;
    start += sizeof(heading) - 1;
    section.data = start;
    section.length = text.length - (size_t)(start - text.data);
    end = memmem(section.data, section.length, "\n[", 2);
    if (end != NULL)
        section.length = (size_t)(end - start);
    return section;
}

/* Cuts the next line off *text; false at its end. */
static bool next_line(struct wci_bytes *text, struct wci_bytes *line)
{
    const char *end;

    if (text->length == 0)
        return false;
    end = memchr(text->data, '\n', text->length);
    line->data = text->data;
    line->length = end == NULL ? text->length : (size_t)(end - text->data);
    text->data += line->length + (end != NULL);
    text->length -= line->length + (end != NULL);
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The installed name in a line "CABINET/FILE = NAME, probable : why"; empty for other lines. */
static struct wci_bytes installed_name(struct wci_bytes line)
{
    struct wci_bytes name = {NULL, 0};
    const char *equals =
        line.length == 0 || line.data[0] == '#' ? NULL : memchr(line.data, '=', line.length);
    size_t i;

    if (equals == NULL)
        return name;
    name.data = equals + 1;
    name.length = line.length - (size_t)(name.data - line.data);
    while (name.length > 0 && is_blank(name.data[0])) {
        name.data++;
        name.length--;
    }
    for (i = 0; i < name.length && name.data[i] != ',' && name.data[i] != ':'; i++)
        ;
    while (i > 0 && is_blank(name.data[i - 1]))
        i--;
    name.length = i;
    return name;
}

/* ---- gathering ---------------------------------------------------------------------------- */

enum wcab_err wci_renames_open(struct wci_renames *renames, struct wcab_catalog *catalog,
                               struct wcab_error *err)
{
    memset(renames, 0, sizeof(*renames));
    renames->catalog = catalog;
    renames->arena = wci_arena_new();
    return renames->arena == NULL ? wci_error_nomem(err) : WCAB_OK;
}

void wci_renames_close(struct wci_renames *renames)
{
    wci_arena_free(renames->arena);
    free(renames->names);
    renames->arena = NULL;
    renames->names = NULL;
}

static enum wcab_err add_name(struct wci_renames *renames, struct wci_bytes name,
                              struct wci_bytes profile)
{
    struct wci_folded folded;
    struct wci_bytes key;
    struct wci_installed_name *added;

    if (name.length == 0 || name.length > WCI_LIMIT_NAME)
        return WCAB_OK;
    key = wci_text_fold_name(name, &folded);
    if (!wci_mem_grow(&renames->names, renames->count, &renames->capacity, sizeof(*renames->names)))
        return WCAB_ERR_NOMEM;
    added = &renames->names[renames->count];
    added->folded = wci_arena_bytes(renames->arena, key);
    added->profile = profile;
    if (added->folded.data == NULL)
        return WCAB_ERR_NOMEM;
    renames->count++;
    return WCAB_OK;
}

static enum wcab_err skim_profile(void *context, struct wci_bytes id, struct wci_bytes text,
                                  bool user)
{
    struct wci_renames *renames = context;
    struct wci_bytes section = section_of(text), line, copy = {NULL, 0};
    enum wcab_err code = WCAB_OK;

    (void)user;
    while (code == WCAB_OK && next_line(&section, &line)) {
        if (copy.data == NULL)
            copy = wci_arena_bytes(renames->arena, id);
        code = copy.data == NULL ? WCAB_ERR_NOMEM : add_name(renames, installed_name(line), copy);
    }
    return code;
}

/* The rules of a family stand behind all profiles, under an empty id. */
static enum wcab_err add_family(struct wci_renames *renames, struct wcab_error *err)
{
    static const struct wci_bytes none = {NULL, 0};
    size_t i;
    enum wcab_err code = wci_family_rules(renames->catalog, &renames->family, err);

    for (i = 0; code == WCAB_OK && i < renames->family->rename_count; i++)
        code = add_name(renames, renames->family->renames[i].installed, none);
    return code;
}

static enum wcab_err gather(struct wci_renames *renames, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    if (renames->gathered)
        return WCAB_OK;
    renames->count = 0;
    code = wci_handle_each_profile(renames->catalog, skim_profile, renames, err);
    if (code == WCAB_OK)
        code = add_family(renames, err);
    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(err);
    renames->gathered = code == WCAB_OK;
    return code;
}

enum wcab_err wci_renames_each_installed(struct wci_renames *renames, wci_name_visitor *visit,
                                         void *context, struct wcab_error *err)
{
    enum wcab_err code = gather(renames, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < renames->count; i++)
        code = visit(context, renames->names[i].folded);
    return code;
}

/* ---- finding ------------------------------------------------------------------------------ */

/* Sources found so far, in the arena of who asked. */
struct source_list {
    struct wci_arena *arena;
    struct wci_rename_source *items;
    size_t count;
};

/* Appends the profile's sources of the name. */
static enum wcab_err add_sources(struct source_list *list, const struct wci_profile *profile,
                                 struct wci_bytes installed, struct wcab_error *err)
{
    const struct wci_profile_rename *rename;
    struct wci_rename_source *more;
    size_t at = 0, room = 0;

    while (wci_profile_next_source(profile, installed, &at) != NULL)
        room++;
    if (room == 0)
        return WCAB_OK;
    more = wci_arena_calloc(list->arena, list->count + room, sizeof(*more));
    if (more == NULL)
        return wci_error_nomem(err);
    if (list->count > 0)
        memcpy(more, list->items, list->count * sizeof(*more));
    list->items = more;
    at = 0;
    while ((rename = wci_profile_next_source(profile, installed, &at)) != NULL) {
        list->items[list->count].profile = profile;
        list->items[list->count++].rename = rename;
    }
    return WCAB_OK;
}

enum wcab_err wci_renames_find(struct wci_renames *renames, struct wci_bytes installed,
                               struct wci_arena *arena, struct wci_rename_source **sources,
                               size_t *count, struct wcab_error *err)
{
    struct source_list list = {.arena = arena};
    const struct wci_profile *last = NULL;
    enum wcab_err code = gather(renames, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < renames->count; i++) {
        const struct wci_profile *profile = NULL;

        if (!wci_bytes_equal(renames->names[i].folded, installed))
            continue;
        if (renames->names[i].profile.length == 0)
            profile = renames->family;
        else
            code = wci_handle_profile(renames->catalog, renames->names[i].profile, &profile, err);
        /* A profile's names stand together: one that has two sources comes twice. */
        if (code == WCAB_OK && profile != NULL && profile != last)
            code = add_sources(&list, profile, installed, err);
        last = profile;
    }
    if (code != WCAB_OK)
        return code;
    *sources = list.items;
    *count = list.count;
    return WCAB_OK;
}
