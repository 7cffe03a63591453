/*
 * check - holds every reference of the catalog against what it leads to, in both directions.
 *
 * Most of it works by counting: when every reference of one kind is found to be right, none stands
 * twice, and there are as many as there are things to refer to, then none is missing.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "catalog/listing.h"
#include "catalog/reader.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"

struct checking {
    struct wci_reader *reader;
    const struct wci_tree *tree;
    wci_check_report *report;
    void *context;
    bool bad;
    struct wci_counters counters;
    uint64_t entries[WCI_TABLE_COUNT];
    /* counted on the way */
    uint64_t containers, rows, row_names, unfinished, posting_names, joints, paths, names, exacts,
        hashes;
    uint64_t deep_rows;
};

static void __attribute__((format(printf, 2, 3)))
say(struct checking *checking, const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    checking->bad = true;
    checking->report(checking->context, text);
}

/* Turns what one item's decoding found into a report; any other failure ends the check. */
static enum wcab_err absorb(struct checking *checking, enum wcab_err code,
                            const struct wcab_error *found, struct wcab_error *err)
{
    if (code == WCAB_ERR_CORRUPT || code == WCAB_ERR_NOTFOUND) {
        say(checking, "%s", found->text);
        return WCAB_OK;
    }
    if (code != WCAB_OK && err != NULL)
        *err = *found;
    return code;
}

/* Calls `check` for every key of a table; what is wrong with one does not keep from the next. */
typedef enum wcab_err check_item(struct checking *checking, struct wci_tree_cursor *cursor,
                                 struct wcab_error *err);

static enum wcab_err each_item(struct checking *checking, enum wci_table table, size_t key_size,
                               check_item *check, struct wcab_error *err)
{
    struct wci_tree_cursor cursor;
    struct wcab_error found;
    enum wcab_err moved, code = wci_tree_cursor_open(checking->tree, table, &cursor, err);

    if (code != WCAB_OK)
        return code;
    moved = wci_tree_cursor_seek(&cursor, NULL, 0, err);
    while (code == WCAB_OK && moved == WCAB_OK) {
        memset(&found, 0, sizeof(found));
        if (key_size != 0 && cursor.key.length != key_size)
            say(checking, "table '%s' has a key of %zu bytes", wci_schema_tables[table].name,
                cursor.key.length);
        else
            code = absorb(checking, check(checking, &cursor, &found), &found, err);
        if (code == WCAB_OK)
            moved = wci_tree_cursor_next(&cursor, err);
    }
    wci_tree_cursor_close(&cursor);
    if (code == WCAB_OK && moved != WCAB_ERR_NOTFOUND)
        code = moved;
    return code;
}

/* Says so when a key does not have the value that something else says it has. */
static enum wcab_err expect_value(struct checking *checking, enum wci_table table, const void *key,
                                  size_t key_size, const void *value, const char *what,
                                  uint32_t number, struct wcab_error *err)
{
    bool has = false;
    enum wcab_err code = wci_tree_has(checking->tree, table, key, key_size, value, &has, err);

    if (code == WCAB_OK && !has)
        say(checking, "table '%s' does not lead back to %s %u", wci_schema_tables[table].name, what,
            number);
    return code;
}

static void expect_count(struct checking *checking, const char *what, uint64_t counted,
                         const char *where, uint64_t stored)
{
    if (counted != stored)
        say(checking, "%llu %s are there, %s has %llu", (unsigned long long)counted, what, where,
            (unsigned long long)stored);
}

static uint32_t key32(const struct wci_tree_cursor *cursor)
{
    return wci_schema_get32((const uint8_t *)cursor->key.data);
}

/* ---- images and paths --------------------------------------------------------------------- */

static enum wcab_err check_place(struct checking *checking, uint32_t image, uint32_t container,
                                 uint32_t listing, struct wcab_error *err)
{
    uint8_t key[4], value[8];

    wci_schema_put32(key, listing);
    wci_schema_put32(value, image);
    wci_schema_put32(value + 4, container);
    return expect_value(checking, WCI_TABLE_PLACES, key, sizeof(key), value, "image", image, err);
}

