/*
 * recognise - which medium, and which disk of it, an indexed image is, and why.
 *
 * Evidence, strongest first: what the image's cabinets hold against the published listings; its
 * loose files against them; the recognition rules of profiles (docs/profiles.md).  A cabinet's row
 * agrees when cabinet name, file name and size agree; dates are compared by the day.
 */
#ifndef WCI_RECOGNISE_H
#define WCI_RECOGNISE_H

#include "core/record.h"
#include "profiles/profile.h"
#include "whichcab.h"

enum {
    WCI_MATCH_CANDIDATES = 8,
    WCI_MATCH_REASON = 400,
    /* Rows are counted against the published and against the present ones, whichever are more.  A
     * medium is named when no more of them differ than this many percent, plus one where there are
     * SLACK_ROWS or more (listings have misprints); below LIKE it isn't even named as similar. */
    WCI_MATCH_DIFFER_PERCENT = 2,
    WCI_MATCH_SLACK_ROWS = 20,
    WCI_MATCH_LIKE_PERCENT = 25
};

enum wci_match_class {
    WCI_MATCH_NONE = 0,    /* nothing known fits */
    WCI_MATCH_LIKE = 1,    /* resembles `like`: another language or release, or a modified set */
    WCI_MATCH_RULE = 2,    /* a rule of `medium` holds; nothing is published to compare with */
    WCI_MATCH_RELEASE = 3, /* the release of `medium` in another layout, that of `layout` */
    WCI_MATCH_NEAR = 4,    /* `medium`, but some rows differ; the reason names the first of them */
    WCI_MATCH_EXACT = 5,   /* `medium`: every published row that could be compared agrees, and there
                              is  no further one (but for names without an extension, which the
                              published  listings leave out) */
    WCI_MATCH_SEVERAL = 6 /* as EXACT or NEAR, but several media fit equally well: see candidates */
};

/* Plain value; what it points to belongs to the set's profiles. */
struct wci_match {
    enum wci_match_class match;
    const struct wci_profile *medium; /* NULL for NONE, LIKE and SEVERAL */
    const struct wci_profile *like;   /* for LIKE */
    enum wci_profile_kind layout;     /* for RELEASE, else 0 */
    struct wci_bytes disk;            /* empty: no disks, several disks, or unknown */
    size_t candidate_count;           /* for SEVERAL: the media that fit */
    const struct wci_profile *candidates[WCI_MATCH_CANDIDATES];
    size_t agreeing, compared;     /* rows; what the percentages are made of */
    size_t other_dates;            /* agreeing rows with another date */
    char reason[WCI_MATCH_REASON]; /* a sentence without a full stop; names masked, UTF-8 */
};

/* Profiles prepared for matching: built once, then read-only, threads may share it. */
struct wci_recogniser;

/* The profiles stay the caller's and must outlive it.  NOMEM; LIMIT: more than 65535 profiles. */
enum wcab_err wci_recognise_prepare(const struct wci_profile_list *list,
                                    struct wci_recogniser **recogniser, struct wcab_error *err);
void wci_recognise_free(struct wci_recogniser *recogniser);

/* Fills *match.  Thread-safe.  NOMEM. */
enum wcab_err wci_recognise_image(const struct wci_recogniser *recogniser,
                                  const struct wci_image *image, struct wci_match *match,
                                  struct wcab_error *err);

/*
 * Settles a SEVERAL match by its neighbours (images of the same folder or run): takes the one
 * candidate that more of them were recognised as than any other.  Returns whether it did.
 */
bool wci_recognise_settle(struct wci_match *match, const struct wci_match *const *neighbours,
                          size_t count);

/* The number at the end of a floppy's volume label: that of the disk; empty when there is none. */
struct wci_bytes wci_recognise_disk_of_label(struct wci_bytes label);

/* Copies medium, disk and reason of the image (WCI_NONE) or a part of it into the image's own arena.  NOMEM. */
enum wcab_err wci_recognise_record(struct wci_image *image, uint32_t part,
                                   const struct wci_match *match, struct wcab_error *err);

#endif
