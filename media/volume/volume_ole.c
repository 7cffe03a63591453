/*
 * volume_ole - OLE2 compound files as volumes: Windows Installer packages and whatever else keeps
 * cabinets in streams.  Documents and the like are not taken for volumes.
 *
 * Source: [MS-CFB] Compound File Binary File Format, sections 2.2 (header), 2.3 (FAT), 2.4 (mini
 * FAT), 2.5 (DIFAT), 2.6 (directory).  A file is a FAT of sectors; streams below 4,096 bytes lie in
 * 64-byte sectors of the root entry's own stream.  Windows Installer packs two characters of a
 * stream's name into one code unit of 3800h to 483Fh, and puts 4840h before those of tables; that
 * is told by no specification, only by its readers (Wine, msitools).
 *
 * The FAT, mini FAT and directory are read when the volume is opened and held in memory; each is
 * bounded by the size of the file that holds it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/text.h"
#include "media/volume/volume.h"

enum {
    HEADER = 512,
    HEADER_DIFAT = 76, /* offset of the FAT sectors that the header itself lists */
    HEADER_DIFAT_COUNT = 109,
    ENTRY = 128,
    ENTRY_NAME_BYTES = 64,
    ENTRY_TYPE = 66,
    ENTRY_CLASS = 80,
    ENTRY_START = 116,
    MINI_SHIFT = 6,
    MINI_CUTOFF = 4096,
    TYPE_STORAGE = 1,
    TYPE_STREAM = 2,
    TYPE_ROOT = 5,
    MSI_FIRST = 0x3800,
    MSI_SINGLE = 0x4800,
    MSI_TABLE = 0x4840,
    MOST_STREAMS_ASKED = 1000 /* whether they are cabinets */
};

#define MOST_REGULAR_SECTOR 0xFFFFFFFAU /* MAXREGSECT: above it are marks */
#define END_OF_CHAIN 0xFFFFFFFEU
#define NO_STREAM 0xFFFFFFFFU

static const uint8_t signature[8] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};

struct header {
    uint16_t major, sector_shift, mini_shift;
    uint32_t fat_sectors, first_directory, cutoff, first_mini, mini_sectors, first_difat,
        difat_sectors;
    uint8_t difat[HEADER_DIFAT_COUNT * 4];
};

/* Sector numbers in memory. */
struct table {
    uint32_t *entries; /* owned */
    size_t count;
};

struct ole_volume {
    struct wci_volume base;
    struct header header;
    uint32_t sector_size;
    uint64_t sector_count; /* that the file has room for, the last one perhaps cut off */
    struct table fat, mini;
    struct table root;  /* sectors of the mini stream, in order; read when first needed */
    uint8_t *directory; /* owned */
    uint32_t entry_count;
    uint32_t *parents; /* storage of each entry; NO_STREAM: not reached from the root */
    struct wcab_error directory_fault; /* code WCAB_OK: the whole directory was read */
};

struct ole_entry {
    uint32_t left, right, child, start;
    uint8_t type;
    uint64_t size;
};

/* ---- sectors ------------------------------------------------------------------------------ */

/* Sector 0 follows the header's own sector ([MS-CFB] 2.2). */
static uint64_t sector_offset(const struct ole_volume *ole, uint32_t sector)
{
    return ((uint64_t)sector + 1) * ole->sector_size;
}

static bool is_sector(const struct ole_volume *ole, uint32_t sector)
{
    return sector < MOST_REGULAR_SECTOR && sector < ole->sector_count;
}

/* Reads a sector of little-endian numbers behind those that the table has. */
static enum wcab_err read_numbers(struct ole_volume *ole, uint32_t sector, struct table *table,
                                  struct wcab_error *err)
{
    uint8_t bytes[4096] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, ole->sector_size);
    uint64_t at = sector_offset(ole, sector);
    uint32_t i;
    enum wcab_err code;

    if (!is_sector(ole, sector))
        return wci_error_set(err, WCAB_ERR_CORRUPT, "sector %lu lies outside of the file",
                             (unsigned long)sector);
    code = wci_source_read_at(ole->base.source, at, bytes, ole->sector_size, err);
    for (i = 0; code == WCAB_OK && i < ole->sector_size / 4; i++)
        table->entries[table->count++] = wci_cursor_u32(&cursor);
    return code;
}

