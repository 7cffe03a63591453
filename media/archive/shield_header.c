/*
 * shield_header - see shield_header.h.
 */
#include "media/archive/shield_header.h"

#include <string.h>

#include "core/cursor.h"

enum {
    COMMON = 24, /* signature, version, volume info, place and size of the descriptor, end */
    VOLUME = 84, /* with what a volume says behind it */
    DESCRIPTOR = 0x276,
    FILE_V6 = 0x57,
    SPLIT = 1,
    COMPRESSED = 4,
    LINKED = 1, /* to the file before */
    MOST_LINKS = 1000
};

/* 0x01005006: version 5, whose first release says 0x01000004; 0x020001F4, 0x04000960: hundred
 * times the version. */
static unsigned major_of(uint32_t version)
{
    switch (version >> 24) {
    case 1:
        return (version >> 12 & 15) == 0 ? 5 : version >> 12 & 15;
    case 2:
    case 4:
        return (version & 0xFFFF) / 100;
    default:
        return 0;
    }
}

enum wcab_err wci_shield_start_read(struct wci_source *source, struct wci_shield_start *start,
                                    struct wcab_error *err)
{
    uint8_t bytes[VOLUME] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));
    uint32_t version;
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (got < 4 || memcmp(bytes, "ISc(", 4) != 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no InstallShield cabinet: no ISc( at byte 0");
    if (got < COMMON)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, got,
                                "an InstallShield cabinet that ends after %zu bytes", got);
    wci_cursor_skip(&cursor, 4);
    version = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 4);
    start->major = major_of(version);
    start->descriptor = wci_cursor_u32(&cursor);
    start->descriptor_size = wci_cursor_u32(&cursor);
    start->end = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, 28);
    start->first_file = wci_cursor_u32(&cursor);
    start->last_file = wci_cursor_u32(&cursor);
    /* of the first and the last: place, size unpacked, size packed */
    wci_cursor_seek(&cursor, start->major <= 5 ? 44 : 52);
    start->first_here = start->major <= 5 ? wci_cursor_u32(&cursor) : wci_cursor_u64(&cursor);
    wci_cursor_seek(&cursor, start->major <= 5 ? 56 : 76);
    start->last_here = start->major <= 5 ? wci_cursor_u32(&cursor) : wci_cursor_u64(&cursor);
    return WCAB_OK;
}

uint64_t wci_shield_header_size(const struct wci_shield_start *start, uint64_t size)
{
    uint64_t least = (uint64_t)start->descriptor + start->descriptor_size;

    return start->end >= least && start->end < size ? start->end : size;
}

enum wcab_err wci_shield_header_parse(const uint8_t *bytes, size_t size,
                                      const struct wci_shield_start *start,
                                      struct wci_shield_header *header, struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, size);

    if (start->descriptor_size < DESCRIPTOR || start->descriptor > size ||
        start->descriptor_size > size - start->descriptor)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, 12,
                                "the InstallShield header claims a list of files of %lu bytes at "
                                "byte %lu and ends after %zu bytes",
                                (unsigned long)start->descriptor_size,
                                (unsigned long)start->descriptor, size);
    *header = (struct wci_shield_header){.bytes = bytes, .size = size, .start = *start};
    wci_cursor_seek(&cursor, start->descriptor + 0x0CU);
    header->table = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 12);
    header->directory_count = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 8);
    header->file_count = wci_cursor_u32(&cursor);
    header->table2 = wci_cursor_u32(&cursor);
    /* each file has at least its entry in a table of 32-bit offsets, or of descriptors */
    if (!cursor.ok || header->table > size - start->descriptor || header->file_count > size / 4 ||
        header->directory_count > size / 4)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, start->descriptor,
                                "the InstallShield header claims %lu files and %lu folders in %zu "
                                "bytes",
                                (unsigned long)header->file_count,
                                (unsigned long)header->directory_count, size);
    return WCAB_OK;
}

/* A table of offsets leads to the descriptor: name, folder, flags, sizes ... */
static bool file_v5(const struct wci_shield_header *header, uint32_t index,
                    struct wci_shield_file *file)
{
    struct wci_cursor cursor = wci_cursor_of(header->bytes, header->size);
    size_t table = (size_t)header->start.descriptor + header->table;
    uint16_t flags;

    wci_cursor_seek(&cursor, table + 4 * ((size_t)header->directory_count + index));
    wci_cursor_seek(&cursor, table + wci_cursor_u32(&cursor) + 8);
    flags = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 4);
    file->packed_size = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 20);
    file->data = wci_cursor_u32(&cursor);
    file->volume = 0;
    file->split = (flags & SPLIT) != 0;
    file->compressed = (flags & COMPRESSED) != 0;
    return cursor.ok;
}

/* Descriptors one after the other: flags, sizes, MD5 ..., link, volume. */
static bool file_v6(const struct wci_shield_header *header, uint32_t index,
                    struct wci_shield_file *file, uint32_t *linked)
{
    struct wci_cursor cursor = wci_cursor_of(header->bytes, header->size);
    size_t at =
        (size_t)header->start.descriptor + header->table + header->table2 + (size_t)index * FILE_V6;
    uint32_t previous;
    uint16_t flags;

    wci_cursor_seek(&cursor, at);
    flags = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 8);
    file->packed_size = wci_cursor_u64(&cursor);
    file->data = wci_cursor_u64(&cursor);
    wci_cursor_seek(&cursor, at + 0x4C);
    previous = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 4);
    *linked = (wci_cursor_u8(&cursor) & LINKED) != 0 ? previous : index;
    file->volume = wci_cursor_u16(&cursor);
    file->split = (flags & SPLIT) != 0;
    file->compressed = (flags & COMPRESSED) != 0;
    return cursor.ok;
}

bool wci_shield_header_file(const struct wci_shield_header *header, uint32_t *index,
                            struct wci_shield_file *file)
{
    uint32_t linked = *index;
    unsigned links;

    for (links = 0; links < MOST_LINKS; links++) {
        if (linked >= header->file_count)
            return false;
        *index = linked;
        if (header->start.major <= 5)
            return file_v5(header, *index, file);
        if (!file_v6(header, *index, file, &linked))
            return false;
        if (linked == *index)
            return true;
    }
    return false;
}
