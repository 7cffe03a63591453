/*
 * cmd_verify - whichcab verify: decode everything and name what is damaged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/sandbox.h"

struct verify_options {
    bool all, force, hashes, json, no_sandbox, quiet, wait;
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
    {'J', "json", NULL, OPT_FLAG, offsetof(struct verify_options, json), 0, 0,
     "a JSON object for each finding and image, one a line, and a summary"},
    {'j', "threads", "NUMBER", OPT_NUMBER, offsetof(struct verify_options, threads), 1, 64,
     "decode with so many threads; by default one for each processor"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct verify_options, no_sandbox), 0, 0,
     "keep all rights while images are read"},
    {'q', "quiet", NULL, OPT_FLAG, offsetof(struct verify_options, quiet), 0, 0,
     "only damage: no progress and no summary"},
    {0, "wait", NULL, OPT_FLAG, offsetof(struct verify_options, wait), 0, 0,
     "wait while another process writes to the catalog"},
};

/* Names of what an image has lost, for its summary line. */
enum { NAMES_SHOWN = 10 };

struct verifying {
    const struct cli *cli;
    const struct verify_options *options;
    struct progress progress;
    char *names[NAMES_SHOWN]; /* owned: of the current image */
    uint64_t lost;            /* files of the current image */
    bool any_copy;            /* the heading of copies was printed */
};

/* ---- files -------------------------------------------------------------------------------- */

static void print_place(const struct wcab_verify_event *event)
{
    output_masked(stdout, event->image);
    if (event->container != NULL && event->container[0] != '\0') {
        printf(" > ");
        output_masked(stdout, event->container);
    }
    if (event->name != NULL) {
        printf(" > ");
        output_masked(stdout, event->name);
    }
}

static const char *word_of(const struct wcab_verify_event *event)
{
    return event->kind == WCAB_VERIFY_DAMAGED   ? "damaged"
           : event->kind == WCAB_VERIFY_MISSING ? "not whole"
                                                : "not read here";
}

static void print_unread(const struct wcab_verify_event *event)
{
    print_place(event);
    printf(": %s: ", word_of(event));
    output_masked(stdout, event->error->text);
    printf("\n");
}

static void print_lost(struct verifying *verifying, const struct wcab_verify_event *event)
{
    print_place(event);
    printf(": %s: ", word_of(event));
    output_masked(stdout, event->error->text);
    printf("\n");
    if (verifying->lost < NAMES_SHOWN)
        verifying->names[verifying->lost] = strdup(event->name);
    verifying->lost++;
}

static void print_fault(const struct wcab_verify_event *event)
{
    print_place(event);
    printf(": could not be read: ");
    output_masked(stdout, event->error->text);
    if (event->error->offset != WCAB_NO_OFFSET)
        printf(" (at byte %llu)", (unsigned long long)event->error->offset);
    printf("\n");
}

static void print_copy(struct verifying *verifying, const struct wcab_verify_event *event)
{
    if (!verifying->any_copy)
        printf("Equal copies of what is lost:\n");
    verifying->any_copy = true;
    printf("  ");
    output_masked(stdout, event->name);
    printf(": ");
    output_masked(stdout, event->elsewhere);
    printf("\n");
}

/* ---- what is known of the medium ---------------------------------------------------------- */

static void print_listed(const struct wcab_listed *listed)
{
    if (listed->size_known)
        printf("%llu bytes", (unsigned long long)listed->size);
    else
        printf("size unknown");
    if (listed->modified[0] != '\0')
        printf(" of %s", listed->modified);
}

static const char *list_of(const struct wcab_verify_event *event)
{
    return event->told_by_medium ? "the medium's own table of contents" : "the published listing";
}

static void print_difference(const struct verifying *verifying,
                             const struct wcab_verify_event *event)
{
    if (event->difference == WCAB_LISTING_EXTRA && !verifying->cli->global.verbose)
        return;
    print_place(event);
    switch (event->difference) {
    case WCAB_LISTING_MISSING:
        printf(": is in %s and not here", list_of(event));
        break;
    case WCAB_LISTING_EXTRA:
        printf(": is not in %s", list_of(event));
        break;
    case WCAB_LISTING_SIZE:
    case WCAB_LISTING_DATE:
        printf(": ");
        print_listed(&event->found);
        printf(event->told_by_medium ? ", told as " : ", published as ");
        print_listed(&event->published);
        break;
    }
    printf("\n");
}

static void print_digest(const struct verifying *verifying, const struct wcab_verify_event *event)
{
    if (!verifying->cli->global.verbose)
        return;
    print_place(event);
    printf(event->matches ? ": equal to a known good dump (MD5)\n"
                          : ": not equal to the known good dump (MD5): another pressing, or "
                            "changed\n");
}

/* ---- images ------------------------------------------------------------------------------- */

static void print_names(struct verifying *verifying)
{
    uint64_t i;

    for (i = 0; i < verifying->lost && i < NAMES_SHOWN; i++) {
        printf("%s", i == 0 ? ": " : ", ");
        output_masked(stdout, verifying->names[i] != NULL ? verifying->names[i] : "?");
    }
    if (verifying->lost > NAMES_SHOWN)
        printf(" and %llu more", (unsigned long long)(verifying->lost - NAMES_SHOWN));
    printf("\n");
}

