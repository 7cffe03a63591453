/*
 * page - see page.h.
 */
#include "serve/rows/page.h"

#include <inttypes.h>

/* Passes over what earlier pages had.  Some rows begin with the page. */
static enum wcab_err skip_rows(struct serve_page *page, struct serve_text *body, bool *end,
                               struct wcab_error *err)
{
    const size_t before = body->used;
    enum wcab_err code = WCAB_OK;

    *end = false;
    if (serve_rows_are_placed(page->rows))
        return WCAB_OK;
    while (code == WCAB_OK && !*end && page->skipped < page->request->offset) {
        code = serve_rows_next(page->rows, body, end, err);
        body->used = before;
        page->skipped++;
    }
    return code;
}

/* One row, behind a comma; one beyond the page only tells that there is a next page. */
static enum wcab_err put_row(struct serve_page *page, struct serve_text *body, bool *end,
                             struct wcab_error *err)
{
    const bool lines = page->request->ndjson;
    const size_t before = body->used;
    enum wcab_err code;

    if (!lines && page->given > 0)
        serve_text_puts(body, ",");
    code = serve_rows_next(page->rows, body, end, err);
    if (code != WCAB_OK)
        return code;
    if (!*end && page->given == page->request->limit) {
        page->next = page->request->offset + page->given;
        *end = true;
    }
    if (*end) {
        body->used = before;
        return WCAB_OK;
    }
    if (!lines)
        body->used--; /* the line's end */
    page->given++;
    return WCAB_OK;
}

static enum wcab_err put_rows(struct serve_page *page, size_t enough, struct serve_text *body,
                              struct wcab_error *err)
{
    bool end = false;
    enum wcab_err code = skip_rows(page, body, &end, err);

    while (code == WCAB_OK && !end) {
        code = put_row(page, body, &end, err);
        if (page->request->ndjson && !end && body->used >= enough)
            return code;
        if (!page->request->ndjson && !end && body->used >= SERVE_PAGE_BYTES) {
            page->next = page->request->offset + page->given;
            end = true;
        }
    }
    if (code == WCAB_OK && page->next == 0 && serve_rows_are_cut(page->rows))
        page->next = page->request->offset + page->given;
    page->whole = true;
    return code;
}

enum wcab_err serve_page_write(struct serve_page *page, size_t enough, struct serve_text *body,
                               struct wcab_error *err)
{
    enum wcab_err code;

    page->whole = false;
    if (page->request->ndjson)
        return put_rows(page, enough, body, err);
    serve_text_puts(body, "{\"format_version\":1,\"items\":[");
    code = put_rows(page, enough, body, err);
    if (code != WCAB_OK)
        return code;
    serve_text_puts(body, "],\"next_offset\":");
    if (page->next > 0)
        serve_text_printf(body, "%" PRIu64, page->next);
    else
        serve_text_puts(body, "null");
    serve_text_puts(body, ",\"notes\":");
    serve_rows_notes(page->rows, body);
    serve_text_puts(body, "}\n");
    return WCAB_OK;
}
