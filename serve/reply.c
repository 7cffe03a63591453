/*
 * reply - see reply.h.
 */
#include "serve/reply.h"

#include <stdlib.h>
#include <string.h>

const char serve_reply_json[] = "application/json";
const char serve_reply_ndjson[] = "application/x-ndjson";
const char serve_reply_problem[] = "application/problem+json";

void serve_reply_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (response != NULL)
        (void)MHD_add_response_header(response, name, value);
}

void serve_reply_headers(struct MHD_Response *response, const char *type)
{
    serve_reply_header(response, "Content-Type", type);
    serve_reply_header(response, "X-Content-Type-Options", "nosniff");
    serve_reply_header(response, "Cross-Origin-Resource-Policy", "same-origin");
    serve_reply_header(response, "Referrer-Policy", "no-referrer");
    serve_reply_header(response, "Cache-Control", "no-cache");
}

struct MHD_Response *serve_reply_text(struct serve_text *body, const char *type)
{
    struct MHD_Response *response = NULL;

    if (!body->failed)
        response = MHD_create_response_from_buffer(body->used, body->data, MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        serve_text_free(body);
    memset(body, 0, sizeof(*body));
    serve_reply_headers(response, type);
    return response;
}

struct MHD_Response *serve_reply_static(const void *data, size_t size, const char *type)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)(uintptr_t)data, MHD_RESPMEM_PERSISTENT);

    serve_reply_headers(response, type);
    return response;
}
