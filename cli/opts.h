/*
 * opts - options of a command: one table says what is parsed and what --help shows.
 */
#ifndef OPTS_H
#define OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum opt_kind {
    OPT_FLAG,   /* bool: true when given; may come again */
    OPT_TEXT,   /* const char *: its argument */
    OPT_NUMBER, /* uint64_t: its argument, least..most; least is at least 1 */
    OPT_TEXTS   /* struct opt_texts: may come more than once */
};

/* Arguments of an option that may be repeated. */
enum { OPT_TEXTS_MOST = 64 };
struct opt_texts {
    const char *items[OPT_TEXTS_MOST];
    size_t count;
};

struct opt {
    char short_name;       /* 0: none */
    const char *long_name; /* without dashes */
    const char *argument;  /* what it is called in the help; NULL for a flag */
    enum opt_kind kind;
    size_t offset; /* of its variable in the options' struct */
    uint64_t least, most;
    const char *help; /* NULL: an older spelling, understood and not shown */
};

/* A table and the struct that its offsets are of. */
struct opt_table {
    const struct opt *options;
    size_t count;
    void *target;
};

/*
 * Parses argv[1...]: options of any of the tables, anywhere among the operands; "--" ends them.
 * A long name may be cut short as far as it stays the only one that begins so.
 * The operands are moved to argv[1...] in their order and *operands gets their number.  With
 * `stop_at_operand` parsing ends at the first operand: it and all behind it are operands.  Returns
 * false after a message that tells what is wrong.
 */
bool opts_parse(const struct opt_table *tables, size_t table_count, bool stop_at_operand, int argc,
                char **argv, int *operands);

/* Whether two options that exclude each other are both given: then a message names them. */
bool opts_exclude(bool one, const char *one_name, bool other, const char *other_name);

/* A word of an option's argument, and the bits that it stands for; a NULL name ends a table. */
struct opt_word {
    const char *name;
    unsigned bits;
};

/* Understands words with ',' between them as the bits of all.  False after a message that names
 * the words that there are. */
bool opts_words(const char *option, const char *list, const struct opt_word *words, unsigned *bits);

/* Whether two of three ways of matching names are given: then a message names them. */
bool opts_exclude_matches(bool regex, bool substring, bool exact);

/* Prints the options of a table for --help. */
void opts_print(const struct opt_table *table, FILE *out);

/* A whole string as a decimal number from least to most. */
bool opts_number(const char *text, uint64_t least, uint64_t most, uint64_t *number);

#endif
