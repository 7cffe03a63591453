/*
 * Tests of settle: images by hand, tied by the cuts of their cabinets.  No file of them exists on the
 * host, so that contents never decide.
 */
#include "catalog_fixture.h"
#include "core/parts.h"
#include "jobs/index/settle.h"

static struct fixture_catalog catalog;

static void begin(void)
{
    fixture_begin(&catalog);
}

static void end(void)
{
    fixture_end(&catalog);
}

static void settle(void)
{
    struct wcab_error err = {.text = ""};

    CHECK_EQ_INT(wci_settle_sets(catalog.writer, NULL, &err), WCAB_OK);
    CHECK_EQ_STR(err.text, "");
}

/* ---- images ------------------------------------------------------------------------------- */

/* A floppy without files. */
static struct wci_image *floppy(const char *path, const char *medium, const char *disk)
{
    struct wci_image *image = fixture_image(path);

    image->identity.medium = wci_bytes_of(medium);
    image->identity.disk = wci_bytes_of(disk);
    (void)fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, "");
    return image;
}

/* A cabinet with one file, of its own name; `joints`: where it begins and ends in a cut, 0: not. */
static struct wci_container *cabinet(struct wci_image *image, uint32_t parent, const char *name,
                                     uint64_t joint_previous, uint64_t joint_next)
{
    struct wci_container *made = fixture_cabinet(image, parent, name, 0);

    made->cab->joint_previous = joint_previous;
    made->cab->joint_next = joint_next;
    (void)fixture_entry(made, "", name, 1000);
    return made;
}

/* One disk of a set: a floppy and its one cabinet. */
static uint32_t disk(const char *path, const char *number, const char *name,
                     uint64_t joint_previous, uint64_t joint_next)
{
    struct wci_image *image = floppy(path, "toy", number);

    (void)cabinet(image, 0, name, joint_previous, joint_next);
    return fixture_put(catalog.writer, image);
}

/* ---- what is on record -------------------------------------------------------------------- */

static struct fixture_record record_of(uint32_t image_id)
{
    return fixture_record(fixture_view(&catalog), image_id);
}

/* The listing of the container of an image. */
static uint32_t listing_of(uint32_t image_id, uint32_t container)
{
    struct fixture_record record = record_of(image_id);
    uint32_t listing = record.state.listings[container];

    wci_arena_free(record.arena);
    return listing;
}

/* The listing that follows the one of the image's container 1; 0 when none does. */
static uint32_t next_of(uint32_t image_id)
{
    uint32_t next = 0;

    return wci_reader_next(fixture_view(&catalog), listing_of(image_id, 1), &next, NULL) == WCAB_OK
               ? next
               : 0;
}

static uint64_t group_of(uint32_t image_id, uint32_t part)
{
    struct fixture_record record = record_of(image_id);
    uint64_t group = wci_part_identity(&record.image, part)->group;

    wci_arena_free(record.arena);
    return group;
}

static bool are_one_group(uint32_t a, uint32_t b)
{
    CHECK(group_of(a, WCI_NONE) != 0);
    return group_of(a, WCI_NONE) == group_of(b, WCI_NONE);
}

/* ---- joining ------------------------------------------------------------------------------ */

static void cuts_tie_the_disks_of_a_set(void)
{
    uint32_t third, first, second, other;

    begin();
    third = disk("/b/3.img", "3", "T3.CAB", 22, 0);
    first = disk("/a/1.img", "1", "T1.CAB", 0, 33);
    second = disk("/c/2.img", "2", "T2.CAB", 33, 22);
    other = disk("/d/1.img", "1", "X1.CAB", 0, 44);
    settle();
    CHECK_EQ_INT(next_of(first), listing_of(second, 1));
    CHECK_EQ_INT(next_of(second), listing_of(third, 1));
    CHECK_EQ_INT(next_of(third), 0);
    CHECK_EQ_INT(next_of(other), 0);
    CHECK_EQ_INT(group_of(first, WCI_NONE), third); /* a group is named for its first image */
    CHECK_EQ_INT(group_of(second, WCI_NONE), third);
    CHECK_EQ_INT(group_of(third, WCI_NONE), third);
    CHECK_EQ_INT(group_of(other, WCI_NONE), other);
    end();
}

