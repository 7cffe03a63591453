/*
 * call - see call.h.
 */
#include "serve/call.h"

#include <stdlib.h>
#include <string.h>

#include "serve/answer.h"
#include "serve/peers.h"
#include "serve/reply.h"

/* ---- beginning and end -------------------------------------------------------------------- */

void *serve_call_begin(void *context, const char *target, struct MHD_Connection *connection)
{
    struct serve_call *call = calloc(1, sizeof(*call));

    if (call == NULL)
        return NULL;
    call->server = context;
    call->connection = connection;
    call->target = strdup(target);
    if (call->target != NULL)
        return call;
    free(call);
    return NULL;
}

void serve_call_end(void *context, struct MHD_Connection *connection, void **place,
                    enum MHD_RequestTerminationCode how)
{
    struct serve_call *call = *place;

    (void)context;
    (void)how;
    *place = NULL;
    serve_peers_set(connection, SERVE_PHASE_REQUEST);
    if (call == NULL)
        return;
    if (call->response != NULL)
        MHD_destroy_response(call->response);
    serve_request_free(&call->request);
    serve_text_free(&call->body);
    free(call->target);
    free(call);
}

/* ---- answers ------------------------------------------------------------------------------ */

void serve_call_answer(struct serve_call *call, int status, struct MHD_Response *response)
{
    if (call->response != NULL)
        MHD_destroy_response(call->response);
    call->response = response;
    call->status = status;
    call->state = SERVE_CALL_ANSWERED;
    if (call->server->settings.origin_count > 0)
        serve_reply_header(response, "Vary", "Origin");
    if (call->origin != NULL) {
        serve_reply_header(response, "Access-Control-Allow-Origin", call->origin);
        serve_reply_header(response, "Access-Control-Expose-Headers",
                           "Link, ETag, Content-Disposition");
    }
}

void serve_call_problem(struct serve_call *call, const struct serve_problem *problem)
{
    struct serve_text body = {.data = NULL};
    struct MHD_Response *response;

    serve_problem_body(problem, &body);
    response = serve_reply_text(&body, serve_reply_problem);
    if (problem->status == 401)
        serve_reply_header(response, "WWW-Authenticate", "Bearer");
    if (problem->status == 503)
        serve_reply_header(response, "Retry-After", "5");
    if (problem->status == 405)
        serve_reply_header(response, "Allow", "GET, HEAD, POST, OPTIONS");
    serve_call_answer(call, problem->status, response);
}

void serve_call_error(struct serve_call *call, const struct wcab_error *err)
{
    struct serve_problem problem;

    serve_problem_of(&problem, err);
    serve_call_problem(call, &problem);
}

void serve_call_resume(struct serve_call *call)
{
    MHD_resume_connection(call->connection);
}

/* Hands the answer over. */
enum MHD_Result serve_call_send(struct serve_call *call)
{
    if (call->response == NULL)
        return MHD_NO; /* no memory: the connection is closed */
    serve_peers_set(call->connection, call->request.route == SERVE_CONTENT ? SERVE_PHASE_CONTENT
                                                                           : SERVE_PHASE_ANSWER);
    return MHD_queue_response(call->connection, (unsigned)call->status, call->response);
}

/* ---- who may ask -------------------------------------------------------------------------- */

