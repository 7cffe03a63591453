/*
 * parallel - many independent pieces of work by several threads, results taken in order.
 */
#ifndef WCI_PARALLEL_H
#define WCI_PARALLEL_H

#include <stddef.h>

#include "whichcab.h"

struct wci_parallel {
    unsigned threads; /* 1 and up */
    void *context;
    /* Does piece `index`, with more than one thread and piece in a thread of its own, which is
     * number `thread` (0 and up, below threads); the result may be NULL. */
    void *(*work)(void *context, unsigned thread, size_t index);
    /* Takes each result in the caller's thread, in the order of index, whatever the number of
     * threads. Owns it, also when it returns another code than WCAB_OK, which ends the run. */
    enum wcab_err (*take)(void *context, size_t index, void *result, struct wcab_error *err);
    /* Frees a result that is not taken any more. */
    void (*discard)(void *context, void *result);
};

/* As many threads as were asked for; for 0 one for each processor; `most` at the most. */
unsigned wci_parallel_threads(unsigned asked, unsigned most);

/* Does pieces 0..count-1.  At most 64 results wait to be taken, which bounds memory.  NOMEM, or
 * what `take` returned. */
enum wcab_err wci_parallel_run(const struct wci_parallel *parallel, size_t count,
                               struct wcab_error *err);

#endif
