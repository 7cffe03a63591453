/*
 * test_recognise - which medium an image is: the published listings as records, recognised whole,
 * disk by disk, rearranged, renamed, modified and damaged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/dostime.h"
#include "core/text.h"
#include "indexer/publish.h"
#include "indexer/recognise/recognise.h"
#include "profiles/profile.h"

#define PROFILES WCAB_SOURCE_DIR "/media-profiles"

static struct wci_profile_list own;
static struct wci_recogniser *recogniser;

static const struct wci_profile *profile_of(const char *id)
{
    const struct wci_profile *profile = wci_profile_list_find(&own, wci_bytes_of(id));

    if (profile == NULL) {
        printf("no profile %s\n", id);
        exit(1);
    }
    return profile;
}

struct published {
    struct wci_image **images;
    size_t count;
};

static struct published publish_profile(const struct wci_profile *profile)
{
    struct published published = {NULL, 0};
    struct wcab_error err;

    if (wci_publish_profile(profile, &published.images, &published.count, &err) != WCAB_OK) {
        printf("not published: %s\n", err.text);
        exit(1);
    }
    return published;
}

static struct published publish(const char *id)
{
    return publish_profile(profile_of(id));
}

static struct wci_image *disk_of(const struct published *published, const char *disk)
{
    size_t i;

    for (i = 0; i < published->count; i++) {
        if (wci_bytes_equal(published->images[i]->identity.disk, wci_bytes_of(disk)))
            return published->images[i];
    }
    printf("no disk %s\n", disk);
    exit(1);
}

/* The disk's name as a string, until the next call. */
static const char *disk_name(const struct wci_image *image)
{
    static char name[32];

    (void)snprintf(name, sizeof(name), "%.*s", (int)image->identity.disk.length,
                   image->identity.disk.data);
    return name;
}

static struct wci_match recognise(const struct wci_image *image)
{
    struct wci_match match;
    struct wcab_error err;

    memset(&match, 0xA5, sizeof(match));
    if (wci_recognise_image(recogniser, image, &match, &err) != WCAB_OK) {
        printf("not recognised: %s\n", err.text);
        exit(1);
    }
    return match;
}

static void expect(const struct wci_image *image, enum wci_match_class class, const char *medium,
                   const char *disk)
{
    struct wci_match match = recognise(image);

    if (match.match != class)
        CHECK_FAIL("%.*s: class %d instead of %d (%s)", (int)image->path.length, image->path.data,
                   (int)match.match, (int)class, match.reason);
    if (medium == NULL)
        CHECK(match.medium == NULL);
    else if (match.medium == NULL)
        CHECK_FAIL("no medium, expected %s: %s", medium, match.reason);
    else
        CHECK_EQ_BYTES(match.medium->id, medium);
    CHECK_EQ_BYTES(match.disk, disk);
}

static struct wci_container *cabinet_of(struct wci_image *image, const char *name)
{
    uint32_t i;

    for (i = 1; i < image->container_count; i++) {
        struct wci_bytes whole = image->containers[i].name, end = wci_bytes_of(name);

        if (whole.length < end.length)
            continue;
        whole.data += whole.length - end.length;
        whole.length = end.length;
        if (wci_text_equal_folded(whole, end))
            return &image->containers[i];
    }
    printf("no cabinet %s\n", name);
    exit(1);
}

/* All containers and entries of several images as one folder of the host, every volume's files in a
 * folder of its own (`per_disk`: "disk7") or all in `folder`. */
static struct wci_image *as_folder(struct wci_image *const *images, size_t count, bool per_disk,
                                   const char *folder)
{
    struct wci_image *tree = wci_image_new();
    size_t containers = 1, entries = 0, i;
    uint32_t c, e, first_entry = 0;

    for (i = 0; i < count; i++) {
        containers += images[i]->container_count - 1;
        entries += images[i]->containers[0].entry_count;
    }
    tree->kind = WCI_IMAGE_DIRECTORY;
    tree->path = wci_bytes_of("/media");
    tree->containers = wci_arena_calloc(tree->arena, containers, sizeof(*tree->containers));
    tree->containers[0].kind = WCI_CONTAINER_DIRECTORY;
    tree->containers[0].parent = WCI_NONE;
    tree->containers[0].parent_entry = WCI_NONE;
    tree->containers[0].entries = wci_arena_calloc(tree->arena, entries, sizeof(struct wci_entry));
    tree->container_count = 1;
    for (i = 0; i < count; i++) {
        const struct wci_container *volume = &images[i]->containers[0];
        char *name = wci_arena_alloc(tree->arena, 64);

        (void)snprintf(name, 64, per_disk ? "%s%.*s" : "%s", folder,
                       (int)images[i]->identity.disk.length,
                       images[i]->identity.disk.length > 0 ? images[i]->identity.disk.data : "");
        for (e = 0; e < volume->entry_count; e++) {
            struct wci_entry *entry = &tree->containers[0].entries[first_entry + e];

            *entry = volume->entries[e];
            entry->folder = wci_bytes_of(name);
        }
        for (c = 1; c < images[i]->container_count; c++) {
            struct wci_container *container = &tree->containers[tree->container_count++];

            *container = images[i]->containers[c];
            container->parent_entry += first_entry;
        }
        first_entry += volume->entry_count;
    }
    tree->containers[0].entry_count = first_entry;
    return tree;
}

