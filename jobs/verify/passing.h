/*
 * passing - what is noticed of a file while its bytes come by.
 */
#ifndef WCI_PASSING_H
#define WCI_PASSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WCI_PASSING_MARK = 4 }; /* length of the mark that cabinets begin with */

struct wci_passing {
    uint64_t size; /* bytes so far */
    bool not_zero; /* one of them was not zero */
    bool searched; /* set before: whether a cabinet may begin in the file is to be noticed */
    bool marked;   /* what cabinets begin with stands in it, not at its start */
    uint8_t last[WCI_PASSING_MARK - 1];
};

void wci_passing_feed(struct wci_passing *passing, const uint8_t *data, size_t size);

#endif
