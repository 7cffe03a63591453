/*
 * Tests of the ISO 9660 reader over volumes composed here, field by field.
 */
#include "core/limits.h"
#include "volume_fixture.h"

enum {
    SECTOR = 2048,
    SECTORS = 64,
    PRIMARY_ROOT = 20, /* sectors that most tests use */
    JOLIET_ROOT = 21,
    DATA = 40,
    FOLDER = 0x02
};

/* A disc in memory, and where the next record of the folder being written goes. */
struct disc {
    uint8_t bytes[SECTORS * SECTOR];
    size_t at;
    struct wci_source *source;
    struct wci_volume *volume;
    struct found *found;
};

static uint8_t *sector(struct disc *disc, size_t number)
{
    return disc->bytes + number * SECTOR;
}

/* Writes a record and returns where it is. */
static uint8_t *put_raw_record(struct disc *disc, uint32_t block, uint32_t size, uint8_t flags,
                               const char *name, size_t length, const char *susp,
                               size_t susp_length)
{
    uint8_t *at = disc->bytes + disc->at;
    size_t total = 33 + length + (length % 2 == 0 ? 1 : 0);

    memcpy(at + 33, name, length);
    if (susp_length > 0)
        memcpy(at + total, susp, susp_length);
    total += susp_length + susp_length % 2;
    at[0] = (uint8_t)total;
    put_both32(at + 2, block);
    put_both32(at + 10, size);
    memcpy(at + 18, "\x5f\x07\x0b\x09\x32\x00\x00", 7); /* 1995-07-11 09:50:00 */
    at[25] = flags;
    at[28] = at[31] = 1;
    at[32] = (uint8_t)length;
    disc->at += total;
    return at;
}

static uint8_t *put_record(struct disc *disc, uint32_t block, uint32_t size, uint8_t flags,
                           const char *name)
{
    return put_raw_record(disc, block, size, flags, name, strlen(name), NULL, 0);
}

static uint8_t *put_joliet_record(struct disc *disc, uint32_t block, uint32_t size, uint8_t flags,
                                  const char *name)
{
    char units[128];
    size_t i, length = strlen(name);

    for (i = 0; i < length; i++) {
        units[2 * i] = 0;
        units[2 * i + 1] = name[i];
    }
    return put_raw_record(disc, block, size, flags, units, 2 * length, NULL, 0);
}

/* Starts the folder at a sector with its "." and "..". */
static void start_folder(struct disc *disc, size_t number)
{
    disc->at = number * SECTOR;
    put_raw_record(disc, (uint32_t)number, SECTOR, FOLDER, "\0", 1, NULL, 0);
    put_raw_record(disc, PRIMARY_ROOT, SECTOR, FOLDER, "\1", 1, NULL, 0);
}

static void put_descriptor(struct disc *disc, size_t number, uint8_t type, const char *label,
                           uint32_t root)
{
    uint8_t *at = sector(disc, number);
    size_t here = disc->at;

    at[0] = type;
    memcpy(at + 1, "CD001\1", 6);
    memset(at + 40, ' ', 32);
    memcpy(at + 40, label, strlen(label));
    put_both32(at + 80, SECTORS);
    put_le16(at + 128, SECTOR);
    at[130] = SECTOR >> 8;
    memcpy(at + 813, "1995071109500000", 16);
    disc->at = (size_t)(at + 156 - disc->bytes);
    put_raw_record(disc, root, SECTOR, FOLDER, "\0", 1, NULL, 0);
    disc->at = here;
}

static void put_terminator(struct disc *disc, size_t number)
{
    memcpy(sector(disc, number), "\377CD001\1", 7);
}

/* A disc with a primary descriptor and an empty root. */
static struct disc *new_disc(void)
{
    struct disc *disc = calloc(1, sizeof(*disc));

    if (disc == NULL)
        abort();
    put_descriptor(disc, 16, 1, "LABEL", PRIMARY_ROOT);
    put_terminator(disc, 17);
    start_folder(disc, PRIMARY_ROOT);
    return disc;
}

/* Adds a Joliet descriptor; its root is empty. */
static void add_joliet(struct disc *disc)
{
    size_t here = disc->at;

    put_descriptor(disc, 17, 2, "", JOLIET_ROOT);
    memcpy(sector(disc, 17) + 88, "%/E", 3);
    memset(sector(disc, 17) + 40, 0, 32);
    memcpy(sector(disc, 17) + 40, "\0A\0 \0l\0o\0n\0g\0e\0r\0 \0l\0a\0b\0e\0l\0 ", 30);
    put_terminator(disc, 18);
    start_folder(disc, JOLIET_ROOT);
    disc->at = here;
}

