/*
 * extract - wcab_extract: files out of indexed images.
 *
 * First every target is found, then they are sorted so that files of one folder (compression
 * stream) come together: a folder is decoded once, from its start, and cut into files on the way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog.h"
#include "damage_list.h"
#include "error.h"
#include "expand.h"
#include "folder_decode.h"
#include "folder_files.h"
#include "folder_parts.h"
#include "handle.h"
#include "limits.h"
#include "open_container.h"
#include "output_file.h"
#include "search.h"
#include "text.h"
#include "whichcab.h"

enum { READ_BYTES = 256 * 1024, SAME_NAME_MAX = 1000 };

struct extraction;
struct folder_run;

/* A file to take out.  Strings and entry lie in the extraction's arena. */
struct target {
    struct extraction *run;
    uint32_t image, container, listing;
    uint32_t folder; /* of the cabinet; WCI_NONE for a file of a volume */
    struct wci_entry entry;
    const char *name, *image_path, *cabinet;
    struct wci_output_file output;
    const struct folder_run *folder_run; /* while its folder is decoded */
    bool writing;
    bool failed;
};

struct extraction {
    struct wcab_catalog *catalog;
    const struct wcab_extract_options *options;
    struct wcab_extract_result *result;
    struct wci_reader *reader;
    struct wci_arena *arena;
    struct target *targets;
    size_t count, capacity;
    struct wci_output_folder folder;
    char **written; /* names given in this run, sorted not */
    size_t written_count, written_capacity;
    uint8_t *buffer;
};

/* ---- telling ------------------------------------------------------------------------------ */

static void tell(const struct target *target, enum wcab_extract_event_kind kind,
                 const char *written, uint64_t lost, const struct wcab_error *err,
                 const char *elsewhere)
{
    const struct wcab_extract_options *options = target->run->options;
    struct wcab_extract_event event = {.kind = kind,
                                       .name = target->name,
                                       .written = written,
                                       .image = target->image_path,
                                       .cabinet = target->cabinet,
                                       .size = target->entry.size,
                                       .lost = lost,
                                       .error = err,
                                       .elsewhere = elsewhere};

    if (options->on_event != NULL)
        options->on_event(options->context, &event);
}

/* ---- where an equal copy lies ------------------------------------------------------------- */

struct looking {
    const struct target *target;
    struct wci_reader *reader;
    struct wci_arena *arena;
    uint32_t listing;
    char *text;
    size_t size;
    bool found;
};

static enum wcab_err on_place(void *context, uint32_t image_id, uint32_t container)
{
    struct looking *looking = context;
    struct wci_image image;
    struct wci_image_state state;

    if (looking->found || image_id == looking->target->image)
        return WCAB_OK;
    if (wci_reader_image(looking->reader, image_id, looking->arena, &image, &state, NULL) !=
            WCAB_OK ||
        state.offline || container >= image.container_count)
        return WCAB_OK;
    looking->found = true;
    (void)snprintf(
        looking->text, looking->size, "a copy of the same name, size and date is in %.*s%s%.*s",
        (int)image.containers[container].name.length, image.containers[container].name.data,
        image.containers[container].parent == WCI_NONE ? "" : " of ",
        image.containers[container].parent == WCI_NONE ? 0 : (int)image.path.length,
        image.path.data);
    return WCAB_OK;
}

static enum wcab_err on_hit(void *context, uint32_t listing_id, uint32_t row)
{
    struct looking *looking = context;
    const struct wci_entry *wanted = &looking->target->entry;
    struct wci_listing listing;
    struct wci_entry entry;

    if (looking->found || listing_id == looking->target->listing ||
        wci_reader_listing(looking->reader, listing_id, &listing, NULL) != WCAB_OK ||
        wci_listing_row(&listing, row, &entry, NULL) != WCAB_OK || entry.size != wanted->size ||
        entry.modified != wanted->modified || entry.flags & WCI_ENTRY_CONTINUED)
        return WCAB_OK;
    return wci_reader_each_place(looking->reader, listing_id, on_place, looking, NULL);
}

/* A sentence in `text`, or NULL when there is no equal copy. */
static const char *find_elsewhere(const struct target *target, char *text, size_t size)
{
    struct looking looking = {.target = target,
                              .reader = target->run->reader,
                              .arena = wci_arena_new(),
                              .text = text,
                              .size = size};
    char folded[WCI_LIMIT_NAME];
    struct wci_bytes name = {folded, 0};

    if (looking.arena == NULL)
        return NULL;
    name.length = wci_text_fold(target->entry.name.bytes, folded, sizeof(folded));
    (void)wci_reader_find(looking.reader, name, on_hit, &looking, NULL);
    wci_arena_free(looking.arena);
    return looking.found ? text : NULL;
}

