/*
 * needs_run - a search for what a file needs, and the steps that it finds.
 */
#ifndef WCI_NEEDS_RUN_H
#define WCI_NEEDS_RUN_H

#include "query/answer/needs.h"
#include "query/found.h"

struct wci_needs_search {
    struct wci_known_images *images;
    struct wci_reader *reader; /* of found's half */
    const struct wci_found *found;
    struct wci_arena *arena;
    struct wci_needs *needs;
    size_t capacity;
    struct wcab_error *err;
};

/* A new step at the end; NULL, with the error set, without memory. */
struct wci_step *wci_needs_add_step(struct wci_needs_search *search);

/* What is known of the disk of a step whose image is known. */
void wci_needs_describe_present(struct wci_needs_search *search, struct wci_step *step);

/* Fills what is known of a cabinet that no image has: from the published listing of the medium,
 * else from the text that the neighbour's header calls its disk by. */
enum wcab_err wci_needs_describe_missing(struct wci_needs_search *search, struct wci_step *step,
                                         struct wci_bytes disk_text);

/* A cabinet that a published file lies in: at hand when an image of the medium has it after all. */
enum wcab_err wci_needs_add_published(struct wci_needs_search *search, struct wci_bytes cabinet,
                                      struct wci_bytes file);

/* Follows a published file into the cabinets that it is known to go on in. */
enum wcab_err wci_needs_walk_published(struct wci_needs_search *search);

#endif
