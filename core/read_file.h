/*
 * read_file - a whole text file of the user's, such as a profile, in memory.
 */
#ifndef WCI_READ_FILE_H
#define WCI_READ_FILE_H

#include "core/bytes.h"
#include "core/error.h"

/* Appends the file `path` to *buffer, which the caller frees.  IO and NOTFOUND from the system;
 * LIMIT: more than `limit` bytes; NOMEM.  The error does not name the path: push it as a place. */
enum wcab_err wci_read_file(const char *path, size_t limit, struct wci_buffer *buffer,
                            struct wcab_error *err);

#endif
