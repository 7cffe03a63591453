/*
 * cmd_diff - whichcab diff: what one medium has and another has not, or has otherwise.
 */
#include <string.h>

#include "cli/command.h"

/* Exit statuses as those of diff. */
enum { SAME = 0, DIFFERENT = 1 };

struct diff_options {
    bool brief, ignore_date;
    const char *show;
};

static const struct opt diff_table[] = {
    {0, "show", "LIST", OPT_TEXT, offsetof(struct diff_options, show), 0, 0,
     "which files to show: left, right, changed, same, with commas between (default: all but "
     "same)"},
    {'s', "show", "LIST", OPT_TEXT, offsetof(struct diff_options, show), 0, 0, NULL},
    {'q', "quiet", NULL, OPT_FLAG, offsetof(struct diff_options, brief), 0, 0, "only the counts"},
    {0, "brief", NULL, OPT_FLAG, offsetof(struct diff_options, brief), 0, 0, NULL},
    {0, "ignore-date", NULL, OPT_FLAG, offsetof(struct diff_options, ignore_date), 0, 0,
     "files that differ in their date alone are the same"},
};

static const struct opt_word show_words[] = {{"left", WCAB_DIFFERENCE_LEFT},
                                             {"right", WCAB_DIFFERENCE_RIGHT},
                                             {"changed", WCAB_DIFFERENCE_CHANGED},
                                             {"same", WCAB_DIFFERENCE_SAME},
                                             {NULL, 0}};

/* What stdout can't take is told at the end. */
static void print_file(const struct cli *cli, const struct wcab_diff_file *file)
{
    const struct diff_options *options = cli->options;

    if (options->brief)
        return;
    if (cli->records != NULL)
        (void)wcab_diff_file_json(file, records_sink, cli->records);
    else
        (void)wcab_diff_file_text(file, cli->global.verbose, output_sink, stdout);
}

static int compare(const struct cli *cli, struct wcab_diff *diff)
{
    const struct wcab_diff_summary *summary = wcab_diff_result(diff);
    const struct wcab_diff_file *file = NULL;
    struct wcab_error err;

    if (cli->records == NULL)
        (void)wcab_diff_sides_text(summary, output_sink, stdout);
    do {
        if (wcab_diff_next(diff, &file, &err) != WCAB_OK)
            return output_failure(&err);
        if (file != NULL)
            print_file(cli, file);
    } while (file != NULL);
    if (cli->records != NULL)
        (void)wcab_diff_summary_json(summary, records_sink, cli->records);
    else
        (void)wcab_diff_summary_text(summary, output_sink, stdout);
    return summary->only_left + summary->only_right + summary->changed > 0 ? DIFFERENT : SAME;
}

static int run(struct cli *cli)
{
    const struct diff_options *options = cli->options;
    struct wcab_diff_options wanted = {.sizeof_options = sizeof(wanted),
                                       .show = WCAB_DIFFERENCE_LEFT | WCAB_DIFFERENCE_RIGHT |
                                               WCAB_DIFFERENCE_CHANGED,
                                       .ignore_date = options->ignore_date};
    struct wcab_catalog *catalog;
    struct wcab_diff *diff = NULL;
    struct wcab_error err;
    int status = STATUS_ERROR;

    if (cli->operand_count < 2) {
        output_error("two media are needed");
        return command_usage(cli);
    }
    if (options->show != NULL && !opts_words("show", options->show, show_words, &wanted.show))
        return command_usage(cli);
    wanted.left = cli->operands[0];
    wanted.right = cli->operands[1];
    wanted.names = (const char *const *)(cli->operands + 2);
    wanted.name_count = (size_t)cli->operand_count - 2;
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    if (wcab_diff_open(catalog, &wanted, &diff, &err) == WCAB_OK)
        status = compare(cli, diff);
    else
        (void)output_failure(&err);
    wcab_diff_close(diff);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_diff = {
    .name = "diff",
    .usage = "diff [OPTION]... MEDIUM MEDIUM [NAME]...",
    .summary = "compare the files of two media",
    .details =
        "A MEDIUM is a profile's id or the start of it, a part of a title, or the path of an image "
        "or of a folder of images.  What is indexed of it counts, and of disks that are not "
        "indexed the published listing.  With NAMEs (or patterns, without folders) only files of "
        "these names.\n"
        "The same file lies in another cabinet on each medium, so files are matched by name, in "
        "any letter case, long or 8.3, or the name on installation.  Where a medium has several "
        "files of one name, equal ones are matched first.  Cabinets and archives are compared by "
        "what is in them.\n"
        "Lines begin with < (only the first medium has the file), > (only the second one), ! "
        "(changed: size, date, version, bytes) or = (same).  Bytes are compared by SHA-256 where "
        "both files were read in full ('whichcab index --deep', 'whichcab verify').\n"
        "Exit status: 0 no difference, 1 differences, 2 an error.",
    .examples = "diff win95-cd win95-osr2-cd\n"
                "diff -q old.iso new.iso",
    .options = diff_table,
    .has_records = true,
    .option_count = sizeof(diff_table) / sizeof(diff_table[0]),
    .options_size = sizeof(struct diff_options),
    .run = run};
