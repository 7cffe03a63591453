/*
 * block_check - the checksums of a folder's blocks, where nothing can be decoded.
 */
#ifndef WCI_BLOCK_CHECK_H
#define WCI_BLOCK_CHECK_H

#include "reopen/folder_parts.h"

/* Without the cabinet that a folder begins in nothing can be decoded, but the checksums of its
 * blocks can be held against what is there.  *broken gets the first damage.  NOMEM, CANCELLED. */
enum wcab_err wci_block_check(const struct wci_folder_parts *parts, struct wcab_error *broken,
                              struct wcab_error *err);

#endif
