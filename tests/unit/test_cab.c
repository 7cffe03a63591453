/*
 * Tests of cab: headers and directories of cabinets, composed byte by byte.
 */
#include <stdlib.h>

#include "check.h"
#include "core/bytes.h"
#include "media/cabinet/cab.h"

/* What a composed cabinet holds; zero means the usual value. */
struct recipe {
    uint16_t flags, set_id, index;
    uint16_t folder_count; /* as claimed in the header */
    uint16_t more_folders; /* behind the first */
    uint16_t file_count;   /* as claimed in the header; 0 = number of names */
    const char *previous, *next;
    uint16_t type_compress;
    const char *names[4];
    uint16_t folders[4]; /* iFolder */
    uint16_t attributes[4];
    uint32_t sizes[4];     /* of the files; 0 = 10, 11, 12, 13 */
    uint32_t offsets[4];   /* in the folder; 0 = 0, 100, 200, 300 */
    uint32_t claimed_size; /* cbCabinet; 0 = true one */
    uint16_t version;
    uint16_t header_reserve; /* bytes; all three need flag 4 */
    uint8_t folder_reserve, data_reserve;
    uint32_t gap;     /* bytes between the directory and the first block */
    bool is_backward; /* the folders' blocks come in reverse order */
};

static void put_string(struct wci_buffer *out, const char *text)
{
    wci_buffer_put(out, text, strlen(text) + 1);
}

/* Bytes that are neither zero nor text. */
static void put_filler(struct wci_buffer *out, size_t count)
{
    while (count-- > 0)
        wci_buffer_u8(out, 0xF6);
}

static uint16_t name_count(const struct recipe *recipe)
{
    uint16_t count = 0;

    while (count < 4 && recipe->names[count] != NULL)
        count++;
    return count;
}

/* Header, folders, the files, and 8 + 10 bytes of one stored block. */
static void compose(const struct recipe *recipe, struct wci_buffer *out)
{
    struct wci_buffer tail;
    uint16_t count = name_count(recipe), i;
    uint32_t header = 36, files_at, first_block;

    wci_buffer_init(&tail);
    if (recipe->flags & WCI_CAB_HAS_RESERVE) {
        wci_buffer_u16(&tail, recipe->header_reserve);
        wci_buffer_u8(&tail, recipe->folder_reserve);
        wci_buffer_u8(&tail, recipe->data_reserve);
        put_filler(&tail, recipe->header_reserve);
    }
    if (recipe->previous != NULL) {
        put_string(&tail, recipe->previous);
        put_string(&tail, "1");
    }
    if (recipe->next != NULL) {
        put_string(&tail, recipe->next);
        put_string(&tail, "3");
    }
    header += (uint32_t)tail.size;
    files_at = header + (8U + recipe->folder_reserve) * (1U + recipe->more_folders);
    first_block = files_at + recipe->gap;
    for (i = 0; i < count; i++)
        first_block += 16 + (uint32_t)strlen(recipe->names[i]) + 1;
    wci_buffer_put(out, "MSCF\0\0\0", 8);
    wci_buffer_u32(out, recipe->claimed_size ? recipe->claimed_size
                                             : first_block + 18 * (1U + recipe->more_folders));
    wci_buffer_u32(out, 0);
    wci_buffer_u32(out, files_at);
    wci_buffer_u32(out, 0);
    wci_buffer_u16(out, recipe->version ? recipe->version : 0x0103);
    wci_buffer_u16(out, recipe->folder_count ? recipe->folder_count : 1U + recipe->more_folders);
    wci_buffer_u16(out, recipe->file_count ? recipe->file_count : count);
    wci_buffer_u16(out, recipe->flags);
    wci_buffer_u16(out, recipe->set_id);
    wci_buffer_u16(out, recipe->index);
    wci_buffer_put(out, tail.data, tail.size);
    for (i = 0; i <= recipe->more_folders; i++) {
        uint32_t turn = recipe->is_backward ? recipe->more_folders - i : i;

        wci_buffer_u32(out, first_block + 18 * turn);
        wci_buffer_u16(out, 1);
        wci_buffer_u16(out, recipe->type_compress);
        put_filler(out, recipe->folder_reserve);
    }
    for (i = 0; i < count; i++) {
        wci_buffer_u32(out, recipe->sizes[i] ? recipe->sizes[i] : 10U + i);
        wci_buffer_u32(out, recipe->offsets[i] ? recipe->offsets[i] : 100U * i);
        wci_buffer_u16(out, recipe->folders[i]);
        wci_buffer_u16(out, 0x1EEB); /* 1995-07-11 */
        wci_buffer_u16(out, 0x4E40); /* 09:50:00 */
        wci_buffer_u16(out, recipe->attributes[i]);
        put_string(out, recipe->names[i]);
    }
    put_filler(out, recipe->gap);
    for (i = 0; i <= recipe->more_folders; i++)
        wci_buffer_put(out,
                       "\0\0\0\0\x0A\0\x0A\0"
                       "0123456789",
                       18);
    wci_buffer_free(&tail);
}

