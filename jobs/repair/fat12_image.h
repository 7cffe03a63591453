/*
 * fat12_image - the image of a floppy with files in its root folder.
 *
 * Layout: Microsoft's FAT specification ("FAT: General Overview of On-Disk Format", 1.03), with the
 * usual parameters of the BIOS parameter block for 720 KB and 1.44 MB disks.
 */
#ifndef WCI_FAT12_IMAGE_H
#define WCI_FAT12_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"

struct wci_fat12_format;

extern const struct wci_fat12_format wci_fat12_1440, wci_fat12_720;

struct wci_fat12_image {
    const struct wci_fat12_format *format;
    uint8_t *bytes;        /* owned */
    size_t size;           /* bytes */
    unsigned next_cluster; /* first one that is free */
    unsigned files;        /* in the root folder, the label among them */
};

/* An empty disk with a label of at most 11 characters; false without memory. */
bool wci_fat12_image_init(struct wci_fat12_image *image, const struct wci_fat12_format *format,
                          const char *label, uint32_t serial);
void wci_fat12_image_free(struct wci_fat12_image *image);

/* Adds a file under its 8.3 name in upper case; `modified` is DOS date << 16 | time.  False when
 * there is no room. */
bool wci_fat12_image_add(struct wci_fat12_image *image, const char *name, struct wci_bytes content,
                         uint32_t modified);

/* Bytes of file content that an empty disk has room for. */
size_t wci_fat12_capacity(const struct wci_fat12_format *format);

#endif
