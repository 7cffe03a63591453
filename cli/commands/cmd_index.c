/*
 * cmd_index - whichcab index: add or refresh images.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/fetching.h"
#include "cli/interrupt.h"
#include "cli/limit_option.h"
#include "cli/name_list.h"
#include "cli/program.h"
#include "cli/progress.h"
#include "cli/sandbox.h"

struct index_options {
    bool deep, dry_run, force, hashes, no_sandbox, quiet, settle, wait;
    uint64_t threads, codepage, whole;
    const char *decoder, *from, *shard;
    struct opt_texts limits;
};

static const struct opt index_opts[] = {
    {0, "codepage", "NUMBER", OPT_NUMBER, offsetof(struct index_options, codepage), 1, 65535,
     "code page of names that are not Unicode; by default the medium's, else the likeliest"},
    {0, "decoder", "NAME", OPT_TEXT, offsetof(struct index_options, decoder), 0, 0,
     "with --deep, unpack with: own (fast, the default) or libmspack, to compare"},
    {0, "deep", NULL, OPT_FLAG, offsetof(struct index_options, deep), 0, 0,
     "also read everything: hash and version of every file"},
    {0, "force", NULL, OPT_FLAG, offsetof(struct index_options, force), 0, 0,
     "read unchanged images, too"},
    {'f', "from", "FILE", OPT_TEXT, offsetof(struct index_options, from), 0, 0,
     "paths and addresses from FILE, one a line; - is standard input; a FILE that is no text "
     "is indexed itself, also when it has not changed"},
    {0, "hashes", NULL, OPT_FLAG, offsetof(struct index_options, hashes), 0, 0,
     "with --deep: record MD5 and SHA-1, too"},
    {0, "limit", "NAME=NUMBER", OPT_TEXTS, offsetof(struct index_options, limits), 0, 0,
     LIMIT_OPTION_HELP},
    {'j', "threads", "NUMBER", OPT_NUMBER, offsetof(struct index_options, threads), 1, 64,
     "read with so many threads; by default one for each processor"},
    {'n', "dry-run", NULL, OPT_FLAG, offsetof(struct index_options, dry_run), 0, 0,
     "find and recognise images, store nothing"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct index_options, no_sandbox), 0, 0,
     "keep all rights while images are read"},
    {'q', "quiet", NULL, OPT_FLAG, offsetof(struct index_options, quiet), 0, 0,
     "no progress and no summary"},
    {0, "settle", NULL, OPT_FLAG, offsetof(struct index_options, settle), 0, 0,
     "without a PATH: join sets and disks over all that is on record, behind an import of several "
     "catalogs"},
    {0, "shard", "K/N", OPT_TEXT, offsetof(struct index_options, shard), 0, 0,
     "only share K of N, to index one shelf in N places; see SHARES"},
    {0, "whole", "MIB", OPT_NUMBER, offsetof(struct index_options, whole), 1, FETCHING_WHOLE_MOST,
     FETCHING_WHOLE_HELP},
    {0, "wait", NULL, OPT_FLAG, offsetof(struct index_options, wait), 0, 0,
     "wait while another process writes to the catalog"},
};

struct index_run {
    const struct cli *cli;
    const struct index_options *options;
    struct name_list paths;
    bool is_image;            /* what was given as a list */
    struct wcab_fetch *fetch; /* NULL: nothing is fetched */
    struct progress progress;
    uint64_t lost; /* files that were named as damaged or not whole */
};

/* Files that --deep names without --verbose. */
enum { LOST_SHOWN = 10, SHARDS_MOST = 65535 };

static void print_image(const struct wcab_index_event *event, const char *what)
{
    output_note("%s%s%s: %s%s%s%s%s", event->image, event->container != NULL ? " > " : "",
                event->container != NULL ? event->container : "", what,
                event->medium != NULL ? ", " : "", event->medium != NULL ? event->medium : "",
                event->disk != NULL ? " disk " : "", event->disk != NULL ? event->disk : "");
    if (event->reason != NULL)
        output_note("    %s", event->reason);
    if (event->code_page != 0)
        output_note("    names in code page %d: %s", event->code_page, event->code_page_reason);
}

