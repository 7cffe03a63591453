/*
 * index - wcab_index: images on the host to records in the catalog.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/catalog.h"
#include "catalog/load.h"
#include "core/chain.h"
#include "core/code_page.h"
#include "core/error.h"
#include "core/parallel.h"
#include "core/parts.h"
#include "core/paths.h"
#include "core/sized.h"
#include "core/url/url.h"
#include "indexer/items.h"
#include "indexer/name_pages.h"
#include "indexer/recognise/recognise_parts.h"
#include "indexer/scan.h"
#include "indexer/unread.h"
#include "jobs/index/neighbours.h"
#include "jobs/index/on_record.h"
#include "jobs/index/settle.h"
#include "jobs/index/shard.h"
#include "jobs/user_limits.h"
#include "media/bytes/fetch.h"
#include "profiles/profile.h"
#include "whichcab.h"

/* Images between two commits: a commit costs a flush to disk; what is lost by a crash is read anew.
 */
enum { IMAGES_PER_COMMIT = 256, SHARDS_MAX = 65535 };

struct run {
    const struct wcab_index_options *options;
    struct wci_limits limits; /* in effect */
    struct wcab_index_result *result;
    struct wci_store *store;
    struct wci_reader *reader; /* the catalog as it was at the start; NULL when it is new */
    struct wci_on_record on_record;
    struct wci_writer *writer; /* NULL in a dry run */
    char *catalog_path;        /* owned */
    struct wci_profile_list profiles;
    struct wci_recogniser *recogniser;
    struct wci_items items;
    struct wci_neighbours neighbours;
    size_t uncommitted;
    _Atomic uint64_t bytes_read;
    uint64_t images_done;
};

/* ---- telling ------------------------------------------------------------------------------ */

static void tell(struct run *run, struct wcab_index_event *event)
{
    if (run->options->on_event == NULL)
        return;
    event->images_done = run->images_done;
    event->images_total = run->items.count;
    event->bytes_read = run->bytes_read;
    run->options->on_event(run->options->context, event);
}

static void tell_fault(struct run *run, const char *image, const struct wcab_error *err)
{
    struct wcab_index_event event = {.kind = WCAB_INDEX_FAULT, .image = image, .error = err};

    run->result->faults++;
    tell(run, &event);
}

static void on_gather_fault(void *context, const struct wcab_error *err)
{
    struct run *run = context;

    run->result->images_failed++;
    tell_fault(run, NULL, err);
}

/* Copies as much as fits, always terminated. */
static void copy_text(char *to, size_t room, struct wci_bytes from)
{
    size_t length = from.length < room ? from.length : room - 1;

    if (length > 0)
        memcpy(to, from.data, length);
    to[length] = '\0';
}

static void tell_image_faults(struct run *run, const struct wci_image *image)
{
    uint32_t i;

    for (i = 0; i < image->fault_count; i++) {
        const struct wci_fault *fault = &image->faults[i];
        struct wcab_error err = {.code = (enum wcab_err)fault->code, .offset = fault->offset};

        copy_text(err.place, sizeof(err.place), fault->place);
        copy_text(err.text, sizeof(err.text), fault->text);
        wci_error_push_place(&err, image->path.data, image->path.length);
        tell_fault(run, image->path.data, &err);
    }
}

/* Counts and tells an image that was not stored anew. */
static void tell_known(struct run *run, const char *path)
{
    struct wcab_index_event event = {.kind = WCAB_INDEX_UNCHANGED, .image = path};

    event.from = wci_on_record_from(&run->on_record, path);
    run->images_done++;
    run->result->images_unchanged++;
    if (event.from != NULL) {
        event.kind = WCAB_INDEX_KNOWN_AGAIN;
        run->result->images_known_again++;
    }
    tell(run, &event);
}

static void put_identity(const struct wci_identity *identity, struct wcab_index_event *event)
{
    event->medium = identity->medium.length > 0 ? identity->medium.data : NULL;
    event->disk = identity->disk.length > 0 ? identity->disk.data : NULL;
    event->reason = identity->reason.length > 0 ? identity->reason.data : NULL;
    event->code_page = identity->code_page;
    event->code_page_reason = identity->code_page != 0 ? identity->code_page_reason.data : NULL;
}

