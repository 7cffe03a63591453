/*
 * page - a page of rows as one body: an object of JSON, or lines (NDJSON).
 */
#ifndef SERVE_PAGE_H
#define SERVE_PAGE_H

#include "serve/rows/rows.h"

/*
 * Writes the request's page of rows to `body`, with what is around it.  For lines it ends early, with
 * *whole false, when the body has `enough` bytes: then the rows go on.  *next gets the offset of the next
 * page, 0 when there is none.
 */
struct serve_page {
    struct serve_rows *rows; /* borrowed */
    const struct serve_request *request;
    uint64_t skipped, given; /* rows so far */
    uint64_t next;
    bool whole;
};
enum wcab_err serve_page_write(struct serve_page *page, size_t enough, struct serve_text *body,
                               struct wcab_error *err);

#endif
