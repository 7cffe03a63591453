/*
 * cmd_verify - whichcab verify: decode everything and name what is damaged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/fetching.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/sandbox.h"
#include "cli/verify_text.h"

struct verify_options {
    bool all, force, hashes, no_sandbox, quiet, wait;
    uint64_t threads;
    const char *decoder;
};

static const struct opt verify_opts[] = {
    {'a', "all", NULL, OPT_FLAG, offsetof(struct verify_options, all), 0, 0,
     "everything in the catalog"},
    {0, "decoder", "NAME", OPT_TEXT, offsetof(struct verify_options, decoder), 0, 0,
     "unpack with: own (fast, the default) or libmspack, to compare"},
    {0, "force", NULL, OPT_FLAG, offsetof(struct verify_options, force), 0, 0,
     "read images again that were verified and have not changed"},
    {'f', "force", NULL, OPT_FLAG, offsetof(struct verify_options, force), 0, 0, NULL},
    {0, "hashes", NULL, OPT_FLAG, offsetof(struct verify_options, hashes), 0, 0,
     "record MD5 and SHA-1, too"},
    {'j', "threads", "NUMBER", OPT_NUMBER, offsetof(struct verify_options, threads), 1, 64,
     "decode with so many threads; by default one for each processor"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct verify_options, no_sandbox), 0, 0,
     "keep all rights while images are read"},
    {'q', "quiet", NULL, OPT_FLAG, offsetof(struct verify_options, quiet), 0, 0,
     "only damage: no progress and no summary"},
    {0, "wait", NULL, OPT_FLAG, offsetof(struct verify_options, wait), 0, 0,
     "wait while another process writes to the catalog"},
};

struct verifying {
    struct records *records; /* NULL: for people */
    struct progress progress;
    struct verify_text text;
};

static void on_event(void *context, const struct wcab_verify_event *event)
{
    struct verifying *verifying = context;

    if (event->kind != WCAB_VERIFY_PROGRESS) {
        progress_clear(&verifying->progress);
        /* What stdout can't take is told at the end. */
        if (verifying->records != NULL)
            (void)wcab_verify_event_json(event, records_sink, verifying->records);
        else
            verify_text_event(&verifying->text, event);
    }
    progress_show(&verifying->progress, "verifying", event->images_done, event->images_total,
                  event->bytes);
}

static void print_result(const struct cli *cli, const struct wcab_verify_result *result)
{
    const struct verify_options *chosen = cli->options;

    if (cli->records != NULL)
        (void)wcab_verify_result_json(result, records_sink, cli->records);
    if (chosen->quiet || cli->records != NULL)
        return;
    output_note(
        "%llu file%s in %llu image%s: %llu damaged, %llu not whole because a disk is missing",
        (unsigned long long)result->files, output_s(result->files),
        (unsigned long long)result->images + result->skipped,
        output_s(result->images + result->skipped), (unsigned long long)result->damaged,
        (unsigned long long)result->missing);
    if (result->unsupported + result->encrypted > 0)
        output_note("%llu packed in a way that is not read here, %llu encrypted",
                    (unsigned long long)result->unsupported, (unsigned long long)result->encrypted);
    if (result->zeroes > 0)
        output_note("%llu file%s nothing but zeroes, as those of a bad copy may",
                    (unsigned long long)result->zeroes, result->zeroes == 1 ? " holds" : "s hold");
    if (result->faults > 0)
        output_note("%llu place%s could not be read; what is in them is not known",
                    (unsigned long long)result->faults, output_s(result->faults));
    if (result->listing_missing + result->listing_other + result->listing_extra > 0)
        output_note(
            "against published listings: %llu missing, %llu of another size or date, %llu extra",
            (unsigned long long)result->listing_missing, (unsigned long long)result->listing_other,
            (unsigned long long)result->listing_extra);
    if (result->digests_equal + result->digests_other > 0)
        output_note("%llu digest%s of known good dumps, %llu of none",
                    (unsigned long long)result->digests_equal, output_s(result->digests_equal),
                    (unsigned long long)result->digests_other);
}

static void drop_rights(const struct cli *cli)
{
    const struct verify_options *chosen = cli->options;
    const struct sandbox_rights rights = {
        .uses_catalog = true, .catalog = cli->global.catalog, .verbose = cli->global.verbose};

    if (!chosen->no_sandbox)
        sandbox_enter(&rights);
}

static int run(struct cli *cli)
{
    const struct verify_options *chosen = cli->options;
    struct verifying verifying = {
        .records = cli->records,
        .text = {.verbose = cli->global.verbose, .links = terminal_links(cli)}};
    struct wcab_verify_options options = {.sizeof_options = sizeof(options)};
    struct wcab_verify_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err;
    char *published;
    enum wcab_err code;

    if (chosen->all && cli->operand_count > 0) {
        output_error("--all takes no image or medium");
        return command_usage(cli);
    }
    if (!command_decoder(chosen->decoder, &options.decoder))
        return command_usage(cli);
    options.targets = (const char *const *)cli->operands;
    options.target_count = (size_t)cli->operand_count;
    options.threads = (unsigned)chosen->threads;
    options.force = chosen->force;
    options.md5_sha1 = chosen->hashes;
    options.wait = chosen->wait;
    options.cancel = interrupt_catch();
    options.context = &verifying;
    options.on_event = on_event;
    options.fetch = fetching_begin(cli, options.targets, options.target_count, true, 0);
    progress_begin(&verifying.progress, !chosen->quiet);
    drop_rights(cli);
    options.published = published = command_published();
    code = wcab_verify(cli->global.catalog, &options, &result, &err);
    free(published);
    fetching_end(cli, options.fetch);
    progress_clear(&verifying.progress);
    verify_text_end(&verifying.text);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted; what was finished is in the catalog");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return output_failure(&err);
    print_result(cli, &result);
    return result.damaged + result.missing + result.unsupported + result.encrypted + result.faults +
                       result.listing_missing + result.listing_other >
                   0
               ? STATUS_PARTLY
               : STATUS_DONE;
}

const struct command command_verify = {
    .name = "verify",
    .usage = "verify [OPTION]... [IMAGE|MEDIUM]...",
    .summary = "decode everything and name what is damaged",
    .details =
        "Every file of every cabinet is decoded and its checksums are checked; hash, version "
        "and soundness of each file are stored in the catalog.  Images that were verified "
        "before and have not changed are skipped.\n"
        "Each image with losses is a line, with the files, the first reason, and whether equal "
        "copies "
        "are there; with --verbose each file is one, with cabinet, CFDATA block and reason, and "
        "each "
        "equal copy.  Disks of a known medium are held against its published listing and against "
        "digests of "
        "known good dumps.",
    .examples = "verify\n"
                "verify -v ~/images/box3",
    .options = verify_opts,
    .has_records = true,
    .option_count = sizeof(verify_opts) / sizeof(verify_opts[0]),
    .options_size = sizeof(struct verify_options),
    .run = run};
