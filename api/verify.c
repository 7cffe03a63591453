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
#include <unistd.h>

#include "catalog.h"
#include "chain.h"
#include "container_facts.h"
#include "dostime.h"
#include "elsewhere.h"
#include "error.h"
#include "graft.h"
#include "handle.h"
#include "known_digest.h"
#include "listing_check.h"
#include "mem.h"
#include "name_pages.h"
#include "parallel.h"
#include "parts.h"
#include "paths.h"
#include "same_bytes.h"
#include "settle.h"
#include "text.h"
#include "version.h"
#include "whichcab.h"

enum { THREADS_MAX = 64, CONTAINERS_PER_COMMIT = 512, LOST_MOST = 100000 };

struct piece {
    struct wci_copy_place place;
    uint32_t listing;
    bool last; /* of its image */
    /* A copy whose facts are on record when this piece is taken, and may be those of this one, too:
     * an earlier piece, or one that was verified before.  image WCI_NONE: none. */
    struct wci_copy_place like;
};

/* Where the containers of an image are since others were added. */
struct moved {
    uint32_t image, count;
    uint32_t *to; /* owned */
};

/* A file that is damaged or missing. */
struct lost {
    uint32_t image, container, row;
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
    uint32_t image_id, part;          /* part: of the image at hand, WCI_NONE: itself */
    uint64_t files, damaged, missing; /* of the current image */
    uint64_t listing_missing, listing_other, listing_extra;
    struct wcab_catalog *known;   /* published listings and profiles */
    struct wci_reader *published; /* borrowed from it; NULL when there is none */
    struct wcab_error *err;       /* of the call in which a check visits */
    struct lost *lost;            /* owned; at most LOST_MOST are kept */
    size_t lost_count, lost_capacity;
    struct wci_grafts grafts; /* of the current image, to be added to it */
    struct moved *moved;      /* images that containers were added to, each once for every time */
    size_t moved_count, moved_capacity;
    bool grafted; /* the current image: only the writer sees it as it is now */
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
    bool alike; /* the same bytes as the piece's `like`: nothing was decoded */
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

static struct wci_bytes medium_of(const struct run *run)
{
    return run->part == WCI_NONE ? run->image.medium : run->image.parts[run->part].medium;
}

static void set_image(struct run *run, struct wcab_verify_event *event)
{
    struct wci_bytes medium = medium_of(run), disk = run->image.disk;

    if (run->part != WCI_NONE)
        disk = run->image.parts[run->part].disk;
    event->image = run->image.path.data;
    event->medium = medium.length > 0 ? medium.data : NULL;
    event->disk = disk.length > 0 ? disk.data : NULL;
}

/* Tells an event about one file of the current image; `container` WCI_NONE: `event` has it. */
static enum wcab_err tell_of_file(struct run *run, uint32_t container, struct wci_name name,
                                  struct wcab_verify_event *event, struct wcab_error *err)
{
    struct wci_buffer chain, text;
    enum wcab_err code = WCAB_OK;

    wci_buffer_init(&chain);
    wci_buffer_init(&text);
    if (container != WCI_NONE) {
        run->part = wci_part_of(&run->image, container);
        wci_chain_put(&run->image, container, 0, &chain);
    }
    wci_buffer_u8(&chain, 0);
    (void)wci_text_to_utf8(name, 0, &text);
    wci_buffer_u8(&text, 0);
    if (chain.ok && text.ok) {
        if (container != WCI_NONE)
            event->container = (const char *)chain.data;
        event->name = (const char *)text.data;
        set_image(run, event);
        tell(run, event);
    } else {
        code = wci_error_nomem(err);
    }
    wci_buffer_free(&chain);
    wci_buffer_free(&text);
    return code;
}

static enum wcab_err tell_lost(struct run *run, const struct wci_container_facts *facts,
                               const struct wci_deep *deep, const struct wci_entry *entry,
                               struct wcab_error *err)
{
    struct wcab_error what;
    struct wcab_verify_event event = {
        .kind = deep->status == WCI_DEEP_MISSING ? WCAB_VERIFY_MISSING : WCAB_VERIFY_DAMAGED,
        .error = &what};

