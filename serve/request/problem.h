/*
 * problem - what is wrong with a request, or with the catalog: a status of HTTP and the body of RFC 9457.
 */
#ifndef SERVE_PROBLEM_H
#define SERVE_PROBLEM_H

#include "serve/request/text.h"

struct serve_problem {
    int status;
    const char *kind; /* a word for programs: the end of the problem's type */
    char detail[640];
};

/* Sets it; returns false, so that a parser can end with it. */
bool serve_problem_set(struct serve_problem *problem, int status, const char *kind,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The problem that an error of the library is. */
void serve_problem_of(struct serve_problem *problem, const struct wcab_error *err);

/* The body: application/problem+json. */
void serve_problem_body(const struct serve_problem *problem, struct serve_text *body);

#endif
