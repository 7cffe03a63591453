/*
 * cmd_versions - whichcab versions: every version of a file over all media.
 */
#include "cli/command.h"
#include "cli/name_list.h"

struct versions_options {
    bool regex, substring, exact;
    const char *medium, *from;
};

static const struct opt versions_table[] = {
    {'m', "medium", "MEDIUM", OPT_TEXT, offsetof(struct versions_options, medium), 0, 0,
     "only this medium: its id or the start of it, part of its title, or the path of an image"},
    {'e', "exact", NULL, OPT_FLAG, offsetof(struct versions_options, exact), 0, 0,
     "names as they are: * and ? stand for themselves"},
    {'r', "regex", NULL, OPT_FLAG, offsetof(struct versions_options, regex), 0, 0,
     "names are POSIX extended regular expressions"},
    {'s', "substring", NULL, OPT_FLAG, offsetof(struct versions_options, substring), 0, 0,
     "names are parts of names"},
    {'f', "from", "FILE", OPT_TEXT, offsetof(struct versions_options, from), 0, 0,
     "names from FILE, one a line; - is standard input"},
};

struct showing {
    const struct cli *cli;
    struct wcab_versions *versions;
    size_t count;
    bool incomplete; /* an indexed copy was not read in full */
};

static enum wcab_err print_version(struct showing *showing, const struct wcab_content *content)
{
    unsigned flags = showing->cli->global.verbose ? WCAB_CONTENT_VERBOSE : 0;

    if (showing->cli->records != NULL)
        return wcab_content_json(content, records_sink, showing->cli->records);
    if (content->first && showing->count > 0)
        (void)fputc('\n', stdout);
    return wcab_content_text(content, flags, output_sink, stdout);
}

static bool is_unread(const struct wcab_content *content)
{
    size_t i;

    if (content->state == WCAB_CONTENT_WHOLE)
        return false;
    for (i = 0; i < content->place_count; i++) {
        if (content->places[i].source == WCAB_SOURCE_INDEXED)
            return true;
    }
    return false;
}

/* Prints all versions; false after a message.  What stdout can't take is told at the end. */
static bool print_versions(struct showing *showing)
{
    const struct wcab_content *content = NULL;
    struct wcab_error err;

    for (;;) {
        if (wcab_versions_next(showing->versions, &content, &err) != WCAB_OK) {
            (void)output_failure(&err);
            return false;
        }
        if (content == NULL || print_version(showing, content) != WCAB_OK)
            return true;
        showing->count++;
        showing->incomplete = showing->incomplete || is_unread(content);
    }
}

/* Tells of the names without a version; false after a failure. */
static bool print_misses(const struct showing *showing, size_t *misses)
{
    const struct wcab_suggestion *suggestions = NULL;
    struct wcab_error err;

    if (wcab_versions_suggestions(showing->versions, &suggestions, misses, &err) != WCAB_OK) {
        (void)output_failure(&err);
        return false;
    }
    command_print_misses(suggestions, *misses, false);
    return true;
}

static int show(const struct cli *cli, struct wcab_catalog *catalog, const struct name_list *list)
{
    const struct versions_options *options = cli->options;
    const struct wcab_search_options search = {.sizeof_options = sizeof(search),
                                               .names = list->names,
                                               .name_count = list->count,
                                               .match = options->regex       ? WCAB_MATCH_REGEX
                                                        : options->substring ? WCAB_MATCH_SUBSTRING
                                                        : options->exact     ? WCAB_MATCH_EXACT
                                                                             : WCAB_MATCH_AUTO,
                                               .medium = options->medium,
                                               .suggest = true};
    struct showing showing = {.cli = cli};
    struct wcab_error err;
    size_t misses = 0;
    bool ok;

    if (wcab_versions_open(catalog, &search, &showing.versions, &err) != WCAB_OK)
        return output_failure(&err);
    ok = print_versions(&showing) && print_misses(&showing, &misses);
    if (ok && showing.incomplete)
        output_note("What was not read in full has no version; 'whichcab verify' reads it.");
    wcab_versions_close(showing.versions);
    if (!ok)
        return STATUS_ERROR;
    if (showing.count == 0)
        return STATUS_NOTHING;
    return showing.incomplete || misses > 0 ? STATUS_PARTLY : STATUS_DONE;
}

static int run(struct cli *cli)
{
    const struct versions_options *options = cli->options;
    struct name_list list = {.names = NULL};
    struct wcab_catalog *catalog;
    int status = STATUS_ERROR;

    if (opts_exclude_matches(options->regex, options->substring, options->exact))
        return command_usage(cli);
    if (!name_list_collect(cli, options->from, &list))
        goto out;
    if (!options->regex && !options->substring)
        name_list_take_last_parts(&list);
    if (list.count == 0) {
        status = options->from != NULL ? STATUS_NOTHING : STATUS_ERROR;
        if (status == STATUS_ERROR) {
            output_error("no name to look for");
            status = command_usage(cli);
        }
        goto out;
    }
    catalog = command_catalog(cli);
    if (catalog != NULL)
        status = show(cli, catalog, &list);
    wcab_catalog_close(catalog);
out:
    name_list_free(&list);
    return status;
}

const struct command command_versions = {
    .name = "versions",
    .usage = "versions [OPTION]... NAME...",
    .summary = "show every version of a file, oldest first, and where it is",
    .details =
        "Copies of the same bytes are one version, wherever they lie and whatever their dates are; "
        "the oldest date is shown.  Files with a version come first, in order of their versions, "
        "then those without one in order of their dates.  A NAME is as for 'whichcab where'.\n"
        "Versions and hashes are known of what was read in full ('whichcab index --deep', "
        "'whichcab "
        "verify').  Other copies are shown as not read, one for each size and date.",
    .examples = "versions mfc42.dll",
    .options = versions_table,
    .has_records = true,
    .option_count = sizeof(versions_table) / sizeof(versions_table[0]),
    .options_size = sizeof(struct versions_options),
    .run = run};
