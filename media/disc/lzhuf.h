/*
 * lzhuf - the packing of Teledisk's advanced compression and of LHarc's -lh1-: matches in a window
 * of 4 KB, with an adaptive Huffman code for literals and lengths (Haruyasu Yoshizaki's LZHUF).
 */
#ifndef WCI_LZHUF_H
#define WCI_LZHUF_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

/*
 * Unpacks until the packed bytes end; what their last bits hold of a symbol is left out. *out is
 * malloc'ed. LIMIT: more than `most` bytes come out. NOMEM.
 */
enum wcab_err wci_lzhuf_decode(const uint8_t *packed, size_t packed_size, size_t most,
                               uint8_t **out, size_t *out_size, struct wcab_error *err);

#endif
