/*
 * Opening catalogs: whole, missing, foreign, damaged, read-only, in use; and what kills leave.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include <lmdb.h>

#include "catalog/store.h"
#include "catalog_fixture.h"

static unsigned kills = 40; /* or the first argument: a campaign */

static enum wcab_err open_code(const char *path, enum wci_store_mode mode, struct wcab_error *err)
{
    struct wci_store *store = NULL;
    enum wcab_err code = wci_store_open(path, mode, &store, err);

    wci_store_close(store);
    return code;
}

/* A catalog with one image in `folder`. */
static void make_catalog(char folder[128])
{
    struct wci_store *store;
    struct wci_writer *writer;
    struct wci_image *image = fixture_image("/image");

    (void)fixture_entry(fixture_cabinet(image, WCI_NONE, "X.CAB", 1), "", "MAPI32.DLL", 1);
    fixture_folder(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    (void)fixture_put(writer, image);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    wci_store_close(store);
}

static char *in_folder(const char *folder, const char *name, char path[256])
{
    (void)snprintf(path, 256, "%s/%s", folder, name);
    return path;
}

static void what_is_not_there_is_not_found(void)
{
    char folder[128], path[256];
    struct wcab_error err = {.place = ""};
    int file;

    fixture_folder(folder);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, NULL), WCAB_ERR_NOTFOUND);
    (void)in_folder(folder, "none", path);
    CHECK_EQ_INT(open_code(path, WCI_STORE_READ, &err), WCAB_ERR_NOTFOUND);
    CHECK_EQ_STR(err.place, path);
    CHECK(access(path, F_OK) != 0);
    /* made, but never filled */
    file = open(in_folder(folder, "data.mdb", path), O_CREAT | O_WRONLY, 0600);
    (void)close(file);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, NULL), WCAB_ERR_NOTFOUND);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_WRITE, NULL), WCAB_OK);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, NULL), WCAB_OK);
    fixture_remove(folder);
}

static void folders_are_made(void)
{
    char folder[128], path[256], parent[256];

    fixture_folder(folder);
    (void)in_folder(folder, "a/b", path);
    CHECK_EQ_INT(open_code(path, WCI_STORE_WRITE, NULL), WCAB_OK);
    CHECK_EQ_INT(open_code(path, WCI_STORE_READ, NULL), WCAB_OK);
    fixture_remove(path);
    fixture_remove(in_folder(folder, "a", parent));
    fixture_remove(folder);
}

static void write_file(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wbe");

    CHECK(file != NULL);
    if (file != NULL) {
        CHECK_EQ_INT(fwrite(data, 1, size, file), size);
        (void)fclose(file);
    }
}

static void foreign_files_are_refused(void)
{
    char folder[128], path[256];
    static const char text[8192] = "This is no catalog at all.";
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi dbi;
    MDB_val key = {3, (void *)(uintptr_t) "key"}, value = {5, (void *)(uintptr_t) "value"};

    fixture_folder(folder);
    write_file(in_folder(folder, "data.mdb", path), text, sizeof(text));
    CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, NULL), WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_WRITE, NULL), WCAB_ERR_CORRUPT);
    write_file(path, text, 10);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, NULL), WCAB_ERR_CORRUPT);
    (void)unlink(path);
    /* somebody else's LMDB file */
    CHECK_EQ_INT(mdb_env_create(&env), 0);
    CHECK_EQ_INT(mdb_env_open(env, folder, 0, 0600), 0);
    CHECK_EQ_INT(mdb_txn_begin(env, NULL, 0, &txn), 0);
    CHECK_EQ_INT(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
    CHECK_EQ_INT(mdb_put(txn, dbi, &key, &value, 0), 0);
    CHECK_EQ_INT(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, NULL), WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_WRITE, NULL), WCAB_ERR_CORRUPT);
    fixture_remove(folder);
}

/* Writes another format number behind the catalog's back. */
static void set_format(const char *folder, uint32_t version)
{
    struct wci_store *store = fixture_store(folder, WCI_STORE_WRITE);
    char format[12] = "whichcab";
    MDB_val key = {6, (void *)(uintptr_t) "format"}, value = {sizeof(format), format};
    MDB_txn *txn = NULL;

    format[8] = (char)version;
    CHECK_EQ_INT(mdb_txn_begin(store->env, NULL, 0, &txn), 0);
    CHECK_EQ_INT(mdb_put(txn, store->tables[WCI_TABLE_META], &key, &value, 0), 0);
    CHECK_EQ_INT(mdb_txn_commit(txn), 0);
    wci_store_close(store);
}

