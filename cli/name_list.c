/*
 * name_list - see name_list.h.
 */
#include "cli/name_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 1000000 };

bool name_list_add(struct name_list *list, const char *name)
{
    if (list->count == list->capacity) {
        size_t larger = list->capacity == 0 ? 64 : 2 * list->capacity;
        const char **grown =
            list->count < MOST_NAMES ? realloc(list->names, larger * sizeof(*grown)) : NULL;

        if (grown == NULL) {
            output_error("more names than fit into memory");
            return false;
        }
        list->names = grown;
        list->capacity = larger;
    }
    list->names[list->count++] = name;
    return true;
}

/* Reads all of a stream into list->text, with a NUL behind it. */
static bool read_all(struct name_list *list, FILE *file)
{
    size_t used = 0;

    for (;;) {
        size_t got;

        if (used + 1 >= list->text_capacity) {
            size_t larger = list->text_capacity == 0 ? 65536 : 2 * list->text_capacity;
            char *grown = realloc(list->text, larger);

            if (grown == NULL) {
                output_error("more names than fit into memory");
                return false;
            }
            list->text = grown;
            list->text_capacity = larger;
        }
        got = fread(list->text + used, 1, list->text_capacity - used - 1, file);
        used += got;
        if (got == 0)
            break;
    }
    list->text[used] = '\0';
    list->text_length = used;
    return true;
}

/* ---- text of Windows ------------------------------------------------------------------------ */

static void put_utf8(char **out, unsigned long c)
{
    unsigned char *to = (unsigned char *)*out;

    if (c < 0x80) {
        *to++ = (unsigned char)c;
    } else if (c < 0x800) {
        *to++ = (unsigned char)(0xC0 | c >> 6);
        *to++ = (unsigned char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *to++ = (unsigned char)(0xE0 | c >> 12);
        *to++ = (unsigned char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (unsigned char)(0x80 | (c & 0x3F));
    } else {
        *to++ = (unsigned char)(0xF0 | c >> 18);
        *to++ = (unsigned char)(0x80 | (c >> 12 & 0x3F));
        *to++ = (unsigned char)(0x80 | (c >> 6 & 0x3F));
        *to++ = (unsigned char)(0x80 | (c & 0x3F));
    }
    *out = (char *)to;
}

static unsigned long unit_at(const struct name_list *list, size_t at, bool big_endian)
{
    const unsigned char *bytes = (const unsigned char *)list->text + at;

    return big_endian ? (unsigned long)bytes[0] << 8 | bytes[1]
                      : (unsigned long)bytes[1] << 8 | bytes[0];
}

/* list->text, UTF-16 from byte `at` on, becomes UTF-8. */
static bool from_utf16(struct name_list *list, size_t at, bool big_endian)
{
    enum { REPLACEMENT = 0xFFFD };
    char *text = malloc(list->text_length * 2 + 1), *out = text; /* 3 bytes of 2 at most */

    if (text == NULL) {
        output_error("more names than fit into memory");
        return false;
    }
    for (; at + 1 < list->text_length; at += 2) {
        unsigned long c = unit_at(list, at, big_endian), next = 0;

        if (c >= 0xD800 && c <= 0xDBFF && at + 3 < list->text_length)
            next = unit_at(list, at + 2, big_endian);
        if (next >= 0xDC00 && next <= 0xDFFF) {
            c = 0x10000 + ((c - 0xD800) << 10) + (next - 0xDC00);
            at += 2;
        } else if (c >= 0xD800 && c <= 0xDFFF) {
            c = REPLACEMENT;
        }
        put_utf8(&out, c);
    }
    *out = '\0';
    free(list->text);
    list->text = text;
    list->text_length = (size_t)(out - text);
    return true;
}

/* Lists that Windows made begin with a mark, and may be UTF-16: with the mark, or known by the
 * zeros beside the first letter and before or behind it.  Tells where their text begins. */
static bool is_utf16(const char *list, size_t length, size_t *at, bool *big_endian)
{
    const unsigned char *text = (const unsigned char *)list;

    *at = length >= 2 && (text[0] ^ text[1]) == 1 && text[0] >= 0xFE ? 2 : 0;
    if (*at == 2)
        *big_endian = text[0] == 0xFE;
    else if (length >= 4)
        *big_endian = text[0] == 0;
    return *at == 2 || (length >= 4 && (text[0] == 0) != (text[1] == 0) &&
                        (text[0] == 0) == (text[2] == 0) && (text[1] == 0) == (text[3] == 0));
}

static bool take_encoding(struct name_list *list)
{
    const unsigned char *text = (const unsigned char *)list->text;
    size_t length = list->text_length, at;
    bool big_endian = false;

    if (is_utf16(list->text, length, &at, &big_endian))
        return from_utf16(list, at, big_endian);
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        memmove(list->text, list->text + 3, length - 3 + 1);
        list->text_length -= 3;
    }
    return true;
}

bool name_list_is_text(const char *path)
{
    char head[4096];
    FILE *file = strcmp(path, "-") == 0 ? NULL : fopen(path, "re");
    size_t length, at;
    bool big_endian, is_text;

    if (file == NULL)
        return true;
    length = fread(head, 1, sizeof(head), file);
    is_text = ferror(file) == 0 && /* as of a folder */
              (length == 0 || memchr(head, '\0', length) == NULL ||
               is_utf16(head, length, &at, &big_endian));
    (void)fclose(file);
    return is_text;
}

static bool check_text(struct name_list *list)
{
    if (!take_encoding(list))
        return false;
    if (strlen(list->text) != list->text_length) {
        output_error("the list of names is no text: it has NUL bytes");
        return false;
    }
    return true;
}

/* Cuts list->text into lines; blank ones are passed over. */
static bool add_lines(struct name_list *list)
{
    char *line = list->text;

    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        char *next = line[length] == '\0' ? line + length : line + length + 1;

        line[length] = '\0';
        while (length > 0 && strchr(" \t\r", line[length - 1]) != NULL)
            line[--length] = '\0';
        line += strspn(line, " \t");
        if (*line != '\0' && !name_list_add(list, line))
            return false;
        line = next;
    }
    return true;
}

