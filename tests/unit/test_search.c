/* Searches over catalogs made by hand: what is found, which copy comes first, what it needs. */
#include "query_fixture.h"

/* ---- one medium --------------------------------------------------------------------------- */

/* A CD with USER.EXE in the right cabinet and in the mini-Windows', and Setup's COMMCTRL.DLL. */
static void put_toy_cd(struct query_fixture *fixture, const char *path)
{
    struct wci_image *image = query_cd(path);
    struct wci_container *mini, *pre, *toy;

    (void)fixture_entry(&image->containers[0], "WIN", "SETUP.EXE", 5184);
    mini = query_cabinet(image, "WIN", "Mini.cab", 1);
    pre = query_cabinet(image, "WIN", "PRE.CAB", 2);
    toy = query_cabinet(image, "WIN", "TOY_1.CAB", 3);
    (void)query_file(mini, "USER.EXE", 264016, 0, 0);
    (void)query_file(pre, "COMMCTRL.DLL", 48112, 0, 0);
    (void)query_file(pre, "KOMMCTRL.DLL", 154880, 48112, 0);
    (void)query_file(toy, "user.exe", 462112, 0, 0);
    (void)query_file(toy, "MAPI32.DLL", 592896, 462112, 0);
    (void)fixture_put(fixture->writer, image);
}

static void test_answer(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;

    query_begin(&fixture);
    put_toy_cd(&fixture, "/i/toy.iso");
    query_open(&fixture);
    answer = query_first(&run, &fixture, "mapi32.dll");
    CHECK_EQ_STR(answer->name, "MAPI32.DLL");
    CHECK_EQ_STR(answer->medium, "toy-cd");
    CHECK_EQ_STR(answer->title, "Toy (CD-ROM)");
    CHECK_EQ_STR(answer->release, "1.0");
    CHECK_EQ_INT(answer->source, WCAB_SOURCE_INDEXED);
    CHECK_EQ_STR(answer->image, "/i/toy.iso");
    CHECK_EQ_STR(answer->volume_label, "TOYCD");
    CHECK_EQ_STR(answer->path, "WIN/TOY_1.CAB");
    CHECK_EQ_STR(answer->cabinet, "TOY_1.CAB");
    CHECK_EQ_STR(answer->stored_path, "MAPI32.DLL");
    CHECK_EQ_INT(answer->size, 592896);
    CHECK_EQ_STR(answer->modified, "1995-07-11T09:54:00");
    CHECK_EQ_STR(answer->starts_in, "TOY_1.CAB");
    CHECK_EQ_STR(answer->ends_in, "TOY_1.CAB");
    CHECK_EQ_STR(answer->method, "quantum");
    CHECK_EQ_STR(answer->role, "system");
    CHECK_EQ_INT(answer->complete, 1);
    CHECK_EQ_INT(answer->need_count, 1);
    CHECK_EQ_INT(answer->needs[0].present, 1);
    CHECK_EQ_STR(answer->needs[0].image, "/i/toy.iso");
    CHECK_EQ_INT(answer->command_count, 1);
    CHECK_EQ_STR(answer->commands[0],
                 "EXTRACT /Y /L C:\\WINDOWS\\SYSTEM D:\\WIN\\TOY_1.CAB MAPI32.DLL");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    query_end(&fixture);
}

static void test_right_copy(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;

    query_begin(&fixture);
    put_toy_cd(&fixture, "/i/toy.iso");
    query_open(&fixture);
    answer = query_first(&run, &fixture, "USER.EXE");
    CHECK_EQ_STR(answer->cabinet, "TOY_1.CAB");
    CHECK_EQ_INT(answer->copy_count, 1);
    CHECK_EQ_STR(answer->copies[0].cabinet, "Mini.cab");
    CHECK_EQ_STR(answer->copies[0].role, "mini");
    CHECK_EQ_STR(answer->copies[0].purpose, "of the mini-Windows");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    run.options.all = true;
    answer = query_first(&run, &fixture, "USER.EXE");
    CHECK_EQ_STR(answer->role, "system");
    CHECK_EQ_INT(answer->copy_count, 0);
    answer = query_more(&run);
    CHECK_EQ_STR(answer->role, "mini");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    query_end(&fixture);
}

