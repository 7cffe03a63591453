/*
 * disc_sessions - whether an older session of a disc has files that the newest didn't take over.
 */
#ifndef WCI_DISC_SESSIONS_H
#define WCI_DISC_SESSIONS_H

#include <stdbool.h>

#include "media/bytes/source.h"

/* Both are the sectors of the disc with the session's descriptors in place.  Files are the same when
 * folder, name, size and first bytes are; what can't be read counts as a file of its own. */
bool wci_disc_session_adds(struct wci_source *newest, struct wci_source *older);

#endif
