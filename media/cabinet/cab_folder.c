/*
 * cab_folder - see cab_folder.h.
 *
 * Where the format lies: cbData and cbUncomp may be anything in damaged cabinets; a checksum of 0
 * means that none was computed; cCFData counts parts of blocks, so that the numbers of all cabinets
 * together exceed the folder's number of blocks by one for each join.
 */
#include "media/cabinet/cab_folder.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "media/bytes/filler.h"

enum {
    DATA_HEADER = 8,
    RESERVE_MAX = 255,
    READ_AHEAD = 256 * 1024,
    SECTOR = 2048 /* what is given up around a read error */
};

/* One CFDATA as it lies in its cabinet. */
struct cab_data {
    uint32_t checksum;
    uint16_t payload_size; /* cbData */
    uint16_t size;         /* cbUncomp; 0: the block goes on in the next cabinet */
    const uint8_t *reserve, *payload;
};

struct wci_cab_folder_reader {
    struct wci_cab_folder_options options;
    struct wci_cab_part *parts;
    size_t part_count;

    size_t part;          /* the part that is being read */
    uint32_t data;        /* number of the next CFDATA in it */
    uint64_t at;          /* where that one lies, from the cabinet's start */
    uint64_t part_end;    /* where the folder's data in this cabinet end, as far as is known */
    uint32_t lost_blocks; /* to be given as lost before anything else */
    bool entered;         /* `at` and `part_end` are those of `part` */
    bool joining;         /* the block began in an earlier part */
    bool tail_only;       /* a block's beginning is lost, its end may come first in the part */
    bool tail_counts;     /* if it doesn't, that block is lost and not counted yet */
    bool done;            /* nothing comes any more */
    struct wci_cab_place place; /* of the block given last */
    struct wci_cab_place next;  /* block and decoded: of the block that comes next */

    uint8_t *ahead;       /* bytes of the part's source */
    uint64_t ahead_start; /* where they begin, from the cabinet's start */
    size_t ahead_size;

    size_t joined_size;
    uint8_t joined[WCI_CAB_PAYLOAD_BYTES];
};

/* ---- checksum ----------------------------------------------------------------------------- */

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* XOR of little-endian words; up to three bytes that are left count with the first one highest. */
static uint32_t xor_words(const uint8_t *bytes, size_t size)
{
    uint64_t wide[4] = {0};
    uint32_t sum, rest = 0;
    uint8_t folded[8];

    for (; size >= sizeof(wide); size -= sizeof(wide), bytes += sizeof(wide)) {
        uint64_t four[4];

        memcpy(four, bytes, sizeof(four));
        wide[0] ^= four[0];
        wide[1] ^= four[1];
        wide[2] ^= four[2];
        wide[3] ^= four[3];
    }
    wide[0] ^= wide[1] ^ wide[2] ^ wide[3];
    memcpy(folded, wide, sizeof(folded));
    sum = word_at(folded) ^ word_at(folded + 4);
    for (; size >= 4; size -= 4, bytes += 4)
        sum ^= word_at(bytes);
    for (; size > 0; size--, bytes++)
        rest = rest << 8 | *bytes;
    return sum ^ rest;
}

uint32_t wci_cab_folder_checksum(const uint8_t *payload, size_t payload_size, uint16_t size,
                                 const uint8_t *reserve, size_t reserve_size)
{
    uint32_t sum = xor_words(payload, payload_size);

    if (reserve != NULL)
        sum ^= xor_words(reserve, reserve_size);
    return sum ^ ((uint32_t)payload_size | (uint32_t)size << 16);
}

/* ---- bytes -------------------------------------------------------------------------------- */

static const struct wci_cab_part *part_of(const struct wci_cab_folder_reader *reader)
{
    return &reader->parts[reader->part];
}

/* Bytes from the cabinet's start to the source's end. */
static uint64_t room_of(const struct wci_cab_part *part)
{
    uint64_t size = wci_source_size(part->source);

    return part->offset < size ? size - part->offset : 0;
}

/* Makes `wanted` bytes at `at` of the cabinet ready in `ahead`, reading on as far as the folder's
 * data are likely to go.  The range lies within the source. */
