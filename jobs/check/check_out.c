/*
 * check_out - what wcab_check found, as text and as JSON.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/bytes.h"
#include "query/output/columns.h"
#include "query/output/out_content.h"

enum { INDENT = 2, NEEDS_SHOWN = 1, TEXT_BYTES = WCI_OUT_CONTENT_TEXT + 512 };

static const char *const state_names[WCAB_CHECK_STATES] = {
    "other", "intact",  "probable",   "updated", "newer",
    "older", "altered", "wrong-copy", "missing", "damaged"};

const char *wcab_check_state_name(enum wcab_check_state state)
{
    return (unsigned)state < WCAB_CHECK_STATES ? state_names[state] : state_names[0];
}

static enum wcab_err give(struct wci_buffer *out, wcab_text_sink *sink, void *context)
{
    enum wcab_err code =
        out->ok ? sink(context, (const char *)out->data, out->size) : WCAB_ERR_NOMEM;

    wci_buffer_free(out);
    return code;
}

/* ---- text --------------------------------------------------------------------------------- */

/* "MAPISP32.EXE and 3 others import it" */
static void put_needs(const struct wcab_checked_file *file, struct wci_buffer *out)
{
    const char *first = wci_bytes_base_name(wci_bytes_of(file->needed_by[0])).data;
    size_t more = file->needed_by_count - 1;
    char text[TEXT_BYTES];

    if (more == 0)
        (void)snprintf(text, sizeof(text), "%s imports it", first);
    else
        (void)snprintf(text, sizeof(text), "%s and %zu other%s import it", first, more,
                       wci_columns_s(more));
    wci_columns_wrap(out, INDENT, text);
}

static void put_facts(const struct wcab_checked_file *file, struct wci_buffer *out)
{
    char text[TEXT_BYTES];

    if (file->state == WCAB_CHECK_MISSING)
        return;
    (void)snprintf(
        text, sizeof(text), "%" PRIu64 " byte%s, %.10s%s%s%s%s", file->size,
        wci_columns_s(file->size), file->modified, file->file_version != NULL ? ", version " : "",
        file->file_version != NULL ? file->file_version : "",
        file->sha256 != NULL ? ", SHA-256 " : "", file->sha256 != NULL ? file->sha256 : "");
    wci_columns_wrap(out, INDENT, text);
}

static enum wcab_err do_checked_file_text(const struct wcab_checked_file *file, bool verbose,
                                          wcab_text_sink *sink, void *context)
{
    struct wci_buffer out;
    char text[TEXT_BYTES];
    size_t i;

    wci_buffer_init(&out);
    (void)snprintf(text, sizeof(text), "%s: %s%s%s", file->path, wcab_check_state_name(file->state),
                   file->reason != NULL ? ": " : "", file->reason != NULL ? file->reason : "");
    wci_columns_wrap(&out, 0, text);
    if (file->needed_by_count > 0 && file->state > WCAB_CHECK_NEWER)
        put_needs(file, &out);
    if (verbose)
        put_facts(file, &out);
    for (i = 1; verbose && i < file->needed_by_count; i++)
        wci_columns_wrap(&out, 2 * INDENT, file->needed_by[i]);
    return give(&out, sink, context);
}

enum wcab_err wcab_checked_file_text(const struct wcab_checked_file *file, bool verbose,
                                     wcab_text_sink *sink, void *context)
{
    return file == NULL || sink == NULL ? WCAB_ERR_USAGE
                                        : do_checked_file_text(file, verbose, sink, context);
}

/* "1,204 intact, 3 damaged, 1 missing" */
static void put_states(const struct wcab_checked_windows *windows, struct wci_buffer *out)
{
    char text[TEXT_BYTES], number[WCI_COLUMNS_NUMBER];
    size_t used = 0;
    int state;

    for (state = WCAB_CHECK_STATES - 1; state > 0; state--) {
        int length;

        if (windows->states[state] == 0)
            continue;
        wci_columns_number(number, windows->states[state]);
        length = snprintf(text + used, sizeof(text) - used, "%s%s %s", used > 0 ? ", " : "", number,
                          state_names[state]);
        used += (size_t)length;
    }
    wci_columns_number(number, windows->others);
    (void)snprintf(text + used, sizeof(text) - used, "%s%s not of the release",
                   used > 0 ? "; " : "", number);
    wci_columns_wrap(out, INDENT, text);
}

