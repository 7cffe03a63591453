/*
 * sums - whether the names in a set's cabinets add up to its set IDs.
 *
 * Microsoft's Setup media are in two sets, PRECOPY and the rest, of which the first cabinet of the
 * second names the last of the first as the one before, and goes on counting.  A set ID is the sum
 * of the bytes of all file names placed so far, as they are spelled there, mod 65536 (read from
 * three real media).  So the names of the second set are the difference of the two IDs: a cabinet
 * too few or an altered name is seen without decoding anything.
 */
#ifndef WCI_SUMS_H
#define WCI_SUMS_H

#include "query/media/sets.h"

/* A set of cabinets that follows another one. */
struct wci_sum {
    struct wci_bytes first, last; /* file names of its cabinets */
    uint16_t set_id, before;      /* its ID and that of the set before */
    uint16_t wanted, found;       /* sums of names: by the IDs, of the cabinets */
    size_t member,
        member_before; /* that hold its first cabinet and the last one of the set before */
};

/* Tells of each set among the members' cabinets that is there from its first to its last cabinet,
 * with a set before that its first one can mean: the one whose ID fits the names, else the one whose
 * cabinet it names.  CORRUPT, IO, NOMEM, or what `visit` returned. */
enum wcab_err wci_sums_each(struct wci_reader *reader, const struct wci_member *members,
                            size_t member_count,
                            enum wcab_err (*visit)(void *context, const struct wci_sum *sum),
                            void *context, struct wcab_error *err);

#endif
