/*
 * cmd_profile - whichcab profile: the known media, and the user's own profiles.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

struct listing {
    struct records *records; /* NULL: for people */
    const char *id;          /* only this one; NULL: all */
    const char *text;        /* of the profile; NULL: it is not told */
    size_t count;
};

static enum wcab_err print_item(void *context, const struct wcab_profile_item *item)
{
    struct listing *listing = context;

    if (listing->id != NULL && strcmp(listing->id, item->id) != 0)
        return WCAB_OK;
    listing->count++;
    if (listing->records != NULL) {
        records_begin(listing->records);
        records_text(listing->records, "id", item->id);
        records_text(listing->records, "title", item->title);
        records_text(listing->records, "release", item->release);
        records_text(listing->records, "kind", item->kind);
        records_bool(listing->records, "user", item->user);
        if (listing->text != NULL)
            records_text(listing->records, "text", listing->text);
        return records_end(listing->records);
    }
    (void)printf("%-28s  ", item->id);
    output_masked(stdout, item->title);
    if (item->release != NULL) {
        (void)fputs(", ", stdout);
        output_masked(stdout, item->release);
    }
    (void)fputs(item->user ? " (your own)\n" : "\n", stdout);
    return WCAB_OK;
}

static int list(const struct cli *cli, struct wcab_catalog *catalog, const char *unused)
{
    struct listing listing = {.records = cli->records};
    struct wcab_error err;

    (void)unused;
    if (wcab_profile_each(catalog, print_item, &listing, &err) != WCAB_OK)
        return output_failure(&err);
    return listing.count > 0 || ferror(stdout) ? STATUS_DONE : STATUS_NOTHING;
}

/* The object of one profile, with its text where there is one. */
static int record_one(const struct cli *cli, struct wcab_catalog *catalog, const char *id,
                      const char *text)
{
    struct listing listing = {.records = cli->records, .id = id, .text = text};
    struct wcab_error err;

    if (cli->records == NULL || wcab_profile_each(catalog, print_item, &listing, &err) == WCAB_OK)
        return STATUS_DONE;
    return output_failure(&err);
}

static int show(const struct cli *cli, struct wcab_catalog *catalog, const char *id)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = cli->records != NULL ? open_memstream(&text, &size) : stdout;
    struct wcab_error err;
    enum wcab_err code;
    int status = STATUS_DONE;

    if (out == NULL) {
        output_error("out of memory");
        return STATUS_ERROR;
    }
    code = wcab_profile_show(catalog, id, output_sink, out, &err);
    if (code != WCAB_OK && !ferror(out)) {
        (void)output_failure(&err);
        status = code == WCAB_ERR_NOTFOUND ? STATUS_NOTHING : STATUS_ERROR;
    }
    if (out != stdout && fclose(out) != 0)
        status = STATUS_ERROR;
    if (out != stdout && status == STATUS_DONE)
        status = record_one(cli, catalog, id, text);
    free(text);
    return status;
}

static int add(const struct cli *cli, struct wcab_catalog *catalog, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    struct wcab_error err;
    char id[256];

    if (wcab_profile_add(catalog, path, &err) != WCAB_OK)
        return output_failure(&err);
    (void)snprintf(id, sizeof(id), "%s", name);
    if (strlen(id) > strlen(".profile"))
        id[strlen(id) - strlen(".profile")] = '\0'; /* add has looked at its name */
    return record_one(cli, catalog, id, NULL);
}

static int drop(const struct cli *cli, struct wcab_catalog *catalog, const char *id)
{
    struct wcab_error err;
    enum wcab_err code = wcab_profile_remove(catalog, id, &err);

    if (code == WCAB_OK && cli->records != NULL) {
        records_begin(cli->records);
        records_text(cli->records, "removed", id);
        (void)records_end(cli->records);
    }
    if (code == WCAB_OK)
        return STATUS_DONE;
    (void)output_failure(&err);
    return code == WCAB_ERR_NOTFOUND ? STATUS_NOTHING : STATUS_ERROR;
}

struct action {
    const char *name;
    int operands; /* the name included */
    int (*run)(const struct cli *cli, struct wcab_catalog *catalog, const char *operand);
};

static const struct action actions[] = {
    {"list", 1, list}, {"show", 2, show}, {"add", 2, add}, {"remove", 2, drop}};

static int run(struct cli *cli)
{
    const char *name = cli->operand_count > 0 ? cli->operands[0] : "list";
    int operands = cli->operand_count > 0 ? cli->operand_count : 1;
    const struct action *action = NULL;
    struct wcab_catalog *catalog;
    size_t i;
    int status;

    for (i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        if (strcmp(actions[i].name, name) == 0 && actions[i].operands == operands)
            action = &actions[i];
    }
    if (action == NULL)
        return command_usage(cli);
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    status = action->run(cli, catalog, operands > 1 ? cli->operands[1] : NULL);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_profile = {
    .name = "profile",
    .usage = "profile [list | show ID | add FILE | remove ID]",
    .summary = "show the known media; add a profile of your own",
    .details = "list: every known medium.\n"
               "show: the text of a profile.\n"
               "add: check the file ID.profile, and the listing ID.tsv beside it if there is one, "
               "and keep a copy in the catalog's folder; it replaces a profile of the same id.\n"
               "remove: drop one of your own profiles.",
    .examples = "profile list\n"
                "profile show win95-dmf",
    .has_records = true,
    .run = run};
