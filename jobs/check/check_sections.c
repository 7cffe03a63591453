/*
 * check_sections - components of which some files are not there.
 *
 * Setup keeps the information files that it installed from in WINDOWS\INF.  Their CopyFiles lines name
 * sections, whose lines name files: `destination, source, temporary, flags` (Windows 95 Device
 * Development Kit, "INF File Sections").  A section belongs to a component: where at least
 * three of four of its files are on the disk it was installed, and the others are missing, unless all of these came
 * with other sections, every file of which is there.
 *
 * Where none is left, those of the release's medium take their place, when an image has them.
 *
 * [BaseWinOptions] names what Setup always installs ("Always install these sections", says MSMAIL.INF). Of that a half
 * is enough to tell that Setup has run it. What the same information file deletes or renames again doesn't count; what only
 * the removal of a component deletes is there as long as that is.
 *
 * All sections of all information files are listed before anything is told: they also say which modules belong to what was
 * left out, and which file was copied under another name.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "indexer/toc/inf.h"
#include "jobs/check/check_run.h"

enum {
    SECTIONS_MOST = 2048, /* of one information file */
    LINES_MOST = 1024 * 1024,
    BASES_MOST = 64,
    REMOVERS_MOST = 256,
    FILES_LEAST = 4,
    SHARE = 4,
    BASE_SHARE = 2
};

struct section {
    struct wci_bytes name;
    unsigned files, present;
    unsigned
        unexplained; /* of the present ones: those that no other section brought, all of which is there */
    bool is_copied;
    bool is_base;    /* Setup always copies it */
    bool is_removed; /* files that are deleted or renamed, though nothing is taken off the PC */
    bool is_base_removed; /* Setup always deletes or renames them */
    bool is_in_windows;   /* by [DestinationDirs] it goes to the Windows folder or below */
};

/* A line of a section: what it puts on the disk, and from what. */
struct copied {
    struct wci_bytes name, fold; /* as it is written; folded */
    struct wci_bytes source;     /* name on the medium when that is another one */
    size_t section;
    bool is_present;
};

struct component {
    struct wci_bytes inf;  /* name of the information file */
    struct wci_bytes text; /* of it */
    size_t first, count;   /* of its sections */
};

/* All that the information files of a Windows folder tell. */
struct wci_check_sections {
    struct component *components; /* owned */
    size_t component_count, component_capacity;
    struct section *items; /* owned */
    size_t count, capacity;
    struct copied *lines; /* owned; sorted by folded name once all are there */
    size_t line_count, line_capacity;
};

/* The information file at hand. */
struct reading {
    struct wci_check *check;
    struct wci_check_sections *all;
    struct component *component;
    struct wci_bytes bases[BASES_MOST]; /* of [BaseWinOptions] */
    size_t base_count;
    struct wci_bytes removers[REMOVERS_MOST]; /* sections that take a component off the PC */
    size_t remover_count;
};

/* ---- sections of one information file ----------------------------------------------------- */

static struct section *section_of(const struct reading *reading, struct wci_bytes name)
{
    struct section *sections = reading->all->items;
    size_t i = reading->component->first, end = i + reading->component->count;

    for (; i < end; i++) {
        if (wci_text_equal_folded(sections[i].name, name))
            return &sections[i];
    }
    return NULL;
}

static bool is_base(const struct reading *reading, struct wci_bytes name)
{
    size_t i;

    for (i = 0; i < reading->base_count; i++) {
        if (wci_text_equal_folded(reading->bases[i], name))
            return true;
    }
    return false;
}

static void note_base(struct reading *reading, const struct wci_inf_line *line)
{
    if (line->key.length == 0 && line->count > 0 && reading->base_count < BASES_MOST)
        reading->bases[reading->base_count++] = line->fields[0];
}

/* ---- what is run to take a component off -------------------------------------------------- */

