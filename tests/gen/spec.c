/* spec.c: see spec.h. */
#include "spec.h"
#include "executable.h"
#include "packed.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BAD_SECTOR_SIZE = 512 };

void wcgen_spec_fail(const struct wcgen_spec_line *line, const char *message)
{
    wcgen_util_fail("%s:%u: %s", line->path, line->number, message);
}

static unsigned hex_digit(const struct wcgen_spec_line *line, char digit)
{
    if (!isxdigit((unsigned char)digit))
        wcgen_spec_fail(line, "a hexadecimal digit is missing");
    return isdigit((unsigned char)digit) ? (unsigned)(digit - '0')
                                         : (unsigned)(tolower((unsigned char)digit) - 'a') + 10;
}

/* Takes one escape sequence, after the backslash. */
static char unescape(const struct wcgen_spec_line *line, const char **at)
{
    char c = *(*at)++;
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'x': {
        unsigned value = hex_digit(line, (*at)[0]) << 4;
        value |= hex_digit(line, (*at)[1]);
        *at += 2;
        if (!value)
            wcgen_spec_fail(line, "a zero byte can't be written here");
        return (char)value;
    }
    case '\\':
    case '"':
        return c;
    default:
        wcgen_spec_fail(line, "unknown escape sequence");
    }
}

/* Takes one word; `*at` stands on its first character. */
static void take_word(struct wcgen_spec_line *line, const char **at)
{
    struct wcgen_buffer text = {0};
    size_t equals = SIZE_MAX;
    bool quoted = false;
    while (**at && (quoted || !isspace((unsigned char)**at))) {
        char c = *(*at)++;
        if (c == '"') {
            quoted = !quoted;
            continue;
        }
        if (c == '=' && !quoted && equals == SIZE_MAX)
            equals = text.length;
        if (c == '\\')
            c = unescape(line, at);
        wcgen_buffer_append_u8(&text, (uint8_t)c);
    }
    if (quoted)
        wcgen_spec_fail(line, "a quote isn't closed");
    wcgen_buffer_append_u8(&text, 0);
    if (line->word_count == WCGEN_SPEC_WORDS)
        wcgen_spec_fail(line, "too many words");
    struct wcgen_spec_word *word = &line->words[line->word_count++];
    *word = (struct wcgen_spec_word){.value = (char *)text.bytes};
    if (equals != SIZE_MAX && equals > 0) {
        text.bytes[equals] = 0;
        word->key = wcgen_util_copy((const char *)text.bytes);
        word->value = wcgen_util_copy((const char *)text.bytes + equals + 1);
        wcgen_buffer_free(&text);
    }
}

static void take_line(struct wcgen_spec *spec, const char *text, unsigned number)
{
    struct wcgen_spec_line line = {.path = spec->path, .number = number};
    for (;;) {
        while (isspace((unsigned char)*text))
            text++;
        if (!*text || *text == '#')
            break;
        take_word(&line, &text);
    }
    if (!line.word_count)
        return;
    if (line.words[0].key)
        wcgen_spec_fail(&line, "the line doesn't start with a keyword");
    line.words[0].used = true;
    spec->lines = wcgen_util_grow(spec->lines, spec->count + 1, sizeof *spec->lines);
    spec->lines[spec->count++] = line;
}

void wcgen_spec_read(struct wcgen_spec *spec, const char *path)
{
    struct wcgen_buffer content = wcgen_file_read(path);
    wcgen_buffer_append_u8(&content, 0);
    *spec = (struct wcgen_spec){.path = wcgen_util_copy(path)};
    const char *slash = strrchr(path, '/');
    spec->folder =
        slash ? wcgen_util_format("%.*s", (int)(slash - path), path) : wcgen_util_copy(".");
    unsigned number = 1;
    for (char *line = (char *)content.bytes; *line; number++) {
        char *end = line + strcspn(line, "\n");
        char *next = *end ? end + 1 : end;
        *end = 0;
        take_line(spec, line, number);
        line = next;
    }
    wcgen_buffer_free(&content);
}

