/*
 * volume_dir - a folder of the host as a volume.
 *
 * Folders are opened through their parent's descriptor and never through a symbolic link, so that
 * what lies below the folder that was named is what is read.  Names come in byte order: the host's
 * own order differs from one machine to the next.
 */
#include "media/volume/volume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/dostime.h"
#include "core/limits.h"
#include "core/text.h"
#include "media/bytes/host_folder.h"

struct dir_volume {
    struct wci_volume base;
    int fd;
};

struct dir_walk {
    const struct wci_visitor *visitor;
    char path[WCI_LIMIT_PATH]; /* of the folder being read, below the top, without a last slash */
    size_t path_length;
    unsigned depth;
};

static enum wcab_err walk_folder(struct dir_walk *walk, int fd, struct wcab_error *err);

static void tell_fault(const struct dir_walk *walk, const char *name, struct wcab_error *err)
{
    wci_error_push_place(err, name, strlen(name));
    if (walk->path_length > 0)
        wci_error_push_place(err, walk->path, walk->path_length);
    walk->visitor->fault(walk->visitor->context, err);
}

static enum wcab_err visit_file(const struct dir_walk *walk, const char *name,
                                const struct stat *status, struct wcab_error *err)
{
    struct wci_entry entry = {.cab_folder = WCI_NONE};

    entry.folder.data = walk->path;
    entry.folder.length = walk->path_length;
    entry.name.bytes = wci_bytes_of(name);
    entry.name.encoding = wci_text_is_utf8(entry.name.bytes) ? WCI_ENCODING_UTF8 : WCI_ENCODING_RAW;
    entry.size = (uint64_t)status->st_size;
    entry.modified = wci_dostime_local(status->st_mtime);
    if ((status->st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0)
        entry.attributes = WCI_ATTRIBUTE_READONLY;
    return walk->visitor->entry(walk->visitor->context, &entry, err);
}

static enum wcab_err visit_folder(struct dir_walk *walk, int parent, const char *name,
                                  struct wcab_error *err)
{
    size_t before = walk->path_length;
    size_t length = strlen(name);
    enum wcab_err code;
    int fd;

    if (walk->depth + 1 >= WCI_LIMIT_FOLDER_DEPTH || before + 1 + length >= sizeof(walk->path)) {
        wci_error_set(err, WCAB_ERR_LIMIT, "folders are nested too deep");
        tell_fault(walk, name, err);
        return WCAB_OK;
    }
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        wci_error_set_sys(err, errno, "folder can't be opened");
        tell_fault(walk, name, err);
        return WCAB_OK;
    }
    if (before > 0)
        walk->path[walk->path_length++] = '/';
    memcpy(walk->path + walk->path_length, name, length);
    walk->path_length += length;
    walk->depth++;
    code = walk_folder(walk, fd, err);
    walk->depth--;
    walk->path_length = before;
    return code;
}

/* Files first, then subfolders, each in byte order.  Takes fd over. */
static enum wcab_err walk_names(struct dir_walk *walk, int fd, char **names, size_t count,
                                bool folders, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < count; i++) {
        struct stat status;

        if (fstatat(fd, names[i], &status, AT_SYMLINK_NOFOLLOW) != 0) {
            if (!folders) {
                wci_error_set_sys(err, errno, "can't be looked at");
                tell_fault(walk, names[i], err);
            }
        } else if (S_ISREG(status.st_mode) && !folders) {
            code = visit_file(walk, names[i], &status, err);
        } else if (S_ISDIR(status.st_mode) && folders) {
            code = visit_folder(walk, fd, names[i], err);
        }
    }
    return code;
}

/* Takes fd over. */
static enum wcab_err walk_folder(struct dir_walk *walk, int fd, struct wcab_error *err)
{
    char **names = NULL;
    size_t count = 0;
    int listing = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    enum wcab_err code;

