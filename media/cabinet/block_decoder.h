/*
 * block_decoder - what the methods have in common: stored, MSZIP, Quantum, LZX.  decode.c drives
 * them; everybody else uses decode.h.
 */
#ifndef WCI_BLOCK_DECODER_H
#define WCI_BLOCK_DECODER_H

#include "media/cabinet/decode.h"

struct wci_block_decoder_ops {
    /* Decodes one block whose sizes are already known to be within limits.  `decoded` starts as all
     * zero and is filled on WCAB_OK, and on WCAB_ERR_CORRUPT with what came before the damage. */
    enum wcab_err (*decode)(struct wci_block_decoder *decoder, const struct wci_cab_block *block,
                            struct wci_decoded_block *decoded, struct wcab_error *err);
    /* Puts `size` zero bytes in the place of a block that is lost; whether decoding can go on. */
    bool (*lose)(struct wci_block_decoder *decoder, size_t size);
    void (*free)(struct wci_block_decoder *decoder); /* frees the decoder itself too */
};

/* Embedded as first member by each method. */
struct wci_block_decoder {
    const struct wci_block_decoder_ops *ops;
};

#endif
