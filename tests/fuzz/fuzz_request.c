/*
 * fuzz_request - what comes over the network to whichcab-serve.  The input is a target ("/api/v1/where?..."),
 * then, each behind a NUL: the type of the body, a Host, a Range, and the body.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "serve/request/request.h"

/* The next part, NUL-terminated; the rest of the input is what is left. */
static char *take(const uint8_t **data, size_t *size)
{
    const uint8_t *end = *size > 0 ? memchr(*data, 0, *size) : NULL;
    size_t length = end != NULL ? (size_t)(end - *data) : *size;
    char *part = malloc(length + 1);

    if (part == NULL)
        abort();
    if (length > 0)
        memcpy(part, *data, length);
    part[length] = '\0';
    *data += length + (end != NULL);
    *size -= length + (end != NULL);
    return part;
}

static void check_list(const struct serve_list *list)
{
    size_t i;

    if (list->count > SERVE_MOST_NAMES)
        abort();
    for (i = 0; i < list->count; i++)
        (void)strlen(list->items[i]);
}

static void check_range(const char *range)
{
    uint64_t start = 0, length = 0;

    if (serve_request_range(range, 1000, &start, &length) == SERVE_RANGE_PART &&
        (length == 0 || start >= 1000 || length > 1000 - start))
        abort();
}

/* What the body is, must be a problem or understood. */
static void parse(const char *target, const char *type, const uint8_t *body, size_t size)
{
    struct serve_request request;
    struct serve_problem problem = {.status = 0};
    struct serve_text text = {.data = NULL};
    bool ok = serve_request_parse(target, &request, &problem) &&
              serve_request_body(&request, type[0] != '\0' ? type : NULL, (const char *)body, size,
                                 &problem) &&
              serve_request_check(&request, &problem);

    if (!ok && (problem.status < 400 || problem.status > 599))
        abort();
    if (!ok)
        serve_problem_body(&problem, &text);
    check_list(&request.names);
    check_list(&request.hashes);
    check_list(&request.media);
    (void)serve_request_is_quick(&request);
    serve_text_free(&text);
    serve_request_free(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"media.example"};
    char *target = take(&data, &size), *type = take(&data, &size);
    char *host = take(&data, &size), *range = take(&data, &size);
    struct fuzz_guarded guarded = fuzz_guard(data, size);

    parse(target, type, guarded.data, guarded.size);
    (void)serve_request_host(host, names, 1);
    check_range(range);
    fuzz_unguard(&guarded);
    free(target);
    free(type);
    free(host);
    free(range);
    return 0;
}
