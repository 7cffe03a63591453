/*
 * writer_listing - listings stored once each, and dropped with all that leads to them.  See
 * writer.h.
 */
#include "catalog/writer.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/listing.h"
#include "core/error.h"

enum { MUCH = 2 * 1024 * 1024 };

/* ---- storing a listing -------------------------------------------------------------------- */

bool wci_writer_has_digest(const struct wci_container *container)
{
    static const uint8_t none[sizeof(container->digest)] = {0};

    return memcmp(container->digest, none, sizeof(none)) != 0;
}

/* The listing with the container's digest; 0 when there is none, or one that can't be its. */
static enum wcab_err find_by_digest(struct wci_writer *writer,
                                    const struct wci_container *container, bool *taken,
                                    uint32_t *id, struct wcab_error *err)
{
    struct wci_listing listing;
    uint32_t found;
    enum wcab_err code =
        wci_writer_id_at(writer, WCI_TABLE_DIGESTS, container->digest, &found, err);

    *id = 0;
    *taken = false;
    if (code != WCAB_OK || found == 0)
        return code;
    code = wci_reader_listing(&writer->view, found, &listing, err);
    if (code != WCAB_OK)
        return code;
    if (listing.kind == container->kind && listing.row_count == container->entry_count &&
        (listing.cab.data != NULL) == (container->cab != NULL) &&
        memcmp(listing.digest, container->digest, sizeof(listing.digest)) == 0)
        *id = found;
    else
        *taken = true;
    return WCAB_OK;
}

/* Room for the names of the entry that has most of them. */
static uint32_t count_slots(const struct wci_container *container)
{
    uint32_t slots = 1, i;

    for (i = 0; i < container->entry_count; i++) {
        struct wci_entry room;
        const struct wci_entry *entry = wci_container_entry(container, i, &room);

        if (slots <= entry->alias_count)
            slots = 1U + entry->alias_count;
    }
    return slots;
}

static enum wcab_err resolve(struct wci_writer *writer, struct wci_name name, size_t at,
                             struct wci_row_names *ids, struct wcab_error *err)
{
    uint32_t name_id;
    enum wcab_err code = wci_postings_resolve(writer, name, &ids->spellings[at], &name_id, err);

    if (code != WCAB_OK || name_id == ids->spellings[at])
        return code;
    if (!wci_mem_grow(&ids->others, ids->other_count, &ids->other_capacity, sizeof(*ids->others)))
        return wci_error_nomem(err);
    ids->others[ids->other_count++] = (struct wci_other_name){at, name_id};
    return WCAB_OK;
}

enum wcab_err wci_writer_names_init(const struct wci_container *container,
                                    struct wci_row_names *names, struct wcab_error *err)
{
    memset(names, 0, sizeof(*names));
    names->slots = count_slots(container);
    if (container->entry_count == 0)
        return WCAB_OK;
    names->spellings =
        wci_mem_calloc((size_t)container->entry_count * names->slots, sizeof(*names->spellings));
    return names->spellings != NULL ? WCAB_OK : wci_error_nomem(err);
}

void wci_writer_names_free(struct wci_row_names *names)
{
    free(names->spellings);
    free(names->others);
}

enum wcab_err wci_writer_resolve_rows(struct wci_writer *writer,
                                      const struct wci_container *container, uint32_t from,
                                      uint32_t to, struct wci_row_names *names,
                                      struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t at = (size_t)from * names->slots;
    uint32_t i;
    uint8_t alias;

    for (i = from; code == WCAB_OK && i < to; i++, at += names->slots) {
        struct wci_entry room;
        const struct wci_entry *entry = wci_container_entry(container, i, &room);

        code = resolve(writer, entry->name, at, names, err);
        for (alias = 0; code == WCAB_OK && alias < entry->alias_count; alias++)
            code = resolve(writer, entry->alias[alias], at + 1U + alias, names, err);
    }
    return code;
}

enum wcab_err wci_writer_add_rows(struct wci_writer *writer, struct wci_row_names *names,
                                  uint32_t from, uint32_t to, uint32_t listing,
                                  struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t slots = names->slots, i;

    for (i = from * slots; code == WCAB_OK && i < to * slots; i++) {
        bool differs =
            names->other_added < names->other_count && names->others[names->other_added].at == i;
        uint32_t name = differs ? names->others[names->other_added++].id : names->spellings[i];

        code = wci_postings_add(writer, name, listing, (uint32_t)(i / slots), err);
    }
    return code;
}

