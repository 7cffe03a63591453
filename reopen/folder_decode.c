/*
 * folder_decode - see folder_decode.h.
 */
#include "reopen/folder_decode.h"

#include <stdlib.h>
#include <string.h>

#include "core/error.h"
#include "core/mem.h"
#include "media/cabinet/cab_folder.h"

/* Why the last block that the reader gave is not sound; damages of the decoder name only that. */
struct relay {
    const struct wci_folder_parts *parts;
    const struct wci_damage_sink *damages;
    struct wcab_error reason; /* of the reader's last fault, with its cabinet */
    uint32_t reason_block;
    bool has_reason;
};

static void on_fault(void *context, const struct wci_cab_fault *fault)
{
    struct relay *relay = context;
    struct wci_bytes cabinet = {NULL, 0};

    if (fault->place.part < relay->parts->opened)
        cabinet = relay->parts->parts[fault->place.part].name;
    if (cabinet.length == 0)
        relay->reason = fault->error;
    else
        wci_error_set_at(&relay->reason, fault->error.code, fault->error.offset,
                         "%.*s, byte %llu: %.150s", (int)cabinet.length, cabinet.data,
                         (unsigned long long)fault->place.offset, fault->error.text);
    relay->reason_block = fault->place.block;
    relay->has_reason = true;
}

/* Puts the reader's reason, which knows the cabinet's bytes, in place of the decoder's. */
static void on_damage(void *context, const struct wci_damage *damage)
{
    struct relay *relay = context;
    struct wci_damage told = *damage;

    if (relay->has_reason && relay->reason_block == damage->block)
        told.error = relay->reason;
    relay->damages->damage(relay->damages->context, &told);
}

enum wcab_err wci_folder_blocks_open(const struct wci_folder_parts *parts,
                                     const struct wci_cab_folder_options *options,
                                     struct wci_cab_folder_reader **reader, struct wcab_error *err)
{
    struct wci_cab_part *cab_parts = wci_mem_calloc(parts->opened, sizeof(*cab_parts));
    enum wcab_err code;
    size_t i;

    if (parts->opened == 0)
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "no cabinet of the folder is at hand");
    if (cab_parts == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < parts->opened; i++) {
        cab_parts[i].source = wci_opened_source(parts->parts[i].opened);
        cab_parts[i].cab = parts->parts[i].cab;
        cab_parts[i].folder = parts->parts[i].folder;
    }
    code = wci_cab_folder_open(cab_parts, parts->opened, options, reader, err);
    free(cab_parts);
    return code;
}

enum wcab_err wci_folder_decode(const struct wci_folder_parts *parts,
                                enum wci_decoder_choice choice, const struct wci_byte_sink *sink,
                                const struct wci_damage_sink *damages, struct wcab_error *err)
{
    struct relay relay = {.parts = parts, .damages = damages};
    struct wci_damage_sink relayed = {&relay, on_damage};
    struct wci_cab_folder_options options = {.salvage = true, .context = &relay, .fault = on_fault};
    struct wci_cab_folder_reader *reader = NULL;
    struct wci_block_reader blocks;
    enum wcab_err code = wci_folder_blocks_open(parts, &options, &reader, err);

    if (code != WCAB_OK)
        return code;
    blocks = wci_cab_folder_blocks(reader);
    code = wci_decode_folder_salvage(wci_cab_folder_type(reader), choice, &blocks, sink, &relayed,
                                     err);
    wci_cab_folder_close(reader);
    return code;
}