/* Tells of a medium in an image, with the chain of containers down to it. */
static void tell_part(struct run *run, const struct wci_image *image, uint32_t number)
{
    const struct wci_part *part = &image->parts[number];
    struct wcab_index_event event = {.kind = WCAB_INDEX_PART, .image = image->path.data};
    struct wci_buffer chain;
    uint32_t i;

    wci_buffer_init(&chain);
    wci_chain_put(image, part->container, image->identity.code_page, &chain);
    wci_buffer_u8(&chain, 0);
    event.container = chain.ok ? (const char *)chain.data : NULL;
    put_identity(&part->identity, &event);
    for (i = part->container; i < wci_part_end(image, part->container); i++) {
        if (wci_part_of(image, i) == number && image->containers[i].kind != WCI_CONTAINER_CONTENTS)
            event.files += image->containers[i].entry_count;
    }
    tell(run, &event);
    wci_buffer_free(&chain);
}

static void tell_image(struct run *run, const struct wci_image *image)
{
    struct wcab_index_event event = {.kind = WCAB_INDEX_IMAGE, .image = image->path.data};
    struct wci_fetch_facts facts;
    uint32_t i;

    put_identity(&image->identity, &event);
    event.faults = image->fault_count + image->faults_dropped;
    if (wci_url_is(image->path) &&
        wci_fetch_look(run->options->fetch, image->path.data, &facts, NULL) == WCAB_OK)
        event.from = facts.moved_to;
    for (i = 0; i < image->container_count; i++) {
        if (image->containers[i].kind != WCI_CONTAINER_CONTENTS)
            event.files += image->containers[i].entry_count;
    }
    run->result->files += event.files;
    tell(run, &event);
    for (i = 0; i < image->part_count; i++)
        tell_part(run, image, i);
}

/* ---- what is on record -------------------------------------------------------------------- */

static enum wci_item_state state_of(void *context, const char *path, enum wci_item_kind kind,
                                    struct wci_image *stamp)
{
    struct run *run = context;

    return wci_on_record_state(&run->on_record, path, kind, stamp);
}

/* Marks images on record below a path as offline when they are gone, as there when they are back.
 */
struct presence {
    struct run *run;
    uint32_t *moved; /* owned: ids, ascending */
    size_t moved_count;
    struct wcab_error *err;
};

static bool is_among(const uint32_t *ids, size_t count, uint32_t id)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ids[low] == id;
}