    wci_error_set_at(&what, (enum wcab_err)deep->code, deep->offset, "%.*s", (int)deep->text.length,
                     deep->text.data == NULL ? "" : deep->text.data);
    return tell_of_file(run, facts->container, entry->name, &event, err);
}

/* ---- the current image -------------------------------------------------------------------- */

static enum wcab_err switch_image(struct run *run, uint32_t image, struct wcab_error *err)
{
    if (run->image_id == image)
        return WCAB_OK;
    wci_arena_reset(run->arena);
    run->image_id = image;
    run->files = run->damaged = run->missing = 0;
    run->listing_missing = run->listing_other = run->listing_extra = 0;
    run->part = WCI_NONE;
    run->grafted = false;
    wci_grafts_clear(&run->grafts);
    return wci_reader_image(run->reader, image, run->arena, &run->image, &run->state, err);
}

/* The reader that sees the current image as it is. */
static enum wcab_err image_reader(struct run *run, struct wci_reader **reader,
                                  struct wcab_error *err)
{
    *reader = run->reader;
    return run->grafted ? wci_writer_reader(run->writer, reader, err) : WCAB_OK;
}

static enum wcab_err keep_lost(struct run *run, const struct wci_container_facts *facts,
                               uint32_t row, struct wcab_error *err)
{
    if (run->lost_count >= LOST_MOST)
        return WCAB_OK;
    if (!wci_mem_grow(&run->lost, run->lost_count, &run->lost_capacity, sizeof(*run->lost)))
        return wci_error_nomem(err);
    run->lost[run->lost_count++] = (struct lost){facts->image, facts->container, row};
    return WCAB_OK;
}

static enum wcab_err count_rows(struct run *run, const struct wci_container_facts *facts,
                                struct wcab_error *err)
{
    struct wci_reader *reader;
    struct wci_listing listing;
    enum wcab_err code = image_reader(run, &reader, err);
    uint32_t i;

    if (code == WCAB_OK)
        code = wci_reader_listing(reader, run->state.listings[facts->container], &listing, err);
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
            code = tell_lost(run, facts, deep, &entry, err);
        if (code == WCAB_OK)
            code = keep_lost(run, facts, i, err);
    }
    return code;
}

/* ---- what is known of the medium ---------------------------------------------------------- */

static void set_listed(const struct wci_entry *entry, struct wcab_listed *listed)
{
    listed->size_known = entry->name.bytes.length > 0 && !(entry->flags & WCI_ENTRY_SIZE_UNKNOWN);
    listed->size = listed->size_known ? entry->size : 0;
    (void)wci_dostime_format(entry->modified, listed->modified);
}

static enum wcab_err on_difference(void *context, const struct wci_listing_difference *what)
{
    struct run *run = context;
    bool gone = what->kind == WCI_LISTING_MISSING;
    struct wci_bytes cabinet = wci_arena_bytes(run->arena, what->cabinet);
    struct wcab_verify_event event = {.kind = WCAB_VERIFY_LISTING,
                                      .difference = (enum wcab_listing_difference)what->kind,
                                      .container = cabinet.data};

    if (gone)
        run->listing_missing++;
    else if (what->kind == WCI_LISTING_EXTRA)
        run->listing_extra++;
    else
        run->listing_other++;
    if (what->cabinet.length == 0)
        event.container = "";
    if (event.container == NULL)
        return wci_error_nomem(run->err);
    set_listed(&what->published, &event.published);
    set_listed(&what->found, &event.found);
    return tell_of_file(run, WCI_NONE, gone ? what->published.name : what->found.name, &event,
                        run->err);
}

