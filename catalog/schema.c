/*
 * schema - see schema.h.
 */
#include "catalog/schema.h"

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

/* The next varint length and as many bytes, in place. */
static struct wci_bytes get_bytes(struct wci_cursor *cursor)
{
    struct wci_bytes bytes = {NULL, 0};
    uint64_t length = wci_cursor_varint(cursor);

    if (length > wci_cursor_left(cursor)) {
        cursor->ok = false;
        return bytes;
    }
    bytes.data = (const char *)wci_cursor_bytes(cursor, (size_t)length);
    bytes.length = (size_t)length;
    return bytes;
}

bool wci_schema_bucket_next(struct wci_cursor *cursor, struct wci_bytes *text,
                            struct wci_bytes *value)
{
    if (wci_cursor_left(cursor) == 0)
        return false;
    *text = get_bytes(cursor);
    *value = get_bytes(cursor);
    return cursor->ok;
}

void wci_schema_bucket_put(struct wci_buffer *bucket, struct wci_bytes text, struct wci_bytes value)
{
    wci_buffer_bytes(bucket, text);
    wci_buffer_bytes(bucket, value);
}

/* ---- small values ------------------------------------------------------------------------- */

/* A varint that must not exceed 32 bits. */
static uint32_t get_varint32(struct wci_cursor *cursor)
{
    uint64_t value = wci_cursor_varint(cursor);

    if (value > UINT32_MAX)
        cursor->ok = false;
    return (uint32_t)value;
}

static struct wci_cursor cursor_over(struct wci_bytes value)
{
    return wci_cursor_of(value.data, value.length);
}

static bool at_end(const struct wci_cursor *cursor)
{
    return cursor->ok && wci_cursor_left(cursor) == 0;
}

void wci_schema_put_format(struct wci_buffer *out)
{
    wci_buffer_put(out, format_name, sizeof(format_name) - 1);
    wci_buffer_u32(out, WCI_SCHEMA_VERSION);
}

bool wci_schema_get_format(struct wci_bytes value, uint32_t *version)
{
    struct wci_cursor cursor = cursor_over(value);
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
    struct wci_cursor cursor = cursor_over(value);

    counters->image = wci_cursor_u32(&cursor);
    counters->listing = wci_cursor_u32(&cursor);
    counters->spelling = wci_cursor_u32(&cursor);
    counters->facts = wci_cursor_u32(&cursor);
    counters->settled = wci_cursor_u32(&cursor);
    counters->rows = wci_cursor_u64(&cursor);
    counters->containers = wci_cursor_u64(&cursor);
    counters->deep_rows = wci_cursor_u64(&cursor);
    return at_end(&cursor);
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
    struct wci_cursor cursor = cursor_over(value);
    const uint8_t *quick;
    uint8_t flags;

    memset(stamp, 0, sizeof(*stamp));
    stamp->id = get_varint32(&cursor);
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
    return at_end(&cursor) && (flags & ~STAMP_FLAGS) == 0;
}

void wci_schema_put_spelling(uint32_t name_id, struct wci_name name, struct wci_buffer *out)
{
    wci_buffer_varint(out, name_id);
    wci_buffer_u8(out, (uint8_t)name.encoding);
    wci_buffer_put(out, name.bytes.data, name.bytes.length);
}

bool wci_schema_get_spelling(struct wci_bytes value, uint32_t *name_id, struct wci_name *name)
{
    struct wci_cursor cursor = cursor_over(value);
    uint8_t encoding;

    *name_id = get_varint32(&cursor);
    encoding = wci_cursor_u8(&cursor);
    name->encoding = (enum wci_encoding)encoding;
    name->bytes.length = wci_cursor_left(&cursor);
    name->bytes.data = (const char *)wci_cursor_bytes(&cursor, name->bytes.length);
    return cursor.ok && encoding <= WCI_ENCODING_RAW && name->bytes.length > 0;
}

/* ---- images ------------------------------------------------------------------------------- */

