/*
 * answer - what a request that is understood is answered with: at once, by a thread that may take its
 * time, or in pieces.
 */
#ifndef SERVE_ANSWER_H
#define SERVE_ANSWER_H

#include "serve/call.h"

/* In the connection's thread. */
enum MHD_Result serve_answer(struct serve_call *call);

/* Likewise, once another thread has made the answer. */
enum MHD_Result serve_answer_made(struct serve_call *call);

#endif