static void other_versions_are_refused_with_advice(void)
{
    char folder[128];
    struct wcab_error err;

    make_catalog(folder);
    set_format(folder, WCI_SCHEMA_VERSION + 1);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, &err), WCAB_ERR_VERSION);
    CHECK(strstr(err.text, "index again") != NULL);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_WRITE, &err), WCAB_ERR_VERSION);
    fixture_remove(folder);
    make_catalog(folder);
    set_format(folder, 0);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, &err), WCAB_ERR_VERSION);
    CHECK(strstr(err.text, "whichcab index") != NULL);
    fixture_remove(folder);
}

/* The oldest format that is read is the newest behind the first change. */
static void an_older_format_is_renewed(void)
{
    char folder[128];
    struct wci_store *store;
    struct wci_reader *reader;
    struct wci_writer *writer;
    struct wci_catalog_stats stats;

    make_catalog(folder);
    set_format(folder, WCI_SCHEMA_OLDEST);
    store = fixture_store(folder, WCI_STORE_WRITE);
    reader = fixture_reader(store);
    CHECK_EQ_INT(wci_reader_stats(reader, &stats, NULL), WCAB_OK);
    CHECK_EQ_INT(stats.format_version, WCI_SCHEMA_OLDEST);
    wci_reader_close(reader);
    writer = fixture_writer(store);
    CHECK_EQ_INT(
        wci_writer_put_profile(writer, wci_bytes_of("a"), wci_bytes_of("[profile]\n"), NULL),
        WCAB_OK);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(store);
    CHECK_EQ_INT(wci_reader_stats(reader, &stats, NULL), WCAB_OK);
    CHECK_EQ_INT(stats.format_version, WCI_SCHEMA_VERSION);
    wci_reader_close(reader);
    wci_store_close(store);
    fixture_remove(folder);
}

static void truncated_files_are_refused(void)
{
    char folder[128], path[256];
    struct wcab_error err = {.text = ""};
    struct stat status;
    off_t size;

    make_catalog(folder);
    CHECK_EQ_INT(stat(in_folder(folder, "data.mdb", path), &status), 0);
    for (size = status.st_size - 1; size > 0; size -= size > 4096 ? 2048 : 400) {
        CHECK_EQ_INT(truncate(path, size), 0);
        CHECK_EQ_INT(open_code(folder, WCI_STORE_READ, &err), WCAB_ERR_CORRUPT);
    }
    CHECK_EQ_INT(truncate(path, 5000), 0);
    CHECK_EQ_INT(open_code(folder, WCI_STORE_WRITE, &err), WCAB_ERR_CORRUPT);
    fixture_remove(folder);
}

static void network_file_systems_are_refused(void)
{
    struct wcab_error err = {.text = ""};

    CHECK_EQ_INT(wci_store_accept_file_system(0x6969, &err), WCAB_ERR_UNSUPPORTED);
    CHECK(strstr(err.text, "NFS") != NULL);
    CHECK_EQ_INT(wci_store_accept_file_system(0xFF534D42, NULL), WCAB_ERR_UNSUPPORTED);
    CHECK_EQ_INT(wci_store_accept_file_system(0xEF53, NULL), WCAB_OK);     /* ext4 */
    CHECK_EQ_INT(wci_store_accept_file_system(0x01021994, NULL), WCAB_OK); /* tmpfs */
}

