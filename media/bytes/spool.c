/*
 * spool - see spool.h.
 */
#include "media/bytes/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/limits.h"

enum {
    FIRST_CAPACITY = 64 * 1024,
    HOLE_BYTES = 4096, /* runs of zeroes of this size are not written to the file */
    TEMPORARY_PATH = 4096
};

#define NANOSECONDS 1000000000ULL
#define LEAST_IMAGE_BUDGET (1ULL << 30)

static uint64_t now(void)
{
    struct timespec time = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

void wci_budget_init(struct wci_budget *budget, const struct wci_limits *limits,
                     uint64_t image_size, const struct wcab_cancel *cancel)
{
    uint64_t bytes = limits->bytes;
    uint64_t least = bytes < LEAST_IMAGE_BUDGET ? bytes : LEAST_IMAGE_BUDGET;

    if (image_size < bytes / limits->ratio)
        bytes = image_size * limits->ratio;
    if (bytes < least)
        bytes = least;
    budget->bytes = budget->bytes_left = bytes;
    budget->ratio = limits->ratio;
    budget->seconds = limits->seconds;
    budget->deadline = now() + budget->seconds * NANOSECONDS;
    budget->cancel = cancel;
}

enum wcab_err wci_budget_check_time(const struct wci_budget *budget, struct wcab_error *err)
{
    if (wci_cancel_is_set(budget->cancel))
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    if (now() > budget->deadline)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "unpacking takes more than the %llu seconds that one image may take "
                             "(index --limit seconds=N allows more)",
                             (unsigned long long)budget->seconds);
    return WCAB_OK;
}

void wci_spool_init(struct wci_spool *spool, struct wci_budget *budget, uint64_t packed_size)
{
    memset(spool, 0, sizeof(*spool));
    spool->budget = budget;
    spool->packed_size = packed_size;
    spool->fd = -1;
}

void wci_spool_discard(struct wci_spool *spool)
{
    if (spool->fd >= 0)
        (void)close(spool->fd);
    spool->fd = -1;
    free(spool->memory);
    spool->memory = NULL;
    spool->capacity = 0;
    spool->size = 0;
}

enum wcab_err wci_spool_check_claim(const struct wci_spool *spool, uint64_t claimed,
                                    struct wcab_error *err)
{
    if (claimed > WCI_LIMIT_SPOOL_FREE_BYTES && claimed / spool->budget->ratio > spool->packed_size)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "%llu bytes out of an archive of %llu: more than %llu to 1 is taken "
                             "for an archive bomb (index --limit ratio=N allows more)",
                             (unsigned long long)claimed, (unsigned long long)spool->packed_size,
                             (unsigned long long)spool->budget->ratio);
    if (claimed > spool->size && claimed - spool->size > spool->budget->bytes_left)
        return wci_error_set(err, WCAB_ERR_LIMIT,
                             "%llu bytes when unpacked: more than is left of the %llu that may be "
                             "unpacked from one image (index --limit bytes=N allows more)",
                             (unsigned long long)claimed, (unsigned long long)spool->budget->bytes);
    return WCAB_OK;
}

/* ---- the temporary file ------------------------------------------------------------------- */

const char *wci_spool_folder(void)
{
    const char *folder = secure_getenv("TMPDIR");

    return folder == NULL || folder[0] == '\0' ? "/tmp" : folder;
}

/* A file without a name, or one whose name is taken away at once. */
static enum wcab_err open_temporary(int *fd, struct wcab_error *err)
{
    const char *folder = wci_spool_folder();
    char path[TEMPORARY_PATH];
    int length;

    *fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (*fd >= 0)
        return WCAB_OK;
    length = snprintf(path, sizeof(path), "%s/whichcab-XXXXXX", folder);
    if (length < 0 || (size_t)length >= sizeof(path))
        return wci_error_set_sys(err, ENAMETOOLONG, "no temporary file in TMPDIR");
    *fd = mkostemp(path, O_CLOEXEC);
    if (*fd < 0)
        return wci_error_set_sys(err, errno, "no temporary file in %.100s", folder);
    (void)unlink(path);
    return WCAB_OK;
}

