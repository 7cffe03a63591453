/*
 * rows - what a request is answered with, row by row: the objects that the command line prints with
 * --json, one a line.
 *
 * Rows that the library hands out one by one (where, versions, diff, media) are made when they are
 * asked for; those that it hands to a callback (ls, dups, unread) are collected, a page at most.
 */
#ifndef SERVE_ROWS_H
#define SERVE_ROWS_H

#include "serve/request/request.h"
#include "serve/rows/shelf.h"

struct serve_rows;

/* Where they come from; borrowed. */
struct serve_rows_source {
    struct wcab_catalog *catalog;
    struct serve_shelves *shelves;
    bool quickly; /* somebody waits: nothing is done that takes a walk over all names */
};

/* Begins; what the source names and the request are borrowed until it is closed.  Errors as the library's. */
enum wcab_err serve_rows_open(const struct serve_rows_source *source,
                              const struct serve_request *request, struct serve_rows **rows,
                              struct wcab_error *err);
/* Whether they begin with the request's page; else what is before it is to be passed over. */
bool serve_rows_are_placed(const struct serve_rows *rows);
/* Appends the next row with its line's end; *end tells that there is none. */
enum wcab_err serve_rows_next(struct serve_rows *rows, struct serve_text *text, bool *end,
                              struct wcab_error *err);
/* What is to be told beside the rows, once they are at their end: sentences, as an array of JSON. */
void serve_rows_notes(const struct serve_rows *rows, struct serve_text *text);
/* Whether something was left out that could not be done quickly: the rows are not to be used. */
bool serve_rows_are_postponed(const struct serve_rows *rows);
/* Whether there are more that the next page has. */
bool serve_rows_are_cut(const struct serve_rows *rows);
void serve_rows_close(struct serve_rows *rows); /* NULL is harmless */

#endif