static void fail(struct target *target, const struct wcab_error *err)
{
    char text[700];

    if (target->failed)
        return;
    target->failed = true;
    target->run->result->failed++;
    tell(target, WCAB_EXTRACT_FAILED, NULL, 0, err, find_elsewhere(target, text, sizeof(text)));
}

/* ---- one file's bytes --------------------------------------------------------------------- */

static enum wcab_err begin_target(struct target *target, struct wcab_error *err)
{
    struct extraction *run = target->run;
    enum wcab_err code;

    if (run->options->folder == NULL)
        return WCAB_OK;
    code = wci_output_name_check(wci_bytes_of(target->name), err);
    if (code == WCAB_ERR_USAGE) { /* only this file is refused */
        fail(target, err);
        return WCAB_OK;
    }
    code = wci_output_file_begin(&run->folder, &target->output, err);
    target->writing = code == WCAB_OK;
    return code;
}

static enum wcab_err put_target(struct target *target, const uint8_t *data, size_t size,
                                struct wcab_error *err)
{
    const struct wcab_extract_options *options = target->run->options;
    enum wcab_err code = WCAB_OK;

    if (options->cancel != NULL && *options->cancel)
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    if (target->writing)
        code = wci_output_file_put(&target->output, data, size, err);
    else if (options->folder == NULL && options->put != NULL) {
        code = options->put(options->context, data, size);
        if (code != WCAB_OK)
            wci_error_set(err, code, "the output was refused");
    }
    return code;
}

static bool is_written(const struct extraction *run, const char *name)
{
    size_t i;

    for (i = 0; i < run->written_count; i++) {
        if (wci_text_equal_folded(wci_bytes_of(run->written[i]), wci_bytes_of(name)))
            return true;
    }
    return false;
}

/* The file's own name, or NAME.2, NAME.3 ... when this run has written one of that name; arena. */
static char *free_name(struct extraction *run, const char *name)
{
    char *text = wci_arena_strdup(run->arena, name);
    unsigned number;

    for (number = 2; text != NULL && is_written(run, text) && number < SAME_NAME_MAX; number++) {
        size_t size = strlen(name) + 16;

        text = wci_arena_alloc(run->arena, size);
        if (text != NULL)
            (void)snprintf(text, size, "%s.%u", name, number);
    }
    return text;
}

/* Gives the file its name.  Whether it is sound is known: `damage` is NULL or says what is not. */
static enum wcab_err end_target(struct target *target, const struct wcab_error *damage,
                                uint64_t lost, struct wcab_error *err)
{
    struct extraction *run = target->run;
    char *name = NULL;
    enum wcab_err code = WCAB_OK;

    if (target->failed || (damage != NULL && !run->options->salvage)) {
        if (target->writing)
            wci_output_file_cancel(&target->output);
        target->writing = false;
        if (damage != NULL)
            fail(target, damage);
        return WCAB_OK;
    }
    if (target->writing) {
        name = free_name(run, target->name);
        if (name == NULL || !wci_mem_grow(&run->written, run->written_count, &run->written_capacity,
                                          sizeof(*run->written)))
            return wci_error_nomem(err);
        target->writing = false;
        code = wci_output_file_finish(&target->output, name, target->entry.modified,
                                      target->entry.attributes & WCI_ATTRIBUTE_READONLY,
                                      run->options->replace, err);
        if (code == WCAB_ERR_USAGE) { /* there is one already: the others go on */
            fail(target, err);
            return WCAB_OK;
        }
        if (code != WCAB_OK)
            return code;
        run->written[run->written_count++] = name;
    }
    run->result->bytes += target->entry.size;
    if (damage != NULL)
        run->result->salvaged++;
    else
        run->result->written++;
    tell(target, damage != NULL ? WCAB_EXTRACT_SALVAGED : WCAB_EXTRACT_DONE, name, lost, damage,
         NULL);
    return WCAB_OK;
}

/* ---- files of a cabinet's folder ---------------------------------------------------------- */

static enum wcab_err on_begin(struct wci_folder_file *file, struct wcab_error *err)
{
    return begin_target(file->context, err);
}

