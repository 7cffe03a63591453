/*
 * fetch_process - see fetch_process.h.
 */
#include "media/bytes/fetch_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/cancel.h"
#include "media/bytes/child.h"

enum { POLL_MILLISECONDS = 200, FIRST_SPARE = 64, ENDING_ROUNDS = 400 };

/* ---- in the process to be ----------------------------------------------------------------- */

/* Ends where nobody will ask any more. */
static void await_question(void)
{
    struct pollfd asks[WCI_FETCH_CHANNELS];
    int i;

    for (;;) {
        int closed = 0;

        for (i = 0; i < WCI_FETCH_CHANNELS; i++)
            asks[i] = (struct pollfd){WCI_FETCH_FIRST_FD + 2 * i, POLLIN, 0};
        if (poll(asks, WCI_FETCH_CHANNELS, -1) < 0 && errno != EINTR)
            _exit(127);
        for (i = 0; i < WCI_FETCH_CHANNELS; i++) {
            if ((asks[i].revents & POLLIN) != 0)
                return;
            closed += asks[i].revents != 0;
        }
        if (closed == WCI_FETCH_CHANNELS)
            _exit(0);
    }
}

/* Never returns.  Only what may be called behind a fork of a process with threads. */
static void be_fetcher(const char *program, int (*ends)[2])
{
    char *const arguments[] = {(char *)(uintptr_t)program, NULL};
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC), i;

    if (nowhere < 0)
        _exit(127);
    for (i = 0; i < 2 * WCI_FETCH_CHANNELS; i++)
        ends[i / 2][i % 2] = fcntl(ends[i / 2][i % 2], F_DUPFD, FIRST_SPARE);
    for (i = 0; i < 2 * WCI_FETCH_CHANNELS; i++) {
        if (dup2(ends[i / 2][i % 2], WCI_FETCH_FIRST_FD + i) < 0)
            _exit(127);
    }
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(nowhere, STDOUT_FILENO);
#ifndef WHICHCAB_SANITIZED /* whose report must get out */
    (void)dup2(nowhere, STDERR_FILENO);
#endif
    (void)close_range(WCI_FETCH_FIRST_FD + 2 * WCI_FETCH_CHANNELS, ~0U, 0);
    await_question();
    (void)execv(program, arguments);
    _exit(127);
}

/* ---- in the caller ------------------------------------------------------------------------ */

static void close_channel(struct wci_fetch_channel *channel)
{
    if (channel->ask >= 0)
        (void)close(channel->ask);
    if (channel->hold >= 0)
        (void)close(channel->hold);
    if (channel->answer >= 0)
        (void)close(channel->answer);
    channel->ask = channel->hold = channel->answer = -1;
    channel->dead = true;
}

enum wcab_err wci_fetch_process_begin(struct wci_fetch_process *process, const char *program,
                                      struct wcab_error *err)
{
    int theirs[WCI_FETCH_CHANNELS][2], i, why = 0;

    memset(process, 0, sizeof(*process));
    for (i = 0; i < WCI_FETCH_CHANNELS; i++) {
        process->channels[i] = (struct wci_fetch_channel){-1, -1, -1, false, true};
        theirs[i][0] = theirs[i][1] = -1;
    }
    if (access(program, X_OK) != 0)
        return wci_error_set_sys(err, errno, "the program whichcab-fetch can't be run");
    for (i = 0; i < WCI_FETCH_CHANNELS && why == 0; i++) {
        struct wci_fetch_channel *channel = &process->channels[i];
        int ask[2], answer[2] = {-1, -1};

        if (!wci_child_pipe(ask)) {
            why = errno;
        } else if (!wci_child_pipe(answer)) {
            why = errno;
            (void)close(ask[0]);
            (void)close(ask[1]);
        } else {
            *channel = (struct wci_fetch_channel){ask[1], ask[0], answer[0], false, false};
            theirs[i][0] = ask[0];
            theirs[i][1] = answer[1];
        }
    }
    process->process = why == 0 ? fork() : -1;
    if (process->process == 0)
        be_fetcher(program, theirs);
    if (process->process < 0 && why == 0)
        why = errno;
    for (i = 0; i < WCI_FETCH_CHANNELS; i++) {
        if (theirs[i][1] >= 0)
            (void)close(theirs[i][1]);
        if (why != 0)
            close_channel(&process->channels[i]);
    }
    if (why != 0)
        return wci_error_set_sys(err, why, "no process of its own for fetching");
    (void)pthread_mutex_init(&process->lock, NULL);
    (void)pthread_cond_init(&process->freed, NULL);
    return WCAB_OK;
}

void wci_fetch_process_end(struct wci_fetch_process *process)
{
    const struct timespec moment = {0, 5 * 1000 * 1000};
    int i, status;

    if (process->process <= 0)
        return;
    for (i = 0; i < WCI_FETCH_CHANNELS; i++)
        close_channel(&process->channels[i]);
    for (i = 0; i < ENDING_ROUNDS && waitpid(process->process, &status, WNOHANG) == 0; i++)
        (void)nanosleep(&moment, NULL);
    (void)pthread_cond_destroy(&process->freed);
    (void)pthread_mutex_destroy(&process->lock);
    process->process = 0;
}

/* ---- a question --------------------------------------------------------------------------- */

/* NULL when all of them are dead. */
static struct wci_fetch_channel *take_channel(struct wci_fetch_process *process)
{
    struct wci_fetch_channel *taken = NULL;
    bool alive = true;
    int i;

