/*
 * disk_vhd - see disk_vhd.h.
 */
#include "media/disc/disk_vhd.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "media/disc/nest.h"

enum {
    SECTOR = 512,
    DYNAMIC_HEADER = 1024,
    TYPE_FIXED = 2,
    TYPE_DYNAMIC = 3,
    TYPE_DIFFERENCING = 4,
    BLOCK_MAX = 1 << 28
};

#define UNUSED_BLOCK UINT32_MAX

struct footer {
    uint64_t header_offset, size;
    uint32_t type;
};

/* The sectors of a dynamic disk: each block is a bitmap and then its data. */
struct vhd_source {
    struct wci_source base;
    struct wci_source *file; /* borrowed */
    uint32_t block_size, bitmap_size;
    uint32_t count;
    uint32_t *table; /* owned: first sector of each block in the file, or UNUSED_BLOCK */
};

static enum wcab_err vhd_read(struct wci_source *source, uint64_t offset, void *buffer,
                              size_t length, size_t *got, struct wcab_error *err)
{
    struct vhd_source *vhd = (struct vhd_source *)source;
    uint64_t block = offset / vhd->block_size;
    uint64_t within = offset % vhd->block_size;

    if (length > vhd->block_size - within)
        length = (size_t)(vhd->block_size - within);
    *got = length;
    if (block >= vhd->count || vhd->table[block] == UNUSED_BLOCK) {
        memset(buffer, 0, length);
        return WCAB_OK;
    }
    /* the bitmap need not be asked: sectors that were never written are zeroes in the block, too */
    return wci_source_read_at(vhd->file,
                              (uint64_t)vhd->table[block] * SECTOR + vhd->bitmap_size + within,
                              buffer, length, err);
}

static void vhd_close(struct wci_source *source)
{
    struct vhd_source *vhd = (struct vhd_source *)source;

    free(vhd->table);
    free(vhd);
}

static const struct wci_source_ops vhd_ops = {vhd_read, vhd_close};

static bool read_footer(struct wci_source *source, uint64_t at, struct footer *footer)
{
    uint8_t bytes[SECTOR] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));

    if (wci_source_read_at(source, at, bytes, sizeof(bytes), NULL) != WCAB_OK ||
        memcmp(bytes, "conectix", 8) != 0)
        return false;
    wci_cursor_seek(&cursor, 16);
    footer->header_offset = wci_cursor_be64(&cursor);
    wci_cursor_seek(&cursor, 48);
    footer->size = wci_cursor_be64(&cursor);
    wci_cursor_seek(&cursor, 60);
    footer->type = wci_cursor_be32(&cursor);
    return true;
}

/* Reads the table of blocks, which is held against the file before it is believed. */
static enum wcab_err read_table(struct vhd_source *vhd, uint64_t at, struct wcab_error *err)
{
    uint64_t file_size = wci_source_size(vhd->file);
    struct wci_cursor cursor;
    size_t bytes = (size_t)vhd->count * 4;
    uint8_t *raw;
    enum wcab_err code;
    uint32_t i;

    if (at > file_size || bytes > file_size - at)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at,
                                "VHD: table of %lu blocks does not lie within the file",
                                (unsigned long)vhd->count);
    raw = malloc(bytes > 0 ? bytes : 1);
    vhd->table = wci_mem_calloc(vhd->count > 0 ? vhd->count : 1, sizeof(*vhd->table));
    if (raw == NULL || vhd->table == NULL) {
        free(raw);
        return wci_error_nomem(err);
    }
    code = wci_source_read_at(vhd->file, at, raw, bytes, err);
    cursor = wci_cursor_of(raw, bytes);
    for (i = 0; i < vhd->count; i++)
        vhd->table[i] = wci_cursor_be32(&cursor);
    free(raw);
    return code;
}

