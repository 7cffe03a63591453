/*
 * stream - see stream.h.
 *
 * The first piece is made before the answer begins, so that what is wrong with the request still becomes a
 * problem.  Where all fits in it, it is the whole answer.  Else the connection's thread asks for more when
 * it has sent all there was: the connection rests until a thread of jobs has made the next piece.
 */
#include "serve/stream.h"

#include <stdlib.h>
#include <string.h>

#include "serve/deadline.h"
#include "serve/reply.h"

enum { PIECE = 64 * 1024, BLOCK = 32 * 1024, MOST_STREAMS = 64, LONGEST = 600 };

struct stream {
    struct serve_job job; /* first */
    struct serve_server *server;
    struct MHD_Connection *connection;
    struct serve_request request; /* owned, as the next ones */
    struct wcab_catalog *catalog;
    struct serve_page page;
    struct serve_text text;
    size_t at; /* sent of it */
    bool failed;
    struct serve_deadline deadline;
};

static void free_stream(void *context)
{
    struct stream *stream = context;

    serve_rows_close(stream->page.rows);
    wcab_catalog_close(stream->catalog);
    serve_text_free(&stream->text);
    serve_request_free(&stream->request);
    (void)atomic_fetch_sub(&stream->server->streams, 1);
    free(stream);
}

/* Makes the next piece. */
static void run_piece(struct serve_job *job)
{
    struct stream *stream = (struct stream *)job;
    struct wcab_error err;

    stream->text.used = 0;
    stream->at = 0;
    stream->failed = serve_page_write(&stream->page, PIECE, &stream->text, &err) != WCAB_OK;
    MHD_resume_connection(stream->connection);
}

/* See MHD_ContentReaderCallback. */
static ssize_t give(void *context, uint64_t position, char *buffer, size_t size)
{
    struct stream *stream = context;
    size_t left = stream->text.used - stream->at;

    (void)position;
    if (left > 0) {
        left = left < size ? left : size;
        memcpy(buffer, stream->text.data + stream->at, left);
        stream->at += left;
        return (ssize_t)left;
    }
    if (stream->failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (stream->page.whole)
        return MHD_CONTENT_READER_END_OF_STREAM;
    MHD_suspend_connection(stream->connection);
    if (!serve_jobs_submit(stream->server->jobs, &stream->job)) {
        stream->failed = true; /* too many wait: the answer breaks off */
        MHD_resume_connection(stream->connection);
    }
    return 0;
}

/* Begins; false with an error.  The call's request becomes the stream's. */
static bool begin(struct serve_call *call, struct stream *stream, struct wcab_error *err)
{
    struct serve_rows_source source;

    stream->server = call->server;
    stream->connection = call->connection;
    stream->job.run = run_piece;
    stream->request = call->request;
    memset(&call->request, 0, sizeof(call->request));
    call->request.route = stream->request.route;
    stream->page.request = &stream->request;
    serve_deadline_set(&stream->deadline, call->server, LONGEST);
    if (serve_server_catalog(call->server, &stream->catalog, err) != WCAB_OK)
        return false;
    wcab_catalog_set_cancel(stream->catalog, &stream->deadline.cancel);
    source =
        (struct serve_rows_source){.catalog = stream->catalog, .shelves = call->server->shelves};
    return serve_rows_open(&source, &stream->request, &stream->page.rows, err) == WCAB_OK &&
           serve_page_write(&stream->page, PIECE, &stream->text, err) == WCAB_OK;
}

/* What is begun becomes the answer; the response frees it, or it is freed here. */
static void answer(struct serve_call *call, struct stream *stream)
{
    struct MHD_Response *response;

    if (stream->page.whole) {
        response = serve_reply_text(&stream->text, serve_reply_ndjson);
        free_stream(stream);
    } else {
        response =
            MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, give, stream, free_stream);
        if (response == NULL)
            free_stream(stream);
        serve_reply_headers(response, serve_reply_ndjson);
    }
    serve_call_answer(call, 200, response);
}

void serve_stream_run(struct serve_job *job)
{
    struct serve_call *call = (struct serve_call *)job;
    struct stream *stream = calloc(1, sizeof(*stream));
    struct serve_problem problem;
    struct wcab_error err;

    if (stream == NULL || atomic_fetch_add(&call->server->streams, 1) >= MOST_STREAMS) {
        if (stream != NULL)
            (void)atomic_fetch_sub(&call->server->streams, 1);
        free(stream);
        (void)serve_problem_set(&problem, 503, "busy", "too many long answers are under way");
        serve_call_problem(call, &problem);
    } else if (begin(call, stream, &err)) {
        answer(call, stream);
    } else {
        free_stream(stream);
        serve_call_error(call, &err);
    }
    serve_call_resume(call);
}