/* What indexing could not read is lost as well, though nobody knows the names. */
static void tell_faults(struct run *run)
{
    uint32_t i;

    for (i = 0; i < run->image.fault_count; i++) {
        const struct wci_fault *fault = &run->image.faults[i];
        struct wcab_error what;
        struct wcab_verify_event event = {
            .kind = WCAB_VERIFY_FAULT, .container = "", .error = &what};

        wci_error_set_at(&what, (enum wcab_err)fault->code, fault->offset, "%.*s",
                         (int)fault->text.length, fault->text.data == NULL ? "" : fault->text.data);
        if (fault->place.length > 0)
            event.container = fault->place.data;
        set_image(run, &event);
        tell(run, &event);
    }
}

static enum wcab_err check_listing(struct run *run, bool *has_listing, struct wcab_error *err)
{
    struct wci_reader *reader;
    enum wcab_err code;

    if (run->published == NULL || medium_of(run).length == 0)
        return WCAB_OK;
    run->err = err;
    code = image_reader(run, &reader, err);
    if (code == WCAB_OK)
        code = wci_listing_check(reader, &run->image, &run->state, run->part, run->published,
                                 on_difference, run, err);
    *has_listing = *has_listing || code == WCAB_OK;
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err on_digest(void *context, struct wci_bytes file, bool matches)
{
    struct run *run = context;
    struct wcab_verify_event event = {
        .kind = WCAB_VERIFY_DIGEST, .matches = matches, .container = ""};

    if (matches)
        run->result->digests_equal++;
    else
        run->result->digests_other++;
    if (file.length > 0)
        return tell_of_file(run, WCI_NONE, wci_text_name_of(file), &event, run->err);
    set_image(run, &event);
    tell(run, &event);
    return WCAB_OK;
}

static enum wcab_err check_digests(struct run *run, struct wcab_error *err)
{
    const struct wci_profile *profile = NULL;
    struct wci_reader *reader;
    enum wcab_err code;

    if (medium_of(run).length == 0)
        return WCAB_OK;
    run->err = err;
    code = wci_handle_profile(run->known, medium_of(run), &profile, err);
    if (code == WCAB_OK)
        code = image_reader(run, &reader, err);
    if (code == WCAB_OK && profile != NULL)
        code = wci_known_digest_check(reader, run->image_id, &run->image, &run->state, run->part,
                                      profile, on_digest, run, err);
    return code;
}

/* Names equal copies of what is lost, now that all that was read is on record. */
static enum wcab_err tell_copies(struct run *run, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    wci_reader_close(run->reader);
    run->reader = NULL;
    code = wci_reader_open(run->store, &run->reader, err);
    run->image_id = WCI_NONE;
    for (i = 0; code == WCAB_OK && i < run->lost_count; i++) {
        const struct lost *lost = &run->lost[i];
        struct wcab_verify_event event = {.kind = WCAB_VERIFY_COPY};
        struct wci_elsewhere_file file = {
            .image = lost->image, .container = lost->container, .row = lost->row};
        struct wci_listing listing;
        struct wci_entry entry;
        struct wci_buffer text;

        code = switch_image(run, lost->image, err);
        if (code == WCAB_OK)
            code = wci_reader_listing(run->reader, run->state.listings[lost->container], &listing,
                                      err);
        if (code == WCAB_OK)
            code = wci_listing_row(&listing, lost->row, &entry, err);
        if (code != WCAB_OK)
            break;
        file.listing = listing.id;
        file.entry = &entry;
        wci_buffer_init(&text);
        wci_elsewhere_find(run->reader, &file, &text);
        if (text.size > 0) {
            wci_buffer_u8(&text, 0);
            event.elsewhere = (const char *)text.data;
            code = text.ok ? tell_of_file(run, lost->container, entry.name, &event, err)
                           : wci_error_nomem(err);
        }
        wci_buffer_free(&text);
    }
    return code;
}

static enum wcab_err end_image(struct run *run, bool skipped, struct wcab_error *err)
{
    struct wcab_verify_event event = {.kind = skipped ? WCAB_VERIFY_SKIPPED : WCAB_VERIFY_IMAGE};
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    /* the image itself, then each of its parts */
    for (i = 0; code == WCAB_OK && i <= run->image.part_count; i++) {
        run->part = i == 0 ? WCI_NONE : i - 1;
        code = check_listing(run, &event.has_listing, err);
        if (code == WCAB_OK && !skipped)
            code = check_digests(run, err);
    }
    run->part = WCI_NONE;
    if (code != WCAB_OK)
        return code;
    run->result->listing_missing += run->listing_missing;
    run->result->listing_other += run->listing_other;
    run->result->listing_extra += run->listing_extra;
    tell_faults(run);
    event.faults = (uint64_t)run->image.fault_count + run->image.faults_dropped;
    run->result->faults += event.faults;
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
    event.listing_missing = run->listing_missing;
    event.listing_other = run->listing_other;
    event.listing_extra = run->listing_extra;
    set_image(run, &event);
    tell(run, &event);
    return WCAB_OK;
}

/* ---- pieces ------------------------------------------------------------------------------- */

static struct wci_facts_options facts_options(struct run *run, struct wci_version_scan *versions)
{
    struct wci_facts_options options = {.decoder = (enum wci_decoder_choice)run->options->decoder,
                                        .md5_sha1 = run->options->md5_sha1,
                                        .versions = versions,
                                        .bytes = &run->bytes,
                                        .cancel = run->options->cancel};

