/*
 * decode - decompressing the folders of cabinets: stored, MSZIP, Quantum, LZX.
 *
 * A folder is a run of CFDATA blocks.  The caller hands them over one by one, joined where a cut
 * between two cabinets divided one, with checksums already checked (cab_folder.h does both); the
 * bytes come out through a sink.
 *
 * All are decoded here block by block; libmspack decodes when it is asked for, to compare.
 */
#ifndef WCI_DECODE_H
#define WCI_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/record.h"

/* Which implementation decodes. */
enum wci_decoder_choice {
    WCI_DECODER_BEST = 0,     /* our own */
    WCI_DECODER_LIBMSPACK = 1 /* libmspack for all but stored: the control */
};

enum {
    WCI_BLOCK_DAMAGED =
        0x01,             /* the payload is known to be wrong somewhere (checksum, bad sector) */
    WCI_BLOCK_LOST = 0x02 /* there is no payload, only a size */
};

/* One CFDATA block, whole. */
struct wci_cab_block {
    const uint8_t *payload; /* cbData bytes, borrowed until the next call */
    size_t payload_size;    /* <= WCI_CAB_PAYLOAD_BYTES */
    size_t size;            /* cbUncomp, 1..32768 */
    uint8_t flags;          /* WCI_BLOCK_*; only readers in salvage mode set them */
};

/* Where blocks come from.  `next` gets an all-zero block and fills it; payload stays NULL (and
 * flags 0) at the end of the folder.  An error ends the decoding with it. */
struct wci_block_reader {
    void *context;
    enum wcab_err (*next)(void *context, struct wci_cab_block *block, struct wcab_error *err);
};

/* Where bytes go: consecutive runs from the folder's start on.  A code other than WCAB_OK ends the
 * decoding with that code. */
struct wci_byte_sink {
    void *context;
    enum wcab_err (*put)(void *context, const uint8_t *data, size_t size, struct wcab_error *err);
};

/* What the sink of a folder returns when it wants no more: the decoding ends there with WCAB_OK.  No
 * code of the library, so that nothing else is taken for it. */
#define WCI_SINK_ENOUGH ((enum wcab_err)0x7FFF)

/*
 * Decodes a folder from its start.  `type_compress` is CFFOLDER.typeCompress.  Every byte decoded
 * before an error has gone to the sink.
 * CORRUPT: bytes that don't decode; err->offset is the uncompressed offset of the block (a multiple
 * of 32768) and the text says the block's number and why.  UNSUPPORTED: unknown method, or a window
 * out of range.  LIMIT: libmspack's 2 GB, where it decodes.  Plus what reader and sink return,
 * NOMEM.  Thread-safe; holds about 2.3 MB for Quantum and LZX at window 2^21.
 */
enum wcab_err wci_decode_folder(uint16_t type_compress, enum wci_decoder_choice choice,
                                const struct wci_block_reader *reader,
                                const struct wci_byte_sink *sink, struct wcab_error *err);

/* ---- salvage ------------------------------------------------------------------------------ */

enum wci_damage_kind {
    WCI_DAMAGE_CHECKSUM, /* decoded, but from a payload that is known to be wrong */
    WCI_DAMAGE_HISTORY,  /* decoded, but may have copied bytes of an earlier damaged block */
    WCI_DAMAGE_CONTENT,  /* does not decode: `intact` bytes came out, zeroes stand for the rest */
    WCI_DAMAGE_LOST      /* zeroes stand for the block: unreadable, missing, or behind such damage
                            with a method that can't take up again */
};

/* Damage of one block. */
struct wci_damage {
    enum wci_damage_kind kind;
    uint32_t block;          /* number in the folder */
    uint64_t offset;         /* of the block in the uncompressed folder */
    uint32_t size;           /* bytes */
    uint32_t intact;         /* CONTENT: bytes at its start that were decoded */
    struct wcab_error error; /* CONTENT, LOST: why; code OK for the others */
};

