/*
 * request - what is asked for: the target of a request and its body, taken apart and checked.
 *
 * Everything here comes from the network: lengths are bounded, what is not understood is refused
 * with a problem.  Nothing here knows of sockets or of the catalog.
 */
#ifndef SERVE_REQUEST_H
#define SERVE_REQUEST_H

#include <stdint.h>

#include "serve/request/problem.h"

enum serve_route {
    SERVE_PAGE, /* and what belongs to it: `id` is the file's name */
    SERVE_OPENAPI,
    SERVE_STATUS,
    SERVE_WHERE,
    SERVE_VERSIONS,
    SERVE_HASHES,
    SERVE_MEDIA, /* `id` NULL: all */
    SERVE_UNREAD,
    SERVE_LS,
    SERVE_FILE,
    SERVE_CONTENT,
    SERVE_DUPS,
    SERVE_DIFF,
    SERVE_ROUTES /* how many there are */
};

enum {
    SERVE_TARGET_BYTES = 6144,         /* longest path with its parameters */
    SERVE_BODY_BYTES = 1024 * 1024,    /* longest body */
    SERVE_MOST_NAMES = 10000,          /* names or hashes of one request */
    SERVE_PAGE_ROWS = 100,             /* rows of a page, where nothing else is asked for */
    SERVE_MOST_ROWS = 10000,           /* rows of a page at most */
    SERVE_PAGE_BYTES = 8 * 1024 * 1024 /* a page ends with the row that reaches this */
};

/* Strings point into `text`; lists are owned. */
struct serve_list {
    const char **items;
    size_t count, capacity;
};

struct serve_request {
    enum serve_route route;
    const char *id; /* of the path; NULL: none */
    struct serve_list names, hashes, media;
    const char *left, *right, *show, *file_version, *floppy, *cd, *to, *container, *find;
    enum wcab_match match;
    bool match_given, all, ignore_date, ndjson, format_given, limit_given;
    uint64_t limit, offset, least_size;
    bool is_post;
    char *texts[2]; /* owned: what all of it points into: of the target, of the body */
};

/* Takes the target ("/api/v1/where?name=x") apart; false with a problem.  To be freed in either
 * case. */
bool serve_request_parse(const char *target, struct serve_request *request,
                         struct serve_problem *problem);
/* Adds what the body of a POST asks for, by its type: application/json {"name": ["a", "b"], "all": true},
 * application/x-www-form-urlencoded, or text/plain with a name (a hash) a line. */
bool serve_request_body(struct serve_request *request, const char *type, const char *body,
                        size_t length, struct serve_problem *problem);
/* Whether all that the route needs is there, and settles what is left open. */
bool serve_request_check(struct serve_request *request, struct serve_problem *problem);
void serve_request_free(struct serve_request *request);

/* Whether its rows come to a callback, so that there is a page of them at most (serve/rows). */
bool serve_request_is_collected(const struct serve_request *request);
/* Whether it is answered so quickly that nobody has to wait: a few exact names. */
bool serve_request_is_quick(const struct serve_request *request);

/* One parameter; false with a problem. */
bool serve_request_parameter(struct serve_request *request, const char *key, const char *value,
                             struct serve_problem *problem);

/* The value of a Host header: a name that this server may be called by.  Names in DNS may be made
 * to lead here by anyone, so there are addresses, localhost, and those in `names` only. */
bool serve_request_host(const char *host, const char *const *names, size_t count);

enum serve_range { SERVE_RANGE_WHOLE, SERVE_RANGE_PART, SERVE_RANGE_NONE };
/* The value of a Range header for `size` bytes.  Several ranges, and what is no range of bytes, are
 * the whole. */
enum serve_range serve_request_range(const char *range, uint64_t size, uint64_t *start,
                                     uint64_t *length);

#endif
