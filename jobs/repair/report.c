/*
 * report - see report.h.
 */
#include "jobs/repair/report.h"

#include <string.h>

#include "core/json_read.h"
#include "core/read_file.h"
#include "core/text.h"

enum { WINDOWS_MOST = 64 };

struct reading {
    struct wci_arena *arena;
    const struct wci_report_visitor *visitor;
    struct wcab_checked_windows windows[WINDOWS_MOST];
    size_t count;
    size_t files;
    struct wcab_error *err;
};

static const char *text_of(struct reading *reading, struct wci_bytes object, const char *name)
{
    return wci_json_member_text(object, name, reading->arena).data;
}

static bool is_event(struct reading *reading, struct wci_bytes object, const char *event)
{
    const char *text = text_of(reading, object, "event");

    return text != NULL && strcmp(text, event) == 0;
}

static void add_windows(struct reading *reading, struct wci_bytes object)
{
    struct wcab_checked_windows *windows = &reading->windows[reading->count];

    if (reading->count == WINDOWS_MOST)
        return;
    *windows = (struct wcab_checked_windows){.target = text_of(reading, object, "target"),
                                             .folder = text_of(reading, object, "windows"),
                                             .volume = text_of(reading, object, "volume"),
                                             .family = text_of(reading, object, "family"),
                                             .medium = text_of(reading, object, "medium"),
                                             .title = text_of(reading, object, "title"),
                                             .release = text_of(reading, object, "release")};
    reading->count += windows->target != NULL && windows->folder != NULL && windows->volume != NULL;
}

static bool state_of(const char *name, enum wcab_check_state *state)
{
    int i;

    for (i = 1; name != NULL && i < WCAB_CHECK_STATES; i++) {
        if (strcmp(wcab_check_state_name((enum wcab_check_state)i), name) == 0) {
            *state = (enum wcab_check_state)i;
            return true;
        }
    }
    return false;
}

static enum wcab_err tell_file(struct reading *reading, struct wci_bytes object)
{
    const char *target = text_of(reading, object, "target");
    const char *folder = text_of(reading, object, "windows");
    struct wcab_checked_file file = {.path = text_of(reading, object, "path"),
                                     .name = text_of(reading, object, "name"),
                                     .reason = text_of(reading, object, "reason")};
    size_t i;

    if (target == NULL || folder == NULL || file.path == NULL || file.name == NULL ||
        !state_of(text_of(reading, object, "state"), &file.state))
        return wci_error_set(reading->err, WCAB_ERR_FORMAT,
                             "a file in it has no path, name or state");
    for (i = 0; i < reading->count && file.windows == NULL; i++) {
        if (strcmp(reading->windows[i].target, target) == 0 &&
            strcmp(reading->windows[i].folder, folder) == 0)
            file.windows = &reading->windows[i];
    }
    if (file.windows == NULL)
        return wci_error_set(reading->err, WCAB_ERR_FORMAT,
                             "it is not whole: the Windows folder of %.200s is missing", file.path);
    reading->files++;
    return reading->visitor->file(reading->visitor->context, &file);
}

/* Files stand before their Windows folder: the text is gone through twice. */
static enum wcab_err each_object(struct reading *reading, struct wci_bytes text, bool files)
{
    struct wci_bytes object;
    size_t at = 0;
    enum wcab_err code = WCAB_OK;

    while (code == WCAB_OK && wci_json_next_object(text, &at, &object)) {
        if (files && is_event(reading, object, "file"))
            code = tell_file(reading, object);
        else if (!files && is_event(reading, object, "windows"))
            add_windows(reading, object);
    }
    if (code == WCAB_OK && at < text.length)
        code = wci_error_set_at(reading->err, WCAB_ERR_FORMAT, at, "is no JSON");
    return code;
}

enum wcab_err wci_report_read(const char *path, struct wci_arena *arena,
                              const struct wci_report_visitor *visitor, struct wcab_error *err)
{
    struct reading *reading = wci_arena_calloc(arena, 1, sizeof(*reading));
    struct wci_buffer file;
    enum wcab_err code;

    if (reading == NULL)
        return wci_error_nomem(err);
    reading->arena = arena;
    reading->visitor = visitor;
    reading->err = err;
    wci_buffer_init(&file);
    code = wci_read_file(path, WCI_REPORT_BYTES, &file, err);
    if (code == WCAB_OK)
        code = each_object(reading, wci_buffer_view(&file), false);
    if (code == WCAB_OK && reading->count == 0)
        code = wci_error_set(err, WCAB_ERR_FORMAT,
                             "is no report of 'whichcab check --json': no Windows folder is in it");
    if (code == WCAB_OK)
        code = each_object(reading, wci_buffer_view(&file), true);
    wci_buffer_free(&file);
    if (code == WCAB_ERR_FORMAT || code == WCAB_ERR_IO || code == WCAB_ERR_NOTFOUND)
        wci_error_push_place(err, path, strlen(path));
    return code;
}
