/*
 * cmd_media - whichcab media: what is in the catalog, and what is missing there.
 */
#include <string.h>

#include <stdlib.h>

#include "cli/command.h"
#include "cli/disk_list.h"

struct media_options {
    bool list, missing, offline, damaged, duplicate, unknown, unread;
};

static const struct opt media_table[] = {
    {'l', "long", NULL, OPT_FLAG, offsetof(struct media_options, list), 0, 0,
     "a line for each disk: its state, label, format, number of files, and image"},
    {0, "missing", NULL, OPT_FLAG, offsetof(struct media_options, missing), 0, 0,
     "only disks that are missing, a line for each"},
    {0, "offline", NULL, OPT_FLAG, offsetof(struct media_options, offline), 0, 0,
     "only those whose image was gone when last looked for"},
    {0, "damaged", NULL, OPT_FLAG, offsetof(struct media_options, damaged), 0, 0,
     "only damaged ones"},
    {0, "duplicate", NULL, OPT_FLAG, offsetof(struct media_options, duplicate), 0, 0,
     "only further images of a disk that is there"},
    {0, "unknown", NULL, OPT_FLAG, offsetof(struct media_options, unknown), 0, 0,
     "only those of no known medium, or of another set"},
    {0, "unread", NULL, OPT_FLAG, offsetof(struct media_options, unread), 0, 0,
     "list instead what was found and not read, with the reason"},
};

/* More unrecognised disks than this are shown by their folders. */
enum { UNKNOWN_SHOWN = 12 };

/* The disks that the options choose, as bits 1 << enum wcab_disk_status; 0: they choose none. */
static unsigned chosen_disks(const struct media_options *options)
{
    return (options->missing ? 1U << WCAB_DISK_MISSING : 0) |
           (options->offline ? 1U << WCAB_DISK_OFFLINE : 0) |
           (options->damaged ? 1U << WCAB_DISK_DAMAGED : 0) |
           (options->duplicate ? 1U << WCAB_DISK_DUPLICATE : 0) |
           (options->unknown ? 1U << WCAB_DISK_FOREIGN : 0);
}

static bool has_any(const struct wcab_medium *medium, unsigned states)
{
    size_t i;

    for (i = 0; i < medium->disk_count; i++) {
        if (states & 1U << medium->disks[i].status)
            return true;
    }
    return false;
}

/* Whether nothing is known of what it is. */
static bool is_unknown(const struct wcab_medium *medium)
{
    return medium->medium == NULL && !medium->told;
}

/* ---- media -------------------------------------------------------------------------------- */

/* A medium in words; false without memory. */
static bool print_text(const struct disk_look *look, const struct wcab_medium *medium)
{
    const struct wcab_image_names *names = look->names;
    struct wcab_medium shown = *medium;
    struct wcab_disk *disks = NULL;
    size_t i;

    if (names != NULL && medium->disk_count > 0) {
        disks = calloc(medium->disk_count, sizeof(*disks));
        if (disks == NULL) {
            output_error("out of memory");
            return false;
        }
        for (i = 0; i < medium->disk_count; i++) {
            disks[i] = medium->disks[i];
            if (disks[i].image != NULL)
                disks[i].image = wcab_image_name(names, disks[i].image);
        }
        shown.disks = disks;
    }
    /* a failed write is told when stdout is closed */
    (void)wcab_medium_text(
        &shown, (look->verbose ? WCAB_MEDIUM_VERBOSE : 0u) | (look->links ? WCAB_MEDIUM_LINKS : 0u),
        output_sink, stdout);
    free(disks);
    return true;
}

/* All media in words, those that nobody knows last; many of these by their folders. */
static bool print_texts(const struct disk_look *look, const struct wcab_media *media)
{
    struct disk_list *unknown = disk_list_open(), *all = disk_list_open();
    const struct wcab_medium *medium;
    bool ok = unknown != NULL && all != NULL;
    size_t i;

    for (i = 0; ok && (medium = wcab_media_get(media, i)) != NULL; i++)
        ok = disk_list_add(all, medium, 0) &&
             (!is_unknown(medium) || disk_list_add(unknown, medium, (unsigned)DISKS_ALL));
    for (i = 0; ok && (medium = wcab_media_get(media, i)) != NULL; i++) {
        if (is_unknown(medium) && disk_list_count(unknown) > UNKNOWN_SHOWN && !look->verbose)
            continue;
        ok = print_text(look, medium);
    }
    if (ok && disk_list_count(unknown) > UNKNOWN_SHOWN && !look->verbose)
        disk_list_print_folders(unknown);
    if (ok)
        disk_list_summary(all);
    disk_list_close(unknown);
    disk_list_close(all);
    return ok;
}

