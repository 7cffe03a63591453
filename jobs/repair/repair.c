/*
 * repair - wcab_kit_make: from what is wrong with a PC's Windows to the disks that mend it.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/sized.h"
#include "jobs/repair/copies.h"
#include "jobs/repair/kit.h"
#include "jobs/repair/plan.h"
#include "jobs/repair/report.h"
#include "jobs/repair/restore_batch.h"
#include "query/answer/dos_command.h"

enum {
    FILE_MOST = 64 * 1024 * 1024, /* of one file; the largest system file of the era has 8 MB */
    PATH_MOST = 256,
    DEFAULT_STATES = 1 << WCAB_CHECK_DAMAGED | 1 << WCAB_CHECK_MISSING | 1 << WCAB_CHECK_WRONG_COPY
};

/* A file to put back, on the PC. */
struct want {
    struct wcab_checked_file file; /* strings in the arena, match NULL */
    const char *folder, *name;     /* as DOS has them; arena */
    const char *destination;       /* both; arena */
    const struct wci_copy *copy;   /* that is taken; NULL: none yet */
    size_t number;                 /* in the kit */
};

struct run {
    struct wcab_catalog *catalog;
    const struct wcab_kit_options *options;
    struct wcab_kit_result *result;
    struct wci_arena *arena; /* owned */
    struct wcab_checked_windows windows;
    struct want *wants; /* owned */
    size_t count, capacity;
    struct wci_copies *copies; /* owned; of each want */
    char drive[WCI_DOS_DRIVE];
    char windows_path[PATH_MOST]; /* "C:\WINDOWS" */
    struct wci_kit *kit;          /* owned */
    struct wci_buffer content;    /* of the file at hand */
    struct wcab_error *err;
};

/* ---- what is wrong ------------------------------------------------------------------------ */

static const char *keep(struct run *run, const char *text)
{
    return text == NULL ? NULL : wci_arena_strdup(run->arena, text);
}

static enum wcab_err keep_windows(struct run *run, const struct wcab_checked_windows *windows)
{
    run->windows = *windows;
    run->windows.target = keep(run, windows->target);
    run->windows.folder = keep(run, windows->folder);
    run->windows.volume = keep(run, windows->volume);
    run->windows.medium = keep(run, windows->medium);
    run->windows.title = keep(run, windows->title);
    run->windows.release = keep(run, windows->release);
    return run->windows.folder == NULL || run->windows.volume == NULL ? wci_error_nomem(run->err)
                                                                      : WCAB_OK;
}

static enum wcab_err on_file(void *context, const struct wcab_checked_file *file)
{
    struct run *run = context;
    unsigned states = run->options->states != 0 ? run->options->states : DEFAULT_STATES;
    struct wcab_checked_file *want;

    if (!(states & 1U << file->state))
        return WCAB_OK;
    if (run->count > 0 && strcmp(run->windows.folder, file->windows->folder) != 0)
        return wci_error_set(
            run->err, WCAB_ERR_USAGE,
            "there is more than one Windows in it, and %s and %s both need repair: "
            "copy one of them to a folder and name that",
            run->windows.folder, file->windows->folder);
    if (run->count == 0 && keep_windows(run, file->windows) != WCAB_OK)
        return WCAB_ERR_NOMEM;
    if (!wci_mem_grow(&run->wants, run->count, &run->capacity, sizeof(*run->wants)))
        return wci_error_nomem(run->err);
    run->wants[run->count] = (struct want){.copy = NULL};
    want = &run->wants[run->count].file;
    *want = (struct wcab_checked_file){.windows = &run->windows,
                                       .path = keep(run, file->path),
                                       .name = keep(run, file->name),
                                       .state = file->state,
                                       .reason = keep(run, file->reason),
                                       .size = file->size};
    memcpy(want->modified, file->modified, sizeof(file->modified));
    if (want->path == NULL || want->name == NULL)
        return wci_error_nomem(run->err);
    run->count++;
    return WCAB_OK;
}

static void on_fault(void *context, const struct wcab_error *fault)
{
    const struct run *run = context;

    if (run->options->on_fault != NULL)
        run->options->on_fault(run->options->context, fault);
}

static enum wcab_err find_faults(struct run *run)
{
    const struct wci_report_visitor visitor = {run, on_file};
    const struct wcab_check_options check = {
        .sizeof_options = sizeof(check),
        .targets = &run->options->target,
        .target_count = 1,
        .medium = run->options->medium,
        .context = run,
        .on_file = on_file,
        .on_fault = on_fault,
        .states = run->options->states != 0 ? run->options->states : DEFAULT_STATES};
    struct wcab_check_result result = {.sizeof_result = sizeof(result)};

