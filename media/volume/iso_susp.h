/*
 * iso_susp - Rock Ridge: long names and moved folders in the system use areas of ISO 9660 records.
 *
 * Sources: IEEE P1281 (System Use Sharing Protocol: SP, CE, ST) and P1282 (Rock Ridge Interchange
 * Protocol: NM, PX, CL, RE).  An area may go on elsewhere on the volume; the chain of such areas is
 * bounded.
 */
#ifndef WCI_ISO_SUSP_H
#define WCI_ISO_SUSP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "media/bytes/source.h"

enum { WCI_ISO_AREA_BYTES = 2048 };

/* Where continuation areas are read from, with the last one kept: many records share a block. */
struct wci_iso_susp {
    struct wci_source *source; /* borrowed */
    int64_t origin;            /* byte offset of block 0 */
    uint32_t block_size;
    uint8_t skip; /* bytes of each area before its first field (SP) */
    uint64_t area_offset;
    size_t area_size; /* 0: none kept */
    uint8_t area[WCI_ISO_AREA_BYTES];
};

struct wci_iso_susp_fields {
    struct wci_buffer name; /* NM; empty when there is none */
    bool has_child;         /* CL: the folder itself was moved to block `child` */
    uint32_t child;
    bool moved;   /* RE: this folder stands here only because it was moved */
    bool special; /* PX: neither a file nor a folder (symbolic link, device) */
};

/* True when `area`, of the root's first record, announces the protocol (SP); stores how many bytes
 * to skip in other areas. */
bool wci_iso_susp_announced(struct wci_bytes area, uint8_t *skip);

/* Collects the fields of a record's area.  `fields->name` must have been initialised; it is
 * cleared first.  Unreadable continuations end the collecting: what was found counts. */
void wci_iso_susp_read(struct wci_iso_susp *susp, struct wci_bytes area,
                       struct wci_iso_susp_fields *fields);

#endif
