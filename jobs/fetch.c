/*
 * fetch - what fetches images behind HTTP, for the caller; the work is done in media/bytes/fetch.
 */
#include "media/bytes/fetch.h"

#include <unistd.h>

#include "core/error.h"
#include "core/sized.h"
#include "whichcab.h"

enum { SECONDS_MOST = 3600 };

static bool has_own(const struct wcab_fetch_options *options)
{
    return options->own_look != NULL && options->own_read != NULL;
}

/* Who hands out bytes of his own need not have what fetches from servers. */
static enum wcab_err open_own(const struct wcab_fetch_options *options, struct wcab_fetch **fetch,
                              struct wcab_error *err)
{
    const char *program = NULL;

#ifdef WHICHCAB_HTTP
    if (access(WHICHCAB_FETCH, X_OK) == 0)
        program = WHICHCAB_FETCH;
#endif
    return wci_fetch_start(options, program, fetch, err);
}

static enum wcab_err open_fetch(const struct wcab_fetch_options *options, struct wcab_fetch **fetch,
                                struct wcab_error *err)
{
    if ((options->own_look == NULL) != (options->own_read == NULL))
        return wci_error_null(err);
    if (has_own(options) && options->program == NULL && options->seconds <= SECONDS_MOST)
        return open_own(options, fetch, err);
#ifdef WHICHCAB_HTTP
    if (options->seconds > SECONDS_MOST)
        return wci_error_set(err, WCAB_ERR_USAGE, "no server is waited for longer than %d seconds",
                             SECONDS_MOST);
    return wci_fetch_start(options, options->program != NULL ? options->program : WHICHCAB_FETCH,
                           fetch, err);
#else
    (void)options;
    (void)fetch;
    return wci_error_set(err, WCAB_ERR_UNSUPPORTED, "built without libcurl: nothing is fetched");
#endif
}

enum wcab_err wcab_fetch_open(const struct wcab_fetch_options *options, struct wcab_fetch **fetch,
                              struct wcab_error *err)
{
    struct wcab_fetch_options taken;
    struct wcab_error own;
    enum wcab_err code;

    if (fetch == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_take(&taken, sizeof(taken), options, &own);
    if (code == WCAB_OK)
        code = open_fetch(&taken, fetch, &own);
    return wci_error_give(code, &own, err);
}

void wcab_fetch_close(struct wcab_fetch *fetch)
{
    wci_fetch_finish(fetch);
}

enum wcab_err wcab_fetch_figures(const struct wcab_fetch *fetch, struct wcab_fetch_stats *stats,
                                 struct wcab_error *err)
{
    struct wcab_fetch_stats made = {.requests = 0};
    struct wcab_error own;
    enum wcab_err code;

    if (fetch == NULL || stats == NULL)
        return wci_error_null(err);
    wci_error_clear(&own);
    code = wci_sized_check(stats, &own);
    if (code == WCAB_OK) {
        wci_fetch_figures(fetch, &made.requests, &made.received);
        wci_sized_give(stats, &made, sizeof(made));
    }
    return wci_error_give(code, &own, err);
}