static enum wcab_err check_image(struct checking *checking, struct wci_tree_cursor *cursor,
                                 struct wcab_error *err)
{
    struct wci_arena *arena = wci_arena_new();
    uint32_t id = key32(cursor), i;
    struct wci_image image;
    struct wci_image_state state;
    enum wcab_err code;

    if (arena == NULL)
        return wci_error_nomem(err);
    if (id > checking->counters.image)
        say(checking, "image %u has an id not given yet", id);
    code = wci_reader_image(checking->reader, id, arena, &image, &state, err);
    for (i = 0; code == WCAB_OK && i < image.container_count; i++) {
        const struct wci_container *container = &image.containers[i];

        checking->containers++;
        code = check_place(checking, id, i, state.listings[i], err);
        if (container->parent_entry != WCI_NONE &&
            (container->parent == WCI_NONE ||
             container->parent_entry >= image.containers[container->parent].entry_count))
            say(checking, "container %u of image %u is an entry that its parent does not have", i,
                id);
    }
    wci_arena_free(arena);
    return code;
}

static enum wcab_err check_path(void *context, struct wci_bytes text, struct wci_bytes value,
                                struct wcab_error *err)
{
    struct checking *checking = context;
    struct wci_image_stamp stamp;
    struct wci_bytes record;
    uint8_t key[4];
    enum wcab_err code;

    (void)text;
    checking->paths++;
    if (!wci_schema_get_stamp(value, &stamp)) {
        say(checking, "a path's stamp is damaged");
        return WCAB_OK;
    }
    /* That the image has this path follows: each image found its own stamp. */
    wci_schema_put32(key, stamp.id);
    code = wci_tree_get(checking->tree, WCI_TABLE_IMAGES, key, sizeof(key), &record, err);
    if (code == WCAB_ERR_NOTFOUND)
        say(checking, "a path leads to image %u, which is not there", stamp.id);
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* ---- listings ----------------------------------------------------------------------------- */

static enum wcab_err check_rows(struct checking *checking, const struct wci_listing *listing,
                                struct wcab_error *err)
{
    uint64_t columns[WCI_LISTING_COLUMNS];
    uint32_t names[WCI_LISTING_NAMES];
    struct wci_entry entry;
    enum wcab_err code = WCAB_OK;
    uint32_t row;
    size_t i, j;

    for (row = 0; code == WCAB_OK && row < listing->row_count; row++) {
        code = wci_listing_row(listing, row, &entry, err);
        if (code != WCAB_OK)
            break;
        wci_listing_columns(listing, row, columns);
        for (i = 0; code == WCAB_OK && i < WCI_LISTING_NAMES; i++) {
            uint64_t spelling = columns[wci_listing_name_column(i)];

            names[i] = 0;
            if (spelling != 0)
                code = wci_reader_name_of(checking->reader, spelling, &names[i], err);
            for (j = 0; j < i && names[j] != names[i];)
                j++;
            checking->row_names += names[i] != 0 && j == i ? 1 : 0;
        }
    }
    return code;
}

static enum wcab_err check_joint(struct checking *checking, uint64_t joint, uint8_t side,
                                 uint32_t listing, struct wcab_error *err)
{
    uint8_t key[8], value[5];

    if (joint == 0)
        return WCAB_OK;
    checking->joints++;
    wci_schema_put64(key, joint);
    value[0] = side;
    wci_schema_put32(value + 1, listing);
    return expect_value(checking, WCI_TABLE_JOINTS, key, sizeof(key), value, "listing", listing,
                        err);
}

static enum wcab_err check_cab(struct checking *checking, const struct wci_listing *listing,
                               struct wcab_error *err)
{
    uint64_t previous, next;
    enum wcab_err code = wci_listing_joints(listing, &previous, &next, err);