static void record_event(struct records *records, const struct wcab_index_event *event)
{
    static const char *const names[] = {NULL,      "image", "part",       "unchanged",
                                        "offline", "fault", "known-again"};
    const struct wcab_error *error = event->error;

    if (event->kind == WCAB_INDEX_PROGRESS)
        return;
    records_begin(records);
    records_text(records, "event", names[event->kind]);
    records_text(records, "image", event->image);
    records_text(records, "container", event->container);
    records_text(records, "medium", event->medium);
    records_text(records, "disk", event->disk);
    records_text(records, "reason", error != NULL ? error->text : event->reason);
    records_text(records, "place", error != NULL ? error->place : NULL);
    if (error != NULL && error->offset != WCAB_NO_OFFSET)
        records_number(records, "offset", error->offset);
    else
        records_null(records, "offset");
    records_text(records, "from", event->from);
    records_number(records, "files", event->files);
    records_number(records, "faults", event->faults);
    (void)records_end(records);
}

static void record_summary(struct records *records, const struct wcab_index_result *result)
{
    if (!records_are_json(records))
        return;
    records_begin(records);
    records_text(records, "event", "summary");
    records_number(records, "stored", result->images_stored);
    records_number(records, "unchanged", result->images_unchanged);
    records_number(records, "known_again", result->images_known_again);
    records_number(records, "offline", result->images_offline);
    records_number(records, "failed", result->images_failed);
    records_number(records, "unread", result->images_unread);
    records_number(records, "files", result->files);
    records_number(records, "faults", result->faults);
    records_number(records, "bytes", result->bytes_read);
    (void)records_end(records);
}

static void on_event(void *context, const struct wcab_index_event *event)
{
    struct index_run *index = context;

    if (index->cli->records != NULL) {
        progress_clear(&index->progress);
        record_event(index->cli->records, event);
        progress_show(&index->progress, "indexing", event->images_done, event->images_total,
                      event->bytes_read);
        return;
    }
    switch (event->kind) {
    case WCAB_INDEX_FAULT:
        progress_clear(&index->progress);
        output_failure(event->error);
        break;
    case WCAB_INDEX_IMAGE:
    case WCAB_INDEX_PART:
    case WCAB_INDEX_UNCHANGED:
    case WCAB_INDEX_KNOWN_AGAIN:
    case WCAB_INDEX_OFFLINE:
        if (!index->cli->global.verbose)
            break;
        progress_clear(&index->progress);
        print_image(event, event->kind == WCAB_INDEX_IMAGE       ? "indexed"
                           : event->kind == WCAB_INDEX_PART      ? "a disk in it"
                           : event->kind == WCAB_INDEX_UNCHANGED ? "unchanged"
                           : event->kind == WCAB_INDEX_OFFLINE   ? "gone, kept as offline"
                                                                 : "known again");
        if (event->from != NULL)
            output_note("    %s %s", event->kind == WCAB_INDEX_IMAGE ? "sent on to" : "it was",
                        event->from);
        break;
    default:
        break;
    }
    progress_show(&index->progress, "indexing", event->images_done, event->images_total,
                  event->bytes_read);
}

static void print_summary(const struct wcab_index_result *result, bool dry_run)
{
    char unread[48] = "", again[48] = "";

    if (result->images_unread > 0)
        (void)snprintf(unread, sizeof(unread), ", %llu not read",
                       (unsigned long long)result->images_unread);
    if (result->images_known_again > 0)
        (void)snprintf(again, sizeof(again), " (%llu at another path)",
                       (unsigned long long)result->images_known_again);
    output_note("%llu image%s %s with %llu file%s, %llu unchanged%s, %llu offline%s%s",
                (unsigned long long)result->images_stored, output_s(result->images_stored),
                dry_run ? "found" : "indexed", (unsigned long long)result->files,
                output_s(result->files), (unsigned long long)result->images_unchanged, again,
                (unsigned long long)result->images_offline, unread,
                result->faults + result->images_failed > 0 ? "; some could not be read, see above"
                                                           : "");
}

static void print_lost(const struct wcab_verify_event *event)
{
    const char *container = event->container != NULL ? event->container : "";

    output_error("%s%s%s > %s: %s: %s", event->image, container[0] != '\0' ? " > " : "", container,
                 event->name, event->kind == WCAB_VERIFY_DAMAGED ? "damaged" : "not whole",
                 event->error->text);
}