/* The chosen disks, a line for each. */
static bool print_lines(const struct disk_look *look, const struct wcab_media *media,
                        unsigned states)
{
    struct disk_list *list = disk_list_open();
    const struct wcab_medium *medium;
    bool ok = list != NULL;
    size_t i;

    for (i = 0; ok && (medium = wcab_media_get(media, i)) != NULL; i++)
        ok = disk_list_add(list, medium, states);
    if (ok) {
        disk_list_print(list, look);
        disk_list_summary(list);
    }
    disk_list_close(list);
    return ok;
}

static void print_json(const struct cli *cli, const struct wcab_media *media, unsigned states)
{
    const struct wcab_medium *medium;
    size_t i;

    for (i = 0; (medium = wcab_media_get(media, i)) != NULL; i++) {
        if ((states == 0 || has_any(medium, states)) &&
            wcab_medium_json(medium, records_sink, cli->records) != WCAB_OK)
            return; /* told when stdout is closed */
    }
}

/* For people: on a terminal images are called by the end of their paths. */
static bool print_for_people(const struct cli *cli, struct wcab_catalog *catalog,
                             const struct wcab_media *media, unsigned states)
{
    const struct media_options *options = cli->options;
    const struct terminal terminal = terminal_begin(cli);
    struct disk_look look = {NULL, terminal.links, cli->global.verbose};
    struct wcab_image_names *names = NULL;
    struct wcab_error err;
    bool ok = true;

    if (terminal.columns > 0 && wcab_image_names_open(catalog, &names, &err) != WCAB_OK) {
        (void)output_failure(&err);
        return false;
    }
    look.names = names;
    if (states != 0 || options->list)
        ok = print_lines(&look, media, states != 0 ? states : (unsigned)DISKS_ALL);
    else
        ok = print_texts(&look, media);
    wcab_image_names_close(names);
    return ok;
}

/* Prints the media; returns the exit status. */
static int print_media(const struct cli *cli, struct wcab_catalog *catalog,
                       const struct wcab_media *media)
{
    const unsigned states = chosen_disks(cli->options);
    const struct wcab_medium *medium;
    bool complete = true, any = false, ok = true;
    size_t i;

    for (i = 0; (medium = wcab_media_get(media, i)) != NULL; i++) {
        complete = complete && medium->complete;
        any = any || has_any(medium, states);
    }
    if (i == 0)
        return STATUS_NOTHING;
    if (cli->records != NULL)
        print_json(cli, media, states);
    else
        ok = print_for_people(cli, catalog, media, states);
    if (!ok)
        return STATUS_ERROR;
    if (states != 0)
        return any ? STATUS_PARTLY : STATUS_DONE;
    return complete ? STATUS_DONE : STATUS_PARTLY;
}

/* ---- what was not read ---------------------------------------------------------------------- */

struct unread_run {
    struct records *records; /* NULL: for people */
    bool any;
};

static enum wcab_err on_unread(void *context, const struct wcab_unread *item)
{
    struct unread_run *unread = context;

    unread->any = true;
    return unread->records != NULL ? wcab_unread_json(item, records_sink, unread->records)
                                   : wcab_unread_text(item, output_sink, stdout);
}

