/*
 * prepared - what each of the server's threads has for itself: a handle of the catalog, and answers that
 * it has given before.
 *
 * An answer is good until the catalog is written to, and for a second at most: whether an image lies at
 * its path is asked of the host.  Every thread has its own, so that none waits for another one; the lock
 * is between a thread and the one that lets go of what has not been used for a while.
 */
#ifndef SERVE_PREPARED_H
#define SERVE_PREPARED_H

#include "serve/rows/page.h"
#include "serve/server.h"

/* The calling thread's; NULL without memory. */
struct serve_thread *serve_prepared_own(struct serve_server *server);

/* Begins the use of it, and finds out whether the catalog has been written to.  Errors as
 * wcab_catalog_moment.  To be ended in either case. */
enum wcab_err serve_prepared_begin(struct serve_thread *thread, struct wcab_error *err);
void serve_prepared_end(struct serve_thread *thread);

/* Between these two: an answer that is still good, or NULL; borrowed. */
struct MHD_Response *serve_prepared_find(struct serve_thread *thread, const char *key);
/* Takes one over, when it is not too long; false: it stays the caller's. */
bool serve_prepared_keep(struct serve_thread *thread, const char *key,
                         struct MHD_Response *response, size_t size);
/* Which moment of the catalog that is; 0: there is none. */
uint64_t serve_prepared_moment(const struct serve_thread *thread);
/* The handle. */
struct wcab_catalog *serve_prepared_catalog(struct serve_thread *thread);

/* Lets go of what no thread has used for a second. */
void serve_prepared_rest(struct serve_server *server);
void serve_prepared_free(struct serve_server *server);

#endif
