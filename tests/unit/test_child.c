/*
 * test_child - a process of its own ends when its caller is done with it, whatever it is at.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "media/bytes/child.h"

enum { CPU_SECONDS = 60, SOON = 5, CHILD_SAYS = 'c' };

static bool say(int out)
{
    const char said = CHILD_SAYS;

    return write(out, &said, 1) == 1;
}

static int sleep_on(void *context, int out)
{
    (void)context;
    while (say(out))
        (void)sleep(1000);
    return 0;
}

static int loop_on(void *context, int out)
{
    volatile bool on = true;

    (void)context;
    (void)say(out);
    while (on)
        continue;
    return 0;
}

static int write_on(void *context, int out)
{
    (void)context;
    while (say(out))
        continue;
    return 0;
}

static int answer_once(void *context, int out)
{
    (void)context;
    return say(out) ? 7 : 1;
}

static struct wci_child start(int (*work)(void *, int))
{
    const struct wci_child_job job = {
        .work = work, .context = NULL, .kept = -1, .seconds = CPU_SECONDS};
    struct wci_child child = {-1, -1, -1, 0};
    struct wcab_error err;

    CHECK_EQ_INT(wci_child_start(&job, &child, &err), WCAB_OK);
    return child;
}

static void take_word(const struct wci_child *child)
{
    struct wcab_error err;
    char said = 0;
    size_t got = 0;

    CHECK_EQ_INT(wci_child_read(child, NULL, &said, 1, &got, &err), WCAB_OK);
    CHECK_EQ_INT(got, 1);
    CHECK_EQ_INT(said, CHILD_SAYS);
}

static void test_ends_whatever_it_is_at(void)
{
    static int (*const works[])(void *, int) = {sleep_on, loop_on, write_on};
    size_t i;

    for (i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
        struct wci_child child = start(works[i]);
        time_t began = time(NULL);

        take_word(&child);
        CHECK(wci_child_end(&child) != 0);
        CHECK(time(NULL) - began <= SOON);
        CHECK(kill(child.process, 0) != 0 && errno == ESRCH);
    }
}

static void test_status(void)
{
    struct wci_child child = start(answer_once);

    siginfo_t ended;

    take_word(&child);
    CHECK_EQ_INT(waitid(P_PID, (id_t)child.process, &ended, WEXITED | WNOWAIT), 0);
    CHECK_EQ_INT(wci_child_end(&child), 7);
}

/* The caller dies and says nothing: what it left is not there for long. */
static void test_ends_with_its_caller(void)
{
    int ends[2], status;
    pid_t caller, left = 0;
    unsigned i;

    CHECK_EQ_INT(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* what is left becomes a child of this */
    CHECK_EQ_INT(pipe(ends), 0);
    caller = fork();
    if (caller == 0) {
        struct wci_child child = start(loop_on);

        take_word(&child);
        _exit(write(ends[1], &child.process, sizeof(child.process)) < 0);
    }
    CHECK_EQ_INT(waitpid(caller, &status, 0), caller);
    CHECK_EQ_INT(read(ends[0], &left, sizeof(left)), sizeof(left));
    for (i = 0; i < SOON * 100 && waitpid(left, &status, WNOHANG) == 0; i++)
        (void)nanosleep(&(struct timespec){0, 10 * 1000 * 1000}, NULL);
    CHECK(left > 0 && kill(left, 0) != 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

int main(void)
{
    RUN(test_ends_whatever_it_is_at);
    RUN(test_status);
    RUN(test_ends_with_its_caller);
    return check_report();
}
