/*
 * decode_lzx - the LZX method of cabinets, decoded block by block.
 *
 * The format: docs/lzx.md.
 */
#ifndef WCI_DECODE_LZX_H
#define WCI_DECODE_LZX_H

#include "media/cabinet/block_decoder.h"

enum { WCI_LZX_WINDOW_MIN = 15, WCI_LZX_WINDOW_MAX = 21 };

/* A decoder at the start of a folder with a window of 2^window_bits bytes (15 to 21, which the
 * caller has checked).  NOMEM. */
enum wcab_err wci_decode_lzx_new(unsigned window_bits, struct wci_block_decoder **decoder,
                                 struct wcab_error *err);

#endif