/* Room for `sectors` sectors of numbers; no more than the file has. */
static enum wcab_err alloc_table(const struct ole_volume *ole, struct table *table,
                                 uint32_t sectors, const char *what, struct wcab_error *err)
{
    table->count = 0;
    table->entries = NULL;
    if (sectors > ole->sector_count)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "%s of %lu sectors in a file of %llu", what,
                             (unsigned long)sectors, (unsigned long long)ole->sector_count);
    table->entries = wci_mem_calloc((size_t)sectors + 1, ole->sector_size);
    return table->entries == NULL ? wci_error_nomem(err) : WCAB_OK;
}

/* The next sector of a chain, or an error: a chain that ends early or leaves the table. */
static enum wcab_err follow(const struct table *table, uint32_t *sector, const char *what,
                            struct wcab_error *err)
{
    if (*sector >= table->count)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "%s: no link for sector %lu", what,
                             (unsigned long)*sector);
    *sector = table->entries[*sector];
    return WCAB_OK;
}

/* ---- opening ------------------------------------------------------------------------------ */

static enum wcab_err read_header(struct ole_volume *ole, struct wcab_error *err)
{
    uint8_t bytes[HEADER] = {0};
    struct wci_cursor cursor = wci_cursor_of(bytes, sizeof(bytes));
    struct header *header = &ole->header;
    size_t got = 0;
    enum wcab_err code = wci_source_read_some(ole->base.source, 0, bytes, sizeof(bytes), &got, err);

    if (code != WCAB_OK)
        return code;
    if (got < sizeof(signature) || memcmp(bytes, signature, sizeof(signature)) != 0)
        return wci_error_set(err, WCAB_ERR_FORMAT, "no OLE2 compound file");
    if (got < sizeof(bytes))
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, got, "compound file's header is cut off");
    wci_cursor_seek(&cursor, 26);
    header->major = wci_cursor_u16(&cursor);
    wci_cursor_skip(&cursor, 2);
    header->sector_shift = wci_cursor_u16(&cursor);
    header->mini_shift = wci_cursor_u16(&cursor);
    wci_cursor_seek(&cursor, 44);
    header->fat_sectors = wci_cursor_u32(&cursor);
    header->first_directory = wci_cursor_u32(&cursor);
    wci_cursor_skip(&cursor, 4);
    header->cutoff = wci_cursor_u32(&cursor);
    header->first_mini = wci_cursor_u32(&cursor);
    header->mini_sectors = wci_cursor_u32(&cursor);
    header->first_difat = wci_cursor_u32(&cursor);
    header->difat_sectors = wci_cursor_u32(&cursor);
    memcpy(header->difat, bytes + HEADER_DIFAT, sizeof(header->difat));
    if ((header->sector_shift != 9 && header->sector_shift != 12) ||
        header->mini_shift != MINI_SHIFT || header->cutoff != MINI_CUTOFF)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, 30,
                                "compound file with sectors of 2^%u and 2^%u bytes",
                                (unsigned)header->sector_shift, (unsigned)header->mini_shift);
    ole->sector_size = 1U << header->sector_shift;
    return WCAB_OK;
}

/* The sectors that hold the FAT are listed in the header, then in a chain of DIFAT sectors, whose
 * last number leads to the next one. */
static enum wcab_err read_fat(struct ole_volume *ole, struct wcab_error *err)
{
    const struct header *header = &ole->header;
    struct wci_cursor listed = wci_cursor_of(header->difat, sizeof(header->difat));
    uint32_t left = header->fat_sectors, difat = header->first_difat, hops = 0, i;
    uint32_t each = ole->sector_size / 4 - 1;
    struct table numbers = {NULL, 0};
    enum wcab_err code = alloc_table(ole, &ole->fat, left, "FAT", err);