    return options;
}

static void *work(void *context, unsigned thread, size_t index)
{
    struct run *run = context;
    const struct piece *piece = &run->pieces[index];
    struct thread *own = &run->threads[thread];
    struct wci_facts_options options = facts_options(run, own->versions);
    struct outcome *outcome = calloc(1, sizeof(*outcome));

    if (outcome == NULL)
        return NULL;
    if (piece->like.image != WCI_NONE)
        outcome->code = wci_same_bytes(own->reader, piece->listing, piece->like, piece->place,
                                       options.cancel, &outcome->alike, &outcome->err);
    if (outcome->code == WCAB_OK && !outcome->alike)
        outcome->code =
            wci_container_facts_find(own->reader, piece->place.image, piece->place.container,
                                     &options, &outcome->facts, &outcome->err);
    return outcome;
}

/* Where a container that is on record in the run's snapshot is now. */
static uint32_t moved_to(const struct run *run, struct wci_copy_place place)
{
    uint32_t container = place.container;
    size_t i;

    for (i = 0; i < run->moved_count; i++) {
        if (run->moved[i].image == place.image && container < run->moved[i].count)
            container = run->moved[i].to[container];
    }
    return container;
}

static uint32_t count_inside(const struct wci_image *image, uint32_t container)
{
    uint32_t count = 0, i;

    for (i = container + 1; i < image->container_count; i++)
        count += image->containers[i].parent == container;
    return count;
}

/* Whether more was found in the files of the piece's like than is on record of the piece. */
static enum wcab_err holds_more(struct run *run, struct wci_reader *view, const struct piece *piece,
                                bool *more, struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image like, own;
    struct wci_image_state state;
    uint32_t like_container = moved_to(run, piece->like);
    enum wcab_err code = arena == NULL ? wci_error_nomem(err) : WCAB_OK;
    size_t i;

    if (code == WCAB_OK)
        code = wci_reader_image(view, piece->like.image, arena, &like, &state, err);
    if (code == WCAB_OK)
        code = wci_reader_image(view, piece->place.image, arena, &own, &state, err);
    if (code == WCAB_OK)
        *more = count_inside(&like, like_container) != count_inside(&own, piece->place.container);
    /* the like may lie in the same image, whose grafts wait */
    for (i = 0; code == WCAB_OK && i < run->grafts.count; i++)
        *more = *more || (piece->like.image == run->image_id &&
                          run->grafts.items[i].container == like_container);
    wci_arena_free(arena);
    return code;
}

/* Facts of the piece's like for the piece.  *facts stays NULL when they say less than decoding the
 * piece itself would: something was damaged or missing there, its hashes are fewer, or files in it
 * hold containers that have to be found here, too. */
static enum wcab_err copy_facts(struct run *run, const struct piece *piece,
                                struct wci_container_facts **facts, struct wcab_error *err)
{
    struct wci_container_facts *made = NULL;
    struct wci_reader *view = NULL;
    struct wci_listing listing;
    bool more = false, usable;
    enum wcab_err code = wci_writer_reader(run->writer, &view, err);
    uint32_t i;

