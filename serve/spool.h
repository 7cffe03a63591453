/*
 * spool - files that were unpacked: by a process that has given up its rights, into files without
 * names, and kept for a while, because one who asks for a part asks for the next.
 */
#ifndef SERVE_SPOOL_H
#define SERVE_SPOOL_H

#include "serve/request/problem.h"
#include "serve/server.h"

struct serve_spooled {
    int file; /* owned by who asked */
    uint64_t size;
    char sha256[65];
};

/* NULL without memory. */
struct serve_spools *serve_spools_open(void);
void serve_spools_close(struct serve_spools *spools); /* NULL is harmless */

/* The file of that id, whole and with its checksums right; false with a problem.  May take long. */
bool serve_spool_get(struct serve_server *server, const char *id, struct serve_spooled *spooled,
                     struct serve_problem *problem);

#endif