static void open_disc(struct disc *disc)
{
    struct wcab_error err = {0};

    CHECK_EQ_INT(wci_source_open_memory(disc->bytes, sizeof(disc->bytes), &disc->source, &err),
                 WCAB_OK);
    CHECK_EQ_INT(wci_volume_iso_open(disc->source, &disc->volume, &err), WCAB_OK);
    if (disc->volume != NULL)
        disc->found = walk_all(disc->volume);
    else
        abort();
}

static void free_disc(struct disc *disc)
{
    wci_volume_close(disc->volume);
    wci_source_close(disc->source);
    free(disc->found);
    free(disc);
}

static void names_lose_version_and_last_dot(void)
{
    struct disc *disc = new_disc();
    const struct found_entry *found;

    put_record(disc, DATA, 5, 0, "README.;1");
    put_record(disc, DATA + 1, 6, 0x01, "HIDDEN.TXT;12");
    put_record(disc, DATA + 2, 7, 0, "PLAIN.DLL");
    put_record(disc, DATA + 2, 7, 0x04, "FORK.DLL");
    memcpy(sector(disc, DATA), "hello", 5);
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 3);
    CHECK_EQ_INT(disc->found->faults, 0);
    found = find_entry(disc->found, "README");
    CHECK_EQ_INT(found->entry.size, 5);
    CHECK_EQ_INT(found->entry.modified, (15U << 9 | 7 << 5 | 11) << 16 | (9 << 11 | 50 << 5));
    CHECK_EQ_INT(found->entry.attributes, 0);
    CHECK_EQ_STR(read_text(disc->volume, &found->entry), "hello");
    CHECK_EQ_INT(find_entry(disc->found, "HIDDEN.TXT")->entry.attributes, WCI_ATTRIBUTE_HIDDEN);
    CHECK_EQ_STR(find_entry(disc->found, "PLAIN.DLL")->alias, "");
    free_disc(disc);
}

static void volume_describes_itself(void)
{
    struct disc *disc = new_disc();
    struct wci_arena *arena = wci_arena_new();
    struct wci_container container = {0};

    add_joliet(disc);
    open_disc(disc);
    CHECK_EQ_INT(wci_volume_describe(disc->volume, arena, &container, NULL), WCAB_OK);
    CHECK_EQ_BYTES(container.format, "ISO 9660 + Joliet");
    CHECK_EQ_BYTES(container.label.bytes, "A longer label");
    CHECK_EQ_INT(container.kind, WCI_CONTAINER_ISO9660);
    CHECK_EQ_INT(container.created, (15U << 9 | 7 << 5 | 11) << 16 | (9 << 11 | 50 << 5));
    CHECK_EQ_STR(disc->volume->reason, "ISO 9660: CD001 at byte 32769");
    wci_arena_free(arena);
    free_disc(disc);
}

static void joliet_names_find_their_files(void)
{
    struct disc *disc = new_disc();

    put_record(disc, DATA, 5, 0, "LONGNA~1.TXT;1");
    put_record(disc, DATA + 1, 9, 0, "OTHER.TXT;1");
    put_record(disc, DATA, 5, 0, "SAMEDATA.TXT;1");
    put_record(disc, 0, 0, 0, "EMPTY1.TXT;1");
    put_record(disc, 0, 0, 0, "EMPTY2.TXT;1");
    add_joliet(disc);
    disc->at = JOLIET_ROOT * SECTOR + 68;
    put_joliet_record(disc, 0, 0, 0, "Empty2.txt;1");
    put_joliet_record(disc, 0, 0, 0, "The first empty file.txt;1");
    put_joliet_record(disc, DATA, 5, 0, "Long name.txt;1");
    put_joliet_record(disc, DATA, 5, 0, "SameData.txt;1");
    put_joliet_record(disc, DATA + 1, 9, 0, "other.txt;1");
    put_joliet_record(disc, DATA + 2, 3, 0, "Only in Joliet.txt;1");
    memcpy(sector(disc, DATA + 2), "abc", 3);
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 6);
    CHECK_EQ_STR(find_entry(disc->found, "Long name.txt")->alias, "LONGNA~1.TXT");
    CHECK_EQ_STR(find_entry(disc->found, "SameData.txt")->alias, "");
    CHECK_EQ_STR(find_entry(disc->found, "other.txt")->alias, "");
    CHECK_EQ_STR(find_entry(disc->found, "The first empty file.txt")->alias, "EMPTY1.TXT");
    CHECK_EQ_STR(find_entry(disc->found, "Empty2.txt")->alias, "");
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "Only in Joliet.txt")->entry),
                 "abc");
    free_disc(disc);
}

