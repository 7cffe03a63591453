/*
 * check_missing - files that are not there though something on the disk asks for them.
 *
 * Asked for by: the imports of programs that are there (a module that lies nowhere on the search path); the
 * lines of SYSTEM.INI that name a driver; and the sections of information files (WINDOWS\INF) of
 * which nearly all files were copied.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "indexer/toc/inf.h"
#include "jobs/check/check_run.h"

enum { TEXT_MOST = 1024 * 1024, MISSING_MOST = 4096 };

/* ---- what is there ------------------------------------------------------------------------ */

static int compare_names(const void *a, const void *b)
{
    return wci_bytes_compare(*(const struct wci_bytes *)a, *(const struct wci_bytes *)b);
}

static struct wci_bytes folded(struct wci_arena *arena, struct wci_bytes name)
{
    char *text = wci_arena_alloc(arena, 2 * name.length + 1);

    if (text == NULL)
        return (struct wci_bytes){NULL, 0};
    return (struct wci_bytes){text, wci_text_fold(name, text, 2 * name.length)};
}

static bool add_name(struct wci_check *check, struct wci_bytes name)
{
    struct wci_check_names *names = &check->names;
    struct wci_bytes fold = folded(check->arena, name);

    if (fold.data == NULL ||
        !wci_mem_grow(&names->items, names->count, &names->capacity, sizeof(*names->items)))
        return false;
    names->items[names->count++] = fold;
    return true;
}

/* All names of the volume's files: what lies elsewhere may be found through PATH. */
static enum wcab_err list_names(struct wci_check *check)
{
    const struct wci_target_volume *volume = check->windows.volume;
    struct wci_check_names *names = &check->names;
    bool ok = true;
    size_t i;

    for (i = 0; ok && i < volume->count; i++) {
        const struct wci_entry *entry = &volume->files[i];
        uint8_t j;

        ok = add_name(check, entry->name.bytes);
        for (j = 0; ok && j < entry->alias_count && j < WCI_ALIAS_MAX; j++)
            ok = add_name(check, entry->alias[j].bytes);
    }
    for (i = 0; ok && i < check->count; i++) {
        if (check->files[i].imports.module.length > 0)
            ok = add_name(check, check->files[i].imports.module);
    }
    if (!ok)
        return wci_error_nomem(check->err);
    if (names->count > 1)
        qsort(names->items, names->count, sizeof(*names->items), compare_names);
    return WCAB_OK;
}

bool wci_check_has_name(const struct wci_check *check, struct wci_bytes name)
{
    const struct wci_check_names *names = &check->names;
    char text[2 * WCI_IMPORT_NAME + 16];
    struct wci_bytes fold = {text, 0};

    if (name.length > sizeof(text) / 2)
        return true; /* no module has such a name */
    fold.length = wci_text_fold(name, text, sizeof(text));
    return names->count > 0 &&
           bsearch(&fold, names->items, names->count, sizeof(fold), compare_names) != NULL;
}

/* ---- a missing file ----------------------------------------------------------------------- */

static struct wci_checked *find_missing(struct wci_check *check, size_t first,
                                        struct wci_bytes name)
{
    size_t i;

    for (i = first; i < check->count; i++) {
        if (wci_text_equal_folded(check->files[i].name, name))
            return &check->files[i];
    }
    return NULL;
}

enum wcab_err wci_check_add_missing(struct wci_check *check, size_t first, struct wci_bytes name,
                                    struct wci_checked **missing)
{
    *missing = find_missing(check, first, name);
    if (*missing != NULL || check->count - first >= MISSING_MOST)
        return WCAB_OK;
    *missing = wci_check_add(check);
    if (*missing == NULL)
        return wci_error_nomem(check->err);
    (*missing)->name = (*missing)->path = wci_arena_bytes(check->arena, name);
    (*missing)->state = WCAB_CHECK_MISSING;
    return (*missing)->name.data == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static enum wcab_err add_need(struct wci_check *check, struct wci_checked *missing,
                              const char *program)
{
    if (!wci_mem_grow(&missing->needed_by, missing->needed_by_count, &missing->needed_by_capacity,
                      sizeof(*missing->needed_by)))
        return wci_error_nomem(check->err);
    missing->needed_by[missing->needed_by_count++] = program;
    return WCAB_OK;
}

/* Whether the release has a file of that name. */
static enum wcab_err is_of_release(struct wci_check *check, struct wci_bytes name, bool *is)
{
    const struct wci_found *found;
    size_t count = 0;
    enum wcab_err code = WCAB_OK;

