/*
 * cmd_export - whichcab export: the catalog as text, its own or that of other programs.
 */
#include <errno.h>
#include <string.h>

#include "cli/command.h"
#include "cli/forms/export_forms.h"

struct export_options {
    bool sql, dfxml, dat, nsrl;
};

static const struct opt export_opts[] = {
    {0, "dat", NULL, OPT_FLAG, offsetof(struct export_options, dat), 0, 0,
     "files that were read in full as a Logiqx DAT, a hash list"},
    {0, "dfxml", NULL, OPT_FLAG, offsetof(struct export_options, dfxml), 0, 0,
     "images and files as Digital Forensics XML"},
    {0, "nsrl", NULL, OPT_FLAG, offsetof(struct export_options, nsrl), 0, 0,
     "files with MD5 and SHA-1 on record as NSRL's NSRLFile.txt"},
    {0, "sql", NULL, OPT_FLAG, offsetof(struct export_options, sql), 0, 0,
     "images and files as tables: a script for sqlite3"},
};

/* Lists of hashes have only what was read for them. */
static void tell_left_out(const struct export_options *options, uint64_t left_out)
{
    if (left_out > 0)
        output_note("%llu file%s left out, not read for these hashes yet: 'whichcab verify%s'",
                    (unsigned long long)left_out, output_s(left_out),
                    options->nsrl ? " --hashes --force" : "");
}

static int export_to(struct wcab_catalog *catalog, const struct export_options *options, FILE *out)
{
    struct wcab_error err = {.code = WCAB_OK};
    enum export_form form = options->sql     ? EXPORT_SQL
                            : options->dfxml ? EXPORT_DFXML
                            : options->dat   ? EXPORT_DAT
                                             : EXPORT_NSRL;
    uint64_t left_out = 0;
    bool is_own = !options->sql && !options->dfxml && !options->dat && !options->nsrl;
    enum wcab_err code = is_own ? wcab_catalog_export(catalog, output_sink, out, &err)
                                : export_forms_write(catalog, form, out, &left_out, &err);

    if (code == WCAB_OK || ferror(out)) { /* a failed write is told by who closes the stream */
        tell_left_out(options, left_out);
        return STATUS_DONE;
    }
    if (err.code == WCAB_OK)
        err.code = code;
    return output_failure(&err);
}

/* Then a message names them. */
static bool has_two_forms(const struct export_options *options)
{
    const struct {
        bool given;
        const char *name;
    } forms[] = {{options->sql, "sql"},
                 {options->dfxml, "dfxml"},
                 {options->dat, "dat"},
                 {options->nsrl, "nsrl"}};
    enum { FORMS = sizeof(forms) / sizeof(forms[0]) };
    size_t i, j;

    for (i = 0; i < FORMS; i++) {
        for (j = i + 1; j < FORMS; j++) {
            if (opts_exclude(forms[i].given, forms[i].name, forms[j].given, forms[j].name))
                return true;
        }
    }
    return false;
}

static int run(struct cli *cli)
{
    const struct export_options *options = cli->options;
    const char *path = cli->operand_count > 0 ? cli->operands[0] : "-";
    bool is_stdout = strcmp(path, "-") == 0;
    struct wcab_catalog *catalog;
    FILE *out = stdout;
    int status = STATUS_ERROR;

    if (cli->operand_count > 1) {
        output_error("more than one file: %s", cli->operands[1]);
        return command_usage(cli);
    }
    if (has_two_forms(options))
        return command_usage(cli);
    catalog = command_catalog(cli);
    if (catalog == NULL)
        return STATUS_ERROR;
    if (!is_stdout)
        out = fopen(path, "wxe");
    if (out != NULL)
        status = export_to(catalog, options, out);
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
    .usage = "export [OPTION]... [FILE]",
    .summary = "write the catalog as text",
    .details =
        "To standard output, or to FILE, which must not exist.  Equal catalogs give equal "
        "text, however they were made; 'import' reads it.  --sql, --dfxml, --dat and --nsrl write "
        "what other programs read.",
    .examples = "export catalog.txt\n"
                "export --sql | sqlite3 shelf.db",
    .options = export_opts,
    .option_count = sizeof(export_opts) / sizeof(export_opts[0]),
    .options_size = sizeof(struct export_options),
    .run = run};