static void on_deep_event(void *context, const struct wcab_verify_event *event)
{
    struct index_run *index = context;

    if (event->kind == WCAB_VERIFY_DAMAGED || event->kind == WCAB_VERIFY_MISSING) {
        progress_clear(&index->progress);
        if (index->lost++ < LOST_SHOWN || index->cli->global.verbose)
            print_lost(event);
    }
    progress_show(&index->progress, "reading", event->images_done, event->images_total,
                  event->bytes);
}

static const char *unread_text(const struct wcab_verify_result *result, char *text, size_t size)
{
    text[0] = '\0';
    if (result->unsupported + result->encrypted > 0)
        (void)snprintf(text, size, ", %llu not read here, %llu encrypted",
                       (unsigned long long)result->unsupported,
                       (unsigned long long)result->encrypted);
    return text;
}

/* --deep: what `verify` does, for the same paths. */
static int index_deep(struct index_run *index, enum wcab_decoder decoder)
{
    struct wcab_verify_options options = {.sizeof_options = sizeof(options),
                                          .targets = index->paths.names,
                                          .target_count = index->paths.count,
                                          .fetch = index->fetch,
                                          .threads = (unsigned)index->options->threads,
                                          .md5_sha1 = index->options->hashes,
                                          .decoder = decoder,
                                          .wait = index->options->wait,
                                          .context = index,
                                          .on_event = on_deep_event,
                                          .cancel = interrupt_catch()};
    struct wcab_verify_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err;
    uint64_t unread;
    char text[96];
    char *published = command_published();
    enum wcab_err code;

    options.published = published;
    code = wcab_verify(index->cli->global.catalog, &options, &result, &err);
    progress_clear(&index->progress);
    free(published);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted; what was finished is in the catalog");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return output_failure(&err);
    if (index->lost > LOST_SHOWN && !index->cli->global.verbose)
        output_note("and %llu more; 'whichcab verify -v' names them all",
                    (unsigned long long)(index->lost - LOST_SHOWN));
    unread = result.unsupported + result.encrypted;
    if (!index->options->quiet)
        output_note("%llu file%s read, %llu damaged, %llu not whole%s",
                    (unsigned long long)(result.files - unread), output_s(result.files - unread),
                    (unsigned long long)result.damaged, (unsigned long long)result.missing,
                    unread_text(&result, text, sizeof(text)));
    return result.damaged + result.missing + unread > 0 ? STATUS_PARTLY : STATUS_DONE;
}

static void drop_rights(const struct cli *cli)
{
    const struct index_options *chosen = cli->options;
    const struct sandbox_rights rights = {.uses_catalog = true,
                                          .catalog = cli->global.catalog,
                                          .makes_catalog = !chosen->dry_run,
                                          .verbose = cli->global.verbose};

    if (!chosen->no_sandbox)
        sandbox_enter(&rights);
}

/* Reads "K/N". */
static bool parse_shard(const char *text, struct wcab_index_options *options)
{
    const char *slash = text == NULL ? NULL : strchr(text, '/');
    uint64_t number = 0, count = 0;
    char first[24] = "";

    if (text == NULL)
        return true;
    if (slash != NULL && (size_t)(slash - text) < sizeof(first))
        memcpy(first, text, (size_t)(slash - text));
    if (slash == NULL || !opts_number(slash + 1, 1, SHARDS_MOST, &count) ||
        !opts_number(first, 1, count, &number)) {
        output_error("--shard: '%s' is no share: K/N with K from 1 to N", text);
        return false;
    }
    options->shard = (unsigned)number;
    options->shards = (unsigned)count;
    return true;
}

/* Whether the options fit together; else a message says what does not. */
static bool check_options(const struct cli *cli, const struct name_list *paths,
                          struct wcab_index_options *options)
{
    const struct index_options *chosen = cli->options;

    if (paths->count == 0 && !chosen->settle) {
        output_error("nothing to index was named");
        return false;
    }
    if (paths->count > 0 && chosen->settle) {
        output_error("--settle takes no PATH: it works on all that is on record");
        return false;
    }
    return !opts_exclude(chosen->settle, "settle", chosen->shard != NULL, "shard") &&
           !opts_exclude(chosen->settle, "settle", chosen->deep, "deep") &&
           !opts_exclude(chosen->settle, "settle", chosen->dry_run, "dry-run") &&
           parse_shard(chosen->shard, options);
}

