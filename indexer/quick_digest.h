/*
 * quick_digest - a digest of a few blocks of an image, by which it is known again when it has been
 * moved or copied.  docs/catalog-format.md says which blocks.
 *
 * It says that an image is most likely the same, not that all of its bytes are: it is never shown as
 * a hash of anything.
 */
#ifndef WCI_QUICK_DIGEST_H
#define WCI_QUICK_DIGEST_H

#include <stdbool.h>

#include "core/record.h"
#include "media/bytes/fetch.h"

/* Of the file or address `path` and of those that it names (the BIN of a CUE) or that continue it (parts of a
 * split image).  False, with zeros, when it can't be read or is no ordinary file. */
bool wci_quick_digest_file(const char *path, struct wcab_fetch *fetch,
                           uint8_t digest[WCI_QUICK_BYTES]);

/* Of the files in the folder `path` of the host, with top_only of those directly in it. */
bool wci_quick_digest_folder(const char *path, bool top_only, uint8_t digest[WCI_QUICK_BYTES]);

bool wci_quick_digest_is_known(const uint8_t digest[WCI_QUICK_BYTES]);

#endif
