/*
 * Tests of the reader of OLE2 compound files, over files composed here sector by sector.
 */
#include "core/limits.h"
#include "volume_fixture.h"

enum {
    SECTOR = 512,
    SECTORS = 40,
    FAT = 0, /* sectors of the composed file */
    DIRECTORY = 1,
    SECOND_DIRECTORY = 5,
    MINI_FAT = 2,
    MINI_STREAM = 3,
    LARGE = 10, /* first of the large stream, which runs 10, 12, 14 ... */
    LARGE_SIZE = 4200,
    SMALL_SIZE = 70, /* two small sectors, the second one apart */
    STORAGE = 1,
    STREAM = 2,
    ROOT = 5,
    NONE = -1
};

#define END_OF_CHAIN 0xFFFFFFFEU
#define FREE_SECTOR 0xFFFFFFFFU

struct compound {
    uint8_t bytes[(SECTORS + 1) * SECTOR];
    struct wci_source *source;
    struct wci_volume *volume;
    struct found *found;
    struct wcab_error err;
};

static uint8_t *sector(struct compound *compound, size_t number)
{
    return compound->bytes + (number + 1) * SECTOR;
}

static void link_sector(struct compound *compound, size_t number, uint32_t next)
{
    put_le32(sector(compound, FAT) + 4 * number, next);
}

static uint8_t *entry_place(struct compound *compound, int index)
{
    size_t in = index < 4 ? DIRECTORY : SECOND_DIRECTORY;

    return sector(compound, in) + 128 * (index % 4);
}

/* `name` of code units, ended by 0. */
static void put_entry(struct compound *compound, int index, const uint16_t *name, uint8_t type,
                      int left, int right, int child, uint32_t start, uint32_t size)
{
    uint8_t *at = entry_place(compound, index);
    uint32_t units = 0;

    for (; name[units] != 0; units++)
        put_le16(at + 2 * units, name[units]);
    put_le16(at + 64, 2 * (units + 1));
    at[66] = type;
    put_le32(at + 68, (uint32_t)left);
    put_le32(at + 72, (uint32_t)right);
    put_le32(at + 76, (uint32_t)child);
    put_le32(at + 116, start);
    put_le32(at + 120, size);
}

/* Root > large.cab in Installer's packing, Folder > small, and a stream with a table's name. */
static struct compound *compose(void)
{
    static const uint8_t magic[8] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    /* "Data.cab": pairs of 64 digits, "D" 13, "a" 36, "t" 55, "." 62, "c" 38, "b" 37 */
    static const uint16_t large[] = {0x3800 + (13 | 36 << 6), 0x3800 + (55 | 36 << 6),
                                     0x3800 + (62 | 38 << 6), 0x3800 + (36 | 37 << 6), 0};
    static const uint16_t table[] = {0x4840, 0x3800 + (15 | 44 << 6), 0x4800 + 47, 0}; /* "!Fil" */
    struct compound *compound = calloc(1, sizeof(*compound));
    uint8_t *header;
    uint32_t i, number = LARGE;

    if (compound == NULL)
        abort();
    header = compound->bytes;
    memcpy(header, magic, sizeof(magic));
    put_le16(header + 24, 0x3E);
    put_le16(header + 26, 3);
    put_le16(header + 28, 0xFFFE);
    put_le16(header + 30, 9);
    put_le16(header + 32, 6);
    put_le32(header + 44, 1);
    put_le32(header + 48, DIRECTORY);
    put_le32(header + 56, 4096);
    put_le32(header + 60, MINI_FAT);
    put_le32(header + 64, 1);
    put_le32(header + 68, END_OF_CHAIN);
    memset(header + 76, 0xFF, 109 * 4);
    put_le32(header + 76, FAT);

    memset(sector(compound, FAT), 0xFF, SECTOR);
    link_sector(compound, FAT, 0xFFFFFFFD);
    link_sector(compound, DIRECTORY, SECOND_DIRECTORY);
    link_sector(compound, SECOND_DIRECTORY, END_OF_CHAIN);
    link_sector(compound, MINI_FAT, END_OF_CHAIN);
    link_sector(compound, MINI_STREAM, END_OF_CHAIN);
    for (i = 0; i * SECTOR < LARGE_SIZE; i++, number += 2) {
        link_sector(compound, number, (i + 1) * SECTOR < LARGE_SIZE ? number + 2 : END_OF_CHAIN);
        memset(sector(compound, number), (int)('a' + i), SECTOR);
    }

