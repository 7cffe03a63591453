/*
 * identify - wcab_identify: from a file of the host to the medium it is from.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/dostime.h"
#include "core/error.h"
#include "core/sized.h"
#include "jobs/check/target_path.h"
#include "jobs/identify/identify_match.h"
#include "media/volume/volume.h"
#include "query/handle.h"

struct run {
    const struct wcab_identify_options *options;
    struct wcab_identify_result *result;
    struct wcab_catalog *catalog;
    struct wci_matcher *matcher;       /* owned */
    struct wci_arena *arena;           /* owned: of the current file */
    struct wci_version_scan *versions; /* owned */
    struct wcab_error *err;
};

/* ---- one file ----------------------------------------------------------------------------- */

static enum wcab_err tell(struct run *run, const struct wcab_identified *told)
{
    struct wcab_identify_result *result = run->result;

    switch (told->identity) {
    case WCAB_IDENTITY_INTACT:
        result->intact++;
        break;
    case WCAB_IDENTITY_PROBABLE:
        result->probable++;
        break;
    case WCAB_IDENTITY_ALTERED:
        result->altered++;
        break;
    case WCAB_IDENTITY_UNKNOWN:
        result->unknown++;
        break;
    case WCAB_IDENTITY_FAILED:
        result->failed++;
        break;
    }
    if (run->options->on_file == NULL)
        return WCAB_OK;
    return run->options->on_file(run->options->context, told);
}

static enum wcab_err tell_failed(struct run *run, const char *path, const struct wcab_error *error)
{
    const struct wcab_identified told = {
        .path = path, .identity = WCAB_IDENTITY_FAILED, .error = error};

    return tell(run, &told);
}

/* Takes `source` over. */
static enum wcab_err identify_source(struct run *run, const char *path, uint32_t modified,
                                     struct wci_source *source)
{
    struct wci_matched matched = {
        .path = path, .name = wci_bytes_base_name(wci_bytes_of(path)), .modified = modified};
    const struct wci_host_reading reading = {run->versions, &run->catalog->cancel,
                                             &run->result->bytes};
    struct wcab_error error;
    enum wcab_err code;

    wci_arena_reset(run->arena);
    code = wci_host_file_read(&reading, source, matched.name, run->arena, &matched.file, &error);
    wci_source_close(source);
    if (wci_error_ends_run(code)) {
        *run->err = error;
        return code;
    }
    if (code != WCAB_OK)
        return tell_failed(run, path, &error);
    code = wci_matcher_match(run->matcher, &matched, run->err);
    return code == WCAB_OK ? tell(run, &matched.told) : code;
}

/* ---- files and folders -------------------------------------------------------------------- */

static enum wcab_err open_file(const char *path, struct stat *status, struct wci_source **source,
                               struct wcab_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return wci_error_set_sys(err, errno, "can't be opened");
    if (fstat(fd, status) != 0) {
        int failure = errno;

        (void)close(fd);
        return wci_error_set_sys(err, failure, "can't be looked at");
    }
    if (!S_ISREG(status->st_mode)) {
        (void)close(fd);
        return wci_error_set(err, WCAB_ERR_USAGE,
                             S_ISDIR(status->st_mode) ? "is a folder: --recursive looks through it"
                                                      : "is no ordinary file");
    }
    return wci_source_open_fd_take(fd, NULL, source, err);
}

static enum wcab_err identify_file(struct run *run, const char *path)
{
    struct wci_source *source = NULL;
    struct wcab_error error;
    struct stat status = {.st_mtime = 0};
    enum wcab_err code = open_file(path, &status, &source, &error);

    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(run->err);
    if (code != WCAB_OK)
        return tell_failed(run, path, &error);
    return identify_source(run, path, wci_dostime_local(status.st_mtime), source);
}

/* A folder that is being walked. */
struct walk {
    struct run *run;
    struct wci_volume *volume;
    struct wci_bytes top; /* without a slash behind it */
    enum wcab_err code;   /* what a fault's telling returned */
};

