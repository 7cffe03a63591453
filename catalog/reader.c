/*
 * reader - see reader.h and catalog.h.
 */
#include "catalog/reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "catalog/listing.h"
#include "core/error.h"

#ifdef __clang_analyzer__
#undef wci_reader_damaged
#endif

enum { OPEN_ATTEMPTS = 100 };

enum wcab_err wci_reader_damaged(struct wcab_error *err, const char *format, ...)
{
    char text[160];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    (void)wci_error_set(err, WCAB_ERR_CORRUPT, "the catalog is damaged: %s", text);
    return WCAB_ERR_CORRUPT;
}

/* ---- opening ------------------------------------------------------------------------------ */

static enum wcab_err map_file(struct wci_reader *reader, struct wcab_error *err)
{
    struct stat status;
    int file;

    if (mdb_env_get_fd(reader->tree.store->env, &file) != MDB_SUCCESS || fstat(file, &status) != 0)
        return wci_error_set_sys(err, errno, "can't examine the catalog's data file");
    if (status.st_size <= 0 || (uint64_t)status.st_size > SIZE_MAX)
        return wci_reader_damaged(err, "it has %lld bytes", (long long)status.st_size);
    reader->map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (reader->map == MAP_FAILED) {
        reader->map = NULL;
        return wci_error_set_sys(err, errno, "can't map the catalog");
    }
    reader->map_size = (size_t)status.st_size;
    return WCAB_OK;
}

static void let_go(struct wci_reader *reader)
{
    if (reader->map != NULL)
        (void)munmap(reader->map, reader->map_size);
    reader->map = NULL;
    if (reader->tree.transaction != NULL)
        mdb_txn_abort(reader->tree.transaction);
    reader->tree.transaction = NULL;
}

/* LMDB's transaction keeps the pages of its moment from being used again; the map comes after it,
 * so that it has them all. */
static enum wcab_err hold_moment(struct wci_reader *reader, struct wcab_error *err)
{
    enum wcab_err code;
    int result =
        mdb_txn_begin(reader->tree.store->env, NULL, MDB_RDONLY, &reader->tree.transaction);

    if (result != MDB_SUCCESS) {
        reader->tree.transaction = NULL;
        return wci_store_error(result, "reading the catalog", err);
    }
    code = map_file(reader, err);
    if (code == WCAB_OK)
        code = wci_pages_open(reader->map, reader->map_size, mdb_txn_id(reader->tree.transaction),
                              &reader->pages, err);
    if (code == WCAB_OK)
        code = wci_reader_unfinished(&reader->tree, &reader->unfinished, err);
    if (code != WCAB_OK)
        let_go(reader);
    return code;
}

enum wcab_err wci_reader_open(struct wci_store *store, struct wci_reader **reader,
                              struct wcab_error *err)
{
    struct wci_reader *opened = calloc(1, sizeof(*opened));
    enum wcab_err code = WCAB_ERR_BUSY;
    int attempt;

    if (opened == NULL)
        return wci_error_nomem(err);
    opened->tree.store = store;
    opened->tree.pages = &opened->pages;
    /* Between LMDB's look at the meta pages and ours a writer may have replaced them. */
    for (attempt = 0; attempt < OPEN_ATTEMPTS && code == WCAB_ERR_BUSY; attempt++)
        code = hold_moment(opened, err);
    if (code != WCAB_OK) {
        free(opened);
        return code;
    }
    *reader = opened;
    return WCAB_OK;
}

void wci_reader_close(struct wci_reader *reader)
{
    if (reader == NULL || reader->of_writer)
        return;
    let_go(reader);
    free(reader);
}

const struct wcab_cancel *wci_reader_cancel(const struct wci_reader *reader)
{
    return reader->tree.store->cancel;
}

struct wcab_fetch *wci_reader_fetch(const struct wci_reader *reader)
{
    return reader->tree.store->fetch;
}

/* ---- helpers over tables ------------------------------------------------------------------ */