    for (i = 0; code == WCAB_OK && left > 0 && i < HEADER_DIFAT_COUNT; i++, left--)
        code = read_numbers(ole, wci_cursor_u32(&listed), &ole->fat, err);
    if (code == WCAB_OK && left > 0)
        code = alloc_table(ole, &numbers, 1, "DIFAT", err);
    while (code == WCAB_OK && left > 0) {
        if (hops++ >= header->difat_sectors) {
            code = wci_error_set(err, WCAB_ERR_CORRUPT, "list of FAT sectors ends early");
            break;
        }
        numbers.count = 0;
        code = read_numbers(ole, difat, &numbers, err);
        for (i = 0; code == WCAB_OK && left > 0 && i < each; i++, left--)
            code = read_numbers(ole, numbers.entries[i], &ole->fat, err);
        if (code == WCAB_OK)
            difat = numbers.entries[each];
    }
    free(numbers.entries);
    return code;
}

static enum wcab_err read_mini_fat(struct ole_volume *ole, struct wcab_error *err)
{
    uint32_t sector = ole->header.first_mini, i;
    enum wcab_err code = alloc_table(ole, &ole->mini, ole->header.mini_sectors, "mini FAT", err);

    for (i = 0; code == WCAB_OK && i < ole->header.mini_sectors; i++) {
        code = read_numbers(ole, sector, &ole->mini, err);
        if (code == WCAB_OK)
            code = follow(&ole->fat, &sector, "mini FAT", err);
    }
    return code;
}

/* Reads the directory's chain to its end; damage costs what comes behind it. */
static enum wcab_err read_directory(struct ole_volume *ole, struct wcab_error *err)
{
    uint32_t sector = ole->header.first_directory;
    size_t size = 0, capacity = 0;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && sector != END_OF_CHAIN) {
        if (!is_sector(ole, sector) || size >= ole->sector_count * ole->sector_size) {
            code = wci_error_set(err, WCAB_ERR_CORRUPT, "directory: bad link to sector %lu",
                                 (unsigned long)sector);
        } else if (size + ole->sector_size > WCI_LIMIT_FOLDER_BYTES) {
            code = wci_error_set(err, WCAB_ERR_LIMIT, "directory of more than %d bytes",
                                 (int)WCI_LIMIT_FOLDER_BYTES);
        } else if (!wci_mem_grow(&ole->directory, size / ole->sector_size, &capacity,
                                 ole->sector_size)) {
            return wci_error_nomem(err);
        } else {
            code = wci_source_read_at(ole->base.source, sector_offset(ole, sector),
                                      ole->directory + size, ole->sector_size, err);
            if (code == WCAB_OK) {
                size += ole->sector_size;
                code = follow(&ole->fat, &sector, "directory", err);
            }
        }
    }
    ole->entry_count = (uint32_t)(size / ENTRY);
    if (code == WCAB_OK || ole->entry_count == 0)
        return code == WCAB_OK && ole->entry_count == 0
                   ? wci_error_set(err, WCAB_ERR_CORRUPT, "compound file without a directory")
                   : code;
    if (err != NULL)
        ole->directory_fault = *err;
    ole->directory_fault.code = code;
    return WCAB_OK;
}

/* ---- the directory ------------------------------------------------------------------------ */

static const uint8_t *raw_entry(const struct ole_volume *ole, uint32_t index)
{
    return ole->directory + (size_t)index * ENTRY;
}

static struct ole_entry entry_at(const struct ole_volume *ole, uint32_t index)
{
    struct wci_cursor cursor = wci_cursor_of(raw_entry(ole, index), ENTRY);
    struct ole_entry entry;

