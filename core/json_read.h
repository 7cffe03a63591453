/*
 * json_read - the few things that are read out of JSON (RFC 8259): objects one after the other, and
 * members of an object.
 */
#ifndef WCI_JSON_READ_H
#define WCI_JSON_READ_H

#include "core/bytes.h"
#include "core/mem.h"

enum { WCI_JSON_DEPTH = 64 }; /* of objects and arrays inside each other */

/* The next object of a text that is a list of them, or has them line by line; *at, 0 at first, moves behind it.
 * False at the end, or where the text is no JSON: then *at is not the text's length. */
bool wci_json_next_object(struct wci_bytes text, size_t *at, struct wci_bytes *object);

/* The value of a member of an object, as it is written.  False: it has none of that name. */
bool wci_json_member(struct wci_bytes object, const char *name, struct wci_bytes *value);

/* The text that a member is, in UTF-8, from the arena; data NULL when there is no such member, it is
 * no string, or there is no memory. */
struct wci_bytes wci_json_member_text(struct wci_bytes object, const char *name,
                                      struct wci_arena *arena);

#endif
