/*
 * postings - the dictionary of names, and what leads from a name to its rows (see writer.h).
 *
 * A name is what remains after folding; it has one or more spellings.  Its id is the id of its
 * first spelling, which stands in the spelling table alone.  Further ones are rare, but a medium
 * may hold thousands of one name: they are found by their exact bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "catalog/writer.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/text.h"

enum { RADIX_BITS = 11, RADIX_SIZE = 1 << RADIX_BITS, RADIX_PASSES = 3 };

static const char writing[] = "writing to the catalog";

/* ---- names -------------------------------------------------------------------------------- */

static enum wcab_err new_spelling_id(struct wci_writer *writer, uint32_t *id,
                                     struct wcab_error *err)
{
    if (writer->counters.spelling == UINT32_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "the catalog can take no more names");
    *id = ++writer->counters.spelling;
    return WCAB_OK;
}

static enum wcab_err put_spelling(struct wci_writer *writer, uint32_t spelling, uint32_t name_id,
                                  struct wci_name name, struct wcab_error *err)
{
    uint8_t key[4];

    wci_buffer_clear(&writer->value);
    wci_schema_put_spelling(name_id, name, &writer->value);
    if (!writer->value.ok)
        return wci_error_nomem(err);
    wci_schema_put32(key, spelling);
    return wci_writer_append(writer, WCI_TABLE_SPELLINGS,
                             (struct wci_bytes){(const char *)key, sizeof(key)},
                             wci_buffer_view(&writer->value), err);
}

/* Key of WCI_TABLE_EXACT: the encoding, then the bytes. */
static struct wci_bytes exact_key(struct wci_name name, char key[1 + WCI_LIMIT_NAME])
{
    struct wci_bytes bytes = {key, 1 + name.bytes.length};

    key[0] = (char)name.encoding;
    memcpy(key + 1, name.bytes.data, name.bytes.length);
    return bytes;
}

static enum wcab_err new_name(struct wci_writer *writer, struct wci_bytes folded,
                              struct wci_name name, uint32_t *name_id, struct wcab_error *err)
{
    uint8_t value[4];
    enum wcab_err code = new_spelling_id(writer, name_id, err);

    if (code != WCAB_OK)
        return code;
    wci_schema_put32(value, *name_id);
    code = wci_writer_long_put(writer, WCI_TABLE_NAMES, folded,
                               (struct wci_bytes){(const char *)value, sizeof(value)}, err);
    return code != WCAB_OK ? code : put_spelling(writer, *name_id, *name_id, name, err);
}

static enum wcab_err new_variant(struct wci_writer *writer, struct wci_bytes exact,
                                 struct wci_name name, uint32_t name_id, uint32_t *spelling,
                                 struct wcab_error *err)
{
    uint8_t key[4], value[4];
    enum wcab_err code = new_spelling_id(writer, spelling, err);

    if (code != WCAB_OK)
        return code;
    wci_schema_put32(key, name_id);
    wci_schema_put32(value, *spelling);
    code = wci_writer_put(writer, WCI_TABLE_VARIANTS, key, sizeof(key), value, sizeof(value), err);
    if (code == WCAB_OK)
        code = wci_writer_long_put(writer, WCI_TABLE_EXACT, exact,
                                   (struct wci_bytes){(const char *)value, sizeof(value)}, err);
    return code != WCAB_OK ? code : put_spelling(writer, *spelling, name_id, name, err);
}

static enum wcab_err long_number(struct wci_writer *writer, enum wci_table table,
                                 struct wci_bytes text, uint32_t *number, struct wcab_error *err)
{
    struct wci_bytes value;
    enum wcab_err code = wci_reader_long_get(&writer->view.tree, table, text, &value, err);

    if (code == WCAB_OK && value.length != 4)
        return wci_reader_damaged(err, "an id has %zu bytes", value.length);
    if (code == WCAB_OK)
        *number = wci_schema_get32((const uint8_t *)value.data);
    return code;
}

/* Among the spellings of a name that is known. */
static enum wcab_err find_spelling(struct wci_writer *writer, uint32_t name_id,
                                   struct wci_name name, uint32_t *spelling, struct wcab_error *err)
{
    char key[1 + WCI_LIMIT_NAME];
    struct wci_bytes exact;
    struct wci_name first;
    enum wcab_err code = wci_reader_spelling(&writer->view, name_id, &first, err);

