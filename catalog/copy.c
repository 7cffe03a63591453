/*
 * copy - compact copies of a catalog: elsewhere, and in its own place.  See catalog.h.
 *
 * LMDB's copying believes every page, so all of them are looked at before.  A copy is written to a
 * file without a name where the file system has such, so that nothing is left of one that was
 * interrupted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalog/store.h"
#include "catalog/writer.h"
#include "core/cancel.h"
#include "core/error.h"
#include "core/paths.h"

/* Below this nobody minds that most of a file is free. */
enum { SMALL_BYTES = 1024 * 1024 };

static const char writing_copy[] = "can't write the copy";

/* A file that becomes `path` when it is whole. */
struct copy {
    const char *path;
    int file;      /* -1: not open */
    bool is_named; /* it has its name already */
};

/* Where there are no files without names, one that must not exist yet. */
static enum wcab_err open_copy(struct copy *copy, mode_t mode, struct wcab_error *err)
{
    char *folder = wci_paths_folder(copy->path);

    if (folder == NULL)
        return wci_error_nomem(err);
    copy->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
    free(folder);
    if (copy->file >= 0)
        return WCAB_OK;
    copy->file = open(copy->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    copy->is_named = copy->file >= 0;
    return copy->file >= 0 ? WCAB_OK : wci_error_set_sys(err, errno, writing_copy);
}

/* Gives the file its name; USAGE when there is one of that name. */
static enum wcab_err name_copy(struct copy *copy, struct wcab_error *err)
{
    char descriptor[64];

    if (copy->is_named)
        return WCAB_OK;
    (void)snprintf(descriptor, sizeof(descriptor), "/proc/self/fd/%d", copy->file);
    copy->is_named = linkat(AT_FDCWD, descriptor, AT_FDCWD, copy->path, AT_SYMLINK_FOLLOW) == 0;
    return copy->is_named ? WCAB_OK : wci_error_set_sys(err, errno, "can't name the copy");
}

/* Ends the copy; one that failed leaves nothing. */
static enum wcab_err close_copy(struct copy *copy, enum wcab_err code, struct wcab_error *err)
{
    if (copy->file >= 0 && close(copy->file) != 0 && code == WCAB_OK)
        code = wci_error_set_sys(err, errno, writing_copy);
    if (code != WCAB_OK && copy->is_named)
        (void)unlink(copy->path);
    return code;
}

static enum wcab_err write_copy(const struct wci_store *store, struct copy *copy,
                                struct wcab_error *err)
{
    int result =
        mdb_env_copyfd2(wci_environment_env(store->environment), copy->file, MDB_CP_COMPACT);

    if (result != MDB_SUCCESS)
        return wci_store_error(result, "copying the catalog", err);
    if (fsync(copy->file) != 0)
        return wci_error_set_sys(err, errno, writing_copy);
    return WCAB_OK;
}

enum wcab_err wci_catalog_copy(struct wci_store *store, const char *path, struct wcab_error *err)
{
    struct copy copy = {path, -1, false};
    enum wcab_err code;

    if (access(path, F_OK) == 0)
        return wci_error_set(err, WCAB_ERR_USAGE, "%.200s exists already", path);
    code = wci_writer_check_pages(store, UINT64_MAX, err);
    if (code == WCAB_OK)
        code = open_copy(&copy, 0666, err);
    if (code == WCAB_OK)
        code = write_copy(store, &copy, err);
    wci_environment_relax(store->environment);
    if (code == WCAB_OK)
        code = name_copy(&copy, err);
    return close_copy(&copy, code, err);
}

/* ---- in its own place --------------------------------------------------------------------- */

/* Who may read and write the catalog stays the same. */
enum wcab_err wci_copy_keep_rights(const struct wci_store *store, int file, struct wcab_error *err)
{
    struct stat was, is;

