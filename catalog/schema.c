/*
 * schema - see schema.h.
 */
#include "catalog/schema.h"
#include "catalog/schema_cursor.h"

#include <string.h>

#include "catalog/hash.h"
#include "core/error.h"
#include "core/limits.h"

const struct wci_table_form wci_schema_tables[WCI_TABLE_COUNT] = {
    [WCI_TABLE_META] = {"meta", 0},
    [WCI_TABLE_IMAGES] = {"images", 0},
    [WCI_TABLE_PATHS] = {"paths", 0},
    [WCI_TABLE_LISTINGS] = {"listings", 0},
    [WCI_TABLE_DIGESTS] = {"digests", 0},
    [WCI_TABLE_PLACES] = {"places", 8},
    [WCI_TABLE_NAMES] = {"names", 0},
    [WCI_TABLE_SPELLINGS] = {"spellings", 0},
    [WCI_TABLE_VARIANTS] = {"variants", 4},
    [WCI_TABLE_EXACT] = {"exact", 0},
    [WCI_TABLE_POSTINGS] = {"postings", 8},
    [WCI_TABLE_JOINTS] = {"joints", 5},
    [WCI_TABLE_NEXT] = {"next", 0},
    [WCI_TABLE_PREVIOUS] = {"previous", 4},
    [WCI_TABLE_DEEP] = {"deep", 0},
    [WCI_TABLE_FACTS] = {"facts", 0},
    [WCI_TABLE_FACT_HASHES] = {"fact_hashes", 0},
    [WCI_TABLE_FACT_PLACES] = {"fact_places", 8},
    [WCI_TABLE_HASHES] = {"hashes", 8},
    [WCI_TABLE_PROFILES] = {"profiles", 0},
};

static const char format_name[] = "whichcab";

/* ---- keys --------------------------------------------------------------------------------- */

void wci_schema_put32(uint8_t out[4], uint32_t value)
{
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
}

void wci_schema_put64(uint8_t out[8], uint64_t value)
{
    wci_schema_put32(out, (uint32_t)(value >> 32));
    wci_schema_put32(out + 4, (uint32_t)value);
}

uint64_t wci_schema_get64(const uint8_t in[8])
{
    return (uint64_t)wci_schema_get32(in) << 32 | wci_schema_get32(in + 4);
}

void wci_schema_long_key(struct wci_bytes text, struct wci_key *key)
{
    key->cut = text.length > WCI_KEY_CUT;
    key->size = key->cut ? (size_t)WCI_KEY_CUT : text.length;
    memcpy(key->bytes, text.data, key->size);
    if (key->cut) {
        wci_schema_put64(key->bytes + WCI_KEY_CUT, wci_hash_bytes(text, 0));
        key->size = WCI_KEY_MAX;
    }
}

bool wci_schema_bucket_next(struct wci_cursor *cursor, struct wci_bytes *text,
                            struct wci_bytes *value)
{
    if (wci_cursor_left(cursor) == 0)
        return false;
    *text = wci_schema_bytes(cursor);
    *value = wci_schema_bytes(cursor);
    return cursor->ok;
}

void wci_schema_bucket_put(struct wci_buffer *bucket, struct wci_bytes text, struct wci_bytes value)
{
    wci_buffer_bytes(bucket, text);
    wci_buffer_bytes(bucket, value);
}

/* ---- small values ------------------------------------------------------------------------- */

void wci_schema_put_format(struct wci_buffer *out)
{
    wci_buffer_put(out, format_name, sizeof(format_name) - 1);
    wci_buffer_u32(out, WCI_SCHEMA_VERSION);
}

bool wci_schema_get_format(struct wci_bytes value, uint32_t *version)
{
    struct wci_cursor cursor = wci_schema_cursor(value);
    const uint8_t *name = wci_cursor_bytes(&cursor, sizeof(format_name) - 1);

    /* What follows the number is left to the version that wrote it. */
    *version = wci_cursor_u32(&cursor);
    return cursor.ok && memcmp(name, format_name, sizeof(format_name) - 1) == 0;
}

enum wcab_err wci_schema_accept_version(uint32_t version, struct wcab_error *err)
{
    if (version >= WCI_SCHEMA_OLDEST && version <= WCI_SCHEMA_VERSION)
        return WCAB_OK;
    if (version > WCI_SCHEMA_VERSION)
        return wci_error_set(err, WCAB_ERR_VERSION,
                             "the catalog has format %u, this program reads %d: use the newer "
                             "program that wrote it, or index again into a new catalog",
                             version, WCI_SCHEMA_VERSION);
    return wci_error_set(err, WCAB_ERR_VERSION,
                         "the catalog has format %u, this program reads %d: remove its folder and "
                         "run 'whichcab index' again, or 'export' it with the program that wrote "
                         "it and 'import' it here",
                         version, WCI_SCHEMA_VERSION);
}

void wci_schema_put_counters(const struct wci_counters *counters, struct wci_buffer *out)
{
    wci_buffer_u32(out, counters->image);
    wci_buffer_u32(out, counters->listing);
    wci_buffer_u32(out, counters->spelling);
    wci_buffer_u32(out, counters->facts);
    wci_buffer_u32(out, counters->settled);
    wci_buffer_u64(out, counters->rows);
    wci_buffer_u64(out, counters->containers);
    wci_buffer_u64(out, counters->deep_rows);
}

