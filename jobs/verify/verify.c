/*
 * verify - wcab_verify: reads everything on record and stores what it found.
 *
 * The piece of work is a container: cabinets of one CD are decoded side by side.  Results are taken
 * in order; an image is marked as verified with its last container.  Of cabinets that equal each
 * other byte for byte only one is decoded, unless files of it turn out to hold further containers:
 * these are added to the image and read as well.
 */
#include <stdlib.h>
#include <string.h>

#include "core/parallel.h"
#include "core/paths.h"
#include "core/sized.h"
#include "jobs/index/settle.h"
#include "jobs/verify/verify_run.h"
#include "query/handle.h"

/* ---- readers ------------------------------------------------------------------------------ */

static enum wcab_err renew(struct wci_store *store, struct wci_reader **reader,
                           struct wcab_error *err)
{
    struct wci_reader *newer = NULL;
    enum wcab_err code = wci_reader_open(store, &newer, err);

    if (code != WCAB_OK)
        return code;
    wci_reader_close(*reader);
    *reader = newer;
    return WCAB_OK;
}

enum wcab_err wci_verify_committed(struct wci_verify_run *run, struct wcab_error *err)
{
    bool pinned;

    (void)pthread_mutex_lock(&run->renewing);
    run->commits++;
    pinned = run->pinned;
    (void)pthread_mutex_unlock(&run->renewing);
    return pinned ? WCAB_OK : renew(run->store, &run->reader, err);
}

void wci_verify_pin(struct wci_verify_run *run)
{
    (void)pthread_mutex_lock(&run->renewing);
    run->pinned = true;
    (void)pthread_mutex_unlock(&run->renewing);
}

static enum wcab_err renew_own(struct wci_verify_run *run, struct wci_verify_thread *own,
                               struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    (void)pthread_mutex_lock(&run->renewing);
    if (!run->pinned && own->commits != run->commits) {
        own->commits = run->commits;
        code = renew(run->store, &own->reader, err);
    }
    (void)pthread_mutex_unlock(&run->renewing);
    return code;
}

/* ---- pieces ------------------------------------------------------------------------------- */

static void *work(void *context, unsigned thread, size_t index)
{
    struct wci_verify_run *run = context;
    const struct wci_verify_piece *piece = &run->pieces[index];
    struct wci_verify_thread *own = &run->threads[thread];
    struct wci_facts_options options = wci_verify_facts_options(run, own->versions);
    struct wci_verify_outcome *outcome = calloc(1, sizeof(*outcome));

    if (outcome == NULL)
        return NULL;
    outcome->code = renew_own(run, own, &outcome->err);
    if (outcome->code == WCAB_OK && piece->like.image != WCI_NONE)
        outcome->code =
            wci_same_bytes(&(struct wci_copies){own->reader, piece->listing, piece->like,
                                                piece->place, options.cancel},
                           &outcome->alike, &outcome->err);
    if (outcome->code == WCAB_OK && !outcome->alike)
        outcome->code =
            wci_container_facts_find(own->reader, piece->place.image, piece->place.container,
                                     &options, &outcome->facts, &outcome->err);
    return outcome;
}

static enum wcab_err take(void *context, size_t index, void *result, struct wcab_error *err)
{
    struct wci_verify_run *run = context;
    struct wci_verify_outcome *outcome = result;
    struct wcab_verify_event progress = {.kind = WCAB_VERIFY_PROGRESS};
    enum wcab_err code;

    if (outcome == NULL)
        return wci_error_nomem(err);
    code = outcome->code;
    if (code != WCAB_OK)
        *err = outcome->err;
    else if (outcome->alike)
        code = wci_verify_inside_take_alike(run, &run->pieces[index], outcome, err);
    if (code == WCAB_OK)
        code = wci_verify_image_switch(run, outcome->facts->image, err);
    if (code == WCAB_OK)
        code = wci_verify_inside_store(run, outcome->facts, err);
    if (code == WCAB_OK && run->pieces[index].last)
        code = wci_verify_inside_complete(run, err);
    else if (code == WCAB_OK)
        wci_verify_image_tell(run, &progress);
    wci_container_facts_free(outcome->facts);
    free(outcome);
    return code;
}

