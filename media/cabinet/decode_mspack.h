/*
 * decode_mspack - decoding a folder with libmspack: LZX always, the other methods as the control.
 */
#ifndef WCI_DECODE_MSPACK_H
#define WCI_DECODE_MSPACK_H

#include "media/cabinet/decode.h"

/* How far it came, on success and on error. */
struct wci_mspack_progress {
    uint64_t decoded; /* bytes that went to the sink */
    uint32_t blocks;  /* blocks that were decoded whole */
    bool reader_done; /* the reader has given its end or an error, and must not be asked again */
};

/*
 * As wci_decode_folder, for a method and window that the caller has checked.  Up to 4 KB of
 * compressed data are read ahead; what the reader says meanwhile (its end, an error) takes effect
 * only when all blocks before it are decoded.  Bytes come out block by block: a block that fails
 * gives none.  LIMIT: more than the 2 GB that libmspack reads.
 */
enum wcab_err wci_decode_mspack(uint16_t type_compress, const struct wci_block_reader *reader,
                                const struct wci_byte_sink *sink,
                                struct wci_mspack_progress *progress, struct wcab_error *err);

#endif