    wci_cursor_seek(&cursor, ENTRY_TYPE);
    entry.type = wci_cursor_u8(&cursor);
    wci_cursor_skip(&cursor, 1);
    entry.left = wci_cursor_u32(&cursor);
    entry.right = wci_cursor_u32(&cursor);
    entry.child = wci_cursor_u32(&cursor);
    wci_cursor_seek(&cursor, ENTRY_START);
    entry.start = wci_cursor_u32(&cursor);
    entry.size = wci_cursor_u64(&cursor);
    if (ole->header.major < 4) /* the upper half may hold anything ([MS-CFB] 2.6.3) */
        entry.size &= UINT32_MAX;
    return entry;
}

/* Notes `parent` for an entry and puts it on the stack, unless it has been reached before. */
static void reach(struct ole_volume *ole, uint32_t index, uint32_t parent, uint32_t *stack,
                  size_t *depth)
{
    if (index >= ole->entry_count || index == 0 || ole->parents[index] != NO_STREAM)
        return;
    ole->parents[index] = parent;
    stack[(*depth)++] = index;
}

/* Finds each entry's storage: siblings form a binary tree that hangs on their storage's `child`.
 * Each entry is on the stack once at most, so a tree that bites its tail ends, too. */
static enum wcab_err link_entries(struct ole_volume *ole, struct wcab_error *err)
{
    uint32_t *stack = wci_mem_calloc(ole->entry_count, sizeof(*stack));
    size_t depth = 0;

    ole->parents = wci_mem_calloc(ole->entry_count, sizeof(*ole->parents));
    if (stack == NULL || ole->parents == NULL) {
        free(stack);
        return wci_error_nomem(err);
    }
    memset(ole->parents, 0xFF, ole->entry_count * sizeof(*ole->parents));
    reach(ole, entry_at(ole, 0).child, 0, stack, &depth);
    while (depth > 0) {
        uint32_t index = stack[--depth];
        struct ole_entry entry = entry_at(ole, index);

        reach(ole, entry.left, ole->parents[index], stack, &depth);
        reach(ole, entry.right, ole->parents[index], stack, &depth);
        if (entry.type == TYPE_STORAGE)
            reach(ole, entry.child, index, stack, &depth);
    }
    free(stack);
    return WCAB_OK;
}

static void put_msi_digit(struct wci_buffer *out, unsigned digit)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";

    wci_buffer_u8(out, (uint8_t)digits[digit & 63]);
}

/* A name as UTF-8, Windows Installer's packed characters unpacked. */
static void put_name(const struct ole_volume *ole, uint32_t index, struct wci_buffer *out)
{
    struct wci_cursor cursor = wci_cursor_of(raw_entry(ole, index), ENTRY);
    size_t units, i;
    uint16_t length;

    wci_cursor_seek(&cursor, ENTRY_NAME_BYTES);
    length = wci_cursor_u16(&cursor);
    units = length > ENTRY_NAME_BYTES ? ENTRY_NAME_BYTES / 2 : length / 2U;
    for (i = 0; i < units; i++) {
        const uint8_t *bytes = raw_entry(ole, index) + 2 * i;
        unsigned unit = bytes[0] | (unsigned)bytes[1] << 8;

        if (unit == 0)
            break;
        if (unit == MSI_TABLE) {
            wci_buffer_u8(out, '!');
        } else if (unit >= MSI_SINGLE && unit < MSI_TABLE) {
            put_msi_digit(out, unit - MSI_SINGLE);
        } else if (unit >= MSI_FIRST && unit < MSI_SINGLE) {
            put_msi_digit(out, unit - MSI_FIRST);
            put_msi_digit(out, (unit - MSI_FIRST) >> 6);
        } else if (unit == '/') {
            wci_buffer_u8(out, '_'); /* not allowed in a name, and would part the path */
        } else if (unit >= 0xD800 && unit < 0xDC00 && i + 1 < units) {
            wci_text_from_utf16(bytes, 2, false, out);
            i++;
        } else {
            wci_text_from_utf16(bytes, 1, false, out);
        }
    }
}

