/*
 * stamp - what tells that an image on the host is still the one that was indexed.
 */
#ifndef WCI_STAMP_H
#define WCI_STAMP_H

#include <sys/stat.h>

#include "record.h"

/* Sets size, mtime_ns, inode and device of `image` from a file's status. */
void wci_stamp_of(const struct stat *status, struct wci_image *image);

#endif
