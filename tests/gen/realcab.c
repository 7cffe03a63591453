/* realcab.c: see realcab.h. */
#include "realcab.h"
#include "lzx.h"
#include "mszip.h"
#include "quantum.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 14, QUANTUM = 2, LZX = 3, MSZIP = 1 };

enum column {
    CABINET,
    SIZE,
    INDEX,
    SET_ID,
    PREVIOUS,
    PREVIOUS_DISK,
    NEXT,
    NEXT_DISK,
    RESERVE,
    METHOD,
    BLOCKS,
    PACKED,
    FILES,
    CUT
};

/* A folder while its blocks go into one cabinet after the other. */
struct run {
    struct wcgen_member *members;
    size_t member_count;
    size_t *offsets; /* of the members, and the folder's size */
    struct wcgen_buffer *frames;
    size_t frame_count;
    size_t next; /* frame */
    size_t done; /* bytes of it that are in a cabinet already */
};

/* A cabinet being put together. */
struct making {
    struct wcgen_real_set *set;
    size_t number;
    size_t taken; /* members */
    struct wcgen_cabinet cabinet;
    size_t entry_room;
};

/* --- Facts ------------------------------------------------------------------------------------ */

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static void add_part(struct wcgen_real_set *set, char **fields)
{
    struct wcgen_real_cabinet *cabinet = set->count ? &set->cabinets[set->count - 1] : NULL;
    if (!cabinet || strcmp(cabinet->name, fields[CABINET]) != 0) {
        set->cabinets = wcgen_util_grow(set->cabinets, set->count + 1, sizeof *set->cabinets);
        cabinet = &set->cabinets[set->count++];
        *cabinet =
            (struct wcgen_real_cabinet){.name = fields[CABINET],
                                        .size = (uint32_t)strtoul(fields[SIZE], NULL, 10),
                                        .index = (uint16_t)strtoul(fields[INDEX], NULL, 10),
                                        .set_id = (uint16_t)strtoul(fields[SET_ID], NULL, 10),
                                        .previous = or_null(fields[PREVIOUS]),
                                        .previous_disk = fields[PREVIOUS_DISK],
                                        .next = or_null(fields[NEXT]),
                                        .next_disk = fields[NEXT_DISK],
                                        .reserve = (uint16_t)strtoul(fields[RESERVE], NULL, 10)};
    }
    cabinet->parts =
        wcgen_util_grow(cabinet->parts, cabinet->part_count + 1, sizeof *cabinet->parts);
    cabinet->parts[cabinet->part_count++] =
        (struct wcgen_real_part){.method = (uint16_t)strtoul(fields[METHOD], NULL, 16),
                                 .blocks = strtoul(fields[BLOCKS], NULL, 10),
                                 .files = strtoul(fields[FILES], NULL, 10),
                                 .cut = *fields[CUT]};
}

void wcgen_realcab_read(struct wcgen_real_set *set, const char *path)
{
    struct wcgen_buffer content = wcgen_file_read(path);
    wcgen_buffer_append_u8(&content, 0);
    set->text = (char *)content.bytes;
    char *line = set->text + strcspn(set->text, "\n");
    for (line += *line == '\n'; *line;) {
        char *fields[COLUMNS], *field = line;
        size_t count = 0;
        line += strcspn(line, "\n");
        if (*line)
            *line++ = 0;
        while (field && count < COLUMNS)
            fields[count++] = strsep(&field, "\t");
        if (count != COLUMNS)
            wcgen_util_fail("%s: a row has %zu columns", path, count);
        add_part(set, fields);
    }
}

void wcgen_realcab_free(struct wcgen_real_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        free(set->cabinets[i].parts);
        wcgen_buffer_free(&set->cabinets[i].bytes);
    }
    free(set->cabinets);
    free(set->text);
    *set = (struct wcgen_real_set){0};
}

/* --- Folders ---------------------------------------------------------------------------------- */

static size_t frame_size(const struct run *run, size_t frame)
{
    size_t left = run->offsets[run->member_count] - frame * WCGEN_FRAME;
    return left < WCGEN_FRAME ? left : WCGEN_FRAME;
}