    if (code == WCAB_OK)
        code = holds_more(run, view, piece, &more, err);
    usable = !more;
    if (code == WCAB_OK)
        code = wci_reader_listing(view, piece->listing, &listing, err);
    if (code == WCAB_OK)
        code = wci_container_facts_new(piece->place.image, piece->place.container,
                                       listing.row_count, &made, err);
    for (i = 0; code == WCAB_OK && usable && i < made->count; i++) {
        struct wci_deep *deep = &made->rows[i];

        code = wci_reader_deep(view, piece->like.image, moved_to(run, piece->like), i, deep, err);
        if (code != WCAB_OK)
            break;
        usable = deep->status == WCI_DEEP_NONE ||
                 (deep->status == WCI_DEEP_OK && (deep->has_md5_sha1 || !run->options->md5_sha1));
        deep->version_text = wci_arena_bytes(made->arena, deep->version_text);
        if (deep->version_text.data == NULL)
            code = wci_error_nomem(err);
    }
    if (code != WCAB_OK || !usable)
        wci_container_facts_free(made);
    else
        *facts = made;
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* Completes the outcome of a piece that was not decoded. */
static enum wcab_err take_alike(struct run *run, const struct piece *piece, struct outcome *outcome,
                                struct wcab_error *err)
{
    struct wci_facts_options options;
    struct wci_version_scan *versions;
    enum wcab_err code = copy_facts(run, piece, &outcome->facts, err);

    if (code != WCAB_OK || outcome->facts != NULL)
        return code;
    versions = wci_version_scan_new();
    if (versions == NULL)
        return wci_error_nomem(err);
    options = facts_options(run, versions);
    code = wci_container_facts_find(run->reader, piece->place.image, piece->place.container,
                                    &options, &outcome->facts, err);
    wci_version_scan_free(versions);
    return code;
}

/* ---- what files of cabinets hold ---------------------------------------------------------- */

static enum wcab_err gather_grafts(struct run *run, struct wci_container_facts *facts,
                                   struct wcab_error *err)
{
    uint32_t part = wci_part_of(&run->image, facts->container);
    int code_page = part == WCI_NONE ? run->image.code_page : run->image.parts[part].code_page;
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < facts->inside_count; i++) {
        code = wci_name_pages_settle(facts->inside[i].image, NULL, code_page, err);
        if (code != WCAB_OK)
            return code;
        code = wci_grafts_add_take(&run->grafts, facts->container, facts->inside[i].row,
                                   facts->inside[i].image, err);
        facts->inside[i].image = NULL;
    }
    return code;
}

/* Counts and stores the facts of a container of the current image. */
static enum wcab_err store(struct run *run, struct wci_container_facts *facts,
                           struct wcab_error *err)
{
    enum wcab_err code = count_rows(run, facts, err);

    if (code == WCAB_OK)
        code = wci_writer_put_deep(run->writer, facts->image, facts->container, facts->rows,
                                   facts->count, err);
    if (code == WCAB_OK)
        code = gather_grafts(run, facts, err);
    run->uncommitted++;
    return code;
}

static enum wcab_err note_moved(struct run *run, struct wci_graft_result *result,
                                struct wcab_error *err)
{
    size_t i;

