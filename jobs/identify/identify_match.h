/*
 * identify_match - from what a file tells of itself to the media that have it, or had it once.
 */
#ifndef WCI_IDENTIFY_MATCH_H
#define WCI_IDENTIFY_MATCH_H

#include "jobs/identify/host_file.h"
#include "query/found.h"
#include "query/version_range.h"

/* A file, and what was found of it. */
struct wci_matched {
    /* Given by the caller; borrowed. */
    const char *path;
    struct wci_bytes name; /* last part of the path */
    uint32_t modified;     /* DOS date << 16 | time, 0: none */
    struct wci_host_file file;
    /* Filled by wci_matcher_match; `told` points into the rest and the matcher. */
    struct wcab_identified told;
    struct wcab_content match;
    const struct wci_found *best;          /* first copy of the match; NULL without one */
    const struct wci_found *const *copies; /* all copies of the match */
    size_t copy_count;
    bool has_known_version; /* the match has a version: */
    uint64_t known_version; /* four 16-bit numbers, most significant first */
    char sha256[65], unpacked_sha256[65];
    char version[WCI_VERSION_TEXT], unpacked_version[WCI_VERSION_TEXT];
};

struct wci_matcher;

/* A matcher for the media that `medium` means, as in struct wcab_search_options; NULL: all. Belongs
 * to the handle's thread.  What wci_filter_open returns. */
enum wcab_err wci_matcher_open(struct wcab_catalog *catalog, const char *medium,
                               struct wci_matcher **matcher, struct wcab_error *err);
void wci_matcher_close(struct wci_matcher *matcher); /* NULL is fine */

/* Whether some file on record was read in full, so that a file can be told by its bytes. */
bool wci_matcher_has_facts(const struct wci_matcher *matcher);

/* Looks a file up by its bytes, then by its name.  What is filled lives until the next call.
 * CORRUPT, IO, NOMEM. */
enum wcab_err wci_matcher_match(struct wci_matcher *matcher, struct wci_matched *matched,
                                struct wcab_error *err);

/* Whether a copy has this name, on the medium or when it is installed. */
bool wci_matcher_is_called(const struct wci_found *found, struct wci_bytes name);

/* All copies of the files of one name, those of a medium best first; borrowed until the next call.
 * A name that no medium can have has none.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_matcher_copies(struct wci_matcher *matcher, struct wci_bytes name,
                                 const struct wci_found **found, size_t *count,
                                 struct wcab_error *err);

#endif
