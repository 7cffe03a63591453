/*
 * Whole catalogs walked twice, by LMDB and by the reader of its pages: every table has the same
 * keys with the same values.  This is what tells when an LMDB writes another format.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <lmdb.h>

#include "catalog/pages.h"
#include "catalog/store.h"
#include "large_catalog.h"

/* One catalog, open with both. */
struct both {
    struct wci_store *store;
    MDB_txn *transaction;
    uint8_t *map;
    size_t size;
    struct wci_pages pages;
    uint64_t keys, values, runs; /* met */
};

static void open_both(struct both *both, const char *path)
{
    struct wcab_error err = {.text = ""};
    struct stat status = {.st_size = 0};
    int fd;

    memset(both, 0, sizeof(*both));
    both->store = fixture_store(path, WCI_STORE_READ);
    CHECK_EQ_INT(mdb_txn_begin(both->store->env, NULL, MDB_RDONLY, &both->transaction), 0);
    fd = open(both->store->data_path, O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0 && fstat(fd, &status) == 0);
    both->size = (size_t)status.st_size;
    both->map = mmap(NULL, both->size, PROT_READ, MAP_SHARED, fd, 0);
    if (both->map == MAP_FAILED || both->transaction == NULL) {
        printf("can't open %s\n", path);
        exit(2);
    }
    (void)close(fd);
    CHECK_EQ_INT(
        wci_pages_open(both->map, both->size, mdb_txn_id(both->transaction), &both->pages, &err),
        WCAB_OK);
    CHECK_EQ_STR(err.text, "");
}

static void close_both(struct both *both)
{
    mdb_txn_abort(both->transaction);
    (void)munmap(both->map, both->size);
    wci_store_close(both->store);
}

static bool same(const MDB_val *theirs, struct wci_bytes ours)
{
    return theirs->mv_size == ours.length &&
           (ours.length == 0 || memcmp(theirs->mv_data, ours.data, ours.length) == 0);
}

/* All values of the key on which LMDB's cursor stands, one behind the other; each is looked up,
 * too. */
static void take_values(const struct both *both, enum wci_table table, MDB_cursor *cursor,
                        const MDB_val *key, struct wci_buffer *values)
{
    MDB_val again = *key, value;
    int result = mdb_cursor_get(cursor, &again, &value, MDB_FIRST_DUP);

    values->size = 0;
    while (result == 0) {
        bool has = false;

        wci_buffer_put(values, value.mv_data, value.mv_size);
        CHECK_EQ_INT(wci_pages_has(&both->pages, table, key->mv_data, key->mv_size, value.mv_data,
                                   &has, NULL),
                     WCAB_OK);
        CHECK(has);
        result = mdb_cursor_get(cursor, &again, &value, MDB_NEXT_DUP);
    }
    CHECK_EQ_INT(result, MDB_NOTFOUND);
}

/* The values of a key of a table with several, of which the first run is at hand. */
static void compare_values(struct both *both, const struct wci_buffer *theirs,
                           struct wci_pages_cursor *cursor, struct wci_bytes run)
{
    enum wcab_err code = WCAB_OK;
    size_t at = 0;

    for (; code == WCAB_OK; both->runs++) {
        CHECK(run.length > 0 && run.length <= theirs->size - at);
        if (run.length > theirs->size - at)
            return;
        CHECK_EQ_MEM(theirs->data + at, run.data, run.length);
        at += run.length;
        code = wci_pages_cursor_run(cursor, &run, NULL);
    }
    CHECK_EQ_INT(code, WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(at, theirs->size);
}

/* The key on which both stand. */
static void compare_key(struct both *both, enum wci_table table, MDB_cursor *theirs,
                        const MDB_val *key, const MDB_val *value, struct wci_pages_cursor *ours,
                        struct wci_bytes first)
{
    struct wci_bytes got = {NULL, 0};
    struct wci_buffer values;

    both->keys++;
    if (wci_schema_tables[table].value_size == 0) {
        both->values++;
        CHECK(same(value, first));
        CHECK_EQ_INT(wci_pages_get(&both->pages, table, key->mv_data, key->mv_size, &got, NULL),
                     WCAB_OK);
        CHECK(same(value, got));
        return;
    }
    wci_buffer_init(&values);
    take_values(both, table, theirs, key, &values);
    both->values += values.size / wci_schema_tables[table].value_size;
    compare_values(both, &values, ours, first);
    wci_buffer_free(&values);
}

static void walk_table(struct both *both, enum wci_table table)
{
    const struct wci_table_form *form = &wci_schema_tables[table];
    struct wci_pages_cursor ours;
    MDB_cursor *theirs = NULL;
    MDB_val key, value;
    MDB_stat about;
    MDB_dbi dbi;
    struct wci_bytes found, first;
    uint64_t before = both->values;
    enum wcab_err code;
    int result = mdb_dbi_open(both->transaction, form->name, 0, &dbi);

    CHECK_EQ_INT(result, 0);
    if (result != 0)
        return;
    CHECK_EQ_INT(mdb_stat(both->transaction, dbi, &about), 0);
    CHECK_EQ_INT(mdb_cursor_open(both->transaction, dbi, &theirs), 0);
    wci_pages_cursor_open(&both->pages, table, &ours);
    code = wci_pages_cursor_seek(&ours, "", 0, &found, &first, NULL);
    for (result = mdb_cursor_get(theirs, &key, &value, MDB_FIRST); result == 0 && code == WCAB_OK;
         result = mdb_cursor_get(theirs, &key, &value, MDB_NEXT_NODUP)) {
        CHECK(same(&key, found));
        compare_key(both, table, theirs, &key, &value, &ours, first);
        code = wci_pages_cursor_next(&ours, &found, &first, NULL);
    }
    CHECK_EQ_INT(result, MDB_NOTFOUND);
    CHECK_EQ_INT(code, WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(both->values - before, about.ms_entries);
    CHECK_EQ_INT(both->pages.tables[table].entries, about.ms_entries);
    CHECK_EQ_INT(both->pages.tables[table].overflow_pages, about.ms_overflow_pages);
    mdb_cursor_close(theirs);
}

static void walk(struct both *both, const char *path)
{
    int table;

    open_both(both, path);
    for (table = 0; table < WCI_TABLE_COUNT; table++)
        walk_table(both, (enum wci_table)table);
    close_both(both);
}

static void both_read_the_same(void)
{
    char folder[128];
    struct both both;
    uint64_t depth = 0, overflow = 0;
    int table;

    large_catalog_make(folder);
    walk(&both, folder);
    /* ... and it was a catalog that has all there is */
    for (table = 0; table < WCI_TABLE_COUNT; table++) {
        if (both.pages.tables[table].depth > depth)
            depth = both.pages.tables[table].depth;
        overflow += both.pages.tables[table].overflow_pages;
    }
    CHECK(depth >= 2);
    CHECK(overflow > 0);
    CHECK(both.values > both.keys + 1000);
    CHECK(both.runs > WCI_TABLE_COUNT);
    fixture_remove(folder);
}

/* The published listings: many names, compiled in one run. */
static void published_catalog(void)
{
    struct both both;

    walk(&both, WCAB_PUBLISHED);
    CHECK(both.keys > 10000);
}

int main(void)
{
    RUN(both_read_the_same);
    RUN(published_catalog);
    return check_report();
}
