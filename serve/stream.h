/*
 * stream - answers in pieces: lines that are made while they are sent, so that neither memory nor a
 * thread is held by one who takes them slowly.
 */
#ifndef SERVE_STREAM_H
#define SERVE_STREAM_H

#include "serve/call.h"

/* Answers a call for lines (NDJSON); a job. */
void serve_stream_run(struct serve_job *job);

#endif
