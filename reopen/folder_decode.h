/*
 * folder_decode - reading a folder whose cabinets are open.
 */
#ifndef WCI_FOLDER_DECODE_H
#define WCI_FOLDER_DECODE_H

#include "media/cabinet/folder_take.h"
#include "reopen/folder_parts.h"

/* The blocks of the opened parts; the parts must outlive the reader.  NOTFOUND: none is open. */
enum wcab_err wci_folder_blocks_open(const struct wci_folder_parts *parts,
                                     const struct wci_cab_folder_options *options,
                                     struct wci_cab_folder_reader **reader, struct wcab_error *err);

/* Takes the files out of the folder (see wci_folder_take_run).  Parts that are not open end it, and
 * without its first part nothing can be decoded. */
enum wcab_err wci_folder_decode(const struct wci_folder_parts *parts, struct wci_folder_take *take,
                                struct wcab_error *err);

#endif
