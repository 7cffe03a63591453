/*
 * cmd_where - whichcab where: which cabinet of which disk holds a file.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/name_list.h"

struct where_options {
    bool regex, substring, exact, all, commands, published;
    const char *medium, *hash, *file_version, *from, *floppy_drive, *cd_drive, *target;
};

static const struct opt where_table[] = {
    {'a', "all", NULL, OPT_FLAG, offsetof(struct where_options, all), 0, 0,
     "every copy, not only the best of each medium"},
    {'m', "medium", "MEDIUM", OPT_TEXT, offsetof(struct where_options, medium), 0, 0,
     "only this medium: its id or the start of it, part of its title, or the path of an image"},
    {0, "hash", "HEX", OPT_TEXT, offsetof(struct where_options, hash), 0, 0,
     "only files of these bytes: SHA-256 (or 8 and more of its first digits), SHA-1 or MD5; "
     "without "
     "a NAME under any name"},
    {0, "file-version", "RANGE", OPT_TEXT, offsetof(struct where_options, file_version), 0, 0,
     "only files of these versions: '>=4.0.1111', '<4.0.950', '=4.70', '4.0.950..4.0.1111'"},
    {0, "published", NULL, OPT_FLAG, offsetof(struct where_options, published), 0, 0,
     "what published listings tell of media that are not indexed, also where an image answers"},
    {'e', "exact", NULL, OPT_FLAG, offsetof(struct where_options, exact), 0, 0,
     "names as they are: * and ? stand for themselves"},
    {'r', "regex", NULL, OPT_FLAG, offsetof(struct where_options, regex), 0, 0,
     "names are POSIX extended regular expressions"},
    {'s', "substring", NULL, OPT_FLAG, offsetof(struct where_options, substring), 0, 0,
     "names are parts of names"},
    {'f', "from", "FILE", OPT_TEXT, offsetof(struct where_options, from), 0, 0,
     "names from FILE, one a line; - is standard input"},
    {'c', "commands", NULL, OPT_FLAG, offsetof(struct where_options, commands), 0, 0,
     "command lines (EXTRACT) for the real machine"},
    {0, "floppy", "DRIVE", OPT_TEXT, offsetof(struct where_options, floppy_drive), 0, 0,
     "floppy drive of that machine (default A:)"},
    {0, "cd", "DRIVE", OPT_TEXT, offsetof(struct where_options, cd_drive), 0, 0,
     "CD-ROM drive of that machine (default D:)"},
    {0, "to", "FOLDER", OPT_TEXT, offsetof(struct where_options, target), 0, 0,
     "folder of that machine (default: where Windows keeps such files)"},
};

/* ---- answers ------------------------------------------------------------------------------ */

struct answering {
    const struct where_options *options;
    struct wcab_search *search;
    struct wcab_table *table; /* NULL for programs */
    struct records *records;  /* NULL for people */
    size_t count;
    bool incomplete, missed;
};

static enum wcab_err print_answer(const struct answering *answering,
                                  const struct wcab_answer *answer)
{
    if (answering->table == NULL)
        return wcab_answer_json(answer, records_sink, answering->records);
    return wcab_table_answer(answering->table, answer);
}

/* Prints all answers; returns false after a message.  What stdout can't take is told at the end. */
static bool print_answers(struct answering *answering)
{
    const struct wcab_answer *answer = NULL;
    struct wcab_error err;

    for (;;) {
        if (wcab_search_next(answering->search, &answer, &err) != WCAB_OK) {
            (void)output_failure(&err);
            return false;
        }
        if (answer == NULL)
            return true;
        answering->count++;
        answering->incomplete = answering->incomplete || !answer->complete;
        if (print_answer(answering, answer) != WCAB_OK)
            return true;
    }
}

/* Whether contents were asked for, not only names. */
static bool asks_contents(const struct where_options *options)
{
    return options->hash != NULL || options->file_version != NULL;
}

/* Tells what could not be judged; returns whether there was anything. */
static bool print_unread(const struct answering *answering)
{
    const char *hash = answering->options->hash;
    bool sha256 = hash == NULL || (strlen(hash) != 40 && strlen(hash) != 32);
    const char *how =
        sha256 ? "'whichcab verify' reads" : "'whichcab verify --hashes --force' reads";
    const char *missing = sha256 ? "read in full" : "read for MD5 and SHA-1";
    uint64_t copies = 0, images = 0;

    wcab_search_unread(answering->search, &copies, &images);
    if (copies > 0)
        output_note("%" PRIu64 " cop%s not %s and could not be judged; %s what is indexed.", copies,
                    copies == 1 ? "y was" : "ies were", missing, how);
    if (images > 0)
        output_note("%" PRIu64 " image%s not %s and could not be judged; %s what is indexed.",
                    images, images == 1 ? " was" : "s were", missing, how);
    return copies > 0 || images > 0;
}

/* The table, as wide as the terminal; NULL after a message. */
static struct wcab_table *open_table(const struct cli *cli, struct wcab_catalog *catalog,
                                     unsigned flags)
{
    const struct terminal terminal = terminal_begin(cli);
    struct wcab_table *table = NULL;
    struct wcab_error err;

    if (terminal.colour)
        flags |= WCAB_TABLE_COLOUR;
    if (terminal.links)
        flags |= WCAB_TABLE_LINKS;
    if (wcab_table_open(flags, output_sink, stdout, &table, &err) != WCAB_OK) {
        (void)output_failure(&err);
        return NULL;
    }
    if (terminal.columns > 0 && wcab_table_fit(table, terminal.columns, catalog, &err) != WCAB_OK) {
        (void)output_failure(&err);
        (void)wcab_table_close(table);
        return NULL;
    }
    return table;
}

