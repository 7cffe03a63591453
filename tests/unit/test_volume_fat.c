/*
 * Tests of the FAT reader over volumes composed here, entry by entry.
 */
#include "core/limits.h"
#include "volume_fixture.h"

enum {
    SECTOR = 512,
    DISK_SECTORS = 2880, /* 1.44 MB: FATs at 1 and 10, root at 19, data at 33 */
    FAT_AT = SECTOR,
    FAT_BYTES = 9 * SECTOR,
    ROOT_AT = 19 * SECTOR,
    DATA_AT = 33 * SECTOR,
    LAST_CLUSTER = 2848,
    END = 0xFFF
};

struct disk {
    uint8_t bytes[DISK_SECTORS * SECTOR];
    size_t size;
    size_t at; /* where the next entry goes */
    struct wci_source *source;
    struct wci_volume *volume;
    struct found *found;
};

static void set_fat12(uint8_t *fat, unsigned cluster, unsigned value)
{
    uint8_t *at = fat + cluster * 3 / 2;

    if (cluster % 2 == 0) {
        at[0] = (uint8_t)value;
        at[1] = (uint8_t)((at[1] & 0xF0) | (value >> 8));
    } else {
        at[0] = (uint8_t)((at[0] & 0x0F) | (value << 4));
        at[1] = (uint8_t)(value >> 4);
    }
}

/* In both tables. */
static void set_next(struct disk *disk, unsigned cluster, unsigned value)
{
    set_fat12(disk->bytes + FAT_AT, cluster, value);
    set_fat12(disk->bytes + FAT_AT + FAT_BYTES, cluster, value);
}

static uint8_t *cluster_bytes(struct disk *disk, unsigned cluster)
{
    return disk->bytes + DATA_AT + (cluster - 2) * SECTOR;
}

static uint8_t *put_entry(struct disk *disk, const char *name11, uint8_t attributes,
                          unsigned cluster, uint32_t size)
{
    uint8_t *at = disk->bytes + disk->at;

    memcpy(at, name11, 11);
    at[11] = attributes;
    put_le16(at + 22, 9 << 11 | 50 << 5);
    put_le16(at + 24, 15 << 9 | 7 << 5 | 11);
    put_le16(at + 26, cluster);
    put_le32(at + 28, size);
    disk->at += 32;
    return at;
}

/* Starts a folder of one cluster. */
static void start_folder(struct disk *disk, unsigned cluster)
{
    set_next(disk, cluster, END);
    disk->at = (size_t)(cluster_bytes(disk, cluster) - disk->bytes);
    put_entry(disk, ".          ", WCI_ATTRIBUTE_FOLDER, cluster, 0);
    put_entry(disk, "..         ", WCI_ATTRIBUTE_FOLDER, 0, 0);
}

static uint8_t checksum(const char *name11)
{
    uint8_t sum = 0;
    int i;

    for (i = 0; i < 11; i++)
        sum = (uint8_t)((sum << 7 | sum >> 1) + (uint8_t)name11[i]);
    return sum;
}

/* A part of a long name: at most 13 characters. */
static uint8_t *put_part(struct disk *disk, uint8_t number, uint8_t sum, const char *text)
{
    static const uint8_t places[13] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    uint8_t *at = disk->bytes + disk->at;
    size_t i, length = strlen(text);

    memset(at, 0xFF, 32);
    at[0] = number;
    at[11] = 0x0F;
    at[12] = 0;
    at[13] = sum;
    put_le16(at + 26, 0);
    for (i = 0; i <= length && i < 13; i++)
        put_le16(at + places[i], (uint8_t)text[i]);
    disk->at += 32;
    return at;
}

static void put_bpb(struct disk *disk)
{
    uint8_t *boot = disk->bytes;

    memcpy(boot, "\xEB\x3C\x90MSDOS5.0", 11);
    put_le16(boot + 11, SECTOR);
    boot[13] = 1;
    put_le16(boot + 14, 1);
    boot[16] = 2;
    put_le16(boot + 17, 224);
    put_le16(boot + 19, DISK_SECTORS);
    boot[21] = 0xF0;
    put_le16(boot + 22, 9);
    put_le16(boot + 24, 18);
    put_le16(boot + 26, 2);
    boot[38] = 0x29;
    put_le32(boot + 39, 0x12345678);
    memcpy(boot + 43, "BOOTLABEL  FAT12   ", 19);
    boot[510] = 0x55;
    boot[511] = 0xAA;
}