static void test_installed_names(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;

    query_begin(&fixture);
    put_toy_cd(&fixture, "/i/toy.iso");
    query_open(&fixture);
    answer = query_first(&run, &fixture, "commctrl.dll");
    CHECK_EQ_STR(answer->name, "KOMMCTRL.DLL");
    CHECK_EQ_STR(answer->installed_as, "COMMCTRL.DLL");
    CHECK_EQ_INT(answer->installed_as_probable, 0);
    CHECK_EQ_INT(answer->command_count, 3);
    CHECK_EQ_INT(answer->copy_count, 1);
    CHECK_EQ_STR(answer->copies[0].role, "setup");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    answer = query_first(&run, &fixture, "kommctrl.dll");
    CHECK_EQ_STR(answer->installed_as, "COMMCTRL.DLL");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    /* Each file once, though the pattern fits one under two names. */
    run.options.all = true;
    CHECK(query_start(&run, &fixture, "*mmctrl.dll") != NULL);
    CHECK_EQ_INT(query_rest(&run), 1);
    query_stop(&run);
    query_end(&fixture);
}

static void test_patterns(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};

    query_begin(&fixture);
    put_toy_cd(&fixture, "/i/toy.iso");
    query_open(&fixture);
    CHECK_EQ_STR(query_first(&run, &fixture, "m*32.dll")->name, "MAPI32.DLL");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    run.options.match = WCAB_MATCH_SUBSTRING;
    CHECK_EQ_STR(query_first(&run, &fixture, "api3")->name, "MAPI32.DLL");
    query_stop(&run);
    run.options.match = WCAB_MATCH_REGEX;
    CHECK_EQ_STR(query_first(&run, &fixture, "^m.+32")->name, "MAPI32.DLL");
    query_stop(&run);
    /* Names in byte order; user.exe once, its mini copy beside it; cabinets are files, too. */
    CHECK_EQ_STR(query_first(&run, &fixture, "*")->name, "COMMCTRL.DLL");
    CHECK_EQ_INT(query_rest(&run), 7);
    query_stop(&run);
    CHECK_EQ_STR(query_first(&run, &fixture, "win/setup.exe")->path, "WIN/SETUP.EXE");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    CHECK(query_start(&run, &fixture, "win95/setup.exe") == NULL);
    query_stop(&run);
    CHECK_EQ_STR(query_first(&run, &fixture, "mini.cab\\user.exe")->role, "mini");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    query_end(&fixture);
}

static void test_aliases_and_loose_files(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;
    struct wci_image *image;
    struct wci_entry *entry;

    query_begin(&fixture);
    image = query_cd("/i/long.iso");
    entry = fixture_entry(&image->containers[0], "Some Folder", "A long name.txt", 10);
    entry->alias[0] = fixture_name("ALONGN~1.TXT");
    entry->alias_count = 1;
    entry->attributes = WCI_ATTRIBUTE_READONLY | WCI_ATTRIBUTE_ARCHIVE;
    (void)fixture_put(fixture.writer, image);
    query_open(&fixture);
    answer = query_first(&run, &fixture, "alongn~1.txt");
    CHECK_EQ_STR(answer->name, "A long name.txt");
    CHECK_EQ_STR(answer->alias, "ALONGN~1.TXT");
    CHECK_EQ_STR(answer->path, "Some Folder/A long name.txt");
    CHECK_EQ_STR(answer->attributes, "ra");
    CHECK(answer->cabinet == NULL);
    CHECK(answer->starts_in == NULL);
    CHECK(answer->method == NULL);
    CHECK_EQ_INT(answer->need_count, 1);
    CHECK(answer->needs[0].cabinet == NULL);
    CHECK_EQ_STR(answer->commands[0],
                 "COPY /Y \"D:\\SOME FOLDER\\ALONGN~1.TXT\" C:\\WINDOWS\\ALONGN~1.TXT");
    query_stop(&run);
    CHECK(query_start(&run, &fixture, "a*.txt") != NULL);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    query_end(&fixture);
}