static enum wcab_err on_put(struct wci_folder_file *file, const uint8_t *data, size_t size,
                            struct wcab_error *err)
{
    return put_target(file->context, data, size, err);
}

struct folder_run {
    struct wci_folder_files files;
    struct wci_damage_list damages;
    struct wcab_error missing; /* why the folder is not whole */
    bool is_missing;
};

/* Damage of a block is told before its last bytes come, so that all is known here. */
static enum wcab_err on_end(struct wci_folder_file *file, struct wcab_error *err)
{
    struct target *target = file->context;
    const struct wci_damage_list *damages = &target->folder_run->damages;
    const struct wci_damage *damage = wci_damage_list_find(damages, file->start, file->size);
    struct wcab_error reason;

    if (damage == NULL)
        return end_target(target, NULL, 0, err);
    if (target->folder_run->is_missing && damage->error.code == WCAB_ERR_NOTFOUND)
        reason = target->folder_run->missing;
    else
        wci_damage_list_error(damage, &reason);
    return end_target(target, &reason, wci_damage_list_lost(damages, file->start, file->size), err);
}

/* The files that the folder ended before. */
static void fail_rest(struct folder_run *folder, const struct wcab_error *broken)
{
    size_t i;

    for (i = 0; i < folder->files.count; i++) {
        struct target *target = folder->files.files[i].context;
        struct wcab_error reason;

        if (folder->files.files[i].ended)
            continue;
        if (folder->is_missing)
            reason = folder->missing;
        else if (broken != NULL)
            reason = *broken;
        else
            wci_error_set_at(&reason, WCAB_ERR_CORRUPT, folder->files.at,
                             "its folder ends before the file does");
        fail(target, &reason);
    }
}

/* Names the missing part: what the neighbour's header calls it. */
static void name_missing(const struct wci_folder_parts *parts, struct wcab_error *err)
{
    const struct wci_cab *cab =
        parts->begins ? parts->parts[parts->count - 1].cab : parts->parts[0].cab;
    struct wci_bytes cabinet = parts->begins ? cab->next_cabinet : cab->previous_cabinet;
    struct wci_bytes disk = parts->begins ? cab->next_disk : cab->previous_disk;

    wci_error_set(err, WCAB_ERR_NOTFOUND,
                  "insert the disk called '%.*s', cabinet %.*s: no image on record has it",
                  (int)disk.length, disk.length > 0 ? disk.data : "", (int)cabinet.length,
                  cabinet.length > 0 ? cabinet.data : "");
}

static enum wcab_err decode_targets(struct extraction *run, const struct target *first,
                                    struct folder_run *folder, struct wcab_error *err)
{
    struct wci_folder_parts parts = {.arena = NULL};
    struct wci_byte_sink sink = wci_folder_files_sink(&folder->files);
    struct wci_damage_sink damages = wci_damage_list_sink(&folder->damages);
    enum wcab_err code =
        wci_folder_parts_find(run->reader, first->listing, first->folder, &parts, err);

    if (code != WCAB_OK)
        goto out;
    if (wci_folder_parts_open(run->reader, first->image, &parts, &folder->missing) != WCAB_OK) {
        folder->is_missing = true;
    } else if (!parts.begins || !parts.ends) {
        folder->is_missing = true;
        name_missing(&parts, &folder->missing);
    }
    if (parts.begins && parts.opened > 0)
        code = wci_folder_decode(&parts, WCI_DECODER_BEST, &sink, &damages, err);
    if (code == WCAB_ERR_CANCELLED && folder->files.satisfied)
        code = WCAB_OK;
    if (folder->damages.nomem)
        code = wci_error_nomem(err);
out:
    wci_folder_parts_free(&parts);
    return code;
}

/* Takes out the targets first .. first + count - 1, which share a folder. */
static enum wcab_err extract_folder(struct extraction *run, struct target *first, size_t count,
                                    struct wcab_error *err)
{
    struct folder_run folder = {.is_missing = false};
    struct wcab_error broken;
    enum wcab_err code;
    size_t i;