static enum wcab_err look_ahead(struct wci_cab_folder_reader *reader, uint64_t at, size_t wanted,
                                struct wcab_error *err)
{
    const struct wci_cab_part *part = part_of(reader);
    uint64_t skip = at - reader->ahead_start, end;
    size_t kept, more;
    enum wcab_err code;

    if (at < reader->ahead_start || skip > reader->ahead_size) {
        reader->ahead_size = 0;
        skip = 0;
    }
    kept = reader->ahead_size - (size_t)skip;
    if (kept >= wanted)
        return WCAB_OK;
    memmove(reader->ahead, reader->ahead + skip, kept);
    reader->ahead_start = at;
    reader->ahead_size = kept;
    end = reader->part_end > at + wanted ? reader->part_end : at + wanted;
    more = end - at < READ_AHEAD ? (size_t)(end - at) - kept : READ_AHEAD - kept;
    code =
        wci_source_read_at(part->source, part->offset + at + kept, reader->ahead + kept, more, err);
    if (code != WCAB_OK && more > wanted - kept) { /* the trouble may lie behind what is wanted */
        more = wanted - kept;
        code = wci_source_read_at(part->source, part->offset + at + kept, reader->ahead + kept,
                                  more, err);
    }
    if (code == WCAB_OK)
        reader->ahead_size += more;
    return code;
}

/* As look_ahead, with zeroes for sectors that can't be read. */
static void look_ahead_salvage(struct wci_cab_folder_reader *reader, uint64_t at, size_t wanted)
{
    const struct wci_cab_part *part = part_of(reader);
    size_t done = 0;

    reader->ahead_start = at;
    reader->ahead_size = wanted;
    while (done < wanted) {
        uint64_t offset = part->offset + at + done;
        size_t run = (size_t)(SECTOR - offset % SECTOR);

        run = run < wanted - done ? run : wanted - done;
        if (wci_source_read_at(part->source, offset, reader->ahead + done, run, NULL) != WCAB_OK)
            memset(reader->ahead + done, 0, run);
        done += run;
    }
}

/* ---- faults ------------------------------------------------------------------------------- */

/* Gives err the offset in the cabinet and the number of the CFDATA. */
static void place_error(const struct wci_cab_folder_reader *reader, struct wcab_error *err)
{
    struct wcab_error reason = *err;

    wci_error_set_at(err, reason.code, reader->at, "CFDATA %lu: %s", (unsigned long)reader->data,
                     reason.text);
    err->sys = reason.sys;
}

static void tell(const struct wci_cab_folder_reader *reader, const struct wcab_error *error)
{
    struct wci_cab_fault fault = {.error = *error};

    if (reader->options.fault == NULL)
        return;
    fault.place = reader->next;
    fault.place.part = reader->part;
    fault.place.data = reader->data;
    fault.place.offset = reader->at;
    reader->options.fault(reader->options.context, &fault);
}

/* ---- CFDATA ------------------------------------------------------------------------------- */

static enum wcab_err outside(const struct wci_cab_part *part, size_t wanted, struct wcab_error *err)
{
    return wci_error_set(err, WCAB_ERR_CORRUPT,
                         "%zu bytes would lie outside of the cabinet file's %llu", wanted,
                         (unsigned long long)room_of(part));
}

/* Header and reserve; payload is not there yet. */
static enum wcab_err read_data_header(struct wci_cab_folder_reader *reader, struct cab_data *data,
                                      struct wcab_error *err)
{
    const struct wci_cab_part *part = part_of(reader);
    size_t wanted = DATA_HEADER + (size_t)part->cab->data_reserve;
    uint64_t room = room_of(part);
    struct wci_cursor cursor;
    enum wcab_err code;

