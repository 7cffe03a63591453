/*
 * cmd_id - whichcab id: which medium a file of a computer is from, and whether it is intact.
 */
#include <string.h>

#include "cli/command.h"
#include "cli/fetching.h"
#include "cli/interrupt.h"
#include "cli/name_list.h"
#include "cli/sandbox.h"

enum { ALL_INTACT = 0, NOT_INTACT = 1 };

struct id_options {
    bool recursive, nul_ended, no_sandbox;
    const char *medium, *show, *from;
};

static const struct opt id_table[] = {
    {'R', "recursive", NULL, OPT_FLAG, offsetof(struct id_options, recursive), 0, 0,
     "look through folders; symbolic links in them are passed over"},
    {'r', "recursive", NULL, OPT_FLAG, offsetof(struct id_options, recursive), 0, 0, NULL},
    {'m', "medium", "MEDIUM", OPT_TEXT, offsetof(struct id_options, medium), 0, 0,
     "only this medium: its id or the start of it, part of its title, or the path of an image"},
    {0, "show", "LIST", OPT_TEXT, offsetof(struct id_options, show), 0, 0,
     "which files to show: intact, probable, altered, unknown, with commas between (default: all)"},
    {'s', "show", "LIST", OPT_TEXT, offsetof(struct id_options, show), 0, 0, NULL},
    {'f', "from", "FILE", OPT_TEXT, offsetof(struct id_options, from), 0, 0,
     "files from FILE, one a line; - is standard input"},
    {'0', "null", NULL, OPT_FLAG, offsetof(struct id_options, nul_ended), 0, 0,
     "in that list each name ends with a NUL byte (find -print0)"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct id_options, no_sandbox), 0, 0,
     "keep all rights while files are read"},
};

/* Bits are 1 << enum wcab_identity. */
static const struct opt_word show_words[] = {{"intact", 1U << WCAB_IDENTITY_INTACT},
                                             {"probable", 1U << WCAB_IDENTITY_PROBABLE},
                                             {"altered", 1U << WCAB_IDENTITY_ALTERED},
                                             {"unknown", 1U << WCAB_IDENTITY_UNKNOWN},
                                             {NULL, 0}};

struct identifying {
    const struct cli *cli;
    unsigned show;
};

static enum wcab_err on_file(void *context, const struct wcab_identified *file)
{
    const struct identifying *identifying = context;
    const struct cli *cli = identifying->cli;

    if (cli->records != NULL &&
        (identifying->show & 1U << file->identity || file->identity == WCAB_IDENTITY_FAILED))
        return wcab_identified_json(file, records_sink, cli->records);
    if (file->identity == WCAB_IDENTITY_FAILED) {
        output_error("%s: %s", file->path, file->error->text);
        return WCAB_OK;
    }
    if (!(identifying->show & 1U << file->identity))
        return WCAB_OK;
    return wcab_identified_text(file, cli->global.verbose, output_sink, stdout);
}

static int print_result(const struct cli *cli, const struct wcab_identify_result *result)
{
    uint64_t files = result->intact + result->probable + result->altered + result->unknown;

    if (cli->records != NULL)
        (void)wcab_identify_result_json(result, records_sink, cli->records);
    else if (files + result->failed > 1)
        output_note("%llu files: %llu intact, %llu probably intact, %llu altered, %llu unknown, "
                    "%llu not read",
                    (unsigned long long)files + result->failed, (unsigned long long)result->intact,
                    (unsigned long long)result->probable, (unsigned long long)result->altered,
                    (unsigned long long)result->unknown, (unsigned long long)result->failed);
    if (!result->has_hashes && files > 0 && result->intact + result->altered == 0)
        output_note("No file on record was read in full, so none can be told by its bytes; "
                    "'whichcab index --deep' and 'whichcab verify' do it.");
    if (result->failed > 0)
        return STATUS_ERROR;
    return result->altered + result->unknown > 0 ? NOT_INTACT : ALL_INTACT;
}

static int identify(const struct cli *cli, struct wcab_catalog *catalog,
                    const struct name_list *list, unsigned show)
{
    const struct id_options *options = cli->options;
    struct identifying identifying = {cli, show};
    const struct wcab_identify_options wanted = {.sizeof_options = sizeof(wanted),
                                                 .paths = list->names,
                                                 .path_count = list->count,
                                                 .recursive = options->recursive,
                                                 .medium = options->medium,
                                                 .context = &identifying,
                                                 .on_file = on_file};
    const struct sandbox_rights rights = {
        .uses_catalog = true, .catalog = cli->global.catalog, .verbose = cli->global.verbose};
    struct wcab_identify_result result = {.sizeof_result = sizeof(result)};
    struct wcab_fetch *fetch;
    struct wcab_error err;
    enum wcab_err code;

    fetch = fetching_begin(cli, NULL, 0, true, 0);
    wcab_catalog_set_fetch(catalog, fetch);
    if (!options->no_sandbox)
        sandbox_enter(&rights);
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    code = wcab_identify(catalog, &wanted, &result, &err);
    wcab_catalog_set_fetch(catalog, NULL);
    fetching_end(cli, fetch);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return ferror(stdout) ? STATUS_DONE /* told when stdout is closed */ : output_failure(&err);
    return print_result(cli, &result);
}

static int run(struct cli *cli)
{
    const struct id_options *options = cli->options;
    struct name_list list = {.nul_ended = options->nul_ended};
    struct wcab_catalog *catalog = NULL;
    unsigned show = ~0U;
    int status = STATUS_ERROR;

    if (options->show != NULL && !opts_words("show", options->show, show_words, &show))
        return command_usage(cli);
    if (!name_list_collect(cli, options->from, &list))
        goto out;
    if (list.count == 0 && options->from == NULL) {
        output_error("no file was named");
        status = command_usage(cli);
        goto out;
    }
    catalog = command_catalog(cli);
    if (catalog != NULL)
        status = identify(cli, catalog, &list, show);
out:
    wcab_catalog_close(catalog);
    name_list_free(&list);
    return status;
}

const struct command command_id = {
    .name = "id",
    .usage = "id [OPTION]... FILE...",
    .summary = "tell which medium files of a computer are from, and if they are intact",
    .details =
        "Each FILE is read and looked up by its SHA-256, and a packed one (MAPI32.DL_) by that of "
        "what it holds as well.\n"
        "intact: a medium has a file of the same bytes.  probably intact: one of the same name, "
        "size and date, whose bytes are not on record ('whichcab verify' reads what is indexed).  "
        "altered: the same name and version (or, where none tells, size or date), but other "
        "bytes.  unknown: all else; the nearest version of that name is shown.\n"
        "Exit status: 0 all are intact or probably so, 1 some are altered or unknown, 2 an error, "
        "or a file that could not be read.",
    .examples = "id -R /mnt/c/windows\n"
                "id MAPI32.DLL",
    .options = id_table,
    .has_records = true,
    .option_count = sizeof(id_table) / sizeof(id_table[0]),
    .options_size = sizeof(struct id_options),
    .run = run};
