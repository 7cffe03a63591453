/*
 * folder_maker - see folder_maker.h.
 */
#include "folder_maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lzx.h"
#include "mszip.h"
#include "quantum.h"

static void fail(const char *what)
{
    printf("folder_maker: %s\n", what);
    exit(2);
}

static uint32_t random_next(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

/* One stretch of mixed contents; returns its length. */
static size_t mix(uint8_t *data, size_t at, size_t room, uint32_t *state)
{
    static const char *const words[] = {"the ", "cabinet ", "SETUP", ".DLL", "\r\n", "folder "};
    size_t length = 1 + random_next(state) % 300, distance, i;
    uint32_t kind = random_next(state) % 8;

    length = length < room ? length : room;
    distance = at > 0 ? 1 + (((size_t)random_next(state) << 8 | random_next(state)) % at) : 0;
    for (i = 0; i < length; i++) {
        const char *word = words[random_next(state) % 6];

        if (kind == 0 && distance > 0) /* far repeat */
            data[at + i] = data[at + i - distance];
        else if (kind == 1 && at > 40) /* short period */
            data[at + i] = data[at + i - 1 - length % 20];
        else if (kind == 2) /* noise */
            data[at + i] = (uint8_t)random_next(state);
        else if (kind == 3) /* a table of numbers */
            data[at + i] = (uint8_t)(i % 4 == 0 ? i / 4 : 0);
        else if (kind == 4) /* calls, forward and back, and such that only look so */
            data[at + i] = (uint8_t)(i % 5 == 0   ? 0xE8
                                     : i % 5 < 3  ? random_next(state)
                                     : i % 15 < 5 ? 0xFF
                                                  : random_next(state) % 2);
        else if (i + strlen(word) <= length) { /* words */
            memcpy(data + at + i, word, strlen(word));
            i += strlen(word) - 1;
        } else
            data[at + i] = ' ';
    }
    return length;
}

static void make_contents(uint8_t *data, size_t size, enum contents contents, uint32_t seed)
{
    uint32_t state = seed;
    size_t at;

    for (at = 0; at < size;) {
        if (contents == CONTENTS_MIXED)
            at += mix(data, at, size - at, &state);
        else
            data[at++] = contents == CONTENTS_NOISE ? (uint8_t)random_next(&state) : 0x90;
    }
}

static void compress_frames(struct made_folder *folder, int for_mspack)
{
    unsigned window = folder->type_compress >> 8 & 31U, method = folder->type_compress & 15U;
    struct wcgen_quantum encoder = {0};
    size_t i;

    if (method == 2)
        wcgen_quantum_start(&encoder, window, !for_mspack);
    for (i = 0; i < folder->count; i++) {
        struct wcgen_buffer out = {0};
        size_t offset = i * WCI_CAB_BLOCK_BYTES, size = folder_block_size(folder, i);

        if (method == 0)
            wcgen_buffer_append(&out, folder->data + offset, size);
        else if (method == 1)
            wcgen_mszip_encode(folder->data, offset, size, &out);
        else
            wcgen_quantum_encode(&encoder, folder->data, offset, size, 0, &out);
        folder->payloads[i] = out.bytes;
        folder->payload_sizes[i] = out.length;
    }
    if (method == 2)
        wcgen_quantum_free(&encoder);
}

static void start_folder(struct made_folder *folder, uint16_t type_compress, enum contents contents,
                         size_t size, uint32_t seed)
{
    memset(folder, 0, sizeof(*folder));
    folder->type_compress = type_compress;
    folder->size = size;
    folder->count = (size + WCI_CAB_BLOCK_BYTES - 1) / WCI_CAB_BLOCK_BYTES;
    folder->data = malloc(size + 1);
    folder->payloads = calloc(folder->count + 1, sizeof(*folder->payloads));
    folder->payload_sizes = calloc(folder->count + 1, sizeof(*folder->payload_sizes));
    if (folder->data == NULL || folder->payloads == NULL || folder->payload_sizes == NULL)
        fail("out of memory");
    make_contents(folder->data, size, contents, seed);
}

static void compress_lzx(struct made_folder *folder, const struct wcgen_lzx *how)
{
    struct wcgen_buffer *frames = wcgen_util_alloc(folder->count, sizeof(*frames));
    size_t i;

    wcgen_lzx_encode(how, folder->data, folder->size, frames);
    for (i = 0; i < folder->count; i++) {
        folder->payloads[i] = frames[i].bytes;
        folder->payload_sizes[i] = frames[i].length;
    }
    free(frames);
}

void folder_make(struct made_folder *folder, uint16_t type_compress, enum contents contents,
                 size_t size, uint32_t seed, int for_mspack)
{
    start_folder(folder, type_compress, contents, size, seed);
    if ((type_compress & 15) != TYPE_LZX)
        compress_frames(folder, for_mspack);
    else
        compress_lzx(folder, &(struct wcgen_lzx){.window_bits = type_compress >> 8 & 31U,
                                                 .blocks = contents == CONTENTS_NOISE ? "u" : "v"});
}

void folder_make_lzx(struct made_folder *folder, const struct wcgen_lzx *how,
                     enum contents contents, size_t size, uint32_t seed)
{
    start_folder(folder, (uint16_t)(TYPE_LZX | how->window_bits << 8), contents, size, seed);
    compress_lzx(folder, how);
}

void folder_free(struct made_folder *folder)
{
    size_t i;

    for (i = 0; i < folder->count; i++)
        free(folder->payloads[i]);
    free(folder->payloads);
    free(folder->payload_sizes);
    free(folder->data);
    memset(folder, 0, sizeof(*folder));
}

size_t folder_block_size(const struct made_folder *folder, size_t block)
{
    size_t left = folder->size - block * WCI_CAB_BLOCK_BYTES;

    return left < WCI_CAB_BLOCK_BYTES ? left : WCI_CAB_BLOCK_BYTES;
}

static enum wcab_err feed_next(void *context, struct wci_cab_block *block, struct wcab_error *err)
{
    struct folder_feed *feed = context;
    size_t at = feed->next;

    if (at == feed->end)
        return feed->failing == WCAB_OK ? WCAB_OK
                                        : wci_error_set(err, feed->failing, "the reader's own");
    feed->next++;
    block->size = folder_block_size(feed->folder, at);
    block->payload = feed->folder->payloads[at];
    block->payload_size = feed->folder->payload_sizes[at];
    if (at == feed->flagged)
        block->flags = feed->lost;
    if (block->flags & WCI_BLOCK_LOST)
        block->payload = NULL;
    return WCAB_OK;
}

struct wci_block_reader folder_feed(struct folder_feed *feed, const struct made_folder *folder)
{
    struct wci_block_reader reader = {feed, feed_next};

    memset(feed, 0, sizeof(*feed));
    feed->folder = folder;
    feed->end = folder->count;
    feed->flagged = SIZE_MAX;
    return reader;
}

static enum wcab_err keep(void *context, const uint8_t *data, size_t size, struct wcab_error *err)
{
    struct kept_bytes *kept = context;

    if (kept->size + size > kept->capacity) {
        kept->capacity = 2 * (kept->size + size);
        kept->data = realloc(kept->data, kept->capacity);
        if (kept->data == NULL)
            fail("out of memory");
    }
    memcpy(kept->data + kept->size, data, size);
    kept->size += size;
    if (kept->enough > 0 && kept->size >= kept->enough)
        return wci_error_set(err, WCAB_ERR_CANCELLED, "enough");
    return WCAB_OK;
}

struct wci_byte_sink kept_sink(struct kept_bytes *kept)
{
    struct wci_byte_sink sink = {kept, keep};

    memset(kept, 0, sizeof(*kept));
    return sink;
}

void kept_free(struct kept_bytes *kept)
{
    free(kept->data);
    memset(kept, 0, sizeof(*kept));
}