/* The names of the storages around an entry, '/' between; false when there are too many. */
static bool put_folder(const struct ole_volume *ole, uint32_t index, struct wci_buffer *out)
{
    uint32_t chain[WCI_LIMIT_FOLDER_DEPTH], parent = ole->parents[index];
    size_t depth = 0;

    for (; parent != 0 && parent != NO_STREAM; parent = ole->parents[parent]) {
        if (depth == WCI_LIMIT_FOLDER_DEPTH)
            return false;
        chain[depth++] = parent;
    }
    while (depth > 0) {
        if (out->size > 0)
            wci_buffer_u8(out, '/');
        put_name(ole, chain[--depth], out);
    }
    return true;
}

/* ---- streams ------------------------------------------------------------------------------ */

struct runs {
    struct wci_extent *extents; /* owned */
    size_t count, capacity;
};

/* Adds bytes of the file, to the last run where they follow it. */
static bool add_run(struct runs *runs, uint64_t offset, uint64_t size)
{
    struct wci_extent *last = runs->count > 0 ? &runs->extents[runs->count - 1] : NULL;

    if (last != NULL && last->offset + last->size == offset) {
        last->size += size;
        return true;
    }
    if (!wci_mem_grow(&runs->extents, runs->count, &runs->capacity, sizeof(*runs->extents)))
        return false;
    runs->extents[runs->count++] = (struct wci_extent){offset, size};
    return true;
}

static enum wcab_err check_size(const struct ole_volume *ole, uint64_t size, struct wcab_error *err)
{
    if (size <= wci_source_size(ole->base.source))
        return WCAB_OK;
    return wci_error_set(err, WCAB_ERR_CORRUPT, "a stream of %llu bytes in a file of %llu",
                         (unsigned long long)size,
                         (unsigned long long)wci_source_size(ole->base.source));
}

/* A chain has to be as long as the size says, so its length is bounded by the file's. */
static enum wcab_err large_runs(struct ole_volume *ole, const struct ole_entry *entry,
                                struct runs *runs, struct wcab_error *err)
{
    uint32_t sector = entry->start;
    uint64_t left = entry->size;
    enum wcab_err code = check_size(ole, left, err);

    while (code == WCAB_OK && left > 0) {
        uint64_t size = left < ole->sector_size ? left : ole->sector_size;

        if (!is_sector(ole, sector))
            return wci_error_set(err, WCAB_ERR_CORRUPT, "chain ends %llu bytes early",
                                 (unsigned long long)left);
        if (!add_run(runs, sector_offset(ole, sector), size))
            return wci_error_nomem(err);
        left -= size;
        if (left > 0)
            code = follow(&ole->fat, &sector, "stream", err);
    }
    return code;
}

/* Lists the sectors of the root entry's stream, which holds all small ones. */
static enum wcab_err read_root_chain(struct ole_volume *ole, struct wcab_error *err)
{
    struct ole_entry root = entry_at(ole, 0);
    uint32_t sector = root.start;
    uint64_t count, i;
    enum wcab_err code = check_size(ole, root.size, err);

    if (code != WCAB_OK || ole->root.entries != NULL)
        return code;
    count = (root.size + ole->sector_size - 1) / ole->sector_size;
    ole->root.entries = wci_mem_calloc((size_t)count + 1, sizeof(*ole->root.entries));
    if (ole->root.entries == NULL)
        return wci_error_nomem(err);
    for (i = 0; code == WCAB_OK && i < count && is_sector(ole, sector); i++) {
        ole->root.entries[ole->root.count++] = sector;
        code = i + 1 < count ? follow(&ole->fat, &sector, "mini stream", NULL) : WCAB_OK;
    }
    return WCAB_OK; /* a chain that ends early costs the streams behind its end */
}

static enum wcab_err small_runs(struct ole_volume *ole, const struct ole_entry *entry,
                                struct runs *runs, struct wcab_error *err)
{
    const uint32_t mini_size = 1U << MINI_SHIFT;
    uint32_t mini = entry->start;
    uint64_t left = entry->size;
    enum wcab_err code = left > 0 ? read_root_chain(ole, err) : WCAB_OK;

