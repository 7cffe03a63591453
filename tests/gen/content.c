/* content.c: see content.h. */
#include "content.h"
#include "executable.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    PHRASES_OF_FILE = 256,
    REPEATED = 192 /* bytes that a repeating file repeats */
};

/* The second names under which two of the media carry the same file. */
static const struct {
    const char *other, *name;
} same_files[] = {
    {"AT&TMA~1.HT", "AT&T MAIL.HT"},
    {"MCIMAI~1.HT", "MCI MAIL.HT"},
    {"COMPUS~1.HT", "COMPUSERVE.HT"},
    {"THEMIC~1.MSN", "THE MICROSOFT NETWORK.MSN"},
};

static const char *const text_types[] = {"INF", "TXT", "INI", "HTM", "HT",  "BAT", "PRT",
                                         "PPD", "SCP", "LOG", "FAQ", "REG", NULL};

static bool is_text(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (!dot)
        return true; /* networks, protocol, services */
    for (size_t i = 0; text_types[i]; i++)
        if (strcasecmp(dot + 1, text_types[i]) == 0)
            return true;
    return false;
}

size_t wcgen_content_largest(const char *name, size_t size)
{
    return is_text(name) ? size / 2 : size - size / 32;
}

static void make_word(struct wcgen_random *random, struct wcgen_buffer *out)
{
    static const char consonants[] = "bcdfghklmnprstvw", vowels[] = "aeiou";
    for (unsigned n = 1 + wcgen_random_below(random, 4); n; n--) {
        wcgen_buffer_append_u8(out, (uint8_t)consonants[wcgen_random_below(random, 16)]);
        wcgen_buffer_append_u8(out, (uint8_t)vowels[wcgen_random_below(random, 5)]);
    }
}

static void make_text_phrase(struct wcgen_random *random, struct wcgen_buffer *out)
{
    unsigned form = wcgen_random_below(random, 8);
    if (form == 0)
        wcgen_buffer_append_u8(out, '[');
    make_word(random, out);
    if (form == 0) {
        wcgen_buffer_append(out, "]\r\n", 3);
        return;
    }
    wcgen_buffer_append_u8(out, form < 5 ? '=' : ' ');
    for (unsigned n = 4 + wcgen_random_below(random, 9); n; n--) {
        make_word(random, out);
        wcgen_buffer_append_u8(out, n > 1 ? (form < 5 ? ',' : ' ') : '\r');
    }
    wcgen_buffer_append_u8(out, '\n');
}

void wcgen_content_start(struct wcgen_content *content, uint64_t seed, bool small)
{
    *content = (struct wcgen_content){.seed = seed, .phrase_count = small ? 32 : WCGEN_PHRASES_MAX};
    struct wcgen_random random = {wcgen_hash_text(seed, "phrases")};
    struct wcgen_buffer binary = {0}, text = {0};
    for (unsigned i = 0; i < content->phrase_count; i++) {
        content->binary_at[i] = (uint32_t)binary.length;
        content->text_at[i] = (uint32_t)text.length;
        for (unsigned n = 16 + wcgen_random_below(&random, 80); n; n--)
            wcgen_buffer_append_u8(&binary, (uint8_t)wcgen_random_next(&random));
        make_text_phrase(&random, &text);
    }
    content->binary_at[content->phrase_count] = (uint32_t)binary.length;
    content->text_at[content->phrase_count] = (uint32_t)text.length;
    content->binary = binary.bytes;
    content->text = text.bytes;
}

void wcgen_content_free(struct wcgen_content *content)
{
    free(content->binary);
    free(content->text);
    *content = (struct wcgen_content){0};
}

/* A file keeps to some neighbouring phrases: they lie in the 32 KiB that MSZIP looks back. */
static unsigned next_phrase(const struct wcgen_content *content, unsigned first, uint64_t chance)
{
    unsigned count =
        content->phrase_count < PHRASES_OF_FILE ? content->phrase_count : PHRASES_OF_FILE;
    return (first + (unsigned)(chance >> 32) % count) % content->phrase_count;
}

/* All of them when there are few. */
static unsigned first_phrase(const struct wcgen_content *content, struct wcgen_random *random)
{
    if (content->phrase_count <= PHRASES_OF_FILE)
        return 0;
    return (unsigned)(wcgen_random_next(random) >> 32) % content->phrase_count;
}

static void fill_binary(const struct wcgen_content *content, struct wcgen_random *random,
                        uint8_t *bytes, size_t size)
{
    unsigned first = first_phrase(content, random);
    size_t at = 0;
    while (at < size) {
        uint64_t chance = wcgen_random_next(random);
        unsigned phrase = next_phrase(content, first, chance);
        const uint8_t *from = content->binary + content->binary_at[phrase];
        size_t count = content->binary_at[phrase + 1] - content->binary_at[phrase];
        if (count > size - at)
            count = size - at;
        memcpy(bytes + at, from, count);
        at += count;
        for (unsigned n = chance & 1; n && at < size; n--)
            bytes[at++] = (uint8_t)(chance >> 8);
    }
}

static void fill_text(const struct wcgen_content *content, struct wcgen_random *random,
                      uint8_t *bytes, size_t size)
{
    unsigned first = first_phrase(content, random);
    size_t at = 0;
    while (at < size) {
        uint64_t chance = wcgen_random_next(random);
        unsigned phrase = next_phrase(content, first, chance);
        const uint8_t *from = content->text + content->text_at[phrase];
        size_t count = content->text_at[phrase + 1] - content->text_at[phrase];
        if (count > size - at)
            count = size - at;
        memcpy(bytes + at, from, count);
        at += count;
        if (chance % 4 == 0 && at < size)
            bytes[at++] = (uint8_t)('0' + (chance >> 8) % 10);
    }
}

static void fold_name(const char *name, char *folded, size_t room)
{
    size_t i = 0;
    for (; name[i] && i + 1 < room; i++)
        folded[i] = (char)toupper((unsigned char)name[i]);
    folded[i] = 0;
    for (i = 0; i < sizeof same_files / sizeof *same_files; i++)
        if (strcmp(folded, same_files[i].other) == 0)
            snprintf(folded, room, "%s", same_files[i].name);
}

void wcgen_content_file(const struct wcgen_content *content, const char *name, size_t size,
                        const char *modified, uint8_t *bytes, char version[WCGEN_VERSION_TEXT])
{
    char folded[300], key[360];
    fold_name(name, folded, sizeof folded);
    snprintf(key, sizeof key, "%s|%zu|%.10s", folded, size, modified);
    uint64_t start = wcgen_hash_text(content->seed, key);
    struct wcgen_random random = {start};
    size_t unit = content->repeating && size > REPEATED ? REPEATED : size;
    if (is_text(folded))
        fill_text(content, &random, bytes, unit);
    else
        fill_binary(content, &random, bytes, unit);
    for (size_t at = unit; at < size; at++)
        bytes[at] = bytes[at - unit];
    wcgen_executable_dress(folded, start, strncmp(modified, "1996-08", 7) >= 0 ? 1111 : 950, bytes,
                           size, version);
}
