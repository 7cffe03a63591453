/*
 * index - wcab_index: images on the host to records in the catalog.
 */
#include <errno.h>
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
#include "core/parts.h"
#include "core/paths.h"
#include "indexer/items.h"
#include "indexer/name_pages.h"
#include "indexer/recognise_parts.h"
#include "indexer/scan.h"
#include "indexer/unread.h"
#include "jobs/index/settle.h"
#include "jobs/user_limits.h"
#include "profiles/profile.h"
#include "whichcab.h"

/* Images between two commits: a commit costs a flush to disk; what is lost by a crash is read anew.
 */
enum { IMAGES_PER_COMMIT = 256 };

/* What was recognised of an image, kept until its neighbours are known. */
struct recognised {
    uint32_t image, part;             /* WCI_NONE: the image itself */
    struct wci_bytes folder;          /* of the host; arena of the run */
    const struct wci_profile *medium; /* NULL when it is not known */
    bool several;
};

struct run {
    const struct wcab_index_options *options;
    struct wci_limits limits; /* in effect */
    struct wcab_index_result *result;
    struct wci_store *store;
    struct wci_reader *reader; /* the catalog as it was at the start; NULL when it is new */
    struct wci_writer *writer; /* NULL in a dry run */
    char *catalog_path;        /* owned */
    struct wci_profile_list profiles;
    struct wci_recogniser *recogniser;
    struct wci_arena *arena;
    struct wci_items items;
    struct recognised *recognised;
    size_t recognised_count, recognised_capacity;
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

/* Tells of a medium in an image, with the chain of containers down to it. */
static void tell_part(struct run *run, const struct wci_image *image, uint32_t number)
{
    const struct wci_part *part = &image->parts[number];
    struct wcab_index_event event = {.kind = WCAB_INDEX_PART, .image = image->path.data};
    struct wci_buffer chain;
    uint32_t i;

    wci_buffer_init(&chain);
    wci_chain_put(image, part->container, image->code_page, &chain);
    wci_buffer_u8(&chain, 0);
    event.container = chain.ok ? (const char *)chain.data : NULL;
    event.medium = part->medium.length > 0 ? part->medium.data : NULL;
    event.disk = part->disk.length > 0 ? part->disk.data : NULL;
    event.reason = part->reason.length > 0 ? part->reason.data : NULL;
    event.code_page = part->code_page;
    event.code_page_reason = part->code_page != 0 ? part->code_page_reason.data : NULL;
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
    uint32_t i;

    event.medium = image->medium.length > 0 ? image->medium.data : NULL;
    event.disk = image->disk.length > 0 ? image->disk.data : NULL;
    event.reason = image->reason.length > 0 ? image->reason.data : NULL;
    event.code_page = image->code_page;
    event.code_page_reason = image->code_page != 0 ? image->code_page_reason.data : NULL;
    event.faults = image->fault_count + image->faults_dropped;
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

static bool same_stamp(const struct wci_image_stamp *stamp, const struct wci_image *image)
{
    return stamp->size == image->size && stamp->mtime_ns == image->mtime_ns &&
           stamp->inode == image->inode && stamp->device == image->device;
}

/* Whether names that are not Unicode, if there are any, were read in the page that is asked for. */
static bool has_code_page(const struct wci_image *image, int asked)
{
    bool has = asked == 0 || image->code_page == 0 || image->code_page == asked;
    uint32_t i;

    for (i = 0; asked != 0 && i < image->part_count; i++)
        has = has && (image->parts[i].code_page == 0 || image->parts[i].code_page == asked);
    return has;
}

/* Whether the image on record was read as it is asked for now. */
static bool was_read_so(struct run *run, uint32_t id)
{
    bool limits = wci_user_limits_any(&run->options->limits);
    struct wci_arena *arena;
    struct wci_image image;
    struct wci_image_state state;
    bool same;

    if (!limits && run->options->code_page == 0)
        return true;
    arena = wci_arena_new();
    same = arena != NULL &&
           wci_reader_image(run->reader, id, arena, &image, &state, NULL) == WCAB_OK &&
           (!limits || wci_limits_equal(&image.limits, &run->limits)) &&
           has_code_page(&image, run->options->code_page);
    wci_arena_free(arena);
    return same;
}

static bool is_unchanged(void *context, const char *path, const struct wci_image *image)
{
    struct run *run = context;
    struct wci_image_stamp stamp;

    if (run->reader == NULL || run->options->force)
        return false;
    return wci_reader_stamp(run->reader, wci_bytes_of(path), &stamp, NULL) == WCAB_OK &&
           !stamp.unread && same_stamp(&stamp, image) && was_read_so(run, stamp.id);
}

/* Marks images on record below a path as offline when they are gone, as there when they are back.
 */
struct presence {
    struct run *run;
    struct wcab_error *err;
};

static enum wcab_err check_presence(void *context, struct wci_bytes path,
                                    const struct wci_image_stamp *stamp)
{
    struct presence *presence = context;
    struct run *run = presence->run;
    struct wcab_index_event event = {.kind = WCAB_INDEX_OFFLINE};
    char *name = strndup(path.data, path.length);
    bool gone;
    enum wcab_err code = WCAB_OK;

    if (name == NULL)
        return wci_error_nomem(presence->err);
    gone = access(name, F_OK) != 0 && errno == ENOENT;
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
    struct presence presence = {run, err};
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; run->reader != NULL && code == WCAB_OK && i < run->options->path_count; i++) {
        char *absolute = wci_paths_absolute(run->options->paths[i]);

        if (absolute == NULL)
            return wci_error_nomem(err);
        code = wci_reader_each_stamp(run->reader, wci_bytes_of(absolute), check_presence, &presence,
                                     err);
        free(absolute);
    }
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

/* Adds a slot for an image in `folder`, or for a part, whose neighbours are the image's others. */
static enum wcab_err add_recognised(struct run *run, struct wci_bytes folder, uint32_t id,
                                    uint32_t part, struct recognised **added,
                                    struct wcab_error *err)
{
    struct recognised *slot;

    if (!wci_mem_grow(&run->recognised, run->recognised_count, &run->recognised_capacity,
                      sizeof(*run->recognised)))
        return wci_error_nomem(err);
    slot = &run->recognised[run->recognised_count];
    slot->image = id;
    slot->part = part;
    slot->folder =
        run->recognised_count > 0 &&
                wci_bytes_equal(run->recognised[run->recognised_count - 1].folder, folder)
            ? run->recognised[run->recognised_count - 1].folder
            : wci_arena_bytes(run->arena, folder);
    if (slot->folder.data == NULL)
        return wci_error_nomem(err);
    *added = slot;
    run->recognised_count++;
    return WCAB_OK;
}

/* The medium of an image, or the one that all its parts are of; NULL when there is none. */
static const struct wci_profile *medium_of(const struct run *run, const struct wci_image *image)
{
    struct wci_bytes medium = image->medium;
    uint32_t i;

    if (medium.length == 0 && image->part_count > 0)
        medium = image->parts[0].medium;
    for (i = 1; image->medium.length == 0 && i < image->part_count; i++) {
        if (!wci_bytes_equal(image->parts[i].medium, medium) && !image->parts[i].several)
            return NULL;
    }
    return wci_profile_list_find(&run->profiles, medium);
}

/* Remembers what an image and its parts were recognised as, also that they may be several media. */
static enum wcab_err remember(struct run *run, const struct wci_image *image, uint32_t id,
                              struct wcab_error *err)
{
    struct recognised *slot;
    enum wcab_err code =
        add_recognised(run, wci_bytes_folder(image->path), id, WCI_NONE, &slot, err);
    uint32_t i;

    if (code != WCAB_OK)
        return code;
    slot->several = image->several;
    slot->medium = medium_of(run, image);
    for (i = 0; i < image->part_count; i++) {
        code = add_recognised(run, image->path, id, i, &slot, err);
        if (code != WCAB_OK)
            return code;
        slot->several = image->parts[i].several;
        slot->medium = wci_profile_list_find(&run->profiles, image->parts[i].medium);
    }
    return WCAB_OK;
}

/* Matches an image on record, or a part of it, again. */
static enum wcab_err match_again(struct run *run, struct wci_reader *reader,
                                 const struct recognised *open, struct wci_match *match,
                                 struct wcab_error *err)
{
    struct wci_image *image = wci_image_new();
    enum wcab_err code =
        image == NULL ? wci_error_nomem(err) : wci_load_image(reader, open->image, image, err);

    if (code == WCAB_OK)
        code = wci_recognise_part(run->recogniser, image, open->part, match, err);
    wci_image_free(image);
    return code;
}

static bool is_neighbour(const struct recognised *other, const struct recognised *open)
{
    return other->medium != NULL && wci_bytes_equal(other->folder, open->folder);
}

/* Lets the images of the same folder decide what an image is that may be several media. */
static enum wcab_err decide(struct run *run, struct wci_reader *reader,
                            const struct recognised *open, struct wcab_error *err)
{
    struct wci_match match, *around = NULL;
    const struct wci_match **neighbours = NULL;
    size_t count = 0, i;
    enum wcab_err code = match_again(run, reader, open, &match, err);

    if (code != WCAB_OK || match.match != WCI_MATCH_SEVERAL)
        return code;
    for (i = 0; i < run->recognised_count; i++)
        count += is_neighbour(&run->recognised[i], open);
    if (count == 0)
        return WCAB_OK;
    around = wci_mem_calloc(count, sizeof(*around));
    neighbours = wci_mem_calloc(count, sizeof(*neighbours));
    if (around == NULL || neighbours == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    count = 0;
    for (i = 0; i < run->recognised_count; i++) {
        if (!is_neighbour(&run->recognised[i], open))
            continue;
        around[count].match = WCI_MATCH_EXACT;
        around[count].medium = run->recognised[i].medium;
        neighbours[count] = &around[count];
        count++;
    }
    if (wci_recognise_settle(&match, neighbours, count))
        code = wci_writer_set_medium(run->writer, open->image, open->part, match.medium->id,
                                     match.disk, wci_bytes_of(match.reason), err);
out:
    free(around);
    free((void *)neighbours);
    return code;
}

static enum wcab_err decide_all(struct run *run, struct wcab_error *err)
{
    struct wci_reader *reader;
    enum wcab_err code = wci_writer_reader(run->writer, &reader, err);
    size_t i;

    for (i = 0; code == WCAB_OK && i < run->recognised_count; i++) {
        if (run->recognised[i].several)
            code = decide(run, reader, &run->recognised[i], err);
    }
    return code;
}

static enum wcab_err store_image(struct run *run, const struct wci_image *image,
                                 struct wcab_error *err)
{
    uint32_t id;
    enum wcab_err code;

    if (run->writer == NULL)
        return WCAB_OK;
    code = wci_writer_put_image(run->writer, image, &id, err);
    if (code == WCAB_OK)
        code = remember(run, image, id, err);
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
    enum wcab_err code = store_image(run, image, err);

    (void)item;
    if (code == WCAB_OK) {
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
    code = wci_reader_stamp(run->reader, wci_bytes_of(item->path), &stamp, err);
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

static void count_unchanged(struct run *run)
{
    size_t i;

    for (i = 0; i < run->items.count; i++) {
        struct wcab_index_event event = {.kind = WCAB_INDEX_UNCHANGED,
                                         .image = run->items.items[i].path};

        if (!run->items.items[i].unchanged)
            continue;
        run->images_done++;
        run->result->images_unchanged++;
        tell(run, &event);
    }
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum wcab_err gather_paths(struct run *run, struct wcab_error *err)
{
    struct wci_items_options options = {run, is_unchanged, on_gather_fault, run->options->cancel};
    enum wcab_err code = WCAB_OK;
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
        if (!run->items.items[i].unchanged)
            return true;
    }
    return false;
}

static unsigned thread_count(const struct wcab_index_options *options)
{
    long processors;

    if (options->threads > 0)
        return options->threads;
    processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors > 0 ? (unsigned)processors : 1;
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
    code = wci_profile_load_folder(installed, &run->profiles, err);
    free(installed);
    if (code == WCAB_OK)
        code = load_user_profiles(run, err);
    if (code == WCAB_OK)
        code = wci_recognise_prepare(&run->profiles, &run->recogniser, err);
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
    const struct wci_walk_tables tables = {run, wants_tables, run->options->all_tables};
    struct wci_scan_options options = {.threads = thread_count(run->options),
                                       .tables = &tables,
                                       .limits = &run->limits,
                                       .bytes_read = &run->bytes_read,
                                       .cancel = run->options->cancel,
                                       .context = run,
                                       .refine = refine,
                                       .take = take,
                                       .failed = failed};

    return wci_scan(run->items.items, run->items.count, &options, err);
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
    if (code == WCAB_OK)
        code = wci_reader_open(run->store, &run->reader, err);
    return code;
}

/* Commits what was taken, also of a run that was stopped, and joins the sets. */
static enum wcab_err finish(struct run *run, struct wcab_error *err)
{
    enum wcab_err code;

    if (run->writer == NULL)
        return WCAB_OK;
    code = wci_writer_commit(run->writer, err);
    if (code == WCAB_OK)
        code = decide_all(run, err);
    if (code == WCAB_OK)
        code = wci_settle_sets(run->writer, run->options->cancel, err);
    if (code == WCAB_OK)
        code = wci_writer_commit(run->writer, err);
    return code;
}

static enum wcab_err index_paths(struct run *run, struct wcab_error *err)
{
    struct wcab_error finish_err;
    enum wcab_err code = gather_paths(run, err);
    enum wcab_err finished;

    if (code == WCAB_OK)
        code = note_presence(run, err);
    if (code == WCAB_OK) {
        count_unchanged(run);
        if (has_work(run)) {
            code = load_profiles(run, err);
            if (code == WCAB_OK)
                code = scan_items(run, err);
        }
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

static void close_run(struct run *run)
{
    wci_reader_close(run->reader);
    wci_writer_close(run->writer);
    wci_store_close(run->store);
    wci_recognise_free(run->recogniser);
    wci_profile_list_free(&run->profiles);
    wci_items_free(&run->items);
    free(run->recognised);
    free(run->catalog_path);
    wci_arena_free(run->arena);
}

enum wcab_err wcab_index(const char *catalog, const struct wcab_index_options *options,
                         struct wcab_index_result *result, struct wcab_error *err)
{
    struct wcab_error ignored;
    struct run run = {.options = options, .result = result};
    enum wcab_err code;

    if (err == NULL)
        err = &ignored;
    memset(result, 0, sizeof(*result));
    if (options->sizeof_options < sizeof(*options) || options->path_count == 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "nothing to index was named");
    if (options->code_page != 0 && !wci_code_page_is_known(options->code_page))
        return wci_error_set(err, WCAB_ERR_USAGE, WCI_CODE_PAGE_UNKNOWN, options->code_page);
    if (wci_user_limits(&options->limits, &run.limits, err) != WCAB_OK)
        return WCAB_ERR_USAGE;
    wci_items_init(&run.items);
    run.arena = wci_arena_new();
    code = run.arena == NULL ? wci_error_nomem(err) : open_catalog(&run, catalog, err);
    if (code == WCAB_OK)
        code = index_paths(&run, err);
    result->bytes_read = run.bytes_read;
    close_run(&run);
    return code;
}
