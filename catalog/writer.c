/*
 * writer - see writer.h and catalog.h.
 *
 * Reference counting is done by the places: a listing exists as long as it has one.
 */
#include "catalog/writer.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/listing.h"
#include "core/error.h"
#include "core/limits.h"

enum { MOST_SAME_HASHES = 64, LARGEST_CHECKED = 1 << 30 };

static const char writing[] = "writing to the catalog";

/* ---- the transaction ---------------------------------------------------------------------- */

enum wcab_err wci_writer_open(struct wci_store *store, bool wait, const volatile bool *cancel,
                              struct wci_writer **writer, struct wcab_error *err)
{
    struct wci_writer *opened;
    enum wcab_err code;

    if (store->mode != WCI_STORE_WRITE)
        return wci_error_set(err, WCAB_ERR_USAGE, "the catalog is open for reading only");
    opened = calloc(1, sizeof(*opened));
    if (opened == NULL)
        return wci_error_nomem(err);
    code = wci_store_lock(store, wait, cancel, &opened->lock, err);
    if (code != WCAB_OK) {
        free(opened);
        return code;
    }
    opened->store = store;
    opened->view.tree.store = store;
    opened->view.of_writer = true;
    wci_hash_table_init(&opened->spellings);
    wci_buffer_init(&opened->value);
    wci_buffer_init(&opened->packed);
    *writer = opened;
    return WCAB_OK;
}

static void ignore_report(void *context, const char *what)
{
    (void)context;
    (void)what;
}

/* LMDB must not be let loose on damaged pages.  In a very large file looking at all of them would
 * take too long; there only `catalog check` does it. */
static enum wcab_err check_pages(struct wci_writer *writer, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    uint64_t faults = 0;
    enum wcab_err code = wci_reader_open(writer->store, &reader, err);

    if (code != WCAB_OK)
        return code;
    if (reader->map_size <= LARGEST_CHECKED)
        code = wci_pages_check(&reader->pages, ignore_report, NULL, &faults, err);
    wci_reader_close(reader);
    if (code == WCAB_OK && faults > 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged ('whichcab catalog check' says where); "
                             "index again into a new one");
    writer->checked = code == WCAB_OK;
    return code;
}

enum wcab_err wci_writer_begin(struct wci_writer *writer, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    int result;

    if (writer->failed)
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "writing to the catalog has failed before; nothing more is taken");
    if (writer->view.tree.transaction != NULL)
        return WCAB_OK;
    if (!writer->checked)
        code = check_pages(writer, err);
    if (code != WCAB_OK)
        return code;
    result = mdb_txn_begin(writer->store->env, NULL, 0, &writer->view.tree.transaction);
    if (result != MDB_SUCCESS) {
        writer->view.tree.transaction = NULL;
        return wci_store_error(result, writing, err);
    }
    code = wci_reader_counters(&writer->view.tree, &writer->counters, err);
    return wci_writer_end(writer, code);
}

static void drop_transaction(struct wci_writer *writer)
{
    mdb_txn_abort(writer->view.tree.transaction);
    writer->view.tree.transaction = NULL;
    writer->added.count = 0;
    writer->removed.count = 0;
    wci_hash_table_clear(&writer->spellings);
}

enum wcab_err wci_writer_end(struct wci_writer *writer, enum wcab_err code)
{
    if (code != WCAB_OK) {
        drop_transaction(writer);
        writer->failed = true;
    }
    return code;
}

static enum wcab_err put_counters(struct wci_writer *writer, struct wcab_error *err)
{
    wci_buffer_clear(&writer->value);
    wci_schema_put_counters(&writer->counters, &writer->value);
    if (!writer->value.ok)
        return wci_error_nomem(err);
    return wci_writer_put(writer, WCI_TABLE_META, "counters", 8, writer->value.data,
                          writer->value.size, err);
}

enum wcab_err wci_writer_commit(struct wci_writer *writer, struct wcab_error *err)
{
    enum wcab_err code;
    int result;

    if (writer->view.tree.transaction == NULL && !writer->failed)
        return WCAB_OK;
    code = wci_writer_begin(writer, err);
    if (code != WCAB_OK)
        return code;
    code = wci_postings_flush(writer, err);
    if (code == WCAB_OK)
        code = put_counters(writer, err);
    if (code != WCAB_OK)
        return wci_writer_end(writer, code);
    result = mdb_txn_commit(writer->view.tree.transaction);
    writer->view.tree.transaction = NULL; /* gone, whatever the result */
    if (result != MDB_SUCCESS) {
        wci_hash_table_clear(&writer->spellings);
        writer->failed = true;
        return wci_store_write_error(writer->store, result, writing, err);
    }
    return WCAB_OK;
}

void wci_writer_close(struct wci_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->view.tree.transaction != NULL)
        drop_transaction(writer);
    wci_store_unlock(writer->lock);
    wci_hash_table_free(&writer->spellings);
    wci_buffer_free(&writer->value);
    wci_buffer_free(&writer->packed);
    free(writer->added.items);
    free(writer->removed.items);
    free(writer);
}

