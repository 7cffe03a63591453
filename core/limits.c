/*
 * limits - see limits.h.
 */
#include "core/limits.h"

const struct wci_limits wci_limits_default = {.depth = WCI_LIMIT_DEPTH,
                                              .entries = WCI_LIMIT_ENTRIES,
                                              .containers = WCI_LIMIT_CONTAINERS,
                                              .bytes = WCI_LIMIT_SPOOL_BYTES,
                                              .ratio = WCI_LIMIT_SPOOL_RATIO,
                                              .seconds = WCI_LIMIT_DECODE_SECONDS};

bool wci_limits_equal(const struct wci_limits *a, const struct wci_limits *b)
{
    return a->depth == b->depth && a->entries == b->entries && a->containers == b->containers &&
           a->bytes == b->bytes && a->ratio == b->ratio && a->seconds == b->seconds;
}

bool wci_limits_are_valid(const struct wci_limits *limits)
{
    return limits->depth > 0 && limits->depth <= WCI_LIMIT_DEPTH_MOST && limits->entries > 0 &&
           limits->entries <= WCI_LIMIT_ENTRIES && limits->containers > 0 &&
           limits->containers <= WCI_LIMIT_CONTAINERS && limits->bytes > 0 &&
           limits->bytes <= WCI_LIMIT_SPOOL_BYTES_MOST && limits->ratio > 0 &&
           limits->ratio <= WCI_LIMIT_SPOOL_RATIO_MOST && limits->seconds > 0 &&
           limits->seconds <= WCI_LIMIT_DECODE_SECONDS_MOST;
}
