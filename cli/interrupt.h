/*
 * interrupt - Ctrl-C and TERM during a long run: what the library asks.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

#include "whichcab.h"

/* From now on SIGINT, SIGTERM and SIGHUP end the process with a message, unless they are ignored. */
void interrupt_announce(void);

/* What else is to be done before such a signal ends the process; safe in a signal handler. */
void interrupt_before_end(void (*action)(void));

/* Catches SIGINT, SIGTERM and SIGHUP from now on; the answer is yes from the first on.
 * A second one ends the process at once. */
const struct wcab_cancel *interrupt_catch(void);

/* Exit status of an interrupted run: 128 + the signal, as shells have it. */
int interrupt_status(void);

#endif
