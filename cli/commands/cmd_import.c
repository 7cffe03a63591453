/*
 * cmd_import - whichcab import: a catalog from text.
 */
#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/interrupt.h"

static enum wcab_err read_text(void *context, char *buffer, size_t size, size_t *got)
{
    FILE *file = context;

    *got = fread(buffer, 1, size, file);
    return ferror(file) ? WCAB_ERR_IO : WCAB_OK;
}

static int import_from(struct wcab_catalog *catalog, FILE *file, const char *path)
{
    struct wcab_error err = {.code = WCAB_OK};

    errno = 0;
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    if (wcab_catalog_import(catalog, read_text, file, &err) == WCAB_OK)
        return STATUS_DONE;
    if (err.code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    if (!ferror(file))
        return output_failure(&err);
    output_error("%s: %s", path, strerror(errno));
    return STATUS_ERROR;
}

static int run(struct cli *cli)
{
    const char *path = cli->operand_count > 0 ? cli->operands[0] : "-";
    bool is_stdin = strcmp(path, "-") == 0;
    struct wcab_catalog *catalog;
    FILE *file = stdin;
    int status = STATUS_ERROR;

    if (cli->operand_count > 1) {
        output_error("more than one file: %s", cli->operands[1]);
        return command_usage(cli);
    }
    if (!is_stdin)
        file = fopen(path, "re");
    if (file == NULL) {
        output_error("%s: %s", path, strerror(errno));
        return STATUS_ERROR;
    }
    catalog = command_catalog(cli);
    if (catalog != NULL)
        status = import_from(catalog, file, path);
    if (!is_stdin)
        (void)fclose(file);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_import = {
    .name = "import",
    .usage = "import [FILE]",
    .summary = "read an exported catalog",
    .details = "From standard input, or from FILE.  All of it is taken over, or, when a line is "
               "wrong, nothing.  Images of the same path are replaced.",
    .run = run};
