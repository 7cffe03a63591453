/* Media: which disks belong together, what is missing, duplicate, foreign, damaged, offline. */
#include "query_fixture.h"

/* A disk of the toy set with one cabinet; `contents` tells sets apart. */
static uint32_t put_disk(const struct query_fixture *fixture, const char *path, const char *disk,
                         uint8_t contents)
{
    struct wci_image *image = query_floppy(path, disk, "LABEL");
    struct wci_container *cabinet = query_cabinet(image, "", "TOY_1.CAB", contents);

    (void)query_file(cabinet, "FILE.DLL", 1000U + contents, 0, 0);
    return fixture_put(fixture->writer, image);
}

static void group(const struct query_fixture *fixture, uint32_t image, uint32_t leader)
{
    struct wcab_error err;

    CHECK_EQ_INT(wci_writer_set_group(fixture->writer, image, WCI_NONE, leader, &err), WCAB_OK);
}

static struct wcab_media *media_of(const struct query_fixture *fixture)
{
    struct wcab_media *media = NULL;
    struct wcab_error err = {.text = ""};

    if (wcab_media_open(fixture->catalog, NULL, &media, &err) != WCAB_OK)
        CHECK_FAIL("no media: %s", err.text);
    return media;
}

/* The statuses of a medium's disks as a word: "1+ 2- 3d" for present, missing, duplicate ... */
static const char *statuses(const struct wcab_medium *medium, char text[256])
{
    static const char letters[] = "?+-o!df";
    size_t used = 0, i;

    text[0] = '\0';
    for (i = 0; medium != NULL && i < medium->disk_count; i++)
        used += (size_t)snprintf(text + used, 256 - used, "%s%s%c", i > 0 ? " " : "",
                                 medium->disks[i].disk != NULL ? medium->disks[i].disk : "",
                                 letters[medium->disks[i].status]);
    return text;
}

static void test_missing_disk(void)
{
    struct query_fixture fixture;
    struct wcab_media *media;
    const struct wcab_medium *medium;
    char text[256];

    query_begin(&fixture);
    (void)put_disk(&fixture, "/i/1.img", "1", 1);
    (void)put_disk(&fixture, "/i/3.img", "3", 3);
    query_open(&fixture);
    media = media_of(&fixture);
    medium = wcab_media_get(media, 0);
    CHECK_EQ_STR(medium->medium, "toy-floppy");
    CHECK_EQ_STR(medium->title, "Toy (floppies)");
    CHECK_EQ_STR(medium->kind, "floppies");
    CHECK_EQ_INT(medium->disks_known, 3);
    CHECK_EQ_INT(medium->disks_present, 2);
    CHECK_EQ_INT(medium->complete, 0);
    CHECK_EQ_STR(statuses(medium, text), "1+ 2- 3+");
    CHECK_EQ_STR(medium->disks[1].insert, "Toy disk 2 of 3");
    CHECK_EQ_STR(medium->disks[1].label, "TOY2");
    CHECK(medium->disks[1].image == NULL);
    CHECK_EQ_INT(medium->disks[0].files, 2);
    CHECK(wcab_media_get(media, 1) == NULL);
    wcab_media_close(media);
    query_end(&fixture);
}

static void test_whole_set_with_duplicate(void)
{
    struct query_fixture fixture;
    struct wcab_media *media;
    char text[256];

    query_begin(&fixture);
    (void)put_disk(&fixture, "/i/b/2.img", "2", 2);
    (void)put_disk(&fixture, "/i/a/2.img", "2", 2);
    (void)put_disk(&fixture, "/i/3.img", "3", 3);
    (void)put_disk(&fixture, "/i/1.img", "1", 1);
    query_open(&fixture);
    media = media_of(&fixture);
    CHECK_EQ_STR(statuses(wcab_media_get(media, 0), text), "1+ 2+ 3+ 2d");
    CHECK_EQ_INT(wcab_media_get(media, 0)->complete, 1);
    CHECK(wcab_media_get(media, 1) == NULL);
    wcab_media_close(media);
    query_end(&fixture);
}

