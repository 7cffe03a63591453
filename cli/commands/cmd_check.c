/*
 * cmd_check - whichcab check: what is wrong with the Windows on a PC's disk, and where the right
 * copies are.
 */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/commands/baseline.h"
#include "cli/commands/places.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/sandbox.h"

enum { SOUND = STATUS_DONE, PLACES_INDENT = 4 };

struct check_options {
    bool all, no_sandbox;
    const char *medium, *baseline;
};

static const struct opt check_table[] = {
    {'a', "all", NULL, OPT_FLAG, offsetof(struct check_options, all), 0, 0,
     "show sound files, too"},
    {'m', "medium", "MEDIUM", OPT_TEXT, offsetof(struct check_options, medium), 0, 0,
     "hold it against this medium: its id or the start of it, part of its title, or the path of an "
     "image (default: what most files are from)"},
    {0, "baseline", "FILE", OPT_TEXT, offsetof(struct check_options, baseline), 0, 0,
     "put down every file of the Windows folder in FILE; when it is there, tell what has changed "
     "since"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct check_options, no_sandbox), 0, 0,
     "keep all rights while files are read"},
};

struct checking {
    const struct cli *cli;
    struct wcab_catalog *catalog;
    struct baseline *baseline; /* NULL: none is asked for */
    struct wcab_error *err;
    struct progress progress;
};

static bool is_sound(enum wcab_check_state state)
{
    return state <= WCAB_CHECK_NEWER;
}

/* What is wrong, and with -v what is from updates. */
static unsigned states_told(const struct cli *cli)
{
    const struct check_options *options = cli->options;
    unsigned wrong = ~((2U << WCAB_CHECK_NEWER) - 1);

    if (options->all)
        return ~(1U << WCAB_CHECK_OTHER);
    return cli->global.verbose && cli->records == NULL ? wrong | 1U << WCAB_CHECK_UPDATED : wrong;
}

static void on_progress(void *context, uint64_t files, uint64_t total, uint64_t bytes)
{
    struct checking *checking = context;

    if (files == total) /* what is found comes next */
        progress_clear(&checking->progress);
    else
        progress_count(&checking->progress, "checking", "files", files, bytes);
}

static enum wcab_err on_file(void *context, const struct wcab_checked_file *file)
{
    const struct checking *checking = context;
    enum wcab_err code;

    if (checking->baseline != NULL && !baseline_note(checking->baseline, file))
        return WCAB_ERR_NOMEM;
    if (!(states_told(checking->cli) & 1U << file->state))
        return WCAB_OK;
    if (checking->cli->records != NULL)
        return wcab_checked_file_json(file, records_sink, checking->cli->records);
    code = wcab_checked_file_text(file, checking->cli->global.verbose, output_sink, stdout);
    if (code == WCAB_OK && !is_sound(file->state))
        code = places_print(checking->catalog, file->name, file->windows->release, PLACES_INDENT,
                            checking->err);
    return code;
}

static enum wcab_err on_windows(void *context, const struct wcab_checked_windows *windows)
{
    const struct checking *checking = context;

    if (checking->cli->records != NULL)
        return wcab_checked_windows_json(windows, records_sink, checking->cli->records);
    return wcab_checked_windows_text(windows, output_sink, stdout);
}

static void on_fault(void *context, const struct wcab_error *fault)
{
    struct checking *checking = context;

    progress_clear(&checking->progress);
    (void)output_failure(fault);
}

static int check(const struct cli *cli, struct wcab_catalog *catalog)
{
    const struct check_options *options = cli->options;
    struct wcab_error err;
    struct baseline baseline = {.path = NULL};
    struct checking checking = {.cli = cli,
                                .catalog = catalog,
                                .baseline = options->baseline != NULL ? &baseline : NULL,
                                .err = &err};
    const struct wcab_check_options wanted = {
        .sizeof_options = sizeof(wanted),
        .targets = (const char *const *)cli->operands,
        .target_count = (size_t)cli->operand_count,
        .medium = options->medium,
        .context = &checking,
        .on_file = on_file,
        .on_windows = on_windows,
        .on_fault = on_fault,
        .on_progress = on_progress,
        .states = options->baseline != NULL ? ~0U : states_told(cli)};
    const struct sandbox_rights rights = {
        .uses_catalog = true, .catalog = cli->global.catalog, .verbose = cli->global.verbose};
    struct wcab_check_result result = {.sizeof_result = sizeof(result)};
    enum wcab_err code;
    int changed = STATUS_DONE;

    if (checking.baseline != NULL && !baseline_open(&baseline, options->baseline))
        return STATUS_ERROR;
    if (!options->no_sandbox)
        sandbox_enter(&rights);
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    progress_begin(&checking.progress, true);
    code = wcab_check(catalog, &wanted, &result, &err);
    progress_clear(&checking.progress);
    if (checking.baseline != NULL)
        changed = baseline_close(&baseline, code == WCAB_OK, cli->records);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return ferror(stdout) ? STATUS_DONE /* told when stdout is closed */ : output_failure(&err);
    if (!result.has_hashes)
        output_note("No file on record was read in full, so bytes can't be compared; 'whichcab "
                    "index --deep' and 'whichcab verify' read them.");
    if (changed == STATUS_ERROR)
        return STATUS_ERROR;
    return result.wrong > 0 || result.faults > 0 || changed != STATUS_DONE ? STATUS_PARTLY : SOUND;
}

static int run(struct cli *cli)
{
    struct wcab_catalog *catalog;
    int status;

    if (cli->operand_count == 0) {
        output_error("no image, drive or folder was named");
        return command_usage(cli);
    }
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    status = check(cli, catalog);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_check = {
    .name = "check",
    .usage = "check [OPTION]... TARGET...",
    .summary = "tell what is wrong with the Windows on a PC's disk, and where the right copies are",
    .details =
        "A TARGET is the image of a hard disk, a drive, a mounted disk or a copied folder; it is "
        "only read.  Each Windows folder in it is held against the medium that most of its files "
        "are from.\n"
        "damaged: cut off, unreadable, overwritten.  missing: a program, SYSTEM.INI or a component "
        "that is installed asks for it.  wrong-copy: Setup's own file, or the mini-Windows'.  "
        "altered: other bytes under the same version, length or date.  older, newer: another "
        "version than the release's.  updated: bytes of another known medium.\n"
        "--baseline compares every file of the Windows folder with what it was when FILE was "
        "written.\n"
        "Exit status: 0 sound, 2 an error, 3 something is wrong or could not be read, or differs "
        "from the baseline.",
    .examples = "check hdd.img",
    .options = check_table,
    .has_records = true,
    .option_count = sizeof(check_table) / sizeof(check_table[0]),
    .options_size = sizeof(struct check_options),
    .run = run};
