/*
 * The bounds of core/limits.h, each with what just fits and with one more.  Those of the formats'
 * readers that need a volume of their own are tested there: folder depth with FAT and ISO 9660,
 * blocks with cabinets; nesting and the host's folders in cli/limits.sh.
 */
#include <fcntl.h>
#include <time.h>

#include "catalog_fixture.h"
#include "core/limits.h"
#include "indexer/walk/walk.h"
#include "media/bytes/source.h"
#include "media/bytes/spool.h"
#include "volume_fixture.h"

/* ---- unpacking ----------------------------------------------------------------------------- */

static enum wcab_err claim(uint64_t image_size, uint64_t packed, uint64_t claimed)
{
    struct wci_budget budget;
    struct wci_spool spool;

    wci_budget_init(&budget, &wci_limits_default, image_size, NULL);
    wci_spool_init(&spool, &budget, packed);
    return wci_spool_check_claim(&spool, claimed, NULL);
}

static void unfolding_is_held_against_the_ratio(void)
{
    const uint64_t packed = 100000, most = (packed + 1) * WCI_LIMIT_SPOOL_RATIO - 1;

    CHECK_EQ_INT(claim(packed, packed, most), WCAB_OK);
    CHECK_EQ_INT(claim(packed, packed, most + 1), WCAB_ERR_LIMIT);
    CHECK_EQ_INT(claim(1, 1, WCI_LIMIT_SPOOL_FREE_BYTES), WCAB_OK);
    CHECK_EQ_INT(claim(1, 1, WCI_LIMIT_SPOOL_FREE_BYTES + 1ULL), WCAB_ERR_LIMIT);
}

static void unfolded_bytes_are_counted(void)
{
    const uint64_t large = 1ULL << 40, small = 1000, least = 1ULL << 30;

    CHECK_EQ_INT(claim(large, large, WCI_LIMIT_SPOOL_BYTES), WCAB_OK);
    CHECK_EQ_INT(claim(large, large, WCI_LIMIT_SPOOL_BYTES + 1), WCAB_ERR_LIMIT);
    CHECK_EQ_INT(claim(small, large, least), WCAB_OK);
    CHECK_EQ_INT(claim(small, large, least + 1), WCAB_ERR_LIMIT);
}

