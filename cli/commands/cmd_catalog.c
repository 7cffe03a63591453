/*
 * cmd_catalog - whichcab catalog: check, figures, compaction, removal of images.
 */
#include <inttypes.h>
#include <string.h>

#include "cli/command.h"
#include "cli/interrupt.h"

struct catalog_options {
    bool offline;
};

static const struct opt catalog_table[] = {
    {0, "offline", NULL, OPT_FLAG, offsetof(struct catalog_options, offline), 0, 0,
     "remove: only images that are gone"},
};

/* What a check or a repair tells, one at a time. */
struct report {
    struct records *records; /* NULL: for people */
    const char *event;
    uint64_t count;
};

static void report(void *context, const char *what)
{
    struct report *told = context;

    told->count++;
    if (told->records != NULL) {
        records_begin(told->records);
        records_text(told->records, "event", told->event);
        records_text(told->records, "reason", what);
        (void)records_end(told->records);
        return;
    }
    output_masked(stdout, what);
    (void)fputc('\n', stdout);
}

/* Begins the object that says what came of an action; false: people are told. */
static bool begin_summary(const struct cli *cli, const struct wcab_catalog *catalog)
{
    if (cli->records == NULL)
        return false;
    records_begin(cli->records);
    records_text(cli->records, "event", "summary");
    records_text(cli->records, "action", cli->operands[0]);
    records_text(cli->records, "catalog", wcab_catalog_path(catalog));
    return true;
}

static int check(struct cli *cli, struct wcab_catalog *catalog)
{
    struct report told = {cli->records, "contradiction", 0};
    struct wcab_error err;
    enum wcab_err code = wcab_catalog_check(catalog, report, &told, &err);

    if (code != WCAB_OK && (code != WCAB_ERR_CORRUPT || told.count == 0))
        return output_failure(&err);
    if (begin_summary(cli, catalog)) {
        records_bool(cli->records, "sound", code == WCAB_OK);
        records_number(cli->records, "contradictions", told.count);
        (void)records_end(cli->records);
    } else if (code == WCAB_OK) {
        output_note("%s: sound", wcab_catalog_path(catalog));
    } else {
        output_error("%s: %" PRIu64 " contradiction%s", wcab_catalog_path(catalog), told.count,
                     output_s(told.count));
    }
    return code == WCAB_OK ? STATUS_DONE : STATUS_PARTLY;
}

static void record_stats(struct records *records, const struct wcab_catalog_stats *stats)
{
    records_begin(records);
    records_number(records, "images", stats->images);
    records_number(records, "containers", stats->containers);
    records_number(records, "listings", stats->listings);
    records_number(records, "files", stats->rows);
    records_number(records, "names", stats->names);
    records_number(records, "deep", stats->deep_rows);
    records_number(records, "bytes_used", stats->bytes_used);
    records_number(records, "bytes_held", stats->bytes_file);
    records_number(records, "catalog_format", stats->format_version);
    (void)records_end(records);
}

static int print_stats(struct cli *cli, struct wcab_catalog *catalog)
{
    struct wcab_catalog_stats stats = {.sizeof_stats = sizeof(stats)};
    struct wcab_error err;

    if (wcab_catalog_stats(catalog, &stats, &err) != WCAB_OK)
        return output_failure(&err);
    if (cli->records != NULL) {
        record_stats(cli->records, &stats);
        return STATUS_DONE;
    }
    (void)printf("images      %" PRIu64 "\n", stats.images);
    (void)printf("containers  %" PRIu64 "\n", stats.containers);
    (void)printf("listings    %" PRIu64 "\n", stats.listings);
    (void)printf("files       %" PRIu64 "\n", stats.rows);
    (void)printf("names       %" PRIu64 "\n", stats.names);
    (void)printf("deep        %" PRIu64 "\n", stats.deep_rows);
    (void)printf("bytes used  %" PRIu64 "\n", stats.bytes_used);
    (void)printf("bytes held  %" PRIu64 "\n", stats.bytes_file);
    (void)printf("format      %" PRIu32 "\n", stats.format_version);
    return STATUS_DONE;
}

/* What the compact file has, which is another one than the catalog's when it was named. */
static int record_compacted(const struct cli *cli, struct wcab_catalog *catalog)
{
    struct wcab_catalog_stats stats = {.sizeof_stats = sizeof(stats)};
    struct wcab_error err;

    if (cli->records == NULL)
        return STATUS_DONE;
    if (wcab_catalog_stats(catalog, &stats, &err) != WCAB_OK)
        return output_failure(&err);
    (void)begin_summary(cli, catalog);
    records_text(cli->records, "written", cli->operand_count > 1 ? cli->operands[1] : NULL);
    records_number(cli->records, "bytes_used", stats.bytes_used);
    records_number(cli->records, "bytes_held", stats.bytes_file);
    (void)records_end(cli->records);
    return STATUS_DONE;
}

static int compact(struct cli *cli, struct wcab_catalog *catalog)
{
    struct wcab_error err;
    enum wcab_err code;

    wcab_catalog_set_cancel(catalog, interrupt_catch());
    code = wcab_catalog_compact(catalog, cli->operand_count > 1 ? cli->operands[1] : NULL, &err);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return output_failure(&err);
    return record_compacted(cli, catalog);
}

