/*
 * folder_decode - decoding a folder whose cabinets are open.
 */
#ifndef WCI_FOLDER_DECODE_H
#define WCI_FOLDER_DECODE_H

#include "media/cabinet/cab_folder.h"
#include "media/cabinet/decode.h"
#include "reopen/folder_parts.h"

/* The blocks of the opened parts; the parts must outlive the reader. */
enum wcab_err wci_folder_blocks_open(const struct wci_folder_parts *parts,
                                     const struct wci_cab_folder_options *options,
                                     struct wci_cab_folder_reader **reader, struct wcab_error *err);

/* Decodes the folder of the opened parts from its start and goes on behind damage, which is told to
 * `damages`: zeroes stand for what is lost (see wci_decode_folder_salvage).  Ends early, with OK,
 * when the sink returns CANCELLED.  Parts that are not open end the folder.  UNSUPPORTED, NOMEM, or
 * what the sink returns. */
enum wcab_err wci_folder_decode(const struct wci_folder_parts *parts,
                                enum wci_decoder_choice choice, const struct wci_byte_sink *sink,
                                const struct wci_damage_sink *damages, struct wcab_error *err);

#endif
