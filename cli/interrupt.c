/*
 * interrupt - see interrupt.h.
 */
#include "cli/interrupt.h"

#include <signal.h>
#include <string.h>

static volatile bool interrupted;
static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
    __atomic_store_n(&interrupted, true, __ATOMIC_RELAXED); /* other threads read it */
}

const volatile bool *interrupt_catch(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action;
    size_t i;

    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND; /* the second one ends the process */
    (void)sigemptyset(&action.sa_mask);
    for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        (void)sigaction(signals[i], &action, NULL);
    return &interrupted;
}

const volatile bool *interrupt_flag(void)
{
    return &interrupted;
}

int interrupt_status(void)
{
    return 128 + (int)caught;
}
