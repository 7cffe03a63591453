/*
 * batch_file - see batch_file.h.
 */
#include "cli/batch_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

/* What came of the search. */
struct outcome {
    size_t added, left_out;
};

/* Adds every answer; false after a message. */
static bool add_answers(struct wcab_search *search, struct wcab_batch *batch,
                        struct outcome *outcome)
{
    const struct wcab_answer *answer = NULL;
    struct wcab_error err;

    while (wcab_search_next(search, &answer, &err) == WCAB_OK) {
        enum wcab_err code;

        if (answer == NULL)
            return true;
        code = wcab_batch_add(batch, answer, &err);
        if (code == WCAB_ERR_USAGE) {
            output_error("%s; choose one with -m", err.text);
            return false;
        }
        if (code == WCAB_ERR_UNSUPPORTED) {
            output_error("%s is left out: %s", answer->name, err.text);
            outcome->left_out++;
            continue;
        }
        if (code != WCAB_OK)
            break;
        outcome->added++;
    }
    (void)output_failure(&err);
    return false;
}

/* Tells of the names without an answer and counts them. */
static bool add_misses(struct wcab_search *search, struct outcome *outcome)
{
    size_t count = command_tell_misses(search, false);

    if (count == SIZE_MAX)
        return false;
    outcome->left_out += count;
    return true;
}

static int write_to_file(struct wcab_batch *batch, const char *path, bool replace)
{
    struct wcab_error err;
    FILE *file = fopen(path, replace ? "wb" : "wbx");
    enum wcab_err code;

    if (file == NULL) {
        output_error("%s: %s%s", path, strerror(errno),
                     errno == EEXIST ? "; --force overwrites it" : "");
        return STATUS_ERROR;
    }
    code = wcab_batch_write(batch, output_sink, file, &err);
    if (fclose(file) != 0 && code == WCAB_OK) {
        output_error("%s: %s", path, strerror(errno));
        (void)unlink(path);
        return STATUS_ERROR;
    }
    if (code != WCAB_OK) {
        (void)unlink(path);
        return output_failure(&err);
    }
    return STATUS_DONE;
}

static int write_batch(struct wcab_batch *batch, const struct batch_options *options, bool replace,
                       const struct outcome *outcome)
{
    struct wcab_error err;
    int status;

    if (outcome->added == 0)
        return STATUS_NOTHING;
    if (strcmp(options->file, "-") == 0)
        status = wcab_batch_write(batch, output_sink, stdout, &err) == WCAB_OK
                     ? STATUS_DONE
                     : output_failure(&err);
    else
        status = write_to_file(batch, options->file, replace);
    if (status != STATUS_DONE)
        return status;
    output_note("%zu file%s in the batch file, %zu left out", outcome->added,
                output_s(outcome->added), outcome->left_out);
    return outcome->left_out > 0 ? STATUS_PARTLY : STATUS_DONE;
}

int batch_file_make(struct wcab_catalog *catalog, const struct wcab_search_options *search,
                    const struct batch_options *options, bool replace)
{
    struct wcab_search_options wanted = *search;
    struct outcome outcome = {0, 0};
    struct wcab_search *found = NULL;
    struct wcab_batch *batch = NULL;
    struct wcab_error err;
    int status = STATUS_ERROR;

    wanted.all = false;
    wanted.floppy_drive = options->floppy_drive;
    wanted.cd_drive = options->cd_drive;
    wanted.target_folder = options->target;
    if (wcab_search_open(catalog, &wanted, &found, &err) != WCAB_OK ||
        wcab_batch_open(&batch, &err) != WCAB_OK)
        (void)output_failure(&err);
    else if (add_answers(found, batch, &outcome) && add_misses(found, &outcome))
        status = write_batch(batch, options, replace, &outcome);
    wcab_batch_close(batch);
    wcab_search_close(found);
    return status;
}