    if (run->options->target == NULL)
        return wci_report_read(run->options->report, run->arena, &visitor, run->err);
    return wcab_check(run->catalog, &check, &result, run->err);
}

/* ---- places on the PC --------------------------------------------------------------------- */

/* Cut off where it is too long: then restore_batch refuses it. */
static void put_path(char path[PATH_MOST], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_path(char path[PATH_MOST], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(path, PATH_MOST, format, arguments);
    va_end(arguments);
}

/* A folder of the target's volume as DOS has it: "C:\WINDOWS\SYSTEM". */
static void put_dos_path(const struct run *run, struct wci_bytes folder, char path[PATH_MOST])
{
    size_t used = (size_t)snprintf(path, PATH_MOST, "%s\\", run->drive), i;

    for (i = 0; i < folder.length && used + 1 < PATH_MOST; i++)
        path[used++] = folder.data[i] == '/' ? '\\' : folder.data[i];
    path[used] = '\0';
    if (folder.length == 0)
        path[used - 1] = '\0'; /* the drive alone */
}

/* What of a path in the target lies on the volume. */
static struct wci_bytes below_volume(const struct run *run, const char *path)
{
    size_t volume = strlen(run->windows.volume);

    if (volume > 0 && strncmp(path, run->windows.volume, volume) == 0)
        path += path[volume] == '/' ? volume + 1 : volume;
    return wci_bytes_of(path);
}

/* "C:\WINDOWS"; of a copy of the Windows folder alone its usual name. */
static void find_windows_path(struct run *run)
{
    struct wci_bytes root = below_volume(run, run->windows.folder);

    put_dos_path(run, root.length > 0 ? root : wci_bytes_of("WINDOWS"), run->windows_path);
}

/* DOS knows no lower case. */
static void as_dos(char *path)
{
    for (; *path != '\0'; path++)
        *path = (char)toupper((unsigned char)*path);
}

/* Where a file belongs: where it is, or where Windows keeps files of its kind. */
static void find_folder(const struct run *run, const struct wcab_checked_file *file,
                        char folder[PATH_MOST])
{
    static const char usual[] = "C:\\WINDOWS";
    struct wci_bytes path = below_volume(run, file->path), place;
    const char *target;

    if (file->state != WCAB_CHECK_MISSING) {
        place = wci_bytes_folder(path);
        place.length -= place.length > 0;
        if (run->windows.folder[0] != '\0')
            put_dos_path(run, place, folder);
        else
            put_path(folder, "%s%s%.*s", run->windows_path, place.length > 0 ? "\\" : "",
                     (int)place.length, place.data);
        return;
    }
    target = wci_dos_command_target(file->name);
    if (strncmp(target, usual, strlen(usual)) == 0)
        put_path(folder, "%s%s", run->windows_path, target + strlen(usual));
    else if (strcmp(target, "C:\\") == 0)
        put_path(folder, "%s", run->drive);
    else
        put_path(folder, "%s\\SYSTEM", run->windows_path);
}

/* ---- telling ------------------------------------------------------------------------------ */

static enum wcab_err tell(struct run *run, const struct wcab_kit_event *event)
{
    if (run->options->on_event == NULL)
        return WCAB_OK;
    return run->options->on_event(run->options->context, event);
}

static enum wcab_err tell_left(struct run *run, const struct want *want,
                               const struct wcab_error *error)
{
    const struct wcab_kit_event event = {.kind = WCAB_KIT_EVENT_LEFT,
                                         .file = &want->file,
                                         .destination = want->destination,
                                         .error = error};

    if (wci_error_ends_run(error->code)) {
        *run->err = *error;
        return error->code;
    }
    run->result->left++;
    return tell(run, &event);
}

static enum wcab_err tell_file(struct run *run, const struct want *want, unsigned disk)
{
    const struct wcab_kit_event event = {.kind = WCAB_KIT_EVENT_FILE,
                                         .file = &want->file,
                                         .destination = want->destination,
                                         .medium =
                                             want->copy->is_profile ? want->copy->medium : NULL,
                                         .cabinet = want->copy->cabinet,
                                         .disk = disk};

    run->result->files++;
    return tell(run, &event);
}

/* ---- what is wanted ----------------------------------------------------------------------- */

/* Where it belongs, and what it is called there; refused when DOS can't use that. */
static enum wcab_err place_want(struct run *run, struct want *want, struct wcab_error *error)
{
    char folder[PATH_MOST], name[PATH_MOST], destination[2 * PATH_MOST];

    find_folder(run, &want->file, folder);
    put_path(name, "%s", want->file.name);
    as_dos(folder);
    as_dos(name);
    (void)snprintf(destination, sizeof(destination), "%s\\%s", folder, name);
    want->folder = keep(run, folder);
    want->name = keep(run, name);
    want->destination = keep(run, destination);
    if (want->folder == NULL || want->name == NULL || want->destination == NULL)
        return wci_error_nomem(error);
    if (!wci_restore_batch_can_name(folder) || !wci_restore_batch_can_name(name) ||
        !wci_dos_command_is_short(name))
        return wci_error_set(error, WCAB_ERR_UNSUPPORTED,
                             "%s is no name that a batch file of DOS can use", destination);
    if (!wci_restore_batch_fits(
            run->windows_path,
            &(struct wci_restore_file){"FILE0000.NEW222" /* and the digits of a label */,
                                       want->name, want->folder}))
        return wci_error_set(error, WCAB_ERR_UNSUPPORTED,
                             "%s is too long for a line of COMMAND.COM", destination);
    return WCAB_OK;
}

static struct wci_copies_query query_of(const struct run *run, const struct want *want)
{
    return (struct wci_copies_query){.name = want->file.name,
                                     .medium = run->windows.medium,
                                     .floppy_drive = run->options->floppy_drive,
                                     .cd_drive = run->options->cd_drive,
                                     .folder = want->folder};
}

/* Places all files and finds their copies; one that can't be put back is told and left without any. */
static enum wcab_err find_copies(struct run *run)
{
    size_t i;
    enum wcab_err code = WCAB_OK;

    run->copies = wci_mem_calloc(run->count + 1, sizeof(*run->copies));
    if (run->copies == NULL)
        return wci_error_nomem(run->err);
    for (i = 0; code == WCAB_OK && i < run->count; i++) {
        struct want *want = &run->wants[i];
        struct wcab_error error;
        struct wci_copies_query query;

        code = place_want(run, want, &error);
        query = query_of(run, want);
        if (code == WCAB_OK)
            code = wci_copies_find(run->catalog, &query, run->arena, &run->copies[i], &error);
        if (code != WCAB_OK) {
            wci_copies_free(&run->copies[i]);
            code = tell_left(run, want, &error);
        }
    }
    return code;
}

/* ---- copies from images ------------------------------------------------------------------- */

static enum wcab_err put_content(void *context, const void *data, size_t size)
{
    struct run *run = context;

    if (size > FILE_MOST - run->content.size)
        return wci_error_set(run->err, WCAB_ERR_LIMIT, "more than %d bytes", FILE_MOST);
    wci_buffer_put(&run->content, data, size);
    return run->content.ok ? WCAB_OK : wci_error_nomem(run->err);
}

static enum wcab_err take_copy(struct run *run, const struct wci_copy *copy,
                               struct wcab_error *error)
{
    const struct wcab_search_options search = {.sizeof_options = sizeof(search), .id = copy->id};
    const struct wcab_extract_options options = {
        .sizeof_options = sizeof(options), .search = &search, .context = run, .put = put_content};
    struct wcab_extract_result result = {.sizeof_result = sizeof(result)};
    enum wcab_err code;

    wci_buffer_clear(&run->content);
    code = wcab_extract(run->catalog, &options, &result, error);
    if (code == WCAB_OK && (result.written != 1 || result.failed > 0))
        code = wci_error_set(error, WCAB_ERR_CORRUPT, "the copy of %s can't be taken out whole",
                             copy->medium);
    return code;
}

/* The first that can be read; those of the medium that the Windows is held against before others. */
static enum wcab_err take_best(struct run *run, struct want *want, const struct wci_copies *copies,
                               struct wcab_error *error)
{
    enum wcab_err code = wci_error_set(error, WCAB_ERR_NOTFOUND,
                                       "no image in the catalog has it; --form batch takes it from "
                                       "the disks themselves");
    size_t pass, i;

    for (pass = 0; pass < 2; pass++) {
        for (i = 0; i < copies->count; i++) {
            const struct wci_copy *copy = &copies->items[i];

            if (copy->id == NULL || copy->is_held != (pass == 0))
                continue;
            code = take_copy(run, copy, error);
            want->copy = copy;
            if (code == WCAB_OK || wci_error_ends_run(code))
                return code;
        }
    }
    return code;
}

static enum wcab_err put_into_kit(struct run *run, struct want *want, size_t *number)
{
    const struct wci_kit_file item = {
        .name = want->name,
        .folder = want->folder,
        .content = {run->content.size > 0 ? (const char *)run->content.data : "",
                    run->content.size},
        .modified = want->copy->modified};

    want->number = (*number)++;
    run->result->bytes += run->content.size;
    return wci_kit_add(run->kit, &item, run->err);
}

/* Files disk by disk; those that no disk has room for are left. */
static enum wcab_err tell_disks(struct run *run)
{
    unsigned count = wci_kit_disk_count(run->kit), disk;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (disk = 0; code == WCAB_OK && disk <= count; disk++) {
        for (i = 0; code == WCAB_OK && i < run->count; i++) {
            const struct want *want = &run->wants[i];
            struct wcab_error error;

            if (want->copy == NULL || wci_kit_disk_of(run->kit, want->number) != disk)
                continue;
            (void)wci_error_set(&error, WCAB_ERR_LIMIT, "no disk of the kit has room for it");
            code = disk == 0 ? tell_left(run, want, &error) : tell_file(run, want, disk);
        }
    }
    return code;
}

static enum wcab_err fill_disks(struct run *run)
{
    enum wcab_err code = WCAB_OK;
    size_t number = 0, i;

    for (i = 0; code == WCAB_OK && i < run->count; i++) {
        struct wcab_error error;

        if (run->copies[i].count == 0)
            continue;
        code = take_best(run, &run->wants[i], &run->copies[i], &error);
        if (code == WCAB_OK) {
            code = put_into_kit(run, &run->wants[i], &number);
        } else {
            run->wants[i].copy = NULL;
            code = tell_left(run, &run->wants[i], &error);
        }
    }
    if (code == WCAB_OK)
        code = wci_kit_place(run->kit, run->err);
    return code == WCAB_OK ? tell_disks(run) : code;
}

/* ---- copies from the medium's own disks --------------------------------------------------- */

/* Adds the command lines of what the plan has chosen to the batch file. */
static enum wcab_err add_commands(struct run *run, const struct wci_plan *plan,
                                  struct wcab_batch *batch)
{
    size_t number = 0, i;
    enum wcab_err code = WCAB_OK;

    for (i = 0; code == WCAB_OK && i < plan->count; i++) {
        struct want *want = &run->wants[plan->order[i]];
        const struct wci_copies_query query = query_of(run, want);
        struct wcab_error error;

        want->copy = plan->chosen[plan->order[i]];
        code = wci_copies_add_commands(run->catalog, &query, want->copy, batch, &error);
        if (code == WCAB_OK) {
            wci_buffer_clear(&run->content);
            code = put_into_kit(run, want, &number);
        } else {
            want->copy = NULL;
            code = tell_left(run, want, &error);
        }
    }
    return code;
}

/* Each disk to insert, and the files that it is inserted for. */
static enum wcab_err tell_steps(struct run *run, const struct wci_plan *plan)
{
    enum wcab_err code = WCAB_OK;
    size_t step, i;

    for (step = 1; code == WCAB_OK && step <= plan->insert_count; step++) {
        const struct wcab_kit_event event = {.kind = WCAB_KIT_EVENT_STEP,
                                             .disk = (unsigned)step,
                                             .medium = plan->medium,
                                             .insert = plan->inserts[step - 1]};

        run->result->disks++;
        code = tell(run, &event);
        for (i = 0; code == WCAB_OK && i < plan->count; i++) {
            const struct want *want = &run->wants[plan->order[i]];

            if (want->copy != NULL && plan->step[plan->order[i]] == step)
                code = tell_file(run, want, (unsigned)step);
        }
    }
    return code;
}

static enum wcab_err tell_not_planned(struct run *run, const struct wci_plan *plan)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < run->count; i++) {
        struct wcab_error error;

