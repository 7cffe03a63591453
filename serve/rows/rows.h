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

struct serve_rows;

/* Begins; `request` and `catalog` are borrowed until it is closed.  `quickly`: somebody waits, so that
 * nothing is done that takes a walk over all names.  Errors as the library's. */
enum wcab_err serve_rows_open(struct wcab_catalog *catalog, const struct serve_request *request,
                              bool quickly, struct serve_rows **rows, struct wcab_error *err);
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