static void fill_options(struct index_run *index, struct wcab_index_options *options)
{
    const struct index_options *chosen = index->options;
    const struct config *config = &index->cli->config;

    options->paths = index->paths.names;
    options->path_count = index->paths.count;
    options->threads = (unsigned)chosen->threads;
    options->force = chosen->force || index->is_image;
    options->all_tables = chosen->deep;
    options->code_page = (int)(chosen->codepage != 0 ? chosen->codepage : config->codepage);
    options->dry_run = chosen->dry_run;
    options->wait = chosen->wait;
    options->settle = chosen->settle;
    options->cancel = interrupt_catch();
    options->context = index;
    options->on_event = on_event;
}

/* Without rights from here on. */
static int index_paths(struct index_run *index, const struct wcab_index_options *options,
                       enum wcab_decoder decoder)
{
    const struct index_options *chosen = index->options;
    struct wcab_index_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err;
    int status = STATUS_DONE;
    enum wcab_err code = wcab_index(index->cli->global.catalog, options, &result, &err);

    progress_clear(&index->progress);
    if (code != WCAB_OK && code != WCAB_ERR_CANCELLED)
        return output_failure(&err);
    if (index->cli->records != NULL)
        record_summary(index->cli->records, &result);
    else if (!chosen->quiet && !chosen->settle)
        print_summary(&result, chosen->dry_run);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted; what was finished is in the catalog");
        return interrupt_status();
    }
    if (result.faults + result.images_failed > 0)
        status = STATUS_PARTLY;
    if (chosen->deep && !chosen->dry_run && result.images_stored + result.images_unchanged > 0) {
        int deep = index_deep(index, decoder);

        status = deep == STATUS_DONE ? status : deep;
    }
    return status;
}

static int run(struct cli *cli)
{
    const struct index_options *chosen = cli->options;
    struct index_run index = {.cli = cli, .options = chosen};
    struct wcab_limits limits = {.sizeof_limits = sizeof(limits)};
    struct wcab_index_options options = {.sizeof_options = sizeof(options), .limits = &limits};
    char *profiles = program_find_data("media-profiles");
    enum wcab_decoder decoder;
    int status;

    index.is_image = chosen->from != NULL && !name_list_is_text(chosen->from);
    if (!name_list_collect(cli, index.is_image ? NULL : chosen->from, &index.paths) ||
        (index.is_image && !name_list_add(&index.paths, chosen->from))) {
        status = STATUS_ERROR;
    } else if (!check_options(cli, &index.paths, &options) ||
               !command_decoder(chosen->decoder, &decoder) ||
               !limit_option_parse(&chosen->limits, &limits)) {
        status = command_usage(cli);
    } else {
        fill_options(&index, &options);
        options.profiles = profiles;
        index.fetch = options.fetch =
            fetching_begin(cli, index.paths.names, index.paths.count, chosen->deep, chosen->whole);
        progress_begin(&index.progress, !chosen->quiet);
        drop_rights(cli);
        status = index_paths(&index, &options, decoder);
        fetching_end(cli, index.fetch);
    }
    name_list_free(&index.paths);
    free(profiles);
    return status;
}

const struct command command_index = {
    .name = "index",
    .usage = "index [OPTION]... PATH|URL...",
    .summary = "add or refresh images, folders and drives in the catalog",
    .details = "A PATH is an image of a disk or disc, a drive, a cabinet, or a folder that is "
               "searched through all its subfolders.  Images are recognised by content.  Unchanged "
               "ones are skipped; what is damaged is told and passed over.\n"
               "A URL is the http or https address of an image, of which only the parts that are "
               "looked at are fetched.",
    .examples = "index ~/images /media/cdrom\n"
                "index --deep ~/images\n"
                "index https://example.org/cds/win98se.iso",
    .options = index_opts,
    .has_records = true,
    .option_count = sizeof(index_opts) / sizeof(index_opts[0]),
    .options_size = sizeof(struct index_options),
    .run = run};