static void encode(struct run *run, const uint8_t *data, uint16_t method)
{
    size_t size = run->offsets[run->member_count];
    struct wcgen_quantum encoder = {0};
    if ((method & 15) == LZX) {
        wcgen_lzx_encode(&(struct wcgen_lzx){.window_bits = method >> 8}, data, size, run->frames);
        return;
    }
    if ((method & 15) == QUANTUM)
        wcgen_quantum_start(&encoder, method >> 8, false);
    for (size_t i = 0; i < run->frame_count; i++) {
        size_t at = i * WCGEN_FRAME;
        if ((method & 15) == QUANTUM)
            wcgen_quantum_encode(&encoder, data, at, frame_size(run, i), 0, &run->frames[i]);
        else if ((method & 15) == MSZIP)
            wcgen_mszip_encode(data, at, frame_size(run, i), &run->frames[i]);
        else
            wcgen_buffer_append(&run->frames[i], data + at, frame_size(run, i));
    }
    wcgen_quantum_free(&encoder);
}

static void start_run(const struct making *making, const struct wcgen_real_part *part,
                      struct run *run)
{
    const struct wcgen_real_set *set = making->set;
    const struct wcgen_real_cabinet *facts = &set->cabinets[making->number];
    if (making->taken + part->files > facts->member_count)
        wcgen_util_fail("%s: the folders have more files than the listing", facts->name);
    *run = (struct run){.members = &facts->members[making->taken], .member_count = part->files};
    run->offsets = wcgen_util_alloc(part->files + 1, sizeof *run->offsets);
    for (size_t i = 0; i < part->files; i++)
        run->offsets[i + 1] = run->offsets[i] + run->members[i].size;
    size_t size = run->offsets[part->files];
    uint8_t *data = wcgen_util_alloc(size + 1, 1);
    for (size_t i = 0; i < part->files; i++)
        set->fill(set->context, &run->members[i], data + run->offsets[i]);
    run->frame_count = (size + WCGEN_FRAME - 1) / WCGEN_FRAME;
    run->frames = wcgen_util_alloc(run->frame_count + 1, sizeof *run->frames);
    encode(run, data, part->method);
    free(data);
}

static void end_run(struct run *run)
{
    for (size_t i = 0; i < run->frame_count; i++)
        wcgen_buffer_free(&run->frames[i]);
    free(run->frames);
    free(run->offsets);
    *run = (struct run){0};
}

/* --- Cabinets --------------------------------------------------------------------------------- */

/* Takes the next block, or the part of it that this cabinet gets. */
static struct wcgen_block take_block(const struct making *making, struct run *run, bool is_first)
{
    if (run->next >= run->frame_count)
        wcgen_util_fail("%s: a folder has more blocks than its files",
                        making->set->cabinets[making->number].name);
    const struct wcgen_buffer *frame = &run->frames[run->next];
    struct wcgen_block block = {.payload = frame->bytes + run->done,
                                .size = (uint16_t)(frame->length - run->done)};
    if (!is_first) {
        block.uncompressed = (uint16_t)frame_size(run, run->next++);
        run->done = 0;
        return block;
    }
    block.size = (uint16_t)(frame->length > 36 ? 18 : frame->length / 2);
    block.no_checksum = making->set->first_parts_unchecked;
    run->done = block.size;
    return block;
}

/* Lists the members that don't end before frame `first`: a folder's files are all entered in the
 * cabinet where it starts, also one that only starts in the next. */
static void list_members(struct making *making, struct run *run, unsigned folder, size_t first,
                         bool continued)
{
    size_t last = run->done ? run->next : run->next - 1;
    for (size_t i = 0; i < run->member_count; i++) {
        struct wcgen_member *member = &run->members[i];
        size_t start = run->offsets[i] / WCGEN_FRAME;
        size_t end = member->size ? (run->offsets[i + 1] - 1) / WCGEN_FRAME : start;
        if (end < first)
            continue; /* ended in a cabinet before */
        bool from = continued;
        bool on = end > last || (end == last && run->done);
        struct wcgen_entry entry = {.size = member->size,
                                    .offset = (uint32_t)run->offsets[i],
                                    .folder = (uint16_t)folder,
                                    .date = member->date,
                                    .time = member->time,
                                    .attributes = member->attributes,
                                    .name = member->name,
                                    .name_length = member->name_length};
        if (from || on)
            entry.folder = from && on ? WCGEN_FOLDER_FROM_PREVIOUS_TO_NEXT
                           : from     ? WCGEN_FOLDER_FROM_PREVIOUS
                                      : WCGEN_FOLDER_TO_NEXT;
        member->ends_in = making->number;
        making->cabinet.entries =
            wcgen_util_grow(making->cabinet.entries, making->cabinet.entry_count + 1, sizeof entry);
        making->cabinet.entries[making->cabinet.entry_count++] = entry;
    }
}