    if (check->release != NULL)
        code = wci_matcher_copies(check->release, name, &found, &count, check->err);
    *is = count > 0;
    return code;
}

/* ---- imports ------------------------------------------------------------------------------ */

/* Modules of drivers that SYSTEM.INI names in their place, and what the loader has built in. */
static bool is_virtual(struct wci_bytes name)
{
    static const char *const names[] = {"DISPLAY", "MOUSE", "COMM", "SOUND", "KEYBOARD", "SYSTEM"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (wci_text_equal_folded(name, wci_bytes_of(names[i])))
            return true;
    }
    return false;
}

/* The one system file that is called otherwise than its module, since Windows 3.0. */
#define KERNEL_MODULE "KERNEL"
#define KERNEL_FILE "KRNL386.EXE"

/* What the loader tries behind a module's name that has no extension. */
static const char *const endings[] = {".DLL", ".EXE", ".DRV", ".MOD", ".VBX"};
enum { ENDINGS = sizeof(endings) / sizeof(endings[0]), MODULE_FILE = WCI_IMPORT_NAME + 8 };

/* "MAPI" as "MAPI.DLL"; the module's name is at most WCI_IMPORT_NAME bytes long. */
static struct wci_bytes with_ending(struct wci_bytes module, size_t ending, char text[MODULE_FILE])
{
    size_t length = strlen(endings[ending]);

    memcpy(text, module.data, module.length);
    memcpy(text + module.length, endings[ending], length);
    return (struct wci_bytes){text, module.length + length};
}

static bool has_extension(struct wci_bytes module)
{
    return memchr(module.data, '.', module.length) != NULL;
}

/* The file that a module is loaded from: its own name for PE and where it has a dot. For a 16-bit module
 * the release's file of that name with one of the loader's extensions. */
static enum wcab_err file_of_module(struct wci_check *check, struct wci_bytes module,
                                    struct wci_bytes *file)
{
    char text[MODULE_FILE];
    bool is = false;
    size_t i;
    enum wcab_err code = WCAB_OK;

    *file = module;
    if (has_extension(module))
        return WCAB_OK;
    if (wci_text_equal_folded(module, wci_bytes_of(KERNEL_MODULE))) {
        *file = wci_bytes_of(KERNEL_FILE);
        return WCAB_OK;
    }
    for (i = 0; code == WCAB_OK && !is && i < ENDINGS; i++)
        code = is_of_release(check, with_ending(module, i, text), &is);
    *file = wci_arena_bytes(check->arena, with_ending(module, is ? i - 1 : 0, text));
    return code != WCAB_OK ? code : file->data == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static bool is_there(const struct wci_check *check, struct wci_bytes module)
{
    char text[MODULE_FILE];
    bool found = module.length > WCI_IMPORT_NAME || wci_check_has_name(check, module);
    size_t i;

    for (i = 0; !found && !has_extension(module) && i < ENDINGS; i++)
        found = wci_check_has_name(check, with_ending(module, i, text));
    return found;
}

static enum wcab_err look_for_imports(struct wci_check *check, size_t first, size_t number)
{
    const struct wci_imports imports = check->files[number].imports;
    size_t i;