/* A name in an OEM code page is found as it is typed today. */
static void test_code_pages(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;
    struct wci_image *image;
    struct wci_entry *entry;

    query_begin(&fixture);
    image = query_cd("/i/german.iso");
    image->identity.code_page = 850;
    entry = fixture_entry(&image->containers[0], "", "GR\x9A\xE1\xB7.TXT", 10);
    entry->alias[0] = fixture_name("GR\xC3\x9C\xC3\x9F\xC3\x80.TXT");
    entry->alias[0].encoding = WCI_ENCODING_UTF8;
    entry->alias_count = 1;
    (void)fixture_put(fixture.writer, image);
    query_open(&fixture);
    answer = query_first(&run, &fixture, "gr\xC3\xBC\xC3\x9F\xC3\xA0.txt");
    CHECK_EQ_STR(answer->name, "GR\xC3\x9C\xC3\x9F\xC3\x80.TXT");
    CHECK_EQ_INT(answer->name_exact, 0);
    CHECK(answer->alias == NULL);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    /* and by the bytes that the medium has */
    CHECK(query_start(&run, &fixture, "gr\x9A\xE1\xB7.txt") != NULL);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    query_end(&fixture);
}

/* ---- sets of disks ------------------------------------------------------------------------ */

/* Disk 1: BIG.DLL starts in TOY_1.CAB.  `shift` makes another set with other contents. */
static struct wci_image *disk_1(const char *path, uint8_t shift)
{
    struct wci_image *image = query_floppy(path, "1", "TOY1");
    struct wci_container *cabinet = query_cabinet(image, "", "TOY_1.CAB", (uint8_t)(10 + shift));

    (void)query_file(cabinet, "FIRST.DLL", 1000, 0, 0);
    (void)query_file(cabinet, "BIG.DLL", 50000, 1000, WCI_ENTRY_CONTINUES);
    cabinet->cab->flags = WCI_CAB_HAS_NEXT;
    cabinet->cab->next_cabinet = wci_bytes_of("toy_2.cab");
    cabinet->cab->next_disk = wci_bytes_of("Disk 2");
    cabinet->cab->joint_next = 100U + shift;
    return image;
}

/* Disk 2: BIG.DLL ends in TOY_2.CAB, and LATE.DLL lies in the same folder behind it. */
static struct wci_image *disk_2(const char *path, uint8_t shift)
{
    struct wci_image *image = query_floppy(path, "2", "TOY2");
    struct wci_container *cabinet = query_cabinet(image, "", "TOY_2.CAB", (uint8_t)(20 + shift));

    (void)query_file(cabinet, "BIG.DLL", 50000, 1000, WCI_ENTRY_CONTINUED);
    (void)query_file(cabinet, "LATE.DLL", 3000, 51000, 0);
    cabinet->cab->index = 1;
    cabinet->cab->flags = WCI_CAB_HAS_PREVIOUS;
    cabinet->cab->previous_cabinet = wci_bytes_of("toy_1.cab");
    cabinet->cab->previous_disk = wci_bytes_of("Disk 1");
    cabinet->cab->joint_previous = 100U + shift;
    return image;
}

static struct wci_image *disk_3(const char *path)
{
    struct wci_image *image = query_floppy(path, "3", "TOY3");
    struct wci_container *cabinet = query_cabinet(image, "", "TOY_3.CAB", 30);

    (void)query_file(cabinet, "THIRD.DLL", 3000, 0, 0);
    return image;
}

/* Ties the set's cabinets together, which the joiner does otherwise; images are of `group`. */
static void put_set(struct query_fixture *fixture, const char *first_path, const char *second_path,
                    uint8_t shift)
{
    struct wcab_error err;
    uint32_t first = fixture_put(fixture->writer, disk_1(first_path, shift));
    uint32_t first_listing = query_listing(fixture->writer, "FIRST.DLL");
    uint32_t second = fixture_put(fixture->writer, disk_2(second_path, shift));
    uint32_t second_listing = query_listing(fixture->writer, "LATE.DLL");

    CHECK_EQ_INT(wci_writer_set_next(fixture->writer, first_listing, second_listing, &err),
                 WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(fixture->writer, first, WCI_NONE, first, &err), WCAB_OK);
    CHECK_EQ_INT(wci_writer_set_group(fixture->writer, second, WCI_NONE, first, &err), WCAB_OK);
}