static void forget_names(struct verifying *verifying)
{
    size_t i;

    for (i = 0; i < NAMES_SHOWN; i++) {
        free(verifying->names[i]);
        verifying->names[i] = NULL;
    }
    verifying->lost = 0;
}

static void print_image(struct verifying *verifying, const struct wcab_verify_event *event)
{
    bool sound = event->damaged + event->missing == 0;
    uint64_t unread = event->unsupported + event->encrypted;
    bool differs = event->listing_missing + event->listing_other + event->listing_extra > 0;
    const char *before = event->kind == WCAB_VERIFY_SKIPPED ? " (verified before)" : "";

    bool none = event->files == 0 && event->faults > 0; /* which has been told */

    if ((!sound || verifying->cli->global.verbose) && !none) {
        output_masked(stdout, event->image);
        if (sound && unread > 0) {
            printf(": %llu of %llu files not read here, the others are sound%s\n",
                   (unsigned long long)unread, (unsigned long long)event->files, before);
        } else if (sound) {
            printf(": all %llu files are sound%s\n", (unsigned long long)event->files, before);
        } else {
            printf(": %llu of %llu files lost",
                   (unsigned long long)(event->damaged + event->missing),
                   (unsigned long long)event->files);
            print_names(verifying);
        }
    }
    if (event->has_listing && (differs || verifying->cli->global.verbose)) {
        output_masked(stdout, event->image);
        if (differs)
            printf(": against its published listing %llu files are missing, %llu have another size "
                   "or date, %llu are extra\n",
                   (unsigned long long)event->listing_missing,
                   (unsigned long long)event->listing_other,
                   (unsigned long long)event->listing_extra);
        else
            printf(": as its published listing says\n");
    }
    forget_names(verifying);
}

static void print_event(struct verifying *verifying, const struct wcab_verify_event *event)
{
    switch (event->kind) {
    case WCAB_VERIFY_PROGRESS:
        break;
    case WCAB_VERIFY_IMAGE:
    case WCAB_VERIFY_SKIPPED:
        print_image(verifying, event);
        break;
    case WCAB_VERIFY_DAMAGED:
    case WCAB_VERIFY_MISSING:
        print_lost(verifying, event);
        break;
    case WCAB_VERIFY_UNREAD:
        print_unread(event);
        break;
    case WCAB_VERIFY_FAULT:
        print_fault(event);
        break;
    case WCAB_VERIFY_LISTING:
        print_difference(verifying, event);
        break;
    case WCAB_VERIFY_DIGEST:
        print_digest(verifying, event);
        break;
    case WCAB_VERIFY_COPY:
        print_copy(verifying, event);
        break;
    }
}

static void on_event(void *context, const struct wcab_verify_event *event)
{
    struct verifying *verifying = context;

    if (event->kind != WCAB_VERIFY_PROGRESS) {
        progress_clear(&verifying->progress);
        /* What stdout can't take is told at the end. */
        if (verifying->options->json)
            (void)wcab_verify_event_json(event, output_sink, stdout);
        else
            print_event(verifying, event);
    }
    progress_show(&verifying->progress, "verifying", event->images_done, event->images_total,
                  event->bytes);
}

static void print_result(const struct verify_options *chosen,
                         const struct wcab_verify_result *result)
{
    if (chosen->json)
        (void)wcab_verify_result_json(result, output_sink, stdout);
    if (chosen->quiet || chosen->json)
        return;
    output_note("%llu files in %llu images: %llu damaged, %llu not whole because a disk is missing",
                (unsigned long long)result->files,
                (unsigned long long)(result->images + result->skipped),
                (unsigned long long)result->damaged, (unsigned long long)result->missing);
    if (result->unsupported + result->encrypted > 0)
        output_note("%llu files are packed in a way that is not read here, %llu are encrypted",
                    (unsigned long long)result->unsupported, (unsigned long long)result->encrypted);
    if (result->faults > 0)
        output_note("%llu places could not be read; what is in them is not known",
                    (unsigned long long)result->faults);
    if (result->listing_missing + result->listing_other + result->listing_extra > 0)
        output_note("against published listings %llu files are missing, %llu have another size or "
                    "date, %llu are extra",
                    (unsigned long long)result->listing_missing,
                    (unsigned long long)result->listing_other,
                    (unsigned long long)result->listing_extra);
    if (result->digests_equal + result->digests_other > 0)
        output_note("%llu digests are those of known good dumps, %llu are not",
                    (unsigned long long)result->digests_equal,
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
    struct verifying verifying = {.cli = cli, .options = chosen};
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
    progress_begin(&verifying.progress, !chosen->quiet);
    drop_rights(cli);
    options.published = published = command_published();
    code = wcab_verify(cli->global.catalog, &options, &result, &err);
    free(published);
    progress_clear(&verifying.progress);
    forget_names(&verifying);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted; what was finished is in the catalog");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return output_failure(&err);
    print_result(chosen, &result);
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
        "Lost files are named with cabinet, CFDATA block and reason, and where an equal copy lies. "
        "Disks of a known medium are held against its published listing and against digests of "
        "known good dumps.",
    .options = verify_opts,
    .option_count = sizeof(verify_opts) / sizeof(verify_opts[0]),
    .options_size = sizeof(struct verify_options),
    .run = run};