struct reading {
    struct wci_arena *arena;
    struct wci_container container;
    struct wcab_error err, fault;
    unsigned faults;
    enum wcab_err code;
};

static void count_fault(void *context, const struct wcab_error *err)
{
    struct reading *reading = context;

    reading->fault = *err;
    reading->faults++;
}

static void read_bytes(const uint8_t *data, size_t size, struct reading *reading)
{
    struct wci_visitor visitor = {.context = reading, .fault = count_fault};
    struct wci_source *source = NULL;
    uint8_t *exact = malloc(size > 0 ? size : 1); /* its end is the heap block's end */

    memset(reading, 0, sizeof(*reading));
    reading->arena = wci_arena_new();
    memcpy(exact, data, size);
    CHECK_EQ_INT(wci_source_open_memory_take(exact, size, &source, NULL), WCAB_OK);
    reading->code =
        wci_cab_read(source, 0, reading->arena, &visitor, &reading->container, &reading->err);
    wci_source_close(source);
}

static void read_recipe(const struct recipe *recipe, struct reading *reading)
{
    struct wci_buffer bytes;

    wci_buffer_init(&bytes);
    compose(recipe, &bytes);
    read_bytes(bytes.data, bytes.size, reading);
    wci_buffer_free(&bytes);
}

static void done(struct reading *reading)
{
    wci_arena_free(reading->arena);
}

static void plain_cabinet(void)
{
    struct recipe recipe = {.set_id = 42000,
                            .index = 5,
                            .type_compress = 0x1572,
                            .names = {"mapi32.dll", "OS\\System\\Vba32.dll", "SUB/READ.ME"},
                            .attributes = {0x20, 0x80 | 0x01, 0xFF7F}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.faults, 0);
    CHECK_EQ_INT(reading.container.kind, WCI_CONTAINER_CABINET);
    CHECK_EQ_INT(reading.container.entry_count, 3);
    CHECK_EQ_INT(reading.container.cab->set_id, 42000);
    CHECK_EQ_INT(reading.container.cab->index, 5);
    CHECK_EQ_BYTES(reading.container.format, "quantum");
    CHECK_EQ_BYTES(reading.container.entries[0].folder, "");
    CHECK_EQ_BYTES(reading.container.entries[0].name.bytes, "mapi32.dll");
    CHECK_EQ_INT(reading.container.entries[0].modified, 0x1EEB4E40);
    CHECK_EQ_INT(reading.container.entries[0].attributes, WCI_ATTRIBUTE_ARCHIVE);
    CHECK_EQ_INT(reading.container.entries[0].name.encoding, WCI_ENCODING_RAW);
    CHECK_EQ_BYTES(reading.container.entries[1].folder, "OS\\System");
    CHECK_EQ_BYTES(reading.container.entries[1].name.bytes, "Vba32.dll");
    CHECK_EQ_INT(reading.container.entries[1].name.encoding, WCI_ENCODING_UTF8);
    CHECK_EQ_INT(reading.container.entries[1].locator, 100);
    CHECK_EQ_INT(reading.container.entries[1].attributes, WCI_ATTRIBUTE_READONLY);
    CHECK_EQ_BYTES(reading.container.entries[2].folder, "SUB");
    CHECK_EQ_BYTES(reading.container.entries[2].name.bytes, "READ.ME");
    CHECK_EQ_INT(reading.container.entries[2].attributes, 0x27); /* those that DOS has */
    CHECK_EQ_INT(reading.container.cab->joint_next, 0);
    CHECK_EQ_INT(reading.container.cab->joint_previous, 0);
    done(&reading);
}