/* A chain of five cabinets, whose names the catalog keeps in another order than their cuts. */
static void a_long_set(void)
{
    static const char *const names[] = {"S3.CAB", "S1.CAB", "S5.CAB", "S2.CAB", "S4.CAB"};
    uint32_t disks[5], i;

    begin();
    for (i = 0; i < 5; i++)
        disks[i] = disk(names[i], "", names[i], i == 0 ? 0 : 90 - i, i == 4 ? 0 : 89 - i);
    settle();
    for (i = 0; i < 5; i++) {
        CHECK_EQ_INT(next_of(disks[i]), i == 4 ? 0 : listing_of(disks[i + 1], 1));
        CHECK_EQ_INT(group_of(disks[i], WCI_NONE), disks[0]);
    }
    end();
}

static void an_empty_catalog_is_settled(void)
{
    begin();
    settle();
    (void)fixture_put(catalog.writer, floppy("/a.img", "", ""));
    settle();
    end();
}

/* What was weighed before stays as it is, until something new takes part in the cut. */
static void only_cuts_with_something_new_are_weighed(void)
{
    uint32_t first, second, third, copy;

    begin();
    first = disk("/a/1.img", "1", "T1.CAB", 0, 33);
    second = disk("/a/2.img", "2", "T2.CAB", 33, 22);
    settle();
    CHECK_EQ_INT(next_of(first), listing_of(second, 1));
    CHECK_EQ_INT(wci_writer_set_next(catalog.writer, listing_of(first, 1), WCI_NONE, NULL),
                 WCAB_OK);
    settle();
    CHECK_EQ_INT(next_of(first), 0);
    third = disk("/a/3.img", "3", "T3.CAB", 22, 0); /* of the second's other cut */
    settle();
    CHECK_EQ_INT(next_of(second), listing_of(third, 1));
    CHECK_EQ_INT(next_of(first), 0);
    copy = disk("/b/2.img", "2", "S2.CAB", 33, 55);
    settle();
    CHECK_EQ_INT(next_of(first), listing_of(second, 1)); /* it lies nearer than the new one */
    CHECK_EQ_INT(next_of(second), listing_of(third, 1));
    CHECK_EQ_INT(next_of(copy), 0);
    end();
}

/* The link of a settled cut isn't lost when the other side of its cabinet is weighed again. */
static void a_link_outlives_new_neighbours(void)
{
    uint32_t first, second, third, before;

    begin();
    second = disk("/a/2.img", "2", "T2.CAB", 33, 22);
    third = disk("/a/3.img", "3", "T3.CAB", 22, 0);
    settle();
    first = disk("/a/1.img", "1", "T1.CAB", 11, 33); /* weighs the second's first cut alone */
    settle();
    CHECK_EQ_INT(next_of(first), listing_of(second, 1));
    CHECK_EQ_INT(next_of(second), listing_of(third, 1));
    before = disk("/a/0.img", "0", "T0.CAB", 0, 11);
    settle();
    CHECK_EQ_INT(next_of(before), listing_of(first, 1));
    CHECK_EQ_INT(next_of(first), listing_of(second, 1));
    CHECK_EQ_INT(next_of(second), listing_of(third, 1));
    CHECK(are_one_group(before, third));
    end();
}

/* Copies of a set in two folders: each half stays with the half beside it. */
static void look_alikes_go_by_folder(void)
{
    uint32_t a1, a2, b1, b2;

    begin();
    a1 = disk("/a/1.img", "1", "A1.CAB", 0, 33);
    b2 = disk("/b/2.img", "2", "B2.CAB", 33, 0);
    b1 = disk("/b/1.img", "1", "B1.CAB", 0, 33);
    a2 = disk("/a/2.img", "2", "A2.CAB", 33, 0);
    settle();
    CHECK_EQ_INT(next_of(a1), listing_of(a2, 1));
    CHECK_EQ_INT(next_of(b1), listing_of(b2, 1));
    CHECK(are_one_group(a1, a2));
    CHECK(are_one_group(b1, b2));
    CHECK(!are_one_group(a1, b1));
    end();
}

