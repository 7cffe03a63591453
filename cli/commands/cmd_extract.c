/*
 * cmd_extract - whichcab extract: files out of indexed images.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/batch_file.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/name_list.h"
#include "cli/sandbox.h"

struct extract_options {
    bool all, dry_run, force, no_sandbox, regex, salvage, to_stdout, substring;
    const char *medium, *folder, *file, *decoder;
    struct batch_options batch;
};

static const struct opt extract_opts[] = {
    {'a', "all", NULL, OPT_FLAG, offsetof(struct extract_options, all), 0, 0,
     "every copy, not only the best one"},
    {0, "batch", "FILE.BAT", OPT_TEXT, offsetof(struct extract_options, batch.file), 0, 0,
     "extract nothing: write a batch file of DOS that takes the files from the real disks; - for "
     "standard output"},
    {0, "cd", "DRIVE", OPT_TEXT, offsetof(struct extract_options, batch.cd_drive), 0, 0,
     "with --batch: CD-ROM drive of that machine (default D:)"},
    {0, "decoder", "NAME", OPT_TEXT, offsetof(struct extract_options, decoder), 0, 0,
     "unpack with: own (fast, the default) or libmspack, to compare"},
    {'f', "from", "FILE", OPT_TEXT, offsetof(struct extract_options, file), 0, 0,
     "names from FILE, one a line; - is standard input"},
    {0, "file", "FILE", OPT_TEXT, offsetof(struct extract_options, file), 0, 0, NULL},
    {0, "floppy", "DRIVE", OPT_TEXT, offsetof(struct extract_options, batch.floppy_drive), 0, 0,
     "with --batch: floppy drive of that machine (default A:)"},
    {0, "force", NULL, OPT_FLAG, offsetof(struct extract_options, force), 0, 0,
     "overwrite files that are there"},
    {'m', "medium", "MEDIUM", OPT_TEXT, offsetof(struct extract_options, medium), 0, 0,
     "only from this medium: profile id, part of a title, or path of an image"},
    {'n', "dry-run", NULL, OPT_FLAG, offsetof(struct extract_options, dry_run), 0, 0,
     "only show the disks needed, in order"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct extract_options, no_sandbox), 0, 0,
     "keep all rights while images are read"},
    {'o', "output", "FOLDER", OPT_TEXT, offsetof(struct extract_options, folder), 0, 0,
     "put files here, by default in the current folder"},
    {'r', "regex", NULL, OPT_FLAG, offsetof(struct extract_options, regex), 0, 0,
     "names are regular expressions"},
    {'s', "substring", NULL, OPT_FLAG, offsetof(struct extract_options, substring), 0, 0,
     "names are parts of names"},
    {0, "salvage", NULL, OPT_FLAG, offsetof(struct extract_options, salvage), 0, 0,
     "write damaged files, too, as NAME.damaged, with zeroes for what is lost"},
    {0, "stdout", NULL, OPT_FLAG, offsetof(struct extract_options, to_stdout), 0, 0,
     "write the files' bytes to standard output"},
    {0, "to", "FOLDER", OPT_TEXT, offsetof(struct extract_options, batch.target), 0, 0,
     "with --batch: folder of that machine (default: where Windows keeps such files)"},
};

static enum wcab_err on_bytes(void *context, const void *data, size_t size)
{
    (void)context;
    return fwrite(data, 1, size, stdout) == size ? WCAB_OK : WCAB_ERR_IO;
}

/* Which bytes of a salvaged file are wrong. */
static void print_ranges(const struct wcab_extract_event *event)
{
    enum { MOST = 20 };
    size_t i;

    for (i = 0; i < event->range_count && i < MOST; i++) {
        const struct wcab_damaged_range *range = &event->ranges[i];

        output_note("    bytes %llu to %llu of %llu are %s", (unsigned long long)range->start,
                    (unsigned long long)(range->start + range->size - 1),
                    (unsigned long long)event->size, range->lost ? "lost" : "doubtful");
    }
    if (event->range_count > MOST)
        output_note("    and %zu further ranges", event->range_count - MOST);
}

