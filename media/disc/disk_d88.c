/*
 * disk_d88 - see disk_d88.h.
 */
#include "media/disc/disk_d88.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "media/disc/floppy_layout.h"
#include "media/disc/nest.h"

enum {
    FILE_MAX = 64 * 1024 * 1024,
    DISKS_MAX = 64,
    TRACKS = 164,
    PROTECTED_AT = 0x1A,
    SIZE_AT = 0x1C,
    TABLE_AT = 0x20,
    HEADER_OLD = 0x20 + 160 * 4, /* tables of 160 tracks */
    HEADER_NEW = 0x20 + TRACKS * 4,
    DELETED = 0x10,
    SECTORS_MAX = 255
};

/* One floppy of the file. */
struct disk {
    const uint8_t *bytes; /* borrowed */
    size_t size;
};

/* A sector's header and data; the cursor stands behind them. */
struct sector {
    struct wci_floppy_sector put;
    unsigned track_sectors;
};

bool wci_disk_d88_is_header(const uint8_t *bytes, size_t size, uint64_t file_size)
{
    struct wci_cursor cursor = wci_cursor_of(bytes, size);
    uint32_t disk_size, first;
    uint8_t type;

    wci_cursor_seek(&cursor, PROTECTED_AT);
    if ((wci_cursor_u8(&cursor) & 0xEF) != 0)
        return false;
    type = wci_cursor_u8(&cursor);
    disk_size = wci_cursor_u32(&cursor);
    first = wci_cursor_u32(&cursor);
    return cursor.ok && (type & 0x0F) == 0 && type <= 0x40 && disk_size > HEADER_OLD &&
           disk_size <= file_size && (first == HEADER_OLD || first == HEADER_NEW);
}

/* How it was read: 0 well, A0 and B0 with a wrong checksum, F0 no data. */
static enum wci_floppy_state state_of(uint8_t deleted, uint8_t status)
{
    if (status == 0xF0 || status == 0xE0)
        return WCI_FLOPPY_MISSING;
    if (status == 0xA0 || status == 0xB0)
        return WCI_FLOPPY_BAD;
    return deleted == DELETED ? WCI_FLOPPY_DELETED : WCI_FLOPPY_GOOD;
}

static bool read_sector(struct wci_cursor *cursor, struct sector *sector)
{
    uint8_t deleted, status;
    uint16_t length;

    sector->put.cylinder = wci_cursor_u8(cursor);
    sector->put.head = wci_cursor_u8(cursor);
    sector->put.number = wci_cursor_u8(cursor);
    sector->put.size_code = wci_cursor_u8(cursor);
    sector->track_sectors = wci_cursor_u16(cursor);
    wci_cursor_skip(cursor, 1); /* density */
    deleted = wci_cursor_u8(cursor);
    status = wci_cursor_u8(cursor);
    wci_cursor_skip(cursor, 5);
    length = wci_cursor_u16(cursor);
    sector->put.fill = 0;
    sector->put.state = state_of(deleted, status);
    sector->put.data = wci_cursor_bytes(cursor, length);
    if (!cursor->ok || sector->put.size_code >= WCI_FLOPPY_SIZE_CODES)
        return false;
    if (length < 128U << sector->put.size_code) { /* the rest was not kept */
        sector->put.data = NULL;
        sector->put.state = WCI_FLOPPY_MISSING;
    }
    return true;
}

/* Calls `take` for each sector of each track of the table. */
static void each_sector(const struct disk *disk,
                        void (*take)(void *context, const struct sector *sector, unsigned index),
                        void *context)
{
    struct wci_cursor table = wci_cursor_of(disk->bytes, disk->size);
    uint32_t first = 0;
    unsigned track;

    wci_cursor_seek(&table, TABLE_AT);
    for (track = 0; track < TRACKS; track++) {
        struct wci_cursor cursor = wci_cursor_of(disk->bytes, disk->size);
        struct sector sector;
        uint32_t at = wci_cursor_u32(&table);
        unsigned i = 0, count = 1;

        if (first == 0)
            first = at;
        if (first != 0 && TABLE_AT + track * 4U >= first) /* a shorter table */
            return;
        if (at < HEADER_OLD || at >= disk->size)
            continue;
        wci_cursor_seek(&cursor, at);
        while (i < count && read_sector(&cursor, &sector)) {
            count = sector.track_sectors < SECTORS_MAX ? sector.track_sectors : SECTORS_MAX;
            take(context, &sector, i++);
        }
    }
}

