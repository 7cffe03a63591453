/*
 * check_sections - components of which some files are not there.
 *
 * Setup keeps the information files that it installed from in WINDOWS\INF.  Their CopyFiles lines name
 * sections, whose lines name files: `destination, source, temporary, flags` (Windows 95 Device
 * Development Kit, "INF File Sections").  A section belongs to a component: where at least
 * three of four of its files are on the disk it was installed, and the others are missing.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "indexer/toc/inf.h"
#include "jobs/check/check_run.h"

enum { SECTIONS_MOST = 2048, FILES_LEAST = 4, SHARE = 4 };

struct section {
    struct wci_bytes name;
    unsigned files, present;
};

struct component {
    struct wci_check *check;
    size_t first;                  /* missing files start here in check->files */
    const struct wci_checked *inf; /* the information file */
    struct section *sections;      /* arena */
    size_t count;
};

static struct section *section_of(struct component *component, struct wci_bytes name)
{
    size_t i;

    for (i = 0; i < component->count; i++) {
        if (wci_text_equal_folded(component->sections[i].name, name))
            return &component->sections[i];
    }
    return NULL;
}

/* "CopyFiles = Section, Section, @FILE" */
static void note_copy_line(struct component *component, const struct wci_inf_line *line)
{
    size_t i;

    for (i = 0; i < line->count && component->count < SECTIONS_MOST; i++) {
        struct wci_bytes name = line->fields[i];

        if (name.length > 0 && name.data[0] != '@' && section_of(component, name) == NULL)
            component->sections[component->count++] = (struct section){.name = name};
    }
}

/* The file that a line of a copy section puts on the disk; empty for what is none. */
static struct wci_bytes file_of(const struct wci_inf_line *line)
{
    struct wci_bytes name = wci_inf_field(line, 0);

    if (line->key.length > 0 || name.length == 0 || name.length > WCI_IMPORT_NAME ||
        memchr(name.data, '.', name.length) == NULL)
        return (struct wci_bytes){"", 0};
    return wci_bytes_base_name(name);
}

/* Calls for each file of a section that a CopyFiles line names. */
static enum wcab_err each_file(struct component *component, struct wci_bytes text,
                               enum wcab_err (*visit)(struct component *component,
                                                      struct section *section,
                                                      struct wci_bytes name))
{
    struct wci_inf inf;
    struct wci_inf_line line;
    struct wci_bytes last = {"", 0};
    struct section *section = NULL;
    enum wcab_err code = WCAB_OK;

    wci_inf_open(&inf, text, component->check->arena);
    while (code == WCAB_OK && wci_inf_next(&inf, &line)) {
        struct wci_bytes name = file_of(&line);

        if (!wci_bytes_equal(line.section, last)) {
            section = section_of(component, line.section);
            last = line.section;
        }
        if (section != NULL && name.length > 0)
            code = visit(component, section, name);
    }
    return code;
}

static enum wcab_err count_file(struct component *component, struct section *section,
                                struct wci_bytes name)
{
    section->files++;
    section->present += wci_check_has_name(component->check, name);
    return WCAB_OK;
}

static enum wcab_err tell_file(struct component *component, struct section *section,
                               struct wci_bytes name)
{
    struct wci_check *check = component->check;
    struct wci_checked *missing = NULL;
    enum wcab_err code;

    if (section->files < FILES_LEAST || section->present == section->files ||
        section->present * SHARE < section->files * (SHARE - 1) || wci_check_has_name(check, name))
        return WCAB_OK;
    code = wci_check_add_missing(check, component->first, name, &missing);
    if (code != WCAB_OK || missing == NULL || missing->reason != NULL)
        return code;
    missing->reason = wci_check_sentence(
        check, "%u of the %u files that [%.*s] of %.*s installs are there, and this one is not",
        section->present, section->files, (int)section->name.length, section->name.data,
        (int)component->inf->name.length, component->inf->name.data);
    return missing->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static enum wcab_err look_in_inf(struct component *component)
{
    struct wci_inf inf;
    struct wci_inf_line line;
    struct wci_bytes text;
    enum wcab_err code = wci_check_read_text(component->check, component->inf, &text);

    if (code != WCAB_OK)
        return code;
    component->count = 0;
    wci_inf_open(&inf, text, component->check->arena);
    while (wci_inf_next(&inf, &line)) {
        if (wci_text_equal_folded(line.key, wci_bytes_of("CopyFiles")))
            note_copy_line(component, &line);
    }
    code = each_file(component, text, count_file);
    return code == WCAB_OK ? each_file(component, text, tell_file) : code;
}

static bool is_inf(const struct wci_check *check, const struct wci_checked *file)
{
    static const char ending[] = ".INF";
    struct wci_bytes name = file->name;
    size_t length = sizeof(ending) - 1;

    return file->is_read && name.length > length &&
           wci_text_equal_folded((struct wci_bytes){name.data + name.length - length, length},
                                 wci_bytes_of(ending)) &&
           wci_windows_is_in(&check->windows, file->entry->folder, "INF");
}

enum wcab_err wci_check_sections(struct wci_check *check, size_t first)
{
    struct component component = {.check = check, .first = first};
    enum wcab_err code = WCAB_OK;
    size_t i;

    component.sections = wci_arena_calloc(check->arena, SECTIONS_MOST, sizeof(*component.sections));
    if (component.sections == NULL)
        return wci_error_nomem(check->err);
    for (i = 0; code == WCAB_OK && i < first; i++) {
        struct wci_checked inf;

        if (!is_inf(check, &check->files[i]))
            continue;
        inf = check->files[i]; /* the list may move while missing ones are added */
        component.inf = &inf;
        code = look_in_inf(&component);
    }
    return code;
}
