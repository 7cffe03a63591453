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

/* Two cabinets of one listing. */
struct wci_copies {
    struct wci_reader *reader;
    uint32_t listing;
    struct wci_copy_place a, b;
    const struct wcab_cancel *cancel; /* may be NULL */
};

/*
 * Compares two cabinets, byte for byte, and, where folders go on, the
 * neighbours that each of them would be decoded with.  *same is false also when one of them can't
 * be read.  NOMEM, CANCELLED, CORRUPT (the catalog contradicts itself).
 */
enum wcab_err wci_same_bytes(const struct wci_copies *copies, bool *same, struct wcab_error *err);

#endif
