/*
 * writer_value - single values of the open transaction: in plain tables, in tables with long keys,
 * and values that are found by their content.  See writer.h.
 */
#include "catalog/writer.h"

#include "core/error.h"

enum { MOST_SAME_HASHES = 64 };

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

    return result == MDB_SUCCESS ? WCAB_OK : wci_store_error(result, WCI_WRITER_WRITING, err);
}

enum wcab_err wci_writer_append(struct wci_writer *writer, enum wci_table table,
                                struct wci_bytes key, struct wci_bytes value,
                                struct wcab_error *err)
{
    MDB_val key_val = val_of(key.data, key.length), value_val = val_of(value.data, value.length);
    int result = mdb_put(writer->view.tree.transaction, writer->store->tables[table], &key_val,
                         &value_val, MDB_APPEND);

    if (result == MDB_KEYEXIST) /* others are behind it */
        return wci_writer_put(writer, table, key.data, key.length, value.data, value.length, err);
    return result == MDB_SUCCESS ? WCAB_OK : wci_store_error(result, WCI_WRITER_WRITING, err);
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
    return result == MDB_SUCCESS ? WCAB_OK : wci_store_error(result, WCI_WRITER_WRITING, err);
}

/* The bucket of a cut key without `text`; *found tells whether it was there. */
static enum wcab_err bucket_without(struct wci_writer *writer, enum wci_table table,
                                    struct wci_bytes text, struct wci_buffer *bucket, bool *found,
                                    struct wcab_error *err)
{
    struct wci_bytes stored, known, value;
    struct wci_cursor cursor;
    struct wci_key key;
    enum wcab_err code;

    wci_schema_long_key(text, &key);
    code = wci_tree_get(&writer->view.tree, table, key.bytes, key.size, &stored, err);

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
    code = bucket_without(writer, table, text, &bucket, &found, err);
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
    code = bucket_without(writer, table, text, &bucket, &found, err);
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

enum wcab_err wci_writer_id_at(struct wci_writer *writer, enum wci_table table,
                               const uint8_t key[16], uint32_t *id, struct wcab_error *err)
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
                                      struct wci_bytes content, uint8_t key[16], uint32_t *id,
                                      struct wcab_error *err)
{
    enum wci_table values = table == WCI_TABLE_DIGESTS ? WCI_TABLE_LISTINGS : WCI_TABLE_FACTS;
    uint64_t attempt;

    for (attempt = 0; attempt < MOST_SAME_HASHES; attempt++) {
        uint8_t id_key[4];
        struct wci_bytes stored;
        enum wcab_err code;

        content_key(content, attempt, key);
        code = wci_writer_id_at(writer, table, key, id, err);
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
        code = wci_writer_id_at(writer, table, key, &found, err);
        if (code == WCAB_OK && found == id)
            code = wci_writer_take(writer, table, key, sizeof(key), NULL, 0, err);
        if (code != WCAB_OK || found == id)
            return code;
    }
    return wci_reader_damaged(err, "number %u is not found by its hash", id);
}