    for (i = 0; i < imports.count; i++) {
        struct wci_checked *missing = NULL;
        struct wci_bytes name;
        enum wcab_err code;

        if (is_there(check, imports.names[i]) ||
            (imports.kind == WCI_PROGRAM_NE && is_virtual(imports.names[i])))
            continue;
        code = file_of_module(check, imports.names[i], &name);
        if (code == WCAB_OK)
            code = wci_check_add_missing(check, first, name, &missing);
        if (code != WCAB_OK)
            return code;
    }
    return WCAB_OK;
}

/* A file that is there and not sound, by one of the names that a program may import it by. */
struct wanted {
    struct wci_bytes name; /* folded */
    size_t file;
};

struct wanted_list {
    struct wanted *items; /* owned; sorted by name */
    size_t count, capacity;
};

static int compare_wanted(const void *a, const void *b)
{
    return wci_bytes_compare(((const struct wanted *)a)->name, ((const struct wanted *)b)->name);
}

static enum wcab_err add_wanted(struct wci_check *check, struct wanted_list *list, size_t file,
                                struct wci_bytes name)
{
    struct wci_bytes fold = folded(check->arena, name);

    if (fold.data == NULL ||
        !wci_mem_grow(&list->items, list->count, &list->capacity, sizeof(*list->items)))
        return wci_error_nomem(check->err);
    list->items[list->count++] = (struct wanted){fold, file};
    return WCAB_OK;
}

/* 16-bit programs name a module without the file's extension. */
static struct wci_bytes stem_of(struct wci_bytes name)
{
    size_t dot = name.length;

    while (dot > 0 && name.data[dot - 1] != '.')
        dot--;
    return (struct wci_bytes){name.data, dot > 0 ? dot - 1 : name.length};
}

static enum wcab_err list_wanted(struct wci_check *check, struct wanted_list *list)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < check->count; i++) {
        const struct wci_checked *file = &check->files[i];

        if (file->state <= WCAB_CHECK_NEWER)
            continue;
        code = add_wanted(check, list, i, file->name);
        if (code == WCAB_OK)
            code = add_wanted(check, list, i, stem_of(file->name));
        if (code == WCAB_OK && wci_text_equal_folded(file->name, wci_bytes_of(KERNEL_FILE)))
            code = add_wanted(check, list, i, wci_bytes_of(KERNEL_MODULE));
        if (code == WCAB_OK && file->imports.module.length > 0 &&
            !wci_text_equal_folded(file->imports.module, stem_of(file->name)))
            code = add_wanted(check, list, i, file->imports.module);
    }
    if (list->count > 1)
        qsort(list->items, list->count, sizeof(*list->items), compare_wanted);
    return code;
}

/* Tells the files that are not sound of the programs that import them. */
static enum wcab_err note_needs(struct wci_check *check, size_t present)
{
    struct wanted_list list = {NULL, 0, 0};
    enum wcab_err code = list_wanted(check, &list);
    size_t i, j;

    for (i = 0; code == WCAB_OK && list.count > 0 && i < present; i++) {
        const struct wci_imports imports = check->files[i].imports;

        for (j = 0; code == WCAB_OK && j < imports.count; j++) {
            const struct wanted key = {folded(check->arena, imports.names[j]), 0};
            const struct wanted *hit = key.name.data == NULL ? NULL
                                                             : bsearch(&key, list.items, list.count,
                                                                       sizeof(key), compare_wanted);

            if (hit != NULL && hit->file != i)
                code = add_need(check, &check->files[hit->file], check->files[i].path.data);
        }
    }
    free(list.items);
    return code;
}

/* ---- texts of the disk -------------------------------------------------------------------- */

enum wcab_err wci_check_read_text(struct wci_check *check, const struct wci_checked *file,
                                  struct wci_bytes *text)
{
    struct wci_source *source = NULL;
    struct wcab_error error;
    size_t got = 0;
    char *data = NULL;
    enum wcab_err code =
        wci_volume_open_entry(check->windows.volume->volume, file->entry, &source, &error);

    *text = (struct wci_bytes){"", 0};
    if (code == WCAB_OK && wci_source_size(source) <= TEXT_MOST) {
        data = wci_arena_alloc(check->arena, (size_t)wci_source_size(source) + 1);
        if (data == NULL)
            code = wci_error_nomem(&error);
        else
            code = wci_source_read_some(source, 0, data, (size_t)wci_source_size(source), &got,
                                        &error);
    }
    wci_source_close(source);
    if (wci_error_ends_run(code)) {
        *check->err = error;
        return code;
    }
    if (code == WCAB_OK && data != NULL)
        *text = (struct wci_bytes){data, got};
    return WCAB_OK;
}

