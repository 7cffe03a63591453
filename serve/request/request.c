/*
 * request - see request.h.
 */
#include "serve/request/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/opts.h"
#include "serve/request/json_body.h"

/* ---- text --------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Decodes %XX in place (and + as a blank in parameters); false: it is not well formed, or has a
 * NUL. */
static bool unescape(char *text, bool is_parameter)
{
    char *out = text;

    for (; *text != '\0'; text++) {
        if (*text == '%') {
            int high = hex_digit(text[1]), low = high >= 0 ? hex_digit(text[2]) : -1;

            if (low < 0 || high * 16 + low == 0)
                return false;
            *out++ = (char)(high * 16 + low);
            text += 2;
        } else {
            *out++ = is_parameter && *text == '+' ? ' ' : *text;
        }
    }
    *out = '\0';
    return true;
}

static bool add(struct serve_list *list, const char *item, struct serve_problem *problem)
{
    if (list->count == SERVE_MOST_NAMES)
        return serve_problem_set(problem, 413, "too-many", "more than %d names", SERVE_MOST_NAMES);
    if (list->count == list->capacity) {
        size_t larger = list->capacity == 0 ? 8 : 2 * list->capacity;
        const char **grown = realloc(list->items, larger * sizeof(*grown));

        if (grown == NULL)
            return serve_problem_set(problem, 503, "no-memory", "out of memory");
        list->items = grown;
        list->capacity = larger;
    }
    list->items[list->count++] = item;
    return true;
}

/* ---- parameters --------------------------------------------------------------------------- */

#define ROUTE(route) (1U << (route))
#define PAGED                                                                                      \
    (ROUTE(SERVE_WHERE) | ROUTE(SERVE_VERSIONS) | ROUTE(SERVE_HASHES) | ROUTE(SERVE_MEDIA) |       \
     ROUTE(SERVE_UNREAD) | ROUTE(SERVE_LS) | ROUTE(SERVE_DUPS) | ROUTE(SERVE_DIFF))
#define NAMED (ROUTE(SERVE_WHERE) | ROUTE(SERVE_VERSIONS) | ROUTE(SERVE_DUPS) | ROUTE(SERVE_DIFF))
#define MATCHED (ROUTE(SERVE_WHERE) | ROUTE(SERVE_VERSIONS))
#define ANSWERED (ROUTE(SERVE_WHERE) | ROUTE(SERVE_HASHES) | ROUTE(SERVE_FILE))

enum kind { TEXT, LIST, FLAG, NUMBER, FORMAT, MATCH };

#define AT(member) offsetof(struct serve_request, member)
static const struct parameter {
    const char *key;
    enum kind kind;
    unsigned routes;
    size_t offset;
} parameters[] = {
    {"name", LIST, NAMED | ROUTE(SERVE_LS), AT(names)},
    {"hash", LIST, ROUTE(SERVE_WHERE) | ROUTE(SERVE_HASHES), AT(hashes)},
    {"medium", LIST,
     MATCHED | ROUTE(SERVE_HASHES) | ROUTE(SERVE_MEDIA) | ROUTE(SERVE_UNREAD) | ROUTE(SERVE_DUPS),
     AT(media)},
    {"file_version", TEXT, ROUTE(SERVE_WHERE), AT(file_version)},
    {"match", MATCH, MATCHED, 0},
    {"all", FLAG, ROUTE(SERVE_WHERE), AT(all)},
    {"floppy", TEXT, ANSWERED, AT(floppy)},
    {"cd", TEXT, ANSWERED, AT(cd)},
    {"to", TEXT, ANSWERED, AT(to)},
    {"left", TEXT, ROUTE(SERVE_DIFF), AT(left)},
    {"right", TEXT, ROUTE(SERVE_DIFF), AT(right)},
    {"show", TEXT, ROUTE(SERVE_DIFF), AT(show)},
    {"ignore_date", FLAG, ROUTE(SERVE_DIFF), AT(ignore_date)},
    {"min_size", NUMBER, ROUTE(SERVE_DUPS), AT(least_size)},
    {"container", TEXT, ROUTE(SERVE_LS), AT(container)},
    {"find", TEXT, ROUTE(SERVE_MEDIA), AT(find)},
    {"limit", NUMBER, PAGED, AT(limit)},
    {"offset", NUMBER, PAGED, AT(offset)},
    {"format", FORMAT, PAGED, 0},
};

