/*
 * command - what a subcommand is, and what all of them share.
 *
 * A command is one file cmd_NAME.c with one `const struct command`, named in the table of its
 * program: commands_query.c (whichcab: needs nothing but the catalog) or commands_media.c
 * (whichcab-media: reads images).  Its options table is what is parsed and what --help prints.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "cli/config.h"
#include "cli/opts.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/terminal.h"
#include "whichcab.h"

/* Options that every command has, before or behind its name. */
struct global_options {
    const char *catalog; /* folder of the catalog, or NULL */
    const char *color;   /* when to colour tables, or NULL */
    const char *links;   /* when images are links, or NULL */
    bool verbose, help, version, no_pager;
};

/* What a running command is given. */
struct cli {
    const struct command *command;
    struct global_options global; /* catalog: as the option, the environment or the file says */
    struct config config;         /* the user's settings */
    void *options; /* the command's own, parsed; command->options_size bytes, zeroed before */
    struct records *records; /* results for programs; NULL: for people */
    char **operands;
    int operand_count;
};

struct command {
    const char *name;
    const char *usage;    /* "where [OPTION]... NAME..." */
    const char *summary;  /* a line for the list of commands */
    const char *details;  /* for --help, paragraphs divided by '\n'; NULL: none */
    const char *examples; /* lines for --help, without "whichcab" in front; NULL: none */
    const struct opt *options;
    size_t option_count;
    bool has_records;            /* it has the options of cli/records as well */
    size_t options_size;         /* of the struct that the options' offsets are of; at most
                                    COMMAND_OPTIONS_SIZE */
    int (*run)(struct cli *cli); /* returns the exit status; NULL: another program has it: */
    const char *program;         /* which one; NULL: command_other_program */
};

enum { COMMAND_OPTIONS_SIZE = 4096 };

/* The program's table, and the name of the program that runs what it does not (NULL: none). */
extern const struct command *const command_table[];
extern const size_t command_count;
extern const char *const command_other_program;

/* Prints usage and options of a command. */
void command_help(const struct command *command, FILE *out);

/* After bad usage: points at --help; returns STATUS_ERROR. */
int command_usage(const struct cli *cli);

/* The catalog of published listings beside the program, to be freed; NULL: the library's own
 * choice, which follows $WHICHCAB_PUBLISHED. */
char *command_published(void);

/* The decoder that --decoder names (NULL: whichcab's own); false after a message. */
bool command_decoder(const char *name, enum wcab_decoder *decoder);

/* Opens the catalog that the options name; on failure a message is printed and NULL returned. */
struct wcab_catalog *command_catalog(const struct cli *cli);

/* Tells on stderr of the names that a search had no answer for, `by_contents` that asked for
 * contents as well; returns their number, SIZE_MAX after a failure. */
size_t command_tell_misses(struct wcab_search *search, bool by_contents);

/* The same of suggestions that were asked for already. */
void command_print_misses(const struct wcab_suggestion *suggestions, size_t count,
                          bool by_contents);

/* An object for each of them, for programs. */
void command_record_misses(struct wcab_search *search, struct records *records);

/* Tells on stderr that there are files of which nothing was read, so that what is looked for may be
 * there; returns whether there are. */
bool command_tell_unread(struct wcab_catalog *catalog);

#endif
