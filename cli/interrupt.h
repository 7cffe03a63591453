/*
 * interrupt - Ctrl-C and TERM during a long run: a flag that the library looks at.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP end the process with a message, unless they are ignored. */
void interrupt_announce(void);

/* Catches SIGINT, SIGTERM and SIGHUP from now on; the flag turns true with the first.  A second one
 * ends the process at once. */
const volatile bool *interrupt_catch(void);
const volatile bool *interrupt_flag(void);

/* Exit status of an interrupted run: 128 + the signal, as shells have it. */
int interrupt_status(void);

#endif
