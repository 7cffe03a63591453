/*
 * opts - see opts.h.
 */
#include "cli/opts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/output.h"

/* Columns of the help: the texts of the options begin here. */
enum { HELP_COLUMN = 28 };

bool opts_number(const char *text, uint64_t least, uint64_t most, uint64_t *number)
{
    uint64_t value = 0;

    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        uint64_t digit;

        if (*text < '0' || *text > '9')
            return false;
        digit = (uint64_t)(*text - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (value < least || value > most)
        return false;
    *number = value;
    return true;
}

/* ---- one option --------------------------------------------------------------------------- */

struct match {
    const struct opt *option;
    void *target;
};

static bool find_short(const struct opt_table *tables, size_t count, char name, struct match *match)
{
    size_t i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < tables[i].count; j++) {
            if (tables[i].options[j].short_name != name)
                continue;
            match->option = &tables[i].options[j];
            match->target = tables[i].target;
            return true;
        }
    }
    return false;
}

/* Whether an option begins with the text, and is not an older spelling. */
static bool begins_with(const struct opt *option, const char *name, size_t length)
{
    return option->help != NULL && strncmp(option->long_name, name, length) == 0;
}

/* All options that begin with the text, for a message. */
static void tell_ambiguous(const struct opt_table *tables, size_t count, const char *name,
                           size_t length)
{
    char list[256] = "";
    size_t i, j, used = 0;

    for (i = 0; i < count; i++) {
        for (j = 0; j < tables[i].count; j++) {
            const struct opt *option = &tables[i].options[j];
            int wrote;

            if (!begins_with(option, name, length) || used >= sizeof(list) - 1)
                continue;
            wrote = snprintf(list + used, sizeof(list) - used, "%s--%s", used > 0 ? ", " : "",
                             option->long_name);
            used += wrote < 0 ? 0 : (size_t)wrote;
        }
    }
    output_error("--%.*s may mean any of %s", (int)length, name, list);
}

/* By its whole name, or by the start of it when no other one starts so; false after a message. */
static bool find_long(const struct opt_table *tables, size_t count, const char *name, size_t length,
                      struct match *match)
{
    size_t begin = 0, i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < tables[i].count; j++) {
            const struct opt *option = &tables[i].options[j];
            bool whole =
                strlen(option->long_name) == length && memcmp(option->long_name, name, length) == 0;

            if (!whole && (length == 0 || !begins_with(option, name, length)))
                continue;
            match->option = option;
            match->target = tables[i].target;
            if (whole)
                return true;
            begin++;
        }
    }
    if (begin > 1)
        tell_ambiguous(tables, count, name, length);
    else if (begin == 0)
        output_error("there is no option --%.*s", (int)length, name);
    return begin == 1;
}

static bool store_text(const struct opt *option, const char **place, const char *argument)
{
    if (*place != NULL) {
        output_error("--%s is given twice", option->long_name);
        return false;
    }
    *place = argument;
    return true;
}

static bool store_one_of_many(const struct opt *option, struct opt_texts *texts,
                              const char *argument)
{
    if (texts->count == OPT_TEXTS_MOST) {
        output_error("--%s is given more than %d times", option->long_name, (int)OPT_TEXTS_MOST);
        return false;
    }
    texts->items[texts->count++] = argument;
    return true;
}

static bool store_number(const struct opt *option, uint64_t *place, const char *argument)
{
    if (*place != 0) {
        output_error("--%s is given twice", option->long_name);
        return false;
    }
    if (opts_number(argument, option->least, option->most, place))
        return true;
    output_error("--%s takes a number from %" PRIu64 " to %" PRIu64 ", not '%s'", option->long_name,
                 option->least, option->most, argument);
    return false;
}

static bool store(const struct match *match, const char *argument)
{
    const struct opt *option = match->option;
    char *place = (char *)match->target + option->offset;

    switch (option->kind) {
    case OPT_FLAG:
        *(bool *)(void *)place = true;
        return true;
    case OPT_TEXT:
        return store_text(option, (const char **)(void *)place, argument);
    case OPT_TEXTS:
        return store_one_of_many(option, (struct opt_texts *)(void *)place, argument);
    case OPT_NUMBER:
        return store_number(option, (uint64_t *)(void *)place, argument);
    }
    return false;
}

/* ---- the arguments ------------------------------------------------------------------------ */

struct arguments {
    const struct opt_table *tables;
    size_t table_count;
    int argc;
    char **argv;
    int next; /* to be looked at */
};