/* Told before the last bytes of a damaged block reach the sink.  One block may be told twice: with
 * libmspack CHECKSUM and HISTORY are told when a block is read, and CONTENT or LOST later. */
struct wci_damage_sink {
    void *context;
    void (*damage)(void *context, const struct wci_damage *damage);
};

/*
 * As wci_decode_folder, but goes on behind damage: what can't be decoded is zeroes in the sink, so
 * that offsets stay right, and is told to `damages`.  Stored blocks stand alone; MSZIP takes up
 * again at the next block, whose copies from the lost bytes are wrong (HISTORY, on every block
 * behind the first damage); Quantum and LZX can't take up again: all that follows is LOST.
 * Returns an error only for what the reader and the sink return, UNSUPPORTED, NOMEM.
 */
enum wcab_err wci_decode_folder_salvage(uint16_t type_compress, enum wci_decoder_choice choice,
                                        const struct wci_block_reader *reader,
                                        const struct wci_byte_sink *sink,
                                        const struct wci_damage_sink *damages,
                                        struct wcab_error *err);

/* ---- block by block ------------------------------------------------------------------------ */

/* A decoder of blocks. */
struct wci_block_decoder;

struct wci_decoded_block {
    const uint8_t *data; /* borrowed until the next call */
    size_t size;         /* bytes */
    size_t used_bits;    /* of the payload.  MSZIP: up to the end of the deflate stream.  Quantum:
                            what the decoder took; an encoder adds 2 zero bits, fills the byte, and
                            some add up to 4 zero bytes.  LZX: up to the end of the last word */
};

/* UNSUPPORTED: unknown method, window out of range.  NOMEM. */
enum wcab_err wci_decode_open(uint16_t type_compress, struct wci_block_decoder **decoder,
                              struct wcab_error *err);

/* Decodes the folder's next block.  CORRUPT: it doesn't decode; `decoded` then has what came before
 * the damage, without used_bits, and err->offset is no offset.  Go on with wci_decode_lose. */
enum wcab_err wci_decode_block(struct wci_block_decoder *decoder, const struct wci_cab_block *block,
                               struct wci_decoded_block *decoded, struct wcab_error *err);

/* Gives up the folder's next block, or the one that has just failed: zeroes take its place in the
 * history.  Returns whether the block behind it can be decoded. */
bool wci_decode_lose(struct wci_block_decoder *decoder, size_t size);

void wci_decode_close(struct wci_block_decoder *decoder); /* NULL is fine */

/* ---- do two halves of a cut block belong together? ------------------------------------------ */

enum wci_block_fit {
    WCI_BLOCK_FIT_NO,      /* it does not decode, or does not end where its payload ends */
    WCI_BLOCK_FIT_UNKNOWN, /* it decodes, and nothing speaks for or against: stored */
    WCI_BLOCK_FIT_YES      /* it decodes and ends where its payload ends */
};

/*
 * Decodes a folder from its start and judges the last block that the reader gives: the two halves
 * of a block cut between two cabinets, joined.  With the wrong second half a block decodes into a
 * deflate error or a match over the frame's end nearly always, and else ends at the wrong place.
 * Damage in an earlier block is an error (CORRUPT), as nothing can be said then.  USAGE when there
 * is no block at all.  UNSUPPORTED, NOMEM, and what the reader returns.
 */
enum wcab_err wci_decode_last_block_fits(uint16_t type_compress,
                                         const struct wci_block_reader *reader,
                                         enum wci_block_fit *fit, struct wcab_error *err);

/* ---- names ---------------------------------------------------------------------------------- */

/* The method of a typeCompress value; its name: "stored", "mszip", "quantum", "lzx", "unknown". */
enum wci_method wci_decode_method(uint16_t type_compress);
const char *wci_decode_method_name(uint16_t type_compress);

#endif