static void put_container(const struct wci_container *container, uint32_t listing,
                          struct wci_buffer *out)
{
    wci_buffer_varint(out, listing);
    wci_buffer_u8(out, (uint8_t)container->kind);
    /* WCI_NONE wraps to 0. */
    wci_buffer_varint(out, (uint32_t)(container->parent + 1U));
    wci_buffer_varint(out, (uint32_t)(container->parent_entry + 1U));
    wci_buffer_bytes(out, container->name);
    wci_buffer_varint(out, container->offset);
    wci_buffer_varint(out, container->size);
    wci_buffer_bytes(out, container->format);
    wci_buffer_u8(out, (uint8_t)container->label.encoding);
    wci_buffer_bytes(out, container->label.bytes);
    wci_buffer_varint(out, container->serial);
    wci_buffer_varint(out, container->created);
    wci_buffer_u8(out, container->partial ? 1 : 0);
}

static void put_fault(const struct wci_fault *fault, struct wci_buffer *out)
{
    wci_buffer_varint(out, (uint32_t)(fault->container + 1U));
    wci_buffer_varint(out, (uint32_t)fault->code);
    wci_buffer_varint(out, fault->offset + 1U); /* WCAB_NO_OFFSET wraps to 0 */
    wci_buffer_bytes(out, fault->place);
    wci_buffer_bytes(out, fault->text);
}

static void put_identity(const struct wci_identity *identity, struct wci_buffer *out)
{
    wci_buffer_varint(out, identity->group);
    wci_buffer_bytes(out, identity->medium);
    wci_buffer_bytes(out, identity->disk);
    wci_buffer_bytes(out, identity->reason);
    wci_buffer_varint(out, identity->code_page);
    wci_buffer_bytes(out, identity->code_page_reason);
}

static void put_limits(const struct wci_limits *limits, struct wci_buffer *out)
{
    wci_buffer_varint(out, limits->depth);
    wci_buffer_varint(out, limits->entries);
    wci_buffer_varint(out, limits->containers);
    wci_buffer_varint(out, limits->bytes);
    wci_buffer_varint(out, limits->ratio);
    wci_buffer_varint(out, limits->seconds);
}

void wci_schema_put_image(const struct wci_image *image, const struct wci_image_state *state,
                          struct wci_buffer *out)
{
    uint32_t i;

    wci_buffer_u8(out, (uint8_t)image->kind);
    wci_buffer_bytes(out, image->path);
    put_identity(&image->identity, out);
    wci_buffer_varint(out, image->part_count);
    for (i = 0; i < image->part_count; i++) {
        wci_buffer_varint(out, image->parts[i].container);
        put_identity(&image->parts[i].identity, out);
    }
    wci_buffer_varint(out, image->faults_dropped);
    wci_buffer_varint(out, image->fault_count);
    for (i = 0; i < image->fault_count; i++)
        put_fault(&image->faults[i], out);
    wci_buffer_varint(out, image->container_count);
    for (i = 0; i < image->container_count; i++)
        put_container(&image->containers[i], state->listings[i], out);
    if (wci_limits_are_valid(&image->limits) &&
        !wci_limits_equal(&image->limits, &wci_limits_default))
        put_limits(&image->limits, out);
}

/* Bytes of a part's record when all its texts are empty. */
enum { PART_LEAST = 7 };

/* Decoding an image: where the memory comes from, and whether it has run out. */
struct decoding {
    struct wci_cursor cursor;
    struct wci_arena *arena;
    bool no_memory;
};

static struct wci_bytes copy_bytes(struct decoding *decoding)
{
    struct wci_bytes bytes = get_bytes(&decoding->cursor);
    struct wci_bytes copy = {NULL, 0};

    if (!decoding->cursor.ok)
        return copy;
    copy = wci_arena_bytes(decoding->arena, bytes);
    if (copy.data == NULL)
        decoding->no_memory = true;
    return copy;
}

/* An array of `count` items of which each takes at least `least` bytes of what is left. */
static void *new_items(struct decoding *decoding, uint64_t count, size_t least, size_t size)
{
    void *items;

    if (!decoding->cursor.ok || count > wci_cursor_left(&decoding->cursor) / least) {
        decoding->cursor.ok = false;
        return NULL;
    }
    items = wci_arena_calloc(decoding->arena, (size_t)count, size);
    if (items == NULL)
        decoding->no_memory = true;
    return items;
}

static void get_container(struct decoding *decoding, uint32_t index,
                          struct wci_container *container, uint32_t *listing)
{
    struct wci_cursor *cursor = &decoding->cursor;
    uint8_t kind, encoding, partial;