    (void)pthread_mutex_lock(&process->lock);
    while (taken == NULL && alive) {
        alive = false;
        for (i = 0; i < WCI_FETCH_CHANNELS && taken == NULL; i++) {
            alive = alive || !process->channels[i].dead;
            if (!process->channels[i].dead && !process->channels[i].busy)
                taken = &process->channels[i];
        }
        if (taken == NULL && alive)
            (void)pthread_cond_wait(&process->freed, &process->lock);
    }
    if (taken != NULL)
        taken->busy = true;
    (void)pthread_mutex_unlock(&process->lock);
    return taken;
}

static void give_back(struct wci_fetch_process *process, struct wci_fetch_channel *channel,
                      bool usable)
{
    (void)pthread_mutex_lock(&process->lock);
    if (!usable)
        close_channel(channel);
    channel->busy = false;
    (void)pthread_cond_broadcast(&process->freed);
    (void)pthread_mutex_unlock(&process->lock);
}

static uint64_t now_seconds(void)
{
    struct timespec time = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec;
}

/* Exactly so many bytes; the fetcher may be silent for `seconds`. */
static enum wcab_err read_exactly(int fd, void *bytes, size_t length, uint64_t seconds,
                                  const struct wcab_cancel *cancel, struct wcab_error *err)
{
    const uint64_t last = now_seconds() + seconds;
    uint8_t *to = bytes;

    while (length > 0) {
        struct pollfd ready = {fd, POLLIN, 0};
        int count = poll(&ready, 1, POLL_MILLISECONDS);
        ssize_t got;

        if (wci_cancel_check(cancel, err) != WCAB_OK)
            return WCAB_ERR_CANCELLED;
        if (count == 0 && now_seconds() > last)
            return wci_error_set(err, WCAB_ERR_LIMIT, "fetching it does not come to an end");
        if (count == 0)
            continue;
        got = read(fd, to, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return wci_error_set(err, WCAB_ERR_IO, "the process that fetches has ended");
        to += got;
        length -= (size_t)got;
    }
    return WCAB_OK;
}

static bool write_exactly(int fd, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;

    while (length > 0) {
        ssize_t count = write(fd, from, length);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return false;
        from += count;
        length -= (size_t)count;
    }
    return true;
}

/* Whether texts in it end, and the length is that of its kind. */
static bool is_valid_frame(const struct wci_fetch_frame *frame)
{
    return (frame->kind == WCI_FETCH_HEAD && frame->length == sizeof(struct wci_fetch_head)) ||
           (frame->kind == WCI_FETCH_END && frame->length == sizeof(struct wci_fetch_end)) ||
           (frame->kind == WCI_FETCH_DATA && frame->length <= WCI_FETCH_PIECE);
}

static enum wcab_err take_end(struct wci_fetch_end *end, struct wci_fetch_taker *taker,
                              struct wcab_error *err)
{
    end->text[sizeof(end->text) - 1] = '\0';
    taker->requests = end->requests;
    taker->received = end->received;
    if (end->code == WCAB_OK)
        return WCAB_OK;
    if (end->code > WCAB_ERR_ENCRYPTED || wci_error_ends_run((enum wcab_err)end->code))
        end->code = WCAB_ERR_IO;
    return wci_error_set(err, (enum wcab_err)end->code, "%s", end->text);
}

/* Reads the answer up to its end; *usable: the channel can be asked again. */
static enum wcab_err take_answer(const struct wci_fetch_channel *channel, uint64_t seconds,
                                 struct wci_fetch_taker *taker, bool *usable,
                                 struct wcab_error *err)
{
    union payload {
        struct wci_fetch_head head;
        struct wci_fetch_end end;
        uint8_t bytes[WCI_FETCH_PIECE];
    } *payload = malloc(sizeof(*payload));
    struct wci_fetch_frame frame = {0, 0};
    enum wcab_err code = payload == NULL ? wci_error_nomem(err) : WCAB_OK;

    *usable = false;
    while (code == WCAB_OK && frame.kind != WCI_FETCH_END) {
        code = read_exactly(channel->answer, &frame, sizeof(frame), seconds, taker->cancel, err);
        if (code == WCAB_OK && !is_valid_frame(&frame))
            code = wci_error_set(err, WCAB_ERR_CORRUPT, "the process that fetches tells nonsense");
        if (code == WCAB_OK)
            code =
                read_exactly(channel->answer, payload, frame.length, seconds, taker->cancel, err);
        if (code != WCAB_OK)
            break;
        if (frame.kind == WCI_FETCH_HEAD) {
            payload->head.url[sizeof(payload->head.url) - 1] = '\0';
            payload->head.tag[sizeof(payload->head.tag) - 1] = '\0';
            payload->head.last_modified[sizeof(payload->head.last_modified) - 1] = '\0';
            code = taker->head(taker->context, &payload->head, err);
        } else if (frame.kind == WCI_FETCH_DATA) {
            code = taker->data(taker->context, payload->bytes, frame.length, err);
        } else {
            code = take_end(&payload->end, taker, err);
            *usable = true;
        }
    }
    free(payload);
    return code;
}

enum wcab_err wci_fetch_process_ask(struct wci_fetch_process *process,
                                    const struct wci_fetch_ask *ask, struct wci_fetch_taker *taker,
                                    struct wcab_error *err)
{
    struct wci_fetch_channel *channel = take_channel(process);
    bool usable = false;
    enum wcab_err code;

    taker->requests = 0;
    taker->received = 0;
    if (channel == NULL)
        return wci_error_set(err, WCAB_ERR_IO, "the process that fetches has ended");
    if (write_exactly(channel->ask, ask, sizeof(*ask)))
        code = take_answer(channel, 30 + 15 * (uint64_t)ask->seconds, taker, &usable, err);
    else
        code = wci_error_set_sys(err, errno, "the process that fetches can't be asked");
    give_back(process, channel, usable);
    return code;
}