static struct disk *new_disk(void)
{
    struct disk *disk = calloc(1, sizeof(*disk));

    if (disk == NULL)
        abort();
    disk->size = sizeof(disk->bytes);
    disk->at = ROOT_AT;
    put_bpb(disk);
    set_next(disk, 0, 0xFF0);
    set_next(disk, 1, 0xFFF);
    return disk;
}

static void open_disk(struct disk *disk)
{
    struct wcab_error err = {0};

    CHECK_EQ_INT(wci_source_open_memory(disk->bytes, disk->size, &disk->source, &err), WCAB_OK);
    CHECK_EQ_INT(wci_volume_fat_open(disk->source, &disk->volume, &err), WCAB_OK);
    if (disk->volume == NULL)
        abort();
    disk->found = walk_all(disk->volume);
}

static void free_disk(struct disk *disk)
{
    wci_volume_close(disk->volume);
    wci_source_close(disk->source);
    free(disk->found);
    free(disk);
}

static void check_content(struct disk *disk, const char *path, const char *text)
{
    const struct found_entry *found = find_entry(disk->found, path);
    struct wci_source *source = NULL;
    char bytes[32] = "";

    CHECK(found != NULL);
    if (found == NULL)
        return;
    CHECK_EQ_INT(wci_volume_open_entry(disk->volume, &found->entry, &source, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_source_read_at(source, 0, bytes, strlen(text), NULL), WCAB_OK);
    CHECK_EQ_STR(bytes, text);
    wci_source_close(source);
}

static void expect_format_error(const uint8_t *bytes, size_t size)
{
    struct wci_source *source = NULL;
    struct wci_volume *volume = NULL;
    struct wcab_error err;

    CHECK_EQ_INT(wci_source_open_memory(bytes, size, &source, &err), WCAB_OK);
    CHECK_EQ_INT(wci_volume_fat_open(source, &volume, &err), WCAB_ERR_FORMAT);
    wci_volume_close(volume);
    wci_source_close(source);
}

static void files_and_folders_are_listed(void)
{
    struct disk *disk = new_disk();
    const struct found_entry *found;

    put_entry(disk, "SUB        ", WCI_ATTRIBUTE_FOLDER, 10, 0);
    put_entry(disk, "README  TXT", WCI_ATTRIBUTE_READONLY | WCI_ATTRIBUTE_ARCHIVE, 2, 5);
    put_entry(disk,
              "\xE5"
              "ELETED TXT",
              0, 2, 5);
    put_entry(disk, "NOEXT      ", 0, 0, 0);
    put_entry(disk, "EMPTY      ", WCI_ATTRIBUTE_FOLDER, 11, 0);
    set_next(disk, 2, END);
    memcpy(cluster_bytes(disk, 2), "hello", 5);
    start_folder(disk, 10);
    put_entry(disk, "\x05KANJI  BIN", 0, 0, 0);
    start_folder(disk, 11);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 4);
    CHECK_EQ_INT(disk->found->faults, 0);
    CHECK_EQ_STR(disk->found->entries[0].path, "README.TXT"); /* files before subfolders */
    found = find_entry(disk->found, "README.TXT");
    CHECK_EQ_INT(found->entry.attributes, WCI_ATTRIBUTE_READONLY | WCI_ATTRIBUTE_ARCHIVE);
    CHECK_EQ_INT(found->entry.modified, (15U << 9 | 7 << 5 | 11) << 16 | (9 << 11 | 50 << 5));
    CHECK_EQ_INT(found->entry.name.encoding, WCI_ENCODING_UTF8);
    CHECK_EQ_STR(read_text(disk->volume, &found->entry), "hello");
    CHECK(has_entry(disk->found, "NOEXT"));
    found = find_entry(disk->found, "SUB/\xE5KANJI.BIN");
    CHECK_EQ_INT(found->entry.name.encoding, WCI_ENCODING_RAW);
    CHECK_EQ_INT(find_entry(disk->found, "EMPTY")->entry.attributes, WCI_ATTRIBUTE_FOLDER);
    free_disk(disk);
}

