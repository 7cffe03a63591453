/*
 * sandbox - a caller's struct wcab_sandbox_options, taken over and done.
 */
#ifndef WCI_SANDBOX_H
#define WCI_SANDBOX_H

#include "query/rights/rights.h"
#include "whichcab.h"

enum wcab_err wci_sandbox_take(const struct wcab_sandbox_options *given,
                               struct wcab_sandbox_options *taken, struct wcab_error *err);
struct wci_rights_dropped wci_sandbox_drop(const struct wcab_sandbox_options *options);

#endif
