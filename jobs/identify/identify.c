/*
 * identify - wcab_identify: from a file of the host to the medium it is from.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/dostime.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"
#include "jobs/identify/identify_judge.h"
#include "media/volume/volume.h"
#include "query/content_filter.h"
#include "query/content_group.h"
#include "query/gather.h"
#include "query/names.h"
#include "query/rank.h"

/* Copies of one content that are listed at most: a shelf holds the same CD many times. */
enum { IMAGE_CACHE_BYTES = 64 * 1024 * 1024, MOST_COPIES = 4096 };

struct run {
    struct wcab_catalog *catalog;
    const struct wcab_identify_options *options;
    struct wcab_identify_result *result;
    struct wci_reader *reader; /* of what is indexed; NULL: nothing is */
    struct wci_filter *filter; /* owned */
    struct wci_known_images images;
    bool images_open, in_published; /* which half is being looked into */
    struct wci_renames renames;
    bool renames_open;
    struct wci_arena *arena;           /* owned: of the current file */
    struct wci_version_scan *versions; /* owned */
    struct wci_gather gather;
    struct wci_found *found; /* owned: copies of the current file's names */
    size_t found_count, found_capacity;
    struct wcab_error *err;
};

/* The file that is being looked at. */
struct subject {
    const char *path;
    struct wci_bytes name; /* its last part */
    uint32_t modified;
    struct wci_host_file file;
    char sha256[65], unpacked_sha256[65];
    char version[WCI_VERSION_TEXT], unpacked_version[WCI_VERSION_TEXT];
    struct wcab_content match;
    struct wcab_identified told;
};

/* ---- names -------------------------------------------------------------------------------- */

static bool is_called(const struct wci_found *found, struct wci_bytes name)
{
    const struct wci_entry *entry = &found->entry;
    uint8_t i;

    if (wci_text_equal_folded(entry->name.bytes, name))
        return true;
    for (i = 0; i < entry->alias_count && i < WCI_ALIAS_MAX; i++) {
        if (wci_text_equal_folded(entry->alias[i].bytes, name))
            return true;
    }
    return found->rename != NULL && wci_text_equal_folded(found->rename->installed, name);
}

/* The same for either name of a packed file. */
static bool has_name(const struct subject *subject, const struct wci_found *found)
{
    return is_called(found, subject->name) ||
           (subject->file.packed && is_called(found, subject->file.unpacked_name));
}

/* ---- by the bytes ------------------------------------------------------------------------- */

static enum wcab_err on_hash_row(void *context, uint32_t image, uint32_t container, uint32_t row)
{
    struct run *run = context;

    if (run->gather.count >= MOST_COPIES)
        return WCAB_OK;
    return wci_gather_put(&run->gather, run->in_published, image, container, row, run->err);
}

/* Makes the match of all copies that were gathered: those of the same name first. */
static enum wcab_err match_bytes(struct run *run, struct subject *subject)
{
    struct wci_gather *gather = &run->gather;
    const struct wci_found **copies =
        wci_arena_calloc(run->arena, gather->count, sizeof(struct wci_found *));
    size_t used = 0, i;
    struct wci_deep facts;
    bool known = false;
    enum wcab_err code;

    if (copies == NULL)
        return wci_error_nomem(run->err);
    wci_rank_sort(gather->found, gather->count);
    for (i = 0; i < gather->count; i++) {
        if (has_name(subject, &gather->found[i]))
            copies[used++] = &gather->found[i];
    }
    subject->told.same_name = used > 0;
    for (i = 0; i < gather->count; i++) {
        if (!has_name(subject, &gather->found[i]))
            copies[used++] = &gather->found[i];
    }
    code = wci_content_filter_facts(run->catalog, copies[0], &facts, &known, run->err);
    if (code == WCAB_OK)
        code = wci_content_group_fill(copies, used, known ? &facts : NULL, run->arena,
                                      &subject->match, run->err);
    if (code != WCAB_OK)
        return code;
    subject->told.identity = WCAB_IDENTITY_INTACT;
    subject->told.match = &subject->match;
    subject->told.same_size = true;
    subject->told.same_date = wci_identify_dates(subject->modified, copies[0]->entry.modified,
                                                 copies[0]->image->published);
    return WCAB_OK;
}