enum wcab_err wci_reader_number(const struct wci_tree *tree, enum wci_table table, uint32_t key,
                                uint32_t *value, struct wcab_error *err)
{
    uint8_t key_bytes[4];
    struct wci_bytes found;
    enum wcab_err code;

    wci_schema_put32(key_bytes, key);
    code = wci_tree_get(tree, table, key_bytes, sizeof(key_bytes), &found, err);
    if (code != WCAB_OK)
        return code;
    if (found.length != 4)
        return wci_reader_damaged(err, "table '%s' has no number for %u",
                                  wci_schema_tables[table].name, key);
    *value = wci_schema_get32((const uint8_t *)found.data);
    return WCAB_OK;
}

enum wcab_err wci_reader_unfinished(const struct wci_tree *tree, struct wci_unfinished *unfinished,
                                    struct wcab_error *err)
{
    struct wci_bytes value;
    enum wcab_err code = wci_tree_get(tree, WCI_TABLE_META, WCI_META_UNFINISHED,
                                      strlen(WCI_META_UNFINISHED), &value, err);
    size_t i;

    unfinished->count = 0;
    if (code != WCAB_OK)
        return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
    if (value.length % 4 != 0 || value.length > sizeof(unfinished->ids))
        return wci_reader_damaged(err, "its unfinished listings have %zu bytes", value.length);
    for (i = 0; i < value.length / 4; i++)
        unfinished->ids[i] = wci_schema_get32((const uint8_t *)value.data + 4 * i);
    unfinished->count = i;
    return WCAB_OK;
}

enum wcab_err wci_reader_counters(const struct wci_tree *tree, struct wci_counters *counters,
                                  struct wcab_error *err)
{
    struct wci_bytes value;
    enum wcab_err code = wci_tree_get(tree, WCI_TABLE_META, "counters", 8, &value, err);

    if (code == WCAB_ERR_NOTFOUND)
        return wci_reader_damaged(err, "it has no counters");
    if (code == WCAB_OK && !wci_schema_get_counters(value, counters))
        return wci_reader_damaged(err, "its counters have %zu bytes", value.length);
    return code;
}

enum wcab_err wci_reader_long_get(const struct wci_tree *tree, enum wci_table table,
                                  struct wci_bytes text, struct wci_bytes *value,
                                  struct wcab_error *err)
{
    struct wci_bytes found, known;
    struct wci_cursor bucket;
    struct wci_key key;
    enum wcab_err code;

    if (text.length == 0)
        return WCAB_ERR_NOTFOUND;
    wci_schema_long_key(text, &key);
    code = wci_tree_get(tree, table, key.bytes, key.size, &found, err);
    if (code != WCAB_OK)
        return code;
    if (!key.cut) {
        *value = found;
        return WCAB_OK;
    }
    bucket = wci_cursor_of(found.data, found.length);
    while (wci_schema_bucket_next(&bucket, &known, &found)) {
        if (wci_bytes_equal(known, text)) {
            *value = found;
            return WCAB_OK;
        }
    }
    if (!bucket.ok)
        return wci_reader_damaged(err, "a bucket of table '%s'", wci_schema_tables[table].name);
    return WCAB_ERR_NOTFOUND;
}

enum wcab_err wci_reader_each_value(const struct wci_tree *tree, enum wci_table table,
                                    const void *key, size_t key_size, wci_value_visitor *visit,
                                    void *context, struct wcab_error *err)
{
    struct wci_tree_cursor cursor;
    struct wci_bytes run;
    enum wcab_err code = wci_tree_cursor_open(tree, table, &cursor, err);

    if (code != WCAB_OK)
        return code;
    code = wci_tree_cursor_seek(&cursor, key, key_size, err);
    if (code == WCAB_OK &&
        (cursor.key.length != key_size || memcmp(cursor.key.data, key, key_size) != 0))
        code = WCAB_ERR_NOTFOUND;
    if (code == WCAB_ERR_NOTFOUND) {
        wci_tree_cursor_close(&cursor);
        return WCAB_OK;
    }
    while (code == WCAB_OK && (code = wci_tree_cursor_run(&cursor, &run, err)) == WCAB_OK) {
        size_t at;

        for (at = 0; code == WCAB_OK && at < run.length; at += cursor.value_size)
            code = visit(context, (const uint8_t *)run.data + at, err);
        if (code != WCAB_OK) /* the visitor's own end, NOTFOUND perhaps */
            goto out;
    }
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK;
out:
    wci_tree_cursor_close(&cursor);
    return code;
}

