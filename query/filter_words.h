/*
 * filter_words - images by what people call them: "-m Disk01.img", "-m EXCEL5_1", "-m box=B3".
 */
#ifndef WCI_FILTER_WORDS_H
#define WCI_FILTER_WORDS_H

#include "query/handle.h"

/* An image that goes by that word, or the part of it that does. */
struct wci_called_image {
    uint32_t id, part; /* part: as of struct wci_known_image */
    bool all_parts;
    unsigned how; /* private */
};

/*
 * The images on record that are called `word` (in any letter case, '*' and '?' as in names) by, in
 * this order, the file name of their path; their volume label; a note as "key=text"; a note's text.
 * By ascending ids; *list is malloc'ed, NULL when there are none.  CORRUPT, IO, NOMEM.
 */
enum wcab_err wci_filter_words_find(struct wcab_catalog *catalog, const char *word,
                                    struct wci_called_image **list, size_t *count,
                                    struct wcab_error *err);

#endif
