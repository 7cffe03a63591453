/*
 * tree - see tree.h.
 */
#include "catalog/tree.h"

#include "core/cancel.h"
#include "core/error.h"

static const char reading[] = "reading the catalog";

/* NOTFOUND costs nothing, it is the most frequent result. */
static enum wcab_err result_code(int result, struct wcab_error *err)
{
    if (result == MDB_SUCCESS)
        return WCAB_OK;
    if (result == MDB_NOTFOUND)
        return WCAB_ERR_NOTFOUND;
    return wci_store_error(result, reading, err);
}

static MDB_val val_of(const void *data, size_t size)
{
    MDB_val val = {.mv_size = size, .mv_data = (void *)(uintptr_t)data};

    return val;
}

static struct wci_bytes bytes_of(const MDB_val *val)
{
    struct wci_bytes bytes = {.data = val->mv_data, .length = val->mv_size};

    return bytes;
}

enum wcab_err wci_tree_get(const struct wci_tree *tree, enum wci_table table, const void *key,
                           size_t key_size, struct wci_bytes *value, struct wcab_error *err)
{
    MDB_val key_val = val_of(key, key_size), found;
    enum wcab_err code = wci_cancel_check(tree->store->cancel, err);
    int result;

    if (code != WCAB_OK)
        return code;
    if (tree->pages != NULL)
        return wci_pages_get(tree->pages, table, key, key_size, value, err);
    result = mdb_get(tree->transaction, tree->store->tables[table], &key_val, &found);

    if (result == MDB_SUCCESS)
        *value = bytes_of(&found);
    return result_code(result, err);
}

enum wcab_err wci_tree_has(const struct wci_tree *tree, enum wci_table table, const void *key,
                           size_t key_size, const void *value, bool *has, struct wcab_error *err)
{
    MDB_val key_val = val_of(key, key_size);
    MDB_val value_val = val_of(value, wci_schema_tables[table].value_size);
    MDB_cursor *cursor;
    int result;

    if (tree->pages != NULL)
        return wci_pages_has(tree->pages, table, key, key_size, value, has, err);
    result = mdb_cursor_open(tree->transaction, tree->store->tables[table], &cursor);
    if (result != MDB_SUCCESS)
        return result_code(result, err);
    result = mdb_cursor_get(cursor, &key_val, &value_val, MDB_GET_BOTH);
    mdb_cursor_close(cursor);
    if (result != MDB_SUCCESS && result != MDB_NOTFOUND)
        return result_code(result, err);
    *has = result == MDB_SUCCESS;
    return WCAB_OK;
}

enum wcab_err wci_tree_count(const struct wci_tree *tree, enum wci_table table, uint64_t *entries,
                             uint64_t *bytes, struct wcab_error *err)
{
    MDB_stat stat;
    int result;

    if (tree->pages != NULL) {
        const struct wci_datafile_tree *found = &tree->pages->tables[table];

        *entries = found->entries;
        *bytes = tree->pages->page_size *
                 (found->branch_pages + found->leaf_pages + found->overflow_pages);
        return WCAB_OK;
    }
    result = mdb_stat(tree->transaction, tree->store->tables[table], &stat);
    if (result != MDB_SUCCESS)
        return result_code(result, err);
    *entries = stat.ms_entries;
    *bytes = (uint64_t)stat.ms_psize *
             (stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages);
    return WCAB_OK;
}

enum wcab_err wci_tree_cursor_open(const struct wci_tree *tree, enum wci_table table,
                                   struct wci_tree_cursor *cursor, struct wcab_error *err)
{
    int result = MDB_SUCCESS;

    cursor->cancel = tree->store->cancel;
    cursor->cursor = NULL;
    cursor->value_size = wci_schema_tables[table].value_size;
    if (tree->pages != NULL)
        wci_pages_cursor_open(tree->pages, table, &cursor->pages);
    else
        result = mdb_cursor_open(tree->transaction, tree->store->tables[table], &cursor->cursor);
    return result_code(result, err);
}

void wci_tree_cursor_close(struct wci_tree_cursor *cursor)
{
    if (cursor->cursor != NULL)
        mdb_cursor_close(cursor->cursor);
    cursor->cursor = NULL;
}

/* The cursor has come to a key. */
static void arrive(struct wci_tree_cursor *cursor, struct wci_bytes key, struct wci_bytes value)
{
    cursor->key = key;
    cursor->value = value;
    cursor->first_run = value;
    cursor->started = false;
    if (cursor->value_size > 0 && value.length > cursor->value_size)
        cursor->value.length = cursor->value_size;
}

static enum wcab_err move(struct wci_tree_cursor *cursor, MDB_val key, MDB_cursor_op operation,
                          struct wcab_error *err)
{
    MDB_val value;
    int result = mdb_cursor_get(cursor->cursor, &key, &value, operation);

    if (result == MDB_SUCCESS)
        arrive(cursor, bytes_of(&key), bytes_of(&value));
    return result_code(result, err);
}

enum wcab_err wci_tree_cursor_seek(struct wci_tree_cursor *cursor, const void *key, size_t key_size,
                                   struct wcab_error *err)
{
    struct wci_bytes found, value;
    enum wcab_err code = wci_cancel_check(cursor->cancel, err);

    if (code != WCAB_OK)
        return code;
    /* LMDB refuses an empty key; every key is at or behind it. */
    if (cursor->cursor != NULL)
        return move(cursor, val_of(key, key_size), key_size == 0 ? MDB_FIRST : MDB_SET_RANGE, err);
    code = wci_pages_cursor_seek(&cursor->pages, key, key_size, &found, &value, err);
    if (code == WCAB_OK)
        arrive(cursor, found, value);
    return code;
}

enum wcab_err wci_tree_cursor_next(struct wci_tree_cursor *cursor, struct wcab_error *err)
{
    struct wci_bytes found, value;
    enum wcab_err code = wci_cancel_check(cursor->cancel, err);

    if (code != WCAB_OK)
        return code;
    if (cursor->cursor != NULL)
        return move(cursor, val_of(NULL, 0), cursor->value_size > 0 ? MDB_NEXT_NODUP : MDB_NEXT,
                    err);
    code = wci_pages_cursor_next(&cursor->pages, &found, &value, err);
    if (code == WCAB_OK)
        arrive(cursor, found, value);
    return code;
}

static enum wcab_err lmdb_run(struct wci_tree_cursor *cursor, struct wci_bytes *run,
                              struct wcab_error *err)
{
    MDB_val key = val_of(NULL, 0);
    /* With a single value LMDB leaves it as it was given. */
    MDB_val value = val_of(cursor->value.data, cursor->value.length);
    int result = mdb_cursor_get(cursor->cursor, &key, &value,
                                cursor->started ? MDB_NEXT_MULTIPLE : MDB_GET_MULTIPLE);

    if (result != MDB_SUCCESS)
        return result_code(result, err);
    if (value.mv_size == 0 || value.mv_size % cursor->value_size != 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: a run of values has %zu bytes",
                             value.mv_size);
    *run = bytes_of(&value);
    return WCAB_OK;
}

enum wcab_err wci_tree_cursor_run(struct wci_tree_cursor *cursor, struct wci_bytes *run,
                                  struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    if (cursor->cursor != NULL)
        code = lmdb_run(cursor, run, err);
    else if (cursor->started)
        code = wci_pages_cursor_run(&cursor->pages, run, err);
    else
        *run = cursor->first_run;
    cursor->started = true;
    return code;
}