/* ---- the listings as records -------------------------------------------------------------- */

static void test_published_records(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_image *disk1 = disk_of(&dmf, "1");
    const struct wci_container *precopy = cabinet_of(disk1, "PRECOPY1.CAB");
    const struct wci_container *first = cabinet_of(disk_of(&dmf, "12"), "WIN95_12.CAB");
    const struct wci_container *second = cabinet_of(disk_of(&dmf, "13"), "WIN95_13.CAB");

    CHECK_EQ_INT(dmf.count, 14);
    CHECK_EQ_BYTES(dmf.images[0]->path, "profile:win95-dmf/boot");
    CHECK_EQ_BYTES(disk1->identity.medium, "win95-dmf");
    CHECK_EQ_INT(disk1->kind, WCI_IMAGE_PUBLISHED);
    CHECK_EQ_INT(disk1->container_count, 3);
    CHECK_EQ_INT(disk1->containers[0].kind, WCI_CONTAINER_FAT);
    CHECK_EQ_BYTES(disk1->containers[0].label.bytes, "DISK1");
    CHECK_EQ_BYTES(disk_of(&dmf, "13")->containers[0].format, "FAT12 (DMF)");
    CHECK_EQ_INT(precopy->entry_count, 14);
    CHECK_EQ_BYTES(disk1->containers[0].entries[precopy->parent_entry].name.bytes, "PRECOPY1.CAB");
    /* two files cross from disk 12 to 13, as in the real WIN95_13.CAB: its 57 entries are these */
    CHECK_EQ_INT(second->entry_count, 57);
    CHECK_EQ_BYTES(second->entries[0].name.bytes, "irmatrac.vxd");
    CHECK_EQ_INT(second->entries[0].flags, WCI_ENTRY_CONTINUED);
    CHECK_EQ_INT(second->entries[2].flags, 0);
    CHECK_EQ_BYTES(second->entries[40].name.bytes, "networks");
    CHECK_EQ_INT(first->entries[first->entry_count - 1].flags, WCI_ENTRY_CONTINUES);
    CHECK(first->cab->joint_next != 0 && first->cab->joint_next == second->cab->joint_previous);
    CHECK_EQ_BYTES(first->cab->next_cabinet, "WIN95_13.CAB");
    CHECK_EQ_BYTES(second->cab->previous_disk, "12");
    CHECK_EQ_INT(second->cab->joint_next, 0);
    wci_publish_free(dmf.images, dmf.count);
}

static void test_published_oddities(void)
{
    struct published ppt = publish("powerpoint95-floppy");
    struct published osr2 = publish("win95-osr2-cd");
    struct published nondmf = publish("win95-nondmf");
    const struct wci_container *middle = cabinet_of(disk_of(&ppt, "9"), "PPT9.CAB");
    const struct wci_container *mini = cabinet_of(osr2.images[0], "WIN95/MINI.CAB");
    const struct wci_container *alias = cabinet_of(disk_of(&nondmf, "4"), "WIN95_04.CAB");
    uint32_t i;

    CHECK_EQ_INT(middle->entry_count, 1); /* the middle of POWERPNT.EXE and nothing else */
    CHECK_EQ_INT(middle->entries[0].flags, WCI_ENTRY_CONTINUED | WCI_ENTRY_CONTINUES);
    CHECK_EQ_BYTES(middle->entries[0].folder, "Powerpnt");
    CHECK_EQ_BYTES(middle->entries[0].name.bytes, "Powerpnt.exe");
    CHECK_EQ_INT(osr2.count, 1);
    CHECK_EQ_BYTES(osr2.images[0]->path, "profile:win95-osr2-cd");
    CHECK_EQ_INT(mini->entries[23].flags, WCI_ENTRY_DOUBTFUL);
    for (i = 0; i < alias->entry_count; i++) {
        if (alias->entries[i].alias_count == 1 &&
            wci_text_equal_folded(alias->entries[i].alias[0].bytes, wci_bytes_of("AT&TMA~1.HT")))
            break;
    }
    CHECK(i < alias->entry_count);
    if (i < alias->entry_count)
        CHECK_EQ_BYTES(alias->entries[i].name.bytes, "AT&T MAIL.HT");
    wci_publish_free(ppt.images, ppt.count);
    wci_publish_free(osr2.images, osr2.count);
    wci_publish_free(nondmf.images, nondmf.count);
}