/* Looks for the bytes among what is indexed, or among published media whose bytes are known. */
static enum wcab_err look_for_bytes(struct run *run, struct subject *subject,
                                    const struct wci_host_content *content, bool published)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_handle_reader(run->catalog, published, &reader, run->err);

    run->gather.count = 0;
    run->gather.pattern = NULL;
    run->in_published = published;
    if (code != WCAB_OK || reader == NULL)
        return code;
    code = wci_reader_find_hash(reader, content->sha256, sizeof(content->sha256), on_hash_row, run,
                                run->err);
    if (code == WCAB_OK && run->gather.count > 0)
        code = match_bytes(run, subject);
    return code;
}

static enum wcab_err find_bytes(struct run *run, struct subject *subject,
                                const struct wci_host_content *content)
{
    enum wcab_err code = look_for_bytes(run, subject, content, false);

    if (code == WCAB_OK && subject->told.match == NULL)
        code = look_for_bytes(run, subject, content, true);
    if (code == WCAB_OK && subject->told.match != NULL) {
        subject->told.by_unpacked = content == &subject->file.unpacked;
        subject->told.same_version = content->has_version;
    }
    return code;
}

/* ---- by the name -------------------------------------------------------------------------- */

static enum wcab_err keep_found(struct run *run)
{
    size_t i;

    for (i = 0; i < run->gather.count; i++) {
        if (!wci_mem_grow(&run->found, run->found_count, &run->found_capacity, sizeof(*run->found)))
            return wci_error_nomem(run->err);
        run->found[run->found_count++] = run->gather.found[i];
    }
    return WCAB_OK;
}

/* Adds all copies of a name; a name that no medium can have has none. */
static enum wcab_err gather_name(struct run *run, struct wci_bytes name)
{
    struct wci_pattern *pattern = NULL;
    struct wci_names names = {NULL, 0};
    struct wci_bytes text = wci_arena_bytes(run->arena, name);
    struct wcab_error err;
    size_t i;
    enum wcab_err code;

    if (text.data == NULL)
        return wci_error_nomem(run->err);
    code = wci_pattern_compile(text.data, WCAB_MATCH_EXACT, &pattern, &err);
    if (code == WCAB_ERR_USAGE)
        return WCAB_OK;
    if (code != WCAB_OK)
        return wci_error_nomem(run->err);
    run->gather.pattern = pattern;
    code = wci_names_expand(&run->renames, pattern, run->arena, &names, run->err);
    for (i = 0; code == WCAB_OK && i < names.count; i++) {
        code = wci_gather_name(&run->gather, names.items[i], run->err);
        if (code == WCAB_OK)
            code = keep_found(run);
    }
    run->gather.pattern = NULL;
    wci_pattern_free(pattern);
    return code;
}

static bool is_same_row(const struct wci_found *a, const struct wci_found *b)
{
    return a->image == b->image && a->container == b->container && a->row == b->row;
}

/* A copy that has both names of a packed file was found twice; equal ones are neighbours. */
static void drop_doubles(struct run *run)
{
    size_t kept = 0, i;

    wci_rank_sort(run->found, run->found_count);
    for (i = 0; i < run->found_count; i++) {
        if (kept == 0 || !is_same_row(&run->found[kept - 1], &run->found[i]))
            run->found[kept++] = run->found[i];
    }
    run->found_count = kept;
}

/* What a packed file holds is held against a copy that is not packed, or is known unpacked. */
static const struct wci_host_content *side_of(const struct subject *subject,
                                              const struct wci_found *found)
{
    bool unpacked = subject->file.packed &&
                    (found->entry.flags & WCI_ENTRY_PACKED || !is_called(found, subject->name));

    return unpacked ? &subject->file.unpacked : &subject->file.plain;
}

