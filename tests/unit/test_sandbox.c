/*
 * The sandbox of cli/sandbox: each thing that media have no business with is tried inside of it, in
 * a child process, and so is each thing that has to go on working.
 */
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "check.h"
#include "cli/sandbox.h"

static char folder[4096]; /* holds catalog/, output/, outside/ and outside/file */

static char *inside(const char *name)
{
    static char path[4200];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static bool kernel_has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static bool kernel_has_seccomp(void)
{
    return prctl(PR_GET_SECCOMP) >= 0;
}

/* ---- in a child, in the sandbox ------------------------------------------------------------ */

enum { WENT_THROUGH = 100, OTHER_SIGNAL = 101 };

/* Enters the sandbox in a child and tries something there that returns 0 or -1 and errno.  Returns
 * that errno, 0 or WENT_THROUGH. */
static int try_with(int (*attempt)(void), bool puts_out)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        char catalog[4200], output[4200];
        const struct sandbox_rights rights = {.uses_catalog = true,
                                              .catalog = catalog,
                                              .makes_catalog = true,
                                              .output = puts_out ? output : NULL};

        (void)snprintf(catalog, sizeof(catalog), "%s/made/catalog", folder);
        (void)snprintf(output, sizeof(output), "%s/output", folder);
        sandbox_enter(&rights);
        errno = 0;
        _exit(attempt() == 0 ? 0 : errno);
    }
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : OTHER_SIGNAL;
}

static int try_inside(int (*attempt)(void))
{
    return try_with(attempt, true);
}

static int write_new(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    if (file < 0)
        return -1;
    return write(file, "x", 1) == 1 ? 0 : -1;
}

/* ---- what is fenced in by Landlock --------------------------------------------------------- */

static int new_file_outside(void)
{
    return write_new(inside("outside/new"));
}

static int write_outside(void)
{
    return open(inside("outside/file"), O_WRONLY | O_CLOEXEC);
}

static int append_through_link(void)
{
    return open(inside("output/link"), O_WRONLY | O_CLOEXEC);
}

static int remove_outside(void)
{
    return unlink(inside("outside/file"));
}

static int rename_outside(void)
{
    char to[4200];

    (void)snprintf(to, sizeof(to), "%s/outside/renamed", folder);
    return rename(inside("outside/file"), to);
}

static int move_inwards(void)
{
    char to[4200];

    (void)snprintf(to, sizeof(to), "%s/output/taken", folder);
    return rename(inside("outside/file"), to);
}

static int link_inwards(void)
{
    char to[4200];

    (void)snprintf(to, sizeof(to), "%s/output/linked", folder);
    return link(inside("outside/file"), to);
}

static int folder_in_output(void)
{
    return mkdir(inside("output/folder"), 0777);
}

static int remove_folder(void)
{
    return rmdir(inside("outside/empty"));
}

static int fifo_in_output(void)
{
    return mkfifo(inside("output/fifo"), 0666);
}

static int other_temporary_file(void)
{
    char path[4300];

    (void)snprintf(path, sizeof(path), "%s/../probe", getenv("TMPDIR"));
    return write_new(path);
}

struct attempt {
    const char *what;
    int (*run)(void);
    int error, or_error;
};

static void try_all(const struct attempt *attempts, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        int got = try_inside(attempts[i].run);

        if (got != attempts[i].error && got != attempts[i].or_error)
            CHECK_FAIL("%s: %d (%s), expected %d (%s)", attempts[i].what, got, strerror(got),
                       attempts[i].error, strerror(attempts[i].error));
    }
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void test_files_are_fenced_in(void)
{
    static const struct attempt attempts[] = {
        {"a new file outside", new_file_outside, EACCES, EACCES},
        {"writing to a file outside", write_outside, EACCES, EACCES},
        {"writing through a link in the output folder", append_through_link, EACCES, EACCES},
        {"removing a file outside", remove_outside, EACCES, EACCES},
        {"renaming a file outside", rename_outside, EACCES, EACCES},
        {"moving a file into the output folder", move_inwards, EACCES, EXDEV},
        {"linking a file into the output folder", link_inwards, EACCES, EXDEV},
        {"a folder in the output folder", folder_in_output, EACCES, EACCES},
        {"removing a folder", remove_folder, EACCES, EACCES},
        {"a pipe in the output folder", fifo_in_output, EACCES, EPERM},
        {"a temporary file among those of others", other_temporary_file, EACCES, EACCES},
    };

    if (kernel_has_landlock())
        try_all(attempts, COUNT(attempts));
    else
        printf("skipped: this kernel has no Landlock\n");
}