static int answer_all(struct answering *answering)
{
    size_t misses = 0;
    bool ok = print_answers(answering);

    /* A failed write shows when stdout is closed. */
    (void)wcab_table_close(answering->table);
    if (ok) {
        misses = command_tell_misses(answering->search, asks_contents(answering->options));
        if (answering->records != NULL)
            command_record_misses(answering->search, answering->records);
        answering->incomplete = print_unread(answering) || answering->incomplete;
    }
    answering->missed = misses > 0;
    if (!ok || misses == SIZE_MAX)
        return STATUS_ERROR;
    if (answering->count == 0)
        return STATUS_NOTHING;
    return answering->incomplete || misses > 0 ? STATUS_PARTLY : STATUS_DONE;
}

static enum wcab_match match_of(const struct where_options *options)
{
    return options->regex       ? WCAB_MATCH_REGEX
           : options->substring ? WCAB_MATCH_SUBSTRING
           : options->exact     ? WCAB_MATCH_EXACT
                                : WCAB_MATCH_AUTO;
}

static unsigned table_flags(const struct cli *cli)
{
    const struct where_options *options = cli->options;

    return (cli->global.verbose ? WCAB_TABLE_VERBOSE : 0u) |
           (asks_contents(options) ? WCAB_TABLE_CONTENTS : 0u) |
           (options->commands ? WCAB_TABLE_COMMANDS : 0u) | (options->all ? 0u : WCAB_TABLE_GROUP) |
           (options->all || options->published || options->medium != NULL ? 0u : WCAB_TABLE_OWN);
}

static int search_catalog(const struct cli *cli, struct wcab_catalog *catalog,
                          const struct name_list *list)
{
    const struct where_options *options = cli->options;
    const struct wcab_search_options search = {
        .sizeof_options = sizeof(search),
        .names = list->names,
        .name_count = list->count,
        .match = match_of(options),
        .medium = options->medium,
        .hash = options->hash,
        .file_version = options->file_version,
        .all = options->all,
        .suggest = true,
        .floppy_drive = options->floppy_drive != NULL ? options->floppy_drive : cli->config.floppy,
        .cd_drive = options->cd_drive != NULL ? options->cd_drive : cli->config.cd,
        .target_folder = options->target != NULL ? options->target : cli->config.to};
    struct answering answering = {.options = options, .records = cli->records};
    struct wcab_error err;
    bool exists = true;
    int status;

    if (wcab_catalog_exists(catalog, &exists, &err) != WCAB_OK ||
        wcab_search_open(catalog, &search, &answering.search, &err) != WCAB_OK)
        return output_failure(&err);
    if (!exists && cli->records == NULL && !asks_contents(options))
        output_note("Nothing is indexed yet ('whichcab index PATH...' does it): answers are from "
                    "published listings.");
    if (cli->records == NULL)
        answering.table = open_table(cli, catalog, table_flags(cli));
    status =
        cli->records != NULL || answering.table != NULL ? answer_all(&answering) : STATUS_ERROR;
    if (answering.missed)
        (void)command_tell_unread(catalog);
    wcab_search_close(answering.search);
    return status;
}

static int run(struct cli *cli)
{
    const struct where_options *options = cli->options;
    struct name_list list = {.names = NULL};
    struct wcab_catalog *catalog;
    int status = STATUS_ERROR;

    if (opts_exclude_matches(options->regex, options->substring, options->exact))
        return command_usage(cli);
    if (cli->records != NULL && options->commands) {
        output_error("--json has the command lines; --commands is for people");
        return command_usage(cli);
    }
    if (!name_list_collect(cli, options->from, &list))
        goto out;
    if (!options->regex && !options->substring)
        name_list_take_last_parts(&list);
    if (list.count == 0 && options->from == NULL && options->hash == NULL) {
        output_error("no name to look for");
        status = command_usage(cli);
        goto out;
    }
    if (list.count == 0 && options->from != NULL) { /* an empty list */
        status = STATUS_NOTHING;
        goto out;
    }
    catalog = command_catalog(cli);
    if (catalog != NULL)
        status = search_catalog(cli, catalog, &list);
    wcab_catalog_close(catalog);
out:
    name_list_free(&list);
    return status;
}

const struct command command_where = {
    .name = "where",
    .usage = "where [OPTION]... NAME...",
    .summary = "tell which cabinet of which disk holds a file",
    .details =
        "A NAME is a file name in any letter case, long or 8.3, or the name that the file gets "
        "when "
        "it is installed; with * ? or [...] it is a pattern.  It may be a path: then its folders "
        "have to be the last ones of the file's path through disk and cabinet, as in "
        "WIN95_07.CAB/MAPI32.DLL.\n"
        "Of each medium the right copy is shown: an installed system's before Setup's, that before "
        "the mini-Windows' of MINI.CAB.  A medium of which nothing is indexed is answered for from "
        "its published listing.\n"
        "--hash and --file-version look at files that were read in full ('whichcab index --deep', "
        "'whichcab verify').  Versions are compared number by number; those left out at the end "
        "count as 0, '=' looks at the given ones only, and a range ends with all that is like its "
        "end.  Three numbers are major, minor and build as Windows shows them: 4.0.1111 and "
        "4.00.1111 are 4.0.0.1111.",
    .examples = "where mapi32.dll\n"
                "where -c -m win95-dmf 'mapi*.dll'\n"
                "where --csv --fields name,medium,disk,cabinet '*.inf'",
    .options = where_table,
    .has_records = true,
    .option_count = sizeof(where_table) / sizeof(where_table[0]),
    .options_size = sizeof(struct where_options),
    .run = run};
