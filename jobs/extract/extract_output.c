/*
 * extract_output - what becomes of one file that is taken out: its bytes, its name, what is told.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cancel.h"
#include "core/error.h"
#include "core/mem.h"
#include "core/text.h"
#include "jobs/extract/extract_run.h"
#include "query/handle.h"
#include "reopen/elsewhere.h"

enum { SAME_NAME_MAX = 1000 };

/* ---- telling ------------------------------------------------------------------------------ */

static void tell(const struct wci_target *target, struct wcab_extract_event *event)
{
    const struct wcab_extract_options *options = target->run->options;

    if (options->on_event == NULL)
        return;
    event->name = target->name;
    event->image = target->image_path;
    event->cabinet = target->cabinet;
    event->size = target->entry.size;
    event->installed_as = target->installed_as;
    event->installed_as_probable = target->installed_as_probable;
    options->on_event(options->context, event);
}

/* A failure of the output has nothing to do with the medium. */
static bool is_of_medium(const struct wcab_error *err)
{
    return err->code != WCAB_ERR_USAGE;
}

void wci_extract_fail(struct wci_target *target, const struct wcab_error *err)
{
    const struct wci_elsewhere_file file = {target->image, target->container, target->listing,
                                            target->row, &target->entry};
    struct wcab_extract_event event = {.kind = WCAB_EXTRACT_FAILED, .error = err};
    struct wci_buffer text;

    if (target->failed)
        return;
    target->failed = true;
    target->run->result->failed++;
    wci_buffer_init(&text);
    if (is_of_medium(err))
        wci_elsewhere_find(target->run->reader, &file, &text);
    if (text.size > 0) {
        wci_buffer_u8(&text, 0);
        event.elsewhere = text.ok ? (const char *)text.data : NULL;
    }
    tell(target, &event);
    wci_buffer_free(&text);
}

/* ---- one file's bytes --------------------------------------------------------------------- */

/* The name that it is to have on the host. */
static enum wcab_err choose_name(struct wci_target *target, struct wcab_error *err)
{
    struct wci_buffer made;
    enum wcab_err code;

    wci_buffer_init(&made);
    code = wci_output_name_make(wci_bytes_of(target->name), &made, err);
    wci_buffer_u8(&made, 0);
    if (code == WCAB_OK) {
        target->safe_name =
            made.ok ? wci_arena_strdup(target->run->arena, (char *)made.data) : NULL;
        if (target->safe_name == NULL)
            code = wci_error_nomem(err);
    }
    wci_buffer_free(&made);
    return code;
}

enum wcab_err wci_extract_begin(struct wci_target *target, struct wcab_error *err)
{
    struct wci_extraction *run = target->run;
    enum wcab_err code;

    if (run->options->folder == NULL)
        return WCAB_OK;
    code = choose_name(target, err);
    if (code == WCAB_OK)
        code = wci_output_folder_below(&run->folder, target->folders, &target->below, err);
    if (code == WCAB_ERR_USAGE) { /* only this file is refused */
        wci_extract_fail(target, err);
        return WCAB_OK;
    }
    if (code == WCAB_OK)
        code =
            wci_output_file_begin(&target->below, target->entry.attributes & WCI_ATTRIBUTE_READONLY,
                                  &target->output, err);
    if (code != WCAB_OK)
        wci_output_folder_close(&target->below);
    if (code != WCAB_OK)
        wci_error_push_place(err, run->options->folder, strlen(run->options->folder));
    target->writing = code == WCAB_OK;
    target->run->output_failed = code != WCAB_OK;
    return code;
}

enum wcab_err wci_extract_put(struct wci_target *target, const uint8_t *data, size_t size,
                              struct wcab_error *err)
{
    const struct wcab_extract_options *options = target->run->options;
    enum wcab_err code = WCAB_OK;

    if (wci_cancel_is_set(&target->run->catalog->cancel))
        return wci_error_set(err, WCAB_ERR_CANCELLED, "interrupted");
    if (target->writing)
        code = wci_output_file_put(&target->output, data, size, err);
    else if (options->folder == NULL && options->put != NULL) {
        code = options->put(options->context, data, size);
        if (code != WCAB_OK)
            wci_error_set(err, code, "the output was refused");
    }
    if (code != WCAB_OK) {
        target->run->output_failed = true;
        wci_error_push_place(err, target->name, strlen(target->name));
    }
    return code;
}

/* The last number that was given to a file of this name in the run; NULL: there is none. */
static unsigned *number_of(const struct wci_extraction *run, const char *name)
{
    char folded[2 * PATH_MAX];
    struct wci_bytes key = {folded, wci_text_fold(wci_bytes_of(name), folded, sizeof(folded))};
    uint64_t place;

    return wci_hash_table_find(&run->written, key, 0, &place) ? &run->numbers[place] : NULL;
}

