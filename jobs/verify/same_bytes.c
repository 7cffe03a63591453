/*
 * same_bytes - see same_bytes.h.
 */
#include "jobs/verify/same_bytes.h"

#include <stdlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/error.h"
#include "reopen/folder_parts.h"
#include "reopen/open_container.h"

enum { PIECE_BYTES = 128 * 1024 };

struct comparing {
    const struct wci_copies *copies;
    uint8_t *buffer; /* two pieces */
};

static enum wcab_err compare_sources(const struct comparing *comparing, struct wci_source *a,
                                     struct wci_source *b, bool *same, struct wcab_error *err)
{
    uint64_t size = wci_source_size(a), at = 0;

    *same = size == wci_source_size(b);
    while (*same && at < size) {
        size_t piece = size - at < PIECE_BYTES ? (size_t)(size - at) : (size_t)PIECE_BYTES;

        if (wci_cancel_is_set(comparing->copies->cancel))
            return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
        *same =
            wci_source_read_at(a, at, comparing->buffer, piece, NULL) == WCAB_OK &&
            wci_source_read_at(b, at, comparing->buffer + PIECE_BYTES, piece, NULL) == WCAB_OK &&
            memcmp(comparing->buffer, comparing->buffer + PIECE_BYTES, piece) == 0;
        at += piece;
    }
    return WCAB_OK;
}

static enum wcab_err compare_containers(const struct comparing *comparing, bool *same,
                                        struct wcab_error *err)
{
    const struct wci_copies *copies = comparing->copies;
    struct wci_opened *opened_a = NULL, *opened_b = NULL;
    enum wcab_err code =
        wci_open_container(copies->reader, copies->a.image, copies->a.container, &opened_a, err);

    *same = false;
    if (code == WCAB_OK)
        code = wci_open_container(copies->reader, copies->b.image, copies->b.container, &opened_b,
                                  err);
    if (code == WCAB_OK)
        code = compare_sources(comparing, wci_opened_source(opened_a), wci_opened_source(opened_b),
                               same, err);
    wci_opened_close(opened_a);
    wci_opened_close(opened_b);
    return wci_error_ends_run(code) ? code : WCAB_OK;
}

/* The parts of one folder in the cabinets around each of the two copies. */
static enum wcab_err compare_parts(const struct comparing *comparing, uint32_t folder, bool *same,
                                   struct wcab_error *err)
{
    const struct wci_copies *copies = comparing->copies;
    struct wci_reader *reader = copies->reader;
    uint32_t listing = copies->listing;
    struct wci_folder_parts parts_a = {.arena = NULL}, parts_b = {.arena = NULL};
    enum wcab_err code = wci_folder_parts_find(reader, listing, folder, &parts_a, err);
    size_t i;

    if (code == WCAB_OK)
        code = wci_folder_parts_find(reader, listing, folder, &parts_b, err);
    if (code == WCAB_OK && parts_a.count > 1) {
        *same = wci_folder_parts_open(reader, copies->a.image, &parts_a, NULL) == WCAB_OK &&
                wci_folder_parts_open(reader, copies->b.image, &parts_b, NULL) == WCAB_OK &&
                parts_a.count == parts_b.count;
        for (i = 0; code == WCAB_OK && *same && i < parts_a.count; i++) {
            const struct wci_folder_part *x = &parts_a.parts[i];
            const struct wci_folder_part *y = &parts_b.parts[i];

            if (x->listing == listing || (x->image == y->image && x->container == y->container))
                continue; /* compared already, or one and the same */
            code = compare_sources(comparing, wci_opened_source(x->opened),
                                   wci_opened_source(y->opened), same, err);
        }
    }
    wci_folder_parts_free(&parts_a);
    wci_folder_parts_free(&parts_b);
    return code;
}

/* Only a cabinet's first and last folder go beyond it. */
static enum wcab_err compare_neighbours(const struct comparing *comparing, bool *same,
                                        struct wcab_error *err)
{
    const struct wci_copies *copies = comparing->copies;
    struct wci_arena *arena = wci_arena_new();
    struct wci_listing listing;
    struct wci_cab *cab = NULL;
    enum wcab_err code;

    if (arena == NULL)
        return wci_error_nomem(err);
    code = wci_reader_listing(copies->reader, copies->listing, &listing, err);
    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, arena, &cab, err);
    if (code == WCAB_OK && cab != NULL && cab->folder_count > 0)
        code = compare_parts(comparing, 0, same, err);
    if (code == WCAB_OK && cab != NULL && *same && cab->folder_count > 1)
        code = compare_parts(comparing, cab->folder_count - 1, same, err);
    wci_arena_free(arena);
    return code;
}

enum wcab_err wci_same_bytes(const struct wci_copies *copies, bool *same, struct wcab_error *err)
{
    struct comparing comparing = {copies, malloc((size_t)2 * PIECE_BYTES)};
    bool equal = false;
    enum wcab_err code = WCAB_OK;

    if (comparing.buffer == NULL)
        return wci_error_nomem(err);
    code = compare_containers(&comparing, &equal, err);
    if (code == WCAB_OK && equal)
        code = compare_neighbours(&comparing, &equal, err);
    free(comparing.buffer);
    if (code == WCAB_OK)
        *same = equal;
    return code;
}
