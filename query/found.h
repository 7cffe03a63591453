/*
 * found - one copy of a file that fits what was asked for, at one place.
 */
#ifndef WCI_FOUND_H
#define WCI_FOUND_H

#include "query/known_image.h"
#include "query/media/contents.h"

struct wci_found {
    const struct wci_known_image *image; /* borrowed */
    uint32_t container;                  /* of the image */
    uint32_t listing, row;
    struct wci_entry entry; /* borrowed from the reader */
    /* The file's rename on installation, or NULL; by_rename: it was found by that name only. */
    const struct wci_profile_rename *rename;
    bool by_rename;
    struct wci_bytes cabinet; /* file name of the cabinet it is in; empty when in none */
    struct wci_bytes path;    /* on the volume: of the cabinet, or of a loose file's folder */
    enum wci_role role;
    struct wci_bytes purpose;
    const char *machine; /* for another kind than a PC, by its folder: "MIPS"; NULL: none */
    bool headless;       /* it began in a cabinet that is not in the catalog */
    bool missing;        /* published only, and other disks of its medium are indexed */
    bool damaged;
    const struct wci_known_image *twin; /* another image that is the same, for both; NULL: none */
    /* The table of contents that tells of it, when nothing else does, and its disk there; else
     * NULL. */
    const struct wci_contents *contents;
    const struct wci_contents_disk *told_disk;
};

#endif
