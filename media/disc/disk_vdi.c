/*
 * disk_vdi - see disk_vdi.h.
 *
 * Source: VirtualBox' VDICore.h. A table says for each block of the disk which block of the file
 * holds it.
 */
#include "media/disc/disk_vdi.h"

#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "media/disc/nest.h"

enum {
    HEADER = 512,
    SIGNATURE_AT = 64,
    TYPE_AT = 76,
    TABLE_FIELD = 340,
    SIZE_FIELD = 368,
    TYPE_DYNAMIC = 1,
    TYPE_FIXED = 2,
    BLOCK_LEAST = 4096,
    BLOCK_MOST = 1 << 28
};

#define FREE_BLOCK 0xFFFFFFFEU /* and above: zeroes */

struct vdi_source {
    struct wci_source base;
    struct wci_source *file; /* borrowed */
    uint64_t data;           /* where blocks begin in the file */
    uint32_t block_size, extra, count;
    uint32_t *table; /* owned */
};

static enum wcab_err vdi_read(struct wci_source *source, uint64_t offset, void *buffer,
                              size_t length, size_t *got, struct wcab_error *err)
{
    struct vdi_source *vdi = (struct vdi_source *)source;
    uint64_t block = offset / vdi->block_size, within = offset % vdi->block_size;
    uint64_t stride = (uint64_t)vdi->block_size + vdi->extra;

    if (length > vdi->block_size - within)
        length = (size_t)(vdi->block_size - within);
    *got = length;
    if (block >= vdi->count || vdi->table[block] >= FREE_BLOCK) {
        memset(buffer, 0, length);
        return WCAB_OK;
    }
    return wci_source_read_at(vdi->file,
                              vdi->data + vdi->table[block] * stride + vdi->extra + within, buffer,
                              length, err);
}

static void vdi_close(struct wci_source *source)
{
    struct vdi_source *vdi = (struct vdi_source *)source;

    free(vdi->table);
    free(vdi);
}

static const struct wci_source_ops vdi_ops = {vdi_read, vdi_close};

static enum wcab_err read_table(struct vdi_source *vdi, uint64_t at, struct wcab_error *err)
{
    uint64_t size = wci_source_size(vdi->file), bytes = (uint64_t)vdi->count * 4;
    struct wci_cursor cursor;
    uint8_t *raw;
    enum wcab_err code;
    uint32_t i;

    if (at > size || bytes > size - at)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, at,
                                "VDI: table of %lu blocks does not lie within the file",
                                (unsigned long)vdi->count);
    raw = malloc((size_t)bytes + 1);
    vdi->table = wci_mem_calloc((size_t)vdi->count + 1, sizeof(*vdi->table));
    if (raw == NULL || vdi->table == NULL) {
        free(raw);
        return wci_error_nomem(err);
    }
    code = wci_source_read_at(vdi->file, at, raw, (size_t)bytes, err);
    cursor = wci_cursor_of(raw, (size_t)bytes);
    for (i = 0; i < vdi->count; i++)
        vdi->table[i] = wci_cursor_u32(&cursor);
    free(raw);
    return code;
}

static enum wcab_err read_header(struct vdi_source *vdi, const uint8_t *header,
                                 struct wcab_error *err)
{
    struct wci_cursor cursor = wci_cursor_of(header, HEADER);
    uint32_t type, table;

    wci_cursor_seek(&cursor, TYPE_AT);
    type = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, TABLE_FIELD);
    table = wci_cursor_u32(&cursor);
    vdi->data = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, SIZE_FIELD);
    vdi->base.size = wci_cursor_u64(&cursor);
    vdi->block_size = wci_cursor_u32(&cursor);
    vdi->extra = wci_cursor_u32(&cursor);
    vdi->count = wci_cursor_u32(&cursor);
    if (type != TYPE_DYNAMIC && type != TYPE_FIXED)
        return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                             "VDI: differencing disk or snapshot; merge it first: VBoxManage "
                             "clonemedium");
    if (vdi->block_size < BLOCK_LEAST || vdi->block_size > BLOCK_MOST ||
        (vdi->block_size & (vdi->block_size - 1)) != 0 || vdi->extra > BLOCK_MOST ||
        vdi->base.size > (uint64_t)vdi->count * vdi->block_size)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, SIZE_FIELD,
                                "VDI: sizes of disk and blocks contradict each other");
    return read_table(vdi, table, err);
}

/* Where the last block ends in the file. */
static uint64_t end_of_blocks(const struct wci_source *source)
{
    const struct vdi_source *vdi = (const struct vdi_source *)source;
    uint64_t stride = (uint64_t)vdi->block_size + vdi->extra, end = 0;
    uint32_t i;

    for (i = 0; i < vdi->count; i++) {
        if (vdi->table[i] < FREE_BLOCK && vdi->data + (vdi->table[i] + 1ULL) * stride > end)
            end = vdi->data + (vdi->table[i] + 1ULL) * stride;
    }
    return end;
}

static enum wcab_err open_inside(struct wci_source *file, const uint8_t *header,
                                 struct wci_source **source, struct wcab_error *err)
{
    struct vdi_source *vdi = wci_mem_calloc(1, sizeof(*vdi));
    enum wcab_err code;

    if (vdi == NULL)
        return wci_error_nomem(err);
    vdi->base.ops = &vdi_ops;
    vdi->file = file;
    code = read_header(vdi, header, err);
    if (code != WCAB_OK) {
        vdi_close(&vdi->base);
        return code;
    }
    *source = &vdi->base;
    return WCAB_OK;
}

enum wcab_err wci_disk_vdi_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err)
{
    uint8_t header[HEADER] = {0};
    struct wci_nest_disk disk = {
        .source = source, .format = "VDI", .reason = "VDI: 7F 10 DA BE at byte 64"};
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, header, sizeof(header), &got, err);

    if (code != WCAB_OK)
        return code;
    if (got < HEADER || memcmp(header + SIGNATURE_AT, "\x7F\x10\xDA\xBE", 4) != 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no VDI: no 7F 10 DA BE at byte %d",
                             (int)SIGNATURE_AT);
    code = open_inside(source, header, &disk.inside, err);
    if (code != WCAB_OK)
        return code;
    disk.end = end_of_blocks(disk.inside);
    return wci_nest_of_disk(&disk, volume, err);
}
