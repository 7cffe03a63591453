/*
 * shield_header - what has to be known of an InstallShield 5+ cabinet before libunshield is asked:
 * whether its header is whole, and which volumes a file's bytes lie in.
 *
 * The format was never published.  Sources: the readers that were made by looking at cabinets,
 * unshield (cabfile.h) and i6comp (ISCabTypes), which agree.
 */
#ifndef WCI_SHIELD_HEADER_H
#define WCI_SHIELD_HEADER_H

#include <stdbool.h>

#include "media/bytes/source.h"

/* The first bytes of a header (.hdr) and of each volume (.cab). */
struct wci_shield_start {
    unsigned major;                       /* InstallShield's version: 5, 6 ... */
    uint32_t descriptor, descriptor_size; /* where the list of files lies; size 0: elsewhere */
    uint32_t end;                         /* of the header: the first byte of a file, or its size */
    uint32_t first_file, last_file;       /* volumes: the first and last with bytes here */
    uint64_t first_here, last_here;       /* how many packed bytes of these lie here */
};

/* FORMAT: does not begin with "ISc(".  CORRUPT: ends within its first fields.  IO. */
enum wcab_err wci_shield_start_read(struct wci_source *source, struct wci_shield_start *start,
                                    struct wcab_error *err);

/* A header in memory. */
struct wci_shield_header {
    const uint8_t *bytes; /* borrowed */
    size_t size;
    struct wci_shield_start start;
    uint32_t table, table2, directory_count, file_count;
};

/*
 * How many bytes of a file of `size` bytes are its header.  What the descriptor's size takes in is
 * not all: the table of files lies behind it, up to where the files' bytes begin.
 */
uint64_t wci_shield_header_size(const struct wci_shield_start *start, uint64_t size);

/* CORRUPT: the list of files does not lie within the header. */
enum wcab_err wci_shield_header_parse(const uint8_t *bytes, size_t size,
                                      const struct wci_shield_start *start,
                                      struct wci_shield_header *header, struct wcab_error *err);

struct wci_shield_file {
    uint32_t volume; /* that it starts in; version 5: 0, the volumes tell */
    bool split;      /* goes on in the next volume */
    bool compressed;
    uint64_t packed_size;
    uint64_t data; /* byte of the volume where it begins */
};

/* Where the bytes of a file lie, its link followed.  False: the header does not have it. */
bool wci_shield_header_file(const struct wci_shield_header *header, uint32_t *index,
                            struct wci_shield_file *file);

#endif
