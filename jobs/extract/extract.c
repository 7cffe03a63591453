/*
 * extract - wcab_extract: files out of indexed images.
 *
 * First every target is found, then they are sorted so that files of one folder (compression
 * stream) come together: a folder is decoded once, from its start, and cut into files on the way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/catalog.h"
#include "core/cancel.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "jobs/extract/output_file.h"
#include "media/cabinet/folder_files.h"
#include "query/handle.h"
#include "query/search.h"
#include "reopen/damage_list.h"
#include "reopen/elsewhere.h"
#include "reopen/folder_decode.h"
#include "reopen/folder_parts.h"
#include "reopen/loose_file.h"
#include "reopen/open_container.h"
#include "whichcab.h"

enum { SAME_NAME_MAX = 1000, RECENT_TARGETS = 8 };

struct extraction;
struct folder_run;

/* A file to take out.  Strings and entry lie in the extraction's arena. */
struct target {
    struct extraction *run;
    uint32_t image, container, listing, row;
    uint32_t folder; /* of the cabinet; WCI_NONE for a file of a volume */
    struct wci_entry entry;
    const char *name, *image_path, *cabinet;
    const char *missing; /* the disk to insert, when one that is needed is not there; else NULL */
    struct wci_output_file output;
    const struct folder_run *folder_run; /* while its folder is decoded */
    bool writing;
    bool failed;
    bool complete; /* all that it takes is there */
    const char *installed_as;
    bool installed_as_probable;
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
    const char **written; /* names given in this run, sorted not */
    size_t written_count, written_capacity;
    bool output_failed;    /* what is behind `options->folder` or `put` can't take more */
    const char *undecided; /* the last name that was told to be; one of the options' */
    uint64_t images;       /* on record: those that were searched */
    /* The container that the last loose file came from: what it had to unpack or copy is of use for
     * the next one.  NULL: none. */
    struct wci_opened *opened;
    uint32_t opened_image, opened_container;
};

/* ---- telling ------------------------------------------------------------------------------ */

static void tell(const struct target *target, struct wcab_extract_event *event)
{
    const struct wcab_extract_options *options = target->run->options;

    if (options->on_event == NULL)
        return;
    event->name = target->name;
    event->image = target->image_path;
    event->cabinet = target->cabinet;
    event->size = target->entry.size;
    event->installed_as = target->installed_as;
    event->installed_as_probable = target->installed_as_probable;
    options->on_event(options->context, event);
}

/* A failure of the output has nothing to do with the medium. */
static bool is_of_medium(const struct wcab_error *err)
{
    return err->code != WCAB_ERR_USAGE;
}

static void fail(struct target *target, const struct wcab_error *err)
{
    const struct wci_elsewhere_file file = {target->image, target->container, target->listing,
                                            target->row, &target->entry};
    struct wcab_extract_event event = {.kind = WCAB_EXTRACT_FAILED, .error = err};
    struct wci_buffer text;

    if (target->failed)
        return;
    target->failed = true;
    target->run->result->failed++;
    wci_buffer_init(&text);
    if (is_of_medium(err))
        wci_elsewhere_find(target->run->reader, &file, &text);
    if (text.size > 0) {
        wci_buffer_u8(&text, 0);
        event.elsewhere = text.ok ? (const char *)text.data : NULL;
    }
    tell(target, &event);
    wci_buffer_free(&text);
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
    code = wci_output_file_begin(&run->folder, target->entry.attributes & WCI_ATTRIBUTE_READONLY,
                                 &target->output, err);
    if (code != WCAB_OK)
        wci_error_push_place(err, run->options->folder, strlen(run->options->folder));
    target->writing = code == WCAB_OK;
    target->run->output_failed = code != WCAB_OK;
    return code;
}

static enum wcab_err put_target(struct target *target, const uint8_t *data, size_t size,
                                struct wcab_error *err)
{
    const struct wcab_extract_options *options = target->run->options;
    enum wcab_err code = WCAB_OK;

