/*
 * cut - see cut.h.
 */
#include "jobs/index/cut.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/mem.h"
#include "indexer/join.h"
#include "reopen/folder_decode.h"

/* Whether a file goes on behind the cabinet: else no folder is cut, and contents say nothing. */
static bool is_crossed(const struct wci_listing *cabinet)
{
    uint32_t i;

    for (i = 0; i < cabinet->row_count; i++) {
        struct wci_entry entry;

        if (wci_listing_row(cabinet, i, &entry, NULL) == WCAB_OK &&
            entry.flags & WCI_ENTRY_CONTINUES)
            return true;
    }
    return false;
}

/* Whether a part of `listing` is where the parts should end; drops what was found behind it. */
static bool keep_up_to(struct wci_folder_parts *parts, uint32_t listing)
{
    size_t i;

    for (i = 0; i < parts->count; i++) {
        if (parts->parts[i].listing == listing) {
            parts->count = i + 1;
            return true;
        }
    }
    return false;
}

/* Adds the first folder of the cabinet that may follow. */
static enum wcab_err add_candidate(struct wci_reader *reader, uint32_t next,
                                   struct wci_folder_parts *parts)
{
    struct wci_listing listing;
    struct wci_folder_part *part;
    enum wcab_err code;

    if (!wci_mem_grow(&parts->parts, parts->count, &parts->capacity, sizeof(*parts->parts)))
        return WCAB_ERR_NOMEM;
    part = &parts->parts[parts->count];
    *part = (struct wci_folder_part){.listing = next};
    code = wci_reader_listing(reader, next, &listing, NULL);
    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, parts->arena, &part->cab, NULL);
    if (code == WCAB_OK && part->cab->folder_count == 0)
        code = WCAB_ERR_CORRUPT;
    if (code == WCAB_OK)
        parts->count++;
    return code;
}

static enum wcab_err find_parts(struct wci_reader *reader, uint32_t listing, uint32_t next,
                                struct wci_folder_parts *parts)
{
    struct wci_listing cabinet;
    struct wci_arena *arena = wci_arena_new();
    struct wci_cab *cab;
    enum wcab_err code =
        arena == NULL ? WCAB_ERR_NOMEM : wci_reader_listing(reader, listing, &cabinet, NULL);

    if (code == WCAB_OK)
        code = wci_listing_cab(&cabinet, arena, &cab, NULL);
    if (code == WCAB_OK && (cab->folder_count == 0 || !is_crossed(&cabinet)))
        code = WCAB_ERR_NOTFOUND;
    if (code == WCAB_OK)
        code = wci_folder_parts_find(reader, listing, cab->folder_count - 1, parts, NULL);
    wci_arena_free(arena);
    if (code == WCAB_OK && (!parts->begins || !keep_up_to(parts, listing)))
        code = WCAB_ERR_NOTFOUND;
    if (code == WCAB_OK)
        code = add_candidate(reader, next, parts);
    return code;
}

static enum wcab_err on_first_place(void *context, uint32_t image, uint32_t container)
{
    uint32_t *first = context;

    (void)container;
    if (*first == WCI_NONE)
        *first = image;
    return WCAB_OK;
}

static int judge(const struct wci_folder_parts *parts)
{
    struct wci_cab_folder_options options = {.up_to_last_join = true};
    struct wci_cab_folder_reader *reader = NULL;
    struct wci_block_reader blocks;
    enum wci_block_fit fit = WCI_BLOCK_FIT_UNKNOWN;
    enum wcab_err code = wci_folder_blocks_open(parts, &options, &reader, NULL);

    if (code == WCAB_OK) {
        blocks = wci_cab_folder_blocks(reader);
        code = wci_decode_last_block_fits(wci_cab_folder_type(reader), &blocks, &fit, NULL);
        wci_cab_folder_close(reader);
    }
    if (code != WCAB_OK || fit == WCI_BLOCK_FIT_UNKNOWN)
        return WCI_JOIN_UNKNOWN;
    return fit == WCI_BLOCK_FIT_YES ? WCI_JOIN_YES : WCI_JOIN_NO;
}

int wci_cut_fits(struct wci_reader *reader, uint32_t listing, uint32_t next)
{
    struct wci_folder_parts parts = {.arena = NULL};
    uint32_t near_image = WCI_NONE;
    int verdict = WCI_JOIN_UNKNOWN;
    enum wcab_err code = wci_reader_each_place(reader, listing, on_first_place, &near_image, NULL);

    if (code == WCAB_OK && near_image != WCI_NONE)
        code = find_parts(reader, listing, next, &parts);
    if (code == WCAB_OK && near_image != WCI_NONE &&
        wci_folder_parts_open(reader, near_image, &parts, NULL) == WCAB_OK)
        verdict = judge(&parts);
    wci_folder_parts_free(&parts);
    return verdict;
}