/* Rows in containers are the listing's rows plus the continuations, each in its place once. */
static void test_published_totals(void)
{
    size_t p, i, r;

    for (p = 0; p < own.count; p++) {
        const struct wci_profile *profile = own.profiles[p];
        struct published published = publish_profile(profile);
        size_t rows = 0, continued = 0, made = 0, joins = 0;
        uint32_t c, e;

        for (r = 0; r < profile->row_count; r++) {
            struct wci_bytes text = profile->rows[r].continues_in;

            joins += text.length > 0;
            for (i = 0; i < text.length; i++)
                joins += text.data[i] == ' ';
        }
        for (i = 0; i < published.count; i++) {
            for (c = 0; c < published.images[i]->container_count; c++) {
                const struct wci_container *container = &published.images[i]->containers[c];

                CHECK(c == 0 || container->parent == 0);
                rows += container->entry_count;
                for (e = 0; e < container->entry_count; e++)
                    continued += (container->entries[e].flags & WCI_ENTRY_CONTINUED) != 0;
            }
        }
        for (r = 0; r < profile->row_count; r++) { /* cabinets that no loose row names */
            const struct wci_profile_row *row =
                wci_profile_find_cabinet(profile, profile->rows[r].cabinet);

            if (profile->rows[r].cabinet.length > 0 && row != NULL && row == &profile->rows[r])
                made++;
        }
        if (profile->row_count == 0)
            CHECK_EQ_INT(published.count, 0);
        CHECK(continued <= joins);
        CHECK_EQ_INT(rows, profile->row_count + continued + made);
        wci_publish_free(published.images, published.count);
    }
}

/* ---- whole media and single disks --------------------------------------------------------- */

/* Whether the listing has a row of this disk that says more than a name. */
static bool can_be_compared(const struct wci_profile *profile, struct wci_bytes disk)
{
    size_t i;

    for (i = 0; i < profile->row_count; i++) {
        if (profile->rows[i].size != WCI_ROW_SIZE_UNKNOWN &&
            wci_bytes_equal(profile->rows[i].disk, disk))
            return true;
    }
    return false;
}

static void test_each_published_disk_is_itself(void)
{
    size_t p, i;

    for (p = 0; p < own.count; p++) {
        struct published published = publish_profile(own.profiles[p]);

        for (i = 0; i < published.count; i++) {
            struct wci_match match = recognise(published.images[i]);
            bool itself = match.match == WCI_MATCH_EXACT && match.medium == own.profiles[p] &&
                          wci_bytes_equal(match.disk, published.images[i]->identity.disk);
            size_t c;

            for (c = 0; match.match == WCI_MATCH_SEVERAL && c < match.candidate_count; c++)
                itself = itself || match.candidates[c] == own.profiles[p];
            if (!can_be_compared(own.profiles[p], published.images[i]->identity.disk))
                CHECK_EQ_INT(match.match, WCI_MATCH_NONE);
            else if (!itself)
                CHECK_FAIL("%.*s: class %d, %s", (int)published.images[i]->path.length,
                           published.images[i]->path.data, (int)match.match, match.reason);
        }
        wci_publish_free(published.images, published.count);
    }
}

static void test_win95_media(void)
{
    static const char *const cds[] = {"win95-cd", "win95-osr2-cd"};
    struct published dmf = publish("win95-dmf"), nondmf = publish("win95-nondmf");
    size_t i;

    for (i = 0; i < 2; i++) {
        struct published cd = publish(cds[i]);

        expect(cd.images[0], WCI_MATCH_EXACT, cds[i], "");
        wci_publish_free(cd.images, cd.count);
    }
    for (i = 1; i < dmf.count; i++)
        expect(dmf.images[i], WCI_MATCH_EXACT, "win95-dmf", disk_name(dmf.images[i]));
    for (i = 1; i < nondmf.count; i++)
        expect(nondmf.images[i], WCI_MATCH_EXACT, "win95-nondmf", disk_name(nondmf.images[i]));
    wci_publish_free(dmf.images, dmf.count);
    wci_publish_free(nondmf.images, nondmf.count);
}