static bool set_match(struct serve_request *request, const char *value,
                      struct serve_problem *problem)
{
    static const struct {
        const char *name;
        enum wcab_match match;
    } known[] = {{"auto", WCAB_MATCH_AUTO},
                 {"exact", WCAB_MATCH_EXACT},
                 {"glob", WCAB_MATCH_GLOB},
                 {"regex", WCAB_MATCH_REGEX},
                 {"substring", WCAB_MATCH_SUBSTRING}};
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].name, value) == 0) {
            request->match = known[i].match;
            return true;
        }
    }
    return serve_problem_set(problem, 400, "bad-parameter",
                             "match is auto, exact, glob, regex or substring, not '%.40s'", value);
}

static bool set_format(struct serve_request *request, const char *value,
                       struct serve_problem *problem)
{
    request->ndjson = strcmp(value, "ndjson") == 0;
    request->format_given = true;
    return request->ndjson || strcmp(value, "json") == 0 ||
           serve_problem_set(problem, 400, "bad-parameter", "format is json or ndjson, not '%.40s'",
                             value);
}

static bool set_flag(const struct parameter *known, bool *place, const char *value,
                     struct serve_problem *problem)
{
    *place = value[0] == '\0' || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
    return *place || strcmp(value, "false") == 0 || strcmp(value, "0") == 0 ||
           serve_problem_set(problem, 400, "bad-parameter", "%s is true or false, not '%.40s'",
                             known->key, value);
}

static bool set(struct serve_request *request, const struct parameter *known, const char *value,
                struct serve_problem *problem)
{
    char *place = (char *)request + known->offset;

    switch (known->kind) {
    case LIST:
        return add((struct serve_list *)(void *)place, value, problem);
    case TEXT:
        if (*(const char **)(void *)place != NULL)
            return serve_problem_set(problem, 400, "bad-parameter", "%s is given twice",
                                     known->key);
        *(const char **)(void *)place = value;
        return true;
    case FLAG:
        return set_flag(known, (bool *)(void *)place, value, problem);
    case NUMBER:
        if (known->offset == AT(limit))
            request->limit_given = true;
        return opts_number(value, 0, UINT32_MAX, (uint64_t *)(void *)place) ||
               serve_problem_set(problem, 400, "bad-parameter", "%s is a number, not '%.40s'",
                                 known->key, value);
    case FORMAT:
        return set_format(request, value, problem);
    case MATCH:
        return set_match(request, value, problem);
    }
    return false;
}

bool serve_request_parameter(struct serve_request *request, const char *key, const char *value,
                             struct serve_problem *problem)
{
    size_t i;

    for (i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
        if (strcmp(parameters[i].key, key) == 0 &&
            (parameters[i].routes & ROUTE(request->route)) != 0)
            return set(request, &parameters[i], value, problem);
    }
    return serve_problem_set(problem, 400, "bad-parameter", "there is no parameter '%.60s' here",
                             key);
}

/* "a=b&c=d", which is changed. */
static bool parse_form(struct serve_request *request, char *text, struct serve_problem *problem)
{
    while (text != NULL && *text != '\0') {
        char *next = strchr(text, '&'), *value;

        if (next != NULL)
            *next++ = '\0';
        value = strchr(text, '=');
        if (value != NULL)
            *value++ = '\0';
        if (!unescape(text, true) || (value != NULL && !unescape(value, true)))
            return serve_problem_set(problem, 400, "bad-request",
                                     "a parameter has %% without two hexadecimal digits, or a NUL");
        if (*text != '\0' &&
            !serve_request_parameter(request, text, value != NULL ? value : "", problem))
            return false;
        text = next;
    }
    return true;
}

/* ---- paths -------------------------------------------------------------------------------- */

static const char api[] = "/api/v1/";

static const struct {
    const char *path; /* behind the API's; with a '/' at its end an id follows */
    const char *tail; /* behind the id */
    enum serve_route route;
} routes[] = {{"openapi.json", NULL, SERVE_OPENAPI},
              {"status", NULL, SERVE_STATUS},
              {"where", NULL, SERVE_WHERE},
              {"versions", NULL, SERVE_VERSIONS},
              {"id", NULL, SERVE_HASHES},
              {"media", NULL, SERVE_MEDIA},
              {"unread", NULL, SERVE_UNREAD},
              {"dups", NULL, SERVE_DUPS},
              {"diff", NULL, SERVE_DIFF},
              {"files/", "/content", SERVE_CONTENT},
              {"files/", NULL, SERVE_FILE},
              {"images/", "/ls", SERVE_LS},
              {"media/", NULL, SERVE_MEDIA}};

/* The id between the route's path and its tail, cut out in place; NULL: the path is another one. */
static char *id_of(char *path, const char *start, const char *tail)
{
    size_t length = strlen(path), head = strlen(start), end = tail != NULL ? strlen(tail) : 0;

    if (length <= head + end || strncmp(path, start, head) != 0 ||
        (tail != NULL && strcmp(path + length - end, tail) != 0))
        return NULL;
    path[length - end] = '\0';
    return path + head;
}