static const char *header(const struct serve_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

/* In a time that does not depend on how much of it is right. */
static bool is_token(const char *given, const char *token)
{
    size_t length = strlen(token), given_length = strlen(given), i;
    unsigned char differs = length != given_length;

    for (i = 0; i < given_length; i++)
        differs |= (unsigned char)(given[i] ^ token[i % length]);
    return differs == 0;
}

static bool knows_token(const struct serve_call *call)
{
    const char *given = header(call, "Authorization");

    return call->server->settings.token == NULL ||
           (given != NULL && strncmp(given, "Bearer ", 7) == 0 &&
            is_token(given + 7, call->server->settings.token));
}

/* The Origin header, where the settings let it read answers. */
static const char *allowed_origin(const struct serve_call *call)
{
    const struct serve_settings *settings = &call->server->settings;
    const char *origin = header(call, "Origin");
    size_t i;

    for (i = 0; origin != NULL && i < settings->origin_count; i++) {
        if (strcmp(settings->origins[i], origin) == 0)
            return settings->origins[i];
    }
    return NULL;
}

/* Another site's page makes the browser ask: it could not read the answer, and shall not make work. */
static bool is_foreign(const struct serve_call *call)
{
    const char *site = header(call, "Sec-Fetch-Site"), *mode = header(call, "Sec-Fetch-Mode");

    return call->origin == NULL && site != NULL &&
           (strcmp(site, "cross-site") == 0 || strcmp(site, "same-site") == 0) &&
           (mode == NULL || strcmp(mode, "navigate") != 0);
}

static bool check_rights(const struct serve_call *call, struct serve_problem *problem)
{
    const struct serve_settings *settings = &call->server->settings;
    const char *host = header(call, "Host");

    if (!call->server->is_unix &&
        (host == NULL || !serve_request_host(host, settings->hosts, settings->host_count)))
        return serve_problem_set(problem, 421, "wrong-host",
                                 "this server is not called '%.100s' (--host makes it)",
                                 host != NULL ? host : "");
    if (is_foreign(call))
        return serve_problem_set(problem, 403, "foreign-page",
                                 "pages of other sites may not ask here");
    if (call->request.route != SERVE_PAGE && !knows_token(call))
        return serve_problem_set(problem, 401, "no-token",
                                 "a token is needed: Authorization: Bearer TOKEN");
    return true;
}

static bool takes_body(enum serve_route route)
{
    return route == SERVE_WHERE || route == SERVE_VERSIONS || route == SERVE_HASHES;
}

/* What the headers tell. */
static bool admit(struct serve_call *call, const char *method, struct serve_problem *problem)
{
    const char *accept = header(call, "Accept");
    bool parsed = serve_request_parse(call->target, &call->request, problem);
    struct serve_problem rights;

    call->origin = allowed_origin(call);
    call->is_head = strcmp(method, "HEAD") == 0;
    call->request.is_post = strcmp(method, "POST") == 0;
    if (!check_rights(call, &rights)) {
        *problem = rights; /* comes before what is wrong with the address */
        return false;
    }
    if (!parsed)
        return false;
    if (!call->request.format_given && accept != NULL && strstr(accept, serve_reply_ndjson) != NULL)
        call->request.ndjson = true;
    if (strcmp(method, "GET") != 0 && !call->is_head &&
        !(call->request.is_post && takes_body(call->request.route)))
        return serve_problem_set(problem, 405, "bad-method", "%.20s is not done here", method);
    return true;
}

/* Before a page of another origin asks, its browser does. */
static void answer_preflight(struct serve_call *call)
{
    struct MHD_Response *response = serve_reply_static("", 0, "text/plain");

    if (call->origin != NULL) {
        serve_reply_header(response, "Access-Control-Allow-Methods", "GET, HEAD, POST");
        serve_reply_header(response, "Access-Control-Allow-Headers", "Authorization, Content-Type");
        serve_reply_header(response, "Access-Control-Max-Age", "600");
    }
    serve_call_answer(call, 204, response);
}

static enum MHD_Result begin(struct serve_call *call, const char *method)
{
    struct serve_problem problem;

    call->state = SERVE_CALL_ADMITTED;
    serve_peers_set(call->connection, SERVE_PHASE_BODY);
    if (strcmp(method, "OPTIONS") == 0) {
        call->origin = allowed_origin(call);
        answer_preflight(call);
    } else if (!admit(call, method, &problem)) {
        serve_call_problem(call, &problem);
    }
    return MHD_YES; /* an answer is sent when the body is over, which is thrown away then */
}

/* ---- bodies ------------------------------------------------------------------------------- */

static void take_body(struct serve_call *call, const char *data, size_t *size)
{
    call->body_too_long = call->body_too_long || call->body.used + *size > SERVE_BODY_BYTES;
    if (!call->body_too_long && call->state == SERVE_CALL_ADMITTED)
        serve_text_put(&call->body, data, *size);
    *size = 0;
}

static bool finish_request(struct serve_call *call, struct serve_problem *problem)
{
    if (call->body_too_long)
        return serve_problem_set(problem, 413, "too-large", "a body has at most %d bytes",
                                 SERVE_BODY_BYTES);
    if (call->body.failed)
        return serve_problem_set(problem, 503, "no-memory", "out of memory");
    if (call->request.is_post && !serve_request_body(&call->request, header(call, "Content-Type"),
                                                     call->body.data != NULL ? call->body.data : "",
                                                     call->body.used, problem))
        return false;
    return serve_request_check(&call->request, problem);
}

enum MHD_Result serve_call_handle(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **place)
{
    struct serve_call *call = *place;
    struct serve_problem problem;

    (void)context;
    (void)connection;
    (void)url;
    (void)version;
    if (call == NULL)
        return MHD_NO;
    if (call->state == SERVE_CALL_NEW)
        return begin(call, method);
    if (*upload_size > 0) {
        take_body(call, upload, upload_size);
        return MHD_YES;
    }
    if (call->state == SERVE_CALL_ADMITTED) {
        if (finish_request(call, &problem))
            return serve_answer(call);
        serve_call_problem(call, &problem);
    }
    return call->state == SERVE_CALL_ANSWERED ? serve_answer_made(call) : MHD_YES;
}