/* A disk whose cabinet holds `blocks` of a folder of ten, from before (33) or going on. */
static uint32_t cut_disk(const char *path, const char *name, bool from_before, uint16_t blocks)
{
    struct wci_image *image = floppy(path, "", "");
    struct wci_container *made =
        cabinet(image, 0, name, from_before ? 33 : 0, from_before ? 0 : 33);

    made->cab->folder_count = 1;
    made->cab->folders = wci_arena_calloc(image->arena, 1, sizeof(*made->cab->folders));
    made->cab->folders->block_count = blocks;
    made->entries[0].cab_folder = 0;
    made->entries[0].locator = 9 * 32768;
    made->entries[0].size = 32768;
    made->entries[0].flags = from_before ? WCI_ENTRY_CONTINUED : WCI_ENTRY_CONTINUES;
    return fixture_put(catalog.writer, image);
}

/* What the cabinets' own tables say is looked at: nearness would have it otherwise. */
static void numbers_of_blocks_must_add_up(void)
{
    uint32_t first, wrong, right;

    begin();
    first = cut_disk("/a/1.img", "F1.CAB", false, 6);
    wrong = cut_disk("/a/2.img", "W2.CAB", true, 7);
    right = cut_disk("/b/2.img", "R2.CAB", true, 5); /* the cut block lies on both sides */
    settle();
    CHECK_EQ_INT(next_of(first), listing_of(right, 1));
    CHECK(are_one_group(first, right));
    CHECK(!are_one_group(first, wrong));
    end();
}

/* ---- grouping ----------------------------------------------------------------------------- */

static uint32_t put_floppy(const char *path, const char *medium, const char *number)
{
    return fixture_put(catalog.writer, floppy(path, medium, number));
}

/* A boot disk has no cut; it goes with the set of its medium beside it. */
static void a_disk_without_cuts_goes_with_its_neighbours(void)
{
    uint32_t boot, first, second, elsewhere, other, unknown, nameless;

    begin();
    boot = put_floppy("/a/0.img", "toy", "boot");
    other = put_floppy("/a/9.img", "toy-2", "boot"); /* indexed in between */
    elsewhere = put_floppy("/b/0.img", "toy", "boot");
    first = disk("/a/1.img", "1", "T1.CAB", 0, 33);
    second = disk("/a/2.img", "2", "T2.CAB", 33, 0);
    unknown = put_floppy("/a/7.img", "", "");
    nameless = put_floppy("/a/8.img", "", "");
    settle();
    CHECK_EQ_INT(group_of(boot, WCI_NONE), boot);
    CHECK(are_one_group(boot, first));
    CHECK(are_one_group(boot, second));
    CHECK(!are_one_group(boot, elsewhere));
    CHECK(!are_one_group(boot, other));
    CHECK(!are_one_group(boot, unknown));
    CHECK(!are_one_group(unknown, nameless));
    end();
}

/* Without a set nobody knows that two boot disks are one. */
static void disks_without_any_cut_stay_apart(void)
{
    uint32_t a, b;

    begin();
    a = put_floppy("/a/0.img", "toy", "boot");
    b = put_floppy("/a/1.img", "toy", "1");
    settle();
    CHECK(!are_one_group(a, b));
    end();
}

/* Even linked ones of no known medium are no home for what lies beside them. */
static void what_is_not_recognised_is_not_gathered(void)
{
    uint32_t first, second, beside;
    struct wci_image *image;

    begin();
    image = floppy("/a/1.img", "", "");
    (void)cabinet(image, 0, "U1.CAB", 0, 33);
    first = fixture_put(catalog.writer, image);
    image = floppy("/a/2.img", "", "");
    (void)cabinet(image, 0, "U2.CAB", 33, 0);
    second = fixture_put(catalog.writer, image);
    beside = put_floppy("/a/3.img", "", "");
    settle();
    CHECK(are_one_group(first, second));
    CHECK(!are_one_group(first, beside));
    end();
}

