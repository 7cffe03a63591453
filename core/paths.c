/*
 * paths - see paths.h.
 */
#include "core/paths.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/limits.h"
#include "core/url/url.h"

/* Set by the build: where `cmake --install` puts the data. */
#ifndef WHICHCAB_DATADIR
#define WHICHCAB_DATADIR "/usr/share/whichcab"
#endif

char *wci_paths_join(const char *folder, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return NULL;
    return path;
}

/* An environment variable that is set and not empty. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

char *wci_paths_catalog(const char *given)
{
    const char *data = environment("XDG_DATA_HOME");
    const char *home = environment("HOME");

    if (given != NULL)
        return strdup(given);
    if (data != NULL)
        return wci_paths_join(data, "whichcab");
    if (home != NULL)
        return wci_paths_join(home, ".local/share/whichcab");
    return strdup("whichcab-catalog");
}

/* The folder that this library (or the program that has it inside) lies in; false: unknown. */
static bool own_folder(char folder[PATH_MAX])
{
    static const char anchor = 0;
    Dl_info info;
    char *slash;

    /* A program tells only what it was called as, which is a path when there is a '/' in it. */
    if (dladdr(&anchor, &info) == 0 || info.dli_fname == NULL ||
        strchr(info.dli_fname, '/') == NULL || realpath(info.dli_fname, folder) == NULL)
        return false;
    slash = strrchr(folder, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

/* The data beside a library that was moved with all its installation: bin/, lib/ and lib/x86_64-linux-gnu/
 * have share/ near them.  NULL: there is none. */
static char *data_nearby(const char *name)
{
    static const char *const places[] = {"../share/whichcab", "../../share/whichcab"};
    char folder[PATH_MAX];
    size_t i;

    if (!own_folder(folder))
        return NULL;
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char *path = NULL;

        if (asprintf(&path, "%s/%s/%s", folder, places[i], name) < 0)
            return NULL;
        if (access(path, F_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

static char *data_path(const char *given, const char *variable, const char *name)
{
    char *nearby;

    if (given == NULL)
        given = environment(variable);
    if (given != NULL)
        return strdup(given);
    nearby = data_nearby(name);
    return nearby != NULL ? nearby : wci_paths_join(WHICHCAB_DATADIR, name);
}

char *wci_paths_profiles(const char *given)
{
    return data_path(given, "WHICHCAB_PROFILES", "media-profiles");
}

char *wci_paths_published(const char *given)
{
    return data_path(given, "WHICHCAB_PUBLISHED", "published.mdb");
}

/* Appends what is left of a path, none of which exists, to `path`: "." and ".." as names alone
 * tell. */
static void append_parts(char *path, size_t size, const char *rest)
{
    size_t length = strlen(path);

    while (*rest != '\0') {
        size_t part = strcspn(rest, "/");
        char *slash;

        if (part == 2 && rest[0] == '.' && rest[1] == '.') {
            slash = strrchr(path, '/');
            length = slash == NULL ? length : (size_t)(slash - path);
            path[length] = '\0';
        } else if (part > 0 && !(part == 1 && rest[0] == '.') && length + part + 1 < size) {
            path[length] = '/';
            memcpy(path + length + 1, rest, part);
            length += part + 1;
            path[length] = '\0';
        }
        rest += part;
        rest += strspn(rest, "/");
    }
    if (length == 0)
        memcpy(path, "/", 2);
}

/* The longest start of the path that exists, resolved; *rest is what follows. */
static char *resolve_start(char *path, const char **rest)
{
    size_t length = strlen(path);

    for (;;) {
        char *resolved, kept = path[length];

        path[length] = '\0';
        resolved = realpath(length == 0 ? "/" : path, NULL);
        path[length] = kept;
        *rest = path + length;
        if (resolved != NULL || length == 0)
            return resolved;
        while (length > 0 && path[length - 1] == '/')
            length--;
        while (length > 0 && path[length - 1] != '/')
            length--;
        while (length > 1 && path[length - 1] == '/')
            length--;
        if (length == 1 && path[0] == '/')
            length = 0;
    }
}

/* An address as it is kept, or as it was given when it is none that could be. */
static char *absolute_url(const char *text)
{
    char url[WCI_LIMIT_PATH];

    return strdup(wci_url_normalise(text, url, sizeof(url), NULL) == WCAB_OK ? url : text);
}

static char *absolute_path(const char *path)
{
    char *folder = path[0] == '/' ? NULL : getcwd(NULL, 0);
    char *whole = path[0] == '/'   ? strdup(path)
                  : folder == NULL ? NULL
                                   : wci_paths_join(folder, path);
    char *start = NULL, *absolute = NULL;
    const char *rest = "";
    size_t size;

    if (whole != NULL)
        start = resolve_start(whole, &rest);
    if (start != NULL) {
        size = strlen(start) + strlen(rest) + 3;
        absolute = malloc(size);
        if (absolute != NULL) {
            memcpy(absolute, strcmp(start, "/") == 0 ? "" : start,
                   strcmp(start, "/") == 0 ? 1 : strlen(start) + 1);
            append_parts(absolute, size, rest);
        }
    }
    free(start);
    free(whole);
    free(folder);
    return absolute;
}

char *wci_paths_absolute(const char *path)
{
    return wci_url_is(wci_bytes_of(path)) ? absolute_url(path) : absolute_path(path);
}

enum wcab_err wci_paths_make_folders(const char *path, const char *what, struct wcab_error *err)
{
    char *copy = strdup(path);
    enum wcab_err code = WCAB_OK;
    char *slash;

    if (copy == NULL)
        return wci_error_nomem(err);
    for (slash = *copy == '\0' ? NULL : strchr(copy + 1, '/'); code == WCAB_OK;
         slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST && errno != EISDIR)
            code = wci_error_set_sys(err, errno, "%s", what);
        if (slash == NULL)
            break;
        *slash = '/';
    }
    free(copy);
    return code;
}

char *wci_paths_folder(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}