static bool find_route(struct serve_request *request, char *path, struct serve_problem *problem)
{
    size_t i;

    if (strncmp(path, api, sizeof(api) - 1) != 0) {
        request->route = SERVE_PAGE;
        request->id = path;
        return true;
    }
    path += sizeof(api) - 1;
    for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        const char *start = routes[i].path;

        request->route = routes[i].route;
        if (start[strlen(start) - 1] != '/' && strcmp(start, path) == 0)
            return true;
        request->id = start[strlen(start) - 1] == '/' ? id_of(path, start, routes[i].tail) : NULL;
        if (request->id != NULL)
            return true;
    }
    request->route = SERVE_PAGE;
    return serve_problem_set(
        problem, 404, "no-such-path",
        "there is nothing at this path; /api/v1/openapi.json tells what there is");
}

bool serve_request_parse(const char *target, struct serve_request *request,
                         struct serve_problem *problem)
{
    size_t length = strlen(target);
    char *question;

    memset(request, 0, sizeof(*request));
    if (length > SERVE_TARGET_BYTES)
        return serve_problem_set(problem, 414, "too-long",
                                 "the address has more than %d bytes; POST takes more",
                                 SERVE_TARGET_BYTES);
    if (target[0] != '/')
        return serve_problem_set(problem, 400, "bad-request", "the address does not begin with /");
    request->texts[0] = strdup(target);
    if (request->texts[0] == NULL)
        return serve_problem_set(problem, 503, "no-memory", "out of memory");
    question = strchr(request->texts[0], '?');
    if (question != NULL)
        *question++ = '\0';
    if (!unescape(request->texts[0], false))
        return serve_problem_set(problem, 400, "bad-request",
                                 "the path has %% without two hexadecimal digits, or a NUL");
    return find_route(request, request->texts[0], problem) &&
           (request->route == SERVE_PAGE || parse_form(request, question, problem));
}

/* ---- bodies ------------------------------------------------------------------------------- */

static bool parse_lines(struct serve_request *request, char *text, struct serve_problem *problem)
{
    struct serve_list *list = request->route == SERVE_HASHES ? &request->hashes : &request->names;

    while (text != NULL && *text != '\0') {
        char *next = strchr(text, '\n');
        size_t length;

        if (next != NULL)
            *next++ = '\0';
        length = strlen(text);
        if (length > 0 && text[length - 1] == '\r')
            text[length - 1] = '\0';
        if (*text != '\0' && !add(list, text, problem))
            return false;
        text = next;
    }
    return true;
}

static bool has_type(const char *type, const char *wanted)
{
    size_t length = strlen(wanted);

    return strncasecmp(type, wanted, length) == 0 && strchr("; \t", type[length]) != NULL;
}

bool serve_request_body(struct serve_request *request, const char *type, const char *body,
                        size_t length, struct serve_problem *problem)
{
    char *text;

    request->is_post = true;
    if (length == 0)
        return true;
    if (memchr(body, '\0', length) != NULL)
        return serve_problem_set(problem, 400, "bad-request", "the body has a NUL");
    text = strndup(body, length);
    if (text == NULL)
        return serve_problem_set(problem, 503, "no-memory", "out of memory");
    free(request->texts[1]);
    request->texts[1] = text;
    if (type == NULL || has_type(type, "text/plain"))
        return parse_lines(request, text, problem);
    if (has_type(type, "application/x-www-form-urlencoded"))
        return parse_form(request, text, problem);
    if (has_type(type, "application/json"))
        return serve_json_body(request, text, problem);
    return serve_problem_set(problem, 415, "bad-type",
                             "a body is application/json, application/x-www-form-urlencoded or "
                             "text/plain");
}

/* ---- all of it ---------------------------------------------------------------------------- */

static bool check_needed(const struct serve_request *request, struct serve_problem *problem)
{
    switch (request->route) {
    case SERVE_WHERE:
        if (request->names.count == 0 && request->hashes.count == 0)
            return serve_problem_set(problem, 400, "bad-request", "no name to look for");
        return request->hashes.count <= 1 || request->names.count == 0 ||
               serve_problem_set(problem, 400, "bad-request",
                                 "several hashes are asked for without names");
    case SERVE_VERSIONS:
        return request->names.count > 0 ||
               serve_problem_set(problem, 400, "bad-request", "no name to look for");
    case SERVE_HASHES:
        return request->hashes.count > 0 ||
               serve_problem_set(problem, 400, "bad-request", "no hash to look for");
    case SERVE_DIFF:
        return (request->left != NULL && request->right != NULL) ||
               serve_problem_set(problem, 400, "bad-request", "left and right are needed");
    default:
        return true;
    }
}