    if (reader->at > room || wanted > room - reader->at)
        return outside(part, wanted, err);
    code = look_ahead(reader, reader->at, wanted, err);
    if (code != WCAB_OK)
        return code;
    cursor = wci_cursor_of(reader->ahead + (reader->at - reader->ahead_start), wanted);
    data->checksum = wci_cursor_u32(&cursor);
    data->payload_size = wci_cursor_u16(&cursor);
    data->size = wci_cursor_u16(&cursor);
    if (data->size > WCI_CAB_BLOCK_BYTES)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "claims %u bytes uncompressed, more than %u",
                             (unsigned)data->size, WCI_CAB_BLOCK_BYTES);
    if (data->payload_size > WCI_CAB_PAYLOAD_BYTES)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "claims %u bytes compressed, more than %u",
                             (unsigned)data->payload_size, WCI_CAB_PAYLOAD_BYTES);
    if (data->size == 0 && reader->data + 1 < part->cab->folders[part->folder].block_count)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "goes on in the next cabinet, but more blocks follow it here");
    if (data->payload_size > room - reader->at - wanted)
        return outside(part, data->payload_size, err);
    return WCAB_OK;
}

static enum wcab_err read_payload(struct wci_cab_folder_reader *reader, struct cab_data *data,
                                  struct wcab_error *err)
{
    size_t head = DATA_HEADER + (size_t)part_of(reader)->cab->data_reserve;
    size_t wanted = head + data->payload_size;
    enum wcab_err code = look_ahead(reader, reader->at, wanted, err);

    if (code != WCAB_OK && !reader->options.salvage)
        return code;
    if (code != WCAB_OK)
        look_ahead_salvage(reader, reader->at, wanted);
    data->reserve = reader->ahead + (reader->at - reader->ahead_start) + DATA_HEADER;
    data->payload = data->reserve + (head - DATA_HEADER);
    return code;
}

/* Writers differ in whether the reserve is covered. */
static bool is_checksum_right(const struct cab_data *data, size_t reserve_size)
{
    if (data->checksum == 0)
        return true;
    if (wci_cab_folder_checksum(data->payload, data->payload_size, data->size, NULL, 0) ==
        data->checksum)
        return true;
    return reserve_size > 0 &&
           wci_cab_folder_checksum(data->payload, data->payload_size, data->size, data->reserve,
                                   reserve_size) == data->checksum;
}

/* A block without a checksum may still show that its sector was never read. */
static enum wcab_err check_payload(const struct wci_cab_folder_reader *reader,
                                   const struct cab_data *data, struct wcab_error *err)
{
    const struct wci_cab_part *part = part_of(reader);
    size_t head = (size_t)(data->payload - reader->ahead);
    bool right = is_checksum_right(data, part->cab->data_reserve);

    if (right && data->checksum != 0)
        return WCAB_OK;
    if (wci_filler_find(data->payload, data->payload_size,
                        part->offset + reader->ahead_start + head) < data->payload_size)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "holds " WCI_FILLER_TEXT ", the filler of a sector that could not be "
                             "read");
    return right ? WCAB_OK : wci_error_set(err, WCAB_ERR_CORRUPT, "wrong checksum");
}

/* Reads the next CFDATA of the part; the payload is borrowed until the next read.  In salvage,
 * *damaged is set for what is wrong but there, and only a useless header is an error. */
static enum wcab_err read_data(struct wci_cab_folder_reader *reader, struct cab_data *data,
                               bool *damaged, struct wcab_error *err)
{
    const struct wci_cab_part *part = part_of(reader);
    enum wcab_err code = read_data_header(reader, data, err);

    if (code != WCAB_OK)
        return code;
    code = read_payload(reader, data, err);
    if (code == WCAB_OK)
        code = check_payload(reader, data, err);
    if (code != WCAB_OK) {
        if (!reader->options.salvage)
            return code;
        place_error(reader, err);
        tell(reader, err);
        *damaged = true;
    }
    reader->at += DATA_HEADER + (uint64_t)part->cab->data_reserve + data->payload_size;
    reader->data++;
    return WCAB_OK;
}

/* ---- parts -------------------------------------------------------------------------------- */

/* Where the next folder's data begin in the cabinet, or where it ends. */
static uint64_t likely_end(const struct wci_cab_part *part)
{
    const struct wci_cab *cab = part->cab;
    uint32_t start = cab->folders[part->folder].first_block, i;
    uint64_t end = cab->size, room = room_of(part);

    for (i = 0; i < cab->folder_count; i++) {
        if (cab->folders[i].first_block > start && cab->folders[i].first_block < end)
            end = cab->folders[i].first_block;
    }
    return end < room ? end : room;
}