/* What several archives of an image unfold to adds up. */
static void unfolded_bytes_add_up(void)
{
    const uint8_t bytes[16] = {1};
    struct wci_budget budget;
    struct wci_spool spool;

    wci_budget_init(&budget, &wci_limits_default, 0, NULL);
    budget.bytes_left = sizeof(bytes);
    wci_spool_init(&spool, &budget, sizeof(bytes));
    CHECK_EQ_INT(wci_spool_write(&spool, 0, bytes, sizeof(bytes) - 1, NULL), WCAB_OK);
    wci_spool_discard(&spool);
    wci_spool_init(&spool, &budget, sizeof(bytes));
    CHECK_EQ_INT(wci_spool_write(&spool, 0, bytes, 1, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_spool_write(&spool, 1, bytes, 1, NULL), WCAB_ERR_LIMIT);
    wci_spool_discard(&spool);
}

static void unpacking_takes_its_time_at_most(void)
{
    struct timespec now;
    struct wci_budget budget;
    uint64_t nanoseconds;

    CHECK_EQ_INT(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    nanoseconds = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    wci_budget_init(&budget, &wci_limits_default, 1, NULL);
    CHECK(budget.deadline >= nanoseconds + WCI_LIMIT_DECODE_SECONDS * 1000000000ULL);
    CHECK(budget.deadline <= nanoseconds + (WCI_LIMIT_DECODE_SECONDS + 60) * 1000000000ULL);
    CHECK_EQ_INT(wci_budget_check_time(&budget, NULL), WCAB_OK);
    budget.deadline = nanoseconds;
    CHECK_EQ_INT(wci_budget_check_time(&budget, NULL), WCAB_ERR_LIMIT);
}

/* ---- faults of an image -------------------------------------------------------------------- */

static void write_bytes(const char *path, const void *bytes, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    CHECK(file >= 0);
    CHECK_EQ_INT(write(file, bytes, size), (ssize_t)size);
    (void)close(file);
}

/* A folder of cut-off cabinets, each a fault. */
static void faults_are_kept_up_to_the_limit(void)
{
    struct wci_walk_options options = {.bytes_read = NULL};
    struct wci_image *image = NULL;
    struct wcab_error err;
    char folder[128], path[200];
    int i;

    fixture_folder(folder);
    for (i = 0; i <= WCI_LIMIT_FAULTS; i++) {
        if (i == WCI_LIMIT_FAULTS) {
            CHECK_EQ_INT(wci_walk_image(folder, &options, &image, &err), WCAB_OK);
            CHECK_EQ_INT(image->fault_count, WCI_LIMIT_FAULTS);
            CHECK_EQ_INT(image->faults_dropped, 0);
            wci_image_free(image);
        }
        (void)snprintf(path, sizeof(path), "%s/C%04d.CAB", folder, i);
        write_bytes(path, "MSCF\0\0\0\0", 8);
    }
    CHECK_EQ_INT(wci_walk_image(folder, &options, &image, &err), WCAB_OK);
    CHECK_EQ_INT(image->fault_count, WCI_LIMIT_FAULTS);
    CHECK_EQ_INT(image->faults_dropped, 1);
    CHECK_EQ_INT(image->containers[0].entry_count, WCI_LIMIT_FAULTS + 1);
    wci_image_free(image);
    fixture_remove(folder);
}

/* ---- entries of a volume ------------------------------------------------------------------- */

enum {
    SECTOR = 512,
    CLUSTER = 128 * SECTOR, /* of 2,048 entries */
    DOTS = 2,               /* "." and "..", with which a folder begins */
    IN_CLUSTER = CLUSTER / 32 - DOTS,
    FOLDERS = WCI_LIMIT_ENTRIES / IN_CLUSTER + 1, /* subfolders of the root, full of files */
    CLUSTERS = FOLDERS + 70000,                   /* enough to be FAT32 */
    RESERVED = 32,
    TABLE_SECTORS = (CLUSTERS + 2 + 127) / 128,
    DATA_SECTOR = RESERVED + TABLE_SECTORS
};

/* A FAT32 volume that is made up as it is read: the root's one cluster has `FOLDERS` folders of a
 * cluster each, which hold as many files as are wanted in all. */
struct made_up {
    struct wci_source base;
    uint32_t files;
    uint8_t boot[SECTOR];
};

static void make_boot_sector(struct made_up *made)
{
    uint8_t *boot = made->boot;

    memcpy(boot, "\xEB\x58\x90MSWIN4.1", 11);
    put_le16(boot + 11, SECTOR);
    boot[13] = CLUSTER / SECTOR;
    put_le16(boot + 14, RESERVED);
    boot[16] = 1;
    boot[21] = 0xF8;
    put_le32(boot + 32, (uint32_t)(made->base.size / SECTOR));
    put_le32(boot + 36, TABLE_SECTORS);
    put_le32(boot + 44, 2);
    put_le16(boot + 48, 1);
    put_le16(boot + 50, 6);
    boot[66] = 0x29;
    memcpy(boot + 71, "NO NAME    FAT32   ", 19);
    boot[510] = 0x55;
    boot[511] = 0xAA;
}

static void make_entry(uint8_t entry[32], uint32_t number, bool is_folder)
{
    char name[12];

    memset(entry, 0, 32);
    (void)snprintf(name, sizeof(name), "%08u   ", number);
    memcpy(entry, name, 11);
    if (is_folder) {
        entry[11] = WCI_ATTRIBUTE_FOLDER;
        put_le16(entry + 20, (number + 3) >> 16);
        put_le16(entry + 26, (number + 3) & 0xFFFF);
    }
}

/* Bytes of the 32-byte cell at a multiple of 32. */
static void make_cell(const struct made_up *made, uint64_t at, uint8_t cell[32])
{
    const uint64_t table = (uint64_t)RESERVED * SECTOR, data = (uint64_t)DATA_SECTOR * SECTOR;
    uint64_t folder, index;
    unsigned i;

    memset(cell, 0, 32);
    if (at < SECTOR) {
        memcpy(cell, made->boot + at, 32);
    } else if (at >= table && at < data) {
        for (i = 0; i < 8; i++) /* each cluster is the last of its chain */
            put_le32(cell + 4 * i, 0x0FFFFFFF);
        if (at == table)
            put_le32(cell, 0x0FFFFFF8);
    } else if (at >= data && at < data + CLUSTER) {
        index = (at - data) / 32;
        if (index < FOLDERS)
            make_entry(cell, (uint32_t)index, true);
    } else if (at >= data) {
        folder = (at - data) / CLUSTER - 1;
        index = (at - data) % CLUSTER / 32;
        if (folder < FOLDERS && index < DOTS) {
            memcpy(cell, index == 0 ? ".          " : "..         ", 11);
            cell[11] = WCI_ATTRIBUTE_FOLDER;
        } else if (folder < FOLDERS && folder * IN_CLUSTER + index - DOTS < made->files) {
            make_entry(cell, (uint32_t)index, false);
        }
    }
}

static enum wcab_err make_bytes(struct wci_source *source, uint64_t offset, void *buffer,
                                size_t length, size_t *got, struct wcab_error *err)
{
    uint8_t *out = buffer, cell[32];
    size_t done = 0;

    (void)err;
    while (done < length) {
        uint64_t at = offset + done, start = at & ~31ULL;
        size_t skip = (size_t)(at - start);
        size_t size = 32 - skip < length - done ? 32 - skip : length - done;

        make_cell((const struct made_up *)source, start, cell);
        memcpy(out + done, cell + skip, size);
        done += size;
    }
    *got = length;
    return WCAB_OK;
}

static void keep_open(struct wci_source *source)
{
    (void)source;
}

static enum wcab_err count_entry(void *context, const struct wci_entry *entry,
                                 struct wcab_error *err)
{
    uint32_t *count = context;

    (void)err;
    *count += !(entry->attributes & WCI_ATTRIBUTE_FOLDER);
    return WCAB_OK;
}

static void print_fault(void *context, const struct wcab_error *err)
{
    (void)context;
    CHECK_FAIL("%s: %s", err->place, err->text);
}

/* Walks a volume with so many files; returns how many were met. */
static uint32_t walk_made_up(uint32_t files, enum wcab_err expected)
{
    static const struct wci_source_ops ops = {make_bytes, keep_open};
    struct made_up made = {.base = {&ops, (DATA_SECTOR + (uint64_t)CLUSTERS * 128) * SECTOR},
                           .files = files};
    struct wci_volume *volume = NULL;
    struct wcab_error err = {.text = ""};
    uint32_t count = 0;
    struct wci_visitor visitor = {.context = &count, .entry = count_entry, .fault = print_fault};

    make_boot_sector(&made);
    if (wci_volume_fat_open(&made.base, &volume, &err) != WCAB_OK) {
        CHECK_FAIL("no volume: %s", err.text);
        return 0;
    }
    CHECK_EQ_INT(wci_volume_walk(volume, &visitor, &err), expected);
    wci_volume_close(volume);
    return count;
}

static void entries_of_a_volume_end_at_the_limit(void)
{
    const uint32_t most = WCI_LIMIT_ENTRIES - FOLDERS; /* folders count, too */

    CHECK_EQ_INT(walk_made_up(most, WCAB_OK), most);
    CHECK(walk_made_up(most + 1, WCAB_ERR_LIMIT) >= most - IN_CLUSTER);
}

/* ---- bytes of a folder --------------------------------------------------------------------- */

enum { BLOCK = 2048, ROOT = 18, LARGE = 20 };

static void put_iso_record(uint8_t *at, uint32_t block, uint32_t size, uint8_t flags, char name)
{
    at[0] = 34;
    put_both32(at + 2, block);
    put_both32(at + 10, size);
    at[25] = flags;
    at[28] = at[31] = 1;
    at[32] = 1;
    at[33] = (uint8_t)name;
}

/* Whether the one file in a folder of so many bytes is found. */
static bool finds_file_in_folder_of(uint32_t size)
{
    size_t whole = (size_t)LARGE * BLOCK + size + BLOCK;
    uint8_t *bytes = calloc(1, whole), *at;
    struct wci_source *source = NULL;
    struct wci_volume *volume = NULL;
    struct found *found;
    bool is_found;

    CHECK(bytes != NULL);
    if (bytes == NULL)
        return false;
    at = bytes + (size_t)16 * BLOCK;
    memcpy(at, "\1CD001\1", 7);
    put_both32(at + 80, (uint32_t)(whole / BLOCK));
    put_le16(at + 128, BLOCK);
    put_iso_record(at + 156, ROOT, BLOCK, 2, 0);
    memcpy(at + BLOCK,
           "\xFF"
           "CD001\1",
           7);
    at = bytes + (size_t)ROOT * BLOCK;
    put_iso_record(at, ROOT, BLOCK, 2, 0);
    put_iso_record(at + 34, ROOT, BLOCK, 2, 1);
    put_iso_record(at + 68, LARGE, size, 2, 'D');
    at = bytes + (size_t)LARGE * BLOCK;
    put_iso_record(at, LARGE, size, 2, 0);
    put_iso_record(at + 34, ROOT, BLOCK, 2, 1);
    put_iso_record(at + 68, ROOT, 1, 0, 'F');
    CHECK_EQ_INT(wci_source_open_memory_take(bytes, whole, &source, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_volume_iso_open(source, &volume, NULL), WCAB_OK);
    found = walk_all(volume);
    is_found = has_entry(found, "D/F");
    CHECK_EQ_INT(found->faults, is_found ? 0 : 1);
    CHECK(is_found || has_fault(found, WCAB_ERR_LIMIT, "D", "more than is believed"));
    free(found);
    wci_volume_close(volume);
    wci_source_close(source);
    return is_found;
}

static void folders_are_believed_up_to_the_limit(void)
{
    CHECK_EQ_INT(finds_file_in_folder_of(WCI_LIMIT_FOLDER_BYTES), true);
    CHECK_EQ_INT(finds_file_in_folder_of(WCI_LIMIT_FOLDER_BYTES + 1), false);
}

/* ---- the catalog --------------------------------------------------------------------------- */

static void names_are_stored_up_to_the_limit(void)
{
    static char name[WCI_LIMIT_NAME + 2];
    char folder[128];
    struct wci_store *store;
    struct wci_writer *writer;
    struct wci_image *image;
    struct wci_reader *reader;
    uint32_t id;

    fixture_folder(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    memset(name, 'n', WCI_LIMIT_NAME);
    image = fixture_image("/fits");
    (void)fixture_entry(fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, ""), "", name, 1);
    (void)fixture_put(writer, image);
    name[WCI_LIMIT_NAME] = 'n';
    image = fixture_image("/too-long");
    (void)fixture_entry(fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, ""), "", name, 1);
    CHECK_EQ_INT(wci_writer_put_image(writer, image, &id, NULL), WCAB_ERR_LIMIT);
    wci_image_free(image);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    name[WCI_LIMIT_NAME] = '\0';
    CHECK_EQ_INT(fixture_find(reader, name).count, 1);
    wci_reader_close(reader);
    wci_store_close(store);
    fixture_remove(folder);
}

/* The text of an export, made line by line. */
struct making {
    struct wci_buffer text;
    size_t given;
};

static void add_line(struct making *making, const char *line)
{
    wci_buffer_put(&making->text, line, strlen(line));
}

static enum wcab_err give(void *context, char *buffer, size_t size, size_t *got)
{
    struct making *making = context;
    size_t left = making->text.size - making->given;

    *got = left < size ? left : size;
    if (*got > 0)
        memcpy(buffer, making->text.data + making->given, *got);
    making->given += *got;
    return WCAB_OK;
}

/* Imports an image with so many faults and containers, all alike; its refusal or "". */
static const char *import_image(unsigned faults, unsigned containers)
{
    static struct wcab_error err;
    struct making making = {.given = 0};
    char folder[128], line[200];
    struct wci_store *store;
    struct wci_writer *writer;
    unsigned i;

    wci_buffer_init(&making.text);
    add_line(&making, "whichcab-export\t1\nimage\t/a\tfile\t1\t2\t3\t4\t0\tonline\t\t\t\t0\n");
    for (i = 0; i < faults; i++)
        add_line(&making, "fault\t-\t6\t1\tplace\ttext\n");
    for (i = 0; i < containers; i++) {
        (void)snprintf(line, sizeof(line),
                       "container\tfat\t%s\t-\t\t0\t0\tFAT12\tr\tL\t00000000\t0000000000000000\t"
                       "whole\t1\t-\n",
                       i == 0 ? "-" : "0");
        add_line(&making, line);
        if (i == 0)
            add_line(&making, "row\t\tr\tA\t1\t00000000\t0\t-\t0000\tr\t\tr\t\n");
    }
    (void)snprintf(line, sizeof(line), "end\t%u\n", faults + containers + 4);
    add_line(&making, line);
    fixture_folder(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    err.text[0] = '\0';
    if (wci_catalog_import(writer, give, &making, &err) == WCAB_OK)
        CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    wci_store_close(store);
    fixture_remove(folder);
    wci_buffer_free(&making.text);
    return err.text;
}

static void imports_are_held_against_the_limits(void)
{
    char expected[100];

    CHECK_EQ_STR(import_image(WCI_LIMIT_FAULTS, 1), "");
    (void)snprintf(expected, sizeof(expected),
                   "line %d of the export: the image has too many faults", WCI_LIMIT_FAULTS + 3);
    CHECK_EQ_STR(import_image(WCI_LIMIT_FAULTS + 1, 1), expected);
    CHECK_EQ_STR(import_image(0, WCI_LIMIT_CONTAINERS), "");
    (void)snprintf(expected, sizeof(expected),
                   "line %d of the export: the image has too many containers",
                   WCI_LIMIT_CONTAINERS + 4);
    CHECK_EQ_STR(import_image(0, WCI_LIMIT_CONTAINERS + 1), expected);
}

int main(void)
{
    RUN(unfolding_is_held_against_the_ratio);
    RUN(unfolded_bytes_are_counted);
    RUN(unfolded_bytes_add_up);
    RUN(unpacking_takes_its_time_at_most);
    RUN(faults_are_kept_up_to_the_limit);
    RUN(entries_of_a_volume_end_at_the_limit);
    RUN(folders_are_believed_up_to_the_limit);
    RUN(names_are_stored_up_to_the_limit);
    RUN(imports_are_held_against_the_limits);
    return check_report();
}
