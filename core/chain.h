/*
 * chain - the containers around one as text: "disk1.img > WIN95_02.CAB".
 */
#ifndef WCI_CHAIN_H
#define WCI_CHAIN_H

#include "core/record.h"

/* Appends the names of the containers from below the image down to `container` as UTF-8, " > "
 * between them; nothing for the outermost.  `code_page` as for wci_text_to_utf8.  At most
 * WCI_LIMIT_DEPTH_MOST names: a record that claims more nesting is not believed. */
void wci_chain_put(const struct wci_image *image, uint32_t container, int code_page,
                   struct wci_buffer *out);

#endif
