/*
 * zip_member - the bytes of a member of a ZIP archive, unpacked and held against their checksum.
 */
#ifndef WCI_ZIP_MEMBER_H
#define WCI_ZIP_MEMBER_H

#include "media/archive/zip_directory.h"

/*
 * What is stored plainly becomes a window of `source`, which is checked by whoever reads it in
 * order (source_checked.h); all else is unpacked to a spool.  CORRUPT, ENCRYPTED, UNSUPPORTED (a
 * method that is not known), LIMIT, CANCELLED, IO, NOMEM.
 */
enum wcab_err wci_zip_member_open(struct wci_source *source, const struct wci_zip_member *member,
                                  struct wci_budget *budget, struct wci_source **bytes,
                                  struct wcab_error *err);

#endif
