/*
 * source - see source.h.
 */
#include "media/bytes/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

/* ---- what all kinds share ----------------------------------------------------------------- */

uint64_t wci_source_size(const struct wci_source *source)
{
    return source->size;
}

void wci_source_close(struct wci_source *source)
{
    if (source != NULL)
        source->ops->close(source);
}

static enum wcab_err truncated(uint64_t offset, uint64_t wanted, uint64_t size,
                               struct wcab_error *err)
{
    return wci_error_set_at(
        err, WCAB_ERR_CORRUPT, offset, "truncated: %llu bytes wanted at byte %llu of %llu",
        (unsigned long long)wanted, (unsigned long long)offset, (unsigned long long)size);
}

/* The range is known to lie within the source. */
static enum wcab_err read_whole(struct wci_source *source, uint64_t offset, uint8_t *buffer,
                                size_t length, struct wcab_error *err)
{
    while (length > 0) {
        size_t got = 0;
        enum wcab_err code = source->ops->read(source, offset, buffer, length, &got, err);

        if (code != WCAB_OK)
            return code;
        if (got == 0) /* the file became shorter meanwhile */
            return truncated(offset, length, source->size, err);
        buffer += got;
        offset += got;
        length -= got;
    }
    return WCAB_OK;
}

enum wcab_err wci_source_read_at(struct wci_source *source, uint64_t offset, void *buffer,
                                 size_t length, struct wcab_error *err)
{
    if (offset > source->size || length > source->size - offset)
        return truncated(offset, length, source->size, err);
    return read_whole(source, offset, buffer, length, err);
}

enum wcab_err wci_source_read_some(struct wci_source *source, uint64_t offset, void *buffer,
                                   size_t length, size_t *got, struct wcab_error *err)
{
    enum wcab_err code;

    if (offset >= source->size)
        length = 0;
    else if (length > source->size - offset)
        length = (size_t)(source->size - offset);
    code = read_whole(source, offset, buffer, length, err);
    if (code == WCAB_OK)
        *got = length;
    return code;
}

/* ---- files and drives --------------------------------------------------------------------- */

struct file_source {
    struct wci_source base;
    int fd;
    _Atomic uint64_t *counter; /* borrowed; may be NULL */
};

static enum wcab_err file_read(struct wci_source *source, uint64_t offset, void *buffer,
                               size_t length, size_t *got, struct wcab_error *err)
{
    struct file_source *file = (struct file_source *)source;
    ssize_t count;

    do
        count = pread(file->fd, buffer, length, (off_t)offset);
    while (count < 0 && errno == EINTR);
    if (count < 0) {
        enum wcab_err code = wci_error_set_sys(err, errno, "can't read %zu bytes at byte %llu",
                                               length, (unsigned long long)offset);

        if (err != NULL)
            err->offset = offset;
        return code;
    }
    *got = (size_t)count;
    if (file->counter != NULL)
        atomic_fetch_add_explicit(file->counter, (uint64_t)count, memory_order_relaxed);
    return WCAB_OK;
}

static void file_close(struct wci_source *source)
{
    struct file_source *file = (struct file_source *)source;

    (void)close(file->fd);
    free(file);
}

static const struct wci_source_ops file_ops = {file_read, file_close};

/* Size of what the descriptor is open on. */
static enum wcab_err size_of_fd(int fd, uint64_t *size, struct wcab_error *err)
{
    struct stat status;
    off_t end;

    if (fstat(fd, &status) != 0)
        return wci_error_set_sys(err, errno, "can't be read");
    if (S_ISREG(status.st_mode)) {
        *size = (uint64_t)status.st_size;
        return WCAB_OK;
    }
    if (S_ISBLK(status.st_mode)) {
        if (ioctl(fd, BLKGETSIZE64, size) == 0)
            return WCAB_OK;
        end = lseek(fd, 0, SEEK_END);
        if (end < 0)
            return wci_error_set_sys(err, errno, "the drive does not tell its size");
        *size = (uint64_t)end;
        return WCAB_OK;
    }
    return wci_error_set(err, WCAB_ERR_FORMAT, "neither a file nor a drive: %s",
                         S_ISDIR(status.st_mode) ? "a folder" : "a special file");
}

enum wcab_err wci_source_open_fd_take(int fd, _Atomic uint64_t *counter, struct wci_source **source,
                                      struct wcab_error *err)
{
    struct file_source *file = NULL;
    uint64_t size = 0;
    enum wcab_err code = size_of_fd(fd, &size, err);