    while (code == WCAB_OK && left > 0) {
        uint64_t at = (uint64_t)mini << MINI_SHIFT;
        uint64_t size = left < mini_size ? left : mini_size;

        if (at / ole->sector_size >= ole->root.count)
            return wci_error_set(err, WCAB_ERR_CORRUPT,
                                 "chain of small sectors ends %llu bytes early",
                                 (unsigned long long)left);
        if (!add_run(runs,
                     sector_offset(ole, ole->root.entries[at / ole->sector_size]) +
                         at % ole->sector_size,
                     size))
            return wci_error_nomem(err);
        left -= size;
        if (left > 0)
            code = follow(&ole->mini, &mini, "small stream", err);
    }
    return code;
}

/* ---- the volume --------------------------------------------------------------------------- */

/* What Windows Installer calls such a file; NULL for other compound files. */
static const char *installer_format(const struct ole_volume *ole)
{
    /* {000C1084-0000-0000-C000-000000000046}, and 82 and 86 for transforms and patches */
    static const uint8_t installer[] = {0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};
    const uint8_t *class = raw_entry(ole, 0) + ENTRY_CLASS;

    if (memcmp(class + 1, installer, sizeof(installer)) != 0)
        return NULL;
    return class[0] == 0x84   ? "Windows Installer package"
           : class[0] == 0x86 ? "Windows Installer patch"
           : class[0] == 0x82 ? "Windows Installer transform"
                              : NULL;
}

static enum wcab_err open_stream(struct ole_volume *ole, uint32_t index, struct wci_source **source,
                                 struct wcab_error *err)
{
    struct ole_entry stream = entry_at(ole, index);
    struct runs runs = {NULL, 0, 0};
    enum wcab_err code = stream.size < MINI_CUTOFF ? small_runs(ole, &stream, &runs, err)
                                                   : large_runs(ole, &stream, &runs, err);

    if (code == WCAB_OK)
        code = wci_source_open_extents(ole->base.source, runs.extents, runs.count, source, err);
    free(runs.extents);
    return code;
}

static bool is_cabinet(struct ole_volume *ole, uint32_t index)
{
    struct wci_source *source = NULL;
    uint8_t start[4];
    size_t got = 0;
    bool found = entry_at(ole, index).type == TYPE_STREAM && ole->parents[index] != NO_STREAM &&
                 open_stream(ole, index, &source, NULL) == WCAB_OK &&
                 wci_source_read_some(source, 0, start, sizeof(start), &got, NULL) == WCAB_OK &&
                 got == sizeof(start) && memcmp(start, "MSCF", 4) == 0;

    wci_source_close(source);
    return found;
}

/* Documents of every kind are compound files, too: only those that hold a cabinet are media. */
static bool is_medium(struct ole_volume *ole)
{
    uint32_t count = ole->entry_count < MOST_STREAMS_ASKED ? ole->entry_count : MOST_STREAMS_ASKED;
    uint32_t i;

    if (installer_format(ole) != NULL)
        return true;
    for (i = 1; i < count; i++) {
        if (is_cabinet(ole, i))
            return true;
    }
    return false;
}

static enum wcab_err ole_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    const char *format = installer_format((const struct ole_volume *)volume);

    container->kind = WCI_CONTAINER_OLE;
    container->format =
        wci_arena_bytes(arena, wci_bytes_of(format != NULL ? format : "OLE2 compound file"));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err visit_stream(struct ole_volume *ole, uint32_t index,
                                  const struct wci_visitor *visitor, struct wci_buffer *folder,
                                  struct wci_buffer *name, struct wcab_error *err)
{
    struct wci_entry entry = {.cab_folder = WCI_NONE, .locator = index};

