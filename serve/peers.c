/*
 * peers - see peers.h.
 */
#include "serve/peers.h"

#include <stdlib.h>
#include <sys/socket.h>

struct serve_peer {
    struct serve_peer *next, *previous; /* guarded by the server's mutex */
    int socket;
    atomic_ullong deadline;
    atomic_bool is_idle; /* it has asked for nothing that is not answered */
};

static uint64_t seconds_for(enum serve_phase phase)
{
    static const unsigned short seconds[] = {60, 60, 600, 3600};

    return seconds[phase];
}

static void add(struct serve_server *server, struct MHD_Connection *connection, void **place)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct serve_peer *peer = info != NULL ? calloc(1, sizeof(*peer)) : NULL;

    *place = peer;
    if (peer == NULL)
        return; /* serve_peers_set does without, and a request is refused */
    peer->socket = (int)info->connect_fd;
    atomic_init(&peer->deadline, serve_server_now() + seconds_for(SERVE_PHASE_REQUEST));
    atomic_init(&peer->is_idle, true);
    (void)pthread_mutex_lock(&server->mutex);
    peer->next = server->peers;
    if (peer->next != NULL)
        peer->next->previous = peer;
    server->peers = peer;
    (void)pthread_mutex_unlock(&server->mutex);
}

static void take_out(struct serve_server *server, struct serve_peer *peer)
{
    if (peer == NULL)
        return;
    (void)pthread_mutex_lock(&server->mutex);
    if (peer->previous != NULL)
        peer->previous->next = peer->next;
    else
        server->peers = peer->next;
    if (peer->next != NULL)
        peer->next->previous = peer->previous;
    (void)pthread_mutex_unlock(&server->mutex);
    free(peer);
}

void serve_peers_notify(void *context, struct MHD_Connection *connection, void **peer,
                        enum MHD_ConnectionNotificationCode code)
{
    struct serve_lane *lane = context;

    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        add(lane->server, connection, peer);
        return;
    }
    take_out(lane->server, *peer); /* before the socket is closed */
    (void)atomic_fetch_sub(&lane->connections, 1);
}

void serve_peers_set(struct MHD_Connection *connection, enum serve_phase phase)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct serve_peer *peer = info != NULL ? info->socket_context : NULL;

    if (peer == NULL)
        return;
    atomic_store_explicit(&peer->deadline, serve_server_now() + seconds_for(phase),
                          memory_order_relaxed);
    atomic_store_explicit(&peer->is_idle, phase == SERVE_PHASE_REQUEST, memory_order_relaxed);
}

bool serve_peers_drop_idle(struct serve_server *server)
{
    struct serve_peer *peer, *oldest = NULL;
    uint64_t first = UINT64_MAX;

    (void)pthread_mutex_lock(&server->mutex);
    for (peer = server->peers; peer != NULL; peer = peer->next) {
        const uint64_t deadline = atomic_load_explicit(&peer->deadline, memory_order_relaxed);

        if (atomic_load_explicit(&peer->is_idle, memory_order_relaxed) && deadline <= first) {
            oldest = peer;
            first = deadline;
        }
    }
    if (oldest != NULL) {
        (void)shutdown(oldest->socket, SHUT_RDWR);
        atomic_store_explicit(&oldest->is_idle, false, memory_order_relaxed);
    }
    (void)pthread_mutex_unlock(&server->mutex);
    return oldest != NULL;
}

bool serve_peers_are_quiet(struct serve_server *server)
{
    const uint64_t quiet_since =
        serve_server_now() + seconds_for(SERVE_PHASE_REQUEST) - 2; /* the clock has seconds */
    const struct serve_peer *peer;
    bool quiet = true;

    (void)pthread_mutex_lock(&server->mutex);
    for (peer = server->peers; quiet && peer != NULL; peer = peer->next)
        quiet = atomic_load_explicit(&peer->is_idle, memory_order_relaxed) &&
                atomic_load_explicit(&peer->deadline, memory_order_relaxed) <= quiet_since;
    (void)pthread_mutex_unlock(&server->mutex);
    return quiet;
}

void serve_peers_check(struct serve_server *server)
{
    const uint64_t now = serve_server_now();
    struct serve_peer *peer;

    (void)pthread_mutex_lock(&server->mutex);
    for (peer = server->peers; peer != NULL; peer = peer->next) {
        if (atomic_load_explicit(&peer->deadline, memory_order_relaxed) < now)
            (void)shutdown(peer->socket, SHUT_RDWR);
    }
    (void)pthread_mutex_unlock(&server->mutex);
}
