/*
 * cmd_media - whichcab media: what is in the catalog, and what is missing there.
 */
#include "cli/command.h"

struct media_options {
    bool json;
};

static const struct opt media_table[] = {
    {'j', "json", NULL, OPT_FLAG, offsetof(struct media_options, json), 0, 0,
     "a JSON object for each medium, one a line"},
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

static int run(struct cli *cli)
{
    struct wcab_catalog *catalog;
    struct wcab_media *media = NULL;
    struct wcab_error err;
    int status;

    if (cli->operand_count > 1) {
        output_error("more than one medium: %s", cli->operands[1]);
        return command_usage(cli);
    }
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    if (wcab_media_open(catalog, cli->operand_count > 0 ? cli->operands[0] : NULL, &media, &err) ==
        WCAB_OK)
        status = print_media(cli, media);
    else
        status = output_failure(&err);
    if (status == STATUS_NOTHING)
        output_note("Nothing is indexed in %s.", wcab_catalog_path(catalog));
    wcab_media_close(media);
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