static void add_remover(struct reading *reading, struct wci_bytes name)
{
    if (name.length > 0 && reading->remover_count < REMOVERS_MOST)
        reading->removers[reading->remover_count++] = name;
}

/* "RunDll setupx.dll,InstallHinfSection MAIL.Remove 4 mail.inf": "MAIL.Remove" */
static struct wci_bytes section_run(struct wci_bytes command)
{
    static const char verb[] = "InstallHinfSection ";
    size_t length = sizeof(verb) - 1, i, end;

    for (i = 0; i + length < command.length; i++) {
        if (!wci_text_equal_folded((struct wci_bytes){command.data + i, length},
                                   wci_bytes_of(verb)))
            continue;
        for (end = i += length; end < command.length && command.data[end] != ' ';)
            end++;
        return (struct wci_bytes){command.data + i, end - i};
    }
    return (struct wci_bytes){"", 0};
}

/* "Uninstall = MAIL.Remove", and a registry line of "UninstallString". */
static void note_remover(struct reading *reading, const struct wci_inf_line *line)
{
    bool is_uninstall = wci_text_equal_folded(line->key, wci_bytes_of("Uninstall"));
    size_t i;

    for (i = 0; is_uninstall && i < line->count; i++)
        add_remover(reading, line->fields[i]);
    if (line->key.length > 0 || line->count < 5 ||
        !wci_check_contains(line->fields[2], "UninstallString"))
        return;
    for (i = 3; i < line->count; i++)
        add_remover(reading, section_run(line->fields[i]));
}

/* Some are run by other programs: those show it by their names, which no translation touches. */
static bool is_remover(const struct reading *reading, struct wci_bytes name)
{
    static const char *const words[] = {"uninst", "remove", "cleanup"};
    size_t i;

    for (i = 0; i < reading->remover_count; i++) {
        if (wci_text_equal_folded(reading->removers[i], name))
            return true;
    }
    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (wci_check_contains(name, words[i]))
            return true;
    }
    return false;
}

/* ---- what is copied and deleted ----------------------------------------------------------- */

/* *section is NULL when there are too many. */
static enum wcab_err add_section(struct reading *reading, struct wci_bytes name,
                                 struct section **section)
{
    struct wci_check_sections *all = reading->all;

    *section = section_of(reading, name);
    if (*section != NULL || reading->component->count >= SECTIONS_MOST)
        return WCAB_OK;
    if (!wci_mem_grow(&all->items, all->count, &all->capacity, sizeof(*all->items)))
        return wci_error_nomem(reading->check->err);
    *section = &all->items[all->count++];
    **section = (struct section){.name = name};
    reading->component->count++;
    return WCAB_OK;
}

/* "CopyFiles = Section, Section, @FILE" */
static enum wcab_err note_sections(struct reading *reading, const struct wci_inf_line *line,
                                   bool copied)
{
    bool base = is_base(reading, line->section);
    bool removed = !copied && !is_remover(reading, line->section);
    size_t i;

    for (i = 0; i < line->count; i++) {
        struct wci_bytes name = line->fields[i];
        struct section *section;
        enum wcab_err code;

        if (name.length == 0 || name.data[0] == '@')
            continue;
        code = add_section(reading, name, &section);
        if (code != WCAB_OK || section == NULL)
            return code;
        section->is_copied = section->is_copied || copied;
        section->is_base = section->is_base || (copied && base);
        section->is_removed = section->is_removed || removed;
        section->is_base_removed = section->is_base_removed || (removed && base);
    }
    return WCAB_OK;
}

/* "Section = 11": SYSTEM; 10, 25: Windows; 17, 18, 20: INF, HELP, FONTS. */
static void note_destination(struct reading *reading, const struct wci_inf_line *line)
{
    static const uint64_t windows[] = {10, 11, 17, 18, 20, 25};
    struct section *section = section_of(reading, line->key);
    uint64_t number;
    size_t i;

    if (section == NULL || !wci_inf_number(wci_inf_field(line, 0), &number))
        return;
    for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
        section->is_in_windows = section->is_in_windows || number == windows[i];
}