static void long_names_need_their_checksum(void)
{
    struct disk *disk = new_disk();
    uint8_t good = checksum("ALONGN~1TXT"), other = (uint8_t)(good + 1);

    put_part(disk, 0x42, good, "ame of a file");
    put_part(disk, 0x01, good, "A long long n");
    put_entry(disk, "ALONGN~1TXT", 0, 0, 0);
    put_part(disk, 0x41, other, "Not mine.txt");
    put_entry(disk, "ALONGN~1TXT", 0, 0, 0);
    put_part(disk, 0x42, good, "first missing");
    put_entry(disk, "ALONGN~1TXT", 0, 0, 0);
    put_part(disk, 0x42, good, "deleted between");
    put_entry(disk, "\xE5LONGN~1TXT", 0, 0, 0);
    put_part(disk, 0x01, good, "A long long n");
    put_entry(disk, "ALONGN~1TXT", 0, 0, 0);
    put_part(disk, 0x41, checksum("SAME    TXT"), "Same.txt");
    put_entry(disk, "SAME    TXT", 0, 0, 0);
    put_entry(disk, "LOWER   TXT", 0, 0, 0)[12] = 0x18;
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 6);
    CHECK_EQ_STR(disk->found->entries[0].path, "A long long name of a file");
    CHECK_EQ_STR(disk->found->entries[0].alias, "ALONGN~1.TXT");
    CHECK_EQ_STR(disk->found->entries[1].path, "ALONGN~1.TXT");
    CHECK_EQ_STR(disk->found->entries[2].path, "ALONGN~1.TXT");
    CHECK_EQ_STR(disk->found->entries[3].path, "ALONGN~1.TXT");
    CHECK_EQ_STR(disk->found->entries[4].path, "Same.txt");
    CHECK_EQ_STR(disk->found->entries[4].alias, "");
    CHECK_EQ_STR(disk->found->entries[5].path, "lower.txt");
    free_disk(disk);
}

static void describe(struct disk *disk, struct wci_arena *arena, struct wci_container *container)
{
    memset(container, 0, sizeof(*container));
    CHECK_EQ_INT(wci_volume_describe(disk->volume, arena, container, NULL), WCAB_OK);
    CHECK_EQ_INT(container->kind, WCI_CONTAINER_FAT);
}

static void label_entry_wins_wherever_it_stands(void)
{
    struct disk *disk = new_disk();
    struct wci_arena *arena = wci_arena_new();
    struct wci_container container;

    put_entry(disk, "FILE    TXT", 0, 0, 0);
    put_entry(disk, "DISK13     ", WCI_ATTRIBUTE_LABEL, 0, 0);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 1);
    describe(disk, arena, &container);
    CHECK_EQ_BYTES(container.label.bytes, "DISK13");
    CHECK_EQ_BYTES(container.format, "FAT12, 1.44 MB");
    CHECK_EQ_INT(container.serial, 0x12345678);
    CHECK_EQ_INT(container.created, (15U << 9 | 7 << 5 | 11) << 16 | (9 << 11 | 50 << 5));
    disk->bytes[ROOT_AT + 32] = 0xE5; /* DOS doesn't ask the boot sector's */
    describe(disk, arena, &container);
    CHECK_EQ_BYTES(container.label.bytes, "");
    wci_arena_free(arena);
    free_disk(disk);
}

