/*
 * floppy_layout - how most tracks of a dumped floppy are formatted: the records of tracks vote.
 */
#ifndef WCI_FLOPPY_LAYOUT_H
#define WCI_FLOPPY_LAYOUT_H

#include <stdbool.h>

#include "media/disc/floppy_dump.h"

enum {
    WCI_FLOPPY_SIZE_CODES = 7, /* 128 << 6 = 8,192 bytes */
    WCI_FLOPPY_TRACK_SECTORS = 256
};

struct wci_floppy_votes {
    unsigned votes[WCI_FLOPPY_SIZE_CODES][WCI_FLOPPY_TRACK_SECTORS];
    unsigned cylinders, heads;
    /* tracks with sectors on a cylinder of even, of odd number, as they lie on the disk */
    unsigned even, odd;
};

struct wci_floppy_layout {
    unsigned cylinders, heads, sectors, size_code;
    bool double_step; /* a 40-track floppy read in an 80-track drive: each second cylinder */
};

/* A track with `count` sectors of 128 << size_code bytes. */
void wci_floppy_votes_add(struct wci_floppy_votes *votes, unsigned cylinder, unsigned head,
                          unsigned count, unsigned size_code);

/* False: no track has sectors. */
bool wci_floppy_votes_decide(const struct wci_floppy_votes *votes,
                             struct wci_floppy_layout *layout);

/* An empty dump of that layout. */
enum wcab_err wci_floppy_layout_new(const struct wci_floppy_layout *layout,
                                    struct wci_floppy_dump **dump, struct wcab_error *err);

/* Puts one sector, `data` of 128 << size_code bytes or NULL (then `fill`), where it belongs; what
 * has no place is left out. */
struct wci_floppy_sector {
    unsigned cylinder, head, number, size_code;
    const uint8_t *data;
    uint8_t fill;
    enum wci_floppy_state state;
};
void wci_floppy_layout_put(const struct wci_floppy_layout *layout, struct wci_floppy_dump *dump,
                           const struct wci_floppy_sector *sector);

#endif
