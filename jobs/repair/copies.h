/*
 * copies - where the right copy of a file lies: on each medium, indexed or published, and on which of its disks.
 *
 * The right one is an installed system's copy of the medium that a Windows is held against. Other media have it where
 * theirs has the same name, size and date, and the same bytes as far as these are known.
 */
#ifndef WCI_COPIES_H
#define WCI_COPIES_H

#include "core/mem.h"
#include "whichcab.h"

struct wci_copy {
    size_t ordinal; /* among the answers of the search by that name: see wci_copies_add_commands */
    const char *id; /* gives it to wcab_extract; NULL: no image has its bytes */
    const char *medium; /* profile id, else path of the image */
    const char *title;
    bool is_profile;     /* `medium` is an id */
    const char *cabinet; /* NULL: loose */
    uint32_t modified;   /* DOS date << 16 | time */
    const char *disk;    /* "7"; "" when there are none */
    /* How to ask for its disks, one after the other, each once in a row. */
    const char **inserts;
    size_t insert_count;
    bool is_reached; /* command lines of DOS reach it */
    bool is_held;    /* it lies on the medium that the Windows is held against */
};

struct wci_copies {
    struct wci_copy *items; /* owned */
    size_t count, capacity;
};

/* A file that is looked for. */
struct wci_copies_query {
    const char *name;
    const char *medium; /* that the Windows is held against; NULL: none */
    /* Of the PC, for the command lines; may be NULL. */
    const char *floppy_drive, *cd_drive, *folder;
};

/* Finds all copies; strings lie in the arena.  NOTFOUND: no medium has it; what a search says. */
enum wcab_err wci_copies_find(struct wcab_catalog *catalog, const struct wci_copies_query *query,
                              struct wci_arena *arena, struct wci_copies *copies,
                              struct wcab_error *err);

/* Adds the copy's command lines to a batch.  What wcab_batch_add says. */
enum wcab_err wci_copies_add_commands(struct wcab_catalog *catalog,
                                      const struct wci_copies_query *query,
                                      const struct wci_copy *copy, struct wcab_batch *batch,
                                      struct wcab_error *err);

void wci_copies_free(struct wci_copies *copies);

#endif