static void test_boot_disk_is_settled_by_neighbours(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_match boot = recognise(disk_of(&dmf, "boot"));
    struct wci_match disk2 = recognise(disk_of(&dmf, "2")), disk3 = recognise(disk_of(&dmf, "3"));
    struct wci_match other = disk3;
    const struct wci_match *none[] = {&boot};
    const struct wci_match *tied[] = {&disk2, &other};
    const struct wci_match *same[] = {&disk2, &other, &disk3};
    struct wci_match has_boot, second;
    const struct wci_match *filled[] = {&disk2, &other, &disk3, &has_boot};

    CHECK_EQ_INT(boot.match, WCI_MATCH_SEVERAL);
    CHECK_EQ_INT(boot.candidate_count, 2);
    CHECK_EQ_BYTES(boot.disk, "boot");
    CHECK(boot.medium == NULL);
    CHECK(strstr(boot.reason, "win95-dmf, win95-nondmf") != NULL);
    other.medium = profile_of("win95-nondmf");
    CHECK(!wci_recognise_settle(&boot, none, 1));
    CHECK(!wci_recognise_settle(&boot, tied, 2));
    CHECK(wci_recognise_settle(&boot, same, 3));
    CHECK(boot.medium == profile_of("win95-dmf"));
    CHECK_EQ_INT(boot.match, WCI_MATCH_EXACT);
    CHECK(!wci_recognise_settle(&boot, same, 3)); /* nothing left to settle */
    has_boot = boot;
    second = recognise(disk_of(&dmf, "boot"));
    CHECK(wci_recognise_settle(&second, filled, 4));
    CHECK(second.medium == profile_of("win95-nondmf")); /* the set that lacks it, though of less */
    wci_publish_free(dmf.images, dmf.count);
}

static void test_folders(void)
{
    struct published dmf = publish("win95-dmf"), osr2 = publish("win95-osr2-cd");
    struct wci_image *flat = as_folder(dmf.images + 1, dmf.count - 1, false, "");
    struct wci_image *per_disk = as_folder(dmf.images, dmf.count, true, "disk");
    struct wci_image *cabs = as_folder(osr2.images, 1, false, "WINDOWS/OPTIONS/CABS");
    struct wci_match match = recognise(cabs);

    expect(flat, WCI_MATCH_EXACT, "win95-dmf", "");
    expect(per_disk, WCI_MATCH_EXACT, "win95-dmf", "");
    expect(cabs, WCI_MATCH_EXACT, "win95-osr2-cd", "");
    CHECK(strstr(match.reason, "; in folder WINDOWS/OPTIONS/CABS") != NULL);
    wci_image_free(flat);
    wci_image_free(per_disk);
    wci_image_free(cabs);
    wci_publish_free(dmf.images, dmf.count);
    wci_publish_free(osr2.images, osr2.count);
}

static void test_mini_cab_alone_is_undecided(void)
{
    struct published cd = publish("win95-cd");
    struct wci_image *image = cd.images[0];
    struct wci_container *mini = cabinet_of(image, "MINI.CAB");
    struct wci_match match;

    image->containers[1] = *mini;
    image->container_count = 2;
    image->containers[0].entries[0] = image->containers[0].entries[mini->parent_entry];
    image->containers[0].entry_count = 1;
    image->containers[0].kind = WCI_CONTAINER_DIRECTORY;
    image->containers[1].parent_entry = 0;
    match = recognise(image);
    CHECK_EQ_INT(match.match, WCI_MATCH_SEVERAL);
    CHECK(match.candidate_count >= 3);
    CHECK_EQ_INT(match.compared, 23);
    wci_publish_free(cd.images, cd.count);
}

/* ---- what is not quite the published medium ----------------------------------------------- */

static void change_size(struct wci_container *container, const char *name)
{
    uint32_t i;

    for (i = 0; i < container->entry_count; i++) {
        if (wci_text_equal_folded(container->entries[i].name.bytes, wci_bytes_of(name))) {
            container->entries[i].size++;
            return;
        }
    }
    CHECK_FAIL("no %s", name);
}

