/*
 * decode_mspack - see decode_mspack.h.
 *
 * libmspack's public interface decodes files of cabinets.  So it is shown a cabinet that does not
 * exist: a header with one folder and one file, made here, and behind it the CFDATA blocks as the
 * reader gives them.  libmspack only ever reads it from front to back.
 *
 * The file is extracted once for each block, with the block's offset and size: libmspack goes on
 * where it stands as long as the offset is where the last extraction ended.  That way the folder's
 * size need not be known, and what was decoded before damage is not lost in its buffers.
 *
 * libmspack wants to know which block is the last when it reads it (LZX then ends with the folder
 * instead of a whole frame; and no method may be kept from decoding what it has by asking for
 * more). So one block is always fetched ahead, and the folder's number of blocks, a field of
 * libmspack's public structure, is set when the end is in sight.
 */
#include "media/cabinet/decode_mspack.h"

#include <mspack.h>
#include <stdlib.h>
#include <string.h>

#include "core/bytes.h"

enum {
    HEAD_BYTES = 36 + 8 + 16 + 2, /* CFHEADER, CFFOLDER, CFFILE, the name "f" */
    DATA_HEADER_BYTES = 8,
    BLOCKS_MAX = 65535, /* of a folder in a cabinet: libmspack reads no more of one */
    AHEAD_BYTES = 4096, /* libmspack's input buffer */
    /* sizes of blocks that were read but not decoded yet: none has an empty payload */
    QUEUE = AHEAD_BYTES + 8
};

/* A block in the form that libmspack reads: CFDATA header and payload. */
struct chunk {
    size_t size; /* 0: none */
    uint8_t bytes[DATA_HEADER_BYTES + WCI_CAB_PAYLOAD_BYTES];
};

struct feed {
    struct mspack_system system; /* first: libmspack hands it back to feed_open */
    const struct wci_block_reader *reader;
    const struct wci_byte_sink *sink;
    struct wcab_error *err;
    struct wci_mspack_progress *progress;
    struct mscabd_folder *folder; /* libmspack's; NULL until the header is read */

    size_t at; /* libmspack's place in head, then HEAD_BYTES */
    struct chunk chunks[2];
    unsigned current;    /* chunk that libmspack reads; the other is the next one */
    size_t chunk_at;     /* place in the current one */
    uint32_t served;     /* blocks that became the current one */
    enum wcab_err ended; /* why there is no next chunk, once progress->reader_done is set */
    struct wcab_error ended_error;
    enum wcab_err sink_code;

    uint16_t sizes[QUEUE]; /* of the blocks read but not decoded, a ring */
    size_t first_size, size_count;
    uint8_t head[HEAD_BYTES];
};

/* ---- the cabinet that does not exist ------------------------------------------------------ */

static bool make_head(struct feed *feed, uint16_t type_compress)
{
    struct wci_buffer head;
    bool ok;

    wci_buffer_init(&head);
    wci_buffer_put(&head, "MSCF", 4);
    wci_buffer_u32(&head, 0);
    wci_buffer_u32(&head, INT32_MAX); /* cbCabinet */
    wci_buffer_u32(&head, 0);
    wci_buffer_u32(&head, 36 + 8); /* coffFiles */
    wci_buffer_u32(&head, 0);
    wci_buffer_u16(&head, 0x0103);     /* version 1.3 */
    wci_buffer_u16(&head, 1);          /* cFolders */
    wci_buffer_u16(&head, 1);          /* cFiles */
    wci_buffer_u16(&head, 0);          /* flags */
    wci_buffer_u16(&head, 0);          /* setID */
    wci_buffer_u16(&head, 0);          /* iCabinet */
    wci_buffer_u32(&head, HEAD_BYTES); /* coffCabStart */
    wci_buffer_u16(&head, BLOCKS_MAX); /* cCFData */
    wci_buffer_u16(&head, type_compress);
    wci_buffer_u32(&head, 1);    /* cbFile */
    wci_buffer_u32(&head, 0);    /* uoffFolderStart */
    wci_buffer_u16(&head, 0);    /* iFolder */
    wci_buffer_u16(&head, 0x21); /* date, time, attribs */
    wci_buffer_u16(&head, 0);
    wci_buffer_u16(&head, 0);
    wci_buffer_put(&head, "f", 2);
    ok = head.ok && head.size == HEAD_BYTES;
    if (ok)
        memcpy(feed->head, head.data, HEAD_BYTES);
    wci_buffer_free(&head);
    return ok;
}

/* ---- blocks ------------------------------------------------------------------------------- */

static void end_blocks(struct feed *feed, enum wcab_err code)
{
    feed->ended = code;
    feed->progress->reader_done = true;
    if (feed->folder != NULL)
        feed->folder->num_blocks = feed->served;
}

