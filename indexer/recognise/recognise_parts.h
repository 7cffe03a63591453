/*
 * recognise_parts - the media that one image holds, each recognised for itself.
 *
 * A ZIP with thirteen floppies holds thirteen media.  Volumes that lie in archives are media of
 * their own when there are several; a single one is the image's medium, as if nothing were around
 * it.  Volumes that are files on another volume (images of floppies in a folder of a CD) are media
 * of their own only when they are recognised as such, else they belong to what they lie on.
 */
#ifndef WCI_RECOGNISE_PARTS_H
#define WCI_RECOGNISE_PARTS_H

#include "indexer/recognise/recognise.h"

/* Finds the image's parts and writes medium, disk and reason of each, and of what is in none, into
 * the image.  Thread-safe.  NOMEM. */
enum wcab_err wci_recognise_parts(const struct wci_recogniser *recogniser, struct wci_image *image,
                                  struct wcab_error *err);

/* Recognises one part of an image whose parts are known, or (WCI_NONE) what is in none.
 * Thread-safe.  NOMEM. */
enum wcab_err wci_recognise_part(const struct wci_recogniser *recogniser,
                                 const struct wci_image *image, uint32_t part,
                                 struct wci_match *match, struct wcab_error *err);

#endif
