/*
 * reader_deep - reading deep facts and finding rows by their hashes (catalog.h).
 */
#include <stdlib.h>
#include <string.h>

#include "catalog/reader.h"
#include "core/error.h"
#include "core/mem.h"

void wci_reader_hash_key(uint8_t kind, const uint8_t *hash, uint8_t key[WCI_HASH_KEY])
{
    key[0] = kind;
    memcpy(key + 1, hash, WCI_HASH_KEY - 1);
}

static enum wcab_err get_facts(struct wci_reader *reader, uint32_t facts_id,
                               struct wci_bytes *facts, struct wcab_error *err)
{
    uint8_t key[4];
    enum wcab_err code;

    wci_schema_put32(key, facts_id);
    code = wci_tree_get(&reader->tree, WCI_TABLE_FACTS, key, sizeof(key), facts, err);
    if (code == WCAB_ERR_NOTFOUND)
        return wci_reader_damaged(err, "there are no facts %u", facts_id);
    return code;
}

enum wcab_err wci_reader_facts(struct wci_reader *reader, uint32_t image, uint32_t container,
                               uint32_t *facts_id, struct wci_bytes *facts, struct wcab_error *err)
{
    uint8_t key[8];
    struct wci_bytes found;
    enum wcab_err code;

    wci_schema_put32(key, image);
    wci_schema_put32(key + 4, container);
    code = wci_tree_get(&reader->tree, WCI_TABLE_DEEP, key, sizeof(key), &found, err);
    if (code != WCAB_OK)
        return code;
    if (found.length != 4)
        return wci_reader_damaged(err, "facts of image %u", image);
    *facts_id = wci_schema_get32((const uint8_t *)found.data);
    return get_facts(reader, *facts_id, facts, err);
}

bool wci_deep_is_zeroes(const struct wci_deep *deep)
{
    static const char zeroes[] = WCI_DEEP_ZEROES;

    return deep->version_text.length == sizeof(zeroes) - 1 &&
           memcmp(deep->version_text.data, zeroes, sizeof(zeroes) - 1) == 0;
}

enum wcab_err wci_reader_deep(struct wci_reader *reader, uint32_t image, uint32_t container,
                              uint32_t row, struct wci_deep *deep, struct wcab_error *err)
{
    struct wci_bytes facts;
    struct wci_deep found;
    uint32_t facts_id = 0;
    enum wcab_err code = wci_reader_facts(reader, image, container, &facts_id, &facts, err);

    if (code == WCAB_ERR_NOTFOUND)
        return wci_error_set(err, code, "contents not known: index with --deep");
    if (code != WCAB_OK)
        return code;
    if (!wci_schema_get_fact(facts, row, &found))
        return wci_reader_damaged(err, "facts %u of row %u", facts_id, row);
    *deep = found;
    return WCAB_OK;
}

/* ---- by hash ------------------------------------------------------------------------------ */

/* Rows with the same first bytes of a hash. */
struct hash_hit {
    uint8_t hash[32];
    uint32_t facts_id, row;
};

struct hash_hits {
    struct wci_reader *reader;
    uint8_t kind;
    size_t hash_size;
    struct hash_hit *hits; /* owned */
    size_t count, capacity;
};

static bool copy_hash(const struct wci_deep *deep, uint8_t kind, uint8_t hash[32])
{
    switch (kind) {
    case WCI_HASH_SHA256:
        memcpy(hash, deep->sha256, sizeof(deep->sha256));
        return deep->has_sha256;
    case WCI_HASH_MD5:
        memcpy(hash, deep->md5, sizeof(deep->md5));
        return deep->has_md5_sha1;
    default:
        memcpy(hash, deep->sha1, sizeof(deep->sha1));
        return deep->has_md5_sha1;
    }
}

static enum wcab_err collect_hit(void *context, const uint8_t *value, struct wcab_error *err)
{
    struct hash_hits *hits = context;
    struct wci_bytes facts;
    struct hash_hit hit;
    struct wci_deep deep;
    enum wcab_err code;