static bool is_sane(const struct wci_cab_block *block)
{
    return block->size > 0 && block->size <= WCI_CAB_BLOCK_BYTES && block->payload_size > 0 &&
           block->payload_size <= WCI_CAB_PAYLOAD_BYTES;
}

static void fill_chunk(struct chunk *chunk, const struct wci_cab_block *block)
{
    uint8_t *bytes = chunk->bytes;

    memset(bytes, 0, 4); /* no checksum */
    bytes[4] = (uint8_t)block->payload_size;
    bytes[5] = (uint8_t)(block->payload_size >> 8);
    bytes[6] = (uint8_t)block->size;
    bytes[7] = (uint8_t)(block->size >> 8);
    memcpy(bytes + DATA_HEADER_BYTES, block->payload, block->payload_size);
    chunk->size = DATA_HEADER_BYTES + block->payload_size;
}

/* Fetches a block into the chunk that is not being read. */
static void fetch(struct feed *feed)
{
    struct chunk *chunk = &feed->chunks[1 - feed->current];
    struct wci_cab_block block = {0};
    enum wcab_err code;

    chunk->size = 0;
    if (feed->progress->reader_done)
        return;
    code = feed->reader->next(feed->reader->context, &block, &feed->ended_error);
    if (code == WCAB_OK && block.payload != NULL) {
        if (!is_sane(&block))
            code = wci_error_set(&feed->ended_error, WCAB_ERR_CORRUPT,
                                 "block claims %zu bytes in %zu", block.size, block.payload_size);
        else if (feed->served >= BLOCKS_MAX || feed->size_count == QUEUE)
            code = wci_error_set(&feed->ended_error, WCAB_ERR_LIMIT,
                                 "folder is larger than the 2 GB that libmspack reads");
    }
    if (code != WCAB_OK || block.payload == NULL) {
        end_blocks(feed, code);
        return;
    }
    fill_chunk(chunk, &block);
    feed->sizes[(feed->first_size + feed->size_count++) % QUEUE] = (uint16_t)block.size;
}

/* The chunk fetched ahead becomes the current one; false when there is none. */
static bool advance(struct feed *feed)
{
    if (feed->chunks[1 - feed->current].size == 0)
        return false;
    feed->current = 1 - feed->current;
    feed->chunk_at = 0;
    feed->served++;
    fetch(feed);
    return true;
}

/* ---- libmspack's view of files ------------------------------------------------------------ */

/* The two files are told apart by the address that stands for each. */
static struct mspack_file *input_of(struct feed *feed)
{
    return (struct mspack_file *)(void *)&feed->at;
}

static struct mspack_file *output_of(struct feed *feed)
{
    return (struct mspack_file *)(void *)feed;
}

static struct feed *feed_of_input(struct mspack_file *file)
{
    return (struct feed *)(void *)((char *)file - offsetof(struct feed, at));
}

static struct mspack_file *feed_open(struct mspack_system *self, const char *name, int mode)
{
    struct feed *feed = (struct feed *)self;

    (void)name;
    if (mode == MSPACK_SYS_OPEN_WRITE)
        return output_of(feed);
    feed->at = 0;
    return input_of(feed);
}

static void feed_close(struct mspack_file *file)
{
    (void)file;
}

static int feed_read(struct mspack_file *file, void *buffer, int bytes)
{
    struct feed *feed = feed_of_input(file);
    size_t wanted = bytes > 0 ? (size_t)bytes : 0, got = 0;

    if (feed->at < HEAD_BYTES) {
        got = HEAD_BYTES - feed->at < wanted ? HEAD_BYTES - feed->at : wanted;
        memcpy(buffer, feed->head + feed->at, got);
        feed->at += got;
        return (int)got;
    }
    while (got < wanted) {
        struct chunk *chunk = &feed->chunks[feed->current];
        size_t run = chunk->size - feed->chunk_at;

        if (run == 0) {
            if (!advance(feed))
                break;
            continue;
        }
        if (run > wanted - got)
            run = wanted - got;
        memcpy((uint8_t *)buffer + got, chunk->bytes + feed->chunk_at, run);
        feed->chunk_at += run;
        got += run;
    }
    return (int)got;
}

static int feed_write(struct mspack_file *file, void *buffer, int bytes)
{
    struct feed *feed = (struct feed *)(void *)file;

    if (bytes <= 0)
        return 0;
    feed->sink_code = feed->sink->put(feed->sink->context, buffer, (size_t)bytes, feed->err);
    if (feed->sink_code != WCAB_OK)
        return -1;
    feed->progress->decoded += (uint64_t)bytes;
    return bytes;
}

