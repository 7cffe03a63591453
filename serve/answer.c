/*
 * answer - see answer.h.
 */
#include "serve/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve/content.h"
#include "serve/deadline.h"
#include "serve/prepared.h"
#include "serve/reply.h"
#include "serve/stream.h"
#include "serve/web/assets.h"

/* ---- pages of rows ------------------------------------------------------------------------- */

/* "</api/v1/where?name=x&offset=100>; rel="next"": the target with another offset. */
static void add_link(struct MHD_Response *response, const char *target, uint64_t next)
{
    struct serve_text link = {.data = NULL};
    const char *at = strchr(target, '?');

    serve_text_puts(&link, "<");
    serve_text_put(&link, target, at != NULL ? (size_t)(at - target) : strlen(target));
    serve_text_puts(&link, "?");
    while (at != NULL && *at != '\0') {
        size_t length = strcspn(at + 1, "&");

        if (strncmp(at + 1, "offset=", 7) != 0 && length > 0) {
            serve_text_put(&link, at + 1, length);
            serve_text_puts(&link, "&");
        }
        at += 1 + length;
    }
    serve_text_printf(&link, "offset=%" PRIu64 ">; rel=\"next\"", next);
    if (!link.failed)
        serve_reply_header(response, "Link", link.data);
    serve_text_free(&link);
}

/* One page as the answer. */
static void answer_page(struct serve_call *call, struct wcab_catalog *catalog, size_t *size)
{
    struct serve_page page = {.request = &call->request};
    struct serve_text body = {.data = NULL};
    struct MHD_Response *response;
    struct wcab_error err;
    enum wcab_err code = serve_rows_open(catalog, &call->request, &page.rows, &err);

    if (code == WCAB_OK)
        code = serve_page_write(&page, SIZE_MAX, &body, &err);
    serve_rows_close(page.rows);
    *size = body.used;
    if (code != WCAB_OK) {
        serve_text_free(&body);
        serve_call_error(call, &err);
        return;
    }
    response = serve_reply_text(&body, serve_reply_json);
    if (page.next > 0 && !call->request.is_post)
        add_link(response, call->target, page.next);
    serve_call_answer(call, 200, response);
}

/* ---- at once ------------------------------------------------------------------------------ */

/* What tells an answer from others. */
static bool make_key(const struct serve_call *call, struct serve_text *key)
{
    serve_text_puts(key, call->target);
    if (call->origin != NULL) {
        serve_text_puts(key, "\n");
        serve_text_puts(key, call->origin);
    }
    return !key->failed;
}

static void answer_with(struct serve_call *call, struct serve_thread *thread)
{
    struct serve_text key = {.data = NULL};
    struct MHD_Response *known;
    size_t size = 0;

    if (call->request.is_post || !make_key(call, &key)) {
        answer_page(call, serve_prepared_catalog(thread), &size);
        serve_text_free(&key);
        return;
    }
    known = serve_prepared_find(thread, key.data);
    if (known == NULL) {
        answer_page(call, serve_prepared_catalog(thread), &size);
        known = call->response;
        if (known != NULL && call->status == 200 &&
            serve_prepared_keep(thread, key.data, known, size))
            call->is_kept = true;
    } else {
        call->is_kept = true;
        call->response = known;
        call->status = 200;
        call->state = SERVE_CALL_ANSWERED;
    }
    serve_text_free(&key);
}

static enum MHD_Result answer_quickly(struct serve_call *call)
{
    struct serve_thread *thread = serve_prepared_own(call->server);
    enum MHD_Result result;
    struct wcab_error err;

    if (thread == NULL)
        return MHD_NO;
    if (serve_prepared_begin(thread, &err) == WCAB_OK)
        answer_with(call, thread);
    else
        serve_call_error(call, &err);
    result = serve_call_send(call); /* takes its share of a response that may be dropped */
    if (call->is_kept)
        call->response = NULL;
    serve_prepared_end(thread);
    return result;
}

/* ---- by another thread -------------------------------------------------------------------- */

static void run_page(struct serve_job *job)
{
    struct serve_call *call = (struct serve_call *)job;
    struct serve_deadline deadline;
    struct wcab_catalog *catalog = NULL;
    struct wcab_error err;
    size_t size = 0;

    if (serve_server_catalog(call->server, &catalog, &err) == WCAB_OK) {
        serve_deadline_set(&deadline, call->server, call->server->settings.seconds);
        wcab_catalog_set_cancel(catalog, &deadline.cancel);
        answer_page(call, catalog, &size);
    } else {
        serve_call_error(call, &err);
    }
    wcab_catalog_close(catalog);
    serve_call_resume(call);
}

static enum MHD_Result answer_later(struct serve_call *call, struct serve_jobs *jobs,
                                    void (*run)(struct serve_job *job))
{
    struct serve_problem problem;

    call->state = SERVE_CALL_WORKING;
    call->job.run = run;
    MHD_suspend_connection(call->connection);
    if (serve_jobs_submit(jobs, &call->job))
        return MHD_YES;
    (void)serve_problem_set(&problem, 503, "busy", "too many others are waiting");
    serve_call_problem(call, &problem);
    serve_call_resume(call);
    return MHD_YES;
}

/* ---- what is no rows ----------------------------------------------------------------------- */

static enum MHD_Result answer_status(struct serve_call *call)
{
    struct serve_text body = {.data = NULL};

    serve_text_puts(&body, "{\"format_version\":1,\"version\":");
    serve_text_json(&body, wcab_version());
    serve_text_puts(&body, "}\n");
    serve_call_answer(call, 200, serve_reply_text(&body, serve_reply_json));
    return serve_call_send(call);
}

static enum MHD_Result answer_asset(struct serve_call *call)
{
    const struct serve_asset *asset = serve_assets_find(
        call->request.route == SERVE_OPENAPI ? "/openapi.json" : call->request.id);
    struct MHD_Response *response;
    struct serve_problem problem;

    if (asset == NULL) {
        (void)serve_problem_set(&problem, 404, "no-such-path", "there is nothing at this path");
        serve_call_problem(call, &problem);
        return serve_call_send(call);
    }
    response = serve_reply_static(asset->data, asset->size, asset->type);
    serve_reply_header(response, "Content-Security-Policy", serve_assets_policy);
    serve_reply_header(response, "X-Frame-Options", "DENY");
    serve_call_answer(call, 200, response);
    return serve_call_send(call);
}

enum MHD_Result serve_answer(struct serve_call *call)
{
    switch (call->request.route) {
    case SERVE_PAGE:
    case SERVE_OPENAPI:
        return answer_asset(call);
    case SERVE_STATUS:
        return answer_status(call);
    default:
        break;
    }
    if (call->request.route == SERVE_CONTENT)
        return answer_later(call, call->server->unpacking, serve_content_run);
    if (call->request.ndjson)
        return answer_later(call, call->server->jobs, serve_stream_run);
    if (serve_request_is_quick(&call->request))
        return answer_quickly(call);
    return answer_later(call, call->server->jobs, run_page);
}