    if (code == WCAB_OK)
        code = check_joint(checking, next, 0, listing->id, err);
    if (code == WCAB_OK)
        code = check_joint(checking, previous, 1, listing->id, err);
    return code;
}

static enum wcab_err check_listing(struct checking *checking, struct wci_tree_cursor *cursor,
                                   struct wcab_error *err)
{
    struct wci_listing listing;
    struct wci_bytes place;
    uint8_t key[4];
    uint32_t id = key32(cursor);
    enum wcab_err code = wci_reader_listing(checking->reader, id, &listing, err);

    if (code != WCAB_OK)
        return code;
    checking->rows += listing.row_count;
    if (id > checking->counters.listing)
        say(checking, "listing %u has an id not given yet", id);
    wci_schema_put32(key, id);
    code = wci_tree_get(checking->tree, WCI_TABLE_PLACES, key, sizeof(key), &place, err);
    if (code == WCAB_ERR_NOTFOUND)
        say(checking, "listing %u is in no image", id);
    else if (code != WCAB_OK)
        return code;
    code = check_cab(checking, &listing, err);
    return code != WCAB_OK ? code : check_rows(checking, &listing, err);
}

static enum wcab_err check_digest(struct checking *checking, struct wci_tree_cursor *cursor,
                                  struct wcab_error *err)
{
    struct wci_listing listing;

    if (cursor->value.length != 4) {
        say(checking, "a digest's listing id has %zu bytes", cursor->value.length);
        return WCAB_OK;
    }
    (void)checking;
    return wci_reader_listing(checking->reader,
                              wci_schema_get32((const uint8_t *)cursor->value.data), &listing, err);
}

/* ---- names -------------------------------------------------------------------------------- */

static enum wcab_err check_name(void *context, struct wci_bytes text, struct wci_bytes value,
                                struct wcab_error *err)
{
    struct checking *checking = context;
    struct wci_folded folded;
    struct wci_bytes again, posting;
    struct wcab_error found;
    struct wci_name name;
    uint32_t id = 0, name_id = 0;
    enum wcab_err code;

    checking->names++;
    if (value.length == 4)
        id = wci_schema_get32((const uint8_t *)value.data);
    code = wci_reader_name_of(checking->reader, id, &name_id, &found);
    if (code == WCAB_OK)
        code = wci_reader_spelling(checking->reader, id, &name, &found);
    if (code != WCAB_OK)
        return absorb(checking, code, &found, err);
    again = wci_text_fold_name(name.bytes, &folded);
    if (name_id != id || !wci_bytes_equal(again, text))
        say(checking, "name %u does not fold to what leads to it", id);
    code = wci_tree_get(checking->tree, WCI_TABLE_POSTINGS, value.data, 4, &posting, err);
    if (code == WCAB_ERR_NOTFOUND)
        say(checking, "name %u has no row", id);
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

static enum wcab_err check_spelling(struct checking *checking, struct wci_tree_cursor *cursor,
                                    struct wcab_error *err)
{
    uint32_t id = key32(cursor), name_id;
    struct wci_name name;
    uint8_t key[4];

    if (!wci_schema_get_spelling(cursor->value, &name_id, &name)) {
        say(checking, "spelling %u is damaged", id);
        return WCAB_OK;
    }
    if (id > checking->counters.spelling)
        say(checking, "spelling %u has an id not given yet", id);
    if (id == name_id)
        return WCAB_OK;
    wci_schema_put32(key, name_id);
    return expect_value(checking, WCI_TABLE_VARIANTS, key, sizeof(key), cursor->key.data,
                        "spelling", id, err);
}

static enum wcab_err check_exact(void *context, struct wci_bytes text, struct wci_bytes value,
                                 struct wcab_error *err)
{
    struct checking *checking = context;
    struct wcab_error found;
    struct wci_name name;
    uint32_t id = value.length == 4 ? wci_schema_get32((const uint8_t *)value.data) : 0;
    enum wcab_err code = wci_reader_spelling(checking->reader, id, &name, &found);

