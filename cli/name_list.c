/*
 * name_list - see name_list.h.
 */
#include "cli/name_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 1000000 };

static bool add_name(struct name_list *list, const char *name)
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
    if (!list->nul_ended && strlen(list->text) != used) {
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
        if (*line != '\0' && !add_name(list, line))
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

        if (*name != '\0' && !add_name(list, name))
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
    return ok && (list->nul_ended ? add_names(list) : add_lines(list));
}

bool name_list_collect(const struct cli *cli, const char *from, struct name_list *list)
{
    int i;

    for (i = 0; i < cli->operand_count; i++) {
        if (strcmp(cli->operands[i], "-") != 0) {
            if (!add_name(list, cli->operands[i]))
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

void name_list_free(struct name_list *list)
{
    free(list->names);
    free(list->text);
}
