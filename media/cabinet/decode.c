/*
 * decode - see decode.h.  Here: the choice of the method, stored blocks, and the loop over a
 * folder's blocks, which goes on behind damage in salvage.
 */
#include "media/cabinet/decode.h"

#include <stdlib.h>
#include <string.h>

#include "media/cabinet/block_decoder.h"
#include "media/cabinet/decode_lzx.h"
#include "media/cabinet/decode_mspack.h"
#include "media/cabinet/decode_mszip.h"
#include "media/cabinet/decode_quantum.h"

enum { FILLING_MAX = 5 /* bytes */ };

static const uint8_t zeroes[WCI_CAB_BLOCK_BYTES];

/* ---- methods ------------------------------------------------------------------------------ */

enum wci_method wci_decode_method(uint16_t type_compress)
{
    return (enum wci_method)(type_compress & 15);
}

const char *wci_decode_method_name(uint16_t type_compress)
{
    const char *name = wci_method_name(type_compress);

    return name != NULL ? name : "unknown";
}

static unsigned window_bits_of(uint16_t type_compress)
{
    return type_compress >> 8 & 31U;
}

/* Whether the method is known and its window within the format's bounds. */
static enum wcab_err check_type(uint16_t type_compress, struct wcab_error *err)
{
    unsigned window = window_bits_of(type_compress), least, most;

    switch (wci_decode_method(type_compress)) {
    case WCI_METHOD_STORED:
    case WCI_METHOD_MSZIP:
        return WCAB_OK;
    case WCI_METHOD_QUANTUM:
        least = WCI_QUANTUM_WINDOW_MIN;
        most = WCI_QUANTUM_WINDOW_MAX;
        break;
    case WCI_METHOD_LZX:
        least = WCI_LZX_WINDOW_MIN;
        most = WCI_LZX_WINDOW_MAX;
        break;
    default:
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED, "unknown compression method %u (0x%04X)",
                             type_compress & 15U, (unsigned)type_compress);
    }
    if (window < least || window > most)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "%s window of 2^%u bytes, which has to be 2^%u to 2^%u",
                             wci_decode_method_name(type_compress), window, least, most);
    return WCAB_OK;
}

/* ---- stored blocks ------------------------------------------------------------------------ */

static enum wcab_err stored_decode(struct wci_block_decoder *decoder,
                                   const struct wci_cab_block *block,
                                   struct wci_decoded_block *decoded, struct wcab_error *err)
{
    (void)decoder;
    decoded->data = block->payload;
    decoded->size = block->payload_size < block->size ? block->payload_size : block->size;
    decoded->used_bits = decoded->size * 8;
    if (block->payload_size != block->size)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "stored block of %zu bytes has %zu",
                             block->size, block->payload_size);
    return WCAB_OK;
}

static bool stored_lose(struct wci_block_decoder *decoder, size_t size)
{
    (void)decoder;
    (void)size;
    return true;
}

static void stored_free(struct wci_block_decoder *decoder)
{
    free(decoder);
}

static enum wcab_err stored_new(struct wci_block_decoder **decoder, struct wcab_error *err)
{
    static const struct wci_block_decoder_ops ops = {stored_decode, stored_lose, stored_free};
    struct wci_block_decoder *stored = malloc(sizeof(*stored));

    if (stored == NULL)
        return wci_error_nomem(err);
    stored->ops = &ops;
    *decoder = stored;
    return WCAB_OK;
}

/* ---- block by block ----------------------------------------------------------------------- */

enum wcab_err wci_decode_open(uint16_t type_compress, struct wci_block_decoder **decoder,
                              struct wcab_error *err)
{
    enum wcab_err code = check_type(type_compress, err);

    if (code != WCAB_OK)
        return code;
    switch (wci_decode_method(type_compress)) {
    case WCI_METHOD_STORED:
        return stored_new(decoder, err);
    case WCI_METHOD_MSZIP:
        return wci_decode_mszip_new(decoder, err);
    case WCI_METHOD_QUANTUM:
        return wci_decode_quantum_new(window_bits_of(type_compress), decoder, err);
    case WCI_METHOD_LZX:
        return wci_decode_lzx_new(window_bits_of(type_compress), decoder, err);
    }
    return check_type(type_compress, err);
}

enum wcab_err wci_decode_block(struct wci_block_decoder *decoder, const struct wci_cab_block *block,
                               struct wci_decoded_block *decoded, struct wcab_error *err)
{
    memset(decoded, 0, sizeof(*decoded));
    if (block->size == 0 || block->size > WCI_CAB_BLOCK_BYTES)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "block claims %zu bytes, which has to be 1 to %u", block->size,
                             WCI_CAB_BLOCK_BYTES);
    if (block->payload_size > WCI_CAB_PAYLOAD_BYTES)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "block has %zu compressed bytes, more than %u",
                             block->payload_size, WCI_CAB_PAYLOAD_BYTES);
    return decoder->ops->decode(decoder, block, decoded, err);
}

