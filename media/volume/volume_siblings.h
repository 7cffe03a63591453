/*
 * volume_siblings - the files beside a file of a volume (see siblings.h).
 */
#ifndef WCI_VOLUME_SIBLINGS_H
#define WCI_VOLUME_SIBLINGS_H

#include "media/bytes/siblings.h"
#include "media/volume/volume.h"

struct wci_volume_siblings {
    struct wci_siblings siblings;
    struct wci_volume *volume;
    uint32_t row; /* of the file itself in the volume's listing */
    uint32_t row_count;
    void *context;
    /* A row of the listing, borrowed. */
    enum wcab_err (*entry)(void *context, uint32_t row, struct wci_entry *entry,
                           struct wcab_error *err);
};

/* For the file of a row, which is called `name`, with or without its folder.  volume, row,
 * row_count, context and entry are set by the caller; all is borrowed, and so is what opens
 * through it. */
void wci_volume_siblings_init(struct wci_volume_siblings *siblings, const char *name);

#endif
