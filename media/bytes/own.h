/*
 * own - images whose bytes the caller of the library hands out, as sources.
 */
#ifndef WCI_OWN_H
#define WCI_OWN_H

#include <stdatomic.h>

#include "media/bytes/fetch.h"

/* The caller's functions; see struct wcab_fetch_options.  Without `read` there are none. */
struct wci_own {
    void *context;
    enum wcab_err (*look)(void *context, const char *name, uint64_t *size, uint64_t *version);
    enum wcab_err (*read)(void *context, const char *name, uint64_t offset, void *buffer,
                          size_t length);
};

/* As wci_fetch_look and wci_fetch_open, of "own://NAME". */
enum wcab_err wci_own_look(const struct wci_own *own, const char *url,
                           struct wci_fetch_facts *facts, struct wcab_error *err);
enum wcab_err wci_own_open(const struct wci_own *own, const char *url, _Atomic uint64_t *counter,
                           struct wci_source **source, struct wcab_error *err);

#endif
