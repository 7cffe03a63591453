/*
 * cab_folder - the CFDATA blocks of a folder, across all the cabinets that hold parts of it.
 *
 * A folder goes on from cabinet to cabinet, as a rule in the middle of a block: the first part of
 * the block then says that it holds 0 bytes, and the second part says how many the whole holds
 * ([MS-CAB] 2.5).  Read here are also folders that go on between two blocks, blocks in more than
 * two parts, and cabinets in the middle that hold no block at all.
 *
 * What comes out is fit for decode.h: checksums are checked and parts joined.
 */
#ifndef WCI_CAB_FOLDER_H
#define WCI_CAB_FOLDER_H

#include "media/bytes/source.h"
#include "media/cabinet/decode.h"

/* One cabinet's part of a folder. */
struct wci_cab_part {
    struct wci_source *source; /* borrowed; NULL: the cabinet is not there */
    uint64_t offset;           /* of the cabinet in the source */
    const struct wci_cab *cab; /* borrowed; as wci_cab_read filled it; NULL without source */
    uint32_t folder;           /* which of cab->folders */
    uint32_t missing_blocks;   /* without source: blocks of which no present part holds a byte */
    struct wci_bytes name;     /* borrowed; for what is told of it, may be empty */
};

/* Where a block begins. */
struct wci_cab_place {
    size_t part;      /* index in the parts */
    uint32_t data;    /* number of the CFDATA in that cabinet's folder */
    uint64_t offset;  /* of the CFDATA, bytes from the cabinet's start */
    uint32_t block;   /* number of the block in the whole folder */
    uint64_t decoded; /* its place in the uncompressed folder */
};

/* What is wrong with a CFDATA. */
struct wci_cab_fault {
    struct wci_cab_place place;
    struct wcab_error error; /* offset: bytes from the start of the cabinet place.part */
};

struct wci_cab_folder_options {
    /* Goes on behind damage: blocks come with WCI_BLOCK_DAMAGED or WCI_BLOCK_LOST, and `fault` says
     * why, before its block is given.  Sectors that can't be read are zeroes in a damaged block.
     * Where a CFDATA's header is unreadable or absurd, the blocks from there to the end of that
     * cabinet's part are lost (their number is known, and 32768 bytes is assumed of each). */
    bool salvage;
    /* Ends behind the first block that reaches into the last part: the one cut by the join. */
    bool up_to_last_join;
    void *context;
    void (*fault)(void *context, const struct wci_cab_fault *fault); /* may be NULL */
};

struct wci_cab_folder_reader;

/*
 * Starts reading the folder that `parts` (copied; in order) make up.  Only memory is asked for
 * here: 256 KB of read-ahead, and a block.  The first part must be where the folder begins; with
 * salvage it may be a missing one instead.
 * USAGE: no parts, or a folder index that its cabinet hasn't.  CORRUPT: the parts name different
 * methods.  NOMEM.
 */
enum wcab_err wci_cab_folder_open(const struct wci_cab_part *parts, size_t count,
                                  const struct wci_cab_folder_options *options,
                                  struct wci_cab_folder_reader **reader, struct wcab_error *err);
void wci_cab_folder_close(struct wci_cab_folder_reader *reader); /* NULL is fine */

/*
 * The reader as a source of blocks; borrows it.  Without salvage `next` returns:
 * CORRUPT: wrong checksum, sizes out of bounds, blocks outside of the source; err->offset counts
 * from the start of the cabinet wci_cab_folder_place names.  NOTFOUND: the folder goes on in a
 * cabinet that is not there.  LIMIT: a folder above WCI_CAB_FOLDER_BYTES.  IO.
 */
struct wci_block_reader wci_cab_folder_blocks(struct wci_cab_folder_reader *reader);

/* Where the block begins that was given last, or failed. */
void wci_cab_folder_place(const struct wci_cab_folder_reader *reader, struct wci_cab_place *place);

/* CFFOLDER.typeCompress of the folder. */
uint16_t wci_cab_folder_type(const struct wci_cab_folder_reader *reader);

/* The checksum of a CFDATA's payload and sizes ([MS-CAB] 3.1); `reserve` bytes lie between header
 * and payload, and are covered or not depending on the writer: NULL leaves them out. */
uint32_t wci_cab_folder_checksum(const uint8_t *payload, size_t payload_size, uint16_t size,
                                 const uint8_t *reserve, size_t reserve_size);

#endif