/* ---- walking long keys -------------------------------------------------------------------- */

struct long_pair {
    struct wci_bytes text, value;
};

/* The texts whose keys were cut at the same bytes, and who is told of them. */
struct long_group {
    enum wci_table table;
    struct wci_bytes prefix;
    wci_long_visitor *visit;
    void *context;
    uint8_t start[WCI_KEY_CUT];
    struct long_pair *pairs; /* owned */
    size_t count, capacity;
};

static int by_text(const void *a, const void *b)
{
    return wci_bytes_compare(((const struct long_pair *)a)->text,
                             ((const struct long_pair *)b)->text);
}

static bool starts_with(struct wci_bytes text, struct wci_bytes prefix)
{
    return text.length >= prefix.length &&
           (prefix.length == 0 || memcmp(text.data, prefix.data, prefix.length) == 0);
}

static enum wcab_err add_bucket(struct long_group *group, struct wci_bytes value,
                                struct wcab_error *err)
{
    struct wci_cursor bucket = wci_cursor_of(value.data, value.length);
    struct long_pair pair;

    while (wci_schema_bucket_next(&bucket, &pair.text, &pair.value)) {
        if (!wci_mem_grow(&group->pairs, group->count, &group->capacity, sizeof(*group->pairs)))
            return wci_error_nomem(err);
        group->pairs[group->count++] = pair;
    }
    if (!bucket.ok)
        return wci_reader_damaged(err, "a bucket of table '%s'",
                                  wci_schema_tables[group->table].name);
    return WCAB_OK;
}

static enum wcab_err visit_group(struct long_group *group, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (group->count > 0)
        qsort(group->pairs, group->count, sizeof(*group->pairs), by_text);
    for (i = 0; code == WCAB_OK && i < group->count; i++) {
        if (starts_with(group->pairs[i].text, group->prefix))
            code = group->visit(group->context, group->pairs[i].text, group->pairs[i].value, err);
    }
    group->count = 0;
    return code;
}

static enum wcab_err visit_key(const struct wci_tree_cursor *cursor, struct long_group *group,
                               struct wcab_error *err)
{
    bool cut = cursor->key.length > WCI_KEY_CUT;
    enum wcab_err code = WCAB_OK;

    if (group->count > 0 && (!cut || memcmp(cursor->key.data, group->start, WCI_KEY_CUT) != 0))
        code = visit_group(group, err);
    if (code != WCAB_OK)
        return code;
    if (!cut)
        return starts_with(cursor->key, group->prefix)
                   ? group->visit(group->context, cursor->key, cursor->value, err)
                   : WCAB_OK;
    memcpy(group->start, cursor->key.data, WCI_KEY_CUT);
    return add_bucket(group, cursor->value, err);
}

enum wcab_err wci_reader_each_long(const struct wci_tree *tree, enum wci_table table,
                                   struct wci_bytes prefix, wci_long_visitor *visit, void *context,
                                   struct wcab_error *err)
{
    /* As much of the prefix as stands in keys. */
    struct wci_bytes start = {prefix.data,
                              prefix.length < WCI_KEY_CUT ? prefix.length : WCI_KEY_CUT};
    struct long_group group = {
        .table = table, .prefix = prefix, .visit = visit, .context = context};
    struct wci_tree_cursor cursor;
    enum wcab_err moved, code = wci_tree_cursor_open(tree, table, &cursor, err);

