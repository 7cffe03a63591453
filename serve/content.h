/*
 * content - the files themselves.
 */
#ifndef SERVE_CONTENT_H
#define SERVE_CONTENT_H

#include "serve/call.h"

/* Answers a call for a file's bytes; a job of the threads that unpack. */
void serve_content_run(struct serve_job *job);

#endif
