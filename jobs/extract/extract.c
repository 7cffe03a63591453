/*
 * extract - wcab_extract: files out of indexed images.
 *
 * First every target is found, then they are sorted so that files of one folder (compression
 * stream) come together: a folder is decoded once, from its start, and cut into files on the way.
 */
#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "core/sized.h"
#include "jobs/extract/extract_run.h"
#include "query/handle.h"
#include "reopen/folder_decode.h"
#include "reopen/folder_parts.h"
#include "reopen/loose_file.h"

/* ---- files of a cabinet's folder ---------------------------------------------------------- */

static enum wcab_err on_begin(struct wci_folder_file *file, struct wcab_error *err)
{
    return wci_extract_begin(file->context, err);
}

static enum wcab_err on_put(struct wci_folder_file *file, const uint8_t *data, size_t size,
                            struct wcab_error *err)
{
    return wci_extract_put(file->context, data, size, err);
}

/* What is wrong with the file, if anything.  Which disk is to be inserted is said in the words of
 * the set where they are known. */
static bool is_wrong(const struct wci_folder_take *take, const struct wci_folder_file *file,
                     struct wcab_error *why)
{
    const struct wci_target *target = file->context;
    bool missing = take->missing.code != WCAB_OK;
    enum wci_taken taken = wci_folder_take_outcome(take, file, why);

    if (missing && (taken == WCI_TAKEN_MISSING || !file->ended)) {
        if (target->missing != NULL && take->missing.code == WCAB_ERR_NOTFOUND)
            wci_error_set(why, WCAB_ERR_NOTFOUND, "%s", target->missing);
        else
            *why = take->missing;
    }
    return taken != WCI_TAKEN_WHOLE;
}

static enum wcab_err on_end(struct wci_folder_file *file, struct wcab_error *err)
{
    struct wci_target *target = file->context;
    struct wcab_error why;
    bool wrong = is_wrong(target->take, file, &why);

    return wci_extract_end(target, wrong ? &why : NULL, &target->take->damages, file->start, err);
}

