/*
 * reply - responses with the headers that all of them have.
 */
#ifndef SERVE_REPLY_H
#define SERVE_REPLY_H

#include "serve/request/text.h"
#include "serve/server.h"

extern const char serve_reply_json[], serve_reply_ndjson[], serve_reply_problem[];

/* Takes the body over (it is empty then); NULL without memory. */
struct MHD_Response *serve_reply_text(struct serve_text *body, const char *type);
/* Of a body that stays. */
struct MHD_Response *serve_reply_static(const void *data, size_t size, const char *type);
/* The headers of safety, and what the body is. */
void serve_reply_headers(struct MHD_Response *response, const char *type);
void serve_reply_header(struct MHD_Response *response, const char *name, const char *value);

#endif