static void a_copy_is_one_compact_file(void)
{
    char folder[128], copy[256], path[256];
    struct wci_store *store;
    struct wci_reader *reader;
    struct wci_writer *writer = NULL;
    struct stat whole, compact;

    make_catalog(folder);
    store = fixture_store(folder, WCI_STORE_READ);
    CHECK_EQ_INT(wci_catalog_copy(store, in_folder(folder, "published", copy), NULL), WCAB_OK);
    CHECK_EQ_INT(wci_catalog_copy(store, "/nonexistent/folder/x", NULL), WCAB_ERR_NOTFOUND);
    wci_store_close(store);
    CHECK_EQ_INT(stat(in_folder(folder, "data.mdb", path), &whole), 0);
    CHECK_EQ_INT(stat(copy, &compact), 0);
    CHECK(compact.st_size <= whole.st_size);
    CHECK_EQ_INT(chmod(copy, 0444), 0);
    store = fixture_store(copy, WCI_STORE_READ);
    reader = fixture_reader(store);
    CHECK_EQ_INT(fixture_find(reader, "mapi32.dll").count, 1);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    CHECK_EQ_INT(wci_writer_open(store, false, NULL, &writer, NULL), WCAB_ERR_USAGE);
    wci_store_close(store);
    CHECK_EQ_INT(open_code(copy, WCI_STORE_WRITE, NULL), WCAB_ERR_USAGE);
    CHECK(access(in_folder(folder, "published-lock", path), F_OK) != 0);
    fixture_remove(folder);
}

/* Runs `act` in a child without rights over the folder; its exit status. */
static int as_nobody(int (*act)(const char *folder), const char *folder)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(99);
        _exit(act(folder));
    }
    CHECK(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static int find_there(const char *folder)
{
    struct wci_store *store = NULL;
    struct wci_reader *reader = NULL;
    struct fixture_hits hits = {.count = 0};

    if (wci_store_open(folder, WCI_STORE_READ, &store, NULL) != WCAB_OK)
        return 1;
    if (wci_reader_open(store, &reader, NULL) != WCAB_OK)
        return 2;
    (void)wci_reader_find(reader, wci_bytes_of("MAPI32.DLL"), fixture_on_hit, &hits, NULL);
    wci_reader_close(reader);
    wci_store_close(store);
    return hits.count == 1 ? 0 : 3;
}

static int write_there(const char *folder)
{
    return open_code(folder, WCI_STORE_WRITE, NULL) == WCAB_ERR_IO ? 0 : 1;
}

static void read_only_folders_are_read(void)
{
    char folder[128], path[256];

    make_catalog(folder);
    /* with and without a lock file */
    CHECK_EQ_INT(chmod(in_folder(folder, "data.mdb", path), 0444), 0);
    CHECK_EQ_INT(chmod(in_folder(folder, "lock.mdb", path), 0444), 0);
    CHECK_EQ_INT(chmod(folder, 0555), 0);
    CHECK_EQ_INT(as_nobody(find_there, folder), 0);
    CHECK_EQ_INT(as_nobody(write_there, folder), 0);
    CHECK_EQ_INT(chmod(folder, 0755), 0);
    CHECK_EQ_INT(unlink(path), 0);
    CHECK_EQ_INT(chmod(folder, 0555), 0);
    CHECK_EQ_INT(as_nobody(find_there, folder), 0);
    CHECK(access(path, F_OK) != 0);
    CHECK_EQ_INT(chmod(folder, 0755), 0);
    fixture_remove(folder);
}

static int is_set(void *context)
{
    return *(const bool *)context;
}

static int open_writer_there(const char *folder)
{
    struct wci_store *store = fixture_store(folder, WCI_STORE_WRITE);
    struct wci_writer *writer = NULL;
    bool stop = true;
    const struct wcab_cancel cancel = {is_set, &stop};
    struct wcab_error err = {.text = ""};
    char expected[64];
    int result = 0;

    (void)snprintf(expected, sizeof(expected), "process %ld is writing to the catalog",
                   (long)getppid());
    if (wci_writer_open(store, false, NULL, &writer, &err) != WCAB_ERR_BUSY ||
        strcmp(err.text, expected) != 0)
        result |= 1;
    if (wci_writer_open(store, true, &cancel, &writer, &err) != WCAB_ERR_CANCELLED)
        result |= 2;
    wci_store_close(store);
    return result;
}

static int wait_for_writer_there(const char *folder)
{
    struct wci_store *store = fixture_store(folder, WCI_STORE_WRITE);
    struct wci_writer *writer = NULL;
    enum wcab_err code = wci_writer_open(store, true, NULL, &writer, NULL);

    wci_writer_close(writer);
    wci_store_close(store);
    return code == WCAB_OK ? 0 : 1;
}

static int in_child(int (*act)(const char *folder), const char *folder)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0)
        _exit(act(folder));
    CHECK(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

static void a_second_writer_waits_or_is_told(void)
{
    const struct timespec moment = {.tv_nsec = 100000000};
    char folder[128];
    struct wci_store *store;
    struct wci_writer *writer, *second = NULL;
    pid_t child;
    int status = 1;

    make_catalog(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    (void)fixture_put(writer, fixture_image("/held")); /* a transaction is open */
    CHECK_EQ_INT(in_child(open_writer_there, folder), 0);
    CHECK_EQ_INT(in_child(find_there, folder), 0); /* readers don't care */
    CHECK_EQ_INT(wci_writer_open(store, false, NULL, &second, NULL), WCAB_ERR_BUSY);
    child = fork();
    if (child == 0)
        _exit(wait_for_writer_there(folder));
    (void)nanosleep(&moment, NULL);
    CHECK_EQ_INT(waitpid(child, &status, WNOHANG), 0);
    wci_writer_close(writer);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQ_INT(status, 0);
    wci_store_close(store);
    fixture_remove(folder);
}

/* Commits images for ever; image N has the files N.DLL and COMMON.TXT. */
static void commit_for_ever(const char *folder, unsigned round)
{
    struct wci_store *store = fixture_store(folder, WCI_STORE_WRITE);
    struct wci_writer *writer = fixture_writer(store);
    unsigned i;

    for (i = 0;; i++) {
        char path[32], name[32];
        struct wci_image *image;
        struct wci_container *cabinet;

        (void)snprintf(path, sizeof(path), "/round%u/%u", round % 3, i % 40);
        (void)snprintf(name, sizeof(name), "%u-%u.DLL", round, i);
        image = fixture_image(path);
        cabinet = fixture_cabinet(image, WCI_NONE, "X.CAB", 0);
        (void)fixture_entry(cabinet, "", name, i);
        (void)fixture_entry(cabinet, "", "COMMON.TXT", 1);
        (void)fixture_put(writer, image);
        if (i % 3 == 0 && wci_writer_commit(writer, NULL) != WCAB_OK)
            _exit(1);
    }
}

static void kills_leave_a_sound_catalog(void)
{
    char folder[128];
    unsigned round;

    fixture_folder(folder);
    for (round = 0; round < kills; round++) {
        const struct timespec moment = {.tv_nsec = 1000000L * (3 + (long)round * 7 % 40)};
        pid_t child = fork();
        struct wci_store *store;
        struct wci_reader *reader;
        int status;

        if (child == 0)
            commit_for_ever(folder, round);
        (void)nanosleep(&moment, NULL);
        CHECK_EQ_INT(kill(child, SIGKILL), 0);
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status));
        store = fixture_store(folder, WCI_STORE_WRITE);
        reader = fixture_reader(store);
        CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
        wci_reader_close(reader);
        /* the lock of the killed is free */
        wci_writer_close(fixture_writer(store));
        wci_store_close(store);
    }
    fixture_remove(folder);
}

