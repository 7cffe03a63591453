/*
 * cmd_known - whichcab known: images, and files in them, that stand in lists of known files.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "cli/forms/hash_list.h"
#include "cli/forms/known_images.h"
#include "cli/interrupt.h"
#include "cli/sandbox.h"

struct known_options {
    bool keep, no_sandbox;
};

static const struct opt known_table[] = {
    {0, "keep", NULL, OPT_FLAG, offsetof(struct known_options, keep), 0, 0,
     "note what lists call whole images, for 'media' and other commands to show"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct known_options, no_sandbox), 0, 0,
     "keep all rights while lists and images are read"},
};

struct known_run {
    const struct cli *cli;
    struct wcab_catalog *catalog;
    struct known_images *images;
    struct progress progress;
    const struct wcab_cancel *cancel;
    const char *list;
    const struct hash_entry *entry; /* at hand */
    uint64_t entries, found;
    bool links, any; /* of the entry at hand: something was found */
    enum wcab_err code;
    struct wcab_error err;
    struct wcab_error unread; /* why no file could be told by its bytes */
};

static void begin_record(const struct known_run *run, const struct hash_entry *entry,
                         const char *kind)
{
    struct records *records = run->cli->records;

    records_begin(records);
    records_text(records, "kind", kind);
    records_text(records, "list", run->list);
    records_text(records, "known_as", entry->name);
    records_text(records, "group", entry->group);
    records_text(records, "hash", entry->hash);
}

static enum wcab_err record(const struct known_run *run, const struct hash_entry *entry,
                            const struct wcab_answer *answer)
{
    struct records *records = run->cli->records;

    begin_record(run, entry, "file");
    records_text(records, "name", answer->name);
    records_text(records, "medium", answer->medium);
    records_text(records, "image", answer->image);
    records_text(records, "container", answer->container);
    records_text(records, "path", answer->path);
    records_text(records, "stored_path", answer->stored_path);
    return records_end(records);
}

static enum wcab_err record_image(const struct known_run *run, const struct known_image *image)
{
    struct records *records = run->cli->records;

    begin_record(run, run->entry, "image");
    records_text(records, "name", image->name);
    records_text(records, "medium", image->medium);
    records_text(records, "image", image->image);
    records_null(records, "container");
    records_null(records, "path");
    records_null(records, "stored_path");
    return records_end(records);
}

static void print_entry(struct known_run *run, const struct hash_entry *entry)
{
    progress_clear(&run->progress);
    if (entry->group != NULL) {
        output_masked(stdout, entry->group);
        (void)fputs(": ", stdout);
    }
    output_masked(stdout, entry->name);
    (void)fputs("\n    ", stdout);
}

static void print_image(struct known_run *run, const struct known_image *image)
{
    print_entry(run, run->entry);
    output_linked(run->links, (const uint8_t *)image->path, strlen(image->path), image->path);
    (void)fputs(" (the whole image)\n", stdout);
}