static void on_event(void *context, const struct wcab_extract_event *event)
{
    const struct cli *cli = context;

    switch (event->kind) {
    case WCAB_EXTRACT_DONE:
        if (cli->global.verbose)
            output_note(
                "%s: %llu bytes from %s%s%s", event->written != NULL ? event->written : event->name,
                (unsigned long long)event->size, event->image, event->cabinet != NULL ? " > " : "",
                event->cabinet != NULL ? event->cabinet : "");
        if (event->written != NULL && event->renamed)
            output_note("%s: written as %s, for its own name can't stand on a disk", event->name,
                        event->written);
        else if (event->written != NULL && strcasecmp(event->written, event->name) != 0)
            output_note("%s: written as %s, for there is another file of that name", event->name,
                        event->written);
        if (event->installed_as != NULL)
            output_note("%s: %s%s when installed",
                        event->written != NULL ? event->written : event->name,
                        event->installed_as_probable ? "probably " : "", event->installed_as);
        break;
    case WCAB_EXTRACT_SALVAGED:
        output_error("%s: salvaged: %s", event->written != NULL ? event->written : event->name,
                     event->error->text);
        print_ranges(event);
        break;
    case WCAB_EXTRACT_FAILED:
        output_error("%s (%s%s%s): %s", event->name, event->image,
                     event->cabinet != NULL ? " > " : "",
                     event->cabinet != NULL ? event->cabinet : "", event->error->text);
        if (event->elsewhere != NULL)
            output_note("    %s", event->elsewhere);
        break;
    case WCAB_EXTRACT_NOTFOUND:
    case WCAB_EXTRACT_UNDECIDED:
        output_error("%s: %s", event->name, event->error->text);
        break;
    }
}

static void print_need(const struct wcab_need *need)
{
    output_masked(stdout, need->insert);
    if (need->cabinet != NULL) {
        printf(", ");
        output_masked(stdout, need->cabinet);
    }
    if (need->image != NULL) {
        printf(" (");
        output_masked(stdout, need->image);
        printf(")");
    }
    printf("%s\n", need->present ? need->damaged ? "  damaged" : "" : "  MISSING");
}

/* The disks of each file in order; nothing is written. */
static int show_needs(struct wcab_catalog *catalog,
                      const struct wcab_search_options *search_options)
{
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    struct wcab_error err;
    int status = STATUS_NOTHING;
    enum wcab_err code = wcab_search_open(catalog, search_options, &search, &err);
    size_t i;

    while (code == WCAB_OK && (code = wcab_search_next(search, &answer, &err)) == WCAB_OK &&
           answer != NULL) {
        output_masked(stdout, answer->name);
        printf(" from ");
        output_masked(stdout, answer->title != NULL   ? answer->title
                              : answer->image != NULL ? answer->image
                                                      : "?");
        printf(":\n");
        for (i = 0; i < answer->need_count; i++) {
            printf("  %zu. ", i + 1);
            print_need(&answer->needs[i]);
        }
        if (status != STATUS_PARTLY)
            status = answer->complete ? STATUS_DONE : STATUS_PARTLY;
    }
    if (code == WCAB_OK && command_tell_misses(search, false) > 0 && status == STATUS_DONE)
        status = STATUS_PARTLY;
    wcab_search_close(search);
    return code == WCAB_OK ? status : output_failure(&err);
}

/* Whether an image has any of the names. */
static bool is_on_image(struct wcab_catalog *catalog, const struct wcab_search_options *options)
{
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    struct wcab_error err;
    bool found = false;

    if (wcab_search_open(catalog, options, &search, &err) != WCAB_OK)
        return false;
    while (!found && wcab_search_next(search, &answer, &err) == WCAB_OK && answer != NULL)
        found = answer->source == WCAB_SOURCE_INDEXED;
    wcab_search_close(search);
    return found;
}

/* The folder is made before, but not for nothing. */
static void drop_rights(const struct cli *cli, struct wcab_catalog *catalog,
                        const struct wcab_extract_options *options)
{
    struct sandbox_rights rights = {.uses_catalog = true,
                                    .catalog = cli->global.catalog,
                                    .output = options->folder,
                                    .verbose = cli->global.verbose};

    if (rights.output != NULL && access(rights.output, F_OK) != 0 &&
        !is_on_image(catalog, options->search))
        rights.output = NULL;
    sandbox_enter(&rights);
}

static void print_summary(const struct wcab_extract_result *result)
{
    char missed[64] = "", renamed[64] = "";

    if (result->not_found > 0)
        (void)snprintf(missed, sizeof(missed), ", %llu name%s not found",
                       (unsigned long long)result->not_found, result->not_found == 1 ? "" : "s");
    if (result->renamed > 0)
        (void)snprintf(renamed, sizeof(renamed), ", %llu under another name",
                       (unsigned long long)result->renamed);
    output_note("%llu files extracted, %llu salvaged, %llu failed%s%s",
                (unsigned long long)result->written, (unsigned long long)result->salvaged,
                (unsigned long long)result->failed, renamed, missed);
}

