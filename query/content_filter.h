/*
 * content_filter - what a search asks of the contents of files: their hash, their version.  Only
 * files that were read in full (index --deep, verify) have either.
 */
#ifndef WCI_CONTENT_FILTER_H
#define WCI_CONTENT_FILTER_H

#include "query/filter.h"
#include "query/found.h"
#include "query/handle.h"
#include "query/version_range.h"

struct wci_content_filter {
    uint8_t hash[32];
    size_t hash_size; /* 32 SHA-256, 20 SHA-1, 16 MD5; 0: no hash is asked for */
    size_t
        hash_digits; /* of a SHA-256 only these are known, from its beginning; others are whole */
    bool has_range;
    struct wci_version_range range;
};

/*
 * Understands a hash in hexadecimal and a range of versions; either may be NULL.  USAGE: not
 * understood.  NOTFOUND: the catalog has no such facts at all; the text says what to run.  IO,
 * CORRUPT, NOMEM.
 */
enum wcab_err wci_content_filter_open(struct wcab_catalog *catalog, const char *hash,
                                      const char *range, struct wci_content_filter *filter,
                                      struct wcab_error *err);

/* Whether anything is asked of contents. */
bool wci_content_filter_asks(const struct wci_content_filter *filter);

/* NOTFOUND unless some file of the catalog was read in full. */
enum wcab_err wci_content_filter_need_facts(struct wcab_catalog *catalog, struct wcab_error *err);

/* Facts of a copy; *known is false when it was not read.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_content_filter_facts(struct wcab_catalog *catalog, const struct wci_found *found,
                                       struct wci_deep *facts, bool *known, struct wcab_error *err);

/* Whether facts tell what was asked for: the kind of hash was recorded, the file was read whole. */
bool wci_content_filter_can_judge(const struct wci_content_filter *filter,
                                  const struct wci_deep *facts);

/* Number of indexed images of those media that were not read in full, or without the kind of hash
 * that is asked for.  `asked` NULL: SHA-256.  Trims `images`: none may be in use.  IO, CORRUPT,
 * NOMEM. */
enum wcab_err wci_content_filter_unread(struct wci_known_images *images,
                                        const struct wci_filter *media,
                                        const struct wci_content_filter *asked, uint64_t *count,
                                        struct wcab_error *err);

bool wci_content_filter_passes(const struct wci_content_filter *filter,
                               const struct wci_deep *facts);

#endif