static enum wcab_err do_checked_windows_text(const struct wcab_checked_windows *windows,
                                             wcab_text_sink *sink, void *context)
{
    struct wci_buffer out;
    char text[TEXT_BYTES];

    wci_buffer_init(&out);
    (void)snprintf(text, sizeof(text), "%s%s%s: %s%s%s%s%s%s%s", windows->target,
                   windows->folder[0] != '\0' ? ", " : "", windows->folder, windows->family,
                   windows->core_version != NULL ? " " : "",
                   windows->core_version != NULL ? windows->core_version : "",
                   windows->language != NULL ? ", " : "",
                   windows->language != NULL ? windows->language : "",
                   windows->title != NULL ? ", held against " : "",
                   windows->title != NULL    ? windows->title
                   : windows->medium != NULL ? windows->medium
                                             : "");
    wci_columns_wrap(&out, 0, text);
    if (windows->medium == NULL)
        wci_columns_wrap(&out, INDENT, "no medium on record, indexed or published, has its files");
    if (windows->other_edition)
        wci_columns_wrap(
            &out, INDENT,
            "most of its files have other bytes: it is of another language or edition, and no "
            "medium of that is on record; only damage and missing files are told");
    put_states(windows, &out);
    return give(&out, sink, context);
}

enum wcab_err wcab_checked_windows_text(const struct wcab_checked_windows *windows,
                                        wcab_text_sink *sink, void *context)
{
    return windows == NULL || sink == NULL ? WCAB_ERR_USAGE
                                           : do_checked_windows_text(windows, sink, context);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static enum wcab_err do_checked_file_json(const struct wcab_checked_file *file,
                                          wcab_text_sink *sink, void *context)
{
    struct wci_json json;
    size_t i;

    wci_json_open(&json, "file");
    wci_json_text(&json, "target", file->windows->target);
    wci_json_text(&json, "windows", file->windows->folder);
    wci_json_text(&json, "path", file->path);
    wci_json_raw(&json, "path_raw", (const uint8_t *)file->path, strlen(file->path));
    wci_json_text(&json, "name", file->name);
    wci_json_text(&json, "state", wcab_check_state_name(file->state));
    wci_json_text(&json, "reason", file->reason);
    if (file->state == WCAB_CHECK_MISSING)
        wci_json_null(&json, "size");
    else
        wci_json_number(&json, "size", file->size);
    wci_json_text(&json, "modified", file->modified[0] != '\0' ? file->modified : NULL);
    wci_json_text(&json, "sha256", file->sha256);
    wci_json_text(&json, "file_version", file->file_version);
    wci_out_content_json(&json, "match", file->match);
    wci_json_begin(&json, "needed_by", '[');
    for (i = 0; i < file->needed_by_count; i++)
        wci_json_text(&json, NULL, file->needed_by[i]);
    wci_json_end(&json, ']');
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_checked_file_json(const struct wcab_checked_file *file, wcab_text_sink *sink,
                                     void *context)
{
    return file == NULL || sink == NULL ? WCAB_ERR_USAGE
                                        : do_checked_file_json(file, sink, context);
}

static enum wcab_err do_checked_windows_json(const struct wcab_checked_windows *windows,
                                             wcab_text_sink *sink, void *context)
{
    struct wci_json json;
    int state;

    wci_json_open(&json, "windows");
    wci_json_text(&json, "target", windows->target);
    wci_json_text(&json, "windows", windows->folder);
    wci_json_text(&json, "volume", windows->volume);
    wci_json_text(&json, "family", windows->family);
    wci_json_text(&json, "medium", windows->medium);
    wci_json_text(&json, "title", windows->title);
    wci_json_text(&json, "release", windows->release);
    wci_json_text(&json, "core_version", windows->core_version);
    wci_json_text(&json, "language", windows->language);
    wci_json_bool(&json, "other_edition", windows->other_edition);
    wci_json_begin(&json, "files", '{');
    for (state = 1; state < WCAB_CHECK_STATES; state++)
        wci_json_number(&json, state_names[state], windows->states[state]);
    wci_json_number(&json, "other", windows->others);
    wci_json_end(&json, '}');
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_checked_windows_json(const struct wcab_checked_windows *windows,
                                        wcab_text_sink *sink, void *context)
{
    return windows == NULL || sink == NULL ? WCAB_ERR_USAGE
                                           : do_checked_windows_json(windows, sink, context);
}
