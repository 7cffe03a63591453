/*
 * source_checked - bytes that lie plainly in an archive, with a CRC-32 in its directory: held
 * against that by whoever reads all of them in order.
 */
#ifndef WCI_SOURCE_CHECKED_H
#define WCI_SOURCE_CHECKED_H

#include "media/bytes/source.h"

/*
 * The bytes of `parent` (taken over, also on error).  Reading from the first byte to the last
 * without a gap ends in CORRUPT when their checksum is another one; reading here and there is
 * not checked.  May be read by several threads at once.
 */
enum wcab_err wci_source_open_checked_take(struct wci_source *parent, uint32_t crc,
                                           struct wci_source **source, struct wcab_error *err);

#endif