static void bad_chains_name_their_clusters(void)
{
    struct disk *disk = new_disk();
    unsigned i;

    put_entry(disk, "CIRCLE  CAB", 0, 2, 5 * SECTOR); /* 2 3 4 3 */
    set_next(disk, 2, 3);
    set_next(disk, 3, 4);
    set_next(disk, 4, 3);
    put_entry(disk, "SHORT   CAB", 0, 10, 3 * SECTOR); /* 10 11 end */
    set_next(disk, 10, 11);
    set_next(disk, 11, END);
    put_entry(disk, "FREE    CAB", 0, 20, 2 * SECTOR); /* 20 0 */
    put_entry(disk, "BAD     CAB", 0, 22, 2 * SECTOR);
    set_next(disk, 22, 0xFF7);
    put_entry(disk, "OUTSIDE CAB", 0, 24, 2 * SECTOR);
    set_next(disk, 24, LAST_CLUSTER + 1);
    put_entry(disk, "NOWHERE CAB", 0, 0, 5);
    put_entry(disk, "OWNER   CAB", 0, 30, 2 * SECTOR); /* 30 31 end */
    set_next(disk, 30, 31);
    set_next(disk, 31, END);
    put_entry(disk, "CROSSED CAB", 0, 32, 2 * SECTOR); /* 32 31 */
    set_next(disk, 32, 31);
    put_entry(disk, "LONGER  CAB", 0, 40, 5); /* more clusters than bytes: nothing is lost */
    set_next(disk, 40, 41);
    set_next(disk, 41, END);
    put_entry(disk, "LAST    CAB", 0, LAST_CLUSTER, SECTOR);
    set_next(disk, LAST_CLUSTER, END);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 10);
    CHECK_EQ_INT(disk->found->faults, 7);
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "CIRCLE.CAB", "circle from cluster 4 to 3"));
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "SHORT.CAB", "ends with cluster 11, 512 bytes"));
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "FREE.CAB", "from cluster 20 at 0: a free"));
    CHECK(
        has_fault(disk->found, WCAB_ERR_CORRUPT, "BAD.CAB", "from cluster 22 at 4087: a cluster"));
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "OUTSIDE.CAB", "at 2849: outside"));
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "NOWHERE.CAB", "begins at 0: a free"));
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "CROSSED.CAB", "cluster 31 belongs to another"));
    for (i = 0; i < disk->found->count; i++) {
        const struct found_entry *found = &disk->found->entries[i];
        int good = strcmp(found->name, "OWNER.CAB") == 0 ||
                   strcmp(found->name, "LONGER.CAB") == 0 || strcmp(found->name, "LAST.CAB") == 0;

        CHECK_EQ_INT(found->entry.flags, good ? 0 : WCI_ENTRY_DAMAGED);
    }
    CHECK(strstr(read_text(disk->volume, &disk->found->entries[0].entry), "circle") != NULL);
    CHECK(strncmp(read_text(disk->volume, &disk->found->entries[1].entry), "error 6", 7) == 0);
    free_disk(disk);
}

static void fragments_are_read_in_order(void)
{
    struct disk *disk = new_disk();
    struct wci_source *source = NULL;
    char text[8] = {0};

    put_entry(disk, "PARTS   CAB", 0, 9, 3 * SECTOR - 2); /* 9 5 6 */
    set_next(disk, 9, 5);
    set_next(disk, 5, 6);
    set_next(disk, 6, END);
    memset(cluster_bytes(disk, 9), '1', SECTOR);
    memset(cluster_bytes(disk, 5), '2', SECTOR);
    memset(cluster_bytes(disk, 6), '3', SECTOR);
    open_disk(disk);
    CHECK_EQ_INT(wci_volume_open_entry(disk->volume, &disk->found->entries[0].entry, &source, NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_source_size(source), 3 * SECTOR - 2);
    CHECK_EQ_INT(wci_source_read_at(source, SECTOR - 2, text, 4, NULL), WCAB_OK);
    CHECK_EQ_STR(text, "1122");
    CHECK_EQ_INT(wci_source_read_at(source, 2 * SECTOR - 2, text, 4, NULL), WCAB_OK);
    CHECK_EQ_STR(text, "2233");
    wci_source_close(source);
    free_disk(disk);
}

static void folder_in_itself_is_told(void)
{
    struct disk *disk = new_disk();

    put_entry(disk, "SUB        ", WCI_ATTRIBUTE_FOLDER, 10, 0);
    put_entry(disk, "TWIN       ", WCI_ATTRIBUTE_FOLDER, 10, 0);
    put_entry(disk, "NOWHERE    ", WCI_ATTRIBUTE_FOLDER, 0, 0);
    start_folder(disk, 10);
    put_entry(disk, "SELF       ", WCI_ATTRIBUTE_FOLDER, 10, 0);
    put_entry(disk, "FILE    TXT", 0, 0, 0);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 1);
    CHECK(has_entry(disk->found, "SUB/FILE.TXT"));
    CHECK_EQ_INT(disk->found->faults, 3);
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "SUB/SELF", "cluster 10 belongs to another"));
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "TWIN", "cluster 10 belongs to another"));
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "NOWHERE", "folder without clusters"));
    free_disk(disk);
}

static void deep_folders_end_at_the_limit(void)
{
    struct disk *disk = new_disk();
    unsigned cluster;

    put_entry(disk, "D          ", WCI_ATTRIBUTE_FOLDER, 100, 0);
    for (cluster = 100; cluster < 200; cluster++) {
        start_folder(disk, cluster);
        put_entry(disk, "D          ", WCI_ATTRIBUTE_FOLDER, cluster + 1, 0);
        put_entry(disk, "F          ", 0, 0, 0);
    }
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, WCI_LIMIT_FOLDER_DEPTH - 1);
    CHECK_EQ_INT(disk->found->faults, 1);
    CHECK_EQ_INT(disk->found->fault[0].code, WCAB_ERR_LIMIT);
    free_disk(disk);
}