static enum wcab_err put_joint(struct wci_writer *writer, uint64_t joint, uint8_t side,
                               uint32_t listing, bool add, struct wcab_error *err)
{
    uint8_t key[8], value[5];

    if (joint == 0)
        return WCAB_OK;
    wci_schema_put64(key, joint);
    value[0] = side;
    wci_schema_put32(value + 1, listing);
    if (add)
        return wci_writer_put(writer, WCI_TABLE_JOINTS, key, sizeof(key), value, sizeof(value),
                              err);
    writer->counters.settled = 0; /* who was joined to it may now join with another */
    return wci_writer_take(writer, WCI_TABLE_JOINTS, key, sizeof(key), value, sizeof(value), err);
}

enum wcab_err wci_writer_new_listing_id(struct wci_writer *writer, uint32_t *id,
                                        struct wcab_error *err)
{
    if (writer->counters.listing == UINT32_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "the catalog can take no more listings");
    *id = ++writer->counters.listing;
    return WCAB_OK;
}

static enum wcab_err store_listing(struct wci_writer *writer, const struct wci_container *container,
                                   const struct wci_buffer *packed, const uint8_t digest[16],
                                   uint32_t id, struct wcab_error *err)
{
    uint8_t key[4];
    enum wcab_err code;

    writer->counters.rows += container->entry_count;
    wci_schema_put32(key, id);
    code = wci_writer_append(writer, WCI_TABLE_LISTINGS,
                             (struct wci_bytes){(const char *)key, sizeof(key)},
                             wci_buffer_view(packed), err);
    if (code == WCAB_OK)
        code = wci_writer_put(writer, WCI_TABLE_DIGESTS, digest, 16, key, sizeof(key), err);
    if (code == WCAB_OK && container->cab != NULL)
        code = put_joint(writer, container->cab->joint_next, 0, id, true, err);
    if (code == WCAB_OK && container->cab != NULL)
        code = put_joint(writer, container->cab->joint_previous, 1, id, true, err);
    return code;
}

enum wcab_err wci_writer_put_listing(struct wci_writer *writer,
                                     const struct wci_container *container, uint32_t id,
                                     const struct wci_buffer *packed, struct wcab_error *err)
{
    uint8_t digest[16];
    uint32_t equal;
    enum wcab_err code = wci_writer_find_content(writer, WCI_TABLE_DIGESTS, wci_buffer_view(packed),
                                                 digest, &equal, err);

    if (code == WCAB_OK && equal != 0)
        return wci_reader_damaged(err, "listing %u has names that were new just now", equal);
    return code == WCAB_OK ? store_listing(writer, container, packed, digest, id, err) : code;
}

/* What a very large listing has taken is not needed for the small ones behind it. */
static void let_go_of_much(struct wci_writer *writer)
{
    if (writer->packed.size <= MUCH)
        return;
    wci_buffer_free(&writer->packed);
    wci_hash_table_free(&writer->spellings);
}

static enum wcab_err pack_listing(struct wci_writer *writer, const struct wci_container *container,
                                  bool by_content, uint32_t *id, struct wcab_error *err)
{
    struct wci_row_names names;
    uint8_t digest[16];
    enum wcab_err code = wci_writer_names_init(container, &names, err);

    *id = 0;
    if (code == WCAB_OK)
        code = wci_writer_resolve_rows(writer, container, 0, container->entry_count, &names, err);
    wci_buffer_clear(&writer->packed);
    if (code == WCAB_OK)
        code = wci_listing_pack(container, names.spellings, names.slots, &writer->packed, err);
    memcpy(digest, container->digest, sizeof(digest));
    if (code == WCAB_OK && by_content)
        code = wci_writer_find_content(writer, WCI_TABLE_DIGESTS, wci_buffer_view(&writer->packed),
                                       digest, id, err);
    if (code == WCAB_OK && *id == 0) {
        code = wci_writer_new_listing_id(writer, id, err);
        if (code == WCAB_OK)
            code = store_listing(writer, container, &writer->packed, digest, *id, err);
        let_go_of_much(writer);
        if (code == WCAB_OK)
            code = wci_writer_add_rows(writer, &names, 0, container->entry_count, *id, err);
    }
    wci_writer_names_free(&names);
    return code;
}

enum wcab_err wci_writer_keep_listing(struct wci_writer *writer,
                                      const struct wci_container *container, uint32_t *id,
                                      struct wcab_error *err)
{
    bool taken = true;
    enum wcab_err code = WCAB_OK;

    *id = 0;
    if (wci_writer_has_digest(container))
        code = find_by_digest(writer, container, &taken, id, err);
    if (code == WCAB_OK && *id == 0)
        code = pack_listing(writer, container, taken, id, err);
    return code;
}

/* ---- dropping a listing ------------------------------------------------------------------- */

static enum wcab_err drop_links(struct wci_writer *writer, uint32_t listing, struct wcab_error *err)
{
    uint8_t key[4];
    uint32_t previous;
    enum wcab_err code = wci_writer_set_next(writer, listing, WCI_NONE, err);

