/*
 * unread - files that were given or found and could not be read: which of those that no reader
 * knows are told of, and what is put on record of one.
 *
 * On record such a file is an image without containers, whose one fault says why.
 */
#ifndef WCI_UNREAD_H
#define WCI_UNREAD_H

#include <stdbool.h>

#include "core/record.h"
#include "indexer/items.h"
#include "media/formats.h"

/* Whether somebody would take a file that could not be read for an image: by its name, or because
 * it has the size of a floppy, and not when its start is one of a text, a picture, a program or
 * another document. `name` may have folders before it. */
bool wci_unread_is_told(const char *name, const struct wci_format_head *head);

/* Whether it is worth keeping: what the host lacked at this moment (file handles, memory) is no
 * fact about the file. */
bool wci_unread_is_lasting(const struct wcab_error *why);

/* The record of an item that could not be read.  NOMEM.  Free it with wci_image_free. */
enum wcab_err wci_unread_record(const struct wci_item *item, const struct wcab_error *why,
                                struct wci_image **image, struct wcab_error *err);

#endif
