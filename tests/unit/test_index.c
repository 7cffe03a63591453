/*
 * What makes an image on record be read again, and what does not: size and time, the quick digest
 * where the hints (device, inode, time of the last change of status) have changed.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "catalog_fixture.h"
#include "indexer/quick_digest.h"
#include "indexer/stamp.h"
#include "indexer/walk/hope.h"
#include "whichcab.h"

static char catalog[128], media[128], path[256];

/* The record of the file at `path` as it lies on the host. */
static struct wci_image *record_of_file(void)
{
    struct wci_image *image = fixture_image(path);
    struct stat status;

    CHECK_EQ_INT(stat(path, &status), 0);
    wci_stamp_of(path, &status, image);
    CHECK(wci_quick_digest_file(path, NULL, image->quick));
    (void)fixture_entry(fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, ""), "", "A.TXT", 1);
    return image;
}

/* Puts the record into a fresh catalog and indexes the file: whether it was taken for unchanged. */
static bool is_unchanged(struct wci_image *image)
{
    const char *const paths[] = {path};
    struct wcab_index_options options = {.sizeof_options = sizeof(options),
                                         .paths = paths,
                                         .path_count = 1,
                                         .threads = 1,
                                         .profiles = WCAB_SOURCE_DIR "/media-profiles"};
    struct wcab_index_result result = {.sizeof_result = sizeof(result), .images_unchanged = 99};
    struct wcab_error err = {.text = ""};
    struct wci_store *store;
    struct wci_writer *writer;

    fixture_folder(catalog);
    store = fixture_store(catalog, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    (void)fixture_put(writer, image);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    wci_store_close(store);
    CHECK_EQ_INT(wcab_index(catalog, &options, &result, &err), WCAB_OK);
    CHECK(result.images_unchanged <= 1);
    fixture_remove(catalog);
    return result.images_unchanged == 1;
}

static void make_file(void)
{
    static const char text[] = "no image at all, but that is not asked when its stamp is known";
    int file;

    fixture_folder(media);
    (void)snprintf(path, sizeof(path), "%s/disk.img", media);
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK_EQ_INT(write(file, text, sizeof(text)), sizeof(text));
    (void)close(file);
}

static void size_and_time_count(void)
{
    struct wci_image *image;

    make_file();
    CHECK(is_unchanged(record_of_file()));
    image = record_of_file();
    image->size++;
    CHECK(!is_unchanged(image));
    image = record_of_file();
    image->mtime_ns++;
    CHECK(!is_unchanged(image));
    fixture_remove(media);
}

/* Inode and time of last change each make the digest decide; a device number alone, which a new mount
 * has, costs nothing. */
static void hints_ask_for_the_digest(void)
{
    int hint, damaged;

    make_file();
    for (hint = 0; hint < 3; hint++) {
        for (damaged = 0; damaged < 2; damaged++) {
            struct wci_image *image = record_of_file();

            image->inode += hint == 0;
            image->device += hint == 1;
            image->changed_ns += hint == 2;
            image->quick[0] = (uint8_t)(image->quick[0] ^ damaged);
            CHECK_EQ_INT(is_unchanged(image), damaged == 0 || hint == 1);
        }
    }
    fixture_remove(media);
}

/* Without a digest on record, as in catalogs of earlier times, size and time decide. */
static void no_digest_is_no_change(void)
{
    struct wci_image *image;

    make_file();
    image = record_of_file();
    image->device++;
    memset(image->quick, 0, sizeof(image->quick));
    CHECK(is_unchanged(image));
    image = record_of_file();
    image->mtime_ns++;
    memset(image->quick, 0, sizeof(image->quick));
    CHECK(!is_unchanged(image));
    fixture_remove(media);
}

/* The digest has the start, the quarters and the end of a large file, and its size. */
static void the_digest_sees_its_blocks(void)
{
    static const struct {
        off_t at;
        bool seen;
    } places[] = {{0, true},       {40959, true},  {40960, false},  {250368, true},
                  {250367, false}, {500736, true}, {751104, true},  {755200, false},
                  {997903, false}, {997904, true}, {1001999, true}, {1002000, true}};
    uint8_t before[WCI_QUICK_BYTES], after[WCI_QUICK_BYTES];
    size_t i;
    int file;

    make_file();
    CHECK_EQ_INT(truncate(path, 0), 0);
    CHECK_EQ_INT(truncate(path, 1002000), 0);
    CHECK(wci_quick_digest_file(path, NULL, before));
    CHECK(wci_quick_digest_is_known(before));
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        file = open(path, O_WRONLY | O_CLOEXEC);
        CHECK_EQ_INT(pwrite(file, "x", 1, places[i].at), 1);
        CHECK(wci_quick_digest_file(path, NULL, after));
        CHECK_EQ_INT(memcmp(before, after, sizeof(before)) != 0, places[i].seen);
        CHECK_EQ_INT(pwrite(file, "", 1, places[i].at), 1);
        CHECK_EQ_INT(ftruncate(file, 1002000), 0);
        (void)close(file);
    }
    CHECK(!wci_quick_digest_file(media, NULL, after));
    CHECK(!wci_quick_digest_is_known(after));
    CHECK(wci_quick_digest_folder(media, false, before));
    CHECK(wci_quick_digest_folder(media, true, after));
    CHECK_EQ_INT(memcmp(before, after, sizeof(before)), 0);
    fixture_remove(media);
}

/* What is remembered by extensions is what each name alone would say. */
static void hopes_are_remembered(void)
{
    static const char *const names[] = {
        "setup.exe", "A.EXE",     "mapi32.dll", "disk.img", "DISK.IMG", "x.cab",  "X.Cab",
        "fonts.mfm", "vmm32.vxd", "mapi32.dl_", "README",   ".exe",     ".cab",   "a.verylongext",
        "a.\xe4xe",  "zip",       "a.zip",      "a.b.zip",  "a.",       "",       "sub.img/readme",
        "w.zip.exe", "s.7z",      "t.tar",      "t.TAR",    "u.ex_",    "v.cab_", "a.zi",
        "a.zipp",    "driver.sys"};
    static const enum wci_container_kind kinds[] = {WCI_CONTAINER_CABINET, WCI_CONTAINER_ISO9660,
                                                    WCI_CONTAINER_WRAPPER, WCI_CONTAINER_OLE};
    size_t kind, i, round;

    for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
        struct wci_hope_memo memo = {.known = {{0}}};

        for (round = 0; round < 2; round++) {
            for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                struct wci_entry entry = {.name.bytes = wci_bytes_of(names[i])};

                CHECK_EQ_INT(wci_hope_next(&memo, kinds[kind], &entry),
                             wci_hope_of(kinds[kind], &entry));
            }
        }
    }
}

int main(void)
{
    RUN(size_and_time_count);
    RUN(hints_ask_for_the_digest);
    RUN(no_digest_is_no_change);
    RUN(the_digest_sees_its_blocks);
    RUN(hopes_are_remembered);
    return check_report();
}