enum wcab_err wci_writer_reader(struct wci_writer *writer, struct wci_reader **reader,
                                struct wcab_error *err)
{
    enum wcab_err code = wci_writer_begin(writer, err);

    if (code != WCAB_OK)
        return code;
    code = wci_postings_flush(writer, err);
    if (code == WCAB_OK)
        code = put_counters(writer, err);
    if (code == WCAB_OK)
        *reader = &writer->view;
    return wci_writer_end(writer, code);
}

/* ---- single values ------------------------------------------------------------------------ */

static MDB_val val_of(const void *data, size_t size)
{
    MDB_val val = {.mv_size = size, .mv_data = (void *)(uintptr_t)data};

    return val;
}

enum wcab_err wci_writer_put(struct wci_writer *writer, enum wci_table table, const void *key,
                             size_t key_size, const void *value, size_t value_size,
                             struct wcab_error *err)
{
    MDB_val key_val = val_of(key, key_size), value_val = val_of(value, value_size);
    int result = mdb_put(writer->view.tree.transaction, writer->store->tables[table], &key_val,
                         &value_val, 0);

    return result == MDB_SUCCESS ? WCAB_OK : wci_store_error(result, writing, err);
}

enum wcab_err wci_writer_take(struct wci_writer *writer, enum wci_table table, const void *key,
                              size_t key_size, const void *value, size_t value_size,
                              struct wcab_error *err)
{
    MDB_val key_val = val_of(key, key_size), value_val = val_of(value, value_size);
    int result = mdb_del(writer->view.tree.transaction, writer->store->tables[table], &key_val,
                         value == NULL ? NULL : &value_val);

    if (result == MDB_NOTFOUND)
        return wci_reader_damaged(err, "table '%s' lacks a value that it should have",
                                  wci_schema_tables[table].name);
    return result == MDB_SUCCESS ? WCAB_OK : wci_store_error(result, writing, err);
}

/* The bucket of a cut key without `text`; *found tells whether it was there. */
static enum wcab_err bucket_without(struct wci_writer *writer, enum wci_table table,
                                    const struct wci_key *key, struct wci_bytes text,
                                    struct wci_buffer *bucket, bool *found, struct wcab_error *err)
{
    struct wci_bytes stored, known, value;
    struct wci_cursor cursor;
    enum wcab_err code =
        wci_tree_get(&writer->view.tree, table, key->bytes, key->size, &stored, err);

    *found = false;
    if (code == WCAB_ERR_NOTFOUND)
        return WCAB_OK;
    if (code != WCAB_OK)
        return code;
    cursor = wci_cursor_of(stored.data, stored.length);
    while (wci_schema_bucket_next(&cursor, &known, &value)) {
        if (wci_bytes_equal(known, text))
            *found = true;
        else
            wci_schema_bucket_put(bucket, known, value);
    }
    if (!cursor.ok)
        return wci_reader_damaged(err, "a bucket of table '%s'", wci_schema_tables[table].name);
    return bucket->ok ? WCAB_OK : wci_error_nomem(err);
}

enum wcab_err wci_writer_long_put(struct wci_writer *writer, enum wci_table table,
                                  struct wci_bytes text, struct wci_bytes value,
                                  struct wcab_error *err)
{
    struct wci_buffer bucket;
    struct wci_key key;
    enum wcab_err code;
    bool found;

    wci_schema_long_key(text, &key);
    if (!key.cut)
        return wci_writer_put(writer, table, key.bytes, key.size, value.data, value.length, err);
    wci_buffer_init(&bucket);
    code = bucket_without(writer, table, &key, text, &bucket, &found, err);
    wci_schema_bucket_put(&bucket, text, value);
    if (code == WCAB_OK)
        code = bucket.ok ? wci_writer_put(writer, table, key.bytes, key.size, bucket.data,
                                          bucket.size, err)
                         : wci_error_nomem(err);
    wci_buffer_free(&bucket);
    return code;
}

enum wcab_err wci_writer_long_take(struct wci_writer *writer, enum wci_table table,
                                   struct wci_bytes text, struct wcab_error *err)
{
    struct wci_buffer bucket;
    struct wci_key key;
    enum wcab_err code;
    bool found;

    wci_schema_long_key(text, &key);
    if (!key.cut)
        return wci_writer_take(writer, table, key.bytes, key.size, NULL, 0, err);
    wci_buffer_init(&bucket);
    code = bucket_without(writer, table, &key, text, &bucket, &found, err);
    if (code == WCAB_OK && !found)
        code = wci_reader_damaged(err, "table '%s' lacks a text that it should have",
                                  wci_schema_tables[table].name);
    if (code == WCAB_OK && bucket.size == 0)
        code = wci_writer_take(writer, table, key.bytes, key.size, NULL, 0, err);
    else if (code == WCAB_OK)
        code = wci_writer_put(writer, table, key.bytes, key.size, bucket.data, bucket.size, err);
    wci_buffer_free(&bucket);
    return code;
}

