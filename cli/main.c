/*
 * main - the frame of both programs: global options, the table of commands, help.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/program.h"

static const struct opt global_table[] = {
    {'C', "catalog", "FOLDER", OPT_TEXT, offsetof(struct global_options, catalog), 0, 0,
     "the catalog to use (default: $WHICHCAB_CATALOG, else as the configuration file says, else "
     "whichcab in $XDG_DATA_HOME or ~/.local/share)"},
    {0, "color", "WHEN", OPT_TEXT, offsetof(struct global_options, color), 0, 0,
     "colour tables: auto (on a terminal, the default), always or never"},
    {0, "hyperlink", "WHEN", OPT_TEXT, offsetof(struct global_options, links), 0, 0,
     "make images links to their files: auto (where the terminal knows links, the default), always "
     "or never"},
    {0, "no-pager", NULL, OPT_FLAG, offsetof(struct global_options, no_pager), 0, 0,
     "show long tables on the terminal as they are"},
    {'v', "verbose", NULL, OPT_FLAG, offsetof(struct global_options, verbose), 0, 0, "tell more"},
    {'h', "help", NULL, OPT_FLAG, offsetof(struct global_options, help), 0, 0, "print this help"},
    {'V', "version", NULL, OPT_FLAG, offsetof(struct global_options, version), 0, 0,
     "print the version"},
};
enum { GLOBAL_COUNT = sizeof(global_table) / sizeof(global_table[0]) };

/* ---- help --------------------------------------------------------------------------------- */

static void print_paragraphs(const char *text, FILE *out)
{
    char paragraph[1024];

    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        if (length >= sizeof(paragraph))
            length = sizeof(paragraph) - 1;
        memcpy(paragraph, text, length);
        paragraph[length] = '\0';
        (void)fputc('\n', out);
        output_wrapped(out, paragraph, 0, 0);
        text += length;
        text += *text == '\n';
    }
}

static void print_examples(const char *examples, FILE *out)
{
    (void)fputs("\nExamples:\n", out);
    while (*examples != '\0') {
        int length = (int)strcspn(examples, "\n");

        (void)fprintf(out, "  whichcab %.*s\n", length, examples);
        examples += length;
        examples += *examples == '\n';
    }
}

void command_help(const struct command *command, FILE *out)
{
    struct global_options unused = {.catalog = NULL};
    const struct opt_table own = {command->options, command->option_count, NULL};
    const struct opt_table global = {global_table, GLOBAL_COUNT, &unused};
    const struct opt_table rows = {records_table, RECORDS_OPTION_COUNT + 1, NULL};

    (void)fprintf(out, "Usage: whichcab %s\n", command->usage);
    output_wrapped(out, command->summary, 0, 0);
    if (command->details != NULL)
        print_paragraphs(command->details, out);
    (void)fputc('\n', out);
    opts_print(&own, out);
    if (command->has_records)
        opts_print(&rows, out);
    opts_print(&global, out);
    if (command->examples != NULL)
        print_examples(command->examples, out);
}

static void print_overview(FILE *out)
{
    const struct opt_table global = {global_table, GLOBAL_COUNT, NULL};
    size_t i;

    (void)fputs("Usage: whichcab [OPTION]... COMMAND ...\n"
                "       whichcab [OPTION]... NAME...\n"
                "Tells which cabinet of which installation disk holds a file.\n\n",
                out);
    for (i = 0; i < command_count; i++) {
        int used = fprintf(out, "  %s", command_table[i]->name);

        output_wrapped(out, command_table[i]->summary, 14, used);
    }
    (void)fputs("\n", out);
    opts_print(&global, out);
    (void)fputs("\nA NAME alone is short for 'where NAME'.  'whichcab help COMMAND' tells of a "
                "command.\n\n"
                "Exit status: 0 found or done; 1 nothing found; 2 an error; 3 done, but something "
                "is\ndamaged, missing or was skipped.\n",
                out);
}

int command_usage(const struct cli *cli)
{
    output_note("Usage: whichcab %s", cli->command->usage);
    output_note("'whichcab %s --help' tells more", cli->command->name);
    return STATUS_ERROR;
}

/* ---- commands ----------------------------------------------------------------------------- */

static const struct command *find_command(const char *name)
{
    size_t i;

    for (i = 0; i < command_count; i++) {
        if (strcmp(command_table[i]->name, name) == 0)
            return command_table[i];
    }
    return NULL;
}

