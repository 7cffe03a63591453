/*
 * server - see server.h.
 *
 * Connections are divided over threads (serve/accept), each with an epoll of its own (libmicrohttpd);
 * what may take long is done by other threads meanwhile, so that a thread of connections never waits.
 */
#include "serve/server.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "cli/output.h"
#include "serve/accept.h"
#include "serve/call.h"
#include "serve/peers.h"
#include "serve/prepared.h"
#include "serve/rows/shelf.h"
#include "serve/spool.h"

enum {
    CONNECTION_BYTES =
        16 * 1024, /* memory of a connection: its headers, and a piece of the answer */
    JOB_THREADS = 4,
    MOST_JOBS = 256,    /* that wait */
    MOST_UNPACKING = 32 /* likewise */
};

uint64_t serve_server_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec;
}

enum wcab_err serve_server_catalog(const struct serve_server *server, struct wcab_catalog **catalog,
                                   struct wcab_error *err)
{
    const struct wcab_catalog_options options = {.sizeof_options = sizeof(options),
                                                 .published = server->settings.published};

    return wcab_catalog_open(server->settings.catalog, &options, catalog, err);
}

/* As many files as may be open: each connection is one. */
static void raise_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* Targets are taken apart by serve/request/request alone. */
static size_t keep_escaped(void *context, struct MHD_Connection *connection, char *text)
{
    size_t length = 0;

    (void)context;
    (void)connection;
    while (text[length] != '\0')
        length++;
    return length;
}

static struct MHD_Daemon *start_daemon(struct serve_lane *lane, unsigned connections)
{
    struct serve_server *server = lane->server;

    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC |
                                MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO,
                            0, NULL, NULL, serve_call_handle, server,
                            /* one by one: MHD_OPTION_NAME, its value */
                            MHD_OPTION_CONNECTION_LIMIT, connections,                     /* */
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, /* */
                            MHD_OPTION_CONNECTION_TIMEOUT, 0U, /* see serve/peers */
                            MHD_OPTION_UNESCAPE_CALLBACK, keep_escaped, server,     /* */
                            MHD_OPTION_URI_LOG_CALLBACK, serve_call_begin, server,  /* */
                            MHD_OPTION_NOTIFY_COMPLETED, serve_call_end, server,    /* */
                            MHD_OPTION_NOTIFY_CONNECTION, serve_peers_notify, lane, /* */
                            MHD_OPTION_END);
}

static bool start_lanes(struct serve_server *server)
{
    const unsigned wanted = server->settings.threads;

    server->lanes = calloc(wanted, sizeof(*server->lanes));
    while (server->lanes != NULL && server->lane_count < wanted) {
        struct serve_lane *lane = &server->lanes[server->lane_count];

        lane->server = server;
        /* serve/accept counts: each may have all of them */
        lane->daemon = start_daemon(lane, server->settings.connections + 1);
        if (lane->daemon == NULL)
            return false;
        server->lane_count++;
    }
    return server->lanes != NULL;
}

static void stop_lanes(struct serve_server *server)
{
    unsigned i;

    for (i = 0; i < server->lane_count; i++)
        MHD_stop_daemon(server->lanes[i].daemon);
    free(server->lanes);
    server->lanes = NULL;
    server->lane_count = 0;
}

bool serve_server_start(struct serve_server *server, const struct serve_settings *settings,
                        const struct serve_listener *listener, int keeper)
{
    server->keeper = keeper;
    server->settings = *settings;
    server->is_unix = listener->is_unix;
    (void)pthread_mutex_init(&server->mutex, NULL);
    server->has_key = pthread_key_create(&server->own_thread, NULL) == 0;
    raise_files();
    server->jobs = serve_jobs_open(JOB_THREADS, MOST_JOBS);
    server->unpacking = serve_jobs_open(settings->unpackers, MOST_UNPACKING);
    server->spools = serve_spools_open();
    server->shelves = serve_shelves_open();
    if (server->has_key && server->spools != NULL && server->shelves != NULL &&
        server->jobs != NULL && server->unpacking != NULL && start_lanes(server) &&
        serve_accept_start(server, listener->socket))
        return true;
    output_error("the server can't be started: no memory, or no threads");
    return false;
}

void serve_server_tick(struct serve_server *server)
{
    serve_prepared_rest(server);
    serve_shelves_rest(server->shelves);
    serve_peers_check(server);
}

void serve_server_finish(struct serve_server *server)
{
    enum { MOST_TENTHS = 50 };
    const struct timespec tenth = {.tv_nsec = 100000000};
    int i;

    serve_accept_stop(server);
    for (i = 0; i < MOST_TENTHS && !serve_peers_are_quiet(server); i++)
        (void)nanosleep(&tenth, NULL);
}

void serve_server_stop(struct serve_server *server)
{
    atomic_store(&server->stopping, true);
    serve_accept_stop(server);
    serve_jobs_drain(server->jobs); /* every connection that was suspended goes on */
    serve_jobs_drain(server->unpacking);
    stop_lanes(server);
    serve_jobs_close(server->jobs);
    serve_jobs_close(server->unpacking);
    serve_spools_close(server->spools);
    serve_shelves_close(server->shelves);
    serve_prepared_free(server);
    if (server->has_key)
        (void)pthread_key_delete(server->own_thread);
    (void)pthread_mutex_destroy(&server->mutex);
}
