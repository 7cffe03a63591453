/*
 * deadline - ends what the library does when its time is over, or the server stops.
 */
#ifndef SERVE_DEADLINE_H
#define SERVE_DEADLINE_H

#include "serve/server.h"

struct serve_deadline {
    struct wcab_cancel cancel;
    const struct serve_server *server;
    uint64_t end;
};

void serve_deadline_set(struct serve_deadline *deadline, const struct serve_server *server,
                        unsigned seconds);

#endif
