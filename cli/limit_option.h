/*
 * limit_option - arguments of --limit: NAME=NUMBER, the number with K, M, G or T behind it.
 */
#ifndef LIMIT_OPTION_H
#define LIMIT_OPTION_H

#include "cli/opts.h"
#include "whichcab.h"

#define LIMIT_OPTION_HELP                                                                          \
    "set depth, entries, containers, bytes, ratio or seconds of what one image may cost; see "     \
    "LIMITS"

/* Sets the limits that are given; false after a message. */
bool limit_option_parse(const struct opt_texts *texts, struct wcab_limits *limits);

#endif
