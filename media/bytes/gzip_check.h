/*
 * gzip_check - holds what a gzip file unpacks to against the checksums in it (RFC 1952), which
 * libarchive passes over.
 */
#ifndef WCI_GZIP_CHECK_H
#define WCI_GZIP_CHECK_H

#include <stdint.h>

#include "media/bytes/source.h"
#include "media/bytes/spool.h"

/*
 * `size` bytes with the CRC-32 `crc` came out of `source`.  The file's last bytes say so when it
 * has one member and nothing behind it; else all of it is unpacked once more, member by member, and
 * what lies behind the last one is passed over.  CORRUPT: a checksum or size is another one, told
 * with the offset in `source`; LIMIT, CANCELLED, IO, NOMEM.
 */
enum wcab_err wci_gzip_check(struct wci_source *source, uint64_t size, uint32_t crc,
                             const struct wci_budget *budget, struct wcab_error *err);

#endif
