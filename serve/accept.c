/*
 * accept - see accept.h.
 */
#include "serve/accept.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/peers.h"

/* Those that come wait this long where there is no room for another connection. */
enum { FULL_MILLISECONDS = 20 };

static struct serve_lane *emptiest(struct serve_server *server)
{
    struct serve_lane *found = &server->lanes[0];
    unsigned i;

    for (i = 1; i < server->lane_count; i++) {
        if (atomic_load(&server->lanes[i].connections) < atomic_load(&found->connections))
            found = &server->lanes[i];
    }
    return found;
}

/* Whether there is room: where there is none, the one that has been idle for longest makes some. */
static bool has_room(struct serve_server *server)
{
    unsigned count = 0, i;

    for (i = 0; i < server->lane_count; i++)
        count += atomic_load(&server->lanes[i].connections);
    return count < server->settings.connections || serve_peers_drop_idle(server);
}

/* False: there is nothing to take now. */
static bool take(struct serve_server *server)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(address);
    struct serve_lane *lane = emptiest(server);
    int file = accept4(server->listener, (struct sockaddr *)(void *)&address, &size,
                       SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (file < 0)
        return errno == ECONNABORTED || errno == EINTR;
    (void)atomic_fetch_add(&lane->connections, 1);
    /* an error closes it, without word to serve/peers */
    if (MHD_add_connection(lane->daemon, file, (const struct sockaddr *)(void *)&address, size) !=
        MHD_YES)
        (void)atomic_fetch_sub(&lane->connections, 1);
    return true;
}

static void *work(void *context)
{
    struct serve_server *server = context;
    struct pollfd waited[2] = {{.fd = server->wake, .events = POLLIN},
                               {.fd = server->listener, .events = POLLIN}};

    for (;;) {
        if (poll(waited, 2, -1) < 0 && errno != EINTR)
            return NULL;
        if ((waited[0].revents & POLLIN) != 0)
            return NULL;
        if ((waited[1].revents & POLLIN) == 0)
            continue;
        if (!has_room(server) || (!take(server) && errno != EAGAIN)) /* no more files, say */
            (void)poll(waited, 1, FULL_MILLISECONDS);
    }
}

bool serve_accept_start(struct serve_server *server, int socket)
{
    server->listener = socket;
    server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    server->accepting =
        server->wake >= 0 && pthread_create(&server->acceptor, NULL, work, server) == 0;
    return server->accepting;
}

void serve_accept_stop(struct serve_server *server)
{
    const uint64_t one = 1;

    if (server->accepting && write(server->wake, &one, sizeof(one)) == (ssize_t)sizeof(one))
        (void)pthread_join(server->acceptor, NULL);
    server->accepting = false;
    if (server->wake > 0)
        (void)close(server->wake);
    server->wake = -1;
}