static void neighbours_and_continued_files(void)
{
    struct recipe recipe = {.flags = 3,
                            .previous = "win95_12.cab",
                            .next = "win95_14.cab",
                            .names = {"from.dll", "whole.dll", "goes.dll"},
                            .folders = {0xFFFD, 0, 0xFFFE}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_BYTES(reading.container.cab->previous_cabinet, "win95_12.cab");
    CHECK_EQ_BYTES(reading.container.cab->previous_disk, "1");
    CHECK_EQ_BYTES(reading.container.cab->next_cabinet, "win95_14.cab");
    CHECK_EQ_BYTES(reading.container.cab->next_disk, "3");
    CHECK_EQ_INT(reading.container.entries[0].flags, WCI_ENTRY_CONTINUED);
    CHECK_EQ_INT(reading.container.entries[1].flags, 0);
    CHECK_EQ_INT(reading.container.entries[2].flags, WCI_ENTRY_CONTINUES);
    CHECK(reading.container.cab->joint_next != 0);
    CHECK(reading.container.cab->joint_previous != 0);
    done(&reading);
}

static void check_place(const struct reading *reading, uint32_t row, const char *name,
                        uint32_t folder, unsigned flags)
{
    const struct wci_entry *entry = &reading->container.entries[row];

    CHECK_EQ_BYTES(entry->name.bytes, name);
    CHECK_EQ_INT(entry->cab_folder, folder);
    CHECK_EQ_INT(entry->flags, flags);
}

/* Where a file lies and how it goes on, by each special value of iFolder. */
static void folders_of_files(void)
{
    struct recipe recipe = {.flags = 3,
                            .previous = "a.cab",
                            .next = "c.cab",
                            .more_folders = 2,
                            .names = {"from.dll", "middle.dll", "last.dll", "on.dll"},
                            .folders = {0xFFFD, 1, 2, 0xFFFE}};
    struct recipe middle = {.flags = 3,
                            .previous = "a.cab",
                            .next = "c.cab",
                            .names = {"through.dll"},
                            .folders = {0xFFFF}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.container.entry_count, 4);
    if (reading.container.entry_count == 4) {
        check_place(&reading, 0, "from.dll", 0, WCI_ENTRY_CONTINUED);
        check_place(&reading, 1, "middle.dll", 1, 0);
        check_place(&reading, 2, "last.dll", 2, 0);
        check_place(&reading, 3, "on.dll", 2, WCI_ENTRY_CONTINUES);
    }
    done(&reading);
    read_recipe(&middle, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.container.entry_count, 1);
    if (reading.container.entry_count == 1)
        check_place(&reading, 0, "through.dll", 0, WCI_ENTRY_CONTINUED | WCI_ENTRY_CONTINUES);
    /* one file crosses both cuts */
    CHECK(reading.container.cab->joint_previous != 0);
    CHECK(reading.container.cab->joint_next != 0);
    done(&reading);
    /* the first number that is no folder's */
    recipe.folders[2] = 3;
    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.container.entry_count, 3);
    CHECK_EQ_INT(reading.faults, 1);
    done(&reading);
}