static void folders_of_both_trees_are_paired_by_their_files(void)
{
    struct disc *disc = new_disc();

    put_record(disc, 22, SECTOR, FOLDER, "FOLDER_1");
    put_record(disc, 23, SECTOR, FOLDER, "FOLDER_2");
    add_joliet(disc);
    disc->at = JOLIET_ROOT * SECTOR + 68;
    put_joliet_record(disc, 25, SECTOR, FOLDER, "A folder of images"); /* FOLDER_2, sorted first */
    put_joliet_record(disc, 24, SECTOR, FOLDER, "Folder of texts");
    start_folder(disc, 22);
    put_record(disc, DATA, 5, 0, "TEXT.TXT;1");
    start_folder(disc, 24);
    put_joliet_record(disc, DATA, 5, 0, "A long text.txt");
    start_folder(disc, 23);
    put_record(disc, DATA + 1, 6, 0, "IMAGE.BMP;1");
    start_folder(disc, 25);
    put_joliet_record(disc, DATA + 1, 6, 0, "An image.bmp");
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 2);
    CHECK_EQ_INT(disc->found->faults, 0);
    CHECK_EQ_STR(find_entry(disc->found, "Folder of texts/A long text.txt")->alias, "TEXT.TXT");
    CHECK_EQ_STR(find_entry(disc->found, "A folder of images/An image.bmp")->alias, "IMAGE.BMP");
    free_disc(disc);
}

static void damaged_primary_root_leaves_joliet(void)
{
    struct disc *disc = new_disc();

    put_record(disc, DATA, 5, 0, "LOST.TXT;1");
    add_joliet(disc);
    disc->at = JOLIET_ROOT * SECTOR + 68;
    put_joliet_record(disc, DATA, 5, 0, "Found.txt;1");
    memset(sector(disc, PRIMARY_ROOT), 'x', SECTOR);
    memcpy(sector(disc, DATA), "bytes", 5);
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 1);
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "", "no folder at block 20"));
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "Found.txt")->entry), "bytes");
    free_disc(disc);
}

static void folder_of_zeroes_is_told(void)
{
    struct disc *disc = new_disc();

    put_record(disc, 30, SECTOR, FOLDER, "GONE");
    put_record(disc, DATA, 5, 0, "HERE.TXT");
    memcpy(sector(disc, 30), "\0\0\0\x22\0", 5); /* as if it began three bytes earlier */
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 1);
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "GONE", "no folder at block 30"));
    free_disc(disc);
}

static void cut_volume_tells_what_is_missing(void)
{
    struct disc *disc = new_disc();

    put_both32(sector(disc, 16) + 80, SECTORS + 3);
    open_disc(disc);
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "",
                    "the last 6144 of the volume's 137216 bytes are missing"));
    free_disc(disc);
}

/* Saved without the sessions before it: its numbers count from the disc's start. */
static void session_alone_is_moved_to_its_place(void)
{
    enum { BEGINS = 11700 };
    struct disc *disc = new_disc();

    put_descriptor(disc, 16, 1, "SECOND", BEGINS + PRIMARY_ROOT);
    put_both32(sector(disc, 16) + 80, BEGINS + SECTORS);
    disc->at = PRIMARY_ROOT * SECTOR;
    put_raw_record(disc, BEGINS + PRIMARY_ROOT, SECTOR, FOLDER, "\0", 1, NULL, 0);
    put_raw_record(disc, BEGINS + PRIMARY_ROOT, SECTOR, FOLDER, "\1", 1, NULL, 0);
    put_record(disc, BEGINS + DATA, 5, 0, "NEW.TXT");
    put_record(disc, 50, 5, 0, "OLD.TXT"); /* in an earlier session */
    memcpy(sector(disc, DATA), "bytes", 5);
    open_disc(disc);
    CHECK_EQ_STR(disc->volume->reason,
                 "ISO 9660: CD001 at byte 32769; a session that begins at block 11700");
    CHECK_EQ_INT(disc->found->count, 2);
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "NEW.TXT")->entry), "bytes");
    CHECK_EQ_INT(find_entry(disc->found, "OLD.TXT")->entry.flags, WCI_ENTRY_DAMAGED);
    free_disc(disc);
}