bool wci_schema_get_counters(struct wci_bytes value, struct wci_counters *counters)
{
    struct wci_cursor cursor = wci_schema_cursor(value);

    counters->image = wci_cursor_u32(&cursor);
    counters->listing = wci_cursor_u32(&cursor);
    counters->spelling = wci_cursor_u32(&cursor);
    counters->facts = wci_cursor_u32(&cursor);
    counters->settled = wci_cursor_u32(&cursor);
    counters->rows = wci_cursor_u64(&cursor);
    counters->containers = wci_cursor_u64(&cursor);
    counters->deep_rows = wci_cursor_u64(&cursor);
    return wci_schema_at_end(&cursor);
}

/* Without CONTENT, as in format 3, a stamp ends with the device. */
enum { STAMP_DEEP = 0x01, STAMP_OFFLINE = 0x02, STAMP_UNREAD = 0x04, STAMP_CONTENT = 0x08 };
enum { STAMP_FLAGS = STAMP_DEEP | STAMP_OFFLINE | STAMP_UNREAD | STAMP_CONTENT };

void wci_schema_put_stamp(const struct wci_image_stamp *stamp, struct wci_buffer *out)
{
    wci_buffer_varint(out, stamp->id);
    wci_buffer_u8(out,
                  (uint8_t)((stamp->deep ? STAMP_DEEP : 0) | (stamp->offline ? STAMP_OFFLINE : 0) |
                            (stamp->unread ? STAMP_UNREAD : 0) | STAMP_CONTENT));
    wci_buffer_varint(out, stamp->size);
    wci_buffer_u64(out, (uint64_t)stamp->mtime_ns);
    wci_buffer_varint(out, stamp->inode);
    wci_buffer_varint(out, stamp->device);
    wci_buffer_u64(out, (uint64_t)stamp->changed_ns);
    wci_buffer_put(out, stamp->quick, sizeof(stamp->quick));
}

bool wci_schema_get_stamp(struct wci_bytes value, struct wci_image_stamp *stamp)
{
    struct wci_cursor cursor = wci_schema_cursor(value);
    const uint8_t *quick;
    uint8_t flags;

    memset(stamp, 0, sizeof(*stamp));
    stamp->id = wci_schema_varint32(&cursor);
    flags = wci_cursor_u8(&cursor);
    stamp->deep = (flags & STAMP_DEEP) != 0;
    stamp->offline = (flags & STAMP_OFFLINE) != 0;
    stamp->unread = (flags & STAMP_UNREAD) != 0;
    stamp->size = wci_cursor_varint(&cursor);
    stamp->mtime_ns = (int64_t)wci_cursor_u64(&cursor);
    stamp->inode = wci_cursor_varint(&cursor);
    stamp->device = wci_cursor_varint(&cursor);
    if ((flags & STAMP_CONTENT) != 0) {
        stamp->changed_ns = (int64_t)wci_cursor_u64(&cursor);
        quick = wci_cursor_bytes(&cursor, sizeof(stamp->quick));
        if (quick != NULL)
            memcpy(stamp->quick, quick, sizeof(stamp->quick));
    }
    return wci_schema_at_end(&cursor) && (flags & ~STAMP_FLAGS) == 0;
}

void wci_schema_put_spelling(uint32_t name_id, struct wci_name name, struct wci_buffer *out)
{
    wci_buffer_varint(out, name_id);
    wci_buffer_u8(out, (uint8_t)name.encoding);
    wci_buffer_put(out, name.bytes.data, name.bytes.length);
}

bool wci_schema_get_spelling(struct wci_bytes value, uint32_t *name_id, struct wci_name *name)
{
    struct wci_cursor cursor = wci_schema_cursor(value);
    uint8_t encoding;

    *name_id = wci_schema_varint32(&cursor);
    encoding = wci_cursor_u8(&cursor);
    name->encoding = (enum wci_encoding)encoding;
    name->bytes.length = wci_cursor_left(&cursor);
    name->bytes.data = (const char *)wci_cursor_bytes(&cursor, name->bytes.length);
    return cursor.ok && encoding <= WCI_ENCODING_RAW && name->bytes.length > 0;
}

/* ---- deep facts --------------------------------------------------------------------------- */

enum {
    FACT_SHA256 = 0x01,
    FACT_MD5_SHA1 = 0x02,
    FACT_VERSION = 0x04,
    FACT_FAILED = 0x08,
    FACT_SIZE = 0x10
};

