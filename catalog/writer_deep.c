/*
 * writer_deep - storing deep facts (see writer.h).
 *
 * Facts of all rows of a container are one value; equal values (the same cabinet on two media,
 * decoded with the same result) are stored once and have several places.
 */
#include <string.h>

#include "catalog/writer.h"
#include "core/error.h"

/* Length of a row's version text and failure text together. */
enum { MOST_TEXT = 1 << 20 };

static void place_key(uint32_t image, uint32_t container, uint8_t key[8])
{
    wci_schema_put32(key, image);
    wci_schema_put32(key + 4, container);
}

/* value: the facts, and the row of them */
static enum wcab_err put_hash(struct wci_writer *writer, uint8_t kind, const uint8_t *hash,
                              const uint8_t value[8], bool add, struct wcab_error *err)
{
    uint8_t key[WCI_HASH_KEY];

    wci_reader_hash_key(kind, hash, key);
    if (add)
        return wci_writer_put(writer, WCI_TABLE_HASHES, key, sizeof(key), value, 8, err);
    return wci_writer_take(writer, WCI_TABLE_HASHES, key, sizeof(key), value, 8, err);
}

/* Adds or takes away what leads from hashes to the rows of these facts. */
static enum wcab_err put_hashes(struct wci_writer *writer, struct wci_bytes facts,
                                uint32_t facts_id, bool add, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    struct wci_deep deep;
    uint8_t value[8];
    uint32_t count, row;

    if (!wci_schema_facts_count(facts, &count))
        return wci_reader_damaged(err, "facts %u", facts_id);
    wci_schema_put32(value, facts_id);
    for (row = 0; code == WCAB_OK && row < count; row++) {
        if (!wci_schema_get_fact(facts, row, &deep))
            return wci_reader_damaged(err, "facts %u of row %u", facts_id, row);
        wci_schema_put32(value + 4, row);
        if (deep.has_sha256)
            code = put_hash(writer, WCI_HASH_SHA256, deep.sha256, value, add, err);
        if (code == WCAB_OK && deep.has_md5_sha1)
            code = put_hash(writer, WCI_HASH_MD5, deep.md5, value, add, err);
        if (code == WCAB_OK && deep.has_md5_sha1)
            code = put_hash(writer, WCI_HASH_SHA1, deep.sha1, value, add, err);
    }
    return code;
}

/* Takes away facts that have no place any more. */
static enum wcab_err drop_facts(struct wci_writer *writer, uint32_t facts_id,
                                struct wcab_error *err)
{
    uint8_t key[4];
    struct wci_bytes stored;
    enum wcab_err code;

    wci_schema_put32(key, facts_id);
    code = wci_tree_get(&writer->view.tree, WCI_TABLE_FACTS, key, sizeof(key), &stored, err);
    if (code == WCAB_ERR_NOTFOUND)
        return wci_reader_damaged(err, "there are no facts %u", facts_id);
    if (code != WCAB_OK)
        return code;
    wci_buffer_clear(&writer->packed); /* a copy: pages move when something is written */
    wci_buffer_put(&writer->packed, stored.data, stored.length);
    if (!writer->packed.ok)
        return wci_error_nomem(err);
    stored.data = (const char *)writer->packed.data;
    code = put_hashes(writer, stored, facts_id, false, err);
    if (code == WCAB_OK)
        code = wci_writer_take_content(writer, WCI_TABLE_FACT_HASHES, stored, facts_id, err);
    if (code == WCAB_OK)
        code = wci_writer_take(writer, WCI_TABLE_FACTS, key, sizeof(key), NULL, 0, err);
    return code;
}

enum wcab_err wci_writer_drop_deep(struct wci_writer *writer, uint32_t image, uint32_t container,
                                   struct wcab_error *err)
{
    uint8_t place[8], key[4];
    struct wci_bytes facts, left;
    uint32_t facts_id, count;
    enum wcab_err code = wci_reader_facts(&writer->view, image, container, &facts_id, &facts, err);

    if (code != WCAB_OK)
        return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
    if (!wci_schema_facts_count(facts, &count))
        return wci_reader_damaged(err, "facts %u", facts_id);
    writer->counters.deep_rows -= count;
    place_key(image, container, place);
    wci_schema_put32(key, facts_id);
    code = wci_writer_take(writer, WCI_TABLE_DEEP, place, sizeof(place), NULL, 0, err);
    if (code == WCAB_OK)
        code = wci_writer_take(writer, WCI_TABLE_FACT_PLACES, key, sizeof(key), place,
                               sizeof(place), err);
    if (code != WCAB_OK)
        return code;
    code = wci_tree_get(&writer->view.tree, WCI_TABLE_FACT_PLACES, key, sizeof(key), &left, err);
    return code == WCAB_ERR_NOTFOUND ? drop_facts(writer, facts_id, err) : code;
}

