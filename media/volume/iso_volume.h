/*
 * iso_volume - an opened volume of ISO 9660, for the files that read it.
 */
#ifndef WCI_ISO_VOLUME_H
#define WCI_ISO_VOLUME_H

#include "media/volume/iso_folder.h"
#include "media/volume/volume.h"

enum {
    WCI_ISO_SECTOR = 2048,
    WCI_ISO_FIRST_DESCRIPTOR = 16, /* sector */
    WCI_ISO_LABEL_BYTES = 32
};

/* The trees of one volume; either may be missing. */
enum { WCI_ISO_TREE_PRIMARY = 0, WCI_ISO_TREE_JOLIET = 1, WCI_ISO_TREES = 2 };

struct wci_iso_volume {
    struct wci_volume base;
    int64_t origin;  /* byte offset of block 0 */
    uint64_t stated; /* bytes that the primary descriptor gives the volume */
    struct wci_iso_tree trees[WCI_ISO_TREES];
    uint8_t labels[WCI_ISO_TREES][WCI_ISO_LABEL_BYTES];
    uint32_t created;
    bool bootable;
    uint64_t boot_catalog; /* byte offset */
};

/* Fills in what the descriptors from sector `first` on say.  FORMAT: there are none.  CORRUPT, IO. */
enum wcab_err wci_iso_read_descriptors(struct wci_iso_volume *iso, uint64_t first,
                                       struct wcab_error *err);

/* Rock Ridge is announced in the first record of the primary root. */
void wci_iso_detect_rock_ridge(struct wci_iso_tree *tree);

/* As wci_volume_open_entry. */
enum wcab_err wci_iso_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                 struct wci_source **source, struct wcab_error *err);

#endif