    checking->exacts++;
    if (code != WCAB_OK)
        return absorb(checking, code, &found, err);
    if (text.length != name.bytes.length + 1 || text.data[0] != (char)name.encoding ||
        memcmp(text.data + 1, name.bytes.data, name.bytes.length) != 0)
        say(checking, "spelling %u is not what leads to it", id);
    return WCAB_OK;
}

/* A posting's row must have the name it hangs on. */
static enum wcab_err check_posting(struct checking *checking, uint32_t name_id,
                                   const uint8_t *value, struct wcab_error *err)
{
    uint32_t listing_id = wci_schema_get32(value), row = wci_schema_get32(value + 4);
    uint64_t columns[WCI_LISTING_COLUMNS];
    struct wci_listing listing;
    bool found = false;
    size_t i;
    enum wcab_err code;

    if (wci_unfinished_has(&checking->reader->unfinished, listing_id)) {
        checking->unfinished++;
        return WCAB_OK;
    }
    code = wci_reader_listing(checking->reader, listing_id, &listing, err);
    if (code != WCAB_OK)
        return code;
    if (row < listing.row_count) {
        wci_listing_columns(&listing, row, columns);
        for (i = 0; code == WCAB_OK && !found && i < WCI_LISTING_NAMES; i++) {
            uint64_t spelling = columns[wci_listing_name_column(i)];
            uint32_t id = 0;

            if (i == 0 || spelling != 0)
                code = wci_reader_name_of(checking->reader, spelling, &id, err);
            found = id == name_id;
        }
    }
    if (code == WCAB_OK && !found)
        say(checking, "name %u leads to row %u of listing %u, which has another", name_id, row,
            listing_id);
    return code;
}

static enum wcab_err check_postings(struct checking *checking, struct wci_tree_cursor *cursor,
                                    struct wcab_error *err)
{
    uint32_t name_id = key32(cursor), own = 0;
    struct wci_bytes run;
    enum wcab_err code = wci_reader_name_of(checking->reader, name_id, &own, err);

    checking->posting_names++;
    if (code == WCAB_OK && own != name_id)
        say(checking, "rows hang on spelling %u, which is no name", name_id);
    while (code == WCAB_OK && (code = wci_tree_cursor_run(cursor, &run, err)) == WCAB_OK) {
        size_t at;

        for (at = 0; code == WCAB_OK && at < run.length; at += cursor->value_size)
            code = check_posting(checking, name_id, (const uint8_t *)run.data + at, err);
        if (code != WCAB_OK)
            return code;
    }
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* ---- sets --------------------------------------------------------------------------------- */

static enum wcab_err check_link(struct checking *checking, struct wci_tree_cursor *cursor,
                                struct wcab_error *err)
{
    struct wci_listing listing;
    enum wcab_err code;

    if (cursor->value.length != 4) {
        say(checking, "the link of listing %u has %zu bytes", key32(cursor), cursor->value.length);
        return WCAB_OK;
    }
    code = wci_reader_listing(checking->reader, key32(cursor), &listing, err);
    if (code == WCAB_OK)
        code = wci_reader_listing(
            checking->reader, wci_schema_get32((const uint8_t *)cursor->value.data), &listing, err);
    if (code != WCAB_OK)
        return code;
    return expect_value(checking, WCI_TABLE_PREVIOUS, cursor->value.data, 4, cursor->key.data,
                        "listing", key32(cursor), err);
}

/* ---- deep facts --------------------------------------------------------------------------- */

static enum wcab_err check_deep(struct checking *checking, struct wci_tree_cursor *cursor,
                                struct wcab_error *err)
{
    const uint8_t *key = (const uint8_t *)cursor->key.data;
    uint32_t image_id = wci_schema_get32(key), container = wci_schema_get32(key + 4), facts_id;
    uint32_t count = 0;
    struct wci_arena *arena = wci_arena_new();
    struct wci_image_state state;
    struct wci_image image;
    struct wci_bytes facts;
    enum wcab_err code;