static void unreadable_primary_descriptor_leaves_joliet(void)
{
    struct disc *disc = new_disc();
    struct scratched_source source;
    struct wcab_error err;

    add_joliet(disc);
    disc->at = JOLIET_ROOT * SECTOR + 68;
    put_joliet_record(disc, DATA, 5, 0, "Found.txt;1");
    source = scratched(disc->bytes, sizeof(disc->bytes), 16 * SECTOR, 17 * SECTOR);
    CHECK_EQ_INT(wci_volume_iso_open(&source.base, &disc->volume, &err), WCAB_OK);
    disc->found = walk_all(disc->volume);
    CHECK(has_entry(disc->found, "Found.txt"));
    free_disc(disc);
}

static void bad_sector_costs_what_lies_in_it(void)
{
    struct disc *disc = new_disc();
    struct scratched_source source;
    struct wcab_error err;

    put_record(disc, 30, 3 * SECTOR, FOLDER, "BIG");
    put_record(disc, DATA, 1, 0, "ROOT.TXT");
    start_folder(disc, 30);
    put_record(disc, DATA, 1, 0, "FIRST.TXT");
    disc->at = 31 * SECTOR;
    put_record(disc, DATA, 1, 0, "SECOND.TXT");
    disc->at = 32 * SECTOR;
    put_record(disc, DATA, 1, 0, "THIRD.TXT");
    source = scratched(disc->bytes, sizeof(disc->bytes), 31 * SECTOR, 31 * SECTOR + 1);
    CHECK_EQ_INT(wci_volume_iso_open(&source.base, &disc->volume, &err), WCAB_OK);
    disc->found = walk_all(disc->volume);
    CHECK_EQ_INT(disc->found->count, 3);
    CHECK(has_entry(disc->found, "BIG/FIRST.TXT"));
    CHECK(has_entry(disc->found, "BIG/THIRD.TXT"));
    CHECK_EQ_INT(disc->found->faults, 1);
    CHECK(has_fault(disc->found, WCAB_ERR_IO, "BIG", "can't read"));
    CHECK_EQ_INT(disc->found->fault[0].sys, EIO);
    free_disc(disc);
}

static void folder_in_itself_is_told_once(void)
{
    struct disc *disc = new_disc();

    put_record(disc, 22, SECTOR, FOLDER, "SUB");
    put_record(disc, DATA, 1, 0, "ROOT.TXT");
    start_folder(disc, 22);
    put_record(disc, PRIMARY_ROOT, SECTOR, FOLDER, "UP");
    put_record(disc, 22, SECTOR, FOLDER, "SELF");
    put_record(disc, DATA, 1, 0, "IN.TXT");
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 2);
    CHECK_EQ_INT(disc->found->faults, 2);
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "SUB/UP", "circle"));
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "SUB/SELF", "circle"));
    free_disc(disc);
}

/* A folder in each block of 512 bytes, each in the one before. */
static void deep_folders_end_at_the_limit(void)
{
    struct disc *disc = new_disc();
    uint32_t block, first = 22 * 4, last = 22 * 4 + 100;

    put_le16(sector(disc, 16) + 128, 512);
    put_both32(sector(disc, 16) + 156 + 2, PRIMARY_ROOT * 4);
    put_record(disc, first, 512, FOLDER, "D");
    for (block = first; block < last; block++) {
        disc->at = block * 512;
        put_raw_record(disc, block, 512, FOLDER, "\0", 1, NULL, 0);
        put_raw_record(disc, PRIMARY_ROOT * 4, 512, FOLDER, "\1", 1, NULL, 0);
        put_record(disc, block + 1, 512, FOLDER, "D");
        put_record(disc, DATA * 4, 4, 0, "F");
    }
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, WCI_LIMIT_FOLDER_DEPTH - 1);
    CHECK_EQ_INT(disc->found->faults, 1);
    CHECK_EQ_INT(disc->found->fault[0].code, WCAB_ERR_LIMIT);
    free_disc(disc);
}

