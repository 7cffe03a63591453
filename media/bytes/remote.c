/*
 * remote - see remote.h.
 *
 * Requests and bytes lie in shared memory. An eventfd wakes the child (writing to it never raises
 * SIGPIPE), one byte through its pipe the caller.
 */
#include "media/bytes/remote.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"
#include "media/bytes/child.h"

enum { PIECE = 64 * 1024, CPU_SECONDS = 600, ANSWER_SECONDS = 30 };

#define NANOSECONDS 1000000000ULL

/* What the child says through the pipe. */
enum { SAYS_NEED = 'n', SAYS_DONE = 'd', SAYS_FAILED = 'f' };

struct wci_remote_shared {
    uint64_t offset, length; /* asked of the child */
    uint64_t need_offset, need_length;
    uint64_t size; /* decoded bytes */
    int input_ok;
    char text[WCI_REMOTE_TEXT];
    uint8_t in[PIECE], out[PIECE];
};

/* The caller's side. */
struct remote_source {
    struct wci_source base;
    struct wci_source *input; /* borrowed */
    const struct wci_remote_library *library;
    struct wci_remote_shared *shared;
    struct wci_child child;
    int wake;
    bool running;
};

struct work {
    const struct wci_remote_library *library;
    struct wci_remote_side side;
};

/* ---- in the child --------------------------------------------------------------------------- */

static bool say(const struct wci_remote_side *side, char what)
{
    return write(side->out, &what, 1) == 1;
}

/* False: the caller is done with it. */
static bool wait_for_caller(const struct wci_remote_side *side)
{
    struct pollfd waited[] = {{side->wake, POLLIN, 0}, {WCI_CHILD_LIFE, POLLIN, 0}};
    uint64_t count;
    int ready;

    do
        ready = poll(waited, 2, -1);
    while (ready < 0 && errno == EINTR);
    return ready > 0 && waited[1].revents == 0 &&
           read(side->wake, &count, sizeof(count)) == (ssize_t)sizeof(count);
}

bool wci_remote_input(struct wci_remote_side *side, uint64_t offset, void *bytes, size_t length)
{
    uint8_t *to = bytes;

    while (length > 0) {
        size_t piece = length < PIECE ? length : PIECE;

        side->shared->need_offset = offset;
        side->shared->need_length = piece;
        if (!say(side, SAYS_NEED) || !wait_for_caller(side) || !side->shared->input_ok)
            return false;
        memcpy(to, side->shared->in, piece);
        to += piece;
        offset += piece;
        length -= piece;
    }
    return true;
}

static bool answer(struct wci_remote_side *side, bool fine)
{
    if (!fine)
        (void)snprintf(side->shared->text, sizeof(side->shared->text), "%s", side->text);
    return say(side, fine ? SAYS_DONE : SAYS_FAILED);
}

static int serve(void *context, int out)
{
    struct work *work = context;
    struct wci_remote_side *side = &work->side;

    side->out = out;
    if (!answer(side, work->library->open(side, &side->shared->size)))
        return 1;
    while (wait_for_caller(side)) {
        uint64_t offset = side->shared->offset, length = side->shared->length;

        side->text[0] = '\0';
        if (length > PIECE ||
            !answer(side, work->library->read(side, offset, side->shared->out, (size_t)length)))
            return 1;
    }
    return 0;
}

/* ---- in the caller -------------------------------------------------------------------------- */

static void wake_child(const struct remote_source *remote)
{
    const uint64_t one = 1;

    /* fails only when it has been woken 2^64 times; then the child's silence ends in an error */
    if (write(remote->wake, &one, sizeof(one)) < 0)
        return;
}

static void set_deadline(struct remote_source *remote)
{
    struct timespec time = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    remote->child.deadline =
        ((uint64_t)time.tv_sec + ANSWER_SECONDS) * NANOSECONDS + (uint64_t)time.tv_nsec;
}

/* Hands over the piece of the source that the child needs. */
static void feed(struct remote_source *remote)
{
    struct wci_remote_shared *shared = remote->shared;
    uint64_t offset = shared->need_offset, length = shared->need_length;

    shared->input_ok = length <= PIECE && wci_source_read_at(remote->input, offset, shared->in,
                                                             (size_t)length, NULL) == WCAB_OK;
    wake_child(remote);
}

