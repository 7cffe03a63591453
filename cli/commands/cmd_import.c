/*
 * cmd_import - whichcab import: a catalog from text.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

struct import_options {
    struct opt_texts maps;
};

static const struct opt import_table[] = {
    {0, "map", "OLD=NEW", OPT_TEXTS, offsetof(struct import_options, maps), 0, 0,
     "what lies below the folder OLD in the export lies below NEW here; may come again"},
};

/* How far all files are. */
struct import_progress {
    struct progress line;
    uint64_t files, bytes;
};

/* A file to read, opened when it comes to it: there may be more of them than can be open. */
struct text_file {
    const char *path;
    FILE *file;
    int error; /* why it could not be read */
    struct import_progress *progress;
};

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static void close_text(struct text_file *text)
{
    if (text->file != NULL && text->file != stdin)
        (void)fclose(text->file);
    text->file = NULL;
}

static enum wcab_err read_text(void *context, char *buffer, size_t size, size_t *got)
{
    struct text_file *text = context;

    errno = 0;
    if (text->file == NULL) {
        text->file = is_stdin(text->path) ? stdin : fopen(text->path, "re");
        text->progress->files++;
    }
    *got = text->file == NULL ? 0 : fread(buffer, 1, size, text->file);
    if (text->file == NULL || ferror(text->file)) {
        text->error = errno != 0 ? errno : EIO;
        return WCAB_ERR_IO;
    }
    if (*got == 0)
        close_text(text);
    text->progress->bytes += *got;
    progress_count(&text->progress->line, "importing", "files", text->progress->files,
                   text->progress->bytes);
    return WCAB_OK;
}

static int told_failure(const struct text_file *texts, size_t count, const struct wcab_error *err)
{
    size_t i;

    if (err->code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    for (i = 0; i < count; i++) {
        if (texts[i].error != 0) {
            output_error("%s: %s", texts[i].path, strerror(texts[i].error));
            return STATUS_ERROR;
        }
    }
    return output_failure(err);
}

/* Cuts "OLD=NEW" in two; false after a message. */
static bool take_maps(const struct import_options *options, struct wcab_path_map *maps)
{
    size_t i;

    for (i = 0; i < options->maps.count; i++) {
        char *equals = strchr(options->maps.items[i], '=');

        if (equals == NULL) {
            output_error("--map takes OLD=NEW, not %s", options->maps.items[i]);
            return false;
        }
        *equals = '\0';
        maps[i].from = options->maps.items[i];
        maps[i].to = equals + 1;
    }
    return true;
}

/* What was read, and how much is on record now. */
static int record_import(struct records *records, struct wcab_catalog *catalog, size_t texts,
                         uint64_t bytes)
{
    struct wcab_catalog_stats stats = {.sizeof_stats = sizeof(stats)};
    struct wcab_error err;

    if (records == NULL)
        return STATUS_DONE;
    if (wcab_catalog_stats(catalog, &stats, &err) != WCAB_OK)
        return output_failure(&err);
    records_begin(records);
    records_text(records, "event", "summary");
    records_number(records, "texts", texts);
    records_number(records, "bytes", bytes);
    records_number(records, "images", stats.images);
    (void)records_end(records);
    return STATUS_DONE;
}

static int import_from(const struct cli *cli, struct wcab_catalog *catalog,
                       const struct wcab_import_options *options, struct text_file *texts,
                       void **contexts, size_t count)
{
    struct import_progress progress = {.files = 0};
    struct wcab_error err = {.code = WCAB_OK};
    enum wcab_err code;
    int status = STATUS_DONE;
    size_t i;

    progress_begin(&progress.line, true);
    for (i = 0; i < count; i++) {
        texts[i].path = options->names[i];
        texts[i].progress = &progress;
        contexts[i] = &texts[i];
    }
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    code = wcab_catalog_import_all(catalog, options, read_text, contexts, count, &err);
    progress_clear(&progress.line);
    if (code != WCAB_OK)
        status = told_failure(texts, count, &err);
    for (i = 0; i < count; i++)
        close_text(&texts[i]);
    if (status == STATUS_DONE)
        status = record_import(cli->records, catalog, count, progress.bytes);
    return status;
}

/* Nothing is begun while a file is missing. */
static bool are_readable(const char *const *paths, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (!is_stdin(paths[i]) && access(paths[i], R_OK) != 0) {
            output_error("%s: %s", paths[i], strerror(errno));
            return false;
        }
    }
    return true;
}

static int run(struct cli *cli)
{
    static const char *const standard_input[] = {"-"};
    const char *const *paths =
        cli->operand_count > 0 ? (const char *const *)cli->operands : standard_input;
    size_t count = cli->operand_count > 0 ? (size_t)cli->operand_count : 1;
    const struct import_options *given = cli->options;
    struct wcab_path_map maps[OPT_TEXTS_MOST];
    const struct wcab_import_options options = {.sizeof_options = sizeof(options),
                                                .maps = maps,
                                                .map_count = given->maps.count,
                                                .names = paths};
    struct text_file *texts;
    struct wcab_catalog *catalog;
    void **contexts;
    int status = STATUS_ERROR;

    if (!take_maps(given, maps))
        return command_usage(cli);
    if (!are_readable(paths, count))
        return STATUS_ERROR;
    texts = calloc(count, sizeof(*texts));
    contexts = calloc(count, sizeof(*contexts));
    catalog = texts != NULL && contexts != NULL ? command_catalog(cli) : NULL;
    if (texts == NULL || contexts == NULL)
        output_error("out of memory");
    if (catalog != NULL)
        status = import_from(cli, catalog, &options, texts, contexts, count);
    wcab_catalog_close(catalog);
    free((void *)contexts);
    free(texts);
    return status;
}

const struct command command_import = {
    .name = "import",
    .usage = "import [OPTION]... [FILE]...",
    .summary = "read exported catalogs",
    .details =
        "From standard input, or from each FILE.  All of it is taken over, or, when a line "
        "is wrong, nothing.  Images of the same path are replaced.  What several catalogs "
        "tell together, 'whichcab index --settle' finds out.  --map puts catalogs of several "
        "machines into one: /mnt/box1=/srv/images/box1.",
    .examples = "import catalog.txt",
    .has_records = true,
    .options = import_table,
    .option_count = sizeof(import_table) / sizeof(import_table[0]),
    .options_size = sizeof(struct import_options),
    .run = run};
