/*
 * kit_out - what wcab_kit_make does, as JSON.
 */
#include <string.h>

#include "query/output/json.h"
#include "whichcab.h"

static const char *name_of(enum wcab_kit_event_kind kind)
{
    static const char *const names[] = {NULL, "file", "left", "disk", "step"};

    return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : NULL;
}

static void put_file(struct wci_json *json, const struct wcab_kit_event *event)
{
    const struct wcab_checked_file *file = event->file;

    wci_json_text(json, "path", file->path);
    wci_json_raw(json, "path_raw", (const uint8_t *)file->path, strlen(file->path));
    wci_json_text(json, "state", wcab_check_state_name(file->state));
    wci_json_text(json, "destination", event->destination);
    if (event->kind == WCAB_KIT_EVENT_LEFT) {
        wci_json_text(json, "reason", event->error->text);
        return;
    }
    wci_json_text(json, "medium", event->medium);
    wci_json_text(json, "cabinet", event->cabinet);
    wci_json_number(json, "disk", event->disk);
}

static enum wcab_err do_kit_event_json(const struct wcab_kit_event *event, const char *name,
                                       wcab_text_sink *sink, void *context)
{
    struct wci_json json;

    wci_json_open(&json, name);
    switch (event->kind) {
    case WCAB_KIT_EVENT_FILE:
    case WCAB_KIT_EVENT_LEFT:
        put_file(&json, event);
        break;
    case WCAB_KIT_EVENT_STEP:
        wci_json_number(&json, "disk", event->disk);
        wci_json_text(&json, "insert", event->insert);
        wci_json_text(&json, "medium", event->medium);
        break;
    case WCAB_KIT_EVENT_DISK:
        wci_json_number(&json, "disk", event->disk);
        wci_json_text(&json, "written", event->written);
        wci_json_raw(&json, "written_raw", (const uint8_t *)event->written, strlen(event->written));
        break;
    }
    return wci_json_close(&json, sink, context);
}

enum wcab_err wcab_kit_event_json(const struct wcab_kit_event *event, wcab_text_sink *sink,
                                  void *context)
{
    const char *name = event == NULL || sink == NULL ? NULL : name_of(event->kind);

    return name == NULL ? WCAB_ERR_USAGE : do_kit_event_json(event, name, sink, context);
}
