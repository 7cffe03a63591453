/*
 * known_image - see known_image.h.
 */
#include "query/known_image.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/parts.h"
#include "core/text.h"
#include "query/presence.h"

enum wcab_err wci_known_images_open(struct wci_known_images *images, struct wcab_catalog *catalog,
                                    struct wcab_error *err)
{
    memset(images, 0, sizeof(*images));
    images->catalog = catalog;
    images->arena = wci_arena_new();
    return images->arena == NULL ? wci_error_nomem(err) : WCAB_OK;
}

void wci_known_images_close(struct wci_known_images *images)
{
    wci_arena_free(images->arena);
    images->arena = NULL;
    free(images->buckets);
    images->buckets = NULL;
    images->bucket_count = images->count = 0;
}

void wci_known_images_trim(struct wci_known_images *images, size_t limit)
{
    if (wci_arena_used(images->arena) <= limit)
        return;
    wci_arena_reset(images->arena);
    if (images->bucket_count > 0)
        memset(images->buckets, 0, images->bucket_count * sizeof(struct wci_known_image *));
    images->count = 0;
    images->contents = NULL;
}

static struct wci_known_image **bucket_of(const struct wci_known_images *images, bool published,
                                          uint32_t id)
{
    return &images->buckets[((size_t)id * 2 + published) & (images->bucket_count - 1)];
}

/* Makes the table larger: a whole shelf may be in it. */
static enum wcab_err grow(struct wci_known_images *images, struct wcab_error *err)
{
    enum { FEW = 64 };
    const size_t before = images->bucket_count;
    struct wci_known_image **old = images->buckets, **grown;
    size_t i;

    grown = calloc(before == 0 ? FEW : 2 * before, sizeof(struct wci_known_image *));
    if (grown == NULL)
        return wci_error_nomem(err);
    images->buckets = grown;
    images->bucket_count = before == 0 ? FEW : 2 * before;
    for (i = 0; i < before; i++) {
        struct wci_known_image *known = old[i];

        while (known != NULL) {
            struct wci_known_image *next = known->next;
            struct wci_known_image **bucket = bucket_of(images, known->published, known->id);

            known->next = *bucket;
            *bucket = known;
            known = next;
        }
    }
    free(old);
    return WCAB_OK;
}

/* Puts it into the table, which has room. */
static void put(struct wci_known_images *images, struct wci_known_image *known)
{
    struct wci_known_image **bucket = bucket_of(images, known->published, known->id);

    known->next = *bucket;
    *bucket = known;
    images->count++;
}

static struct wci_known_image *find(const struct wci_known_images *images, bool published,
                                    uint32_t id)
{
    struct wci_known_image *known =
        images->bucket_count > 0 ? *bucket_of(images, published, id) : NULL;

    while (known != NULL && (known->id != id || known->published != published))
        known = known->next;
    return known;
}

/* The parts of an image, each with what is its own in place of the image's. */
static enum wcab_err make_parts(struct wci_known_images *images, struct wci_known_image *whole,
                                struct wcab_error *err)
{
    uint32_t count = whole->image.part_count, i;
    enum wcab_err code = WCAB_OK;

    if (count == 0)
        return WCAB_OK;
    whole->parts = wci_arena_calloc(images->arena, count, sizeof(*whole->parts));
    if (whole->parts == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < count; i++) {
        struct wci_known_image *part = &whole->parts[i];

        *part = *whole;
        part->part = i;
        part->image.identity = whole->image.parts[i].identity;
        code =
            wci_handle_profile(images->catalog, part->image.identity.medium, &part->profile, err);
        if (code == WCAB_OK)
            code = wci_family_find(images->catalog, part, err);
    }
    return code;
}

static enum wcab_err get_whole(struct wci_known_images *images, bool published, uint32_t id,
                               struct wci_known_image **image, struct wcab_error *err)
{
    struct wci_known_image *known = find(images, published, id);
    struct wci_reader *reader = NULL;
    enum wcab_err code = WCAB_OK;

    if (known != NULL) {
        *image = known;
        return WCAB_OK;
    }
    if (images->count == images->bucket_count)
        code = grow(images, err);
    if (code == WCAB_OK)
        code = wci_handle_reader(images->catalog, published, &reader, err);
    if (code != WCAB_OK)
        return code;
    known = wci_arena_calloc(images->arena, 1, sizeof(*known));
    if (known == NULL)
        return wci_error_nomem(err);
    known->id = id;
    known->part = WCI_NONE;
    known->published = published;
    code = wci_reader_image(reader, id, images->arena, &known->image, &known->state, err);
    if (code == WCAB_OK)
        known->state.offline = wci_presence_is_gone(&known->image, known->state.offline);
    if (code == WCAB_OK)
        code =
            wci_handle_profile(images->catalog, known->image.identity.medium, &known->profile, err);
    if (code == WCAB_OK)
        code = wci_family_find(images->catalog, known, err);
    if (code == WCAB_OK)
        code = make_parts(images, known, err);
    if (code != WCAB_OK)
        return code;
    put(images, known);
    *image = known;
    return WCAB_OK;
}

enum wcab_err wci_known_images_get(struct wci_known_images *images, bool published, uint32_t id,
                                   uint32_t container, const struct wci_known_image **image,
                                   struct wcab_error *err)
{
    struct wci_known_image *whole = NULL;
    uint32_t part;
    enum wcab_err code = get_whole(images, published, id, &whole, err);

