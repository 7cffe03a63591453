/*
 * listing_check - an indexed disk held against what was published about it.
 */
#ifndef WCI_LISTING_CHECK_H
#define WCI_LISTING_CHECK_H

#include "catalog/catalog.h"
#include "core/record.h"

enum wci_listing_difference_kind {
    WCI_LISTING_MISSING = 1, /* published, and not on the disk */
    WCI_LISTING_EXTRA = 2,   /* on the disk, and not published */
    WCI_LISTING_SIZE = 3,    /* another size (and perhaps another date) */
    WCI_LISTING_DATE = 4,    /* the same size, another date */
    WCI_LISTING_BYTES = 5,   /* the same size, other bytes than the real medium's */
    WCI_LISTING_SAME = 6     /* no difference: the very bytes of the real medium's */
};

struct wci_listing_difference {
    enum wci_listing_difference_kind kind;
    bool told;                /* `published` is what the medium's own table of contents says */
    struct wci_bytes cabinet; /* file name; empty for a file that lies in none */
    struct wci_entry published, found; /* zeroes for the one that there is not */
};

typedef enum wcab_err wci_listing_difference_visitor(void *context,
                                                     const struct wci_listing_difference *what);

/* What is compared: a part of an image on record, or (WCI_NONE) the image itself. */
struct wci_listing_subject {
    struct wci_reader *reader;
    uint32_t id;
    const struct wci_image *image;
    const struct wci_image_state *state;
    uint32_t part;
};

/*
 * Compares it with the published record of its medium and disk, file by file: loose files by their path, those
 * in cabinets by cabinet and stored name, any letter case, any of a file's names.  Of the image
 * only its own volume and the cabinets lying on it count.  Rows that errata call into question, and
 * files that began in an earlier cabinet, are left out; a published time is compared to the minute,
 * a date without time to the day. Where the bytes of both are on record (listings of real media have
 * digests), they are compared, too; such a file may be told twice. Differences come in order of cabinet and name, missing ones last.
 * NOTFOUND: nothing was published of that disk.  CORRUPT, IO, NOMEM, or what the visitor returned.
 */
enum wcab_err wci_listing_check(const struct wci_listing_subject *subject,
                                struct wci_reader *published, wci_listing_difference_visitor *visit,
                                void *context, struct wcab_error *err);

/*
 * The same with the medium's own tables of contents in place of what was published, for the cabinets
 * that they name and that lie on the same medium.  Files that a table does not name are no
 * difference.  CORRUPT, IO, NOMEM, or what the visitor returned.
 */
enum wcab_err wci_contents_check(const struct wci_listing_subject *subject,
                                 wci_listing_difference_visitor *visit, void *context,
                                 struct wcab_error *err);

#endif
