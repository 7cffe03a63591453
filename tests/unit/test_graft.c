/*
 * Tests of graft: what was found in files of cabinets, added to a record by hand.
 *
 * The record: a ZIP (0) with two floppies (1, 3), a part each, and on each a cabinet (2, 4) of two
 * files.
 */
#include "catalog_fixture.h"
#include "jobs/index/graft.h"

static struct fixture_catalog catalog;
static uint32_t id;

/* ---- what is on record before ------------------------------------------------------------- */

static struct wci_container *put_cabinet(struct wci_image *image, uint32_t parent, const char *name,
                                         uint8_t digest)
{
    struct wci_container *cabinet = fixture_cabinet(image, parent, name, digest);

    (void)fixture_entry(cabinet, "", "ONE.EXE", digest);
    (void)fixture_entry(cabinet, "", "TWO.EXE", digest);
    cabinet->parent_entry = 0;
    return cabinet;
}

static struct wci_container *put_floppy(struct wci_image *image, const char *name,
                                        const char *cabinet)
{
    struct wci_container *volume = fixture_container(image, WCI_CONTAINER_FAT, 0, name);

    (void)fixture_entry(volume, "", cabinet, 1000);
    volume->parent_entry = WCI_NONE;
    return volume;
}

/* One fault on the second floppy, one of the image itself. */
static void put_faults(struct wci_image *image, uint32_t second)
{
    image->faults[0] = (struct wci_fault){.container = second,
                                          .code = WCAB_ERR_CORRUPT,
                                          .offset = 5,
                                          .place = wci_bytes_of("2.img"),
                                          .text = wci_bytes_of("old")};
    image->faults[1] = (struct wci_fault){.container = WCI_NONE,
                                          .code = WCAB_ERR_LIMIT,
                                          .offset = WCAB_NO_OFFSET,
                                          .text = wci_bytes_of("oldest")};
    image->fault_count = 2;
    image->faults_dropped = 3;
}

static void put_facts(uint32_t container, uint8_t tag)
{
    struct wci_deep rows[2] = {
        {.status = WCI_DEEP_OK, .has_sha256 = true, .sha256 = {tag}, .offset = WCAB_NO_OFFSET},
        {.status = WCI_DEEP_DAMAGED, .code = WCAB_ERR_CORRUPT, .offset = tag}};

    rows[0].version_text = (struct wci_bytes){"FileVersion\0004.0\0", 16};
    rows[1].text = wci_bytes_of("block 7");
    CHECK_EQ_INT(wci_writer_put_deep(catalog.writer, id, container, rows, 2, NULL), WCAB_OK);
}

static void begin(void)
{
    struct wci_image *image = fixture_image("/toy.zip");
    uint32_t i;

    fixture_begin(&catalog);
    (void)fixture_container(image, WCI_CONTAINER_ARCHIVE, WCI_NONE, "");
    (void)put_floppy(image, "1.img", "A.CAB");
    (void)put_cabinet(image, 1, "A.CAB", 7);
    (void)put_floppy(image, "2.img", "B.CAB");
    (void)put_cabinet(image, 3, "B.CAB", 8);
    put_faults(image, 3);
    image->part_count = 2;
    image->parts = wci_arena_calloc(image->arena, 2, sizeof(*image->parts));
    for (i = 0; i < 2; i++) {
        image->parts[i].container = 1 + 2 * i;
        image->parts[i].identity.medium = wci_bytes_of("toy");
        image->parts[i].identity.disk = wci_bytes_of(i == 0 ? "1" : "2");
    }
    id = fixture_put(catalog.writer, image);
    CHECK_EQ_INT(wci_writer_set_group(catalog.writer, id, WCI_NONE, 71, NULL), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(catalog.writer, id, 1, 72, NULL), WCAB_OK);
    put_facts(2, 20);
    put_facts(4, 40);
}

static void end(void)
{
    fixture_end(&catalog);
}

/* ---- what was found ----------------------------------------------------------------------- */

/* A record in place of the cabinet, as wci_walk_inside makes it: its one entry is the file. */
static struct wci_image *found_in(const char *file)
{
    struct wci_image *image = fixture_image("found");

    (void)fixture_entry(fixture_container(image, WCI_CONTAINER_CABINET, WCI_NONE, ""), "", file,
                        500);
    return image;
}

/* An archive that is the file, and in it a cabinet; the archive's fault, and the file's own. */
static struct wci_image *found_archive(const char *file)
{
    struct wci_image *image = found_in(file);
    struct wci_container *archive = fixture_container(image, WCI_CONTAINER_ARCHIVE, 0, file);