/* ---- values found by their content -------------------------------------------------------- */

static void content_key(struct wci_bytes content, uint64_t attempt, uint8_t key[16])
{
    wci_schema_put64(key, wci_hash_bytes(content, 1));
    wci_schema_put64(key + 8, wci_hash_bytes(content, 2) + attempt);
}

/* The id at a key of `table`; 0 when there is none. */
static enum wcab_err id_at(struct wci_writer *writer, enum wci_table table, const uint8_t key[16],
                           uint32_t *id, struct wcab_error *err)
{
    struct wci_bytes value;
    enum wcab_err code = wci_tree_get(&writer->view.tree, table, key, 16, &value, err);

    *id = 0;
    if (code == WCAB_ERR_NOTFOUND)
        return WCAB_OK;
    if (code == WCAB_OK && value.length != 4)
        return wci_reader_damaged(err, "an id has %zu bytes", value.length);
    if (code == WCAB_OK)
        *id = wci_schema_get32((const uint8_t *)value.data);
    return code;
}

enum wcab_err wci_writer_find_content(struct wci_writer *writer, enum wci_table table,
                                      enum wci_table values, struct wci_bytes content,
                                      uint8_t key[16], uint32_t *id, struct wcab_error *err)
{
    uint64_t attempt;

    for (attempt = 0; attempt < MOST_SAME_HASHES; attempt++) {
        uint8_t id_key[4];
        struct wci_bytes stored;
        enum wcab_err code;

        content_key(content, attempt, key);
        code = id_at(writer, table, key, id, err);
        if (code != WCAB_OK || *id == 0)
            return code;
        wci_schema_put32(id_key, *id);
        code = wci_tree_get(&writer->view.tree, values, id_key, sizeof(id_key), &stored, err);
        if (code == WCAB_ERR_NOTFOUND)
            return wci_reader_damaged(err, "a hash leads to number %u, which is not there", *id);
        if (code != WCAB_OK || wci_bytes_equal(stored, content))
            return code;
    }
    return wci_error_set(err, WCAB_ERR_LIMIT, "%d different listings have the same hash",
                         MOST_SAME_HASHES);
}

enum wcab_err wci_writer_take_content(struct wci_writer *writer, enum wci_table table,
                                      struct wci_bytes content, uint32_t id, struct wcab_error *err)
{
    uint64_t attempt;

    /* All attempts: one in between may have been taken away before. */
    for (attempt = 0; attempt < MOST_SAME_HASHES; attempt++) {
        uint8_t key[16];
        uint32_t found;
        enum wcab_err code;

        content_key(content, attempt, key);
        code = id_at(writer, table, key, &found, err);
        if (code == WCAB_OK && found == id)
            code = wci_writer_take(writer, table, key, sizeof(key), NULL, 0, err);
        if (code != WCAB_OK || found == id)
            return code;
    }
    return wci_reader_damaged(err, "number %u is not found by its hash", id);
}

/* ---- storing a listing -------------------------------------------------------------------- */

static bool has_digest(const struct wci_container *container)
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
    enum wcab_err code = id_at(writer, WCI_TABLE_DIGESTS, container->digest, &found, err);

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

/* What storing one listing needs: ids of the spellings (packed into rows) and of the names. */
struct row_names {
    uint32_t *spellings, *names; /* WCI_LISTING_NAMES to a row */
};