    if (arena == NULL)
        return wci_error_nomem(err);
    code = wci_reader_facts(checking->reader, image_id, container, &facts_id, &facts, err);
    if (code == WCAB_OK)
        code = wci_reader_image(checking->reader, image_id, arena, &image, &state, err);
    if (code != WCAB_OK)
        goto out;
    if (!wci_schema_facts_count(facts, &count) || container >= image.container_count ||
        image.containers[container].entry_count != count)
        say(checking, "facts %u don't fit container %u of image %u", facts_id, container, image_id);
    checking->deep_rows += count;
    code = expect_value(checking, WCI_TABLE_FACT_PLACES, cursor->value.data, 4, key, "image",
                        image_id, err);
out:
    wci_arena_free(arena);
    return code;
}

static enum wcab_err check_hash(struct checking *checking, uint8_t kind, const uint8_t *hash,
                                uint32_t facts_id, uint32_t row, struct wcab_error *err)
{
    uint8_t key[WCI_HASH_KEY], value[8];

    checking->hashes++;
    wci_reader_hash_key(kind, hash, key);
    wci_schema_put32(value, facts_id);
    wci_schema_put32(value + 4, row);
    return expect_value(checking, WCI_TABLE_HASHES, key, sizeof(key), value, "facts", facts_id,
                        err);
}

static enum wcab_err check_facts(struct checking *checking, struct wci_tree_cursor *cursor,
                                 struct wcab_error *err)
{
    uint32_t id = key32(cursor), count = 0, row;
    struct wci_bytes place;
    struct wci_deep deep;
    enum wcab_err code;

    if (!wci_schema_facts_count(cursor->value, &count))
        return wci_reader_damaged(err, "facts %u", id);
    code = wci_tree_get(checking->tree, WCI_TABLE_FACT_PLACES, cursor->key.data, 4, &place, err);
    if (code == WCAB_ERR_NOTFOUND) {
        say(checking, "facts %u are of no container", id);
        code = WCAB_OK;
    }
    for (row = 0; code == WCAB_OK && row < count; row++) {
        if (!wci_schema_get_fact(cursor->value, row, &deep))
            return wci_reader_damaged(err, "facts %u of row %u", id, row);
        if (deep.has_sha256)
            code = check_hash(checking, WCI_HASH_SHA256, deep.sha256, id, row, err);
        if (code == WCAB_OK && deep.has_md5_sha1)
            code = check_hash(checking, WCI_HASH_MD5, deep.md5, id, row, err);
        if (code == WCAB_OK && deep.has_md5_sha1)
            code = check_hash(checking, WCI_HASH_SHA1, deep.sha1, id, row, err);
    }
    return code;
}

static enum wcab_err check_fact_hash(struct checking *checking, struct wci_tree_cursor *cursor,
                                     struct wcab_error *err)
{
    struct wci_bytes facts;
    enum wcab_err code = WCAB_ERR_NOTFOUND;

    if (cursor->value.length == 4)
        code = wci_tree_get(checking->tree, WCI_TABLE_FACTS, cursor->value.data, 4, &facts, err);
    if (code == WCAB_ERR_NOTFOUND)
        say(checking, "a content hash leads to facts that are not there");
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static enum wcab_err check_images(struct checking *checking, struct wcab_error *err)
{
    const struct wci_bytes all = {NULL, 0};
    enum wcab_err code = each_item(checking, WCI_TABLE_IMAGES, 4, check_image, err);

    if (code == WCAB_OK)
        code =
            wci_reader_each_long(checking->tree, WCI_TABLE_PATHS, all, check_path, checking, err);
    if (code == WCAB_OK)
        code = each_item(checking, WCI_TABLE_LISTINGS, 4, check_listing, err);
    if (code == WCAB_OK)
        code = each_item(checking, WCI_TABLE_DIGESTS, 16, check_digest, err);
    return code;
}

static enum wcab_err check_names(struct checking *checking, struct wcab_error *err)
{
    const struct wci_bytes all = {NULL, 0};
    enum wcab_err code =
        wci_reader_each_long(checking->tree, WCI_TABLE_NAMES, all, check_name, checking, err);

    if (code == WCAB_OK)
        code = each_item(checking, WCI_TABLE_SPELLINGS, 4, check_spelling, err);
    if (code == WCAB_OK)
        code =
            wci_reader_each_long(checking->tree, WCI_TABLE_EXACT, all, check_exact, checking, err);
    if (code == WCAB_OK)
        code = each_item(checking, WCI_TABLE_POSTINGS, 4, check_postings, err);
    return code;
}

static enum wcab_err check_links_and_facts(struct checking *checking, struct wcab_error *err)
{
    enum wcab_err code = each_item(checking, WCI_TABLE_NEXT, 4, check_link, err);

