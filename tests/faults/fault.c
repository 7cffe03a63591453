/*
 * fault - lets the nth call of a kind fail, for programs linked with --wrap.
 *
 * WHICHCAB_FAULT is KIND:N: "memory:7" fails the seventh allocation, "read:3" the third read of a
 * file with EIO, "short:3" makes it come short by half, "write:2" fails the second write with
 * ENOSPC. With WHICHCAB_FAULT_COUNT=FILE the number of calls of that kind is written to FILE at the
 * end.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
ssize_t __real_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __real_pwrite64(int fd, const void *buffer, size_t size, off_t offset);
ssize_t __real_write(int fd, const void *buffer, size_t size);
int __real_fsync(int fd);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset);
ssize_t __wrap_pwrite64(int fd, const void *buffer, size_t size, off_t offset);
ssize_t __wrap_write(int fd, const void *buffer, size_t size);
int __wrap_fsync(int fd);

static atomic_ulong calls;

/* Whether this call of `kind` is the one that fails. */
static int fails(const char *kind)
{
    const char *wanted = getenv("WHICHCAB_FAULT");
    size_t length = strlen(kind);

    if (wanted == NULL || strncmp(wanted, kind, length) != 0 || wanted[length] != ':')
        return 0;
    return atomic_fetch_add(&calls, 1) + 1 == strtoul(wanted + length + 1, NULL, 10);
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("WHICHCAB_FAULT_COUNT");
    FILE *file = path == NULL ? NULL : fopen(path, "w");

    if (file != NULL) {
        (void)fprintf(file, "%lu\n", atomic_load(&calls));
        (void)fclose(file);
    }
}

void *__wrap_malloc(size_t size)
{
    return fails("memory") ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails("memory") ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails("memory") ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *text)
{
    return fails("memory") ? NULL : __real_strdup(text);
}

ssize_t __wrap_pread64(int fd, void *buffer, size_t size, off_t offset)
{
    if (fails("read")) {
        errno = EIO;
        return -1;
    }
    if (fails("short"))
        size = size / 2;
    return __real_pread64(fd, buffer, size, offset);
}

ssize_t __wrap_write(int fd, const void *buffer, size_t size)
{
    if (fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    return __real_write(fd, buffer, size);
}

ssize_t __wrap_pwrite64(int fd, const void *buffer, size_t size, off_t offset)
{
    if (fails("write")) {
        errno = ENOSPC;
        return -1;
    }
    return __real_pwrite64(fd, buffer, size, offset);
}

int __wrap_fsync(int fd)
{
    if (fails("write")) {
        errno = EIO;
        return -1;
    }
    return __real_fsync(fd);
}
