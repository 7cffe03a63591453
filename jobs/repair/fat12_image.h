/*
 * fat12_image - the image of a floppy with files in its root folder: a new one, or a copy of another.
 *
 * Layout: Microsoft's FAT specification ("FAT: General Overview of On-Disk Format", 1.03), with the
 * usual parameters of the BIOS parameter block for 720 KB and 1.44 MB disks.
 */
#ifndef WCI_FAT12_IMAGE_H
#define WCI_FAT12_IMAGE_H

#include "core/bytes.h"
#include "core/error.h"

enum { WCI_FAT12_BYTES = 4 * 1024 * 1024 }; /* of an image: floppies have at most 2.88 MB */

struct wci_fat12_format {
    uint16_t sectors, root_entries, fat_sectors, track_sectors, reserved;
    uint8_t cluster_sectors, fats, media;
};

extern const struct wci_fat12_format wci_fat12_1440, wci_fat12_720;

struct wci_fat12_image {
    struct wci_fat12_format format;
    uint8_t *bytes; /* owned */
    size_t size;    /* bytes */
};

/* An empty disk with a label of at most 11 characters; false without memory. */
bool wci_fat12_image_init(struct wci_fat12_image *image, const struct wci_fat12_format *format,
                          const char *label, uint32_t serial);

/* A copy of the floppy in `bytes`, with its files.  FORMAT: no FAT12 volume of sectors of 512 bytes, or
 * one that is not whole; NOMEM. */
enum wcab_err wci_fat12_image_copy(struct wci_fat12_image *image, struct wci_bytes bytes,
                                   struct wcab_error *err);
void wci_fat12_image_free(struct wci_fat12_image *image);

/* Bytes of a cluster, and how many clusters and entries of the root folder are free. */
size_t wci_fat12_image_cluster(const struct wci_fat12_image *image);
unsigned wci_fat12_image_free_clusters(const struct wci_fat12_image *image);
unsigned wci_fat12_image_free_entries(const struct wci_fat12_image *image);

/* Whether a file of that 8.3 name in upper case lies in the root folder. */
bool wci_fat12_image_has(const struct wci_fat12_image *image, const char *name);

/* Adds a file under its 8.3 name in upper case; `modified` is DOS date << 16 | time.  False when
 * there is no room. */
bool wci_fat12_image_add(struct wci_fat12_image *image, const char *name, struct wci_bytes content,
                         uint32_t modified);

/* Bytes of file content that an empty disk has room for. */
size_t wci_fat12_capacity(const struct wci_fat12_format *format);

#endif
