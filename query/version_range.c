/*
 * version_range - see version_range.h.
 */
#include "query/version_range.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"

/* ---- parsing ------------------------------------------------------------------------------ */

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* One number up to 65535; NULL when there is none. */
static const char *parse_part(const char *at, uint16_t *part)
{
    uint32_t value = 0;
    const char *digit = at;

    for (; *digit >= '0' && *digit <= '9'; digit++) {
        value = value * 10 + (uint32_t)(*digit - '0');
        if (value > UINT16_MAX)
            return NULL;
    }
    *part = (uint16_t)value;
    return digit == at ? NULL : digit;
}

/* Numbers with single dots between them; what stands behind them, or NULL. */
static const char *parse_version(const char *at, struct wci_version_limit *limit)
{
    memset(limit, 0, sizeof(*limit));
    at = skip_blanks(at);
    for (;;) {
        if (limit->count == 4)
            return NULL;
        at = parse_part(at, &limit->parts[limit->count]);
        if (at == NULL)
            return NULL;
        limit->count++;
        if (at[0] != '.' || at[1] == '.')
            return skip_blanks(at);
        at++;
    }
}

static enum wci_version_bound parse_operator(const char **at)
{
    static const struct {
        const char *text;
        enum wci_version_bound bound;
    } operators[] = {{">=", WCI_VERSION_AT_LEAST},
                     {"<=", WCI_VERSION_AT_MOST},
                     {">", WCI_VERSION_ABOVE},
                     {"<", WCI_VERSION_BELOW},
                     {"=", WCI_VERSION_LIKE}};
    size_t i;

    for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        if (strncmp(*at, operators[i].text, strlen(operators[i].text)) == 0) {
            *at += strlen(operators[i].text);
            return operators[i].bound;
        }
    }
    return WCI_VERSION_NO_BOUND;
}

enum wcab_err wci_version_range_parse(const char *text, struct wci_version_range *range,
                                      struct wcab_error *err)
{
    struct wci_version_range made;
    const char *at = skip_blanks(text);
    enum wci_version_bound bound = parse_operator(&at);

    memset(&made, 0, sizeof(made));
    at = parse_version(at, &made.limits[0]);
    if (at != NULL && bound == WCI_VERSION_NO_BOUND && strncmp(at, "..", 2) == 0) {
        bound = WCI_VERSION_AT_LEAST;
        at = parse_version(at + 2, &made.limits[1]);
        made.limits[1].bound = WCI_VERSION_UP_TO;
    }
    if (at == NULL || *at != '\0')
        return wci_error_set(err, WCAB_ERR_USAGE,
                             "'%.60s' is no range of versions: write '>=4.0.1111', '<4.0.950', "
                             "'=4.70' or '4.0.950..4.0.1111', numbers up to 65535",
                             text);
    made.limits[0].bound = bound == WCI_VERSION_NO_BOUND ? WCI_VERSION_LIKE : bound;
    *range = made;
    return WCAB_OK;
}

/* ---- comparing ---------------------------------------------------------------------------- */

/* The version as numbers to compare with so many given ones. */
static void split(uint64_t version, unsigned count, uint16_t parts[4])
{
    unsigned i;

    for (i = 0; i < 4; i++)
        parts[i] = (uint16_t)(version >> (48 - 16 * i));
    if (count == 3 && parts[2] == 0) {
        parts[2] = parts[3];
        parts[3] = 0;
    }
}

static bool is_within(const struct wci_version_limit *limit, uint64_t version)
{
    uint16_t parts[4];
    int order = 0;
    unsigned i;
    bool like;

    if (limit->bound == WCI_VERSION_NO_BOUND)
        return true;
    split(version, limit->count, parts);
    like = memcmp(parts, limit->parts, limit->count * sizeof(parts[0])) == 0;
    for (i = 0; order == 0 && i < 4; i++)
        order = (parts[i] > limit->parts[i]) - (parts[i] < limit->parts[i]);
    switch (limit->bound) {
    case WCI_VERSION_AT_LEAST:
        return order >= 0;
    case WCI_VERSION_ABOVE:
        return order > 0;
    case WCI_VERSION_BELOW:
        return order < 0;
    case WCI_VERSION_AT_MOST:
        return order <= 0;
    case WCI_VERSION_UP_TO:
        return order <= 0 || like;
    default:
        return like;
    }
}

bool wci_version_range_has(const struct wci_version_range *range, uint64_t version)
{
    return is_within(&range->limits[0], version) && is_within(&range->limits[1], version);
}

void wci_version_format(uint64_t version, char text[WCI_VERSION_TEXT])
{
    (void)snprintf(text, WCI_VERSION_TEXT, "%u.%u.%u.%u", (unsigned)(version >> 48 & 0xFFFF),
                   (unsigned)(version >> 32 & 0xFFFF), (unsigned)(version >> 16 & 0xFFFF),
                   (unsigned)(version & 0xFFFF));
}