static enum wcab_err resolve_names(struct wci_writer *writer, const struct wci_container *container,
                                   struct row_names *ids, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t at = 0;
    uint32_t i;
    uint8_t alias;

    for (i = 0; code == WCAB_OK && i < container->entry_count; i++, at += WCI_LISTING_NAMES) {
        const struct wci_entry *entry = &container->entries[i];

        code = wci_postings_resolve(writer, entry->name, &ids->spellings[at], &ids->names[at], err);
        for (alias = 0; code == WCAB_OK && alias < entry->alias_count; alias++)
            code =
                wci_postings_resolve(writer, entry->alias[alias], &ids->spellings[at + 1U + alias],
                                     &ids->names[at + 1U + alias], err);
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

static enum wcab_err store_listing(struct wci_writer *writer, const struct wci_container *container,
                                   const struct row_names *ids, const uint8_t digest[16],
                                   uint32_t *id, struct wcab_error *err)
{
    uint8_t key[4];
    enum wcab_err code;
    size_t i;

    if (writer->counters.listing == UINT32_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "the catalog can take no more listings");
    *id = ++writer->counters.listing;
    writer->counters.rows += container->entry_count;
    wci_schema_put32(key, *id);
    code = wci_writer_put(writer, WCI_TABLE_LISTINGS, key, sizeof(key), writer->packed.data,
                          writer->packed.size, err);
    if (code == WCAB_OK)
        code = wci_writer_put(writer, WCI_TABLE_DIGESTS, digest, 16, key, sizeof(key), err);
    if (code == WCAB_OK && container->cab != NULL)
        code = put_joint(writer, container->cab->joint_next, 0, *id, true, err);
    if (code == WCAB_OK && container->cab != NULL)
        code = put_joint(writer, container->cab->joint_previous, 1, *id, true, err);
    for (i = 0; code == WCAB_OK && i < (size_t)container->entry_count * WCI_LISTING_NAMES; i++)
        code = wci_postings_add(writer, ids->names[i], *id, (uint32_t)(i / WCI_LISTING_NAMES), err);
    return code;
}

static enum wcab_err pack_listing(struct wci_writer *writer, const struct wci_container *container,
                                  bool by_content, uint32_t *id, struct wcab_error *err)
{
    size_t count = (size_t)container->entry_count * WCI_LISTING_NAMES;
    struct row_names ids = {wci_mem_calloc(count, sizeof(uint32_t)),
                            wci_mem_calloc(count, sizeof(uint32_t))};
    uint8_t digest[16];
    enum wcab_err code;

    *id = 0;
    if (count > 0 && (ids.spellings == NULL || ids.names == NULL)) {
        code = wci_error_nomem(err);
        goto out;
    }
    code = resolve_names(writer, container, &ids, err);
    wci_buffer_clear(&writer->packed);
    if (code == WCAB_OK)
        code = wci_listing_pack(container, ids.spellings, &writer->packed, err);
    memcpy(digest, container->digest, sizeof(digest));
    if (code == WCAB_OK && by_content)
        code = wci_writer_find_content(
            writer, WCI_TABLE_DIGESTS, WCI_TABLE_LISTINGS,
            (struct wci_bytes){(const char *)writer->packed.data, writer->packed.size}, digest, id,
            err);
    if (code == WCAB_OK && *id == 0)
        code = store_listing(writer, container, &ids, digest, id, err);
out:
    free(ids.spellings);
    free(ids.names);
    return code;
}

/* The container's listing: one that is there already, or a new one. */
static enum wcab_err take_listing(struct wci_writer *writer, const struct wci_container *container,
                                  uint32_t *id, struct wcab_error *err)
{
    bool taken = true;
    enum wcab_err code = WCAB_OK;

    *id = 0;
    if (has_digest(container))
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
    static const enum wci_column names[WCI_LISTING_NAMES] = {WCI_COLUMN_NAME, WCI_COLUMN_ALIAS_0,
                                                             WCI_COLUMN_ALIAS_1};
    uint64_t columns[WCI_LISTING_COLUMNS];
    int count = 0, known;
    size_t i;

    wci_listing_columns(listing, row, columns);
    for (i = 0; i < WCI_LISTING_NAMES; i++) {
        if (columns[names[i]] == 0)
            continue;
        if (wci_reader_name_of(&writer->view, columns[names[i]], &ids[count], err) != WCAB_OK)
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
    struct wci_arena *arena;
    struct wci_cab *cab;
    enum wcab_err code;

    if (listing->cab.data == NULL)
        return WCAB_OK;
    arena = wci_arena_new();
    if (arena == NULL)
        return wci_error_nomem(err);
    code = wci_listing_cab(listing, arena, &cab, err);
    if (code == WCAB_OK)
        code = put_joint(writer, cab->joint_next, 0, listing->id, false, err);
    if (code == WCAB_OK)
        code = put_joint(writer, cab->joint_previous, 1, listing->id, false, err);
    wci_arena_free(arena);
    return code;
}

static enum wcab_err drop_digest(struct wci_writer *writer, const struct wci_listing *listing,
                                 struct wci_bytes packed, struct wcab_error *err)
{
    uint32_t found = 0;
    enum wcab_err code = WCAB_OK;

    if (listing->has_digest)
        code = id_at(writer, WCI_TABLE_DIGESTS, listing->digest, &found, err);
    if (code != WCAB_OK)
        return code;
    if (found == listing->id)
        return wci_writer_take(writer, WCI_TABLE_DIGESTS, listing->digest, sizeof(listing->digest),
                               NULL, 0, err);
    return wci_writer_take_content(writer, WCI_TABLE_DIGESTS, packed, listing->id, err);
}

static enum wcab_err drop_listing(struct wci_writer *writer, uint32_t id, struct wcab_error *err)
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

/* ---- images ------------------------------------------------------------------------------- */

static enum wcab_err check_name(struct wci_name name, const char *what, struct wcab_error *err)
{
    if (name.bytes.length > WCI_LIMIT_NAME)
        return wci_error_set(err, WCAB_ERR_LIMIT, "%s of %zu bytes; at most %d are stored", what,
                             name.bytes.length, WCI_LIMIT_NAME);
    if (name.encoding != WCI_ENCODING_UTF8 && name.encoding != WCI_ENCODING_RAW)
        return wci_error_set(err, WCAB_ERR_USAGE, "%s of unknown encoding", what);
    return WCAB_OK;
}

static enum wcab_err check_container(const struct wci_image *image, uint32_t index,
                                     struct wcab_error *err)
{
    const struct wci_container *container = &image->containers[index];
    enum wcab_err code;
    uint32_t i;

    if (container->kind < WCI_CONTAINER_DIRECTORY || container->kind > WCI_CONTAINER_W4 ||
        (container->parent != WCI_NONE && container->parent >= index))
        return wci_error_set(err, WCAB_ERR_USAGE, "container %u of an image is wrong", index);
    if (container->parent_entry != WCI_NONE &&
        (container->parent == WCI_NONE ||
         container->parent_entry >= image->containers[container->parent].entry_count))
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "container %u of an image is an entry that its parent does not have",
                             index);
    if (container->entry_count > WCI_LIMIT_ENTRIES)
        return wci_error_set(err, WCAB_ERR_LIMIT, "a container with %u entries; at most %d",
                             container->entry_count, WCI_LIMIT_ENTRIES);
    code = check_name(container->label, "a volume label", err);
    for (i = 0; code == WCAB_OK && container->entries != NULL && i < container->entry_count; i++) {
        const struct wci_entry *entry = &container->entries[i];
        uint8_t alias;

        if (entry->alias_count > WCI_ALIAS_MAX)
            return wci_error_set(err, WCAB_ERR_USAGE, "an entry with %u aliases",
                                 entry->alias_count);
        code = check_name(entry->name, "a file name", err);
        for (alias = 0; code == WCAB_OK && alias < entry->alias_count; alias++)
            code = check_name(entry->alias[alias], "an alias", err);
    }
    return code;
}

static enum wcab_err check_image(const struct wci_image *image, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    if (image->path.length == 0 || image->path.length > UINT16_MAX ||
        image->kind < WCI_IMAGE_FILE || image->kind > WCI_IMAGE_PUBLISHED)
        return wci_error_set(err, WCAB_ERR_USAGE, "an image without a path or of unknown kind");
    if (image->container_count > WCI_LIMIT_CONTAINERS)
        return wci_error_set(err, WCAB_ERR_LIMIT, "%u containers in one image; at most %d",
                             image->container_count, WCI_LIMIT_CONTAINERS);
    for (i = 0; code == WCAB_OK && i < image->container_count; i++)
        code = check_container(image, i, err);
    for (i = 0; code == WCAB_OK && i < image->part_count; i++) {
        if (image->parts[i].container >= image->container_count ||
            (i > 0 && image->parts[i].container <= image->parts[i - 1].container))
            code = wci_error_set(err, WCAB_ERR_USAGE, "parts that are not in order of containers");
    }
    return code;
}

static enum wcab_err put_stamp(struct wci_writer *writer, struct wci_bytes path,
                               const struct wci_image_stamp *stamp, struct wcab_error *err)
{
    wci_buffer_clear(&writer->value);
    wci_schema_put_stamp(stamp, &writer->value);
    if (!writer->value.ok)
        return wci_error_nomem(err);
    return wci_writer_long_put(
        writer, WCI_TABLE_PATHS, path,
        (struct wci_bytes){(const char *)writer->value.data, writer->value.size}, err);
}

static enum wcab_err put_record(struct wci_writer *writer, uint32_t id,
                                const struct wci_image *image, const struct wci_image_state *state,
                                struct wcab_error *err)
{
    uint8_t key[4];

    wci_buffer_clear(&writer->value);
    wci_schema_put_image(image, state, &writer->value);
    if (!writer->value.ok)
        return wci_error_nomem(err);
    wci_schema_put32(key, id);
    return wci_writer_put(writer, WCI_TABLE_IMAGES, key, sizeof(key), writer->value.data,
                          writer->value.size, err);
}

/* Removes or adds "container `container` of image `id` has this listing". */
static enum wcab_err put_place(struct wci_writer *writer, uint32_t listing, uint32_t id,
                               uint32_t container, bool add, struct wcab_error *err)
{
    uint8_t key[4], value[8];

    wci_schema_put32(key, listing);
    wci_schema_put32(value, id);
    wci_schema_put32(value + 4, container);
    if (add)
        return wci_writer_put(writer, WCI_TABLE_PLACES, key, sizeof(key), value, sizeof(value),
                              err);
    return wci_writer_take(writer, WCI_TABLE_PLACES, key, sizeof(key), value, sizeof(value), err);
}

/* What an image had before it was replaced or removed. */
static enum wcab_err read_listings(struct wci_writer *writer, uint32_t id, struct wci_arena *arena,
                                   struct wci_image *image, struct wci_image_state *state,
                                   struct wcab_error *err)
{
    uint8_t key[4];
    struct wci_bytes value;
    enum wcab_err code;

    wci_schema_put32(key, id);
    code = wci_tree_get(&writer->view.tree, WCI_TABLE_IMAGES, key, sizeof(key), &value, err);
    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "there is no image %u in the catalog", id);
    return code != WCAB_OK ? code : wci_schema_get_image(value, id, arena, image, state, err);
}

/* First step of dropping an image's containers: their deep facts and places. */
static enum wcab_err drop_places(struct wci_writer *writer, uint32_t id,
                                 const struct wci_image *image, const struct wci_image_state *state,
                                 struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        code = wci_writer_drop_deep(writer, id, i, err);
        if (code == WCAB_OK)
            code = put_place(writer, state->listings[i], id, i, false, err);
    }
    writer->counters.containers -= image->container_count;
    return code;
}

