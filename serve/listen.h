/*
 * listen - the socket that is listened at.
 */
#ifndef SERVE_LISTEN_H
#define SERVE_LISTEN_H

#include <stdbool.h>

struct serve_listener {
    int socket;
    char *path; /* owned: of a socket of our own in the file system, which is removed at the end */
    char url[256]; /* how it is called, for people */
    bool is_unix;
};

/* Listens at "ADDRESS:PORT" ("127.0.0.1:8095", "[::1]:8095"), "unix:PATH", or (NULL) at the socket that
 * systemd has handed over, else at 127.0.0.1:8095.  False after a message. */
bool serve_listen(const char *where, struct serve_listener *listener);
void serve_listen_close(struct serve_listener *listener);

/* Tells systemd, where it started us, that we are ready. */
void serve_listen_ready(void);

#endif
