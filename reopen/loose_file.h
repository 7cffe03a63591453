/*
 * loose_file - the bytes of a file that lies in no cabinet, as they are or unpacked (SZDD, KWAJ).
 *
 * No checksum guards such a file.  What shows that it is not whole: its medium has an end before
 * it, a sector can't be read, or a sector holds the filler of one that could not
 * (media/bytes/filler.h).
 */
#ifndef WCI_LOOSE_FILE_H
#define WCI_LOOSE_FILE_H

#include "core/record.h"
#include "media/bytes/source.h"
#include "media/cabinet/decode.h"

/*
 * Reads the file `entry`, whose bytes are `source`, to `sink`; a packed one is unpacked.
 *
 * Without `damages` the first damage ends it: IO with the sector's offset, CORRUPT for filler, a
 * file that is cut off or does not unpack; offsets count from the start of `source`.  With
 * `damages` what is lost is told (kind LOST, `error` says why) and the rest goes on: zeroes stand
 * for lost sectors; a lost end is told only, because the size that a damaged medium claims may be
 * absurd. Besides: LIMIT, UNSUPPORTED of packed files, what the sink returns, NOMEM.
 */
enum wcab_err wci_loose_file_read(struct wci_source *source, const struct wci_entry *entry,
                                  const struct wci_byte_sink *sink,
                                  const struct wci_damage_sink *damages, struct wcab_error *err);

#endif