static void test_straddling(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;

    query_begin(&fixture);
    put_set(&fixture, "/i/1.img", "/i/2.img", 0);
    query_open(&fixture);
    answer = query_first(&run, &fixture, "big.dll");
    CHECK_EQ_STR(answer->cabinet, "TOY_1.CAB");
    CHECK_EQ_STR(answer->starts_in, "TOY_1.CAB");
    CHECK_EQ_STR(answer->ends_in, "TOY_2.CAB");
    CHECK_EQ_INT(answer->need_count, 2);
    CHECK_EQ_STR(answer->needs[0].disk, "1");
    CHECK_EQ_STR(answer->needs[1].disk, "2");
    CHECK_EQ_STR(answer->needs[1].image, "/i/2.img");
    CHECK_EQ_STR(answer->needs[1].insert, "Toy disk 2 of 3");
    CHECK_EQ_INT(answer->complete, 1);
    CHECK_EQ_STR(answer->commands[0], "EXTRACT /Y /A /L C:\\WINDOWS\\SYSTEM A:\\TOY_1.CAB BIG.DLL");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    /* A file behind the cut is decoded from its folder's start, on the disk before. */
    answer = query_first(&run, &fixture, "late.dll");
    CHECK_EQ_STR(answer->cabinet, "TOY_2.CAB");
    CHECK_EQ_STR(answer->starts_in, "TOY_2.CAB");
    CHECK_EQ_INT(answer->need_count, 2);
    CHECK_EQ_STR(answer->needs[0].cabinet, "TOY_1.CAB");
    CHECK_EQ_STR(answer->commands[0],
                 "EXTRACT /Y /A /L C:\\WINDOWS\\SYSTEM A:\\TOY_1.CAB LATE.DLL");
    query_stop(&run);
    answer = query_first(&run, &fixture, "first.dll");
    CHECK_EQ_INT(answer->need_count, 1);
    query_stop(&run);
    query_end(&fixture);
}

static void test_missing_next(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;

    query_begin(&fixture);
    (void)fixture_put(fixture.writer, disk_1("/i/1.img", 0));
    query_open(&fixture);
    answer = query_first(&run, &fixture, "big.dll");
    CHECK_EQ_INT(answer->complete, 0);
    CHECK_EQ_INT(answer->need_count, 2);
    CHECK_EQ_STR(answer->ends_in, "toy_2.cab");
    CHECK_EQ_STR(answer->needs[1].cabinet, "toy_2.cab");
    CHECK_EQ_STR(answer->needs[1].disk, "2"); /* by what the header calls it */
    CHECK_EQ_STR(answer->needs[1].insert, "Toy disk 2 of 3");
    CHECK_EQ_STR(answer->needs[1].volume_label, "TOY2");
    CHECK(answer->needs[1].image == NULL);
    CHECK_EQ_INT(answer->needs[1].present, 0);
    CHECK_EQ_STR(answer->trouble, "toy_2.cab is missing: insert Toy disk 2 of 3");
    query_stop(&run);
    query_end(&fixture);
}

static void test_missing_start(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;

    query_begin(&fixture);
    (void)fixture_put(fixture.writer, disk_2("/i/2.img", 0));
    query_open(&fixture);
    answer = query_first(&run, &fixture, "big.dll");
    CHECK_EQ_INT(answer->complete, 0);
    CHECK_EQ_STR(answer->cabinet, "TOY_2.CAB");
    CHECK_EQ_STR(answer->starts_in, "toy_1.cab");
    CHECK_EQ_STR(answer->ends_in, "TOY_2.CAB");
    CHECK_EQ_INT(answer->need_count, 2);
    CHECK_EQ_STR(answer->needs[0].disk, "1");
    CHECK_EQ_INT(answer->needs[0].present, 0);
    CHECK_EQ_INT(answer->needs[1].present, 1);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    answer = query_first(&run, &fixture, "late.dll");
    CHECK_EQ_INT(answer->complete, 0);
    CHECK_EQ_STR(answer->starts_in, "TOY_2.CAB");
    CHECK_EQ_STR(answer->needs[0].cabinet, "toy_1.cab");
    query_stop(&run);
    query_end(&fixture);
}

