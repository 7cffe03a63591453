/*
 * writer_large - listings of so many rows that their names are written in several transactions.
 *
 * What a transaction has changed stays in memory until its end; for a disc of a million files that
 * would be a hundred megabytes.  So names and what leads from them to the rows are written piece by
 * piece, before the image.  Until the listing is there as well, its number stands under
 * "unfinished": readers pass over rows of such a listing, and the next writer takes them back when
 * this one was killed.  See writer.h.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog/listing.h"
#include "catalog/writer.h"
#include "core/error.h"
#include "core/limits.h"

static const char unfinished_key[] = WCI_META_UNFINISHED;

/* ---- whether it is worth it --------------------------------------------------------------- */

/* Whether a name of the container is new: then no listing is equal to its. */
static enum wcab_err has_new_name(struct wci_writer *writer, const struct wci_container *container,
                                  bool *has, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    bool known = true;
    uint32_t i;

    for (i = 0; code == WCAB_OK && known && i < container->entry_count; i++) {
        struct wci_entry room;

        code =
            wci_postings_knows(writer, wci_container_entry(container, i, &room)->name, &known, err);
    }
    *has = !known;
    return code;
}

static bool is_large(const struct wci_writer *writer, const struct wci_container *container)
{
    return container->entry_count >= writer->in_pieces && container->cab == NULL &&
           !wci_writer_has_digest(container);
}

/* ---- pieces ------------------------------------------------------------------------------- */

static enum wcab_err put_unfinished(struct wci_writer *writer, const struct wci_large *large,
                                    struct wcab_error *err)
{
    uint8_t value[4 * WCI_UNFINISHED_MOST];
    size_t i;

    for (i = 0; i < large->count; i++)
        wci_schema_put32(value + 4 * i, large->listings[i].id);
    return wci_writer_put(writer, WCI_TABLE_META, unfinished_key, strlen(unfinished_key), value,
                          4 * large->count, err);
}

static enum wcab_err end_piece(struct wci_writer *writer, struct wcab_error *err)
{
    enum wcab_err code = wci_writer_commit(writer, err);

    wci_hash_table_free(&writer->spellings);
    return code == WCAB_OK ? wci_writer_begin(writer, err) : code;
}

static enum wcab_err add_rows(struct wci_writer *writer, const struct wci_container *container,
                              struct wci_row_names *names, uint32_t listing, struct wcab_error *err)
{
    const uint32_t piece = writer->in_pieces / 4 + 1;
    enum wcab_err code = WCAB_OK;
    uint32_t from, to;

    for (from = 0; code == WCAB_OK && from < container->entry_count; from = to) {
        to = container->entry_count - from < piece ? container->entry_count : from + piece;
        code = wci_writer_resolve_rows(writer, container, from, to, names, err);
        if (code == WCAB_OK)
            code = wci_writer_add_rows(writer, names, from, to, listing, err);
        if (code == WCAB_OK)
            code = end_piece(writer, err);
    }
    return code;
}

static enum wcab_err begin_listing(struct wci_writer *writer, const struct wci_container *container,
                                   struct wci_large *large, struct wcab_error *err)
{
    struct wci_large_listing *listing = &large->listings[large->count];
    struct wci_row_names names;
    enum wcab_err code = wci_writer_new_listing_id(writer, &listing->id, err);

    if (code == WCAB_OK)
        code = wci_writer_names_init(container, &names, err);
    if (code != WCAB_OK)
        return code;
    wci_buffer_init(&listing->packed);
    large->count++;
    code = put_unfinished(writer, large, err);
    if (code == WCAB_OK)
        code = add_rows(writer, container, &names, listing->id, err);
    if (code == WCAB_OK)
        code = wci_listing_pack(container, names.spellings, names.slots, &listing->packed, err);
    wci_writer_names_free(&names);
    return code;
}

enum wcab_err wci_writer_large_begin(struct wci_writer *writer, const struct wci_image *image,
                                     struct wci_large *large, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    memset(large, 0, sizeof(*large));
    for (i = 0; code == WCAB_OK && i < image->container_count && large->count < WCI_UNFINISHED_MOST;
         i++) {
        bool is_new = false;

        if (!is_large(writer, &image->containers[i]))
            continue;
        code = has_new_name(writer, &image->containers[i], &is_new, err);
        if (code != WCAB_OK || !is_new)
            continue;
        large->listings[large->count].container = i;
        code = begin_listing(writer, &image->containers[i], large, err);
    }
    return code;
}

enum wcab_err wci_writer_large_store(struct wci_writer *writer, const struct wci_image *image,
                                     struct wci_large *large, uint32_t *known,
                                     struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < large->count; i++) {
        struct wci_large_listing *listing = &large->listings[i];

        code = wci_writer_put_listing(writer, &image->containers[listing->container], listing->id,
                                      &listing->packed, err);
        wci_buffer_free(&listing->packed);
        known[listing->container] = listing->id;
    }
    if (code == WCAB_OK)
        code = wci_writer_take(writer, WCI_TABLE_META, unfinished_key, strlen(unfinished_key), NULL,
                               0, err);
    return code;
}

void wci_writer_large_free(struct wci_large *large)
{
    size_t i;

    for (i = 0; i < large->count; i++)
        wci_buffer_free(&large->listings[i].packed);
    large->count = 0;
}

/* ---- taking back -------------------------------------------------------------------------- */

/* Takes back as many rows as there is room to note; *more: there may be others. */
static enum wcab_err take_back(struct wci_writer *writer, const struct wci_unfinished *unfinished,
                               bool *more, struct wcab_error *err)
{
    MDB_val key, value;
    MDB_cursor *cursor;
    enum wcab_err code = WCAB_OK;
    int result = mdb_cursor_open(writer->view.tree.transaction,
                                 writer->store->tables[WCI_TABLE_POSTINGS], &cursor);

    *more = false;
    if (result != MDB_SUCCESS)
        return wci_store_error(result, WCI_WRITER_WRITING, err);
    while (code == WCAB_OK && !*more &&
           (result = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        const uint8_t *place = value.mv_data;

        if (key.mv_size != 4 || value.mv_size != 8)
            code = wci_reader_damaged(err, "a row of a name has %zu bytes", value.mv_size);
        else if (wci_unfinished_has(unfinished, wci_schema_get32(place)))
            *more =
                !wci_postings_note_removed(writer, wci_schema_get32(key.mv_data),
                                           wci_schema_get32(place), wci_schema_get32(place + 4));
    }
    mdb_cursor_close(cursor);
    if (code == WCAB_OK && result != MDB_NOTFOUND && result != MDB_SUCCESS)
        code = wci_store_error(result, WCI_WRITER_WRITING, err);
    return code;
}

enum wcab_err wci_writer_large_take_back(struct wci_writer *writer, struct wcab_error *err)
{
    struct wci_unfinished unfinished;
    bool more = true;
    enum wcab_err code = wci_reader_unfinished(&writer->view.tree, &unfinished, err);

    if (code != WCAB_OK || unfinished.count == 0)
        return code;
    while (code == WCAB_OK && more) {
        code = take_back(writer, &unfinished, &more, err);
        if (code == WCAB_OK && more && writer->removed.count == 0)
            code = wci_error_nomem(err);
        if (code == WCAB_OK)
            code = wci_postings_flush(writer, err);
    }
    if (code == WCAB_OK)
        code = wci_writer_take(writer, WCI_TABLE_META, unfinished_key, strlen(unfinished_key), NULL,
                               0, err);
    return code;
}
