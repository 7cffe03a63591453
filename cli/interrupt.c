/*
 * interrupt - see interrupt.h.
 */
#include "cli/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile bool interrupted;
static volatile sig_atomic_t caught;
static void (*before_end)(void);

static void on_signal(int number)
{
    caught = number;
    __atomic_store_n(&interrupted, true, __ATOMIC_RELAXED); /* other threads read it */
}

/* Ends the process by the signal, whose handler is gone already. */
static void on_last_signal(int number)
{
    static const char text[] = "whichcab: interrupted\n";

    if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0) {
        /* nobody is there to read it */
    }
    if (before_end != NULL)
        before_end();
    (void)raise(number);
}

void interrupt_before_end(void (*action)(void))
{
    before_end = action;
}

/* Each handler is for one signal: the second one ends the process. */
static void handle(void (*handler)(int), bool also_ignored)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action, before;
    size_t i;

    memset(&action, 0, sizeof(action));
    action.sa_handler = handler;
    action.sa_flags = (int)SA_RESETHAND;
    (void)sigemptyset(&action.sa_mask);
    for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        if (also_ignored || (sigaction(signals[i], NULL, &before) == 0 &&
                             before.sa_handler != SIG_IGN)) /* as nohup wants it */
            (void)sigaction(signals[i], &action, NULL);
    }
}

void interrupt_announce(void)
{
    handle(on_last_signal, false);
}

static int is_interrupted(void *context)
{
    (void)context;
    return __atomic_load_n(&interrupted, __ATOMIC_RELAXED);
}

const struct wcab_cancel *interrupt_catch(void)
{
    static const struct wcab_cancel cancel = {is_interrupted, NULL};

    handle(on_signal, true);
    return &cancel;
}

int interrupt_status(void)
{
    return 128 + (int)caught;
}