bool wci_decode_lose(struct wci_block_decoder *decoder, size_t size)
{
    return decoder->ops->lose(decoder, size < WCI_CAB_BLOCK_BYTES ? size : WCI_CAB_BLOCK_BYTES);
}

void wci_decode_close(struct wci_block_decoder *decoder)
{
    if (decoder != NULL)
        decoder->ops->free(decoder);
}

/* ---- a folder ----------------------------------------------------------------------------- */

struct folder_run {
    uint16_t type_compress;
    const struct wci_block_reader *reader;
    const struct wci_byte_sink *sink;
    const struct wci_damage_sink *damages; /* NULL: the first damage is an error */
    uint32_t block;                        /* number of the block that comes next */
    uint64_t offset;                       /* and its place in the uncompressed folder */
    bool history_damaged;
    bool stopped;          /* the method can't take up again */
    struct wcab_error why; /* the damage that stopped it */
};

static enum wcab_err put(const struct folder_run *run, const uint8_t *data, size_t size,
                         struct wcab_error *err)
{
    return size == 0 ? WCAB_OK : run->sink->put(run->sink->context, data, size, err);
}

static void tell(const struct folder_run *run, enum wci_damage_kind kind, size_t size,
                 size_t intact, const struct wcab_error *why)
{
    struct wci_damage damage = {.kind = kind,
                                .block = run->block,
                                .offset = run->offset,
                                .size = (uint32_t)size,
                                .intact = (uint32_t)intact};

    if (why != NULL)
        damage.error = *why;
    run->damages->damage(run->damages->context, &damage);
}

/* Zeroes for the whole block. */
static enum wcab_err put_lost(struct folder_run *run, size_t size, struct wcab_error *err)
{
    tell(run, WCI_DAMAGE_LOST, size, 0, &run->why);
    return put(run, zeroes, size, err);
}

/* Puts the block's number before what is wrong with it. */
static enum wcab_err place_error(const struct folder_run *run, struct wcab_error *err)
{
    struct wcab_error reason = *err;

    return wci_error_set_at(err, reason.code, run->offset, "block %lu: %s",
                            (unsigned long)run->block, reason.text);
}

/* A block of a usual size, at most; what an absurd one claims is not believed. */
static size_t believed_size(const struct wci_cab_block *block)
{
    return block->size < WCI_CAB_BLOCK_BYTES ? block->size : WCI_CAB_BLOCK_BYTES;
}

/* The block did not decode. */
static enum wcab_err put_broken(struct folder_run *run, struct wci_block_decoder *decoder,
                                const struct wci_cab_block *block,
                                const struct wci_decoded_block *decoded, struct wcab_error *err)
{
    size_t size = believed_size(block);
    size_t intact = decoded->size < size ? decoded->size : size;
    enum wcab_err code;

    tell(run, WCI_DAMAGE_CONTENT, size, intact, &run->why);
    code = put(run, decoded->data, intact, err);
    if (code == WCAB_OK)
        code = put(run, zeroes, size - intact, err);
    run->history_damaged = true;
    run->stopped = !wci_decode_lose(decoder, size);
    return code;
}

/* Decodes one block in salvage. */
static enum wcab_err salvage_block(struct folder_run *run, struct wci_block_decoder *decoder,
                                   const struct wci_cab_block *block, struct wcab_error *err)
{
    struct wci_decoded_block decoded;
    bool stored = wci_decode_method(run->type_compress) == WCI_METHOD_STORED;
    enum wcab_err code;

    if (run->stopped)
        return put_lost(run, believed_size(block), err);
    if (block->flags & WCI_BLOCK_LOST) {
        wci_error_set_at(&run->why, WCAB_ERR_CORRUPT, run->offset,
                         "block %lu can't be read or is missing", (unsigned long)run->block);
        code = put_lost(run, believed_size(block), err);
        run->history_damaged = true;
        run->stopped = !wci_decode_lose(decoder, believed_size(block));
        return code;
    }
    code = wci_decode_block(decoder, block, &decoded, &run->why);
    if (code == WCAB_ERR_CORRUPT) {
        place_error(run, &run->why);
        return put_broken(run, decoder, block, &decoded, err);
    }
    if (code != WCAB_OK) {
        if (err != NULL)
            *err = run->why;
        return code;
    }
    if (block->flags & WCI_BLOCK_DAMAGED) {
        tell(run, WCI_DAMAGE_CHECKSUM, decoded.size, 0, NULL);
        run->history_damaged = !stored;
    } else if (run->history_damaged && !stored) {
        tell(run, WCI_DAMAGE_HISTORY, decoded.size, 0, NULL);
    }
    return put(run, decoded.data, decoded.size, err);
}