static void put_fact(const struct wci_deep *deep, struct wci_buffer *out)
{
    bool failed = deep->code != 0 || deep->offset != WCAB_NO_OFFSET || deep->text.length > 0;

    wci_buffer_u8(out, (uint8_t)deep->status);
    wci_buffer_u8(out, (uint8_t)((deep->has_sha256 ? FACT_SHA256 : 0) |
                                 (deep->has_md5_sha1 ? FACT_MD5_SHA1 : 0) |
                                 (deep->has_version ? FACT_VERSION : 0) |
                                 (failed ? FACT_FAILED : 0) | (deep->has_size ? FACT_SIZE : 0)));
    if (deep->has_sha256)
        wci_buffer_put(out, deep->sha256, sizeof(deep->sha256));
    if (deep->has_md5_sha1) {
        wci_buffer_put(out, deep->md5, sizeof(deep->md5));
        wci_buffer_put(out, deep->sha1, sizeof(deep->sha1));
    }
    if (deep->has_version) {
        wci_buffer_u64(out, deep->file_version);
        wci_buffer_u64(out, deep->product_version);
    }
    if (failed) {
        wci_buffer_varint(out, (uint32_t)deep->code);
        wci_buffer_varint(out, deep->offset + 1U);
        wci_buffer_bytes(out, deep->text);
    }
    if (deep->has_size)
        wci_buffer_varint(out, deep->size);
    /* Other facts than the version stand here too, so it does not depend on has_version. */
    wci_buffer_put(out, deep->version_text.data, deep->version_text.length);
}

void wci_schema_put_facts(const struct wci_deep *rows, uint32_t count, struct wci_buffer *out)
{
    struct wci_buffer facts;
    uint32_t i;

    wci_buffer_init(&facts);
    wci_buffer_u32(out, count);
    for (i = 0; i < count; i++) {
        put_fact(&rows[i], &facts);
        wci_buffer_u32(out, (uint32_t)facts.size);
    }
    wci_buffer_put(out, facts.data, facts.size);
    out->ok = out->ok && facts.ok && facts.size <= UINT32_MAX;
    wci_buffer_free(&facts);
}

bool wci_schema_facts_count(struct wci_bytes value, uint32_t *count)
{
    struct wci_cursor cursor = wci_schema_cursor(value);

    *count = wci_cursor_u32(&cursor);
    return cursor.ok && *count <= wci_cursor_left(&cursor) / 4;
}

/* The bytes of one row's facts. */
static bool find_fact(struct wci_bytes value, uint32_t row, struct wci_bytes *fact)
{
    struct wci_cursor cursor = wci_schema_cursor(value);
    uint32_t count, start = 0, end;
    size_t base;

    if (!wci_schema_facts_count(value, &count) || row >= count)
        return false;
    base = 4 + (size_t)count * 4;
    if (row > 0) {
        wci_cursor_seek(&cursor, (size_t)row * 4);
        start = wci_cursor_u32(&cursor);
    } else {
        wci_cursor_skip(&cursor, 4);
    }
    end = wci_cursor_u32(&cursor);
    if (!cursor.ok || start > end || end > value.length - base)
        return false;
    fact->data = value.data + base + start;
    fact->length = end - start;
    return true;
}

static void get_digest(struct wci_cursor *cursor, uint8_t *digest, size_t size)
{
    const uint8_t *bytes = wci_cursor_bytes(cursor, size);

    if (bytes != NULL)
        memcpy(digest, bytes, size);
}

bool wci_schema_get_fact(struct wci_bytes value, uint32_t row, struct wci_deep *deep)
{
    struct wci_bytes fact;
    struct wci_cursor cursor;
    uint8_t status, parts;

    if (!find_fact(value, row, &fact))
        return false;
    memset(deep, 0, sizeof(*deep));
    deep->offset = WCAB_NO_OFFSET;
    cursor = wci_schema_cursor(fact);
    status = wci_cursor_u8(&cursor);
    parts = wci_cursor_u8(&cursor);
    deep->status = (enum wci_deep_status)status;
    deep->has_sha256 = (parts & FACT_SHA256) != 0;
    deep->has_md5_sha1 = (parts & FACT_MD5_SHA1) != 0;
    deep->has_version = (parts & FACT_VERSION) != 0;
    if (deep->has_sha256)
        get_digest(&cursor, deep->sha256, sizeof(deep->sha256));
    if (deep->has_md5_sha1) {
        get_digest(&cursor, deep->md5, sizeof(deep->md5));
        get_digest(&cursor, deep->sha1, sizeof(deep->sha1));
    }
    if (deep->has_version) {
        deep->file_version = wci_cursor_u64(&cursor);
        deep->product_version = wci_cursor_u64(&cursor);
    }
    if ((parts & FACT_FAILED) != 0) {
        deep->code = (int)(wci_schema_varint32(&cursor) & INT32_MAX);
        deep->offset = wci_cursor_varint(&cursor) - 1U;
        deep->text = wci_schema_bytes(&cursor);
    }
    deep->has_size = (parts & FACT_SIZE) != 0;
    if (deep->has_size)
        deep->size = wci_cursor_varint(&cursor);
    deep->version_text.length = wci_cursor_left(&cursor);
    deep->version_text.data = (const char *)wci_cursor_bytes(&cursor, deep->version_text.length);
    return cursor.ok && status <= WCI_DEEP_ENCRYPTED &&
           (parts & ~(FACT_SHA256 | FACT_MD5_SHA1 | FACT_VERSION | FACT_FAILED | FACT_SIZE)) == 0;
}
