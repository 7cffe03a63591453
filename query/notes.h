/*
 * notes - what the user says of images: where they lie on the shelf.
 */
#ifndef WCI_NOTES_H
#define WCI_NOTES_H

#include "core/mem.h"
#include "core/record.h"
#include "whichcab.h"

/* The notes of an image for a caller, from `arena`; *count is 0 when there are none.  False without
 * memory. */
bool wci_notes_give(struct wci_arena *arena, const struct wci_image *image,
                    const struct wcab_note **notes, size_t *count);

/* How to ask for a disk, with where it lies: "Windows 95 disk 7 (box B3, shelf 2)".  Not the note
 * "note", which is a remark.  `insert` itself when nothing tells; {NULL, 0} without memory. */
struct wci_bytes wci_notes_insert(struct wci_arena *arena, const struct wci_image *image,
                                  struct wci_bytes insert);

#endif
