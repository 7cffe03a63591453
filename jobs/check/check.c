/*
 * check - wcab_check: from the disk of a PC to what is wrong with the Windows on it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/sized.h"
#include "core/text.h"
#include "jobs/check/check_run.h"
#include "query/handle.h"

enum { SENTENCE = 512 };

/* ---- what the parts share ----------------------------------------------------------------- */

struct wci_checked *wci_check_find(struct wci_check *check, const char *below)
{
    struct wci_bytes path = wci_bytes_of(below), name = wci_bytes_base_name(path);
    char folder[64];
    size_t i;

    (void)snprintf(folder, sizeof(folder), "%.*s",
                   (int)(path.length - name.length - (name.length < path.length)), below);
    for (i = 0; i < check->count; i++) {
        struct wci_checked *file = &check->files[i];

        if (file->entry != NULL && wci_entry_is_called(file->entry, name) &&
            wci_windows_is_in(&check->windows, file->entry->folder, folder))
            return file;
    }
    return NULL;
}

struct wci_checked *wci_check_add(struct wci_check *check)
{
    if (!wci_mem_grow(&check->files, check->count, &check->capacity, sizeof(*check->files)))
        return NULL;
    check->files[check->count] = (struct wci_checked){.entry = NULL};
    return &check->files[check->count++];
}

const char *wci_check_sentence(struct wci_check *check, const char *format, ...)
{
    char text[SENTENCE];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return wci_arena_strdup(check->arena, text);
}

bool wci_check_contains(struct wci_bytes text, const char *part)
{
    size_t length = strlen(part), i;

    for (i = 0; i + length <= text.length; i++) {
        if (wci_text_equal_folded((struct wci_bytes){text.data + i, length}, wci_bytes_of(part)))
            return true;
    }
    return false;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* "partition 1/WINDOWS/SYSTEM/MAPI32.DLL" */
static enum wcab_err put_path(struct wci_check *check, struct wci_checked *file)
{
    const struct wci_bytes parts[] = {check->windows.volume->name, file->entry->folder, file->name};
    struct wci_buffer path;
    size_t i;

    wci_buffer_init(&path);
    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (path.size > 0 && parts[i].length > 0)
            wci_buffer_u8(&path, '/');
        wci_buffer_put(&path, parts[i].data, parts[i].length);
    }
    if (path.ok)
        file->path = wci_arena_bytes(check->arena, wci_buffer_view(&path));
    wci_buffer_free(&path);
    return file->path.data == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

/* Whether a file outside of the Windows folder may be Windows's: a medium has one of its name. */
static enum wcab_err is_known_name(struct wci_check *check, struct wci_bytes name, bool *known)
{
    const struct wci_found *found;
    size_t count = 0;
    enum wcab_err code = wci_matcher_copies(check->all, name, &found, &count, check->err);

    *known = count > 0;
    return code;
}

/* What RESTORE.BAT of a repair kit keeps there is what was wrong before. */
bool wci_check_is_kept(const struct wci_check *check, struct wci_bytes folder)
{
    return wci_windows_is_in(&check->windows, folder, WCI_CHECK_KEPT) ||
           wci_windows_is_in(&check->windows, folder, WCI_CHECK_KEPT "/ADDED") ||
           wci_windows_is_in(&check->windows, folder, WCI_CHECK_KEPT "/NEW");
}

static enum wcab_err add_file(struct wci_check *check, const struct wci_entry *entry)
{
    bool in_windows = wci_windows_holds(&check->windows, entry->folder), known = in_windows;
    struct wci_checked *file;
    enum wcab_err code = WCAB_OK;

    if (wci_check_is_kept(check, entry->folder))
        return WCAB_OK;
    if (!in_windows)
        code = is_known_name(check, entry->name.bytes, &known);
    if (code != WCAB_OK || !known)
        return code;
    file = wci_check_add(check);
    if (file == NULL)
        return wci_error_nomem(check->err);
    file->entry = entry;
    file->name = entry->name.bytes;
    file->in_windows = in_windows;
    return put_path(check, file);
}

/* A file that can't be read is told with its reason; nothing else is known of it. */
static enum wcab_err keep_failure(struct wci_check *check, struct wci_checked *file,
                                  const struct wcab_error *error)
{
    struct wcab_error fault = *error;

    if (wci_error_is_of_host(error)) {
        wci_error_push_place(&fault, file->path.data, file->path.length);
        wci_error_push_place(&fault, check->target_path, strlen(check->target_path));
        check->result->faults++;
        if (check->options->on_fault != NULL)
            check->options->on_fault(check->options->context, &fault);
        return WCAB_OK;
    }
    file->state = WCAB_CHECK_DAMAGED;
    if (error->offset != WCAB_NO_OFFSET)
        file->reason = wci_check_sentence(check, "can't be read: %s (at byte %llu)", error->text,
                                          (unsigned long long)error->offset);
    else
        file->reason = wci_check_sentence(check, "can't be read: %s", error->text);
    return file->reason == NULL ? wci_error_nomem(check->err) : WCAB_OK;
}

static enum wcab_err read_file(struct wci_check *check, struct wci_checked *file)
{
    const struct wci_host_reading reading = {check->versions, &check->catalog->cancel,
                                             &check->result->bytes};
    struct wci_source *source = NULL;
    struct wcab_error error;
    enum wcab_err code =
        wci_volume_open_entry(check->windows.volume->volume, file->entry, &source, &error);

    if (code == WCAB_OK)
        code =
            wci_host_file_read(&reading, source, file->name, check->arena, &file->content, &error);
    if (code == WCAB_OK)
        code = wci_imports_read(source, check->arena, &file->imports, &error);
    wci_source_close(source);
    file->is_read = code == WCAB_OK;
    if (wci_error_ends_run(code)) {
        *check->err = error;
        return code;
    }
    return code == WCAB_OK ? WCAB_OK : keep_failure(check, file, &error);
}

static enum wcab_err read_files(struct wci_check *check)
{
    const struct wci_target_volume *volume = check->windows.volume;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < volume->count; i++) {
        if (!(volume->files[i].attributes & (WCI_ATTRIBUTE_FOLDER | WCI_ATTRIBUTE_LABEL)))
            code = add_file(check, &volume->files[i]);
    }
    for (i = 0; code == WCAB_OK && i < check->count; i++) {
        code = read_file(check, &check->files[i]);
        if (check->options->on_progress != NULL)
            check->options->on_progress(check->options->context, i + 1, check->count,
                                        check->result->bytes);
    }
    return code;
}

