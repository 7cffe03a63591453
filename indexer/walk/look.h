/*
 * look - what files may hold, by their first bytes.
 *
 * On a volume, in a folder of the host, and where an archive keeps files as they are, looking costs
 * one small read a file: every file is looked at, in the order in which they lie.  In archives and
 * cabinets it costs unpacking: there only files are looked at whose names or sizes promise
 * something; the others are when everything is unpacked (jobs/verify/container_facts).
 */
#ifndef WCI_LOOK_H
#define WCI_LOOK_H

#include "indexer/walk/hope.h"
#include "media/formats.h"

/*
 * What to expect of the entries of a volume that has been walked: `hopes` (to be freed) gets an
 * enum wci_hope for each.  What can't be read is judged by its name.  NOMEM.
 */
enum wcab_err wci_look_at_entries(struct wci_volume *volume, const struct wci_container *container,
                                  uint8_t **hopes, struct wcab_error *err);

/* The same of one file whose bytes are at hand, in a container of this kind; with `thorough` of
 * programs, too, that are not called so. */
enum wci_hope wci_look_at_source(enum wci_container_kind kind, const struct wci_entry *entry,
                                 struct wci_source *source, bool thorough);

/* What a file that begins so holds when everything in it counts, whatever it is called. */
enum wci_hope wci_look_at_head(const struct wci_format_head *head);

#endif