static void test_changed_files(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_image *disk = disk_of(&dmf, "4");
    struct wci_container *cabinet = cabinet_of(disk, "WIN95_04.CAB");
    struct wci_match match;

    change_size(cabinet, "USER.EXE");
    match = recognise(disk);
    CHECK_EQ_INT(match.match, WCI_MATCH_NEAR);
    CHECK_EQ_INT(match.agreeing, 48);
    CHECK_EQ_INT(match.compared, 49);
    CHECK(strstr(match.reason, "first difference: user.exe in WIN95_04.CAB") != NULL);
    change_size(cabinet, "GDI.EXE"); /* 2 of 49 are more than one and 2 % */
    match = recognise(disk);
    CHECK_EQ_INT(match.match, WCI_MATCH_LIKE);
    CHECK(match.medium == NULL && match.like == profile_of("win95-dmf"));
    disk = as_folder(dmf.images, dmf.count, false, "");
    match = recognise(disk); /* of the whole set they are few */
    CHECK_EQ_INT(match.match, WCI_MATCH_NEAR);
    CHECK(match.medium == profile_of("win95-dmf"));
    CHECK_EQ_INT(match.compared - match.agreeing, 2);
    wci_image_free(disk);
    wci_publish_free(dmf.images, dmf.count);
}

static void test_added_and_removed_files_count(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_container *cabinet = cabinet_of(disk_of(&dmf, "8"), "WIN95_08.CAB");

    cabinet->entry_count -= 4; /* of 157: 2 % are three, and one more */
    expect(disk_of(&dmf, "8"), WCI_MATCH_NEAR, "win95-dmf", "8");
    cabinet->entry_count -= 1;
    expect(disk_of(&dmf, "8"), WCI_MATCH_LIKE, NULL, "");
    cabinet->partial = true; /* a damaged directory is no other medium */
    expect(disk_of(&dmf, "8"), WCI_MATCH_EXACT, "win95-dmf", "8");
    wci_publish_free(dmf.images, dmf.count);
}

/* Names without an extension are on real media and in no listing. */
static void test_names_without_extension_are_no_difference(void)
{
    struct published cd = publish("win95-cd");
    struct wci_container *cabinet = cabinet_of(cd.images[0], "WIN95_12.CAB");
    struct wci_entry *entries =
        wci_arena_calloc(cd.images[0]->arena, (size_t)cabinet->entry_count + 2, sizeof(*entries));

    memcpy(entries, cabinet->entries, cabinet->entry_count * sizeof(*entries));
    cabinet->entries = entries;
    entries[cabinet->entry_count].name.bytes = wci_bytes_of("networks");
    entries[cabinet->entry_count++].size = 407;
    expect(cd.images[0], WCI_MATCH_EXACT, "win95-cd", "");
    entries[cabinet->entry_count].name.bytes = wci_bytes_of("networks.txt");
    entries[cabinet->entry_count++].size = 407;
    expect(cd.images[0], WCI_MATCH_NEAR, "win95-cd", "");
    wci_publish_free(cd.images, cd.count);
}

/* Another language: most files have other sizes, cabinets are cut elsewhere. */
static void test_foreign_set_is_like(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_image *tree = as_folder(dmf.images, dmf.count, false, "");
    struct wci_match match;
    uint32_t c, e;

    for (c = 1; c < tree->container_count; c++) {
        for (e = 0; e < tree->containers[c].entry_count; e += 3)
            tree->containers[c].entries[e].size += 16;
    }
    match = recognise(tree);
    CHECK_EQ_INT(match.match, WCI_MATCH_RELEASE); /* the time of its files is the version's */
    CHECK(match.medium == profile_of("win95-cd"));
    CHECK_EQ_INT(match.layout, WCI_PROFILE_FOLDER);
    CHECK(strncmp(match.reason, "rule entries of win95-cd: ", 26) == 0);
    for (e = 1; e < dmf.count; e++) { /* and every disk of it on its own */
        match = recognise(dmf.images[e]);
        CHECK(match.match <= WCI_MATCH_RELEASE);
        CHECK(match.match < WCI_MATCH_RELEASE || match.layout == WCI_PROFILE_FLOPPIES);
    }
    wci_image_free(tree);
    wci_publish_free(dmf.images, dmf.count);
}

