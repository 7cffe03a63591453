/*
 * fetching - see fetching.h.
 */
#include "cli/fetching.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/interrupt.h"
#include "cli/program.h"

enum { SECONDS_MOST = 3600 };

bool fetching_is_url(const char *text)
{
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

size_t fetching_path_of(const char *url)
{
    size_t scheme = (size_t)(strstr(url, "://") - url) + 3;

    return scheme + strcspn(url + scheme, "/");
}

static bool any_url(const char *const *operands, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (fetching_is_url(operands[i]))
            return true;
    }
    return false;
}

struct wcab_fetch *fetching_begin(const struct cli *cli, const char *const *operands, size_t count,
                                  bool on_record, uint64_t whole_mib)
{
    struct wcab_fetch_options options = {
        .sizeof_options = sizeof(options), .whole = whole_mib << 20, .cancel = interrupt_catch()};
    const char *chosen = getenv("WHICHCAB_FETCH_SECONDS");
    const bool named = any_url(operands, count);
    struct wcab_fetch *fetch = NULL;
    struct wcab_error err;
    uint64_t seconds;
    char *program;

    if (!named && !on_record)
        return NULL;
    if (chosen != NULL && opts_number(chosen, 1, SECONDS_MOST, &seconds))
        options.seconds = (unsigned)seconds;
    program = program_find("whichcab-fetch");
    options.program = program;
    if (wcab_fetch_open(&options, &fetch, &err) != WCAB_OK) {
        fetch = NULL;
        if (named || cli->global.verbose)
            output_note("nothing is fetched: %s", err.text);
    }
    free(program);
    return fetch;
}

void fetching_end(const struct cli *cli, struct wcab_fetch *fetch)
{
    struct wcab_fetch_stats stats = {.sizeof_stats = sizeof(stats)};

    if (fetch != NULL && cli->global.verbose &&
        wcab_fetch_figures(fetch, &stats, NULL) == WCAB_OK && stats.requests > 0)
        output_note("%llu request%s, %llu bytes fetched", (unsigned long long)stats.requests,
                    stats.requests == 1 ? "" : "s", (unsigned long long)stats.received);
    wcab_fetch_close(fetch);
}
