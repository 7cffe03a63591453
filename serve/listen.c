/*
 * listen - see listen.h.
 */
#include "serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/opts.h"
#include "cli/output.h"

enum { FIRST_HANDED_OVER = 3, BACKLOG = 4096 };

static const char default_place[] = "127.0.0.1:8095";

/* ---- systemd ------------------------------------------------------------------------------ */

/* sd_listen_fds(3): a socket is there for the process of that number alone. */
static bool was_handed_over(void)
{
    const char *process = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    uint64_t number;

    return process != NULL && count != NULL && opts_number(process, 1, UINT32_MAX, &number) &&
           number == (uint64_t)getpid() && strcmp(count, "1") == 0;
}

/* sd_notify(3). */
void serve_listen_ready(void)
{
    static const char message[] = "READY=1";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t length = path != NULL ? strlen(path) : 0;
    int file;

    if (length == 0 || length >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') /* an abstract name */
        address.sun_path[0] = '\0';
    file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (file < 0)
        return;
    (void)sendto(file, message, sizeof(message) - 1, MSG_NOSIGNAL,
                 (const struct sockaddr *)(const void *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    (void)close(file);
}

/* ---- names -------------------------------------------------------------------------------- */

static void name_socket(struct serve_listener *listener)
{
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof(address);
    char host[64] = "", port[16] = "";

    if (getsockname(listener->socket, (struct sockaddr *)(void *)&address, &size) != 0)
        return;
    listener->is_unix = address.ss_family == AF_UNIX;
    if (listener->is_unix) {
        (void)snprintf(listener->url, sizeof(listener->url), "unix:%s",
                       listener->path != NULL ? listener->path : "(handed over)");
        return;
    }
    (void)getnameinfo((const struct sockaddr *)(const void *)&address, size, host, sizeof(host),
                      port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    (void)snprintf(listener->url, sizeof(listener->url),
                   address.ss_family == AF_INET6 ? "http://[%s]:%s/" : "http://%s:%s/", host, port);
}

static bool complain(const char *where, const char *why)
{
    output_error("can't listen at %s: %s", where, why);
    return false;
}

/* ---- sockets ------------------------------------------------------------------------------ */

/* Takes a socket away that nobody listens at any more. */
static void remove_stale(const struct sockaddr_un *address)
{
    struct stat status;
    int file;

    if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return;
    file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0)
        return;
    if (connect(file, (const struct sockaddr *)(const void *)address, sizeof(*address)) != 0 &&
        errno == ECONNREFUSED)
        (void)unlink(address->sun_path);
    (void)close(file);
}

static bool listen_unix(const char *path, struct serve_listener *listener)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    mode_t before;
    int result;

    if (strlen(path) == 0 || strlen(path) >= sizeof(address.sun_path))
        return complain(path, "a path of 1 to 107 bytes is wanted");
    memcpy(address.sun_path, path, strlen(path));
    remove_stale(&address);
    listener->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener->socket < 0)
        return complain(path, strerror(errno));
    before = umask(0117); /* for the user and the group */
    result =
        bind(listener->socket, (const struct sockaddr *)(const void *)&address, sizeof(address));
    (void)umask(before);
    if (result != 0)
        return complain(path, strerror(errno));
    listener->path = strdup(path);
    return listen(listener->socket, BACKLOG) == 0 || complain(path, strerror(errno));
}

/* Divides "HOST:PORT"; an address of IPv6 stands in brackets. */
static bool divide(const char *where, char host[64], const char **port)
{
    const char *colon = strrchr(where, ':');
    size_t length = colon != NULL ? (size_t)(colon - where) : 0;
    uint64_t number;

    if (colon == NULL || length == 0 || !opts_number(colon + 1, 0, 65535, &number))
        return false;
    if (where[0] == '[' && where[length - 1] == ']') {
        where++;
        length -= 2;
    } else if (memchr(where, ':', length) != NULL) {
        return false;
    }
    if (length == 0 || length >= 64)
        return false;
    memcpy(host, where, length);
    host[length] = '\0';
    *port = colon + 1;
    return true;
}

static bool listen_tcp(const char *where, struct serve_listener *listener)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *address = NULL;
    const char *port;
    char host[64];
    int yes = 1;
    bool ok = false;

    if (!divide(where, host, &port))
        return complain(where, "ADDRESS:PORT or unix:PATH is wanted, as 127.0.0.1:8095");
    if (strcmp(host, "localhost") == 0)
        memcpy(host, "127.0.0.1", sizeof("127.0.0.1"));
    if (getaddrinfo(host, port, &hints, &address) != 0)
        return complain(where, "that is no address of this machine");
    listener->socket = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener->socket >= 0) {
        (void)setsockopt(listener->socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
        ok = bind(listener->socket, address->ai_addr, address->ai_addrlen) == 0 &&
             listen(listener->socket, BACKLOG) == 0;
    }
    freeaddrinfo(address);
    return ok || complain(where, strerror(errno));
}

bool serve_listen(const char *where, struct serve_listener *listener)
{
    bool ok;

    memset(listener, 0, sizeof(*listener));
    listener->socket = -1;
    if (where == NULL && was_handed_over()) {
        listener->socket = FIRST_HANDED_OVER;
        ok = true;
    } else if (where != NULL && strncmp(where, "unix:", 5) == 0) {
        ok = listen_unix(where + 5, listener);
    } else {
        ok = listen_tcp(where != NULL ? where : default_place, listener);
    }
    if (ok)
        name_socket(listener);
    else
        serve_listen_close(listener);
    return ok;
}

void serve_listen_close(struct serve_listener *listener)
{
    if (listener->socket >= 0)
        (void)close(listener->socket);
    if (listener->path != NULL)
        (void)unlink(listener->path);
    free(listener->path);
    listener->socket = -1;
    listener->path = NULL;
}