    if (code != WCAB_OK)
        return code;
    if (first.encoding == name.encoding && wci_bytes_equal(first.bytes, name.bytes)) {
        *spelling = name_id;
        return WCAB_OK;
    }
    exact = exact_key(name, key);
    code = long_number(writer, WCI_TABLE_EXACT, exact, spelling, err);
    if (code == WCAB_ERR_NOTFOUND)
        code = new_variant(writer, exact, name, name_id, spelling, err);
    return code;
}

enum wcab_err wci_postings_knows(struct wci_writer *writer, struct wci_name name, bool *known,
                                 struct wcab_error *err)
{
    char text[2 * WCI_LIMIT_NAME], key[1 + WCI_LIMIT_NAME];
    struct wci_bytes folded = {text, 0};
    struct wci_name first;
    uint32_t id;
    enum wcab_err code;

    *known = true;
    if (name.bytes.length == 0)
        return WCAB_OK;
    folded.length = wci_text_fold(name.bytes, text, sizeof(text));
    code = long_number(writer, WCI_TABLE_NAMES, folded, &id, err);
    if (code == WCAB_OK)
        code = wci_reader_spelling(&writer->view, id, &first, err);
    if (code == WCAB_OK &&
        (first.encoding != name.encoding || !wci_bytes_equal(first.bytes, name.bytes)))
        code = long_number(writer, WCI_TABLE_EXACT, exact_key(name, key), &id, err);
    *known = code != WCAB_ERR_NOTFOUND;
    return *known ? code : WCAB_OK;
}

static enum wcab_err remember(struct wci_writer *writer, struct wci_name name, uint32_t spelling,
                              uint32_t name_id, struct wcab_error *err)
{
    if (writer->spellings.count >= WCI_WRITER_SPELLINGS ||
        writer->spellings.text.size >= WCI_WRITER_SPELLING_BYTES)
        wci_hash_table_clear(&writer->spellings);
    if (!wci_hash_table_add(&writer->spellings, name.bytes, (uint8_t)name.encoding,
                            (uint64_t)spelling << 32 | name_id))
        return wci_error_nomem(err);
    return WCAB_OK;
}

enum wcab_err wci_postings_resolve(struct wci_writer *writer, struct wci_name name,
                                   uint32_t *spelling, uint32_t *name_id, struct wcab_error *err)
{
    char text[2 * WCI_LIMIT_NAME];
    struct wci_bytes folded = {text, 0};
    uint64_t ids = 0;
    enum wcab_err code;

    if (name.bytes.length == 0 ||
        wci_hash_table_find(&writer->spellings, name.bytes, (uint8_t)name.encoding, &ids)) {
        *spelling = (uint32_t)(ids >> 32);
        *name_id = (uint32_t)ids;
        return WCAB_OK;
    }
    folded.length = wci_text_fold(name.bytes, text, sizeof(text));
    code = long_number(writer, WCI_TABLE_NAMES, folded, name_id, err);
    if (code == WCAB_ERR_NOTFOUND) {
        code = new_name(writer, folded, name, name_id, err);
        *spelling = *name_id;
    } else if (code == WCAB_OK) {
        code = find_spelling(writer, *name_id, name, spelling, err);
    }
    return code != WCAB_OK ? code : remember(writer, name, *spelling, *name_id, err);
}

/* ---- dropping names ----------------------------------------------------------------------- */

static enum wcab_err take_spelling(struct wci_writer *writer, uint32_t spelling, bool is_first,
                                   struct wcab_error *err)
{
    char text[2 * WCI_LIMIT_NAME];
    struct wci_bytes key_text = {text, 0};
    struct wci_name name;
    uint8_t key[4];
    enum wcab_err code = wci_reader_spelling(&writer->view, spelling, &name, err);

    if (code != WCAB_OK)
        return code;
    if (name.bytes.length > WCI_LIMIT_NAME)
        return wci_reader_damaged(err, "spelling %u has %zu bytes", spelling, name.bytes.length);
    if (is_first)
        key_text.length = wci_text_fold(name.bytes, text, sizeof(text));
    else
        key_text = exact_key(name, text);
    code =
        wci_writer_long_take(writer, is_first ? WCI_TABLE_NAMES : WCI_TABLE_EXACT, key_text, err);
    wci_schema_put32(key, spelling);
    return code != WCAB_OK
               ? code
               : wci_writer_take(writer, WCI_TABLE_SPELLINGS, key, sizeof(key), NULL, 0, err);
}

/* Takes away a name that no row has any more. */
static enum wcab_err drop_name(struct wci_writer *writer, uint32_t name_id, struct wcab_error *err)
{
    uint8_t key[4];
    struct wci_bytes value;
    enum wcab_err code = take_spelling(writer, name_id, true, err);

