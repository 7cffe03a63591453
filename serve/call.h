/*
 * call - one request, from its first byte to the end of its answer.
 */
#ifndef SERVE_CALL_H
#define SERVE_CALL_H

#include "serve/rows/page.h"
#include "serve/server.h"

enum serve_call_state {
    SERVE_CALL_NEW,
    SERVE_CALL_ADMITTED, /* its headers were looked at; the body comes */
    SERVE_CALL_WORKING,  /* suspended: another thread makes the answer */
    SERVE_CALL_ANSWERED  /* response and status are there */
};

struct serve_call {
    struct serve_job job; /* first */
    struct serve_server *server;
    struct MHD_Connection *connection;
    enum serve_call_state state;
    char *target;           /* owned */
    struct serve_text body; /* owned */
    bool body_too_long, is_head;
    const char *origin; /* an origin that may read the answer; NULL: none */
    struct serve_request request;
    struct MHD_Response *response; /* owned, unless it is kept */
    bool is_kept;                  /* serve/prepared has it */
    int status;
    size_t size;     /* private to serve/answer, as the next one: of a page */
    uint64_t moment; /* of the catalog, when the answer was postponed; 0: it was not */
};

/* For MHD_OPTION_URI_LOG_CALLBACK: makes the call, with the server as context. */
void *serve_call_begin(void *context, const char *target, struct MHD_Connection *connection);
/* The handler of requests: see MHD_AccessHandlerCallback. */
enum MHD_Result serve_call_handle(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **place);
/* For MHD_OPTION_NOTIFY_COMPLETED. */
void serve_call_end(void *context, struct MHD_Connection *connection, void **place,
                    enum MHD_RequestTerminationCode how);

/* ---- for those who answer ----------------------------------------------------------------- */

/* The answer is a problem. */
void serve_call_problem(struct serve_call *call, const struct serve_problem *problem);
void serve_call_error(struct serve_call *call, const struct wcab_error *err);
/* The answer is this response, which is taken over; NULL: there was no memory. */
void serve_call_answer(struct serve_call *call, int status, struct MHD_Response *response);
/* Hands the answer over to be sent. */
enum MHD_Result serve_call_send(struct serve_call *call);
/* From another thread: it is answered, and goes on. */
void serve_call_resume(struct serve_call *call);

#endif