static enum wcab_err make_copies(struct run *run, const struct subject *subject,
                                 struct wci_identify_copy **copies)
{
    struct wci_identify_copy *made = wci_arena_calloc(run->arena, run->found_count, sizeof(*made));
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (made == NULL)
        return wci_error_nomem(run->err);
    for (i = 0; code == WCAB_OK && i < run->found_count; i++) {
        made[i].found = &run->found[i];
        made[i].file = side_of(subject, made[i].found);
        code = wci_content_filter_facts(run->catalog, made[i].found, &made[i].facts, &made[i].read,
                                        run->err);
    }
    *copies = made;
    return code;
}

/* Makes the match of the copies that are the same file as the best one. */
static enum wcab_err match_name(struct run *run, struct subject *subject,
                                const struct wci_identify_copy *copies, size_t best)
{
    struct wcab_identified *told = &subject->told;
    const struct wci_identify_copy *most = &copies[best];
    const struct wci_found **same =
        wci_arena_calloc(run->arena, run->found_count, sizeof(struct wci_found *));
    size_t used = 0, i;
    enum wcab_err code;

    if (same == NULL)
        return wci_error_nomem(run->err);
    same[used++] = most->found;
    for (i = 0; i < run->found_count && used < MOST_COPIES; i++) {
        if (i != best && wci_identify_is_same(most, &copies[i]))
            same[used++] = copies[i].found;
    }
    code = wci_content_group_fill(same, used, most->read ? &most->facts : NULL, run->arena,
                                  &subject->match, run->err);
    if (code != WCAB_OK)
        return code;
    told->match = &subject->match;
    told->identity = most->identity;
    told->by_unpacked = most->file == &subject->file.unpacked;
    told->same_name = true;
    told->same_size = most->same_size;
    told->same_version = most->same_version;
    told->same_date = most->same_date;
    return WCAB_OK;
}

static enum wcab_err find_name(struct run *run, struct subject *subject)
{
    struct wci_identify_copy *copies = NULL;
    enum wcab_err code;

    run->found_count = 0;
    code = gather_name(run, subject->name);
    if (code == WCAB_OK && subject->file.packed &&
        !wci_text_equal_folded(subject->name, subject->file.unpacked_name))
        code = gather_name(run, subject->file.unpacked_name);
    if (code != WCAB_OK || run->found_count == 0)
        return code;
    drop_doubles(run);
    code = make_copies(run, subject, &copies);
    if (code != WCAB_OK)
        return code;
    return match_name(run, subject, copies,
                      wci_identify_judge(subject->modified, copies, run->found_count));
}

/* ---- one file ----------------------------------------------------------------------------- */

static void put_content(const struct wci_host_content *content, char sha256[65],
                        char version[WCI_VERSION_TEXT], const char **sha256_text,
                        const char **version_text)
{
    size_t i;

    for (i = 0; i < sizeof(content->sha256); i++)
        (void)snprintf(sha256 + 2 * i, 3, "%02x", content->sha256[i]);
    *sha256_text = sha256;
    *version_text = NULL;
    if (content->has_version) {
        wci_version_format(content->version, version);
        *version_text = version;
    }
}

static enum wcab_err put_facts(struct run *run, struct subject *subject)
{
    struct wcab_identified *told = &subject->told;
    struct wci_buffer name;
    struct wci_bytes text;

