/*
 * stamp - see stamp.h.
 */
#include "stamp.h"

void wci_stamp_of(const struct stat *status, struct wci_image *image)
{
    image->size = (uint64_t)status->st_size;
    image->mtime_ns = (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
    image->inode = status->st_ino;
    image->device = status->st_dev;
}