    while (code == WCAB_OK) {
        code = wci_reader_number(&writer->view.tree, WCI_TABLE_PREVIOUS, listing, &previous, err);
        if (code == WCAB_OK) {
            wci_schema_put32(key, previous);
            code = wci_writer_set_next(writer, previous, WCI_NONE, err);
        }
    }
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* Ids of the names of a row, each once; returns their number, or -1 on failure. */
static int row_name_ids(struct wci_writer *writer, const struct wci_listing *listing, uint32_t row,
                        uint32_t ids[WCI_LISTING_NAMES], struct wcab_error *err)
{
    uint64_t columns[WCI_LISTING_COLUMNS];
    int count = 0, known;
    size_t i;

    wci_listing_columns(listing, row, columns);
    for (i = 0; i < WCI_LISTING_NAMES; i++) {
        uint64_t spelling = columns[wci_listing_name_column(i)];

        if (spelling == 0)
            continue;
        if (wci_reader_name_of(&writer->view, spelling, &ids[count], err) != WCAB_OK)
            return -1;
        for (known = 0; known < count && ids[known] != ids[count];)
            known++;
        count += known == count ? 1 : 0;
    }
    return count;
}

static enum wcab_err drop_postings(struct wci_writer *writer, const struct wci_listing *listing,
                                   struct wcab_error *err)
{
    uint32_t ids[WCI_LISTING_NAMES];
    enum wcab_err code = WCAB_OK;
    uint32_t row;
    int i, count;

    for (row = 0; row < listing->row_count; row++) {
        count = row_name_ids(writer, listing, row, ids, err);
        if (count < 0)
            return WCAB_ERR_CORRUPT;
        for (i = 0; code == WCAB_OK && i < count; i++)
            code = wci_postings_remove(writer, ids[i], listing->id, row, err);
        if (code != WCAB_OK)
            return code;
    }
    return code;
}

static enum wcab_err drop_joints(struct wci_writer *writer, const struct wci_listing *listing,
                                 struct wcab_error *err)
{
    uint64_t previous, next;
    enum wcab_err code = wci_listing_joints(listing, &previous, &next, err);

    if (code == WCAB_OK)
        code = put_joint(writer, next, 0, listing->id, false, err);
    if (code == WCAB_OK)
        code = put_joint(writer, previous, 1, listing->id, false, err);
    return code;
}

static enum wcab_err drop_digest(struct wci_writer *writer, const struct wci_listing *listing,
                                 struct wci_bytes packed, struct wcab_error *err)
{
    uint32_t found = 0;
    enum wcab_err code = WCAB_OK;

    if (listing->has_digest)
        code = wci_writer_id_at(writer, WCI_TABLE_DIGESTS, listing->digest, &found, err);
    if (code != WCAB_OK)
        return code;
    if (found == listing->id)
        return wci_writer_take(writer, WCI_TABLE_DIGESTS, listing->digest, sizeof(listing->digest),
                               NULL, 0, err);
    return wci_writer_take_content(writer, WCI_TABLE_DIGESTS, packed, listing->id, err);
}

enum wcab_err wci_writer_drop_listing(struct wci_writer *writer, uint32_t id,
                                      struct wcab_error *err)
{
    uint8_t key[4];
    struct wci_bytes stored;
    struct wci_listing listing;
    enum wcab_err code;

    wci_schema_put32(key, id);
    code = wci_tree_get(&writer->view.tree, WCI_TABLE_LISTINGS, key, sizeof(key), &stored, err);
    if (code == WCAB_ERR_NOTFOUND)
        return wci_reader_damaged(err, "there is no listing %u", id);
    if (code != WCAB_OK)
        return code;
    /* A copy: what follows writes, and pages move then. */
    wci_buffer_clear(&writer->packed);
    wci_buffer_put(&writer->packed, stored.data, stored.length);
    if (!writer->packed.ok)
        return wci_error_nomem(err);
    stored.data = (const char *)writer->packed.data;
    code = wci_listing_parse(stored, id, &listing, err);
    listing.reader = &writer->view;
    if (code == WCAB_OK)
        code = drop_digest(writer, &listing, stored, err);
    if (code == WCAB_OK)
        code = drop_joints(writer, &listing, err);
    if (code == WCAB_OK)
        code = drop_links(writer, id, err);
    if (code == WCAB_OK)
        code = drop_postings(writer, &listing, err);
    if (code == WCAB_OK)
        code = wci_writer_take(writer, WCI_TABLE_LISTINGS, key, sizeof(key), NULL, 0, err);
    writer->counters.rows -= listing.row_count;
    return code;
}