    told->size = subject->file.plain.size;
    put_content(&subject->file.plain, subject->sha256, subject->version, &told->sha256,
                &told->file_version);
    if (!subject->file.packed)
        return WCAB_OK;
    told->unpacked_size = subject->file.unpacked.size;
    put_content(&subject->file.unpacked, subject->unpacked_sha256, subject->unpacked_version,
                &told->unpacked_sha256, &told->unpacked_version);
    wci_buffer_init(&name);
    (void)wci_text_to_utf8(wci_text_name_of(subject->file.unpacked_name), 0, &name);
    text = wci_arena_bytes(run->arena, (struct wci_bytes){(const char *)name.data, name.size});
    told->unpacked_name = name.ok ? text.data : NULL;
    wci_buffer_free(&name);
    return told->unpacked_name != NULL ? WCAB_OK : wci_error_nomem(run->err);
}

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
    struct subject subject = {.path = path, .modified = modified};
    const struct wci_host_reading reading = {run->versions, run->options->cancel,
                                             &run->result->bytes};
    struct wcab_error error;
    enum wcab_err code;

    wci_arena_reset(run->arena);
    wci_known_images_trim(&run->images, IMAGE_CACHE_BYTES);
    subject.name = wci_bytes_base_name(wci_bytes_of(path));
    subject.told.path = path;
    subject.told.identity = WCAB_IDENTITY_UNKNOWN;
    (void)wci_dostime_format(modified, subject.told.modified);
    code = wci_host_file_read(&reading, source, subject.name, run->arena, &subject.file, &error);
    wci_source_close(source);
    if (wci_error_ends_run(code)) {
        *run->err = error;
        return code;
    }
    if (code != WCAB_OK)
        return tell_failed(run, path, &error);
    code = put_facts(run, &subject);
    if (code == WCAB_OK)
        code = find_bytes(run, &subject, &subject.file.plain);
    if (code == WCAB_OK && subject.told.match == NULL && subject.file.packed)
        code = find_bytes(run, &subject, &subject.file.unpacked);
    if (code == WCAB_OK && subject.told.match == NULL)
        code = find_name(run, &subject);
    return code == WCAB_OK ? tell(run, &subject.told) : code;
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
    wci_buffer_put(&path, entry->folder.data, entry->folder.length);
    if (entry->folder.length > 0)
        wci_buffer_u8(&path, '/');
    wci_buffer_put(&path, entry->name.bytes.data, entry->name.bytes.length);
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

static enum wcab_err identify_path(struct run *run, const char *path)
{
    struct stat status;

    if (run->options->recursive && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return identify_folder(run, path);
    return identify_file(run, path);
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum wcab_err open_run(struct run *run)
{
    enum wcab_err code = wci_handle_reader(run->catalog, false, &run->reader, run->err);

    if (code == WCAB_OK)
        code = wci_filter_open(run->catalog, run->options->medium, &run->filter, run->err);
    if (code != WCAB_OK)
        return code;
    run->arena = wci_arena_new();
    run->versions = wci_version_scan_new();
    if (run->arena == NULL || run->versions == NULL)
        return wci_error_nomem(run->err);
    code = wci_known_images_open(&run->images, run->catalog, run->err);
    run->images_open = code == WCAB_OK;
    if (code == WCAB_OK) {
        code = wci_renames_open(&run->renames, run->catalog, run->err);
        run->renames_open = code == WCAB_OK;
    }
    if (code == WCAB_OK) {
        code = wci_content_filter_need_facts(run->catalog, run->err);
        run->result->has_hashes = code == WCAB_OK;
        code = code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
    }
    run->gather = (struct wci_gather){.catalog = run->catalog,
                                      .images = &run->images,
                                      .filter = run->filter,
                                      .renames = &run->renames,
                                      .arena = run->arena};
    return code;
}

static void close_run(struct run *run)
{
    wci_gather_free(&run->gather);
    free(run->found);
    if (run->renames_open)
        wci_renames_close(&run->renames);
    if (run->images_open)
        wci_known_images_close(&run->images);
    wci_version_scan_free(run->versions);
    wci_arena_free(run->arena);
    wci_filter_free(run->filter);
}

enum wcab_err wcab_identify(struct wcab_catalog *catalog,
                            const struct wcab_identify_options *options,
                            struct wcab_identify_result *result, struct wcab_error *err)
{
    struct wcab_error unused = {.code = WCAB_OK};
    struct run run = {.catalog = catalog,
                      .options = options,
                      .result = result,
                      .err = err != NULL ? err : &unused};
    enum wcab_err code;
    size_t i;

    if (options->sizeof_options != sizeof(*options))
        return wci_error_set(err, WCAB_ERR_USAGE, "the options are not of this library's version");
    memset(result, 0, sizeof(*result));
    code = open_run(&run);
    for (i = 0; code == WCAB_OK && i < options->path_count; i++) {
        if (wci_cancel_is_set(options->cancel))
            code = wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
        else
            code = identify_path(&run, options->paths[i]);
    }
    close_run(&run);
    return code;
}