static int run_extract(const struct cli *cli, struct wcab_catalog *catalog,
                       const struct extract_options *chosen,
                       const struct wcab_search_options *search, enum wcab_decoder decoder)
{
    struct wcab_extract_options options = {.sizeof_options = sizeof(options)};
    struct wcab_extract_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err;
    enum wcab_err code;

    options.search = search;
    options.decoder = decoder;
    options.folder = chosen->to_stdout ? NULL : chosen->folder != NULL ? chosen->folder : ".";
    options.replace = chosen->force;
    options.salvage = chosen->salvage;
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    options.context = (void *)(uintptr_t)cli;
    options.on_event = on_event;
    options.put = on_bytes;
    if (!chosen->no_sandbox)
        drop_rights(cli, catalog, &options);
    code = wcab_extract(catalog, &options, &result, &err);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    if (code == WCAB_ERR_NOTFOUND && result.written + result.failed == 0) {
        if (result.not_found == 0)
            output_failure(&err);
        return STATUS_NOTHING;
    }
    if (code != WCAB_OK)
        return output_failure(&err);
    if (!chosen->to_stdout)
        print_summary(&result);
    return result.failed + result.salvaged + result.not_found + result.undecided > 0 ? STATUS_PARTLY
                                                                                     : STATUS_DONE;
}

/* Whether two options contradict each other, after a message that names them. */
static bool contradicts(const struct extract_options *chosen)
{
    bool batch = chosen->batch.file != NULL;

    return opts_exclude(chosen->regex, "regex", chosen->substring, "substring") ||
           opts_exclude(chosen->to_stdout, "stdout", chosen->folder != NULL, "output") ||
           opts_exclude(batch, "batch", chosen->to_stdout, "stdout") ||
           opts_exclude(batch, "batch", chosen->folder != NULL, "output") ||
           opts_exclude(batch, "batch", chosen->dry_run, "dry-run") ||
           opts_exclude(batch, "batch", chosen->salvage, "salvage");
}

/* What the options leave open is as in the user's settings. */
static void take_settings(struct batch_options *batch, const struct config *config)
{
    if (batch->floppy_drive == NULL)
        batch->floppy_drive = config->floppy;
    if (batch->cd_drive == NULL)
        batch->cd_drive = config->cd;
    if (batch->target == NULL)
        batch->target = config->to;
}

static int run(struct cli *cli)
{
    struct extract_options *chosen = cli->options;
    struct wcab_search_options search = {.sizeof_options = sizeof(search)};
    struct name_list list = {.names = NULL};
    struct wcab_catalog *catalog = NULL;
    enum wcab_decoder decoder;
    int status = STATUS_ERROR;

    if (cli->operand_count == 0 && chosen->file == NULL) {
        output_error("no file was named");
        return command_usage(cli);
    }
    if (contradicts(chosen))
        return command_usage(cli);
    if (!command_decoder(chosen->decoder, &decoder))
        return command_usage(cli);
    if (!name_list_collect(cli, chosen->file, &list))
        goto out;
    if (!chosen->regex && !chosen->substring)
        name_list_take_last_parts(&list);
    search.names = list.names;
    search.name_count = list.count;
    search.match = chosen->regex       ? WCAB_MATCH_REGEX
                   : chosen->substring ? WCAB_MATCH_SUBSTRING
                                       : WCAB_MATCH_AUTO;
    search.medium = chosen->medium;
    search.all = chosen->all;
    search.suggest = true;
    take_settings(&chosen->batch, &cli->config);
    catalog = command_catalog(cli);
    if (catalog != NULL)
        status = chosen->batch.file != NULL
                     ? batch_file_make(catalog, &search, &chosen->batch, chosen->force)
                 : chosen->dry_run ? show_needs(catalog, &search)
                                   : run_extract(cli, catalog, chosen, &search, decoder);
out:
    wcab_catalog_close(catalog);
    name_list_free(&list);
    return status;
}

const struct command command_extract = {
    .name = "extract",
    .usage = "extract [OPTION]... NAME...",
    .summary = "take files out of the images, through their cabinets",
    .details = "Nothing is mounted and no cabinet is copied; files that run over several cabinets "
               "are joined across the images.  Checksums are checked.  Of each name the best copy "
               "is taken; with --all every one, further ones as NAME.2, NAME.3.\n"
               "With --batch nothing is read: the batch file asks for the disks of one medium in "
               "order and runs EXTRACT for each file on the old machine.  It also works for media "
               "that only a published listing is known of.",
    .options = extract_opts,
    .option_count = sizeof(extract_opts) / sizeof(extract_opts[0]),
    .options_size = sizeof(struct extract_options),
    .run = run};
