/*
 * tails - see tails.h.
 */
#include "query/answer/tails.h"

#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"

/* An entry of a cabinet. */
struct piece {
    uint32_t listing;
    const struct wci_entry *entry;
};

struct place {
    uint16_t set_id, index;
};

static enum wcab_err place_of(struct wci_reader *reader, uint32_t listing_id, struct place *place,
                              struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_listing listing;
    struct wci_cab *cab;
    enum wcab_err code;

    if (arena == NULL)
        return wci_error_nomem(err);
    code = wci_reader_listing(reader, listing_id, &listing, err);
    if (code == WCAB_OK)
        code = wci_listing_cab(&listing, arena, &cab, err);
    if (code == WCAB_OK)
        *place = (struct place){cab->set_id, cab->index};
    wci_arena_free(arena);
    return code;
}

/* What costs no reading. */
static bool look_alike(const struct wci_entry *head, const struct wci_entry *tail)
{
    return head->flags & WCI_ENTRY_CONTINUES && tail->flags & WCI_ENTRY_CONTINUED &&
           head->size == tail->size && head->locator == tail->locator &&
           head->modified == tail->modified &&
           wci_text_equal_folded(head->name.bytes, tail->name.bytes);
}

/* Whether `tail`, an entry that began in an earlier cabinet, is a later part of the file that
 * begins as `head`: *steps gets how many cabinets lie between their numbers, at
 * least 1, or 0 when it is not. CORRUPT, IO, NOMEM. */
static enum wcab_err is_tail_of(struct wci_reader *reader, struct piece head, struct piece tail,
                                uint32_t *steps, struct wcab_error *err)
{
    struct place before = {0, 0}, behind = {0, 0};
    enum wcab_err code;

    *steps = 0;
    if (!look_alike(head.entry, tail.entry))
        return WCAB_OK;
    code = place_of(reader, head.listing, &before, err);
    if (code == WCAB_OK)
        code = place_of(reader, tail.listing, &behind, err);
    if (code == WCAB_ERR_NOTFOUND)
        return WCAB_OK; /* no cabinet */
    if (code == WCAB_OK && before.set_id == behind.set_id && before.index < behind.index &&
        behind.index - before.index < WCI_LIMIT_SET_CABINETS)
        *steps = (uint32_t)(behind.index - before.index);
    return code;
}

/* ---- the next part ------------------------------------------------------------------------ */

struct tail_search {
    struct wci_reader *reader;
    struct piece file;
    uint32_t best, steps;
    struct wcab_error *err;
};

static enum wcab_err on_hit(void *context, uint32_t listing_id, uint32_t row)
{
    struct tail_search *search = context;
    struct wci_listing listing;
    struct wci_entry entry;
    uint32_t steps = 0;
    enum wcab_err code = wci_reader_listing(search->reader, listing_id, &listing, search->err);

    if (code == WCAB_OK)
        code = wci_listing_row(&listing, row, &entry, search->err);
    if (code == WCAB_OK)
        code = is_tail_of(search->reader, search->file, (struct piece){listing_id, &entry}, &steps,
                          search->err);
    if (code == WCAB_OK && steps > 0 && (search->best == WCI_NONE || steps < search->steps)) {
        search->best = listing_id;
        search->steps = steps;
    }
    return code;
}

enum wcab_err wci_tails_find(struct wci_reader *reader, uint32_t listing,
                             const struct wci_entry *file, uint32_t *behind, uint32_t *steps,
                             struct wcab_error *err)
{
    struct tail_search search = {reader, {listing, file}, WCI_NONE, 0, err};
    struct wci_folded folded;
    struct wci_bytes key;
    struct wci_entry going = *file;
    enum wcab_err code;

    if (file->name.bytes.length > WCI_LIMIT_NAME)
        return WCAB_ERR_NOTFOUND;
    going.flags |= WCI_ENTRY_CONTINUES; /* it does, where it is asked for */
    search.file.entry = &going;
    key = wci_text_fold_name(file->name.bytes, &folded);
    code = wci_reader_find(reader, key, on_hit, &search, err);
    if (code != WCAB_OK && code != WCAB_ERR_NOTFOUND)
        return code;
    *behind = search.best;
    *steps = search.steps;
    return search.best == WCI_NONE ? WCAB_ERR_NOTFOUND : WCAB_OK;
}

/* ---- copies that are none ----------------------------------------------------------------- */

enum wcab_err wci_tails_drop(struct wci_reader *reader, struct wci_found *found, size_t count,
                             size_t *kept, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i, k;

    *kept = 0;
    for (i = 0; code == WCAB_OK && i < count; i++) {
        uint32_t steps = 0;

        for (k = 0; code == WCAB_OK && found[i].headless && k < count && steps == 0; k++) {
            if (k >= *kept && k <= i) /* moved away, or itself */
                continue;
            if (!found[k].headless)
                code = is_tail_of(reader, (struct piece){found[k].listing, &found[k].entry},
                                  (struct piece){found[i].listing, &found[i].entry}, &steps, err);
        }
        if (steps == 0)
            found[(*kept)++] = found[i];
    }
    return code;
}
