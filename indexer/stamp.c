/*
 * stamp - see stamp.h.
 */
#include "indexer/stamp.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "core/limits.h"
#include "media/split.h"

static void add_file(const struct stat *status, struct wci_image *image)
{
    int64_t mtime = (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;

    image->size += (uint64_t)status->st_size;
    if (mtime > image->mtime_ns)
        image->mtime_ns = mtime;
}

static bool has_extension(const char *name, const char *const *extensions, size_t count)
{
    const char *dot = strrchr(name, '.');
    size_t i;

    for (i = 0; dot != NULL && i < count; i++) {
        if (strcasecmp(dot, extensions[i]) == 0)
            return true;
    }
    return false;
}

/* A sheet (CUE, CCD, MDS) says next to nothing of what its disc holds: that is in the files beside
 * it whose names begin like its own. */
static void add_data_files(const char *path, struct wci_image *image)
{
    static const char *const data[] = {".bin", ".img", ".iso", ".mdf", ".sub"};
    const char *name = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
    size_t stem = strlen(name) - 4, folder_length = (size_t)(name - path);
    char folder[WCI_LIMIT_PATH];
    struct dirent *entry;
    struct stat status;
    DIR *open;

    if (folder_length >= sizeof(folder))
        return;
    memcpy(folder, path, folder_length);
    folder[folder_length] = '\0';
    open = opendir(folder_length == 0 ? "." : folder);
    if (open == NULL)
        return;
    while ((entry = readdir(open)) != NULL) {
        if (strncasecmp(entry->d_name, name, stem) == 0 &&
            has_extension(entry->d_name, data, sizeof(data) / sizeof(data[0])) &&
            fstatat(dirfd(open), entry->d_name, &status, 0) == 0 && S_ISREG(status.st_mode))
            add_file(&status, image);
    }
    (void)closedir(open);
}

static bool is_sheet(const char *name)
{
    static const char *const sheets[] = {".cue", ".ccd", ".mds"};

    return has_extension(name, sheets, sizeof(sheets) / sizeof(sheets[0]));
}

bool wci_stamp_names_others(const char *name)
{
    return wci_split_is_first_name(name) || is_sheet(name);
}

void wci_stamp_of(const char *path, const struct stat *status, struct wci_image *image)
{
    image->size = 0;
    image->mtime_ns = INT64_MIN;
    add_file(status, image);
    image->inode = status->st_ino;
    image->device = status->st_dev;
    image->changed_ns = (int64_t)status->st_ctim.tv_sec * 1000000000 + status->st_ctim.tv_nsec;
    if (S_ISREG(status->st_mode) && is_sheet(path))
        add_data_files(path, image);
}

void wci_stamp_of_url(const struct wci_fetch_facts *facts, struct wci_image *image)
{
    image->size = facts->size;
    image->mtime_ns = facts->mtime_ns;
    image->inode = facts->tag;
    image->device = 0;
    image->changed_ns = 0;
}