    wci_schema_put32(key, name_id);
    while (code == WCAB_OK) {
        code = wci_tree_get(&writer->view.tree, WCI_TABLE_VARIANTS, key, sizeof(key), &value, err);
        if (code == WCAB_OK && value.length != 4)
            return wci_reader_damaged(err, "a spelling's id has %zu bytes", value.length);
        if (code == WCAB_OK) {
            uint8_t variant[4];

            memcpy(variant, value.data, sizeof(variant));
            code = take_spelling(writer, wci_schema_get32(variant), false, err);
            if (code == WCAB_OK)
                code = wci_writer_take(writer, WCI_TABLE_VARIANTS, key, sizeof(key), variant,
                                       sizeof(variant), err);
        }
    }
    return code == WCAB_ERR_NOTFOUND ? WCAB_OK : code;
}

/* ---- postings ----------------------------------------------------------------------------- */

/* Sorts by name; those of one name stay in the order they came in.  False without memory. */
static bool sort_by_name(struct wci_posting_list *list)
{
    struct wci_posting *other = wci_mem_calloc(list->count, sizeof(*other));
    struct wci_posting *from = list->items, *to = other;
    unsigned pass;
    size_t i;

    if (other == NULL)
        return false;
    for (pass = 0; pass < RADIX_PASSES; pass++) {
        unsigned shift = pass * RADIX_BITS;
        size_t starts[RADIX_SIZE] = {0}, at = 0;
        struct wci_posting *swap = from;

        for (i = 0; i < list->count; i++)
            starts[from[i].name >> shift & (RADIX_SIZE - 1)]++;
        for (i = 0; i < RADIX_SIZE; i++) {
            size_t here = starts[i];

            starts[i] = at;
            at += here;
        }
        for (i = 0; i < list->count; i++)
            to[starts[from[i].name >> shift & (RADIX_SIZE - 1)]++] = from[i];
        from = to;
        to = swap;
    }
    memcpy(list->items, from, from == list->items ? 0 : list->count * sizeof(*from));
    free(other);
    return true;
}

static bool same_posting(const struct wci_posting *a, const struct wci_posting *b)
{
    return a->name == b->name && a->listing == b->listing && a->row == b->row;
}

/* The end of the postings of the name at `start`; their values are appended to `values`, each
 * once. */
static size_t gather_values(const struct wci_posting_list *list, size_t start,
                            struct wci_buffer *values)
{
    size_t i;

    wci_buffer_clear(values);
    for (i = start; i < list->count && list->items[i].name == list->items[start].name; i++) {
        uint8_t value[8];

        if (i > start && same_posting(&list->items[i - 1], &list->items[i]))
            continue; /* name and alias of a row fold to the same */
        wci_schema_put32(value, list->items[i].listing);
        wci_schema_put32(value + 4, list->items[i].row);
        wci_buffer_put(values, value, sizeof(value));
    }
    return i;
}

/* The largest name that has postings; 0 when none has. */
static enum wcab_err last_name(MDB_cursor *cursor, uint32_t *name_id, struct wcab_error *err)
{
    MDB_val key, value;
    int result = mdb_cursor_get(cursor, &key, &value, MDB_LAST);

    *name_id = 0;
    if (result == MDB_NOTFOUND)
        return WCAB_OK;
    if (result != MDB_SUCCESS)
        return wci_store_error(result, writing, err);
    if (key.mv_size != 4)
        return wci_reader_damaged(err, "a name's id has %zu bytes", key.mv_size);
    *name_id = wci_schema_get32(key.mv_data);
    return WCAB_OK;
}

/* With `is_last` the name is behind all others, so that the pages before it are left full. */
static enum wcab_err write_values(MDB_cursor *cursor, uint32_t name_id, bool is_last,
                                  const struct wci_buffer *values, struct wcab_error *err)
{
    uint8_t key_bytes[4];
    MDB_val key = {.mv_size = sizeof(key_bytes), .mv_data = key_bytes};
    MDB_val data[2] = {{.mv_size = 8, .mv_data = values->data},
                       {.mv_size = values->size / 8, .mv_data = NULL}};
    int result;

    if (!values->ok)
        return wci_error_nomem(err);
    wci_schema_put32(key_bytes, name_id);
    if (is_last && values->size == 8)
        result = mdb_cursor_put(cursor, &key, data, MDB_APPEND);
    else
        result = mdb_cursor_put(cursor, &key, data, MDB_MULTIPLE);
    return result == MDB_SUCCESS ? WCAB_OK : wci_store_error(result, writing, err);
}