    wci_buffer_clear(folder);
    wci_buffer_clear(name);
    put_name(ole, index, name);
    if (!put_folder(ole, index, folder)) {
        wci_error_set(err, WCAB_ERR_LIMIT, "storages are nested more than %d deep",
                      (int)WCI_LIMIT_FOLDER_DEPTH);
        visitor->fault(visitor->context, err);
        return WCAB_OK;
    }
    if (!folder->ok || !name->ok)
        return wci_error_nomem(err);
    entry.folder = wci_buffer_view(folder);
    entry.name.bytes = wci_buffer_view(name);
    entry.size = entry_at(ole, index).size;
    return visitor->entry(visitor->context, &entry, err);
}

static enum wcab_err ole_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct ole_volume *ole = (struct ole_volume *)volume;
    struct wci_buffer folder, name;
    enum wcab_err code = WCAB_OK;
    uint32_t i;

    wci_buffer_init(&folder);
    wci_buffer_init(&name);
    if (ole->directory_fault.code != WCAB_OK)
        visitor->fault(visitor->context, &ole->directory_fault);
    for (i = 1; code == WCAB_OK && i < ole->entry_count; i++) {
        if (ole->parents[i] != NO_STREAM && entry_at(ole, i).type == TYPE_STREAM)
            code = visit_stream(ole, i, visitor, &folder, &name, err);
    }
    wci_buffer_free(&folder);
    wci_buffer_free(&name);
    return code;
}

static bool is_same_stream(struct ole_volume *ole, uint64_t index, const struct wci_entry *entry)
{
    struct wci_buffer name;
    bool same = false;

    if (index == 0 || index >= ole->entry_count ||
        entry_at(ole, (uint32_t)index).type != TYPE_STREAM)
        return false;
    wci_buffer_init(&name);
    put_name(ole, (uint32_t)index, &name);
    if (name.ok)
        same = wci_bytes_equal(wci_buffer_view(&name), wci_entry_stored_name(entry)) &&
               ((entry->flags & WCI_ENTRY_PACKED) != 0 ||
                entry_at(ole, (uint32_t)index).size == entry->size);
    wci_buffer_free(&name);
    return same;
}

static enum wcab_err ole_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct ole_volume *ole = (struct ole_volume *)volume;

    if (!is_same_stream(ole, entry->locator, entry))
        return wci_error_set(err, WCAB_ERR_CHANGED, "directory entry %llu is another stream",
                             (unsigned long long)entry->locator);
    return open_stream(ole, (uint32_t)entry->locator, source, err);
}

static void ole_close(struct wci_volume *volume)
{
    struct ole_volume *ole = (struct ole_volume *)volume;

    free(ole->fat.entries);
    free(ole->mini.entries);
    free(ole->root.entries);
    free(ole->directory);
    free(ole->parents);
    free(ole);
}

static const struct wci_volume_ops ole_ops = {
    .describe = ole_describe, .walk = ole_walk, .open_entry = ole_open_entry, .close = ole_close};

enum wcab_err wci_volume_ole_open(struct wci_source *source, struct wci_volume **volume,
                                  struct wcab_error *err)
{
    struct ole_volume *ole = calloc(1, sizeof(*ole));
    enum wcab_err code;

    if (ole == NULL)
        return wci_error_nomem(err);
    ole->base.ops = &ole_ops;
    ole->base.source = source;
    code = read_header(ole, err);
    if (code == WCAB_OK) {
        ole->sector_count = wci_source_size(source) / ole->sector_size;
        code = read_fat(ole, err);
    }
    if (code == WCAB_OK)
        code = read_mini_fat(ole, err);
    if (code == WCAB_OK)
        code = read_directory(ole, err);
    if (code == WCAB_OK)
        code = link_entries(ole, err);
    if (code == WCAB_OK && !is_medium(ole))
        code = wci_error_set(err, WCAB_ERR_FORMAT, "OLE2 compound file without a cabinet in it");
    if (code != WCAB_OK) {
        ole_close(&ole->base);
        return code;
    }
    (void)snprintf(ole->base.reason, sizeof(ole->base.reason),
                   "OLE2 compound file: D0 CF 11 E0 at byte 0");
    *volume = &ole->base;
    return WCAB_OK;
}