/* Two sets of one medium in one folder: each gets one of two boot disks, a third goes to the first. */
static void each_set_gets_a_disk_of_a_kind(void)
{
    uint32_t a1, a2, b1, b2, boots[3];

    begin();
    a1 = disk("/f/a1.img", "1", "A1.CAB", 0, 33);
    a2 = disk("/f/a2.img", "2", "A2.CAB", 33, 0);
    b1 = disk("/f/b1.img", "1", "B1.CAB", 0, 44);
    b2 = disk("/f/b2.img", "2", "B2.CAB", 44, 0);
    boots[0] = put_floppy("/f/x.img", "toy", "boot");
    boots[1] = put_floppy("/f/y.img", "toy", "boot");
    boots[2] = put_floppy("/f/z.img", "toy", "boot");
    settle();
    CHECK(are_one_group(a1, a2));
    CHECK(are_one_group(b1, b2));
    CHECK(!are_one_group(a1, b1));
    CHECK(are_one_group(a1, boots[0]));
    CHECK(are_one_group(b1, boots[1]));
    CHECK(are_one_group(a1, boots[2]));
    end();
}

/* One cabinet on two images is one listing: the sets that have it are one. */
static void images_with_the_same_cabinet(void)
{
    uint32_t first, copy, second;

    begin();
    first = disk("/a/1.img", "1", "T1.CAB", 0, 33);
    copy = disk("/b/1.img", "1", "T1.CAB", 0, 33);
    second = disk("/a/2.img", "2", "T2.CAB", 33, 0);
    CHECK_EQ_INT(listing_of(first, 1), listing_of(copy, 1));
    settle();
    CHECK(are_one_group(first, second));
    CHECK(are_one_group(first, copy));
    end();
}

/* Folders with more images than are compared: no guess, but what is linked stays linked. */
static void no_guess_in_a_very_large_folder(void)
{
    enum { MOST = 1024 };
    char path[32];
    uint32_t first, second, boot = 0, one_more, i;

    begin();
    first = disk("/f/1.img", "1", "T1.CAB", 0, 33);
    second = disk("/f/2.img", "2", "T2.CAB", 33, 0);
    for (i = 2; i < MOST; i++) {
        (void)snprintf(path, sizeof(path), "/f/x%u.img", i);
        boot = put_floppy(path, "toy", "boot");
    }
    settle();
    CHECK(are_one_group(first, boot));
    one_more = put_floppy("/f/last.img", "toy", "boot");
    settle();
    CHECK(are_one_group(first, second));
    CHECK(!are_one_group(first, boot));
    CHECK(!are_one_group(first, one_more));
    end();
}

/* ---- parts -------------------------------------------------------------------------------- */

/* A ZIP with disks 1 and 2, cut at `joint` (and before disk 1 at the number before), and a boot
 * disk. */
static uint32_t put_zip(const char *path, const char *first, const char *second, uint64_t joint)
{
    static const char *const numbers[] = {"1", "2", "boot"};
    struct wci_image *image = fixture_image(path);
    uint32_t i;

    (void)fixture_container(image, WCI_CONTAINER_ARCHIVE, WCI_NONE, "");
    (void)fixture_container(image, WCI_CONTAINER_FAT, 0, "1.img");
    (void)cabinet(image, 1, first, joint - 1, joint);
    (void)fixture_container(image, WCI_CONTAINER_FAT, 0, "2.img");
    (void)cabinet(image, 3, second, joint, 0);
    (void)fixture_container(image, WCI_CONTAINER_FAT, 0, "boot.img");
    image->part_count = 3;
    image->parts = wci_arena_calloc(image->arena, 3, sizeof(*image->parts));
    for (i = 0; i < 3; i++) {
        image->parts[i].container = 1 + 2 * i;
        image->parts[i].identity.medium = wci_bytes_of("toy");
        image->parts[i].identity.disk = wci_bytes_of(numbers[i]);
    }
    return fixture_put(catalog.writer, image);
}

