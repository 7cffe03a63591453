/*
 * cmd_ls - whichcab ls: what is inside an image, without a catalog.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/fetching.h"
#include "cli/limit_option.h"
#include "cli/sandbox.h"

struct ls_options {
    bool names, no_sandbox;
    uint64_t codepage, whole;
    struct opt_texts limits, wanted;
    bool as_ever; /* --long and --recursive: what it does anyway */
};

static const struct opt ls_opts[] = {
    {'1', "names", NULL, OPT_FLAG, offsetof(struct ls_options, names), 0, 0,
     "only names, one a line, with the containers' names in front"},
    {'l', "long", NULL, OPT_FLAG, offsetof(struct ls_options, as_ever), 0, 0, NULL},
    {'R', "recursive", NULL, OPT_FLAG, offsetof(struct ls_options, as_ever), 0, 0, NULL},
    {0, "name", "PATTERN", OPT_TEXTS, offsetof(struct ls_options, wanted), 0, 0,
     "only files whose name fits, with * ? and [...], in any letter case; may come again"},
    {0, "codepage", "NUMBER", OPT_NUMBER, offsetof(struct ls_options, codepage), 1, 65535,
     "code page of names that are not Unicode; by default the likeliest"},
    {0, "limit", "NAME=NUMBER", OPT_TEXTS, offsetof(struct ls_options, limits), 0, 0,
     LIMIT_OPTION_HELP},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct ls_options, no_sandbox), 0, 0,
     "keep all rights while images are read"},
    {0, "whole", "MIB", OPT_NUMBER, offsetof(struct ls_options, whole), 1, FETCHING_WHOLE_MOST,
     FETCHING_WHOLE_HELP},
};

struct ls_run {
    struct records *records; /* NULL: for people */
    const char *image;
    const struct ls_options *options;
    const char *only; /* a further name that files have to have; NULL: any */
    bool heading_due; /* of a container none of whose files was shown yet */
    unsigned items, faults;
};

static void print_container(const struct ls_run *ls, const struct wcab_list_item *item)
{
    if (ls->options->names)
        return;
    printf("%s", ls->items > 0 ? "\n" : "");
    output_masked(stdout, item->container[0] != '\0' ? item->container : "(the image itself)");
    printf(": ");
    output_masked(stdout, item->format);
    if (item->label[0] != '\0') {
        printf(", label ");
        output_masked(stdout, item->label);
    }
    printf("\n");
}

static void print_file(const struct ls_run *ls, const struct wcab_list_item *item)
{
    if (ls->options->names) {
        if (item->container[0] != '\0') {
            output_masked(stdout, item->container);
            printf(" > ");
        }
        output_masked(stdout, item->name);
        printf("\n");
        return;
    }
    printf("%-10.10s %8.8s %s ", item->modified,
           item->modified[0] != '\0' ? item->modified + 11 : "", item->attributes);
    if (item->size_known)
        printf("%11llu ", (unsigned long long)item->size);
    else
        printf("%11s ", "?");
    output_masked(stdout, item->name);
    if (item->alias != NULL) {
        printf("  (");
        output_masked(stdout, item->alias);
        printf(")");
    }
    printf("%s%s%s\n", item->continued ? "  <" : "", item->continues ? "  >" : "",
           item->damaged ? "  !" : "");
}

static bool chooses(const struct ls_run *ls)
{
    return ls->only != NULL || ls->options->wanted.count > 0;
}

static bool fits(const char *pattern, const char *name)
{
    const char *slash = strrchr(name, '/');

    return fnmatch(pattern, name, FNM_CASEFOLD) == 0 ||
           (slash != NULL && fnmatch(pattern, slash + 1, FNM_CASEFOLD) == 0);
}

/* Whether a file of this name, or the name's last part, is one of those that are asked for. */
static bool is_wanted(const struct ls_run *ls, const char *name)
{
    const struct opt_texts *wanted = &ls->options->wanted;
    bool any = wanted->count == 0;
    size_t i;

    for (i = 0; !any && i < wanted->count; i++)
        any = fits(wanted->items[i], name);
    return any && (ls->only == NULL || fits(ls->only, name));
}

static enum wcab_err on_item(void *context, const struct wcab_list_item *item)
{
    struct ls_run *ls = context;

