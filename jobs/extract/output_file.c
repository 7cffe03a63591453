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
#include "query/answer/dos_command.h"

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

/* Makes a folder unless it is there, and opens it; errno tells why not. */
static int step_into(int folder, const char *name)
{
    if (mkdirat(folder, name, 0777) != 0 && errno != EEXIST)
        return -1;
    return openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

enum wcab_err wci_output_folder_below(const struct wci_output_folder *folder, const char *path,
                                      struct wci_output_folder *below, struct wcab_error *err)
{
    int fd = fcntl(folder->fd, F_DUPFD_CLOEXEC, 0);

    while (fd >= 0 && *path != '\0') {
        size_t length = strcspn(path, "/");
        char name[256];
        int next, why;

        (void)snprintf(name, sizeof(name), "%.*s", (int)length, path);
        next = step_into(fd, name);
        why = errno;
        (void)close(fd);
        if (next < 0 && (why == ENOTDIR || why == ELOOP))
            return wci_error_set(err, WCAB_ERR_USAGE, "%s is in the way of the folder", name);
        errno = why;
        fd = next;
        path += length + strspn(path + length, "/");
    }
    if (fd < 0)
        return wci_error_set_sys(err, errno, "a folder for it can't be made");
    below->fd = fd;
    return WCAB_OK;
}

void wci_output_folder_close(struct wci_output_folder *folder)
{
    if (folder->fd >= 0)
        (void)close(folder->fd);
    folder->fd = -1;
}

/* Length of the character at the start of `name`, which is valid UTF-8, and whether it must not
 * stand in a file's name: what is masked on a terminal, and a colon. */
static size_t next_character(struct wci_bytes name, bool *bad)
{
    struct wci_buffer masked;

    name.length = wci_text_utf8_length(name);
    wci_buffer_init(&masked);
    wci_text_mask(name, &masked);
    *bad = name.data[0] == ':' || !masked.ok || masked.size != name.length ||
           memcmp(masked.data, name.data, name.length) != 0;
    wci_buffer_free(&masked);
    return name.length;
}

static bool has_bad_character(struct wci_bytes name)
{
    bool bad = false;

    while (name.length > 0 && !bad) {
        size_t length = next_character(name, &bad);

        name.data += length;
        name.length -= length;
    }
    return bad;
}

static bool is_end(char c)
{
    return c == '.' || c == ' ';
}

/* Refuses what can't be made into a name at all. */
static enum wcab_err check_kind(struct wci_bytes name, struct wcab_error *err)
{
    if (name.length == 0 || name.length > 255)
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name has %zu bytes", name.length);
    if (memchr(name.data, '/', name.length) != NULL || memchr(name.data, '\\', name.length) != NULL)
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name has a path in it");
    if (!wci_text_is_utf8(name))
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name is no valid UTF-8");
    if (wci_bytes_equal(name, wci_bytes_of(".")) || wci_bytes_equal(name, wci_bytes_of("..")))
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name is that of a folder");
    return WCAB_OK;
}

/* Appends the name with _ for what must not stand in it. */
static void put_masked(struct wci_bytes name, struct wci_buffer *made)
{
    size_t ends = name.length;
    bool is_first = true, bad;

    while (ends > 0 && is_end(name.data[ends - 1]))
        ends--;
    while (name.length > 0) {
        bool is_dot = is_first && name.data[0] == '.';
        size_t length = next_character(name, &bad);

        if (bad || is_dot || ends == 0)
            wci_buffer_u8(made, '_');
        else
            wci_buffer_put(made, name.data, length);
        ends = ends > length ? ends - length : 0;
        name.data += length;
        name.length -= length;
        is_first = false;
    }
}

enum wcab_err wci_output_name_make(struct wci_bytes name, struct wci_buffer *made,
                                   struct wcab_error *err)
{
    struct wci_buffer masked;
    enum wcab_err code = check_kind(name, err);
    size_t stem;

    if (code != WCAB_OK)
        return code;
    wci_buffer_init(&masked);
    put_masked(name, &masked);
    for (stem = 0; stem < masked.size && masked.data[stem] != '.'; stem++)
        ;
    wci_buffer_put(made, masked.data, stem);
    if (wci_dos_command_is_device((struct wci_bytes){(const char *)masked.data, masked.size}))
        wci_buffer_u8(made, '_');
    wci_buffer_put(made, masked.data + stem, masked.size - stem);
    if (!masked.ok || !made->ok)
        code = wci_error_nomem(err);
    else
        code = wci_output_name_check((struct wci_bytes){(const char *)made->data, made->size}, err);
    wci_buffer_free(&masked);
    return code;
}

enum wcab_err wci_output_name_check(struct wci_bytes name, struct wcab_error *err)
{
    enum wcab_err code = check_kind(name, err);

    if (code != WCAB_OK)
        return code;
    if (has_bad_character(name))
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "refused: its name has a control character or a colon");
    if (name.data[0] == '.')
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name begins with a dot");
    if (is_end(name.data[name.length - 1]))
        return wci_error_set(err, WCAB_ERR_USAGE, "refused: its name ends in a dot or a blank");
    if (wci_dos_command_is_device(name))
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

/* Whether something of that name is there, a folder say, which a file can't replace: after renaming
 * has failed, with whatever error the system has for it. */
static bool is_in_the_way(int folder, const char *name)
{
    const int why = errno;
    bool is_there;

    if (why != EISDIR && why != ENOTEMPTY && why != EEXIST && why != EACCES && why != EPERM &&
        why != EBUSY && why != ETXTBSY && why != EXDEV)
        return false;
    is_there = faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    errno = why;
    return is_there;
}

static enum wcab_err give_name(const struct wci_output_file *file, const char *name, bool replace,
                               struct wcab_error *err)
{
    unsigned flags = replace ? 0 : RENAME_NOREPLACE;

    if (renameat2(file->folder, file->temporary, file->folder, name, flags) == 0)
        return WCAB_OK;
    if (errno == EEXIST && !replace)
        return wci_error_set(err, WCAB_ERR_USAGE, "a file of that name is there already");
    if (is_in_the_way(file->folder, name))
        return wci_error_set(err, WCAB_ERR_USAGE, "%s is in the way, and can't be replaced", name);
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