static enum wcab_err strict_block(const struct folder_run *run, struct wci_block_decoder *decoder,
                                  const struct wci_cab_block *block, struct wcab_error *err)
{
    struct wci_decoded_block decoded;
    struct wcab_error reason;
    enum wcab_err code = wci_decode_block(decoder, block, &decoded, &reason);

    if (code == WCAB_ERR_CORRUPT) {
        enum wcab_err sunk = put(run, decoded.data, decoded.size, err);

        if (sunk != WCAB_OK)
            return sunk;
        place_error(run, &reason);
    }
    if (code != WCAB_OK) {
        if (err != NULL)
            *err = reason;
        return code;
    }
    return put(run, decoded.data, decoded.size, err);
}

static enum wcab_err decode_own(struct folder_run *run, struct wcab_error *err)
{
    struct wci_block_decoder *decoder = NULL;
    enum wcab_err code = wci_decode_open(run->type_compress, &decoder, err);

    while (code == WCAB_OK && decoder != NULL) {
        struct wci_cab_block block = {0};

        code = run->reader->next(run->reader->context, &block, err);
        if (code != WCAB_OK || (block.payload == NULL && !(block.flags & WCI_BLOCK_LOST)))
            break;
        code = run->damages == NULL ? strict_block(run, decoder, &block, err)
                                    : salvage_block(run, decoder, &block, err);
        run->offset += believed_size(&block);
        run->block++;
    }
    wci_decode_close(decoder);
    return code;
}

/* ---- salvage with libmspack --------------------------------------------------------------- */

/* Stands between the reader and libmspack: tells the damage that the reader knows of, and ends the
 * folder at a lost block. */
struct mspack_salvage {
    struct folder_run *run;
    size_t lost; /* size of the lost block that ended it; 0 = none */
    enum wcab_err reader_code;
};

static enum wcab_err salvage_next(void *context, struct wci_cab_block *block,
                                  struct wcab_error *err)
{
    struct mspack_salvage *salvage = context;
    struct folder_run *run = salvage->run;
    enum wcab_err code = run->reader->next(run->reader->context, block, err);

    salvage->reader_code = code;
    if (code != WCAB_OK)
        return code;
    if (block->flags & WCI_BLOCK_LOST) {
        salvage->lost = believed_size(block);
        block->payload = NULL;
    } else if (block->payload != NULL) {
        if (block->flags & WCI_BLOCK_DAMAGED)
            tell(run, WCI_DAMAGE_CHECKSUM, block->size, 0, NULL);
        else if (run->history_damaged)
            tell(run, WCI_DAMAGE_HISTORY, block->size, 0, NULL);
        run->history_damaged = run->history_damaged || block->flags & WCI_BLOCK_DAMAGED;
        run->offset += believed_size(block);
        run->block++;
    }
    return WCAB_OK;
}

/* Zeroes for what was read but not decoded. */
static enum wcab_err fill_undecoded(struct folder_run *run,
                                    const struct wci_mspack_progress *progress,
                                    struct wcab_error *err)
{
    uint64_t left = run->offset - progress->decoded; /* up to where the reader came */
    size_t within = (size_t)(progress->decoded % WCI_CAB_BLOCK_BYTES);
    enum wcab_err code = WCAB_OK;

    run->block = progress->blocks;
    run->offset = progress->decoded - within;
    while (code == WCAB_OK && left > 0) {
        size_t size =
            WCI_CAB_BLOCK_BYTES - within < left ? WCI_CAB_BLOCK_BYTES - within : (size_t)left;

        tell(run, run->block == progress->blocks ? WCI_DAMAGE_CONTENT : WCI_DAMAGE_LOST,
             within + size, within, &run->why);
        code = put(run, zeroes, size, err);
        left -= size;
        run->offset += within + size;
        run->block++;
        within = 0;
    }
    return code;
}

/* All that the reader still gives is lost. */
static enum wcab_err fill_rest(struct folder_run *run, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK) {
        struct wci_cab_block block = {0};

        code = run->reader->next(run->reader->context, &block, err);
        if (code != WCAB_OK || (block.payload == NULL && !(block.flags & WCI_BLOCK_LOST)))
            break;
        code = put_lost(run, believed_size(&block), err);
        run->offset += believed_size(&block);
        run->block++;
    }
    return code;
}

static enum wcab_err salvage_mspack(struct folder_run *run, struct wcab_error *err)
{
    struct mspack_salvage salvage = {.run = run};
    struct wci_block_reader reader = {&salvage, salvage_next};
    struct wci_mspack_progress progress;
    enum wcab_err code =
        wci_decode_mspack(run->type_compress, &reader, run->sink, &progress, &run->why);