/* Two sets with the same names and other contents are never mixed. */
static void test_two_sets(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;

    query_begin(&fixture);
    put_set(&fixture, "/i/c.img", "/i/b.img", 0);
    put_set(&fixture, "/i/a.img", "/i/d.img", 1);
    query_open(&fixture);
    run.options.all = true;
    answer = query_first(&run, &fixture, "big.dll");
    CHECK_EQ_STR(answer->image, "/i/a.img");
    CHECK_EQ_STR(answer->needs[1].image, "/i/d.img");
    answer = query_more(&run);
    CHECK_EQ_STR(answer->image, "/i/c.img");
    CHECK_EQ_STR(answer->needs[1].image, "/i/b.img");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    /* The same row in both: one answer without --all. */
    answer = query_first(&run, &fixture, "big.dll");
    CHECK_EQ_INT(answer->same_elsewhere, 1);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    query_end(&fixture);
}

static void test_duplicates_and_offline(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;
    struct wcab_error err;
    uint32_t first;

    query_begin(&fixture);
    first = fixture_put(fixture.writer, disk_3("/i/3.img"));
    (void)fixture_put(fixture.writer, disk_3("/i/3-again.img"));
    (void)fixture_put(fixture.writer, disk_1("/i/1.img", 0));
    CHECK_EQ_INT(wci_writer_set_offline(fixture.writer, first, true, &err), WCAB_OK);
    query_open(&fixture);
    answer = query_first(&run, &fixture, "third.dll");
    CHECK_EQ_STR(answer->image, "/i/3-again.img");
    CHECK_EQ_INT(answer->same_elsewhere, 1);
    CHECK_EQ_INT(answer->complete, 1);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    run.options.all = true;
    CHECK(query_start(&run, &fixture, "third.dll") != NULL);
    CHECK_EQ_INT(query_rest(&run), 1);
    query_stop(&run);
    run.options.medium = "/i/3.img";
    answer = query_first(&run, &fixture, "third.dll");
    CHECK_EQ_STR(answer->image, "/i/3.img");
    query_stop(&run);
    query_end(&fixture);
}

static void test_only_offline(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;
    struct wcab_error err;
    uint32_t id;

    query_begin(&fixture);
    id = fixture_put(fixture.writer, disk_3("/i/3.img"));
    CHECK_EQ_INT(wci_writer_set_offline(fixture.writer, id, true, &err), WCAB_OK);
    query_open(&fixture);
    answer = query_first(&run, &fixture, "third.dll");
    CHECK_EQ_INT(answer->complete, 0);
    CHECK_EQ_INT(answer->needs[0].present, 0);
    CHECK_EQ_STR(answer->needs[0].image, "/i/3.img");
    CHECK_EQ_STR(answer->trouble, "TOY_3.CAB is offline: its image /i/3.img is gone");
    query_stop(&run);
    query_end(&fixture);
}

static void test_damage(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    struct wci_image *image;

    query_begin(&fixture);
    image = disk_3("/i/3.img");
    image->containers[1].partial = true;
    image->faults[0].container = 1;
    image->faults[0].code = WCAB_ERR_CORRUPT;
    image->faults[0].place = wci_bytes_of("TOY_3.CAB");
    image->faults[0].text = wci_bytes_of("truncated");
    image->fault_count = 1;
    (void)fixture_put(fixture.writer, image);
    image = query_cd("/i/toy.iso");
    fixture_entry(&image->containers[0], "", "BAD.TXT", 5)->flags = WCI_ENTRY_DAMAGED;
    (void)fixture_entry(&image->containers[0], "", "GOOD.TXT", 5);
    image->containers[0].partial = true;
    (void)fixture_put(fixture.writer, image);
    query_open(&fixture);
    CHECK_EQ_STR(query_first(&run, &fixture, "third.dll")->trouble,
                 "TOY_3.CAB is damaged: truncated");
    CHECK_EQ_INT(run.answer->complete, 0);
    query_stop(&run);
    CHECK_EQ_INT(query_first(&run, &fixture, "bad.txt")->complete, 0);
    query_stop(&run);
    CHECK_EQ_INT(query_first(&run, &fixture, "good.txt")->complete, 1);
    query_stop(&run);
    query_end(&fixture);
}

/* ---- published listings ------------------------------------------------------------------- */

