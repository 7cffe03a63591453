/*
 * cmd_repair - whichcab repair: disks that put right copies back on a PC.
 */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/fetching.h"
#include "cli/interrupt.h"
#include "cli/sandbox.h"

struct repair_options {
    bool altered, no_sandbox;
    const char *output, *form, *medium, *drive, *from, *on, *floppy_drive, *cd_drive;
};

static const struct opt repair_table[] = {
    {'o', "output", "FOLDER", OPT_TEXT, offsetof(struct repair_options, output), 0, 0,
     "folder of the kit, made when it is missing (default: repair-kit)"},
    {0, "form", "FORM", OPT_TEXT, offsetof(struct repair_options, form), 0, 0,
     "1440: images of 1.44 MB floppies (the default); 720: of 720 KB ones; iso: the image of a CD; "
     "folder: plain files; batch: a batch file that takes them from the medium's own disks; plan: "
     "nothing, only which of these disks to insert"},
    {0, "on", "IMAGE", OPT_TEXT, offsetof(struct repair_options, on), 0, 0,
     "begin with a copy of this startup disk's image, and go on on 1.44 MB floppies"},
    {'f', "from", "REPORT", OPT_TEXT, offsetof(struct repair_options, from), 0, 0,
     "what 'whichcab check --json' wrote, instead of TARGET"},
    {'m', "medium", "MEDIUM", OPT_TEXT, offsetof(struct repair_options, medium), 0, 0,
     "hold it against this medium: its id or the start of it, part of its title, or the path of an "
     "image (default: what most files are from)"},
    {0, "drive", "DRIVE", OPT_TEXT, offsetof(struct repair_options, drive), 0, 0,
     "the PC's drive with the Windows folder (default: C:)"},
    {0, "floppy", "DRIVE", OPT_TEXT, offsetof(struct repair_options, floppy_drive), 0, 0,
     "with --form batch: floppy drive of the PC (default: A:)"},
    {0, "cd", "DRIVE", OPT_TEXT, offsetof(struct repair_options, cd_drive), 0, 0,
     "with --form batch: CD-ROM drive of the PC (default: D:)"},
    {0, "altered", NULL, OPT_FLAG, offsetof(struct repair_options, altered), 0, 0,
     "replace altered and older files, too"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct repair_options, no_sandbox), 0, 0,
     "keep all rights while files are read"},
};

struct repairing {
    const struct cli *cli;
    enum wcab_kit_form form;
};

static bool is_planned(enum wcab_kit_form form)
{
    return form == WCAB_KIT_BATCH || form == WCAB_KIT_PLAN;
}

static void print_file(const struct wcab_kit_event *event, bool planned)
{
    (void)fputs(planned ? "  " : "", stdout);
    output_masked(stdout, event->destination);
    output_masked(stdout, ": ");
    output_masked(stdout, wcab_check_state_name(event->file->state));
    output_masked(stdout, "; from ");
    output_masked(stdout, event->cabinet != NULL ? event->cabinet : "a loose file");
    if (event->medium != NULL) {
        output_masked(stdout, " of ");
        output_masked(stdout, event->medium);
    }
    if (planned)
        (void)fputc('\n', stdout);
    else
        (void)printf(", on disk %u of the kit\n", event->disk);
}

static enum wcab_err on_event(void *context, const struct wcab_kit_event *event)
{
    const struct repairing *repairing = context;

    if (repairing->cli->records != NULL)
        return wcab_kit_event_json(event, records_sink, repairing->cli->records);
    switch (event->kind) {
    case WCAB_KIT_EVENT_FILE:
        print_file(event, is_planned(repairing->form));
        break;
    case WCAB_KIT_EVENT_LEFT:
        output_error("%s is left as it is (%s): %s", event->file->path,
                     wcab_check_state_name(event->file->state), event->error->text);
        break;
    case WCAB_KIT_EVENT_STEP:
        (void)printf("%u. insert ", event->disk);
        output_masked(stdout, event->insert);
        (void)fputc('\n', stdout);
        break;
    case WCAB_KIT_EVENT_DISK:
        output_masked(stdout, "written: ");
        output_masked(stdout, event->written);
        (void)fputc('\n', stdout);
        break;
    }
    return ferror(stdout) ? WCAB_ERR_IO : WCAB_OK;
}

static void on_fault(void *context, const struct wcab_error *fault)
{
    (void)context;
    (void)output_failure(fault);
}

static bool parse_form(const struct repair_options *options, enum wcab_kit_form *form)
{
    static const struct {
        const char *name;
        enum wcab_kit_form form;
    } known[] = {{"1440", WCAB_KIT_FLOPPY_1440}, {"720", WCAB_KIT_FLOPPY_720},
                 {"iso", WCAB_KIT_ISO},          {"folder", WCAB_KIT_FOLDER},
                 {"batch", WCAB_KIT_BATCH},      {"plan", WCAB_KIT_PLAN}};
    size_t i;

    *form = options->on != NULL ? WCAB_KIT_STARTUP : WCAB_KIT_FLOPPY_1440;
    if (options->form == NULL)
        return true;
    if (options->on != NULL) {
        output_error("--on makes floppies: there is no --form with it");
        return false;
    }
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(options->form, known[i].name) == 0) {
            *form = known[i].form;
            return true;
        }
    }
    output_error("--form is 1440, 720, iso, folder, batch or plan, not '%s'", options->form);
    return false;
}