    if (code != WCAB_OK)
        return code;
    if (container >= whole->image.container_count)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "the catalog is damaged: image %u has no container %u", id, container);
    part = wci_part_of(&whole->image, container);
    *image = part == WCI_NONE ? whole : &whole->parts[part];
    return WCAB_OK;
}

/* Whether an image of several media is anything beside them. */
static bool is_more_than_parts(const struct wci_known_image *whole)
{
    return whole->parts == NULL || whole->image.identity.medium.length > 0 ||
           wci_known_image_first_fault(whole, NULL, NULL) != NULL;
}

enum wcab_err wci_known_images_each_part(struct wci_known_images *images, bool published,
                                         uint32_t id, wci_known_image_visitor *visit, void *context,
                                         struct wcab_error *err)
{
    struct wci_known_image *whole = NULL;
    enum wcab_err code = get_whole(images, published, id, &whole, err);
    uint32_t i;

    if (code == WCAB_OK && whole->image.container_count == 0)
        return WCAB_OK; /* a file that was not read is no medium */
    if (code == WCAB_OK && is_more_than_parts(whole))
        code = visit(context, whole);
    for (i = 0; code == WCAB_OK && i < whole->image.part_count; i++)
        code = visit(context, &whole->parts[i]);
    return code;
}

bool wci_known_image_holds(const struct wci_known_image *image, uint32_t container)
{
    return image->image.containers[container].kind != WCI_CONTAINER_CONTENTS &&
           wci_part_of(&image->image, container) == image->part;
}

uint32_t wci_known_image_root(const struct wci_known_image *image)
{
    return wci_part_root(&image->image, image->part);
}

const struct wci_fault *wci_known_image_first_fault(const struct wci_known_image *image,
                                                    uint32_t *count, uint32_t *unread)
{
    const struct wci_fault *first = NULL;
    uint32_t found = 0, no_damage = 0, i;

    for (i = 0; i < image->image.fault_count; i++) {
        const struct wci_fault *fault = &image->image.faults[i];
        bool is_unread = wci_error_is_unread((enum wcab_err)fault->code);

        if (wci_part_of(&image->image, fault->container) != image->part)
            continue;
        if (first == NULL || (!is_unread && found == no_damage))
            first = fault;
        found++;
        no_damage += is_unread;
    }
    if (count != NULL)
        *count = found + (image->part == WCI_NONE ? image->image.faults_dropped : 0);
    if (unread != NULL)
        *unread = no_damage;
    return first;
}

bool wci_known_image_is_volume(enum wci_container_kind kind)
{
    return wci_container_is_volume(kind);
}

/* The container around this one, WCI_NONE at the outermost.  Parents come before their children,
 * so that walking up ends. */
static uint32_t parent_of(const struct wci_known_image *image, uint32_t container)
{
    uint32_t parent = image->image.containers[container].parent;

    return parent < container ? parent : WCI_NONE;
}

uint32_t wci_known_image_volume(const struct wci_known_image *image, uint32_t container)
{
    while (container != WCI_NONE &&
           !wci_known_image_is_volume(image->image.containers[container].kind))
        container = parent_of(image, container);
    return container;
}

struct wci_bytes wci_known_image_file_name(const struct wci_known_image *image, uint32_t container)
{
    struct wci_bytes name = image->image.containers[container].name;

    if (name.length == 0 && image->image.containers[container].parent == WCI_NONE)
        name = image->image.path;
    return wci_bytes_base_name(name);
}

struct wci_bytes wci_known_image_path(const struct wci_known_image *image, uint32_t container)
{
    static const struct wci_bytes none = {NULL, 0};

    while (!wci_known_image_is_volume(image->image.containers[container].kind)) {
        uint32_t parent = parent_of(image, container);

        if (parent == WCI_NONE)
            break;
        if (wci_known_image_is_volume(image->image.containers[parent].kind))
            return image->image.containers[container].name;
        container = parent;
    }
    return none;
}

void wci_known_image_put_chain(const struct wci_known_image *image, uint32_t container,
                               struct wci_buffer *out)
{
    struct wci_bytes names[WCI_LIMIT_DEPTH_MOST];
    size_t count = 0;

    while (container != WCI_NONE && count < WCI_LIMIT_DEPTH_MOST) {
        if (image->image.containers[container].name.length > 0)
            names[count++] = image->image.containers[container].name;
        container = parent_of(image, container);
    }
    wci_buffer_put(out, image->image.path.data, image->image.path.length);
    while (count > 0) {
        count--;
        wci_buffer_u8(out, '/');
        wci_buffer_put(out, names[count].data, names[count].length);
    }
}

struct wci_name wci_known_image_label(const struct wci_known_image *image, uint32_t container)
{
    static const struct wci_name none = {{NULL, 0}, WCI_ENCODING_UTF8};

    while (container != WCI_NONE) {
        const struct wci_container *at = &image->image.containers[container];

        if (at->label.bytes.length > 0)
            return at->label;
        container = parent_of(image, container);
    }
    return none;
}

const struct wci_fault *wci_known_image_fault(const struct wci_known_image *image,
                                              uint32_t container)
{
    uint32_t i;

    for (i = 0; i < image->image.fault_count; i++) {
        const struct wci_fault *fault = &image->image.faults[i];

        if (fault->container == container && !wci_error_is_unread((enum wcab_err)fault->code))
            return fault;
    }
    return NULL;
}

int wci_known_image_code_page(const struct wci_known_image *image)
{
    if (image->image.identity.code_page != 0)
        return image->image.identity.code_page;
    return image->profile != NULL ? image->profile->code_page : 0;
}