/* Last step: the listings that nobody has any more. */
static enum wcab_err drop_unused(struct wci_writer *writer, const struct wci_image *image,
                                 const struct wci_image_state *state, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    struct wci_bytes value;
    uint32_t i, j;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        uint32_t listing = state->listings[i];
        uint8_t key[4];
        bool seen = false;

        wci_schema_put32(key, listing);
        code = wci_tree_get(&writer->view.tree, WCI_TABLE_PLACES, key, sizeof(key), &value, err);
        if (code != WCAB_ERR_NOTFOUND)
            continue;
        /* One image may have had it several times. */
        code = wci_tree_get(&writer->view.tree, WCI_TABLE_LISTINGS, key, sizeof(key), &value, err);
        if (code == WCAB_ERR_NOTFOUND) {
            for (j = 0; j < i && !seen; j++)
                seen = state->listings[j] == listing;
            code = seen ? WCAB_OK : wci_reader_damaged(err, "there is no listing %u", listing);
        } else if (code == WCAB_OK) {
            code = drop_listing(writer, listing, err);
        }
    }
    return code;
}

/* A listing that an importer says the container has. */
static enum wcab_err check_known(struct wci_writer *writer, const struct wci_container *container,
                                 uint32_t id, struct wcab_error *err)
{
    struct wci_listing listing;
    enum wcab_err code = wci_reader_listing(&writer->view, id, &listing, err);

    if (code == WCAB_OK &&
        (listing.kind != container->kind || listing.row_count != container->entry_count))
        return wci_error_set(err, WCAB_ERR_USAGE, "listing %u is not that of its container", id);
    return code;
}

