/*
 * child - see child.h.
 */
#include "media/bytes/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { POLL_MILLISECONDS = 200, WATCH_MICROSECONDS = 100 * 1000 };

#define NANOSECONDS 1000000000ULL

/* How long a child that is told to end may take before it is left to itself. */
#define END_NANOSECONDS (10 * NANOSECONDS)

/* What the work may take beside what the caller had when it was split off. */
#define MEMORY_BYTES (256ULL << 20)

/* A sanitizer's report must get out of the child: its death alone is no more than a damaged file.
 */
#ifdef WHICHCAB_SANITIZED
enum { MAY_REPORT = 1, WRITTEN_MAX = 1 << 20 };
#else
enum { MAY_REPORT = 0, WRITTEN_MAX = 0 };
#endif

/* ---- in the child -------------------------------------------------------------------------- */

static void close_between(unsigned first, unsigned last)
{
    if (first <= last)
        (void)close_range(first, last, 0);
}

/* All but the two, which are above stderr and may be one. */
static void close_others(int a, int b)
{
    int low = a < b ? a : b, high = a < b ? b : a;

    close_between(STDERR_FILENO + 1, (unsigned)low - 1);
    close_between((unsigned)low + 1, (unsigned)high - 1);
    close_between((unsigned)high + 1, ~0U);
}

/* Counted from what the process has already: sanitizers reserve terabytes. */
static void limit_memory(uint64_t more)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long pages = 0;
    struct rlimit most;

    if (file == NULL)
        return;
    if (fscanf(file, "%lu", &pages) == 1) {
        most.rlim_cur = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + more;
        most.rlim_max = most.rlim_cur;
        (void)setrlimit(RLIMIT_AS, &most);
    }
    (void)fclose(file);
}

/* Whether the caller has closed its end of the pipe, by will or by its death. */
static void end_with_caller(int signal)
{
    struct pollfd life = {WCI_CHILD_LIFE, POLLIN, 0};

    (void)signal;
    if (poll(&life, 1, 0) > 0)
        _exit(127);
}

/* Looks now and then, whatever the work is at: the sandbox lets no process kill another one. */
static bool watch_caller(int life)
{
    struct sigaction action = {.sa_handler = end_with_caller, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, WATCH_MICROSECONDS}, {0, WATCH_MICROSECONDS}};
    sigset_t alarm;

    (void)sigemptyset(&alarm);
    (void)sigaddset(&alarm, SIGALRM);
    return dup2(life, WCI_CHILD_LIFE) == WCI_CHILD_LIFE && sigaction(SIGALRM, &action, NULL) == 0 &&
           sigprocmask(SIG_UNBLOCK, &alarm, NULL) == 0 && setitimer(ITIMER_REAL, &often, NULL) == 0;
}

/* Never returns: nothing of the child is to be tidied up. */
static void be_child(const struct wci_child_job *job, int out, int life)
{
    struct rlimit seconds = {job->seconds, job->seconds}, none = {0, 0},
                  written = {job->written + WRITTEN_MAX, job->written + WRITTEN_MAX};
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (nowhere < 0 || !watch_caller(life))
        _exit(127);
    (void)dup2(nowhere, STDOUT_FILENO);
    if (!MAY_REPORT)
        (void)dup2(nowhere, STDERR_FILENO);
    close_others(out, job->kept >= 0 ? job->kept : out);
    (void)setrlimit(RLIMIT_CPU, &seconds);
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)setrlimit(RLIMIT_FSIZE, &written);
    limit_memory(job->memory > 0 ? job->memory : MEMORY_BYTES);
    _exit(job->work(job->context, out));
}

/* ---- in the caller ------------------------------------------------------------------------- */

static uint64_t now(void)
{
    struct timespec time = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

/* Standard streams may be closed: what is opened must not take their place. */
bool wci_child_pipe(int ends[2])
{
    int i;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    for (i = 0; i < 2; i++) {
        if (ends[i] <= STDERR_FILENO) {
            int moved = fcntl(ends[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

            (void)close(ends[i]);
            ends[i] = moved;
        }
    }
    if (ends[0] >= 0 && ends[1] >= 0)
        return true;
    for (i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            (void)close(ends[i]);
    }
    return false;
}

enum wcab_err wci_child_start(const struct wci_child_job *job, struct wci_child *child,
                              struct wcab_error *err)
{
    int out[2], life[2];
    pid_t process;

    if (!wci_child_pipe(out))
        return wci_error_set_sys(err, errno, "no pipe to a process of its own");
    if (!wci_child_pipe(life)) {
        (void)close(out[0]);
        (void)close(out[1]);
        return wci_error_set_sys(err, errno, "no pipe to a process of its own");
    }
    process = fork();
    if (process == 0)
        be_child(job, out[1], life[0]);
    (void)close(out[1]);
    (void)close(life[0]);
    if (process < 0) {
        int why = errno;

        (void)close(out[0]);
        (void)close(life[1]);
        return wci_error_set_sys(err, why, "no process of its own for what reads it");
    }
    *child = (struct wci_child){process, out[0], life[1], now() + 2 * job->seconds * NANOSECONDS};
    return WCAB_OK;
}

enum wcab_err wci_child_read(const struct wci_child *child, const struct wci_budget *budget,
                             void *bytes, size_t size, size_t *got, struct wcab_error *err)
{
    for (;;) {
        struct pollfd ready = {child->out, POLLIN, 0};
        int count = poll(&ready, 1, POLL_MILLISECONDS);
        enum wcab_err code = budget != NULL ? wci_budget_check_time(budget, err) : WCAB_OK;
        ssize_t length;

        if (code != WCAB_OK)
            return code;
        if (count == 0 && now() > child->deadline) /* it may sleep, which costs it no time */
            return wci_error_set(err, WCAB_ERR_LIMIT,
                                 "the process of its own that reads it does not come to an end");
        if (count == 0)
            continue;
        length = read(child->out, bytes, size);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return wci_error_set_sys(err, errno, "can't read from a process of its own");
        *got = (size_t)length;
        return WCAB_OK;
    }
}

int wci_child_end(struct wci_child *child)
{
    const struct timespec moment = {0, 1000 * 1000};
    const uint64_t last = now() + END_NANOSECONDS;
    struct pollfd closed = {child->out, 0, 0}; /* hung up when the child has ended */
    int status = 0;
    pid_t ended;

    (void)close(child->life);
    for (;;) {
        (void)poll(&closed, 1, POLL_MILLISECONDS);
        ended = waitpid(child->process, &status, WNOHANG);
        if ((ended != 0 && (ended > 0 || errno != EINTR)) || now() > last)
            break;
        (void)nanosleep(&moment, NULL);
    }
    (void)close(child->out);
    return ended == child->process && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

enum wcab_err wci_child_spool(const struct wci_child_job *job, struct wci_spool *spool, int *status,
                              struct wcab_error *err)
{
    enum { PIECE = 64 * 1024 };
    uint8_t *piece = malloc(PIECE);
    struct wci_child child;
    size_t got = 1;
    enum wcab_err code = piece == NULL ? wci_error_nomem(err) : wci_child_start(job, &child, err);

    if (code != WCAB_OK) {
        free(piece);
        return code;
    }
    while (code == WCAB_OK && got > 0) {
        code = wci_child_read(&child, spool->budget, piece, PIECE, &got, err);
        if (code == WCAB_OK && got > 0)
            code = wci_spool_write(spool, spool->size, piece, got, err);
    }
    *status = wci_child_end(&child);
    free(piece);
    return code;
}
