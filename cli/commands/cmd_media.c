/*
 * cmd_media - whichcab media: what is in the catalog, and what is missing there.
 */
#include "cli/command.h"

struct media_options {
    bool json, unread;
};

static const struct opt media_table[] = {
    {'J', "json", NULL, OPT_FLAG, offsetof(struct media_options, json), 0, 0,
     "a JSON object for each medium, one a line"},
    {'j', "json", NULL, OPT_FLAG, offsetof(struct media_options, json), 0, 0, NULL},
    {0, "unread", NULL, OPT_FLAG, offsetof(struct media_options, unread), 0, 0,
     "list instead what was found and not read, with the reason"},
};

/* Prints the media; returns the exit status. */
static int print_media(const struct cli *cli, const struct wcab_media *media)
{
    const struct media_options *options = cli->options;
    const struct wcab_medium *medium;
    bool complete = true;
    size_t i;

    for (i = 0; (medium = wcab_media_get(media, i)) != NULL; i++) {
        enum wcab_err code =
            options->json ? wcab_medium_json(medium, output_sink, stdout)
                          : wcab_medium_text(medium, cli->global.verbose, output_sink, stdout);

        if (code != WCAB_OK)
            break; /* told when stdout is closed */
        complete = complete && medium->complete;
    }
    if (i == 0)
        return STATUS_NOTHING;
    return complete ? STATUS_DONE : STATUS_PARTLY;
}

/* ---- what was not read ---------------------------------------------------------------------- */

struct unread_run {
    bool json, any;
};

static enum wcab_err on_unread(void *context, const struct wcab_unread *item)
{
    struct unread_run *unread = context;

    unread->any = true;
    return unread->json ? wcab_unread_json(item, output_sink, stdout)
                        : wcab_unread_text(item, output_sink, stdout);
}

static int print_unread(const struct cli *cli, struct wcab_catalog *catalog)
{
    const struct media_options *options = cli->options;
    struct unread_run unread = {.json = options->json};
    struct wcab_error err;
    enum wcab_err code = wcab_unread_each(catalog, cli->operand_count > 0 ? cli->operands[0] : NULL,
                                          on_unread, &unread, &err);

    if (code != WCAB_OK)
        return output_failure(&err);
    return unread.any ? STATUS_PARTLY : STATUS_DONE;
}

static int list_media(const struct cli *cli, struct wcab_catalog *catalog)
{
    const char *filter = cli->operand_count > 0 ? cli->operands[0] : NULL;
    struct wcab_media *media = NULL;
    struct wcab_error err;
    int status;

    if (wcab_media_open(catalog, filter, &media, &err) == WCAB_OK)
        status = print_media(cli, media);
    else
        status = output_failure(&err);
    wcab_media_close(media);
    if (status == STATUS_ERROR)
        return status;
    if (filter == NULL && command_tell_unread(catalog))
        return STATUS_PARTLY;
    if (status == STATUS_NOTHING)
        output_note("Nothing is indexed in %s.", wcab_catalog_path(catalog));
    return status;
}

static int run(struct cli *cli)
{
    const struct media_options *options = cli->options;
    struct wcab_catalog *catalog;
    int status;

    if (cli->operand_count > 1) {
        output_error("more than one medium: %s", cli->operands[1]);
        return command_usage(cli);
    }
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    status = options->unread ? print_unread(cli, catalog) : list_media(cli, catalog);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_media = {
    .name = "media",
    .usage = "media [OPTION]... [MEDIUM]",
    .summary = "show which media are in the catalog, and what is missing",
    .details = "Sets of disks are shown with the disks that are missing, offline (the image is "
               "gone), damaged, duplicate, or foreign to the set.  MEDIUM is an id or the start of "
               "one, part of a title, or the path of an image or a folder of images.  With "
               "--verbose every disk is shown.",
    .options = media_table,
    .option_count = sizeof(media_table) / sizeof(media_table[0]),
    .options_size = sizeof(struct media_options),
    .run = run};
