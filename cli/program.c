/*
 * program - see program.h.
 */
#include "cli/program.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* where the build was told to put them, from the folder of programs */
static const char as_built_libexec[] = "/" WHICHCAB_TO_LIBEXEC "/whichcab/";
static const char as_built_data[] = "/" WHICHCAB_TO_DATA "/whichcab/";

/* The folder of this program, without a '/' at its end. */
static int own_folder(char folder[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    char *slash;

    if (length <= 0)
        return -1;
    folder[length] = '\0';
    slash = strrchr(folder, '/');
    if (slash == NULL)
        return -1;
    *slash = '\0';
    return 0;
}

/* The first of the patterns (folder of the program, name) that exists. */
static char *first_existing(const char *const *patterns, size_t count, const char *name)
{
    char folder[PATH_MAX];
    size_t i;

    if (own_folder(folder) != 0)
        return NULL;
    for (i = 0; i < count; i++) {
        size_t size = strlen(folder) + strlen(patterns[i]) + strlen(name) + 1;
        char *path = malloc(size);

        if (path == NULL)
            return NULL;
        (void)snprintf(path, size, "%s%s%s", folder, patterns[i], name);
        if (access(path, F_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

char *program_find(const char *name)
{
    /* In the build tree; where the build was told to put it; where others put such programs. */
    static const char *const places[] = {"/", as_built_libexec, "/../libexec/whichcab/",
                                         "/../lib/whichcab/"};

    return first_existing(places, sizeof(places) / sizeof(places[0]), name);
}

char *program_find_data(const char *name)
{
    /* In the build tree; installed; installed, from libexec. */
    static const char *const places[] = {"/../media-profiles/", "/data/", as_built_data,
                                         "/../share/whichcab/", "/../../share/whichcab/"};

    return first_existing(places, sizeof(places) / sizeof(places[0]), name);
}
