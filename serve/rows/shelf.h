/*
 * shelf - all media of the catalog as rows, made once while nothing is written to it.
 *
 * Which disks belong together is known only when all images have been looked at, which takes seconds and much memory
 * where there are 100,000; pages of it are asked for one after the other, by several at once.
 */
#ifndef SERVE_SHELF_H
#define SERVE_SHELF_H

#include "serve/request/text.h"

struct serve_shelves; /* of the server */
struct serve_shelf;   /* at one moment of the catalog: never changes */

/* NULL without memory. */
struct serve_shelves *serve_shelves_open(void);
void serve_shelves_close(struct serve_shelves *shelves); /* NULL is harmless */
/* Lets go of what nobody has asked for in a minute. */
void serve_shelves_rest(struct serve_shelves *shelves);

/* The media as they are, to be released.  They are made by one thread at a time, others wait.  `wanted`
 * as wcab_media_open; NULL: all.  Errors likewise. */
enum wcab_err serve_shelf_get(struct serve_shelves *shelves, struct wcab_catalog *catalog,
                              const char *wanted, struct serve_shelf **shelf,
                              struct wcab_error *err);
void serve_shelf_release(struct serve_shelf *shelf); /* NULL is harmless */

size_t serve_shelf_size(const struct serve_shelf *shelf);
/* Appends the row with that number, a line; false: there are no more. */
bool serve_shelf_row(const struct serve_shelf *shelf, size_t row, struct serve_text *text);
/* Whether each word of the text, which is in one letter case, is in the row's title, id, labels or
 * paths. */
bool serve_shelf_fits(const struct serve_shelf *shelf, size_t row, const char *text);

/* Appends the text in one letter case: of Latin, Greek and Cyrillic letters. */
void serve_shelf_fold(struct serve_text *folded, const char *text);

#endif
