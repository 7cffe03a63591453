/* cabspec.c: see cabspec.h. Blocks are encoded one by one and put into the current cabinet; one
 * that doesn't fit is cut, and the files in it go on in the next cabinet. */
#include "cabspec.h"
#include "cabdefect.h"
#include "cabspec_read.h"
#include "lzx.h"
#include "mszip.h"
#include "quantum.h"
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A CFFILE entry before the folder numbers are known. */
struct listed {
    size_t item;
    size_t offset;
    size_t folder;
    bool from_previous, to_next;
};

struct chunk {
    uint16_t method;
    struct wcgen_block *blocks;
    size_t count;
};

struct builder {
    struct description said;
    /* The cabinet being filled. */
    size_t number;
    struct listed *listed;
    size_t listed_count;
    struct chunk *chunks;
    size_t chunk_count;
    /* Those that are ready. */
    struct wcgen_buffer ready[CABINETS_MAX];
};

/* A folder being encoded. */
struct run {
    struct group group;
    struct wcgen_buffer data;
    size_t end; /* of what still belongs to the folder */
    size_t offset;
    struct wcgen_quantum encoder, before; /* before: as it was before the last block */
    struct wcgen_buffer payload;
    struct wcgen_buffer *frames; /* LZX: the folder as it is packed up to frames_end */
    size_t frames_end;
};

/* --- The current cabinet ---------------------------------------------------------------------- */

/* The cabinet's description as far as its size goes. */
static struct wcgen_cabinet outline(const struct builder *builder, bool has_next)
{
    const struct wish *wish = &builder->said.wishes[builder->number];
    struct wcgen_cabinet cabinet = builder->said.model;
    cabinet.index = (uint16_t)(builder->said.model.index + builder->number);
    cabinet.folder_count = builder->chunk_count;
    cabinet.previous = wish->previous; /* also of the first: of another set */
    cabinet.previous_disk = wish->previous_disk ? wish->previous_disk : "";
    if (builder->number) {
        const struct wish *before = &builder->said.wishes[builder->number - 1];
        cabinet.previous = wish->previous ? wish->previous : before->called;
        cabinet.previous_disk = wish->previous_disk ? wish->previous_disk : before->disk;
    }
    if (has_next) {
        const struct wish *after = &builder->said.wishes[builder->number + 1];
        cabinet.next = wish->next ? wish->next : after->called;
        cabinet.next_disk = wish->next_disk ? wish->next_disk : after->disk;
    }
    return cabinet;
}

static size_t used_size(const struct builder *builder)
{
    struct wcgen_cabinet cabinet = outline(builder, true);
    size_t size = wcgen_cabinet_head_size(&cabinet);
    for (size_t i = 0; i < builder->listed_count; i++)
        size += wcgen_cabinet_entry_size(strlen(builder->said.items[builder->listed[i].item].name));
    for (size_t i = 0; i < builder->chunk_count; i++)
        for (size_t b = 0; b < builder->chunks[i].count; b++)
            size += wcgen_cabinet_data_head_size(&cabinet) + builder->chunks[i].blocks[b].size;
    return size;
}

static void open_chunk(struct builder *builder, uint16_t method)
{
    builder->chunks =
        wcgen_util_grow(builder->chunks, builder->chunk_count + 1, sizeof *builder->chunks);
    builder->chunks[builder->chunk_count++] = (struct chunk){.method = method};
}

/* Adds a block with a copy of the payload to the last folder. */
static void add_block(struct builder *builder, const uint8_t *payload, size_t size,
                      size_t uncompressed)
{
    struct chunk *chunk = &builder->chunks[builder->chunk_count - 1];
    uint8_t *copy = wcgen_util_alloc(size, 1);
    memcpy(copy, payload, size);
    chunk->blocks = wcgen_util_grow(chunk->blocks, chunk->count + 1, sizeof *chunk->blocks);
    chunk->blocks[chunk->count++] = (struct wcgen_block){
        .payload = copy, .size = (uint16_t)size, .uncompressed = (uint16_t)uncompressed};
}

static void list_item(struct builder *builder, size_t item, size_t offset, bool from_previous)
{
    builder->listed =
        wcgen_util_grow(builder->listed, builder->listed_count + 1, sizeof *builder->listed);
    builder->listed[builder->listed_count++] = (struct listed){.item = item,
                                                               .offset = offset,
                                                               .folder = builder->chunk_count - 1,
                                                               .from_previous = from_previous};
    if (builder->said.items[item].starts_in == NOT_STARTED)
        builder->said.items[item].starts_in = (int)builder->number;
    builder->said.items[item].ends_in = (int)builder->number;
}

