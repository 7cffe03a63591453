/*
 * fuzz_folder - the folders of a cabinet, decoded: ours, libmspack's, and in salvage.
 *
 * Besides staying within bounds, our decoders must agree with libmspack on every first block that
 * both take for whole.  (On later blocks they may differ: libmspack goes on where it thinks that
 * the one before has ended.)
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "media/cabinet/cab.h"
#include "media/cabinet/cab_folder.h"

enum { FOLDERS_MAX = 4, BYTES_MAX = 4 << 20 };

/* Keeps the first block and counts the rest. */
struct taken {
    uint8_t first[WCI_CAB_BLOCK_BYTES];
    size_t size;
};

static enum wcab_err take(void *context, const uint8_t *data, size_t size, struct wcab_error *err)
{
    struct taken *taken = context;

    if (taken->size < sizeof(taken->first)) {
        size_t room = sizeof(taken->first) - taken->size;

        memcpy(taken->first + taken->size, data, size < room ? size : room);
    }
    taken->size += size;
    return taken->size > BYTES_MAX ? wci_error_set(err, WCAB_ERR_CANCELLED, "enough") : WCAB_OK;
}

static void ignore_damage(void *context, const struct wci_damage *damage)
{
    uint64_t *end = context;

    if (damage->intact > damage->size || damage->size > WCI_CAB_BLOCK_BYTES)
        abort();
    *end = damage->offset + damage->size;
}

static enum wcab_err open_folder(const struct wci_cab_part *part, bool salvage,
                                 struct wci_cab_folder_reader **reader)
{
    struct wci_cab_folder_options options = {.salvage = salvage};

    return wci_cab_folder_open(part, 1, &options, reader, NULL);
}

static void decode_all(const struct wci_cab_part *part, enum wci_decoder_choice choice,
                       bool salvage)
{
    struct wci_cab_folder_reader *reader = NULL;
    struct wci_block_reader blocks;
    struct taken taken = {.size = 0};
    struct wci_byte_sink sink = {&taken, take};
    uint64_t end = 0;
    struct wci_damage_sink damages = {&end, ignore_damage};

    if (open_folder(part, salvage, &reader) != WCAB_OK)
        return;
    blocks = wci_cab_folder_blocks(reader);
    if (salvage)
        (void)wci_decode_folder_salvage(wci_cab_folder_type(reader), choice, &blocks, &sink,
                                        &damages, NULL);
    else
        (void)wci_decode_folder(wci_cab_folder_type(reader), choice, &blocks, &sink, NULL);
    wci_cab_folder_close(reader);
}

/* Gives one block, then the end. */
struct one_block {
    struct wci_cab_block block;
    bool given;
};

static enum wcab_err give_once(void *context, struct wci_cab_block *block, struct wcab_error *err)
{
    struct one_block *one = context;

    (void)err;
    if (!one->given)
        *block = one->block;
    one->given = true;
    return WCAB_OK;
}

static void compare_first(const struct wci_cab_part *part)
{
    struct wci_cab_folder_reader *reader = NULL;
    struct wci_block_reader blocks;
    struct one_block one = {.given = false};
    struct wci_block_reader once = {&one, give_once};
    struct taken taken = {.size = 0};
    struct wci_byte_sink sink = {&taken, take};
    struct wci_block_decoder *decoder = NULL;
    struct wci_decoded_block decoded;
    uint16_t type;

    if (open_folder(part, true, &reader) != WCAB_OK)
        return;
    blocks = wci_cab_folder_blocks(reader);
    type = wci_cab_folder_type(reader);
    if (blocks.next(blocks.context, &one.block, NULL) != WCAB_OK || one.block.payload == NULL ||
        wci_decode_open(type, &decoder, NULL) != WCAB_OK)
        goto out;
    one.block.flags = 0;
    if (wci_decode_block(decoder, &one.block, &decoded, NULL) != WCAB_OK)
        goto out;
    if (decoded.size != one.block.size)
        abort();
    if (decoded.used_bits <= one.block.payload_size * 8 &&
        wci_decode_folder(type, WCI_DECODER_LIBMSPACK, &once, &sink, NULL) == WCAB_OK &&
        (taken.size != decoded.size || memcmp(taken.first, decoded.data, decoded.size) != 0))
        abort();
out:
    wci_decode_close(decoder);
    wci_cab_folder_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_guarded guarded = fuzz_guard(data, size);
    struct wci_source *source = fuzz_source(&guarded);
    struct wci_arena *arena = wci_arena_new();
    struct wci_visitor visitor = {.fault = NULL};
    struct wci_container container = {.cab = NULL};
    uint32_t i;

    if (wci_cab_read(source, 0, arena, &visitor, &container, NULL) == WCAB_OK) {
        for (i = 0; i < container.cab->folder_count && i < FOLDERS_MAX; i++) {
            struct wci_cab_part part = {.source = source, .cab = container.cab, .folder = i};

            decode_all(&part, WCI_DECODER_BEST, false);
            decode_all(&part, WCI_DECODER_BEST, true);
            decode_all(&part, WCI_DECODER_LIBMSPACK, true);
            compare_first(&part);
        }
    }
    wci_arena_free(arena);
    wci_source_close(source);
    fuzz_unguard(&guarded);
    return 0;
}