/* Only the header is ever read at chosen places; going to its end means the first block. */
static int feed_seek(struct mspack_file *file, off_t offset, int mode)
{
    struct feed *feed = feed_of_input(file);

    if (mode == MSPACK_SYS_SEEK_CUR)
        offset += (off_t)feed->at;
    if (mode == MSPACK_SYS_SEEK_END || offset < 0 || offset > HEAD_BYTES || feed->served > 0)
        return -1;
    feed->at = (size_t)offset;
    return 0;
}

static off_t feed_tell(struct mspack_file *file)
{
    return (off_t)feed_of_input(file)->at;
}

static void feed_message(struct mspack_file *file, const char *format, ...)
{
    (void)file;
    (void)format;
}

/* Zeroed: what a damaged stream copies from before the folder's start is then always the same. */
static void *feed_alloc(struct mspack_system *self, size_t bytes)
{
    (void)self;
    return calloc(1, bytes);
}

static void feed_copy(void *from, void *to, size_t bytes)
{
    memcpy(to, from, bytes);
}

/* ---- decoding ----------------------------------------------------------------------------- */

static const char *reason_of(int mspack_error)
{
    switch (mspack_error) {
    case MSPACK_ERR_READ:
        return "compressed data end too early";
    case MSPACK_ERR_DATAFORMAT:
        return "compressed data contradict the format";
    default:
        return "compressed data do not decode";
    }
}

/* Decodes block after block until there is none or one fails. */
static enum wcab_err decode_blocks(struct feed *feed, struct mscab_decompressor *cabd,
                                   struct mscabd_file *file)
{
    struct wci_mspack_progress *progress = feed->progress;
    uint64_t offset = 0;

    while (feed->size_count > 0) {
        unsigned size = feed->sizes[feed->first_size];
        int status;

        file->offset = (unsigned)offset;
        file->length = size;
        status = cabd->extract(cabd, file, "out");
        if (feed->sink_code != WCAB_OK)
            return feed->sink_code;
        if (status == MSPACK_ERR_NOMEMORY)
            return wci_error_nomem(feed->err);
        if (status != MSPACK_ERR_OK)
            return wci_error_set_at(feed->err, WCAB_ERR_CORRUPT, offset, "block %lu: %s",
                                    (unsigned long)progress->blocks, reason_of(status));
        offset += size;
        progress->blocks++;
        feed->first_size = (feed->first_size + 1) % QUEUE;
        feed->size_count--;
    }
    if (feed->ended != WCAB_OK && feed->err != NULL)
        *feed->err = feed->ended_error;
    return feed->ended;
}

static enum wcab_err decode_feed(struct feed *feed)
{
    struct mscab_decompressor *cabd = mspack_create_cab_decompressor(&feed->system);
    struct mscabd_cabinet *cabinet;
    enum wcab_err code;

    if (cabd == NULL)
        return wci_error_nomem(feed->err);
    cabinet = cabd->open(cabd, "in");
    if (cabinet == NULL) {
        code = cabd->last_error(cabd) == MSPACK_ERR_NOMEMORY
                   ? wci_error_nomem(feed->err)
                   : wci_error_set(feed->err, WCAB_ERR_UNSUPPORTED,
                                   "libmspack does not take the folder");
    } else {
        feed->folder = cabinet->folders;
        fetch(feed);
        code = decode_blocks(feed, cabd, cabinet->files);
        cabd->close(cabd, cabinet);
    }
    mspack_destroy_cab_decompressor(cabd);
    return code;
}

enum wcab_err wci_decode_mspack(uint16_t type_compress, const struct wci_block_reader *reader,
                                const struct wci_byte_sink *sink,
                                struct wci_mspack_progress *progress, struct wcab_error *err)
{
    struct feed *feed;
    int selftest;
    enum wcab_err code;

    memset(progress, 0, sizeof(*progress));
    MSPACK_SYS_SELFTEST(selftest);
    if (selftest != MSPACK_ERR_OK)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "libmspack was built with another size of file offsets");
    feed = calloc(1, sizeof(*feed));
    if (feed == NULL || !make_head(feed, type_compress)) {
        free(feed);
        return wci_error_nomem(err);
    }
    feed->system = (struct mspack_system){
        .open = feed_open,
        .close = feed_close,
        .read = feed_read,
        .write = feed_write,
        .seek = feed_seek,
        .tell = feed_tell,
        .message = feed_message,
        .alloc = feed_alloc,
        .free = free,
        .copy = feed_copy,
    };
    feed->reader = reader;
    feed->sink = sink;
    feed->err = err;
    feed->progress = progress;
    code = decode_feed(feed);
    free(feed);
    return code;
}
