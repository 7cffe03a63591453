/*
 * media_run - one medium being described.
 */
#ifndef WCI_MEDIA_RUN_H
#define WCI_MEDIA_RUN_H

#include "query/filter.h"
#include "query/media/set_contents.h"
#include "query/media/sets.h"

struct wcab_media {
    struct wci_known_images images;
    struct wci_filter *filter; /* owned */
    struct wci_arena *arena;   /* owned: everything below */
    struct wci_sets sets;
    struct wcab_medium *items;
    size_t count;
};

/* One medium being described. */
struct wci_media_describing {
    struct wcab_media *media;
    struct wci_reader *reader;
    const struct wci_member *members; /* of its set */
    size_t member_count;
    const struct wci_profile *profile; /* may be NULL */
    struct wci_set_contents contents;  /* what its own table of contents says */
    int code_page;                     /* of the image at hand, or of the medium */
    struct wcab_medium *medium;
    struct wcab_disk *disks; /* the medium's, being filled */
    size_t disk_capacity;
    bool ok; /* false: out of memory */
    struct wcab_error *err;
};

/* As wci_answer_text, in the code page of the image at hand. */
const char *wci_media_text_of(struct wci_media_describing *describing, struct wci_bytes bytes);

/* A new zeroed disk at the end of the list; NULL without memory. */
struct wcab_disk *wci_media_add_disk(struct wci_media_describing *describing);

/* Adds the disk that an image of the medium is. */
enum wcab_err wci_media_describe_image(struct wci_media_describing *describing,
                                       const struct wci_member *member);

/* The profile's disks in order, those that are there and those that are not. */
enum wcab_err wci_media_known_disks(struct wci_media_describing *describing);

/* The disks that its own table of contents tells of. */
enum wcab_err wci_media_told_disks(struct wci_media_describing *describing);

/* Of images that no profile knows and that are probably one set: what they were put together by, how
 * many there are, and numbers that are missing between theirs. */
enum wcab_err wci_media_probable_disks(struct wci_media_describing *describing);

/* Cabinets that a medium lacks.  A set of single disks lacks disks; what is one whole (a CD, a
 * folder) lacks what its listing has or, without a listing, what its own cabinets tell of. */
enum wcab_err wci_media_gaps(struct wci_media_describing *describing);

#endif
