/*
 * iso_image - see iso_image.h.
 */
#include "jobs/repair/iso_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SECTOR = 2048,
    DESCRIPTOR_AT = 16, /* sectors: the volume's descriptor, the end of descriptors, */
    TABLE_L_AT = 18,    /* path tables of both byte orders, */
    TABLE_M_AT = 19,
    ROOT_AT = 20, /* the root folder, then the files */
    TABLE_BYTES = 10,
    RECORD_HEADER = 33,
    FOLDER = 2
};

/* ---- numbers ------------------------------------------------------------------------------ */

static void put_both16(struct wci_buffer *out, uint16_t value)
{
    wci_buffer_u16(out, value);
    wci_buffer_u8(out, (uint8_t)(value >> 8));
    wci_buffer_u8(out, (uint8_t)value);
}

static void put_big32(struct wci_buffer *out, uint32_t value)
{
    unsigned i;

    for (i = 4; i-- > 0;)
        wci_buffer_u8(out, (uint8_t)(value >> 8 * i));
}

static void put_both32(struct wci_buffer *out, uint32_t value)
{
    wci_buffer_u32(out, value);
    put_big32(out, value);
}

static void put_filled(struct wci_buffer *out, const char *text, size_t length)
{
    size_t used = strlen(text), i;

    wci_buffer_put(out, text, used < length ? used : length);
    for (i = used; i < length; i++)
        wci_buffer_u8(out, ' ');
}

static void put_zeroes(struct wci_buffer *out, size_t count)
{
    uint8_t *room = count == 0 ? NULL : wci_buffer_reserve(out, count);

    if (room == NULL)
        return;
    memset(room, 0, count);
    out->size += count;
}

static void fill_sector(struct wci_buffer *out)
{
    put_zeroes(out, (SECTOR - out->size % SECTOR) % SECTOR);
}

static size_t sectors_of(size_t size)
{
    return (size + SECTOR - 1) / SECTOR;
}

/* ---- the root folder ---------------------------------------------------------------------- */

static size_t record_bytes(size_t name_length)
{
    return RECORD_HEADER + name_length + (name_length % 2 == 0);
}

/* Seven bytes: years since 1900, month, day, hour, minute, second, zone. */
static void put_date(struct wci_buffer *out, uint32_t modified)
{
    uint32_t date = modified >> 16, time = modified & 0xFFFF;

    wci_buffer_u8(out, (uint8_t)(modified == 0 ? 95 : (date >> 9) + 80));
    wci_buffer_u8(out, (uint8_t)(modified == 0 ? 1 : date >> 5 & 15));
    wci_buffer_u8(out, (uint8_t)(modified == 0 ? 1 : date & 31));
    wci_buffer_u8(out, (uint8_t)(time >> 11));
    wci_buffer_u8(out, (uint8_t)(time >> 5 & 63));
    wci_buffer_u8(out, (uint8_t)((time & 31) * 2));
    wci_buffer_u8(out, 0);
}

struct record {
    const char *name; /* with its length: "\0" and "\1" are the folder and its parent */
    size_t name_length;
    size_t sector, size;
    uint32_t modified;
    uint8_t flags;
};

static void put_record(struct wci_buffer *out, const struct record *record)
{
    size_t bytes = record_bytes(record->name_length);

    if (out->size % SECTOR + bytes > SECTOR)
        fill_sector(out); /* no record crosses a sector's end */
    wci_buffer_u8(out, (uint8_t)bytes);
    wci_buffer_u8(out, 0);
    put_both32(out, (uint32_t)record->sector);
    put_both32(out, (uint32_t)record->size);
    put_date(out, record->modified);
    wci_buffer_u8(out, record->flags);
    wci_buffer_u16(out, 0);
    put_both16(out, 1);
    wci_buffer_u8(out, (uint8_t)record->name_length);
    wci_buffer_put(out, record->name, record->name_length);
    if (record->name_length % 2 == 0)
        wci_buffer_u8(out, 0);
}

/* "MAPI32.DLL;1" */
static size_t put_name(char name[16], const struct wci_iso_file *file)
{
    return (size_t)snprintf(name, 16, "%.12s%s;1", file->name,
                            strchr(file->name, '.') == NULL ? "." : "");
}