/* ---- what is forbidden by seccomp ---------------------------------------------------------- */

static int open_socket(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int open_unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int run_program(void)
{
    static char name[] = "/bin/true";
    char *const arguments[] = {name, NULL};

    return execv(name, arguments);
}

static int run_program_of_descriptor(void)
{
    static char name[] = "true", empty[] = "";
    char *const arguments[] = {name, NULL};
    int file = open("/bin/true", O_RDONLY | O_CLOEXEC);

    return (int)syscall(SYS_execveat, file, empty, arguments, NULL, AT_EMPTY_PATH);
}

static int signal_parent(void)
{
    return kill(getppid(), 0);
}

static int signal_thread_of_parent(void)
{
    return (int)syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static int read_parent(void)
{
    char byte = 0;
    struct iovec to = {&byte, 1}, from = {folder, 1};

    return (int)process_vm_readv(getppid(), &to, 1, &from, 1, 0) - 1;
}

static int mount_something(void)
{
    return mount("none", folder, "tmpfs", 0, NULL);
}

static int new_name_space(void)
{
    return unshare(CLONE_NEWUSER);
}

static int clone_name_space(void)
{
    long made = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

    if (made == 0)
        _exit(0);
    return made < 0 ? -1 : 0;
}

static int become_other_user(void)
{
    return setuid(getuid());
}

static int take_capabilities(void)
{
    return (int)syscall(SYS_capset, NULL, NULL);
}

static int load_module(void)
{
    return (int)syscall(SYS_init_module, NULL, 0, "");
}

static int set_up_ring(void)
{
    return (int)syscall(SYS_io_uring_setup, 1, NULL);
}

static int share_memory(void)
{
    return shmget(IPC_PRIVATE, 4096, 0600);
}

static int change_mode(void)
{
    return chmod(inside("outside/file"), 0777);
}

static int change_mode_of_open_file(void)
{
    return fchmod(open(inside("outside/file"), O_RDONLY | O_CLOEXEC), 0777);
}

static int change_owner(void)
{
    return chown(inside("outside/file"), getuid(), getgid());
}

static int change_time(void)
{
    return utimensat(AT_FDCWD, inside("outside/file"), NULL, 0);
}

/* Of a file that may only be read.  Such a call is needed where files are put out, and there alone. */
static int change_time_of_open_file(void)
{
    return futimens(open(inside("outside/file"), O_RDONLY | O_CLOEXEC), NULL);
}

static int send_signals_of_a_file(void)
{
    return fcntl(open(inside("outside/file"), O_RDONLY | O_CLOEXEC), F_SETOWN, getppid());
}

static int send_signals_by_pointer(void)
{
    struct f_owner_ex owner = {F_OWNER_PID, getppid()};

    return fcntl(open(inside("outside/file"), O_RDONLY | O_CLOEXEC), F_SETOWN_EX, &owner);
}

static int choose_signal_of_a_file(void)
{
    return fcntl(open(inside("outside/file"), O_RDONLY | O_CLOEXEC), F_SETSIG, SIGKILL);
}

static int change_attribute(void)
{
    return setxattr(inside("outside/file"), "user.probe", "x", 1, 0);
}

static int shorten(void)
{
    return truncate(inside("output/own"), 0);
}

static int make_device(void)
{
    return mknod(inside("output/device"), S_IFCHR | 0666, 0x103);
}

static int make_link(void)
{
    return symlink("/etc/passwd", inside("output/symlink"));
}

static int type_into_terminal(void)
{
    return ioctl(STDIN_FILENO, TIOCSTI, "x");
}

/* Below Linux 6.2 Landlock has no say in it. */
static int truncate_by_reading(void)
{
    int file = open(inside("output/own"), O_RDONLY | O_TRUNC | O_CLOEXEC);

    return file < 0 ? -1 : close(file);
}

static int make_with_owners_rights(void)
{
    int file = open(inside("output/owned"), O_WRONLY | O_CREAT | O_CLOEXEC, 04755);

    return file < 0 ? -1 : close(file);
}

static int limit_parent(void)
{
    const struct rlimit none = {.rlim_cur = 1000, .rlim_max = 1000};

    return prlimit(getppid(), RLIMIT_CPU, &none, NULL);
}

static int change_flags(void)
{
    int flags = 0, file = open(inside("outside/file"), O_RDONLY | O_CLOEXEC);

    return ioctl(file, _IOW('f', 2, long), &flags);
}

static int open_by_pointer(void)
{
    uint64_t how[3] = {O_RDONLY, 0, 0};

    return syscall(SYS_openat2, AT_FDCWD, inside("outside/file"), how, sizeof(how)) < 0 ? -1 : 0;
}

static int call_unknown(void)
{
    return (int)syscall(451, NULL, 0, NULL, 0); /* cachestat, behind the end of the list */
}

#ifndef __SANITIZE_ADDRESS__
static int trace_parent(void)
{
    return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}
#endif

static void test_calls_are_forbidden(void)
{
    static const struct attempt attempts[] = {
        {"a socket", open_socket, EPERM, EPERM},
        {"a socket of the machine", open_unix_socket, EPERM, EPERM},
        {"a program", run_program, EPERM, EPERM},
        {"a program by its descriptor", run_program_of_descriptor, EPERM, EPERM},
        {"a signal to another process", signal_parent, EPERM, EPERM},
        {"a signal to another process's thread", signal_thread_of_parent, EPERM, EPERM},
        {"reading another process", read_parent, EPERM, EPERM},
#ifndef __SANITIZE_ADDRESS__
        {"tracing another process", trace_parent, EPERM, EPERM},
#endif
        {"a mount", mount_something, EPERM, EPERM},
        {"a name space", new_name_space, EPERM, EPERM},
        {"a process in a name space", clone_name_space, EPERM, EPERM},
        {"another user", become_other_user, EPERM, EPERM},
        {"capabilities", take_capabilities, EPERM, EPERM},
        {"a module of the kernel", load_module, EPERM, EPERM},
        {"io_uring", set_up_ring, EPERM, EPERM},
        {"shared memory", share_memory, EPERM, EPERM},
        {"a mode by path", change_mode, EPERM, EPERM},
        {"the mode of an open file", change_mode_of_open_file, EPERM, EPERM},
        {"an owner by path", change_owner, EPERM, EPERM},
        {"a time by path", change_time, EPERM, EPERM},
        {"signals of a file to another process", send_signals_of_a_file, EPERM, EPERM},
        {"the same by a pointer", send_signals_by_pointer, EPERM, EPERM},
        {"the signal of a file", choose_signal_of_a_file, EPERM, EPERM},
        {"an extended attribute", change_attribute, EPERM, EPERM},
        {"truncating by path", shorten, EPERM, EPERM},
        {"a device", make_device, EPERM, EPERM},
        {"a symbolic link", make_link, EPERM, EPERM},
        {"typing into the terminal", type_into_terminal, EPERM, EPERM},
        {"truncating what is read", truncate_by_reading, EPERM, EPERM},
        {"a file with its owner's rights", make_with_owners_rights, EPERM, EPERM},
        {"a limit of another process", limit_parent, EPERM, EPERM},
        {"flags of a file", change_flags, EPERM, EPERM},
        {"opening by a pointer to flags", open_by_pointer, ENOSYS, ENOSYS},
        {"a call newer than the list", call_unknown, ENOSYS, ENOSYS},
    };

    if (kernel_has_seccomp())
        try_all(attempts, COUNT(attempts));
    else
        printf("skipped: this kernel filters no system calls\n");
}

static void test_times_are_left_alone_where_nothing_is_put_out(void)
{
    if (kernel_has_seccomp())
        CHECK_EQ_INT(try_with(change_time_of_open_file, false), EPERM);
}

/* The superuser's rights go, but those to read and write files. */
static int look_at_capabilities(void)
{
    char line[256];
    FILE *file = fopen("/proc/self/status", "re");
    unsigned long long effective = ~0ULL;

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "CapEff:", 7) == 0)
            effective = strtoull(line + 7, NULL, 16);
    }
    errno = EPERM;
    return (effective & ~6ULL) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -1;
}

