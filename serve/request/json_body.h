/*
 * json_body - parameters from a body of JSON: one object, whose members are strings, numbers, true, false
 * or arrays of strings and numbers.
 */
#ifndef SERVE_JSON_BODY_H
#define SERVE_JSON_BODY_H

#include "serve/request/request.h"

/* `text` is changed: strings are decoded in place, and the request points into it. */
bool serve_json_body(struct serve_request *request, char *text, struct serve_problem *problem);

#endif