    if (code != WCAB_OK)
        return code;
    moved = wci_tree_cursor_seek(&cursor, start.data, start.length, err);
    while (moved == WCAB_OK && code == WCAB_OK && starts_with(cursor.key, start)) {
        code = visit_key(&cursor, &group, err);
        if (code == WCAB_OK)
            moved = wci_tree_cursor_next(&cursor, err);
    }
    if (code == WCAB_OK && moved != WCAB_OK && moved != WCAB_ERR_NOTFOUND)
        code = moved;
    if (code == WCAB_OK)
        code = visit_group(&group, err);
    wci_tree_cursor_close(&cursor);
    free(group.pairs);
    return code;
}

/* ---- names -------------------------------------------------------------------------------- */

static enum wcab_err get_spelling(struct wci_reader *reader, uint64_t id, uint32_t *name_id,
                                  struct wci_name *name, struct wcab_error *err)
{
    uint8_t key[4];
    struct wci_bytes value;
    enum wcab_err code;

    wci_schema_put32(key, (uint32_t)id);
    code = id > UINT32_MAX
               ? WCAB_ERR_NOTFOUND
               : wci_tree_get(&reader->tree, WCI_TABLE_SPELLINGS, key, sizeof(key), &value, err);
    if (code == WCAB_ERR_NOTFOUND ||
        (code == WCAB_OK && !wci_schema_get_spelling(value, name_id, name)))
        return wci_reader_damaged(err, "there is no spelling %llu", (unsigned long long)id);
    return code;
}

enum wcab_err wci_reader_spelling(struct wci_reader *reader, uint64_t id, struct wci_name *name,
                                  struct wcab_error *err)
{
    static const struct wci_name nothing = {{NULL, 0}, WCI_ENCODING_UTF8};
    size_t slot = (size_t)(id % WCI_READER_SPELLINGS);
    uint32_t name_id;
    enum wcab_err code;

    if (id == 0) {
        *name = nothing;
        return WCAB_OK;
    }
    if (reader->spellings[slot].id == id) {
        *name = reader->spellings[slot].name;
        return WCAB_OK;
    }
    code = get_spelling(reader, id, &name_id, name, err);
    if (code == WCAB_OK && !reader->of_writer) {
        reader->spellings[slot].id = (uint32_t)id;
        reader->spellings[slot].name = *name;
    }
    return code;
}

enum wcab_err wci_reader_name_of(struct wci_reader *reader, uint64_t spelling, uint32_t *name_id,
                                 struct wcab_error *err)
{
    struct wci_name name;

    return get_spelling(reader, spelling, name_id, &name, err);
}

/* Values of two numbers: a row of a listing, a container of an image. */
struct pair_call {
    enum wcab_err (*visit)(void *context, uint32_t first, uint32_t second);
    void *context;
};

static enum wcab_err visit_pair(void *context, const uint8_t *value, struct wcab_error *err)
{
    const struct pair_call *call = context;

    (void)err;
    return call->visit(call->context, wci_schema_get32(value), wci_schema_get32(value + 4));
}

struct hit_call {
    const struct wci_unfinished *unfinished;
    wci_hit_visitor *visit;
    void *context;
    bool any;
};

static enum wcab_err visit_hit(void *context, const uint8_t *value, struct wcab_error *err)
{
    struct hit_call *call = context;
    uint32_t listing = wci_schema_get32(value);

    (void)err;
    if (wci_unfinished_has(call->unfinished, listing))
        return WCAB_OK;
    call->any = true;
    return call->visit(call->context, listing, wci_schema_get32(value + 4));
}

enum wcab_err wci_reader_find(struct wci_reader *reader, struct wci_bytes folded,
                              wci_hit_visitor *visit, void *context, struct wcab_error *err)
{
    struct hit_call call = {&reader->unfinished, visit, context, false};
    struct wci_bytes value;
    enum wcab_err code = wci_reader_long_get(&reader->tree, WCI_TABLE_NAMES, folded, &value, err);

    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "no such name in the catalog");
    if (code != WCAB_OK)
        return code;
    if (value.length != 4)
        return wci_reader_damaged(err, "a name's id has %zu bytes", value.length);
    code = wci_reader_each_value(&reader->tree, WCI_TABLE_POSTINGS, value.data, 4, visit_hit, &call,
                                 err);
    if (code == WCAB_OK && !call.any && reader->unfinished.count > 0)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "no such name in the catalog yet");
    return code;
}