    if (!wci_mem_grow(&run->moved, run->moved_count, &run->moved_capacity, sizeof(*run->moved)))
        return wci_error_nomem(err);
    run->moved[run->moved_count++] =
        (struct moved){run->image_id, result->old_count, result->moved};
    for (i = 0; i < run->lost_count; i++) {
        if (run->lost[i].image == run->image_id)
            run->lost[i].container = result->moved[run->lost[i].container];
    }
    result->moved = NULL;
    return WCAB_OK;
}

/* Adds the grafts to the current image. */
static enum wcab_err graft(struct run *run, struct wci_graft_result *result, struct wcab_error *err)
{
    struct wci_reader *view;
    enum wcab_err code = wci_graft_store(run->writer, run->image_id, &run->grafts, result, err);

    wci_grafts_clear(&run->grafts);
    if (code == WCAB_OK)
        code = note_moved(run, result, err);
    if (code == WCAB_OK && result->joints)
        code = wci_settle_sets(run->writer, run->options->cancel, err);
    if (code == WCAB_OK)
        code = wci_writer_reader(run->writer, &view, err);
    run->grafted = true;
    return code == WCAB_OK
               ? wci_reader_image(view, run->image_id, run->arena, &run->image, &run->state, err)
               : code;
}

/* Reads the containers that were added, in this thread: they are few. */
static enum wcab_err read_added(struct run *run, const struct wci_graft_result *result,
                                struct wci_version_scan *versions, struct wcab_error *err)
{
    struct wci_facts_options options = facts_options(run, versions);
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < result->added_count; i++) {
        struct wci_container_facts *facts = NULL;
        struct wci_reader *view;

        code = wci_writer_reader(run->writer, &view, err);
        if (code == WCAB_OK)
            code = wci_container_facts_find(view, run->image_id, result->added[i], &options, &facts,
                                            err);
        if (code == WCAB_OK)
            code = store(run, facts, err);
        wci_container_facts_free(facts);
    }
    return code;
}

/* Adds what was found in files of the current image, and what is found in that, until there is
 * nothing new: each time lies deeper, and the depth has a limit. */
static enum wcab_err look_inside(struct run *run, struct wcab_error *err)
{
    struct wci_version_scan *versions = NULL;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && run->grafts.count > 0) {
        struct wci_graft_result result;

        if (versions == NULL)
            versions = wci_version_scan_new();
        if (versions == NULL)
            return wci_error_nomem(err);
        code = graft(run, &result, err);
        if (code == WCAB_OK)
            code = read_added(run, &result, versions, err);
        wci_graft_result_free(&result);
    }
    wci_version_scan_free(versions);
    return code;
}

/* The last container of the current image has been taken. */
static enum wcab_err complete_image(struct run *run, struct wcab_error *err)
{
    enum wcab_err code = look_inside(run, err);