static void second_table_stands_in_for_the_first(void)
{
    struct disk *disk = new_disk();
    struct scratched_source source;

    put_entry(disk, "FILE    TXT", 0, 2, 2 * SECTOR);
    set_next(disk, 2, 3);
    set_next(disk, 3, END);
    memset(disk->bytes + FAT_AT, '*', SECTOR);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->faults, 0);
    CHECK_EQ_INT(disk->found->entries[0].entry.flags, 0);
    wci_volume_close(disk->volume);
    free(disk->found);
    source = scratched(disk->bytes, disk->size, FAT_AT, FAT_AT + 1);
    CHECK_EQ_INT(wci_volume_fat_open(&source.base, &disk->volume, NULL), WCAB_OK);
    disk->found = walk_all(disk->volume);
    CHECK_EQ_INT(disk->found->count, 1);
    CHECK_EQ_INT(disk->found->faults, 0);
    free_disk(disk);
}

static void without_any_table_the_folder_is_listed(void)
{
    struct disk *disk = new_disk();

    put_entry(disk, "FILE    TXT", 0, 2, 2 * SECTOR);
    memset(disk->bytes + FAT_AT, 0, 2 * FAT_BYTES);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 1);
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "", "no copy of the allocation table"));
    CHECK_EQ_INT(disk->found->entries[0].entry.flags, WCI_ENTRY_DAMAGED);
    free_disk(disk);
}

static void bad_root_sector_costs_its_entries(void)
{
    struct disk *disk = new_disk();
    struct scratched_source source;
    char name[12];
    unsigned i;

    for (i = 0; i < 48; i++) {
        (void)snprintf(name, sizeof(name), "FILE%02u  TXT", i);
        put_entry(disk, name, 0, 0, 0);
    }
    source = scratched(disk->bytes, disk->size, ROOT_AT + SECTOR, ROOT_AT + 2 * SECTOR);
    CHECK_EQ_INT(wci_volume_fat_open(&source.base, &disk->volume, NULL), WCAB_OK);
    disk->found = walk_all(disk->volume);
    CHECK_EQ_INT(disk->found->count, 32);
    CHECK(has_entry(disk->found, "FILE15.TXT"));
    CHECK(!has_entry(disk->found, "FILE16.TXT"));
    CHECK(has_entry(disk->found, "FILE32.TXT"));
    CHECK_EQ_INT(disk->found->faults, 1);
    CHECK_EQ_INT(disk->found->fault[0].code, WCAB_ERR_IO);
    free_disk(disk);
}

static void cut_image_marks_what_it_lost(void)
{
    struct disk *disk = new_disk();

    put_entry(disk, "HERE    CAB", 0, 2, SECTOR);
    set_next(disk, 2, END);
    put_entry(disk, "CUT     CAB", 0, 3, 2 * SECTOR);
    set_next(disk, 3, 4);
    set_next(disk, 4, END);
    disk->size = DATA_AT + 2 * SECTOR + 100;
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 2);
    CHECK_EQ_INT(find_entry(disk->found, "HERE.CAB")->entry.flags, 0);
    CHECK_EQ_INT(find_entry(disk->found, "CUT.CAB")->entry.flags, WCI_ENTRY_DAMAGED);
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "CUT.CAB",
                    "cluster 4 lies behind the end of the image"));
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "",
                    "the last 1456540 of the volume's 1474560 bytes are missing"));
    free_disk(disk);
}

/* ---- what is no floppy, or another one than it says ----------------------------------------- */

enum { KB160 = 160 * 1024, TABLE = SECTOR, ROOT160 = 3 * SECTOR, DATA160 = 7 * SECTOR };

/* A 160 KB floppy without a BPB: one sector a cluster, media byte FE. */
static struct disk *new_disk160(void)
{
    struct disk *disk = new_disk();
    unsigned copy;

    memset(disk->bytes, 0, sizeof(disk->bytes));
    disk->size = KB160;
    for (copy = 0; copy < 2; copy++) {
        set_fat12(disk->bytes + TABLE + copy * SECTOR, 0, 0xFFE);
        set_fat12(disk->bytes + TABLE + copy * SECTOR, 1, END);
    }
    disk->at = ROOT160;
    return disk;
}

static void set_next160(struct disk *disk, unsigned cluster, unsigned value)
{
    set_fat12(disk->bytes + TABLE, cluster, value);
    set_fat12(disk->bytes + TABLE + SECTOR, cluster, value);
}