static void dead_readers_do_not_hold_pages(void)
{
    char folder[128];
    struct wci_store *store;
    MDB_envinfo info;
    int round, status;

    make_catalog(folder);
    for (round = 0; round < 20; round++) {
        pid_t child = fork();

        if (child == 0) {
            struct wci_store *own = fixture_store(folder, WCI_STORE_READ);

            (void)fixture_reader(own);
            (void)kill(getpid(), SIGKILL);
        }
        CHECK(waitpid(child, &status, 0) == child);
    }
    store = fixture_store(folder, WCI_STORE_WRITE);
    CHECK_EQ_INT(mdb_reader_check(store->env, &status), 0);
    CHECK_EQ_INT(status, 0); /* opening has cleared them already */
    CHECK_EQ_INT(mdb_env_info(store->env, &info), 0);
    wci_store_close(store);
    fixture_remove(folder);
}

/* The file may not grow: as a full disk, which a commit must report and survive. */
static int fill_disk_there(const char *folder)
{
    struct rlimit limit = {.rlim_cur = 256 * 1024, .rlim_max = 256 * 1024};
    struct wci_store *store = fixture_store(folder, WCI_STORE_WRITE);
    struct wci_writer *writer = fixture_writer(store);
    enum wcab_err code = WCAB_OK;
    unsigned i, j;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 9;
    for (i = 0; code == WCAB_OK && i < 1000; i++) {
        char path[32], names[FIXTURE_ENTRIES][24];
        struct wci_image *image;
        struct wci_container *cabinet;
        uint32_t id;

        (void)snprintf(path, sizeof(path), "/image %u", i);
        image = fixture_image(path);
        cabinet = fixture_cabinet(image, WCI_NONE, "X.CAB", 0);
        for (j = 0; j < FIXTURE_ENTRIES; j++) {
            (void)snprintf(names[j], sizeof(names[j]), "file %u of %u", j, i);
            (void)fixture_entry(cabinet, "", names[j], j);
        }
        code = wci_writer_put_image(writer, image, &id, NULL);
        if (code == WCAB_OK)
            code = wci_writer_commit(writer, NULL);
        wci_image_free(image);
    }
    if (code != WCAB_ERR_IO)
        return 1;
    /* nothing more is taken, but what was there is */
    if (wci_writer_commit(writer, NULL) != WCAB_ERR_USAGE)
        return 2;
    wci_writer_close(writer);
    wci_store_close(store);
    return find_there(folder);
}