/* "top/folder/name", malloc'ed; NULL without memory. */
static char *full_path(const struct walk *walk, const struct wci_entry *entry)
{
    struct wci_buffer path;

    wci_buffer_init(&path);
    wci_buffer_put(&path, walk->top.data, walk->top.length);
    wci_buffer_u8(&path, '/');
    wci_entry_put_path(entry, &path);
    wci_buffer_u8(&path, '\0');
    if (!path.ok) {
        wci_buffer_free(&path);
        return NULL;
    }
    return (char *)path.data;
}

static enum wcab_err on_entry(void *context, const struct wci_entry *entry, struct wcab_error *err)
{
    struct walk *walk = context;
    struct run *run = walk->run;
    struct wci_source *source = NULL;
    struct wcab_error error;
    enum wcab_err code;
    char *path;

    (void)err; /* the run's own is filled */
    if (walk->code != WCAB_OK)
        return walk->code;
    if (entry->attributes & WCI_ATTRIBUTE_FOLDER)
        return WCAB_OK;
    path = full_path(walk, entry);
    if (path == NULL)
        return wci_error_nomem(run->err);
    code = wci_volume_open_entry(walk->volume, entry, &source, &error);
    if (code == WCAB_OK)
        code = identify_source(run, path, entry->modified, source);
    else if (wci_error_ends_run(code))
        *run->err = error;
    else
        code = tell_failed(run, path, &error);
    free(path);
    return code;
}

/* A folder below that can't be read. */
static void on_fault(void *context, const struct wcab_error *err)
{
    struct walk *walk = context;
    struct wcab_error error = *err;
    struct wci_entry entry = {.name = {.bytes = wci_bytes_of(err->place)}};
    char *path = full_path(walk, &entry);

    if (walk->code != WCAB_OK) {
        free(path);
        return;
    }
    error.place[0] = '\0';
    walk->code =
        path == NULL ? wci_error_nomem(walk->run->err) : tell_failed(walk->run, path, &error);
    free(path);
}

static enum wcab_err identify_folder(struct run *run, const char *path)
{
    struct walk walk = {.run = run, .top = wci_bytes_of(path)};
    const struct wci_visitor visitor = {.context = &walk, .entry = on_entry, .fault = on_fault};
    struct wcab_error error;
    enum wcab_err code = wci_volume_dir_open(path, &walk.volume, &error);

    if (code == WCAB_ERR_NOMEM)
        return wci_error_nomem(run->err);
    if (code != WCAB_OK)
        return tell_failed(run, path, &error);
    while (walk.top.length > 0 && walk.top.data[walk.top.length - 1] == '/')
        walk.top.length--;
    code = wci_volume_walk(walk.volume, &visitor, &error);
    if (code == WCAB_OK)
        code = walk.code;
    else if (code == WCAB_ERR_NOMEM)
        (void)wci_error_nomem(run->err);
    else if (code == WCAB_ERR_IO) /* the folder itself */
        code = tell_failed(run, path, &error);
    wci_volume_close(walk.volume);
    return code;
}

/* ---- files in images ------------------------------------------------------------------------ */

static enum wcab_err identify_entry(struct run *run, struct wci_target_volume *volume,
                                    const struct wci_entry *entry, const char *path)
{
    struct wci_source *source = NULL;
    struct wcab_error error;
    enum wcab_err code = wci_volume_open_entry(volume->volume, entry, &source, &error);

    if (code == WCAB_OK)
        return identify_source(run, path, entry->modified, source);
    if (wci_error_ends_run(code)) {
        *run->err = error;
        return code;
    }
    return tell_failed(run, path, &error);
}

/* Below a folder each file has the image's path and its own: "hdd.img:/WINDOWS/WIN.COM". */
static enum wcab_err identify_below(struct run *run, const char *image,
                                    struct wci_target_volume *volume, const struct wci_entry *entry)
{
    struct wci_buffer path;
    enum wcab_err code;

    wci_buffer_init(&path);
    wci_target_path_put(image, volume, entry, &path);
    wci_buffer_u8(&path, '\0');
    code = path.ok ? identify_entry(run, volume, entry, (const char *)path.data)
                   : wci_error_nomem(run->err);
    wci_buffer_free(&path);
    return code;
}