static void parts_of_an_image_form_a_set(void)
{
    uint32_t zip, other;
    uint64_t group;

    begin();
    zip = put_zip("/z/toy.zip", "T1.CAB", "T2.CAB", 33);
    other = put_zip("/y/toy.zip", "S1.CAB", "S2.CAB", 44);
    settle();
    group = (uint64_t)1 << 32 | zip; /* named for its first part, container 1 */
    CHECK_EQ_INT(group_of(zip, 0), group);
    CHECK_EQ_INT(group_of(zip, 1), group);
    CHECK_EQ_INT(group_of(zip, 2), group);
    CHECK_EQ_INT(group_of(zip, WCI_NONE), zip); /* the archive is no disk of it */
    CHECK_EQ_INT(group_of(other, 2), (uint64_t)1 << 32 | other);
    end();
}

/* A set whose first disk lies beside the archive with the others, or anywhere else. */
static void parts_and_images_form_a_set(void)
{
    uint32_t first, zip, beside, elsewhere;

    begin();
    first = disk("/w/0.img", "0", "T0.CAB", 0, 32);
    zip = put_zip("/z/toy.zip", "T1.CAB", "T2.CAB", 33);
    beside = put_floppy("/z/3.img", "toy", "3");
    elsewhere = put_floppy("/v/3.img", "toy", "3");
    settle();
    CHECK_EQ_INT(group_of(first, WCI_NONE), first);
    CHECK_EQ_INT(group_of(zip, 0), first);
    CHECK_EQ_INT(group_of(zip, 1), first);
    CHECK_EQ_INT(group_of(zip, 2), first);
    CHECK_EQ_INT(group_of(beside, WCI_NONE), first);
    CHECK_EQ_INT(group_of(elsewhere, WCI_NONE), elsewhere);
    end();
}

/* ---- one medium --------------------------------------------------------------------------- */

/* A release in a layout that no profile lists, as floppies. */
#define LAYOUT "toy~floppies"

struct labelled {
    const char *path, *medium, *disk, *label;
    uint64_t joint_previous, joint_next;
};

/* A floppy with a volume label and one cabinet, called by the image's path. */
static uint32_t put_labelled(struct labelled what)
{
    struct wci_image *image = floppy(what.path, what.medium, what.disk);

    image->containers[0].label = fixture_name(what.label);
    (void)cabinet(image, 0, what.path, what.joint_previous, what.joint_next);
    return fixture_put(catalog.writer, image);
}

/* Medium, disk, and whether there is a reason for them, in one line. */
static const char *told_of(uint32_t image_id, uint32_t part)
{
    static char text[256];
    struct fixture_record record = record_of(image_id);
    const struct wci_identity *identity = wci_part_identity(&record.image, part);

    (void)snprintf(text, sizeof(text), "%.*s disk %.*s%s", (int)identity->medium.length,
                   identity->medium.data, (int)identity->disk.length, identity->disk.data,
                   identity->reason.length > 0 ? " for a reason" : "");
    wci_arena_free(record.arena);
    return text;
}

#define CHECK_TOLD(image_id, expected) CHECK_EQ_STR(told_of(image_id, WCI_NONE), expected)

/* What most of a set are, the others become; more that are nothing don't count. */
static void the_disks_of_a_set_agree_on_a_layout(void)
{
    uint32_t set[6], boot, beside, i;

    begin();
    set[0] = put_labelled((struct labelled){"/f/1", "toy-2", "", "TOY01", 0, 16});
    set[1] = put_labelled((struct labelled){"/f/2", "", "", "TOY02", 16, 15});
    set[2] = put_labelled((struct labelled){"/g/3", LAYOUT, "3", "TOY09", 15, 14});
    set[3] = put_labelled((struct labelled){"/f/4", "", "7", "TOY04", 14, 13});
    set[4] = put_labelled((struct labelled){"/g/5", LAYOUT, "5", "", 13, 12});
    set[5] = put_labelled((struct labelled){"/f/6", "", "", "NUMBERLESS", 12, 0});
    boot = put_floppy("/f/boot", LAYOUT, "boot");
    beside = put_floppy("/f/beside", "", "");
    settle();
    CHECK_TOLD(set[0], LAYOUT " disk 1 for a reason");
    CHECK_TOLD(set[1], LAYOUT " disk 2 for a reason");
    CHECK_TOLD(set[2], LAYOUT " disk 3");
    CHECK_TOLD(set[3], LAYOUT " disk 7 for a reason"); /* as it was recognised, not as labelled */
    CHECK_TOLD(set[4], LAYOUT " disk 5");
    CHECK_TOLD(set[5], LAYOUT " disk  for a reason");
    CHECK_TOLD(beside, " disk ");
    for (i = 1; i < 6; i++)
        CHECK(are_one_group(set[0], set[i]));
    CHECK(are_one_group(set[0], boot)); /* it lies beside disks that are of its medium now */
    CHECK(!are_one_group(set[0], beside));
    end();
}

