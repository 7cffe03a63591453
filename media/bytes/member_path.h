/*
 * member_path - the path of a file in an archive as it is listed: no root, no "." or "..", '/'
 * between the parts.
 *
 * A place above an archive's top does not exist: what leads there is left out, so that no path of a
 * listing ever leads out of a folder that it is extracted to.
 */
#ifndef WCI_MEMBER_PATH_H
#define WCI_MEMBER_PATH_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/limits.h"
#include "core/record.h"

struct wci_member_path {
    char text[WCI_LIMIT_PATH + 1];
    size_t length;
    struct wci_bytes folder, name; /* of `text`; set by wci_member_path_end */
};

void wci_member_path_start(struct wci_member_path *path);

/* Adds the parts of `given`, which any of `separators` stands between.  False when it gets longer
 * than WCI_LIMIT_PATH, or a part than WCI_LIMIT_NAME. */
bool wci_member_path_add(struct wci_member_path *path, struct wci_bytes given,
                         const char *separators);

/* Splits what was added; without a single part the file is called "member NUMBER". */
void wci_member_path_end(struct wci_member_path *path, uint64_t number);

/* Gives an entry its folder and name, which stay borrowed from `path`. */
void wci_member_path_put(const struct wci_member_path *path, struct wci_entry *entry);

/* Whether a file of this path and size is the one that was listed as `entry`. */
bool wci_member_path_is(const struct wci_member_path *path, uint64_t size,
                        const struct wci_entry *entry);

#endif