static struct wcgen_entry make_entry(const struct builder *builder, const struct listed *listed)
{
    const struct item *item = &builder->said.items[listed->item];
    unsigned folder = (unsigned)listed->folder;
    if (listed->from_previous && listed->to_next)
        folder = WCGEN_FOLDER_FROM_PREVIOUS_TO_NEXT;
    else if (listed->from_previous)
        folder = WCGEN_FOLDER_FROM_PREVIOUS;
    else if (listed->to_next)
        folder = WCGEN_FOLDER_TO_NEXT;
    return (struct wcgen_entry){.size = (uint32_t)item->content.length,
                                .offset = (uint32_t)listed->offset,
                                .folder = (uint16_t)folder,
                                .date = item->date,
                                .time = item->time,
                                .attributes = item->attributes,
                                .name = item->name,
                                .name_length = strlen(item->name)};
}

/* Writes the current cabinet and starts the next one. */
static void close_cabinet(struct builder *builder, bool has_next)
{
    struct wcgen_cabinet cabinet = outline(builder, has_next);
    cabinet.folders = wcgen_util_alloc(builder->chunk_count, sizeof *cabinet.folders);
    cabinet.entries = wcgen_util_alloc(builder->listed_count, sizeof *cabinet.entries);
    cabinet.entry_count = builder->listed_count;
    for (size_t i = 0; i < builder->chunk_count; i++)
        cabinet.folders[i] = (struct wcgen_folder){
            builder->chunks[i].method, builder->chunks[i].blocks, builder->chunks[i].count};
    for (size_t i = 0; i < builder->listed_count; i++)
        cabinet.entries[i] = make_entry(builder, &builder->listed[i]);
    wcgen_cabinet_write(&cabinet, &builder->ready[builder->number]);
    free(cabinet.folders);
    free(cabinet.entries);
    for (size_t i = 0; i < builder->chunk_count; i++) {
        for (size_t b = 0; b < builder->chunks[i].count; b++)
            free((void *)(uintptr_t)builder->chunks[i].blocks[b].payload);
        free(builder->chunks[i].blocks);
    }
    builder->chunk_count = builder->listed_count = 0;
    if (++builder->number + 1 >= CABINETS_MAX)
        wcgen_util_fail("%s: more than %d cabinets", builder->said.spec.path, CABINETS_MAX);
}

/* Closes the cabinet without a cut, and passes over those that have to be empty. */
static void next_cabinet(struct builder *builder)
{
    close_cabinet(builder, true);
    while (builder->said.wishes[builder->number].empty)
        close_cabinet(builder, true);
}

/* --- Folders ---------------------------------------------------------------------------------- */

static size_t item_offset(const struct builder *builder, const struct group *group, size_t item)
{
    size_t offset = 0;
    for (size_t i = group->first; i < item; i++)
        offset += builder->said.items[i].content.length;
    return offset;
}

/* A folder may end sooner than it was thought: then its last frame is another one. */
static void encode_lzx(struct run *run)
{
    if (run->frames_end == run->end)
        return;
    if (!run->frames)
        run->frames = wcgen_util_alloc(wcgen_lzx_frames(run->end), sizeof *run->frames);
    for (size_t i = 0; i < wcgen_lzx_frames(run->frames_end); i++)
        wcgen_buffer_free(&run->frames[i]);
    wcgen_lzx_encode(&run->group.lzx, run->data.bytes, run->end, run->frames);
    run->frames_end = run->end;
}

/* Encodes the frame at run->offset into run->payload; returns its uncompressed size. */
static size_t encode_frame(struct run *run)
{
    size_t count = run->end - run->offset < WCGEN_FRAME ? run->end - run->offset : WCGEN_FRAME;
    run->payload.length = 0;
    switch (run->group.method & 15) {
    case 0:
        wcgen_buffer_append(&run->payload, run->data.bytes + run->offset, count);
        break;
    case 1:
        wcgen_mszip_encode(run->data.bytes, run->offset, count, &run->payload);
        break;
    case LZX: {
        const struct wcgen_buffer *frame;
        encode_lzx(run);
        frame = &run->frames[run->offset / WCGEN_LZX_FRAME];
        wcgen_buffer_append(&run->payload, frame->bytes, frame->length);
        break;
    }
    default:
        wcgen_quantum_copy(&run->before, &run->encoder);
        wcgen_quantum_encode(&run->encoder, run->data.bytes, run->offset, count, 0, &run->payload);
    }
    return count;
}

static void forget_frame(struct run *run)
{
    if ((run->group.method & 15) == QUANTUM)
        wcgen_quantum_copy(&run->encoder, &run->before);
}

/* Lists the files that start from `from` to before `to`; at the folder's end also empty ones. */
static void list_starting(struct builder *builder, const struct run *run, size_t from, size_t to)
{
    size_t offset = 0;
    for (size_t i = run->group.first; i < run->group.first + run->group.count; i++) {
        if (offset >= from && (offset < to || (offset == to && to == run->data.length)))
            if (builder->said.items[i].starts_in == NOT_STARTED)
                list_item(builder, i, offset, false);
        offset += builder->said.items[i].content.length;
    }
}