static enum wcab_err add_places(struct wci_writer *writer, uint32_t id,
                                const struct wci_image *image, const uint32_t *known,
                                uint32_t *listings, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    for (i = 0; code == WCAB_OK && i < image->container_count; i++) {
        listings[i] = known != NULL ? known[i] : 0;
        if (listings[i] == 0)
            code = take_listing(writer, &image->containers[i], &listings[i], err);
        else
            code = check_known(writer, &image->containers[i], listings[i], err);
        if (code == WCAB_OK)
            code = put_place(writer, listings[i], id, i, true, err);
    }
    writer->counters.containers += image->container_count;
    return code;
}

static enum wcab_err new_image_id(struct wci_writer *writer, uint32_t *id, struct wcab_error *err)
{
    if (writer->counters.image == UINT32_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "the catalog can take no more images");
    *id = ++writer->counters.image;
    return WCAB_OK;
}

/* The new listings are put before the old ones are dropped, so that what both have is kept. */
static enum wcab_err replace_image(struct wci_writer *writer, const struct wci_image *image,
                                   const uint32_t *known, uint32_t *listings, uint32_t *id,
                                   struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    struct wci_image_state state = {.listings = listings};
    struct wci_image_stamp stamp;
    struct wci_image old;
    struct wci_image_state old_state;
    enum wcab_err code;

    if (arena == NULL)
        return wci_error_nomem(err);
    memset(&old, 0, sizeof(old));
    code = wci_reader_get_stamp(&writer->view.tree, image->path, &stamp, err);
    if (code == WCAB_ERR_NOTFOUND) {
        code = new_image_id(writer, &stamp.id, err);
    } else if (code == WCAB_OK) {
        code = read_listings(writer, stamp.id, arena, &old, &old_state, err);
        if (code == WCAB_OK)
            code = drop_places(writer, stamp.id, &old, &old_state, err);
    }
    if (code == WCAB_OK)
        code = add_places(writer, stamp.id, image, known, listings, err);
    if (code == WCAB_OK && old.container_count > 0)
        code = drop_unused(writer, &old, &old_state, err);
    if (code != WCAB_OK)
        goto out;
    stamp.size = image->size;
    stamp.mtime_ns = image->mtime_ns;
    stamp.inode = image->inode;
    stamp.device = image->device;
    stamp.deep = false;
    stamp.offline = false;
    code = put_record(writer, stamp.id, image, &state, err);
    if (code == WCAB_OK)
        code = put_stamp(writer, image->path, &stamp, err);
    if (code == WCAB_OK)
        *id = stamp.id;
out:
    wci_arena_free(arena);
    return code;
}

