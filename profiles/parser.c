/*
 * parser - see parser.h.
 */
#include "profiles/parser.h"

#include <string.h>

#include "core/error.h"
#include "core/text.h"
#include "profiles/profile.h"

enum wcab_err wci_parser_fail(const struct wci_parser *parser, const char *what)
{
    return wci_error_set_at(parser->err, WCAB_ERR_CORRUPT, parser->offset, "line %zu: %s",
                            parser->line, what);
}

void *wci_parser_append(struct wci_parser *parser, struct wci_parser_list *list)
{
    char *items;

    if (list->count >= WCI_PROFILE_ITEMS) {
        wci_error_set_at(parser->err, WCAB_ERR_LIMIT, parser->offset,
                         "line %zu: more than %d items of a kind", parser->line,
                         (int)WCI_PROFILE_ITEMS);
        return NULL;
    }
    if (!wci_mem_grow(&list->items, list->count, &list->capacity, list->element_size)) {
        wci_error_nomem(parser->err);
        return NULL;
    }
    items = list->items;
    items += list->count * list->element_size;
    memset(items, 0, list->element_size);
    list->count++;
    return items;
}

enum wcab_err wci_parser_code(const struct wci_parser *parser)
{
    return parser->err->code;
}

bool wci_parser_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct wci_bytes wci_parser_trim(struct wci_bytes text)
{
    while (text.length > 0 && wci_parser_is_blank(text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && wci_parser_is_blank(text.data[text.length - 1]))
        text.length--;
    return text;
}

bool wci_parser_is(struct wci_bytes text, const char *word)
{
    return wci_bytes_equal(text, wci_bytes_of(word));
}

struct wci_bytes wci_parser_cut(struct wci_bytes text, const char *separator,
                                struct wci_bytes *head)
{
    struct wci_bytes rest = {NULL, 0};
    size_t length = strlen(separator);
    size_t i;

    *head = wci_parser_trim(text);
    for (i = 0; i + length <= text.length; i++) {
        if (memcmp(text.data + i, separator, length) != 0)
            continue;
        head->data = text.data;
        head->length = i;
        *head = wci_parser_trim(*head);
        rest.data = text.data + i + length;
        rest.length = text.length - i - length;
        return wci_parser_trim(rest);
    }
    return rest;
}

bool wci_parser_number(struct wci_bytes text, unsigned base, uint64_t limit, uint64_t *number)
{
    static const char digits[] = "0123456789ABCDEF";
    uint64_t value = 0;
    size_t i;

    if (text.length == 0 || text.length > 19)
        return false;
    for (i = 0; i < text.length; i++) {
        char c = text.data[i];
        const char *digit;

        if (c >= 'a' && c <= 'f')
            c = (char)(c - 'a' + 'A');
        digit = c == '\0' ? NULL : strchr(digits, c);
        if (digit == NULL || (unsigned)(digit - digits) >= base)
            return false;
        value = value * base + (uint64_t)(digit - digits);
    }
    *number = value;
    return value <= limit;
}

enum wcab_err wci_parser_fold(struct wci_parser *parser, struct wci_bytes text,
                              struct wci_bytes *folded)
{
    char buffer[2 * WCI_PROFILE_LINE_BYTES];
    struct wci_bytes bytes = {buffer, 0};

    bytes.length = wci_text_fold(text, buffer, sizeof(buffer));
    *folded = wci_arena_bytes(parser->profile->arena, bytes);
    return folded->data == NULL ? wci_error_nomem(parser->err) : WCAB_OK;
}

enum wcab_err wci_parser_set_once(struct wci_parser *parser, struct wci_bytes *field,
                                  struct wci_bytes value)
{
    if (field->length > 0)
        return wci_parser_fail(parser, "key given twice");
    *field = value;
    return WCAB_OK;
}
