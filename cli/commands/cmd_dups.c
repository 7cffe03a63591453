/*
 * cmd_dups - whichcab dups: files of the same bytes.
 */
#include <inttypes.h>

#include "cli/command.h"

struct dups_options {
    struct opt_texts media;
    uint64_t least_size;
};

static const struct opt dups_table[] = {
    {'m', "medium", "MEDIUM", OPT_TEXTS, offsetof(struct dups_options, media), 0, 0,
     "only copies on this medium (as for 'where'); more than once: what all of these media have"},
    {0, "min-size", "BYTES", OPT_NUMBER, offsetof(struct dups_options, least_size), 1, UINT64_MAX,
     "only files of at least so many bytes (default 1)"},
};

struct showing {
    const struct cli *cli;
    size_t count;
};

static enum wcab_err print_content(void *context, const struct wcab_content *content)
{
    struct showing *showing = context;
    unsigned flags =
        WCAB_CONTENT_NAMES | (showing->cli->global.verbose ? WCAB_CONTENT_VERBOSE : 0u);

    showing->count++;
    if (showing->cli->records != NULL)
        return wcab_content_json(content, records_sink, showing->cli->records);
    return wcab_content_text(content, flags, output_sink, stdout);
}

/* Why nothing was shown: no such name, or no other file of its bytes. */
static void tell_nothing(const struct cli *cli, struct wcab_catalog *catalog)
{
    const struct wcab_search_options wanted = {.sizeof_options = sizeof(wanted),
                                               .names = (const char *const *)cli->operands,
                                               .name_count = (size_t)cli->operand_count,
                                               .suggest = true};
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    struct wcab_error err;
    size_t misses = 0;

    if (cli->operand_count > 0 && wcab_search_open(catalog, &wanted, &search, &err) == WCAB_OK) {
        while (wcab_search_next(search, &answer, &err) == WCAB_OK && answer != NULL)
            ;
        misses = command_tell_misses(search, false);
        wcab_search_close(search);
    }
    if (misses == 0 || misses < (size_t)cli->operand_count)
        output_note("No two files%s that were read in full have the same bytes.",
                    cli->operand_count > 0 ? " of such a name" : "");
}

static int show(const struct cli *cli, struct wcab_catalog *catalog)
{
    const struct dups_options *options = cli->options;
    const struct wcab_dups_options wanted = {.sizeof_options = sizeof(wanted),
                                             .names = (const char *const *)cli->operands,
                                             .name_count = (size_t)cli->operand_count,
                                             .media = options->media.items,
                                             .medium_count = options->media.count,
                                             .least_size =
                                                 options->least_size > 0 ? options->least_size : 1};
    struct showing showing = {.cli = cli};
    struct wcab_error err;
    uint64_t unread = 0;

    if (wcab_dups_each(catalog, &wanted, print_content, &showing, &unread, &err) != WCAB_OK)
        return ferror(stdout) ? STATUS_DONE /* told when stdout is closed */ : output_failure(&err);
    if (unread > 0)
        output_note("%" PRIu64
                    " image%s not read in full; 'whichcab verify' reads what is indexed.",
                    unread, unread == 1 ? " was" : "s were");
    if (showing.count == 0) {
        tell_nothing(cli, catalog);
        return STATUS_NOTHING;
    }
    return unread > 0 ? STATUS_PARTLY : STATUS_DONE;
}

static int run(struct cli *cli)
{
    struct wcab_catalog *catalog = command_catalog(cli);
    int status = catalog != NULL ? show(cli, catalog) : STATUS_ERROR;

    wcab_catalog_close(catalog);
    return status;
}

const struct command command_dups = {
    .name = "dups",
    .usage = "dups [OPTION]... [NAME]...",
    .summary = "show files of the same bytes, under whatever names",
    .details =
        "Each content that more than one file has is shown with all its places, in order of the "
        "SHA-256.  With a NAME (or a pattern, without folders) only contents that a file of this "
        "name has; the others of the same bytes are shown, too.\n"
        "Only files that were read in full are compared ('whichcab index --deep', 'whichcab "
        "verify').  Copies in one medium count as well as copies on two.",
    .examples = "dups -m win95-cd -m win95-dmf",
    .options = dups_table,
    .has_records = true,
    .option_count = sizeof(dups_table) / sizeof(dups_table[0]),
    .options_size = sizeof(struct dups_options),
    .run = run};
