/*
 * host_folder - the names in a folder of the host.
 */
#ifndef WCI_HOST_FOLDER_H
#define WCI_HOST_FOLDER_H

#include <stddef.h>

#include "core/error.h"

/* All names in the folder that `fd` is open on, without . and .., in byte order: the host's own
 * order differs from one machine to the next.  Takes fd over.  Free with
 * wci_host_folder_free, also after an error: then they are the names read before it.  IO, NOMEM. */
enum wcab_err wci_host_folder_names(int fd, char ***names, size_t *count, struct wcab_error *err);
void wci_host_folder_free(char **names, size_t count);

#endif
