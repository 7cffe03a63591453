/*
 * deadline - see deadline.h.
 */
#include "serve/deadline.h"

static int is_over(void *context)
{
    const struct serve_deadline *deadline = context;

    return atomic_load_explicit(&deadline->server->stopping, memory_order_relaxed) ||
           serve_server_now() > deadline->end;
}

void serve_deadline_set(struct serve_deadline *deadline, const struct serve_server *server,
                        unsigned seconds)
{
    deadline->cancel = (struct wcab_cancel){.cancelled = is_over, .context = deadline};
    deadline->server = server;
    deadline->end = serve_server_now() + seconds;
}
