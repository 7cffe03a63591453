/*
 * fetching - images behind HTTP, for commands that give up their rights: what fetches has to be made
 * ready before.
 */
#ifndef FETCHING_H
#define FETCHING_H

#include "cli/command.h"

/* Help of the option --whole, which a command's table has. */
#define FETCHING_WHOLE_HELP                                                                        \
    "MiB that are fetched of an image as a whole from a server that gives no parts; 16"
enum { FETCHING_WHOLE_MOST = 1024 * 1024 };

/* Whether the text is the address of an image. */
bool fetching_is_url(const char *text);

/* Where, in an address, its path begins: at its end when it has none. */
size_t fetching_path_of(const char *url);

/* When an operand is an address, or images on record may lie behind one.  To be called while there
 * is one thread only, and before the sandbox.  NULL: nothing is fetched, and who asks for it is told
 * so by the library. */
struct wcab_fetch *fetching_begin(const struct cli *cli, const char *const *operands, size_t count,
                                  bool on_record, uint64_t whole_mib);

/* Ends it; with --verbose it says what was fetched. */
void fetching_end(const struct cli *cli, struct wcab_fetch *fetch);

#endif
