/* cabinet.c: see cabinet.h. Field names in comments are those of Microsoft's cabinet format. */
#include "cabinet.h"

#include <string.h>

enum { HEAD_SIZE = 36, FOLDER_SIZE = 8, ENTRY_SIZE = 16, DATA_HEAD_SIZE = 8 };
enum { HAS_PREVIOUS = 1, HAS_NEXT = 2, HAS_RESERVE = 4 };

static bool has_reserve(const struct wcgen_cabinet *cabinet)
{
    return cabinet->header_reserve || cabinet->folder_reserve || cabinet->data_reserve;
}

size_t wcgen_cabinet_entry_size(size_t name_length)
{
    return ENTRY_SIZE + name_length + 1;
}

size_t wcgen_cabinet_head_size(const struct wcgen_cabinet *cabinet)
{
    size_t size = HEAD_SIZE;
    if (has_reserve(cabinet))
        size += 4u + cabinet->header_reserve;
    if (cabinet->previous)
        size += strlen(cabinet->previous) + strlen(cabinet->previous_disk) + 2;
    if (cabinet->next)
        size += strlen(cabinet->next) + strlen(cabinet->next_disk) + 2;
    return size + cabinet->folder_count * (FOLDER_SIZE + (size_t)cabinet->folder_reserve);
}

size_t wcgen_cabinet_data_head_size(const struct wcgen_cabinet *cabinet)
{
    return DATA_HEAD_SIZE + (size_t)cabinet->data_reserve;
}

uint32_t wcgen_cabinet_checksum(const uint8_t *bytes, size_t count, uint32_t start)
{
    uint32_t sum = start;
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        sum ^= wcgen_get_u32(bytes + i);
    uint32_t rest = 0;
    for (; i < count; i++)
        rest = rest << 8 | bytes[i];
    return sum ^ rest;
}

static void append_fill(struct wcgen_buffer *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        wcgen_buffer_append_u8(out, 'r');
}

static void append_header(const struct wcgen_cabinet *cabinet, struct wcgen_buffer *out)
{
    unsigned flags = (cabinet->previous ? (unsigned)HAS_PREVIOUS : 0) |
                     (cabinet->next ? (unsigned)HAS_NEXT : 0) |
                     (has_reserve(cabinet) ? (unsigned)HAS_RESERVE : 0);
    wcgen_buffer_append(out, "MSCF\0\0\0\0", 8);
    wcgen_buffer_append_u32(out, 0); /* cbCabinet, known at the end */
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append_u32(out, (uint32_t)wcgen_cabinet_head_size(cabinet)); /* coffFiles */
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append(out, "\3\1", 2); /* version 1.3 */
    wcgen_buffer_append_u16(out, (unsigned)cabinet->folder_count);
    wcgen_buffer_append_u16(out, (unsigned)cabinet->entry_count);
    wcgen_buffer_append_u16(out, flags);
    wcgen_buffer_append_u16(out, cabinet->set_id);
    wcgen_buffer_append_u16(out, cabinet->index);
    if (has_reserve(cabinet)) {
        wcgen_buffer_append_u16(out, cabinet->header_reserve);
        wcgen_buffer_append_u8(out, cabinet->folder_reserve);
        wcgen_buffer_append_u8(out, cabinet->data_reserve);
        append_fill(out, cabinet->header_reserve);
    }
    if (cabinet->previous) {
        wcgen_buffer_append_text(out, cabinet->previous);
        wcgen_buffer_append_text(out, cabinet->previous_disk);
    }
    if (cabinet->next) {
        wcgen_buffer_append_text(out, cabinet->next);
        wcgen_buffer_append_text(out, cabinet->next_disk);
    }
}

static void append_folders(const struct wcgen_cabinet *cabinet, size_t start,
                           struct wcgen_buffer *out)
{
    size_t data = start + wcgen_cabinet_head_size(cabinet);
    for (size_t i = 0; i < cabinet->entry_count; i++)
        data += wcgen_cabinet_entry_size(cabinet->entries[i].name_length);
    for (size_t i = 0; i < cabinet->folder_count; i++) {
        const struct wcgen_folder *folder = &cabinet->folders[i];
        wcgen_buffer_append_u32(out, (uint32_t)(data - start)); /* coffCabStart */
        wcgen_buffer_append_u16(out, (unsigned)folder->block_count);
        wcgen_buffer_append_u16(out, folder->method);
        append_fill(out, cabinet->folder_reserve);
        for (size_t b = 0; b < folder->block_count; b++)
            data += wcgen_cabinet_data_head_size(cabinet) + folder->blocks[b].size;
    }
}

static void append_entry(const struct wcgen_entry *entry, struct wcgen_buffer *out)
{
    wcgen_buffer_append_u32(out, entry->size);
    wcgen_buffer_append_u32(out, entry->offset);
    wcgen_buffer_append_u16(out, entry->folder);
    wcgen_buffer_append_u16(out, entry->date);
    wcgen_buffer_append_u16(out, entry->time);
    wcgen_buffer_append_u16(out, entry->attributes);
    wcgen_buffer_append(out, entry->name, entry->name_length);
    wcgen_buffer_append_u8(out, 0);
}

/* The checksum covers the payload, then cbData, cbUncomp and the reserve, as Microsoft's format
 * description says and 7-Zip reads it; libmspack leaves the reserve out. */
static void append_block(const struct wcgen_cabinet *cabinet, const struct wcgen_block *block,
                         struct wcgen_buffer *out)
{
    size_t at = out->length;
    wcgen_buffer_append_u32(out, 0);
    wcgen_buffer_append_u16(out, block->size);
    wcgen_buffer_append_u16(out, block->uncompressed);
    append_fill(out, cabinet->data_reserve);
    if (!cabinet->no_checksums && !block->no_checksum) {
        uint32_t sum = wcgen_cabinet_checksum(block->payload, block->size, 0);
        sum = wcgen_cabinet_checksum(out->bytes + at + 4, out->length - at - 4, sum);
        wcgen_put_u32(out->bytes + at, sum ^ block->checksum_change);
    }
    wcgen_buffer_append(out, block->payload, block->size);
}

void wcgen_cabinet_write(const struct wcgen_cabinet *cabinet, struct wcgen_buffer *out)
{
    size_t start = out->length;
    append_header(cabinet, out);
    append_folders(cabinet, start, out);
    for (size_t i = 0; i < cabinet->entry_count; i++)
        append_entry(&cabinet->entries[i], out);
    for (size_t i = 0; i < cabinet->folder_count; i++)
        for (size_t b = 0; b < cabinet->folders[i].block_count; b++)
            append_block(cabinet, &cabinet->folders[i].blocks[b], out);
    wcgen_put_u32(out->bytes + start + 8, (uint32_t)(out->length - start));
}