/* Two sides of one cut have one joint hash, whatever the letters' case; another file has another.
 */
static void joints_meet(void)
{
    struct recipe before = {.flags = 2,
                            .set_id = 7,
                            .index = 1,
                            .next = "b.cab",
                            .names = {"CROSS.DLL"},
                            .folders = {0xFFFE}};
    struct recipe after = {.flags = 1,
                           .set_id = 7,
                           .index = 2,
                           .previous = "A.CAB",
                           .names = {"cross.dll"},
                           .folders = {0xFFFD}};
    struct recipe other = after;
    struct reading first, second, third;

    other.names[0] = "crosS.exe";
    read_recipe(&before, &first);
    read_recipe(&after, &second);
    read_recipe(&other, &third);
    CHECK(first.container.cab->joint_next == second.container.cab->joint_previous);
    CHECK(first.container.cab->joint_next != third.container.cab->joint_previous);
    after.index = 3;
    done(&third);
    read_recipe(&after, &third);
    CHECK(first.container.cab->joint_next != third.container.cab->joint_previous);
    done(&first);
    done(&second);
    done(&third);
}

/* The joint hash of the one file that crosses the cut behind this cabinet. */
static uint64_t joint_of(const struct recipe *recipe)
{
    struct reading reading;
    uint64_t joint;

    read_recipe(recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    joint = reading.container.cab->joint_next;
    done(&reading);
    return joint;
}

/* What a joint hash is made of: each part changes it. */
static void joints_differ(void)
{
    const struct recipe plain = {.flags = 2,
                                 .set_id = 7,
                                 .index = 1,
                                 .next = "b.cab",
                                 .type_compress = 0x1572,
                                 .names = {"SUB\\CROSS.DLL"},
                                 .folders = {0xFFFE}};
    struct recipe other = plain;
    uint64_t joint = joint_of(&plain);

    other.type_compress = 0x1472;
    CHECK(joint_of(&other) != joint);
    other = plain;
    other.set_id = 8;
    CHECK(joint_of(&other) != joint);
    other = plain;
    other.names[0] = "BUS\\CROSS.DLL";
    CHECK(joint_of(&other) != joint);
    other = plain;
    other.sizes[0] = 11;
    CHECK(joint_of(&other) != joint);
    other = plain;
    other.offsets[0] = 1;
    CHECK(joint_of(&other) != joint);
    /* without a file that crosses, the method does not count */
    other = plain;
    other.folders[0] = 0;
    joint = joint_of(&other);
    other.type_compress = 3;
    CHECK(joint_of(&other) == joint);
}

static void not_a_cabinet(void)
{
    struct reading reading;

    read_bytes((const uint8_t *)"MZ and more", 11, &reading);
    CHECK_EQ_INT(reading.code, WCAB_ERR_FORMAT);
    done(&reading);
    read_bytes((const uint8_t *)"MS", 2, &reading);
    CHECK_EQ_INT(reading.code, WCAB_ERR_FORMAT);
    done(&reading);
}

/* Equal digests mean equal listings, so that they must be made of them. */
static void size_and_digest(void)
{
    static const uint8_t none[16] = {0};
    struct recipe recipe = {.names = {"a.dll"}};
    struct reading first, again, other;

    read_recipe(&recipe, &first);
    read_recipe(&recipe, &again);
    recipe.names[0] = "b.dll";
    read_recipe(&recipe, &other);
    CHECK_EQ_INT(first.container.size, 36 + 8 + 16 + 6 + 18);
    CHECK_EQ_MEM(first.container.digest, again.container.digest, sizeof(none));
    CHECK(memcmp(first.container.digest, other.container.digest, sizeof(none)) != 0);
    CHECK(memcmp(first.container.digest, none, sizeof(none)) != 0);
    done(&first);
    done(&again);
    done(&other);
}

static void counts_beyond_the_size_are_refused(void)
{
    struct recipe recipe = {.file_count = 60000, .names = {"a"}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(reading.err.offset, 26);
    done(&reading);
    recipe.file_count = 0;
    recipe.folder_count = 60000;
    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_ERR_CORRUPT);
    done(&reading);
}

static void folder_index_out_of_range_costs_that_file(void)
{
    struct recipe recipe = {.names = {"good.dll", "bad.dll", "also.dll"}, .folders = {0, 9, 0}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.faults, 1);
    CHECK_EQ_INT(reading.fault.code, WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(reading.container.entry_count, 2);
    CHECK(reading.container.partial);
    done(&reading);
}

static void truncated_cabinet_keeps_its_directory(void)
{
    struct recipe recipe = {.names = {"a.dll"}, .claimed_size = 1716224};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.container.entry_count, 1);
    CHECK_EQ_INT(reading.faults, 1);
    CHECK(strstr(reading.fault.text, "truncated") != NULL);
    done(&reading);
}

/* Every prefix of a cabinet is read or refused, never read past. */
static void every_prefix_is_harmless(void)
{
    struct recipe recipe = {.flags = 3,
                            .previous = "a.cab",
                            .next = "c.cab",
                            .names = {"one.dll", "two.dll", "three.dll"},
                            .folders = {0xFFFF, 0xFFFF, 0xFFFF}};
    struct wci_buffer bytes;
    size_t size, whole = 0;

    wci_buffer_init(&bytes);
    compose(&recipe, &bytes);
    for (size = 0; size <= bytes.size; size++) {
        struct reading reading;

        read_bytes(bytes.data, size, &reading);
        CHECK(reading.code == WCAB_OK || reading.code == WCAB_ERR_CORRUPT ||
              reading.code == WCAB_ERR_FORMAT);
        if (reading.code == WCAB_OK && reading.faults == 0)
            whole++;
        done(&reading);
    }
    CHECK_EQ_INT(whole, 1);
    wci_buffer_free(&bytes);
}

static void header_test_for_embedded_cabinets(void)
{
    static const size_t fixed[] = {0, 3, 4, 12, 25};
    struct recipe recipe = {.names = {"a"}};
    struct wci_buffer bytes;
    size_t i;

    wci_buffer_init(&bytes);
    compose(&recipe, &bytes);
    CHECK(wci_cab_is_header(bytes.data, bytes.size, bytes.size));
    CHECK(wci_cab_is_header(bytes.data, bytes.size, bytes.size - 1));  /* cut off */
    CHECK(!wci_cab_is_header(bytes.data, bytes.size, bytes.data[16])); /* before the directory */
    CHECK(!wci_cab_is_header(bytes.data, 35, bytes.size));
    /* one byte after the other that must be as it is: the reserved ones, the major version */
    for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
        uint8_t kept = bytes.data[fixed[i]];

        bytes.data[fixed[i]] = 2;
        CHECK(!wci_cab_is_header(bytes.data, bytes.size, bytes.size));
        bytes.data[fixed[i]] = kept;
    }
    bytes.data[26] = 0; /* files, but no folder */
    CHECK(!wci_cab_is_header(bytes.data, bytes.size, bytes.size));
    bytes.data[28] = 0; /* neither */
    CHECK(wci_cab_is_header(bytes.data, bytes.size, bytes.size));
    wci_buffer_free(&bytes);
}

