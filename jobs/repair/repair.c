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
#include "jobs/repair/kit.h"
#include "jobs/repair/report.h"
#include "jobs/repair/restore_batch.h"
#include "query/answer/dos_command.h"

enum {
    FILE_MOST = 64 * 1024 * 1024, /* of one file; the largest system file of the era has 8 MB */
    PATH_MOST = 256,
    DEFAULT_STATES = 1 << WCAB_CHECK_DAMAGED | 1 << WCAB_CHECK_MISSING | 1 << WCAB_CHECK_WRONG_COPY
};

struct run {
    struct wcab_catalog *catalog;
    const struct wcab_kit_options *options;
    struct wcab_kit_result *result;
    struct wci_arena *arena; /* owned */
    struct wcab_checked_windows windows;
    struct wcab_checked_file *wants; /* owned; strings in the arena, match NULL */
    size_t count, capacity;
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
    want = &run->wants[run->count];
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
    else
        put_path(folder, "%s\\SYSTEM", run->windows_path);
}

/* ---- the right copy ----------------------------------------------------------------------- */

static enum wcab_err put_content(void *context, const void *data, size_t size)
{
    struct run *run = context;

    if (size > FILE_MOST - run->content.size)
        return wci_error_set(run->err, WCAB_ERR_LIMIT, "more than %d bytes", FILE_MOST);
    wci_buffer_put(&run->content, data, size);
    return run->content.ok ? WCAB_OK : wci_error_nomem(run->err);
}

/* Takes out the copy that an answer tells of. */
static enum wcab_err take_copy(struct run *run, const struct wcab_answer *answer,
                               struct wcab_error *error)
{
    char path[PATH_MOST];
    const char *names[] = {path};
    const struct wcab_search_options search = {.sizeof_options = sizeof(search),
                                               .names = names,
                                               .name_count = 1,
                                               .match = WCAB_MATCH_EXACT,
                                               .medium = answer->image};
    const struct wcab_extract_options options = {
        .sizeof_options = sizeof(options), .search = &search, .context = run, .put = put_content};
    struct wcab_extract_result result = {.sizeof_result = sizeof(result)};
    enum wcab_err code;

    put_path(path, "%s%s%s", answer->cabinet != NULL ? answer->cabinet : "",
             answer->cabinet != NULL ? "/" : "", answer->name);
    wci_buffer_clear(&run->content);
    code = wcab_extract(run->catalog, &options, &result, error);
    if (code == WCAB_OK && (result.written != 1 || result.failed > 0))
        code = wci_error_set(error, WCAB_ERR_CORRUPT, "%s of %s can't be taken out whole", path,
                             answer->image);
    return code;
}

/* The first answer that an installed system's copy is, on an image. */
static enum wcab_err find_copy(struct run *run, const char *name, struct wcab_kit_event *event,
                               struct wcab_error *error)
{
    const char *names[] = {name};
    const struct wcab_search_options options = {.sizeof_options = sizeof(options),
                                                .names = names,
                                                .name_count = 1,
                                                .match = WCAB_MATCH_EXACT,
                                                .medium = run->windows.medium};
    struct wcab_search *search = NULL;
    const struct wcab_answer *answer = NULL;
    bool done = false;
    enum wcab_err code = wcab_search_open(run->catalog, &options, &search, error);

    if (code == WCAB_OK)
        code = wci_error_set(error, WCAB_ERR_NOTFOUND,
                             "no image of its medium is in the catalog that has it");
    while (!done && search != NULL) {
        enum wcab_err next = wcab_search_next(search, &answer, run->err);

        if (next != WCAB_OK || answer == NULL) {
            code = next != WCAB_OK ? next : code;
            break;
        }
        if (answer->source != WCAB_SOURCE_INDEXED || answer->undecided ||
            (answer->role != NULL && strcmp(answer->role, "system") != 0))
            continue;
        code = take_copy(run, answer, error);
        done = code == WCAB_OK;
        event->medium = keep(run, answer->medium);
        event->cabinet = keep(run, answer->cabinet);
    }
    wcab_search_close(search);
    return code;
}