static enum wcab_err read_dynamic_header(struct vhd_source *vhd, const struct footer *footer,
                                         struct wcab_error *err)
{
    uint8_t bytes[DYNAMIC_HEADER] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));
    uint64_t table_at;
    enum wcab_err code =
        wci_source_read_at(vhd->file, footer->header_offset, bytes, sizeof(bytes), err);

    if (code != WCAB_OK)
        return code;
    wci_cursor_seek(&cursor, 16);
    table_at = wci_cursor_be64(&cursor);
    wci_cursor_skip(&cursor, 4);
    vhd->count = wci_cursor_be32(&cursor);
    vhd->block_size = wci_cursor_be32(&cursor);
    if (memcmp(bytes, "cxsparse", 8) != 0 || vhd->block_size < SECTOR ||
        vhd->block_size > BLOCK_MAX || (vhd->block_size & (vhd->block_size - 1)) != 0)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, footer->header_offset,
                                "VHD: bad header of a dynamic disk");
    /* a bit for each sector, in whole sectors */
    vhd->bitmap_size = (vhd->block_size / SECTOR / 8 + SECTOR - 1) / SECTOR * SECTOR;
    return read_table(vhd, table_at, err);
}

static enum wcab_err open_dynamic(struct wci_source *file, const struct footer *footer,
                                  struct wci_source **source, struct wcab_error *err)
{
    struct vhd_source *vhd = wci_mem_calloc(1, sizeof(*vhd));
    enum wcab_err code;

    if (vhd == NULL)
        return wci_error_nomem(err);
    vhd->base.ops = &vhd_ops;
    vhd->base.size = footer->size;
    vhd->file = file;
    code = read_dynamic_header(vhd, footer, err);
    if (code == WCAB_OK && (footer->size + vhd->block_size - 1) / vhd->block_size > vhd->count)
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "VHD: %llu bytes do not fit into %lu blocks",
                             (unsigned long long)footer->size, (unsigned long)vhd->count);
    if (code != WCAB_OK) {
        vhd_close(&vhd->base);
        return code;
    }
    *source = &vhd->base;
    return WCAB_OK;
}

/* Where the last block of a dynamic disk ends in its file. */
static uint64_t end_of_blocks(const struct wci_source *source)
{
    const struct vhd_source *vhd = (const struct vhd_source *)source;
    uint64_t end = 0;
    uint32_t i;

    for (i = 0; i < vhd->count; i++) {
        uint64_t begin = (uint64_t)vhd->table[i] * SECTOR;

        if (vhd->table[i] != UNUSED_BLOCK && begin + vhd->bitmap_size + vhd->block_size > end)
            end = begin + vhd->bitmap_size + vhd->block_size;
    }
    return end;
}

static enum wcab_err open_inside(struct wci_source *file, const struct footer *footer,
                                 struct wci_source **source, struct wcab_error *err)
{
    if (footer->type == TYPE_FIXED)
        return wci_source_open_window(file, 0, footer->size, source, err);
    if (footer->type == TYPE_DYNAMIC)
        return open_dynamic(file, footer, source, err);
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         footer->type == TYPE_DIFFERENCING
                             ? "VHD: differencing disk; merge it first: qemu-img convert -O raw"
                             : "VHD: unknown type of disk");
}

enum wcab_err wci_disk_vhd_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    struct wci_nest_disk disk = {.source = source,
                                 .reason = "VHD: \"conectix\" 512 bytes from the end"};
    struct footer footer;
    enum wcab_err code;

    /* dynamic disks have a copy at the start, which survives when the end is cut off */
    if (size < SECTOR ||
        (!read_footer(source, size - SECTOR, &footer) && !read_footer(source, 0, &footer)))
        return wci_error_set(err, WCAB_ERR_FORMAT,
                             "no VHD: no \"conectix\" 512 bytes from its end");
    code = open_inside(source, &footer, &disk.inside, err);
    if (code != WCAB_OK)
        return code;
    disk.format = footer.type == TYPE_FIXED ? "VHD, fixed" : "VHD, dynamic";
    if (footer.type == TYPE_DYNAMIC)
        disk.end = end_of_blocks(disk.inside);
    return wci_nest_of_disk(&disk, volume, err);
}