    *listing = get_varint32(cursor);
    kind = wci_cursor_u8(cursor);
    container->kind = (enum wci_container_kind)kind;
    container->parent = get_varint32(cursor) - 1U;
    container->parent_entry = get_varint32(cursor) - 1U;
    container->name = copy_bytes(decoding);
    container->offset = wci_cursor_varint(cursor);
    container->size = wci_cursor_varint(cursor);
    container->format = copy_bytes(decoding);
    encoding = wci_cursor_u8(cursor);
    container->label.encoding = (enum wci_encoding)encoding;
    container->label.bytes = copy_bytes(decoding);
    container->serial = get_varint32(cursor);
    container->created = wci_cursor_varint(cursor);
    partial = wci_cursor_u8(cursor);
    container->partial = partial != 0;
    if (kind < WCI_CONTAINER_DIRECTORY || kind > WCI_CONTAINER_LAST ||
        encoding > WCI_ENCODING_RAW || partial > 1 ||
        (container->parent != WCI_NONE && container->parent >= index))
        cursor->ok = false;
}

static void get_fault(struct decoding *decoding, struct wci_fault *fault)
{
    struct wci_cursor *cursor = &decoding->cursor;
    uint32_t code;

    fault->container = get_varint32(cursor) - 1U;
    code = get_varint32(cursor);
    fault->code = (int)(code & INT32_MAX);
    fault->offset = wci_cursor_varint(cursor) - 1U;
    fault->place = copy_bytes(decoding);
    fault->text = copy_bytes(decoding);
}

static void get_faults(struct decoding *decoding, struct wci_image *image)
{
    uint64_t count = wci_cursor_varint(&decoding->cursor);
    uint32_t i;

    image->faults = new_items(decoding, count, 5, sizeof(*image->faults));
    if (image->faults == NULL)
        return;
    image->fault_count = (uint32_t)count;
    for (i = 0; i < image->fault_count && decoding->cursor.ok; i++)
        get_fault(decoding, &image->faults[i]);
}

static void get_limits(struct wci_cursor *cursor, struct wci_limits *limits)
{
    *limits = wci_limits_default;
    if (at_end(cursor) || !cursor->ok)
        return;
    limits->depth = get_varint32(cursor);
    limits->entries = get_varint32(cursor);
    limits->containers = get_varint32(cursor);
    limits->bytes = wci_cursor_varint(cursor);
    limits->ratio = wci_cursor_varint(cursor);
    limits->seconds = wci_cursor_varint(cursor);
    if (!wci_limits_are_valid(limits))
        cursor->ok = false;
}

static uint16_t get_code_page(struct wci_cursor *cursor)
{
    uint32_t code_page = get_varint32(cursor);

    if (code_page > UINT16_MAX)
        cursor->ok = false;
    return (uint16_t)code_page;
}

static void get_identity(struct decoding *decoding, struct wci_identity *identity)
{
    identity->group = wci_cursor_varint(&decoding->cursor);
    identity->medium = copy_bytes(decoding);
    identity->disk = copy_bytes(decoding);
    identity->reason = copy_bytes(decoding);
    identity->code_page = get_code_page(&decoding->cursor);
    identity->code_page_reason = copy_bytes(decoding);
}

static void get_parts(struct decoding *decoding, struct wci_image *image)
{
    uint64_t count = wci_cursor_varint(&decoding->cursor);
    uint32_t i;

    if (count > WCI_LIMIT_CONTAINERS)
        decoding->cursor.ok = false;
    image->parts = new_items(decoding, count, PART_LEAST, sizeof(*image->parts));
    if (image->parts == NULL)
        return;
    image->part_count = (uint32_t)count;
    for (i = 0; i < image->part_count && decoding->cursor.ok; i++) {
        image->parts[i].container = get_varint32(&decoding->cursor);
        get_identity(decoding, &image->parts[i].identity);
        if (i > 0 && image->parts[i].container <= image->parts[i - 1].container)
            decoding->cursor.ok = false;
    }
}

static void get_containers(struct decoding *decoding, struct wci_image *image,
                           struct wci_image_state *state)
{
    uint64_t count = wci_cursor_varint(&decoding->cursor);
    uint32_t i;