/* The reserve of Microsoft's signed cabinets: anything, of any length up to 60,000 bytes. */
static void reserves_are_skipped(void)
{
    struct recipe recipe = {.flags = 7,
                            .previous = "a.cab",
                            .next = "c.cab",
                            .header_reserve = 6144,
                            .folder_reserve = 5,
                            .data_reserve = 9,
                            .more_folders = 1,
                            .type_compress = 0x1572,
                            .names = {"first.dll", "second.dll"},
                            .folders = {0, 1}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.faults, 0);
    CHECK_EQ_INT(reading.container.entry_count, 2);
    CHECK_EQ_BYTES(reading.container.cab->previous_cabinet, "a.cab");
    CHECK_EQ_BYTES(reading.container.cab->next_disk, "3");
    CHECK_EQ_INT(reading.container.cab->data_reserve, 9);
    CHECK_EQ_INT(reading.container.cab->folder_count, 2);
    CHECK_EQ_INT(reading.container.cab->folders[1].type_compress, 0x1572);
    CHECK_EQ_BYTES(reading.container.format, "quantum");
    done(&reading);
}

/* A header by hand, without neighbours; `size` bytes of it are there. */
static void read_header(uint32_t files_at, uint16_t folders, uint16_t files, uint16_t flags,
                        size_t size, struct reading *reading)
{
    struct wci_buffer out;

    wci_buffer_init(&out);
    wci_buffer_put(&out, "MSCF\0\0\0", 8);
    wci_buffer_u32(&out, (uint32_t)size);
    wci_buffer_u32(&out, 0);
    wci_buffer_u32(&out, files_at);
    wci_buffer_u32(&out, 0);
    wci_buffer_u16(&out, 0x0103);
    wci_buffer_u16(&out, folders);
    wci_buffer_u16(&out, files);
    wci_buffer_u16(&out, flags);
    wci_buffer_u32(&out, 0);
    while (out.size < size)
        wci_buffer_u8(&out, 0);
    read_bytes(out.data, size, reading);
    wci_buffer_free(&out);
}

