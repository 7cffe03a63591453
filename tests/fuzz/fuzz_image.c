/*
 * fuzz_image - a whole image: everything that indexing does with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "indexer/walk/walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wci_walk_options options = {.bytes_read = NULL};
    struct wci_image *image = NULL;
    struct wcab_error err;
    char path[64];
    int fd = memfd_create("image", MFD_CLOEXEC);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (wci_walk_image(path, &options, &image, &err) == WCAB_OK)
        wci_image_free(image);
    (void)close(fd);
    return 0;
}