static void discard(void *context, void *result)
{
    struct wci_verify_outcome *outcome = result;

    (void)context;
    wci_container_facts_free(outcome->facts);
    free(outcome);
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum wcab_err open_threads(struct wci_verify_run *run, struct wcab_error *err)
{
    unsigned wanted = wci_parallel_threads(run->options->threads, WCI_VERIFY_THREADS_MAX);
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && run->thread_count < wanted) {
        struct wci_verify_thread *thread = &run->threads[run->thread_count];

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

static enum wcab_err open_run(struct wci_verify_run *run, const char *catalog,
                              struct wcab_error *err)
{
    struct wcab_catalog_options known = {.sizeof_options = sizeof(known),
                                         .published = run->options->published};
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
        wci_store_set_fetch(run->store, run->options->fetch);
    if (code == WCAB_OK)
        code = wci_writer_open(run->store, run->options->wait, run->options->cancel, &run->writer,
                               err);
    if (code == WCAB_OK)
        code = wci_reader_open(run->store, &run->reader, err);
    /* Its own half, which is the catalog that is written here, is not opened. */
    if (code == WCAB_OK)
        code = wcab_catalog_open(catalog, &known, &run->known, err);
    if (code == WCAB_OK)
        code = wci_handle_reader(run->known, true, &run->published, err);
    return code;
}

static void close_run(struct wci_verify_run *run)
{
    unsigned i;
    size_t k;

    for (i = 0; i < run->thread_count; i++) {
        wci_version_scan_free(run->threads[i].versions);
        wci_reader_close(run->threads[i].reader);
    }
    free(run->pieces);
    free(run->lost);
    for (k = 0; k < run->moved_count; k++)
        free(run->moved[k].to);
    free(run->moved);
    wci_grafts_clear(&run->grafts);
    wcab_catalog_close(run->known);
    wci_reader_close(run->reader);
    wci_writer_close(run->writer);
    wci_store_close(run->store);
    wci_arena_free(run->arena);
}

static enum wcab_err do_verify(const char *catalog, const struct wcab_verify_options *options,
                               struct wcab_verify_result *result, struct wcab_error *err)
{
    struct wcab_error commit_err;
    struct wci_verify_run *run = calloc(1, sizeof(*run));
    struct wci_parallel parallel = {.context = run, .work = work, .take = take, .discard = discard};
    enum wcab_err code, committed;

    if (run == NULL)
        return wci_error_nomem(err);
    run->options = options;
    run->result = result;
    (void)pthread_mutex_init(&run->renewing, NULL);
    code = open_run(run, catalog, err);
    if (code == WCAB_OK)
        code = wci_verify_choice_images(run, err);
    if (code == WCAB_OK)
        code = wci_verify_choice_likes(run, err);
    if (code == WCAB_OK && run->piece_count > 0)
        code = open_threads(run, err);
    if (code == WCAB_OK && run->piece_count > 0) {
        run->image_id = WCI_NONE;
        parallel.threads = run->thread_count;
        code = wci_parallel_run(&parallel, run->piece_count, err);
    }
    if (code == WCAB_OK && run->moved_count > 0)
        code = wci_settle_sets(run->writer, options->cancel, err);
    if (run->writer != NULL) {
        committed = wci_writer_commit(run->writer, &commit_err);
        if (code == WCAB_OK && committed != WCAB_OK) {
            code = committed;
            *err = commit_err;
        }
    }
    if (code == WCAB_OK)
        code = wci_verify_image_tell_copies(run, err);
    if (code == WCAB_OK)
        code = wci_verify_contradictions(run, err);
    result->bytes = run->bytes;
    close_run(run);
    (void)pthread_mutex_destroy(&run->renewing);
    free(run);
    return code;
}

enum wcab_err wcab_verify(const char *catalog, const struct wcab_verify_options *options,
                          struct wcab_verify_result *result, struct wcab_error *err)
{
    struct wcab_verify_options taken;
    struct wcab_verify_result made = {.images = 0};
    struct wcab_error own;
    enum wcab_err code;

    wci_error_clear(&own);
    code = wci_sized_begin(result, &taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = wci_sized_check_names(taken.targets, taken.target_count, &own);
    if (code == WCAB_OK)
        code = do_verify(catalog, &taken, &made, &own);
    wci_sized_give(result, &made, sizeof(made));
    return wci_error_give(code, &own, err);
}