static enum wcab_err failed(struct remote_source *remote, struct wcab_error *err)
{
    char text[WCI_REMOTE_TEXT];

    memcpy(text, remote->shared->text, sizeof(text));
    text[sizeof(text) - 1] = '\0';
    if (text[0] == '\0')
        (void)snprintf(text, sizeof(text), "its library can't read it");
    return wci_error_set(err, WCAB_ERR_CORRUPT, "%s: %s", remote->library->name, text);
}

/* Waits until the child has done what it was asked for. */
static enum wcab_err await(struct remote_source *remote, struct wcab_error *err)
{
    for (;;) {
        char said = 0;
        size_t got = 0;
        enum wcab_err code;

        set_deadline(remote);
        code = wci_child_read(&remote->child, NULL, &said, 1, &got, err);
        if (code == WCAB_OK && got == 0)
            code = wci_error_set(err, WCAB_ERR_CORRUPT, "%s: its library gave up on it",
                                 remote->library->name);
        if (code != WCAB_OK) {
            remote->running = false; /* it ended, or does not answer */
            return code;
        }
        if (said == SAYS_DONE)
            return WCAB_OK;
        if (said != SAYS_NEED)
            return failed(remote, err); /* it may go on with another place */
        feed(remote);
    }
}

static enum wcab_err remote_read(struct wci_source *source, uint64_t offset, void *buffer,
                                 size_t length, size_t *got, struct wcab_error *err)
{
    struct remote_source *remote = (struct remote_source *)source;
    enum wcab_err code;

    if (!remote->running)
        return wci_error_set_at(err, WCAB_ERR_CORRUPT, offset, "%s: its library gave up on it",
                                remote->library->name);
    if (length > PIECE)
        length = PIECE;
    remote->shared->offset = offset;
    remote->shared->length = length;
    wake_child(remote);
    code = await(remote, err);
    if (code != WCAB_OK)
        return code;
    memcpy(buffer, remote->shared->out, length);
    *got = length;
    return WCAB_OK;
}

static void remote_close(struct wci_source *source)
{
    struct remote_source *remote = (struct remote_source *)source;

    if (remote->child.process > 0)
        (void)wci_child_end(&remote->child);
    if (remote->wake >= 0)
        (void)close(remote->wake);
    if (remote->shared != NULL)
        (void)munmap(remote->shared, sizeof(*remote->shared));
    free(remote);
}

static const struct wci_source_ops remote_ops = {remote_read, remote_close};

static enum wcab_err start(struct remote_source *remote, struct wcab_error *err)
{
    struct work work = {.library = remote->library};
    struct wci_child_job job = {
        .work = serve, .context = &work, .kept = -1, .seconds = CPU_SECONDS};
    enum wcab_err code;

    remote->wake = eventfd(0, EFD_CLOEXEC);
    if (remote->wake < 0)
        return wci_error_set_sys(err, errno, "no way to a process of its own");
    remote->shared = mmap(NULL, sizeof(*remote->shared), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (remote->shared == MAP_FAILED) {
        remote->shared = NULL;
        return wci_error_nomem(err);
    }
    work.side.input_size = wci_source_size(remote->input);
    work.side.shared = remote->shared;
    work.side.wake = job.kept = remote->wake;
    code = wci_child_start(&job, &remote->child, err);
    if (code == WCAB_OK)
        code = await(remote, err);
    remote->running = code == WCAB_OK;
    return code;
}

enum wcab_err wci_remote_open(struct wci_source *source, const struct wci_remote_library *library,
                              struct wci_source **decoded, struct wcab_error *err)
{
    struct remote_source *remote = wci_mem_calloc(1, sizeof(*remote));
    enum wcab_err code;

    if (remote == NULL)
        return wci_error_nomem(err);
    remote->base.ops = &remote_ops;
    remote->input = source;
    remote->library = library;
    remote->wake = -1;
    code = start(remote, err);
    if (code != WCAB_OK) {
        remote_close(&remote->base);
        return code;
    }
    remote->base.size = remote->shared->size;
    *decoded = &remote->base;
    return WCAB_OK;
}