    if (stat(store->data_path, &was) != 0 || fstat(file, &is) != 0)
        return wci_error_set_sys(err, errno, "can't examine the catalog's data file");
    if ((was.st_uid != is.st_uid || was.st_gid != is.st_gid) &&
        fchown(file, was.st_uid, was.st_gid) != 0)
        return wci_error_set_sys(
            err, errno, "its owner or group could not be kept; a copy elsewhere can be made");
    return was.st_mode == is.st_mode || fchmod(file, was.st_mode & 07777) == 0
               ? WCAB_OK
               : wci_error_set_sys(err, errno, "its mode could not be kept");
}

/* What was copied must be no worse: it is opened and looked through. */
static enum wcab_err check_copy(const char *path, struct wcab_error *err)
{
    struct wci_store *store = NULL;
    enum wcab_err code = wci_store_open(path, WCI_STORE_READ, &store, err);

    if (code == WCAB_OK)
        code = wci_writer_check_pages(store, UINT64_MAX, err);
    wci_store_close(store);
    return code;
}

/* Puts the copy in the place of the catalog's file.  Who reads the old one goes on with it: the
 * table of readers goes with it, because the two belong together.  It goes second: who comes
 * between the two reads the new file, with bounds of its own. */
enum wcab_err wci_copy_replace_data(const struct wci_store *store, const char *compact,
                                    struct wcab_error *err)
{
    char *lock = wci_paths_join(store->folder, "lock.mdb");
    enum wcab_err code = WCAB_OK;

    if (lock == NULL)
        return wci_error_nomem(err);
    if (rename(compact, store->data_path) != 0)
        code = wci_error_set_sys(err, errno, "can't replace %s", store->data_path);
    else if (unlink(lock) != 0 && errno != ENOENT)
        code = wci_error_set_sys(err, errno, "can't remove %s", lock);
    free(lock);
    return code;
}

enum wcab_err wci_catalog_compact(struct wci_writer *writer, struct wcab_error *err)
{
    struct wci_store *store = writer->store;
    char *path = wci_paths_join(store->folder, "data.mdb.compact");
    struct copy copy = {path, -1, false};
    struct stat was;
    enum wcab_err code;

    if (path == NULL)
        return wci_error_nomem(err);
    wci_environment_relax(store->environment);
    code = wci_writer_check_pages(store, UINT64_MAX, err);
    /* of one that was killed; nobody else has it, as only one may write */
    if (code == WCAB_OK && unlink(path) != 0 && errno != ENOENT)
        code = wci_error_set_sys(err, errno, "can't remove %s", path);
    /* Whoever has given up the right to change modes can make a file with the right one. */
    if (code == WCAB_OK && stat(store->data_path, &was) != 0)
        code = wci_error_set_sys(err, errno, "can't examine the catalog's data file");
    if (code == WCAB_OK)
        code = open_copy(&copy, was.st_mode & 0777, err);
    if (code == WCAB_OK)
        code = write_copy(store, &copy, err);
    if (code == WCAB_OK)
        code = wci_cancel_check(store->cancel, err);
    if (code == WCAB_OK)
        code = wci_copy_keep_rights(store, copy.file, err);
    if (code == WCAB_OK)
        code = name_copy(&copy, err);
    code = close_copy(&copy, code, err);
    if (code == WCAB_OK) {
        code = check_copy(path, err);
        if (code == WCAB_OK)
            code = wci_copy_replace_data(store, path, err);
        if (code != WCAB_OK)
            (void)unlink(path);
    }
    free(path);
    return code;
}

/* ---- kept small --------------------------------------------------------------------------- */

void wci_copy_keep_small(struct wci_writer *writer)
{
    struct wci_catalog_stats stats;
    struct wci_reader *reader = NULL;
    enum wcab_err code;

    wci_environment_relax(writer->store->environment);
    code = wci_reader_open(writer->store, &reader, NULL);
    if (code != WCAB_OK)
        return;
    code = wci_reader_stats(reader, &stats, NULL);
    wci_reader_close(reader);
    if (code == WCAB_OK && stats.bytes_file > SMALL_BYTES &&
        stats.bytes_file / 2 > stats.bytes_used)
        (void)wci_catalog_compact(writer, NULL);
}
