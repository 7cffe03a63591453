/*
 * stamp - what tells that an image on the host is still the one that was indexed.
 */
#ifndef WCI_STAMP_H
#define WCI_STAMP_H

#include <stdbool.h>
#include <sys/stat.h>

#include "core/record.h"
#include "media/bytes/fetch.h"

/* Sets size, mtime_ns, inode, device and changed_ns of `image` from the status of the file `path`.  Of a sheet
 * that describes a disc (CUE, CCD, MDS) the sizes of the data files beside it count as well, and
 * the newest time of all of them: those whose names begin like the sheet's. */
void wci_stamp_of(const char *path, const struct stat *status, struct wci_image *image);

/* The same of what a server says of a file: the time is Last-Modified, the inode a number made of the
 * ETag; there is no device. */
void wci_stamp_of_url(const struct wci_fetch_facts *facts, struct wci_image *image);

/* Whether a file of that name may name others that belong to it, or be the first of several. */
bool wci_stamp_names_others(const char *name);

#endif
