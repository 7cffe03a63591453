/*
 * cmd_export - whichcab export: the catalog as text.
 */
#include <errno.h>
#include <string.h>

#include "cli/command.h"

static int export_to(struct wcab_catalog *catalog, FILE *out)
{
    struct wcab_error err = {.code = WCAB_OK};
    enum wcab_err code = wcab_catalog_export(catalog, output_sink, out, &err);

    if (code == WCAB_OK || ferror(out))
        return STATUS_DONE; /* a failed write is told by who closes the stream */
    if (err.code == WCAB_OK)
        err.code = code;
    return output_failure(&err);
}

static int run(struct cli *cli)
{
    const char *path = cli->operand_count > 0 ? cli->operands[0] : "-";
    bool is_stdout = strcmp(path, "-") == 0;
    struct wcab_catalog *catalog;
    FILE *out = stdout;
    int status = STATUS_ERROR;

    if (cli->operand_count > 1) {
        output_error("more than one file: %s", cli->operands[1]);
        return command_usage(cli);
    }
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    if (!is_stdout)
        out = fopen(path, "wxe");
    if (out != NULL)
        status = export_to(catalog, out);
    else
        output_error("%s: %s", path, strerror(errno));
    if (out != NULL && !is_stdout) {
        bool failed = ferror(out) != 0;

        if (fclose(out) != 0 || failed) {
            output_error("%s: %s", path, strerror(errno));
            status = STATUS_ERROR;
        }
        if (status != STATUS_DONE)
            (void)remove(path);
    }
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_export = {
    .name = "export",
    .usage = "export [FILE]",
    .summary = "write the catalog as text",
    .details = "To standard output, or to FILE, which must not exist.  Equal catalogs give equal "
               "text, however they were made.",
    .run = run};
