/*
 * keeper - the process that stays as it was: it starts the one that answers, which gives up its rights, and what
 * unpacks files for it; it starts the one that answers again when that has come to its end.
 *
 * Of what comes over the network it sees ids of files alone.
 */
#ifndef SERVE_KEEPER_H
#define SERVE_KEEPER_H

#include "serve/server.h"

/* The exit status of the one that answers when it is to be started anew. */
enum { SERVE_AGAIN = 99 };

/* What answers: gets the descriptor of the keeper; returns its exit status. */
typedef int serve_keeper_answer(void *context, int keeper);

/* Runs it in a child process until a signal (INT, TERM, HUP) ends both; returns the exit status. */
int serve_keeper_run(const struct serve_settings *settings, const struct serve_listener *listener,
                     serve_keeper_answer *answer, void *context);

/* ---- for the process that answers ---------------------------------------------------------- */

/* It takes requests from here on; false: the keeper is gone. */
bool serve_keeper_ready(int keeper);
/* Has the file unpacked to `file`; what came of it is told to `told`.  Both stay the caller's. */
bool serve_keeper_unpack(int keeper, const char *id, int file, int told);

#endif