    archive->parent_entry = 0;
    (void)fixture_entry(archive, "", "IN.CAB", 300);
    fixture_cabinet(image, 1, "IN.CAB", 9)->parent_entry = 0;
    (void)fixture_entry(&image->containers[2], "", "INNER.TXT", 3);
    image->faults[0] = (struct wci_fault){.container = 1,
                                          .code = WCAB_ERR_CORRUPT,
                                          .offset = 17,
                                          .place = wci_bytes_of(file),
                                          .text = wci_bytes_of("in the archive")};
    image->faults[1] =
        (struct wci_fault){.container = 0, .code = WCAB_ERR_IO, .text = wci_bytes_of("of a file")};
    image->faults[2] = (struct wci_fault){
        .container = WCI_NONE, .code = WCAB_ERR_LIMIT, .text = wci_bytes_of("of none")};
    image->fault_count = 3;
    image->faults_dropped = 2;
    return image;
}

static void add(struct wci_grafts *grafts, uint32_t container, uint32_t row,
                struct wci_image *found)
{
    CHECK_EQ_INT(wci_grafts_add_take(grafts, container, row, found, NULL), WCAB_OK);
}

/* ---- what is on record then --------------------------------------------------------------- */

struct after {
    struct wci_arena *arena;
    struct wci_reader *reader;
    struct wci_image image;
    struct wci_image_state state;
    struct wci_graft_result result;
};

/* Stores the grafts, drops them, and reads the record. */
static void store_grafts(struct wci_grafts *grafts, struct after *after)
{
    CHECK_EQ_INT(wci_graft_store(catalog.writer, id, grafts, &after->result, NULL), WCAB_OK);
    wci_grafts_clear(grafts);
    CHECK_EQ_INT(grafts->count, 0);
    after->arena = wci_arena_new();
    CHECK_EQ_INT(wci_writer_reader(catalog.writer, &after->reader, NULL), WCAB_OK);
    CHECK_EQ_INT(
        wci_reader_image(after->reader, id, after->arena, &after->image, &after->state, NULL),
        WCAB_OK);
}

static void done(struct after *after)
{
    wci_graft_result_free(&after->result);
    wci_arena_free(after->arena);
}

static void check_container(const struct after *after, uint32_t container, const char *name,
                            uint32_t parent, uint32_t parent_entry)
{
    const struct wci_container *found = &after->image.containers[container];

    CHECK(container < after->image.container_count);
    CHECK_EQ_BYTES(found->name, name);
    CHECK_EQ_INT(found->parent, parent);
    CHECK_EQ_INT(found->parent_entry, parent_entry);
}

static void check_fault(const struct after *after, uint32_t fault, uint32_t container,
                        const char *place, const char *text)
{
    CHECK(fault < after->image.fault_count);
    CHECK_EQ_INT(after->image.faults[fault].container, container);
    CHECK_EQ_BYTES(after->image.faults[fault].place, place);
    CHECK_EQ_BYTES(after->image.faults[fault].text, text);
}

static void check_facts(const struct after *after, uint32_t container, uint8_t tag)
{
    struct wci_deep deep;

    CHECK_EQ_INT(wci_reader_deep(after->reader, id, container, 0, &deep, NULL), WCAB_OK);
    CHECK_EQ_INT(deep.status, WCI_DEEP_OK);
    CHECK_EQ_INT(deep.sha256[0], tag);
    CHECK_EQ_INT(deep.version_text.length, 16);
    CHECK_EQ_MEM(deep.version_text.data, "FileVersion\0004.0", 16);
    CHECK_EQ_INT(wci_reader_deep(after->reader, id, container, 1, &deep, NULL), WCAB_OK);
    CHECK_EQ_INT(deep.status, WCI_DEEP_DAMAGED);
    CHECK_EQ_INT(deep.offset, tag);
    CHECK_EQ_BYTES(deep.text, "block 7");
}

static void check_no_facts(const struct after *after, uint32_t container)
{
    struct wci_deep deep;

    CHECK_EQ_INT(wci_reader_deep(after->reader, id, container, 0, &deep, NULL), WCAB_ERR_NOTFOUND);
}

