/*
 * jobs - see jobs.h.
 */
#include "serve/jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct serve_jobs {
    pthread_mutex_t mutex;
    pthread_cond_t more;
    struct serve_job *first, *last; /* guarded by the mutex, as the next ones */
    size_t waiting, most_waiting;
    bool ending;
    pthread_t *threads; /* owned */
    unsigned thread_count;
};

/* The next job, NULL when there will be none. */
static struct serve_job *take(struct serve_jobs *jobs)
{
    struct serve_job *job;

    (void)pthread_mutex_lock(&jobs->mutex);
    while (jobs->first == NULL && !jobs->ending)
        (void)pthread_cond_wait(&jobs->more, &jobs->mutex);
    job = jobs->first;
    if (job != NULL) {
        jobs->first = job->next;
        jobs->waiting--;
    }
    (void)pthread_mutex_unlock(&jobs->mutex);
    return job;
}

static void *work(void *context)
{
    enum { NICE = 5 };
    struct serve_jobs *jobs = context;
    struct serve_job *job;

    /* who asks for little comes first (of this thread alone: see setpriority(2)) */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    while ((job = take(jobs)) != NULL)
        job->run(job);
    return NULL;
}

struct serve_jobs *serve_jobs_open(unsigned threads, size_t most_waiting)
{
    struct serve_jobs *jobs = calloc(1, sizeof(*jobs));

    if (jobs == NULL)
        return NULL;
    (void)pthread_mutex_init(&jobs->mutex, NULL);
    (void)pthread_cond_init(&jobs->more, NULL);
    jobs->most_waiting = most_waiting;
    jobs->threads = calloc(threads, sizeof(*jobs->threads));
    while (jobs->threads != NULL && jobs->thread_count < threads &&
           pthread_create(&jobs->threads[jobs->thread_count], NULL, work, jobs) == 0)
        jobs->thread_count++;
    if (jobs->thread_count == threads)
        return jobs;
    serve_jobs_drain(jobs);
    serve_jobs_close(jobs);
    return NULL;
}

bool serve_jobs_submit(struct serve_jobs *jobs, struct serve_job *job)
{
    bool taken;

    (void)pthread_mutex_lock(&jobs->mutex);
    taken = !jobs->ending && jobs->waiting < jobs->most_waiting;
    if (taken) {
        job->next = NULL;
        if (jobs->first == NULL)
            jobs->first = job;
        else
            jobs->last->next = job;
        jobs->last = job;
        jobs->waiting++;
        (void)pthread_cond_signal(&jobs->more);
    }
    (void)pthread_mutex_unlock(&jobs->mutex);
    return taken;
}

void serve_jobs_drain(struct serve_jobs *jobs)
{
    if (jobs == NULL)
        return;
    (void)pthread_mutex_lock(&jobs->mutex);
    jobs->ending = true;
    (void)pthread_cond_broadcast(&jobs->more);
    (void)pthread_mutex_unlock(&jobs->mutex);
    while (jobs->thread_count > 0)
        (void)pthread_join(jobs->threads[--jobs->thread_count], NULL);
}

void serve_jobs_close(struct serve_jobs *jobs)
{
    if (jobs == NULL)
        return;
    (void)pthread_mutex_destroy(&jobs->mutex);
    (void)pthread_cond_destroy(&jobs->more);
    free(jobs->threads);
    free(jobs);
}