static void file_of_several_extents_is_one(void)
{
    struct disc *disc = new_disc();

    put_record(disc, DATA, SECTOR, 0x80, "BIG.BIN;1");
    put_record(disc, DATA + 5, 3, 0, "BIG.BIN;1");
    put_record(disc, DATA, 4, 0, "NEXT.BIN;1");
    memset(sector(disc, DATA), 'a', SECTOR);
    memcpy(sector(disc, DATA + 5), "end", 3);
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 2);
    CHECK_EQ_INT(find_entry(disc->found, "BIG.BIN")->entry.size, SECTOR + 3);
    {
        struct wci_source *source = NULL;
        char tail[5] = {0};

        CHECK_EQ_INT(
            wci_volume_open_entry(disc->volume, &disc->found->entries[0].entry, &source, NULL),
            WCAB_OK);
        CHECK_EQ_INT(wci_source_size(source), SECTOR + 3);
        CHECK_EQ_INT(wci_source_read_at(source, SECTOR - 1, tail, 4, NULL), WCAB_OK);
        CHECK_EQ_STR(tail, "aend");
        wci_source_close(source);
    }
    free_disc(disc);
}

static void interleaved_file_is_refused(void)
{
    struct disc *disc = new_disc();

    put_record(disc, DATA, 9, 0, "MIXED.DAT;1")[26] = 4;
    open_disc(disc);
    CHECK_EQ_INT(find_entry(disc->found, "MIXED.DAT")->entry.flags, WCI_ENTRY_DAMAGED);
    CHECK(has_fault(disc->found, WCAB_ERR_UNSUPPORTED, "MIXED.DAT", "interleaved"));
    CHECK(strncmp(read_text(disc->volume, &disc->found->entries[0].entry), "error 5", 7) == 0);
    free_disc(disc);
}

static void extended_attributes_come_before_the_data(void)
{
    struct disc *disc = new_disc();

    put_record(disc, DATA, 4, 0, "FILE.DAT;1")[1] = 2;
    memcpy(sector(disc, DATA + 2), "data", 4);
    open_disc(disc);
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "FILE.DAT")->entry), "data");
    free_disc(disc);
}

static void numbers_in_one_byte_order_do(void)
{
    struct disc *disc = new_disc();
    uint8_t *record = put_record(disc, DATA, 4, 0, "BIG.END;1");

    memset(record + 2, 0, 4);
    memset(record + 10, 0, 4);
    record = put_record(disc, DATA, 4, 0, "LITTLE.END;1");
    memset(record + 6, 0, 4);
    record = put_record(disc, 0x40000000, 4, 0, "OUTSIDE.LE;1");
    put_both32(record + 2, DATA);
    put_le32(record + 2, 0x40000000);
    memcpy(sector(disc, DATA), "data", 4);
    open_disc(disc);
    CHECK_EQ_INT(disc->found->faults, 0);
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "BIG.END")->entry), "data");
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "LITTLE.END")->entry), "data");
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "OUTSIDE.LE")->entry), "data");
    free_disc(disc);
}

static void contradicting_record_costs_its_sector(void)
{
    struct disc *disc = new_disc();
    uint8_t *record;

    put_record(disc, DATA, 4, 0, "BEFORE.TXT;1");
    record = put_record(disc, DATA, 4, 0, "BROKEN.TXT;1");
    record[6] ^= 0x55;
    record[14] ^= 0x55;
    put_record(disc, DATA, 4, 0, "AFTER.TXT;1");
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 1);
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "", "bad directory record at byte"));
    free_disc(disc);
}

static void extent_outside_marks_its_file(void)
{
    struct disc *disc = new_disc();

    put_record(disc, SECTORS - 1, SECTOR + 1, 0, "CUT.CAB;1");
    put_record(disc, SECTORS - 1, SECTOR, 0, "WHOLE.CAB;1");
    put_record(disc, 0xFFFFFFFF, 5, 0, "FAR.CAB;1");
    put_record(disc, 0xFFFFFFFF, SECTOR, FOLDER, "FARDIR");
    put_record(disc, 0xFFFFFFFF, 0, 0, "EMPTY.CAB;1");
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 4);
    CHECK_EQ_INT(find_entry(disc->found, "CUT.CAB")->entry.flags, WCI_ENTRY_DAMAGED);
    CHECK_EQ_INT(find_entry(disc->found, "FAR.CAB")->entry.flags, WCI_ENTRY_DAMAGED);
    CHECK_EQ_INT(find_entry(disc->found, "WHOLE.CAB")->entry.flags, 0);
    CHECK_EQ_INT(find_entry(disc->found, "EMPTY.CAB")->entry.flags, 0);
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "CUT.CAB", "do not lie within the image"));
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "FARDIR", "does not lie within the image"));
    CHECK(strncmp(read_text(disc->volume, &disc->found->entries[0].entry), "error 6", 7) == 0);
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "EMPTY.CAB")->entry), "");
    free_disc(disc);
}

