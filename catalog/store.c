/*
 * store - see store.h.
 */
#include "catalog/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "catalog/datafile.h"
#include "core/cancel.h"
#include "core/error.h"
#include "core/paths.h"

enum { LOCK_POLL_MS = 50 };

#ifdef __clang_analyzer__
#undef wci_store_error
#endif

enum wcab_err wci_store_error(int result, const char *doing, struct wcab_error *err)
{
    enum wcab_err code;

    if (result > 0)
        return wci_error_set_sys(err, result, "%s", doing);
    switch (result) {
    case MDB_MAP_FULL:
    case MDB_MAP_RESIZED:
        code = wci_error_set(err, WCAB_ERR_LIMIT,
                             "%s: it has outgrown the address space this process may use", doing);
        break;
    case MDB_TXN_FULL:
        code = wci_error_set(err, WCAB_ERR_LIMIT, "%s: too much in one transaction", doing);
        break;
    case MDB_READERS_FULL:
        code = wci_error_set(err, WCAB_ERR_BUSY,
                             "%s: more processes read it than can be told apart", doing);
        break;
    case MDB_VERSION_MISMATCH:
        code = wci_error_set(err, WCAB_ERR_VERSION, "%s: %s", doing, mdb_strerror(result));
        break;
    default: /* what a sound file never leads to */
        code = wci_error_set(err, WCAB_ERR_CORRUPT, "%s: %s", doing, mdb_strerror(result));
        break;
    }
    if (err != NULL)
        err->sys = result;
    return code;
}

/* ---- where it lies ------------------------------------------------------------------------ */

/* Less room than one commit needs at the least. */
static bool is_full(const char *path)
{
    enum { LEAST_ROOM = 256 * 1024 };
    struct statvfs status;

    return statvfs(path, &status) == 0 && (uint64_t)status.f_bavail * status.f_frsize < LEAST_ROOM;
}

enum wcab_err wci_store_write_error(const struct wci_store *store, int result, const char *doing,
                                    struct wcab_error *err)
{
    enum wcab_err code;

    if (result == EIO && is_full(store->data_path))
        result = ENOSPC;
    code = wci_store_error(result, doing, err);
    wci_error_push_place(err, store->data_path, strlen(store->data_path));
    return code;
}

/* Network file systems keep neither shared maps nor locks coherent (magic numbers: statfs(2)). */
static const char *network_name(unsigned long magic)
{
    static const struct {
        unsigned long magic;
        const char *name;
    } known[] = {
        {0x6969, "NFS"},      {0x517B, "SMB"},        {0xFF534D42, "CIFS"}, {0xFE534D42, "SMB2"},
        {0x5346414F, "AFS"},  {0x6B414653, "AFS"},    {0x73757245, "Coda"}, {0x01021997, "9P"},
        {0x00C36400, "Ceph"}, {0x0BD00BD0, "Lustre"}, {0x01161970, "GFS2"}, {0x7461636F, "OCFS2"},
    };
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].magic == magic)
            return known[i].name;
    }
    return NULL;
}

enum wcab_err wci_store_accept_file_system(unsigned long magic, struct wcab_error *err)
{
    const char *name = network_name(magic);

    if (name == NULL)
        return WCAB_OK;
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED,
                         "the catalog would lie on a network file system (%s), which keeps neither "
                         "locks nor shared memory in step; choose a folder on a local disk",
                         name);
}

static enum wcab_err check_file_system(const char *folder, struct wcab_error *err)
{
    struct statfs status;

    if (statfs(folder, &status) != 0)
        return wci_error_set_sys(err, errno, "can't examine the catalog's file system");
    return wci_store_accept_file_system((unsigned long)status.f_type & 0xFFFFFFFFUL, err);
}

/* Sets folder and data_path of the store from the path that was asked for. */
static enum wcab_err locate(struct wci_store *store, const char *path, struct wcab_error *err)
{
    struct stat status;
    bool exists = stat(path, &status) == 0;

    if (!exists && (store->mode == WCI_STORE_READ || errno != ENOENT))
        return wci_error_set_sys(err, errno, "no catalog");
    if (!exists) {
        enum wcab_err code = wci_paths_make_folders(path, "can't make the catalog's folder", err);

        if (code != WCAB_OK)
            return code;
    }
    if (exists && !S_ISDIR(status.st_mode)) {
        if (store->mode == WCI_STORE_WRITE)
            return wci_error_set(err, WCAB_ERR_USAGE, "the catalog to write is no folder");
        store->data_path = strdup(path);
        return store->data_path == NULL ? wci_error_nomem(err) : WCAB_OK;
    }
    store->folder = strdup(path);
    store->data_path = wci_paths_join(path, "data.mdb");
    if (store->folder == NULL || store->data_path == NULL)
        return wci_error_nomem(err);
    return check_file_system(path, err);
}

