/*
 * An image is read again when anything of its stamp has changed: size, time, inode, device.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "catalog_fixture.h"
#include "whichcab.h"

static char catalog[128], media[128], path[256];

/* The record of the file at `path` as it lies on the host. */
static struct wci_image *record_of_file(void)
{
    struct wci_image *image = fixture_image(path);
    struct stat status;

    CHECK_EQ_INT(stat(path, &status), 0);
    image->size = (uint64_t)status.st_size;
    image->mtime_ns = status.st_mtim.tv_sec * 1000000000LL + status.st_mtim.tv_nsec;
    image->inode = status.st_ino;
    image->device = status.st_dev;
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
    struct wcab_index_result result = {.images_unchanged = 99};
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

static void each_part_of_the_stamp_counts(void)
{
    static const char text[] = "no image at all, but that is not asked when its stamp is known";
    struct wci_image *image;
    int file;

    fixture_folder(media);
    (void)snprintf(path, sizeof(path), "%s/disk.img", media);
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK_EQ_INT(write(file, text, sizeof(text)), sizeof(text));
    (void)close(file);
    CHECK(is_unchanged(record_of_file()));
    image = record_of_file();
    image->size++;
    CHECK(!is_unchanged(image));
    image = record_of_file();
    image->mtime_ns++;
    CHECK(!is_unchanged(image));
    image = record_of_file();
    image->inode++;
    CHECK(!is_unchanged(image));
    image = record_of_file();
    image->device++;
    CHECK(!is_unchanged(image));
    fixture_remove(media);
}

int main(void)
{
    RUN(each_part_of_the_stamp_counts);
    return check_report();
}
