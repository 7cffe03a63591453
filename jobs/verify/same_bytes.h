/*
 * same_bytes - whether two copies of a cabinet have the same bytes, so that one need not be
 * decoded.
 */
#ifndef WCI_SAME_BYTES_H
#define WCI_SAME_BYTES_H

#include "catalog/catalog.h"

/* A container on record. */
struct wci_copy_place {
    uint32_t image, container;
};

/*
 * Compares two cabinets of the listing `listing`, byte for byte, and, where folders go on, the
 * neighbours that each of them would be decoded with.  *same is false also when one of them can't
 * be read.  NOMEM, CANCELLED, CORRUPT (the catalog contradicts itself).
 */
enum wcab_err wci_same_bytes(struct wci_reader *reader, uint32_t listing, struct wci_copy_place a,
                             struct wci_copy_place b, const struct wcab_cancel *cancel, bool *same,
                             struct wcab_error *err);

#endif
