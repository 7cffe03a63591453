/*
 * fuzz_lzx - one LZX frame, decoded by us and by libmspack.
 *
 * The first byte chooses the window, the next two the frame's size; the rest is its payload. Where both
 * take it for whole they must agree. Ours may refuse what libmspack takes: distances of 0 and beyond the
 * window, runs of lengths over the end of a code.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "media/cabinet/decode.h"

enum { WINDOW_LEAST = 15, WINDOWS = 7, HEAD = 3 };

struct frame {
    struct wci_cab_block block;
    bool given;
};

static enum wcab_err give_once(void *context, struct wci_cab_block *block, struct wcab_error *err)
{
    struct frame *frame = context;

    (void)err;
    if (!frame->given)
        *block = frame->block;
    frame->given = true;
    return WCAB_OK;
}

struct taken {
    uint8_t bytes[WCI_CAB_BLOCK_BYTES];
    size_t size;
};

static enum wcab_err take(void *context, const uint8_t *data, size_t size, struct wcab_error *err)
{
    struct taken *taken = context;

    (void)err;
    if (size > sizeof(taken->bytes) - taken->size)
        abort();
    memcpy(taken->bytes + taken->size, data, size);
    taken->size += size;
    return WCAB_OK;
}

static void compare(uint16_t type, struct frame *frame, const struct wci_decoded_block *decoded)
{
    struct wci_block_reader reader = {frame, give_once};
    struct taken taken = {.size = 0};
    struct wci_byte_sink sink = {&taken, take};

    if (wci_decode_folder(type, WCI_DECODER_LIBMSPACK, &reader, &sink, NULL) == WCAB_OK &&
        (taken.size != decoded->size || memcmp(taken.bytes, decoded->data, taken.size) != 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct frame frame = {.given = false};
    struct wci_block_decoder *decoder = NULL;
    struct wci_decoded_block decoded;
    uint16_t type;

    if (size <= HEAD || size - HEAD > WCI_CAB_PAYLOAD_BYTES)
        return 0;
    type = (uint16_t)(3 | (WINDOW_LEAST + data[0] % WINDOWS) << 8);
    frame.block.size = (data[1] | (size_t)data[2] << 8) % WCI_CAB_BLOCK_BYTES + 1;
    frame.block.payload = data + HEAD;
    frame.block.payload_size = size - HEAD;
    if (wci_decode_open(type, &decoder, NULL) != WCAB_OK)
        return 0;
    if (wci_decode_block(decoder, &frame.block, &decoded, NULL) == WCAB_OK) {
        if (decoded.size != frame.block.size)
            abort();
        /* the last word may be half: libmspack wants all of it */
        if (decoded.used_bits <= frame.block.payload_size * 8)
            compare(type, &frame, &decoded);
    } else if (decoded.size > frame.block.size) {
        abort();
    }
    wci_decode_close(decoder);
    return 0;
}