static void put_published_set(struct query_fixture *fixture)
{
    struct wci_image *image = query_published(disk_1("", 0), "profile:toy-floppy/1");

    (void)fixture_put(fixture->published_writer, image);
    image = query_published(disk_2("", 0), "profile:toy-floppy/2");
    (void)fixture_put(fixture->published_writer, image);
    image = query_published(disk_3(""), "profile:toy-floppy/3");
    (void)fixture_entry(&image->containers[0], "", "LOOSE.TXT", 7);
    fixture_entry(&image->containers[1], "", "DOUBT.DLL", 7)->flags = WCI_ENTRY_DOUBTFUL;
    (void)fixture_put(fixture->published_writer, image);
}

static void test_published(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;

    query_begin(&fixture);
    put_published_set(&fixture);
    query_open(&fixture);
    answer = query_first(&run, &fixture, "big.dll");
    CHECK_EQ_INT(answer->source, WCAB_SOURCE_PUBLISHED);
    CHECK(answer->image == NULL);
    CHECK_EQ_STR(answer->disk, "1");
    CHECK_EQ_STR(answer->cabinet, "TOY_1.CAB");
    CHECK_EQ_STR(answer->ends_in, "toy_2.cab");
    CHECK_EQ_INT(answer->need_count, 2);
    CHECK_EQ_STR(answer->needs[1].disk, "2");
    CHECK_EQ_INT(answer->needs[1].present, 0);
    CHECK_EQ_INT(answer->complete, 1); /* nothing of the medium is indexed: nothing is missing */
    CHECK(answer->method == NULL);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    CHECK(query_start(&run, &fixture, "doubt.dll") == NULL);
    query_stop(&run);
    query_end(&fixture);
}

static void test_published_beside_indexed(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_answer *answer;
    struct wci_image *image;

    query_begin(&fixture);
    put_published_set(&fixture);
    (void)fixture_put(fixture.writer, disk_1("/i/1.img", 0));
    image = query_floppy("/i/3.img", "3", "TOY3");
    (void)query_cabinet(image, "", "TOY_3.CAB", 31);
    (void)fixture_put(fixture.writer, image);
    query_open(&fixture);
    /* Indexed: the published row adds nothing. */
    answer = query_first(&run, &fixture, "first.dll");
    CHECK_EQ_INT(answer->source, WCAB_SOURCE_INDEXED);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    /* Its disk is missing: what to insert. */
    answer = query_first(&run, &fixture, "late.dll");
    CHECK_EQ_INT(answer->source, WCAB_SOURCE_PUBLISHED);
    CHECK_EQ_INT(answer->complete, 0);
    CHECK_EQ_STR(answer->trouble, "TOY_2.CAB is missing: insert Toy disk 2 of 3");
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    /* The disk is there and the file is not on it: the real medium is right. */
    CHECK(query_start(&run, &fixture, "third.dll") == NULL);
    query_stop(&run);
    CHECK(query_start(&run, &fixture, "loose.txt") == NULL);
    query_stop(&run);
    query_end(&fixture);
}

/* The first disk is missing: the part that is there answers, the published row doesn't repeat it.
 */
static void test_published_start(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};

    query_begin(&fixture);
    put_published_set(&fixture);
    (void)fixture_put(fixture.writer, disk_2("/i/2.img", 0));
    query_open(&fixture);
    CHECK_EQ_INT(query_first(&run, &fixture, "big.dll")->source, WCAB_SOURCE_INDEXED);
    CHECK_EQ_INT(run.answer->complete, 0);
    CHECK_EQ_INT(query_rest(&run), 0);
    query_stop(&run);
    query_end(&fixture);
}

/* ---- filters and misses ------------------------------------------------------------------- */

static enum wcab_err filter_code(const struct query_fixture *fixture, const char *medium,
                                 int *answers)
{
    struct query_run run = {.names = {"*.dll"}, .search = NULL};
    struct wcab_error err = {.text = ""};
    enum wcab_err code;

    run.options.sizeof_options = sizeof(run.options);
    run.options.names = run.names;
    run.options.name_count = 1;
    run.options.medium = medium;
    code = wcab_search_open(fixture->catalog, &run.options, &run.search, &err);
    *answers = code == WCAB_OK ? query_rest(&run) : -1;
    query_stop(&run);
    return code;
}

