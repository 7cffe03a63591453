/*
 * cmd_known - whichcab known: files of the images that stand in lists of known files.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "cli/forms/hash_list.h"
#include "cli/interrupt.h"

struct known_run {
    const struct cli *cli;
    struct wcab_catalog *catalog;
    const char *list;
    uint64_t entries, found;
    enum wcab_err code;
    struct wcab_error err;
};

static enum wcab_err record(struct records *records, const char *list,
                            const struct hash_entry *entry, const struct wcab_answer *answer)
{
    records_begin(records);
    records_text(records, "list", list);
    records_text(records, "known_as", entry->name);
    records_text(records, "group", entry->group);
    records_text(records, "hash", entry->hash);
    records_text(records, "name", answer->name);
    records_text(records, "medium", answer->medium);
    records_text(records, "image", answer->image);
    records_text(records, "container", answer->container);
    records_text(records, "path", answer->path);
    records_text(records, "stored_path", answer->stored_path);
    return records_end(records);
}

static void print(const struct hash_entry *entry, const struct wcab_answer *answer)
{
    if (entry->group != NULL) {
        output_masked(stdout, entry->group);
        (void)fputs(": ", stdout);
    }
    output_masked(stdout, entry->name);
    (void)fputs("\n    ", stdout);
    output_masked(stdout, answer->image);
    if (answer->container != NULL) {
        (void)fputs(" > ", stdout);
        output_masked(stdout, answer->container);
    }
    (void)fputs(" > ", stdout);
    output_masked(stdout, answer->stored_path != NULL ? answer->stored_path
                          : answer->path != NULL      ? answer->path
                                                      : answer->name);
    (void)fputc('\n', stdout);
}

/* Every indexed file of the entry's bytes. */
static bool on_entry(void *context, const struct hash_entry *entry)
{
    struct known_run *run = context;
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .hash = entry->hash, .all = true};
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;
    bool any = false;

    run->entries++;
    run->code = wcab_search_open(run->catalog, &options, &search, &run->err);
    while (run->code == WCAB_OK) {
        run->code = wcab_search_next(search, &answer, &run->err);
        if (run->code != WCAB_OK || answer == NULL)
            break;
        if (answer->source != WCAB_SOURCE_INDEXED)
            continue;
        any = true;
        if (run->cli->records == NULL)
            print(entry, answer);
        else if (record(run->cli->records, run->list, entry, answer) != WCAB_OK)
            run->code = run->err.code = WCAB_ERR_IO;
    }
    wcab_search_close(search);
    run->found += any;
    return run->code == WCAB_OK;
}

static int read_list(struct known_run *run, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    const char *why = NULL;
    uint64_t line = 0;
    bool ok;

    if (file == NULL) {
        output_error("%s: %s", path, strerror(errno));
        return STATUS_ERROR;
    }
    run->list = path;
    ok = hash_list_read(file, on_entry, run, &line, &why);
    if (ok && ferror(file)) {
        output_error("%s: %s", path, strerror(errno));
        ok = false;
    } else if (!ok && why != NULL) {
        output_error("%s, line %" PRIu64 ": %s", path, line, why);
    } else if (!ok && run->code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
    } else if (!ok) {
        (void)output_failure(&run->err);
    }
    if (!is_stdin)
        (void)fclose(file);
    return ok ? STATUS_DONE : STATUS_ERROR;
}

static int run(struct cli *cli)
{
    struct known_run known = {.cli = cli};
    int status = STATUS_DONE, i;

    if (cli->operand_count == 0) {
        output_error("no list was named");
        return command_usage(cli);
    }
    known.catalog = command_catalog(cli);
    if (known.catalog == NULL)
        return STATUS_ERROR;
    wcab_catalog_set_cancel(known.catalog, interrupt_catch());
    for (i = 0; status == STATUS_DONE && i < cli->operand_count; i++)
        status = read_list(&known, cli->operands[i]);
    wcab_catalog_close(known.catalog);
    if (known.code == WCAB_ERR_CANCELLED)
        return interrupt_status();
    if (status != STATUS_DONE)
        return status;
    if (cli->records == NULL)
        output_note("%" PRIu64 " of %" PRIu64 " entr%s on indexed images", known.found,
                    known.entries, known.entries == 1 ? "y" : "ies");
    return known.found > 0 ? STATUS_DONE : STATUS_NOTHING;
}

const struct command command_known = {
    .name = "known",
    .usage = "known [OPTION]... LIST...",
    .summary = "tell which indexed files stand in lists of known files",
    .details = "A LIST is a Logiqx DAT, NSRL's NSRLFile.txt, or what sha256sum, sha1sum and md5sum "
               "print; - is standard input.  Files are known by their bytes: those of images that "
               "were verified, and for lists with SHA-1 or MD5 'whichcab verify --hashes'.",
    .examples = "known NSRLFile.txt\nknown --csv collection.dat",
    .has_records = true,
    .run = run};