static void check_header(uint32_t files_at, uint16_t folders, uint16_t files, uint16_t flags,
                         size_t size, enum wcab_err code)
{
    struct reading reading;

    read_header(files_at, folders, files, flags, size, &reading);
    CHECK_EQ_INT(reading.code, code);
    CHECK_EQ_INT(reading.faults, 0);
    done(&reading);
}

/* Up to which byte a table may go: its last one may be the file's. */
static void counts_up_to_the_last_byte(void)
{
    struct reading reading;

    check_header(36, 0, 0, 0, 36, WCAB_OK); /* empty */
    check_header(36, 0, 0, 2, 40, WCAB_OK); /* and goes on */
    check_header(44, 1, 0, 0, 44, WCAB_OK);
    check_header(45, 1, 0, 0, 44, WCAB_ERR_CORRUPT);
    check_header(0xFFFFFFFF, 1, 0, 0, 44, WCAB_ERR_CORRUPT);
    check_header(36, 1, 0, 0, 43, WCAB_ERR_CORRUPT);
    check_header(36, 1, 0, 4, 44, WCAB_ERR_CORRUPT); /* four bytes of reserve: no room for both */
    check_header(36, 0, 1, 0, 60, WCAB_ERR_CORRUPT); /* a file, but no folder */
    check_header(44, 1, 3, 0, 44 + 3 * 17 - 1, WCAB_ERR_CORRUPT);
    read_header(44, 1, 3, 0, 44 + 3 * 17, &reading); /* room for three, that have no names */
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.container.entry_count, 0);
    CHECK_EQ_INT(reading.faults, 3);
    CHECK(strstr(reading.fault.text, "no name") != NULL);
    done(&reading);
    read_header(45, 1, 3, 0, 44 + 3 * 17, &reading); /* each has room, but not behind the others */
    CHECK_EQ_INT(reading.code, WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(reading.err.offset, 26);
    done(&reading);
}

static void reserve_beyond_the_end(void)
{
    struct recipe recipe = {.flags = 4, .header_reserve = 100, .names = {"a.dll"}};
    struct wci_buffer bytes;
    struct reading reading;

    wci_buffer_init(&bytes);
    compose(&recipe, &bytes);
    bytes.data[37] = 0xFF; /* the reserve's length */
    read_bytes(bytes.data, bytes.size, &reading);
    CHECK_EQ_INT(reading.code, WCAB_ERR_CORRUPT);
    CHECK_EQ_STR(reading.err.text, "cabinet header is cut off");
    done(&reading);
    wci_buffer_free(&bytes);
}