    memset(&hit, 0, sizeof(hit));
    hit.facts_id = wci_schema_get32(value);
    hit.row = wci_schema_get32(value + 4);
    code = get_facts(hits->reader, hit.facts_id, &facts, err);
    if (code != WCAB_OK)
        return code;
    if (!wci_schema_get_fact(facts, hit.row, &deep) || !copy_hash(&deep, hits->kind, hit.hash))
        return wci_reader_damaged(err, "a hash leads to row %u of facts %u, which have it not",
                                  hit.row, hit.facts_id);
    if (!wci_mem_grow(&hits->hits, hits->count, &hits->capacity, sizeof(*hits->hits)))
        return wci_error_nomem(err);
    hits->hits[hits->count++] = hit;
    return WCAB_OK;
}

static int by_hash(const void *a, const void *b)
{
    const struct hash_hit *x = a;
    const struct hash_hit *y = b;
    int order = memcmp(x->hash, y->hash, sizeof(x->hash));

    if (order != 0)
        return order;
    if (x->facts_id != y->facts_id)
        return x->facts_id < y->facts_id ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

struct hash_call {
    const struct hash_hit *hit;
    wci_row_visitor *visit_row;   /* this one */
    wci_hash_visitor *visit_hash; /* or this one */
    void *context;
};

static enum wcab_err visit_hash_place(void *context, const uint8_t *value, struct wcab_error *err)
{
    const struct hash_call *call = context;
    uint32_t image = wci_schema_get32(value), container = wci_schema_get32(value + 4);

    (void)err;
    if (call->visit_row != NULL)
        return call->visit_row(call->context, image, container, call->hit->row);
    return call->visit_hash(call->context, call->hit->hash, image, container, call->hit->row);
}

/* Shows every place of every hit; with `wanted` only of those that have this hash. */
static enum wcab_err visit_hits(struct hash_hits *hits, const uint8_t *wanted,
                                struct hash_call *call, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    uint8_t key[4];
    size_t i;

    if (hits->count > 1)
        qsort(hits->hits, hits->count, sizeof(*hits->hits), by_hash);
    for (i = 0; code == WCAB_OK && i < hits->count; i++) {
        if (wanted != NULL && memcmp(hits->hits[i].hash, wanted, hits->hash_size) != 0)
            continue;
        call->hit = &hits->hits[i];
        wci_schema_put32(key, call->hit->facts_id);
        code = wci_reader_each_value(&hits->reader->tree, WCI_TABLE_FACT_PLACES, key, sizeof(key),
                                     visit_hash_place, call, err);
    }
    return code;
}

/* The kind of a hash by its size; 0: there is none of that size. */
static uint8_t kind_of(size_t hash_size, struct wcab_error *err)
{
    switch (hash_size) {
    case 32:
        return WCI_HASH_SHA256;
    case 20:
        return WCI_HASH_SHA1;
    case 16:
        return WCI_HASH_MD5;
    default:
        wci_error_set(err, WCAB_ERR_USAGE, "a hash has 16, 20 or 32 bytes, not %zu", hash_size);
        return 0;
    }
}

enum wcab_err wci_reader_has_hashes(struct wci_reader *reader, size_t hash_size, bool *has,
                                    struct wcab_error *err)
{
    uint8_t kind = kind_of(hash_size, err);
    struct wci_tree_cursor cursor;
    enum wcab_err code;

    if (kind == 0)
        return WCAB_ERR_USAGE;
    code = wci_tree_cursor_open(&reader->tree, WCI_TABLE_HASHES, &cursor, err);
    if (code != WCAB_OK)
        return code;
    code = wci_tree_cursor_seek(&cursor, &kind, sizeof(kind), err);
    if (code == WCAB_OK || code == WCAB_ERR_NOTFOUND) {
        *has = code == WCAB_OK && cursor.key.length == WCI_HASH_KEY &&
               (uint8_t)cursor.key.data[0] == kind;
        code = WCAB_OK;
    }
    wci_tree_cursor_close(&cursor);
    return code;
}

enum wcab_err wci_reader_find_hash(struct wci_reader *reader, const uint8_t *hash, size_t hash_size,
                                   wci_row_visitor *visit, void *context, struct wcab_error *err)
{
    struct hash_hits hits = {.reader = reader, .hash_size = hash_size};
    struct hash_call call = {.visit_row = visit, .context = context};
    uint8_t key[WCI_HASH_KEY];
    enum wcab_err code;

    hits.kind = kind_of(hash_size, err);
    if (hits.kind == 0)
        return WCAB_ERR_USAGE;
    wci_reader_hash_key(hits.kind, hash, key);
    code = wci_reader_each_value(&reader->tree, WCI_TABLE_HASHES, key, sizeof(key), collect_hit,
                                 &hits, err);
    if (code == WCAB_OK)
        code = visit_hits(&hits, hash, &call, err);
    free(hits.hits);
    return code;
}

/* The values of the key that the cursor stands on. */
static enum wcab_err collect_key(struct wci_tree_cursor *cursor, struct hash_hits *hits,
                                 struct wcab_error *err)
{
    struct wci_bytes run;
    enum wcab_err code;
    size_t at;

    hits->count = 0;
    while ((code = wci_tree_cursor_run(cursor, &run, err)) == WCAB_OK) {
        for (at = 0; at < run.length; at += cursor->value_size) {
            code = collect_hit(hits, (const uint8_t *)run.data + at, err);
            if (code != WCAB_OK)
                return code;
        }
    }
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* Whether the first digits (halves of bytes) of two are the same. */
static bool begin_alike(const uint8_t *a, const uint8_t *b, size_t digits)
{
    return memcmp(a, b, digits / 2) == 0 &&
           (digits % 2 == 0 || (a[digits / 2] & 0xF0) == (b[digits / 2] & 0xF0));
}

enum wcab_err wci_reader_find_sha256(struct wci_reader *reader, const uint8_t *begins,
                                     size_t digits, wci_row_visitor *visit, void *context,
                                     struct wcab_error *err)
{
    const size_t key_digits = 2 * (WCI_HASH_KEY - 1);
    const size_t in_key = digits < key_digits ? digits : key_digits;
    struct hash_hits hits = {.reader = reader, .kind = WCI_HASH_SHA256, .hash_size = 32};
    struct hash_call call = {.visit_row = visit, .context = context};
    struct wci_tree_cursor cursor;
    uint8_t key[WCI_HASH_KEY];
    enum wcab_err code = wci_tree_cursor_open(&reader->tree, WCI_TABLE_HASHES, &cursor, err);

    if (code != WCAB_OK)
        return code;
    wci_reader_hash_key(WCI_HASH_SHA256, begins, key);
    code = wci_tree_cursor_seek(&cursor, key, sizeof(key), err);
    while (code == WCAB_OK && cursor.key.length == WCI_HASH_KEY &&
           (uint8_t)cursor.key.data[0] == key[0] &&
           begin_alike((const uint8_t *)cursor.key.data + 1, begins, in_key)) {
        code = collect_key(&cursor, &hits, err);
        if (code == WCAB_OK)
            code = visit_hits(&hits, NULL, &call, err);
        if (code != WCAB_OK)
            break;
        code = wci_tree_cursor_next(&cursor, err);
    }
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK;
    wci_tree_cursor_close(&cursor);
    free(hits.hits);
    return code;
}

enum wcab_err wci_reader_each_hash(struct wci_reader *reader, wci_hash_visitor *visit,
                                   void *context, struct wcab_error *err)
{
    static const uint8_t first[] = {WCI_HASH_SHA256};
    struct hash_hits hits = {.reader = reader, .kind = WCI_HASH_SHA256, .hash_size = 32};
    struct hash_call call = {.visit_hash = visit, .context = context};
    struct wci_tree_cursor cursor;
    enum wcab_err code = wci_tree_cursor_open(&reader->tree, WCI_TABLE_HASHES, &cursor, err);

    if (code != WCAB_OK)
        return code;
    code = wci_tree_cursor_seek(&cursor, first, sizeof(first), err);
    while (code == WCAB_OK && cursor.key.length == WCI_HASH_KEY &&
           (uint8_t)cursor.key.data[0] == WCI_HASH_SHA256) {
        code = collect_key(&cursor, &hits, err);
        if (code == WCAB_OK)
            code = visit_hits(&hits, NULL, &call, err);
        if (code != WCAB_OK)
            goto out;
        code = wci_tree_cursor_next(&cursor, err);
    }
    if (code == WCAB_ERR_NOTFOUND)
        code = WCAB_OK;
out:
    wci_tree_cursor_close(&cursor);
    free(hits.hits);
    return code;
}
