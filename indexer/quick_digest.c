/*
 * quick_digest - see quick_digest.h.
 */
#include "indexer/quick_digest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cursor.h"
#include "core/limits.h"
#include "core/url/url.h"
#include "indexer/stamp.h"
#include "media/bytes/digest.h"
#include "media/bytes/host_folder.h"
#include "media/probe.h"

/* A start that has the directories of a floppy and the descriptors of a disc; a few blocks behind it. */
enum { WHOLE = 64 * 1024, START = 40 * 1024, BLOCK = 4 * 1024, SECTOR = 512, QUARTERS = 4 };
/* Files of a folder that are looked into. */
enum { SAMPLES = 64 };

/* ---- a file ------------------------------------------------------------------------------- */

static bool put_number(struct wci_digest *into, uint64_t number)
{
    uint8_t bytes[8];
    size_t i;

    for (i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    return wci_digest_put(into, bytes, sizeof(bytes));
}

static bool put_run(struct wci_digest *into, struct wci_source *source, uint64_t offset,
                    size_t length)
{
    uint8_t buffer[WHOLE];

    return wci_source_read_at(source, offset, buffer, length, NULL) == WCAB_OK &&
           wci_digest_put(into, buffer, length);
}

static bool put_blocks(struct wci_digest *into, struct wci_source *source)
{
    const uint64_t size = wci_source_size(source);
    unsigned quarter;

    if (size <= WHOLE)
        return put_run(into, source, 0, (size_t)size);
    if (!put_run(into, source, 0, START))
        return false;
    for (quarter = 1; quarter < QUARTERS; quarter++) {
        if (!put_run(into, source, size / QUARTERS * quarter / SECTOR * SECTOR, BLOCK))
            return false;
    }
    return put_run(into, source, size - BLOCK, BLOCK);
}

static bool put_ends(struct wci_digest *into, struct wci_source *source)
{
    const uint64_t size = wci_source_size(source);
    size_t length = size < BLOCK ? (size_t)size : BLOCK;

    return put_run(into, source, 0, length) && put_run(into, source, size - length, length);
}

/* Opens an ordinary file of the host, or one of a server. */
static bool open_ordinary(const char *path, struct wcab_fetch *fetch, struct wci_source **source)
{
    struct stat status;
    int fd;

    if (wci_url_is(wci_bytes_of(path)))
        return wci_fetch_open(fetch, path, NULL, source, NULL) == WCAB_OK;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        (void)close(fd);
        return false;
    }
    return wci_source_open_fd_take(fd, NULL, source, NULL) == WCAB_OK;
}

/* Adds a file: its size, then what `put` takes of it. */
static bool put_file(struct wci_digest *into, const char *path, struct wcab_fetch *fetch,
                     bool (*put)(struct wci_digest *into, struct wci_source *source))
{
    struct wci_source *source = NULL;
    bool ok = open_ordinary(path, fetch, &source) && put_number(into, wci_source_size(source)) &&
              put(into, source);

    wci_source_close(source);
    return ok;
}

struct companions {
    struct wci_digest *into;
    struct wci_probe_place place; /* of the file that names them */
    bool ok;
};

static void on_companion(void *context, const char *name)
{
    struct companions *companions = context;
    const char *own = companions->place.path, *slash = strrchr(own, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash + 1 - own);
    char path[WCI_LIMIT_PATH];
    int written;

    if (!companions->ok)
        return;
    if (wci_url_is(wci_bytes_of(own))) {
        companions->ok = wci_url_beside(own, name, path, sizeof(path), NULL) == WCAB_OK &&
                         put_file(companions->into, path, companions->place.fetch, put_blocks);
        return;
    }
    written = snprintf(path, sizeof(path), "%.*s%s", (int)length, own, name);
    companions->ok = written > 0 && (size_t)written < sizeof(path) &&
                     put_file(companions->into, path, NULL, put_blocks);
}

/* Writes the digest when all went well, else zeros. */
static bool finish(struct wci_digest *from, bool ok, uint8_t digest[WCI_QUICK_BYTES])
{
    uint8_t whole[WCI_SHA256_BYTES];

    ok = ok && wci_digest_end(from, whole);
    wci_digest_free(from);
    if (ok)
        memcpy(digest, whole, WCI_QUICK_BYTES);
    else
        memset(digest, 0, WCI_QUICK_BYTES);
    return ok;
}

bool wci_quick_digest_file(const char *path, struct wcab_fetch *fetch,
                           uint8_t digest[WCI_QUICK_BYTES])
{
    struct companions companions = {wci_digest_new(WCI_DIGEST_SHA256), {path, fetch, NULL}, true};

    companions.ok = companions.into != NULL && put_file(companions.into, path, fetch, put_blocks);
    if (companions.ok && wci_stamp_names_others(path))
        (void)wci_probe_companions(&companions.place, &companions, on_companion, NULL);
    return finish(companions.into, companions.ok, digest);
}

/* ---- a folder ----------------------------------------------------------------------------- */

struct tree {
    struct wci_digest *into;
    size_t root; /* length of the folder's own path, with the slash behind it */
    bool top_only;
    char **paths; /* owned: of all files, whole */
    size_t count, capacity;
};

static bool add_folder(struct tree *tree, const char *folder, unsigned depth);

static bool add_child(struct tree *tree, const char *folder, const char *name, unsigned depth)
{
    struct stat status;
    char *path = NULL;
    bool ok = true;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return false;
    if (lstat(path, &status) != 0) {
        ok = false;
    } else if (S_ISDIR(status.st_mode)) {
        ok =
            tree->top_only || (depth < WCI_LIMIT_FOLDER_DEPTH && add_folder(tree, path, depth + 1));
    } else if (S_ISREG(status.st_mode)) {
        ok = tree->count < WCI_LIMIT_ENTRIES &&
             wci_mem_grow(&tree->paths, tree->count, &tree->capacity, sizeof(*tree->paths)) &&
             wci_digest_put(tree->into, path + tree->root, strlen(path + tree->root) + 1) &&
             put_number(tree->into, (uint64_t)status.st_size);
        if (ok) {
            tree->paths[tree->count++] = path;
            return true;
        }
    }
    free(path);
    return ok;
}

static bool add_folder(struct tree *tree, const char *folder, unsigned depth)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char **names = NULL;
    size_t count = 0, i;
    bool ok;

    if (fd < 0)
        return false;
    ok = wci_host_folder_names(fd, &names, &count, NULL) == WCAB_OK;
    for (i = 0; ok && i < count; i++)
        ok = add_child(tree, folder, names[i], depth);
    wci_host_folder_free(names, count);
    return ok;
}

bool wci_quick_digest_folder(const char *path, bool top_only, uint8_t digest[WCI_QUICK_BYTES])
{
    struct tree tree = {
        .into = wci_digest_new(WCI_DIGEST_SHA256), .root = strlen(path) + 1, .top_only = top_only};
    bool ok = tree.into != NULL && add_folder(&tree, path, 0) && tree.count > 0;
    size_t step = (tree.count + SAMPLES - 1) / SAMPLES, i;

    for (i = 0; ok && i < tree.count; i += step)
        ok = put_file(tree.into, tree.paths[i], NULL, put_ends);
    for (i = 0; i < tree.count; i++)
        free(tree.paths[i]);
    free(tree.paths);
    return finish(tree.into, ok, digest);
}

bool wci_quick_digest_is_known(const uint8_t digest[WCI_QUICK_BYTES])
{
    static const uint8_t unknown[WCI_QUICK_BYTES] = {0};

    return memcmp(digest, unknown, sizeof(unknown)) != 0;
}