/* One of two is most of those that are anything. */
static void two_disks_agree(void)
{
    uint32_t first, second;

    begin();
    first = put_labelled((struct labelled){"/f/1", LAYOUT, "1", "", 0, 15});
    second = put_labelled((struct labelled){"/f/2", "", "", "TOY02", 15, 0});
    settle();
    CHECK_TOLD(first, LAYOUT " disk 1");
    CHECK_TOLD(second, LAYOUT " disk 2 for a reason");
    end();
}

/* Two halves of a set that are two media: nobody says which it is, whichever comes first. */
static void without_a_majority_each_stays_what_it_was(void)
{
    uint32_t set[5];

    begin();
    set[0] = put_labelled((struct labelled){"/f/1", LAYOUT, "1", "", 0, 15});
    set[1] = put_labelled((struct labelled){"/f/2", "toy-2~cd", "2", "", 15, 14});
    set[2] = put_labelled((struct labelled){"/f/3", LAYOUT, "3", "", 14, 13});
    set[3] = put_labelled((struct labelled){"/f/4", "toy-2~cd", "4", "", 13, 12});
    set[4] = put_labelled((struct labelled){"/f/5", "", "5", "", 12, 0});
    settle();
    CHECK_TOLD(set[0], LAYOUT " disk 1");
    CHECK_TOLD(set[1], "toy-2~cd disk 2");
    CHECK_TOLD(set[2], LAYOUT " disk 3");
    CHECK_TOLD(set[3], "toy-2~cd disk 4");
    CHECK_TOLD(set[4], " disk 5");
    CHECK(are_one_group(set[0], set[4]));
    end();
}

/* A listing would have said so: disks that do not fit it are of something else. */
static void a_medium_with_a_listing_is_nobody_elses(void)
{
    uint32_t first, second, third;

    begin();
    first = put_labelled((struct labelled){"/f/1", "toy", "1", "", 0, 14});
    second = put_labelled((struct labelled){"/f/2", "toy", "2", "", 14, 13});
    third = put_labelled((struct labelled){"/f/3", "", "", "TOY03", 13, 0});
    settle();
    CHECK_TOLD(first, "toy disk 1");
    CHECK_TOLD(third, " disk ");
    CHECK(are_one_group(second, third));
    end();
}

/* Sets whose disks were indexed in turn, and tied from their ends on: each agrees for itself. */
static void each_set_agrees_for_itself(void)
{
    uint32_t a[3], b[3], i;

    begin();
    a[0] = put_labelled((struct labelled){"/f/a1", LAYOUT, "1", "", 0, 33});
    b[0] = put_labelled((struct labelled){"/f/b1", "toy-2~cd", "1", "", 0, 43});
    a[1] = put_labelled((struct labelled){"/f/a2", LAYOUT, "2", "", 33, 22});
    b[1] = put_labelled((struct labelled){"/f/b2", "toy-2~cd", "2", "", 43, 32});
    a[2] = put_labelled((struct labelled){"/f/a3", "", "", "TOY03", 22, 0});
    b[2] = put_labelled((struct labelled){"/f/b3", "", "", "TOY03", 32, 0});
    settle();
    CHECK_TOLD(a[2], LAYOUT " disk 3 for a reason");
    CHECK_TOLD(b[2], "toy-2~cd disk 3 for a reason");
    for (i = 1; i < 3; i++) {
        CHECK(are_one_group(a[0], a[i]));
        CHECK(are_one_group(b[0], b[i]));
    }
    CHECK(!are_one_group(a[0], b[0]));
    end();
}

