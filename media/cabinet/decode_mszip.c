/*
 * decode_mszip - see decode_mszip.h.
 *
 * ISA-L inflates where the build has it, as it is more than twice as fast as zlib.  What it refuses
 * is given to zlib, whose word is final: zlib defines what deflate decoders accept, and tells how
 * far it came.
 */
#define ZLIB_CONST /* next_in points to constant bytes */
#include "media/cabinet/decode_mszip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#ifdef WHICHCAB_ISAL
#include <isa-l/igzip_lib.h>
#endif

enum { HISTORY = 32768, SIGNATURE_BYTES = 2 };

struct mszip {
    struct wci_block_decoder base;
    bool zlib_ready;
    z_stream zlib;
    size_t history; /* bytes of the folder that end at window + HISTORY */
    uint8_t window[HISTORY + WCI_CAB_BLOCK_BYTES];
#ifdef WHICHCAB_ISAL
    struct inflate_state isal;
#endif
};

/* The block that was decoded becomes history. */
static void keep_history(struct mszip *mszip, size_t size)
{
    memmove(mszip->window, mszip->window + size, HISTORY);
    mszip->history = mszip->history + size < HISTORY ? mszip->history + size : HISTORY;
}

#ifdef WHICHCAB_ISAL
/* Inflates the whole block; false when ISA-L does not make exactly the block's size of it. */
static bool inflate_isal(struct mszip *mszip, const uint8_t *deflated, size_t deflated_size,
                         size_t size, size_t *used_bits)
{
    struct inflate_state *isal = &mszip->isal;

    isal_inflate_init(isal);
    if (mszip->history > 0 && isal_inflate_set_dict(isal, mszip->window + HISTORY - mszip->history,
                                                    (uint32_t)mszip->history) != ISAL_DECOMP_OK)
        return false;
    /* ISA-L does not write to its input; its interface has no const */
    isal->next_in = (uint8_t *)(uintptr_t)deflated;
    isal->avail_in = (uint32_t)deflated_size;
    isal->next_out = mszip->window + HISTORY;
    isal->avail_out = (uint32_t)size;
    if (isal_inflate(isal) != ISAL_DECOMP_OK || isal->block_state != ISAL_BLOCK_FINISH ||
        isal->total_out != size || isal->avail_out != 0)
        return false;
    *used_bits = (deflated_size - isal->avail_in) * 8 - (size_t)isal->read_in_length;
    return true;
}
#endif

/* Makes the zlib stream ready for a block. */
static bool start_zlib(struct mszip *mszip)
{
    z_stream *zlib = &mszip->zlib;

    if (!mszip->zlib_ready) {
        memset(zlib, 0, sizeof(*zlib));
        if (inflateInit2(zlib, -MAX_WBITS) != Z_OK)
            return false;
        mszip->zlib_ready = true;
    } else if (inflateReset(zlib) != Z_OK) {
        return false;
    }
    return mszip->history == 0 ||
           inflateSetDictionary(zlib, mszip->window + HISTORY - mszip->history,
                                (uInt)mszip->history) == Z_OK;
}

static enum wcab_err inflate_zlib(struct mszip *mszip, const uint8_t *deflated,
                                  size_t deflated_size, size_t size,
                                  struct wci_decoded_block *decoded, struct wcab_error *err)
{
    z_stream *zlib = &mszip->zlib;
    int status;

    if (!start_zlib(mszip))
        return wci_error_nomem(err);
    zlib->next_in = deflated;
    zlib->avail_in = (uInt)deflated_size;
    zlib->next_out = mszip->window + HISTORY;
    zlib->avail_out = (uInt)size;
    status = inflate(zlib, Z_FINISH);
    decoded->size = zlib->total_out;
    if (status == Z_MEM_ERROR)
        return wci_error_nomem(err);
    if (status == Z_STREAM_END && zlib->total_out == size) {
        decoded->used_bits = zlib->total_in * 8 - (size_t)(zlib->data_type & 7);
        return WCAB_OK;
    }
    if (status == Z_STREAM_END)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "MSZIP data end at byte %lu of %zu",
                             zlib->total_out, size);
    if (status == Z_BUF_ERROR || status == Z_OK)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             zlib->avail_out == 0
                                 ? "MSZIP data go on behind the block's %zu bytes"
                                 : "MSZIP data are cut off: not enough for the block's %zu bytes",
                             size);
    return wci_error_set(err, WCAB_ERR_CORRUPT, "MSZIP data: %s, at byte %lu of %zu",
                         zlib->msg != NULL ? zlib->msg : "not deflate", zlib->total_out, size);
}

static enum wcab_err mszip_decode(struct wci_block_decoder *decoder,
                                  const struct wci_cab_block *block,
                                  struct wci_decoded_block *decoded, struct wcab_error *err)
{
    struct mszip *mszip = (struct mszip *)decoder;
    const uint8_t *deflated = block->payload + SIGNATURE_BYTES;
    size_t deflated_size;
    bool whole = false;
    enum wcab_err code;

    decoded->data = mszip->window + HISTORY;
    if (block->payload_size < SIGNATURE_BYTES || memcmp(block->payload, "CK", 2) != 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "MSZIP data don't start with \"CK\"");
    deflated_size = block->payload_size - SIGNATURE_BYTES;
#ifdef WHICHCAB_ISAL
    whole = inflate_isal(mszip, deflated, deflated_size, block->size, &decoded->used_bits);
    if (whole)
        decoded->size = block->size;
#endif
    if (!whole) {
        code = inflate_zlib(mszip, deflated, deflated_size, block->size, decoded, err);
        if (code != WCAB_OK)
            return code;
    }
    decoded->used_bits += (size_t)SIGNATURE_BYTES * 8;
    keep_history(mszip, block->size);
    return WCAB_OK;
}

/* Each block starts a deflate stream of its own, so the next one can be decoded; what it copies
 * from the lost one comes out as zeroes. */
static bool mszip_lose(struct wci_block_decoder *decoder, size_t size)
{
    struct mszip *mszip = (struct mszip *)decoder;

    memset(mszip->window + HISTORY, 0, size);
    keep_history(mszip, size);
    return true;
}

static void mszip_free(struct wci_block_decoder *decoder)
{
    struct mszip *mszip = (struct mszip *)decoder;

    if (mszip->zlib_ready)
        (void)inflateEnd(&mszip->zlib);
    free(mszip);
}

static const struct wci_block_decoder_ops mszip_ops = {mszip_decode, mszip_lose, mszip_free};

enum wcab_err wci_decode_mszip_new(struct wci_block_decoder **decoder, struct wcab_error *err)
{
    struct mszip *mszip = calloc(1, sizeof(*mszip));

    if (mszip == NULL)
        return wci_error_nomem(err);
    mszip->base.ops = &mszip_ops;
    *decoder = &mszip->base;
    return WCAB_OK;
}
