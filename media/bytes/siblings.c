/*
 * siblings - see siblings.h.
 */
#include "media/bytes/siblings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/limits.h"
#include "core/text.h"
#include "core/url/url.h"

enum { NAME_MAX_BYTES = 256 };

/* The name in the folder that equals `name` when case is folded; false when there is none. */
static bool find_folded(int folder, const char *name, char found[NAME_MAX_BYTES])
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    bool any = false;

    if (list == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    while (!any && (entry = readdir(list)) != NULL) {
        any = strlen(entry->d_name) < NAME_MAX_BYTES &&
              wci_text_equal_folded(wci_bytes_of(entry->d_name), wci_bytes_of(name));
        if (any)
            memcpy(found, entry->d_name, strlen(entry->d_name) + 1);
    }
    (void)closedir(list);
    return any;
}

/* Without memory the name is left out. */
static void note_opened(struct wci_host_siblings *host, const char *name)
{
    char *copy = host->opened_count < WCI_SIBLINGS_OPENED ? strdup(name) : NULL;

    if (copy != NULL)
        host->opened[host->opened_count++] = copy;
}

static enum wcab_err open_host(void *context, const char *name, struct wci_source **source,
                               struct wcab_error *err)
{
    const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    struct wci_host_siblings *host = context;
    char folded[NAME_MAX_BYTES];
    int fd = openat(host->folder, name, flags);

    if (fd < 0 && errno == ENOENT && find_folded(host->folder, name, folded)) {
        name = folded;
        fd = openat(host->folder, name, flags);
    }
    if (fd < 0)
        return wci_error_set_sys(err, errno, "file \"%s\", which the image names, can't be opened",
                                 name);
    note_opened(host, name);
    return wci_source_open_fd_take(fd, host->counter, source, err);
}

/* ---- on a server -------------------------------------------------------------------------- */

static enum wcab_err open_fetched(void *context, const char *name, struct wci_source **source,
                                  struct wcab_error *err)
{
    struct wci_host_siblings *host = context;
    char url[WCI_LIMIT_PATH], place[256];
    enum wcab_err code = wci_url_beside(host->url, name, url, sizeof(url), err);

    if (code == WCAB_OK)
        code = wci_fetch_open_beside(host->fetch, host->url, url, host->counter, source, err);
    if (code == WCAB_OK) {
        note_opened(host, name);
        return WCAB_OK;
    }
    (void)snprintf(place, sizeof(place), "%.255s", name);
    return wci_error_push_place(err, place, strlen(place));
}

static enum wcab_err refuse(void *context, const char *name, struct wci_source **source,
                            struct wcab_error *err)
{
    (void)context;
    (void)source;
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "file \"%.100s\" beside it is not fetched: only what is named is", name);
}

/* Of "%4E" the value; -1: it is none. */
static int escaped(const char *text, size_t length)
{
    char digits[3] = {0}, *end;
    long value;

    if (length < 3 || text[0] != '%')
        return -1;
    memcpy(digits, text + 1, 2);
    value = strtol(digits, &end, 16);
    return end == digits + 2 && digits[0] != '+' && digits[0] != '-' && digits[0] != ' ' &&
                   value > 0
               ? (int)value
               : -1;
}

static enum wcab_err open_server(const char *url, struct wci_host_siblings *host,
                                 struct wcab_error *err)
{
    struct wci_bytes name = wci_url_name(url);
    size_t from = 0, to = 0;

    host->folder = -1;
    host->url = url;
    host->name = calloc(1, name.length + 1);
    if (host->name == NULL)
        return wci_error_nomem(err);
    while (from < name.length) {
        int value = escaped(name.data + from, name.length - from);

        host->name[to++] = value < 0 ? name.data[from] : (char)value;
        from += value < 0 ? 1 : 3;
    }
    host->siblings = (struct wci_siblings){
        .own_name = host->name, .context = host, .open = refuse, .open_named = open_fetched};
    return WCAB_OK;
}

enum wcab_err wci_siblings_open_host(const char *path, struct wcab_fetch *fetch,
                                     _Atomic uint64_t *counter, struct wci_host_siblings *host,
                                     struct wcab_error *err)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? strdup(".")
                   : slash == path ? strdup("/")
                                   : strndup(path, (size_t)(slash - path));
    enum wcab_err code = WCAB_OK;

    host->counter = counter;
    host->opened_count = 0;
    host->fetch = fetch;
    host->url = NULL;
    host->name = NULL;
    if (folder == NULL)
        return wci_error_nomem(err);
    if (wci_url_is(wci_bytes_of(path))) {
        free(folder);
        return open_server(path, host, err);
    }
    host->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (host->folder < 0)
        code = wci_error_set_sys(err, errno, "the image's folder can't be opened");
    host->siblings = (struct wci_siblings){
        .own_name = slash == NULL ? path : slash + 1, .context = host, .open = open_host};
    free(folder);
    return code;
}

void wci_siblings_close_host(struct wci_host_siblings *host)
{
    if (host->folder >= 0)
        (void)close(host->folder);
    host->folder = -1;
    free(host->name);
    host->name = NULL;
    while (host->opened_count > 0)
        free(host->opened[--host->opened_count]);
}

/* `own` with another extension (with its dot, or NULL); false when it gets too long. */
static bool renamed(const char *own, const char *extension, char out[NAME_MAX_BYTES])
{
    const char *dot = strrchr(own, '.');
    int stem = dot == NULL ? (int)strlen(own) : (int)(dot - own);
    int length =
        snprintf(out, NAME_MAX_BYTES, "%.*s%s", stem, own, extension == NULL ? "" : extension);

    return length > 0 && length < NAME_MAX_BYTES;
}

enum wcab_err wci_siblings_find(const struct wci_siblings *siblings, struct wci_bytes name,
                                struct wci_source **source, struct wcab_error *err)
{
    struct wci_bytes part = wci_bytes_base_name(name);
    char text[NAME_MAX_BYTES], other[NAME_MAX_BYTES];
    enum wcab_err code;

    if (siblings == NULL)
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "names another file, which can't be reached from here");
    if (part.length == 0 || part.length >= sizeof(text) ||
        memchr(part.data, '\0', part.length) != NULL)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "names a file without a name");
    memcpy(text, part.data, part.length);
    text[part.length] = '\0';
    if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "names a folder as its file");
    if (siblings->open_named != NULL)
        return siblings->open_named(siblings->context, text, source, err);
    code = siblings->open(siblings->context, text, source, err);
    if (code == WCAB_ERR_NOTFOUND && renamed(siblings->own_name, strrchr(text, '.'), other) &&
        siblings->open(siblings->context, other, source, NULL) == WCAB_OK)
        code = WCAB_OK;
    return code;
}

enum wcab_err wci_siblings_with_extension(const struct wci_siblings *siblings,
                                          const char *extension, struct wci_source **source,
                                          struct wcab_error *err)
{
    char dotted[16], name[NAME_MAX_BYTES];

    if (siblings == NULL)
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "needs the %s file beside it, which can't be reached from here",
                             extension);
    (void)snprintf(dotted, sizeof(dotted), ".%s", extension);
    if (!renamed(siblings->own_name, dotted, name))
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "name is too long");
    return siblings->open(siblings->context, name, source, err);
}