static void make_part(struct making *making, size_t number, struct run *run)
{
    const struct wcgen_real_cabinet *facts = &making->set->cabinets[making->number];
    const struct wcgen_real_part *part = &facts->parts[number];
    struct wcgen_folder *folder = &making->cabinet.folders[number];
    if (!run->members) {
        start_run(making, part, run);
        making->taken += part->files;
    }
    size_t first = run->next, entries = making->cabinet.entry_count;
    bool continued = run->done > 0;
    *folder = (struct wcgen_folder){.method = part->method, .block_count = part->blocks};
    folder->blocks = wcgen_util_alloc(part->blocks, sizeof *folder->blocks);
    for (size_t b = 0; b < part->blocks; b++)
        folder->blocks[b] = take_block(making, run, part->cut && b + 1 == part->blocks);
    list_members(making, run, (unsigned)number, first, continued);
    entries = making->cabinet.entry_count - entries;
    if (making->set->exact && entries != part->files)
        wcgen_util_fail("%s: folder %zu lists %zu files, not %zu", facts->name, number, entries,
                        part->files);
    if (making->set->exact && !part->cut && run->next != run->frame_count)
        wcgen_util_fail("%s: folder %zu has %zu blocks, its files fill %zu", facts->name, number,
                        run->next, run->frame_count);
}

static void write_cabinet(struct making *making)
{
    struct wcgen_real_cabinet *facts = &making->set->cabinets[making->number];
    struct wcgen_cabinet *cabinet = &making->cabinet;
    wcgen_cabinet_write(cabinet, &facts->bytes);
    if (facts->bytes.length > facts->size)
        wcgen_util_fail("%s: %zu bytes, more than %u", facts->name, facts->bytes.length,
                        facts->size);
    wcgen_buffer_append_zeros(&facts->bytes, facts->size - facts->bytes.length);
    wcgen_put_u32(facts->bytes.bytes + 8, facts->size); /* cbCabinet */
    for (size_t i = 0; i < cabinet->folder_count; i++)
        free(cabinet->folders[i].blocks);
    free(cabinet->folders);
    free(cabinet->entries);
}

void wcgen_realcab_build(struct wcgen_real_set *set)
{
    struct run run = {0};
    for (size_t i = 0; i < set->count; i++) {
        struct wcgen_real_cabinet *facts = &set->cabinets[i];
        struct making making = {.set = set, .number = i};
        making.cabinet = (struct wcgen_cabinet){.set_id = facts->set_id,
                                                .index = facts->index,
                                                .previous = facts->previous,
                                                .previous_disk = facts->previous_disk,
                                                .next = facts->next,
                                                .next_disk = facts->next_disk,
                                                .header_reserve = facts->reserve,
                                                .folder_count = facts->part_count};
        making.cabinet.folders =
            wcgen_util_alloc(facts->part_count, sizeof *making.cabinet.folders);
        /* Payloads of a folder that ends here are kept until the cabinet is written. */
        struct run ended[8] = {{0}};
        if (facts->part_count > sizeof ended / sizeof *ended)
            wcgen_util_fail("%s has more than 8 folders", facts->name);
        for (size_t p = 0; p < facts->part_count; p++) {
            make_part(&making, p, &run);
            if (!facts->parts[p].cut) {
                ended[p] = run;
                run = (struct run){0};
            }
        }
        if (making.taken != facts->member_count)
            wcgen_util_fail("%s: the folders have %zu files, the listing %zu", facts->name,
                            making.taken, facts->member_count);
        write_cabinet(&making);
        for (size_t p = 0; p < facts->part_count; p++)
            end_run(&ended[p]);
    }
    end_run(&run);
}