    if (wci_cancel_is_set(options->cancel))
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    if (target->writing)
        code = wci_output_file_put(&target->output, data, size, err);
    else if (options->folder == NULL && options->put != NULL) {
        code = options->put(options->context, data, size);
        if (code != WCAB_OK)
            wci_error_set(err, code, "the output was refused");
    }
    if (code != WCAB_OK) {
        target->run->output_failed = true;
        wci_error_push_place(err, target->name, strlen(target->name));
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

/* What is told about a file that came out, and under which name: a damaged one never gets the name
 * of a sound one. */
static const char *final_name(struct target *target, bool damaged)
{
    struct extraction *run = target->run;
    size_t size = strlen(target->name) + sizeof(".damaged");
    char *text;

    if (!damaged)
        return free_name(run, target->name);
    text = wci_arena_alloc(run->arena, size);
    if (text == NULL)
        return NULL;
    (void)snprintf(text, size, "%s.damaged", target->name);
    return free_name(run, text);
}

/* Gives the file its name.  USAGE was told and costs only this file. */
static enum wcab_err name_target(struct target *target, bool damaged, const char **name,
                                 struct wcab_error *err)
{
    struct extraction *run = target->run;
    const char *chosen = final_name(target, damaged);
    enum wcab_err code;

    if (chosen == NULL || !wci_mem_grow(&run->written, run->written_count, &run->written_capacity,
                                        sizeof(*run->written)))
        return wci_error_nomem(err);
    target->writing = false;
    code = wci_output_file_finish(&target->output, chosen, target->entry.modified,
                                  run->options->replace, err);
    if (code == WCAB_ERR_USAGE) /* there is one already: the others go on */
        fail(target, err);
    else if (code != WCAB_OK)
        run->output_failed = true;
    if (code != WCAB_OK)
        return code;
    run->written[run->written_count++] = chosen;
    *name = chosen;
    return WCAB_OK;
}

/* The file has come by.  Whether it is sound is known: `damages`, of which its own lie at
 * start .. start + size, say what is not, `reason` the first of them. */
static enum wcab_err end_target(struct target *target, const struct wcab_error *reason,
                                const struct wci_damage_list *damages, uint64_t start,
                                struct wcab_error *err)
{
    struct extraction *run = target->run;
    struct wcab_extract_event event = {
        .kind = reason != NULL ? WCAB_EXTRACT_SALVAGED : WCAB_EXTRACT_DONE, .error = reason};
    struct wcab_damaged_range *ranges = NULL;
    enum wcab_err code = WCAB_OK;

    if (target->failed || (reason != NULL && !run->options->salvage)) {
        if (target->writing)
            wci_output_file_cancel(&target->output);
        target->writing = false;
        if (reason != NULL)
            fail(target, reason);
        return WCAB_OK;
    }
    if (reason != NULL) {
        code = wci_damage_list_ranges(damages, start, target->entry.size, &ranges,
                                      &event.range_count, err);
        event.ranges = ranges;
        event.lost = wci_damage_list_lost(damages, start, target->entry.size);
    }
    if (code == WCAB_OK && target->writing)
        code = name_target(target, reason != NULL, &event.written, err);
    if (code == WCAB_OK) {
        run->result->bytes += target->entry.size;
        if (reason != NULL)
            run->result->salvaged++;
        else
            run->result->written++;
        tell(target, &event);
    }
    free(ranges);
    return code == WCAB_ERR_USAGE ? WCAB_OK : code;
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

/* Which disk is to be inserted, in the words of the set where they are known. */
static void missing_error(const struct target *target, struct wcab_error *err)
{
    const struct wcab_error *missing = &target->folder_run->missing;

    if (target->missing != NULL && missing->code == WCAB_ERR_NOTFOUND)
        wci_error_set(err, WCAB_ERR_NOTFOUND, "%s", target->missing);
    else
        *err = *missing;
}

/* Damage of a block is told before its last bytes come, so that all is known here. */
static enum wcab_err on_end(struct wci_folder_file *file, struct wcab_error *err)
{
    struct target *target = file->context;
    const struct wci_damage_list *damages = &target->folder_run->damages;
    const struct wci_damage *damage = wci_damage_list_find(damages, file->start, file->size);
    struct wcab_error reason;

    if (damage == NULL)
        return end_target(target, NULL, damages, file->start, err);
    if (target->folder_run->is_missing && damage->error.code == WCAB_ERR_NOTFOUND)
        missing_error(target, &reason);
    else
        wci_damage_list_error(damage, &reason);
    return end_target(target, &reason, damages, file->start, err);
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
            missing_error(target, &reason);
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
        code = wci_folder_decode(&parts, (enum wci_decoder_choice)run->options->decoder, &sink,
                                 &damages, err);
    if (code == WCAB_ERR_CANCELLED && folder->files.satisfied)
        code = WCAB_OK;
    if (code == WCAB_OK)
        code = wci_folder_files_end(&folder->files, err);
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
    if (code != WCAB_OK && (wci_error_ends_run(code) || run->output_failed)) {
        *err = broken;
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

static enum wcab_err on_loose(void *context, const uint8_t *data, size_t size,
                              struct wcab_error *err)
{
    struct target *target = context;

    return target->failed ? WCAB_OK : put_target(target, data, size, err);
}

static enum wcab_err read_loose(struct target *target, struct wci_source *source,
                                struct wcab_error *err)
{
    struct wci_byte_sink sink = {target, on_loose};
    struct wci_damage_list damages = {.damages = NULL};
    struct wci_damage_sink damage_sink = wci_damage_list_sink(&damages);
    enum wcab_err code = begin_target(target, err);

    if (code == WCAB_OK && !target->failed)
        code = wci_loose_file_read(source, &target->entry, &sink,
                                   target->run->options->salvage ? &damage_sink : NULL, err);
    if (code == WCAB_OK && damages.nomem)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        code = end_target(target, damages.count > 0 ? &damages.damages[0].error : NULL, &damages, 0,
                          err);
    wci_damage_list_free(&damages);
    return code;
}

/* Opens the target's container, unless the last target was in it, too. */
static enum wcab_err need_container(struct extraction *run, const struct target *target,
                                    struct wcab_error *err)
{
    enum wcab_err code;

    if (run->opened != NULL && run->opened_image == target->image &&
        run->opened_container == target->container)
        return WCAB_OK;
    wci_opened_close(run->opened);
    run->opened = NULL;
    code = wci_open_container(run->reader, target->image, target->container, &run->opened, err);
    if (code == WCAB_OK && run->options->salvage)
        wci_opened_salvage(run->opened);
    run->opened_image = target->image;
    run->opened_container = target->container;
    return code;
}

static enum wcab_err extract_loose(struct extraction *run, struct target *target,
                                   struct wcab_error *err)
{
    struct wci_source *source = NULL;
    enum wcab_err code = need_container(run, target, err);

    if (code == WCAB_OK)
        code = wci_opened_file(run->opened, &target->entry, &source, err);
    if (code == WCAB_OK)
        code = read_loose(target, source, err);
    if (code != WCAB_OK && !wci_error_ends_run(code) && !run->output_failed) {
        fail(target, err);
        code = WCAB_OK;
    }
    if (target->writing)
        wci_output_file_cancel(&target->output);
    target->writing = false;
    wci_source_close(source);
    return code;
}

/* ---- the run ------------------------------------------------------------------------------ */

/* The first disk needed that is not there, and how it was looked for. */
static const char *missing_text(const struct extraction *run, const struct wcab_answer *answer)
{
    char text[600], label[80] = "";
    size_t i;

    for (i = 0; i < answer->need_count && answer->needs[i].present; i++)
        ;
    if (i == answer->need_count)
        return NULL;
    if (answer->needs[i].volume_label != NULL)
        (void)snprintf(label, sizeof(label), ", volume label %.40s", answer->needs[i].volume_label);
    if (answer->needs[i].image != NULL)
        (void)snprintf(text, sizeof(text),
                       "insert %.120s, cabinet %.80s%s: its image %.200s is gone",
                       answer->needs[i].insert,
                       answer->needs[i].cabinet != NULL ? answer->needs[i].cabinet : "none", label,
                       answer->needs[i].image);
    else
        (void)snprintf(text, sizeof(text),
                       "insert %.120s, cabinet %.80s%s: none of the %llu images on record has it",
                       answer->needs[i].insert,
                       answer->needs[i].cabinet != NULL ? answer->needs[i].cabinet : "unknown",
                       label, (unsigned long long)run->images);
    return wci_arena_strdup(run->arena, text);
}

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
    target->row = found->row;
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
    target->missing = missing_text(run, answer);
    target->complete = answer->complete;
    if (answer->installed_as != NULL) {
        target->installed_as = wci_arena_strdup(run->arena, answer->installed_as);
        target->installed_as_probable = answer->installed_as_probable;
        ok = ok && target->installed_as != NULL;
    }
    target->cabinet =
        answer->cabinet == NULL ? NULL : wci_arena_strdup(run->arena, answer->cabinet);
    if (!ok || target->name == NULL || target->image_path == NULL)
        return wci_error_nomem(err);
    run->count++;
    return WCAB_OK;
}

/* The file of this name among those found last: the copies of a name come together. */
static struct target *find_kept(const struct extraction *run, const char *name)
{
    size_t i;

    for (i = run->count; i > 0 && run->count - i < RECENT_TARGETS; i--) {
        if (wci_text_equal_folded(wci_bytes_of(run->targets[i - 1].name), wci_bytes_of(name)))
            return &run->targets[i - 1];
    }
    return NULL;
}

/* Says that a name stands for different files, once. */
static void tell_undecided(struct extraction *run, const struct wcab_answer *answer)
{
    const struct wcab_extract_options *options = run->options;
    struct wcab_error told;
    struct wcab_extract_event event = {
        .kind = WCAB_EXTRACT_UNDECIDED, .name = answer->query, .error = &told};

    if (run->undecided != NULL && strcmp(run->undecided, answer->query) == 0)
        return;
    run->undecided = answer->query;
    run->result->undecided++;
    if (options->on_event == NULL)
        return;
    wci_error_set(
        &told, WCAB_ERR_USAGE,
        "different files are called that, and nothing tells which is meant: name one with "
        "its folder, choose a medium with -m, or take all with --all");
    options->on_event(options->context, &event);
}

/* Without `all` one copy of each name: the first whose parts are all there, else the first. */
static enum wcab_err keep_best(struct extraction *run, const struct wci_found *found,
                               const struct wcab_answer *answer, struct wcab_error *err)
{
    struct target *kept = run->options->search.all ? NULL : find_kept(run, answer->name);

    if (kept != NULL) {
        if (kept->complete || !answer->complete)
            return WCAB_OK;
        memmove(kept, kept + 1, (run->count - (size_t)(kept - run->targets) - 1) * sizeof(*kept));
        run->count--;
    } else if (answer->undecided) {
        tell_undecided(run, answer);
        return WCAB_OK;
    } else if (run->undecided != NULL && answer->query != NULL &&
               strcmp(run->undecided, answer->query) == 0) {
        return WCAB_OK; /* the choice is the user's */
    }
    return keep_target(run, found, answer, err);
}

static enum wcab_err count_images(struct extraction *run, struct wcab_error *err)
{
    struct wci_catalog_stats stats;
    enum wcab_err code;

    if (run->reader == NULL)
        return WCAB_OK;
    code = wci_reader_stats(run->reader, &stats, err);
    if (code == WCAB_OK)
        run->images = stats.images;
    return code;
}

/* Tells of one of the names, with what may be meant by it. */
static void tell_not_found(struct extraction *run, const char *query, const char *why,
                           const struct wcab_suggestion *suggestion)
{
    const struct wcab_extract_options *options = run->options;
    struct wcab_error told;
    struct wcab_extract_event event = {
        .kind = WCAB_EXTRACT_NOTFOUND, .name = query, .error = &told};
    size_t used, i;

    run->result->not_found++;
    if (options->on_event == NULL)
        return;
    wci_error_set(&told, WCAB_ERR_NOTFOUND, "%s", why);
    for (i = 0; suggestion != NULL && i < suggestion->name_count; i++) {
        used = strlen(told.text);
        (void)snprintf(told.text + used, sizeof(told.text) - used, "%s%s",
                       i == 0 ? "; is one of these meant? " : ", ", suggestion->names[i]);
    }
    options->on_event(options->context, &event);
}

/* Names without an answer, and (`have` false) those that only published listings know. */
static enum wcab_err tell_misses(struct extraction *run, struct wcab_search *search,
                                 const bool *have, struct wcab_error *err)
{
    const struct wcab_search_options *options = &run->options->search;
    const struct wcab_suggestion *suggestions = NULL;
    size_t count = 0, i, next = 0;
    enum wcab_err code = wcab_search_suggestions(search, &suggestions, &count, err);

    for (i = 0; code == WCAB_OK && i < options->name_count; i++) {
        const struct wcab_suggestion *miss = NULL;

        if (next < count && strcmp(suggestions[next].query, options->names[i]) == 0)
            miss = &suggestions[next++];
        if (miss != NULL)
            tell_not_found(run, options->names[i],
                           miss->elsewhere ? "not there; the name is known in other places"
                                           : "not found",
                           miss);
        else if (!have[i])
            tell_not_found(run, options->names[i],
                           "known from published listings only; no indexed image has it", NULL);
    }
    return code;
}

/* Which of the names an answer is for; answers come in their order. */
static void note_query(const struct wcab_search_options *options, const char *query, size_t *at,
                       bool *have)
{
    size_t i;

    for (i = 0; i < options->name_count; i++) {
        if (strcmp(options->names[*at], query) == 0) {
            have[*at] = true;
            return;
        }
        *at = (*at + 1) % options->name_count;
    }
}

static enum wcab_err find_targets(struct extraction *run, struct wcab_error *err)
{
    const struct wcab_search_options *options = &run->options->search;
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    bool *have;
    size_t at = 0;
    enum wcab_err code = wcab_search_open(run->catalog, options, &search, err);

    have = wci_mem_calloc(options->name_count + 1, sizeof(*have));
    if (code == WCAB_OK && have == NULL)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        wci_search_want_literal(search);
    while (code == WCAB_OK) {
        code = wcab_search_next(search, &answer, err);
        if (code != WCAB_OK || answer == NULL)
            break;
        if (answer->source != WCAB_SOURCE_INDEXED)
            continue;
        if (answer->query != NULL)
            note_query(options, answer->query, &at, have);
        code = keep_best(run, wci_search_found(search), answer, err);
    }
    if (code == WCAB_OK)
        code = tell_misses(run, search, have, err);
    wcab_search_close(search);
    free(have);
    if (code == WCAB_OK && run->count == 0 && run->result->undecided == 0)
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
    if (x->entry.locator != y->entry.locator)
        return x->entry.locator < y->entry.locator ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Puts the targets in the order of reading; a file that was asked for twice is one target. */
static void sort_targets(struct extraction *run)
{
    size_t kept = 0, i;

    if (run->count > 1)
        qsort(run->targets, run->count, sizeof(*run->targets), by_place);
    for (i = 0; i < run->count; i++) {
        if (kept == 0 || by_place(&run->targets[kept - 1], &run->targets[i]) != 0)
            run->targets[kept++] = run->targets[i];
    }
    run->count = kept;
}

static bool share_folder(const struct target *a, const struct target *b)
{
    return a->image == b->image && a->container == b->container && a->folder == b->folder;
}

static enum wcab_err extract_all(struct extraction *run, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i = 0;

    sort_targets(run);
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

/* NOTFOUND is kept for names that no image has. */
static enum wcab_err open_output(struct extraction *run, struct wcab_error *err)
{
    enum wcab_err code = wci_output_folder_open(run->options->folder, &run->folder, err);

    if (code == WCAB_ERR_NOTFOUND)
        code = err->code = WCAB_ERR_IO;
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
    if (run.arena == NULL)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        code = wci_handle_reader(catalog, false, &run.reader, err);
    if (code == WCAB_OK)
        code = count_images(&run, err);
    if (code == WCAB_OK)
        code = find_targets(&run, err);
    if (code == WCAB_OK && options->folder != NULL)
        code = open_output(&run, err);
    if (code == WCAB_OK)
        code = extract_all(&run, err);
    wci_opened_close(run.opened);
    wci_output_folder_close(&run.folder);
    free(run.targets);
    free(run.written);
    wci_arena_free(run.arena);
    return code;
}