/* The files that the folder ended before. */
static void fail_rest(const struct wci_folder_take *take)
{
    struct wcab_error why;
    size_t i;

    for (i = 0; i < take->count; i++) {
        if (!take->files[i].ended && is_wrong(take, &take->files[i], &why))
            wci_extract_fail(take->files[i].context, &why);
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

/* Opens the parts; why one of them is not there, if that is so.  What ends the run is returned. */
static enum wcab_err find_missing(struct wci_extraction *run, const struct wci_target *first,
                                  struct wci_folder_parts *parts, struct wcab_error *missing)
{
    enum wcab_err code = wci_folder_parts_open(run->reader, first->image, parts, missing);

    if (code != WCAB_OK)
        return wci_error_ends_run(code) ? code : WCAB_OK;
    missing->code = WCAB_OK; /* of copies that were tried before */
    if (!parts->begins || !parts->ends)
        name_missing(parts, missing);
    return WCAB_OK;
}

static enum wcab_err decode_targets(struct wci_extraction *run, const struct wci_target *first,
                                    struct wci_folder_take *take, struct wcab_error *err)
{
    struct wci_folder_parts *parts = &run->parts;
    enum wcab_err code;

    if (run->parts_image != first->image)
        wci_folder_parts_free(parts);
    run->parts_image = first->image;
    code = wci_folder_parts_turn(run->reader, first->listing, first->folder, parts, &take->broken);
    if (code == WCAB_OK) {
        code = find_missing(run, first, parts, &take->missing);
        return code == WCAB_OK ? wci_folder_decode(parts, take, err)
                               : wci_error_copy(err, &take->missing);
    }
    wci_folder_parts_free(parts);
    return wci_error_copy(err, &take->broken);
}

/* Takes out the targets first .. first + count - 1, which share a folder. */
static enum wcab_err extract_folder(struct wci_extraction *run, struct wci_target *first,
                                    size_t count, struct wcab_error *err)
{
    struct wci_folder_take take = {.count = count,
                                   .decoder = (enum wci_decoder_choice)run->options->decoder,
                                   .salvage = true,
                                   .begin = on_begin,
                                   .put = on_put,
                                   .end = on_end};
    enum wcab_err code;
    size_t i;

    take.files = wci_mem_calloc(count, sizeof(*take.files));
    if (take.files == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < count; i++) {
        first[i].take = &take;
        take.files[i].context = &first[i];
        take.files[i].start = first[i].entry.locator;
        take.files[i].size = first[i].entry.size;
    }
    code = decode_targets(run, first, &take, err);
    if (!wci_error_ends_run(code) && !run->output_failed) {
        fail_rest(&take);
        code = WCAB_OK;
    }
    for (i = 0; i < count; i++)
        wci_extract_drop(&first[i]);
    wci_folder_take_free(&take);
    free(take.files);
    return code;
}

/* ---- files of a volume -------------------------------------------------------------------- */

static enum wcab_err on_loose(void *context, const uint8_t *data, size_t size,
                              struct wcab_error *err)
{
    struct wci_target *target = context;

    return target->failed ? WCAB_OK : wci_extract_put(target, data, size, err);
}

static enum wcab_err read_loose(struct wci_target *target, struct wci_source *source,
                                struct wcab_error *err)
{
    struct wci_byte_sink sink = {target, on_loose};
    struct wci_damage_list damages = {.damages = NULL};
    struct wci_damage_sink damage_sink = wci_damage_list_sink(&damages);
    enum wcab_err code = wci_extract_begin(target, err);

    if (code == WCAB_OK && !target->failed)
        code = wci_loose_file_read(source, &target->entry, &sink,
                                   target->run->options->salvage ? &damage_sink : NULL, err);
    if (code == WCAB_OK && damages.nomem)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        code = wci_extract_end(target, damages.count > 0 ? &damages.damages[0].error : NULL,
                               &damages, 0, err);
    wci_damage_list_free(&damages);
    return code;
}

/* Opens the target's container, unless the last target was in it, too. */
static enum wcab_err need_container(struct wci_extraction *run, const struct wci_target *target,
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

static enum wcab_err extract_loose(struct wci_extraction *run, struct wci_target *target,
                                   struct wcab_error *err)
{
    struct wci_source *source = NULL;
    enum wcab_err code = need_container(run, target, err);

    if (code == WCAB_OK)
        code = wci_opened_file(run->opened, &target->entry, &source, err);
    if (code == WCAB_OK)
        code = read_loose(target, source, err);
    if (code != WCAB_OK && !wci_error_ends_run(code) && !run->output_failed) {
        wci_extract_fail(target, err);
        code = WCAB_OK;
    }
    wci_extract_drop(target);
    wci_source_close(source);
    return code;
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum wcab_err count_images(struct wci_extraction *run, struct wcab_error *err)
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

static bool share_folder(const struct wci_target *a, const struct wci_target *b)
{
    return a->image == b->image && a->container == b->container && a->folder == b->folder;
}

enum wcab_err wci_extract_targets(struct wci_extraction *run, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i = 0;

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
static enum wcab_err open_output(struct wci_extraction *run, struct wcab_error *err)
{
    enum wcab_err code = wci_output_folder_open(run->options->folder, &run->folder, err);

    if (code == WCAB_ERR_NOTFOUND)
        code = err->code = WCAB_ERR_IO;
    return code;
}

static enum wcab_err do_extract(struct wcab_catalog *catalog,
                                const struct wcab_extract_options *options,
                                struct wcab_extract_result *result, struct wcab_error *err)
{
    struct wci_extraction run = {
        .catalog = catalog, .options = options, .result = result, .folder = {.fd = -1}};
    enum wcab_err code = WCAB_OK;

    wci_hash_table_init(&run.written);
    run.arena = wci_arena_new();
    if (run.arena == NULL)
        code = wci_error_nomem(err);
    if (code == WCAB_OK)
        code = wci_handle_reader(catalog, false, &run.reader, err);
    if (code == WCAB_OK)
        code = count_images(&run, err);
    if (code == WCAB_OK)
        code = wci_extract_find_targets(&run, err);
    if (code == WCAB_OK && options->folder != NULL)
        code = open_output(&run, err);
    if (code == WCAB_OK)
        code = wci_extract_targets(&run, err);
    wci_folder_parts_free(&run.parts);
    wci_opened_close(run.opened);
    wci_output_folder_close(&run.folder);
    free(run.targets);
    wci_hash_table_free(&run.written);
    free(run.numbers);
    wci_arena_free(run.arena);
    return code;
}

enum wcab_err wcab_extract(struct wcab_catalog *catalog, const struct wcab_extract_options *options,
                           struct wcab_extract_result *result, struct wcab_error *err)
{
    struct wcab_extract_options taken;
    struct wcab_search_options search;
    struct wcab_extract_result made = {.written = 0};
    struct wcab_error own;
    enum wcab_err code;

    if (catalog == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_begin(result, &taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = wci_sized_take(&search, sizeof(search), taken.search, &own);
    if (code == WCAB_OK)
        code = wci_sized_check_names(search.names, search.name_count, &own);
    if (code == WCAB_OK) {
        taken.search = &search;
        code = do_extract(catalog, &taken, &made, &own);
    }
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