static void test_medium_filter(void)
{
    struct query_fixture fixture;
    int answers = 0;

    query_begin(&fixture);
    put_toy_cd(&fixture, "/i/cd/toy.iso");
    (void)fixture_put(fixture.writer, disk_3("/i/floppy/3.img"));
    query_open(&fixture);
    CHECK_EQ_INT(filter_code(&fixture, "toy-floppy", &answers), WCAB_OK);
    CHECK_EQ_INT(answers, 1);
    CHECK_EQ_INT(filter_code(&fixture, "toy-c", &answers), WCAB_OK);
    CHECK_EQ_INT(answers, 3);
    CHECK_EQ_INT(filter_code(&fixture, "(cd-rom)", &answers), WCAB_OK);
    CHECK_EQ_INT(answers, 3);
    CHECK_EQ_INT(filter_code(&fixture, "/i/cd", &answers), WCAB_OK);
    CHECK_EQ_INT(answers, 3);
    CHECK_EQ_INT(filter_code(&fixture, "/i/floppy/3.img", &answers), WCAB_OK);
    CHECK_EQ_INT(answers, 1);
    CHECK_EQ_INT(filter_code(&fixture, "Toy (", &answers), WCAB_OK);
    CHECK_EQ_INT(answers, 4);
    CHECK_EQ_INT(filter_code(&fixture, "toy-", &answers), WCAB_ERR_USAGE);
    CHECK_EQ_INT(filter_code(&fixture, "nothing", &answers), WCAB_ERR_NOTFOUND);
    query_end(&fixture);
}

static void test_suggestions(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    const struct wcab_suggestion *suggestions = NULL;
    struct wcab_error err;
    size_t count = 0;

    query_begin(&fixture);
    put_toy_cd(&fixture, "/i/toy.iso");
    query_open(&fixture);
    run.options.suggest = true;
    CHECK(query_start(&run, &fixture, "mapi33.dll") == NULL);
    CHECK_EQ_INT(wcab_search_suggestions(run.search, &suggestions, &count, &err), WCAB_OK);
    CHECK_EQ_INT(count, 1);
    CHECK_EQ_STR(suggestions[0].query, "mapi33.dll");
    CHECK_EQ_INT(suggestions[0].name_count, 1);
    CHECK_EQ_STR(suggestions[0].names[0], "MAPI32.DLL");
    CHECK_EQ_INT(suggestions[0].elsewhere, 0);
    query_stop(&run);
    run.options.suggest = true;
    CHECK(query_start(&run, &fixture, "nowhere/mapi32.dll") == NULL);
    CHECK_EQ_INT(wcab_search_suggestions(run.search, &suggestions, &count, &err), WCAB_OK);
    CHECK_EQ_INT(suggestions[0].elsewhere, 1);
    query_stop(&run);
    query_end(&fixture);
}

static void test_usage(void)
{
    struct query_fixture fixture;
    struct wcab_search_options options = {.sizeof_options = sizeof(options)};
    struct wcab_search *search = NULL;
    struct wcab_error err;

    query_begin(&fixture);
    query_open(&fixture);
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &search, &err), WCAB_ERR_USAGE);
    options.sizeof_options = 1;
    CHECK_EQ_INT(wcab_search_open(fixture.catalog, &options, &search, &err), WCAB_ERR_USAGE);
    CHECK(search == NULL);
    wcab_search_close(NULL);
    wcab_catalog_close(NULL);
    query_end(&fixture);
}

/* No catalog at all is an empty one; one of another kind is an error that names it. */
static void test_no_catalog(void)
{
    struct wcab_catalog_options options = {.sizeof_options = sizeof(options),
                                           .without_published = true};
    struct query_fixture fixture = {.catalog = NULL};
    struct query_run run = {.search = NULL};
    struct wcab_error err;
    bool exists = true;
    FILE *file;

    CHECK_EQ_INT(wcab_catalog_open("/nonexistent/catalog", &options, &fixture.catalog, &err),
                 WCAB_OK);
    CHECK_EQ_INT(wcab_catalog_exists(fixture.catalog, &exists, &err), WCAB_OK);
    CHECK_EQ_INT(exists, 0);
    CHECK(query_start(&run, &fixture, "mapi32.dll") == NULL);
    query_stop(&run);
    wcab_catalog_close(fixture.catalog);
    fixture_folder(fixture.own);
    (void)snprintf(fixture.published, sizeof(fixture.published), "%.100s/data.mdb", fixture.own);
    file = fopen(fixture.published, "wb");
    CHECK(file != NULL);
    if (file != NULL) {
        (void)fputs("this is no catalog, but a text of some length", file);
        (void)fclose(file);
    }
    CHECK_EQ_INT(wcab_catalog_open(fixture.own, &options, &fixture.catalog, &err), WCAB_OK);
    CHECK_EQ_INT(wcab_catalog_exists(fixture.catalog, &exists, &err), WCAB_ERR_CORRUPT);
    CHECK_EQ_STR(err.place, fixture.own);
    wcab_catalog_close(fixture.catalog);
    fixture_remove(fixture.own);
}

