/*
 * listing - the rows of one container as a packed value, and back.
 *
 * Every field of a row is a column with a base (its smallest value) and a width of 0 to 8 bytes
 * (what the largest minus the base needs).  All rows have the same stride, so that any row is
 * found without its predecessors, and a typical row of a cabinet takes 10 to 14 bytes.  The bytes:
 * docs/catalog-format.md.
 */
#ifndef WCI_LISTING_H
#define WCI_LISTING_H

#include "catalog/catalog.h"

enum wci_column {
    WCI_COLUMN_NAME,       /* spelling id */
    WCI_COLUMN_SIZE,       /* bytes */
    WCI_COLUMN_MODIFIED,   /* DOS date << 16 | time */
    WCI_COLUMN_LOCATOR,    /* struct wci_entry, locator */
    WCI_COLUMN_FOLDER,     /* index into the listing's folder paths, 0 = the top */
    WCI_COLUMN_CAB_FOLDER, /* index of the CFFOLDER + 1, 0 = none */
    WCI_COLUMN_ATTRIBUTES, /* WCI_ATTRIBUTE_* */
    WCI_COLUMN_FLAGS,      /* WCI_ENTRY_* */
    WCI_COLUMN_STORED,     /* struct wci_entry, stored */
    WCI_COLUMN_ALIAS_0     /* spelling id, 0 = none; the others follow */
};

/* Names of a row as spelling ids: name, aliases; 0 for an empty or missing one. */
enum { WCI_LISTING_NAMES = 1 + WCI_ALIAS_MAX };

/* The column of a row's name `i` of those. */
static inline size_t wci_listing_name_column(size_t i)
{
    return i == 0 ? (size_t)WCI_COLUMN_NAME : WCI_COLUMN_ALIAS_0 + i - 1;
}

/*
 * Appends the packed listing of `container` to out.  `spellings` has `slots` ids for
 * each entry, the name's first.  LIMIT: more than 65,535 cabinet folders or 4 GiB of folder paths; NOMEM.
 */
enum wcab_err wci_listing_pack(const struct wci_container *container, const uint32_t *spellings,
                               uint32_t slots, struct wci_buffer *out, struct wcab_error *err);

/* Takes a packed listing's parts apart (borrowed from `packed`; listing->reader stays NULL).
 * CORRUPT when they contradict each other. */
enum wcab_err wci_listing_parse(struct wci_bytes packed, uint32_t id, struct wci_listing *listing,
                                struct wcab_error *err);

/* All columns of a row; row < listing->row_count. */
void wci_listing_columns(const struct wci_listing *listing, uint32_t row,
                         uint64_t columns[WCI_LISTING_COLUMNS]);

#endif