static void huge_folder_is_cut_to_the_image(void)
{
    struct disc *disc = new_disc();

    put_record(disc, 22, 0x03000000, FOLDER, "HUGE");
    put_record(disc, 22, 0xFFFFF000, FOLDER, "HUGER");
    put_record(disc, DATA, 1, 0, "OK.TXT;1");
    start_folder(disc, 22);
    open_disc(disc);
    CHECK(has_entry(disc->found, "OK.TXT"));
    CHECK(has_fault(disc->found, WCAB_ERR_LIMIT, "HUGE", "more than is believed"));
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "HUGER", "circle"));
    free_disc(disc);
}

static void empty_folder_is_listed(void)
{
    struct disc *disc = new_disc();
    const struct found_entry *found;

    put_record(disc, 22, SECTOR, FOLDER, "EMPTY");
    start_folder(disc, 22);
    open_disc(disc);
    CHECK_EQ_INT(disc->found->count, 1);
    found = find_entry(disc->found, "EMPTY");
    CHECK_EQ_INT(found->entry.attributes, WCI_ATTRIBUTE_FOLDER);
    CHECK_EQ_INT(found->entry.size, 0);
    CHECK(strncmp(read_text(disc->volume, &found->entry), "error 3", 7) == 0);
    free_disc(disc);
}

static void changed_disc_is_noticed(void)
{
    struct disc *disc = new_disc();
    uint8_t *record = put_record(disc, DATA, 4, 0, "FILE.DAT;1");
    struct wci_entry entry;

    memcpy(sector(disc, DATA), "data", 4);
    open_disc(disc);
    entry = find_entry(disc->found, "FILE.DAT")->entry;
    CHECK_EQ_STR(read_text(disc->volume, &entry), "data");
    record[33] = 'G';
    CHECK(strncmp(read_text(disc->volume, &entry), "error 8", 7) == 0);
    record[33] = 'F';
    put_both32(record + 10, 5);
    CHECK(strncmp(read_text(disc->volume, &entry), "error 8", 7) == 0);
    entry.flags = WCI_ENTRY_PACKED; /* then the size is that of the unpacked file */
    CHECK_EQ_INT(strlen(read_text(disc->volume, &entry)), 4);
    free_disc(disc);
}

static void high_sierra_is_read(void)
{
    struct disc *disc = calloc(1, sizeof(*disc));
    struct wci_arena *arena = wci_arena_new();
    struct wci_container container = {0};
    uint8_t *at, *record;

    if (disc == NULL)
        abort();
    at = sector(disc, 16);
    at[8] = 1;
    memcpy(at + 9, "CDROM\1", 6);
    memcpy(at + 48, "SIERRA", 6);
    put_le16(at + 136, SECTOR);
    memcpy(at + 790, "1987010203040500", 16);
    disc->at = 16 * SECTOR + 180;
    record = put_raw_record(disc, PRIMARY_ROOT, SECTOR, 0, "\0", 1, NULL, 0);
    record[24] = FOLDER;
    start_folder(disc, PRIMARY_ROOT);
    record = put_record(disc, DATA, 4, 0, "FILE.DAT;1");
    record[24] = 0x01;
    memcpy(sector(disc, DATA), "data", 4);
    open_disc(disc);
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "FILE.DAT")->entry), "data");
    CHECK_EQ_INT(disc->found->entries[0].entry.attributes, WCI_ATTRIBUTE_HIDDEN);
    CHECK_EQ_INT(wci_volume_describe(disc->volume, arena, &container, NULL), WCAB_OK);
    CHECK_EQ_BYTES(container.format, "High Sierra");
    CHECK_EQ_BYTES(container.label.bytes, "SIERRA");
    CHECK_EQ_STR(disc->volume->reason, "High Sierra: CDROM at byte 32777");
    wci_arena_free(arena);
    free_disc(disc);
}