/* ---- telling ------------------------------------------------------------------------------ */

/* The worst first, then by path. */
static int compare_files(const void *a, const void *b)
{
    const struct wci_checked *x = a, *y = b;

    if (x->state != y->state)
        return x->state > y->state ? -1 : 1;
    return wci_bytes_compare(x->path, y->path);
}

static enum wcab_err tell_file(struct wci_check *check, const struct wci_checked *file)
{
    struct wci_matched matched = {.path = file->path.data,
                                  .name = file->name,
                                  .modified = file->entry != NULL ? file->entry->modified : 0,
                                  .file = file->content};
    struct wcab_checked_file told = {.windows = &check->told,
                                     .path = file->path.data,
                                     .name = wci_bytes_base_name(file->path).data,
                                     .state = file->state,
                                     .reason = file->reason,
                                     .needed_by = file->needed_by,
                                     .needed_by_count = file->needed_by_count};
    struct wci_matcher *matcher =
        check->release != NULL && file->state != WCAB_CHECK_UPDATED ? check->release : check->all;
    enum wcab_err code = wci_matcher_match(matcher, &matched, check->err);

    if (code != WCAB_OK)
        return code;
    told.match = file->state == WCAB_CHECK_OTHER ? NULL : matched.told.match;
    if (file->entry != NULL) {
        told.size = file->entry->size;
        memcpy(told.modified, matched.told.modified, sizeof(told.modified));
    }
    if (file->is_read) {
        told.sha256 = matched.told.sha256;
        told.file_version = matched.told.file_version;
    }
    return check->options->on_file(check->options->context, &told);
}

static enum wcab_err tell_all(struct wci_check *check)
{
    unsigned states = check->options->states != 0 ? check->options->states : ~1U;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; i < check->count; i++) {
        enum wcab_check_state state = check->files[i].state;

        check->told.states[state]++;
        if (state == 0)
            check->told.others++;
        else if (state <= WCAB_CHECK_NEWER)
            check->result->sound++;
        else
            check->result->wrong++;
    }
    if (check->count > 1)
        qsort(check->files, check->count, sizeof(*check->files), compare_files);
    for (i = 0; code == WCAB_OK && check->options->on_file != NULL && i < check->count; i++) {
        if (states & 1U << check->files[i].state)
            code = tell_file(check, &check->files[i]);
    }
    if (code == WCAB_OK && check->options->on_windows != NULL)
        code = check->options->on_windows(check->options->context, &check->told);
    return code;
}

/* ---- one Windows -------------------------------------------------------------------------- */

static const char *family_text(enum wci_windows_family family)
{
    switch (family) {
    case WCI_WINDOWS_3X:
        return "Windows 3.x";
    case WCI_WINDOWS_9X:
        return "Windows 95/98/Me";
    case WCI_WINDOWS_NT:
        break;
    }
    return "Windows NT";
}

/* Its folder in the target, and the version of the file that names its release. */
static enum wcab_err describe(struct wci_check *check)
{
    static const char *const cores[] = {"SYSTEM32/KERNEL32.DLL", "SYSTEM/KERNEL32.DLL",
                                        "SYSTEM/KRNL386.EXE"};
    const struct wci_bytes volume = check->windows.volume->name, root = check->windows.root;
    char version[WCI_VERSION_TEXT];
    size_t i;

