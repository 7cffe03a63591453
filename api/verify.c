/*
 * verify - wcab_verify: reads everything on record and stores what it found.
 *
 * The piece of work is a container: cabinets of one CD are decoded side by side.  Results are taken
 * in order; an image is marked as verified with its last container.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog.h"
#include "chain.h"
#include "container_facts.h"
#include "error.h"
#include "mem.h"
#include "parallel.h"
#include "paths.h"
#include "text.h"
#include "version.h"
#include "whichcab.h"

enum { THREADS_MAX = 64, CONTAINERS_PER_COMMIT = 512 };

struct piece {
    uint32_t image, container;
    bool last; /* of its image */
};

/* What each thread has of its own. */
struct thread {
    struct wci_reader *reader;
    struct wci_version_scan *versions;
};

struct run {
    const struct wcab_verify_options *options;
    struct wcab_verify_result *result;
    struct wci_store *store;
    struct wci_reader *reader; /* of the calling thread */
    struct wci_writer *writer;
    struct wci_arena *arena; /* of the current image */
    struct wci_image image;  /* the one whose results are taken */
    struct wci_image_state state;
    uint32_t image_id;
    uint64_t files, damaged, missing; /* of the current image */
    struct piece *pieces;
    size_t piece_count, piece_capacity;
    uint64_t images_done, images_total;
    size_t uncommitted;
    struct thread threads[THREADS_MAX];
    unsigned thread_count;
    _Atomic uint64_t bytes;
};

/* The outcome of one piece. */
struct outcome {
    enum wcab_err code;
    struct wci_container_facts *facts;
    struct wcab_error err;
};

/* ---- telling ------------------------------------------------------------------------------ */

static void tell(struct run *run, struct wcab_verify_event *event)
{
    if (run->options->on_event == NULL)
        return;
    event->images_done = run->images_done;
    event->images_total = run->images_total;
    event->bytes = run->bytes;
    run->options->on_event(run->options->context, event);
}

static void set_image(struct run *run, struct wcab_verify_event *event)
{
    event->image = run->image.path.data;
    event->medium = run->image.medium.length > 0 ? run->image.medium.data : NULL;
    event->disk = run->image.disk.length > 0 ? run->image.disk.data : NULL;
}

static enum wcab_err tell_file(struct run *run, const struct wci_container_facts *facts,
                               const struct wci_deep *deep, const struct wci_entry *entry,
                               struct wcab_error *err)
{
    struct wcab_verify_event event = {
        .kind = deep->status == WCI_DEEP_MISSING ? WCAB_VERIFY_MISSING : WCAB_VERIFY_DAMAGED};
    struct wci_buffer chain, name;
    struct wcab_error what;
    enum wcab_err code = WCAB_OK;

    wci_buffer_init(&chain);
    wci_buffer_init(&name);
    wci_chain_put(&run->image, facts->container, 0, &chain);
    wci_buffer_u8(&chain, 0);
    (void)wci_text_to_utf8(entry->name, 0, &name);
    wci_buffer_u8(&name, 0);
    if (chain.ok && name.ok) {
        wci_error_set_at(&what, (enum wcab_err)deep->code, deep->offset, "%.*s",
                         (int)deep->text.length, deep->text.data == NULL ? "" : deep->text.data);
        event.container = (const char *)chain.data;
        event.name = (const char *)name.data;
        event.error = &what;
        set_image(run, &event);
        tell(run, &event);
    } else {
        code = wci_error_nomem(err);
    }
    wci_buffer_free(&chain);
    wci_buffer_free(&name);
    return code;
}

/* ---- the current image -------------------------------------------------------------------- */

static enum wcab_err switch_image(struct run *run, uint32_t image, struct wcab_error *err)
{
    if (run->image_id == image)
        return WCAB_OK;
    wci_arena_reset(run->arena);
    run->image_id = image;
    run->files = run->damaged = run->missing = 0;
    return wci_reader_image(run->reader, image, run->arena, &run->image, &run->state, err);
}

static enum wcab_err count_rows(struct run *run, const struct wci_container_facts *facts,
                                struct wcab_error *err)
{
    struct wci_listing listing;
    enum wcab_err code =
        wci_reader_listing(run->reader, run->state.listings[facts->container], &listing, err);
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < facts->count; i++) {
        const struct wci_deep *deep = &facts->rows[i];
        struct wci_entry entry;

        if (deep->status == 0)
            continue;
        run->files++;
        if (deep->status == WCI_DEEP_OK)
            continue;
        if (deep->status == WCI_DEEP_DAMAGED)
            run->damaged++;
        else
            run->missing++;
        code = wci_listing_row(&listing, i, &entry, err);
        if (code == WCAB_OK)
            code = tell_file(run, facts, deep, &entry, err);
    }
    return code;
}