static void small_blocks_are_counted(void)
{
    struct disc *disc = new_disc();

    put_le16(sector(disc, 16) + 128, 512);
    put_both32(sector(disc, 16) + 156 + 2, PRIMARY_ROOT * 4);
    put_record(disc, DATA * 4 + 1, 4, 0, "FILE.DAT;1");
    memcpy(sector(disc, DATA) + 512, "data", 4);
    open_disc(disc);
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "FILE.DAT")->entry), "data");
    free_disc(disc);
}

static void rock_ridge_names_and_moved_folders(void)
{
    struct disc *disc = new_disc();
    static const char file[] = "NM\x0f\1\1Part one, "
                               "CE\x1c\1\x1f\0\0\0\0\0\0\x1f"
                               "\x10\0\0\0\0\0\0\x10\x0d\0\0\0\0\0\0\x0d";
    static const char child[] = "NM\x0a\1\0moved"
                                "CL\x0c\1\x16\0\0\0\0\0\0\x16";
    static const char moved[] = "NM\x0a\1\0moved"
                                "RE\x04\1";
    static const char symlink[] = "NM\x09\1\0link"
                                  "PX\x0c\1\xff\xa1\0\0\0\0\xa1\xff";

    disc->at = PRIMARY_ROOT * SECTOR;
    memset(sector(disc, PRIMARY_ROOT), 0, SECTOR);
    put_raw_record(disc, PRIMARY_ROOT, SECTOR, FOLDER, "\0", 1, "SP\x07\1\xbe\xef\0", 7);
    put_raw_record(disc, PRIMARY_ROOT, SECTOR, FOLDER, "\1", 1, NULL, 0);
    put_raw_record(disc, DATA, 4, 0, "PART_ONE.TXT;1", 14, file, sizeof(file) - 1);
    put_raw_record(disc, DATA, 4, 0, "LINK.;1", 7, symlink, sizeof(symlink) - 1);
    put_raw_record(disc, DATA, 4, 0, "MOVED.;1", 8, child, sizeof(child) - 1);
    put_record(disc, 23, SECTOR, FOLDER, "RR_MOVED");
    memcpy(sector(disc, 31) + 0x10, "NM\x0d\1\0part two", 13);
    start_folder(disc, 22);
    put_record(disc, DATA, 4, 0, "DEEP.TXT;1");
    start_folder(disc, 23);
    put_raw_record(disc, 22, SECTOR, FOLDER, "MOVED", 5, moved, sizeof(moved) - 1);
    memcpy(sector(disc, DATA), "data", 4);
    open_disc(disc);
    CHECK_EQ_INT(disc->found->faults, 0);
    CHECK_EQ_INT(disc->found->count, 2);
    CHECK_EQ_STR(find_entry(disc->found, "Part one, part two")->alias, "PART_ONE.TXT");
    CHECK_EQ_STR(read_text(disc->volume, &find_entry(disc->found, "Part one, part two")->entry),
                 "data");
    CHECK(has_entry(disc->found, "moved/DEEP.TXT"));
    free_disc(disc);
}

static void endless_continuations_end(void)
{
    struct disc *disc = new_disc();
    static const char self[] = "CE\x1c\1\x1f\0\0\0\0\0\0\x1f\0\0\0\0\0\0\0\0\x1c\0\0\0\0\0\0\x1c";

    disc->at = PRIMARY_ROOT * SECTOR;
    put_raw_record(disc, PRIMARY_ROOT, SECTOR, FOLDER, "\0", 1, "SP\x07\1\xbe\xef\0", 7);
    put_raw_record(disc, DATA, 4, 0, "FILE.DAT;1", 10, self, sizeof(self) - 1);
    memcpy(sector(disc, 31), self, sizeof(self) - 1);
    open_disc(disc);
    CHECK(has_entry(disc->found, "FILE.DAT"));
    free_disc(disc);
}

static void put_boot_catalog(struct disc *disc)
{
    uint8_t *boot = sector(disc, 17), *catalog = sector(disc, 30);

    memset(boot, 0, SECTOR);
    memcpy(boot, "\0CD001\1EL TORITO SPECIFICATION", 30);
    put_le32(boot + 71, 30);
    put_terminator(disc, 18);
    catalog[0] = 1;
    catalog[30] = 0x55;
    catalog[31] = 0xAA;
    put_le16(catalog + 28, 0x10000 - 1 - 0xAA55);
    catalog[32] = 0x88; /* initial entry: no emulation, 4 sectors */
    put_le16(catalog + 38, 4);
    put_le32(catalog + 40, DATA);
    catalog[64] = 0x91; /* last section, two entries */
    catalog[66] = 2;
    catalog[96] = 0x88;
    catalog[97] = 2; /* 1.44 MB, cut off by the image's end */
    put_le32(catalog + 104, DATA + 4);
    catalog[128] = 0x88;
    catalog[129] = 1;
    put_le32(catalog + 136, 0x00FFFFFF); /* outside */
}