struct name_call {
    wci_name_visitor *visit;
    void *context;
};

static enum wcab_err visit_name(void *context, struct wci_bytes text, struct wci_bytes value,
                                struct wcab_error *err)
{
    const struct name_call *call = context;

    (void)value;
    (void)err;
    return call->visit(call->context, text);
}

enum wcab_err wci_reader_each_name(struct wci_reader *reader, struct wci_bytes prefix,
                                   wci_name_visitor *visit, void *context, struct wcab_error *err)
{
    struct name_call call = {visit, context};

    return wci_reader_each_long(&reader->tree, WCI_TABLE_NAMES, prefix, visit_name, &call, err);
}

/* ---- listings ----------------------------------------------------------------------------- */

enum wcab_err wci_reader_listing(struct wci_reader *reader, uint32_t id,
                                 struct wci_listing *listing, struct wcab_error *err)
{
    uint8_t key[4];
    struct wci_bytes packed;
    enum wcab_err code;

    wci_schema_put32(key, id);
    code = wci_tree_get(&reader->tree, WCI_TABLE_LISTINGS, key, sizeof(key), &packed, err);
    if (code == WCAB_ERR_NOTFOUND)
        return wci_reader_damaged(err, "there is no listing %u", id);
    if (code == WCAB_OK)
        code = wci_listing_parse(packed, id, listing, err);
    if (code == WCAB_OK)
        listing->reader = reader;
    return code;
}

enum wcab_err wci_reader_each_place(struct wci_reader *reader, uint32_t listing,
                                    wci_place_visitor *visit, void *context, struct wcab_error *err)
{
    struct pair_call call = {visit, context};
    uint8_t key[4];

    wci_schema_put32(key, listing);
    return wci_reader_each_value(&reader->tree, WCI_TABLE_PLACES, key, sizeof(key), visit_pair,
                                 &call, err);
}

enum wcab_err wci_reader_next(struct wci_reader *reader, uint32_t listing, uint32_t *next,
                              struct wcab_error *err)
{
    enum wcab_err code = wci_reader_number(&reader->tree, WCI_TABLE_NEXT, listing, next, err);

    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "no cabinet is known to follow");
    return code;
}

enum wcab_err wci_reader_previous(struct wci_reader *reader, uint32_t listing, uint32_t *previous,
                                  struct wcab_error *err)
{
    enum wcab_err code =
        wci_reader_number(&reader->tree, WCI_TABLE_PREVIOUS, listing, previous, err);

    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "no cabinet is known to come before");
    return code;
}

enum wcab_err wci_reader_each_joint(struct wci_reader *reader, wci_joint_visitor *visit,
                                    void *context, struct wcab_error *err)
{
    struct wci_tree_cursor cursor;
    struct wci_bytes run;
    enum wcab_err code = wci_tree_cursor_open(&reader->tree, WCI_TABLE_JOINTS, &cursor, err);

    if (code != WCAB_OK)
        return code;
    code = wci_tree_cursor_seek(&cursor, NULL, 0, err);
    for (; code == WCAB_OK; code = wci_tree_cursor_next(&cursor, err)) {
        uint64_t joint;

        if (cursor.key.length != 8) {
            code = wci_reader_damaged(err, "a joint's key has %zu bytes", cursor.key.length);
            goto out;
        }
        joint = wci_schema_get64((const uint8_t *)cursor.key.data);
        while ((code = wci_tree_cursor_run(&cursor, &run, err)) == WCAB_OK) {
            const uint8_t *value = (const uint8_t *)run.data;

            for (; run.length > 0; run.length -= cursor.value_size, value += cursor.value_size) {
                code = visit(context, joint, value[0], wci_schema_get32(value + 1));
                if (code != WCAB_OK)
                    goto out;
            }
        }
        if (code != WCAB_ERR_NOTFOUND)
            goto out;
    }
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK;
out:
    wci_tree_cursor_close(&cursor);
    return code;
}