    if (listing < 0) {
        code = wci_error_set_sys(err, errno, "folder can't be read");
        goto out;
    }
    code = wci_host_folder_names(listing, &names, &count, err);
    if (code != WCAB_OK && code != WCAB_ERR_NOMEM) {
        if (walk->path_length > 0)
            wci_error_push_place(err, walk->path, walk->path_length);
        walk->visitor->fault(walk->visitor->context, err);
        code = WCAB_OK;
    }
    if (code == WCAB_OK)
        code = walk_names(walk, fd, names, count, false, err);
    if (code == WCAB_OK)
        code = walk_names(walk, fd, names, count, true, err);
out:
    wci_host_folder_free(names, count);
    (void)close(fd);
    return code;
}

static enum wcab_err dir_describe(struct wci_volume *volume, struct wci_arena *arena,
                                  struct wci_container *container, struct wcab_error *err)
{
    (void)volume;
    container->kind = WCI_CONTAINER_DIRECTORY;
    container->format = wci_arena_bytes(arena, wci_bytes_of("folder"));
    return container->format.data == NULL ? wci_error_nomem(err) : WCAB_OK;
}

static enum wcab_err dir_walk(struct wci_volume *volume, const struct wci_visitor *visitor,
                              struct wcab_error *err)
{
    struct dir_volume *dir = (struct dir_volume *)volume;
    struct dir_walk walk = {.visitor = visitor};
    int fd = openat(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return wci_error_set_sys(err, errno, "folder can't be opened");
    return walk_folder(&walk, fd, err);
}

/* Opens the folder of a path below `top`, part by part. */
static int open_below(int top, struct wci_bytes folder)
{
    int fd = fcntl(top, F_DUPFD_CLOEXEC, 0);

    while (fd >= 0 && folder.length > 0) {
        char part[256];
        size_t length = 0;
        int next;

        while (length < folder.length && folder.data[length] != '/')
            length++;
        if (length == 0 || length >= sizeof(part)) {
            (void)close(fd);
            errno = ENOENT;
            return -1;
        }
        memcpy(part, folder.data, length);
        part[length] = '\0';
        next = openat(fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        (void)close(fd);
        fd = next;
        length += length < folder.length ? 1 : 0;
        folder.data += length;
        folder.length -= length;
    }
    return fd;
}

static enum wcab_err dir_open_entry(struct wci_volume *volume, const struct wci_entry *entry,
                                    struct wci_source **source, struct wcab_error *err)
{
    struct dir_volume *dir = (struct dir_volume *)volume;
    struct wci_bytes stored = wci_entry_stored_name(entry);
    char name[256];
    struct wci_source *opened = NULL;
    enum wcab_err code;
    int folder, fd;

    if (stored.length >= sizeof(name))
        return wci_error_set(err, WCAB_ERR_NOTFOUND, "name is too long");
    memcpy(name, stored.data, stored.length);
    name[stored.length] = '\0';
    folder = open_below(dir->fd, entry->folder);
    if (folder < 0)
        return wci_error_set_sys(err, errno, "folder can't be opened");
    fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        code = wci_error_set_sys(err, errno, "can't be opened");
        (void)close(folder);
        return code;
    }
    (void)close(folder);
    code = wci_source_open_fd_take(fd, NULL, &opened, err);
    if (code == WCAB_OK && !(entry->flags & (WCI_ENTRY_PACKED | WCI_ENTRY_SIZE_UNKNOWN)) &&
        wci_source_size(opened) != entry->size) {
        wci_source_close(opened);
        return wci_error_set(err, WCAB_ERR_CHANGED, "has another size than it had");
    }
    if (code == WCAB_OK)
        *source = opened;
    return code;
}

static void dir_close(struct wci_volume *volume)
{
    struct dir_volume *dir = (struct dir_volume *)volume;

    (void)close(dir->fd);
    free(dir);
}

static const struct wci_volume_ops dir_ops = {
    .describe = dir_describe, .walk = dir_walk, .open_entry = dir_open_entry, .close = dir_close};

enum wcab_err wci_volume_dir_open(const char *path, struct wci_volume **volume,
                                  struct wcab_error *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct dir_volume *dir;

    if (fd < 0)
        return wci_error_set_sys(err, errno, "folder can't be opened");
    dir = calloc(1, sizeof(*dir));
    if (dir == NULL) {
        (void)close(fd);
        return wci_error_nomem(err);
    }
    dir->base.ops = &dir_ops;
    dir->fd = fd;
    *volume = &dir->base;
    return WCAB_OK;
}