/* As many as are compared with each other, and one more: there nobody asks the others. */
static void a_very_large_set_does_not_agree(void)
{
    enum { MOST = 1024 };
    char path[32];
    struct wci_image *image;
    uint32_t first, last = 0, one_more, i;

    begin();
    first = put_labelled((struct labelled){"/f/1", "", "", "TOY01", 0, 33});
    for (i = 1; i < MOST; i++) {
        (void)snprintf(path, sizeof(path), "/f/x%u", i);
        image = floppy(path, LAYOUT, "2");
        (void)cabinet(image, 0, "T2.CAB", 33, 0);
        last = fixture_put(catalog.writer, image);
    }
    settle();
    CHECK_TOLD(first, LAYOUT " disk 1 for a reason");
    CHECK(are_one_group(first, last));
    image = floppy("/g/1", "", "");
    (void)cabinet(image, 0, "/f/1", 0, 33); /* a copy of the first one's */
    one_more = fixture_put(catalog.writer, image);
    settle();
    CHECK(are_one_group(first, one_more));
    CHECK_TOLD(one_more, " disk ");
    end();
}

/* A part becomes what the disks are that it goes with; the archive and its other parts do not. */
static void a_part_agrees_with_the_others(void)
{
    uint32_t first, zip;

    begin();
    first = put_labelled((struct labelled){"/w/0", LAYOUT, "a", "", 0, 30});
    (void)put_labelled((struct labelled){"/w/1", LAYOUT, "b", "", 30, 31});
    (void)put_labelled((struct labelled){"/w/2", LAYOUT, "c", "", 31, 32});
    zip = put_zip("/z/toy.zip", "T1.CAB", "T2.CAB", 33);
    settle();
    CHECK_EQ_STR(told_of(zip, 0), LAYOUT " disk 1 for a reason");
    CHECK_EQ_STR(told_of(zip, 1), LAYOUT " disk 2 for a reason");
    CHECK_EQ_STR(told_of(zip, 2), "toy disk boot");
    CHECK_TOLD(zip, " disk ");
    CHECK_EQ_INT(group_of(zip, 0), first);
    end();
}

/* Of what was recorded with its faults alone, nothing is known. */
static void an_image_with_nothing_in_it(void)
{
    uint32_t empty, first, second;

    begin();
    empty = fixture_put(catalog.writer, fixture_image("/f/0"));
    first = put_labelled((struct labelled){"/f/1", LAYOUT, "1", "", 0, 33});
    second = put_labelled((struct labelled){"/f/2", LAYOUT, "2", "", 33, 0});
    settle();
    CHECK_EQ_INT(group_of(empty, WCI_NONE), empty);
    CHECK(are_one_group(first, second));
    end();
}

int main(void)
{
    RUN(cuts_tie_the_disks_of_a_set);
    RUN(a_long_set);
    RUN(an_empty_catalog_is_settled);
    RUN(only_cuts_with_something_new_are_weighed);
    RUN(a_link_outlives_new_neighbours);
    RUN(look_alikes_go_by_folder);
    RUN(numbers_of_blocks_must_add_up);
    RUN(a_disk_without_cuts_goes_with_its_neighbours);
    RUN(disks_without_any_cut_stay_apart);
    RUN(what_is_not_recognised_is_not_gathered);
    RUN(each_set_gets_a_disk_of_a_kind);
    RUN(images_with_the_same_cabinet);
    RUN(no_guess_in_a_very_large_folder);
    RUN(parts_of_an_image_form_a_set);
    RUN(parts_and_images_form_a_set);
    RUN(the_disks_of_a_set_agree_on_a_layout);
    RUN(two_disks_agree);
    RUN(without_a_majority_each_stays_what_it_was);
    RUN(a_medium_with_a_listing_is_nobody_elses);
    RUN(each_set_agrees_for_itself);
    RUN(a_very_large_set_does_not_agree);
    RUN(a_part_agrees_with_the_others);
    RUN(an_image_with_nothing_in_it);
    return check_report();
}
