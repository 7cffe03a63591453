/*
 * chain - see chain.h.
 */
#include "core/chain.h"

#include "core/limits.h"
#include "core/text.h"

void wci_chain_put(const struct wci_image *image, uint32_t container, int code_page,
                   struct wci_buffer *out)
{
    uint32_t chain[WCI_LIMIT_DEPTH_MOST];
    size_t count = 0;
    bool first = true;

    while (image->containers[container].parent < container && count < WCI_LIMIT_DEPTH_MOST) {
        chain[count++] = container;
        container = image->containers[container].parent;
    }
    while (count > 0) {
        struct wci_bytes name = image->containers[chain[--count]].name;

        if (!first)
            wci_buffer_put(out, " > ", 3);
        first = false;
        (void)wci_text_to_utf8(wci_text_name_of(name), code_page, out);
    }
}