static void boot_images_are_nested(void)
{
    struct disc *disc = new_disc();
    struct wci_source *source = NULL;

    put_boot_catalog(disc);
    open_disc(disc);
    CHECK_EQ_INT(disc->found->nested, 2);
    CHECK_EQ_STR(disc->found->nested_name[0], "El Torito boot image (no emulation)");
    CHECK_EQ_INT(disc->found->nested_offset[0], DATA * SECTOR);
    CHECK_EQ_INT(disc->found->nested_size[0], 2048);
    CHECK_EQ_STR(disc->found->nested_name[1], "El Torito boot image 2 (1.44 MB floppy)");
    CHECK_EQ_INT(disc->found->nested_size[1], (SECTORS - DATA - 4) * SECTOR);
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "", "does not lie within the image"));
    CHECK_EQ_INT(wci_volume_open_nested(disc->volume, disc->found->nested_offset[0],
                                        disc->found->nested_size[0], &source, NULL),
                 WCAB_OK);
    CHECK_EQ_INT(wci_source_size(source), 2048);
    wci_source_close(source);
    free_disc(disc);
}

static void bad_boot_catalog_is_told(void)
{
    struct disc *disc = new_disc();

    put_boot_catalog(disc);
    sector(disc, 30)[4] = 'x';
    open_disc(disc);
    CHECK_EQ_INT(disc->found->nested, 0);
    CHECK(has_fault(disc->found, WCAB_ERR_CORRUPT, "", "no boot catalog at byte"));
    free_disc(disc);
}

static void other_bytes_are_not_claimed(void)
{
    static uint8_t bytes[SECTORS * SECTOR];
    struct wci_source *source = NULL;
    struct wci_volume *volume = NULL;
    struct wcab_error err;

    CHECK_EQ_INT(wci_source_open_memory(bytes, sizeof(bytes), &source, &err), WCAB_OK);
    CHECK_EQ_INT(wci_volume_iso_open(source, &volume, &err), WCAB_ERR_FORMAT);
    CHECK_EQ_STR(err.text, "no ISO 9660 volume: no CD001 at byte 32769");
    wci_source_close(source);
    CHECK_EQ_INT(wci_source_open_memory("x", 1, &source, &err), WCAB_OK);
    CHECK_EQ_INT(wci_volume_iso_open(source, &volume, &err), WCAB_ERR_FORMAT);
    wci_source_close(source);
}

int main(void)
{
    RUN(names_lose_version_and_last_dot);
    RUN(volume_describes_itself);
    RUN(joliet_names_find_their_files);
    RUN(folders_of_both_trees_are_paired_by_their_files);
    RUN(damaged_primary_root_leaves_joliet);
    RUN(folder_of_zeroes_is_told);
    RUN(cut_volume_tells_what_is_missing);
    RUN(session_alone_is_moved_to_its_place);
    RUN(unreadable_primary_descriptor_leaves_joliet);
    RUN(bad_sector_costs_what_lies_in_it);
    RUN(folder_in_itself_is_told_once);
    RUN(deep_folders_end_at_the_limit);
    RUN(file_of_several_extents_is_one);
    RUN(interleaved_file_is_refused);
    RUN(extended_attributes_come_before_the_data);
    RUN(numbers_in_one_byte_order_do);
    RUN(contradicting_record_costs_its_sector);
    RUN(extent_outside_marks_its_file);
    RUN(huge_folder_is_cut_to_the_image);
    RUN(empty_folder_is_listed);
    RUN(changed_disc_is_noticed);
    RUN(high_sierra_is_read);
    RUN(small_blocks_are_counted);
    RUN(rock_ridge_names_and_moved_folders);
    RUN(endless_continuations_end);
    RUN(boot_images_are_nested);
    RUN(bad_boot_catalog_is_told);
    RUN(other_bytes_are_not_claimed);
    return check_report();
}