/* Two sets; the disks that nothing ties to the others go where they are missing. */
static void test_two_sets(void)
{
    struct query_fixture fixture;
    struct wcab_media *media;
    uint32_t one, two;
    char text[256];

    query_begin(&fixture);
    one = put_disk(&fixture, "/i/a.img", "1", 1);
    group(&fixture, put_disk(&fixture, "/i/b.img", "2", 2), one);
    group(&fixture, one, one);
    two = put_disk(&fixture, "/i/c.img", "1", 11);
    group(&fixture, put_disk(&fixture, "/i/d.img", "2", 12), two);
    group(&fixture, two, two);
    (void)put_disk(&fixture, "/i/e.img", "3", 3);
    (void)put_disk(&fixture, "/i/f.img", "3", 13);
    query_open(&fixture);
    media = media_of(&fixture);
    CHECK_EQ_STR(statuses(wcab_media_get(media, 0), text), "1+ 2+ 3+");
    CHECK_EQ_INT(wcab_media_get(media, 0)->set, 1);
    CHECK_EQ_STR(statuses(wcab_media_get(media, 1), text), "1+ 2+ 3+");
    CHECK_EQ_INT(wcab_media_get(media, 1)->set, 2);
    CHECK_EQ_STR(wcab_media_get(media, 1)->disks[1].image, "/i/d.img");
    CHECK(wcab_media_get(media, 2) == NULL);
    wcab_media_close(media);
    query_end(&fixture);
}

static void test_foreign_disk(void)
{
    struct query_fixture fixture;
    struct wcab_media *media;
    uint32_t one;
    char text[256];

    query_begin(&fixture);
    one = put_disk(&fixture, "/i/1.img", "1", 1);
    group(&fixture, put_disk(&fixture, "/i/2.img", "2", 2), one);
    group(&fixture, put_disk(&fixture, "/i/3.img", "3", 3), one);
    group(&fixture, one, one);
    (void)put_disk(&fixture, "/i/odd.img", "2", 99);
    query_open(&fixture);
    media = media_of(&fixture);
    CHECK_EQ_STR(statuses(wcab_media_get(media, 0), text), "1+ 2+ 3+ 2f");
    CHECK_EQ_STR(wcab_media_get(media, 0)->disks[3].image, "/i/odd.img");
    CHECK_EQ_INT(wcab_media_get(media, 0)->complete, 1);
    wcab_media_close(media);
    query_end(&fixture);
}

static void test_damaged_and_offline(void)
{
    struct query_fixture fixture;
    struct wci_image *image;
    struct wcab_media *media;
    struct wcab_error err;
    char text[256];
    uint32_t gone;

    query_begin(&fixture);
    image = query_floppy("/i/1.img", "1", "TOY1");
    image->faults[0].container = 0;
    image->faults[0].place = wci_bytes_of("BAD.TXT");
    image->faults[0].text = wci_bytes_of("its chain runs in a circle");
    image->fault_count = 1;
    (void)fixture_put(fixture.writer, image);
    (void)put_disk(&fixture, "/i/2.img", "2", 2);
    gone = put_disk(&fixture, "/i/3.img", "3", 3);
    CHECK_EQ_INT(wci_writer_set_offline(fixture.writer, gone, true, &err), WCAB_OK);
    query_open(&fixture);
    media = media_of(&fixture);
    CHECK_EQ_STR(statuses(wcab_media_get(media, 0), text), "1! 2+ 3o");
    CHECK_EQ_STR(wcab_media_get(media, 0)->disks[0].fault, "BAD.TXT: its chain runs in a circle");
    CHECK_EQ_INT(wcab_media_get(media, 0)->complete, 0);
    wcab_media_close(media);
    query_end(&fixture);
}

