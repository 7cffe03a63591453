/*
 * gaps - which cabinets a set lacks, by what its other cabinets say.
 *
 * A cabinet's number (iCabinet) counts over the whole set; the names that it gives its neighbours
 * need not be those of the next numbers: `previous` skips a cabinet that holds nothing but the
 * middle of a file, and where one set id ends and another begins only the later cabinet names the
 * other.
 */
#ifndef WCI_GAPS_H
#define WCI_GAPS_H

#include "query/media/sets.h"

/* A cabinet that is not there. */
struct wci_gap {
    struct wci_bytes cabinet;   /* its name; empty when nothing tells it */
    struct wci_bytes disk_text; /* what a neighbour calls its disk; may be empty */
    uint32_t set_id, index;
};

struct wci_gap_list {
    struct wci_gap *gaps;
    size_t count;
};

/* The cabinets that the members of one set lack, each once, by set id and number, from arena.
 * CORRUPT, IO, NOMEM. */
enum wcab_err wci_gaps_find(struct wci_reader *reader, const struct wci_member *members,
                            size_t member_count, struct wci_arena *arena, struct wci_gap_list *list,
                            struct wcab_error *err);

/* The image beside `image` (itself, or in its folder or group) with a file of that name on a volume that
 * could not be read as a cabinet: *holder, and the fault recorded of it, or NULL; *holder is NULL when
 * there is none.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_gaps_unread_file(struct wci_known_images *images,
                                   const struct wci_known_image *image, struct wci_bytes name,
                                   const struct wci_known_image **holder,
                                   const struct wci_fault **fault, struct wcab_error *err);

/* By set id, then by number in the set: below, at or above 0. */
int wci_gaps_cab_order(const struct wci_cab *x, const struct wci_cab *y);

/* The name with its last number changed by `step`: "WIN95_09.CAB" to "WIN95_10.CAB"; empty when it
 * has none, or without memory. */
struct wci_bytes wci_gaps_numbered_name(struct wci_arena *arena, struct wci_bytes name, int step);

/* How much the last number in a name is above that in another name, which differs in nothing else:
 * 0 when they aren't such names or far from each other. */
unsigned wci_gaps_steps_between(struct wci_bytes lower, struct wci_bytes higher);

#endif
