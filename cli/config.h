/*
 * config - the user's settings: a file of `key = value` lines, and what the environment says over it.
 *
 * The file is $WHICHCAB_CONFIG (empty: none), else whichcab/config in $XDG_CONFIG_HOME or
 * ~/.config.  Options of the command line come before all of it.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* When the output has colours, or links. */
enum when { WHEN_UNSET = 0, WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* NULL or 0: not set. */
struct config {
    char *catalog;          /* owned: a folder */
    char *floppy, *cd, *to; /* owned: drives and folder of the old machine */
    char *pager;            /* owned: a command line */
    uint64_t codepage;
    enum when colour, links;
};

/* Reads the settings; false after a message, which names the file and its line.  A file that is not
 * there is an empty one, unless $WHICHCAB_CONFIG names it.  To be freed in either case. */
bool config_load(struct config *config);
void config_free(struct config *config);

/* "auto", "always", "never"; WHEN_UNSET for anything else. */
enum when config_when(const char *text);

#endif
