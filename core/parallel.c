/*
 * parallel - see parallel.h.
 *
 * Workers take pieces by a running number and leave results in a ring of slots; the caller empties
 * the slots in order.  A worker that is a whole ring ahead waits.
 */
#include "core/parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/error.h"

enum { SLOTS = 64, THREADS_MAX = 256 };

struct slot {
    bool full;
    void *result;
};

struct pool {
    const struct wci_parallel *parallel;
    size_t count;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    unsigned started;
    size_t next;  /* piece that the next free worker takes */
    size_t taken; /* pieces whose slot the caller has emptied */
    bool stop;
    struct slot slots[SLOTS];
};

/* Takes the number of a piece; false when there is none left. */
static bool claim(struct pool *pool, size_t *index)
{
    bool claimed = false;

    pthread_mutex_lock(&pool->lock);
    while (!pool->stop && pool->next < pool->count && pool->next >= pool->taken + SLOTS)
        pthread_cond_wait(&pool->changed, &pool->lock);
    if (!pool->stop && pool->next < pool->count) {
        *index = pool->next++;
        claimed = true;
    }
    pthread_mutex_unlock(&pool->lock);
    return claimed;
}

static void *work(void *argument)
{
    struct pool *pool = argument;
    unsigned thread;
    size_t index;

    pthread_mutex_lock(&pool->lock);
    thread = pool->started++;
    pthread_mutex_unlock(&pool->lock);
    while (claim(pool, &index)) {
        void *result = pool->parallel->work(pool->parallel->context, thread, index);

        pthread_mutex_lock(&pool->lock);
        pool->slots[index % SLOTS].full = true;
        pool->slots[index % SLOTS].result = result;
        pthread_cond_broadcast(&pool->changed);
        pthread_mutex_unlock(&pool->lock);
    }
    return NULL;
}

/* Waits for the result of piece `index` and empties its slot. */
static void *wait_for(struct pool *pool, size_t index)
{
    struct slot *slot = &pool->slots[index % SLOTS];
    void *result;

    pthread_mutex_lock(&pool->lock);
    while (!slot->full)
        pthread_cond_wait(&pool->changed, &pool->lock);
    result = slot->result;
    slot->full = false;
    pool->taken++;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    return result;
}

static void stop_workers(struct pool *pool, const pthread_t *threads, unsigned count)
{
    unsigned i;

    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    for (i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    for (i = 0; i < SLOTS; i++) {
        if (pool->slots[i].full && pool->slots[i].result != NULL)
            pool->parallel->discard(pool->parallel->context, pool->slots[i].result);
    }
}

/* One thread is the caller's own: whoever asks for one gets no other beside it. */
static enum wcab_err run_alone(const struct wci_parallel *parallel, size_t count,
                               struct wcab_error *err)
{
    enum wcab_err code = WCAB_OK;
    size_t i;

    for (i = 0; code == WCAB_OK && i < count; i++)
        code = parallel->take(parallel->context, i, parallel->work(parallel->context, 0, i), err);
    return code;
}

unsigned wci_parallel_threads(unsigned asked, unsigned most)
{
    long processors = asked > 0 ? (long)asked : sysconf(_SC_NPROCESSORS_ONLN);

    if (processors < 1)
        return 1;
    return (unsigned long)processors < most ? (unsigned)processors : most;
}

enum wcab_err wci_parallel_run(const struct wci_parallel *parallel, size_t count,
                               struct wcab_error *err)
{
    unsigned wanted = parallel->threads < THREADS_MAX ? parallel->threads : (unsigned)THREADS_MAX;
    unsigned started = 0;
    pthread_t *threads = NULL;
    struct pool *pool = NULL;
    enum wcab_err code = WCAB_OK;
    size_t i;

    if (wanted <= 1 || count <= 1)
        return run_alone(parallel, count, err);
    pool = calloc(1, sizeof(*pool));
    threads = calloc(wanted > 0 ? wanted : 1, sizeof(*threads));
    if (pool == NULL || threads == NULL) {
        code = wci_error_nomem(err);
        goto out;
    }
    pool->parallel = parallel;
    pool->count = count;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    while (started < wanted && started < count) {
        if (pthread_create(&threads[started], NULL, work, pool) != 0)
            break; /* fewer do it too */
        started++;
    }
    if (started == 0)
        code = wci_error_set(err, WCAB_ERR_NOMEM, "no thread can be started");
    for (i = 0; code == WCAB_OK && i < count; i++)
        code = parallel->take(parallel->context, i, wait_for(pool, i), err);
    stop_workers(pool, threads, started);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
out:
    free(threads);
    free(pool);
    return code;
}