static void end_image(struct run *run, bool skipped)
{
    struct wcab_verify_event event = {.kind = skipped ? WCAB_VERIFY_SKIPPED : WCAB_VERIFY_IMAGE};

    run->images_done++;
    run->result->files += run->files;
    run->result->damaged += run->damaged;
    run->result->missing += run->missing;
    if (skipped)
        run->result->skipped++;
    else
        run->result->images++;
    event.files = run->files;
    event.damaged = run->damaged;
    event.missing = run->missing;
    set_image(run, &event);
    tell(run, &event);
}

/* ---- pieces ------------------------------------------------------------------------------- */

static void *work(void *context, unsigned thread, size_t index)
{
    struct run *run = context;
    struct outcome *outcome = calloc(1, sizeof(*outcome));
    struct wci_facts_options options = {.md5_sha1 = run->options->md5_sha1,
                                        .versions = run->threads[thread].versions,
                                        .bytes = &run->bytes,
                                        .cancel = run->options->cancel};

    if (outcome != NULL)
        outcome->code = wci_container_facts_find(
            run->threads[thread].reader, run->pieces[index].image, run->pieces[index].container,
            &options, &outcome->facts, &outcome->err);
    return outcome;
}

static enum wcab_err store(struct run *run, const struct wci_container_facts *facts,
                           struct wcab_error *err)
{
    enum wcab_err code = wci_writer_put_deep(run->writer, facts->image, facts->container,
                                             facts->rows, facts->count, err);

    if (code == WCAB_OK && ++run->uncommitted >= CONTAINERS_PER_COMMIT) {
        run->uncommitted = 0;
        code = wci_writer_commit(run->writer, err);
    }
    return code;
}

static enum wcab_err take(void *context, size_t index, void *result, struct wcab_error *err)
{
    struct run *run = context;
    struct outcome *outcome = result;
    struct wcab_verify_event progress = {.kind = WCAB_VERIFY_PROGRESS};
    enum wcab_err code;

    if (outcome == NULL)
        return wci_error_nomem(err);
    code = outcome->code;
    if (code != WCAB_OK)
        *err = outcome->err;
    if (code == WCAB_OK)
        code = switch_image(run, outcome->facts->image, err);
    if (code == WCAB_OK)
        code = count_rows(run, outcome->facts, err);
    if (code == WCAB_OK)
        code = store(run, outcome->facts, err);
    if (code == WCAB_OK && run->pieces[index].last)
        end_image(run, false);
    else if (code == WCAB_OK)
        tell(run, &progress);
    wci_container_facts_free(outcome->facts);
    free(outcome);
    return code;
}

static void discard(void *context, void *result)
{
    struct outcome *outcome = result;

    (void)context;
    wci_container_facts_free(outcome->facts);
    free(outcome);
}

/* ---- which images ------------------------------------------------------------------------- */

static bool is_below(struct wci_bytes path, const char *folder)
{
    size_t length = strlen(folder);

    return path.length >= length && memcmp(path.data, folder, length) == 0 &&
           (path.length == length || path.data[length] == '/' ||
            (length > 0 && folder[length - 1] == '/'));
}

/* Whether an image is one of the run's targets. */
static bool is_target(const struct run *run, const struct wci_image *image, bool *found)
{
    const struct wcab_verify_options *options = run->options;
    bool any = options->target_count == 0;
    size_t i;

    for (i = 0; i < options->target_count; i++) {
        char *absolute = wci_paths_absolute(options->targets[i]);
        bool hit = wci_bytes_equal(image->medium, wci_bytes_of(options->targets[i])) ||
                   (absolute != NULL && is_below(image->path, absolute));

        free(absolute);
        found[i] = found[i] || hit;
        any = any || hit;
    }
    return any;
}

struct choosing {
    struct run *run;
    bool *found;
    struct wcab_error *err;
};

static enum wcab_err add_pieces(struct run *run, uint32_t image, uint32_t containers)
{
    uint32_t i;

    for (i = 0; i < containers; i++) {
        if (!wci_mem_grow(&run->pieces, run->piece_count, &run->piece_capacity,
                          sizeof(*run->pieces)))
            return WCAB_ERR_NOMEM;
        run->pieces[run->piece_count++] = (struct piece){image, i, i + 1 == containers};
    }
    return WCAB_OK;
}

/* The facts on record of an image that need not be read again. */
static enum wcab_err count_record(struct run *run, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t c, i;

    for (c = 0; code == WCAB_OK && c < run->image.container_count; c++) {
        struct wci_container_facts facts = {.image = run->image_id, .container = c};
        uint32_t rows = run->image.containers[c].entry_count;

        facts.count = rows;
        facts.rows = rows > 0 ? wci_arena_calloc(run->arena, rows, sizeof(*facts.rows)) : NULL;
        if (rows > 0 && facts.rows == NULL)
            return wci_error_nomem(err);
        for (i = 0; code == WCAB_OK && i < rows; i++) {
            code = wci_reader_deep(run->reader, run->image_id, c, i, &facts.rows[i], err);
            if (code == WCAB_ERR_NOTFOUND)
                code = WCAB_OK;
        }
        if (code == WCAB_OK)
            code = count_rows(run, &facts, err);
    }
    return code;
}