static void vote(void *context, const struct sector *sector, unsigned index)
{
    if (index == 0)
        wci_floppy_votes_add(context, sector->put.cylinder, sector->put.head, sector->track_sectors,
                             sector->put.size_code);
}

struct copying {
    const struct wci_floppy_layout *layout;
    struct wci_floppy_dump *dump;
};

static void copy(void *context, const struct sector *sector, unsigned index)
{
    const struct copying *copying = context;

    (void)index;
    wci_floppy_layout_put(copying->layout, copying->dump, &sector->put);
}

/* Adds one floppy of the file. */
static enum wcab_err add_disk(struct wci_nest *nest, const struct disk *disk, unsigned number,
                              uint64_t offset, struct wcab_error *err)
{
    struct wci_floppy_votes votes;
    struct wci_floppy_layout layout;
    struct copying copying = {&layout, NULL};
    char name[20];
    enum wcab_err code;

    memset(&votes, 0, sizeof(votes));
    each_sector(disk, vote, &votes);
    if (!wci_floppy_votes_decide(&votes, &layout))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset, "D88: floppy without a sector");
    layout.double_step = false; /* sectors tell their cylinders themselves */
    layout.cylinders = votes.cylinders;
    code = wci_floppy_layout_new(&layout, &copying.dump, err);
    if (code != WCAB_OK)
        return code;
    each_sector(disk, copy, &copying);
    (void)snprintf(name, sizeof(name), number > 1 ? "floppy %u" : "floppy", number);
    return wci_floppy_dump_add_take(copying.dump, nest, name, offset, err);
}

static enum wcab_err add_disks(struct wci_nest *nest, const uint8_t *bytes, size_t size,
                               struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    unsigned number;
    size_t at = 0;

    for (number = 1; code == WCAB_OK && number <= DISKS_MAX; number++) {
        struct wci_cursor cursor = wci_cursor_of(bytes, size);
        struct disk disk = {bytes + at, 0};

        if (at > 0 && (at >= size || !wci_disk_d88_is_header(bytes + at, size - at, size - at)))
            break;
        wci_cursor_seek(&cursor, at + SIZE_AT);
        disk.size = wci_cursor_u32(&cursor);
        code = add_disk(nest, &disk, number, at, err);
        at += disk.size;
    }
    return code;
}

enum wcab_err wci_disk_d88_open(struct wci_source *source, struct wci_volume **volume,
                                struct wcab_error *err)
{
    uint64_t size = wci_source_size(source);
    uint8_t head[WCI_DISK_D88_HEADER], *bytes;
    struct wci_nest *nest = NULL;
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(source, 0, head, sizeof(head), &got, err);

    if (code != WCAB_OK)
        return code;
    if (size > FILE_MAX || !wci_disk_d88_is_header(head, got, size))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no D88 header at byte 0");
    bytes = malloc((size_t)size);
    if (bytes == NULL)
        return wci_error_nomem(err);
    code = wci_source_read_at(source, 0, bytes, (size_t)size, err);
    if (code == WCAB_OK)
        code = wci_nest_new(source, "D88", "D88 floppy image: its size at byte 28, tracks from 32",
                            &nest, err);
    if (code == WCAB_OK)
        code = add_disks(nest, bytes, (size_t)size, err);
    free(bytes);
    if (code != WCAB_OK) {
        wci_nest_free(nest);
        return code;
    }
    *volume = wci_nest_volume(nest);
    return WCAB_OK;
}
