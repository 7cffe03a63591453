/*
 * environment - see environment.h.
 *
 * LMDB is used as it is meant to be: no WRITEMAP (a stray pointer can't reach the file), no NOSYNC
 * (what was committed survives a power cut), MDB_NOTLS (a reader belongs to a handle, not to a
 * thread).  The map is much larger than any catalog: it costs addresses, not memory, and so the
 * file can grow while others read it.
 */
#include "catalog/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/store.h"
#include "core/error.h"
#include "core/paths.h"

#define MAP_LARGEST (sizeof(size_t) > 4 ? (uint64_t)256 << 30 : (uint64_t)1 << 30)
#define MAP_SMALLEST ((uint64_t)64 << 20)
enum { MOST_READERS = 510, READER_BYTES = 64, RELAX_PAGES = 1024 };

struct wci_environment {
    struct wci_environment *next;
    dev_t device; /* of the data file */
    ino_t inode;
    unsigned users;
    pid_t process; /* LMDB's are of no use to a child process */
    bool writable;
    MDB_env *env;
};

static pthread_mutex_t table_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t tables_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct wci_environment *open_environments; /* guarded by table_mutex */

/* ---- opening ------------------------------------------------------------------------------ */

static int try_environment(const char *path, uint64_t map_size, unsigned flags, MDB_env **env)
{
    MDB_env *made;
    int result = mdb_env_create(&made);

    if (result != MDB_SUCCESS)
        return result;
    result = mdb_env_set_mapsize(made, (size_t)map_size);
    if (result == MDB_SUCCESS)
        result = mdb_env_set_maxdbs(made, WCI_TABLE_COUNT);
    if (result == MDB_SUCCESS)
        result = mdb_env_set_maxreaders(made, MOST_READERS);
    if (result == MDB_SUCCESS)
        result = mdb_env_open(made, path, flags, 0666);
    if (result != MDB_SUCCESS) {
        mdb_env_close(made);
        return result;
    }
    *env = made;
    return MDB_SUCCESS;
}

/* Opens with the largest map that this process is allowed. */
static int open_largest(const char *path, unsigned flags, MDB_env **env)
{
    uint64_t map_size = MAP_LARGEST;
    int result = try_environment(path, map_size, flags, env);

    while (result == ENOMEM && map_size > MAP_SMALLEST) {
        map_size /= 2;
        result = try_environment(path, map_size, flags, env);
    }
    return result;
}

/* LMDB maps its table of readers and writes to it: on a full disk that would be the end of the
 * process. So its blocks are asked for before.  False when there are none. */
static bool has_reader_table(const char *folder)
{
    const off_t wanted = (MOST_READERS + 2) * READER_BYTES;
    char *path = wci_paths_join(folder, "lock.mdb");
    struct stat status;
    int file, result;

    if (path == NULL)
        return false;
    if (stat(path, &status) == 0 && (off_t)status.st_blocks * 512 >= wanted) {
        free(path);
        return true;
    }
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    free(path);
    if (file < 0)
        return errno != ENOSPC; /* else LMDB finds out what is wrong */
    result = posix_fallocate(file, 0, wanted);
    (void)close(file);
    return result != ENOSPC && result != EDQUOT;
}

static bool is_refusal(int result)
{
    return result == EACCES || result == EPERM || result == EROFS;
}

/* As a writer where that may be, so that a later one finds an environment that it can use. */
static int open_folder(const char *folder, const char *data_path, enum wci_store_mode mode,
                       struct wci_environment *made)
{
    int result = EACCES;

    if (mode == WCI_STORE_READ && !has_reader_table(folder))
        return open_largest(folder, MDB_NOTLS | MDB_RDONLY | MDB_NOLOCK, &made->env);
    if (mode == WCI_STORE_WRITE && !has_reader_table(folder))
        return ENOSPC;
    if (mode == WCI_STORE_WRITE || access(data_path, W_OK) == 0) {
        result = open_largest(folder, MDB_NOTLS, &made->env);
        made->writable = result == MDB_SUCCESS;
    }
    if (is_refusal(result) && mode == WCI_STORE_READ)
        result = open_largest(folder, MDB_NOTLS | MDB_RDONLY, &made->env);
    /* Another user's catalog, or a folder that can't be written: nobody can be told that we read,
     * and whoever may write does not expect it; reading is bounds-checked all the same. */
    if (is_refusal(result) && mode == WCI_STORE_READ)
        result = open_largest(folder, MDB_NOTLS | MDB_RDONLY | MDB_NOLOCK, &made->env);
    return result;
}

static enum wcab_err open_new(const char *folder, const char *data_path, enum wci_store_mode mode,
                              struct wci_environment **environment, struct wcab_error *err)
{
    struct wci_environment *made = calloc(1, sizeof(*made));
    struct stat status;
    int result, file, dead;