/* The release of a CD on floppies: files agree, cabinets don't; and no floppy is the CD. */
static void test_other_layout(void)
{
    struct published cd = publish("win95-osr2-cd");
    struct published dmf = publish("win95-dmf");
    struct wci_image *disk = disk_of(&dmf, "4");
    struct wci_container *first = cabinet_of(cd.images[0], "WIN95_09.CAB");
    struct wci_container *cabinet = cabinet_of(disk, "WIN95_04.CAB");
    struct wci_match match;

    cabinet->entries = first->entries;
    cabinet->entry_count = first->entry_count;
    disk->containers[0].label = wci_text_name_of(wci_bytes_of("DISK10"));
    match = recognise(disk);
    CHECK_EQ_INT(match.match, WCI_MATCH_RELEASE);
    CHECK_EQ_BYTES(match.medium->release, "4.00.950 B");
    CHECK_EQ_INT(match.layout, WCI_PROFILE_FLOPPIES);
    CHECK_EQ_BYTES(match.disk, "10");
    cabinet->name = first->name; /* the very cabinet of the CD, on a floppy */
    match = recognise(disk);
    CHECK_EQ_INT(match.match, WCI_MATCH_RELEASE);
    CHECK_EQ_INT(match.layout, WCI_PROFILE_FLOPPIES);
    wci_publish_free(dmf.images, dmf.count);
    wci_publish_free(cd.images, cd.count);
}

static void test_other_dates_are_near(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_container *cabinet = cabinet_of(disk_of(&dmf, "7"), "WIN95_07.CAB");
    struct wci_match match;

    cabinet->entries[5].modified = wci_dostime_make(1996, 8, 24, 11, 11, 0);
    match = recognise(disk_of(&dmf, "7"));
    CHECK_EQ_INT(match.match, WCI_MATCH_NEAR);
    CHECK(strstr(match.reason, "1 of them with another date") != NULL);
    wci_publish_free(dmf.images, dmf.count);
}

/* A replaced file beside the cabinets is told; the size of a cabinet whose contents agree is not.
 */
static void test_loose_file_of_another_size(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_image *disk = disk_of(&dmf, "1");
    struct wci_container *volume = &disk->containers[0];
    struct wci_match match;

    change_size(volume, "MINI.CAB");
    expect(disk, WCI_MATCH_EXACT, "win95-dmf", "1");
    change_size(volume, "SETUP.TXT");
    match = recognise(disk);
    CHECK_EQ_INT(match.match, WCI_MATCH_NEAR);
    CHECK(strstr(match.reason, "; loose file of another size: SETUP.TXT") != NULL);
    wci_publish_free(dmf.images, dmf.count);
}

/* Letter case, and the 8.3 names that one listing prints, are no differences. */
static void test_case_and_short_names(void)
{
    struct published osr2 = publish("win95-osr2-cd");
    struct wci_container *cabinet = cabinet_of(osr2.images[0], "WIN95_25.CAB");
    uint32_t i, renamed = 0;

    for (i = 0; i < cabinet->entry_count; i++) {
        struct wci_bytes *name = &cabinet->entries[i].name.bytes;

        if (memchr(name->data, '~', name->length) != NULL && ++renamed == 1)
            *name = wci_bytes_of("Bach's Brandenburg Concerto No. 3.rmi");
    }
    CHECK(renamed > 1);
    cabinet_of(osr2.images[0], "WIN95_03.CAB")->name = wci_bytes_of("win95/win95_03.cab");
    expect(osr2.images[0], WCI_MATCH_EXACT, "win95-osr2-cd", "");
    wci_publish_free(osr2.images, osr2.count);
}

/* A lone disk whose cabinet can't be read tells only by its file's size: that is not enough, since
 * every language's set has cabinets of that size and date. */
static void test_unread_cabinet_is_not_enough(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_image *disk = disk_of(&dmf, "5");
    struct wci_match match;

    disk->container_count = 1;
    match = recognise(disk);
    CHECK_EQ_INT(match.match, WCI_MATCH_NONE);
    CHECK(match.medium == NULL);
    CHECK_EQ_STR(match.reason, "");
    wci_publish_free(dmf.images, dmf.count);
}

static void test_continued_entries_belong_to_the_cabinet_before(void)
{
    struct published dmf = publish("win95-dmf");
    struct wci_container *cabinet = cabinet_of(disk_of(&dmf, "13"), "WIN95_13.CAB");

    /* as a reader that has the first disk, too, would: both entries, or neither */
    cabinet->entries += 2;
    cabinet->entry_count -= 2;
    expect(disk_of(&dmf, "13"), WCI_MATCH_EXACT, "win95-dmf", "13");
    wci_publish_free(dmf.images, dmf.count);
}

/* ---- rules, and nothing at all ------------------------------------------------------------ */

