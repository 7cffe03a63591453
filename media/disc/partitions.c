/*
 * partitions - see partitions.h.
 */
#include "media/disc/partitions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"

enum {
    SECTOR = 512,
    TABLE_AT = 446,
    ENTRY = 16,
    PRIMARIES = 4,
    TYPE_EMPTY = 0x00,
    TYPE_EXTENDED = 0x05,
    TYPE_EXTENDED_LBA = 0x0F,
    TYPE_EXTENDED_LINUX = 0x85,
    TYPE_GPT = 0xEE,
    GPT_ENTRY_MIN = 128,
    GPT_ENTRY_MAX = 4096,
    EXTENDED_MAX = 256 /* links of a chain of logical partitions */
};

/* An entry of a partition table; sectors of 512 bytes. */
struct table_entry {
    uint8_t flag, type;
    uint64_t start, count;
};

struct partition {
    unsigned number;
    uint64_t start, count; /* sectors */
};

struct partition_volume {
    struct wci_volume base;
    bool gpt;
    size_t count;
    struct partition partitions[WCI_PARTITIONS_MAX];
    struct wcab_error fault; /* what kept the table from being read to its end; code 0: nothing */
};

static bool is_extended(uint8_t type)
{
    return type == TYPE_EXTENDED || type == TYPE_EXTENDED_LBA || type == TYPE_EXTENDED_LINUX;
}

static bool has_signature(const uint8_t *sector)
{
    return sector[510] == 0x55 && sector[511] == 0xAA;
}

static struct table_entry read_entry(const uint8_t *sector, unsigned number)
{
    struct wci_cursor cursor = wci_cursor_of(sector + TABLE_AT + (size_t)ENTRY * number, ENTRY);
    struct table_entry entry;

    entry.flag = wci_cursor_u8(&cursor);
    wci_cursor_skip(&cursor, 3);
    entry.type = wci_cursor_u8(&cursor);
    wci_cursor_skip(&cursor, 3);
    entry.start = wci_cursor_u32(&cursor);
    entry.count = wci_cursor_u32(&cursor);
    return entry;
}

static void add(struct partition_volume *disk, unsigned number, uint64_t start, uint64_t count)
{
    if (disk->count < WCI_PARTITIONS_MAX)
        disk->partitions[disk->count++] = (struct partition){number, start, count};
}

/* ---- master boot record ------------------------------------------------------------------- */

static bool overlap(const struct table_entry *a, const struct table_entry *b)
{
    return a->start < b->start + b->count && b->start < a->start + a->count;
}

/* True when all four entries make sense together; boot code in their place never does.  The end of
 * the disk may be cut off, but not its first partition's start. */
static bool is_table(const uint8_t *sector, uint64_t sectors)
{
    struct table_entry entries[PRIMARIES];
    unsigned i, k, used = 0, there = 0, active = 0;

    for (i = 0; i < PRIMARIES; i++) {
        entries[i] = read_entry(sector, i);
        if (entries[i].flag != 0 && entries[i].flag != 0x80)
            return false;
        active += entries[i].flag == 0x80;
        if (entries[i].type == TYPE_EMPTY)
            continue;
        used++;
        there += entries[i].start < sectors;
        if (entries[i].start == 0 || entries[i].count == 0)
            return false;
        for (k = 0; k < i; k++) {
            if (entries[k].type != TYPE_EMPTY && overlap(&entries[i], &entries[k]))
                return false;
        }
    }
    return used > 0 && there > 0 && active <= 1;
}

static bool is_among(const uint64_t *tables, unsigned count, uint64_t at)
{
    while (count > 0) {
        if (tables[--count] == at)
            return true;
    }
    return false;
}

/* Logical partitions: a chain of tables, each with one partition and a link to the next; links
 * count from the extended partition's start.  What breaks the chain is kept for the walk. */
