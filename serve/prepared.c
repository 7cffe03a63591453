/*
 * prepared - see prepared.h.
 */
#include "serve/prepared.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ENTRIES = 4096, LONGEST_BODY = 64 * 1024, MOST_BYTES = 32 * 1024 * 1024 };

struct entry {
    char *key;                     /* owned; NULL: none */
    struct MHD_Response *response; /* owned */
    size_t size;
    uint64_t until; /* milliseconds */
};

struct serve_thread {
    struct serve_thread *next;
    pthread_mutex_t mutex;
    struct wcab_catalog *catalog; /* owned */
    uint64_t moment, used;        /* of the catalog; milliseconds of the last use */
    bool looked;                  /* at the catalog, since that clock's last tick */
    bool resting;
    size_t bytes;
    struct entry entries[ENTRIES];
};

static uint64_t milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void drop(struct serve_thread *thread, struct entry *entry)
{
    if (entry->key == NULL)
        return;
    free(entry->key);
    entry->key = NULL;
    MHD_destroy_response(entry->response);
    entry->response = NULL;
    thread->bytes -= entry->size;
}

static void drop_all(struct serve_thread *thread)
{
    size_t i;

    for (i = 0; i < ENTRIES; i++)
        drop(thread, &thread->entries[i]);
}

struct serve_thread *serve_prepared_own(struct serve_server *server)
{
    struct serve_thread *thread = pthread_getspecific(server->own_thread);
    struct wcab_error err;

    if (thread != NULL)
        return thread;
    thread = calloc(1, sizeof(*thread));
    if (thread == NULL)
        return NULL;
    if (serve_server_catalog(server, &thread->catalog, &err) != WCAB_OK) {
        free(thread);
        return NULL;
    }
    (void)pthread_mutex_init(&thread->mutex, NULL);
    (void)pthread_setspecific(server->own_thread, thread);
    (void)pthread_mutex_lock(&server->mutex);
    thread->next = server->threads;
    server->threads = thread;
    (void)pthread_mutex_unlock(&server->mutex);
    return thread;
}

enum wcab_err serve_prepared_begin(struct serve_thread *thread, struct wcab_error *err)
{
    const uint64_t now = milliseconds();
    uint64_t moment = 0;
    enum wcab_err code;

    (void)pthread_mutex_lock(&thread->mutex);
    if (thread->looked && thread->used == now && !thread->resting)
        return WCAB_OK; /* asked for again within the same few milliseconds */
    thread->used = now;
    thread->resting = false;
    code = wcab_catalog_moment(thread->catalog, &moment, err);
    if (code != WCAB_OK || moment != thread->moment) {
        wcab_catalog_refresh(thread->catalog);
        drop_all(thread);
    }
    thread->moment = code == WCAB_OK ? moment : 0;
    thread->looked = code == WCAB_OK;
    return code;
}

void serve_prepared_end(struct serve_thread *thread)
{
    (void)pthread_mutex_unlock(&thread->mutex);
}

/* FNV-1a. */
static struct entry *place_of(struct serve_thread *thread, const char *key)
{
    uint64_t hash = 0xCBF29CE484222325;

    for (; *key != '\0'; key++)
        hash = (hash ^ (unsigned char)*key) * 0x100000001B3;
    return &thread->entries[(hash ^ hash >> 32) % ENTRIES];
}

struct MHD_Response *serve_prepared_find(struct serve_thread *thread, const char *key)
{
    struct entry *entry = place_of(thread, key);

    if (entry->key == NULL || strcmp(entry->key, key) != 0)
        return NULL;
    if (thread->used <= entry->until)
        return entry->response;
    drop(thread, entry);
    return NULL;
}

bool serve_prepared_keep(struct serve_thread *thread, const char *key,
                         struct MHD_Response *response, size_t size)
{
    enum { GOOD_FOR = 1000 };
    struct entry *entry = place_of(thread, key);
    char *copy;

    drop(thread, entry);
    if (size > LONGEST_BODY)
        return false;
    if (thread->bytes + size > MOST_BYTES)
        drop_all(thread);
    copy = strdup(key);
    if (copy == NULL)
        return false;
    entry->key = copy;
    entry->response = response;
    entry->size = size;
    entry->until = thread->used + GOOD_FOR;
    thread->bytes += size;
    return true;
}

uint64_t serve_prepared_moment(const struct serve_thread *thread)
{
    return thread->moment;
}

struct wcab_catalog *serve_prepared_catalog(struct serve_thread *thread)
{
    return thread->catalog;
}

void serve_prepared_rest(struct serve_server *server)
{
    enum { REST_AFTER = 1000 };
    struct serve_thread *thread;

    (void)pthread_mutex_lock(&server->mutex);
    for (thread = server->threads; thread != NULL; thread = thread->next) {
        if (pthread_mutex_trylock(&thread->mutex) != 0)
            continue; /* at work */
        if (!thread->resting && thread->used + REST_AFTER < milliseconds()) {
            wcab_catalog_refresh(thread->catalog);
            drop_all(thread);
            thread->resting = true;
        }
        (void)pthread_mutex_unlock(&thread->mutex);
    }
    (void)pthread_mutex_unlock(&server->mutex);
}

void serve_prepared_free(struct serve_server *server)
{
    while (server->threads != NULL) {
        struct serve_thread *thread = server->threads;

        server->threads = thread->next;
        drop_all(thread);
        wcab_catalog_close(thread->catalog);
        (void)pthread_mutex_destroy(&thread->mutex);
        free(thread);
    }
}
