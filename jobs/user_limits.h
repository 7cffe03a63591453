/*
 * user_limits - the limits of reading an image that a user may set, by their names.
 */
#ifndef WCI_USER_LIMITS_H
#define WCI_USER_LIMITS_H

#include "core/limits.h"
#include "whichcab.h"

/* Takes the caller's struct over into *own, to which *given then leads; NULL stays. USAGE. */
enum wcab_err wci_user_limits_take(const struct wcab_limits **given, struct wcab_limits *own,
                                   struct wcab_error *err);

/* Those in effect: what is 0 in `asked`, or all when it is NULL, is as by default.  USAGE, with the bounds, for a value that
 * is above its own. */
enum wcab_err wci_user_limits(const struct wcab_limits *asked, struct wci_limits *limits,
                              struct wcab_error *err);

/* Whether any was asked for. */
bool wci_user_limits_any(const struct wcab_limits *asked);

#endif
