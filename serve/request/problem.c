/*
 * problem - see problem.h.
 */
#include "serve/request/problem.h"

#include <stdarg.h>
#include <stdio.h>

bool serve_problem_set(struct serve_problem *problem, int status, const char *kind,
                       const char *format, ...)
{
    va_list arguments;

    problem->status = status;
    problem->kind = kind;
    va_start(arguments, format);
    (void)vsnprintf(problem->detail, sizeof(problem->detail), format, arguments);
    va_end(arguments);
    return false;
}

/* What the catalog can't be used for is the server's trouble, not the caller's. */
static const struct {
    enum wcab_err code;
    int status;
    const char *kind;
} known[] = {{WCAB_ERR_NOTFOUND, 404, "not-found"},
             {WCAB_ERR_USAGE, 400, "bad-request"},
             {WCAB_ERR_CHANGED, 410, "changed"},
             {WCAB_ERR_LIMIT, 413, "too-large"},
             {WCAB_ERR_CANCELLED, 503, "took-too-long"},
             {WCAB_ERR_BUSY, 503, "busy"},
             {WCAB_ERR_NOMEM, 503, "no-memory"},
             {WCAB_ERR_CORRUPT, 503, "damaged"},
             {WCAB_ERR_VERSION, 503, "catalog-version"},
             {WCAB_ERR_UNSUPPORTED, 503, "unsupported"},
             {WCAB_ERR_IO, 503, "unreadable"}};

void serve_problem_of(struct serve_problem *problem, const struct wcab_error *err)
{
    const char *text = err->text[0] != '\0' ? err->text : wcab_err_text(err->code);
    int status = 500;
    const char *kind = "internal";
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i].code == err->code) {
            status = known[i].status;
            kind = known[i].kind;
        }
    }
    if (err->code == WCAB_ERR_CANCELLED)
        text = "the answer took longer than this server allows; ask for less";
    (void)serve_problem_set(problem, status, kind, "%.350s%s%.250s", err->place,
                            err->place[0] != '\0' ? ": " : "", text);
}

static const char *title_of(int status)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {{400, "Bad Request"},
                  {401, "Unauthorized"},
                  {403, "Forbidden"},
                  {404, "Not Found"},
                  {405, "Method Not Allowed"},
                  {410, "Gone"},
                  {413, "Content Too Large"},
                  {414, "URI Too Long"},
                  {415, "Unsupported Media Type"},
                  {416, "Range Not Satisfiable"},
                  {421, "Misdirected Request"},
                  {500, "Internal Server Error"},
                  {502, "Bad Gateway"},
                  {503, "Service Unavailable"}};
    size_t i;

    for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
        if (titles[i].status == status)
            return titles[i].title;
    }
    return "Error";
}

void serve_problem_body(const struct serve_problem *problem, struct serve_text *body)
{
    serve_text_puts(body, "{\"type\":\"urn:whichcab:problem:");
    serve_text_puts(body, problem->kind);
    serve_text_puts(body, "\",\"title\":");
    serve_text_json(body, title_of(problem->status));
    serve_text_printf(body, ",\"status\":%d,\"detail\":", problem->status);
    serve_text_json(body, problem->detail);
    serve_text_puts(body, "}\n");
}
