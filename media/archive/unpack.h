/*
 * unpack - what the decoders of old archives share: bits out of a packed run of a source, bytes
 * through a window of what came before into a spool, and prefix codes.
 *
 * The decoders stand in files of their own: unpack_shrink.c, unpack_reduce.c, unpack_implode.c (the
 * methods of PKZIP 0.9 and 1.x) and unpack_explode.c (PKWARE's Data Compression Library).
 */
#ifndef WCI_UNPACK_H
#define WCI_UNPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "media/bytes/source.h"
#include "media/bytes/spool.h"

enum {
    WCI_UNPACK_WINDOW = 8192, /* the largest of all methods */
    WCI_UNPACK_INPUT = 4096,
    WCI_UNPACK_SYMBOLS = 256,
    WCI_UNPACK_CODE_BITS = 16
};

struct wci_unpack {
    struct wci_source *source; /* borrowed */
    uint64_t at, end;          /* of the source: next byte to read, end of the packed bytes */
    struct wci_spool *spool;   /* borrowed: where the unpacked bytes go */
    uint64_t size;             /* how many there are to be; none beyond are taken */
    uint64_t done;             /* how many there are */
    struct wcab_error fault;   /* the first thing that went wrong; code WCAB_OK: nothing */
    uint32_t bits;             /* read, not yet taken, the next one lowest */
    unsigned bit_count;
    size_t input_at, input_size;
    uint8_t input[WCI_UNPACK_INPUT];
    uint8_t window[WCI_UNPACK_WINDOW]; /* the last bytes, at done modulo its size */
};

/* For `packed` bytes at `offset` of the source, of which `size` bytes come.  The caller has seen to
 * it that they lie within the source. */
void wci_unpack_start(struct wci_unpack *unpack, struct wci_source *source, uint64_t offset,
                      uint64_t packed, struct wci_spool *spool, uint64_t size);

/* Whether there is more to come, and nothing has gone wrong. */
bool wci_unpack_goes_on(const struct wci_unpack *unpack);

/* The next `count` (0 to 16) bits as a number, the first one lowest.  0 and a fault behind the
 * end. */
uint32_t wci_unpack_bits(struct wci_unpack *unpack, unsigned count);

void wci_unpack_byte(struct wci_unpack *unpack, uint8_t byte);

/* Repeats `length` bytes from `distance` (1 to WCI_UNPACK_WINDOW) bytes back; what lies before the
 * first byte is zeroes. */
void wci_unpack_copy(struct wci_unpack *unpack, uint32_t distance, uint32_t length);

/* Notes that the data are no data of this method; the first fault counts. */
void wci_unpack_fail(struct wci_unpack *unpack, const char *what);

/* Hands the rest of the bytes to the spool and tells how it went: CORRUPT with the offset in the
 * source, also when there are fewer than `size`; LIMIT, CANCELLED, IO, NOMEM. */
enum wcab_err wci_unpack_finish(struct wci_unpack *unpack, struct wcab_error *err);

/* A canonical prefix code whose bits are stored inverted: shorter codes first, then lower symbols,
 * from all ones on. */
struct wci_unpack_code {
    uint16_t count[WCI_UNPACK_CODE_BITS + 1]; /* of codes of each length */
    uint8_t symbols[WCI_UNPACK_SYMBOLS];      /* in the order of their codes */
};

/* From the length (1 to 16; 0: none) of each symbol's code.  False: more codes than there are. */
bool wci_unpack_code_make(struct wci_unpack_code *code, const uint8_t *lengths, size_t count);

/* The next symbol; 0 and a fault when there is none of that code. */
uint8_t wci_unpack_symbol(struct wci_unpack *unpack, const struct wci_unpack_code *code);

/* The decoders.  They stop at `size` bytes, at the end of the data or at the first fault. */
void wci_unpack_shrink(struct wci_unpack *unpack);
void wci_unpack_reduce(struct wci_unpack *unpack, unsigned factor); /* 1 to 4 */

/* How an imploded file was written. */
struct wci_implode {
    bool large_window; /* 8 KB, else 4 KB */
    bool coded;        /* literals have codes, too */
    unsigned least;    /* length of a match: 2 or 3 */
};
void wci_unpack_implode(struct wci_unpack *unpack, const struct wci_implode *how);

/* Data of PKWARE's library end with a mark: `size` is the most that may come, or UINT64_MAX. */
void wci_unpack_explode(struct wci_unpack *unpack);

#endif