        if (run->copies[i].count == 0 || plan->chosen[i] != NULL)
            continue;
        if (plan->medium != NULL)
            (void)wci_error_set(&error, WCAB_ERR_NOTFOUND,
                                "%s, whose disks are asked for, is without it",
                                plan->title != NULL ? plan->title : plan->medium);
        else
            (void)wci_error_set(&error, WCAB_ERR_NOTFOUND, "no command line of DOS reaches it");
        code = tell_left(run, &run->wants[i], &error);
    }
    return code;
}

static enum wcab_err put_commands(void *context, const char *text, size_t length)
{
    struct run *run = context;

    wci_buffer_put(&run->content, text, length);
    return run->content.ok ? WCAB_OK : WCAB_ERR_NOMEM;
}

static enum wcab_err plan_disks(struct run *run)
{
    struct wci_plan plan;
    struct wcab_batch *batch = NULL;
    enum wcab_err code = wci_plan_make(run->copies, run->count, run->arena, &plan, run->err);

    if (code == WCAB_OK)
        code = tell_not_planned(run, &plan);
    if (code == WCAB_OK)
        code = wcab_batch_open(&batch, run->err);
    if (code == WCAB_OK)
        code = add_commands(run, &plan, batch);
    if (code == WCAB_OK)
        code = tell_steps(run, &plan);
    wci_buffer_clear(&run->content);
    if (code == WCAB_OK && run->result->files > 0)
        code = wcab_batch_write(batch, put_commands, run, run->err);
    wcab_batch_close(batch);
    if (code != WCAB_OK || run->options->form != WCAB_KIT_BATCH)
        return code;
    wci_kit_set_commands(run->kit, wci_buffer_view(&run->content));
    return wci_kit_place(run->kit, run->err);
}

