/*
 * verify_inside - results of one container, and the containers that its files hold; see
 * verify_run.h.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/parts.h"
#include "indexer/name_pages.h"
#include "jobs/index/settle.h"
#include "jobs/verify/verify_run.h"

enum { CONTAINERS_PER_COMMIT = 512 };

struct wci_facts_options wci_verify_facts_options(struct wci_verify_run *run,
                                                  struct wci_version_scan *versions)
{
    struct wci_facts_options options = {.decoder = (enum wci_decoder_choice)run->options->decoder,
                                        .md5_sha1 = run->options->md5_sha1,
                                        .versions = versions,
                                        .bytes = &run->bytes,
                                        .cancel = run->options->cancel};

    return options;
}

/* Where a container that is on record in the run's snapshot is now. */
static uint32_t moved_to(const struct wci_verify_run *run, struct wci_copy_place place)
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
static enum wcab_err holds_more(struct wci_verify_run *run, struct wci_reader *view,
                                const struct wci_verify_piece *piece, bool *more,
                                struct wcab_error *err)
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

/* Whether facts of a row are those of the same row of an equal cabinet.  What goes on from a
 * cabinet that is not on record is missing in every copy. */
static enum wcab_err is_usable(const struct wci_verify_run *run, const struct wci_listing *listing,
                               uint32_t row, const struct wci_deep *deep, bool *usable,
                               struct wcab_error *err)
{
    struct wci_entry entry;
    enum wcab_err code = wci_listing_row(listing, row, &entry, err);

    if (code != WCAB_OK)
        return code;
    *usable = deep->status == WCI_DEEP_NONE ||
              (deep->status == WCI_DEEP_MISSING && entry.flags & WCI_ENTRY_CONTINUED) ||
              (deep->status == WCI_DEEP_OK && (deep->has_md5_sha1 || !run->options->md5_sha1));
    return WCAB_OK;
}

/* Facts of the piece's like for the piece.  *facts stays NULL when they say less than decoding the
 * piece itself would: something was damaged or missing there, its hashes are fewer, or files in it
 * hold containers that have to be found here, too. */
static enum wcab_err copy_facts(struct wci_verify_run *run, const struct wci_verify_piece *piece,
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
        code = is_usable(run, &listing, i, deep, &usable, err);
        deep->version_text = wci_arena_bytes(made->arena, deep->version_text);
        deep->text = wci_arena_bytes(made->arena, deep->text);
        if (code == WCAB_OK && (deep->version_text.data == NULL || deep->text.data == NULL))
            code = wci_error_nomem(err);
    }
    if (code != WCAB_OK || !usable)
        wci_container_facts_free(made);
    else
        *facts = made;
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* Completes the outcome of a piece that was not decoded. */
enum wcab_err wci_verify_inside_take_alike(struct wci_verify_run *run,
                                           const struct wci_verify_piece *piece,
                                           struct wci_verify_outcome *outcome,
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
    options = wci_verify_facts_options(run, versions);
    code = wci_container_facts_find(run->reader, piece->place.image, piece->place.container,
                                    &options, &outcome->facts, err);
    wci_version_scan_free(versions);
    return code;
}

/* ---- what files of cabinets hold ---------------------------------------------------------- */

static enum wcab_err gather_grafts(struct wci_verify_run *run, struct wci_container_facts *facts,
                                   struct wcab_error *err)
{
    uint32_t part = wci_part_of(&run->image, facts->container);
    int code_page = part == WCI_NONE ? run->image.identity.code_page
                                     : run->image.parts[part].identity.code_page;
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

/* What is not known of a file for the time being takes nothing from what was found before. */
static enum wcab_err keep_known(struct wci_verify_run *run, struct wci_container_facts *facts,
                                struct wcab_error *err)
{
    uint32_t i;

    if (facts->host.code != WCAB_OK && run->host.code == WCAB_OK)
        run->host = facts->host;
    run->passing = run->passing || facts->passing;
    if (run->grafted || (!facts->passing && facts->host.code == WCAB_OK))
        return WCAB_OK;
    for (i = 0; i < facts->count; i++) {
        struct wci_deep *deep = &facts->rows[i], known;
        enum wcab_err code;

        if (deep->status != WCI_DEEP_NONE && deep->status != WCI_DEEP_MISSING)
            continue;
        code = wci_reader_deep(run->reader, facts->image, facts->container, i, &known, err);
        if (code == WCAB_OK && (known.status == WCI_DEEP_OK || deep->status == WCI_DEEP_NONE))
            *deep = known;
        if (code != WCAB_OK && code != WCAB_ERR_NOTFOUND)
            return code;
    }
    return WCAB_OK;
}

/* Counts and stores the facts of a container of the current image. */
enum wcab_err wci_verify_inside_store(struct wci_verify_run *run, struct wci_container_facts *facts,
                                      struct wcab_error *err)
{
    enum wcab_err code = wci_verify_image_count(run, facts, err);

    if (code == WCAB_OK)
        code = keep_known(run, facts, err);
    if (code == WCAB_OK)
        code = wci_writer_put_deep(run->writer, facts->image, facts->container, facts->rows,
                                   facts->count, err);
    if (code == WCAB_OK)
        code = gather_grafts(run, facts, err);
    run->uncommitted++;
    return code;
}

static enum wcab_err note_moved(struct wci_verify_run *run, struct wci_graft_result *result,
                                struct wcab_error *err)
{
    size_t i;

    if (!wci_mem_grow(&run->moved, run->moved_count, &run->moved_capacity, sizeof(*run->moved)))
        return wci_error_nomem(err);
    run->moved[run->moved_count++] =
        (struct wci_verify_moved){run->image_id, result->old_count, result->moved};
    for (i = 0; i < run->lost_count; i++) {
        if (run->lost[i].image == run->image_id)
            run->lost[i].container = result->moved[run->lost[i].container];
    }
    result->moved = NULL;
    return WCAB_OK;
}

/* Adds the grafts to the current image. */
static enum wcab_err graft(struct wci_verify_run *run, struct wci_graft_result *result,
                           struct wcab_error *err)
{
    struct wci_reader *view;
    enum wcab_err code;

    wci_verify_pin(run);
    code = wci_graft_store(run->writer, run->image_id, &run->grafts, result, err);

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
static enum wcab_err read_added(struct wci_verify_run *run, const struct wci_graft_result *result,
                                struct wci_version_scan *versions, struct wcab_error *err)
{
    struct wci_facts_options options = wci_verify_facts_options(run, versions);
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
            code = wci_verify_inside_store(run, facts, err);
        wci_container_facts_free(facts);
    }
    return code;
}

/* Adds what was found in files of the current image, and what is found in that, until there is
 * nothing new: each time lies deeper, and the depth has a limit. */
static enum wcab_err look_inside(struct wci_verify_run *run, struct wcab_error *err)
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
enum wcab_err wci_verify_inside_complete(struct wci_verify_run *run, struct wcab_error *err)
{
    enum wcab_err code = look_inside(run, err);

    /* what the host did not hand out is tried again by the next run */
    if (code == WCAB_OK)
        code = wci_writer_set_deep(run->writer, run->image_id,
                                   run->host.code == WCAB_OK && !run->passing, err);
    if (code == WCAB_OK)
        code = wci_verify_image_end(run, false, err);
    if (code == WCAB_OK && run->uncommitted >= CONTAINERS_PER_COMMIT) {
        run->uncommitted = 0;
        run->image_id = WCI_NONE;
        code = wci_writer_commit(run->writer, err);
        if (code == WCAB_OK)
            code = wci_verify_committed(run, err);
    }
    return code;
}