enum wcab_err wci_reader_settled(struct wci_reader *reader, uint32_t *settled, uint32_t *newest,
                                 struct wcab_error *err)
{
    struct wci_counters counters = {.image = 0};
    enum wcab_err code = wci_reader_counters(&reader->tree, &counters, err);

    if (code != WCAB_OK)
        return code;
    *settled = counters.settled;
    *newest = counters.listing;
    return WCAB_OK;
}

/* ---- profiles ----------------------------------------------------------------------------- */

struct profile_call {
    wci_profile_visitor *visit;
    void *context;
};

static enum wcab_err visit_profile(void *context, struct wci_bytes text, struct wci_bytes value,
                                   struct wcab_error *err)
{
    const struct profile_call *call = context;

    (void)err;
    return call->visit(call->context, text, value);
}

enum wcab_err wci_reader_each_profile(struct wci_reader *reader, wci_profile_visitor *visit,
                                      void *context, struct wcab_error *err)
{
    struct profile_call call = {visit, context};

    return wci_reader_each_long(&reader->tree, WCI_TABLE_PROFILES, (struct wci_bytes){NULL, 0},
                                visit_profile, &call, err);
}

enum wcab_err wci_reader_profile(struct wci_reader *reader, struct wci_bytes id,
                                 struct wci_bytes *text, struct wcab_error *err)
{
    enum wcab_err code = wci_reader_long_get(&reader->tree, WCI_TABLE_PROFILES, id, text, err);

    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "no such profile in the catalog");
    return code;
}

/* ---- figures ------------------------------------------------------------------------------ */

static enum wcab_err add_up_tables(struct wci_reader *reader, uint64_t entries[WCI_TABLE_COUNT],
                                   uint64_t *bytes, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint64_t table_bytes = 0;
    unsigned i;

    *bytes = 0;
    for (i = 0; code == WCAB_OK && i < WCI_TABLE_COUNT; i++) {
        code = wci_tree_count(&reader->tree, (enum wci_table)i, &entries[i], &table_bytes, err);
        *bytes += table_bytes;
    }
    return code;
}

enum wcab_err wci_reader_stats(struct wci_reader *reader, struct wci_catalog_stats *stats,
                               struct wcab_error *err)
{
    struct wci_store *store = reader->tree.store;
    struct wci_catalog_stats filled;
    uint64_t entries[WCI_TABLE_COUNT];
    struct wci_counters counters = {.rows = 0};
    struct stat status;
    MDB_envinfo info;
    enum wcab_err code;

    memset(&filled, 0, sizeof(filled));
    code = wci_reader_counters(&reader->tree, &counters, err);
    if (code == WCAB_OK)
        code = add_up_tables(reader, entries, &filled.bytes_used, err);
    if (code != WCAB_OK)
        return code;
    filled.images = entries[WCI_TABLE_IMAGES];
    filled.containers = counters.containers;
    filled.listings = entries[WCI_TABLE_LISTINGS];
    filled.rows = counters.rows;
    filled.names = entries[WCI_TABLE_NAMES];
    filled.postings = entries[WCI_TABLE_POSTINGS];
    filled.deep_rows = counters.deep_rows;
    filled.profiles = entries[WCI_TABLE_PROFILES];
    filled.format_version = reader->of_writer ? WCI_SCHEMA_VERSION : reader->pages.format;
    if (stat(store->data_path, &status) == 0)
        filled.bytes_file = (uint64_t)status.st_size;
    if (mdb_env_info(store->env, &info) == MDB_SUCCESS)
        filled.map_size = info.me_mapsize;
    *stats = filled;
    return WCAB_OK;
}