static void enter_part(struct wci_cab_folder_reader *reader)
{
    const struct wci_cab_part *part = part_of(reader);

    reader->entered = true;
    reader->data = 0;
    reader->ahead_size = 0;
    if (part->source != NULL) {
        reader->at = part->cab->folders[part->folder].first_block;
        reader->part_end = likely_end(part);
        reader->ahead_start = reader->at;
    }
}

static void leave_part(struct wci_cab_folder_reader *reader)
{
    reader->entered = false;
    reader->part++;
}

static bool is_part_over(const struct wci_cab_folder_reader *reader)
{
    const struct wci_cab_part *part = part_of(reader);

    return reader->data >= part->cab->folders[part->folder].block_count;
}

/* Whether a payload can be the beginning of a block.  Only stored blocks and MSZIP show it. */
static bool can_begin_block(const struct wci_cab_folder_reader *reader, const struct cab_data *data)
{
    switch (wci_decode_method(wci_cab_folder_type(reader))) {
    case WCI_METHOD_STORED:
        return data->payload_size == data->size;
    case WCI_METHOD_MSZIP:
        return data->payload_size >= 2 && memcmp(data->payload, "CK", 2) == 0;
    default:
        return false;
    }
}

/* ---- blocks ------------------------------------------------------------------------------- */

static void give_lost(size_t size, struct wci_cab_block *block)
{
    block->payload = NULL;
    block->payload_size = 0;
    block->size = size;
    block->flags = WCI_BLOCK_LOST;
}

/* The block that began in an earlier part can't be finished: what there is of it comes as a damaged
 * one.  Its size is not known; all but a folder's last block have the full one. */
static void give_unfinished(struct wci_cab_folder_reader *reader, struct wci_cab_block *block)
{
    block->payload = reader->joined;
    block->payload_size = reader->joined_size;
    block->size = WCI_CAB_BLOCK_BYTES;
    block->flags = WCI_BLOCK_DAMAGED;
    reader->joining = false;
}

/* The header of a CFDATA in this part is of no use, so it is not known where the next one lies.  In
 * salvage the blocks of the rest of the part are lost; the last CFDATA, where the folder goes on,
 * is taken for a piece of a block that the next cabinet finishes. */
static void give_up_part(struct wci_cab_folder_reader *reader, struct wcab_error *err)
{
    const struct wci_cab_part *part = part_of(reader);
    bool goes_on = reader->part + 1 < reader->part_count;

    place_error(reader, err);
    tell(reader, err);
    reader->lost_blocks = part->cab->folders[part->folder].block_count - reader->data;
    if (goes_on)
        reader->lost_blocks--;
    reader->tail_only = goes_on;
    reader->tail_counts = goes_on;
    reader->joining = false;
    leave_part(reader);
}

/* The folder goes on in a cabinet that is not there. */
static enum wcab_err miss_part(struct wci_cab_folder_reader *reader, struct wci_cab_block *block,
                               struct wcab_error *err)
{
    bool last = reader->part == reader->part_count;
    struct wcab_error error;

    wci_error_set(&error, WCAB_ERR_NOTFOUND, "block %lu %s in a cabinet that is not there",
                  (unsigned long)reader->next.block, reader->joining ? "goes on" : "lies");
    if (!reader->options.salvage) {
        if (err != NULL)
            *err = error;
        return error.code;
    }
    tell(reader, &error);
    if (!last) {
        reader->lost_blocks = part_of(reader)->missing_blocks;
        reader->tail_only = reader->part + 1 < reader->part_count;
        reader->tail_counts = false;
        leave_part(reader);
    }
    if (reader->joining)
        give_unfinished(reader, block);
    return WCAB_OK;
}

/* Adds a CFDATA to the block that is being joined. */
static enum wcab_err join(struct wci_cab_folder_reader *reader, const struct cab_data *data,
                          struct wcab_error *err)
{
    if (data->payload_size > WCI_CAB_PAYLOAD_BYTES - reader->joined_size)
        return wci_error_set(err, WCAB_ERR_CORRUPT,
                             "parts of a cut block hold %zu bytes together, more than %u",
                             reader->joined_size + data->payload_size, WCI_CAB_PAYLOAD_BYTES);
    memcpy(reader->joined + reader->joined_size, data->payload, data->payload_size);
    reader->joined_size += data->payload_size;
    return WCAB_OK;
}