    if (count > WCI_LIMIT_CONTAINERS)
        decoding->cursor.ok = false;
    image->containers = new_items(decoding, count, 13, sizeof(*image->containers));
    state->listings = new_items(decoding, count, 13, sizeof(*state->listings));
    if (image->containers == NULL || state->listings == NULL)
        return;
    image->container_count = (uint32_t)count;
    for (i = 0; i < image->container_count && decoding->cursor.ok; i++)
        get_container(decoding, i, &image->containers[i], &state->listings[i]);
    if (image->part_count > 0 &&
        image->parts[image->part_count - 1].container >= image->container_count)
        decoding->cursor.ok = false;
}

enum wcab_err wci_schema_get_image(struct wci_bytes value, uint32_t id, struct wci_arena *arena,
                                   struct wci_image *image, struct wci_image_state *state,
                                   struct wcab_error *err)
{
    struct decoding decoding = {.cursor = cursor_over(value), .arena = arena};
    uint8_t kind = wci_cursor_u8(&decoding.cursor);

    memset(image, 0, sizeof(*image));
    memset(state, 0, sizeof(*state));
    image->kind = (enum wci_image_kind)kind;
    image->path = copy_bytes(&decoding);
    get_identity(&decoding, &image->identity);
    get_parts(&decoding, image);
    image->faults_dropped = get_varint32(&decoding.cursor);
    get_faults(&decoding, image);
    get_containers(&decoding, image, state);
    get_limits(&decoding.cursor, &image->limits);
    if (decoding.no_memory)
        return wci_error_nomem(err);
    if (!at_end(&decoding.cursor) || kind < WCI_IMAGE_FILE || kind > WCI_IMAGE_PUBLISHED ||
        image->path.length == 0)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, decoding.cursor.at,
                                "image %u of the catalog is damaged", id);
    return WCAB_OK;
}

/* A run of bytes with its length before it. */
static struct wci_bytes borrow_bytes(struct wci_cursor *cursor)
{
    uint64_t length = wci_cursor_varint(cursor);
    struct wci_bytes bytes = {NULL, 0};

    if (length > wci_cursor_left(cursor)) {
        cursor->ok = false;
        return bytes;
    }
    bytes.length = (size_t)length;
    bytes.data = (const char *)wci_cursor_bytes(cursor, bytes.length);
    return bytes;
}

void wci_schema_media_begin(struct wci_bytes value, struct wci_schema_media *media)
{
    memset(media, 0, sizeof(*media));
    media->cursor = cursor_over(value);
    (void)wci_cursor_u8(&media->cursor); /* kind */
    (void)borrow_bytes(&media->cursor);  /* path */
}

bool wci_schema_media_next(struct wci_schema_media *media, struct wci_bytes *medium)
{
    struct wci_cursor *cursor = &media->cursor;
    bool is_part = media->begun;

    if (is_part && media->left == 0)
        return false;
    if (is_part) {
        media->left--;
        (void)wci_cursor_varint(cursor); /* container */
    }
    (void)wci_cursor_varint(cursor); /* group */
    *medium = borrow_bytes(cursor);
    (void)borrow_bytes(cursor);      /* disk */
    (void)borrow_bytes(cursor);      /* reason */
    (void)wci_cursor_varint(cursor); /* code page */
    (void)borrow_bytes(cursor);      /* its reason */
    if (!is_part)
        media->left = wci_cursor_varint(cursor);
    media->begun = true;
    return cursor->ok;
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
    struct wci_cursor cursor = cursor_over(value);

    *count = wci_cursor_u32(&cursor);
    return cursor.ok && *count <= wci_cursor_left(&cursor) / 4;
}

/* The bytes of one row's facts. */
static bool find_fact(struct wci_bytes value, uint32_t row, struct wci_bytes *fact)
{
    struct wci_cursor cursor = cursor_over(value);
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
    cursor = cursor_over(fact);
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
        deep->code = (int)(get_varint32(&cursor) & INT32_MAX);
        deep->offset = wci_cursor_varint(&cursor) - 1U;
        deep->text = get_bytes(&cursor);
    }
    deep->has_size = (parts & FACT_SIZE) != 0;
    if (deep->has_size)
        deep->size = wci_cursor_varint(&cursor);
    deep->version_text.length = wci_cursor_left(&cursor);
    deep->version_text.data = (const char *)wci_cursor_bytes(&cursor, deep->version_text.length);
    return cursor.ok && status <= WCI_DEEP_ENCRYPTED &&
           (parts & ~(FACT_SHA256 | FACT_MD5_SHA1 | FACT_VERSION | FACT_FAILED | FACT_SIZE)) == 0;
}