enum wcab_err wci_writer_put_known(struct wci_writer *writer, const struct wci_image *image,
                                   const uint32_t *known, uint32_t *id, uint32_t *listings,
                                   struct wcab_error *err)
{
    uint32_t *own = NULL;
    enum wcab_err code = check_image(image, err);

    if (code == WCAB_OK)
        code = wci_writer_begin(writer, err);
    if (code != WCAB_OK)
        return code;
    if (listings == NULL) {
        /* One more, so that an image without containers has an array too. */
        own = wci_mem_calloc((size_t)image->container_count + 1, sizeof(*own));
        if (own == NULL)
            return wci_error_nomem(err);
    }
    code = replace_image(writer, image, known, own != NULL ? own : listings, id, err);
    free(own);
    return wci_writer_end(writer, code);
}

enum wcab_err wci_writer_put_image(struct wci_writer *writer, const struct wci_image *image,
                                   uint32_t *id, struct wcab_error *err)
{
    return wci_writer_put_known(writer, image, NULL, id, NULL, err);
}

static enum wcab_err remove_image(struct wci_writer *writer, uint32_t id,
                                  const struct wci_image *image,
                                  const struct wci_image_state *state, struct wcab_error *err)
{
    uint8_t key[4];
    enum wcab_err code = drop_places(writer, id, image, state, err);

    if (code == WCAB_OK)
        code = drop_unused(writer, image, state, err);
    if (code == WCAB_OK)
        code = wci_writer_long_take(writer, WCI_TABLE_PATHS, image->path, err);
    wci_schema_put32(key, id);
    return code != WCAB_OK
               ? code
               : wci_writer_take(writer, WCI_TABLE_IMAGES, key, sizeof(key), NULL, 0, err);
}

enum wcab_err wci_writer_remove_image(struct wci_writer *writer, uint32_t id,
                                      struct wcab_error *err)
{
    struct wci_arena *arena;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code = wci_writer_begin(writer, err);

    if (code != WCAB_OK)
        return code;
    arena = wci_arena_new();
    if (arena == NULL)
        return wci_error_nomem(err);
    code = read_listings(writer, id, arena, &image, &state, err);
    if (code == WCAB_OK)
        code = wci_writer_end(writer, remove_image(writer, id, &image, &state, err));
    wci_arena_free(arena);
    return code;
}

/* Changes an image's stamp; NULL: left as it is. */
static enum wcab_err change_stamp(struct wci_writer *writer, uint32_t id, const bool *offline,
                                  const bool *deep, struct wcab_error *err)
{
    struct wci_arena *arena;
    struct wci_image image;
    struct wci_image_state state;
    struct wci_image_stamp stamp;
    enum wcab_err code = wci_writer_begin(writer, err);

    if (code != WCAB_OK)
        return code;
    arena = wci_arena_new();
    if (arena == NULL)
        return wci_error_nomem(err);
    code = read_listings(writer, id, arena, &image, &state, err);
    if (code == WCAB_OK)
        code = wci_reader_get_stamp(&writer->view.tree, image.path, &stamp, err);
    if (code == WCAB_OK &&
        ((offline != NULL && stamp.offline != *offline) || (deep != NULL && stamp.deep != *deep))) {
        stamp.offline = offline != NULL ? *offline : stamp.offline;
        stamp.deep = deep != NULL ? *deep : stamp.deep;
        code = wci_writer_end(writer, put_stamp(writer, image.path, &stamp, err));
    }
    wci_arena_free(arena);
    return code;
}

enum wcab_err wci_writer_set_offline(struct wci_writer *writer, uint32_t id, bool offline,
                                     struct wcab_error *err)
{
    return change_stamp(writer, id, &offline, NULL, err);
}

enum wcab_err wci_writer_set_deep(struct wci_writer *writer, uint32_t id, bool deep,
                                  struct wcab_error *err)
{
    return change_stamp(writer, id, NULL, &deep, err);
}

/* What may be changed in an image's record after it was put; NULL data: left as it is. */
struct record_change {
    uint32_t part;
    const uint64_t *group;
    const struct wci_bytes *medium, *disk, *reason;
};

static void apply_change(const struct record_change *change, struct wci_image *image,
                         struct wci_image_state *state)
{
    struct wci_part *part = change->part < image->part_count ? &image->parts[change->part] : NULL;

    if (change->group != NULL)
        *(part != NULL ? &part->group : &state->group) = *change->group;
    if (change->medium != NULL) {
        *(part != NULL ? &part->medium : &image->medium) = *change->medium;
        *(part != NULL ? &part->disk : &image->disk) = *change->disk;
        *(part != NULL ? &part->reason : &image->reason) = *change->reason;
    }
}