    if (code != WCAB_OK)
        goto out;
    file = calloc(1, sizeof(*file));
    if (file == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
    file->base.ops = &file_ops;
    file->base.size = size;
    file->fd = fd;
    file->counter = counter;
    *source = &file->base;
out:
    if (code != WCAB_OK)
        (void)close(fd);
    return code;
}

enum wcab_err wci_source_open_file(const char *path, _Atomic uint64_t *counter,
                                   struct wci_source **source, struct wcab_error *err)
{
    /* O_NONBLOCK: opening a FIFO or an empty drive must not hang */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return wci_error_set_sys(err, errno, "can't be opened");
    return wci_source_open_fd_take(fd, counter, source, err);
}

/* ---- memory ------------------------------------------------------------------------------- */

struct memory_source {
    struct wci_source base;
    const uint8_t *data;
    void *owned; /* freed on close; NULL when borrowed */
};

static enum wcab_err memory_read(struct wci_source *source, uint64_t offset, void *buffer,
                                 size_t length, size_t *got, struct wcab_error *err)
{
    struct memory_source *memory = (struct memory_source *)source;

    (void)err;
    memcpy(buffer, memory->data + offset, length);
    *got = length;
    return WCAB_OK;
}

static void memory_close(struct wci_source *source)
{
    struct memory_source *memory = (struct memory_source *)source;

    free(memory->owned);
    free(memory);
}

static const struct wci_source_ops memory_ops = {memory_read, memory_close};

static enum wcab_err open_memory(const void *data, void *owned, size_t size,
                                 struct wci_source **source, struct wcab_error *err)
{
    struct memory_source *memory = calloc(1, sizeof(*memory));

    if (memory == NULL) {
        free(owned);
        return wci_error_nomem(err);
    }
    memory->base.ops = &memory_ops;
    memory->base.size = size;
    memory->data = data;
    memory->owned = owned;
    *source = &memory->base;
    return WCAB_OK;
}

enum wcab_err wci_source_open_memory(const void *data, size_t size, struct wci_source **source,
                                     struct wcab_error *err)
{
    return open_memory(data, NULL, size, source, err);
}

enum wcab_err wci_source_open_memory_take(void *data, size_t size, struct wci_source **source,
                                          struct wcab_error *err)
{
    return open_memory(data, data, size, source, err);
}

/* ---- windows and extents ------------------------------------------------------------------ */

/* A run of the source: where it starts here, where it lies in the parent. */
struct run {
    uint64_t start, offset, size;
};

struct extents_source {
    struct wci_source base;
    struct wci_source *parent; /* borrowed */
    size_t count;
    struct run runs[];
};

/* The run that holds `offset`, which lies within the source. */
static const struct run *find_run(const struct extents_source *extents, uint64_t offset)
{
    size_t low = 0, high = extents->count;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (extents->runs[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return &extents->runs[low];
}

static enum wcab_err extents_read(struct wci_source *source, uint64_t offset, void *buffer,
                                  size_t length, size_t *got, struct wcab_error *err)
{
    struct extents_source *extents = (struct extents_source *)source;
    const struct run *run = find_run(extents, offset);
    uint64_t within = offset - run->start;

    if (length > run->size - within)
        length = (size_t)(run->size - within);
    if (run->offset == UINT64_MAX) {
        memset(buffer, 0, length);
        *got = length;
        return WCAB_OK;
    }
    return wci_source_read_some(extents->parent, run->offset + within, buffer, length, got, err);
}

static void extents_close(struct wci_source *source)
{
    free(source);
}

static const struct wci_source_ops extents_ops = {extents_read, extents_close};

static enum wcab_err check_extent(const struct wci_source *parent, const struct wci_extent *extent,
                                  struct wcab_error *err)
{
    if (extent->offset == UINT64_MAX)
        return WCAB_OK;
    if (extent->offset > parent->size || extent->size > parent->size - extent->offset)
        return truncated(extent->offset, extent->size, parent->size, err);
    return WCAB_OK;
}

enum wcab_err wci_source_open_extents(struct wci_source *parent, const struct wci_extent *extents,
                                      size_t count, struct wci_source **source,
                                      struct wcab_error *err)
{
    struct extents_source *made;
    size_t i;

    if (count > (SIZE_MAX - sizeof(*made)) / sizeof(struct run))
        return wci_error_nomem(err);
    made = calloc(1, sizeof(*made) + count * sizeof(struct run));
    if (made == NULL)
        return wci_error_nomem(err);
    for (i = 0; i < count; i++) {
        enum wcab_err code = check_extent(parent, &extents[i], err);

        if (code != WCAB_OK) {
            free(made);
            return code;
        }
        if (extents[i].size == 0)
            continue;
        made->runs[made->count++] =
            (struct run){made->base.size, extents[i].offset, extents[i].size};
        made->base.size += extents[i].size;
    }
    made->base.ops = &extents_ops;
    made->parent = parent;
    *source = &made->base;
    return WCAB_OK;
}

enum wcab_err wci_source_open_window(struct wci_source *parent, uint64_t offset, uint64_t size,
                                     struct wci_source **source, struct wcab_error *err)
{
    struct wci_extent extent = {offset, size};

    return wci_source_open_extents(parent, &extent, 1, source, err);
}
