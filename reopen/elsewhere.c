/*
 * elsewhere - see elsewhere.h.
 */
#include "reopen/elsewhere.h"

#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "core/chain.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"

enum { PLACES_MOST = 512 };

struct looking {
    struct wci_reader *reader;
    const struct wci_elsewhere_file *file;
    struct wci_arena *arena;
    struct wci_buffer *text;
    uint32_t row;     /* of the listing whose places are looked at */
    unsigned looked;  /* places so far */
    bool same_bytes;  /* candidates are known to have them */
    bool found, sure; /* a copy was found; one that was verified */
};

static void tell(struct looking *looking, const struct wci_image *image, uint32_t container)
{
    struct wci_buffer *text = looking->text;
    const char *what = looking->same_bytes ? "the same bytes are in "
                                           : "a copy of the same name, size and date is in ";

    wci_buffer_clear(text);
    wci_buffer_put(text, what, strlen(what));
    if (image->containers[container].parent != WCI_NONE) {
        wci_chain_put(image, container, image->identity.code_page, text);
        wci_buffer_put(text, " of ", 4);
    }
    wci_buffer_put(text, image->path.data, image->path.length);
    if (looking->sure)
        wci_buffer_put(text, " (verified)", 11);
    looking->found = true;
}

/* Whether a file of a container was found damaged. */
static bool has_damage(const struct looking *looking, uint32_t image_id, uint32_t container,
                       uint32_t rows)
{
    struct wci_deep deep;
    uint32_t row;

    for (row = 0; row < rows; row++) {
        if (wci_reader_deep(looking->reader, image_id, container, row, &deep, NULL) != WCAB_OK)
            return false; /* nothing is known of this container */
        if (deep.status == WCI_DEEP_DAMAGED)
            return true;
    }
    return false;
}

/* Whether what lies in the file that the copy is was found damaged, or could not be read: a file that
 * is there byte for byte may be a cabinet with wrong checksums. */
static bool is_broken_inside(const struct looking *looking, uint32_t image_id,
                             const struct wci_image *image, uint32_t container)
{
    bool inside = false;
    uint32_t i;

    for (i = container + 1; i < image->container_count; i++) {
        const struct wci_container *inner = &image->containers[i];
        bool own = inner->parent == container && inner->parent_entry == looking->row;

        /* what lies in the file follows it, up to the next file's */
        if (inner->parent <= container || inner->parent == WCI_NONE)
            inside = own;
        if (inside && (inner->partial || has_damage(looking, image_id, i, inner->entry_count)))
            return true;
    }
    return false;
}

/* Any code but OK ends the walk. */
static enum wcab_err on_place(void *context, uint32_t image_id, uint32_t container)
{
    struct looking *looking = context;
    struct wci_image image;
    struct wci_image_state state;
    struct wci_deep deep;
    bool known;

    if (looking->sure || ++looking->looked > PLACES_MOST)
        return WCAB_ERR_LIMIT;
    if (image_id == looking->file->image && container == looking->file->container)
        return WCAB_OK;
    wci_arena_reset(looking->arena);
    if (wci_reader_image(looking->reader, image_id, looking->arena, &image, &state, NULL) !=
            WCAB_OK ||
        image.kind == WCI_IMAGE_PUBLISHED || state.offline || container >= image.container_count)
        return WCAB_OK;
    known =
        wci_reader_deep(looking->reader, image_id, container, looking->row, &deep, NULL) == WCAB_OK;
    if (known && deep.status != WCI_DEEP_OK && deep.status != WCI_DEEP_NONE)
        return WCAB_OK;
    if (is_broken_inside(looking, image_id, &image, container))
        return WCAB_OK;
    if (known && deep.status == WCI_DEEP_OK)
        looking->sure = true;
    if (looking->sure || !looking->found)
        tell(looking, &image, container);
    return WCAB_OK;
}

static enum wcab_err on_hash(void *context, uint32_t image, uint32_t container, uint32_t row)
{
    struct looking *looking = context;

    looking->row = row;
    return on_place(looking, image, container);
}

static enum wcab_err on_hit(void *context, uint32_t listing_id, uint32_t row)
{
    struct looking *looking = context;
    const struct wci_entry *wanted = looking->file->entry;
    struct wci_listing listing;
    struct wci_entry entry;

    if (wci_reader_listing(looking->reader, listing_id, &listing, NULL) != WCAB_OK ||
        wci_listing_row(&listing, row, &entry, NULL) != WCAB_OK || entry.size != wanted->size ||
        entry.modified != wanted->modified || entry.flags & WCI_ENTRY_CONTINUED)
        return WCAB_OK;
    looking->row = row;
    return wci_reader_each_place(looking->reader, listing_id, on_place, looking, NULL);
}

void wci_elsewhere_find(struct wci_reader *reader, const struct wci_elsewhere_file *file,
                        struct wci_buffer *text)
{
    struct looking looking = {
        .reader = reader, .file = file, .arena = wci_arena_new(), .text = text};
    struct wci_folded folded;
    struct wci_bytes name;
    struct wci_deep deep;

    if (looking.arena == NULL)
        return;
    if (wci_reader_deep(reader, file->image, file->container, file->row, &deep, NULL) == WCAB_OK &&
        deep.has_sha256) {
        looking.same_bytes = true;
        (void)wci_reader_find_hash(reader, deep.sha256, sizeof(deep.sha256), on_hash, &looking,
                                   NULL);
    }
    if (!looking.found) {
        looking.same_bytes = false;
        name = wci_text_fold_name(file->entry->name.bytes, &folded);
        (void)wci_reader_find(reader, name, on_hit, &looking, NULL);
    }
    wci_arena_free(looking.arena);
}