static bool note_written(struct wci_extraction *run, const char *name)
{
    char folded[2 * PATH_MAX];
    struct wci_bytes key = {folded, wci_text_fold(wci_bytes_of(name), folded, sizeof(folded))};
    size_t place = run->written.count;

    if (!wci_mem_grow(&run->numbers, place, &run->number_capacity, sizeof(*run->numbers)) ||
        !wci_hash_table_add(&run->written, key, 0, place))
        return false;
    run->numbers[place] = 1;
    return true;
}

/* Where the file lies beneath the output folder: its own name, or NAME.2, NAME.3 ... when this run has
 * written one of that name; arena. */
static char *free_path(struct wci_target *target, const char *name)
{
    struct wci_extraction *run = target->run;
    size_t size = strlen(target->folders) + strlen(name) + 16;
    char *text = wci_arena_alloc(run->arena, size);
    unsigned *number;

    if (text == NULL)
        return NULL;
    (void)snprintf(text, size, "%s%s", target->folders, name);
    number = number_of(run, text);
    while (number != NULL && *number < SAME_NAME_MAX) {
        (void)snprintf(text, size, "%s%s.%u", target->folders, name, ++*number);
        if (number_of(run, text) == NULL)
            break;
    }
    return text;
}

/* What is told about a file that came out, and under which name: a damaged one never gets the name
 * of a sound one. */
static const char *final_path(struct wci_target *target, bool damaged)
{
    struct wci_extraction *run = target->run;
    size_t size = strlen(target->safe_name) + sizeof(".damaged");
    char *text;

    if (!damaged)
        return free_path(target, target->safe_name);
    text = wci_arena_alloc(run->arena, size);
    if (text == NULL)
        return NULL;
    (void)snprintf(text, size, "%s.damaged", target->safe_name);
    return free_path(target, text);
}

/* Gives the file its name.  USAGE was told and costs only this file. */
static enum wcab_err name_target(struct wci_target *target, bool damaged, const char **name,
                                 struct wcab_error *err)
{
    struct wci_extraction *run = target->run;
    const char *chosen = final_path(target, damaged);
    enum wcab_err code;

    if (chosen == NULL)
        return wci_error_nomem(err);
    target->writing = false;
    code = wci_output_file_finish(&target->output, chosen + strlen(target->folders),
                                  target->entry.modified, run->options->replace, err);
    wci_output_folder_close(&target->below);
    if (code == WCAB_ERR_USAGE) /* there is one already: the others go on */
        wci_extract_fail(target, err);
    else if (code != WCAB_OK)
        run->output_failed = true;
    if (code != WCAB_OK)
        return code;
    *name = chosen;
    if (number_of(run, chosen) != NULL)
        return WCAB_OK; /* there are more than are numbered */
    return note_written(run, chosen) ? WCAB_OK : wci_error_nomem(err);
}

void wci_extract_drop(struct wci_target *target)
{
    if (target->writing)
        wci_output_file_cancel(&target->output);
    target->writing = false;
    wci_output_folder_close(&target->below);
}

enum wcab_err wci_extract_end(struct wci_target *target, const struct wcab_error *reason,
                              const struct wci_damage_list *damages, uint64_t start,
                              struct wcab_error *err)
{
    struct wci_extraction *run = target->run;
    struct wcab_extract_event event = {
        .kind = reason != NULL ? WCAB_EXTRACT_SALVAGED : WCAB_EXTRACT_DONE, .error = reason};
    struct wcab_damaged_range *ranges = NULL;
    enum wcab_err code = WCAB_OK;

    if (target->failed || (reason != NULL && !run->options->salvage)) {
        wci_extract_drop(target);
        if (reason != NULL)
            wci_extract_fail(target, reason);
        return WCAB_OK;
    }
    if (reason != NULL) {
        code = wci_damage_list_ranges(damages, start, target->entry.size, &ranges,
                                      &event.range_count, err);
        event.ranges = ranges;
        event.lost = wci_damage_list_lost(damages, start, target->entry.size);
    }
    if (code == WCAB_OK && target->writing)
        code = name_target(target, reason != NULL, &event.written, err);
    if (code == WCAB_OK) {
        run->result->bytes += target->entry.size;
        if (reason != NULL)
            run->result->salvaged++;
        else
            run->result->written++;
        event.renamed = target->safe_name != NULL && strcmp(target->safe_name, target->name) != 0;
        run->result->renamed += event.renamed;
        tell(target, &event);
    }
    free(ranges);
    return code == WCAB_ERR_USAGE ? WCAB_OK : code;
}