/* ---- the kit ------------------------------------------------------------------------------ */

static enum wcab_err tell(struct run *run, const struct wcab_kit_event *event)
{
    if (run->options->on_event == NULL)
        return WCAB_OK;
    return run->options->on_event(run->options->context, event);
}

static enum wcab_err tell_left(struct run *run, struct wcab_kit_event *event,
                               const struct wcab_error *error)
{
    event->kind = WCAB_KIT_EVENT_LEFT;
    event->error = error;
    run->result->left++;
    return tell(run, event);
}

static enum wcab_err add_to_kit(struct run *run, const char *name, const char *folder,
                                struct wcab_kit_event *event, struct wcab_error *error)
{
    const struct wci_kit_file item = {
        .name = name,
        .folder = folder,
        .content = {run->content.size > 0 ? (const char *)run->content.data : "",
                    run->content.size}};

    return wci_kit_add(run->kit, &item, &event->disk, error);
}

static enum wcab_err mend(struct run *run, const struct wcab_checked_file *file)
{
    struct wcab_kit_event event = {.kind = WCAB_KIT_EVENT_FILE, .file = file};
    char folder[PATH_MOST], name[PATH_MOST], destination[2 * PATH_MOST];
    struct wcab_error error;
    enum wcab_err code;

    find_folder(run, file, folder);
    put_path(name, "%s", file->name);
    as_dos(folder);
    as_dos(name);
    (void)snprintf(destination, sizeof(destination), "%s\\%s", folder, name);
    event.destination = destination;
    if (!wci_restore_batch_can_name(folder) || !wci_restore_batch_can_name(name) ||
        !wci_dos_command_is_short(name)) {
        (void)wci_error_set(&error, WCAB_ERR_UNSUPPORTED,
                            "%s is no name that a batch file of DOS can use", destination);
        return tell_left(run, &event, &error);
    }
    code = find_copy(run, file->name, &event, &error);
    if (code == WCAB_OK)
        code = add_to_kit(run, name, folder, &event, &error);
    if (wci_error_ends_run(code)) {
        *run->err = error;
        return code;
    }
    if (code != WCAB_OK)
        return tell_left(run, &event, &error);
    run->result->files++;
    run->result->bytes += run->content.size;
    return tell(run, &event);
}

static enum wcab_err write_kit(struct run *run)
{
    unsigned count = run->kit == NULL ? 0 : wci_kit_disk_count(run->kit), i;
    enum wcab_err code = WCAB_OK;

    for (i = 1; code == WCAB_OK && i <= count; i++) {
        struct wcab_kit_event event = {.kind = WCAB_KIT_EVENT_DISK, .disk = i};

        code = wci_kit_write(run->kit, i, &event.written, run->err);
        if (code == WCAB_OK) {
            run->result->disks++;
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
    size_t i;

    if (!wci_dos_command_drive(drive, run->drive))
        return wci_error_set(run->err, WCAB_ERR_USAGE, "'%s' is no drive", drive);
    run->arena = wci_arena_new();
    code = run->arena == NULL ? wci_error_nomem(run->err) : find_faults(run);
    if (code == WCAB_OK && run->count > 0)
        code = begin_kit(run);
    for (i = 0; code == WCAB_OK && i < run->count; i++)
        code = mend(run, &run->wants[i]);
    return code == WCAB_OK ? write_kit(run) : code;
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
    if (code == WCAB_OK &&
        ((taken.target == NULL && taken.report == NULL) || taken.folder == NULL ||
         (taken.form == WCAB_KIT_STARTUP && taken.startup == NULL)))
        code = wci_error_null(&own);
    if (code == WCAB_OK)
        code = repair(&run);
    wci_kit_free(run.kit);
    wci_buffer_free(&run.content);
    free(run.wants);
    wci_arena_free(run.arena);
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