void wcgen_spec_free(struct wcgen_spec *spec)
{
    for (size_t i = 0; i < spec->count; i++) {
        for (size_t w = 0; w < spec->lines[i].word_count; w++) {
            free(spec->lines[i].words[w].key);
            free(spec->lines[i].words[w].value);
        }
    }
    free(spec->lines);
    free(spec->path);
    free(spec->folder);
    *spec = (struct wcgen_spec){0};
}

const char *wcgen_spec_word(struct wcgen_spec_line *line, size_t n)
{
    for (size_t i = 0; i < line->word_count; i++) {
        if (!line->words[i].key && n-- == 0) {
            line->words[i].used = true;
            return line->words[i].value;
        }
    }
    return NULL;
}

bool wcgen_spec_has(struct wcgen_spec_line *line, const char *word)
{
    for (size_t i = 1; i < line->word_count; i++) {
        if (!line->words[i].key && strcmp(line->words[i].value, word) == 0) {
            line->words[i].used = true;
            return true;
        }
    }
    return false;
}

const char *wcgen_spec_value(struct wcgen_spec_line *line, const char *key)
{
    for (size_t i = 0; i < line->word_count; i++) {
        if (line->words[i].key && strcmp(line->words[i].key, key) == 0) {
            line->words[i].used = true;
            return line->words[i].value;
        }
    }
    return NULL;
}

uint64_t wcgen_spec_number(struct wcgen_spec_line *line, const char *key, uint64_t otherwise)
{
    uint64_t number = otherwise;
    wcgen_spec_numbers(line, key, &number, 1);
    return number;
}

size_t wcgen_spec_numbers(struct wcgen_spec_line *line, const char *key, uint64_t *numbers,
                          size_t room)
{
    const char *value = wcgen_spec_value(line, key);
    size_t count = 0;
    while (value && *value) {
        char *end;
        uint64_t number = strtoull(value, &end, 0);
        if (end == value || (*end && *end != ','))
            wcgen_spec_fail(line, "a number is expected");
        if (count == room)
            wcgen_spec_fail(line, "too many numbers");
        numbers[count++] = number;
        value = end + (*end == ',');
    }
    return count;
}

struct wcgen_buffer wcgen_spec_bytes(struct wcgen_spec_line *line, const char *key)
{
    struct wcgen_buffer bytes = {0};
    const char *value = wcgen_spec_value(line, key);
    for (; value && *value; value += 2) {
        unsigned high = hex_digit(line, value[0]);
        wcgen_buffer_append_u8(&bytes, high << 4 | hex_digit(line, value[1]));
    }
    return bytes;
}

void wcgen_spec_end_line(const struct wcgen_spec_line *line)
{
    for (size_t i = 0; i < line->word_count; i++) {
        const struct wcgen_spec_word *word = &line->words[i];
        if (!word->used)
            wcgen_util_fail("%s:%u: %s isn't known here", line->path, line->number,
                            word->key ? word->key : word->value);
    }
}