    check->told.target = check->target_path;
    check->told.family = family_text(check->windows.family);
    check->told.volume = wci_check_sentence(check, "%.*s", (int)volume.length, volume.data);
    check->told.folder = wci_check_sentence(check, "%.*s%s%.*s", (int)volume.length, volume.data,
                                            volume.length > 0 && root.length > 0 ? "/" : "",
                                            (int)root.length, root.data);
    for (i = 0; check->told.core_version == NULL && i < sizeof(cores) / sizeof(cores[0]); i++) {
        const struct wci_checked *core = wci_check_find(check, cores[i]);

        if (core == NULL || !core->is_read || !core->content.plain.has_version)
            continue;
        wci_version_format(core->content.plain.version, version);
        check->told.core_version = wci_arena_strdup(check->arena, version);
        if (check->told.core_version == NULL)
            return wci_error_nomem(check->err);
    }
    return check->told.folder == NULL || check->told.volume == NULL ? wci_error_nomem(check->err)
                                                                    : WCAB_OK;
}

static void forget_windows(struct wci_check *check)
{
    size_t i;

    for (i = 0; i < check->count; i++)
        free(check->files[i].needed_by);
    free(check->files);
    wci_check_forget_names(check);
    wci_check_forget_sections(check);
    check->files = NULL;
    check->count = check->capacity = 0;
    wci_matcher_close(check->release);
    check->release = NULL;
    wci_arena_free(check->arena);
    check->arena = NULL;
}

static enum wcab_err check_windows(struct wci_check *check, const struct wci_windows *windows)
{
    enum wcab_err code;

    check->windows = *windows;
    check->told = (struct wcab_checked_windows){.target = check->target_path};
    check->arena = wci_arena_new();
    code = check->arena == NULL ? wci_error_nomem(check->err) : WCAB_OK;
    if (code == WCAB_OK)
        code = read_files(check);
    if (code == WCAB_OK)
        code = describe(check);
    if (code == WCAB_OK)
        code = wci_check_choose(check);
    if (code == WCAB_OK)
        code = wci_check_judge(check);
    if (code == WCAB_OK)
        code = wci_check_missing(check);
    if (code == WCAB_OK)
        code = tell_all(check);
    check->result->windows += code == WCAB_OK;
    forget_windows(check);
    return code;
}

/* ---- targets ------------------------------------------------------------------------------ */

static void on_target_fault(void *context, const struct wcab_error *fault)
{
    struct wci_check *check = context;

    check->result->faults++;
    if (check->options->on_fault != NULL)
        check->options->on_fault(check->options->context, fault);
}

static enum wcab_err check_target(struct wci_check *check, const char *path)
{
    const struct wci_target_faults faults = {check, on_target_fault};
    struct wci_windows windows[WCI_WINDOWS_MOST];
    struct wci_arena *arena = wci_arena_new();
    size_t count = 0, i;
    enum wcab_err code = arena == NULL ? wci_error_nomem(check->err) : WCAB_OK;

    check->target_path = path;
    if (code == WCAB_OK)
        code = wci_target_open(path, &faults, &check->catalog->cancel, &check->target, check->err);
    if (code == WCAB_OK)
        code = wci_windows_find(check->target, arena, windows, &count, check->err);
    if (code == WCAB_OK && count == 0) {
        code = wci_error_set(check->err, WCAB_ERR_FORMAT,
                             "no folder in it has a Windows's SYSTEM or SYSTEM32 folder");
        wci_error_push_place(check->err, path, strlen(path));
    }
    for (i = 0; code == WCAB_OK && i < count; i++)
        code = check_windows(check, &windows[i]);
    wci_target_close(check->target);
    check->target = NULL;
    wci_arena_free(arena);
    return code;
}

static enum wcab_err do_check(struct wcab_catalog *catalog,
                              const struct wcab_check_options *options,
                              struct wcab_check_result *result, struct wcab_error *err)
{
    struct wci_check check = {.catalog = catalog, .options = options, .result = result, .err = err};
    enum wcab_err code;
    size_t i;

    check.versions = wci_version_scan_new();
    code = check.versions == NULL ? wci_error_nomem(err) : WCAB_OK;
    if (code == WCAB_OK)
        code = wci_matcher_open(catalog, NULL, &check.all, err);
    if (code == WCAB_OK)
        result->has_hashes = wci_matcher_has_facts(check.all);
    for (i = 0; code == WCAB_OK && i < options->target_count; i++) {
        code = wci_cancel_check(&catalog->cancel, err);
        if (code == WCAB_OK)
            code = check_target(&check, options->targets[i]);
    }
    wci_matcher_close(check.all);
    wci_version_scan_free(check.versions);
    return code;
}

enum wcab_err wcab_check(struct wcab_catalog *catalog, const struct wcab_check_options *options,
                         struct wcab_check_result *result, struct wcab_error *err)
{
    struct wcab_check_options taken;
    struct wcab_check_result made = {.windows = 0};
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_begin(result, &taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = wci_sized_check_names(taken.targets, taken.target_count, &own);
    if (code == WCAB_OK)
        code = do_check(catalog, &taken, &made, &own);
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