enum wcab_err wci_spool_put(int fd, uint64_t offset, const uint8_t *data, size_t length,
                            struct wcab_error *err)
{
    while (length > 0) {
        ssize_t count = pwrite(fd, data, length, (off_t)offset);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return wci_error_set_sys(err, count < 0 ? errno : ENOSPC,
                                     "can't write byte %llu of the temporary file",
                                     (unsigned long long)offset);
        data += count;
        offset += (uint64_t)count;
        length -= (size_t)count;
    }
    return WCAB_OK;
}

static bool is_zero(const uint8_t *data, size_t length)
{
    return length > 0 && data[0] == 0 && memcmp(data, data + 1, length - 1) == 0;
}

/* Writes to the file, leaving holes where a long run is all zeroes. */
static enum wcab_err write_file(const struct wci_spool *spool, uint64_t offset, const uint8_t *data,
                                size_t length, struct wcab_error *err)
{
    size_t at = 0, from = 0;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && at < length) {
        size_t size = length - at < HOLE_BYTES ? length - at : HOLE_BYTES;

        if (size == HOLE_BYTES && is_zero(data + at, size)) {
            code = wci_spool_put(spool->fd, offset + from, data + from, at - from, err);
            from = at + size;
        }
        at += size;
    }
    if (code == WCAB_OK)
        code = wci_spool_put(spool->fd, offset + from, data + from, length - from, err);
    return code;
}

static enum wcab_err move_to_file(struct wci_spool *spool, struct wcab_error *err)
{
    enum wcab_err code = open_temporary(&spool->fd, err);

    if (code == WCAB_OK && spool->size > 0)
        code = write_file(spool, 0, spool->memory, (size_t)spool->size, err);
    if (code == WCAB_OK) {
        free(spool->memory);
        spool->memory = NULL;
        spool->capacity = 0;
    }
    return code;
}

/* ---- taking bytes ------------------------------------------------------------------------- */

static enum wcab_err grow(struct wci_spool *spool, size_t needed, struct wcab_error *err)
{
    size_t capacity = spool->capacity > 0 ? spool->capacity : FIRST_CAPACITY;
    uint8_t *grown;

    while (capacity < needed)
        capacity *= 2;
    if (capacity == spool->capacity)
        return WCAB_OK;
    grown = realloc(spool->memory, capacity);
    if (grown == NULL)
        return wci_error_nomem(err);
    spool->memory = grown;
    spool->capacity = capacity;
    return WCAB_OK;
}

enum wcab_err wci_spool_write(struct wci_spool *spool, uint64_t offset, const void *data,
                              size_t length, struct wcab_error *err)
{
    uint64_t end = offset + length;
    enum wcab_err code;

    if (offset < spool->size || end < offset)
        return wci_error_set(err, WCAB_ERR_CORRUPT, "unpacked parts overlap at byte %llu",
                             (unsigned long long)offset);
    code = wci_spool_check_claim(spool, end, err);
    if (code == WCAB_OK)
        code = wci_budget_check_time(spool->budget, err);
    if (code == WCAB_OK && spool->fd < 0 &&
        (end > WCI_SPOOL_MEMORY_BYTES ||
         (spool->size == 0 && spool->expected > WCI_SPOOL_MEMORY_BYTES)))
        code = move_to_file(spool, err);
    if (code == WCAB_OK && spool->fd < 0)
        code = grow(spool, (size_t)end, err);
    if (code != WCAB_OK)
        return code;
    if (spool->fd >= 0) {
        if (length > 0)
            code = write_file(spool, offset, data, length, err);
    } else if (end > spool->size) {
        memset(spool->memory + spool->size, 0, (size_t)(offset - spool->size));
        if (length > 0)
            memcpy(spool->memory + offset, data, length);
    }
    if (code == WCAB_OK) {
        spool->budget->bytes_left -= end - spool->size;
        spool->size = end;
    }
    return code;
}

enum wcab_err wci_spool_finish(struct wci_spool *spool, struct wci_source **source,
                               struct wcab_error *err)
{
    enum wcab_err code;

    if (spool->fd < 0) {
        code = wci_source_open_memory_take(spool->memory, (size_t)spool->size, source, err);
        spool->memory = NULL;
    } else if (ftruncate(spool->fd, (off_t)spool->size) != 0) {
        code = wci_error_set_sys(err, errno, "can't keep the temporary file");
    } else {
        code = wci_source_open_fd_take(spool->fd, NULL, source, err);
        spool->fd = -1;
    }
    wci_spool_discard(spool);
    return code;
}
