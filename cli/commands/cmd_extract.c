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
#include "cli/fetching.h"
#include "cli/interrupt.h"
#include "cli/name_list.h"
#include "cli/progress.h"
#include "cli/sandbox.h"
#include "cli/scratch.h"

struct extract_options {
    bool all, dry_run, force, no_sandbox, paths, quiet, regex, salvage, to_stdout, substring;
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
    {0, "paths", NULL, OPT_FLAG, offsetof(struct extract_options, paths), 0, 0,
     "every copy, in the folders of its medium; files of a cabinet in NAME.CAB.files"},
    {'q', "quiet", NULL, OPT_FLAG, offsetof(struct extract_options, quiet), 0, 0,
     "show no progress and no summary"},
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

/* A run, for the callbacks. */
struct extract_run {
    const struct cli *cli;
    struct progress progress;
    uint64_t files, bytes; /* that came out */
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
        output_note("    and %zu further range%s", event->range_count - MOST,
                    output_s(event->range_count - MOST));
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static void print_event(const struct cli *cli, const struct wcab_extract_event *event)
{
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
        else if (event->written != NULL && strcasecmp(last_part(event->written), event->name) != 0)
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

static const char *event_name(enum wcab_extract_event_kind kind)
{
    static const char *const names[] = {"extracted", "salvaged", "failed", "not-found",
                                        "undecided"};

    return names[kind];
}

/* "4096-8191 lost" for each range. */
static void record_ranges(struct records *records, const struct wcab_extract_event *event)
{
    enum { MOST = 1000, TEXT = 64 };
    size_t count = event->range_count < MOST ? event->range_count : MOST;
    char(*texts)[TEXT] = calloc(count + 1, sizeof(*texts));
    const char **list = calloc(count + 1, sizeof(*list));
    size_t i;

    for (i = 0; texts != NULL && list != NULL && i < count; i++) {
        const struct wcab_damaged_range *range = &event->ranges[i];

        (void)snprintf(texts[i], TEXT, "%llu-%llu %s", (unsigned long long)range->start,
                       (unsigned long long)(range->start + range->size - 1),
                       range->lost ? "lost" : "doubtful");
        list[i] = texts[i];
    }
    records_texts(records, "ranges", list, i);
    free(list);
    free(texts);
}

static void record_event(struct records *records, const struct wcab_extract_event *event)
{
    bool has_file = event->kind <= WCAB_EXTRACT_FAILED;

    records_begin(records);
    records_text(records, "event", event_name(event->kind));
    records_text(records, "name", event->name);
    records_text(records, "written", event->written);
    records_text(records, "image", event->image);
    records_text(records, "cabinet", event->cabinet);
    if (has_file)
        records_number(records, "size", event->size);
    else
        records_null(records, "size");
    records_text(records, "installed_as", event->installed_as);
    records_text(records, "reason", event->error != NULL ? event->error->text : NULL);
    records_text(records, "elsewhere", event->elsewhere);
    records_number(records, "lost", event->lost);
    record_ranges(records, event);
    (void)records_end(records);
}

static void on_event(void *context, const struct wcab_extract_event *event)
{
    struct extract_run *run = context;

    progress_clear(&run->progress);
    if (run->cli->records != NULL)
        record_event(run->cli->records, event);
    else
        print_event(run->cli, event);
    if (event->kind <= WCAB_EXTRACT_SALVAGED) {
        run->files++;
        run->bytes += event->size;
    }
    progress_count(&run->progress, "extracting", "files", run->files, run->bytes);
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
                                    .makes_folders = options->paths,
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
                       (unsigned long long)result->not_found, output_s(result->not_found));
    if (result->renamed > 0)
        (void)snprintf(renamed, sizeof(renamed), ", %llu under another name",
                       (unsigned long long)result->renamed);
    output_note("%llu file%s extracted, %llu salvaged, %llu failed%s%s",
                (unsigned long long)result->written, output_s(result->written),
                (unsigned long long)result->salvaged, (unsigned long long)result->failed, renamed,
                missed);
}

static void record_summary(struct records *records, const struct wcab_extract_result *result)
{
    if (!records_are_json(records))
        return;
    records_begin(records);
    records_text(records, "event", "summary");
    records_number(records, "extracted", result->written);
    records_number(records, "salvaged", result->salvaged);
    records_number(records, "failed", result->failed);
    records_number(records, "not_found", result->not_found);
    records_number(records, "undecided", result->undecided);
    records_number(records, "renamed", result->renamed);
    records_number(records, "bytes", result->bytes);
    (void)records_end(records);
}

/* Adds what one of several calls has done to what those before did. */
static void add_result(struct wcab_extract_result *sum, const struct wcab_extract_result *result)
{
    sum->written += result->written;
    sum->salvaged += result->salvaged;
    sum->failed += result->failed;
    sum->bytes += result->bytes;
    sum->not_found += result->not_found;
    sum->undecided += result->undecided;
    sum->renamed += result->renamed;
}

static void fill_options(struct wcab_extract_options *options, const struct extract_options *chosen)
{
    options->sizeof_options = sizeof(*options);
    (void)command_decoder(chosen->decoder, &options->decoder);
    options->folder = chosen->to_stdout ? NULL : chosen->folder != NULL ? chosen->folder : ".";
    options->replace = chosen->force;
    options->salvage = chosen->salvage;
    options->paths = chosen->paths;
    options->on_event = on_event;
    options->put = on_bytes;
}

/* After the last of the calls: what is told, and the status. */
static int finish(const struct cli *cli, const struct extract_options *chosen,
                  const struct wcab_extract_result *result)
{
    if (cli->records != NULL)
        record_summary(cli->records, result);
    else if (!chosen->to_stdout && !chosen->quiet)
        print_summary(result);
    if (result->written + result->salvaged + result->failed + result->undecided == 0)
        return STATUS_NOTHING;
    return result->failed + result->salvaged + result->not_found + result->undecided > 0
               ? STATUS_PARTLY
               : STATUS_DONE;
}

/* NOTFOUND of a call whose names were told one by one. */
static bool is_told(enum wcab_err code, const struct wcab_extract_result *result)
{
    return code == WCAB_ERR_NOTFOUND && result->not_found > 0;
}

static int run_extract(const struct cli *cli, struct wcab_catalog *catalog,
                       const struct extract_options *chosen,
                       const struct wcab_search_options *search)
{
    struct extract_run run = {.cli = cli};
    struct wcab_extract_options options = {.search = search, .context = &run};
    struct wcab_extract_result result = {.sizeof_result = sizeof(result)};
    struct wcab_fetch *fetch;
    struct wcab_error err;
    enum wcab_err code;

    fill_options(&options, chosen);
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    fetch = fetching_begin(cli, NULL, 0, true, 0);
    wcab_catalog_set_fetch(catalog, fetch);
    if (!chosen->no_sandbox)
        drop_rights(cli, catalog, &options);
    progress_begin(&run.progress, !chosen->quiet && !chosen->to_stdout);
    code = wcab_extract(catalog, &options, &result, &err);
    wcab_catalog_set_fetch(catalog, NULL);
    fetching_end(cli, fetch);
    progress_clear(&run.progress);
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
    return finish(cli, chosen, &result);
}

/* ---- straight from images ----------------------------------------------------------------- */

/* Takes one NAME out of its IMAGE, which the scratch catalog has. */
static enum wcab_err extract_one(struct scratch *scratch, struct wcab_extract_options *options,
                                 struct wcab_search_options *search, size_t index,
                                 struct wcab_extract_result *sum, struct wcab_error *err)
{
    struct wcab_extract_result result = {.sizeof_result = sizeof(result)};
    enum wcab_err code;

