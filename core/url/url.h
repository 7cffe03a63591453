/*
 * url - addresses of images behind HTTP (RFC 3986), which stand where paths of the host do.
 *
 * Only http and https are known, and "own://NAME": an image whose bytes the caller of the library hands
 * out.  An address never holds a user's name, password or key: it is kept
 * in the catalog and shown.
 */
#ifndef WCI_URL_H
#define WCI_URL_H

#include <stdbool.h>

#include "core/bytes.h"
#include "whichcab.h"

/* Whether a path is an address: "http://", "https://" or "own://", in any letter case. */
bool wci_url_is(struct wci_bytes path);
/* Whether it is one of the caller's own. */
bool wci_url_is_own(struct wci_bytes path);

/*
 * Writes it as it is kept, `size` bytes at most with the NUL: scheme and host in small letters, no
 * usual port, no fragment, what may not stand in an address as %XX.  USAGE: it is none of an http
 * server, has a name or password in it or a key in its query; LIMIT: too long.
 */
enum wcab_err wci_url_normalise(const char *text, char *out, size_t size, struct wcab_error *err);

/* The address as it may be shown, whatever is in it: without user, password and query, when those
 * would be refused. */
void wci_url_show(const char *text, char *out, size_t size);

/* Name of the last part of its path, borrowed, as it stands there; may be empty. */
struct wci_bytes wci_url_name(const char *url);

/* The address of the file called `name` beside it.  LIMIT: too long. */
enum wcab_err wci_url_beside(const char *url, const char *name, char *out, size_t size,
                             struct wcab_error *err);

#endif
