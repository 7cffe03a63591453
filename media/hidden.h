/*
 * hidden - packed files and executables as images of their own: when one is given as an argument,
 * or lies in a compressed file.  (On a volume a packed file is an entry that unpacks, and what an
 * executable holds lies directly in it.)
 */
#ifndef WCI_HIDDEN_H
#define WCI_HIDDEN_H

#include "media/bytes/siblings.h"
#include "media/volume/volume.h"

/* A volume with the one file that is packed in the source, under its real name.  FORMAT, IO, NOMEM,
 * CORRUPT: its header is cut off. */
enum wcab_err wci_hidden_packed_open(struct wci_source *source, const struct wci_siblings *siblings,
                                     struct wci_volume **volume, struct wcab_error *err);

/* A volume of the cabinets and archives in an executable.  FORMAT also when there are none. */
enum wcab_err wci_hidden_program_open(struct wci_source *source, struct wci_volume **volume,
                                      struct wcab_error *err);

/* A volume of the cabinets that begin anywhere in the source.  FORMAT also when there are none. */
enum wcab_err wci_hidden_cabinets_open(struct wci_source *source, struct wci_volume **volume,
                                       struct wcab_error *err);

#endif
