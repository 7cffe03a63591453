/*
 * renames - see renames.h.
 *
 * Parsing every profile would cost more than the rest of a lookup.  So the texts' [renames]
 * sections are skimmed first, and only a profile that has the name is parsed.
 */
#include "renames.h"

#include <string.h>

#include "error.h"
#include "limits.h"
#include "mem.h"
#include "text.h"

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

/* ---- finding ------------------------------------------------------------------------------ */

struct source_search {
    struct wcab_catalog *catalog;
    struct wci_bytes installed;
    struct wci_arena *arena;
    struct wci_bytes *ids; /* of profiles that seem to have it; arena */
    size_t id_count, id_capacity;
};

static enum wcab_err skim_profile(void *context, struct wci_bytes id, struct wci_bytes text,
                                  bool user)
{
    struct source_search *search = context;
    struct wci_bytes section = section_of(text), line;

    (void)user;
    while (next_line(&section, &line)) {
        if (!wci_text_equal_folded(installed_name(line), search->installed))
            continue;
        if (search->id_count == search->id_capacity) {
            size_t larger = search->id_capacity == 0 ? 16 : 2 * search->id_capacity;
            struct wci_bytes *ids = wci_arena_calloc(search->arena, larger, sizeof(*ids));

            if (ids == NULL)
                return WCAB_ERR_NOMEM;
            if (search->id_count > 0)
                memcpy(ids, search->ids, search->id_count * sizeof(*ids));
            search->ids = ids;
            search->id_capacity = larger;
        }
        search->ids[search->id_count] = wci_arena_bytes(search->arena, id);
        if (search->ids[search->id_count].data == NULL)
            return WCAB_ERR_NOMEM;
        search->id_count++;
        break;
    }
    return WCAB_OK;
}

static size_t count_sources(const struct wci_profile *profile, struct wci_bytes installed)
{
    size_t at = 0, count = 0;

    while (wci_profile_next_source(profile, installed, &at) != NULL)
        count++;
    return count;
}

enum wcab_err wci_renames_find(struct wcab_catalog *catalog, struct wci_bytes installed,
                               struct wci_arena *arena, struct wci_rename_source **sources,
                               size_t *count, struct wcab_error *err)
{
    struct source_search search = {.catalog = catalog, .installed = installed, .arena = arena};
    struct wci_rename_source *found = NULL;
    size_t found_count = 0, i;
    enum wcab_err code = wci_handle_each_profile(catalog, skim_profile, &search, err);

    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < search.id_count; i++) {
        const struct wci_profile *profile = NULL;
        const struct wci_profile_rename *rename;
        struct wci_rename_source *more;
        size_t at = 0, room;

        code = wci_handle_profile(catalog, search.ids[i], &profile, err);
        if (code != WCAB_OK || profile == NULL)
            continue;
        room = count_sources(profile, installed);
        if (room == 0)
            continue;
        more = wci_arena_calloc(arena, found_count + room, sizeof(*more));
        if (more == NULL)
            return wci_error_nomem(err);
        if (found_count > 0)
            memcpy(more, found, found_count * sizeof(*more));
        found = more;
        while ((rename = wci_profile_next_source(profile, installed, &at)) != NULL) {
            found[found_count].profile = profile;
            found[found_count++].rename = rename;
        }
    }
    if (code != WCAB_OK)
        return code;
    *sources = found;
    *count = found_count;
    return WCAB_OK;
}

struct installed_walk {
    wci_name_visitor *visit;
    void *context;
};

static enum wcab_err visit_installed(void *context, struct wci_bytes id, struct wci_bytes text,
                                     bool user)
{
    const struct installed_walk *walk = context;
    struct wci_bytes section = section_of(text), line;
    enum wcab_err code = WCAB_OK;

    (void)id;
    (void)user;
    while (code == WCAB_OK && next_line(&section, &line)) {
        char folded[2 * WCI_LIMIT_NAME];
        struct wci_bytes name = installed_name(line), key = {folded, 0};

        if (name.length == 0 || name.length > WCI_LIMIT_NAME)
            continue;
        key.length = wci_text_fold(name, folded, sizeof(folded));
        code = walk->visit(walk->context, key);
    }
    return code;
}

enum wcab_err wci_renames_each_installed(struct wcab_catalog *catalog, wci_name_visitor *visit,
                                         void *context, struct wcab_error *err)
{
    struct installed_walk walk = {visit, context};

    return wci_handle_each_profile(catalog, visit_installed, &walk, err);
}