static void print_result(const struct wcab_kit_result *result, enum wcab_kit_form form)
{
    if (result->files + result->left == 0)
        output_note("Nothing is damaged, missing or a wrong copy; no kit was made.");
    else
        output_note("%llu file%s, %u disk%s%s; %llu left as before.",
                    (unsigned long long)result->files, output_s(result->files), result->disks,
                    output_s(result->disks), is_planned(form) ? " to insert" : "",
                    (unsigned long long)result->left);
    if (result->files == 0 || form == WCAB_KIT_PLAN)
        return;
    if (form == WCAB_KIT_BATCH)
        output_note(
            "Copy REPAIR.BAT to the PC's hard disk and run it there, started to DOS; it asks "
            "for the disks.  REPAIR /U puts everything back.");
    else
        output_note("On the PC, started to DOS: put each disk in, type its drive (A:), then "
                    "RESTORE.  RESTORE /U puts everything back.  In a running Windows: RESTORE /W, "
                    "then start it anew.");
}

static int repair(const struct cli *cli, struct wcab_catalog *catalog, enum wcab_kit_form form)
{
    const struct repair_options *options = cli->options;
    const char *folder = form == WCAB_KIT_PLAN     ? NULL
                         : options->output != NULL ? options->output
                                                   : "repair-kit";
    struct repairing repairing = {cli, form};
    const struct wcab_kit_options wanted = {
        .sizeof_options = sizeof(wanted),
        .target = options->from == NULL ? cli->operands[0] : NULL,
        .report = options->from,
        .startup = options->on,
        .medium = options->medium,
        .folder = folder,
        .form = form,
        .drive = options->drive,
        .states = 1U << WCAB_CHECK_DAMAGED | 1U << WCAB_CHECK_MISSING |
                  1U << WCAB_CHECK_WRONG_COPY |
                  (options->altered ? 1U << WCAB_CHECK_ALTERED | 1U << WCAB_CHECK_OLDER : 0),
        .floppy_drive = options->floppy_drive,
        .cd_drive = options->cd_drive,
        .context = &repairing,
        .on_event = on_event,
        .on_fault = on_fault};
    const struct sandbox_rights rights = {.uses_catalog = true,
                                          .catalog = cli->global.catalog,
                                          .output = folder,
                                          .verbose = cli->global.verbose};
    struct wcab_kit_result result = {.sizeof_result = sizeof(result)};
    struct wcab_fetch *fetch = fetching_begin(cli, NULL, 0, true, 0);
    struct wcab_error err;
    enum wcab_err code;

    wcab_catalog_set_fetch(catalog, fetch);
    if (!options->no_sandbox)
        sandbox_enter(&rights);
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    code = wcab_kit_make(catalog, &wanted, &result, &err);
    wcab_catalog_set_fetch(catalog, NULL);
    fetching_end(cli, fetch);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return ferror(stdout) ? STATUS_DONE /* told when stdout is closed */ : output_failure(&err);
    if (cli->records == NULL)
        print_result(&result, form);
    return result.left > 0 ? STATUS_PARTLY : STATUS_DONE;
}

static int run(struct cli *cli)
{
    const struct repair_options *options = cli->options;
    struct wcab_catalog *catalog;
    enum wcab_kit_form form;
    int status;

    if (cli->operand_count != (options->from == NULL)) {
        output_error(options->from == NULL ? "name one image, drive or folder"
                                           : "--from is instead of an image, drive or folder");
        return command_usage(cli);
    }
    if (!parse_form(options, &form))
        return command_usage(cli);
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    status = repair(cli, catalog, form);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_repair = {
    .name = "repair",
    .usage = "repair [OPTION]... TARGET|--from REPORT",
    .summary = "make the floppies that mend the Windows on a PC's disk",
    .details =
        "TARGET is checked as 'whichcab check' does, and only read.  The right copies of what is "
        "damaged, missing or a wrong copy are taken from indexed images and written into a kit, "
        "with a RESTORE.BAT on each disk that keeps the old files, copies, and undoes itself with "
        "RESTORE /U.  RESTORE /W is for a running Windows: WININIT.INI then has the files replaced "
        "when it starts.\n"
        "--form batch needs no images: REPAIR.BAT has EXTRACT take the files from the medium's own "
        "disks, in the order and with the fewest changes that --form plan shows.\n"
        "Exit status: 0 done, or nothing to mend; 2 an error; 3 a file is left as it is.",
    .examples = "repair -o kit hdd.img",
    .options = repair_table,
    .has_records = true,
    .option_count = sizeof(repair_table) / sizeof(repair_table[0]),
    .options_size = sizeof(struct repair_options),
    .run = run};