/* Gives a CFDATA that ends a block, alone or with the parts before it, or keeps it as a part. */
static enum wcab_err give_or_keep(struct wci_cab_folder_reader *reader, const struct cab_data *data,
                                  struct wci_cab_block *block, struct wcab_error *err)
{
    enum wcab_err code;

    if (data->size > 0 && !reader->joining) {
        block->payload = data->payload;
        block->payload_size = data->payload_size;
        block->size = data->size;
        return WCAB_OK;
    }
    if (!reader->joining)
        reader->joined_size = 0;
    reader->joining = true;
    code = join(reader, data, err);
    if (code != WCAB_OK || data->size == 0)
        return code;
    reader->joining = false;
    block->payload = reader->joined;
    block->payload_size = reader->joined_size;
    block->size = data->size;
    return WCAB_OK;
}

/* The parts of a cut block are too large together. */
static void give_up_join(struct wci_cab_folder_reader *reader, const struct cab_data *data,
                         struct wci_cab_block *block, const struct wcab_error *reason)
{
    tell(reader, reason);
    reader->joining = false;
    if (data->size > 0) {
        give_lost(data->size, block);
    } else {
        reader->tail_only = true;
        reader->tail_counts = true;
    }
}

/* The first CFDATA behind a lost beginning: true when it is what is left of that block, which is
 * then lost. */
static bool is_tail(struct wci_cab_folder_reader *reader, const struct cab_data *data,
                    struct wci_cab_block *block)
{
    if (data->size == 0) /* a middle piece */
        return true;
    reader->tail_only = false;
    if (can_begin_block(reader, data))
        return false;
    give_lost(data->size, block);
    return true;
}

/* Takes the next CFDATA of the part; block->size is set when that makes a block. */
static enum wcab_err take_data(struct wci_cab_folder_reader *reader, struct wci_cab_block *block,
                               bool *damaged, struct wcab_error *err)
{
    struct wcab_error reason;
    struct cab_data data = {0};
    uint64_t at = reader->at;
    enum wcab_err code;

    if (!reader->joining) {
        reader->next.part = reader->part;
        reader->next.data = reader->data;
        reader->next.offset = at;
    }
    code = read_data(reader, &data, damaged, &reason);
    if (code != WCAB_OK && reader->options.salvage) {
        give_up_part(reader, &reason);
        return WCAB_OK;
    }
    if (code != WCAB_OK) {
        place_error(reader, &reason);
        goto out;
    }
    if (reader->tail_only) {
        if (is_tail(reader, &data, block))
            return WCAB_OK;
        if (reader->tail_counts) { /* give the lost one first, and come back */
            give_lost(WCI_CAB_BLOCK_BYTES, block);
            reader->at = at;
            reader->data--;
            return WCAB_OK;
        }
    }
    code = give_or_keep(reader, &data, block, &reason);
    reason.offset = at;
    if (code != WCAB_OK && reader->options.salvage) {
        give_up_join(reader, &data, block, &reason);
        return WCAB_OK;
    }
out:
    if (code != WCAB_OK && err != NULL)
        *err = reason;
    return code;
}

static bool is_end(const struct wci_cab_folder_reader *reader)
{
    return reader->part == reader->part_count && !reader->joining;
}

/* Goes from CFDATA to CFDATA until there is a block. */
static enum wcab_err find_block(struct wci_cab_folder_reader *reader, struct wci_cab_block *block,
                                struct wcab_error *err)
{
    bool damaged = false;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && block->size == 0) {
        if (reader->lost_blocks > 0) {
            reader->lost_blocks--;
            give_lost(WCI_CAB_BLOCK_BYTES, block);
        } else if (is_end(reader)) {
            break;
        } else if (reader->part == reader->part_count || part_of(reader)->source == NULL) {
            code = miss_part(reader, block, err);
        } else if (!reader->entered) {
            enter_part(reader);
        } else if (is_part_over(reader)) {
            leave_part(reader);
        } else {
            code = take_data(reader, block, &damaged, err);
        }
    }
    if (damaged && !(block->flags & WCI_BLOCK_LOST))
        block->flags |= WCI_BLOCK_DAMAGED;
    return code;
}

