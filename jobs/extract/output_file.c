/*
 * output_file - see output_file.h.
 */
#include "jobs/extract/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/dostime.h"
#include "core/paths.h"
#include "core/text.h"

enum { NAME_TRIES = 100 };

enum wcab_err wci_output_folder_open(const char *path, struct wci_output_folder *folder,
                                     struct wcab_error *err)
{
    char what[128];
    enum wcab_err code;

    (void)snprintf(what, sizeof(what), "folder %.90s can't be made", path);
    code = wci_paths_make_folders(path, what, err);
    if (code != WCAB_OK)
        return code;
    folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd < 0)
        return wci_error_set_sys(err, errno, "folder %s can't be opened", path);
    return WCAB_OK;
}

void wci_output_folder_close(struct wci_output_folder *folder)
{
    if (folder->fd >= 0)
        (void)close(folder->fd);
    folder->fd = -1;
}

/* The part before the first dot is a device of DOS. */
static bool is_device(struct wci_bytes name)
{
    static const char *const devices[] = {"CON",  "PRN",  "AUX",  "NUL",  "CLOCK$", "COM1",
                                          "COM2", "COM3", "COM4", "COM5", "COM6",   "COM7",
                                          "COM8", "COM9", "LPT1", "LPT2", "LPT3",   "LPT4",
                                          "LPT5", "LPT6", "LPT7", "LPT8", "LPT9"};
    size_t i;

    for (i = 0; i < name.length; i++) {
        if (name.data[i] == '.')
            name.length = i;
    }
    while (name.length > 0 && name.data[name.length - 1] == ' ')
        name.length--;
    for (i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
        if (wci_text_equal_folded(name, wci_bytes_of(devices[i])))
            return true;
    }
    return false;
}

enum wcab_err wci_output_name_check(struct wci_bytes name, struct wcab_error *err)
{
    size_t i;

    if (name.length == 0 || name.length > 255)
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name has %zu bytes", name.length);
    for (i = 0; i < name.length; i++) {
        uint8_t byte = (uint8_t)name.data[i];

        if (byte < 0x20 || byte == 0x7F)
            return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name has a control character");
        if (byte == '/' || byte == '\\' || byte == ':')
            return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name has '%c' in it", byte);
    }
    if (!wci_text_is_utf8(name))
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name is no valid UTF-8");
    if (name.data[name.length - 1] == '.' || name.data[name.length - 1] == ' ')
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name ends in a dot or a blank");
    if (is_device(name))
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name is a device of DOS");
    return WCAB_OK;
}

enum wcab_err wci_output_file_begin(const struct wci_output_folder *folder, bool read_only,
                                    struct wci_output_file *file, struct wcab_error *err)
{
    const mode_t mode = read_only ? 0444 : 0666;
    int i;

    memset(file, 0, sizeof(*file));
    file->folder = folder->fd;
    file->fd = -1;
    for (i = 0; i < NAME_TRIES; i++) {
        uint32_t number = 0;

        if (getrandom(&number, sizeof(number), GRND_NONBLOCK) < 0)
            number = (uint32_t)i; /* any that is free will do */
        (void)snprintf(file->temporary, sizeof(file->temporary), ".whichcab-%08x", number);
        file->fd = openat(folder->fd, file->temporary,
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (file->fd >= 0)
            return WCAB_OK;
        if (errno != EEXIST)
            break;
    }
    file->temporary[0] = '\0';
    return wci_error_set_sys(err, errno, "no file can be made");
}

enum wcab_err wci_output_file_put(struct wci_output_file *file, const uint8_t *data, size_t size,
                                  struct wcab_error *err)
{
    while (size > 0) {
        ssize_t count = write(file->fd, data, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return wci_error_set_sys(err, errno, "can't be written behind byte %llu",
                                     (unsigned long long)file->written);
        data += count;
        size -= (size_t)count;
        file->written += (uint64_t)count;
    }
    return WCAB_OK;
}

void wci_output_file_cancel(struct wci_output_file *file)
{
    if (file->fd >= 0)
        (void)close(file->fd);
    file->fd = -1;
    if (file->temporary[0] != '\0')
        (void)unlinkat(file->folder, file->temporary, 0);
    file->temporary[0] = '\0';
}

static void set_time(int fd, uint32_t modified)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = 0}};
    struct tm fields;

    if (!wci_dostime_fields(modified, &fields))
        return;
    times[1].tv_sec = mktime(&fields);
    if (times[1].tv_sec != (time_t)-1)
        (void)futimens(fd, times);
}

static enum wcab_err give_name(const struct wci_output_file *file, const char *name, bool replace,
                               struct wcab_error *err)
{
    unsigned flags = replace ? 0 : RENAME_NOREPLACE;

    if (renameat2(file->folder, file->temporary, file->folder, name, flags) == 0)
        return WCAB_OK;
    if (errno == EEXIST)
        return wci_error_set(err, WCAB_ERR_USAGE, "a file of that name is there already");
    if (errno == EINVAL && !replace) { /* a file system without that flag */
        if (faccessat(file->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return wci_error_set(err, WCAB_ERR_USAGE, "a file of that name is there already");
        if (renameat(file->folder, file->temporary, file->folder, name) == 0)
            return WCAB_OK;
    }
    return wci_error_set_sys(err, errno, "can't be given its name");
}

enum wcab_err wci_output_file_finish(struct wci_output_file *file, const char *name,
                                     uint32_t modified, bool replace, struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    int closed;

    set_time(file->fd, modified);
    closed = close(file->fd);
    file->fd = -1;
    if (closed != 0)
        code = wci_error_set_sys(err, errno, "can't be written");
    if (code == WCAB_OK)
        code = give_name(file, name, replace, err);
    if (code == WCAB_OK)
        file->temporary[0] = '\0';
    wci_output_file_cancel(file);
    return code;
}
