/*
 * paths - where things are kept when the caller doesn't say.
 */
#ifndef WCI_PATHS_H
#define WCI_PATHS_H

#include "whichcab.h"

/* All return malloc'ed strings, NULL without memory. */

/* `given`, or $XDG_DATA_HOME/whichcab, or $HOME/.local/share/whichcab, or ./whichcab-catalog. */
char *wci_paths_catalog(const char *given);

/* `given`, or $WHICHCAB_PROFILES, or the folder of media profiles where it was installed. */
char *wci_paths_profiles(const char *given);

/* `given`, or $WHICHCAB_PUBLISHED, or the published catalog where it was installed. */
char *wci_paths_published(const char *given);

/* The path made absolute, with links, "." and ".." resolved.  Of a path that does not exist that is
 * done as far as it does; the rest is taken by its names.  An address is written as it is kept. */
char *wci_paths_absolute(const char *path);

/* Makes a folder of the host and those around it; one that is there is fine.  IO, NOMEM; `what` is
 * the text of an error. */
enum wcab_err wci_paths_make_folders(const char *path, const char *what, struct wcab_error *err);

/* "folder/name". */
char *wci_paths_join(const char *folder, const char *name);

/* The folder that a path lies in: "." when it names none. */
char *wci_paths_folder(const char *path);

#endif