static void print(struct known_run *run, const struct hash_entry *entry,
                  const struct wcab_answer *answer)
{
    print_entry(run, entry);
    output_linked(run->links, answer->image_raw, answer->image_raw_length, answer->image);
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

/* A DAT calls an image by its game, other lists by its file. */
static bool on_image(void *context, struct known_image *image)
{
    struct known_run *run = context;
    const struct hash_entry *entry = run->entry;

    run->any = true;
    if (image->known_as == NULL)
        image->known_as = strdup(entry->group != NULL ? entry->group : entry->name);
    if (run->cli->records == NULL)
        print_image(run, image);
    else if (record_image(run, image) != WCAB_OK)
        run->code = run->err.code = WCAB_ERR_IO;
    return run->code == WCAB_OK;
}

/* Every indexed file of the entry's bytes. */
static void find_files(struct known_run *run, const struct hash_entry *entry)
{
    const struct wcab_search_options options = {
        .sizeof_options = sizeof(options), .hash = entry->hash, .all = true};
    const struct wcab_answer *answer = NULL;
    struct wcab_search *search = NULL;

    run->code = wcab_search_open(run->catalog, &options, &search, &run->err);
    if (run->code == WCAB_ERR_NOTFOUND) { /* no file on record has such hashes */
        run->unread = run->err;
        run->code = WCAB_OK;
        return;
    }
    while (run->code == WCAB_OK) {
        run->code = wcab_search_next(search, &answer, &run->err);
        if (run->code != WCAB_OK || answer == NULL)
            break;
        if (answer->source != WCAB_SOURCE_INDEXED)
            continue;
        run->any = true;
        if (run->cli->records == NULL)
            print(run, entry, answer);
        else if (record(run, entry, answer) != WCAB_OK)
            run->code = run->err.code = WCAB_ERR_IO;
    }
    wcab_search_close(search);
}

static bool on_entry(void *context, const struct hash_entry *entry)
{
    struct known_run *run = context;

    run->entries++;
    run->any = false;
    run->entry = entry;
    find_files(run, entry);
    if (run->code == WCAB_OK &&
        !known_images_find(run->images, entry, run->cancel, &run->progress, on_image, run) &&
        run->code == WCAB_OK)
        run->code = WCAB_ERR_CANCELLED;
    run->found += run->any;
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

/* All lists, and what is to be kept of them. */
static int read_lists(struct known_run *known)
{
    const struct known_options *options = known->cli->options;
    int status = STATUS_DONE, i;

    for (i = 0; status == STATUS_DONE && i < known->cli->operand_count; i++)
        status = read_list(known, known->cli->operands[i]);
    progress_clear(&known->progress);
    if (known->code == WCAB_ERR_CANCELLED)
        return interrupt_status();
    if (status == STATUS_DONE && options->keep && !known_images_keep(known->images, known->catalog))
        status = STATUS_ERROR;
    return status;
}

static int run(struct cli *cli)
{
    const struct known_options *options = cli->options;
    const struct sandbox_rights rights = {
        .uses_catalog = true, .catalog = cli->global.catalog, .verbose = cli->global.verbose};
    struct known_run known = {.cli = cli, .links = terminal_links(cli)};
    int status = STATUS_ERROR;

    if (cli->operand_count == 0) {
        output_error("no list was named");
        return command_usage(cli);
    }
    progress_begin(&known.progress, true);
    known.cancel = interrupt_catch();
    if (!options->no_sandbox)
        sandbox_enter(&rights);
    known.catalog = command_catalog(cli);
    if (known.catalog == NULL)
        return STATUS_ERROR;
    wcab_catalog_set_cancel(known.catalog, known.cancel);
    known.images = known_images_open(known.catalog);
    if (known.images != NULL)
        status = read_lists(&known);
    known_images_close(known.images);
    wcab_catalog_close(known.catalog);
    if (status != STATUS_DONE)
        return status;
    if (cli->records == NULL)
        output_note("%" PRIu64 " of %" PRIu64 " entr%s on indexed images", known.found,
                    known.entries, known.entries == 1 ? "y" : "ies");
    if (known.unread.code != WCAB_OK) /* whole images were looked for all the same */
        status = output_failure(&known.unread);
    return known.found > 0 ? STATUS_DONE : status != STATUS_DONE ? status : STATUS_NOTHING;
}

const struct command command_known = {
    .name = "known",
    .usage = "known [OPTION]... LIST...",
    .summary = "tell which indexed files and images stand in lists of known ones",
    .details = "A LIST is a Logiqx DAT, NSRL's NSRLFile.txt, or what sha256sum, sha1sum and md5sum "
               "print; - is standard input.\n"
               "Images as a whole are known by size and hash: those of a size that the list has "
               "are read.  Files in images are known by their bytes: those of images that "
               "were verified, and for lists with SHA-1 or MD5 'whichcab verify --hashes'.",
    .examples = "known --keep floppies.dat\nknown NSRLFile.txt\nknown --csv collection.dat",
    .options = known_table,
    .option_count = sizeof(known_table) / sizeof(known_table[0]),
    .options_size = sizeof(struct known_options),
    .has_records = true,
    .run = run};
