/*
 * user_limits - see user_limits.h.
 */
#include "jobs/user_limits.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/sized.h"

static const struct {
    const char *name;
    size_t offset; /* in struct wcab_limits */
    uint64_t most;
} known[] = {
    {"depth", offsetof(struct wcab_limits, depth), WCI_LIMIT_DEPTH_MOST},
    {"entries", offsetof(struct wcab_limits, entries), WCI_LIMIT_ENTRIES},
    {"containers", offsetof(struct wcab_limits, containers), WCI_LIMIT_CONTAINERS},
    {"bytes", offsetof(struct wcab_limits, bytes), WCI_LIMIT_SPOOL_BYTES_MOST},
    {"ratio", offsetof(struct wcab_limits, ratio), WCI_LIMIT_SPOOL_RATIO_MOST},
    {"seconds", offsetof(struct wcab_limits, seconds), WCI_LIMIT_DECODE_SECONDS_MOST},
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

static uint64_t value_of(const struct wcab_limits *limits, size_t index)
{
    uint64_t value;

    memcpy(&value, (const char *)limits + known[index].offset, sizeof(value));
    return value;
}

static enum wcab_err check(size_t index, uint64_t value, struct wcab_error *err)
{
    if (value <= known[index].most)
        return WCAB_OK;
    return wci_error_set(err, WCAB_ERR_USAGE, "the limit '%s' can be from 1 to %llu, not %llu",
                         known[index].name, (unsigned long long)known[index].most,
                         (unsigned long long)value);
}

static enum wcab_err set(struct wcab_limits *limits, const char *name, uint64_t value,
                         struct wcab_error *err)
{
    size_t i;

    for (i = 0; i < KNOWN; i++) {
        if (strcmp(known[i].name, name) != 0)
            continue;
        if (value == 0)
            return wci_error_set(err, WCAB_ERR_USAGE, "the limit '%s' can be from 1 to %llu, not 0",
                                 name, (unsigned long long)known[i].most);
        if (check(i, value, err) != WCAB_OK)
            return WCAB_ERR_USAGE;
        if (limits->sizeof_limits < known[i].offset + sizeof(value))
            return wci_error_set(err, WCAB_ERR_USAGE, "the struct of limits has no '%s'", name);
        memcpy((char *)limits + known[i].offset, &value, sizeof(value));
        return WCAB_OK;
    }
    return wci_error_set(err, WCAB_ERR_USAGE,
                         "there is no limit '%.40s'; there are depth, entries, containers, bytes, "
                         "ratio and seconds",
                         name);
}

enum wcab_err wcab_limits_set(struct wcab_limits *limits, const char *name, uint64_t value,
                              struct wcab_error *err)
{
    struct wcab_error own;

    if (limits == NULL || name == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    return wci_error_give(set(limits, name, value, &own), &own, err);
}

enum wcab_err wci_user_limits_take(const struct wcab_limits **given, struct wcab_limits *own,
                                   struct wcab_error *err)
{
    enum wcab_err code;

    if (*given == NULL)
        return WCAB_OK;
    code = wci_sized_take(own, sizeof(*own), *given, err);
    *given = own;
    return code;
}

bool wci_user_limits_any(const struct wcab_limits *asked)
{
    size_t i;

    for (i = 0; asked != NULL && i < KNOWN; i++) {
        if (value_of(asked, i) != 0)
            return true;
    }
    return false;
}

enum wcab_err wci_user_limits(const struct wcab_limits *asked, struct wci_limits *limits,
                              struct wcab_error *err)
{
    size_t i;

    *limits = wci_limits_default;
    if (asked == NULL)
        return WCAB_OK;
    for (i = 0; i < KNOWN; i++) {
        if (check(i, value_of(asked, i), err) != WCAB_OK)
            return WCAB_ERR_USAGE;
    }
    if (asked->depth != 0)
        limits->depth = (uint32_t)asked->depth;
    if (asked->entries != 0)
        limits->entries = (uint32_t)asked->entries;
    if (asked->containers != 0)
        limits->containers = (uint32_t)asked->containers;
    if (asked->bytes != 0)
        limits->bytes = asked->bytes;
    if (asked->ratio != 0)
        limits->ratio = asked->ratio;
    if (asked->seconds != 0)
        limits->seconds = asked->seconds;
    return WCAB_OK;
}
