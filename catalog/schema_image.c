/*
 * schema_image - the record of an image: see schema.h.
 */
#include <string.h>

#include "catalog/schema.h"
#include "catalog/schema_cursor.h"
#include "core/error.h"
#include "core/limits.h"

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

/* What most images don't have; the limits stand before the notes. */
static void put_tail(const struct wci_image *image, struct wci_buffer *out)
{
    const struct wci_limits *limits =
        wci_limits_are_valid(&image->limits) ? &image->limits : &wci_limits_default;
    uint32_t i;

    if (image->note_count > 0 || !wci_limits_equal(limits, &wci_limits_default))
        put_limits(limits, out);
    if (image->note_count == 0)
        return;
    wci_buffer_varint(out, image->note_count);
    for (i = 0; i < image->note_count; i++) {
        wci_buffer_bytes(out, image->notes[i].key);
        wci_buffer_bytes(out, image->notes[i].value);
    }
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
    put_tail(image, out);
}

/* Bytes of a part's record when all its texts are empty. */
enum { PART_LEAST = 7 };
/* Bytes of the shortest note. */
enum { NOTE_LEAST = 4 };

/* Decoding an image: where the memory comes from, and whether it has run out. */
struct decoding {
    struct wci_cursor cursor;
    struct wci_arena *arena;
    bool no_memory;
};

static struct wci_bytes copy_bytes(struct decoding *decoding)
{
    struct wci_bytes bytes = wci_schema_bytes(&decoding->cursor);
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

    *listing = wci_schema_varint32(cursor);
    kind = wci_cursor_u8(cursor);
    container->kind = (enum wci_container_kind)kind;
    container->parent = wci_schema_varint32(cursor) - 1U;
    container->parent_entry = wci_schema_varint32(cursor) - 1U;
    container->name = copy_bytes(decoding);
    container->offset = wci_cursor_varint(cursor);
    container->size = wci_cursor_varint(cursor);
    container->format = copy_bytes(decoding);
    encoding = wci_cursor_u8(cursor);
    container->label.encoding = (enum wci_encoding)encoding;
    container->label.bytes = copy_bytes(decoding);
    container->serial = wci_schema_varint32(cursor);
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

    fault->container = wci_schema_varint32(cursor) - 1U;
    code = wci_schema_varint32(cursor);
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
    if (wci_schema_at_end(cursor) || !cursor->ok)
        return;
    limits->depth = wci_schema_varint32(cursor);
    limits->entries = wci_schema_varint32(cursor);
    limits->containers = wci_schema_varint32(cursor);
    limits->bytes = wci_cursor_varint(cursor);
    limits->ratio = wci_cursor_varint(cursor);
    limits->seconds = wci_cursor_varint(cursor);
    if (!wci_limits_are_valid(limits))
        cursor->ok = false;
}

static void get_notes(struct decoding *decoding, struct wci_image *image)
{
    uint64_t count;
    uint32_t i;

    if (wci_schema_at_end(&decoding->cursor) || !decoding->cursor.ok)
        return;
    count = wci_cursor_varint(&decoding->cursor);
    if (count == 0 || count > WCI_LIMIT_NOTES)
        decoding->cursor.ok = false;
    image->notes = new_items(decoding, count, NOTE_LEAST, sizeof(*image->notes));
    if (image->notes == NULL)
        return;
    image->note_count = (uint32_t)count;
    for (i = 0; i < image->note_count && decoding->cursor.ok; i++) {
        image->notes[i].key = copy_bytes(decoding);
        image->notes[i].value = copy_bytes(decoding);
    }
    if (decoding->cursor.ok && !decoding->no_memory &&
        !wci_notes_are_valid(image->notes, image->note_count))
        decoding->cursor.ok = false;
}

static uint16_t get_code_page(struct wci_cursor *cursor)
{
    uint32_t code_page = wci_schema_varint32(cursor);

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
        image->parts[i].container = wci_schema_varint32(&decoding->cursor);
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
    struct decoding decoding = {.cursor = wci_schema_cursor(value), .arena = arena};
    uint8_t kind = wci_cursor_u8(&decoding.cursor);

    memset(image, 0, sizeof(*image));
    memset(state, 0, sizeof(*state));
    image->kind = (enum wci_image_kind)kind;
    image->path = copy_bytes(&decoding);
    get_identity(&decoding, &image->identity);
    get_parts(&decoding, image);
    image->faults_dropped = wci_schema_varint32(&decoding.cursor);
    get_faults(&decoding, image);
    get_containers(&decoding, image, state);
    get_limits(&decoding.cursor, &image->limits);
    get_notes(&decoding, image);
    if (decoding.no_memory)
        return wci_error_nomem(err);
    if (!wci_schema_at_end(&decoding.cursor) || kind < WCI_IMAGE_FILE ||
        kind > WCI_IMAGE_PUBLISHED || image->path.length == 0)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, decoding.cursor.at,
                                "image %u of the catalog is damaged", id);
    return WCAB_OK;
}

void wci_schema_media_begin(struct wci_bytes value, struct wci_schema_media *media)
{
    memset(media, 0, sizeof(*media));
    media->cursor = wci_schema_cursor(value);
    (void)wci_cursor_u8(&media->cursor);    /* kind */
    (void)wci_schema_bytes(&media->cursor); /* path */
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
    *medium = wci_schema_bytes(cursor);
    (void)wci_schema_bytes(cursor);  /* disk */
    (void)wci_schema_bytes(cursor);  /* reason */
    (void)wci_cursor_varint(cursor); /* code page */
    (void)wci_schema_bytes(cursor);  /* its reason */
    if (!is_part)
        media->left = wci_cursor_varint(cursor);
    media->begun = true;
    return cursor->ok;
}
