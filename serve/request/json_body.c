/*
 * json_body - see json_body.h.  The grammar is RFC 8259's; a string never gets longer when it is
 * decoded, so that it stays where it is.
 */
#include "serve/request/json_body.h"

#include <string.h>

struct parser {
    struct serve_request *request;
    struct serve_problem *problem;
    const char *start;
    char *at;
};

static bool fail(const struct parser *parser)
{
    return serve_problem_set(parser->problem, 400, "bad-json",
                             "the body is not the JSON that is taken here: see byte %zu",
                             (size_t)(parser->at - parser->start));
}

static void skip_blanks(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t\r\n");
}

static bool take_hex(struct parser *parser, unsigned *value)
{
    int i;

    *value = 0;
    for (i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdefABCDEF", *digit;

        if (*parser->at == '\0' || (digit = strchr(digits, *parser->at)) == NULL)
            return fail(parser);
        *value = *value * 16 + (unsigned)(digit - digits - (digit - digits > 15 ? 6 : 0));
        parser->at++;
    }
    return true;
}

static char *put_utf8(char *out, unsigned c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c >= 0x10000) {
        *out++ = (char)(0xF0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3F));
    } else if (c >= 0x800) {
        *out++ = (char)(0xE0 | c >> 12);
    } else {
        *out++ = (char)(0xC0 | c >> 6);
    }
    if (c >= 0x800)
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    *out++ = (char)(0x80 | (c & 0x3F));
    return out;
}

/* Behind "\u". */
static bool take_unicode(struct parser *parser, char **out)
{
    unsigned c, low;

    if (!take_hex(parser, &c))
        return false;
    if (c >= 0xD800 && c <= 0xDBFF && parser->at[0] == '\\' && parser->at[1] == 'u') {
        parser->at += 2;
        if (!take_hex(parser, &low))
            return false;
        c = low >= 0xDC00 && low <= 0xDFFF ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0;
    }
    if (c == 0 || (c >= 0xD800 && c <= 0xDFFF))
        return fail(parser);
    *out = put_utf8(*out, c);
    return true;
}

static bool take_string(struct parser *parser, char **string)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    char *out;

    if (*parser->at != '"')
        return fail(parser);
    *string = out = ++parser->at;
    while (*parser->at != '"') {
        const char *escape;

        if ((unsigned char)*parser->at < 0x20)
            return fail(parser);
        if (*parser->at != '\\') {
            *out++ = *parser->at++;
            continue;
        }
        parser->at++;
        if (*parser->at == 'u') {
            parser->at++;
            if (!take_unicode(parser, &out))
                return false;
            continue;
        }
        escape = *parser->at != '\0' ? strchr(escapes, *parser->at) : NULL;
        if (escape == NULL)
            return fail(parser);
        *out++ = meanings[escape - escapes];
        parser->at++;
    }
    *out = '\0';
    parser->at++;
    return true;
}

/* A number, true or false as text.  It moves over the ':' or blank before it, so that there is room
 * for its end. */
static bool take_word(struct parser *parser, char **word)
{
    size_t length = strcspn(parser->at, ",]} \t\r\n");

    *word = parser->at - 1;
    memmove(*word, parser->at, length);
    (*word)[length] = '\0';
    if (length == 0 || (strcmp(*word, "true") != 0 && strcmp(*word, "false") != 0 &&
                        strspn(*word, "0123456789") != length))
        return fail(parser);
    parser->at += length;
    return true;
}

static bool take_scalar(struct parser *parser, const char *key)
{
    char *value = NULL;

    return (*parser->at == '"' ? take_string(parser, &value) : take_word(parser, &value)) &&
           serve_request_parameter(parser->request, key, value, parser->problem);
}

static bool take_value(struct parser *parser, const char *key)
{
    bool more = true;

    if (*parser->at != '[')
        return take_scalar(parser, key);
    parser->at++;
    skip_blanks(parser);
    if (*parser->at == ']')
        more = false;
    while (more) {
        skip_blanks(parser);
        if (*parser->at != '"')
            return fail(parser);
        if (!take_scalar(parser, key))
            return false;
        skip_blanks(parser);
        more = *parser->at == ',';
        parser->at += more;
    }
    return *parser->at++ == ']' || fail(parser);
}

static bool take_member(struct parser *parser)
{
    char *key = NULL;

    skip_blanks(parser);
    if (!take_string(parser, &key))
        return false;
    skip_blanks(parser);
    if (*parser->at != ':')
        return fail(parser);
    parser->at++;
    skip_blanks(parser);
    if (!take_value(parser, key))
        return false;
    skip_blanks(parser);
    return true;
}

bool serve_json_body(struct serve_request *request, char *text, struct serve_problem *problem)
{
    struct parser parser = {request, problem, text, text};
    bool more;

    skip_blanks(&parser);
    if (*parser.at != '{')
        return fail(&parser);
    parser.at++;
    skip_blanks(&parser);
    more = *parser.at != '}';
    while (more) {
        if (!take_member(&parser))
            return false;
        more = *parser.at == ',';
        parser.at += more;
    }
    if (*parser.at != '}')
        return fail(&parser);
    parser.at++;
    skip_blanks(&parser);
    return *parser.at == '\0' || fail(&parser);
}