    if (code == WCAB_OK)
        code = each_item(checking, WCI_TABLE_DEEP, 8, check_deep, err);
    if (code == WCAB_OK)
        code = each_item(checking, WCI_TABLE_FACTS, 4, check_facts, err);
    if (code == WCAB_OK)
        code = each_item(checking, WCI_TABLE_FACT_HASHES, 16, check_fact_hash, err);
    return code;
}

static void compare_counts(struct checking *checking)
{
    const uint64_t *entries = checking->entries;
    const struct wci_counters *counters = &checking->counters;

    expect_count(checking, "paths", checking->paths, "images", entries[WCI_TABLE_IMAGES]);
    expect_count(checking, "containers", checking->containers, "places", entries[WCI_TABLE_PLACES]);
    expect_count(checking, "containers", checking->containers, "its counter", counters->containers);
    expect_count(checking, "listings", entries[WCI_TABLE_LISTINGS], "digests",
                 entries[WCI_TABLE_DIGESTS]);
    expect_count(checking, "rows", checking->rows, "its counter", counters->rows);
    expect_count(checking, "names of rows", checking->row_names + checking->unfinished, "postings",
                 entries[WCI_TABLE_POSTINGS]);
    expect_count(checking, "names", checking->names, "postings", checking->posting_names);
    expect_count(checking, "spellings", entries[WCI_TABLE_SPELLINGS], "names with variants",
                 checking->names + entries[WCI_TABLE_VARIANTS]);
    expect_count(checking, "variants", entries[WCI_TABLE_VARIANTS], "exact", checking->exacts);
    expect_count(checking, "joints", checking->joints, "joints", entries[WCI_TABLE_JOINTS]);
    expect_count(checking, "links", entries[WCI_TABLE_NEXT], "previous",
                 entries[WCI_TABLE_PREVIOUS]);
    expect_count(checking, "places of facts", entries[WCI_TABLE_DEEP], "fact_places",
                 entries[WCI_TABLE_FACT_PLACES]);
    expect_count(checking, "facts", entries[WCI_TABLE_FACTS], "fact_hashes",
                 entries[WCI_TABLE_FACT_HASHES]);
    expect_count(checking, "hashes", checking->hashes, "hashes", entries[WCI_TABLE_HASHES]);
    expect_count(checking, "rows with facts", checking->deep_rows, "its counter",
                 counters->deep_rows);
}

enum wcab_err wci_catalog_check(struct wci_reader *reader, wci_check_report *report, void *context,
                                struct wcab_error *err)
{
    struct checking checking = {
        .reader = reader, .tree = &reader->tree, .report = report, .context = context};
    struct wcab_error found;
    uint64_t bytes, faults = 0;
    enum wcab_err code = WCAB_OK;
    unsigned i;

    memset(&found, 0, sizeof(found));
    if (checking.tree->pages != NULL)
        code = wci_pages_check(checking.tree->pages, checking.tree->store->cancel, report, context,
                               &faults, &found);
    checking.bad = faults > 0;
    if (code == WCAB_OK)
        code = wci_reader_counters(checking.tree, &checking.counters, &found);
    for (i = 0; code == WCAB_OK && i < WCI_TABLE_COUNT; i++)
        code =
            wci_tree_count(checking.tree, (enum wci_table)i, &checking.entries[i], &bytes, &found);
    if (code == WCAB_OK)
        code = check_images(&checking, &found);
    if (code == WCAB_OK)
        code = check_names(&checking, &found);
    if (code == WCAB_OK)
        code = check_links_and_facts(&checking, &found);
    if (code == WCAB_OK)
        compare_counts(&checking);
    code = absorb(&checking, code, &found, err);
    if (code == WCAB_OK && checking.bad)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "the catalog contradicts itself");
    return code;
}
