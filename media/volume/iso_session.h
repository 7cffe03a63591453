/*
 * iso_session - a session of a disc that was saved as an image of its own: its block numbers count
 * from the disc's start (Yellow Book; Orange Book, part II), not from the image's.
 */
#ifndef WCI_ISO_SESSION_H
#define WCI_ISO_SESSION_H

#include "media/volume/iso_folder.h"

/*
 * Finds where block 0 would lie: the root folder's first record is the folder itself, with the
 * number of its own block.  False when the root folder is where the tree's origin puts it, or is
 * not found in the image's first 16 MB.
 */
bool wci_iso_session_find(const struct wci_iso_tree *tree, int64_t *origin);

#endif