static int print_unread(const struct cli *cli, struct wcab_catalog *catalog)
{
    struct unread_run unread = {.records = cli->records};
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
        status = print_media(cli, catalog, media);
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

/* ---- notes ---------------------------------------------------------------------------------- */

struct note_listing {
    struct records *records; /* NULL: for people */
    uint64_t images;
};

static enum wcab_err on_noted_image(void *context, const struct wcab_image *image)
{
    struct note_listing *listing = context;
    size_t i;

    listing->images++;
    if (listing->records != NULL)
        return wcab_image_json(image, records_sink, listing->records);
    output_masked(stdout, image->path);
    (void)fputs(image->note_count == 0 ? ": no notes\n" : "\n", stdout);
    for (i = 0; i < image->note_count; i++) {
        (void)printf("  %s: ", image->notes[i].key);
        output_masked(stdout, image->notes[i].value);
        (void)fputc('\n', stdout);
    }
    return WCAB_OK;
}

static int list_notes(const struct cli *cli, struct wcab_catalog *catalog, const char *filter)
{
    struct note_listing listing = {.records = cli->records};
    struct wcab_error err;
    enum wcab_err code = wcab_image_each(catalog, filter, on_noted_image, &listing, &err);

    if (code == WCAB_OK)
        return listing.images > 0 ? STATUS_DONE : STATUS_NOTHING;
    (void)output_failure(&err);
    return code == WCAB_ERR_NOTFOUND ? STATUS_NOTHING : STATUS_ERROR;
}

enum { NOTES_MOST = 64 };

/* Cuts "box=B3" in two; false after a message. */
static bool take_notes(const struct cli *cli, struct wcab_note notes[NOTES_MOST], size_t *count)
{
    int i;

    *count = 0;
    for (i = 2; i < cli->operand_count; i++) {
        char *equals = strchr(cli->operands[i], '=');

        if (equals == NULL || *count == NOTES_MOST) {
            output_error(equals == NULL ? "a note is KEY=TEXT, not %s" : "too many notes: %s",
                         cli->operands[i]);
            return false;
        }
        *equals = '\0';
        notes[*count].key = cli->operands[i];
        notes[*count].value = equals + 1;
        (*count)++;
    }
    return true;
}

static int note_images(const struct cli *cli, struct wcab_catalog *catalog)
{
    struct wcab_note_result result = {.sizeof_result = sizeof(result)};
    struct wcab_note notes[NOTES_MOST];
    struct wcab_error err;
    size_t count;
    enum wcab_err code;

    if (cli->operand_count < 3)
        return list_notes(cli, catalog, cli->operand_count > 1 ? cli->operands[1] : NULL);
    if (!take_notes(cli, notes, &count))
        return command_usage(cli);
    code = wcab_image_note(catalog, cli->operands[1], notes, count, &result, &err);
    if (code != WCAB_OK) {
        (void)output_failure(&err);
        return code == WCAB_ERR_NOTFOUND ? STATUS_NOTHING : STATUS_ERROR;
    }
    output_note("%llu image%s noted", (unsigned long long)result.images, output_s(result.images));
    return STATUS_DONE;
}

static int run(struct cli *cli)
{
    const struct media_options *options = cli->options;
    const bool notes = cli->operand_count > 0 && strcmp(cli->operands[0], "note") == 0;
    struct wcab_catalog *catalog;
    int status;

    if (cli->operand_count > 1 && !notes) {
        output_error("more than one medium: %s", cli->operands[1]);
        return command_usage(cli);
    }
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    status = notes             ? note_images(cli, catalog)
             : options->unread ? print_unread(cli, catalog)
                               : list_media(cli, catalog);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_media = {
    .name = "media",
    .usage = "media [OPTION]... [MEDIUM | note [IMAGE [KEY=TEXT]...]]",
    .summary = "show which media are in the catalog, and what is missing",
    .details =
        "Sets of disks are shown with the disks that are missing, offline (the image is "
        "gone), damaged, duplicate, or foreign to the set.  MEDIUM is an id or the start of "
        "one, part of a title, or the path of an image or a folder of images.  With "
        "--long every disk is a line, with --verbose all is told that is known of it.  Many "
        "disks that nobody knows are counted by their folders.\n"
        "note keeps what you say of an image: box=B3 shelf=\"second from the top\".  IMAGE is "
        "what MEDIUM may be.  Notes stand behind the disk that is to be inserted (but for "
        "the one called note, a remark), and stay when images move, are copied or are "
        "indexed again.  KEY= takes one away; without any, those on record are shown.",
    .examples = "media\n"
                "media --long --missing\n"
                "media --unread",
    .options = media_table,
    .has_records = true,
    .option_count = sizeof(media_table) / sizeof(media_table[0]),
    .options_size = sizeof(struct media_options),
    .run = run};