static size_t root_sectors(const struct wci_iso_file *files, size_t count)
{
    size_t used = 2 * record_bytes(1), i;
    char name[16];

    for (i = 0; i < count; i++) {
        size_t bytes = record_bytes(put_name(name, &files[i]));

        if (used % SECTOR + bytes > SECTOR)
            used += SECTOR - used % SECTOR;
        used += bytes;
    }
    return sectors_of(used);
}

static void put_root(struct wci_buffer *out, const struct wci_iso_file *files, size_t count,
                     size_t folder_sectors)
{
    struct record record = {"", 1, ROOT_AT, folder_sectors * SECTOR, 0, FOLDER};
    size_t sector = ROOT_AT + folder_sectors, i;
    char name[16];

    put_record(out, &record);
    record.name = "\1";
    put_record(out, &record);
    for (i = 0; i < count; i++) {
        const size_t length = put_name(name, &files[i]);

        record =
            (struct record){name, length, sector, files[i].content.length, files[i].modified, 0};
        put_record(out, &record);
        sector += sectors_of(files[i].content.length);
    }
    fill_sector(out);
}

/* ---- the volume --------------------------------------------------------------------------- */

static void put_descriptor(struct wci_buffer *out, const char *label, size_t sectors,
                           size_t folder_sectors)
{
    const struct record root = {"", 1, ROOT_AT, folder_sectors * SECTOR, 0, FOLDER};
    unsigned i;

    wci_buffer_put(out, "\1CD001\1\0", 8);
    put_filled(out, "", 32);
    put_filled(out, label, 32);
    put_zeroes(out, 8);
    put_both32(out, (uint32_t)sectors);
    put_zeroes(out, 32);
    put_both16(out, 1);
    put_both16(out, 1);
    put_both16(out, SECTOR);
    put_both32(out, TABLE_BYTES);
    wci_buffer_u32(out, TABLE_L_AT);
    wci_buffer_u32(out, 0);
    put_big32(out, TABLE_M_AT);
    put_big32(out, 0);
    put_record(out, &root);
    put_filled(out, "", 128);
    put_filled(out, "", 128);
    put_filled(out, "", 128);
    put_filled(out, "WHICHCAB", 128);
    put_filled(out, "", 3 * 37);
    for (i = 0; i < 4; i++) { /* no dates */
        wci_buffer_put(out, "0000000000000000", 16);
        wci_buffer_u8(out, 0);
    }
    wci_buffer_u8(out, 1);
    fill_sector(out);
    wci_buffer_put(out, "\377CD001\1", 7);
    fill_sector(out);
}

static void put_path_tables(struct wci_buffer *out)
{
    wci_buffer_put(out, "\1\0", 2);
    wci_buffer_u32(out, ROOT_AT);
    wci_buffer_put(out, "\1\0\0\0", 4);
    fill_sector(out);
    wci_buffer_put(out, "\1\0", 2);
    put_big32(out, ROOT_AT);
    wci_buffer_put(out, "\0\1\0\0", 4);
    fill_sector(out);
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct wci_iso_file *)a)->name, ((const struct wci_iso_file *)b)->name);
}

bool wci_iso_image_put(struct wci_iso_file *files, size_t count, const char *label,
                       struct wci_buffer *out)
{
    size_t folder_sectors, sectors, i;

    if (count > 1)
        qsort(files, count, sizeof(*files), compare_files);
    folder_sectors = root_sectors(files, count);
    sectors = ROOT_AT + folder_sectors;
    for (i = 0; i < count; i++)
        sectors += sectors_of(files[i].content.length);
    put_zeroes(out, (size_t)DESCRIPTOR_AT * SECTOR);
    put_descriptor(out, label, sectors, folder_sectors);
    put_path_tables(out);
    put_root(out, files, count, folder_sectors);
    for (i = 0; i < count; i++) {
        wci_buffer_put(out, files[i].content.data, files[i].content.length);
        fill_sector(out);
    }
    return out->ok;
}
