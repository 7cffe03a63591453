/*
 * cab - headers and directories of cabinet files (MS-CAB specification).
 *
 * Everything before the first CFDATA block: CFHEADER, CFFOLDER, CFFILE.  Decoding is in
 * cab_folder.h and decode.h.
 */
#ifndef WCI_CAB_H
#define WCI_CAB_H

#include "core/record.h"
#include "media/bytes/source.h"
#include "media/volume/volume.h"

/*
 * Reads the cabinet that starts at `offset` of `source` into `container`: kind, format, size, cab,
 * entries, digest; all from `arena`.  Names are split at their last backslash or slash into folder
 * and name.  Bad entries (folder index out of range, directory cut off) are told to visitor->fault
 * (may be NULL), what was read before is kept and `partial` set. FORMAT: no "MSCF" there.  CORRUPT:
 * header contradicts itself or the source's size (offset says where).  UNSUPPORTED: another major
 * version.  IO, NOMEM.
 */
enum wcab_err wci_cab_read(struct wci_source *source, uint64_t offset, struct wci_arena *arena,
                           const struct wci_visitor *visitor, struct wci_container *container,
                           struct wcab_error *err);

/* True when the bytes (at least 36) look like a CFHEADER whose directory begins within `room`
 * bytes, though the cabinet may be cut off later: for finding cabinets inside other files. */
bool wci_cab_is_header(const uint8_t *bytes, size_t size, uint64_t room);

#endif
