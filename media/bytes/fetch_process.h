/*
 * fetch_process - the process that fetches, and the pipes to it.
 */
#ifndef WCI_FETCH_PROCESS_H
#define WCI_FETCH_PROCESS_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "core/error.h"
#include "media/bytes/fetch_wire.h"

struct wci_fetch_process {
    pid_t process;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct wci_fetch_channel {
        int ask, hold, answer; /* `hold` is the other end of `ask`: writing never raises SIGPIPE */
        bool busy, dead;
    } channels[WCI_FETCH_CHANNELS];
};

/* What is done with an answer.  Another code than WCAB_OK gives it up. */
struct wci_fetch_taker {
    void *context;
    enum wcab_err (*head)(void *context, const struct wci_fetch_head *head, struct wcab_error *err);
    enum wcab_err (*data)(void *context, const void *bytes, size_t length, struct wcab_error *err);
    const struct wcab_cancel *cancel; /* may be NULL */
    uint32_t requests;                /* set: how many were made, and the bytes of their answers */
    uint64_t received;
};

/* Makes ready to start `program`, which is done when it is first asked. */
enum wcab_err wci_fetch_process_begin(struct wci_fetch_process *process, const char *program,
                                      struct wcab_error *err);
void wci_fetch_process_end(struct wci_fetch_process *process);

/* Asks, and waits for the answer; several threads may do so at once. */
enum wcab_err wci_fetch_process_ask(struct wci_fetch_process *process,
                                    const struct wci_fetch_ask *ask, struct wci_fetch_taker *taker,
                                    struct wcab_error *err);

#endif