static void a_full_disk_costs_the_transaction_only(void)
{
    char folder[128];
    struct wci_store *store;
    struct wci_reader *reader;
    struct wci_writer *writer;

    make_catalog(folder);
    CHECK_EQ_INT(in_child(fill_disk_there, folder), 0);
    store = fixture_store(folder, WCI_STORE_WRITE);
    reader = fixture_reader(store);
    CHECK(fixture_find(reader, "file 0 of 0").count == 1);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    writer = fixture_writer(store);
    (void)fixture_put(writer, fixture_image("/there is room again"));
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    wci_store_close(store);
    fixture_remove(folder);
}

enum { PAIRS = 200 };

struct watch {
    struct wci_store *store;
    bool odd, failed;
    size_t last;
};

/* PAIR.DLL is committed twice at a time: nobody may ever see an odd number of it. */
static void *watch_pairs(void *context)
{
    struct watch *watch = context;

    while (watch->last < 2 * PAIRS && !watch->odd && !watch->failed) {
        struct fixture_hits hits = {.count = 0};
        struct wci_reader *reader = NULL;

        if (wci_reader_open(watch->store, &reader, NULL) != WCAB_OK) {
            watch->failed = true;
            break;
        }
        (void)wci_reader_find(reader, wci_bytes_of("PAIR.DLL"), fixture_on_hit, &hits, NULL);
        wci_reader_close(reader);
        watch->odd = hits.count % 2 != 0 || hits.count < watch->last;
        watch->last = hits.count;
    }
    return NULL;
}