/* Names that end with NUL, any other byte being part of them. */
static bool add_names(struct name_list *list)
{
    size_t at = 0;

    while (at < list->text_length) {
        const char *name = list->text + at;

        if (*name != '\0' && !name_list_add(list, name))
            return false;
        at += strlen(name) + 1;
    }
    return true;
}

static bool add_file(struct name_list *list, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    bool ok;

    if (file == NULL) {
        output_error("%s: %s", path, strerror(errno));
        return false;
    }
    ok = read_all(list, file);
    if (ok && ferror(file)) {
        output_error("%s: %s", path, strerror(errno));
        ok = false;
    }
    if (!is_stdin)
        (void)fclose(file);
    if (!ok)
        return false;
    return list->nul_ended ? add_names(list) : check_text(list) && add_lines(list);
}

bool name_list_collect(const struct cli *cli, const char *from, struct name_list *list)
{
    int i;

    for (i = 0; i < cli->operand_count; i++) {
        if (strcmp(cli->operands[i], "-") != 0) {
            if (!name_list_add(list, cli->operands[i]))
                return false;
        } else if (from == NULL) {
            from = "-";
        } else {
            output_error("only one list of names can be read");
            return false;
        }
    }
    return from == NULL || add_file(list, from);
}

/* The last part of a place with a drive or a server in front; NULL when it is none, or ends with
 * its folder. */
static const char *last_part(const char *name)
{
    bool has_drive = ((name[0] >= 'A' && name[0] <= 'Z') || (name[0] >= 'a' && name[0] <= 'z')) &&
                     name[1] == ':' && name[2] != '\0';
    const char *at, *last = NULL;

    if (!has_drive && strncmp(name, "\\\\", 2) != 0)
        return NULL;
    for (at = name + (has_drive ? 1 : 0); *at != '\0'; at++) {
        if (*at == '\\' || *at == '/' || *at == ':')
            last = at + 1;
    }
    return last != NULL && *last != '\0' ? last : NULL;
}

void name_list_take_last_parts(struct name_list *list)
{
    const char *first = NULL;
    size_t count = 0, i;

    for (i = 0; i < list->count; i++) {
        const char *last = last_part(list->names[i]);

        if (last == NULL)
            continue;
        if (count++ == 0)
            first = list->names[i];
        list->names[i] = last;
    }
    if (count == 1)
        output_note("%s is a place on an installed system; looking for %s on the media.", first,
                    last_part(first));
    else if (count > 1)
        output_note("%zu names are places on an installed system, as %s; looking for their last "
                    "parts on the media.",
                    count, first);
}

void name_list_free(struct name_list *list)
{
    free(list->names);
    free(list->text);
}
