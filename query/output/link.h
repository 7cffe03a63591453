/*
 * link - text that a terminal takes as a link to a file of this host (OSC 8).
 */
#ifndef WCI_LINK_H
#define WCI_LINK_H

#include <stdbool.h>

#include "core/bytes.h"

/* Appends `text` masked; when it is `wanted`, as a link to the file of the absolute path `path`. */
void wci_link_put(struct wci_buffer *out, bool wanted, struct wci_bytes path, const char *text);

#endif
