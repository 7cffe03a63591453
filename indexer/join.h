/*
 * join - which cabinet follows which: the sets that cabinets on different images form.
 *
 * Names say little: every language and release of a product uses the same cabinet names, set id and
 * numbers, and images are called anything.  What ties two cabinets is the cut between them: the
 * entries that go on must be the entries that come from before (the joint hash, see record.h), the
 * numbers of CFDATA blocks on both sides must add up to the folder's size, and where several
 * cabinets still fit, the two halves of the cut block must decode together.
 */
#ifndef WCI_JOIN_H
#define WCI_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/record.h"
#include "whichcab.h"

/* A cabinet with at least one neighbour.  Equal cabinets (one listing) are one part. */
struct wci_join_part {
    uint32_t listing;                    /* the caller's number for it */
    uint64_t joint_previous, joint_next; /* 0 = none on that side */

    /* The folder that goes on in the next cabinet. */
    bool next_begins_here; /* it began in this cabinet */
    uint32_t next_blocks;  /* its CFDATA blocks here, the cut one included */
    /* The folder that came from the cabinet before. */
    bool previous_ends_here;  /* it does not go on further */
    uint32_t previous_blocks; /* its CFDATA blocks here */
    uint64_t previous_end;    /* its uncompressed size: the largest end of a file in it */

    uint32_t next; /* result: the listing that follows, or WCI_NONE */
};

/* Fills all but `listing` and `next` from a cabinet's entries. */
void wci_join_describe(const struct wci_cab *cab, const struct wci_entry *entries, uint32_t count,
                       struct wci_join_part *part);

/* How well two parts fit by evidence that costs reading: 0 = they don't belong together; larger is
 * better; WCI_JOIN_UNKNOWN when it can't be told. */
enum { WCI_JOIN_NO = 0, WCI_JOIN_UNKNOWN = 1, WCI_JOIN_YES = 1000 };

struct wci_join_evidence {
    void *context;
    /* Decodes across the cut; WCI_JOIN_NO, _UNKNOWN or _YES. */
    int (*content)(void *context, uint32_t listing, uint32_t next);
    /* Nearness of where they lie: same image, same folder of the host ...: 0 and up. */
    int (*nearness)(void *context, uint32_t listing, uint32_t next);
};

/*
 * Chooses for each part the one that follows it (`next`), at most one predecessor each.  The
 * result does not depend on the parts' order.
 * Evidence is asked only where a cut has more than one candidate on a side.  NOMEM.
 */
enum wcab_err wci_join_parts(struct wci_join_part *parts, size_t count,
                             const struct wci_join_evidence *evidence, struct wcab_error *err);

#endif