static void other_versions_are_refused(void)
{
    struct recipe recipe = {.version = 0x0200, .names = {"a.dll"}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_ERR_UNSUPPORTED);
    CHECK_EQ_INT(reading.err.offset, 24);
    CHECK(strstr(reading.err.text, "2.0") != NULL);
    done(&reading);
}

/* A directory that ends in the middle is told once, and keeps what came before. */
static void a_directory_that_is_cut_off(void)
{
    struct recipe recipe = {.file_count = 6,
                            .names = {"a.dll", "b.dll", "c.dll", "d.dll"},
                            .claimed_size = 44 + 6 * 17};
    struct wci_buffer bytes;
    struct reading reading;

    wci_buffer_init(&bytes);
    compose(&recipe, &bytes);
    bytes.size = 44 + 6 * 17; /* as many as six files need at least: four and a half are there */
    read_bytes(bytes.data, bytes.size, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.container.entry_count, 4);
    CHECK_EQ_INT(reading.faults, 1);
    CHECK_EQ_STR(reading.fault.text, "cabinet directory is cut off");
    done(&reading);
    wci_buffer_free(&bytes);
}

/* What a bad entry said is not left on the one behind it. */
static void a_bad_entry_leaves_no_trace(void)
{
    struct recipe recipe = {
        .flags = 2, .next = "b.cab", .names = {"", "good.dll"}, .folders = {0xFFFE, 0}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.faults, 1);
    CHECK_EQ_INT(reading.container.entry_count, 1);
    check_place(&reading, 0, "good.dll", 0, 0);
    done(&reading);
}

/* Bytes that count what is read of them. */
struct counted {
    struct wci_source source;
    const struct wci_buffer *bytes;
    uint64_t read;
};

static enum wcab_err counted_read(struct wci_source *source, uint64_t offset, void *buffer,
                                  size_t length, size_t *got, struct wcab_error *err)
{
    struct counted *counted = (struct counted *)source;

    (void)err;
    memcpy(buffer, counted->bytes->data + offset, length);
    counted->read += length;
    *got = length;
    return WCAB_OK;
}

static const struct wci_source_ops counted_ops = {.read = counted_read};

/* How much of a cabinet that begins at byte `before` of the source is read. */
static uint64_t bytes_read(const struct recipe *recipe, size_t before)
{
    struct wci_container container = {.entry_count = 0};
    struct wci_arena *arena = wci_arena_new();
    struct counted counted = {.source = {.ops = &counted_ops}};
    struct wci_buffer bytes;

    wci_buffer_init(&bytes);
    put_filler(&bytes, before);
    compose(recipe, &bytes);
    counted.bytes = &bytes;
    counted.source.size = bytes.size;
    CHECK_EQ_INT(wci_cab_read(&counted.source, before, arena, NULL, &container, NULL), WCAB_OK);
    CHECK_EQ_INT(container.entry_count, 2);
    CHECK(!container.partial);
    wci_buffer_free(&bytes);
    wci_arena_free(arena);
    return counted.read;
}

/* Of contents no more is read than the first block's header, which is behind the directory. */
static void contents_are_not_read(void)
{
    struct recipe recipe = {
        .flags = 4, .header_reserve = 60000, .more_folders = 3000, .names = {"a.dll", "b.dll"}};
    uint64_t directory = 36 + 4 + 60000 + 3001 * 8 + 2 * (16 + 6);

    CHECK_EQ_INT(bytes_read(&recipe, 0), directory + 8);
    CHECK_EQ_INT(bytes_read(&recipe, 512), directory + 8);
    recipe.is_backward = true;
    CHECK_EQ_INT(bytes_read(&recipe, 0), directory + 8);
    recipe.gap = 2 * 250; /* up to the longest names that these files could have */
    CHECK_EQ_INT(bytes_read(&recipe, 0), directory + 500 + 8);
    recipe.gap++; /* no longer believed: names end by then */
    CHECK_EQ_INT(bytes_read(&recipe, 0), directory + 500);
    recipe.gap = 20000;
    CHECK_EQ_INT(bytes_read(&recipe, 0), directory + 500);
}

