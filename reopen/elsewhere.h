/*
 * elsewhere - where an equal copy of a damaged or missing file lies.
 */
#ifndef WCI_ELSEWHERE_H
#define WCI_ELSEWHERE_H

#include "catalog/catalog.h"
#include "core/record.h"

/* The file that is lost. */
struct wci_elsewhere_file {
    uint32_t image, container, listing, row;
    const struct wci_entry *entry;
};

/*
 * Appends a sentence (no full stop, raw bytes of names) about the best equal copy on record to
 * `text`, nothing when there is none.  Equal is the same SHA-256 where the file's is on record,
 * else the same name, size and date.  A copy that was verified comes before one that was not;
 * copies on images that are gone, and those found damaged, do not count.  Failures to read the
 * catalog end the search as if nothing more were there.
 */
void wci_elsewhere_find(struct wci_reader *reader, const struct wci_elsewhere_file *file,
                        struct wci_buffer *text);

#endif
