/*
 * child - work that is done in a process of its own, because what does it was not written for
 * hostile files: its death is no more than an error.
 *
 * The child has limits of time and memory and none of the caller's open files; stdout and stderr
 * lead nowhere.  It tells what it found through a pipe (or memory shared before), and ends when the
 * caller does, whether by wci_child_end or by dying: its stdin is a pipe that then hangs up, which
 * it looks at many times a second (SIGALRM) whatever the work is at.
 */
#ifndef WCI_CHILD_H
#define WCI_CHILD_H

#include <sys/types.h>

#include "core/error.h"
#include "media/bytes/spool.h"

/* The descriptor, in the child, that hangs up when the caller is done with it.  Work that waits for
 * something else waits for this, too. */
enum { WCI_CHILD_LIFE = 0 };

struct wci_child_job {
    /* Done in the child: writes to `out`, returns the child's exit status (0 to 127). */
    int (*work)(void *context, int out);
    void *context;
    int kept;         /* a descriptor that the work needs beside `out`; -1: none */
    unsigned seconds; /* of processor time; it may be alive for twice as long */
    uint64_t memory;  /* bytes beside what the caller had when it was split off; 0: 256 MiB */
    uint64_t written; /* bytes of a file that it may write; 0: it writes none */
};

struct wci_child {
    pid_t process;
    int out;           /* end of the pipe that is read */
    int life;          /* end of a pipe that nothing is written to; closing it ends the child */
    uint64_t deadline; /* CLOCK_MONOTONIC, nanoseconds */
};

/* A pipe whose ends are above the standard streams, closed by what is run.  False: errno tells. */
bool wci_child_pipe(int ends[2]);

/* Starts the work.  IO: no process, no pipe. */
enum wcab_err wci_child_start(const struct wci_child_job *job, struct wci_child *child,
                              struct wcab_error *err);

/* Reads up to `size` bytes (at least 1); *got = 0: the child is done.  LIMIT: it takes too long;
 * LIMIT, CANCELLED of the budget (NULL: none is asked), IO. */
enum wcab_err wci_child_read(const struct wci_child *child, const struct wci_budget *budget,
                             void *bytes, size_t size, size_t *got, struct wcab_error *err);

/* Ends it, wherever it is, and waits for that.  Its exit status, or -1: it did not get that far. */
int wci_child_end(struct wci_child *child);

/* A job from start to end: all that it writes goes into the spool; *status as of wci_child_end. */
enum wcab_err wci_child_spool(const struct wci_child_job *job, struct wci_spool *spool, int *status,
                              struct wcab_error *err);

#endif