    put_entry(compound, 0, u"Root Entry", ROOT, NONE, NONE, 1, MINI_STREAM, SECTOR);
    memcpy(entry_place(compound, 0) + 80, "\x84\x10\x0C\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16);
    put_entry(compound, 1, u"Folder", STORAGE, 2, 4, 3, 0, 0);
    put_entry(compound, 2, large, STREAM, NONE, NONE, NONE, LARGE, LARGE_SIZE);
    put_entry(compound, 3, u"small", STREAM, NONE, NONE, NONE, 0, SMALL_SIZE);
    put_entry(compound, 4, table, STREAM, NONE, NONE, NONE, 1, 5);

    memset(sector(compound, MINI_FAT), 0xFF, SECTOR);
    put_le32(sector(compound, MINI_FAT), 2);
    put_le32(sector(compound, MINI_FAT) + 4, END_OF_CHAIN);
    put_le32(sector(compound, MINI_FAT) + 8, END_OF_CHAIN);
    memset(sector(compound, MINI_STREAM), 'x', 64);
    memcpy(sector(compound, MINI_STREAM) + 64, "table", 5);
    memcpy(sector(compound, MINI_STREAM) + 128, "behind", 6);
    return compound;
}

static enum wcab_err try_open(struct compound *compound, size_t size)
{
    if (wci_source_open_memory(compound->bytes, size, &compound->source, &compound->err) != WCAB_OK)
        abort();
    return wci_volume_ole_open(compound->source, &compound->volume, &compound->err);
}

static void open_compound(struct compound *compound)
{
    CHECK_EQ_INT(try_open(compound, sizeof(compound->bytes)), WCAB_OK);
    if (compound->volume == NULL)
        abort();
    compound->found = walk_all(compound->volume);
}

static void close_compound(struct compound *compound)
{
    free(compound->found);
    wci_volume_close(compound->volume);
    wci_source_close(compound->source);
    free(compound);
}

static void streams_are_listed_with_readable_names(void)
{
    struct compound *compound = compose();
    struct wci_container container = {0};
    struct wci_arena *arena = wci_arena_new();

    open_compound(compound);
    CHECK_EQ_INT(compound->found->count, 3);
    CHECK_EQ_INT(compound->found->faults, 0);
    CHECK_EQ_INT(find_entry(compound->found, "Data.cab")->entry.size, LARGE_SIZE);
    CHECK_EQ_INT(find_entry(compound->found, "Folder/small")->entry.size, SMALL_SIZE);
    CHECK_EQ_INT(find_entry(compound->found, "!Fil")->entry.size, 5);
    CHECK_EQ_INT(find_entry(compound->found, "Data.cab")->entry.locator, 2);
    CHECK_EQ_INT(wci_volume_describe(compound->volume, arena, &container, &compound->err), WCAB_OK);
    CHECK_EQ_INT(container.kind, WCI_CONTAINER_OLE);
    CHECK_EQ_BYTES(container.format, "Windows Installer package");
    close_compound(compound);
    wci_arena_free(arena);
}

static void streams_are_read_along_their_chains(void)
{
    struct compound *compound = compose();
    struct wci_source *source = NULL;
    uint8_t bytes[LARGE_SIZE];
    const struct wci_entry *entry;

    open_compound(compound);
    entry = &find_entry(compound->found, "Data.cab")->entry;
    CHECK_EQ_INT(wci_volume_open_entry(compound->volume, entry, &source, &compound->err), WCAB_OK);
    CHECK_EQ_INT(wci_source_size(source), LARGE_SIZE);
    CHECK_EQ_INT(wci_source_read_at(source, 0, bytes, LARGE_SIZE, &compound->err), WCAB_OK);
    CHECK_EQ_INT(bytes[0], 'a');
    CHECK_EQ_INT(bytes[SECTOR], 'b');
    CHECK_EQ_INT(bytes[LARGE_SIZE - 1], 'i');
    wci_source_close(source);
    CHECK_EQ_STR(read_text(compound->volume, &find_entry(compound->found, "Folder/small")->entry),
                 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxbehind");
    CHECK_EQ_STR(read_text(compound->volume, &find_entry(compound->found, "!Fil")->entry), "table");
    close_compound(compound);
}

static void other_bytes_are_left_alone(void)
{
    struct compound *compound = compose();

    compound->bytes[7]++;
    CHECK_EQ_INT(try_open(compound, sizeof(compound->bytes)), WCAB_ERR_FORMAT);
    close_compound(compound);
    compound = compose();
    CHECK_EQ_INT(try_open(compound, 7), WCAB_ERR_FORMAT);
    close_compound(compound);
    compound = compose();
    CHECK_EQ_INT(try_open(compound, 300), WCAB_ERR_CORRUPT);
    close_compound(compound);
}

/* Documents are compound files, too; one that holds a cabinet is a medium. */
static void only_what_holds_cabinets_is_a_medium(void)
{
    struct compound *compound = compose();

    memset(entry_place(compound, 0) + 80, 0, 16);
    CHECK_EQ_INT(try_open(compound, sizeof(compound->bytes)), WCAB_ERR_FORMAT);
    CHECK(strstr(compound->err.text, "without a cabinet") != NULL);
    close_compound(compound);
    compound = compose();
    memset(entry_place(compound, 0) + 80, 0, 16);
    memcpy(sector(compound, LARGE), "MSCF", 4);
    open_compound(compound);
    CHECK_EQ_INT(compound->found->count, 3);
    close_compound(compound);
}

/* The text of the error that opening gives after a change of the file. */
static const char *broken(struct compound *compound, enum wcab_err expected)
{
    CHECK_EQ_INT(try_open(compound, sizeof(compound->bytes)), expected);
    return compound->err.text;
}

static void sizes_that_no_file_has_are_refused(void)
{
    struct compound *compound = compose();

    put_le32(compound->bytes + 44, 0x00FFFFFF);
    CHECK(strstr(broken(compound, WCAB_ERR_CORRUPT), "FAT of 16777215 sectors") != NULL);
    close_compound(compound);
    compound = compose();
    put_le32(compound->bytes + 64, 0x7FFFFFFF);
    CHECK(strstr(broken(compound, WCAB_ERR_CORRUPT), "mini FAT of") != NULL);
    close_compound(compound);
    compound = compose();
    put_le16(compound->bytes + 30, 31);
    CHECK(strstr(broken(compound, WCAB_ERR_CORRUPT), "sectors of 2^31") != NULL);
    close_compound(compound);
    compound = compose();
    put_le32(entry_place(compound, 2) + 120, 0x7FFFFFFF);
    open_compound(compound);
    CHECK(strstr(read_text(compound->volume, &find_entry(compound->found, "Data.cab")->entry),
                 "a stream of 2147483647 bytes in a file of") != NULL);
    close_compound(compound);
}

static void circles_end(void)
{
    struct compound *compound = compose();

    link_sector(compound, SECOND_DIRECTORY, DIRECTORY); /* the directory goes round */
    open_compound(compound);
    CHECK(compound->found->count >= 3);
    CHECK(has_fault(compound->found, WCAB_ERR_CORRUPT, "", "directory: bad link"));
    close_compound(compound);
    compound = compose();
    put_le32(entry_place(compound, 2) + 68, 1); /* a sibling that is its own ancestor */
    put_le32(entry_place(compound, 3) + 76, 1);
    open_compound(compound);
    CHECK_EQ_INT(compound->found->count, 3);
    close_compound(compound);
    compound = compose();
    link_sector(compound, LARGE, LARGE); /* a stream of one sector again and again */
    open_compound(compound);
    CHECK_EQ_INT(read_text(compound->volume, &find_entry(compound->found, "Data.cab")->entry)[0],
                 'a');
    close_compound(compound);
}

static void chains_that_end_early_cost_their_stream(void)
{
    struct compound *compound = compose();

    link_sector(compound, LARGE + 2, END_OF_CHAIN);
    put_le32(sector(compound, MINI_FAT), FREE_SECTOR);
    open_compound(compound);
    CHECK(strstr(read_text(compound->volume, &find_entry(compound->found, "Data.cab")->entry),
                 "chain ends 3176 bytes early") != NULL);
    CHECK(strstr(read_text(compound->volume, &find_entry(compound->found, "Folder/small")->entry),
                 "chain of small sectors ends 6 bytes early") != NULL);
    CHECK_EQ_STR(read_text(compound->volume, &find_entry(compound->found, "!Fil")->entry), "table");
    close_compound(compound);
}

static void another_stream_in_its_place_is_noticed(void)
{
    struct compound *compound = compose();
    struct wci_entry entry;

    open_compound(compound);
    entry = find_entry(compound->found, "!Fil")->entry;
    entry.size++;
    CHECK(strstr(read_text(compound->volume, &entry), "is another stream") != NULL);
    entry = find_entry(compound->found, "!Fil")->entry;
    entry.locator = 4000;
    CHECK(strstr(read_text(compound->volume, &entry), "is another stream") != NULL);
    close_compound(compound);
}

/* More FAT sectors than the header has room for: the rest stand in DIFAT sectors. */
static void long_lists_of_fat_sectors_are_followed(void)
{
    enum { FATS = 110, MORE = 120, ALL = 130 };
    struct compound *compound = compose();
    size_t size = (ALL + 1) * SECTOR;
    uint8_t *bytes = calloc(1, size);
    struct wci_source *source = NULL;
    struct wci_volume *volume = NULL;
    uint32_t i;

    if (bytes == NULL)
        abort();
    memcpy(bytes, compound->bytes, sizeof(compound->bytes));
    put_le32(bytes + 44, FATS);
    put_le32(bytes + 68, MORE); /* first DIFAT sector, number of them */
    put_le32(bytes + 72, 1);
    for (i = 1; i < 109; i++) /* all others may be any sector here */
        put_le32(bytes + 76 + 4 * i, ALL - 1);
    put_le32(bytes + (MORE + 1) * SECTOR, ALL - 2);
    CHECK_EQ_INT(wci_source_open_memory(bytes, size, &source, &compound->err), WCAB_OK);
    CHECK_EQ_INT(wci_volume_ole_open(source, &volume, &compound->err), WCAB_OK);
    compound->found = walk_all(volume);
    CHECK_EQ_INT(compound->found->count, 3);
    wci_volume_close(volume);
    volume = NULL;
    put_le32(bytes + 72, 0);
    CHECK_EQ_INT(wci_volume_ole_open(source, &volume, &compound->err), WCAB_ERR_CORRUPT);
    CHECK_EQ_STR(compound->err.text, "list of FAT sectors ends early");
    wci_source_close(source);
    free(bytes);
    close_compound(compound);
}

/* Each byte of header and tables turned over, each sector cut off: no crash, no hang. */
static void any_damage_is_survived(void)
{
    static struct found found; /* large: cleared only as far as it counts */
    struct wci_visitor visitor = {&found, found_on_entry, found_on_nested, found_on_fault};
    size_t i, j, opened = 0;

    for (i = 0; i < 7 * SECTOR; i++) {
        struct compound *compound = compose();
        size_t size = i % 2 == 0 ? sizeof(compound->bytes) : i;

        compound->bytes[i] = (uint8_t)~compound->bytes[i];
        found.count = found.faults = 0;
        if (try_open(compound, size) == WCAB_OK) {
            opened++;
            (void)wci_volume_walk(compound->volume, &visitor, &compound->err);
            for (j = 0; j < found.count; j++)
                (void)read_text(compound->volume, &found.entries[j].entry);
        }
        close_compound(compound);
    }
    CHECK(opened > SECTOR);
}

int main(void)
{
    RUN(streams_are_listed_with_readable_names);
    RUN(streams_are_read_along_their_chains);
    RUN(other_bytes_are_left_alone);
    RUN(only_what_holds_cabinets_is_a_medium);
    RUN(sizes_that_no_file_has_are_refused);
    RUN(circles_end);
    RUN(chains_that_end_early_cost_their_stream);
    RUN(another_stream_in_its_place_is_noticed);
    RUN(long_lists_of_fat_sectors_are_followed);
    RUN(any_damage_is_survived);
    return check_report();
}
