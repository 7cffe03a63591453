/*
 * inf - see inf.h.
 */
#include "indexer/toc/inf.h"

#include <string.h>

#include "core/text.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\x1a' || c == '\0';
}

static struct wci_bytes trim(struct wci_bytes text)
{
    while (text.length > 0 && is_blank(text.data[0])) {
        text.data++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.data[text.length - 1]))
        text.length--;
    return text;
}

/* Without the quotes around it. */
static struct wci_bytes unquote(struct wci_bytes text)
{
    text = trim(text);
    if (text.length >= 2 && text.data[0] == '"' && text.data[text.length - 1] == '"') {
        text.data++;
        text.length -= 2;
    }
    return text;
}

/* The line without its comment. */
static struct wci_bytes strip(struct wci_bytes line)
{
    bool quoted = false;
    size_t i;

    line = trim(line);
    if (line.length > 0 && line.data[0] == '#')
        line.length = 0;
    for (i = 0; i < line.length; i++) {
        if (line.data[i] == '"')
            quoted = !quoted;
        if (line.data[i] == ';' && !quoted)
            break;
    }
    line.length = i;
    return trim(line);
}

static bool next_raw(struct wci_inf *inf, struct wci_bytes *line)
{
    const char *start, *end;

    if (inf->at >= inf->text.length)
        return false;
    start = inf->text.data + inf->at;
    end = memchr(start, '\n', inf->text.length - inf->at);
    line->data = start;
    line->length = end == NULL ? inf->text.length - inf->at : (size_t)(end - start);
    inf->at += line->length + 1;
    return true;
}

/* The first `mark` outside of quotes; the text's length when there is none. */
static size_t find_mark(struct wci_bytes text, char mark)
{
    bool quoted = false;
    size_t i;

    for (i = 0; i < text.length; i++) {
        if (text.data[i] == '"')
            quoted = !quoted;
        else if (text.data[i] == mark && !quoted)
            break;
    }
    return i;
}

static void split_fields(struct wci_bytes rest, struct wci_inf_line *line)
{
    while (line->count < WCI_INF_FIELDS) {
        size_t end = find_mark(rest, ',');

        line->fields[line->count++] = unquote((struct wci_bytes){rest.data, end});
        if (end >= rest.length)
            break;
        rest.data += end + 1;
        rest.length -= end + 1;
    }
}

bool wci_inf_next(struct wci_inf *inf, struct wci_inf_line *line)
{
    struct wci_bytes text;

    while (next_raw(inf, &text)) {
        size_t equals;

        text = strip(text);
        if (text.length == 0)
            continue;
        if (text.data[0] == '[') {
            const char *end = memchr(text.data, ']', text.length);

            inf->section.data = text.data + 1;
            inf->section.length = end == NULL ? text.length - 1 : (size_t)(end - inf->section.data);
            inf->section = trim(inf->section);
            continue;
        }
        line->section = inf->section;
        line->count = 0;
        line->key.length = 0;
        line->key.data = text.data;
        equals = find_mark(text, '=');
        if (equals < find_mark(text, ',')) { /* behind a comma it belongs to a field: SIZE=512 */
            line->key = unquote((struct wci_bytes){text.data, equals});
            text.data += equals + 1;
            text.length -= equals + 1;
        }
        split_fields(text, line);
        return true;
    }
    return false;
}

bool wci_inf_in(const struct wci_inf_line *line, const char *section)
{
    return wci_text_equal_folded(line->section, wci_bytes_of(section));
}

static void note_string(struct wci_inf *inf, const struct wci_inf_line *line)
{
    if (inf->string_count < WCI_INF_STRINGS && line->key.length > 0) {
        inf->strings[inf->string_count].key = line->key;
        inf->strings[inf->string_count++].value = wci_inf_field(line, 0);
    }
}

void wci_inf_open(struct wci_inf *inf, struct wci_bytes text, struct wci_arena *arena)
{
    struct wci_inf_line line;

    memset(inf, 0, sizeof(*inf));
    inf->text = text;
    if (text.length == 0 || memchr(text.data, '%', text.length) == NULL)
        return;
    inf->strings = wci_arena_calloc(arena, WCI_INF_STRINGS, sizeof(*inf->strings));
    while (inf->strings != NULL && wci_inf_next(inf, &line)) {
        if (wci_inf_in(&line, "Strings"))
            note_string(inf, &line);
    }
    inf->at = 0;
    inf->section.length = 0;
}

struct wci_bytes wci_inf_resolve(const struct wci_inf *inf, struct wci_bytes field)
{
    struct wci_bytes name = field;
    size_t i;

    if (field.length < 3 || field.data[0] != '%' || field.data[field.length - 1] != '%')
        return field;
    name.data++;
    name.length -= 2;
    for (i = 0; i < inf->string_count; i++) {
        if (wci_text_equal_folded(inf->strings[i].key, name))
            return inf->strings[i].value;
    }
    return field;
}

struct wci_bytes wci_inf_field(const struct wci_inf_line *line, size_t number)
{
    static const struct wci_bytes none = {"", 0};

    return number < line->count ? line->fields[number] : none;
}

bool wci_inf_number(struct wci_bytes text, uint64_t *number)
{
    size_t i;

    *number = 0;
    for (i = 0; i < text.length && i < 18; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return text.length > 0 && text.length < 18;
}

uint64_t wci_inf_version(struct wci_bytes text)
{
    uint64_t version = 0, part = 0;
    unsigned parts = 0;
    size_t i;
    bool digit = false;

    for (i = 0; i <= text.length; i++) {
        if (i < text.length && text.data[i] >= '0' && text.data[i] <= '9') {
            part = part * 10 + (uint64_t)(text.data[i] - '0');
            digit = true;
            if (part > 0xFFFF)
                return 0;
        } else if ((i == text.length || text.data[i] == '.') && digit && parts < 4) {
            version |= part << (48 - 16 * parts);
            parts++;
            part = 0;
            digit = false;
        } else {
            return 0;
        }
    }
    return parts >= 2 ? version : 0;
}