static struct wci_image *made_cd(const char *folder, const char *const *names, size_t count,
                                 uint32_t modified)
{
    struct wci_image *image = wci_image_new();
    size_t i;

    image->containers = wci_arena_calloc(image->arena, 1, sizeof(*image->containers));
    image->container_count = 1;
    image->containers[0].kind = WCI_CONTAINER_ISO9660;
    image->containers[0].parent = WCI_NONE;
    image->containers[0].entries = wci_arena_calloc(image->arena, count, sizeof(struct wci_entry));
    image->containers[0].entry_count = (uint32_t)count;
    for (i = 0; i < count; i++) {
        image->containers[0].entries[i].folder = wci_bytes_of(folder);
        image->containers[0].entries[i].name.bytes = wci_bytes_of(names[i]);
        image->containers[0].entries[i].modified = modified;
    }
    return image;
}

static void test_rules(void)
{
    static const char *const names98[] = {"MINI.CAB", "PRECOPY1.CAB", "WIN98_21.CAB",
                                          "DRIVER21.CAB"};
    static const char *const names_me[] = {"MINI.CAB", "PRECOPY1.CAB", "WIN_8.CAB"};
    uint32_t day98 = wci_dostime_make(1998, 5, 11, 20, 1, 0);
    uint32_t day98se = wci_dostime_make(1999, 4, 23, 22, 22, 0);
    struct wci_image *win98 = made_cd("WIN98", names98, 4, day98);
    struct wci_image *win98se = made_cd("WIN98", names98, 3, day98se);
    struct wci_image *odd = made_cd("WIN98", names98, 4, day98se); /* SE has no DRIVER21 */
    struct wci_image *me = made_cd("win9x", names_me, 3, wci_dostime_make(2000, 6, 8, 17, 0, 0));
    struct wci_match match = recognise(win98);

    expect(win98, WCI_MATCH_RULE, "win98-cd", "");
    expect(win98se, WCI_MATCH_RULE, "win98se-cd", "");
    expect(odd, WCI_MATCH_NONE, NULL, "");
    expect(me, WCI_MATCH_RULE, "winme-cd", "");
    CHECK_EQ_STR(match.reason, "rule release of win98-cd: has Windows 98's cabinets WIN98_nn, "
                               "dated 1998-05-11; no listing of it is published to compare with");
    wci_image_free(win98);
    wci_image_free(win98se);
    wci_image_free(odd);
    wci_image_free(me);
}

/* Media of which nothing but a few facts is published. */
static void test_rules_of_other_products(void)
{
    static const char *const floppy[] = {"DISK3", "WINHELP.EX_"};
    static const char *const workstation[] = {"CDROM_W.40", "SETUP.EXE"};
    static const char *const server[] = {"CDROM_S.40", "SETUP.EXE"};
    static const char *const both[] = {"CDROM_S.40", "CDROM_W.40"};
    static const char *const office[] = {"OFF97PRO.STF", "SETUP.EXE"};
    struct wci_image *image = made_cd("", floppy, 2, wci_dostime_make(1992, 3, 10, 3, 10, 0));

    expect(image, WCI_MATCH_RULE, "win31-floppy", "3");
    wci_image_free(image);
    image = made_cd("", floppy, 2, wci_dostime_make(1993, 11, 1, 3, 11, 0));
    expect(image, WCI_MATCH_RULE, "wfw311-floppy", "3");
    wci_image_free(image);
    image = made_cd("", floppy, 2, wci_dostime_make(1994, 1, 1, 3, 11, 0));
    expect(image, WCI_MATCH_NONE, NULL, "");
    wci_image_free(image);
    image = made_cd("I386", workstation, 2, 0);
    expect(image, WCI_MATCH_RULE, "winnt4-workstation-cd", "");
    wci_image_free(image);
    image = made_cd("I386", server, 2, 0);
    expect(image, WCI_MATCH_RULE, "winnt4-server-cd", "");
    wci_image_free(image);
    image = made_cd("I386", both, 2, 0);
    expect(image, WCI_MATCH_NONE, NULL, "");
    wci_image_free(image);
    image = made_cd("", office, 2, 0);
    expect(image, WCI_MATCH_RULE, "office97pro-cd", "");
    wci_image_free(image);
}

