/*
 * decode_mszip - the MSZIP method of cabinets, decoded block by block.
 *
 * A block is "CK" and one deflate stream (RFC 1951) that ends with it; the 32 KiB of the folder
 * before it serve as its dictionary ([MS-MCI]).
 */
#ifndef WCI_DECODE_MSZIP_H
#define WCI_DECODE_MSZIP_H

#include "media/cabinet/block_decoder.h"

/* A decoder at the start of a folder.  NOMEM. */
enum wcab_err wci_decode_mszip_new(struct wci_block_decoder **decoder, struct wcab_error *err);

#endif