/* The argument of an option: behind its '=' or in its cluster, else the next one. */
static const char *take_argument(struct arguments *arguments, const struct opt *option,
                                 const char *attached)
{
    if (attached != NULL)
        return attached;
    if (arguments->next < arguments->argc)
        return arguments->argv[arguments->next++];
    output_error("--%s needs an argument: %s", option->long_name, option->argument);
    return NULL;
}

static bool parse_long(struct arguments *arguments, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t)(equals - text) : strlen(text);
    struct match match;
    const char *argument = NULL;

    if (!find_long(arguments->tables, arguments->table_count, text, length, &match))
        return false;
    if (match.option->kind == OPT_FLAG && equals != NULL) {
        output_error("--%s takes no argument", match.option->long_name);
        return false;
    }
    if (match.option->kind != OPT_FLAG) {
        argument = take_argument(arguments, match.option, equals != NULL ? equals + 1 : NULL);
        if (argument == NULL)
            return false;
    }
    return store(&match, argument);
}

/* "-rs", "-mMEDIUM", "-m MEDIUM". */
static bool parse_cluster(struct arguments *arguments, const char *text)
{
    for (; *text != '\0'; text++) {
        struct match match;
        const char *argument = NULL;

        if (!find_short(arguments->tables, arguments->table_count, *text, &match)) {
            output_error("there is no option -%c", *text);
            return false;
        }
        if (match.option->kind == OPT_FLAG) {
            (void)store(&match, NULL);
            continue;
        }
        argument = take_argument(arguments, match.option, text[1] != '\0' ? text + 1 : NULL);
        return argument != NULL && store(&match, argument);
    }
    return true;
}

bool opts_parse(const struct opt_table *tables, size_t table_count, bool stop_at_operand, int argc,
                char **argv, int *operands)
{
    struct arguments arguments = {tables, table_count, argc, argv, 1};
    bool only_operands = false;
    int count = 0;

    while (arguments.next < argc) {
        char *argument = argv[arguments.next++];
        bool ok = true;

        if (!only_operands && strcmp(argument, "--") == 0) {
            only_operands = true;
        } else if (only_operands || argument[0] != '-' || argument[1] == '\0') {
            argv[++count] = argument;
            only_operands = only_operands || stop_at_operand;
        } else if (argument[1] == '-') {
            ok = parse_long(&arguments, argument + 2);
        } else {
            ok = parse_cluster(&arguments, argument + 1);
        }
        if (!ok)
            return false;
    }
    *operands = count;
    return true;
}

bool opts_exclude(bool one, const char *one_name, bool other, const char *other_name)
{
    if (!one || !other)
        return false;
    output_error("--%s and --%s exclude each other", one_name, other_name);
    return true;
}

/* ---- help --------------------------------------------------------------------------------- */

void opts_print(const struct opt_table *table, FILE *out)
{
    size_t i;

    for (i = 0; i < table->count; i++) {
        const struct opt *option = &table->options[i];
        int used;

        if (option->help == NULL)
            continue;
        if (option->short_name != '\0')
            used = fprintf(out, "  -%c, --%s", option->short_name, option->long_name);
        else
            used = fprintf(out, "      --%s", option->long_name);
        if (option->argument != NULL)
            used += fprintf(out, " %s", option->argument);
        if (used > HELP_COLUMN - 2) {
            (void)fputc('\n', out);
            used = 0;
        }
        output_wrapped(out, option->help, HELP_COLUMN, used);
    }
}

bool opts_words(const char *option, const char *list, const struct opt_word *words, unsigned *bits)
{
    const struct opt_word *word;
    char known[200] = "";
    size_t length = 0;

    for (*bits = 0;; list++) {
        size_t here = strcspn(list, ",");

        for (word = words; word->name != NULL; word++) {
            if (strlen(word->name) == here && strncmp(word->name, list, here) == 0)
                break;
        }
        if (word->name == NULL)
            break;
        *bits |= word->bits;
        list += here;
        if (*list == '\0')
            return true;
    }
    for (word = words; word->name != NULL && length < sizeof(known); word++)
        length += (size_t)snprintf(known + length, sizeof(known) - length, "%s%s",
                                   word == words          ? ""
                                   : word[1].name == NULL ? " and "
                                                          : ", ",
                                   word->name);
    output_error("--%s %.*s: there are %s", option, (int)strcspn(list, ","), list, known);
    return false;
}

bool opts_exclude_matches(bool regex, bool substring, bool exact)
{
    return opts_exclude(regex, "regex", substring, "substring") ||
           opts_exclude(regex, "regex", exact, "exact") ||
           opts_exclude(substring, "substring", exact, "exact");
}