static void readers_see_whole_transactions(void)
{
    enum { WATCHERS = 4 };
    char folder[128];
    struct watch watches[WATCHERS];
    pthread_t threads[WATCHERS];
    struct wci_store *store;
    struct wci_writer *writer;
    unsigned i, j;

    make_catalog(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    memset(watches, 0, sizeof(watches));
    for (i = 0; i < WATCHERS; i++) {
        watches[i].store = store;
        CHECK_EQ_INT(pthread_create(&threads[i], NULL, watch_pairs, &watches[i]), 0);
    }
    writer = fixture_writer(store);
    for (i = 0; i < PAIRS; i++) {
        for (j = 0; j < 2; j++) {
            char path[32];
            struct wci_image *image;

            (void)snprintf(path, sizeof(path), "/pair %u %u", i, j);
            image = fixture_image(path);
            (void)fixture_entry(fixture_cabinet(image, WCI_NONE, "X.CAB", 0), path, "PAIR.DLL", 1);
            (void)fixture_put(writer, image);
        }
        CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    }
    wci_writer_close(writer);
    for (i = 0; i < WATCHERS; i++) {
        CHECK_EQ_INT(pthread_join(threads[i], NULL), 0);
        CHECK(!watches[i].odd);
        CHECK(!watches[i].failed);
        CHECK_EQ_INT(watches[i].last, 2 * PAIRS);
    }
    wci_store_close(store);
    fixture_remove(folder);
}

/* ---- several stores in one process --------------------------------------------------------- */

enum { OPENERS = 4, OPENINGS = 200 };

struct opener {
    const char *folder;
    unsigned failed;
};

static void *open_and_find(void *context)
{
    struct opener *opener = context;
    unsigned i;

    for (i = 0; i < OPENINGS; i++) {
        struct wci_store *store = NULL;
        struct wci_reader *reader = NULL;
        bool found = wci_store_open(opener->folder, i % 8 == 0 ? WCI_STORE_WRITE : WCI_STORE_READ,
                                    &store, NULL) == WCAB_OK &&
                     wci_reader_open(store, &reader, NULL) == WCAB_OK &&
                     fixture_find(reader, "mapi32.dll").count == 1;

        opener->failed += !found;
        wci_reader_close(reader);
        wci_store_close(store);
    }
    return NULL;
}

static void stores_of_a_catalog_come_and_go_in_threads(void)
{
    struct opener openers[OPENERS];
    pthread_t threads[OPENERS];
    char folder[128];
    unsigned i;

    make_catalog(folder);
    for (i = 0; i < OPENERS; i++) {
        openers[i] = (struct opener){.folder = folder};
        CHECK_EQ_INT(pthread_create(&threads[i], NULL, open_and_find, &openers[i]), 0);
    }
    for (i = 0; i < OPENERS; i++) {
        CHECK_EQ_INT(pthread_join(threads[i], NULL), 0);
        CHECK_EQ_INT(openers[i].failed, 0);
    }
    fixture_remove(folder);
}

static void a_closed_store_leaves_the_others_alone(void)
{
    char folder[128];
    struct wci_store *first, *second;
    struct wci_writer *writer;
    struct wci_reader *reader;

    make_catalog(folder);
    first = fixture_store(folder, WCI_STORE_READ);
    second = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(second);
    wci_store_close(first);
    CHECK_EQ_INT(in_child(open_writer_there, folder), 0); /* BUSY: the lock is still held */
    (void)fixture_put(writer, fixture_image("/other"));
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    reader = fixture_reader(second);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    wci_store_close(second);
    fixture_remove(folder);
}

/* ---- compaction ---------------------------------------------------------------------------- */

static void who_waited_for_compaction_writes_to_the_new_file(void)
{
    char folder[128];
    struct wci_store *waiting, *compacting;
    struct wci_writer *writer;
    struct wci_image *image = fixture_image("/late");
    struct wci_reader *reader;

    (void)fixture_entry(fixture_cabinet(image, WCI_NONE, "Y.CAB", 2), "", "LATE.DLL", 1);
    make_catalog(folder);
    waiting = fixture_store(folder, WCI_STORE_WRITE);
    compacting = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(compacting);
    CHECK_EQ_INT(wci_catalog_compact(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    wci_store_close(compacting);
    writer = fixture_writer(waiting);
    (void)fixture_put(writer, image);
    CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    wci_store_close(waiting);
    waiting = fixture_store(folder, WCI_STORE_READ);
    reader = fixture_reader(waiting);
    CHECK_EQ_INT(fixture_find(reader, "late.dll").count, 1);
    CHECK_EQ_INT(fixture_find(reader, "mapi32.dll").count, 1);
    wci_reader_close(reader);
    wci_store_close(waiting);
    fixture_remove(folder);
}

static void compaction_keeps_the_mode_and_leaves_nothing_behind(void)
{
    char folder[128], path[256];
    struct wci_store *store;
    struct wci_writer *writer;
    struct stat status;

    make_catalog(folder);
    CHECK_EQ_INT(chmod(in_folder(folder, "data.mdb", path), 0600), 0);
    /* what a killed one may have left */
    CHECK_EQ_INT(close(open(in_folder(folder, "data.mdb.compact", path), O_CREAT | O_WRONLY, 0666)),
                 0);
    store = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    CHECK_EQ_INT(wci_catalog_compact(writer, NULL), WCAB_OK);
    wci_writer_close(writer);
    wci_store_close(store);
    CHECK_EQ_INT(stat(in_folder(folder, "data.mdb", path), &status), 0);
    CHECK_EQ_INT(status.st_mode & 07777, 0600);
    CHECK(access(in_folder(folder, "data.mdb.compact", path), F_OK) != 0);
    fixture_remove(folder);
}

/* Images that are replaced in many commits, with other names each time. */
static void rewrite(struct wci_writer *writer, unsigned rounds)
{
    static char names[64][16], path[32];
    unsigned round, i, e;

    for (round = 0; round < rounds; round++) {
        for (i = 0; i < 30; i++) {
            struct wci_image *image;
            struct wci_container *volume;

            (void)snprintf(path, sizeof(path), "/image%u", i);
            image = fixture_image(path);
            volume = fixture_container(image, WCI_CONTAINER_FAT, WCI_NONE, "");
            for (e = 0; e < 64; e++) {
                (void)snprintf(names[e], sizeof(names[e]), "F%08X",
                               (round * 2654435761U) ^ (i * 40503U + e * 2246822519U));
                (void)fixture_entry(volume, "", names[e], e);
            }
            (void)fixture_put(writer, image);
        }
        CHECK_EQ_INT(wci_writer_commit(writer, NULL), WCAB_OK);
    }
}

static void the_file_is_at_most_twice_what_is_used(void)
{
    char folder[128], path[256];
    struct wci_store *store;
    struct wci_writer *writer;
    struct wci_reader *reader;
    struct wci_catalog_stats stats;
    struct stat status;

    make_catalog(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    reader = fixture_reader(store); /* who reads keeps the writer from using pages again */
    rewrite(writer, 12);
    wci_reader_close(reader);
    CHECK_EQ_INT(stat(in_folder(folder, "data.mdb", path), &status), 0);
    CHECK(status.st_size > 1024 * 1024);
    wci_writer_close(writer);
    wci_store_close(store);
    store = fixture_store(folder, WCI_STORE_READ);
    reader = fixture_reader(store);
    CHECK_EQ_INT(wci_reader_stats(reader, &stats, NULL), WCAB_OK);
    CHECK(stats.bytes_file <= 2 * stats.bytes_used);
    CHECK_EQ_INT(wci_catalog_check(reader, fixture_print, NULL, NULL), WCAB_OK);
    wci_reader_close(reader);
    wci_store_close(store);
    fixture_remove(folder);
}

/* Every page but the first two, which say where the others are, made nonsense. */
static void damage(const char *path)
{
    struct stat status;
    uint8_t nonsense[4096];
    int file = open(path, O_RDWR);
    off_t at;

    memset(nonsense, 0xA5, sizeof(nonsense));
    CHECK_EQ_INT(fstat(file, &status), 0);
    for (at = 2 * 4096; at < status.st_size; at += 4096)
        CHECK_EQ_INT(pwrite(file, nonsense, sizeof(nonsense), at), sizeof(nonsense));
    CHECK_EQ_INT(close(file), 0);
}

static void a_damaged_catalog_is_not_copied(void)
{
    char folder[128], path[256], copy[256];
    struct wci_store *store;
    struct wci_writer *writer;
    struct stat before, after;

    make_catalog(folder);
    store = fixture_store(folder, WCI_STORE_WRITE);
    writer = fixture_writer(store);
    damage(in_folder(folder, "data.mdb", path));
    CHECK_EQ_INT(stat(path, &before), 0);
    CHECK_EQ_INT(wci_catalog_compact(writer, NULL), WCAB_ERR_CORRUPT);
    CHECK_EQ_INT(wci_catalog_copy(store, in_folder(folder, "copy", copy), NULL), WCAB_ERR_CORRUPT);
    CHECK(access(copy, F_OK) != 0);
    CHECK_EQ_INT(stat(path, &after), 0);
    CHECK_EQ_INT(after.st_ino, before.st_ino);
    wci_writer_close(writer);
    wci_store_close(store);
    fixture_remove(folder);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        kills = (unsigned)strtoul(argv[1], NULL, 10);
    RUN(what_is_not_there_is_not_found);
    RUN(folders_are_made);
    RUN(foreign_files_are_refused);
    RUN(other_versions_are_refused_with_advice);
    RUN(an_older_format_is_renewed);
    RUN(truncated_files_are_refused);
    RUN(network_file_systems_are_refused);
    RUN(a_copy_is_one_compact_file);
    RUN(read_only_folders_are_read);
    RUN(a_second_writer_waits_or_is_told);
    RUN(kills_leave_a_sound_catalog);
    RUN(dead_readers_do_not_hold_pages);
    RUN(a_full_disk_costs_the_transaction_only);
    RUN(readers_see_whole_transactions);
    RUN(stores_of_a_catalog_come_and_go_in_threads);
    RUN(a_closed_store_leaves_the_others_alone);
    RUN(who_waited_for_compaction_writes_to_the_new_file);
    RUN(compaction_keeps_the_mode_and_leaves_nothing_behind);
    RUN(the_file_is_at_most_twice_what_is_used);
    RUN(a_damaged_catalog_is_not_copied);
    return check_report();
}