static enum wcab_err choose(void *context, uint32_t id)
{
    struct choosing *choosing = context;
    struct run *run = choosing->run;
    struct wci_image_stamp stamp;
    enum wcab_err code = switch_image(run, id, choosing->err);

    if (code != WCAB_OK || run->image.kind == WCI_IMAGE_PUBLISHED ||
        !is_target(run, &run->image, choosing->found))
        return code;
    run->images_total++;
    code = wci_reader_stamp(run->reader, run->image.path, &stamp, choosing->err);
    if (code != WCAB_OK)
        return code;
    if (!stamp.deep || run->options->force) {
        code = add_pieces(run, id, run->image.container_count);
        return code == WCAB_OK ? code : wci_error_nomem(choosing->err);
    }
    code = count_record(run, choosing->err);
    if (code == WCAB_OK)
        end_image(run, true);
    return code;
}

static enum wcab_err choose_images(struct run *run, struct wcab_error *err)
{
    size_t targets = run->options->target_count;
    struct choosing choosing = {run, wci_mem_calloc(targets + 1, sizeof(bool)), err};
    enum wcab_err code;
    size_t i;

    if (choosing.found == NULL)
        return wci_error_nomem(err);
    code = wci_reader_each_image(run->reader, choose, &choosing, err);
    for (i = 0; code == WCAB_OK && i < targets; i++) {
        if (!choosing.found[i])
            code = wci_error_set(err, WCAB_ERR_NOTFOUND, "%s: no such image or medium is indexed",
                                 run->options->targets[i]);
    }
    free(choosing.found);
    return code;
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum wcab_err open_threads(struct run *run, struct wcab_error *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned wanted = run->options->threads;
    enum wcab_err code = WCAB_OK;

    if (wanted == 0)
        wanted = processors > 0 ? (unsigned)processors : 1;
    if (wanted > THREADS_MAX)
        wanted = THREADS_MAX;
    while (code == WCAB_OK && run->thread_count < wanted) {
        struct thread *thread = &run->threads[run->thread_count];

        code = wci_reader_open(run->store, &thread->reader, err);
        if (code != WCAB_OK)
            break;
        thread->versions = wci_version_scan_new();
        run->thread_count++;
        if (thread->versions == NULL)
            code = wci_error_nomem(err);
    }
    return code;
}

static enum wcab_err open_run(struct run *run, const char *catalog, struct wcab_error *err)
{
    char *path = wci_paths_catalog(catalog);
    enum wcab_err code;

    run->arena = wci_arena_new();
    if (path == NULL || run->arena == NULL) {
        free(path);
        return wci_error_nomem(err);
    }
    run->image_id = WCI_NONE;
    code = wci_store_open(path, WCI_STORE_READ, &run->store, err); /* says so when there is none */
    wci_store_close(run->store);
    run->store = NULL;
    if (code == WCAB_OK)
        code = wci_store_open(path, WCI_STORE_WRITE, &run->store, err);
    free(path);
    if (code == WCAB_OK)
        code = wci_writer_open(run->store, run->options->wait, run->options->cancel, &run->writer,
                               err);
    if (code == WCAB_OK)
        code = wci_reader_open(run->store, &run->reader, err);
    return code;
}

static void close_run(struct run *run)
{
    unsigned i;

    for (i = 0; i < run->thread_count; i++) {
        wci_version_scan_free(run->threads[i].versions);
        wci_reader_close(run->threads[i].reader);
    }
    free(run->pieces);
    wci_reader_close(run->reader);
    wci_writer_close(run->writer);
    wci_store_close(run->store);
    wci_arena_free(run->arena);
}

enum wcab_err wcab_verify(const char *catalog, const struct wcab_verify_options *options,
                          struct wcab_verify_result *result, struct wcab_error *err)
{
    struct wcab_error ignored, commit_err;
    struct run *run = calloc(1, sizeof(*run));
    struct wci_parallel parallel = {.context = run, .work = work, .take = take, .discard = discard};
    enum wcab_err code, committed;

    memset(result, 0, sizeof(*result));
    if (err == NULL)
        err = &ignored;
    if (run == NULL)
        return wci_error_nomem(err);
    run->options = options;
    run->result = result;
    code = open_run(run, catalog, err);
    if (code == WCAB_OK)
        code = choose_images(run, err);
    if (code == WCAB_OK && run->piece_count > 0)
        code = open_threads(run, err);
    if (code == WCAB_OK && run->piece_count > 0) {
        run->image_id = WCI_NONE;
        parallel.threads = run->thread_count;
        code = wci_parallel_run(&parallel, run->piece_count, err);
    }
    if (run->writer != NULL) {
        committed = wci_writer_commit(run->writer, &commit_err);
        if (code == WCAB_OK && committed != WCAB_OK) {
            code = committed;
            *err = commit_err;
        }
    }
    result->bytes = run->bytes;
    close_run(run);
    free(run);
    return code;
}
