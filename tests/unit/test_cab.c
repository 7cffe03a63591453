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
    uint32_t claimed_size; /* cbCabinet; 0 = true one */
};

static void put_string(struct wci_buffer *out, const char *text)
{
    wci_buffer_put(out, text, strlen(text) + 1);
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
    uint32_t header = 36, first_block;

    wci_buffer_init(&tail);
    if (recipe->previous != NULL) {
        put_string(&tail, recipe->previous);
        put_string(&tail, "1");
    }
    if (recipe->next != NULL) {
        put_string(&tail, recipe->next);
        put_string(&tail, "3");
    }
    header += (uint32_t)tail.size;
    first_block = header + 8 + 8U * recipe->more_folders;
    for (i = 0; i < count; i++)
        first_block += 16 + (uint32_t)strlen(recipe->names[i]) + 1;
    wci_buffer_put(out, "MSCF\0\0\0", 8);
    wci_buffer_u32(out, recipe->claimed_size ? recipe->claimed_size : first_block + 18);
    wci_buffer_u32(out, 0);
    wci_buffer_u32(out, header + 8 + 8U * recipe->more_folders);
    wci_buffer_u32(out, 0);
    wci_buffer_u16(out, 0x0103);
    wci_buffer_u16(out, recipe->folder_count ? recipe->folder_count : 1U + recipe->more_folders);
    wci_buffer_u16(out, recipe->file_count ? recipe->file_count : count);
    wci_buffer_u16(out, recipe->flags);
    wci_buffer_u16(out, recipe->set_id);
    wci_buffer_u16(out, recipe->index);
    wci_buffer_put(out, tail.data, tail.size);
    for (i = 0; i <= recipe->more_folders; i++) {
        wci_buffer_u32(out, first_block);
        wci_buffer_u16(out, 1);
        wci_buffer_u16(out, recipe->type_compress);
    }
    for (i = 0; i < count; i++) {
        wci_buffer_u32(out, 10U + i);
        wci_buffer_u32(out, 100U * i);
        wci_buffer_u16(out, recipe->folders[i]);
        wci_buffer_u16(out, 0x1EEB); /* 1995-07-11 */
        wci_buffer_u16(out, 0x4E40); /* 09:50:00 */
        wci_buffer_u16(out, recipe->attributes[i]);
        put_string(out, recipe->names[i]);
    }
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
                            .names = {"mapi32.dll", "OS\\System\\Vba32.dll"},
                            .attributes = {0x20, 0x80 | 0x01}};
    struct reading reading;

    read_recipe(&recipe, &reading);
    CHECK_EQ_INT(reading.code, WCAB_OK);
    CHECK_EQ_INT(reading.faults, 0);
    CHECK_EQ_INT(reading.container.entry_count, 2);
    CHECK_EQ_INT(reading.container.cab->set_id, 42000);
    CHECK_EQ_INT(reading.container.cab->index, 5);
    CHECK_EQ_BYTES(reading.container.format, "quantum");
    CHECK_EQ_BYTES(reading.container.entries[0].name.bytes, "mapi32.dll");
    CHECK_EQ_INT(reading.container.entries[0].modified, 0x1EEB4E40);
    CHECK_EQ_INT(reading.container.entries[0].attributes, WCI_ATTRIBUTE_ARCHIVE);
    CHECK_EQ_INT(reading.container.entries[0].name.encoding, WCI_ENCODING_RAW);
    CHECK_EQ_BYTES(reading.container.entries[1].folder, "OS\\System");
    CHECK_EQ_BYTES(reading.container.entries[1].name.bytes, "Vba32.dll");
    CHECK_EQ_INT(reading.container.entries[1].name.encoding, WCI_ENCODING_UTF8);
    CHECK_EQ_INT(reading.container.entries[1].locator, 100);
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
    /* the same file as the second one: another size and another offset */
    other = plain;
    other.names[0] = "A.DLL";
    other.folders[0] = 0;
    other.names[1] = plain.names[0];
    other.folders[1] = 0xFFFE;
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
    return check_report();
}
