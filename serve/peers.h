/*
 * peers - the connections, and how long each may take: one that sends or takes its bytes too slowly is
 * cut off, whatever it does meanwhile to look alive.
 */
#ifndef SERVE_PEERS_H
#define SERVE_PEERS_H

#include "serve/server.h"

enum serve_phase {
    SERVE_PHASE_REQUEST, /* until the headers of the next request are here */
    SERVE_PHASE_BODY,    /* until its body is */
    SERVE_PHASE_ANSWER,  /* until the answer is sent */
    SERVE_PHASE_CONTENT  /* the same, of a file */
};

/* For MHD_OPTION_NOTIFY_CONNECTION, with the lane as context. */
void serve_peers_notify(void *context, struct MHD_Connection *connection, void **peer,
                        enum MHD_ConnectionNotificationCode code);
/* The connection has come to this phase. */
void serve_peers_set(struct MHD_Connection *connection, enum serve_phase phase);
/* Cuts off the one that has been waiting for longest without asking for anything; false: there is
 * none. */
bool serve_peers_drop_idle(struct serve_server *server);
/* Whether all have been waiting for a while without asking for anything. */
bool serve_peers_are_quiet(struct serve_server *server);
/* Cuts off those whose time is over. */
void serve_peers_check(struct serve_server *server);

#endif
