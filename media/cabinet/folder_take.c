/*
 * folder_take - see folder_take.h.
 */
#include "media/cabinet/folder_take.h"

#include <stdlib.h>

/* ---- cutting the stream into files -------------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
    const struct wci_folder_file *x = a;
    const struct wci_folder_file *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (x->size > y->size) - (x->size < y->size);
}

static void prepare(struct wci_folder_take *take)
{
    size_t i;

    if (take->count > 0)
        qsort(take->files, take->count, sizeof(*take->files), by_start);
    for (i = 0; i < take->count; i++) {
        take->files[i].begun = take->files[i].ended = false;
        take->files[i].done = 0;
    }
    take->first = 0;
    take->at = 0;
    take->refused = false;
}

/* Hands over what a run of the folder holds of one file. */
static enum wcab_err feed(struct wci_folder_take *take, struct wci_folder_file *file,
                          const uint8_t *data, size_t size, struct wcab_error *err)
{
    uint64_t from = file->start + file->done;
    uint64_t left = file->size - file->done;
    enum wcab_err code = WCAB_OK;
    size_t skip, piece;

    if (!file->begun) {
        file->begun = true;
        code = take->begin(file, err);
    }
    skip = from > take->at ? (size_t)(from - take->at) : 0;
    piece = size - skip;
    if (piece > left)
        piece = (size_t)left;
    if (code == WCAB_OK && piece > 0)
        code = take->put(file, data + skip, piece, err);
    file->done += piece;
    if (code == WCAB_OK && file->done == file->size) {
        file->ended = true;
        code = take->end(file, err);
        file->ended = code == WCAB_OK;
    }
    take->refused = code != WCAB_OK;
    return code;
}

static enum wcab_err on_bytes(void *context, const uint8_t *data, size_t size,
                              struct wcab_error *err)
{
    struct wci_folder_take *take = context;
    uint64_t run_end = take->at + size;
    enum wcab_err code = WCAB_OK;
    size_t i, active = 0;

    for (i = take->first; code == WCAB_OK && i < take->count; i++) {
        struct wci_folder_file *file = &take->files[i];

        if (file->start > run_end || (file->start == run_end && file->size > 0))
            break;
        if (file->ended)
            continue;
        if (active == WCI_FOLDER_TAKE_OVERLAP)
            break;
        code = feed(take, file, data, size, err);
        active += !file->ended;
    }
    take->at = run_end;
    if (code != WCAB_OK)
        return code;
    while (take->first < take->count &&
           (take->files[take->first].ended ||
            take->files[take->first].start + take->files[take->first].size <= take->at))
        take->first++;
    return take->first == take->count ? WCI_SINK_ENOUGH : WCAB_OK;
}

/* Files of no bytes that were not begun need no more, wherever they should lie, and though the
 * folder has no block at all. */
static enum wcab_err end_empty(struct wci_folder_take *take, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < take->count; i++) {
        struct wci_folder_file *file = &take->files[i];

        if (!file->ended && file->size == 0)
            code = feed(take, file, NULL, 0, err);
    }
    return code;
}

/* ---- decoding ----------------------------------------------------------------------------- */

/* Why the last block that the reader gave is not sound; damages of the decoder name only that. */
struct relay {
    struct wci_damage_sink damages;
    const struct wci_cab_part *parts;
    size_t part_count;
    struct wcab_error reason; /* of the reader's last fault, with its cabinet */
    uint32_t reason_block;
    bool has_reason;
};

static void on_fault(void *context, const struct wci_cab_fault *fault)
{
    struct relay *relay = context;
    struct wci_bytes cabinet = {NULL, 0};

    if (fault->place.part < relay->part_count)
        cabinet = relay->parts[fault->place.part].name;
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
    relay->damages.damage(relay->damages.context, &told);
}

static enum wcab_err decode(struct wci_folder_take *take, const struct wci_cab_part *parts,
                            size_t count, struct wcab_error *err)
{
    struct relay relay = {wci_damage_list_sink(&take->damages), parts, count, .has_reason = false};
    struct wci_damage_sink damages = {&relay, on_damage};
    struct wci_byte_sink sink = {take, on_bytes};
    struct wci_cab_folder_options options = {
        .salvage = take->salvage, .context = &relay, .fault = on_fault};
    struct wci_cab_folder_reader *reader = NULL;
    struct wci_block_reader blocks;
    uint16_t type;
    enum wcab_err code = wci_cab_folder_open(parts, count, &options, &reader, err);

    if (code != WCAB_OK)
        return code;
    blocks = wci_cab_folder_blocks(reader);
    type = wci_cab_folder_type(reader);
    code = take->salvage
               ? wci_decode_folder_salvage(type, take->decoder, &blocks, &sink, &damages, err)
               : wci_decode_folder(type, take->decoder, &blocks, &sink, err);
    wci_cab_folder_close(reader);
    return take->damages.nomem ? wci_error_nomem(err) : code;
}

enum wcab_err wci_folder_take_run(struct wci_folder_take *take, const struct wci_cab_part *parts,
                                  size_t count, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;

    prepare(take);
    if (take->count > 0 && count > 0)
        code = decode(take, parts, count, &take->broken);
    if (code == WCAB_OK)
        take->broken.code = WCAB_OK;
    if (!wci_error_ends_run(code) && !take->refused) {
        struct wcab_error why;

        if (end_empty(take, &why) != WCAB_OK)
            code = wci_error_copy(&take->broken, &why);
    }
    return code == WCAB_OK ? WCAB_OK : wci_error_copy(err, &take->broken);
}

/* ---- how it came out ---------------------------------------------------------------------- */

enum wci_taken wci_folder_take_outcome(const struct wci_folder_take *take,
                                       const struct wci_folder_file *file, struct wcab_error *why)
{
    const struct wci_damage *damage = wci_damage_list_find(&take->damages, file->start, file->size);
    bool missing = take->missing.code != WCAB_OK;

    if (damage == NULL && file->ended)
        return WCI_TAKEN_WHOLE;
    if (missing && (damage == NULL || damage->error.code == WCAB_ERR_NOTFOUND)) {
        *why = take->missing;
        return WCI_TAKEN_MISSING;
    }
    if (damage != NULL)
        wci_damage_list_error(damage, why);
    else if (take->broken.code != WCAB_OK)
        *why = take->broken;
    else
        wci_error_set_at(why, WCAB_ERR_CORRUPT, take->at,
                         "its folder ends at byte %llu, before the file's end",
                         (unsigned long long)take->at);
    return WCI_TAKEN_DAMAGED;
}

void wci_folder_take_free(struct wci_folder_take *take)
{
    wci_damage_list_free(&take->damages);
}
