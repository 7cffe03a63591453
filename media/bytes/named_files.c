/*
 * named_files - see named_files.h.
 */
#include "media/bytes/named_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static const char family[] = "whichcab-copy-";

enum { RANDOM_LETTERS = 20, NAME_BYTES = WCI_NAMED_FILES_PREFIX + WCI_NAMED_FILES_SUFFIX };
enum { PIECE = 128 * 1024, TRIES = 10 };

void wci_named_files_init(struct wci_named_files *files)
{
    memset(files, 0, sizeof(*files));
    files->folder = -1;
}

void wci_named_files_remove(struct wci_named_files *files)
{
    char name[NAME_BYTES];

    while (files->count > 0) {
        size_t last = --files->count;

        (void)snprintf(name, sizeof(name), "%s%s", files->prefix, files->files[last].suffix);
        (void)unlinkat(files->folder, name, 0);
        (void)close(files->files[last].fd);
    }
    if (files->folder >= 0)
        (void)close(files->folder);
    wci_named_files_init(files);
}

/* Removes a file of the family when nobody holds its lock. */
static void remove_leftover(int folder, const char *name)
{
    int fd = openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        (void)unlinkat(folder, name, 0);
    (void)close(fd);
}

static void remove_leftovers(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (list == NULL) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    while ((entry = readdir(list)) != NULL) {
        if (strncmp(entry->d_name, family, sizeof(family) - 1) == 0)
            remove_leftover(folder, entry->d_name);
    }
    (void)closedir(list);
}

static enum wcab_err begin(struct wci_named_files *files, struct wcab_error *err)
{
    uint8_t random[RANDOM_LETTERS];
    size_t at = sizeof(family) - 1, i;

    if (files->folder >= 0)
        return WCAB_OK;
    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return wci_error_set_sys(err, errno, "no name for a temporary file");
    files->folder = open(wci_spool_folder(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (files->folder < 0)
        return wci_error_set_sys(err, errno, "no temporary file in %.100s", wci_spool_folder());
    memcpy(files->prefix, family, at);
    for (i = 0; i < sizeof(random); i++)
        files->prefix[at++] = (char)('a' + random[i] % 26);
    files->prefix[at] = '\0';
    remove_leftovers(files->folder);
    return WCAB_OK;
}

/* A new file that is locked; another process may take it for a leftover before it is. */
static enum wcab_err make_file(const struct wci_named_files *files, const char *name, int *fd,
                               struct wcab_error *err)
{
    struct stat status;
    int tries, made;

    for (tries = 0; tries < TRIES; tries++) {
        made = openat(files->folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (made < 0)
            break;
        if (flock(made, LOCK_EX) == 0 && fstat(made, &status) == 0 && status.st_nlink == 1) {
            *fd = made;
            return WCAB_OK;
        }
        (void)close(made);
    }
    return wci_error_set_sys(err, errno, "no temporary file in %.100s", wci_spool_folder());
}

static enum wcab_err copy(struct wci_source *source, uint64_t size, int fd,
                          struct wci_budget *budget, struct wcab_error *err)
{
    uint8_t *piece = malloc(PIECE);
    uint64_t at = 0;
    enum wcab_err code = piece == NULL ? wci_error_nomem(err) : WCAB_OK;

    while (code == WCAB_OK && at < size) {
        size_t length = size - at < PIECE ? (size_t)(size - at) : PIECE;

        code = wci_budget_check_time(budget, err);
        if (code == WCAB_OK)
            code = wci_source_read_at(source, at, piece, length, err);
        if (code == WCAB_OK)
            code = wci_spool_put(fd, at, piece, length, err);
        at += length;
    }
    free(piece);
    return code;
}

enum wcab_err wci_named_files_add(struct wci_named_files *files, const char *suffix,
                                  struct wci_source *source, uint64_t size,
                                  struct wci_budget *budget, struct wcab_error *err)
{
    char name[NAME_BYTES];
    enum wcab_err code;
    size_t i;
    int fd = -1;

    for (i = 0; i < files->count; i++) {
        if (strcmp(files->files[i].suffix, suffix) == 0)
            return WCAB_OK;
    }
    if (files->count == WCI_NAMED_FILES_MAX)
        return wci_error_set(err, WCAB_ERR_LIMIT, "more than %d files belong together",
                             (int)WCI_NAMED_FILES_MAX);
    if (size > budget->bytes_left)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "a copy of %llu bytes: more than is left of the %llu that may be "
                             "unpacked from one image",
                             (unsigned long long)size, (unsigned long long)budget->bytes);
    code = begin(files, err);
    if (code != WCAB_OK)
        return code;
    (void)snprintf(name, sizeof(name), "%s%s", files->prefix, suffix);
    code = make_file(files, name, &fd, err);
    if (code != WCAB_OK)
        return code;
    code = copy(source, size, fd, budget, err);
    if (code != WCAB_OK) {
        (void)unlinkat(files->folder, name, 0);
        (void)close(fd);
        return code;
    }
    budget->bytes_left -= size;
    (void)snprintf(files->files[files->count].suffix, WCI_NAMED_FILES_SUFFIX, "%s", suffix);
    files->files[files->count++].fd = fd;
    return WCAB_OK;
}