    folder.files.files = wci_mem_calloc(count, sizeof(*folder.files.files));
    if (folder.files.files == NULL)
        return wci_error_nomem(err);
    folder.files.count = count;
    folder.files.begin = on_begin;
    folder.files.put = on_put;
    folder.files.end = on_end;
    for (i = 0; i < count; i++) {
        first[i].folder_run = &folder;
        folder.files.files[i].context = &first[i];
        folder.files.files[i].start = first[i].entry.locator;
        folder.files.files[i].size = first[i].entry.size;
    }
    wci_folder_files_prepare(&folder.files);
    code = decode_targets(run, first, &folder, &broken);
    if (wci_error_ends_run(code) || (code != WCAB_OK && run->options->folder != NULL &&
                                     code == WCAB_ERR_IO && broken.sys != 0)) {
        *err = broken; /* the output can't be written, or there is no memory */
    } else {
        fail_rest(&folder, code == WCAB_OK ? NULL : &broken);
        code = WCAB_OK;
    }
    for (i = 0; i < count; i++) {
        if (first[i].writing)
            wci_output_file_cancel(&first[i].output);
        first[i].writing = false;
    }
    wci_damage_list_free(&folder.damages);
    free(folder.files.files);
    return code;
}

/* ---- files of a volume -------------------------------------------------------------------- */

static enum wcab_err copy_source(struct target *target, struct wci_source *source,
                                 struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    uint64_t at = 0;
    enum wcab_err code = begin_target(target, err);

    while (code == WCAB_OK && at < size && !target->failed) {
        size_t piece = size - at < READ_BYTES ? (size_t)(size - at) : (size_t)READ_BYTES;

        code = wci_source_read_at(source, at, target->run->buffer, piece, err);
        if (code == WCAB_OK)
            code = put_target(target, target->run->buffer, piece, err);
        at += piece;
    }
    if (code == WCAB_OK && size < target->entry.size && !(target->entry.flags & WCI_ENTRY_PACKED))
        code =
            wci_error_set_at(err, WCAB_ERR_CORRUPT, size, "cut off: %llu of %llu bytes are there",
                             (unsigned long long)size, (unsigned long long)target->entry.size);
    return code;
}

static enum wcab_err on_unpacked(void *context, const uint8_t *data, size_t size,
                                 struct wcab_error *err)
{
    return put_target(context, data, size, err);
}

/* A packed single file comes out unpacked, under its real name. */
static enum wcab_err unpack_source(struct target *target, struct wci_source *source,
                                   struct wcab_error *err)
{
    struct wci_byte_sink sink = {target, on_unpacked};
    uint64_t limit =
        target->entry.flags & WCI_ENTRY_SIZE_UNKNOWN ? WCI_LIMIT_SPOOL_BYTES : target->entry.size;
    enum wcab_err code = begin_target(target, err);

    if (code == WCAB_OK && !target->failed)
        code = wci_expand_decode(source, limit, &sink, err);
    return code;
}

static enum wcab_err extract_loose(struct extraction *run, struct target *target,
                                   struct wcab_error *err)
{
    struct wci_opened *opened = NULL;
    struct wci_source *source = NULL;
    enum wcab_err code =
        wci_open_container(run->reader, target->image, target->container, &opened, err);

    if (code == WCAB_OK)
        code = wci_opened_file(opened, &target->entry, &source, err);
    if (code == WCAB_OK && target->entry.flags & WCI_ENTRY_PACKED)
        code = unpack_source(target, source, err);
    else if (code == WCAB_OK)
        code = copy_source(target, source, err);
    if (code == WCAB_OK) {
        code = end_target(target, NULL, 0, err);
    } else if (!wci_error_ends_run(code)) {
        fail(target, err);
        code = WCAB_OK;
    }
    if (target->writing)
        wci_output_file_cancel(&target->output);
    target->writing = false;
    wci_source_close(source);
    wci_opened_close(opened);
    return code;
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum wcab_err keep_target(struct extraction *run, const struct wci_found *found,
                                 const struct wcab_answer *answer, struct wcab_error *err)
{
    struct target *target;
    bool ok;

    if (!wci_mem_grow(&run->targets, run->count, &run->capacity, sizeof(*run->targets)))
        return wci_error_nomem(err);
    target = &run->targets[run->count];
    memset(target, 0, sizeof(*target));
    target->run = run;
    target->image = found->image->id;
    target->container = found->container;
    target->listing = found->listing;
    target->entry = found->entry;
    target->entry.name.bytes = wci_arena_bytes(run->arena, found->entry.name.bytes);
    target->entry.folder = wci_arena_bytes(run->arena, found->entry.folder);
    ok = target->entry.name.bytes.data != NULL && target->entry.folder.data != NULL;
    if (found->entry.alias_count > 0) {
        uint8_t i;

        for (i = 0; i < found->entry.alias_count; i++) {
            target->entry.alias[i].bytes = wci_arena_bytes(run->arena, found->entry.alias[i].bytes);
            ok = ok && target->entry.alias[i].bytes.data != NULL;
        }
    }
    target->folder = answer->cabinet != NULL && found->entry.cab_folder != WCI_NONE
                         ? found->entry.cab_folder
                         : WCI_NONE;
    target->name = wci_arena_strdup(run->arena, answer->name);
    target->image_path = wci_arena_strdup(run->arena, answer->image);
    target->cabinet =
        answer->cabinet == NULL ? NULL : wci_arena_strdup(run->arena, answer->cabinet);
    if (!ok || target->name == NULL || target->image_path == NULL)
        return wci_error_nomem(err);
    run->count++;
    return WCAB_OK;
}

/* Without `all` one copy of each name: the first whose parts are all there, else the first. */
static enum wcab_err keep_best(struct extraction *run, const struct wci_found *found,
                               const struct wcab_answer *answer, bool *last_complete,
                               struct wcab_error *err)
{
    bool same =
        run->count > 0 && wci_text_equal_folded(wci_bytes_of(run->targets[run->count - 1].name),
                                                wci_bytes_of(answer->name));

