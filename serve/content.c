/*
 * content - see content.h.
 *
 * A file is unpacked wholly before the first byte is sent: only then it is known to be right, how long
 * it is, and what its SHA-256 is; and one who takes it slowly keeps no process waiting.
 */
#include "serve/content.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "serve/deadline.h"
#include "serve/reply.h"
#include "serve/spool.h"

/* The name and the digest on record of the file; errors as wcab_search_next. */
static enum wcab_err find_file(struct serve_call *call, struct serve_text *name, char sha256[65],
                               struct wcab_error *err)
{
    const struct wcab_search_options options = {.sizeof_options = sizeof(options),
                                                .id = call->request.id};
    const struct wcab_answer *answer = NULL;
    struct wcab_catalog *catalog = NULL;
    struct wcab_search *search = NULL;
    struct serve_deadline deadline;
    enum wcab_err code = serve_server_catalog(call->server, &catalog, err);

    serve_deadline_set(&deadline, call->server, call->server->settings.seconds);
    wcab_catalog_set_cancel(catalog, &deadline.cancel);
    if (code == WCAB_OK)
        code = wcab_search_open(catalog, &options, &search, err);
    if (code == WCAB_OK)
        code = wcab_search_next(search, &answer, err);
    if (code == WCAB_OK && answer != NULL) {
        serve_text_puts(name, answer->name);
        if (answer->sha256 != NULL)
            (void)snprintf(sha256, 65, "%s", answer->sha256);
    }
    wcab_search_close(search);
    wcab_catalog_close(catalog);
    return code;
}

/* Content-Disposition (RFC 6266): ASCII for old programs, all of it in UTF-8 for others. */
static void put_disposition(struct MHD_Response *response, const char *name)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-~!$&+";
    struct serve_text value = {.data = NULL};
    const char *at;

    serve_text_puts(&value, "attachment; filename=\"");
    for (at = name; *at != '\0'; at++)
        serve_text_put(&value, strchr(plain, *at) != NULL ? at : "_", 1);
    serve_text_puts(&value, "\"; filename*=UTF-8''");
    for (at = name; *at != '\0'; at++) {
        if (strchr(plain, *at) != NULL)
            serve_text_put(&value, at, 1);
        else
            serve_text_printf(&value, "%%%02X", (unsigned)(unsigned char)*at);
    }
    if (!value.failed)
        serve_reply_header(response, "Content-Disposition", value.data);
    serve_text_free(&value);
}

/* A browser shall do nothing with it but save it. */
static void put_headers(struct MHD_Response *response, const char *name, const char *sha256)
{
    char tag[72];

    (void)snprintf(tag, sizeof(tag), "\"%s\"", sha256);
    serve_reply_headers(response, "application/octet-stream");
    serve_reply_header(response, "Content-Security-Policy", "default-src 'none'; sandbox");
    serve_reply_header(response, "Accept-Ranges", "bytes");
    serve_reply_header(response, "ETag", tag);
    put_disposition(response, name);
}

/* Whether a list of tags, or "*", has this one. */
static bool has_tag(const char *list, const char *sha256)
{
    return list != NULL && (strcmp(list, "*") == 0 || strstr(list, sha256) != NULL);
}

static const char *header(const struct serve_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

static void answer_unchanged(struct serve_call *call, const char *name, const char *sha256)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);

    put_headers(response, name, sha256);
    serve_call_answer(call, 304, response);
}

/* The file, or the part of it that is asked for; takes the file over. */
static void answer_file(struct serve_call *call, const struct serve_spooled *spooled,
                        const char *name)
{
    const char *condition = header(call, "If-Range");
    const char *range =
        condition == NULL || has_tag(condition, spooled->sha256) ? header(call, "Range") : NULL;
    struct MHD_Response *response;
    struct serve_problem problem;
    uint64_t start, length;
    char text[96];
    enum serve_range kind = serve_request_range(range, spooled->size, &start, &length);

    if (kind == SERVE_RANGE_NONE) {
        (void)close(spooled->file);
        (void)serve_problem_set(&problem, 416, "bad-range", "the file has %" PRIu64 " bytes",
                                spooled->size);
        serve_call_problem(call, &problem);
        (void)snprintf(text, sizeof(text), "bytes */%" PRIu64, spooled->size);
        serve_reply_header(call->response, "Content-Range", text);
        return;
    }
    response = MHD_create_response_from_fd_at_offset64(length, spooled->file, start);
    if (response == NULL)
        (void)close(spooled->file);
    put_headers(response, name, spooled->sha256);
    if (kind == SERVE_RANGE_PART) {
        (void)snprintf(text, sizeof(text), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, start,
                       start + length - 1, spooled->size);
        serve_reply_header(response, "Content-Range", text);
    }
    serve_call_answer(call, kind == SERVE_RANGE_PART ? 206 : 200, response);
}

static void answer_content(struct serve_call *call, const char *name, const char *sha256)
{
    const char *known = header(call, "If-None-Match");
    struct serve_spooled spooled;
    struct serve_problem problem;

    if (sha256[0] != '\0' && has_tag(known, sha256)) {
        answer_unchanged(call, name, sha256);
    } else if (!serve_spool_get(call->server, call->request.id, &spooled, &problem)) {
        serve_call_problem(call, &problem);
    } else if (has_tag(known, spooled.sha256)) {
        (void)close(spooled.file);
        answer_unchanged(call, name, spooled.sha256);
    } else {
        answer_file(call, &spooled, name);
    }
}

void serve_content_run(struct serve_job *job)
{
    struct serve_call *call = (struct serve_call *)job;
    struct serve_text name = {.data = NULL};
    char sha256[65] = "";
    struct wcab_error err;

    if (find_file(call, &name, sha256, &err) != WCAB_OK)
        serve_call_error(call, &err);
    else
        answer_content(call, name.data != NULL ? name.data : "file", sha256);
    serve_text_free(&name);
    serve_call_resume(call);
}
