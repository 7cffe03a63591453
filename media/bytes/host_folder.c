/*
 * host_folder - see host_folder.h.
 */
#include "media/bytes/host_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void wci_host_folder_free(char **names, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

enum wcab_err wci_host_folder_names(int fd, char ***names, size_t *count, struct wcab_error *err)
{
    size_t capacity = 0;
    struct dirent *entry;
    enum wcab_err code = WCAB_OK;
    DIR *folder = fdopendir(fd);

    *names = NULL;
    *count = 0;
    if (folder == NULL) {
        code = wci_error_set_sys(err, errno, "folder can't be read");
        (void)close(fd);
        return code;
    }
    errno = 0;
    while (code == WCAB_OK && (entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!wci_mem_grow(names, *count, &capacity, sizeof(**names)) ||
            ((*names)[*count] = strdup(entry->d_name)) == NULL)
            code = wci_error_nomem(err);
        else
            (*count)++;
        errno = 0;
    }
    if (code == WCAB_OK && errno != 0)
        code = wci_error_set_sys(err, errno, "folder can't be read");
    (void)closedir(folder);
    if (*count > 0)
        qsort(*names, *count, sizeof(**names), by_name);
    return code;
}
