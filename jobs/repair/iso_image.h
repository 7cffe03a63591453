/*
 * iso_image - the image of a CD with files in its root folder.
 *
 * ISO 9660 (ECMA-119), interchange level 1: 8.3 names in upper case, which MSCDEX of every DOS shows.
 */
#ifndef WCI_ISO_IMAGE_H
#define WCI_ISO_IMAGE_H

#include "core/bytes.h"

struct wci_iso_file {
    const char *name; /* 8.3, upper case */
    struct wci_bytes content;
    uint32_t modified; /* DOS date << 16 | time; 0: none */
};

enum { WCI_ISO_FILES = 9999 };

/* Appends the image to `out`, which must be empty; the files are sorted by name.  False when it is
 * out of memory. */
bool wci_iso_image_put(struct wci_iso_file *files, size_t count, const char *label,
                       struct wci_buffer *out);

#endif