/* What other programs call it, and what is for it here. */
static const char *const other_words[][2] = {
    {"find", "where"},
    {"search", "where"},
    {"locate", "where"},
    {"lookup", "where"},
    {"which", "where"},
    {"grep", "where"},
    {"list", "ls"},
    {"dir", "ls"},
    {"contents", "ls"},
    {"scan", "index"},
    {"add", "index"},
    {"update", "index"},
    {"refresh", "index"},
    {"unpack", "extract"},
    {"expand", "extract"},
    {"get", "extract"},
    {"identify", "id"},
    {"compare", "diff"},
    {"duplicates", "dups"},
    {"disks", "media"},
    {"images", "media"},
    {"status", "media"},
    {"test", "verify"},
    {"stats", "catalog stats"},
    {"compact", "catalog compact"},
    {"remove", "catalog remove"},
    {"forget", "catalog remove"},
    {"profiles", "profile list"},
    {"version", "--version"},
};

/* Whether two words differ by one letter more, less or changed, or by two exchanged. */
static bool is_nearly(const char *a, const char *b)
{
    size_t head = 0, tail = 0, x = strlen(a), y = strlen(b);

    while (head < x && head < y && a[head] == b[head])
        head++;
    while (tail < x - head && tail < y - head && a[x - 1 - tail] == b[y - 1 - tail])
        tail++;
    x -= head + tail;
    y -= head + tail;
    return (x <= 1 && y <= 1) ||
           (x == 2 && y == 2 && a[head] == b[head + 1] && a[head + 1] == b[head]);
}

/* A word without anything that file names have and words don't may be a mistyped command: what is
 * for it, or NULL. */
static const char *nearest_command(const char *word)
{
    enum { LEAST_START = 3 }; /* letters of a command that is cut short */
    size_t length = strlen(word), i;

    if (strpbrk(word, ".*?[/\\0123456789_") != NULL)
        return NULL;
    for (i = 0; i < sizeof(other_words) / sizeof(other_words[0]); i++) {
        if (strcmp(word, other_words[i][0]) == 0)
            return other_words[i][1];
    }
    for (i = 0; i < command_count; i++) {
        const char *name = command_table[i]->name;

        if (is_nearly(word, name) || (length >= LEAST_START && strncmp(name, word, length) == 0))
            return name;
    }
    return NULL;
}

/* Hands the command line as it was given to the program that has the command. */
static int run_elsewhere(const struct command *command, char **argv)
{
    const char *program = command->program != NULL ? command->program : command_other_program;
    char *path = program != NULL ? program_find(program) : NULL;

    if (path == NULL) {
        output_error("the program %s, which has this command, is neither beside this one nor in "
                     "libexec/whichcab",
                     program != NULL ? program : "whichcab");
        return STATUS_ERROR;
    }
    (void)execv(path, argv);
    output_error("can't run %s: %s", path, strerror(errno));
    free(path);
    return STATUS_ERROR;
}

static int print_version(void)
{
    (void)printf("whichcab %s\n", WHICHCAB_VERSION);
    return STATUS_DONE;
}

/* Whether an option's argument says when; false after a message. */
static bool is_when(const char *option, const char *argument)
{
    if (argument == NULL || config_when(argument) != WHEN_UNSET)
        return true;
    output_error("--%s is auto, always or never, not '%s'", option, argument);
    return false;
}

/* Parses the options behind the command's name and runs it. */
static int run_command(struct cli *cli, int argc, char **argv)
{
    const struct command *command = cli->command;
    union {
        char bytes[COMMAND_OPTIONS_SIZE];
        void *align;
        uint64_t align64;
    } options = {.bytes = {0}};
    struct records_options rows = {.json = false};
    const struct opt_table tables[] = {{command->options, command->option_count, &options},
                                       {global_table, GLOBAL_COUNT, &cli->global},
                                       {records_table, RECORDS_OPTION_COUNT + 1, &rows}};
    int status;

    if (!opts_parse(tables, command->has_records ? 3 : 2, false, argc, argv, &cli->operand_count))
        return command_usage(cli);
    if (cli->global.help) {
        command_help(command, stdout);
        return STATUS_DONE;
    }
    if (cli->global.version)
        return print_version();
    if (!is_when("color", cli->global.color) || !is_when("hyperlink", cli->global.links))
        return command_usage(cli);
    if (!config_load(&cli->config))
        return STATUS_ERROR;
    if (cli->global.catalog == NULL)
        cli->global.catalog = cli->config.catalog;
    if (!records_open(&rows, &cli->records))
        return command_usage(cli);
    cli->options = &options;
    cli->operands = argv + 1;
    status = command->run(cli);
    if (!records_close(cli->records))
        status = STATUS_ERROR;
    cli->records = NULL;
    cli->options = NULL; /* they end here */
    return status;
}

