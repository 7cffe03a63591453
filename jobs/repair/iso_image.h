/*
 * iso_image - the image of a CD with files in its root folder, written by libarchive.
 *
 * ISO 9660 (ECMA-119), interchange level 1: 8.3 names in upper case, which MSCDEX of every DOS shows; and the same
 * names once more in Joliet's tree, which Windows 95 reads.
 */
#ifndef WCI_ISO_IMAGE_H
#define WCI_ISO_IMAGE_H

#include "core/bytes.h"
#include "core/error.h"

struct wci_iso_file {
    const char *name; /* 8.3, upper case */
    struct wci_bytes content;
    uint32_t modified; /* DOS date << 16 | time; 0: none */
};

enum { WCI_ISO_FILES = 9999 };

/* Appends the image to `out`.  NOMEM, IO: no room for temporary files. */
enum wcab_err wci_iso_image_put(const struct wci_iso_file *files, size_t count, const char *label,
                                struct wci_buffer *out, struct wcab_error *err);

#endif
