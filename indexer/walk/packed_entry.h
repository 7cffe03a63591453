/*
 * packed_entry - the names of an entry that is a packed single file (MAPI32.DL_): the real one,
 * those that it may have as well, and the one that it is stored under.
 */
#ifndef WCI_PACKED_ENTRY_H
#define WCI_PACKED_ENTRY_H

#include "core/record.h"
#include "media/bytes/source.h"

/* Gives the entry, whose bytes are `source`, the name and size that it has when unpacked; what it
 * is stored under stays one of its names.  FORMAT: it isn't packed.  CORRUPT, IO, NOMEM. */
enum wcab_err wci_packed_entry_name(struct wci_source *source, struct wci_entry *entry,
                                    struct wci_arena *arena, struct wcab_error *err);

#endif
