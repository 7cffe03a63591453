/*
 * container_facts - hash, version and soundness of every file of one container, by reading all of
 * it.
 */
#ifndef WCI_CONTAINER_FACTS_H
#define WCI_CONTAINER_FACTS_H

#include <stdatomic.h>

#include "catalog/catalog.h"
#include "core/record.h"
#include "media/cabinet/decode.h"

struct wci_version_scan;

struct wci_facts_options {
    enum wci_decoder_choice decoder;
    bool md5_sha1;                     /* these too, for matching with sets of hashes */
    struct wci_version_scan *versions; /* of the calling thread */
    _Atomic uint64_t *bytes;           /* increased by the bytes decoded; may be NULL */
    const struct wcab_cancel *cancel;  /* may be NULL */
};

/* What a file of a cabinet turned out to hold. */
struct wci_facts_inside {
    uint32_t row;
    struct wci_image *image; /* owned; as wci_walk_inside makes it */
};

/* Facts of one container; free with wci_container_facts_free. */
struct wci_container_facts {
    struct wci_arena *arena;
    uint32_t image, container;
    uint32_t count;        /* rows of its listing */
    struct wci_deep *rows; /* status 0: nothing can be said (a folder; a file that began in the
                              cabinet before, whose facts stand there) */
    /* Why the container, or a file in it, could not be read that the host does not hand out now: no
     * fact about the medium.  code OK: nothing.  The rows concerned have status 0. */
    struct wcab_error host;
    /* A part on another image could not be read for such a reason: rows of status MISSING are so
     * for the time being. */
    bool passing;
    /* Of a cabinet: its files that hold containers which are not on record yet, in the order in
     * which they were unpacked; owned. */
    struct wci_facts_inside *inside;
    size_t inside_count, inside_capacity;
};

/* Facts of which nothing is known yet: `count` zeroed rows.  NOMEM. */
enum wcab_err wci_container_facts_new(uint32_t image, uint32_t container, uint32_t count,
                                      struct wci_container_facts **facts, struct wcab_error *err);

/* Reads and decodes everything in a container.  Damage of a file is in its row; what is returned is
 * a fault of the run: NOMEM, CANCELLED, CORRUPT (the catalog contradicts itself). */
enum wcab_err wci_container_facts_find(struct wci_reader *reader, uint32_t image,
                                       uint32_t container, const struct wci_facts_options *options,
                                       struct wci_container_facts **facts, struct wcab_error *err);
void wci_container_facts_free(struct wci_container_facts *facts);

#endif