/* Takes the entries of files starting at or behind `from` off the list again. */
static void unlist_starting(struct builder *builder, size_t from)
{
    while (builder->listed_count) {
        const struct listed *last = &builder->listed[builder->listed_count - 1];
        if (last->folder + 1 != builder->chunk_count || last->from_previous || last->offset < from)
            return;
        builder->said.items[last->item].starts_in = NOT_STARTED;
        builder->listed_count--;
    }
}

/* Closes the cabinet in the middle of the folder. Files with a byte at or behind `from` and before
 * `to` that are listed go on; in the end they are listed in the new cabinet. */
static void cross(struct builder *builder, struct run *run, size_t from, size_t to)
{
    struct listed *crossing = NULL;
    size_t count = 0, end = 0;
    for (size_t i = 0; i < builder->listed_count; i++) {
        struct listed *listed = &builder->listed[i];
        size_t size = builder->said.items[listed->item].content.length;
        if (listed->folder + 1 != builder->chunk_count || listed->offset >= to ||
            listed->offset + size <= from)
            continue;
        listed->to_next = true;
        crossing = wcgen_util_grow(crossing, count + 1, sizeof *crossing);
        crossing[count++] = *listed;
        end = listed->offset + size;
    }
    if (builder->said.style != CUT_RUNNING)
        run->end = end;
    close_cabinet(builder, true);
    if (builder->said.wishes[builder->number].empty)
        wcgen_util_fail("%s: a folder would have to cross the empty cabinet %zu",
                        builder->said.spec.path, builder->number + 1);
    open_chunk(builder, run->group.method);
    for (size_t i = 0; i < count; i++)
        list_item(builder, crossing[i].item, crossing[i].offset, true);
    free(crossing);
}

/* Cuts the frame in run->payload so that the current cabinet is full. */
static void cut_frame(struct builder *builder, struct run *run, size_t room, size_t count)
{
    add_block(builder, run->payload.bytes, room, 0);
    cross(builder, run, run->offset, run->offset + count);
    add_block(builder, run->payload.bytes + room, run->payload.length - room, count);
    run->offset += count;
}

/* The block doesn't fit, not even a byte of it: the one before it is cut, one byte from its end. */
static void cut_previous(struct builder *builder, struct run *run)
{
    struct chunk *chunk = &builder->chunks[builder->chunk_count - 1];
    struct wcgen_block *block = &chunk->blocks[chunk->count - 1];
    size_t count = block->uncompressed;
    uint8_t last = block->payload[block->size - 1];
    /* What came from the cabinet before must not be cut a second time. */
    bool is_rest = chunk->count == 1 && run->offset > count;
    if (block->size < 2 || count == 0 || run->offset < count || is_rest)
        wcgen_util_fail("%s: cabinet %zu can't be cut at its size", builder->said.spec.path,
                        builder->number + 1);
    block->size--;
    block->uncompressed = 0;
    cross(builder, run, run->offset - count, run->offset);
    add_block(builder, &last, 1, count);
}

static void start_run(struct builder *builder, struct run *run, const struct group *group)
{
    *run = (struct run){.group = *group};
    for (size_t i = group->first; i < group->first + group->count; i++)
        wcgen_buffer_append(&run->data, builder->said.items[i].content.bytes,
                            builder->said.items[i].content.length);
    run->end = run->data.length;
    /* Only so are the frames before a cut the same wherever the folder ends behind it. */
    run->group.lzx.in_frames =
        builder->said.style == CUT_BY_RULE && builder->said.wishes[builder->number].size;
    if ((group->method & 15) == QUANTUM)
        wcgen_quantum_start(&run->encoder, group->method >> 8 & 31, group->may_wrap);
}

static void free_run(struct run *run)
{
    wcgen_quantum_free(&run->encoder);
    wcgen_quantum_free(&run->before);
    for (size_t i = 0; i < wcgen_lzx_frames(run->frames_end); i++)
        wcgen_buffer_free(&run->frames[i]);
    free(run->frames);
    wcgen_buffer_free(&run->data);
    wcgen_buffer_free(&run->payload);
}

