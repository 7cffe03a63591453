/*
 * named_files - copies of sources under names of their own in the folder for temporary files, for
 * libraries that open files by name and look for others beside them.
 *
 * Each is locked as long as it is used.  What a killed process left behind is not locked any more,
 * and is removed by the next one.
 */
#ifndef WCI_NAMED_FILES_H
#define WCI_NAMED_FILES_H

#include "media/bytes/source.h"
#include "media/bytes/spool.h"

enum { WCI_NAMED_FILES_MAX = 128, WCI_NAMED_FILES_SUFFIX = 16, WCI_NAMED_FILES_PREFIX = 48 };

struct wci_named_files {
    int folder;                          /* descriptor, owned; -1: not begun */
    char prefix[WCI_NAMED_FILES_PREFIX]; /* of all names: letters and '-' only */
    size_t count;
    struct {
        char suffix[WCI_NAMED_FILES_SUFFIX];
        int fd; /* owned */
    } files[WCI_NAMED_FILES_MAX];
};

/* For no file yet; what wci_named_files_remove leaves. */
void wci_named_files_init(struct wci_named_files *files);

/*
 * Copies the first `size` bytes of the source into a file called prefix and suffix ("1.hdr"); one
 * that is there already stays as it is.  The bytes and the time are taken from `budget`.  LIMIT,
 * CANCELLED, IO, what the source says.
 */
enum wcab_err wci_named_files_add(struct wci_named_files *files, const char *suffix,
                                  struct wci_source *source, uint64_t size,
                                  struct wci_budget *budget, struct wcab_error *err);

/* Removes the files. */
void wci_named_files_remove(struct wci_named_files *files);

#endif
