/*
 * known_digest - an indexed disk held against the digests of known good dumps in its profile.
 */
#ifndef WCI_KNOWN_DIGEST_H
#define WCI_KNOWN_DIGEST_H

#include "jobs/verify/listing_check.h"
#include "profiles/profile.h"

/* Called for each digest of the disk; `file` is empty for the whole image. */
typedef enum wcab_err wci_known_digest_visitor(void *context, struct wci_bytes file, bool matches);

/*
 * Reads what the profile has digests of, on the disk that a part of the image is, or (WCI_NONE) the
 * image itself, and compares.  A file that
 * is not there, or can't be read, does not match.  NOMEM, CORRUPT (the catalog), or what the
 * visitor returned; an image that can't be opened is no error: it matches nothing.
 */
enum wcab_err wci_known_digest_check(const struct wci_listing_subject *subject,
                                     const struct wci_profile *profile,
                                     wci_known_digest_visitor *visit, void *context,
                                     struct wcab_error *err);

#endif