static enum wcab_err note_line(struct reading *reading, const struct wci_inf_line *line)
{
    if (wci_text_equal_folded(line->key, wci_bytes_of("CopyFiles")))
        return note_sections(reading, line, true);
    if (wci_text_equal_folded(line->key, wci_bytes_of("DelFiles")) ||
        wci_text_equal_folded(line->key, wci_bytes_of("RenFiles")))
        return note_sections(reading, line, false);
    return WCAB_OK;
}

/* Sections that are copied as well as deleted are deleted by what removes the component again, or by what makes room for it;
 * unless Setup always does both. */
static void settle_removed(const struct reading *reading)
{
    size_t i = reading->component->first, end = i + reading->component->count;

    for (; i < end; i++) {
        struct section *section = &reading->all->items[i];

        section->is_removed =
            section->is_removed &&
            (!section->is_copied || (section->is_base && section->is_base_removed));
    }
}

/* Once for what Setup always installs and what takes it off, once for what is copied, once for where to. */
static enum wcab_err note_lines(struct reading *reading)
{
    struct wci_bytes text = reading->component->text;
    struct wci_inf inf;
    struct wci_inf_line line;
    enum wcab_err code = WCAB_OK;

    wci_inf_open(&inf, text, reading->check->arena);
    while (wci_inf_next(&inf, &line)) {
        if (wci_inf_in(&line, "BaseWinOptions"))
            note_base(reading, &line);
        note_remover(reading, &line);
    }
    wci_inf_open(&inf, text, reading->check->arena);
    while (code == WCAB_OK && wci_inf_next(&inf, &line))
        code = note_line(reading, &line);
    settle_removed(reading);
    wci_inf_open(&inf, text, reading->check->arena);
    while (wci_inf_next(&inf, &line)) {
        if (wci_inf_in(&line, "DestinationDirs"))
            note_destination(reading, &line);
    }
    return code;
}

/* ---- lines of its sections ---------------------------------------------------------------- */

static bool is_file_name(struct wci_bytes name)
{
    return name.length > 0 && name.length <= WCI_IMPORT_NAME &&
           memchr(name.data, '.', name.length) != NULL;
}

static bool is_present(const struct wci_check *check, const struct section *section,
                       struct wci_bytes name)
{
    return section->is_in_windows ? wci_check_is_installed(check, name)
                                  : wci_check_has_name(check, name);
}

static enum wcab_err add_line(struct reading *reading, size_t section, struct wci_bytes name,
                              struct wci_bytes source)
{
    struct wci_check_sections *all = reading->all;
    struct copied line = {.name = name, .source = source, .section = section};

    if (all->line_count >= LINES_MOST)
        return WCAB_OK;
    line.fold = wci_check_fold(reading->check, name);
    if (line.fold.data == NULL ||
        !wci_mem_grow(&all->lines, all->line_count, &all->line_capacity, sizeof(*all->lines)))
        return wci_error_nomem(reading->check->err);
    line.is_present = is_present(reading->check, &all->items[section], name);
    all->items[section].files++;
    all->items[section].present += line.is_present;
    all->lines[all->line_count++] = line;
    return WCAB_OK;
}

/* Each file of a section that a CopyFiles line names. */
static enum wcab_err list_files(struct reading *reading)
{
    struct wci_inf inf;
    struct wci_inf_line line;
    struct wci_bytes last = {"", 0};
    const struct section *section = NULL;
    enum wcab_err code = WCAB_OK;

    wci_inf_open(&inf, reading->component->text, reading->check->arena);
    while (code == WCAB_OK && wci_inf_next(&inf, &line)) {
        struct wci_bytes name = wci_inf_field(&line, 0), source = wci_inf_field(&line, 1);

        if (!wci_bytes_equal(line.section, last)) {
            section = section_of(reading, line.section);
            last = line.section;
        }
        if (section != NULL && line.key.length == 0 && is_file_name(name))
            code = add_line(reading, (size_t)(section - reading->all->items),
                            wci_bytes_base_name(name), source);
    }
    return code;
}