static int remove_images(struct cli *cli, struct wcab_catalog *catalog)
{
    const struct catalog_options *options = cli->options;
    uint64_t removed = 0;
    struct wcab_error err;
    enum wcab_err code;

    if (cli->operand_count < 2 && !options->offline) {
        output_error("remove needs the path of an image or a folder, or --offline");
        return command_usage(cli);
    }
    code = wcab_catalog_remove(catalog, cli->operand_count > 1 ? cli->operands[1] : NULL,
                               options->offline, &removed, &err);
    if (code == WCAB_ERR_NOTFOUND) {
        (void)output_failure(&err);
        return STATUS_NOTHING;
    }
    if (code != WCAB_OK)
        return output_failure(&err);
    if (begin_summary(cli, catalog)) {
        records_number(cli->records, "removed", removed);
        (void)records_end(cli->records);
    } else {
        output_note("%" PRIu64 " image%s removed from the catalog", removed, output_s(removed));
    }
    return STATUS_DONE;
}

static int repair(struct cli *cli, struct wcab_catalog *catalog)
{
    struct wcab_repair_result result = {.sizeof_result = sizeof(result)};
    struct report told = {cli->records, "loss", 0};
    struct wcab_error err;
    bool was_sound;

    if (wcab_catalog_repair(catalog, report, &told, &result, &err) != WCAB_OK)
        return output_failure(&err);
    was_sound = result.kept[0] == '\0';
    if (begin_summary(cli, catalog)) {
        records_bool(cli->records, "sound", was_sound);
        records_number(cli->records, "images", result.images);
        records_number(cli->records, "lost", result.lost);
        records_text(cli->records, "kept", was_sound ? NULL : result.kept);
        (void)records_end(cli->records);
    } else if (was_sound) {
        output_note("%s: sound, nothing to repair", wcab_catalog_path(catalog));
    } else {
        output_note("%" PRIu64 " image%s saved, %" PRIu64 " loss%s told; the damaged file is %s/%s",
                    result.images, output_s(result.images), result.lost,
                    result.lost == 1 ? "" : "es", wcab_catalog_path(catalog), result.kept);
    }
    return result.lost == 0 ? STATUS_DONE : STATUS_PARTLY;
}

static int move_images(struct cli *cli, struct wcab_catalog *catalog)
{
    struct wcab_move_result result = {.sizeof_result = sizeof(result)};
    struct wcab_error err;
    enum wcab_err code;

    if (cli->operand_count < 3) {
        output_error("move needs the old path and the new one, of an image or a folder");
        return command_usage(cli);
    }
    code = wcab_catalog_move(catalog, cli->operands[1], cli->operands[2], &result, &err);
    if (code == WCAB_ERR_NOTFOUND) {
        (void)output_failure(&err);
        return STATUS_NOTHING;
    }
    if (code != WCAB_OK)
        return output_failure(&err);
    if (begin_summary(cli, catalog)) {
        records_number(cli->records, "moved", result.moved);
        records_number(cli->records, "left", result.left);
        (void)records_end(cli->records);
    } else {
        output_note("%" PRIu64 " image%s moved in the catalog", result.moved,
                    output_s(result.moved));
        if (result.left > 0)
            output_error("%" PRIu64 " left: there are other images on record at the new path",
                         result.left);
    }
    return result.left == 0 ? STATUS_DONE : STATUS_PARTLY;
}

struct action {
    const char *name;
    int operands; /* at most, the name included */
    int (*run)(struct cli *cli, struct wcab_catalog *catalog);
};

static const struct action actions[] = {{"check", 1, check},      {"stats", 1, print_stats},
                                        {"compact", 2, compact},  {"repair", 1, repair},
                                        {"move", 3, move_images}, {"remove", 2, remove_images}};

static int run(struct cli *cli)
{
    const struct action *action = NULL;
    struct wcab_catalog *catalog;
    size_t i;
    int status;

    for (i = 0; cli->operand_count > 0 && i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(actions[i].name, cli->operands[0]) == 0)
            action = &actions[i];
    }
    if (action == NULL || cli->operand_count > action->operands) {
        if (cli->operand_count > 0)
            output_error("catalog can't %s", cli->operands[cli->operand_count - 1]);
        return command_usage(cli);
    }
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    status = action->run(cli, catalog);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_catalog_keep = {
    .name = "catalog",
    .usage = "catalog check|stats|compact|repair|move|remove [PATH]...",
    .summary = "check, measure and tidy the catalog",
    .details =
        "check: cross-check everything stored; each contradiction is a line.\n"
        "stats: figures of the catalog.\n"
        "compact [FILE]: give unused space back; with FILE write a compact copy there instead.\n"
        "repair: make a new catalog of what can be read of a damaged one, and tell what is lost; "
        "the damaged file is kept beside it.\n"
        "move OLD NEW: an image, or all below a folder, lies at another path now; nothing is read, "
        "and all that is known of it stays.\n"
        "remove PATH: forget an image, or all images below a folder; the images themselves are "
        "not touched.",
    .examples = "catalog stats\n"
                "catalog remove --offline",
    .options = catalog_table,
    .has_records = true,
    .option_count = sizeof(catalog_table) / sizeof(catalog_table[0]),
    .options_size = sizeof(struct catalog_options),
    .run = run};
