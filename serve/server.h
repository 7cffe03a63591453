/*
 * server - the program's state, from the first connection to the last.
 */
#ifndef SERVE_SERVER_H
#define SERVE_SERVER_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "serve/jobs.h"
#include "serve/listen.h"
#include "whichcab.h"

/* Strings are borrowed. */
struct serve_settings {
    const char *catalog;   /* folder; NULL: the default place */
    const char *published; /* NULL: the library's own choice */
    const char *worker;    /* path of the program that unpacks; NULL: there is none */
    const char *token;     /* what callers have to know; NULL: nothing */
    const char *const *hosts, *const *origins;
    size_t host_count, origin_count;
    unsigned threads, unpackers;
    unsigned connections;   /* at once */
    unsigned seconds;       /* for an answer */
    uint64_t content_bytes; /* largest file that is unpacked */
};

struct serve_thread;  /* serve/prepared */
struct serve_spools;  /* serve/spool */
struct serve_shelves; /* serve/rows/shelf */
struct serve_peer;    /* serve/peers */

/* A thread of connections. */
struct serve_lane {
    struct serve_server *server;
    struct MHD_Daemon *daemon;
    atomic_uint connections;
};

struct serve_server {
    struct serve_settings settings;
    bool is_unix;
    int keeper;               /* see serve/keeper */
    struct serve_lane *lanes; /* owned */
    unsigned lane_count;
    int listener, wake; /* private to serve/accept, as the next ones */
    pthread_t acceptor;
    bool accepting;
    struct serve_jobs *jobs, *unpacking;
    struct serve_spools *spools;
    struct serve_shelves *shelves;
    pthread_mutex_t mutex;
    struct serve_thread *threads; /* guarded by the mutex: those that have answered, linked */
    struct serve_peer *peers;     /* guarded by the mutex: connections */
    pthread_key_t own_thread;
    bool has_key;
    atomic_uint streams; /* answers that are under way in pieces */
    atomic_bool stopping;
};

/* Starts; false after a message.  The listener and the keeper stay the caller's. */
bool serve_server_start(struct serve_server *server, const struct serve_settings *settings,
                        const struct serve_listener *listener, int keeper);
/* To be called once a second: lets go of what nobody has used, and of connections that are too slow. */
void serve_server_tick(struct serve_server *server);
/* Takes no more connections, and gives those that are there some seconds to get their answers. */
void serve_server_finish(struct serve_server *server);
void serve_server_stop(struct serve_server *server);

/* A handle of its own for the caller; errors as wcab_catalog_open. */
enum wcab_err serve_server_catalog(const struct serve_server *server, struct wcab_catalog **catalog,
                                   struct wcab_error *err);

/* Seconds on a clock that never goes back. */
uint64_t serve_server_now(void);

#endif
