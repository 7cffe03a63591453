/*
 * writer - see writer.h and catalog.h: the transaction, the links of sets, the profiles.
 */
#include "catalog/writer.h"

#include <stdlib.h>

#include "core/error.h"
#include "core/limits.h"

enum { LARGEST_CHECKED = 1 << 30, CALLS_TO_RELAX = 512 };

/* ---- the transaction ---------------------------------------------------------------------- */

enum wcab_err wci_writer_open(struct wci_store *store, bool wait, const struct wcab_cancel *cancel,
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
    code = wci_store_renew(store, err); /* whoever held the lock may have replaced the file */
    if (code != WCAB_OK) {
        wci_store_unlock(opened->lock);
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

void wci_writer_set_in_pieces(struct wci_writer *writer)
{
    writer->in_pieces = WCI_WRITER_LARGE_ROWS;
}

static void ignore_report(void *context, const char *what)
{
    (void)context;
    (void)what;
}

enum wcab_err wci_writer_check_pages(struct wci_store *store, uint64_t most, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    uint64_t faults = 0;
    enum wcab_err code = wci_reader_open(store, &reader, err);

    if (code != WCAB_OK)
        return code;
    if (reader->map_size <= most)
        code = wci_pages_check(&reader->pages, store->cancel, ignore_report, NULL, &faults, err);
    wci_reader_close(reader);
    if (code == WCAB_OK && faults > 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged ('whichcab catalog check' says where); "
                             "'whichcab catalog repair' saves what can be read");
    return code;
}

enum wcab_err wci_writer_begin(struct wci_writer *writer, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    int result;

    if (writer->failed)
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "writing to the catalog has failed before; nothing more is taken");
    if (++writer->calls % CALLS_TO_RELAX == 0)
        wci_environment_relax(writer->store->environment);
    if (writer->view.tree.transaction != NULL)
        return WCAB_OK;
    /* In a very large file looking at all pages would take too long; there only `catalog check`
     * does. */
    if (!writer->checked)
        code = wci_writer_check_pages(writer->store, LARGEST_CHECKED, err);
    if (code != WCAB_OK)
        return code;
    writer->checked = true;
    result = mdb_txn_begin(writer->store->env, NULL, 0, &writer->view.tree.transaction);
    if (result != MDB_SUCCESS) {
        writer->view.tree.transaction = NULL;
        return wci_store_error(result, WCI_WRITER_WRITING, err);
    }
    code = wci_reader_counters(&writer->view.tree, &writer->counters, err);
    if (code == WCAB_OK && !writer->tidied)
        code = wci_writer_large_take_back(writer, err);
    writer->tidied = true;
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

/* A catalog of an older format has what is read of it; from now on it is of this one. */
static enum wcab_err put_format(struct wci_writer *writer, struct wcab_error *err)
{
    struct wci_bytes value;
    uint32_t version;
    enum wcab_err code = wci_tree_get(&writer->view.tree, WCI_TABLE_META, "format", 6, &value, err);

    if (code != WCAB_OK ||
        (wci_schema_get_format(value, &version) && version == WCI_SCHEMA_VERSION))
        return code;
    wci_buffer_clear(&writer->value);
    wci_schema_put_format(&writer->value);
    if (!writer->value.ok)
        return wci_error_nomem(err);
    return wci_writer_put(writer, WCI_TABLE_META, "format", 6, writer->value.data,
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
    if (code == WCAB_OK)
        code = put_format(writer, err);
    if (code != WCAB_OK)
        return wci_writer_end(writer, code);
    result = mdb_txn_commit(writer->view.tree.transaction);
    writer->view.tree.transaction = NULL; /* gone, whatever the result */
    if (result != MDB_SUCCESS) {
        wci_hash_table_clear(&writer->spellings);
        writer->failed = true;
        return wci_store_write_error(writer->store, result, WCI_WRITER_WRITING, err);
    }
    writer->has_written = true;
    wci_environment_relax(writer->store->environment);
    return WCAB_OK;
}

void wci_writer_close(struct wci_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->view.tree.transaction != NULL)
        drop_transaction(writer);
    if (writer->has_written && !writer->failed)
        wci_copy_keep_small(writer);
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
