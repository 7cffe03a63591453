/*
 * jobs - threads for what takes longer than a connection's thread may wait, and the queue before them.
 */
#ifndef SERVE_JOBS_H
#define SERVE_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct serve_job {
    struct serve_job *next;             /* private */
    void (*run)(struct serve_job *job); /* in one of the threads */
};

struct serve_jobs;

/* NULL: no memory, or no threads. */
struct serve_jobs *serve_jobs_open(unsigned threads, size_t most_waiting);
/* False: too many wait already, or it is closing. */
bool serve_jobs_submit(struct serve_jobs *jobs, struct serve_job *job);
/* No further ones are taken; those that wait are run, and the threads end. */
void serve_jobs_drain(struct serve_jobs *jobs);
void serve_jobs_close(struct serve_jobs *jobs); /* after serve_jobs_drain; NULL is harmless */

#endif
