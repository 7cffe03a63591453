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

/* One page as the answer.  `quickly`: there is none, and no error, where that takes longer. */
static void answer_page(struct serve_call *call, struct wcab_catalog *catalog, bool quickly)
{
    const struct serve_rows_source source = {catalog, call->server->shelves, quickly};
    struct serve_page page = {.request = &call->request};
    struct serve_text body = {.data = NULL};
    struct MHD_Response *response;
    struct wcab_error err;
    bool postponed = false;
    enum wcab_err code = serve_rows_open(&source, &call->request, &page.rows, &err);

    if (code == WCAB_OK) {
        code = serve_page_write(&page, SIZE_MAX, &body, &err);
        postponed = serve_rows_are_postponed(page.rows);
    }
    serve_rows_close(page.rows);
    call->size = body.used;
    if (code != WCAB_OK || postponed) {
        serve_text_free(&body);
        if (code != WCAB_OK)
            serve_call_error(call, &err);
        return;
    }
    response = serve_reply_text(&body, serve_reply_json);
    if (page.next > 0 && !call->request.is_post)
        add_link(response, call->target, page.next);
    serve_call_answer(call, 200, response);
}

/* ---- by another thread -------------------------------------------------------------------- */

static void run_page(struct serve_job *job)
{
    struct serve_call *call = (struct serve_call *)job;
    struct serve_thread *thread = serve_prepared_own(call->server);
    struct serve_deadline deadline;
    struct serve_problem problem;
    struct wcab_error err;

    if (thread == NULL) {
        (void)serve_problem_set(&problem, 503, "no-memory", "out of memory");
        serve_call_problem(call, &problem);
    } else if (serve_prepared_begin(thread, &err) != WCAB_OK) {
        serve_call_error(call, &err);
    } else {
        struct wcab_catalog *catalog = serve_prepared_catalog(thread);

        serve_deadline_set(&deadline, call->server, call->server->settings.seconds);
        wcab_catalog_set_cancel(catalog, &deadline.cancel);
        answer_page(call, catalog, false);
        wcab_catalog_set_cancel(catalog, NULL);
    }
    if (thread != NULL)
        serve_prepared_end(thread);
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

/* Keeps the answer for who asks next. */
static void keep(struct serve_call *call, struct serve_thread *thread)
{
    struct serve_text key = {.data = NULL};

    if (call->response != NULL && call->status == 200 && !call->request.is_post &&
        make_key(call, &key))
        call->is_kept = serve_prepared_keep(thread, key.data, call->response, call->size);
    serve_text_free(&key);
}

static bool find_kept(struct serve_call *call, struct serve_thread *thread)
{
    struct serve_text key = {.data = NULL};
    struct MHD_Response *known = NULL;

    if (!call->request.is_post && make_key(call, &key))
        known = serve_prepared_find(thread, key.data);
    serve_text_free(&key);
    if (known == NULL)
        return false;
    call->is_kept = true;
    call->response = known;
    call->status = 200;
    call->state = SERVE_CALL_ANSWERED;
    return true;
}

/* While what is kept stays: sending takes its share of the response. */
static enum MHD_Result send_kept(struct serve_call *call)
{
    enum MHD_Result result = serve_call_send(call);

    if (call->is_kept)
        call->response = NULL;
    return result;
}

static enum MHD_Result answer_quickly(struct serve_call *call)
{
    struct serve_thread *thread = serve_prepared_own(call->server);
    enum MHD_Result result = MHD_YES;
    struct wcab_error err;
    bool postponed;

    if (thread == NULL)
        return MHD_NO;
    if (serve_prepared_begin(thread, &err) != WCAB_OK) {
        serve_call_error(call, &err);
    } else if (!find_kept(call, thread)) {
        answer_page(call, serve_prepared_catalog(thread), true);
        keep(call, thread);
    }
    postponed = call->state != SERVE_CALL_ANSWERED;
    if (postponed)
        call->moment = serve_prepared_moment(thread);
    else
        result = send_kept(call);
    serve_prepared_end(thread);
    return postponed ? answer_later(call, call->server->jobs, run_page) : result;
}

enum MHD_Result serve_answer_made(struct serve_call *call)
{
    struct serve_thread *thread = call->moment != 0 ? serve_prepared_own(call->server) : NULL;
    enum MHD_Result result;
    struct wcab_error err;

    if (thread == NULL)
        return serve_call_send(call);
    /* nothing was written meanwhile: it is what this thread would have said */
    if (serve_prepared_begin(thread, &err) == WCAB_OK &&
        serve_prepared_moment(thread) == call->moment)
        keep(call, thread);
    result = send_kept(call);
    serve_prepared_end(thread);
    return result;
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
