/*
 * known_image - the images that a query has met, each read once, and where a container lies in one.
 */
#ifndef WCI_KNOWN_IMAGE_H
#define WCI_KNOWN_IMAGE_H

#include "catalog/catalog.h"
#include "profiles/profile.h"
#include "query/handle.h"
#include "query/media/family.h"

/*
 * An image, or one of the parts of an image of several media.  A part has the whole image's
 * containers and faults, so that their numbers are the same; identity and profile are its own.  wci_known_image_holds tells which containers are its own.
 */
struct wci_known_image {
    uint32_t id;
    uint32_t part; /* index of image.parts; WCI_NONE: what is in no part */
    bool published;
    struct wci_image image;
    struct wci_image_state state;
    const struct wci_profile *profile; /* of its medium; NULL when it has none */
    enum wci_family family;
    const struct wci_profile *rules; /* of its family; NULL when there are none */
    struct wci_known_image *parts;   /* private: of the whole, image.part_count ones */
    struct wci_known_image *next;    /* private: of the same bucket */
};

struct wci_contents;

struct wci_known_images {
    struct wcab_catalog *catalog;     /* borrowed */
    struct wci_arena *arena;          /* owned */
    struct wci_known_image **buckets; /* owned: a table that grows with what is in it */
    size_t bucket_count, count;
    struct wci_contents *contents; /* private to query/media/contents: the tables met */
};

/* NOMEM. */
enum wcab_err wci_known_images_open(struct wci_known_images *images, struct wcab_catalog *catalog,
                                    struct wcab_error *err);
void wci_known_images_close(struct wci_known_images *images);
/* Forgets all images when they hold more than `limit` bytes. */
void wci_known_images_trim(struct wci_known_images *images, size_t limit);

/* The image with this id of one half of the catalog, which is open, or the part of it that the
 * container belongs to; borrowed until trimmed. CORRUPT (also when it has no such container), IO,
 * NOMEM. */
enum wcab_err wci_known_images_get(struct wci_known_images *images, bool published, uint32_t id,
                                   uint32_t container, const struct wci_known_image **image,
                                   struct wcab_error *err);

/* Calls for the image itself, when it is a medium or anything in it could not be read, and for each
 * of its parts.  Another code than WCAB_OK of `visit` ends it. */
typedef enum wcab_err wci_known_image_visitor(void *context, const struct wci_known_image *image);
enum wcab_err wci_known_images_each_part(struct wci_known_images *images, bool published,
                                         uint32_t id, wci_known_image_visitor *visit, void *context,
                                         struct wcab_error *err);

/* Whether the container is one of this part, or of this image and of none of its parts.  A table of
 * contents is none: what it tells of lies elsewhere. */
bool wci_known_image_holds(const struct wci_known_image *image, uint32_t container);

/* The container that stands for the medium (wci_part_root). */
uint32_t wci_known_image_root(const struct wci_known_image *image);

/* Whether files lie directly in it: a file system or a folder of the host. */
bool wci_known_image_is_volume(enum wci_container_kind kind);

/* The nearest volume around (or at) `container`; WCI_NONE when there is none. */
uint32_t wci_known_image_volume(const struct wci_known_image *image, uint32_t container);

/* File name of a container: the last part of its path, or of the image's when it is the image. */
struct wci_bytes wci_known_image_file_name(const struct wci_known_image *image, uint32_t container);

/* Path of the file on the nearest volume that `container` is in; empty when the container is the
 * volume itself, or none is around it. */
struct wci_bytes wci_known_image_path(const struct wci_known_image *image, uint32_t container);

/* Appends the image's path and those of the containers down to this one, '/' between them. */
void wci_known_image_put_chain(const struct wci_known_image *image, uint32_t container,
                               struct wci_buffer *out);

/* The volume label around `container`: of the nearest volume that has one; else empty. */
struct wci_name wci_known_image_label(const struct wci_known_image *image, uint32_t container);

/* The first fault of damage recorded for `container`, or NULL. */
const struct wci_fault *wci_known_image_fault(const struct wci_known_image *image,
                                              uint32_t container);

/* The first fault in any of its own containers, one of damage before others, or NULL; *count (may
 * be NULL) of all, *unread (may be NULL) of those that are no damage. */
const struct wci_fault *wci_known_image_first_fault(const struct wci_known_image *image,
                                                    uint32_t *count, uint32_t *unread);

/* Code page of its names: the one that was found when it was indexed, else its profile's. */
int wci_known_image_code_page(const struct wci_known_image *image);

#endif