/* Blocks that begin before the directory ends don't keep it from being read. */
static void blocks_before_the_directory(void)
{
    struct recipe recipe = {
        .flags = 4, .header_reserve = 60000, .more_folders = 3, .names = {"a.dll", "b.dll"}};
    struct wci_buffer bytes;
    struct reading reading;

    wci_buffer_init(&bytes);
    compose(&recipe, &bytes);
    bytes.data[36 + 4 + 60000] = 1; /* the low bytes of the first folder's coffCabStart */
    bytes.data[36 + 4 + 60001] = 0;
    read_bytes(bytes.data, bytes.size, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.container.entry_count, 2);
    CHECK_EQ_INT(reading.faults, 0);
    done(&reading);
    wci_buffer_free(&bytes);
}

/* Where in the source it may begin. */
static void places_of_a_cabinet(void)
{
    struct wci_container container = {.entry_count = 0};
    struct wci_arena *arena = wci_arena_new();
    struct wci_source *source = NULL;
    struct wcab_error err;

    CHECK_EQ_INT(wci_source_open_memory("..MSCF", 6, &source, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_cab_read(source, 7, arena, NULL, &container, &err), WCAB_ERR_CORRUPT);
    CHECK_EQ_STR(err.text, "cabinet starts behind the end");
    CHECK_EQ_INT(wci_cab_read(source, 6, arena, NULL, &container, &err), WCAB_ERR_FORMAT);
    CHECK_EQ_INT(wci_cab_read(source, 2, arena, NULL, &container, &err), WCAB_ERR_CORRUPT);
    CHECK_EQ_STR(err.text, "cabinet header is cut off: 4 of 36 bytes");
    wci_source_close(source);
    wci_arena_free(arena);
}

/* The shortest header that may be one: of an empty cabinet, with something behind it. */
static void header_test_of_the_smallest(void)
{
    uint8_t header[36] = {'M', 'S', 'C', 'F', [8] = 36, [16] = 36, [24] = 3, [25] = 1};

    CHECK(wci_cab_is_header(header, sizeof(header), 37));
    header[8] = 35;
    CHECK(!wci_cab_is_header(header, sizeof(header), 37));
    header[8] = 36;
    header[16] = 35;
    CHECK(!wci_cab_is_header(header, sizeof(header), 37));
    header[16] = 37; /* behind the cabinet's end */
    CHECK(!wci_cab_is_header(header, sizeof(header), 99));
}

int main(void)
{
    RUN(plain_cabinet);
    RUN(neighbours_and_continued_files);
    RUN(folders_of_files);
    RUN(joints_meet);
    RUN(joints_differ);
    RUN(not_a_cabinet);
    RUN(size_and_digest);
    RUN(counts_beyond_the_size_are_refused);
    RUN(folder_index_out_of_range_costs_that_file);
    RUN(truncated_cabinet_keeps_its_directory);
    RUN(every_prefix_is_harmless);
    RUN(header_test_for_embedded_cabinets);
    RUN(header_test_of_the_smallest);
    RUN(reserves_are_skipped);
    RUN(counts_up_to_the_last_byte);
    RUN(reserve_beyond_the_end);
    RUN(other_versions_are_refused);
    RUN(a_directory_that_is_cut_off);
    RUN(a_bad_entry_leaves_no_trace);
    RUN(contents_are_not_read);
    RUN(blocks_before_the_directory);
    RUN(places_of_a_cabinet);
    return check_report();
}
