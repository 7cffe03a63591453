/*
 * check_sections - components of which some files are not there.
 *
 * Setup keeps the information files that it installed from in WINDOWS\INF.  Their CopyFiles lines name
 * sections, whose lines name files: `destination, source, temporary, flags` (Windows 95 Device
 * Development Kit, "INF File Sections").  A section belongs to a component: where at least
 * three of four of its files are on the disk it was installed, and the others are missing.
 *
 * [BaseWinOptions] names what Setup always installs ("Always install these sections", says MSMAIL.INF). Of that a half
 * is enough to tell that Setup has run it. What the same information file deletes or renames again doesn't count.
 */
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "indexer/toc/inf.h"
#include "jobs/check/check_run.h"

enum { SECTIONS_MOST = 2048, BASES_MOST = 64, FILES_LEAST = 4, SHARE = 4, BASE_SHARE = 2 };

struct section {
    struct wci_bytes name;
    unsigned files, present;
    bool is_base;       /* Setup always copies it */
    bool is_removed;    /* files that are deleted or renamed */
    bool is_in_windows; /* by [DestinationDirs] it goes to the Windows folder or below */
};

struct component {
    struct wci_check *check;
    size_t first;                  /* missing files start here in check->files */
    const struct wci_checked *inf; /* the information file */
    struct wci_bytes text;         /* of it */
    struct section *sections;      /* arena */
    size_t count;
    struct wci_bytes bases[BASES_MOST]; /* of [BaseWinOptions] */
    size_t base_count;
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

static bool is_base(const struct component *component, struct wci_bytes name)
{
    size_t i;

    for (i = 0; i < component->base_count; i++) {
        if (wci_text_equal_folded(component->bases[i], name))
            return true;
    }
    return false;
}

static void note_base(struct component *component, const struct wci_inf_line *line)
{
    if (line->key.length == 0 && line->count > 0 && component->base_count < BASES_MOST)
        component->bases[component->base_count++] = line->fields[0];
}

/* "CopyFiles = Section, Section, @FILE" */
static void note_sections(struct component *component, const struct wci_inf_line *line, bool copied)
{
    size_t i;

    for (i = 0; i < line->count; i++) {
        struct wci_bytes name = line->fields[i];
        struct section *section;

        if (name.length == 0 || name.data[0] == '@')
            continue;
        section = section_of(component, name);
        if (section == NULL && component->count < SECTIONS_MOST) {
            section = &component->sections[component->count++];
            *section = (struct section){.name = name};
        }
        if (section == NULL)
            return;
        section->is_removed = section->is_removed || !copied;
        section->is_base = section->is_base || (copied && is_base(component, line->section));
    }
}

/* "Section = 11": SYSTEM; 10, 25: Windows; 17, 18, 20: INF, HELP, FONTS. */
static void note_destination(struct component *component, const struct wci_inf_line *line)
{
    static const uint64_t windows[] = {10, 11, 17, 18, 20, 25};
    struct section *section = section_of(component, line->key);
    uint64_t number;
    size_t i;

    if (section == NULL || !wci_inf_number(wci_inf_field(line, 0), &number))
        return;
    for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
        section->is_in_windows = section->is_in_windows || number == windows[i];
}

static void note_line(struct component *component, const struct wci_inf_line *line)
{
    if (wci_text_equal_folded(line->key, wci_bytes_of("CopyFiles")))
        note_sections(component, line, true);
    else if (wci_text_equal_folded(line->key, wci_bytes_of("DelFiles")) ||
             wci_text_equal_folded(line->key, wci_bytes_of("RenFiles")))
        note_sections(component, line, false);
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

static bool is_present(const struct wci_check *check, const struct section *section,
                       struct wci_bytes name)
{
    return section->is_in_windows ? wci_check_is_installed(check, name)
                                  : wci_check_has_name(check, name);
}

static enum wcab_err count_file(struct component *component, struct section *section,
                                struct wci_bytes name)
{
    section->files++;
    section->present += is_present(component->check, section, name);
    return WCAB_OK;
}

/* Whether the section shows that it was installed, though not all of it is there. */
static bool is_incomplete(const struct section *section)
{
    if (section->is_removed || section->present == section->files)
        return false;
    if (section->is_base)
        return section->present * BASE_SHARE >= section->files;
    return section->files >= FILES_LEAST &&
           section->present * SHARE >= section->files * (SHARE - 1);
}

/* Whether a section of files that are deleted or renamed has the name, as a first or second field. */
static bool is_removed(struct component *component, struct wci_bytes text, struct wci_bytes name)
{
    struct wci_inf inf;
    struct wci_inf_line line;

    wci_inf_open(&inf, text, component->check->arena);
    while (wci_inf_next(&inf, &line)) {
        const struct section *section;

        if (line.key.length > 0 || (!wci_text_equal_folded(wci_inf_field(&line, 0), name) &&
                                    !wci_text_equal_folded(wci_inf_field(&line, 1), name)))
            continue;
        section = section_of(component, line.section);
        if (section != NULL && section->is_removed)
            return true;
    }
    return false;
}

/* A sentence for what is missing. */
static const char *reason_of(struct component *component, const struct section *section)
{
    struct wci_bytes inf = component->inf->name;

    if (section->is_base)
        return wci_check_sentence(
            component->check, "[%.*s] of %.*s, which Setup always installs, names it",
            (int)section->name.length, section->name.data, (int)inf.length, inf.data);
    return wci_check_sentence(
        component->check,
        "%u of the %u files that [%.*s] of %.*s installs are there, and this one is not",
        section->present, section->files, (int)section->name.length, section->name.data,
        (int)inf.length, inf.data);
}

static enum wcab_err tell_file(struct component *component, struct section *section,
                               struct wci_bytes name)
{
    struct wci_check *check = component->check;
    struct wci_checked *missing = NULL;
    bool known = true;
    enum wcab_err code = WCAB_OK;

    if (!is_incomplete(section) || is_present(check, section, name))
        return WCAB_OK;
    if (section->is_base)
        code = wci_check_is_of_release(check, name, &known);
    if (code != WCAB_OK || !known || is_removed(component, component->text, name))
        return code;
    code = wci_check_add_missing(check, component->first, name, &missing);
    if (code != WCAB_OK || missing == NULL || missing->reason != NULL)
        return code;
    missing->reason = reason_of(component, section);
    return missing->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

/* Once for what Setup always installs, once for what is copied, once for where to. */
static void note_lines(struct component *component)
{
    struct wci_inf inf;
    struct wci_inf_line line;

    component->count = component->base_count = 0;
    wci_inf_open(&inf, component->text, component->check->arena);
    while (wci_inf_next(&inf, &line)) {
        if (wci_inf_in(&line, "BaseWinOptions"))
            note_base(component, &line);
    }
    wci_inf_open(&inf, component->text, component->check->arena);
    while (wci_inf_next(&inf, &line))
        note_line(component, &line);
    wci_inf_open(&inf, component->text, component->check->arena);
    while (wci_inf_next(&inf, &line)) {
        if (wci_inf_in(&line, "DestinationDirs"))
            note_destination(component, &line);
    }
}

static enum wcab_err look_in_inf(struct component *component)
{
    enum wcab_err code = wci_check_read_text(component->check, component->inf, &component->text);

    if (code != WCAB_OK)
        return code;
    note_lines(component);
    code = each_file(component, component->text, count_file);
    return code == WCAB_OK ? each_file(component, component->text, tell_file) : code;
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
