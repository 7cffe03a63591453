/*
 * verify_run - what the parts of wcab_verify share: the run, its pieces of work, what it found.
 *
 *   verify_choice   which images are read, and which of their cabinets may be equal
 *   verify          the threads, and their results in order
 *   verify_inside   results of one container, and the containers that its files hold
 *   verify_image    what is counted and told of one image
 */
#ifndef WCI_VERIFY_RUN_H
#define WCI_VERIFY_RUN_H

#include <pthread.h>

#include "catalog/catalog.h"
#include "core/error.h"
#include "indexer/version/version.h"
#include "jobs/index/graft.h"
#include "jobs/verify/container_facts.h"
#include "jobs/verify/same_bytes.h"
#include "whichcab.h"

enum { WCI_VERIFY_THREADS_MAX = 64, WCI_VERIFY_LOST_MOST = 100000 };

struct wci_verify_piece {
    struct wci_copy_place place;
    uint32_t listing;
    bool last; /* of its image */
    /* A copy whose facts are on record when this piece is taken, and may be those of this one, too:
     * an earlier piece, or one that was verified before.  image WCI_NONE: none. */
    struct wci_copy_place like;
};

/* Where the containers of an image are since others were added. */
struct wci_verify_moved {
    uint32_t image, count;
    uint32_t *to; /* owned */
};

/* A file that is damaged or missing. */
struct wci_verify_lost {
    uint32_t image, container, row;
};

/* What each thread has of its own. */
struct wci_verify_thread {
    struct wci_reader *reader;
    unsigned commits; /* of the run, that the reader sees */
    struct wci_version_scan *versions;
};

struct wci_verify_run {
    const struct wcab_verify_options *options;
    struct wcab_verify_result *result;
    struct wci_store *store;
    struct wci_reader *reader; /* of the calling thread */
    struct wci_writer *writer;
    struct wci_arena *arena; /* of the current image */
    struct wci_image image;  /* the one whose results are taken */
    struct wci_image_state state;
    uint32_t image_id, part; /* part: of the image at hand, WCI_NONE: itself */
    uint64_t files, damaged, missing, unsupported, encrypted; /* of the current image */
    uint64_t listing_missing, listing_other, listing_extra;
    uint64_t zeroes;                  /* sound files that hold nothing else */
    uint64_t bytes_same, bytes_other; /* than a real medium's, which are published */
    struct wcab_catalog *known;       /* published listings and profiles */
    struct wci_reader *published;     /* borrowed from it; NULL when there is none */
    struct wcab_error *err;           /* of the call in which a check visits */
    struct wci_verify_lost *lost;     /* owned; at most WCI_VERIFY_LOST_MOST are kept */
    size_t lost_count, lost_capacity;
    struct wci_grafts grafts;       /* of the current image, to be added to it */
    struct wci_verify_moved *moved; /* images that containers were added to, once for every time */
    size_t moved_count, moved_capacity;
    struct wcab_error host; /* why something of the current image was not handed out by the host;
                               code OK: all was */
    bool passing;           /* a part that one of its files needs was not */
    bool grafted;           /* the current image: only the writer sees it as it is now */
    struct wci_verify_piece *pieces;
    size_t piece_count, piece_capacity;
    uint64_t images_done, images_total;
    size_t uncommitted;
    /* A reader keeps what it saw from being written over: so readers are renewed after a commit, until
     * containers were added to an image, which gives those behind them other numbers. */
    pthread_mutex_t renewing; /* guards the next two */
    unsigned commits;
    bool pinned;
    struct wci_verify_thread threads[WCI_VERIFY_THREADS_MAX];
    unsigned thread_count;
    _Atomic uint64_t bytes;
};

/* The outcome of one piece. */
struct wci_verify_outcome {
    enum wcab_err code;
    bool alike; /* the same bytes as the piece's `like`: nothing was decoded */
    struct wci_container_facts *facts;
    struct wcab_error err;
};

/* ---- verify ------------------------------------------------------------------------------- */

/* Lets the readers of the run see what was committed just now; or, pinned, no further commit. */
enum wcab_err wci_verify_committed(struct wci_verify_run *run, struct wcab_error *err);
void wci_verify_pin(struct wci_verify_run *run);

/* ---- verify_choice ------------------------------------------------------------------------ */

/* Adds the pieces of every image that is to be read; those that need not be are counted and told.
 * NOTFOUND: a target that nothing on record is. */
enum wcab_err wci_verify_choice_images(struct wci_verify_run *run, struct wcab_error *err);

/* Gives each piece of a listing the first one of the run as its like, and that one a copy that was
 * verified before. */
enum wcab_err wci_verify_choice_likes(struct wci_verify_run *run, struct wcab_error *err);

/* ---- verify_inside ------------------------------------------------------------------------ */

struct wci_facts_options wci_verify_facts_options(struct wci_verify_run *run,
                                                  struct wci_version_scan *versions);

/* Completes the outcome of a piece that equals its like and was not decoded. */
enum wcab_err wci_verify_inside_take_alike(struct wci_verify_run *run,
                                           const struct wci_verify_piece *piece,
                                           struct wci_verify_outcome *outcome,
                                           struct wcab_error *err);

/* Counts and stores the facts of a container of the current image, and keeps what was found in its
 * files. */
enum wcab_err wci_verify_inside_store(struct wci_verify_run *run, struct wci_container_facts *facts,
                                      struct wcab_error *err);

/* After the last container of the current image: adds and reads what was found in files, and ends
 * the image. */
enum wcab_err wci_verify_inside_complete(struct wci_verify_run *run, struct wcab_error *err);

/* ---- verify_image ------------------------------------------------------------------------- */

/* Hands an event to the caller, with the counts of the run. */
void wci_verify_image_tell(struct wci_verify_run *run, struct wcab_verify_event *event);

/* Makes `image` the current one, with nothing counted yet. */
enum wcab_err wci_verify_image_switch(struct wci_verify_run *run, uint32_t image,
                                      struct wcab_error *err);

/* Counts the rows of a container of the current image, and tells of those that are lost. */
enum wcab_err wci_verify_image_count(struct wci_verify_run *run,
                                     const struct wci_container_facts *facts,
                                     struct wcab_error *err);

/* Holds the current image against what is known of its medium, and tells of it as a whole. */
enum wcab_err wci_verify_image_end(struct wci_verify_run *run, bool skipped,
                                   struct wcab_error *err);

/* At the end of the run: names equal copies of what is lost, now that all is on record. */
enum wcab_err wci_verify_image_tell_copies(struct wci_verify_run *run, struct wcab_error *err);

/* ---- contradictions ------------------------------------------------------------------------ */

/* Tells of each set with an image of this run that contradicts itself; after everything is stored. */
enum wcab_err wci_verify_contradictions(struct wci_verify_run *run, struct wcab_error *err);

#endif
