/*
 * error - filling struct wcab_error.
 *
 * Every setter returns the code it was given, so that a failing function can end in
 * `return wci_error_set(...)`.  `err` may be NULL: then only the code is returned.
 */
#ifndef WCI_ERROR_H
#define WCI_ERROR_H

#include "whichcab.h"

/* Code and formatted text; place is cleared, offset is none. */
enum wcab_err wci_error_set(struct wcab_error *err, enum wcab_err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As wci_error_set, with the byte offset of what was wrong. */
enum wcab_err wci_error_set_at(struct wcab_error *err, enum wcab_err code, uint64_t offset,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));

/* As wci_error_set with code WCAB_ERR_IO (or NOTFOUND for ENOENT, NOMEM for ENOMEM), `sys` = errnum
 * and strerror's text behind the formatted one. */
enum wcab_err wci_error_set_sys(struct wcab_error *err, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Hands on an error that another call has set: *err (may be NULL) becomes a copy. */
enum wcab_err wci_error_copy(struct wcab_error *err, const struct wcab_error *from);

/* A pointer is NULL that must not be: USAGE. */
enum wcab_err wci_error_null(struct wcab_error *err);

/* An error in which nothing is said yet. */
void wci_error_clear(struct wcab_error *err);
/* The last word of a public function: on failure *own, which has at least the code, goes to the
 * caller's error (may be NULL); else that stays as it was.  Returns the code. */
enum wcab_err wci_error_give(enum wcab_err code, struct wcab_error *own, struct wcab_error *err);

/* Out of memory: fixed text. */
enum wcab_err wci_error_nomem(struct wcab_error *err);

/* Whether a failure ends a whole run (no memory, cancelled) instead of costing one item. */
bool wci_error_ends_run(enum wcab_err code);

/* Whether it tells of bytes that were not read though nothing is wrong with them as far as is
 * known: a method that is not read here, or encryption. */
bool wci_error_is_unread(enum wcab_err code);

/* Whether it tells of the host and not of what is on a medium: a file that is gone, may not be read
 * or is another one now, no more file handles or room.  EIO is a medium's. */
bool wci_error_is_of_host(const struct wcab_error *err);

/* Puts an outer item in front of the place: "x" + "a > b" becomes "x > a > b".  Too long a chain is
 * cut at its outer end, the innermost items are kept.  Returns err's code. */
enum wcab_err wci_error_push_place(struct wcab_error *err, const char *name, size_t length);

/* An analyser sees one file at a time: what the setters return is said here. */
#ifdef __clang_analyzer__
#define wci_error_set(err, code, ...) (wci_error_set(err, code, __VA_ARGS__), (code))
#define wci_error_set_at(err, code, ...) (wci_error_set_at(err, code, __VA_ARGS__), (code))
#define wci_error_set_sys(err, ...) (wci_error_set_sys(err, __VA_ARGS__), WCAB_ERR_IO)
#define wci_error_null(err) (wci_error_null(err), WCAB_ERR_USAGE)
#define wci_error_nomem(err) (wci_error_nomem(err), WCAB_ERR_NOMEM)
#endif

#endif
