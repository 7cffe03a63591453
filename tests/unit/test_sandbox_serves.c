/*
 * What a process keeps that answers at a socket: it reads no more than it is told to, and answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "cli/sandbox.h"

static char folder[4096]; /* holds catalog/data, allowed/data, data, link (to data) */
static int pair[2];

static const char *inside(const char *name)
{
    static char path[4200];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static int read_from(const char *name)
{
    char byte;
    int file = open(inside(name), O_RDONLY | O_CLOEXEC);

    return file >= 0 && read(file, &byte, 1) == 1 ? 0 : -1;
}

static int read_catalog(void)
{
    return read_from("catalog/data");
}

static int read_allowed_folder(void)
{
    return read_from("allowed/data");
}

static int read_other(void)
{
    return read_from("data");
}

static int read_by_link(void)
{
    return read_from("allowed/link");
}

static int list_other(void)
{
    return open(inside(""), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int read_passwords(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}

static int look_at_other(void)
{
    struct stat status;

    return stat(inside("data"), &status);
}

static int write_other(void)
{
    return open(inside("data"), O_WRONLY | O_CLOEXEC);
}

static int write_allowed_to_read(void)
{
    return open(inside("allowed/data"), O_WRONLY | O_CLOEXEC);
}

static int write_catalog(void)
{
    return open(inside("catalog/data"), O_RDWR | O_CLOEXEC);
}

static int temporary_file(void)
{
    char byte = 'x';
    int file = open(getenv("TMPDIR"), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    return file >= 0 && write(file, &byte, 1) == 1 && pread(file, &byte, 1, 0) == 1 ? 0 : -1;
}

static int answer(void)
{
    char byte = 'x';
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};

    return sendmsg(pair[0], &message, 0) == 1 && recv(pair[1], &byte, 1, 0) == 1 ? 0 : -1;
}

static int open_socket(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int connect_socket(void)
{
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};

    return connect(pair[0], &nobody, sizeof(nobody));
}

static int run_program(void)
{
    static char name[] = "/bin/true";
    char *const arguments[] = {name, NULL};

    return execv(name, arguments);
}

static int signal_parent(void)
{
    return kill(getppid(), 0);
}

/* In a child that has given up its rights; the errno, or 0. */
static int try(int (*attempt)(void))
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        char catalog[4200], allowed[4200];
        const char *const readable[] = {allowed, "/no/such/file", NULL};
        const struct sandbox_rights rights = {
            .uses_catalog = true, .catalog = catalog, .serves = true, .readable = readable};

        (void)snprintf(catalog, sizeof(catalog), "%s/catalog", folder);
        (void)snprintf(allowed, sizeof(allowed), "%s/allowed", folder);
        sandbox_enter(&rights);
        errno = 0;
        _exit(attempt() >= 0 ? 0 : errno);
    }
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void make_file(const char *name)
{
    int file = open(inside(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

    CHECK(file >= 0 && write(file, "x", 1) == 1);
    (void)close(file);
}

static void make_folders(void)
{
    char target[4200];

    (void)snprintf(folder, sizeof(folder), "%s/whichcab-serves-XXXXXX",
                   getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
    CHECK(mkdtemp(folder) != NULL);
    CHECK_EQ_INT(mkdir(inside("catalog"), 0777), 0);
    CHECK_EQ_INT(mkdir(inside("allowed"), 0777), 0);
    make_file("catalog/data");
    make_file("allowed/data");
    make_file("data");
    (void)snprintf(target, sizeof(target), "%s/data", folder);
    CHECK_EQ_INT(symlink(target, inside("allowed/link")), 0);
    CHECK_EQ_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
}

static void remove_folders(void)
{
    static const char *const names[] = {"catalog/data", "allowed/data", "allowed/link", "data"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CHECK_EQ_INT(unlink(inside(names[i])), 0);
    CHECK_EQ_INT(rmdir(inside("catalog")), 0);
    CHECK_EQ_INT(rmdir(inside("allowed")), 0);
    CHECK_EQ_INT(rmdir(folder), 0);
}

static void test_what_is_needed_works(void)
{
    CHECK_EQ_INT(try(read_catalog), 0);
    CHECK_EQ_INT(try(write_catalog), 0);
    CHECK_EQ_INT(try(read_allowed_folder), 0);
    CHECK_EQ_INT(try(temporary_file), 0);
    CHECK_EQ_INT(try(answer), 0);
    CHECK_EQ_INT(try(look_at_other), 0); /* whether an image is where it was */
}

static void test_other_files_are_out_of_reach(void)
{
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
        printf("skipped: this kernel has no Landlock\n");
        return;
    }
    CHECK_EQ_INT(try(read_other), EACCES);
    CHECK_EQ_INT(try(read_by_link), EACCES);
    CHECK_EQ_INT(try(list_other), EACCES);
    CHECK_EQ_INT(try(read_passwords), EACCES);
    CHECK_EQ_INT(try(write_other), EACCES);
    CHECK_EQ_INT(try(write_allowed_to_read), EACCES);
}

static void test_it_only_answers(void)
{
    CHECK_EQ_INT(try(open_socket), EPERM);
    CHECK_EQ_INT(try(connect_socket), EPERM);
    CHECK_EQ_INT(try(signal_parent), EPERM);
    CHECK_EQ_INT(try(run_program), EPERM);
}

int main(void)
{
    RUN(make_folders);
    RUN(test_what_is_needed_works);
    RUN(test_other_files_are_out_of_reach);
    RUN(test_it_only_answers);
    RUN(remove_folders);
    return check_report();
}