/* Whether the block just found is the last one wanted. */
static bool is_last_wanted(const struct wci_cab_folder_reader *reader)
{
    return reader->options.up_to_last_join && reader->part + 1 >= reader->part_count &&
           reader->entered;
}

static enum wcab_err next_block(void *context, struct wci_cab_block *block, struct wcab_error *err)
{
    struct wci_cab_folder_reader *reader = context;
    enum wcab_err code;

    if (reader->done)
        return WCAB_OK;
    code = find_block(reader, block, err);
    reader->place = reader->next;
    if (code == WCAB_OK && reader->next.decoded + block->size > WCI_CAB_FOLDER_BYTES)
        code = wci_error_set(err, WCAB_ERR_LIMIT, "folder is larger than %llu bytes",
                             (unsigned long long)WCI_CAB_FOLDER_BYTES);
    reader->done = code != WCAB_OK || block->size == 0 || is_last_wanted(reader);
    reader->next.block++;
    reader->next.decoded += block->size;
    return code;
}

/* ---- opening ------------------------------------------------------------------------------ */

static const struct wci_cab_folder *folder_of(const struct wci_cab_part *part)
{
    return &part->cab->folders[part->folder];
}

static enum wcab_err check_parts(const struct wci_cab_part *parts, size_t count,
                                 struct wcab_error *err)
{
    const struct wci_cab_part *first = NULL;
    size_t i;

    for (i = 0; i < count; i++) {
        const struct wci_cab_part *part = &parts[i];

        if (part->source == NULL)
            continue;
        if (part->cab == NULL || part->folder >= part->cab->folder_count)
            return wci_error_set(err, WCAB_ERR_USAGE, "the cabinet has no folder %lu",
                                 (unsigned long)part->folder);
        if (first == NULL)
            first = part;
        if (folder_of(part)->type_compress != folder_of(first)->type_compress)
            return wci_error_set(err, WCAB_ERR_CORRUPT,
                                 "parts of a folder are compressed by different methods (0x%04X "
                                 "and 0x%04X)",
                                 (unsigned)folder_of(first)->type_compress,
                                 (unsigned)folder_of(part)->type_compress);
    }
    if (first == NULL)
        return wci_error_set(err, WCAB_ERR_USAGE, "no cabinet holds a part of the folder");
    return WCAB_OK;
}

enum wcab_err wci_cab_folder_open(const struct wci_cab_part *parts, size_t count,
                                  const struct wci_cab_folder_options *options,
                                  struct wci_cab_folder_reader **reader, struct wcab_error *err)
{
    struct wci_cab_folder_reader *made = NULL;
    enum wcab_err code = check_parts(parts, count, err);

    if (code != WCAB_OK)
        return code;
    made = calloc(1, sizeof(*made));
    if (made == NULL)
        return wci_error_nomem(err);
    made->options = *options;
    made->ahead = malloc(READ_AHEAD);
    made->parts = wci_mem_calloc(count, sizeof(*parts));
    if (made->ahead == NULL || made->parts == NULL) {
        wci_cab_folder_close(made);
        return wci_error_nomem(err);
    }
    memcpy(made->parts, parts, count * sizeof(*parts));
    made->part_count = count;
    *reader = made;
    return WCAB_OK;
}

void wci_cab_folder_close(struct wci_cab_folder_reader *reader)
{
    if (reader == NULL)
        return;
    free(reader->parts);
    free(reader->ahead);
    free(reader);
}

struct wci_block_reader wci_cab_folder_blocks(struct wci_cab_folder_reader *reader)
{
    struct wci_block_reader blocks = {reader, next_block};

    return blocks;
}

void wci_cab_folder_place(const struct wci_cab_folder_reader *reader, struct wci_cab_place *place)
{
    *place = reader->place;
}

uint16_t wci_cab_folder_type(const struct wci_cab_folder_reader *reader)
{
    size_t i;

    for (i = 0; i < reader->part_count; i++) {
        if (reader->parts[i].source != NULL)
            return folder_of(&reader->parts[i])->type_compress;
    }
    return 0;
}