static bool is_gone(const struct run *run, const char *path)
{
    struct wci_fetch_facts facts;

    if (wci_url_is(wci_bytes_of(path)))
        return wci_fetch_look(run->options->fetch, path, &facts, NULL) == WCAB_ERR_NOTFOUND;
    return access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static enum wcab_err check_presence(void *context, struct wci_bytes path,
                                    const struct wci_image_stamp *stamp)
{
    struct presence *presence = context;
    struct run *run = presence->run;
    struct wcab_index_event event = {.kind = WCAB_INDEX_OFFLINE};
    char *name;
    bool gone;
    enum wcab_err code = WCAB_OK;

    if (is_among(presence->moved, presence->moved_count, stamp->id))
        return WCAB_OK; /* it has another path */
    name = strndup(path.data, path.length);
    if (name == NULL)
        return wci_error_nomem(presence->err);
    gone = is_gone(run, name);
    if (gone && stamp->unread) { /* nothing is known of it that could be kept */
        free(name);
        return run->writer == NULL ? WCAB_OK
                                   : wci_writer_remove_image(run->writer, stamp->id, presence->err);
    }
    if (gone != stamp->offline && run->writer != NULL)
        code = wci_writer_set_offline(run->writer, stamp->id, gone, presence->err);
    if (gone) {
        run->result->images_offline++;
        event.image = name;
        tell(run, &event);
    }
    free(name);
    return code;
}

static enum wcab_err note_presence(struct run *run, struct wcab_error *err)
{
    struct presence presence = {.run = run, .err = err};
    enum wcab_err code =
        wci_on_record_moved_ids(&run->on_record, &presence.moved, &presence.moved_count, err);
    size_t i;

    for (i = 0; run->reader != NULL && code == WCAB_OK && i < run->options->path_count; i++) {
        char *absolute = wci_paths_absolute(run->options->paths[i]);

        if (absolute == NULL)
            code = wci_error_nomem(err);
        else
            code = wci_reader_each_stamp(run->reader, wci_bytes_of(absolute), check_presence,
                                         &presence, err);
        free(absolute);
    }
    free(presence.moved);
    return code;
}

/* ---- taking records ----------------------------------------------------------------------- */

static enum wcab_err refine(void *context, struct wci_image *image, struct wcab_error *err)
{
    const struct run *run = context;
    enum wcab_err code = wci_recognise_parts(run->recogniser, image, err);

    if (code == WCAB_OK)
        code = wci_name_pages_settle(image, &run->profiles, run->options->code_page, err);
    return code;
}

/* *kept: nothing in it was new. */
static enum wcab_err store_image(struct run *run, const struct wci_item *item,
                                 const struct wci_image *image, bool *kept, struct wcab_error *err)
{
    uint32_t id;
    enum wcab_err code;

    *kept = false;
    if (run->writer == NULL)
        return WCAB_OK;
    if (item->state == WCI_ITEM_TOUCHED)
        code = wci_writer_put_again(run->writer, image, kept, &id, err);
    else
        code = wci_writer_put_image(run->writer, image, &id, err);
    if (code == WCAB_OK) /* a copy may lie among the disks of another set than the original */
        code = wci_neighbours_remember(&run->neighbours, image, id, err);
    if (code == WCAB_OK && ++run->uncommitted >= IMAGES_PER_COMMIT) {
        code = wci_writer_commit(run->writer, err);
        run->uncommitted = 0;
    }
    return code;
}

static enum wcab_err take(void *context, const struct wci_item *item, struct wci_image *image,
                          struct wcab_error *err)
{
    struct run *run = context;
    bool kept;
    enum wcab_err code = store_image(run, item, image, &kept, err);

    if (code == WCAB_OK && kept) {
        tell_known(run, item->path);
    } else if (code == WCAB_OK) {
        run->images_done++;
        run->result->images_stored++;
        run->result->faults += image->faults_dropped;
        tell_image_faults(run, image);
        tell_image(run, image);
    }
    wci_image_free(image);
    return code;
}

/* Keeps that an item was not read, and why; what an earlier run read of it stays instead. */
static enum wcab_err store_unread(struct run *run, const struct wci_item *item,
                                  const struct wcab_error *why, struct wcab_error *err)
{
    struct wci_image_stamp stamp;
    struct wci_image *image;
    uint32_t id;
    enum wcab_err code;

    if (run->writer == NULL || !wci_unread_is_lasting(why))
        return WCAB_OK;
    code = wci_writer_stamp(run->writer, wci_bytes_of(item->path), &stamp, err);
    if (code == WCAB_OK && !stamp.unread)
        return WCAB_OK;
    if (code != WCAB_OK && code != WCAB_ERR_NOTFOUND)
        return code;
    code = wci_unread_record(item, why, &image, err);
    if (code != WCAB_OK)
        return code;
    code = wci_writer_put_image(run->writer, image, &id, err);
    wci_image_free(image);
    return code;
}

static enum wcab_err failed(void *context, const struct wci_item *item,
                            const struct wcab_error *why, struct wcab_error *err)
{
    struct run *run = context;
    struct wcab_error placed = *why;

    run->images_done++;
    run->result->images_failed++;
    run->result->images_unread++;
    wci_error_push_place(&placed, item->path, strlen(item->path));
    tell_fault(run, item->path, &placed);
    return store_unread(run, item, why, err);
}

static void count_known(struct run *run)
{
    size_t i;

    for (i = 0; i < run->items.count; i++) {
        enum wci_item_state state = run->items.items[i].state;

        if (state == WCI_ITEM_UNCHANGED || state == WCI_ITEM_KNOWN_AGAIN)
            tell_known(run, run->items.items[i].path);
    }
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum wcab_err gather_paths(struct run *run, struct wcab_error *err)
{
    struct wci_items_options options = {run, state_of, on_gather_fault, run->options->cancel,
                                        run->options->fetch};
    enum wcab_err code =
        wci_fetch_look_all(run->options->fetch, run->options->paths, run->options->path_count, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < run->options->path_count; i++) {
        size_t items = run->items.count;
        uint64_t failures = run->result->images_failed;

        code = wci_items_gather(run->options->paths[i], &options, &run->items, err);
        if (code == WCAB_OK && run->items.count == items &&
            run->result->images_failed == failures) {
            struct wcab_error nothing;

            wci_error_set(&nothing, WCAB_ERR_FORMAT, "nothing to index: no file in it");
            wci_error_push_place(&nothing, run->options->paths[i], strlen(run->options->paths[i]));
            on_gather_fault(run, &nothing);
        }
    }
    return code;
}

/* Whether any image has to be read: else the profiles are not worth loading. */
static bool has_work(const struct run *run)
{
    size_t i;

    for (i = 0; i < run->items.count; i++) {
        if (run->items.items[i].state == WCI_ITEM_NEW ||
            run->items.items[i].state == WCI_ITEM_TOUCHED)
            return true;
    }
    return false;
}

/* The user's own profiles: a folder that was named, or the one in the catalog's folder. */
static enum wcab_err load_user_profiles(struct run *run, struct wcab_error *err)
{
    const char *given = run->options->user_profiles;
    char *path = NULL;
    enum wcab_err code;

    if (given == NULL && asprintf(&path, "%s/profiles", run->catalog_path) < 0)
        return wci_error_nomem(err);
    code = wci_profile_load_folder(given != NULL ? given : path, &run->profiles, err);
    free(path);
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err load_profiles(struct run *run, struct wcab_error *err)
{
    char *installed = wci_paths_profiles(run->options->profiles);
    enum wcab_err code;

    if (installed == NULL)
        return wci_error_nomem(err);
    code = wci_profile_load_folder_with(installed, wci_parallel_threads(run->options->threads, 8),
                                        &run->profiles, err);
    free(installed);
    if (code == WCAB_OK)
        code = load_user_profiles(run, err);
    if (code == WCAB_OK)
        code = wci_recognise_prepare(&run->profiles, &run->recogniser, err);
    run->neighbours.profiles = &run->profiles;
    run->neighbours.recogniser = run->recogniser;
    return code;
}

/* Tables of contents are read of what no listing explains: they cost unpacking. */
static bool wants_tables(void *context, const struct wci_image *so_far)
{
    struct run *run = context;
    struct wci_match match;

    if (run->options->all_tables)
        return true;
    return wci_recognise_image(run->recogniser, so_far, &match, NULL) == WCAB_OK &&
           match.match < WCI_MATCH_NEAR;
}

static enum wcab_err scan_items(struct run *run, struct wcab_error *err)
{
    struct wci_walk_tables tables = {run, wants_tables, run->options->all_tables, NULL};
    enum wcab_err code;
    struct wci_scan_options options = {.threads =
                                           wci_parallel_threads(run->options->threads, UINT_MAX),
                                       .tables = &tables,
                                       .fetch = run->options->fetch,
                                       .limits = &run->limits,
                                       .bytes_read = &run->bytes_read,
                                       .cancel = run->options->cancel,
                                       .context = run,
                                       .refine = refine,
                                       .take = take,
                                       .failed = failed};

    tables.cache = wci_toc_cache_new();
    if (tables.cache == NULL)
        return wci_error_nomem(err);
    code = wci_scan(run->items.items, run->items.count, &options, err);
    wci_toc_cache_free(tables.cache);
    return code;
}

static enum wcab_err open_catalog(struct run *run, const char *catalog, struct wcab_error *err)
{
    enum wcab_err code;

    run->catalog_path = wci_paths_catalog(catalog);
    if (run->catalog_path == NULL)
        return wci_error_nomem(err);
    code =
        wci_store_open(run->catalog_path, run->options->dry_run ? WCI_STORE_READ : WCI_STORE_WRITE,
                       &run->store, err);
    if (run->options->dry_run)
        return code == WCAB_ERR_NOTFOUND ? WCAB_OK
               : code == WCAB_OK         ? wci_reader_open(run->store, &run->reader, err)
                                         : code;
    if (code == WCAB_OK)
        code = wci_writer_open(run->store, run->options->wait, run->options->cancel, &run->writer,
                               err);
    if (code == WCAB_OK) {
        wci_writer_set_in_pieces(run->writer);
        code = wci_reader_open(run->store, &run->reader, err);
    }
    return code;
}

/* Commits what was taken, also of a run that was stopped, and joins the sets. */
static enum wcab_err finish(struct run *run, struct wcab_error *err)
{
    enum wcab_err code;

    if (run->writer == NULL)
        return WCAB_OK;
    code = wci_writer_commit(run->writer, err);
    if (code != WCAB_OK || run->options->shards > 0)
        return code; /* the images of other shares have a say */
    if (run->options->settle)
        code = wci_neighbours_recall(&run->neighbours, run->writer, err);
    if (code == WCAB_OK)
        code = wci_neighbours_decide(&run->neighbours, run->writer, err);
    if (code == WCAB_OK)
        code = wci_settle_sets(run->writer, run->options->cancel, err);
    if (code == WCAB_OK)
        code = wci_writer_commit(run->writer, err);
    return code;
}

/* What was on record at the start is no longer asked for.  While it is held, nothing that is written
 * over can be used again, and the file grows with every commit. */
static void let_go(struct run *run)
{
    if (run->writer == NULL)
        return;
    wci_reader_close(run->reader);
    run->reader = NULL;
    run->on_record.options.reader = NULL;
}

static enum wcab_err index_paths(struct run *run, struct wcab_error *err)
{
    struct wcab_error finish_err;
    enum wcab_err code = gather_paths(run, err);
    enum wcab_err finished;

    wci_shard_keep(&run->items, run->options->shard, run->options->shards);
    if (code == WCAB_OK && run->writer != NULL)
        code = wci_on_record_apply(&run->on_record, run->writer, err);
    if (code == WCAB_OK)
        code = note_presence(run, err);
    if (code == WCAB_OK) {
        count_known(run);
        let_go(run);
        if (has_work(run) || run->options->settle)
            code = load_profiles(run, err);
        if (code == WCAB_OK && has_work(run))
            code = scan_items(run, err);
    }
    if (code != WCAB_OK && code != WCAB_ERR_CANCELLED)
        return code;
    finished = finish(run, &finish_err);
    if (code == WCAB_OK && finished != WCAB_OK) {
        code = finished;
        *err = finish_err;
    }
    return code;
}

static enum wcab_err begin_record(struct run *run, struct wcab_error *err)
{
    const struct wci_on_record_options options = {
        .reader = run->reader,
        .force = run->options->force,
        .code_page = run->options->code_page,
        .fetch = run->options->fetch,
        .limits = wci_user_limits_any(run->options->limits) ? &run->limits : NULL};

    return wci_on_record_init(&run->on_record, &options, err);
}

static void close_run(struct run *run)
{
    wci_reader_close(run->reader);
    wci_writer_close(run->writer);
    wci_store_close(run->store);
    wci_recognise_free(run->recogniser);
    wci_profile_list_free(&run->profiles);
    wci_items_free(&run->items);
    wci_on_record_free(&run->on_record);
    wci_neighbours_free(&run->neighbours);
    free(run->catalog_path);
}

static enum wcab_err do_index(const char *catalog, const struct wcab_index_options *options,
                              struct wcab_index_result *result, struct wcab_error *err)
{
    struct run run = {.options = options, .result = result};
    enum wcab_err code;

    if (options->path_count == 0 && !options->settle)
        return wci_error_set(err, WCAB_ERR_USAGE, "nothing to index was named");
    if (options->settle && (options->path_count > 0 || options->shards > 0 || options->dry_run))
        return wci_error_set(err, WCAB_ERR_USAGE, "what is on record is settled by itself");
    if (options->shard > options->shards || (options->shard == 0) != (options->shards == 0) ||
        options->shards > SHARDS_MAX)
        return wci_error_set(err, WCAB_ERR_USAGE, "there is no share %u of %u", options->shard,
                             options->shards);
    if (options->code_page != 0 && !wci_code_page_is_known(options->code_page))
        return wci_error_set(err, WCAB_ERR_USAGE, WCI_CODE_PAGE_UNKNOWN, options->code_page);
    if (wci_user_limits(options->limits, &run.limits, err) != WCAB_OK)
        return WCAB_ERR_USAGE;
    wci_items_init(&run.items);
    run.neighbours.arena = wci_arena_new();
    code = run.neighbours.arena == NULL ? wci_error_nomem(err) : open_catalog(&run, catalog, err);
    if (code == WCAB_OK)
        code = begin_record(&run, err);
    if (code == WCAB_OK)
        code = index_paths(&run, err);
    result->bytes_read = run.bytes_read;
    close_run(&run);
    return code;
}

enum wcab_err wcab_index(const char *catalog, const struct wcab_index_options *options,
                         struct wcab_index_result *result, struct wcab_error *err)
{
    struct wcab_index_options taken;
    struct wcab_limits limits;
    struct wcab_index_result made = {.images_stored = 0};
    struct wcab_error own;
    enum wcab_err code;

    wci_error_clear(&own);
    code = wci_sized_begin(result, &taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = wci_sized_check_names(taken.paths, taken.path_count, &own);
    if (code == WCAB_OK)
        code = wci_user_limits_take(&taken.limits, &limits, &own);
    if (code == WCAB_OK)
        code = do_index(catalog, &taken, &made, &own);
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
