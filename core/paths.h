/*
 * paths - where things are kept when the caller doesn't say.
 */
#ifndef WCI_PATHS_H
#define WCI_PATHS_H

/* All return malloc'ed strings, NULL without memory. */

/* `given`, or $XDG_DATA_HOME/whichcab, or $HOME/.local/share/whichcab, or ./whichcab-catalog. */
char *wci_paths_catalog(const char *given);

/* `given`, or $WHICHCAB_PROFILES, or the folder of media profiles where it was installed. */
char *wci_paths_profiles(const char *given);

/* `given`, or $WHICHCAB_PUBLISHED, or the published catalog where it was installed. */
char *wci_paths_published(const char *given);

/* The path with its folder made absolute and links resolved; a path that does not exist is made
 * absolute as it stands. */
char *wci_paths_absolute(const char *path);

#endif