static void read_logical(struct partition_volume *disk, uint64_t extended_start)
{
    uint64_t tables[EXTENDED_MAX] = {0}, at = extended_start;
    unsigned links;

    for (links = 0; links < EXTENDED_MAX && !is_among(tables, links, at); links++) {
        uint8_t sector[SECTOR] = {0};
        struct table_entry partition, next;
        enum wcab_err code = wci_source_read_at(disk->base.source, at * SECTOR, sector,
                                                sizeof(sector), &disk->fault);

        tables[links] = at;
        if (code != WCAB_OK)
            return;
        if (!has_signature(sector)) {
            wci_error_set_at(&disk->fault, WCAB_ERR_CORRUPT, at * SECTOR,
                             "no table of logical partitions at sector %llu",
                             (unsigned long long)at);
            return;
        }
        partition = read_entry(sector, 0);
        next = read_entry(sector, 1);
        if (partition.type != TYPE_EMPTY && partition.count > 0)
            add(disk, 5 + links, at + partition.start, partition.count);
        if (!is_extended(next.type) || next.start == 0)
            return;
        at = extended_start + next.start;
    }
    wci_error_set_at(&disk->fault, WCAB_ERR_CORRUPT, extended_start * SECTOR,
                     "the tables of logical partitions run in a circle at sector %llu",
                     (unsigned long long)at);
}

static void read_primaries(struct partition_volume *disk, const uint8_t *sector)
{
    unsigned i;

    for (i = 0; i < PRIMARIES; i++) {
        struct table_entry entry = read_entry(sector, i);

        if (entry.type == TYPE_EMPTY || entry.type == TYPE_GPT)
            continue;
        if (is_extended(entry.type))
            read_logical(disk, entry.start);
        else
            add(disk, i + 1, entry.start, entry.count);
    }
}

/* ---- GPT ---------------------------------------------------------------------------------- */

static bool is_unused(const uint8_t *entry)
{
    static const uint8_t zero[16];

    return memcmp(entry, zero, sizeof(zero)) == 0;
}

static void read_gpt_entries(struct partition_volume *disk, uint64_t at, uint32_t count,
                             uint32_t size)
{
    uint32_t i;

    for (i = 0; i < count && i < WCI_PARTITIONS_MAX; i++) {
        uint8_t bytes[GPT_ENTRY_MIN] = {0};
        struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));
        uint64_t first, last;

        if (wci_source_read_at(disk->base.source, at + (uint64_t)i * size, bytes, sizeof(bytes),
                               &disk->fault) != WCAB_OK)
            return;
        wci_cursor_seek(&cursor, 32);
        first = wci_cursor_u64(&cursor);
        last = wci_cursor_u64(&cursor);
        if (!is_unused(bytes) && first != 0 && last >= first && last <= UINT64_MAX / SECTOR - 1)
            add(disk, i + 1, first, last - first + 1);
    }
}

/* True when sector 1 holds a GPT header. */
static bool read_gpt(struct partition_volume *disk)
{
    uint8_t sector[SECTOR] = {0};
    struct wci_cursor cursor = wci_cursor_of(sector, sizeof(sector));
    uint64_t entries;
    uint32_t count, size;

    if (wci_source_read_at(disk->base.source, SECTOR, sector, sizeof(sector), NULL) != WCAB_OK ||
        memcmp(sector, "EFI PART", 8) != 0)
        return false;
    wci_cursor_seek(&cursor, 72);
    entries = wci_cursor_u64(&cursor);
    count = wci_cursor_u32(&cursor);
    size = wci_cursor_u32(&cursor);
    if (entries > UINT64_MAX / SECTOR - 1 || size < GPT_ENTRY_MIN || size > GPT_ENTRY_MAX)
        wci_error_set_at(&disk->fault, WCAB_ERR_CORRUPT, SECTOR, "bad GPT header");
    else
        read_gpt_entries(disk, entries * SECTOR, count, size);
    return true;
}