/* The name of the first row of a container. */
static void check_first_row(const struct after *after, uint32_t container, const char *name)
{
    struct wci_listing listing;
    struct wci_entry entry;

    CHECK_EQ_INT(
        wci_reader_listing(after->reader, after->state.listings[container], &listing, NULL),
        WCAB_OK);
    CHECK_EQ_INT(wci_listing_row(&listing, 0, &entry, NULL), WCAB_OK);
    CHECK_EQ_BYTES(entry.name.bytes, name);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void containers_follow_the_cabinet(void)
{
    struct wci_grafts grafts = {.count = 0};
    struct after after;

    begin();
    add(&grafts, 2, 1, found_archive("TWO.EXE"));
    store_grafts(&grafts, &after);
    CHECK_EQ_INT(after.image.container_count, 7);
    check_container(&after, 2, "A.CAB", 1, 0);
    check_container(&after, 3, "TWO.EXE", 2, 1); /* row 1 of the cabinet */
    check_container(&after, 4, "IN.CAB", 3, 0);
    check_container(&after, 5, "2.img", 0, WCI_NONE);
    check_container(&after, 6, "B.CAB", 5, 0);
    check_first_row(&after, 2, "ONE.EXE");
    check_first_row(&after, 4, "INNER.TXT");
    check_first_row(&after, 6, "ONE.EXE");
    CHECK(after.state.listings[2] != after.state.listings[6]);
    CHECK_EQ_INT(after.result.old_count, 5);
    CHECK_EQ_INT(after.result.new_count, 7);
    CHECK_EQ_INT(after.result.added_count, 2);
    CHECK_EQ_INT(after.result.added[0], 3);
    CHECK_EQ_INT(after.result.added[1], 4);
    CHECK_EQ_INT(after.result.moved[2], 2);
    CHECK_EQ_INT(after.result.moved[3], 5);
    CHECK_EQ_INT(after.result.moved[4], 6);
    CHECK(!after.result.joints);
    CHECK(!after.image.containers[2].partial);
    done(&after);
    end();
}

static void faults_are_told_by_their_place(void)
{
    struct wci_grafts grafts = {.count = 0};
    struct after after;

    begin();
    add(&grafts, 2, 1, found_archive("TWO.EXE"));
    store_grafts(&grafts, &after);
    CHECK_EQ_INT(after.image.fault_count, 5);
    check_fault(&after, 0, 5, "2.img", "old");
    check_fault(&after, 1, WCI_NONE, "", "oldest");
    check_fault(&after, 2, 3, "1.img > A.CAB > TWO.EXE", "in the archive");
    check_fault(&after, 3, 2, "1.img > A.CAB", "of a file");
    check_fault(&after, 4, 2, "1.img > A.CAB", "of none");
    CHECK_EQ_INT(after.image.faults[2].offset, 17);
    CHECK_EQ_INT(after.image.faults_dropped, 5);
    done(&after);
    end();
}

/* What is known of the rows goes with them, and so do parts and groups. */
static void facts_and_parts_move(void)
{
    struct wci_grafts grafts = {.count = 0};
    struct after after;

    begin();
    add(&grafts, 2, 0, found_archive("ONE.EXE"));
    store_grafts(&grafts, &after);
    check_facts(&after, 2, 20);
    check_facts(&after, 6, 40);
    check_no_facts(&after, 4);
    check_no_facts(&after, 1);
    CHECK_EQ_INT(after.image.identity.group, 71);
    CHECK_EQ_INT(after.image.part_count, 2);
    CHECK_EQ_INT(after.image.parts[0].container, 1);
    CHECK_EQ_INT(after.image.parts[1].container, 5);
    CHECK_EQ_INT(after.image.parts[1].identity.group, 72);
    CHECK_EQ_BYTES(after.image.parts[1].identity.disk, "2");
    done(&after);
    end();
}

/* Several files of one cabinet, and of another one. */
static void grafts_in_several_files(void)
{
    struct wci_grafts grafts = {.count = 0};
    struct after after;

    begin();
    add(&grafts, 2, 0, found_archive("ONE.EXE"));
    add(&grafts, 2, 1, found_archive("TWO.EXE"));
    add(&grafts, 4, 1, found_archive("TWO.EXE"));
    store_grafts(&grafts, &after);
    CHECK_EQ_INT(after.image.container_count, 11);
    check_container(&after, 3, "ONE.EXE", 2, 0);
    check_container(&after, 4, "IN.CAB", 3, 0);
    check_container(&after, 5, "TWO.EXE", 2, 1);
    check_container(&after, 6, "IN.CAB", 5, 0);
    check_container(&after, 8, "B.CAB", 7, 0);
    check_container(&after, 9, "TWO.EXE", 8, 1);
    check_container(&after, 10, "IN.CAB", 9, 0);
    check_fault(&after, 5, 5, "1.img > A.CAB > TWO.EXE", "in the archive");
    check_fault(&after, 8, 9, "2.img > B.CAB > TWO.EXE", "in the archive");
    CHECK_EQ_INT(after.result.added_count, 6);
    check_facts(&after, 8, 40);
    done(&after);
    end();
}

/* A file that could not be looked into leaves a fault and a cabinet that is not wholly known. */
static void nothing_but_a_fault(void)
{
    struct wci_grafts grafts = {.count = 0};
    struct wci_image *found = found_in("ONE.EXE");
    struct after after;

    found->containers[0].partial = true;
    found->faults[0] = (struct wci_fault){.container = 0,
                                          .code = WCAB_ERR_LIMIT,
                                          .place = wci_bytes_of("ONE.EXE"),
                                          .text = wci_bytes_of("too deep")};
    found->fault_count = 1;
    begin();
    add(&grafts, 4, 0, found);
    store_grafts(&grafts, &after);
    CHECK_EQ_INT(after.image.container_count, 5);
    CHECK(after.image.containers[4].partial);
    CHECK(!after.image.containers[2].partial);
    check_fault(&after, 2, 4, "2.img > B.CAB > ONE.EXE", "too deep");
    CHECK_EQ_INT(after.result.added_count, 0);
    CHECK_EQ_INT(after.result.new_count, 5);
    done(&after);
    end();
}

/* The image itself is the cabinet: nothing stands before the file's name. */
static void a_cabinet_that_is_the_image(void)
{
    struct wci_grafts grafts = {.count = 0};
    struct wci_image *image = fixture_image("/alone.cab");
    struct after after;

    begin();
    put_cabinet(image, WCI_NONE, "", 5)->parent_entry = WCI_NONE;
    id = fixture_put(catalog.writer, image);
    add(&grafts, 0, 0, found_archive("ONE.EXE"));
    store_grafts(&grafts, &after);
    CHECK_EQ_INT(after.image.container_count, 3);
    check_container(&after, 0, "", WCI_NONE, WCI_NONE);
    check_container(&after, 1, "ONE.EXE", 0, 0);
    check_fault(&after, 0, 1, "ONE.EXE", "in the archive");
    check_fault(&after, 1, 0, "", "of a file");
    CHECK_EQ_INT(after.image.identity.group, 0);
    done(&after);
    end();
}

/* What is no file of the cabinet, but lies in it all the same. */
static void what_is_no_file(void)
{
    struct wci_grafts grafts = {.count = 0};
    struct wci_image *found = found_in("ONE.EXE");
    struct after after;

    (void)fixture_container(found, WCI_CONTAINER_CONTENTS, 0, "contents");
    begin();
    add(&grafts, 2, 1, found);
    store_grafts(&grafts, &after);
    check_container(&after, 3, "contents", 2, WCI_NONE);
    done(&after);
    end();
}

static bool has_joints(uint64_t previous, uint64_t next)
{
    struct wci_grafts grafts = {.count = 0};
    struct wci_image *found = found_archive("ONE.EXE");
    struct after after;
    bool joints;

    found->containers[2].cab->joint_previous = previous;
    found->containers[2].cab->joint_next = next;
    begin();
    add(&grafts, 2, 0, found);
    store_grafts(&grafts, &after);
    joints = after.result.joints;
    done(&after);
    end();
    return joints;
}

/* Cabinets of sets among what was found: they may go on elsewhere. */
static void joints_are_told(void)
{
    CHECK(!has_joints(0, 0));
    CHECK(has_joints(5, 0));
    CHECK(has_joints(0, 5));
}

static void an_image_that_is_not_there(void)
{
    struct wci_grafts grafts = {.count = 0};
    struct wci_graft_result result;

    memset(&result, 0xA5, sizeof(result));
    begin();
    CHECK_EQ_INT(wci_graft_store(catalog.writer, id + 1, &grafts, &result, NULL),
                 WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(result.new_count, 0);
    CHECK_EQ_INT(result.added_count, 0);
    wci_graft_result_free(&result); /* nothing of what stood there before */
    end();
}

int main(void)
{
    RUN(containers_follow_the_cabinet);
    RUN(faults_are_told_by_their_place);
    RUN(facts_and_parts_move);
    RUN(grafts_in_several_files);
    RUN(nothing_but_a_fault);
    RUN(a_cabinet_that_is_the_image);
    RUN(what_is_no_file);
    RUN(joints_are_told);
    RUN(an_image_that_is_not_there);
    return check_report();
}