void wci_store_set_cancel(struct wci_store *store, const struct wcab_cancel *cancel)
{
    store->cancel = cancel;
}

void wci_store_set_fetch(struct wci_store *store, struct wcab_fetch *fetch)
{
    store->fetch = fetch;
}

/* ---- opening ------------------------------------------------------------------------------ */

static enum wcab_err open_lmdb(struct wci_store *store, struct wcab_error *err)
{
    enum wcab_err code = wci_environment_open(store->folder, store->data_path, store->mode,
                                              &store->environment, err);

    if (code == WCAB_OK)
        store->env = wci_environment_env(store->environment);
    return code;
}

static unsigned table_flags(enum wci_table table)
{
    return wci_schema_tables[table].value_size > 0 ? MDB_DUPSORT | MDB_DUPFIXED : 0;
}

static enum wcab_err open_each_table(struct wci_store *store, MDB_txn *transaction, unsigned flags,
                                     struct wcab_error *err)
{
    unsigned i, found;
    int result;

    for (i = 0; i < WCI_TABLE_COUNT; i++) {
        unsigned expected = table_flags((enum wci_table)i);

        result = mdb_dbi_open(transaction, wci_schema_tables[i].name, flags | expected,
                              &store->tables[i]);
        if (result == MDB_SUCCESS)
            result = mdb_dbi_flags(transaction, store->tables[i], &found);
        if (result != MDB_SUCCESS)
            return wci_store_error(result, "opening the catalog's tables", err);
        if ((found & (MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERKEY | MDB_REVERSEKEY)) != expected)
            return wci_error_set(err, WCAB_ERR_CORRUPT,
                                 "the catalog is damaged: its table '%s' has the wrong form",
                                 wci_schema_tables[i].name);
    }
    return WCAB_OK;
}

static enum wcab_err put_meta(const struct wci_store *store, MDB_txn *transaction, const char *name,
                              const struct wci_buffer *bytes, struct wcab_error *err)
{
    MDB_val key = {.mv_size = strlen(name), .mv_data = (void *)(uintptr_t)name};
    MDB_val value = {.mv_size = bytes->size, .mv_data = bytes->data};
    int result;

    if (!bytes->ok)
        return wci_error_nomem(err);
    result = mdb_put(transaction, store->tables[WCI_TABLE_META], &key, &value, 0);
    return result == MDB_SUCCESS ? WCAB_OK : wci_store_error(result, "making the catalog", err);
}

static enum wcab_err put_first_values(const struct wci_store *store, MDB_txn *transaction,
                                      struct wcab_error *err)
{
    struct wci_counters none;
    struct wci_buffer value;
    enum wcab_err code;

    memset(&none, 0, sizeof(none));
    wci_buffer_init(&value);
    wci_schema_put_format(&value);
    code = put_meta(store, transaction, "format", &value, err);
    wci_buffer_clear(&value);
    wci_schema_put_counters(&none, &value);
    if (code == WCAB_OK)
        code = put_meta(store, transaction, "counters", &value, err);
    wci_buffer_free(&value);
    return code;
}

/* The handles are the environment's, once the transaction is committed. */
static enum wcab_err open_tables(struct wci_store *store, unsigned flags, struct wcab_error *err)
{
    bool makes = (flags & MDB_CREATE) != 0;
    MDB_txn *transaction;
    enum wcab_err code;
    int result;

    wci_environment_begin_tables();
    result = mdb_txn_begin(store->env, NULL, makes ? 0 : MDB_RDONLY, &transaction);
    code = result == MDB_SUCCESS ? open_each_table(store, transaction, flags, err)
                                 : wci_store_error(result, "opening the catalog's tables", err);
    if (code == WCAB_OK && makes)
        code = put_first_values(store, transaction, err);
    if (code == WCAB_OK) {
        result = mdb_txn_commit(transaction);
        if (result != MDB_SUCCESS)
            code = wci_store_error(result, "opening the catalog's tables", err);
    } else if (result == MDB_SUCCESS) {
        mdb_txn_abort(transaction);
    }
    wci_environment_end_tables();
    return code;
}

/* NOTFOUND: nothing was ever stored in this file.  Who only reads needs no more of LMDB. */
static enum wcab_err open_existing(struct wci_store *store, struct wcab_error *err)
{
    struct wci_reader *reader = NULL;
    enum wcab_err code = wci_reader_open(store, &reader, err);

    wci_reader_close(reader);
    return code != WCAB_OK || store->mode == WCI_STORE_READ ? code : open_tables(store, 0, err);
}

/* Two processes may want to make the same catalog: the second finds it made. */
static enum wcab_err create(struct wci_store *store, struct wcab_error *err)
{
    int lock;
    enum wcab_err code = wci_store_lock(store, true, NULL, &lock, err);

    if (code != WCAB_OK)
        return code;
    code = open_existing(store, err);
    if (code == WCAB_ERR_NOTFOUND)
        code = open_tables(store, MDB_CREATE, err);
    wci_store_unlock(lock);
    return code;
}

