/*
 * check_missing - files that are not there though something on the disk asks for them.
 *
 * Asked for by: the imports of programs that are there (a module that lies nowhere on the search path); the
 * lines of SYSTEM.INI and WIN.INI that name a file (check_inis), and the registry (check_registry); and the sections
 * of information files (WINDOWS\INF) that Setup always installs, or nearly all files of which were copied
 * (check_sections).
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "jobs/check/check_run.h"
#include "jobs/check/module_file.h"

enum { MISSING_MOST = 4096 };

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

enum wcab_err wci_check_is_of_release(struct wci_check *check, struct wci_bytes name, bool *is)
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

/* The file that a module is loaded from: the first of those that it may be which the release has, else the first with an
 * extension. */
static enum wcab_err file_of_module(struct wci_check *check, struct wci_bytes module,
                                    struct wci_bytes *file)
{
    char text[WCI_MODULE_FILE];
    bool is = false;
    size_t i;
    enum wcab_err code = WCAB_OK;

    for (i = 0; code == WCAB_OK && !is && wci_module_file(module, i, text, file); i++)
        code = wci_check_is_of_release(check, *file, &is);
    if (!is && !wci_module_file(module, 1, text, file))
        *file = module;
    *file = wci_arena_bytes(check->arena, *file);
    return code != WCAB_OK ? code : file->data == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static bool is_exe(const struct wci_checked *program)
{
    struct wci_bytes name = program->name;

    return name.length > 4 &&
           wci_text_equal_folded((struct wci_bytes){name.data + name.length - 4, 4},
                                 wci_bytes_of(".EXE"));
}

/* Libraries of other software, and those off the search path, are loaded by programs whose folders aren't known. */
static bool has_own_path(const struct wci_check *check, const struct wci_checked *program)
{
    return is_exe(program) || (program->state != WCAB_CHECK_OTHER &&
                               wci_check_is_path_folder(check, program->entry->folder));
}

/* What a program of the release asks for, and Setup has not put on this disk, is no fault: a module that the release
 * itself is without, as parts of products that it only works with; and one of a component that was left out, where
 * only libraries ask for it. */
static enum wcab_err is_optional(struct wci_check *check, const struct wci_checked *program,
                                 struct wci_bytes module, bool *optional)
{
    bool is = true;
    enum wcab_err code = WCAB_OK;

    *optional = false;
    if (program->state != WCAB_CHECK_INTACT && program->state != WCAB_CHECK_PROBABLE)
        return WCAB_OK;
    code = wci_check_is_of_release(check, module, &is);
    *optional = !is || (!is_exe(program) && wci_check_is_left_out(check, module));
    return code;
}

static bool is_there(const struct wci_check *check, const struct wci_checked *program,
                     struct wci_bytes module)
{
    char text[WCI_MODULE_FILE];
    const struct wci_bytes *folder = has_own_path(check, program) ? &program->entry->folder : NULL;
    struct wci_bytes file;
    bool found = module.length > WCI_IMPORT_NAME;
    size_t i;

    for (i = 0; !found && wci_module_file(module, i, text, &file); i++)
        found = wci_check_is_on_path(check, file, folder);
    return found;
}

/* On Windows 9x what drivers of the NT model import is given by other drivers: NTKERN.VXD for
 * NTOSKRNL.EXE, SCSIPORT.PDR, NDIS.VXD. */
static bool is_driver_of_9x(const struct wci_check *check, const struct wci_imports *imports)
{
    return imports->native && check->windows.family != WCI_WINDOWS_NT;
}

static enum wcab_err look_for_imports(struct wci_check *check, size_t first, size_t number)
{
    const struct wci_imports imports = check->files[number].imports;
    size_t i;

    if (is_driver_of_9x(check, &imports))
        return WCAB_OK;
    for (i = 0; i < imports.count; i++) {
        struct wci_checked *missing = NULL;
        struct wci_bytes name;
        bool optional = false;
        enum wcab_err code;

        if (is_there(check, &check->files[number], imports.names[i]) ||
            (imports.kind == WCI_PROGRAM_NE && wci_module_is_virtual(imports.names[i])))
            continue;
        code = file_of_module(check, imports.names[i], &name);
        if (code == WCAB_OK)
            code = is_optional(check, &check->files[number], name, &optional);
        if (code == WCAB_OK && !optional)
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
    struct wci_bytes fold = wci_check_fold(check, name);

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
        if (code == WCAB_OK && wci_text_equal_folded(file->name, wci_bytes_of("KRNL386.EXE")))
            code = add_wanted(check, list, i, wci_bytes_of("KERNEL"));
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
            const struct wanted key = {wci_check_fold(check, imports.names[j]), 0};
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

/* ---- all ---------------------------------------------------------------------------------- */

static enum wcab_err put_reason(struct wci_check *check, struct wci_checked *file)
{
    struct wci_bytes folder;
    bool is = false;
    enum wcab_err code;

    if (file->reason != NULL)
        return WCAB_OK;
    code = wci_check_is_of_release(check, file->name, &is);
    if (code != WCAB_OK)
        return code;
    if (wci_check_find_elsewhere(check, file->name, &folder))
        file->reason =
            wci_check_sentence(check, "is not on the search path; one of that name lies in %.*s",
                               (int)folder.length, folder.data);
    else
        file->reason =
            wci_check_sentence(check, is ? "is not on the disk"
                                         : "is not on the disk, nor on a medium of the release");
    return file->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static bool is_made_from_copy(const struct wci_check *check, const struct wci_checked *file)
{
    bool is = false;
    size_t i;

    for (i = 0; !is && i < file->copy_of_count; i++)
        is = wci_check_is_made_from(check, file->name, file->copy_of[i]);
    return is;
}

/* Setup has put one file of the release there under the name of another: it is the right one. */
static void accept_renamed(struct wci_check *check)
{
    size_t i;

    for (i = 0; i < check->count; i++) {
        struct wci_checked *file = &check->files[i];

        if (file->state == WCAB_CHECK_WRONG_COPY && is_made_from_copy(check, file)) {
            file->state = WCAB_CHECK_INTACT;
            file->reason = NULL;
        }
    }
}

enum wcab_err wci_check_missing(struct wci_check *check)
{
    size_t first = check->count, i;
    enum wcab_err code = wci_check_list_names(check);

    if (code == WCAB_OK)
        code = wci_check_list_sections(check);
    if (code == WCAB_OK)
        accept_renamed(check);
    for (i = 0; code == WCAB_OK && i < first; i++) {
        if (check->files[i].is_read && check->files[i].in_windows &&
            check->files[i].state != WCAB_CHECK_DAMAGED)
            code = look_for_imports(check, first, i);
    }
    if (code == WCAB_OK)
        code = wci_check_drivers(check);
    if (code == WCAB_OK)
        code = wci_check_inis(check, first);
    if (code == WCAB_OK)
        code = wci_check_registry(check, first);
    if (code == WCAB_OK)
        code = wci_check_boot(check, first);
    if (code == WCAB_OK)
        code = wci_check_tell_sections(check, first);
    if (code == WCAB_OK)
        code = note_needs(check, first);
    for (i = first; code == WCAB_OK && i < check->count; i++)
        code = put_reason(check, &check->files[i]);
    return code;
}
