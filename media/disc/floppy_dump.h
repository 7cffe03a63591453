/*
 * floppy_dump - the sectors of a floppy as a dump program read them, bad ones included.
 *
 * Readers of dump formats fill in the sectors by cylinder, head and number; what comes out is a
 * volume with the plain floppy inside.  Sectors that could not be read when the dump was made are
 * errors when they are read from it, and told as faults.
 */
#ifndef WCI_FLOPPY_DUMP_H
#define WCI_FLOPPY_DUMP_H

#include <stdbool.h>

#include "media/disc/nest.h"

enum { WCI_FLOPPY_CYLINDERS = 256, WCI_FLOPPY_HEADS = 2, WCI_FLOPPY_SECTORS = 64 };

enum wci_floppy_state {
    WCI_FLOPPY_MISSING = 0, /* not in the dump */
    WCI_FLOPPY_GOOD,
    WCI_FLOPPY_DELETED, /* good, with the mark of deleted data */
    WCI_FLOPPY_BAD      /* data are there, their checksum was wrong */
};

struct wci_floppy_dump;

/* For `cylinders` x `heads` x `sectors` of `sector_size` bytes each; sectors count from 1.  LIMIT:
 * more than the bounds above, or sectors of more than 8,192 bytes.  NOMEM. */
enum wcab_err wci_floppy_dump_new(unsigned cylinders, unsigned heads, unsigned sectors,
                                  unsigned sector_size, struct wci_floppy_dump **dump,
                                  struct wcab_error *err);
void wci_floppy_dump_free(struct wci_floppy_dump *dump); /* NULL is fine */

/* Where the bytes of a sector go; NULL outside of the floppy. */
uint8_t *wci_floppy_dump_sector(struct wci_floppy_dump *dump, unsigned cylinder, unsigned head,
                                unsigned sector);
void wci_floppy_dump_set_state(struct wci_floppy_dump *dump, unsigned cylinder, unsigned head,
                               unsigned sector, enum wci_floppy_state state);

/* Adds the floppy to a nest, which is told of its bad sectors. Takes the dump over, also on error.
 */
enum wcab_err wci_floppy_dump_add_take(struct wci_floppy_dump *dump, struct wci_nest *nest,
                                       const char *name, uint64_t offset, struct wcab_error *err);

/* The floppy as a volume over `source`, the dump's file; `format` and `reason` as for a nest. Takes
 * the dump over, also on error. */
enum wcab_err wci_floppy_dump_finish_take(struct wci_floppy_dump *dump, struct wci_source *source,
                                          const char *format, const char *reason,
                                          struct wci_volume **volume, struct wcab_error *err);

#endif
