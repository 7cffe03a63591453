/*
 * out_remarks - the lines below an answer's row in a table for people.
 */
#ifndef WCI_OUT_REMARKS_H
#define WCI_OUT_REMARKS_H

#include "core/bytes.h"
#include "whichcab.h"

/* Where they are written, and how. */
struct wci_remarks {
    struct wci_buffer text; /* owned */
    unsigned flags;         /* enum wcab_table_flags */
    size_t columns;         /* of the terminal */
    const char *heading;    /* the name that the block is of */
};

/* One remark, broken to lines. */
void wci_out_remark(struct wci_remarks *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* All that is to be said of an answer. */
void wci_out_remarks(const struct wcab_answer *answer, struct wci_remarks *out);

#endif
