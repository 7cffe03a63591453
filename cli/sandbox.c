/*
 * sandbox - see sandbox.h.
 */
#include "cli/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/output.h"
#include "whichcab.h"

/* ---- folders ------------------------------------------------------------------------------- */

/* As `mkdir -p`; what can't be made is told by who needs it. */
static void make_folders(const char *path)
{
    char *copy = strdup(path);
    char *slash = copy;

    if (copy == NULL)
        return;
    while (*slash != '\0' && (slash = strchr(slash + 1, '/')) != NULL) {
        *slash = '\0';
        (void)mkdir(copy, 0777);
        *slash = '/';
    }
    (void)mkdir(copy, 0777);
    free(copy);
}

/* Whether it is a folder that belongs to this user and that nobody else can write to. */
static bool is_private(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
           (status.st_mode & 077) == 0;
}

/*
 * Temporary files get a folder of their own, so that those of other programs are out of reach.  It
 * stays: files in it have no names, and other processes may be using it.  Returns where temporary
 * files go, malloc'd; NULL without memory.
 */
static char *choose_temporary_folder(void)
{
    const char *base = secure_getenv("TMPDIR");
    char own[32];
    char *path = NULL;

    if (base == NULL || base[0] == '\0')
        base = "/tmp";
    (void)snprintf(own, sizeof(own), "whichcab-%lu", (unsigned long)geteuid());
    if (asprintf(&path, "%s/%s", base, own) < 0)
        return NULL;
    (void)mkdir(path, 0700);
    if (is_private(path)) {
        /* As new, or what tidies up old temporary files may take it away meanwhile. */
        (void)utimensat(AT_FDCWD, path, NULL, 0);
        if (setenv("TMPDIR", path, 1) == 0)
            return path;
    }
    free(path); /* someone else's, or a full disk */
    return strdup(base);
}

/* ---- all of it ----------------------------------------------------------------------------- */

char *sandbox_catalog_folder(const char *given)
{
    struct wcab_catalog *catalog = NULL;
    struct wcab_error err;
    char *path = NULL;

    if (wcab_catalog_open(given, NULL, &catalog, &err) == WCAB_OK)
        path = strdup(wcab_catalog_path(catalog));
    wcab_catalog_close(catalog);
    return path;
}

void sandbox_enter(const struct sandbox_rights *rights)
{
    char *catalog = rights->uses_catalog ? sandbox_catalog_folder(rights->catalog) : NULL;
    char *temporary = choose_temporary_folder();
    const char *folders[4] = {NULL};
    struct wcab_sandbox_options options = {.sizeof_options = sizeof(options),
                                           .folders = folders,
                                           .makes_folders = rights->makes_folders,
                                           .sets_times = rights->output != NULL,
                                           .serves = rights->serves,
                                           .readable = rights->readable};
    struct wcab_sandbox_result result = {.sizeof_result = sizeof(result)};
    size_t count = 0;

    if (catalog != NULL && rights->makes_catalog)
        make_folders(catalog);
    if (rights->output != NULL)
        make_folders(rights->output);
    if (catalog != NULL)
        folders[count++] = catalog;
    if (rights->output != NULL)
        folders[count++] = rights->output;
    if (temporary != NULL)
        folders[count++] = temporary;
    while (rights->readable != NULL && rights->readable[options.readable_count] != NULL)
        options.readable_count++;
    options.folder_count = count;
    (void)wcab_sandbox_enter(&options, &result, NULL);
    if (rights->verbose && !result.files)
        output_note("no sandbox for files: this kernel has no Landlock (see landlock(7))");
    if (rights->verbose && !result.calls)
        output_note("no sandbox for system calls: this kernel does not filter them (see "
                    "seccomp(2))");
    free(temporary);
    free(catalog);
}
