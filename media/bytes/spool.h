/*
 * spool - decoded bytes kept for random access: in memory while they are few, then in an unlinked
 * temporary file.
 *
 * What a wrapper or an archive claims about sizes is never believed: room grows with the bytes that
 * really come out, and each byte is held against a budget, so that an archive made to explode ends
 * in WCAB_ERR_LIMIT.
 */
#ifndef WCI_SPOOL_H
#define WCI_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/limits.h"
#include "media/bytes/source.h"

/* Decoded bytes up to this many stay in memory. */
enum { WCI_SPOOL_MEMORY_BYTES = 16 * 1024 * 1024 };

/*
 * What decoding may cost.  The one who walks an image has one for all archives in it, at any depth;
 * an archive opened alone has its own.
 */
struct wci_budget {
    uint64_t bytes, ratio;            /* as it was set up */
    uint64_t bytes_left;              /* that may still come out of archives and wrappers */
    uint64_t seconds;                 /* as it was set up */
    uint64_t deadline;                /* CLOCK_MONOTONIC, nanoseconds */
    const struct wcab_cancel *cancel; /* stop when it turns true; may be NULL */
};

/* The whole budget for something of `image_size` bytes: at most limits->bytes, less for what is too
 * small to hold so much, and limits->seconds from now on. */
void wci_budget_init(struct wci_budget *budget, const struct wci_limits *limits,
                     uint64_t image_size, const struct wcab_cancel *cancel);

/* Before or while something runs long: LIMIT when the time is over, CANCELLED. */
enum wcab_err wci_budget_check_time(const struct wci_budget *budget, struct wcab_error *err);

/* Bytes being decoded out of a packed source. */
struct wci_spool {
    struct wci_budget *budget; /* borrowed */
    uint64_t packed_size;      /* bytes of what is decoded, for the ratio */
    uint64_t size;             /* bytes so far */
    uint64_t expected;         /* at least so many are likely to come: where to keep them */
    uint8_t *memory;           /* owned; NULL once they are in the file */
    size_t capacity;
    int fd; /* -1: in memory */
};

void wci_spool_init(struct wci_spool *spool, struct wci_budget *budget, uint64_t packed_size);

/* Whether so many bytes could be taken at all: LIMIT with the reason.  A claimed size is asked
 * first, so that nothing is decoded in vain. */
enum wcab_err wci_spool_check_claim(const struct wci_spool *spool, uint64_t claimed,
                                    struct wcab_error *err);

/*
 * Takes the bytes that belong at `offset`, at or behind the end so far (what is left out reads as
 * zeroes).  LIMIT, CANCELLED, CORRUPT for an offset before the end, IO when the temporary file
 * can't be made or written, NOMEM.
 */
enum wcab_err wci_spool_write(struct wci_spool *spool, uint64_t offset, const void *data,
                              size_t length, struct wcab_error *err);

/* Makes the bytes a source of their own and empties the spool, also on error.  IO, NOMEM. */
enum wcab_err wci_spool_finish(struct wci_spool *spool, struct wci_source **source,
                               struct wcab_error *err);

/* The folder for temporary files. */
const char *wci_spool_folder(void);

/* Writes all of it at `offset` of the temporary file `fd`.  IO, with the byte. */
enum wcab_err wci_spool_put(int fd, uint64_t offset, const uint8_t *data, size_t length,
                            struct wcab_error *err);

/* Frees what a spool that is not finished holds; an emptied one is fine. */
void wci_spool_discard(struct wci_spool *spool);

#endif