static enum wcab_err identify_volume(struct run *run, const struct wci_target_path *split,
                                     struct wci_target_volume *volume, const char *path,
                                     size_t *found)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < volume->count; i++) {
        const struct wci_entry *entry = &volume->files[i];
        enum wci_target_place place;

        if (entry->attributes & WCI_ATTRIBUTE_FOLDER)
            continue;
        place = wci_target_path_place(volume, entry, split->below);
        if (place == WCI_TARGET_ELSEWHERE ||
            (place == WCI_TARGET_BELOW && !run->options->recursive))
            continue;
        ++*found;
        code = place == WCI_TARGET_IS ? identify_entry(run, volume, entry, path)
                                      : identify_below(run, split->image, volume, entry);
        if (code == WCAB_OK)
            code = wci_cancel_check(&run->catalog->cancel, run->err);
    }
    return code;
}

static enum wcab_err identify_in_image(struct run *run, const struct wci_target_path *split,
                                       const char *path)
{
    struct wci_target *target = NULL;
    struct wcab_error error;
    size_t found = 0, i;
    enum wcab_err code =
        wci_target_open(split->image, NULL, &run->catalog->cancel, &target, &error);

    if (code != WCAB_OK && wci_error_ends_run(code))
        *run->err = error;
    if (code != WCAB_OK)
        return wci_error_ends_run(code) ? code : tell_failed(run, path, &error);
    for (i = 0; code == WCAB_OK && i < wci_target_volume_count(target); i++)
        code = identify_volume(run, split, wci_target_volume(target, i), path, &found);
    if (code == WCAB_OK && found == 0) {
        (void)wci_error_set(&error, WCAB_ERR_NOTFOUND,
                            run->options->recursive ? "the image has no such file or folder"
                                                    : "the image has no such file");
        code = tell_failed(run, path, &error);
    }
    wci_target_close(target);
    return code;
}

static enum wcab_err identify_path(struct run *run, const char *path)
{
    struct wci_target_path split;
    struct stat status;
    enum wcab_err code;

    if (wci_target_path_split(path, &split)) {
        code = identify_in_image(run, &split, path);
        free(split.image);
        return code;
    }
    if (run->options->recursive && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return identify_folder(run, path);
    return identify_file(run, path);
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum wcab_err open_run(struct run *run)
{
    enum wcab_err code =
        wci_matcher_open(run->catalog, run->options->medium, &run->matcher, run->err);

    if (code != WCAB_OK)
        return code;
    run->result->has_hashes = wci_matcher_has_facts(run->matcher);
    run->arena = wci_arena_new();
    run->versions = wci_version_scan_new();
    return run->arena == NULL || run->versions == NULL ? wci_error_nomem(run->err) : WCAB_OK;
}

static void close_run(struct run *run)
{
    wci_version_scan_free(run->versions);
    wci_arena_free(run->arena);
    wci_matcher_close(run->matcher);
}

static enum wcab_err do_identify(struct wcab_catalog *catalog,
                                 const struct wcab_identify_options *options,
                                 struct wcab_identify_result *result, struct wcab_error *err)
{
    struct run run = {.catalog = catalog, .options = options, .result = result, .err = err};
    enum wcab_err code;
    size_t i;

    code = open_run(&run);
    for (i = 0; code == WCAB_OK && i < options->path_count; i++) {
        if (wci_cancel_is_set(&catalog->cancel))
            code = wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
        else
            code = identify_path(&run, options->paths[i]);
    }
    close_run(&run);
    return code;
}

enum wcab_err wcab_identify(struct wcab_catalog *catalog,
                            const struct wcab_identify_options *options,
                            struct wcab_identify_result *result, struct wcab_error *err)
{
    struct wcab_identify_options taken;
    struct wcab_identify_result made = {.intact = 0};
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_begin(result, &taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = wci_sized_check_names(taken.paths, taken.path_count, &own);
    if (code == WCAB_OK && taken.on_file == NULL)
        code = wci_error_null(&own);
    if (code == WCAB_OK)
        code = do_identify(catalog, &taken, &made, &own);
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