/* The block that an emulator writes: two sectors a cluster, where the files lie in one each. */
static void put_lying_bpb(struct disk *disk)
{
    uint8_t *boot = disk->bytes;

    memcpy(boot,
           "\xEB\x58\x90"
           "86BOX5.0",
           11);
    put_le16(boot + 11, SECTOR);
    boot[13] = 2;
    put_le16(boot + 14, 1);
    boot[16] = 2;
    put_le16(boot + 17, 64);
    put_le16(boot + 19, 320);
    boot[21] = 0xFE;
    put_le16(boot + 22, 1);
    put_le16(boot + 24, 8);
    put_le16(boot + 26, 1);
}

static void fill_disk160(struct disk *disk)
{
    size_t root;

    put_entry(disk, "FIRST   BAS", 0, 2, 5);
    set_next160(disk, 2, END);
    memcpy(disk->bytes + DATA160, "first", 5);
    put_entry(disk, "SECOND  BAS", 0, 3, 6);
    set_next160(disk, 3, END);
    memcpy(disk->bytes + DATA160 + SECTOR, "second", 6);
    put_entry(disk, "DIR1       ", WCI_ATTRIBUTE_FOLDER, 4, 0);
    set_next160(disk, 4, END);
    root = disk->at;
    disk->at = DATA160 + 2 * SECTOR;
    put_entry(disk, ".          ", WCI_ATTRIBUTE_FOLDER, 4, 0);
    put_entry(disk, "..         ", WCI_ATTRIBUTE_FOLDER, 0, 0);
    put_entry(disk, "THIRD   BAS", 0, 5, 5);
    set_next160(disk, 5, END);
    memcpy(disk->bytes + DATA160 + 3 * SECTOR, "third", 5);
    disk->at = root;
}

static void lying_block_gives_way_to_the_media_byte(void)
{
    struct disk *disk = new_disk160();

    put_lying_bpb(disk);
    fill_disk160(disk);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 3);
    CHECK_EQ_INT(disk->found->faults, 0);
    check_content(disk, "SECOND.BAS", "second");
    check_content(disk, "DIR1/THIRD.BAS", "third");
    free_disk(disk);
}

static void lying_block_without_folders_gives_way_too(void)
{
    struct disk *disk = new_disk160();

    put_lying_bpb(disk);
    put_entry(disk, "FIRST   BAS", 0, 2, 600);
    set_next160(disk, 2, 3);
    set_next160(disk, 3, END);
    put_entry(disk, "SECOND  BAS", 0, 4, 6);
    set_next160(disk, 4, END);
    memcpy(disk->bytes + DATA160 + 2 * SECTOR, "second", 6);
    open_disk(disk);
    check_content(disk, "SECOND.BAS", "second");
    CHECK_EQ_INT(disk->found->faults, 0);
    free_disk(disk);
}

static void folder_that_begins_as_none_is_told(void)
{
    struct disk *disk = new_disk160();

    fill_disk160(disk);
    memset(disk->bytes + DATA160 + 2 * SECTOR, 'x', 64);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 2);
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "DIR1", "no folder at cluster 4"));
    free_disk(disk);
}

static void media_byte_alone_makes_no_floppy(void)
{
    static const size_t sizes[] = {3126, 23053, 40000, KB160 * 2 - 1, KB160 * 2 + 1};
    struct disk *disk = new_disk();
    size_t i;

    memset(disk->bytes, 0, disk->size);
    memset(disk->bytes + 0x1EE, 0xFF, 0x240 - 0x1EE);
    memset(disk->bytes + 0x3F3, 0xFF, 0x403 - 0x3F3);
    for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        expect_format_error(disk->bytes, sizes[i]);
    /* a whole floppy's size, white all over */
    memset(disk->bytes, 0xFF, disk->size);
    expect_format_error(disk->bytes, KB160 * 2);
    /* clusters in use, and no file that uses them */
    memset(disk->bytes + ROOT160 - SECTOR, 0, disk->size - (ROOT160 - SECTOR));
    memset(disk->bytes + 2 * SECTOR, 0xFF, SECTOR);
    expect_format_error(disk->bytes, KB160 * 2);
    free(disk);
}

static void other_beginnings_make_no_floppy(void)
{
    static const char *const beginnings[] = {"BM", "RIFF", "MZ", "%PDF", "GIF8", "Rar!"};
    size_t i;

    for (i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
        struct disk *disk = new_disk160();

        fill_disk160(disk);
        memcpy(disk->bytes, beginnings[i], strlen(beginnings[i]));
        expect_format_error(disk->bytes, disk->size);
        free(disk);
    }
}