    if (!run->options->search.all && same) {
        if (*last_complete || !answer->complete)
            return WCAB_OK;
        run->count--;
    }
    *last_complete = answer->complete;
    return keep_target(run, found, answer, err);
}

static enum wcab_err find_targets(struct extraction *run, struct wcab_error *err)
{
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    bool last_complete = false;
    enum wcab_err code = wcab_search_open(run->catalog, &run->options->search, &search, err);

    while (code == WCAB_OK) {
        code = wcab_search_next(search, &answer, err);
        if (code != WCAB_OK || answer == NULL)
            break;
        if (answer->source == WCAB_SOURCE_INDEXED)
            code = keep_best(run, wci_search_found(search), answer, &last_complete, err);
    }
    wcab_search_close(search);
    if (code == WCAB_OK && run->count == 0)
        code = wci_error_set(err, WCAB_ERR_NOTFOUND, "not found on any indexed image");
    return code;
}

static int by_place(const void *a, const void *b)
{
    const struct target *x = a;
    const struct target *y = b;

    if (x->image != y->image)
        return x->image < y->image ? -1 : 1;
    if (x->container != y->container)
        return x->container < y->container ? -1 : 1;
    if (x->folder != y->folder)
        return x->folder < y->folder ? -1 : 1;
    return (x->entry.locator > y->entry.locator) - (x->entry.locator < y->entry.locator);
}

static bool share_folder(const struct target *a, const struct target *b)
{
    return a->image == b->image && a->container == b->container && a->folder == b->folder;
}

static enum wcab_err extract_all(struct extraction *run, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i = 0;

    qsort(run->targets, run->count, sizeof(*run->targets), by_place);
    while (code == WCAB_OK && i < run->count) {
        size_t end = i + 1;

        if (run->targets[i].folder == WCI_NONE) {
            code = extract_loose(run, &run->targets[i], err);
        } else {
            while (end < run->count && share_folder(&run->targets[i], &run->targets[end]))
                end++;
            code = extract_folder(run, &run->targets[i], end - i, err);
        }
        i = end;
    }
    return code;
}

enum wcab_err wcab_extract(struct wcab_catalog *catalog, const struct wcab_extract_options *options,
                           struct wcab_extract_result *result, struct wcab_error *err)
{
    struct extraction run = {
        .catalog = catalog, .options = options, .result = result, .folder = {.fd = -1}};
    struct wcab_error ignored;
    enum wcab_err code = WCAB_OK;

    memset(result, 0, sizeof(*result));
    if (err == NULL)
        err = &ignored;
    if (options->sizeof_options != sizeof(*options))
        return wci_error_set(err, WCAB_ERR_USAGE, "the options are not of this library's version");
    run.arena = wci_arena_new();
    run.buffer = malloc(READ_BYTES);
    if (run.arena == NULL || run.buffer == NULL)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        code = find_targets(&run, err);
    if (code == WCAB_OK)
        code = wci_handle_reader(catalog, false, &run.reader, err);
    if (code == WCAB_OK && options->folder != NULL)
        code = wci_output_folder_open(options->folder, &run.folder, err);
    if (code == WCAB_OK)
        code = extract_all(&run, err);
    wci_output_folder_close(&run.folder);
    free(run.targets);
    free(run.written);
    free(run.buffer);
    wci_arena_free(run.arena);
    return code;
}
