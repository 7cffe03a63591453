/*
 * transfer - one question to a server, with libcurl: a range of a file, held against what is known
 * of that file (RFC 9110: 13 conditional requests, 14 ranges, 15.4 redirections).
 *
 * Nothing that a server says is believed: a range must be the one that was asked for, of a file of
 * the size and with the validators that it had before, and bring as many bytes as it promises.
 */
#ifndef FETCH_TRANSFER_H
#define FETCH_TRANSFER_H

#include "media/bytes/fetch_wire.h"

struct transfer;

/* `in` hangs up when nobody waits for the answer any more; frames go to `out`. NULL without memory. */
struct transfer *transfer_new(int in, int out);
void transfer_free(struct transfer *transfer);

/* Answers the question, good or bad, with frames up to the last; false when nobody reads them. */
int transfer_run(struct transfer *transfer, const struct wci_fetch_ask *ask);

#endif