static bool is_protective(const uint8_t *sector)
{
    unsigned i;

    for (i = 0; i < PRIMARIES; i++) {
        if (read_entry(sector, i).type == TYPE_GPT)
            return true;
    }
    return false;
}

/* ---- the volume --------------------------------------------------------------------------- */

static enum wcab_err partitions_describe(struct wci_volume *volume, struct wci_arena *arena,
                                         struct wci_container *container, struct wcab_error *err)
{
    const struct partition_volume *disk = (const struct partition_volume *)volume;

    container->kind = WCI_CONTAINER_PARTITIONS;
    container->format =
        wci_arena_bytes(arena, wci_bytes_of(disk->gpt ? "GPT partitions" : "MBR partitions"));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err visit(const struct partition_volume *disk, const struct partition *partition,
                           const struct wci_visitor *visitor, struct wcab_error *err)
{
    uint64_t sectors = wci_source_size(disk->base.source) / SECTOR;
    uint64_t count = partition->count;
    struct wcab_error fault;
    char name[40];

    (void)snprintf(name, sizeof(name), "partition %u", partition->number);
    if (partition->start >= sectors || count > sectors - partition->start) {
        wci_error_set_at(&fault, WCAB_ERR_CORRUPT, partition->start * SECTOR,
                         "%s reaches behind the end of the image (%llu of %llu sectors)", name,
                         (unsigned long long)(partition->start + count),
                         (unsigned long long)sectors);
        visitor->fault(visitor->context, &fault);
        count = partition->start < sectors ? sectors - partition->start : 0;
    }
    if (count == 0 || visitor->nested == NULL)
        return WCAB_OK;
    return visitor->nested(visitor->context, name, partition->start * SECTOR, count * SECTOR, err);
}

static enum wcab_err partitions_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                                     struct wcab_error *err)
{
    const struct partition_volume *disk = (const struct partition_volume *)volume;
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (disk->fault.code != WCAB_OK)
        visitor->fault(visitor->context, &disk->fault);
    for (i = 0; code == WCAB_OK && i < disk->count; i++)
        code = visit(disk, &disk->partitions[i], visitor, err);
    return code;
}

static enum wcab_err partitions_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                           struct wci_source **source, struct wcab_error *err)
{
    (void)volume;
    (void)entry;
    (void)source;
    return wci_error_set(err, WCAB_ERR_NOTFOUND, "a partition table holds no files");
}

static void partitions_close(struct wci_volume *volume)
{
    free(volume);
}

static const struct wci_volume_ops partitions_ops = {.describe = partitions_describe,
                                                     .walk = partitions_walk,
                                                     .open_entry = partitions_open_entry,
                                                     .close = partitions_close};

enum wcab_err wci_partitions_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err)
{
    uint64_t sectors = wci_source_size(source) / SECTOR;
    struct partition_volume *disk;
    uint8_t sector[SECTOR] = {0};
    enum wcab_err code = WCAB_OK;

    if (sectors > 0)
        code = wci_source_read_at(source, 0, sector, sizeof(sector), err);
    if (code != WCAB_OK)
        return code;
    if (!has_signature(sector) || !is_table(sector, sectors))
        return wci_error_set(err, WCAB_ERR_FORMAT, "no partition table at byte %d", (int)TABLE_AT);
    disk = wci_mem_calloc(1, sizeof(*disk));
    if (disk == NULL)
        return wci_error_nomem(err);
    disk->base.ops = &partitions_ops;
    disk->base.source = source;
    disk->gpt = is_protective(sector) && read_gpt(disk);
    if (!disk->gpt)
        read_primaries(disk, sector);
    (void)snprintf(disk->base.reason, sizeof(disk->base.reason),
                   "%s: 55 AA at byte 510, %zu partitions", disk->gpt ? "GPT" : "MBR", disk->count);
    *volume = &disk->base;
    return WCAB_OK;
}
