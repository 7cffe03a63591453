/*
 * accept - takes new connections, and gives each to the thread that has the fewest.
 *
 * Where threads take them from one socket themselves, one that is quick takes most of them, and who has
 * come to it waits longer than the others.
 */
#ifndef SERVE_ACCEPT_H
#define SERVE_ACCEPT_H

#include "serve/server.h"

/* Starts a thread that takes connections from the socket; false without memory or threads. */
bool serve_accept_start(struct serve_server *server, int socket);
/* Ends it; the socket stays open.  Harmless when it was not started. */
void serve_accept_stop(struct serve_server *server);

#endif
