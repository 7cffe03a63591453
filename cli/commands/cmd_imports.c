/*
 * cmd_imports - whichcab imports: what programs need to be loaded, and where on the media that is.
 */
#include <stdio.h>

#include "cli/command.h"
#include "cli/commands/places.h"
#include "cli/interrupt.h"
#include "cli/sandbox.h"

enum { INDENT = 2, ALL_THERE = 0, SOME_MISSING = 1 };

struct imports_options {
    bool missing, no_sandbox;
};

static const struct opt imports_table[] = {
    {0, "missing", NULL, OPT_FLAG, offsetof(struct imports_options, missing), 0, 0,
     "show only modules that are missing"},
    {0, "no-sandbox", NULL, OPT_FLAG, offsetof(struct imports_options, no_sandbox), 0, 0,
     "keep all rights while files are read"},
};

struct importing {
    const struct cli *cli;
    struct wcab_catalog *catalog;
    struct wcab_error *err;
};

static enum wcab_err print_import(const struct importing *importing,
                                  const struct wcab_import *import)
{
    const struct imports_options *options = importing->cli->options;
    unsigned indent = options->missing ? 0 : INDENT * import->depth;

    (void)printf("%*s", (int)indent, "");
    output_masked(stdout, import->module != NULL ? import->module : import->path);
    if (import->found == NULL) {
        output_masked(stdout, ": missing\n");
        return places_print(importing->catalog, import->name, NULL, indent + 2 * INDENT,
                            importing->err);
    }
    if (import->module != NULL) {
        output_masked(stdout, ": ");
        output_masked(stdout, import->found);
    } else if (import->kind == NULL) {
        output_masked(stdout, ": no program that imports");
    }
    output_masked(stdout, import->told_before ? " (see above)\n" : "\n");
    return ferror(stdout) ? WCAB_ERR_IO : WCAB_OK;
}

static enum wcab_err on_import(void *context, const struct wcab_import *import)
{
    const struct importing *importing = context;
    const struct imports_options *options = importing->cli->options;

    if (import->error != NULL)
        output_error("%s: %s", import->found, import->error->text);
    if (options->missing && import->found != NULL)
        return WCAB_OK;
    if (importing->cli->records != NULL)
        return wcab_import_json(import, records_sink, importing->cli->records);
    return import->error != NULL ? WCAB_OK : print_import(importing, import);
}

static int imports(const struct cli *cli, struct wcab_catalog *catalog)
{
    const struct imports_options *options = cli->options;
    struct wcab_error err;
    struct importing importing = {cli, catalog, &err};
    const struct wcab_imports_options wanted = {.sizeof_options = sizeof(wanted),
                                                .paths = (const char *const *)cli->operands,
                                                .path_count = (size_t)cli->operand_count,
                                                .context = &importing,
                                                .on_import = on_import};
    const struct sandbox_rights rights = {
        .uses_catalog = true, .catalog = cli->global.catalog, .verbose = cli->global.verbose};
    struct wcab_imports_result result = {.sizeof_result = sizeof(result)};
    enum wcab_err code;

    if (!options->no_sandbox)
        sandbox_enter(&rights);
    wcab_catalog_set_cancel(catalog, interrupt_catch());
    code = wcab_imports(catalog, &wanted, &result, &err);
    if (code == WCAB_ERR_CANCELLED) {
        output_error("interrupted");
        return interrupt_status();
    }
    if (code != WCAB_OK)
        return ferror(stdout) ? STATUS_DONE /* told when stdout is closed */ : output_failure(&err);
    if (result.failed > 0)
        return STATUS_ERROR;
    return result.missing > 0 ? SOME_MISSING : ALL_THERE;
}

static int run(struct cli *cli)
{
    struct wcab_catalog *catalog;
    int status;

    if (cli->operand_count == 0) {
        output_error("no file was named");
        return command_usage(cli);
    }
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    status = imports(cli, catalog);
    wcab_catalog_close(catalog);
    return status;
}

const struct command command_imports = {
    .name = "imports",
    .usage = "imports [OPTION]... FILE...",
    .summary = "show what programs import, and where on the media missing modules are",
    .details = "A FILE is a program, library or driver (PE, NE or LE) on this computer, or one in "
               "an image: "
               "hdd.img:/WINDOWS/SYSTEM/MAPI32.DLL.  Modules are looked for in its folder and, "
               "when that is or "
               "lies in a Windows folder, there and in SYSTEM or SYSTEM32.\n"
               "Exit status: 0 all are there, 1 some are missing, 2 an error, or a file that could "
               "not be read.",
    .examples = "imports hdd.img:/WINDOWS/EXPLORER.EXE",
    .options = imports_table,
    .has_records = true,
    .option_count = sizeof(imports_table) / sizeof(imports_table[0]),
    .options_size = sizeof(struct imports_options),
    .run = run};