/* ---- the kit ------------------------------------------------------------------------------ */

static bool is_planned(const struct run *run)
{
    return run->options->form == WCAB_KIT_BATCH || run->options->form == WCAB_KIT_PLAN;
}

static enum wcab_err write_kit(struct run *run)
{
    unsigned count = wci_kit_disk_count(run->kit), i;
    enum wcab_err code = WCAB_OK;

    for (i = 1; code == WCAB_OK && i <= count; i++) {
        struct wcab_kit_event event = {.kind = WCAB_KIT_EVENT_DISK, .disk = i};

        code = wci_kit_write(run->kit, i, &event.written, run->err);
        if (code == WCAB_OK) {
            run->result->disks += !is_planned(run);
            code = tell(run, &event);
        }
    }
    return code;
}

static enum wcab_err begin_kit(struct run *run)
{
    enum wcab_err code;

    find_windows_path(run);
    code = wci_kit_new(run->options->form, run->windows_path, run->options->folder, &run->kit,
                       run->err);
    if (code == WCAB_OK && run->options->form == WCAB_KIT_STARTUP)
        code = wci_kit_begin_startup(run->kit, run->options->startup, run->err);
    return code;
}

static enum wcab_err repair(struct run *run)
{
    const char *drive = run->options->drive != NULL ? run->options->drive : "C:";
    enum wcab_err code;