static void test_user_profile_and_record(void)
{
    static const char text[] = "[profile]\nid = mine\ntitle = Mine\nkind = cd\ndisks = a b\n"
                               "[rule label]\nlabel = MY_*\nformat = ISO*\ndisk = b\n"
                               "size = ONE.TXT 5\nset_id = 77\n";
    static const char *const names[] = {"ONE.TXT"};
    struct wci_image *image = made_cd("", names, 1, 0);
    struct wci_profile *profile = NULL;
    struct wci_profile_list list = {&profile, 1};
    struct wci_recogniser *mine = NULL;
    struct wci_match match;
    struct wci_cab cab = {.set_id = 77};
    struct wcab_error err;

    CHECK_EQ_INT(wci_profile_parse(wci_bytes_of(text), &profile, &err), WCAB_OK);
    CHECK_EQ_INT(wci_recognise_prepare(&list, &mine, &err), WCAB_OK);
    image->containers[0].label.bytes = wci_bytes_of("My_Disc");
    image->containers[0].format = wci_bytes_of("ISO 9660");
    image->containers[0].entries[0].size = 5;
    CHECK_EQ_INT(wci_recognise_image(mine, image, &match, &err), WCAB_OK);
    CHECK_EQ_INT(match.match, WCI_MATCH_NONE); /* no cabinet with set id 77 */
    image->containers[0].cab = &cab;
    CHECK_EQ_INT(wci_recognise_image(mine, image, &match, &err), WCAB_OK);
    CHECK_EQ_INT(match.match, WCI_MATCH_RULE);
    CHECK_EQ_INT(wci_recognise_record(image, WCI_NONE, &match, &err), WCAB_OK);
    CHECK_EQ_BYTES(image->identity.medium, "mine");
    CHECK_EQ_BYTES(image->identity.disk, "b");
    CHECK_EQ_BYTES(image->identity.reason, match.reason);
    wci_recognise_free(mine);
    wci_profile_free(profile);
    wci_image_free(image);
}

static void test_nothing(void)
{
    static const char *const names[] = {"A.TXT", "B.TXT"};
    struct wci_profile_list none = {NULL, 0};
    struct wci_recogniser *empty = NULL;
    struct wci_image *image = made_cd("X", names, 2, 0);
    struct wci_image *bare = wci_image_new();
    struct wci_match match;
    struct wcab_error err;

    expect(image, WCI_MATCH_NONE, NULL, "");
    expect(bare, WCI_MATCH_NONE, NULL, "");
    CHECK_EQ_INT(wci_recognise_prepare(&none, &empty, &err), WCAB_OK);
    CHECK_EQ_INT(wci_recognise_image(empty, image, &match, &err), WCAB_OK);
    CHECK_EQ_INT(match.match, WCI_MATCH_NONE);
    CHECK_EQ_INT(wci_recognise_record(image, WCI_NONE, &match, &err), WCAB_OK);
    CHECK_EQ_BYTES(image->identity.medium, "");
    wci_recognise_free(empty);
    wci_image_free(image);
    wci_image_free(bare);
}

/* Names of the image reach the reason, and from there a terminal. */
static void test_reason_is_masked(void)
{
    struct published cd = publish("win95-cd");
    struct wci_container *cabinet = cabinet_of(cd.images[0], "WIN95_05.CAB");
    struct wci_match match;

    cabinet->entries[0].name.bytes = wci_bytes_of("\x1B[2J\xFF.DLL");
    match = recognise(cd.images[0]);
    CHECK_EQ_INT(match.match, WCI_MATCH_NEAR);
    CHECK(strchr(match.reason, '\x1B') == NULL);
    CHECK(wci_text_is_utf8(wci_bytes_of(match.reason)));
    CHECK(strstr(match.reason, "?[2J?.DLL in WIN95_05.CAB") != NULL);
    wci_publish_free(cd.images, cd.count);
}

int main(void)
{
    struct wcab_error err;

    if (wci_profile_load_folder(PROFILES, &own, &err) != WCAB_OK ||
        wci_recognise_prepare(&own, &recogniser, &err) != WCAB_OK) {
        printf("%s: %s\n", err.place, err.text);
        return 1;
    }
    RUN(test_published_records);
    RUN(test_published_oddities);
    RUN(test_published_totals);
    RUN(test_each_published_disk_is_itself);
    RUN(test_win95_media);
    RUN(test_boot_disk_is_settled_by_neighbours);
    RUN(test_folders);
    RUN(test_mini_cab_alone_is_undecided);
    RUN(test_changed_files);
    RUN(test_added_and_removed_files_count);
    RUN(test_names_without_extension_are_no_difference);
    RUN(test_foreign_set_is_like);
    RUN(test_other_layout);
    RUN(test_other_dates_are_near);
    RUN(test_loose_file_of_another_size);
    RUN(test_case_and_short_names);
    RUN(test_unread_cabinet_is_not_enough);
    RUN(test_continued_entries_belong_to_the_cabinet_before);
    RUN(test_rules);
    RUN(test_rules_of_other_products);
    RUN(test_user_profile_and_record);
    RUN(test_nothing);
    RUN(test_reason_is_masked);
    wci_recognise_free(recogniser);
    wci_profile_list_free(&own);
    return check_report();
}