    if (made == NULL)
        return wci_error_nomem(err);
    result = folder != NULL
                 ? open_folder(folder, data_path, mode, made)
                 : open_largest(data_path, MDB_NOTLS | MDB_RDONLY | MDB_NOSUBDIR | MDB_NOLOCK,
                                &made->env);
    if (result == MDB_SUCCESS) {
        result = mdb_env_get_fd(made->env, &file);
        if (result == MDB_SUCCESS && fstat(file, &status) != 0)
            result = errno != 0 ? errno : EIO;
        if (result != MDB_SUCCESS)
            mdb_env_close(made->env);
    }
    if (result != MDB_SUCCESS) {
        free(made);
        return wci_store_error(result, "can't open the catalog", err);
    }
    /* Slots of readers that were killed would keep old pages from being used again. */
    (void)mdb_reader_check(made->env, &dead);
    made->process = getpid();
    made->device = status.st_dev;
    made->inode = status.st_ino;
    *environment = made;
    return WCAB_OK;
}

static struct wci_environment *find_open(const char *data_path)
{
    struct wci_environment *found = open_environments;
    struct stat status;

    if (found == NULL || stat(data_path, &status) != 0)
        return NULL;
    while (found != NULL && (found->device != status.st_dev || found->inode != status.st_ino ||
                             found->process != getpid()))
        found = found->next;
    return found;
}

enum wcab_err wci_environment_open(const char *folder, const char *data_path,
                                   enum wci_store_mode mode, struct wci_environment **environment,
                                   struct wcab_error *err)
{
    struct wci_environment *found;
    enum wcab_err code = WCAB_OK;

    (void)pthread_mutex_lock(&table_mutex);
    found = find_open(data_path);
    if (found == NULL) {
        code = open_new(folder, data_path, mode, &found, err);
        if (code == WCAB_OK) {
            found->next = open_environments;
            open_environments = found;
        }
    } else if (mode == WCI_STORE_WRITE && !found->writable) {
        code =
            wci_error_set(err, WCAB_ERR_BUSY, "this process has the catalog open for reading only");
    }
    if (code == WCAB_OK) {
        found->users++;
        *environment = found;
    }
    (void)pthread_mutex_unlock(&table_mutex);
    return code;
}

void wci_environment_close(struct wci_environment *environment)
{
    struct wci_environment **link = &open_environments;

    if (environment == NULL)
        return;
    (void)pthread_mutex_lock(&table_mutex);
    if (--environment->users == 0) {
        while (*link != environment)
            link = &(*link)->next;
        *link = environment->next;
        mdb_env_close(environment->env);
        free(environment);
    }
    (void)pthread_mutex_unlock(&table_mutex);
}

/* ---- asking ------------------------------------------------------------------------------- */

MDB_env *wci_environment_env(const struct wci_environment *environment)
{
    return environment->env;
}

bool wci_environment_is_current(const struct wci_environment *environment, const char *data_path)
{
    struct stat status;

    return stat(data_path, &status) == 0 && status.st_dev == environment->device &&
           status.st_ino == environment->inode;
}

uint64_t wci_environment_moment(const struct wci_environment *environment)
{
    const uint64_t spread = 0x9E3779B97F4A7C15; /* odd: commits of one file never meet */
    MDB_envinfo info = {.me_last_txnid = 0};
    uint64_t moment;

    (void)mdb_env_info(environment->env, &info);
    moment = ((uint64_t)environment->inode * spread ^ (uint64_t)environment->device) * spread +
             info.me_last_txnid;
    return moment != 0 ? moment : 1;
}

/* Lets go of a stretch of memory when a line of /proc/self/maps says that it maps the file. */
static void relax_line(const char *line, ino_t inode)
{
    unsigned long start, end;
    unsigned long long number;

    if (sscanf(line, "%lx-%lx %*s %*s %*s %llu", &start, &end, &number) == 3 &&
        number == (unsigned long long)inode && strstr(line, "/data.mdb") != NULL && start < end)
        (void)madvise((void *)start, end - start, MADV_DONTNEED);
}

void wci_environment_relax(const struct wci_environment *environment)
{
    char line[4352]; /* a path and what stands before it */
    MDB_envinfo info = {.me_last_pgno = 0};
    FILE *maps;

    (void)mdb_env_info(environment->env, &info);
    if (info.me_last_pgno < RELAX_PAGES)
        return;
    maps = fopen("/proc/self/maps", "re");
    if (maps == NULL)
        return;
    while (fgets(line, sizeof(line), maps) != NULL)
        relax_line(line, environment->inode);
    (void)fclose(maps);
}

void wci_environment_begin_tables(void)
{
    (void)pthread_mutex_lock(&tables_mutex);
}

void wci_environment_end_tables(void)
{
    (void)pthread_mutex_unlock(&tables_mutex);
}

void wci_store_begin_fork(void)
{
    (void)pthread_mutex_lock(&tables_mutex);
    (void)pthread_mutex_lock(&table_mutex);
}

void wci_store_end_fork(void)
{
    (void)pthread_mutex_unlock(&table_mutex);
    (void)pthread_mutex_unlock(&tables_mutex);
}
