/*
 * verify_choice - which images are read, and which of their cabinets may be equal; see
 * verify_run.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/paths.h"
#include "jobs/verify/verify_run.h"
#include "profiles/profile.h"
#include "query/filter.h"

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
    bool has = wci_profile_is_medium(medium, image->identity.medium);
    uint32_t i;

    for (i = 0; !has && i < image->part_count; i++)
        has = wci_profile_is_medium(medium, image->parts[i].identity.medium);
    return has;
}

/* Whether an image is one of the run's targets. */
static bool is_target(const struct wci_verify_run *run, const struct wci_image *image, bool *found)
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
    struct wci_verify_run *run;
    bool *found;
    const char *only; /* not NULL: the image with this path, unless it is a target already */
    struct wcab_error *err;
};

static bool is_chosen(const struct choosing *choosing, const struct wci_image *image)
{
    bool target = is_target(choosing->run, image, choosing->found);

    return choosing->only == NULL
               ? target
               : !target && wci_bytes_equal(image->path, wci_bytes_of(choosing->only));
}

static enum wcab_err add_pieces(struct wci_verify_run *run, uint32_t image)
{
    uint32_t containers = run->image.container_count, i;

    for (i = 0; i < containers; i++) {
        struct wci_verify_piece piece = {.place = {image, i},
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
static enum wcab_err count_record(struct wci_verify_run *run, struct wcab_error *err)
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
            code = wci_verify_image_count(run, &facts, err);
    }
    return code;
}

static enum wcab_err choose(void *context, uint32_t id)
{
    struct choosing *choosing = context;
    struct wci_verify_run *run = choosing->run;
    struct wci_image_stamp stamp;
    enum wcab_err code = wci_verify_image_switch(run, id, choosing->err);

    if (code != WCAB_OK || run->image.kind == WCI_IMAGE_PUBLISHED ||
        !is_chosen(choosing, &run->image))
        return code;
    run->images_total++;
    code = wci_reader_stamp(run->reader, run->image.path, &stamp, choosing->err);
    if (code != WCAB_OK)
        return code;
    if (!stamp.unread && (!stamp.deep || run->options->force)) {
        code = add_pieces(run, id);
        return code == WCAB_OK ? code : wci_error_nomem(choosing->err);
    }
    code = count_record(run, choosing->err);
    if (code == WCAB_OK)
        code = wci_verify_image_end(run, true, choosing->err);
    return code;
}

/* ---- pieces that may be alike -------------------------------------------------------------- */

static int by_listing(const void *a, const void *b)
{
    const struct wci_verify_piece *x = *(struct wci_verify_piece *const *)a;
    const struct wci_verify_piece *y = *(struct wci_verify_piece *const *)b;

    if (x->listing != y->listing)
        return x->listing < y->listing ? -1 : 1;
    return (x > y) - (x < y);
}

struct stored_like {
    struct wci_verify_run *run;
    struct wci_verify_piece *piece;
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
enum wcab_err wci_verify_choice_likes(struct wci_verify_run *run, struct wcab_error *err)
{
    struct wci_verify_piece **sorted = wci_mem_calloc(run->piece_count, sizeof(*sorted));
    enum wcab_err code = WCAB_OK;
    size_t i, first = 0;

    if (run->piece_count == 0)
        return WCAB_OK;
    if (sorted == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < run->piece_count; i++)
        sorted[i] = &run->pieces[i];
    qsort(sorted, run->piece_count, sizeof(struct wci_verify_piece *), by_listing);
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

/* A target that is no image: one that leads into an image means that one. */
static enum wcab_err choose_around(struct choosing *choosing, const char *target)
{
    char *path = wci_paths_absolute(target);
    bool found = false;
    enum wcab_err code =
        path == NULL ? wci_error_nomem(choosing->err)
                     : wci_filter_find_around(choosing->run->reader, path, &found, choosing->err);

    choosing->only = path;
    if (code == WCAB_OK && found)
        code = wci_reader_each_image(choosing->run->reader, choose, choosing, choosing->err);
    else if (code == WCAB_OK)
        code = wci_error_set(choosing->err, WCAB_ERR_NOTFOUND,
                             "%s: no such image or medium is indexed", target);
    free(path);
    choosing->only = NULL;
    return code;
}

enum wcab_err wci_verify_choice_images(struct wci_verify_run *run, struct wcab_error *err)
{
    size_t targets = run->options->target_count;
    struct choosing choosing = {run, wci_mem_calloc(targets + 1, sizeof(bool)), NULL, err};
    enum wcab_err code;
    size_t i;

    if (choosing.found == NULL)
        return wci_error_nomem(err);
    code = wci_reader_each_image(run->reader, choose, &choosing, err);
    for (i = 0; code == WCAB_OK && i < targets; i++) {
        if (!choosing.found[i])
            code = choose_around(&choosing, run->options->targets[i]);
    }
    free(choosing.found);
    return code;
}