static void cut_floppy_without_block_needs_boot_code(void)
{
    struct disk *disk = new_disk160();

    fill_disk160(disk);
    disk->size = DATA160 + 4 * SECTOR;
    expect_format_error(disk->bytes, disk->size);
    memcpy(disk->bytes, "\xEB\x27\x90", 3);
    open_disk(disk);
    CHECK_EQ_INT(disk->found->count, 3);
    CHECK(has_fault(disk->found, WCAB_ERR_CORRUPT, "", "of the volume's 163840 bytes are missing"));
    free_disk(disk);
}

static void floppy_of_a_pc98_has_large_sectors(void)
{
    enum { LARGE = 1024 };
    struct disk *disk = new_disk();
    unsigned copy;

    memset(disk->bytes, 0, sizeof(disk->bytes));
    memset(disk->bytes, 0x90, 64); /* its loader, no 55 AA */
    disk->size = 1232 * 1024;
    for (copy = 0; copy < 2; copy++) {
        set_fat12(disk->bytes + LARGE + copy * 2 * LARGE, 0, 0xFFE);
        set_fat12(disk->bytes + LARGE + copy * 2 * LARGE, 1, END);
        set_fat12(disk->bytes + LARGE + copy * 2 * LARGE, 2, END);
    }
    disk->at = 5 * LARGE;
    put_entry(disk, "SETUP   CAB", 0, 2, 3);
    memcpy(disk->bytes + 11 * LARGE, "cab", 3);
    open_disk(disk);
    check_content(disk, "SETUP.CAB", "cab");
    CHECK_EQ_STR(disk->volume->reason,
                 "FAT12: no BIOS parameter block, media byte FE at byte 1024");
    free_disk(disk);
}

static void block_alone_is_one_fault(void)
{
    struct disk *disk = new_disk();
    struct wci_source *source = NULL;
    struct wci_volume *volume = NULL;
    struct wcab_error err;
    size_t i;

    for (i = SECTOR; i < disk->size; i++)
        disk->bytes[i] = (uint8_t)(i / SECTOR + i);
    CHECK_EQ_INT(wci_source_open_memory(disk->bytes, disk->size, &source, &err), WCAB_OK);
    CHECK_EQ_INT(wci_volume_fat_open(source, &volume, &err), WCAB_ERR_CORRUPT);
    CHECK(strstr(err.text, "no allocation table at byte 512 and no root folder at byte 9728") !=
          NULL);
    wci_source_close(source);
    free(disk);
}

static void changed_disk_is_noticed(void)
{
    struct disk *disk = new_disk();
    uint8_t *entry = put_entry(disk, "FILE    TXT", 0, 2, 4);
    struct wci_entry listed;

    set_next(disk, 2, END);
    memcpy(cluster_bytes(disk, 2), "data", 4);
    open_disk(disk);
    listed = disk->found->entries[0].entry;
    CHECK_EQ_STR(read_text(disk->volume, &listed), "data");
    entry[0] = 'X';
    CHECK(strncmp(read_text(disk->volume, &listed), "error 8", 7) == 0);
    entry[0] = 'F';
    entry[28] = 3;
    CHECK(strncmp(read_text(disk->volume, &listed), "error 8", 7) == 0);
    entry[28] = 4;
    entry[11] = WCI_ATTRIBUTE_FOLDER;
    CHECK(strncmp(read_text(disk->volume, &listed), "error 8", 7) == 0);
    free_disk(disk);
}

