/*
 * decode - decompressing the folders of cabinets: stored, MSZIP, Quantum, LZX.
 *
 * A folder is a run of CFDATA blocks.  The caller hands them over one by one, joined where a cut
 * between two cabinets divided one, with checksums already checked; the bytes come out through a
 * sink.
 */
#ifndef WCI_DECODE_H
#define WCI_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "limits.h"
#include "record.h"

/* Which implementation decodes. */
enum wci_decoder_choice {
    WCI_DECODER_BEST = 0,     /* our own for MSZIP and Quantum, libmspack for LZX */
    WCI_DECODER_LIBMSPACK = 1 /* libmspack for all but stored: the control */
};

/* One CFDATA block, whole. */
struct wci_cab_block {
    const uint8_t *payload; /* cbData bytes, borrowed until the next call */
    size_t payload_size;    /* <= WCI_CAB_PAYLOAD_BYTES */
    size_t size;            /* cbUncomp, 1..32768 */
};

/* Where blocks come from.  `next` stores the next block, or sets block->payload to NULL at the end
 * of the folder.  An error ends the decoding with it. */
struct wci_block_reader {
    void *context;
    enum wcab_err (*next)(void *context, struct wci_cab_block *block, struct wcab_error *err);
};

/* Where bytes go: consecutive runs from the folder's start on.  A code other than WCAB_OK ends the
 * decoding with that code (WCAB_ERR_CANCELLED for "enough"). */
struct wci_byte_sink {
    void *context;
    enum wcab_err (*put)(void *context, const uint8_t *data, size_t size, struct wcab_error *err);
};

/*
 * Decodes a folder from its start.  `type_compress` is CFFOLDER.typeCompress.  Every byte decoded
 * before an error has gone to the sink.
 * CORRUPT: bytes that don't decode; err->offset is the uncompressed offset of the block (a multiple
 * of 32768) and the text says the block's number and why.  UNSUPPORTED: unknown method, or a window
 * out of range.  Plus what reader and sink return, NOMEM. Thread-safe; holds about 2.2 MB for
 * Quantum and LZX at window 2^21.
 */
enum wcab_err wci_decode_folder(uint16_t type_compress, enum wci_decoder_choice choice,
                                const struct wci_block_reader *reader,
                                const struct wci_byte_sink *sink, struct wcab_error *err);

/* The method of a typeCompress value; its name: "stored", "mszip", "quantum", "lzx", "unknown". */
enum wci_method wci_decode_method(uint16_t type_compress);
const char *wci_decode_method_name(uint16_t type_compress);

#endif