static enum wcab_err list_text(struct wci_check *check, struct wci_bytes name,
                               struct wci_bytes text)
{
    struct wci_check_sections *all = check->sections;
    struct reading reading = {.check = check, .all = all};
    enum wcab_err code;

    if (!wci_mem_grow(&all->components, all->component_count, &all->component_capacity,
                      sizeof(*all->components)))
        return wci_error_nomem(check->err);
    reading.component = &all->components[all->component_count++];
    *reading.component = (struct component){.inf = name, .text = text, .first = all->count};
    code = note_lines(&reading);
    return code == WCAB_OK ? list_files(&reading) : code;
}

static enum wcab_err list_inf(struct wci_check *check, const struct wci_checked *file)
{
    struct wci_bytes text;
    enum wcab_err code = wci_check_read_text(check, file, &text);

    return code == WCAB_OK ? list_text(check, file->name, text) : code;
}

/* ---- all information files ---------------------------------------------------------------- */

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

static int compare_lines(const void *a, const void *b)
{
    const struct copied *x = a, *y = b;
    int order = wci_bytes_compare(x->fold, y->fold);

    return order != 0 ? order : (x->section > y->section) - (x->section < y->section);
}

/* First of the lines with that name, and how many there are. */
static const struct copied *find_lines(const struct wci_check_sections *all, struct wci_bytes name,
                                       size_t *count)
{
    struct wci_folded room;
    struct wci_bytes fold = wci_text_fold_name(name, &room);
    size_t low = 0, high = all->line_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (wci_bytes_compare(all->lines[middle].fold, fold) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (*count = 0;
         low + *count < all->line_count && wci_bytes_equal(all->lines[low + *count].fold, fold);)
        ++*count;
    return all->lines + low;
}

static bool is_whole(const struct section *section)
{
    return !section->is_removed && section->present == section->files;
}

/* Counts for each section the present files that only it can have brought: of those in another one, all of whose files
 * are there, it says nothing. */
static void count_unexplained(struct wci_check_sections *all)
{
    size_t i = 0, j, end;

    while (i < all->line_count) {
        size_t whole = 0;

        for (end = i;
             end < all->line_count && wci_bytes_equal(all->lines[end].fold, all->lines[i].fold);
             end++)
            whole += is_whole(&all->items[all->lines[end].section]);
        for (j = i; j < end; j++) {
            struct section *section = &all->items[all->lines[j].section];

            section->unexplained += all->lines[j].is_present && (whole == 0 || is_whole(section));
        }
        i = end;
    }
}

enum wcab_err wci_check_list_sections(struct wci_check *check)
{
    struct wci_check_sections *all;
    size_t count = check->count, i;
    enum wcab_err code = WCAB_OK;

    all = check->sections = wci_arena_calloc(check->arena, 1, sizeof(*all));
    if (all == NULL)
        return wci_error_nomem(check->err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        if (is_inf(check, &check->files[i]))
            code = list_inf(check, &check->files[i]);
    }
    if (code == WCAB_OK && all->component_count == 0 && check->windows.family == WCI_WINDOWS_9X)
        code = wci_check_each_medium_inf(check, list_text);
    if (all->line_count > 1)
        qsort(all->lines, all->line_count, sizeof(*all->lines), compare_lines);
    count_unexplained(all);
    return code;
}

void wci_check_forget_sections(struct wci_check *check)
{
    if (check->sections != NULL) {
        free(check->sections->components);
        free(check->sections->items);
        free(check->sections->lines);
    }
    check->sections = NULL;
}

/* ---- asking ------------------------------------------------------------------------------- */

bool wci_check_is_left_out(const struct wci_check *check, struct wci_bytes name)
{
    size_t count, i;
    const struct copied *lines = find_lines(check->sections, name, &count);

    for (i = 0; i < count; i++) {
        const struct section *section = &check->sections->items[lines[i].section];

        if (section->is_base ||
            (section->unexplained > 0 && section->present * BASE_SHARE >= section->files))
            return false;
    }
    return count > 0;
}

bool wci_check_is_made_from(const struct wci_check *check, struct wci_bytes name,
                            struct wci_bytes source)
{
    size_t count, i;
    const struct copied *lines = find_lines(check->sections, name, &count);

    for (i = 0; i < count; i++) {
        if (wci_text_equal_folded(lines[i].source, source))
            return true;
    }
    return false;
}

/* ---- telling ------------------------------------------------------------------------------ */

/* Whether the section shows that it was installed, though not all of it is there. */
static bool is_incomplete(const struct section *section)
{
    if (section->is_removed || section->present == section->files)
        return false;
    if (section->is_base)
        return section->present * BASE_SHARE >= section->files;
    return section->files >= FILES_LEAST && section->unexplained > 0 &&
           section->present * SHARE >= section->files * (SHARE - 1);
}

/* Whether a section of files that are deleted or renamed has the name, as a first or second field. */
static bool is_removed(const struct reading *reading, struct wci_bytes name)
{
    struct wci_inf inf;
    struct wci_inf_line line;

    wci_inf_open(&inf, reading->component->text, reading->check->arena);
    while (wci_inf_next(&inf, &line)) {
        const struct section *section;

        if (line.key.length > 0 || (!wci_text_equal_folded(wci_inf_field(&line, 0), name) &&
                                    !wci_text_equal_folded(wci_inf_field(&line, 1), name)))
            continue;
        section = section_of(reading, line.section);
        if (section != NULL && section->is_removed)
            return true;
    }
    return false;
}

/* A sentence for what is missing. */
static const char *reason_of(const struct reading *reading, const struct section *section)
{
    struct wci_bytes inf = reading->component->inf;

    if (section->is_base)
        return wci_check_sentence(
            reading->check, "[%.*s] of %.*s, which Setup always installs, names it",
            (int)section->name.length, section->name.data, (int)inf.length, inf.data);
    return wci_check_sentence(
        reading->check,
        "%u of the %u files that [%.*s] of %.*s installs are there, and this one is not",
        section->present, section->files, (int)section->name.length, section->name.data,
        (int)inf.length, inf.data);
}

static enum wcab_err tell_line(const struct reading *reading, size_t first,
                               const struct copied *line)
{
    struct wci_check *check = reading->check;
    const struct section *section = &reading->all->items[line->section];
    struct wci_checked *missing = NULL;
    bool known = true;
    enum wcab_err code = WCAB_OK;

    if (section->is_base)
        code = wci_check_is_of_release(check, line->name, &known);
    if (code != WCAB_OK || !known || is_removed(reading, line->name))
        return code;
    code = wci_check_add_missing(check, first, line->name, &missing);
    if (code != WCAB_OK || missing == NULL || missing->reason != NULL)
        return code;
    missing->reason = reason_of(reading, section);
    return missing->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static struct component *component_of(const struct wci_check_sections *all, size_t section)
{
    size_t i = 0;

    while (i + 1 < all->component_count && all->components[i + 1].first <= section)
        i++;
    return &all->components[i];
}

enum wcab_err wci_check_tell_sections(struct wci_check *check, size_t first)
{
    struct wci_check_sections *all = check->sections;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < all->line_count; i++) {
        const struct copied *line = &all->lines[i];
        struct reading reading = {.check = check, .all = all};

        if (line->is_present || !is_incomplete(&all->items[line->section]))
            continue;
        reading.component = component_of(all, line->section);
        code = tell_line(&reading, first, line);
    }
    return code;
}