static void test_privileges_are_gone(void)
{
    CHECK_EQ_INT(try_inside(look_at_capabilities), 0);
}

/* ---- what goes on working ------------------------------------------------------------------ */

static int write_into_output(void)
{
    struct timespec times[2] = {{0, UTIME_OMIT}, {800000000, 0}};
    int file = openat(AT_FDCWD, inside("output/new"), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    char to[4200];

    (void)snprintf(to, sizeof(to), "%s/output/final", folder);
    if (file < 0 || write(file, "x", 1) != 1 || futimens(file, times) != 0 ||
        ftruncate(file, 0) != 0)
        return -1;
    return renameat2(AT_FDCWD, inside("output/new"), AT_FDCWD, to, RENAME_NOREPLACE) == 0
               ? unlink(to)
               : -1;
}

static int write_into_catalog(void)
{
    int file = open(inside("made/catalog/data"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    void *map;

    if (file < 0 || ftruncate(file, 4096) != 0 || fcntl(file, F_OFD_SETLK, &lock) != 0)
        return -1;
    map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return map == MAP_FAILED || msync(map, 4096, MS_SYNC) != 0 ? -1 : 0;
}

/* Both ways of media/bytes/spool. */
static int write_temporary(void)
{
    const char *place = getenv("TMPDIR");
    char path[4300];
    int file = open(place, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (file < 0 && errno != EOPNOTSUPP)
        return -1;
    (void)snprintf(path, sizeof(path), "%s/whichcab-XXXXXX", place);
    file = mkostemp(path, O_CLOEXEC);
    return file < 0 || write(file, "x", 1) != 1 || unlink(path) != 0 ? -1 : 0;
}

static int read_anything(void)
{
    char byte;
    int file = open(inside("outside/file"), O_RDONLY | O_CLOEXEC);

    return file >= 0 && read(file, &byte, 1) == 1 ? 0 : -1;
}

static void *increment(void *number)
{
    *(int *)number += 1;
    return NULL;
}

static int use_thread(void)
{
    int number = 0;
    pthread_t thread;

    errno = pthread_create(&thread, NULL, increment, &number);
    return errno == 0 && pthread_join(thread, NULL) == 0 && number == 1 ? 0 : -1;
}

/* As media/bytes/child and media/disc/disk_libdsk do. */
static int use_child_with_memory_file(void)
{
    int memory = memfd_create("probe", MFD_CLOEXEC), status = 0;
    pid_t child;

    if (memory < 0 || write(memory, "x", 1) != 1)
        return -1;
    child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        char path[64], byte = 0;
        int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC), again;

        (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
        again = open(path, O_RDWR | O_CLOEXEC);
        _exit(nowhere >= 0 && again >= 0 && read(again, &byte, 1) == 1 && byte == 'x' &&
                      setrlimit(RLIMIT_CORE, &none) == 0
                  ? 0
                  : 1);
    }
    errno = ECHILD;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 ? 0 : -1;
}

/* A converter that the C library loads from a file. */
static int convert(void)
{
    char from[] = "\x81", to[8];
    char *in = from, *out = to;
    size_t in_left = 1, out_left = sizeof(to);
    iconv_t converter = iconv_open("UTF-8", "CP850");

    return converter != (iconv_t)-1 && iconv(converter, &in, &in_left, &out, &out_left) == 0 &&
                   memcmp(to, "\xC3\xBC", 2) == 0
               ? 0
               : -1;
}

static void ignore(int number)
{
    (void)number;
}

static int signal_self(void)
{
    (void)signal(SIGUSR1, ignore);
    return raise(SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0 ? 0 : -1;
}

static void test_what_is_needed_works(void)
{
    static const struct attempt attempts[] = {
        {"a file in the output folder", write_into_output, 0, 0},
        {"a locked and mapped file in the catalog", write_into_catalog, 0, 0},
        {"a temporary file", write_temporary, 0, 0},
        {"reading a file", read_anything, 0, 0},
        {"a thread", use_thread, 0, 0},
        {"a child with a memory file", use_child_with_memory_file, 0, 0},
        {"a code page", convert, 0, 0},
        {"a signal to itself", signal_self, 0, 0},
    };

    try_all(attempts, COUNT(attempts));
}

/* Names in a folder for all can be taken by others: then theirs is not used. */
static int look_at_temporary(void)
{
    const char *place = getenv("TMPDIR");

    errno = EEXIST;
    return strstr(place, "/whichcab-") == NULL ? 0 : -1;
}

static void test_foreign_temporary_folder(void)
{
    char base[4200], taken[4300];

    (void)snprintf(base, sizeof(base), "%s/shared", folder);
    (void)snprintf(taken, sizeof(taken), "%s/whichcab-%lu", base, (unsigned long)geteuid());
    CHECK_EQ_INT(mkdir(base, 0777), 0);
    CHECK_EQ_INT(symlink(folder, taken), 0);
    CHECK_EQ_INT(setenv("TMPDIR", base, 1), 0);
    CHECK_EQ_INT(try_inside(look_at_temporary), 0);
    CHECK_EQ_INT(try_inside(write_temporary), 0);
    CHECK_EQ_INT(unlink(taken), 0);
    CHECK_EQ_INT(mkdir(taken, 0700), 0);
    CHECK_EQ_INT(chmod(taken, 0777), 0);
    CHECK_EQ_INT(try_inside(look_at_temporary), 0);
}

/* ---- frame --------------------------------------------------------------------------------- */

static void make_folders(void)
{
    const char *base = getenv("TMPDIR");
    char target[4200];

    (void)snprintf(folder, sizeof(folder), "%s/test-sandbox-XXXXXX", base != NULL ? base : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    CHECK_EQ_INT(mkdir(inside("output"), 0777), 0);
    CHECK_EQ_INT(mkdir(inside("outside"), 0777), 0);
    CHECK_EQ_INT(mkdir(inside("outside/empty"), 0777), 0);
    CHECK_EQ_INT(write_new(inside("outside/file")), 0);
    CHECK_EQ_INT(write_new(inside("output/own")), 0);
    (void)snprintf(target, sizeof(target), "%s/outside/file", folder);
    CHECK_EQ_INT(symlink(target, inside("output/link")), 0);
    CHECK_EQ_INT(mkdir(inside("temporary"), 0777), 0);
    CHECK_EQ_INT(setenv("TMPDIR", inside("temporary"), 1), 0);
}

static void remove_folders(void)
{
    char command[4300];

    (void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    CHECK_EQ_INT(system(command), 0); /* NOLINT(cert-env33-c): a name of our own making */
}

int main(void)
{
    RUN(make_folders);
    RUN(test_what_is_needed_works);
    RUN(test_files_are_fenced_in);
    RUN(test_calls_are_forbidden);
    RUN(test_times_are_left_alone_where_nothing_is_put_out);
    RUN(test_privileges_are_gone);
    RUN(test_foreign_temporary_folder);
    RUN(remove_folders);
    return check_report();
}