    if (code == WCAB_OK)
        code = wci_writer_set_deep(run->writer, run->image_id, true, err);
    if (code == WCAB_OK)
        code = end_image(run, false, err);
    if (code == WCAB_OK && run->uncommitted >= CONTAINERS_PER_COMMIT) {
        run->uncommitted = 0;
        run->image_id = WCI_NONE;
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
    else if (outcome->alike)
        code = take_alike(run, &run->pieces[index], outcome, err);
    if (code == WCAB_OK)
        code = switch_image(run, outcome->facts->image, err);
    if (code == WCAB_OK)
        code = store(run, outcome->facts, err);
    if (code == WCAB_OK && run->pieces[index].last)
        code = complete_image(run, err);
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

static bool has_medium(const struct wci_image *image, struct wci_bytes medium)
{
    bool has = wci_bytes_equal(image->medium, medium);
    uint32_t i;

    for (i = 0; !has && i < image->part_count; i++)
        has = wci_bytes_equal(image->parts[i].medium, medium);
    return has;
}

/* Whether an image is one of the run's targets. */
static bool is_target(const struct run *run, const struct wci_image *image, bool *found)
{
    const struct wcab_verify_options *options = run->options;
    bool any = options->target_count == 0;
    size_t i;

    for (i = 0; i < options->target_count; i++) {
        char *absolute = wci_paths_absolute(options->targets[i]);
        bool hit = has_medium(image, wci_bytes_of(options->targets[i])) ||
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

static enum wcab_err add_pieces(struct run *run, uint32_t image)
{
    uint32_t containers = run->image.container_count, i;

    for (i = 0; i < containers; i++) {
        struct piece piece = {.place = {image, i},
                              .listing = WCI_NONE,
                              .last = i + 1 == containers,
                              .like = {WCI_NONE, WCI_NONE}};

        /* Volumes are read once in any case: comparing would cost as much. */
        if (run->image.containers[i].kind == WCI_CONTAINER_CABINET)
            piece.listing = run->state.listings[i];
        if (!wci_mem_grow(&run->pieces, run->piece_count, &run->piece_capacity,
                          sizeof(*run->pieces)))
            return WCAB_ERR_NOMEM;
        run->pieces[run->piece_count++] = piece;
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
        code = add_pieces(run, id);
        return code == WCAB_OK ? code : wci_error_nomem(choosing->err);
    }
    code = count_record(run, choosing->err);
    if (code == WCAB_OK)
        code = end_image(run, true, choosing->err);
    return code;
}

/* ---- pieces that may be alike -------------------------------------------------------------- */

static int by_listing(const void *a, const void *b)
{
    const struct piece *x = *(struct piece *const *)a;
    const struct piece *y = *(struct piece *const *)b;

    if (x->listing != y->listing)
        return x->listing < y->listing ? -1 : 1;
    return (x > y) - (x < y);
}

struct stored_like {
    struct run *run;
    struct piece *piece;
};

/* A copy that was verified before. */
static enum wcab_err on_stored(void *context, uint32_t image, uint32_t container)
{
    struct stored_like *stored = context;
    struct wci_deep deep;

    if (image == stored->piece->place.image || stored->piece->like.image != WCI_NONE)
        return WCAB_OK;
    if (wci_reader_deep(stored->run->reader, image, container, 0, &deep, NULL) == WCAB_OK)
        stored->piece->like = (struct wci_copy_place){image, container};
    return WCAB_OK;
}

/* Gives each piece of a listing the first one of the run as its like, and that one a copy that was
 * verified before. */
static enum wcab_err find_likes(struct run *run, struct wcab_error *err)
{
    struct piece **sorted = wci_mem_calloc(run->piece_count, sizeof(*sorted));
    enum wcab_err code = WCAB_OK;
    size_t i, first = 0;

    if (run->piece_count == 0)
        return WCAB_OK;
    if (sorted == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < run->piece_count; i++)
        sorted[i] = &run->pieces[i];
    qsort(sorted, run->piece_count, sizeof(struct piece *), by_listing);
    for (i = 0; code == WCAB_OK && i < run->piece_count; i++) {
        struct stored_like stored = {run, sorted[i]};

        if (sorted[i]->listing == WCI_NONE)
            break; /* the last ones */
        if (i > 0 && sorted[i]->listing == sorted[first]->listing) {
            sorted[i]->like = sorted[first]->place;
            continue;
        }
        first = i;
        if (!run->options->force)
            code = wci_reader_each_place(run->reader, sorted[i]->listing, on_stored, &stored, err);
    }
    free(sorted);
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

static void close_run(struct run *run)
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
    if (code == WCAB_OK)
        code = find_likes(run, err);
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
        code = tell_copies(run, err);
    result->bytes = run->bytes;
    close_run(run);
    free(run);
    return code;
}