/* Puts the next frame into the set: whole, cut, or behind a cut. */
static void put_frame(struct builder *builder, struct run *run)
{
    size_t limit = builder->said.wishes[builder->number].size;
    size_t head = wcgen_cabinet_data_head_size(&builder->said.model);
    size_t count = encode_frame(run);
    list_starting(builder, run, run->offset, run->offset + count);
    size_t used = used_size(builder) + head;
    if (!limit || used + run->payload.length <= limit) {
        add_block(builder, run->payload.bytes, run->payload.length, count);
        run->offset += count;
        return;
    }
    if (builder->said.style != CUT_AT_BLOCK && used < limit) {
        cut_frame(builder, run, limit - used, count);
        return;
    }
    forget_frame(run);
    unlist_starting(builder, run->offset);
    struct chunk *chunk = &builder->chunks[builder->chunk_count - 1];
    if (!chunk->count && run->offset == 0) {
        if (builder->chunk_count == 1)
            wcgen_util_fail("%s: cabinet %zu is too small for a block", builder->said.spec.path,
                            builder->number + 1);
        builder->chunk_count--;
        next_cabinet(builder);
        open_chunk(builder, run->group.method);
    } else if (builder->said.style == CUT_AT_BLOCK) {
        cross(builder, run, run->offset, run->offset + count);
    } else {
        cut_previous(builder, run);
    }
}

/* Writes the files of a group as one folder; those behind a cut start another. */
static void write_group(struct builder *builder, struct group group)
{
    while (group.count) {
        struct run run;
        start_run(builder, &run, &group);
        open_chunk(builder, group.method);
        if (!run.end)
            list_starting(builder, &run, 0, 0);
        while (run.offset < run.end)
            put_frame(builder, &run);
        free_run(&run);
        size_t done = 0;
        while (done < group.count &&
               builder->said.items[group.first + done].starts_in != NOT_STARTED)
            done++;
        if (done < group.count && item_offset(builder, &group, group.first + done) != run.end)
            wcgen_util_fail("%s: a folder ended in a file", builder->said.spec.path);
        group.first += done;
        group.count -= done;
    }
}

/* --- Output ----------------------------------------------------------------------------------- */

static void apply_defects(struct builder *builder)
{
    for (size_t i = 0; i < builder->said.spec.count; i++) {
        struct wcgen_spec_line *line = &builder->said.spec.lines[i];
        if (strcmp(wcgen_spec_word(line, 0), "defect") != 0)
            continue;
        size_t n = wcgen_spec_number(line, "cabinet", 1);
        if (n < 1 || n > builder->number)
            wcgen_spec_fail(line, "there is no such cabinet");
        wcgen_cabdefect_apply(line, &builder->ready[n - 1]);
        wcgen_spec_end_line(line);
    }
}

/* A name with everything but printable ASCII as \xHH. */
static void append_masked(struct wcgen_buffer *out, const char *name)
{
    for (; *name; name++) {
        if (*name > ' ' - 1 && *name < 127 && *name != '\\')
            wcgen_buffer_append_u8(out, (uint8_t)*name);
        else
            wcgen_buffer_append_format(out, "\\x%02X", (uint8_t)*name);
    }
}

static void save(struct builder *builder, const char *folder)
{
    struct wcgen_buffer manifest = {0};
    wcgen_folder_make(folder);
    for (size_t i = 0; i < builder->number; i++) {
        char *path = wcgen_util_format("%s/%s", folder, builder->said.wishes[i].name);
        if (!builder->said.wishes[i].missing)
            wcgen_file_write(path, builder->ready[i].bytes, builder->ready[i].length);
        free(path);
    }
    wcgen_buffer_append_format(&manifest, "cabinet\tends_in\tname\tsize\tsha256\n");
    for (size_t i = 0; i < builder->said.item_count; i++) {
        const struct item *item = &builder->said.items[i];
        char hex[65];
        wcgen_sha256_hex(item->content.bytes, item->content.length, hex);
        wcgen_buffer_append_format(&manifest, "%s\t%s\t",
                                   builder->said.wishes[item->starts_in].name,
                                   builder->said.wishes[item->ends_in].name);
        append_masked(&manifest, item->name);
        wcgen_buffer_append_format(&manifest, "\t%zu\t%s\n", item->content.length, hex);
    }
    char *path = wcgen_util_format("%s/manifest.tsv", folder);
    wcgen_file_write(path, manifest.bytes, manifest.length);
    free(path);
    wcgen_buffer_free(&manifest);
}

static void free_builder(struct builder *builder)
{
    for (size_t i = 0; i < CABINETS_MAX; i++)
        wcgen_buffer_free(&builder->ready[i]);
    free(builder->listed);
    free(builder->chunks);
    wcgen_cabspec_free(&builder->said);
}

void wcgen_cabspec_build(const char *description, const char *folder)
{
    struct builder *builder = wcgen_util_alloc(1, sizeof *builder);
    wcgen_cabspec_read(&builder->said, description);
    while (builder->said.wishes[builder->number].empty)
        close_cabinet(builder, true);
    for (size_t i = 0; i < builder->said.group_count; i++) {
        if (builder->said.groups[i].new_cabinet && i)
            next_cabinet(builder);
        write_group(builder, builder->said.groups[i]);
    }
    close_cabinet(builder, false);
    apply_defects(builder);
    save(builder, folder);
    free_builder(builder);
    free(builder);
}