/* An executable with the version that is asked for. */
static void dress(struct wcgen_spec_line *line, const char *name, struct wcgen_buffer *made)
{
    const char *version = wcgen_spec_value(line, "version");
    char *folded = wcgen_util_copy(name);
    char given[WCGEN_VERSION_TEXT];

    for (char *c = folded; *c; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    if (version)
        wcgen_executable_dress_as(folded, version, made->bytes, made->length, given);
    free(folded);
}

static struct wcgen_buffer made_content(struct wcgen_spec_line *line,
                                        const struct wcgen_content *content, const char *name)
{
    size_t size = wcgen_spec_number(line, "size", 0);
    struct wcgen_buffer made = {wcgen_util_alloc(size, 1), size, size};
    const char *kind = wcgen_spec_value(line, "content");
    const char *modified = wcgen_spec_value(line, "modified");
    if (kind && strcmp(kind, "random") == 0) {
        struct wcgen_random random = {wcgen_hash_text(content->seed, name)};
        for (size_t i = 0; i < size; i++)
            made.bytes[i] = (uint8_t)wcgen_random_next(&random);
    } else if (!kind || strcmp(kind, "phrases") == 0) {
        char version[WCGEN_VERSION_TEXT];
        wcgen_content_file(content, name, size, modified ? modified : "1995-07-11 09:50",
                           made.bytes, version);
    } else if (strcmp(kind, "zeros") != 0) {
        wcgen_spec_fail(line, "contents are phrases, random or zeros");
    }
    dress(line, name, &made);
    return made;
}

static struct wcgen_buffer plain_content(const struct wcgen_spec *spec,
                                         struct wcgen_spec_line *line,
                                         const struct wcgen_content *content, const char *name)
{
    struct wcgen_buffer bytes = {0};
    const char *value = wcgen_spec_value(line, "text");
    if (value) {
        wcgen_buffer_append(&bytes, value, strlen(value));
        return bytes;
    }
    value = wcgen_spec_value(line, "from");
    if (value) {
        char *path = *value == '/' ? wcgen_util_copy(value)
                                   : wcgen_util_format("%s/%s", spec->folder, value);
        bytes = wcgen_file_read(path);
        free(path);
        return bytes;
    }
    if (wcgen_spec_value(line, "bytes"))
        return wcgen_spec_bytes(line, "bytes");
    return made_content(line, content, name);
}

/* Packs the contents as pack= says. */
static void pack(struct wcgen_spec_line *line, const char *how, struct wcgen_buffer *bytes)
{
    static const struct {
        const char *name;
        enum wcgen_kwaj_method method;
    } methods[] = {{"kwaj-stored", WCGEN_KWAJ_STORED},
                   {"kwaj-inverted", WCGEN_KWAJ_INVERTED},
                   {"kwaj-lzss", WCGEN_KWAJ_LZSS},
                   {"kwaj-mszip", WCGEN_KWAJ_MSZIP}};
    struct wcgen_buffer packed = {0};
    const char *missing = wcgen_spec_value(line, "missing");
    const char *real_name = wcgen_spec_value(line, "real-name");
    if (strcmp(how, "szdd") == 0)
        packed = wcgen_packed_szdd(bytes->bytes, bytes->length, missing ? *missing : 0);
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(how, methods[i].name) == 0)
            packed = wcgen_packed_kwaj(methods[i].method, bytes->bytes, bytes->length, real_name);
    if (!packed.length)
        wcgen_spec_fail(line, "no way to pack of this name");
    wcgen_buffer_free(bytes);
    *bytes = packed;
}

struct wcgen_buffer wcgen_spec_content(const struct wcgen_spec *spec, struct wcgen_spec_line *line,
                                       const struct wcgen_content *content, const char *name)
{
    struct wcgen_buffer bytes = plain_content(spec, line, content, name);
    const char *how = wcgen_spec_value(line, "pack");
    if (how)
        pack(line, how, &bytes);
    return bytes;
}

static void fill_bad_sectors(struct wcgen_spec_line *line, struct wcgen_buffer *file)
{
    static const char filler[] = "-=[BAD SECTOR]=-";
    uint64_t sectors[64];
    size_t count = wcgen_spec_numbers(line, "sector", sectors, 64);
    for (size_t i = 0; i < count; i++) {
        if (sectors[i] >= file->length / BAD_SECTOR_SIZE)
            wcgen_spec_fail(line, "the sector lies behind the end");
        for (size_t b = 0; b < BAD_SECTOR_SIZE; b++)
            file->bytes[sectors[i] * BAD_SECTOR_SIZE + b] = (uint8_t)filler[b % 16];
    }
}

bool wcgen_spec_byte_defect(struct wcgen_spec_line *line, struct wcgen_buffer *file)
{
    const char *name = wcgen_spec_word(line, 1);
    if (!name)
        wcgen_spec_fail(line, "the defect has no name");
    if (strcmp(name, "truncate") == 0) {
        uint64_t at = wcgen_spec_number(line, "at", 0);
        if (at < file->length)
            file->length = at;
    } else if (strcmp(name, "bytes") == 0) {
        uint64_t at = wcgen_spec_number(line, "at", 0);
        struct wcgen_buffer with = wcgen_spec_bytes(line, "with");
        if (!with.length || at > file->length || with.length > file->length - at)
            wcgen_spec_fail(line, "no bytes, or bytes behind the end");
        memcpy(file->bytes + at, with.bytes, with.length);
        wcgen_buffer_free(&with);
    } else if (strcmp(name, "bad-sector") == 0) {
        fill_bad_sectors(line, file);
    } else {
        return false;
    }
    return true;
}