    search->names = &scratch->names[index];
    search->name_count = 1;
    search->medium = scratch->images[index];
    code = wcab_extract(scratch->catalog, options, &result, err);
    add_result(sum, &result);
    return is_told(code, &result) ? WCAB_OK : code;
}

static int run_direct(struct cli *cli, const struct extract_options *chosen,
                      struct wcab_search_options *search)
{
    struct extract_run run = {.cli = cli};
    struct wcab_extract_options options = {.search = search, .context = &run};
    struct wcab_extract_result sum = {.sizeof_result = sizeof(sum)};
    struct scratch scratch = {.catalog = NULL};
    struct sandbox_rights rights = {.makes_folders = true, .verbose = cli->global.verbose};
    struct wcab_fetch *fetch;
    struct wcab_error err;
    enum wcab_err code;
    size_t i;

    fill_options(&options, chosen);
    rights.output = options.folder;
    fetch = fetching_begin(cli, (const char *const *)cli->operands, (size_t)cli->operand_count,
                           false, 0);
    if (!chosen->no_sandbox)
        sandbox_enter(&rights);
    progress_begin(&run.progress, !chosen->quiet && !chosen->to_stdout);
    code = scratch_open(&scratch, cli->operands, cli->operand_count, fetch, &err);
    for (i = 0; code == WCAB_OK && i < scratch.count; i++)
        code = extract_one(&scratch, &options, search, i, &sum, &err);
    progress_clear(&run.progress);
    scratch_close(&scratch);
    fetching_end(cli, fetch);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    return code == WCAB_OK ? finish(cli, chosen, &sum) : output_failure(&err);
}

/* Whether two options contradict each other, after a message that names them. */
static bool contradicts(const struct extract_options *chosen)
{
    bool batch = chosen->batch.file != NULL;

    return opts_exclude(chosen->regex, "regex", chosen->substring, "substring") ||
           opts_exclude(chosen->to_stdout, "stdout", chosen->folder != NULL, "output") ||
           opts_exclude(chosen->to_stdout, "stdout", chosen->paths, "paths") ||
           opts_exclude(batch, "batch", chosen->to_stdout, "stdout") ||
           opts_exclude(batch, "batch", chosen->paths, "paths") ||
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
    if (contradicts(chosen) || !command_decoder(chosen->decoder, &decoder) ||
        (cli->records != NULL &&
         opts_exclude(chosen->to_stdout, "stdout", true, "json, csv, tsv or format")))
        return command_usage(cli);
    search.match = chosen->regex       ? WCAB_MATCH_REGEX
                   : chosen->substring ? WCAB_MATCH_SUBSTRING
                                       : WCAB_MATCH_AUTO;
    search.all = chosen->all || chosen->paths;
    search.suggest = true;
    if (scratch_names_images(cli->operands, cli->operand_count)) {
        if (opts_exclude(chosen->batch.file != NULL, "batch", true, "IMAGE:NAME") ||
            opts_exclude(chosen->dry_run, "dry-run", true, "IMAGE:NAME") ||
            opts_exclude(chosen->medium != NULL, "medium", true, "IMAGE:NAME") ||
            opts_exclude(chosen->file != NULL, "from", true, "IMAGE:NAME"))
            return command_usage(cli);
        return run_direct(cli, chosen, &search);
    }
    if (!name_list_collect(cli, chosen->file, &list))
        goto out;
    if (!chosen->regex && !chosen->substring)
        name_list_take_last_parts(&list);
    search.names = list.names;
    search.name_count = list.count;
    search.medium = chosen->medium;
    take_settings(&chosen->batch, &cli->config);
    catalog = command_catalog(cli);
    if (catalog != NULL)
        status = chosen->batch.file != NULL
                     ? batch_file_make(catalog, &search, &chosen->batch, chosen->force)
                 : chosen->dry_run ? show_needs(catalog, &search)
                                   : run_extract(cli, catalog, chosen, &search);
out:
    wcab_catalog_close(catalog);
    name_list_free(&list);
    return status;
}

static int run_cat(struct cli *cli)
{
    struct extract_options *chosen = cli->options;

    chosen->to_stdout = true;
    return run(cli);
}

static const struct opt cat_opts[] = {
    {'f', "from", "FILE", OPT_TEXT, offsetof(struct extract_options, file), 0, 0,
     "names from FILE, one a line; - is standard input"},
    {'m', "medium", "MEDIUM", OPT_TEXT, offsetof(struct extract_options, medium), 0, 0,
     "only from this medium: profile id, part of a title, or path of an image"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct extract_options, no_sandbox), 0, 0,
     "keep all rights while images are read"},
};

const struct command command_cat = {.name = "cat",
                                    .usage = "cat [OPTION]... NAME...|IMAGE:NAME...",
                                    .summary = "write files of the images to standard output",
                                    .details = "As 'extract --stdout'.",
                                    .examples = "cat disk01.img:SETUP.TXT\n"
                                                "cat layout.inf",
                                    .options = cat_opts,
                                    .option_count = sizeof(cat_opts) / sizeof(cat_opts[0]),
                                    .options_size = sizeof(struct extract_options),
                                    .run = run_cat};

const struct command command_extract = {
    .name = "extract",
    .usage = "extract [OPTION]... NAME...|IMAGE:NAME...",
    .summary = "take files out of the images, through their cabinets",
    .details = "Nothing is mounted and no cabinet is copied; files that run over several cabinets "
               "are joined across the images.  Checksums are checked.  Of each name the best copy "
               "is taken; with --all every one, further ones as NAME.2, NAME.3.\n"
               "IMAGE:NAME takes files straight from an image, no catalog needed; NAME may be a "
               "pattern or a path in the image.\n"
               "With --batch nothing is read: the batch file asks for the disks of one medium in "
               "order and runs EXTRACT for each file on the old machine.  It also works for media "
               "that only a published listing is known of.",
    .examples = "extract -o out mapi32.dll user.exe\n"
                "extract --paths -o cd win95.iso:\n"
                "extract --batch FIX.BAT -m win95-dmf mapi32.dll",
    .options = extract_opts,
    .has_records = true,
    .option_count = sizeof(extract_opts) / sizeof(extract_opts[0]),
    .options_size = sizeof(struct extract_options),
    .run = run};