    if (chooses(ls)) {
        ls->heading_due = ls->heading_due || item->is_container;
        if (item->is_container || !is_wanted(ls, item->name))
            return WCAB_OK;
    }
    ls->items++;
    if (ls->records != NULL)
        return wcab_list_item_json(item, ls->image, records_sink, ls->records);
    if (item->is_container || ls->heading_due) {
        ls->items--;
        print_container(ls, item);
        ls->items++;
        ls->heading_due = false;
    }
    if (!item->is_container)
        print_file(ls, item);
    return WCAB_OK;
}

static void on_fault(void *context, const struct wcab_error *err)
{
    struct ls_run *ls = context;

    ls->faults++;
    output_failure(err);
}

/* Divides "image:cabinet" unless a file of the whole name exists; the image's name ends in place.
 */
static const char *split_operand(char *operand)
{
    char *colon = strrchr(operand, ':');

    if (colon == NULL || access(operand, F_OK) == 0)
        return NULL;
    if (fetching_is_url(operand) && colon < operand + fetching_path_of(operand))
        return NULL; /* of the address itself */
    *colon = '\0';
    return colon + 1;
}

/* Lists one operand: an image, a container in it, or files of a name in it. */
static enum wcab_err list_one(struct ls_run *ls, struct wcab_list_options *options, char *operand,
                              struct wcab_error *err)
{
    unsigned before = ls->items;
    enum wcab_err code;

    options->container = split_operand(operand);
    ls->image = operand;
    ls->only = NULL;
    code = wcab_list(operand, options, err);
    if (code == WCAB_ERR_NOTFOUND && options->container != NULL && ls->items == before &&
        (fetching_is_url(operand) || access(operand, F_OK) == 0)) {
        struct wcab_error again;

        ls->only = options->container;
        options->container = NULL;
        if (wcab_list(operand, options, &again) == WCAB_OK && ls->items > before)
            code = WCAB_OK; /* else the first error stands: no container is called so */
    }
    return code;
}

static int run(struct cli *cli)
{
    const struct ls_options *chosen = cli->options;
    struct ls_run ls = {.options = chosen, .records = cli->records};
    struct wcab_limits limits = {.sizeof_limits = sizeof(limits)};
    struct wcab_list_options options = {.sizeof_options = sizeof(options), .limits = &limits};
    const struct sandbox_rights rights = {.verbose = cli->global.verbose};
    struct wcab_error err;
    int status = STATUS_DONE;
    int i;

    if (cli->operand_count == 0) {
        output_error("no image was named");
        return command_usage(cli);
    }
    options.code_page = (int)(chosen->codepage != 0 ? chosen->codepage : cli->config.codepage);
    if (!limit_option_parse(&chosen->limits, &limits))
        return command_usage(cli);
    options.context = &ls;
    options.item = on_item;
    options.fault = on_fault;
    options.fetch = fetching_begin(cli, (const char *const *)cli->operands,
                                   (size_t)cli->operand_count, false, chosen->whole);
    if (!chosen->no_sandbox)
        sandbox_enter(&rights);
    for (i = 0; i < cli->operand_count; i++) {
        if (list_one(&ls, &options, cli->operands[i], &err) != WCAB_OK) {
            const bool is_url =
                fetching_is_url(cli->operands[i]); /* then the place begins with it */

            output_error("%s%s%s%s%s", is_url ? "" : cli->operands[i], is_url ? "" : ": ",
                         err.place, err.place[0] != '\0' ? ": " : "", err.text);
            status = STATUS_ERROR;
        }
    }
    fetching_end(cli, options.fetch);
    if (status == STATUS_DONE && ls.faults > 0)
        status = STATUS_PARTLY;
    if (status == STATUS_DONE && ls.items == 0 && chosen->wanted.count > 0)
        return STATUS_NOTHING;
    return status;
}

const struct command command_ls = {
    .name = "ls",
    .usage = "ls [OPTION]... IMAGE[:CABINET|:NAME]...",
    .summary = "show what is inside an image",
    .details = "Every volume and cabinet in the image with its files, straight from the image.  "
               "Behind a name, < says that the file began in the cabinet before, > that it goes on "
               "in the next one, ! that it is damaged.",
    .examples = "ls disk07.img\n"
                "ls disk07.img:WIN95_07.CAB\n"
                "ls --name '*.dll' cd.iso",
    .options = ls_opts,
    .has_records = true,
    .option_count = sizeof(ls_opts) / sizeof(ls_opts[0]),
    .options_size = sizeof(struct ls_options),
    .run = run};
