/*
 * cmd_check - whichcab check: what is wrong with the Windows on a PC's disk, and where the right
 * copies are.
 */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/sandbox.h"

enum { SOUND = STATUS_DONE, PLACES_SHOWN = 8 };

struct check_options {
    bool all, no_sandbox;
    const char *medium;
};

static const struct opt check_table[] = {
    {'a', "all", NULL, OPT_FLAG, offsetof(struct check_options, all), 0, 0,
     "show sound files, too"},
    {'m', "medium", "MEDIUM", OPT_TEXT, offsetof(struct check_options, medium), 0, 0,
     "hold it against this medium: its id or the start of it, part of its title, or the path of an "
     "image (default: what most files are from)"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct check_options, no_sandbox), 0, 0,
     "keep all rights while files are read"},
};

struct checking {
    const struct cli *cli;
    struct wcab_catalog *catalog;
    struct wcab_error *err;
};

static bool is_sound(enum wcab_check_state state)
{
    return state <= WCAB_CHECK_NEWER;
}

/* "    mapi32.dll in WIN95_07.CAB, disk 7 of win95-dmf" */
static void print_place(const struct wcab_answer *answer)
{
    const char *medium = answer->medium != NULL  ? answer->medium
                         : answer->image != NULL ? answer->image
                                                 : "an unknown medium";

    output_masked(stdout, "    ");
    output_masked(stdout, answer->name);
    if (answer->cabinet != NULL || answer->path != NULL) {
        output_masked(stdout, " in ");
        output_masked(stdout, answer->cabinet != NULL ? answer->cabinet : answer->path);
    }
    if (answer->disk != NULL) {
        output_masked(stdout, ", disk ");
        output_masked(stdout, answer->disk);
    }
    output_masked(stdout, " of ");
    output_masked(stdout, medium);
    if (answer->source == WCAB_SOURCE_PUBLISHED)
        output_masked(stdout, " (published)");
    (void)fputc('\n', stdout);
}

/* Whether two releases are of one version of Windows: 4.00.950 and 4.00.1111. */
static bool is_same_version(const char *a, const char *b)
{
    unsigned dots = 0;

    for (; *a != '\0' && *a == *b; a++, b++) {
        dots += *a == '.';
        if (dots == 2)
            return true;
    }
    return *a == *b;
}

/* Setup's own copy is never the right one, nor is that of another Windows. */
static bool is_right(const struct wcab_answer *answer, const char *release)
{
    if (answer->role != NULL && strcmp(answer->role, "system") != 0)
        return false;
    return release == NULL || answer->release == NULL || is_same_version(answer->release, release);
}

/* Where each medium has the file. */
static enum wcab_err print_places(const struct checking *checking,
                                  const struct wcab_checked_file *file)
{
    const char *names[] = {file->name};
    const struct wcab_search_options options = {.sizeof_options = sizeof(options),
                                                .names = names,
                                                .name_count = 1,
                                                .match = WCAB_MATCH_EXACT};
    struct wcab_search *search = NULL;
    const struct wcab_answer *answer = NULL;
    unsigned shown = 0;
    enum wcab_err code = wcab_search_open(checking->catalog, &options, &search, checking->err);

    if (code == WCAB_OK)
        code = wcab_search_next(search, &answer, checking->err);
    while (code == WCAB_OK && answer != NULL && shown < PLACES_SHOWN) {
        if (is_right(answer, file->windows->release)) {
            print_place(answer);
            shown++;
        }
        code = wcab_search_next(search, &answer, checking->err);
    }
    wcab_search_close(search);
    return code == WCAB_ERR_USAGE ? WCAB_OK : code; /* a name that no medium can have */
}

static enum wcab_err on_file(void *context, const struct wcab_checked_file *file)
{
    const struct checking *checking = context;
    const struct check_options *options = checking->cli->options;
    enum wcab_err code;

    if (!options->all && is_sound(file->state) && file->state != WCAB_CHECK_UPDATED)
        return WCAB_OK;
    if (checking->cli->records != NULL)
        return options->all || !is_sound(file->state)
                   ? wcab_checked_file_json(file, records_sink, checking->cli->records)
                   : WCAB_OK;
    if (!options->all && is_sound(file->state) && !checking->cli->global.verbose)
        return WCAB_OK;
    code = wcab_checked_file_text(file, checking->cli->global.verbose, output_sink, stdout);
    if (code == WCAB_OK && !is_sound(file->state))
        code = print_places(checking, file);
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
    (void)context;
    (void)output_failure(fault);
}

static int check(const struct cli *cli, struct wcab_catalog *catalog)
{
    const struct check_options *options = cli->options;
    struct wcab_error err;
    struct checking checking = {cli, catalog, &err};
    const struct wcab_check_options wanted = {.sizeof_options = sizeof(wanted),
                                              .targets = (const char *const *)cli->operands,
                                              .target_count = (size_t)cli->operand_count,
                                              .medium = options->medium,
                                              .context = &checking,
                                              .on_file = on_file,
                                              .on_windows = on_windows,
                                              .on_fault = on_fault};
    const struct sandbox_rights rights = {
        .uses_catalog = true, .catalog = cli->global.catalog, .verbose = cli->global.verbose};
    struct wcab_check_result result = {.sizeof_result = sizeof(result)};
    enum wcab_err code;

    if (!options->no_sandbox)
        sandbox_enter(&rights);
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    code = wcab_check(catalog, &wanted, &result, &err);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return ferror(stdout) ? STATUS_DONE /* told when stdout is closed */ : output_failure(&err);
    if (!result.has_hashes)
        output_note("No file on record was read in full, so bytes can't be compared; 'whichcab "
                    "index --deep' and 'whichcab verify' read them.");
    return result.wrong > 0 || result.faults > 0 ? STATUS_PARTLY : SOUND;
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
        "Exit status: 0 sound, 2 an error, 3 something is wrong or could not be read.",
    .examples = "check hdd.img",
    .options = check_table,
    .has_records = true,
    .option_count = sizeof(check_table) / sizeof(check_table[0]),
    .options_size = sizeof(struct check_options),
    .run = run};
