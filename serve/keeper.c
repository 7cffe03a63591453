/*
 * keeper - see keeper.h.
 */
#include "serve/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"

extern char **environ;

enum { ID_BYTES = 64, FILES = 2 };

/* What the process that answers asks for; an empty id: nothing, it is ready. */
struct order {
    char id[ID_BYTES];
};

struct keeper {
    const struct serve_settings *settings;
    const struct serve_listener *listener;
    int orders, signals; /* owned */
    pid_t server;
    int status; /* of the server that has ended */
    unsigned workers;
    bool ended, ready, told_ready, ending;
};

/* ---- in the process that answers ------------------------------------------------------------ */

static bool send_order(int keeper, const struct order *order, const int *files)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(FILES * sizeof(int))];
    } control;
    struct iovec data = {.iov_base = (void *)(uintptr_t)order, .iov_len = sizeof(*order)};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};

    if (files != NULL) {
        memset(&control, 0, sizeof(control));
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(FILES * sizeof(int));
        memcpy(CMSG_DATA(&control.header), files, FILES * sizeof(int));
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof(control.bytes);
    }
    return sendmsg(keeper, &message, MSG_NOSIGNAL) == (ssize_t)sizeof(*order);
}

bool serve_keeper_ready(int keeper)
{
    const struct order order = {.id = ""};

    return send_order(keeper, &order, NULL);
}

bool serve_keeper_unpack(int keeper, const char *id, int file, int told)
{
    const int files[FILES] = {file, told};
    struct order order = {.id = ""};

    if (strlen(id) >= sizeof(order.id))
        return false;
    memcpy(order.id, id, strlen(id));
    return send_order(keeper, &order, files);
}

/* ---- what unpacks --------------------------------------------------------------------------- */

/* Starts it; false: it could not be. */
static bool start_worker(const struct serve_settings *settings, char *id, const int *files)
{
    char bytes[24], seconds[16];
    char *arguments[] = {(char *)(uintptr_t)settings->worker,
                         (char *)(uintptr_t)(settings->catalog != NULL ? settings->catalog : ""),
                         id,
                         bytes,
                         seconds,
                         NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t process;
    sigset_t none;
    bool started;

    (void)snprintf(bytes, sizeof(bytes), "%" PRIu64, settings->content_bytes);
    (void)snprintf(seconds, sizeof(seconds), "%u", 10 * settings->seconds);
    (void)sigemptyset(&none);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    started = posix_spawnattr_init(&attributes) == 0;
    if (started) {
        started =
            posix_spawnattr_setsigmask(&attributes, &none) == 0 &&
            posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) == 0 &&
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
            posix_spawn_file_actions_adddup2(&actions, files[1], 1) == 0 &&
            posix_spawn_file_actions_adddup2(&actions, files[0], 3) == 0 &&
            posix_spawn(&process, settings->worker, &actions, &attributes, arguments, environ) == 0;
        (void)posix_spawnattr_destroy(&attributes);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    return started;
}

/* Ids have digits and dots alone. */
static bool is_id(const struct order *order)
{
    return memchr(order->id, '\0', sizeof(order->id)) != NULL &&
           strspn(order->id, "0123456789.") == strlen(order->id);
}

static void do_order(struct keeper *keeper, struct order *order, const int *files, bool has_files)
{
    if (!has_files && order->id[0] == '\0') {
        keeper->ready = true;
        if (!keeper->told_ready) {
            output_note("whichcab answers at %s", keeper->listener->url);
            serve_listen_ready();
        }
        keeper->told_ready = true;
    } else if (has_files && is_id(order) && keeper->settings->worker != NULL &&
               keeper->workers < 2 * keeper->settings->unpackers &&
               start_worker(keeper->settings, order->id, files)) {
        keeper->workers++;
    } /* else who asked finds that nothing is told */
}

/* Takes an order; false: there will be no more. */
static bool take_order(struct keeper *keeper)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(FILES * sizeof(int))];
    } control;
    struct order order = {.id = ""};
    struct iovec data = {.iov_base = &order, .iov_len = sizeof(order)};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    const ssize_t got = recvmsg(keeper->orders, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    int files[FILES] = {-1, -1};
    size_t count = 0, i;

    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    if (count > 0 && count <= FILES)
        memcpy(files, CMSG_DATA(header), count * sizeof(int));
    if (got == (ssize_t)sizeof(order) && (count == 0 || count == FILES))
        do_order(keeper, &order, files, count == FILES);
    for (i = 0; i < count && i < FILES; i++)
        (void)close(files[i]);
    return got > 0 || (got < 0 && errno == EINTR);
}