/* Notes that a container has these facts. */
static enum wcab_err put_place(struct wci_writer *writer, uint32_t image, uint32_t container,
                               uint32_t facts_id, struct wcab_error *err)
{
    uint8_t place[8], key[4];
    enum wcab_err code;

    place_key(image, container, place);
    wci_schema_put32(key, facts_id);
    code = wci_writer_put(writer, WCI_TABLE_DEEP, place, sizeof(place), key, sizeof(key), err);
    if (code == WCAB_OK)
        code = wci_writer_put(writer, WCI_TABLE_FACT_PLACES, key, sizeof(key), place, sizeof(place),
                              err);
    return code;
}

enum wcab_err wci_writer_share_deep(struct wci_writer *writer, uint32_t from, uint32_t to,
                                    uint32_t container, struct wcab_error *err)
{
    struct wci_bytes facts;
    uint32_t facts_id, count;
    enum wcab_err code = wci_reader_facts(&writer->view, from, container, &facts_id, &facts, err);

    if (code != WCAB_OK)
        return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
    if (!wci_schema_facts_count(facts, &count))
        return wci_reader_damaged(err, "facts %u", facts_id);
    writer->counters.deep_rows += count;
    return put_place(writer, to, container, facts_id, err);
}

static enum wcab_err check_facts(const struct wci_deep *rows, uint32_t count,
                                 struct wcab_error *err)
{
    uint32_t i;

    for (i = 0; i < count; i++) {
        if (rows[i].status > WCI_DEEP_ENCRYPTED || rows[i].code < 0)
            return wci_error_set(err, WCAB_ERR_USAGE, "facts of row %u are wrong", i);
        if (rows[i].version_text.length > MOST_TEXT || rows[i].text.length > MOST_TEXT)
            return wci_error_set(err, WCAB_ERR_LIMIT,
                                 "facts of row %u have a text of over %d bytes", i, MOST_TEXT);
    }
    return WCAB_OK;
}

static enum wcab_err store_facts(struct wci_writer *writer, const uint8_t content[16],
                                 struct wci_bytes facts, uint32_t *facts_id, struct wcab_error *err)
{
    uint8_t key[4];
    enum wcab_err code;

    if (writer->counters.facts == UINT32_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "the catalog can take no more facts");
    *facts_id = ++writer->counters.facts;
    wci_schema_put32(key, *facts_id);
    code = wci_writer_put(writer, WCI_TABLE_FACTS, key, sizeof(key), facts.data, facts.length, err);
    if (code == WCAB_OK)
        code = wci_writer_put(writer, WCI_TABLE_FACT_HASHES, content, 16, key, sizeof(key), err);
    if (code == WCAB_OK)
        code = put_hashes(writer, facts, *facts_id, true, err);
    return code;
}

static enum wcab_err put_facts(struct wci_writer *writer, uint32_t image, uint32_t container,
                               const struct wci_deep *rows, uint32_t count, struct wcab_error *err)
{
    uint8_t content[16];
    struct wci_bytes facts;
    uint32_t facts_id;
    enum wcab_err code = wci_writer_drop_deep(writer, image, container, err);

    wci_buffer_clear(&writer->packed);
    wci_schema_put_facts(rows, count, &writer->packed);
    if (code == WCAB_OK && !writer->packed.ok)
        return wci_error_nomem(err);
    facts.data = (const char *)writer->packed.data;
    facts.length = writer->packed.size;
    if (code == WCAB_OK)
        code =
            wci_writer_find_content(writer, WCI_TABLE_FACT_HASHES, facts, content, &facts_id, err);
    if (code == WCAB_OK && facts_id == 0)
        code = store_facts(writer, content, facts, &facts_id, err);
    if (code != WCAB_OK)
        return code;
    writer->counters.deep_rows += count;
    return put_place(writer, image, container, facts_id, err);
}

enum wcab_err wci_writer_put_deep(struct wci_writer *writer, uint32_t image, uint32_t container,
                                  const struct wci_deep *rows, uint32_t count,
                                  struct wcab_error *err)
{
    struct wci_arena *arena;
    struct wci_image record;
    struct wci_image_state state;
    enum wcab_err code = check_facts(rows, count, err);

    if (code == WCAB_OK)
        code = wci_writer_begin(writer, err);
    if (code != WCAB_OK)
        return code;
    arena = wci_arena_new();
    if (arena == NULL)
        return wci_error_nomem(err);
    code = wci_reader_image(&writer->view, image, arena, &record, &state, err);
    if (code == WCAB_OK &&
        (container >= record.container_count || record.containers[container].entry_count != count))
        code = wci_error_set(err, WCAB_ERR_USAGE,
                             "facts for %u rows of container %u, which has not so many", count,
                             container);
    if (code == WCAB_OK) {
        code = put_facts(writer, image, container, rows, count, err);
        code = wci_writer_end(writer, code);
    }
    wci_arena_free(arena);
    return code;
}
