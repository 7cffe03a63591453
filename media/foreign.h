/*
 * foreign - images that are recognised, but not read: says what they are and which command turns
 * them into something that is.
 */
#ifndef WCI_FOREIGN_H
#define WCI_FOREIGN_H

#include "media/bytes/source.h"

/*
 * UNSUPPORTED: the source is one of those; err's text names the format and how to convert it.
 * FORMAT: it is none of them.  IO.  Never WCAB_OK.
 */
enum wcab_err wci_foreign_recognise(struct wci_source *source, struct wcab_error *err);

#endif
