/*
 * collected - rows that the library hands to a callback, those of one page: what is in an image, files of
 * the same bytes, what was not read.
 */
#ifndef SERVE_COLLECTED_H
#define SERVE_COLLECTED_H

#include "serve/request/request.h"

struct serve_collected {
    struct serve_text lines;        /* owned */
    size_t at;                      /* of the next one */
    uint64_t skip, room;            /* rows to leave out at the beginning, and to take */
    const char *image;              /* as the request calls it */
    const struct serve_list *names; /* patterns for files of an image; none: all there is */
    uint64_t unread;                /* images that were not read in full */
    bool cut;                       /* there is more than fits in a page's bytes */
};

/* Collects the rows of the request's page and one more; the page's offset is behind. */
enum wcab_err serve_collected_make(struct serve_collected *collected, struct wcab_catalog *catalog,
                                   const struct serve_request *request, struct wcab_error *err);
/* Appends the next row; false when there is none. */
bool serve_collected_next(struct serve_collected *collected, struct serve_text *text);
void serve_collected_free(struct serve_collected *collected);

/* Fills an error in; returns its code. */
enum wcab_err serve_collected_fail(struct wcab_error *err, enum wcab_err code, const char *text);

#endif