bool serve_request_is_collected(const struct serve_request *request)
{
    return request->route == SERVE_LS || request->route == SERVE_DUPS ||
           request->route == SERVE_UNREAD;
}

/* Names with a pattern in them may fit all that there is. */
bool serve_request_is_quick(const struct serve_request *request)
{
    enum { QUICK_NAMES = 16 };
    size_t i;

    if (request->route != SERVE_WHERE || request->names.count > QUICK_NAMES || request->ndjson ||
        request->hashes.count > 0 || request->media.count > 0 || request->file_version != NULL ||
        (request->match != WCAB_MATCH_AUTO && request->match != WCAB_MATCH_EXACT))
        return false;
    for (i = 0; i < request->names.count; i++) {
        if (strpbrk(request->names.items[i], "*?[") != NULL)
            return false;
    }
    return true;
}

bool serve_request_check(struct serve_request *request, struct serve_problem *problem)
{
    if (!check_needed(request, problem))
        return false;
    if (request->media.count > 1 && request->route != SERVE_DUPS)
        return serve_problem_set(problem, 400, "bad-parameter", "medium is given twice");
    if (request->limit > SERVE_MOST_ROWS)
        return serve_problem_set(problem, 400, "bad-parameter",
                                 "limit is at most %d; offset, or format=ndjson without a limit, "
                                 "gives more",
                                 SERVE_MOST_ROWS);
    if (!request->limit_given)
        request->limit = !request->ndjson                      ? SERVE_PAGE_ROWS
                         : serve_request_is_collected(request) ? SERVE_MOST_ROWS
                                                               : UINT32_MAX;
    return true;
}

void serve_request_free(struct serve_request *request)
{
    free(request->names.items);
    free(request->hashes.items);
    free(request->media.items);
    free(request->texts[0]);
    free(request->texts[1]);
    memset(request, 0, sizeof(*request));
}

/* ---- headers ------------------------------------------------------------------------------ */

/* Length of the name without the port. */
static size_t name_length(const char *host)
{
    const char *end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');

    if (host[0] == '[')
        return end != NULL ? (size_t)(end + 1 - host) : 0;
    return end != NULL ? (size_t)(end - host) : strlen(host);
}

static bool is_port(const char *text)
{
    return *text == '\0' || (*text == ':' && strspn(text + 1, "0123456789") == strlen(text + 1));
}

bool serve_request_host(const char *host, const char *const *names, size_t count)
{
    size_t length = name_length(host), i;

    if (length == 0 || !is_port(host + length))
        return false;
    if (host[0] == '[')
        return strspn(host + 1, "0123456789abcdefABCDEF:.") == length - 2;
    if (strspn(host, "0123456789.") == length)
        return true;
    if (length == strlen("localhost") && strncasecmp(host, "localhost", length) == 0)
        return true;
    for (i = 0; i < count; i++) {
        if (strlen(names[i]) == length && strncasecmp(host, names[i], length) == 0)
            return true;
    }
    return false;
}

static bool take_number(const char **at, uint64_t *number)
{
    const char *start = *at;

    *number = 0;
    for (; **at >= '0' && **at <= '9'; (*at)++) {
        if (*number > UINT64_MAX / 10 - 1)
            return false;
        *number = *number * 10 + (uint64_t)(**at - '0');
    }
    return *at != start;
}

enum serve_range serve_request_range(const char *range, uint64_t size, uint64_t *start,
                                     uint64_t *length)
{
    uint64_t first = 0, last = 0;
    const char *at = range;
    bool has_first, has_last;

    *start = 0;
    *length = size;
    if (range == NULL || strncmp(range, "bytes=", 6) != 0)
        return SERVE_RANGE_WHOLE;
    at += 6;
    has_first = take_number(&at, &first);
    if (*at++ != '-')
        return SERVE_RANGE_WHOLE;
    has_last = take_number(&at, &last);
    if (*at != '\0' || (!has_first && !has_last) || (has_first && has_last && last < first))
        return SERVE_RANGE_WHOLE;
    if (!has_first) { /* the last so many bytes */
        if (last == 0 || size == 0)
            return SERVE_RANGE_NONE;
        *length = last < size ? last : size;
        *start = size - *length;
        return SERVE_RANGE_PART;
    }
    if (first >= size)
        return SERVE_RANGE_NONE;
    *start = first;
    *length = (has_last && last < size ? last : size - 1) - first + 1;
    return SERVE_RANGE_PART;
}