static enum wcab_err change_record(struct wci_writer *writer, uint32_t id,
                                   const struct record_change *change, struct wcab_error *err)
{
    struct wci_arena *arena;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code = wci_writer_begin(writer, err);

    if (code != WCAB_OK)
        return code;
    arena = wci_arena_new();
    if (arena == NULL)
        return wci_error_nomem(err);
    code = read_listings(writer, id, arena, &image, &state, err);
    if (code == WCAB_OK && change->part != WCI_NONE && change->part >= image.part_count)
        code = wci_error_set(err, WCAB_ERR_USAGE, "image %u has no part %u", id, change->part);
    if (code == WCAB_OK) {
        apply_change(change, &image, &state);
        code = wci_writer_end(writer, put_record(writer, id, &image, &state, err));
    }
    wci_arena_free(arena);
    return code;
}

enum wcab_err wci_writer_set_group(struct wci_writer *writer, uint32_t id, uint32_t part,
                                   uint64_t group, struct wcab_error *err)
{
    const struct record_change change = {.part = part, .group = &group};

    return change_record(writer, id, &change, err);
}

enum wcab_err wci_writer_set_medium(struct wci_writer *writer, uint32_t id, uint32_t part,
                                    struct wci_bytes medium, struct wci_bytes disk,
                                    struct wci_bytes reason, struct wcab_error *err)
{
    const struct record_change change = {
        .part = part, .medium = &medium, .disk = &disk, .reason = &reason};

    return change_record(writer, id, &change, err);
}

/* ---- sets --------------------------------------------------------------------------------- */

static enum wcab_err check_listing(struct wci_writer *writer, uint32_t listing,
                                   struct wcab_error *err)
{
    uint8_t key[4];
    struct wci_bytes value;
    enum wcab_err code;

    wci_schema_put32(key, listing);
    code = wci_tree_get(&writer->view.tree, WCI_TABLE_LISTINGS, key, sizeof(key), &value, err);
    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "there is no listing %u in the catalog", listing);
    return code;
}

static enum wcab_err replace_next(struct wci_writer *writer, uint32_t listing, uint32_t next,
                                  struct wcab_error *err)
{
    uint8_t key[4], value[4];
    uint32_t old;
    enum wcab_err code = wci_reader_number(&writer->view.tree, WCI_TABLE_NEXT, listing, &old, err);

    wci_schema_put32(key, listing);
    if (code == WCAB_OK && old == next)
        return WCAB_OK;
    if (code == WCAB_OK) {
        wci_schema_put32(value, old);
        code = wci_writer_take(writer, WCI_TABLE_PREVIOUS, value, sizeof(value), key, sizeof(key),
                               err);
        if (code == WCAB_OK)
            code = wci_writer_take(writer, WCI_TABLE_NEXT, key, sizeof(key), NULL, 0, err);
    }
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK;
    if (code != WCAB_OK || next == WCI_NONE)
        return code;
    wci_schema_put32(value, next);
    code = wci_writer_put(writer, WCI_TABLE_NEXT, key, sizeof(key), value, sizeof(value), err);
    if (code == WCAB_OK)
        code =
            wci_writer_put(writer, WCI_TABLE_PREVIOUS, value, sizeof(value), key, sizeof(key), err);
    return code;
}

enum wcab_err wci_writer_set_next(struct wci_writer *writer, uint32_t listing, uint32_t next,
                                  struct wcab_error *err)
{
    enum wcab_err code = wci_writer_begin(writer, err);

    if (code == WCAB_OK)
        code = check_listing(writer, listing, err);
    if (code == WCAB_OK && next != WCI_NONE)
        code = check_listing(writer, next, err);
    if (code != WCAB_OK)
        return code;
    return wci_writer_end(writer, replace_next(writer, listing, next, err));
}

enum wcab_err wci_writer_set_settled(struct wci_writer *writer, uint32_t listing,
                                     struct wcab_error *err)
{
    enum wcab_err code = wci_writer_begin(writer, err);

    if (code == WCAB_OK)
        writer->counters.settled = listing;
    return code;
}

/* ---- profiles ----------------------------------------------------------------------------- */

enum wcab_err wci_writer_put_profile(struct wci_writer *writer, struct wci_bytes id,
                                     struct wci_bytes text, struct wcab_error *err)
{
    enum wcab_err code;

    if (id.length == 0 || id.length > WCI_LIMIT_NAME)
        return wci_error_set(err, WCAB_ERR_USAGE, "a profile's id has 1 to %d bytes, not %zu",
                             WCI_LIMIT_NAME, id.length);
    code = wci_writer_begin(writer, err);
    if (code != WCAB_OK)
        return code;
    return wci_writer_end(writer, wci_writer_long_put(writer, WCI_TABLE_PROFILES, id, text, err));
}

enum wcab_err wci_writer_remove_profile(struct wci_writer *writer, struct wci_bytes id,
                                        struct wcab_error *err)
{
    struct wci_bytes text;
    enum wcab_err code = wci_writer_begin(writer, err);

    if (code == WCAB_OK)
        code = wci_reader_profile(&writer->view, id, &text, err);
    if (code != WCAB_OK)
        return code;
    return wci_writer_end(writer, wci_writer_long_take(writer, WCI_TABLE_PROFILES, id, err));
}