static enum wcab_err open_store(struct wci_store *store, const char *path, struct wcab_error *err)
{
    struct wci_datafile datafile;
    bool fresh;
    enum wcab_err code = locate(store, path, err);

    if (code != WCAB_OK)
        return code;
    /* LMDB maps the file and believes it: what it would stumble over at once is looked for here. */
    code = wci_datafile_inspect(store->data_path, &datafile, err);
    fresh = code == WCAB_ERR_NOTFOUND && store->mode == WCI_STORE_WRITE;
    if (code == WCAB_OK || fresh)
        code = open_lmdb(store, err);
    if (code != WCAB_OK)
        return code;
    code = open_existing(store, err);
    if (code == WCAB_ERR_NOTFOUND && store->mode == WCI_STORE_WRITE)
        code = create(store, err);
    return code;
}

enum wcab_err wci_store_open(const char *path, enum wci_store_mode mode, struct wci_store **store,
                             struct wcab_error *err)
{
    struct wci_store *opened = calloc(1, sizeof(*opened));
    enum wcab_err code;

    if (opened == NULL)
        return wci_error_nomem(err);
    opened->mode = mode;
    code = open_store(opened, path, err);
    if (code != WCAB_OK) {
        wci_store_close(opened);
        if (err != NULL)
            (void)wci_error_push_place(err, path, strlen(path));
        return code;
    }
    *store = opened;
    return WCAB_OK;
}

void wci_store_close(struct wci_store *store)
{
    if (store == NULL)
        return;
    wci_environment_close(store->environment);
    free(store->folder);
    free(store->data_path);
    free(store);
}

bool wci_store_is_current(const struct wci_store *store)
{
    return wci_environment_is_current(store->environment, store->data_path);
}

uint64_t wci_store_moment(const struct wci_store *store)
{
    return wci_environment_moment(store->environment);
}

enum wcab_err wci_store_renew(struct wci_store *store, struct wcab_error *err)
{
    enum wcab_err code;

    if (wci_environment_is_current(store->environment, store->data_path))
        return WCAB_OK;
    wci_environment_close(store->environment);
    store->environment = NULL;
    store->env = NULL;
    code = open_lmdb(store, err);
    return code == WCAB_OK ? open_existing(store, err) : code;
}

/* ---- the writer lock ---------------------------------------------------------------------- */

static int try_lock(int file)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fcntl(file, F_OFD_SETLK, &lock);
}

static enum wcab_err say_busy(int file, struct wcab_error *err)
{
    char text[24];
    ssize_t length = pread(file, text, sizeof(text) - 1, 0);
    long process;

    text[length > 0 ? length : 0] = '\0';
    process = strtol(text, NULL, 10);
    if (process <= 0)
        return wci_error_set(err, WCAB_ERR_BUSY, "another process is writing to the catalog");
    return wci_error_set(err, WCAB_ERR_BUSY, "process %ld is writing to the catalog", process);
}

static enum wcab_err wait_for_lock(int file, bool wait, const struct wcab_cancel *cancel,
                                   struct wcab_error *err)
{
    const struct timespec pause = {.tv_nsec = LOCK_POLL_MS * 1000000L};

    while (try_lock(file) != 0) {
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return wci_error_set_sys(err, errno, "can't lock the catalog");
        if (!wait)
            return say_busy(file, err);
        if (wci_cancel_is_set(cancel))
            return wci_error_set(err, WCAB_ERR_CANCELLED,
                                 "cancelled while waiting for the catalog");
        (void)nanosleep(&pause, NULL);
    }
    return WCAB_OK;
}

enum wcab_err wci_store_lock(const struct wci_store *store, bool wait,
                             const struct wcab_cancel *cancel, int *lock, struct wcab_error *err)
{
    char *path = wci_paths_join(store->folder, "writer.lock");
    char text[24];
    enum wcab_err code;
    int file;

    if (path == NULL)
        return wci_error_nomem(err);
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    code = file < 0 ? wci_error_set_sys(err, errno, "can't open the catalog's writer lock")
                    : wait_for_lock(file, wait, cancel, err);
    free(path);
    if (code != WCAB_OK) {
        if (file >= 0)
            (void)close(file);
        return code;
    }
    /* Only a help for who is kept waiting: a full disk must not matter. */
    (void)snprintf(text, sizeof(text), "%ld\n", (long)getpid());
    if (ftruncate(file, 0) != 0 || pwrite(file, text, strlen(text), 0) < 0)
        errno = 0;
    *lock = file;
    return WCAB_OK;
}

void wci_store_unlock(int lock)
{
    struct flock unlock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

    if (ftruncate(lock, 0) != 0)
        errno = 0;
    /* Closing alone would leave it to a child process that was forked meanwhile. */
    (void)fcntl(lock, F_OFD_SETLK, &unlock);
    (void)close(lock);
}