/* ---- its life ------------------------------------------------------------------------------- */

static void reap(struct keeper *keeper)
{
    int status = 0;
    pid_t process;

    while ((process = waitpid(-1, &status, WNOHANG)) > 0) {
        if (process == keeper->server) {
            keeper->ended = true;
            keeper->status = status;
        } else if (keeper->workers > 0) {
            keeper->workers--;
        }
    }
}

static void take_signal(struct keeper *keeper)
{
    struct signalfd_siginfo signal;

    if (read(keeper->signals, &signal, sizeof(signal)) != (ssize_t)sizeof(signal))
        return;
    if (signal.ssi_signo == SIGCHLD) {
        reap(keeper);
        return;
    }
    keeper->ending = true;
    (void)kill(keeper->server, SIGTERM);
}

/* Until the process that answers has ended. */
static void keep(struct keeper *keeper)
{
    struct pollfd waited[2] = {{.fd = keeper->signals, .events = POLLIN},
                               {.fd = keeper->orders, .events = POLLIN}};

    while (!keeper->ended) {
        if (poll(waited, 2, -1) < 0 && errno != EINTR)
            return;
        if ((waited[1].revents & (POLLIN | POLLHUP)) != 0 && !take_order(keeper))
            waited[1].fd = -1;
        if ((waited[0].revents & POLLIN) != 0)
            take_signal(keeper);
    }
}

/* Starts the process that answers; false after a message. */
static bool start(struct keeper *keeper, serve_keeper_answer *answer, void *context)
{
    const pid_t own = getpid();
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        output_error("the server can't be started: %s", strerror(errno));
        return false;
    }
    keeper->orders = ends[0];
    keeper->ended = keeper->ready = false;
    (void)fflush(NULL);
    keeper->server = fork();
    if (keeper->server == 0) {
        (void)close(ends[0]);
        (void)close(keeper->signals);
        (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
        exit(getppid() == own ? answer(context, ends[1]) : STATUS_ERROR);
    }
    (void)close(ends[1]);
    if (keeper->server > 0)
        return true;
    output_error("the server can't be started: %s", strerror(errno));
    (void)close(keeper->orders);
    return false;
}

/* Whether what has ended is to be started again. */
static bool is_again(const struct keeper *keeper)
{
    enum { PAUSE_MILLISECONDS = 200 };

    if (keeper->ending || !keeper->ready)
        return false;
    if (WIFSIGNALED(keeper->status)) {
        output_error("the process that answers was ended by signal %d; it is started again",
                     WTERMSIG(keeper->status));
        (void)poll(NULL, 0, PAUSE_MILLISECONDS); /* it may end again at once */
    }
    return WIFSIGNALED(keeper->status) || WEXITSTATUS(keeper->status) == SERVE_AGAIN;
}

int serve_keeper_run(const struct serve_settings *settings, const struct serve_listener *listener,
                     serve_keeper_answer *answer, void *context)
{
    struct keeper keeper = {.settings = settings, .listener = listener};
    sigset_t signals;
    bool started;

    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGHUP);
    (void)sigaddset(&signals, SIGCHLD);
    (void)pthread_sigmask(SIG_BLOCK, &signals,
                          NULL); /* the other process and its threads inherit that */
    keeper.signals = signalfd(-1, &signals, SFD_CLOEXEC);
    if (keeper.signals < 0) {
        output_error("the server can't be started: %s", strerror(errno));
        return STATUS_ERROR;
    }
    do {
        started = start(&keeper, answer, context);
        if (started) {
            keep(&keeper);
            (void)close(keeper.orders);
        }
    } while (started && is_again(&keeper));
    (void)close(keeper.signals);
    return started && keeper.ended && WIFEXITED(keeper.status) ? WEXITSTATUS(keeper.status)
                                                               : STATUS_ERROR;
}