    if (salvage.reader_code != WCAB_OK ||
        (code != WCAB_OK && code != WCAB_ERR_CORRUPT && code != WCAB_ERR_LIMIT)) {
        if (err != NULL)
            *err = run->why;
        return code;
    }
    if (code == WCAB_OK && salvage.lost == 0)
        return WCAB_OK;
    if (code == WCAB_OK)
        wci_error_set_at(&run->why, WCAB_ERR_CORRUPT, progress.decoded,
                         "block %lu can't be read or is missing", (unsigned long)progress.blocks);
    code = fill_undecoded(run, &progress, err);
    if (code == WCAB_OK && salvage.lost > 0) {
        code = put_lost(run, salvage.lost, err);
        run->offset += salvage.lost;
        run->block++;
    }
    if (code == WCAB_OK && (salvage.lost > 0 || !progress.reader_done))
        code = fill_rest(run, err);
    return code;
}

/* ---- the entrances ------------------------------------------------------------------------ */

static bool by_mspack(uint16_t type_compress, enum wci_decoder_choice choice)
{
    return choice == WCI_DECODER_LIBMSPACK && wci_decode_method(type_compress) != WCI_METHOD_STORED;
}

enum wcab_err wci_decode_folder(uint16_t type_compress, enum wci_decoder_choice choice,
                                const struct wci_block_reader *reader,
                                const struct wci_byte_sink *sink, struct wcab_error *err)
{
    struct folder_run run = {.type_compress = type_compress, .reader = reader, .sink = sink};
    struct wci_mspack_progress progress;
    enum wcab_err code = check_type(type_compress, err);

    if (code != WCAB_OK)
        return code;
    code = by_mspack(type_compress, choice)
               ? wci_decode_mspack(type_compress, reader, sink, &progress, err)
               : decode_own(&run, err);
    return code == WCI_SINK_ENOUGH ? WCAB_OK : code;
}

enum wcab_err wci_decode_folder_salvage(uint16_t type_compress, enum wci_decoder_choice choice,
                                        const struct wci_block_reader *reader,
                                        const struct wci_byte_sink *sink,
                                        const struct wci_damage_sink *damages,
                                        struct wcab_error *err)
{
    struct folder_run run = {
        .type_compress = type_compress, .reader = reader, .sink = sink, .damages = damages};
    enum wcab_err code = check_type(type_compress, err);

    if (code != WCAB_OK)
        return code;
    code = by_mspack(type_compress, choice) ? salvage_mspack(&run, err) : decode_own(&run, err);
    return code == WCI_SINK_ENOUGH ? WCAB_OK : code;
}

/* ---- the last block ----------------------------------------------------------------------- */

/* Whether the payload ends where decoding did, but for some filling. */
static bool ends_with_payload(const struct wci_cab_block *block, size_t used_bits)
{
    size_t used = (used_bits + 7) / 8, i;

    if (used > block->payload_size || block->payload_size - used > FILLING_MAX)
        return false;
    for (i = used; i < block->payload_size; i++) {
        if (block->payload[i] != 0)
            return false;
    }
    return true;
}

enum wcab_err wci_decode_last_block_fits(uint16_t type_compress,
                                         const struct wci_block_reader *reader,
                                         enum wci_block_fit *fit, struct wcab_error *err)
{
    struct folder_run run = {.type_compress = type_compress};
    struct wci_block_decoder *decoder = NULL;
    struct wcab_error reason;
    enum wcab_err code = wci_decode_open(type_compress, &decoder, err), broken = WCAB_OK;
    enum wci_block_fit last = WCI_BLOCK_FIT_NO;

    while (code == WCAB_OK && decoder != NULL) {
        struct wci_cab_block block = {0};
        struct wci_decoded_block decoded;

        code = reader->next(reader->context, &block, err);
        if (code != WCAB_OK || block.payload == NULL)
            break;
        if (broken != WCAB_OK) { /* so it was not the last */
            if (err != NULL)
                *err = reason;
            code = broken;
            break;
        }
        broken = wci_decode_block(decoder, &block, &decoded, &reason);
        if (broken == WCAB_OK)
            last = wci_decode_method(type_compress) == WCI_METHOD_STORED ? WCI_BLOCK_FIT_UNKNOWN
                   : ends_with_payload(&block, decoded.used_bits)        ? WCI_BLOCK_FIT_YES
                                                                         : WCI_BLOCK_FIT_NO;
        else if (broken == WCAB_ERR_CORRUPT) {
            last = WCI_BLOCK_FIT_NO;
            place_error(&run, &reason);
        } else {
            code = broken;
        }
        run.offset += believed_size(&block);
        run.block++;
    }
    wci_decode_close(decoder);
    if (code == WCAB_OK && run.block == 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "no block to judge");
    if (code == WCAB_OK)
        *fit = last;
    return code;
}