static enum wcab_err flush_added(struct wci_writer *writer, struct wcab_error *err)
{
    struct wci_buffer values;
    MDB_cursor *cursor;
    enum wcab_err code;
    uint32_t last;
    size_t i = 0;
    int result;

    if (writer->added.count == 0)
        return WCAB_OK;
    if (!sort_by_name(&writer->added))
        return wci_error_nomem(err);
    result = mdb_cursor_open(writer->view.tree.transaction,
                             writer->store->tables[WCI_TABLE_POSTINGS], &cursor);
    if (result != MDB_SUCCESS)
        return wci_store_error(result, writing, err);
    wci_buffer_init(&values);
    code = last_name(cursor, &last, err);
    while (code == WCAB_OK && i < writer->added.count) {
        uint32_t name = writer->added.items[i].name;
        size_t end = gather_values(&writer->added, i, &values);

        code = write_values(cursor, name, name > last, &values, err);
        i = end;
    }
    wci_buffer_free(&values);
    mdb_cursor_close(cursor);
    writer->added.count = 0;
    return code;
}

static enum wcab_err erase_values(struct wci_writer *writer, uint32_t name_id,
                                  const struct wci_buffer *values, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    struct wci_bytes left;
    uint8_t key[4];
    size_t at;

    if (!values->ok)
        return wci_error_nomem(err);
    wci_schema_put32(key, name_id);
    for (at = 0; code == WCAB_OK && at < values->size; at += 8)
        code = wci_writer_take(writer, WCI_TABLE_POSTINGS, key, sizeof(key), values->data + at, 8,
                               err);
    if (code != WCAB_OK)
        return code;
    code = wci_tree_get(&writer->view.tree, WCI_TABLE_POSTINGS, key, sizeof(key), &left, err);
    return code == WCAB_ERR_NOTFOUND ? drop_name(writer, name_id, err) : code;
}

static enum wcab_err flush_removed(struct wci_writer *writer, struct wcab_error *err)
{
    struct wci_buffer values;
    enum wcab_err code = WCAB_OK;
    size_t i = 0;

    if (writer->removed.count == 0)
        return WCAB_OK;
    if (!sort_by_name(&writer->removed))
        return wci_error_nomem(err);
    wci_buffer_init(&values);
    while (code == WCAB_OK && i < writer->removed.count) {
        size_t end = gather_values(&writer->removed, i, &values);

        code = erase_values(writer, writer->removed.items[i].name, &values, err);
        i = end;
    }
    wci_buffer_free(&values);
    writer->removed.count = 0;
    /* Some of what it knew may be gone. */
    wci_hash_table_clear(&writer->spellings);
    return code;
}

enum wcab_err wci_postings_flush(struct wci_writer *writer, struct wcab_error *err)
{
    /* In this order: a name that loses a row and wins another is never without one. */
    enum wcab_err code = flush_added(writer, err);

    return code == WCAB_OK ? flush_removed(writer, err) : code;
}

static bool append(struct wci_posting_list *list, uint32_t name_id, uint32_t listing, uint32_t row)
{
    if (!wci_mem_grow(&list->items, list->count, &list->capacity, sizeof(*list->items)))
        return false;
    list->items[list->count].name = name_id;
    list->items[list->count].listing = listing;
    list->items[list->count].row = row;
    list->count++;
    return true;
}

enum wcab_err wci_postings_add(struct wci_writer *writer, uint32_t name_id, uint32_t listing,
                               uint32_t row, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    if (name_id == 0)
        return WCAB_OK;
    if (writer->added.count >= WCI_WRITER_POSTINGS)
        code = flush_added(writer, err);
    if (code == WCAB_OK && !append(&writer->added, name_id, listing, row))
        return wci_error_nomem(err);
    return code;
}

bool wci_postings_note_removed(struct wci_writer *writer, uint32_t name_id, uint32_t listing,
                               uint32_t row)
{
    return writer->removed.count < WCI_WRITER_POSTINGS &&
           append(&writer->removed, name_id, listing, row);
}

enum wcab_err wci_postings_remove(struct wci_writer *writer, uint32_t name_id, uint32_t listing,
                                  uint32_t row, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    if (name_id == 0)
        return WCAB_OK;
    if (writer->removed.count >= WCI_WRITER_POSTINGS)
        code = wci_postings_flush(writer, err);
    if (code == WCAB_OK && !append(&writer->removed, name_id, listing, row))
        return wci_error_nomem(err);
    return code;
}