static int print_help_of(const char *name, char **argv)
{
    const struct command *command = find_command(name);

    if (command == NULL) {
        output_error("there is no command '%s'", name);
        return STATUS_ERROR;
    }
    if (command->run == NULL)
        return run_elsewhere(command, argv);
    command_help(command, stdout);
    return STATUS_DONE;
}

/* What to do with the words behind the global options. */
static int run_words(struct cli *cli, int count, char **words, char **argv)
{
    const struct command *command;

    if (strcmp(words[0], "help") == 0) {
        if (count > 1)
            return print_help_of(words[1], argv);
        print_overview(stdout);
        return STATUS_DONE;
    }
    command = find_command(words[0]);
    if (command == NULL) {
        const char *nearest = nearest_command(words[0]);

        if (nearest != NULL) {
            output_error("there is no command '%s'; is '%s' meant?  ('whichcab where %s' looks for "
                         "a file of that name)",
                         words[0], nearest, words[0]);
            return STATUS_ERROR;
        }
        command = find_command("where");
        words--; /* the word is the first operand */
        count++;
    }
    if (command == NULL) {
        output_error("there is no command '%s'", words[0]);
        return STATUS_ERROR;
    }
    if (command->run == NULL)
        return run_elsewhere(command, argv);
    cli->command = command;
    return run_command(cli, count, words);
}

static int run(int argc, char **argv)
{
    struct cli cli = {.command = NULL};
    const struct opt_table global = {global_table, GLOBAL_COUNT, &cli.global};
    /* Parsing moves operands: the other program gets the line as it was. */
    char **words = malloc(((size_t)argc + 1) * sizeof(*words));
    int count = 0, status;

    if (words == NULL) {
        output_error("out of memory");
        return STATUS_ERROR;
    }
    memcpy(words, argv, ((size_t)argc + 1) * sizeof(*words));
    if (!opts_parse(&global, 1, true, argc, words, &count)) {
        output_note("'whichcab --help' tells more");
        status = STATUS_ERROR;
    } else if (cli.global.version) {
        status = print_version();
    } else if (count == 0) {
        print_overview(cli.global.help ? stdout : stderr);
        status = cli.global.help ? STATUS_DONE : STATUS_ERROR;
    } else {
        status = run_words(&cli, count, words + 1, argv);
    }
    config_free(&cli.config);
    free(words);
    return status;
}

bool command_decoder(const char *name, enum wcab_decoder *decoder)
{
    *decoder = WCAB_DECODER_OWN;
    if (name == NULL || strcmp(name, "own") == 0)
        return true;
    if (strcmp(name, "libmspack") == 0) {
        *decoder = WCAB_DECODER_LIBMSPACK;
        return true;
    }
    output_error("--decoder is own or libmspack, not '%s'", name);
    return false;
}

char *command_published(void)
{
    const char *chosen = getenv("WHICHCAB_PUBLISHED");

    return chosen != NULL && chosen[0] != '\0' ? NULL : program_find_data("published.mdb");
}

/* Listings that were not installed are no error, but those that are named have to be there. */
static bool check_published(void)
{
    const char *chosen = getenv("WHICHCAB_PUBLISHED");

    if (chosen == NULL || chosen[0] == '\0' || access(chosen, F_OK) == 0)
        return true;
    output_error("%s, named by WHICHCAB_PUBLISHED: %s", chosen, strerror(errno));
    return false;
}

struct wcab_catalog *command_catalog(const struct cli *cli)
{
    struct wcab_catalog_options options = {.sizeof_options = sizeof(options)};
    struct wcab_catalog *catalog = NULL;
    struct wcab_error err;
    char *published;

    if (!check_published())
        return NULL;
    published = command_published();
    options.published = published;
    if (wcab_catalog_open(cli->global.catalog, &options, &catalog, &err) != WCAB_OK) {
        (void)output_failure(&err);
        catalog = NULL;
    }
    free(published);
    return catalog;
}

int main(int argc, char **argv)
{
    output_begin();
    interrupt_announce();
    if (argc < 1)
        return STATUS_ERROR;
    argc = output_end(run(argc, argv));
    terminal_end();
    return argc;
}