/* The file that a line of SYSTEM.INI names: without arguments; `*vmm` is built in. */
static struct wci_bytes named_file(struct wci_bytes field)
{
    struct wci_bytes name = field;
    size_t length = 0;

    if (name.length > 0 && name.data[0] == '*')
        return (struct wci_bytes){"", 0};
    while (length < name.length && name.data[length] != ' ' && name.data[length] != '\t')
        length++;
    name.length = length;
    return wci_bytes_base_name(name);
}

static bool names_driver(const struct wci_inf_line *line)
{
    static const char *const boot[] = {"shell",       "system.drv",   "drivers",     "user.exe",
                                       "gdi.exe",     "sound.drv",    "dibeng.drv",  "comm.drv",
                                       "mouse.drv",   "keyboard.drv", "display.drv", "386grabber",
                                       "language.dll"};
    size_t i;

    if (wci_inf_in(line, "386Enh"))
        return wci_text_equal_folded(line->key, wci_bytes_of("device"));
    if (!wci_inf_in(line, "boot"))
        return false;
    for (i = 0; i < sizeof(boot) / sizeof(boot[0]); i++) {
        if (wci_text_equal_folded(line->key, wci_bytes_of(boot[i])))
            return true;
    }
    return false;
}

/* Drivers and libraries that Windows loads by the words of SYSTEM.INI. */
static enum wcab_err look_in_system_ini(struct wci_check *check, size_t first)
{
    const struct wci_checked *file = wci_check_find(check, "SYSTEM.INI");
    struct wci_inf inf;
    struct wci_inf_line line;
    struct wci_bytes text;
    enum wcab_err code = file == NULL ? WCAB_OK : wci_check_read_text(check, file, &text);

    if (code != WCAB_OK || file == NULL)
        return code;
    wci_inf_open(&inf, text, check->arena);
    while (code == WCAB_OK && wci_inf_next(&inf, &line)) {
        struct wci_bytes name =
            names_driver(&line) ? named_file(wci_inf_field(&line, 0)) : (struct wci_bytes){"", 0};
        struct wci_checked *missing = NULL;

        if (name.length == 0 || memchr(name.data, '.', name.length) == NULL ||
            wci_check_has_name(check, name))
            continue;
        code = wci_check_add_missing(check, first, name, &missing);
        if (code == WCAB_OK && missing != NULL && missing->reason == NULL)
            missing->reason = wci_check_sentence(check, "SYSTEM.INI, [%.*s] %.*s, names it",
                                                 (int)line.section.length, line.section.data,
                                                 (int)line.key.length, line.key.data);
    }
    return code;
}

/* ---- all ---------------------------------------------------------------------------------- */

static enum wcab_err put_reason(struct wci_check *check, struct wci_checked *file)
{
    bool is = false;
    enum wcab_err code;

    if (file->reason != NULL)
        return WCAB_OK;
    code = is_of_release(check, file->name, &is);
    if (code != WCAB_OK)
        return code;
    file->reason = wci_check_sentence(
        check, is ? "is not on the disk" : "is not on the disk, nor on a medium of the release");
    return file->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

enum wcab_err wci_check_missing(struct wci_check *check)
{
    size_t first = check->count, i;
    enum wcab_err code = list_names(check);

    for (i = 0; code == WCAB_OK && i < first; i++) {
        if (check->files[i].is_read && check->files[i].in_windows &&
            check->files[i].state != WCAB_CHECK_DAMAGED)
            code = look_for_imports(check, first, i);
    }
    if (code == WCAB_OK)
        code = look_in_system_ini(check, first);
    if (code == WCAB_OK)
        code = wci_check_sections(check, first);
    if (code == WCAB_OK)
        code = note_needs(check, first);
    for (i = first; code == WCAB_OK && i < check->count; i++)
        code = put_reason(check, &check->files[i]);
    return code;
}
