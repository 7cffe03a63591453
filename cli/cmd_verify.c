/*
 * cmd_verify - whichcab verify: decode everything and name what is damaged.
 */
#include <stdlib.h>

#include "command.h"
#include "interrupt.h"
#include "progress.h"

struct verify_options {
    bool all, force, hashes, quiet, wait;
    uint64_t threads;
};

static const struct opt verify_opts[] = {
    {0, "all", NULL, OPT_FLAG, offsetof(struct verify_options, all), 0, 0,
     "everything in the catalog"},
    {'f', "force", NULL, OPT_FLAG, offsetof(struct verify_options, force), 0, 0,
     "read images again that were verified and have not changed"},
    {0, "hashes", NULL, OPT_FLAG, offsetof(struct verify_options, hashes), 0, 0,
     "record MD5 and SHA-1, too"},
    {'j', "threads", "NUMBER", OPT_NUMBER, offsetof(struct verify_options, threads), 1, 64,
     "decode with so many threads; by default one for each processor"},
    {'q', "quiet", NULL, OPT_FLAG, offsetof(struct verify_options, quiet), 0, 0,
     "only damage: no progress and no summary"},
    {0, "wait", NULL, OPT_FLAG, offsetof(struct verify_options, wait), 0, 0,
     "wait while another process writes to the catalog"},
};

struct verifying {
    const struct cli *cli;
    const struct verify_options *options;
    struct progress progress;
};

static void print_file(const struct wcab_verify_event *event)
{
    output_masked(stdout, event->image);
    if (event->container[0] != '\0') {
        printf(" > ");
        output_masked(stdout, event->container);
    }
    printf(" > ");
    output_masked(stdout, event->name);
    printf(": %s: ", event->kind == WCAB_VERIFY_DAMAGED ? "damaged" : "not whole");
    output_masked(stdout, event->error->text);
    if (event->error->offset != WCAB_NO_OFFSET)
        printf(" (byte %llu of its folder)", (unsigned long long)event->error->offset);
    printf("\n");
}

static void print_image(const struct verifying *verifying, const struct wcab_verify_event *event)
{
    bool sound = event->damaged + event->missing == 0;

    if (sound && !verifying->cli->global.verbose)
        return;
    output_masked(stdout, event->image);
    if (sound)
        printf(": all %llu files are sound%s\n", (unsigned long long)event->files,
               event->kind == WCAB_VERIFY_SKIPPED ? " (verified before)" : "");
    else
        printf(": %llu of %llu files lost\n", (unsigned long long)(event->damaged + event->missing),
               (unsigned long long)event->files);
}

static void on_event(void *context, const struct wcab_verify_event *event)
{
    struct verifying *verifying = context;

    if (event->kind != WCAB_VERIFY_PROGRESS)
        progress_clear(&verifying->progress);
    if (event->kind == WCAB_VERIFY_DAMAGED || event->kind == WCAB_VERIFY_MISSING)
        print_file(event);
    else if (event->kind != WCAB_VERIFY_PROGRESS)
        print_image(verifying, event);
    progress_show(&verifying->progress, "verifying", event->images_done, event->images_total,
                  event->bytes);
}

static int run(struct cli *cli)
{
    const struct verify_options *chosen = cli->options;
    struct verifying verifying = {.cli = cli, .options = chosen};
    struct wcab_verify_options options = {.sizeof_options = sizeof(options)};
    struct wcab_verify_result result;
    struct wcab_error err;
    enum wcab_err code;

    if (chosen->all && cli->operand_count > 0) {
        output_error("--all takes no image or medium");
        return command_usage(cli);
    }
    options.targets = (const char *const *)cli->operands;
    options.target_count = (size_t)cli->operand_count;
    options.threads = (unsigned)chosen->threads;
    options.force = chosen->force;
    options.md5_sha1 = chosen->hashes;
    options.wait = chosen->wait;
    options.cancel = interrupt_catch();
    options.context = &verifying;
    options.on_event = on_event;
    progress_begin(&verifying.progress, !chosen->quiet);
    code = wcab_verify(cli->global.catalog, &options, &result, &err);
    progress_clear(&verifying.progress);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted; what was finished is in the catalog");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return output_failure(&err);
    if (!chosen->quiet)
        output_note("%llu files in %llu images: %llu damaged, %llu not whole because a disk is "
                    "missing",
                    (unsigned long long)result.files,
                    (unsigned long long)(result.images + result.skipped),
                    (unsigned long long)result.damaged, (unsigned long long)result.missing);
    return result.damaged + result.missing > 0 ? STATUS_PARTLY : STATUS_DONE;
}

const struct command command_verify = {
    .name = "verify",
    .usage = "verify [OPTION]... [IMAGE|MEDIUM]...",
    .summary = "decode everything and name what is damaged",
    .details =
        "Every file of every cabinet is decoded and its checksums are checked; hash, version "
        "and soundness of each file are stored in the catalog.  Images that were verified "
        "before and have not changed are skipped.",
    .options = verify_opts,
    .option_count = sizeof(verify_opts) / sizeof(verify_opts[0]),
    .options_size = sizeof(struct verify_options),
    .run = run};