/* Floppies that have nothing but two tables and a root folder. */
static void media_byte_tells_the_geometry(void)
{
    static const struct {
        unsigned kilobytes, fat_sectors;
        uint8_t media;
        const char *format;
    } floppies[] = {
        {160, 1, 0xFE, "FAT12, 160 KB, no BPB"},  {180, 2, 0xFC, "FAT12, 180 KB, no BPB"},
        {320, 1, 0xFF, "FAT12, 320 KB, no BPB"},  {360, 2, 0xFD, "FAT12, 360 KB, no BPB"},
        {720, 3, 0xF9, "FAT12, 720 KB, no BPB"},  {1200, 7, 0xF9, "FAT12, 1.2 MB, no BPB"},
        {1440, 9, 0xF0, "FAT12, 1.44 MB, no BPB"}};
    size_t i;

    for (i = 0; i < sizeof(floppies) / sizeof(floppies[0]); i++) {
        struct disk *disk = new_disk();
        struct wci_arena *arena = wci_arena_new();
        struct wci_container container;
        unsigned copy;

        memset(disk->bytes, 0, sizeof(disk->bytes));
        disk->size = (size_t)floppies[i].kilobytes * 1024;
        for (copy = 0; copy < 2; copy++) {
            uint8_t *fat = disk->bytes + SECTOR + copy * floppies[i].fat_sectors * SECTOR;

            set_fat12(fat, 0, 0xF00U | floppies[i].media);
            set_fat12(fat, 1, END);
        }
        disk->at = SECTOR + 2 * floppies[i].fat_sectors * SECTOR;
        put_entry(disk, "WIN95_02CAB", 0, 0, 0);
        open_disk(disk);
        CHECK_EQ_INT(disk->found->count, 1);
        describe(disk, arena, &container);
        CHECK_EQ_BYTES(container.format, floppies[i].format);
        wci_arena_free(arena);
        free_disk(disk);
    }
}

static void other_bytes_are_not_claimed(void)
{
    struct disk *disk = new_disk();
    uint32_t state = 1;
    size_t i;

    memset(disk->bytes, 0, disk->size);
    expect_format_error(disk->bytes, disk->size);
    expect_format_error(disk->bytes, 100);
    for (i = 0; i < disk->size; i++) {
        state = state * 1664525U + 1013904223U;
        disk->bytes[i] = (uint8_t)(state >> 24);
    }
    expect_format_error(disk->bytes, disk->size);
    /* a master boot record: code, a partition, 55 AA */
    memset(disk->bytes, 0, disk->size);
    memcpy(disk->bytes, "\x33\xC0\x8E\xD0\xBC\x00\x7C", 7);
    memcpy(disk->bytes + 446, "\x80\x01\x01\x00\x06\x0F\x3F\x20\x3F\x00\x00\x00\x00\x10", 14);
    memcpy(disk->bytes + 510, "\x55\xAA", 2);
    expect_format_error(disk->bytes, disk->size);
    /* NTFS: a BPB without allocation tables */
    memcpy(disk->bytes, "\xEB\x52\x90NTFS    ", 11);
    put_le16(disk->bytes + 11, SECTOR);
    disk->bytes[13] = 8;
    disk->bytes[21] = 0xF8;
    expect_format_error(disk->bytes, disk->size);
    /* a BPB, and nothing of what it promises */
    memset(disk->bytes, 'x', disk->size);
    put_bpb(disk);
    disk->bytes[0] = 'x';
    expect_format_error(disk->bytes, disk->size);
    free(disk);
}

static void rubbish_oem_id_is_shown_masked(void)
{
    struct disk *disk = new_disk();

    memcpy(disk->bytes + 3, "\x01ok\x80o\x1bk\x7f", 8);
    disk->bytes[510] = 0;
    open_disk(disk);
    CHECK_EQ_STR(disk->volume->reason, "FAT12: BIOS parameter block, OEM id \"?ok?o?k?\", media "
                                       "byte F0, no 55 AA at byte 510");
    free_disk(disk);
}

int main(void)
{
    RUN(files_and_folders_are_listed);
    RUN(long_names_need_their_checksum);
    RUN(label_entry_wins_wherever_it_stands);
    RUN(bad_chains_name_their_clusters);
    RUN(fragments_are_read_in_order);
    RUN(folder_in_itself_is_told);
    RUN(deep_folders_end_at_the_limit);
    RUN(second_table_stands_in_for_the_first);
    RUN(without_any_table_the_folder_is_listed);
    RUN(bad_root_sector_costs_its_entries);
    RUN(cut_image_marks_what_it_lost);
    RUN(changed_disk_is_noticed);
    RUN(media_byte_tells_the_geometry);
    RUN(lying_block_gives_way_to_the_media_byte);
    RUN(lying_block_without_folders_gives_way_too);
    RUN(folder_that_begins_as_none_is_told);
    RUN(media_byte_alone_makes_no_floppy);
    RUN(other_beginnings_make_no_floppy);
    RUN(cut_floppy_without_block_needs_boot_code);
    RUN(floppy_of_a_pc98_has_large_sectors);
    RUN(block_alone_is_one_fault);
    RUN(other_bytes_are_not_claimed);
    RUN(rubbish_oem_id_is_shown_masked);
    return check_report();
}
