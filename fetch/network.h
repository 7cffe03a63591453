/*
 * network - which addresses are of this machine or of a network that is not the open one
 * (RFC 6890: special purpose addresses).
 */
#ifndef FETCH_NETWORK_H
#define FETCH_NETWORK_H

#include <stdbool.h>
#include <sys/socket.h>

bool network_is_private(const struct sockaddr *address);
bool network_is_private_text(const char *address);

#endif