/* ---- JSON --------------------------------------------------------------------------------- */

struct text {
    char bytes[8192];
    size_t length;
};

static enum wcab_err keep_text(void *context, const char *bytes, size_t length)
{
    struct text *text = context;

    if (text->length + length >= sizeof(text->bytes))
        return WCAB_ERR_LIMIT;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
    return WCAB_OK;
}

/* Names of any bytes: valid JSON, and the bytes can be had back. */
static void test_json_names(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    struct text text = {.length = 0};
    struct wci_image *image;

    query_begin(&fixture);
    image = query_cd("/i/odd\n\xff.iso");
    (void)fixture_entry(&image->containers[0], "", "\x81\"\\\x1b\x01.TXT", 5);
    (void)fixture_put(fixture.writer, image);
    query_open(&fixture);
    CHECK(query_start(&run, &fixture, "*.txt") != NULL);
    CHECK_EQ_INT(wcab_answer_json(run.answer, keep_text, &text), WCAB_OK);
    CHECK(strstr(text.bytes, "\"name\":\"\xC3\xBC\\\"\\\\\\u001b\\u0001.TXT\"") != NULL);
    CHECK(strstr(text.bytes, "\"name_raw\":\"81225c1b012e545854\"") != NULL);
    CHECK(strstr(text.bytes, "\"image_raw\":\"2f692f6f64640aff2e69736f\"") != NULL);
    CHECK(wci_text_is_utf8(wci_bytes_of(text.bytes)));
    CHECK_EQ_INT(text.bytes[text.length - 1], '\n');
    CHECK(memchr(text.bytes, '\n', text.length) == text.bytes + text.length - 1);
    query_stop(&run);
    query_end(&fixture);
}

/* What people read has nothing in it that a terminal obeys. */
static void test_table_is_masked(void)
{
    struct query_fixture fixture;
    struct query_run run = {.search = NULL};
    struct text text = {.length = 0};
    struct wcab_table *table = NULL;
    struct wcab_error err;
    struct wci_image *image;

    query_begin(&fixture);
    image = query_cd("/i/\x1b[31mred.iso");
    (void)fixture_entry(&image->containers[0], "a\x9b", "\x1b]0;x\x07.TXT", 5);
    (void)fixture_put(fixture.writer, image);
    query_open(&fixture);
    CHECK(query_start(&run, &fixture, "*.txt") != NULL);
    CHECK_EQ_INT(wcab_table_open(WCAB_TABLE_VERBOSE, keep_text, &text, &table, &err), WCAB_OK);
    CHECK_EQ_INT(wcab_table_answer(table, run.answer), WCAB_OK);
    CHECK_EQ_INT(wcab_table_close(table), WCAB_OK);
    CHECK(text.length > 0);
    CHECK(strpbrk(text.bytes, "\x1b\x07") == NULL);
    CHECK(wci_text_is_utf8(wci_bytes_of(text.bytes)));
    query_stop(&run);
    query_end(&fixture);
}

int main(void)
{
    RUN(test_answer);
    RUN(test_right_copy);
    RUN(test_installed_names);
    RUN(test_patterns);
    RUN(test_aliases_and_loose_files);
    RUN(test_code_pages);
    RUN(test_straddling);
    RUN(test_missing_next);
    RUN(test_missing_start);
    RUN(test_two_sets);
    RUN(test_duplicates_and_offline);
    RUN(test_only_offline);
    RUN(test_damage);
    RUN(test_published);
    RUN(test_published_beside_indexed);
    RUN(test_published_start);
    RUN(test_medium_filter);
    RUN(test_suggestions);
    RUN(test_usage);
    RUN(test_no_catalog);
    RUN(test_json_names);
    RUN(test_table_is_masked);
    return check_report();
}