/* CDs: the same one twice is a duplicate, another one a further medium; an unknown one is last. */
static void test_discs(void)
{
    static const struct {
        const char *path, *medium, *file;
    } discs[] = {{"/i/a.iso", "toy-cd", "A.TXT"},
                 {"/i/b.iso", "toy-cd", "A.TXT"},
                 {"/i/c.iso", "toy-cd", "C.TXT"},
                 {"/i/0.iso", "", "X.TXT"}};
    struct query_fixture fixture;
    struct wcab_media *media;
    char text[256];
    size_t i;

    query_begin(&fixture);
    for (i = 0; i < sizeof(discs) / sizeof(discs[0]); i++) {
        struct wci_image *image = query_cd(discs[i].path);

        image->identity.medium = wci_bytes_of(discs[i].medium);
        memset(image->containers[0].digest, discs[i].file[0], 16);
        (void)fixture_entry(&image->containers[0], "", discs[i].file, 10);
        (void)fixture_put(fixture.writer, image);
    }
    query_open(&fixture);
    media = media_of(&fixture);
    CHECK_EQ_STR(statuses(wcab_media_get(media, 0), text), "+ d");
    CHECK_EQ_STR(statuses(wcab_media_get(media, 1), text), "+");
    CHECK_EQ_INT(wcab_media_get(media, 1)->set, 2);
    CHECK_EQ_STR(statuses(wcab_media_get(media, 2), text), "+");
    CHECK(wcab_media_get(media, 2)->medium == NULL);
    CHECK_EQ_INT(wcab_media_get(media, 2)->complete, 1);
    wcab_media_close(media);
    query_end(&fixture);
}

/* A set that no profile knows: its cabinets name the missing disk themselves. */
static void test_unknown_set(void)
{
    struct query_fixture fixture;
    struct wci_container *cabinet;
    struct wci_image *image;
    struct wcab_media *media;
    const struct wcab_medium *medium;

    query_begin(&fixture);
    image = query_floppy("/i/1.img", "", "X1");
    image->identity.medium = wci_bytes_of("");
    cabinet = query_cabinet(image, "", "X1.CAB", 7);
    (void)query_file(cabinet, "X.DLL", 5000, 0, WCI_ENTRY_CONTINUES);
    cabinet->cab->joint_next = 77;
    cabinet->cab->flags |= WCI_CAB_HAS_NEXT;
    cabinet->cab->next_cabinet = wci_bytes_of("X2.CAB");
    cabinet->cab->next_disk = wci_bytes_of("X Disk 2");
    (void)fixture_put(fixture.writer, image);
    query_open(&fixture);
    media = media_of(&fixture);
    medium = wcab_media_get(media, 0);
    CHECK_EQ_INT(medium->disk_count, 2);
    CHECK_EQ_INT(medium->complete, 0);
    CHECK_EQ_INT(medium->disks[1].status, WCAB_DISK_MISSING);
    CHECK_EQ_STR(medium->disks[1].insert, "X Disk 2");
    CHECK_EQ_STR(medium->disks[1].reason, "X2.CAB");
    wcab_media_close(media);
    query_end(&fixture);
}

static void test_nothing_indexed(void)
{
    struct query_fixture fixture;
    struct wcab_media *media;

    query_begin(&fixture);
    query_open(&fixture);
    media = media_of(&fixture);
    CHECK(wcab_media_get(media, 0) == NULL);
    wcab_media_close(media);
    wcab_media_close(NULL);
    query_end(&fixture);
}

int main(void)
{
    RUN(test_missing_disk);
    RUN(test_whole_set_with_duplicate);
    RUN(test_two_sets);
    RUN(test_foreign_disk);
    RUN(test_damaged_and_offline);
    RUN(test_discs);
    RUN(test_unknown_set);
    RUN(test_nothing_indexed);
    return check_report();
}