    if (!wci_dos_command_drive(drive, run->drive))
        return wci_error_set(run->err, WCAB_ERR_USAGE, "'%s' is no drive", drive);
    run->arena = wci_arena_new();
    code = run->arena == NULL ? wci_error_nomem(run->err) : find_faults(run);
    if (code != WCAB_OK || run->count == 0)
        return code;
    code = begin_kit(run);
    if (code == WCAB_OK)
        code = find_copies(run);
    if (code == WCAB_OK)
        code = is_planned(run) ? plan_disks(run) : fill_disks(run);
    return code == WCAB_OK && run->options->form != WCAB_KIT_PLAN ? write_kit(run) : code;
}

static void free_run(struct run *run)
{
    size_t i;

    for (i = 0; run->copies != NULL && i < run->count; i++)
        wci_copies_free(&run->copies[i]);
    free(run->copies);
    wci_kit_free(run->kit);
    wci_buffer_free(&run->content);
    free(run->wants);
    wci_arena_free(run->arena);
}

enum wcab_err wcab_kit_make(struct wcab_catalog *catalog, const struct wcab_kit_options *options,
                            struct wcab_kit_result *result, struct wcab_error *err)
{
    struct wcab_kit_options taken;
    struct wcab_kit_result made = {.files = 0};
    struct wcab_error own;
    struct run run = {.catalog = catalog, .options = &taken, .result = &made, .err = &own};
    enum wcab_err code;

    if (catalog == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    wci_buffer_init(&run.content);
    code = wci_sized_begin(result, &taken, sizeof(taken), options, &own);
    if (code == WCAB_OK && ((taken.target == NULL && taken.report == NULL) ||
                            (taken.folder == NULL && taken.form != WCAB_KIT_PLAN) ||
                            (taken.form == WCAB_KIT_STARTUP && taken.startup == NULL)))
        code = wci_error_null(&own);
    if (code == WCAB_OK)
        code = repair(&run);
    free_run(&run);
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
